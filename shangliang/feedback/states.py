"""What somebody says about the system: kinds, ways, where it may truly belong, and the machine."""

from enum import StrEnum
from typing import Any

from shangliang.events.kinds import Kind
from shangliang.kit.states import Machine, Transition


class FeedbackKind(StrEnum):
    """投诉、建议、不会用."""

    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    HELP = "help"


class FeedbackWay(StrEnum):
    """How the words came to us; all but `online` were entered for somebody (代录)."""

    ONLINE = "online"
    VISIT = "visit"
    PHONE = "phone"
    PAPER = "paper"


class FeedbackState(StrEnum):
    """Where it stands."""

    WAITING = "waiting"
    ANSWERED = "answered"
    PASSED_ON = "passed_on"  # it was no remark about the system; the person was told where it belongs


ROOM = (
    "room"  # where it belongs to a room; the other places are codes of the rulebook's `topics.handover_table`
)
S = FeedbackState
ANSWER = "feedback.answer"


def has_phone(feedback: Any) -> bool:
    """a telephone number was left"""
    return bool(feedback.phone_sealed)


def was_not_asked_again(feedback: Any) -> bool:
    """the person has not asked again yet"""
    return feedback.asked_again_at is None


FEEDBACK: Machine[FeedbackState] = Machine(
    name="feedback",
    initial=S.WAITING,
    transitions=(
        Transition("answer", (S.WAITING,), S.ANSWERED, Kind.FEEDBACK_ANSWERED, ANSWER),
        Transition("pass_on", (S.WAITING,), S.PASSED_ON, Kind.FEEDBACK_PASSED_ON, ANSWER),
        Transition(
            "ask_again",
            (S.ANSWERED, S.PASSED_ON),
            S.WAITING,
            Kind.FEEDBACK_ASKED_AGAIN,
            when=was_not_asked_again,
        ),
        Transition("reveal", tuple(S), None, Kind.FEEDBACK_PHONE_SEEN, "feedback.phone", when=has_phone),
    ),
    finals=(S.ANSWERED, S.PASSED_ON),
)
MACHINES = (FEEDBACK,)
