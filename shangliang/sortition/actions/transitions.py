"""How every act on a draw, a lottery or a volunteer begins and ends: locked, moved by the table, one ledger row."""

from __future__ import annotations

from datetime import datetime

from shangliang.access.actor import Actor
from shangliang.access.transitions import Begun, begin
from shangliang.desks.actions.records import record
from shangliang.kit.guards import Unmet, require
from shangliang.sortition import queries
from shangliang.sortition.models import Draw, Lottery, Volunteer
from shangliang.sortition.permissions import role_over
from shangliang.sortition.states import DRAW, LOTTERY, VOLUNTEER


def locked(draw: Draw) -> Draw:
    """The row as it is now, and nobody else's until the end of the transaction."""
    return Draw.objects.select_for_update(of=("self",)).select_related("room").get(pk=draw.pk)


def begin_draw(draw: Draw, act: str, actor: Actor) -> tuple[Draw, Begun]:
    """The draw, locked, checked and moved by the table; raises Denied or IllegalMove."""
    row = locked(draw)
    return row, begin(DRAW, row, act, actor)


def begin_change(draw: Draw, act: str, actor: Actor) -> tuple[Draw, Begun]:
    """The same for what changes pool or quotas; raises Blocked while a lottery is open."""
    row, begun = begin_draw(draw, act, actor)
    refuse_while_lots_are_made(row)
    return row, begun


def begin_lottery(lottery: Lottery, act: str, actor: Actor) -> tuple[Lottery, Begun]:
    """The same for a lottery; its draw is locked with it."""
    draw = locked(lottery.draw)
    row = Lottery.objects.select_for_update().get(pk=lottery.pk)
    row.draw = draw
    return row, begin(LOTTERY, row, act, actor, role_over)


def begin_volunteer(volunteer: Volunteer, act: str, actor: Actor) -> tuple[Volunteer, Begun]:
    """The same for a volunteer; the draw is locked with them."""
    draw = locked(volunteer.draw)
    row = draw.volunteers.get(pk=volunteer.pk)
    row.draw = draw
    return row, begin(VOLUNTEER, row, act, actor, role_over)


def refuse_while_lots_are_made(draw: Draw) -> None:
    """Pool and quotas stand still from the sealing to the seed; raises Blocked."""
    if queries.open_lottery(draw) is not None:
        require([Unmet("lottery_open", mend="lottery")])


def end(begun: Begun, draw: Draw, at: datetime, **content: object) -> None:
    """The one ledger row of an act, in the history of the draw."""
    record(begun, draw, at=at, content=content)
