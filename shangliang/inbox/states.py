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


S = MessageState

MESSAGE = Machine(
    "message",
    S.QUEUED,
    (
        Transition("claim", (S.QUEUED,), S.SENDING, ""),
        Transition("confirm", (S.SENDING,), S.SENT, ""),
        Transition("try_later", (S.SENDING,), S.QUEUED, ""),  # certainly not sent
        Transition("give_up", (S.SENDING,), S.FAILED, ""),
        Transition("lose_sight", (S.SENDING,), S.UNKNOWN, ""),
        Transition("repeat", (S.SENDING,), S.QUEUED, ""),  # only where the channel takes an idempotency key
        Transition("bundle", (S.QUEUED,), S.DIGESTED, ""),
    ),
    finals=(S.SENT, S.FAILED, S.UNKNOWN, S.DIGESTED),
)
MACHINES = (MESSAGE,)
