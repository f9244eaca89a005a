"""Some of the seats are drawn by lot: one draw for each deliberation, and its panel on the list of guests."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shangliang.access.actor import SYSTEM, Actor
from shangliang.deliberations.actions.asking import ASKABLE, can_ask
from shangliang.deliberations.actions.moving import end, locked
from shangliang.deliberations.models import Deliberation, Participant
from shangliang.deliberations.states import DELIBERATION, DeliberationState, Seat
from shangliang.events.kinds import Kind
from shangliang.kit.states import IllegalMove
from shangliang.sortition import queries as draws
from shangliang.sortition.actions import drawing, keeping
from shangliang.sortition.models import Draw
from shangliang.sortition.states import DRAW

DRAWABLE = ASKABLE - {DeliberationState.UNDER_WAY}


def can_draw(deliberation: Deliberation) -> bool:
    """Before a formal session begins."""
    return can_ask(deliberation) and deliberation.state in DRAWABLE


@transaction.atomic
def draw_for(*, deliberation: Deliberation, actor: Actor, at: datetime) -> Draw:
    """The draw of a deliberation, made when it is not there yet. Raises IllegalMove."""
    deliberation = locked(deliberation)
    if deliberation.draw is not None:
        return deliberation.draw
    if not can_draw(deliberation):
        raise IllegalMove(DELIBERATION.name, "draw", deliberation.state)
    draw = keeping.prepare(
        desk=deliberation,
        room=deliberation.room,
        title=deliberation.subject_line or deliberation.topic.title,
        origin=f"/desk/deliberations/{deliberation.no}",
        actor=actor,
        at=at,
    )
    Deliberation.objects.filter(pk=deliberation.pk).update(draw=draw)
    return draw


@transaction.atomic
def call_off(*, draw: Draw, reason: str, at: datetime) -> None:
    """The session is cancelled: so is a draw that has not ended yet. Safe to repeat."""
    lottery = draws.open_lottery(draw)
    if lottery is not None:
        drawing.take_back(lottery=lottery, reason=reason, actor=SYSTEM, at=at)
    if DRAW.leads_from("cancel", draw.state):
        keeping.cancel(draw=draw, reason=reason, actor=SYSTEM, at=at)


@transaction.atomic
def seat_panel(*, draw: Draw, at: datetime) -> int:
    """Who was drawn and said yes is on the list of guests; returns how many are new. Safe to repeat."""
    found = Deliberation.objects.filter(draw=draw).first()
    if found is None:
        return 0
    deliberation = locked(found)
    if deliberation.state not in ASKABLE:
        return 0
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
        for row in draws.seated(draw)
        if row.ref not in known
    ]
    Participant.objects.bulk_create(new)
    if new:
        end(
            deliberation,
            Kind.DELIBERATION_PREPARED,
            actor=SYSTEM,
            role=None,
            at=at,
            content={"drawn": len(new)},
        )
    return len(new)
