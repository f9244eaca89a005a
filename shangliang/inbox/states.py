"""How a message stands on its way to somebody."""

from __future__ import annotations

from enum import StrEnum

from shangliang.kit.states import Machine, Transition


class ChannelKind(StrEnum):
    """By which way a message reaches its recipient."""

    IN_APP = "in_app"  # read on the desk or on the slip; nothing leaves the house
    MAIL = "mail"
    SMS = "sms"


class MessageState(StrEnum):
    """Where a message, or a digest of several, stands."""

    QUEUED = "queued"
    SENDING = "sending"  # claimed; a crash from here on leaves it open whether it went out
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DIGESTED = "digested"  # it travels in a digest, whose own state says the rest
    KEPT = "kept"  # there is no gateway: it stands in the outbox file and has reached nobody


class HandWay(StrEnum):
    """How somebody was told by a person, not by the system."""

    PHONE = "phone"
    LETTER = "letter"
    IN_PERSON = "in_person"


class Standing(StrEnum):
    """Whether somebody knows by now; the order is that of what says most."""

    BY_HAND = "by_hand"  # a person wrote down that they told them
    SENT = "sent"  # a gateway took it
    READ = "read"  # read inside the house
    WAITING = "waiting"
    ON_DESK = "on_desk"  # it lies on their desk, unread
    CALL = "call"  # left a telephone, and nothing went out to it
    TELL = "tell"  # nothing in the system reaches them
    NO_WAY = "no_way"  # left nothing: reads it on the slip, if they look


S = MessageState

MESSAGE = Machine(
    "message",
    S.QUEUED,
    (
        Transition("claim", (S.QUEUED,), S.SENDING, ""),
        Transition("confirm", (S.SENDING,), S.SENT, ""),
        Transition("keep", (S.SENDING,), S.KEPT, ""),
        Transition("try_later", (S.SENDING,), S.QUEUED, ""),  # certainly not sent
        Transition("give_up", (S.SENDING,), S.FAILED, ""),
        Transition("lose_sight", (S.SENDING,), S.UNKNOWN, ""),
        Transition("repeat", (S.SENDING,), S.QUEUED, ""),  # only where the channel takes an idempotency key
        Transition("bundle", (S.QUEUED,), S.DIGESTED, ""),
    ),
    finals=(S.SENT, S.FAILED, S.UNKNOWN, S.DIGESTED, S.KEPT),
)
MACHINES = (MESSAGE,)
