"""Some of the seats are drawn by lot: one draw for each deliberation, and its panel on the list of guests."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shangliang.access.actor import SYSTEM, Actor
from shangliang.access.things import house
from shangliang.deliberations.actions.transitions import begin_deliberation, end
from shangliang.deliberations.models import Deliberation, Participant
from shangliang.deliberations.states import DELIBERATION, DeliberationState, Seat
from shangliang.sortition import queries as draw_queries
from shangliang.sortition.actions import drawing, draws
from shangliang.sortition.models import Draw
from shangliang.sortition.states import DRAW


@transaction.atomic
def draw_for(*, deliberation: Deliberation, actor: Actor, at: datetime) -> Draw:
    """The draw of a deliberation, made when it is not there yet; before the session begins."""
    deliberation, _begun = begin_deliberation(deliberation, "draw", actor)
    if deliberation.draw is not None:
        return deliberation.draw
    draw = draws.prepare(
        desk=deliberation,
        room=deliberation.room,
        title=deliberation.subject_line or deliberation.topic.title,
        origin=house().thing("deliberation").link(deliberation.no),
        actor=actor,
        at=at,
    )
    Deliberation.objects.filter(pk=deliberation.pk).update(draw=draw)
    deliberation.draw = draw
    date_draw(deliberation=deliberation)
    return draw


def date_draw(*, deliberation: Deliberation) -> None:
    """Its draw says when and where, as long as that is announced; whoever is drawn reads it. Safe to repeat."""
    if deliberation.draw is None:
        return
    is_fixed = deliberation.state in {DeliberationState.ANNOUNCED, DeliberationState.UNDER_WAY}
    held_at, place = (deliberation.held_at, deliberation.place) if is_fixed else (None, "")
    draws.say_when(draw=deliberation.draw, meets_at=held_at, where=place if held_at else "")


@transaction.atomic
def call_off(*, draw: Draw, reason: str, at: datetime) -> None:
    """The session is cancelled: so is a draw that has not ended yet. Safe to repeat."""
    lottery = draw_queries.open_lottery(draw)
    if lottery is not None:
        drawing.take_back(lottery=lottery, reason=reason, actor=SYSTEM, at=at)
    if DRAW.leads_from("cancel", draw.state):
        draws.cancel(draw=draw, reason=reason, actor=SYSTEM, at=at)


def seat_panel(*, draw: Draw, at: datetime) -> int:
    """Who was drawn and said yes is on the list of guests; returns how many are new. Safe to repeat."""
    found = Deliberation.objects.filter(draw=draw).first()
    if found is None or not DELIBERATION.allows(found, "seat_panel"):
        return 0
    deliberation, begun = begin_deliberation(found, "seat_panel", SYSTEM)
    known = set(deliberation.participants.exclude(ref="").values_list("ref", flat=True))
    is_announced = deliberation.announced_at is not None
    new = [
        Participant(
            deliberation=deliberation,
            seat=Seat.RESIDENT.value,
            name=row.name,
            ref=row.ref,
            invited_at=at if is_announced else None,
        )
        for row in draw_queries.seated(draw)
        if row.ref not in known
    ]
    Participant.objects.bulk_create(new)
    if new:
        end(begun, deliberation, at=at, content={"drawn": len(new)})
    return len(new)
