"""The worker's side: send what may go now, bundle the rest once a day. Safe in several workers at once."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_noop, ngettext

from shangliang.inbox import actions, engine, queries, rules
from shangliang.inbox.models import Digest, Message, Outgoing, Recipient
from shangliang.inbox.states import MESSAGE, ChannelKind, MessageState
from shangliang.kit import clock, crypto
from shangliang.kit.columns import fitted
from shangliang.kit.crypto import Unreadable
from shangliang.kit.punctuation import labelled
from shangliang.ledger.queries import note_of
from shangliang.ledger.sealing import read
from shangliang.rulebook import book

log = logging.getLogger(__name__)

WITNESS = "inbox.witness"  # purpose of a fingerprint
BATCH = 100  # sent in one round; the next round takes the rest


@dataclass(frozen=True)
class _Rules:
    quiet_from: time
    quiet_until: time
    digest_at: time
    tries: int
    first_wait_minutes: int
    claim_minutes: int


def _rules(now: datetime) -> _Rules:
    day = book().at(clock.local_day(now))
    return _Rules(
        quiet_from=time.fromisoformat(day.text("inbox.quiet_from")),
        quiet_until=time.fromisoformat(day.text("inbox.quiet_until")),
        digest_at=time.fromisoformat(day.text("inbox.digest_at")),
        tries=day.integer("inbox.tries_count"),
        first_wait_minutes=day.integer("inbox.wait_minutes"),
        claim_minutes=day.integer("inbox.claim_minutes"),
    )


def deliver(now: datetime) -> int:
    """Send urgent messages and prepared digests whose time has come; returns how many were handed over.

    In the quiet hours nothing leaves. What a crashed worker left behind is settled first.
    """
    now_rules = _rules(now)
    _settle(now, now_rules)
    if rules.is_quiet(now, quiet_from=now_rules.quiet_from, quiet_until=now_rules.quiet_until):
        return 0
    urgent = Message.objects.filter(is_urgent=True).select_related("recipient")
    return _send_all(urgent, now, now_rules) + _send_digests(now, now_rules)


def digest(now: datetime) -> int:
    """Bundle what waits, one digest a recipient a day, never an empty one; returns how many went out."""
    now_rules = _rules(now)
    if not rules.is_digest_due(
        now,
        digest_at=now_rules.digest_at,
        quiet_from=now_rules.quiet_from,
        quiet_until=now_rules.quiet_until,
    ):
        return 0
    tell_witnesses(now)
    waiting = Message.objects.filter(state=MessageState.QUEUED.value, is_urgent=False, created_at__lte=now)
    served = Digest.objects.filter(day=clock.local_day(now)).values("recipient_id")
    reached = Recipient.objects.filter(is_active=True, pk__in=waiting.values("recipient_id"))
    for recipient in reached.exclude(pk__in=served).order_by("pk"):
        _bundle(recipient, waiting.filter(recipient=recipient), now)
    return _send_digests(now, now_rules)


WITNESS_TITLE = gettext_noop("留痕检查点：到今天共 %(size)s 条")
WITNESS_BODY = gettext_noop(
    "请您原样留着这封邮件。以后想看看从前的记录有没有被改过，打开 %(verify)s ，照那里说的，拿下面几行去比。\n\n%(note)s"
)


def tell_witnesses(now: datetime) -> None:
    """Once a day the newest checkpoint of the ledger leaves the house, to each of those whom the settings name."""
    about = f"checkpoint:{clock.local_day(now):%F}"
    note = note_of(None) or ""
    noted = read(note)
    for address in settings.LEDGER_WITNESSES if noted else ():
        ref = f"witness:{crypto.fingerprint(address, WITNESS)}"
        if Message.objects.filter(recipient__ref=ref, dedupe=about).exists():
            continue
        actions.reach(ref, ChannelKind.MAIL, address)
        actions.tell(
            ref,
            kind="ledger.checkpoint",
            title=WITNESS_TITLE,
            body=WITNESS_BODY,
            params={
                "size": noted.size if noted else "",
                "note": note,
                "verify": f"{settings.BASE_URL}{reverse('verify')}",
            },
            at=now,
            dedupe=about,
        )


def _bundle(recipient: Recipient, waiting: QuerySet[Message], now: datetime) -> None:
    try:
        with transaction.atomic():
            made = Digest.objects.create(
                recipient=recipient, day=clock.local_day(now), created_at=now, next_try_at=now
            )
            if not MESSAGE.go_many(waiting, "bundle", digest=made):
                made.delete()  # another worker was first: never an empty one
    except IntegrityError:
        log.info("another worker made the digest of recipient %s", recipient.pk)


def _settle(now: datetime, now_rules: _Rules) -> None:
    """A message left "sending" by a crash: sent again where the channel knows its key, else in doubt for good."""
    too_old = now - timedelta(minutes=now_rules.claim_minutes)
    for model in (Message, Digest):
        rows = model._default_manager.filter(state=MessageState.SENDING.value, claimed_at__lt=too_old)
        for row in rows.select_related("recipient"):
            takes_key = engine.channel(ChannelKind(row.recipient.channel)).takes_key
            _move(row, "repeat" if takes_key else "lose_sight")


def _send_digests(now: datetime, now_rules: _Rules) -> int:
    return _send_all(Digest.objects.select_related("recipient"), now, now_rules)


def _send_all(rows: QuerySet[Message] | QuerySet[Digest], now: datetime, now_rules: _Rules) -> int:
    due = rows.filter(state=MessageState.QUEUED.value, next_try_at__lte=now).order_by("next_try_at", "pk")
    return sum(_send(row, now, now_rules) for row in due[:BATCH])


def _send(row: Message | Digest, now: datetime, now_rules: _Rules) -> bool:
    recipient = row.recipient
    if not _move(row, "claim", claimed_at=now, tries=F("tries") + 1):
        return False  # another worker has it
    gateway = engine.channel(ChannelKind(recipient.channel))
    try:
        with translation.override(recipient.language):
            title, body = _compose(row)
        gateway.send(
            address=recipient.address, title=title, body=body, key=f"{row._meta.model_name}-{row.pk}"
        )
    except (engine.NotSent, Unreadable) as error:
        tries = row.tries + 1
        is_over = not isinstance(error, engine.NotSent) or error.for_good or tries >= now_rules.tries
        wait = rules.next_try(now, tries=tries, first_wait_minutes=now_rules.first_wait_minutes)
        _move(
            row,
            "give_up" if is_over else "try_later",
            error=fitted(type(row), "error", str(error)),
            next_try_at=wait,
        )
        return False
    except Exception as error:  # noqa: BLE001 — whatever it was, the message may have gone out
        log.exception("sending %s %s was cut short", row._meta.model_name, row.pk)
        _move(row, "lose_sight", error=type(error).__name__)
        return False
    if gateway.leaves_house:
        _move(row, "confirm", sent_at=now, error="")
    else:
        _move(row, "keep", error="")
    return True


def _move(row: Outgoing, act: str, **columns: object) -> bool:
    """One row of the table, committed by itself; False when the row is no longer where it was."""
    with transaction.atomic(durable=True):
        return bool(MESSAGE.go_many(type(row)._default_manager.filter(pk=row.pk), act, **columns))


def _compose(row: Message | Digest) -> tuple[str, str]:
    """Subject line and text, in the active language."""
    if isinstance(row, Message):
        title, body = queries.words(row)
        return title, "\n\n".join(part for part in (body, _address(row)) if part)
    messages = list(row.messages.order_by("created_at", "pk"))
    if len(messages) == 1:
        return _compose(messages[0])
    title = ngettext("您有 %(count)s 条新消息", "您有 %(count)s 条新消息", len(messages)) % {
        "count": len(messages)
    }
    parts = [_line(message) for message in messages]
    return labelled(settings.SITE["name"], title), "\n\n".join(parts)


def _line(message: Message) -> str:
    title, body = queries.words(message)
    return "\n".join(part for part in (f"· {title}", body, _address(message)) if part)


def _address(message: Message) -> str:
    return f"{settings.BASE_URL}{message.link}" if message.link else ""
