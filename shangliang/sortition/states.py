"""A draw, its lotteries, and those who volunteered."""

from __future__ import annotations

from enum import StrEnum

from shangliang.events.kinds import Kind
from shangliang.kit.states import Machine, Transition


class DrawState(StrEnum):
    """Where a draw stands."""

    COLLECTING = "collecting"  # volunteers come, quotas are set
    DRAWN = "drawn"  # a panel is there; letters and replies
    SETTLED = "settled"  # the panel is complete and handed on
    CANCELLED = "cancelled"


class LotteryState(StrEnum):
    """One lottery: the first of a draw, and one for each time that others have to take empty seats."""

    ASKED = "asked"  # the worker is at it
    FIXED = "fixed"  # panels and chances are on record; the seed may be made
    PICKED = "picked"
    IMPOSSIBLE = "impossible"  # no panel keeps the quotas, or the time was not enough
    TAKEN_BACK = "taken_back"


class VolunteerState(StrEnum):
    """Whether somebody is in the pool, and what they said once they were drawn."""

    WAITING = "waiting"
    OUT = "out"  # withdrew, or may not be drawn
    DRAWN = "drawn"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Source(StrEnum):
    """By which way somebody came into the pool."""

    CALL = "call"  # the open call, by QR
    CLERK = "clerk"  # paper, telephone, face to face: 代录
    REGISTER = "register"  # said at an earlier draw of this room that they may be asked again
    FILE = "file"


class OutReason(StrEnum):
    """Why somebody is not in the pool."""

    WITHDREW = "withdrew"
    ON_DUTY = "on_duty"  # sits at the table anyway, or runs it
    TWICE = "twice"
    NOT_LOCAL = "not_local"


class SeedWay(StrEnum):
    """How the public number was made."""

    DICE = "dice"
    LOTTERY = "lottery"  # a lottery number of the day, named before
    BALLS = "balls"
    OTHER = "other"


D, L, V = DrawState, LotteryState, VolunteerState

DRAW = Machine(
    name="draw",
    initial=D.COLLECTING,
    transitions=(
        Transition("draw", (D.COLLECTING, D.DRAWN), D.DRAWN, Kind.DRAW_DRAWN, "draw.keep"),
        Transition("settle", (D.DRAWN,), D.SETTLED, Kind.DRAW_SETTLED, "draw.keep"),
        Transition("cancel", (D.COLLECTING, D.DRAWN), D.CANCELLED, Kind.DRAW_CANCELLED, "draw.keep"),
    ),
    finals=(D.SETTLED, D.CANCELLED),
)
LOTTERY = Machine(
    name="lottery",
    initial=L.ASKED,
    transitions=(
        Transition("fix", (L.ASKED,), L.FIXED, Kind.DRAW_FIXED),
        Transition("fail", (L.ASKED,), L.IMPOSSIBLE, Kind.DRAW_IMPOSSIBLE),
        Transition("take_back", (L.ASKED, L.FIXED), L.TAKEN_BACK, Kind.DRAW_TAKEN_BACK, "draw.keep"),
        Transition("pick", (L.FIXED,), L.PICKED, Kind.DRAW_DRAWN, "draw.keep"),
    ),
    finals=(L.PICKED, L.IMPOSSIBLE, L.TAKEN_BACK),
)
VOLUNTEER = Machine(
    name="volunteer",
    initial=V.WAITING,
    transitions=(
        Transition("leave", (V.WAITING,), V.OUT, Kind.VOLUNTEER_LEFT),
        Transition("bring_back", (V.OUT,), V.WAITING, Kind.VOLUNTEER_BROUGHT_BACK, "draw.keep"),
        Transition("draw", (V.WAITING,), V.DRAWN, Kind.DRAW_DRAWN, "draw.keep"),
        Transition("accept", (V.DRAWN, V.DECLINED), V.ACCEPTED, Kind.VOLUNTEER_REPLIED),
        Transition("decline", (V.DRAWN, V.ACCEPTED), V.DECLINED, Kind.VOLUNTEER_REPLIED),
    ),
    finals=(V.ACCEPTED, V.DECLINED, V.OUT),
)
MACHINES = (DRAW, LOTTERY, VOLUNTEER)
