"""What somebody was written, and how each message fared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext

from shangliang.access.actor import Actor
from shangliang.inbox.labels import CHANNELS, MESSAGE_STATES
from shangliang.inbox.models import Message, Recipient, slip_ref
from shangliang.inbox.states import ChannelKind, MessageState


@dataclass(frozen=True)
class Delivery:
    """One message by one channel and how it fared, in the words of whoever reads this."""

    title: str
    channel: str
    state: MessageState
    state_name: str
    at: datetime
    error: str


@dataclass(frozen=True)
class Reached:
    """Where somebody is written to, and in which language."""

    address: str
    language: str


def address_of(ref: str, channel: ChannelKind) -> Reached | None:
    """How `ref` is reached by `channel`; for their own page, nobody else's."""
    row = Recipient.objects.filter(ref=slip_ref(ref), channel=channel.value, is_active=True).first()
    return Reached(row.address, row.language) if row else None


def mine(actor: Actor) -> QuerySet[Message]:
    """Everything written to the actor on the desk, newest first."""
    rows = Message.objects.filter(recipient__channel=ChannelKind.IN_APP.value)
    rows = rows.filter(recipient__ref=actor.key) if actor.is_staff else rows.none()
    return rows.order_by("-created_at", "-pk")


def unread(actor: Actor) -> QuerySet[Message]:
    """What the actor has not read yet, newest first."""
    return mine(actor).filter(read_at=None)


def delivery(ref: str) -> list[Delivery]:
    """How everything written to `ref` fared, newest first; whoever calls has checked that the actor may see it."""
    rows = Message.objects.filter(recipient__ref=slip_ref(ref)).select_related("recipient", "digest")
    return [_delivery(row) for row in rows.order_by("-created_at", "-pk")]


def _delivery(row: Message) -> Delivery:
    carrier = row.digest or row
    state = MessageState(carrier.state)
    return Delivery(
        title=words(row)[0],
        channel=str(CHANNELS[ChannelKind(row.recipient.channel)]),
        state=state,
        state_name=str(MESSAGE_STATES[state]),
        at=carrier.sent_at or carrier.claimed_at or row.created_at,
        error=carrier.error,
    )


def words(message: Message) -> tuple[str, str]:
    """Title and body in the language that is active."""
    params = {name: _word(value) for name, value in message.params.items()}
    return gettext(message.title) % params, gettext(message.body) % params if message.body else ""


def _word(value: object) -> object:
    if isinstance(value, dict):
        return gettext(value["msgid"]) if value.get("msgid") else ""  # gettext("") is the catalogue's header
    return value
