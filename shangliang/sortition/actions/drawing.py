"""Drawing the lot in two steps, so that nobody can steer it: first panels are fixed and put on record, then the seed is made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from shangliang.access.actor import SYSTEM, Actor, ActorKind
from shangliang.clocks import actions as clocks
from shangliang.desks.queries import holder
from shangliang.kit.clock import local_day
from shangliang.kit.guards import Unmet, require
from shangliang.kit.jobs import wake
from shangliang.kit.states import IllegalMove
from shangliang.sortition import queries, rules
from shangliang.sortition.actions.transitions import (
    begin_draw,
    begin_lottery,
    begin_volunteer,
    end,
    refuse_while_lots_are_made,
)
from shangliang.sortition.models import Draw, Lottery, Volunteer
from shangliang.sortition.states import (
    DRAW,
    VOLUNTEER,
    DrawState,
    SeedWay,
    VolunteerState,
)

REPLY = "sortition.reply_days"


@dataclass(frozen=True)
class Fixed:
    """What the worker made: the panels as one text, their seal, everybody's chance, and what is proven."""

    panels: str
    panels_sha256: str
    pool_sha256: str
    chances: Mapping[str, float]  # by volunteer's number
    report: Mapping[str, object]


@transaction.atomic
def fix(*, draw: Draw, actor: Actor, at: datetime) -> Lottery:
    """Close the pool and have the panels made. Raises Blocked with everything that is missing."""
    draw, begun = begin_draw(draw, "ask_lottery", actor)
    require(queries.missing_for_lottery(draw, local_day(at)))
    number = draw.lotteries.count() + 1
    size = draw.size if draw.state == DrawState.COLLECTING else queries.empty_seats(draw)
    lottery = Lottery.objects.create(draw=draw, number=number, size=size, asked_at=at)
    Draw.objects.filter(pk=draw.pk).update(is_called=False)
    end(begun, draw, at, lottery=number, size=size, pool=len(queries.pool(draw)))
    transaction.on_commit(wake)
    return lottery


@transaction.atomic
def put_on_record(*, lottery: Lottery, fixed: Fixed, at: datetime) -> bool:
    """The worker is done: seals of pool and panels go into the ledger. False where somebody took the lottery back meanwhile."""
    try:
        lottery, begun = begin_lottery(lottery, "fix", SYSTEM)
    except IllegalMove:
        return False
    lottery.fixed_at = at
    lottery.panels, lottery.panels_sha256 = fixed.panels, fixed.panels_sha256
    lottery.pool_sha256, lottery.chances = fixed.pool_sha256, dict(fixed.chances)
    lottery.report = dict(fixed.report)
    lottery.save()
    end(
        begun,
        lottery.draw,
        at,
        lottery=lottery.number,
        panels_sha256=fixed.panels_sha256,
        pool_sha256=fixed.pool_sha256,
    )
    return True


@transaction.atomic
def give_up(*, lottery: Lottery, report: Mapping[str, object], at: datetime) -> bool:
    """The worker found that no panel keeps the quotas, or could not know in the time; the report says what would help."""
    try:
        lottery, begun = begin_lottery(lottery, "fail", SYSTEM)
    except IllegalMove:
        return False
    lottery.report = dict(report)
    lottery.save(update_fields=["state", "report"])
    end(begun, lottery.draw, at, lottery=lottery.number)
    return True


@transaction.atomic
def take_back(*, lottery: Lottery, reason: str, actor: Actor, at: datetime) -> None:
    """Before the seed is made, with a reason that stays on record. Raises Blocked or IllegalMove."""
    lottery, begun = begin_lottery(lottery, "take_back", actor)
    if not reason.strip():
        require([Unmet("reason_missing", mend="reason")])
    lottery.reason = reason.strip()
    lottery.save(update_fields=["state", "reason"])
    end(begun, lottery.draw, at, lottery=lottery.number)


@transaction.atomic
def pick(*, lottery: Lottery, seed: str, way: SeedWay, actor: Actor, at: datetime) -> list[int]:
    """The seed was made in public: one panel is drawn, and everybody on it is asked. Returns their numbers."""
    lottery, begun = begin_lottery(lottery, "pick", actor)
    draw = lottery.draw
    if not seed.strip():
        require([Unmet("seed_missing", mend="seed")])
    panels = read_panels(lottery.panels)
    number = rules.pick(len(panels), lottery.panels_sha256, seed)
    drawn = [int(who) for who in panels[number - 1]]
    lottery.picked_at = at
    lottery.seed, lottery.seed_way = seed.strip(), way.value
    lottery.panel_number, lottery.panel = number, drawn
    order = rules.waiting_order(panels, lottery.panels_sha256, seed, panels[number - 1])
    lottery.alternates = [int(who) for who in order]
    lottery.save()
    VOLUNTEER.go_many(draw.volunteers.filter(number__in=drawn), "draw")
    DRAW.go_many(Draw.objects.filter(pk=draw.pk), "draw")
    _wait_for_replies(draw, at)
    end(
        begun,
        draw,
        at,
        lottery=lottery.number,
        seed_sha256=hashlib.sha256(lottery.seed.encode()).hexdigest(),
        way=way.value,
        panel=number,
        drawn=drawn,
    )
    return drawn


@transaction.atomic
def call_alternates(*, draw: Draw, actor: Actor, at: datetime) -> list[int]:
    """Alternates of the last public draw are asked for the seats that became empty. Returns their numbers.

    Raises Blocked where no seat is empty or nobody who waits fits it: then a lottery of its own is left.
    """
    draw, begun = begin_draw(draw, "call_alternates", actor)
    refuse_while_lots_are_made(draw)
    found = queries.alternates(draw)
    if not found:
        require([Unmet("no_alternate" if queries.empty_seats(draw) else "nobody_declined", mend="lottery")])
    for seat, number in found.items():
        draw.volunteers.filter(number=number).update(seat_of=seat)
    drawn = list(found.values())
    VOLUNTEER.go_many(draw.volunteers.filter(number__in=drawn), "draw")
    _wait_for_replies(draw, at)
    end(begun, draw, at, seats=list(found), drawn=drawn)
    return drawn


def _wait_for_replies(draw: Draw, at: datetime) -> None:
    clocks.stop(REPLY, draw.subject, at=at)
    clocks.start(REPLY, draw.subject, holder=holder(draw), at=at, area_path=draw.desk_path)


@transaction.atomic
def reply(*, volunteer: Volunteer, comes: bool, actor: Actor, at: datetime) -> None:
    """Yes or no of somebody who was drawn, on their own page or taken down by the clerk. Raises Blocked or IllegalMove."""
    act = ("accept" if comes else "decline") + ("_for" if actor.kind == ActorKind.STAFF else "")
    volunteer, begun = begin_volunteer(volunteer, act, actor)
    draw = volunteer.draw
    if comes and begun.was == VolunteerState.DECLINED and _is_seat_gone(volunteer):
        require([Unmet("seat_gone")])
    volunteer.replied_at = at
    volunteer.save(update_fields=["state", "replied_at"])
    end(begun, draw, at, volunteer=volunteer.number, comes=comes)
    if not draw.volunteers.filter(state=VolunteerState.DRAWN.value).exists():
        clocks.stop(REPLY, draw.subject, at=at)


def _is_seat_gone(volunteer: Volunteer) -> bool:
    """Whether the seat of somebody who had declined was given, or is being given, to somebody else."""
    draw = volunteer.draw
    if draw.volunteers.filter(seat_of=volunteer.number).exists():
        return True
    return queries.empty_seats(draw) == 0 or queries.open_lottery(draw) is not None


def read_panels(text: str) -> list[list[str]]:
    """The panels of a lottery, out of its own canonical text."""
    panels: list[list[str]] = []
    for line in text.splitlines()[1:]:
        number, _comma, who = line.partition(",")
        if int(number) > len(panels):
            panels.append([])
        panels[-1].append(who)
    return panels
