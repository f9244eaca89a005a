"""A draw, its lotteries, and those who volunteered."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

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


class CallResult(StrEnum):
    """What came of a telephone call to somebody who was drawn."""

    REACHED = "reached"  # they know; whether they come is a reply of its own
    MISSED = "missed"
    LATER = "later"  # they asked to be called again


D, L, V = DrawState, LotteryState, VolunteerState
KEEP, OPEN_DRAW = "draw.keep", (D.COLLECTING, D.DRAWN)


def has_a_panel(volunteer: Any) -> bool:
    """a panel was drawn and is not settled yet"""
    return bool(volunteer.draw.state == D.DRAWN)


def left_a_phone(volunteer: Any) -> bool:
    """a telephone was left"""
    return bool(volunteer.phone_hash)


def shares_a_home(volunteer: Any) -> bool:
    """an address was given, by which others may be of the same household"""
    return bool(volunteer.home_hash)


DRAW: Machine[DrawState] = Machine(
    name="draw",
    initial=D.COLLECTING,
    transitions=(
        Transition("set_up", (D.COLLECTING,), None, Kind.DRAW_PREPARED, KEEP),
        Transition("bound", OPEN_DRAW, None, Kind.DRAW_PREPARED, KEEP),
        Transition("ask_check", OPEN_DRAW, None, "", KEEP),
        Transition("call", (D.COLLECTING,), None, Kind.DRAW_CALLED, KEEP),
        Transition("enter", OPEN_DRAW, None, Kind.VOLUNTEER_ENTERED, KEEP),
        Transition("ask_lottery", OPEN_DRAW, None, Kind.DRAW_ASKED, KEEP),
        Transition("draw", OPEN_DRAW, D.DRAWN, Kind.DRAW_DRAWN),  # with the lottery that was picked
        # who was drawn as an alternate takes the seat of who cannot come
        Transition("call_alternates", (D.DRAWN,), None, Kind.DRAW_FILLED, KEEP, also=("volunteer.draw",)),
        Transition("settle", (D.DRAWN,), D.SETTLED, Kind.DRAW_SETTLED, KEEP),
        Transition("cancel", OPEN_DRAW, D.CANCELLED, Kind.DRAW_CANCELLED, KEEP),
    ),
    finals=(D.SETTLED, D.CANCELLED),
)
LOTTERY: Machine[LotteryState] = Machine(
    name="lottery",
    initial=L.ASKED,
    transitions=(
        Transition("fix", (L.ASKED,), L.FIXED, Kind.DRAW_FIXED),
        Transition("fail", (L.ASKED,), L.IMPOSSIBLE, Kind.DRAW_IMPOSSIBLE),
        Transition("take_back", (L.ASKED, L.FIXED), L.TAKEN_BACK, Kind.DRAW_TAKEN_BACK, KEEP),
        Transition("pick", (L.FIXED,), L.PICKED, Kind.DRAW_DRAWN, KEEP, also=("draw.draw", "volunteer.draw")),
    ),
    finals=(L.PICKED, L.IMPOSSIBLE, L.TAKEN_BACK),
)
VOLUNTEER: Machine[VolunteerState] = Machine(
    name="volunteer",
    initial=V.WAITING,
    transitions=(
        Transition("change", (V.WAITING, V.OUT), None, Kind.VOLUNTEER_ENTERED, KEEP),
        Transition("confirm", (V.WAITING, V.OUT), None, "", KEEP),
        Transition("untie", (V.WAITING, V.OUT), None, Kind.VOLUNTEER_UNTIED, KEEP, when=shares_a_home),
        Transition("keep_home", (V.WAITING, V.OUT), None, "", KEEP, when=shares_a_home),
        Transition("leave", (V.WAITING,), V.OUT, Kind.VOLUNTEER_LEFT),
        # who is out already, or cannot come, may still have what they gave erased
        Transition("leave", (V.OUT, V.DECLINED), None, Kind.VOLUNTEER_LEFT),
        Transition("put_out", (V.WAITING,), V.OUT, Kind.VOLUNTEER_LEFT, KEEP),
        Transition("bring_back", (V.OUT,), V.WAITING, Kind.VOLUNTEER_BROUGHT_BACK, KEEP),
        Transition("draw", (V.WAITING,), V.DRAWN, Kind.DRAW_DRAWN),
        Transition("accept", (V.DRAWN, V.DECLINED), V.ACCEPTED, Kind.VOLUNTEER_REPLIED, when=has_a_panel),
        Transition("decline", (V.DRAWN, V.ACCEPTED), V.DECLINED, Kind.VOLUNTEER_REPLIED, when=has_a_panel),
        # the same, as it was told to the clerk
        Transition(
            "accept_for",
            (V.DRAWN, V.DECLINED),
            V.ACCEPTED,
            Kind.VOLUNTEER_REPLIED,
            KEEP,
            when=has_a_panel,
        ),
        Transition(
            "decline_for",
            (V.DRAWN, V.ACCEPTED),
            V.DECLINED,
            Kind.VOLUNTEER_REPLIED,
            KEEP,
            when=has_a_panel,
        ),
        Transition("note_call", (V.DRAWN,), None, Kind.VOLUNTEER_CALLED, KEEP, when=left_a_phone),
        Transition("note_letter", (V.DRAWN,), None, Kind.VOLUNTEER_LETTER_BROUGHT, KEEP),
        Transition("reveal", tuple(V), None, Kind.VOLUNTEER_PHONE_SEEN, "contact.reveal"),
    ),
    finals=(V.ACCEPTED, V.DECLINED, V.OUT),
)
MACHINES = (DRAW, LOTTERY, VOLUNTEER)
