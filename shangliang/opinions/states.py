"""Polls, statements, votes, and the three classes of voters that are never mixed."""

from __future__ import annotations

from enum import IntEnum, StrEnum

from shangliang.events.kinds import Kind
from shangliang.kit.states import Machine, Transition


class PollState(StrEnum):
    """Whether votes are taken."""

    PREPARED = "prepared"
    OPEN = "open"
    CLOSED = "closed"


class StatementState(StrEnum):
    """Who sees a statement."""

    WAITING = "waiting"  # the clerk has not looked yet
    SHOWN = "shown"
    REJECTED = "rejected"


class Choice(IntEnum):
    """What one person says to one statement."""

    DISAGREE = -1
    PASS = 0
    AGREE = 1


class VoterClass(StrEnum):
    """How sure it is that one person votes once. Kept apart in data and pictures."""

    SEAT = "seat"  # a single-use code on a printed slip
    PRESENT = "present"  # the code on the projector, which changes each minute
    OPEN = "open"  # the code on the door, or a link


class Part(StrEnum):
    """Maps are drawn of the people in the room and of the others, each by themselves."""

    ROOM = "room"
    OPEN = "open"


PARTS = {VoterClass.SEAT: Part.ROOM, VoterClass.PRESENT: Part.ROOM, VoterClass.OPEN: Part.OPEN}

P, S = PollState, StatementState
KEEP = "poll.keep"

POLL: Machine[PollState] = Machine(
    name="poll",
    initial=P.PREPARED,
    transitions=(
        Transition("open", (P.PREPARED, P.CLOSED), P.OPEN, Kind.POLL_OPENED, KEEP),
        Transition("close", (P.OPEN,), P.CLOSED, Kind.POLL_CLOSED, KEEP),
        Transition("seed", tuple(P), None, "", KEEP),
        Transition("settle", tuple(P), None, "", KEEP),
        Transition("print_seats", (P.PREPARED, P.OPEN), None, Kind.SEATS_PRINTED, KEEP),
    ),
    finals=(P.CLOSED,),
)
STATEMENT: Machine[StatementState] = Machine(
    name="statement",
    initial=S.WAITING,
    transitions=(
        Transition("show", (S.WAITING, S.REJECTED), S.SHOWN, Kind.STATEMENT_REVIEWED, KEEP),
        Transition("leave_out", (S.WAITING, S.SHOWN), S.REJECTED, Kind.STATEMENT_REVIEWED, KEEP),
        Transition("word", (S.SHOWN, S.REJECTED), None, "", KEEP),
        Transition("set_meta", (S.SHOWN, S.REJECTED), None, "", KEEP),
        Transition("count_hands", (S.SHOWN, S.REJECTED), None, Kind.HANDS_COUNTED, KEEP),
    ),
    finals=(S.SHOWN, S.REJECTED),
)
MACHINES = (POLL, STATEMENT)
