"""The channels by which messages leave the house."""

from __future__ import annotations

import json
import logging
import smtplib
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils.module_loading import import_string

from shangliang.inbox.states import ChannelKind

log = logging.getLogger(__name__)


class NotSent(Exception):
    """The message certainly did not go out; anything else that is raised leaves that open."""

    def __init__(self, reason: str, *, for_good: bool = False) -> None:
        super().__init__(reason)
        self.for_good = for_good  # trying again would not help: no such address


class Channel(Protocol):
    """One way out."""

    # The same `key` is sent at most once, however often it is handed over. Only then may a message
    # whose sending was cut short be sent again.
    takes_key: bool
    leaves_house: bool  # False: what it takes reaches nobody, and no page may call it sent

    def send(self, *, address: str, title: str, body: str, key: str) -> None:
        """Hand the message over; raises NotSent when it certainly did not go."""


class Console:
    """Writes each message as one line to a file: the default gateway until a real one is named."""

    takes_key = False
    leaves_house = False

    def send(self, *, address: str, title: str, body: str, key: str) -> None:
        line = json.dumps({"key": key, "to": address, "title": title, "body": body}, ensure_ascii=False)
        try:
            with Path(settings.OUTBOX_FILE).open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError as error:
            raise NotSent(f"{type(error).__name__}: {error.strerror}") from error
        log.info("a message was written to the outbox file")


class Mail:
    """Mail over SMTP, as EMAIL_URL says."""

    takes_key = False  # a Message-ID does not keep servers from delivering twice
    leaves_house = True

    def send(self, *, address: str, title: str, body: str, key: str) -> None:
        headers = {"Message-ID": f"<{key}@{settings.MAIL_DOMAIN}>", "Auto-Submitted": "auto-generated"}
        connection = get_connection()
        message = EmailMessage(
            title.replace("\n", " "), body, to=[address], headers=headers, connection=connection
        )
        try:
            connection.open()
        except (
            OSError,
            smtplib.SMTPException,
        ) as error:  # nobody answered, or refused us: nothing was handed over
            raise NotSent(f"{type(error).__name__}: {error}") from error
        try:
            message.send()
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused) as error:
            raise NotSent(type(error).__name__, for_good=True) from error
        except smtplib.SMTPDataError as error:  # the server took it whole and said no
            raise NotSent(f"{error.smtp_code}", for_good=error.smtp_code >= 500) from error
        finally:
            connection.close()


@lru_cache(maxsize=8)
def _made(dotted: str) -> Channel:
    made: Channel = import_string(dotted)()
    return made


def channel(kind: ChannelKind) -> Channel:
    """The gateway that the settings name for `kind`."""
    return _made(settings.CHANNELS[kind.value])
