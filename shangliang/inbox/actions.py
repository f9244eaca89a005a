"""Putting messages into the outbox, and keeping who is reached how.

Called from reactions, inside the transaction that marks the reaction as done. Nothing leaves the house here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import translation
from django.utils.functional import Promise

from shangliang.access.actor import Actor
from shangliang.inbox.models import ADDRESS, LINK, Message, Recipient, Telling, account_ref, slip_ref
from shangliang.inbox.states import ChannelKind, HandWay, MessageState
from shangliang.kit import crypto

Text = str | Promise


def notify(
    *,
    accounts: Iterable[int],
    kind: str,
    title: Text,
    body: Text = "",
    params: Mapping[str, object] | None = None,
    link: str = "",
    urgent: bool = False,
    at: datetime,
    dedupe: str,
) -> None:
    """Write to people with an account: on their desk at once, and by every channel they gave.

    `title` and `body` are msgids (gettext_noop or lazy) with %(name)s places for `params`; a lazy param is
    translated too. The same `dedupe` reaches the same recipient once, however often this is called.
    """
    refs = [account_ref(account) for account in dict.fromkeys(accounts)]
    _put(refs, kind, title, body, params, link, urgent, at, dedupe)


def notify_slip(
    ref: str,
    *,
    kind: str,
    title: Text,
    body: Text = "",
    params: Mapping[str, object] | None = None,
    link: str = "",
    urgent: bool = False,
    at: datetime,
    dedupe: str,
) -> None:
    """Write to the holder of a slip, `ref` being its submission's number: on the slip's page, and by the phone if given."""
    _put([slip_ref(ref)], kind, title, body, params, link, urgent, at, dedupe)


def tell(
    ref: str, *, kind: str, title: Text, body: Text, params: Mapping[str, object], at: datetime, dedupe: str
) -> None:
    """Write to somebody who has neither account nor slip, such as a witness of the ledger; not urgent."""
    _put([ref], kind, title, body, params, "", False, at, dedupe)  # noqa: FBT003


def _put(
    refs: list[str],
    kind: str,
    title: Text,
    body: Text,
    params: Mapping[str, object] | None,
    link: str,
    urgent: bool,
    at: datetime,
    dedupe: str,
) -> None:
    if not refs:
        return
    title_id, body_id = msgid(title), msgid(body)
    facts = {name: _storable(value) for name, value in (params or {}).items()}
    _ = title_id % facts, body_id % facts  # a missing param is the caller's mistake and fails here
    link_sealed = crypto.seal(link, LINK) if link else b""
    with transaction.atomic():
        Message.objects.bulk_create(
            [
                Message(
                    recipient=recipient,
                    kind=kind,
                    title=title_id,
                    body=body_id,
                    params=facts,
                    link_sealed=link_sealed,
                    is_urgent=urgent,
                    dedupe=dedupe,
                    created_at=at,
                    next_try_at=at,
                    **_delivered(recipient, at),
                )
                for recipient in _recipients(refs)
            ],
            ignore_conflicts=True,
        )


def _recipients(refs: list[str]) -> list[Recipient]:
    """All channels of all of them; who has none yet gets the one inside the house."""
    found = list(Recipient.objects.filter(ref__in=refs).order_by("ref", "channel"))
    missing = set(refs) - {row.ref for row in found if row.channel == ChannelKind.IN_APP}
    if missing:
        Recipient.objects.bulk_create(
            [Recipient(ref=ref, channel=ChannelKind.IN_APP.value) for ref in sorted(missing)],
            ignore_conflicts=True,
        )
        found = list(Recipient.objects.filter(ref__in=refs).order_by("ref", "channel"))
    return [row for row in found if row.is_active]


def _delivered(recipient: Recipient, at: datetime) -> dict[str, object]:
    if recipient.channel == ChannelKind.IN_APP:
        return {"state": MessageState.SENT.value, "sent_at": at}
    return {"state": MessageState.QUEUED.value}


def msgid(text: Text) -> str:
    """The untranslated text, also of a lazy one."""
    with translation.override(None):
        return str(text)


def _storable(value: object) -> object:
    """A param as JSON keeps it: a lazy one as the msgid it will be translated from, a moment to be said in any language."""
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, Promise):
        return {"msgid": msgid(value)}
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def reach(ref: str, channel: ChannelKind, address: str, *, language: str = "zh-hans") -> None:
    """From now on `ref` is written to by `channel` at `address`; an empty address ends it."""
    with transaction.atomic():
        Recipient.objects.update_or_create(
            ref=slip_ref(ref),
            channel=channel.value,
            defaults={
                "address_sealed": crypto.seal(address, ADDRESS) if address else b"",
                "language": language,
                "is_active": bool(address) or channel == ChannelKind.IN_APP,
            },
        )


def reach_as(ref: str, former: str) -> None:
    """From now on `ref` is written to wherever `former` is: the same person under another number."""
    with transaction.atomic():
        for row in Recipient.objects.filter(ref=slip_ref(former), is_active=True).exclude(address_sealed=b""):
            Recipient.objects.update_or_create(
                ref=slip_ref(ref),
                channel=row.channel,
                defaults={
                    "address_sealed": row.address_sealed,
                    "language": row.language,
                    "is_active": True,
                },
            )


def speak(ref: str, language: str) -> None:
    """Write to `ref` in `language` from now on."""
    Recipient.objects.filter(ref=slip_ref(ref)).update(language=language)


def forget(ref: str) -> None:
    """Erase everything written to somebody, and where they were reached."""
    with transaction.atomic():
        Message.objects.filter(recipient__ref=slip_ref(ref)).delete()
        Telling.objects.filter(ref=slip_ref(ref)).delete()
        Recipient.objects.filter(ref=slip_ref(ref)).delete()


def write_told(*, refs: Iterable[str], about: str, way: HandWay, office: str, at: datetime) -> None:
    """A person told these people what the message `about` says; said twice, the last word stands."""
    Telling.objects.bulk_create(
        [Telling(ref=ref, about=about, way=way.value, office=office, at=at) for ref in dict.fromkeys(refs)],
        update_conflicts=True,
        unique_fields=["ref", "about"],
        update_fields=["way", "office", "at"],
    )


def mark_read(*, actor: Actor, message_ids: Iterable[int], at: datetime) -> int:
    """Mark the actor's own messages as read; others' are not touched. Returns how many."""
    mine = Message.objects.filter(recipient__ref=actor.key, recipient__channel=ChannelKind.IN_APP.value)
    return mine.filter(pk__in=list(message_ids), read_at=None).update(read_at=at)


def outdate(*, accounts: Iterable[int], about: str, at: datetime) -> None:
    """What these people were told under a `dedupe` that begins with `about` is true no longer: it waits unread no more."""
    Message.objects.filter(
        recipient__ref__in=[account_ref(account) for account in accounts],
        recipient__channel=ChannelKind.IN_APP.value,
        dedupe__startswith=about,
        read_at=None,
    ).update(read_at=at)


def mark_all_read(*, actor: Actor, at: datetime) -> int:
    """Mark everything the actor has as read."""
    mine = Message.objects.filter(recipient__ref=actor.key, recipient__channel=ChannelKind.IN_APP.value)
    return mine.filter(read_at=None).update(read_at=at)
