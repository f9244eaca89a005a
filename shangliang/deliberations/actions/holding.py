"""At the table: who came (written by the clerk, never a check-in), begun, and over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.access.desk import require_role
from shangliang.access.roles import Permission
from shangliang.clocks import actions as clocks
from shangliang.deliberations import queries, rules
from shangliang.deliberations.actions.announcing import start_record_clock
from shangliang.deliberations.actions.moving import begin, end, locked, locked_record
from shangliang.deliberations.actions.preparing import Guest
from shangliang.deliberations.models import Deliberation, Participant
from shangliang.deliberations.states import DELIBERATION, DeliberationState
from shangliang.events.kinds import Kind
from shangliang.kit.clock import local_day
from shangliang.kit.guards import Unmet, require
from shangliang.kit.states import IllegalMove
from shangliang.people import queries as people

ATTENDABLE = frozenset(
    {DeliberationState.ANNOUNCED, DeliberationState.UNDER_WAY, DeliberationState.TO_BE_CONFIRMED}
)


@dataclass(frozen=True)
class Attendance:
    """Names tapped, some of them on the telephone, heads counted, guests nobody had invited."""

    here: frozenset[int]
    by_telephone: frozenset[int] = frozenset()
    heads: int = 0
    came_besides: Iterable[Guest] = field(default_factory=tuple)


@transaction.atomic
def write_attendance(
    *, deliberation: Deliberation, attendance: Attendance, actor: Actor, at: datetime
) -> None:
    """Write who is here, in one go; again whenever somebody comes later."""
    deliberation = locked(deliberation)
    role = require_role(actor, Permission.DELIBERATION_RECORD, deliberation)
    record = queries.record_of(deliberation)
    if deliberation.state not in ATTENDABLE or (record and record.written_at):
        raise IllegalMove(DELIBERATION.name, "write_attendance", deliberation.state)
    here = attendance.here | attendance.by_telephone
    deliberation.participants.exclude(pk__in=here).update(attended=False, by_telephone=False)
    deliberation.participants.filter(pk__in=here).update(attended=True, by_telephone=False)
    deliberation.participants.filter(pk__in=attendance.by_telephone).update(by_telephone=True)
    Participant.objects.bulk_create(
        [
            Participant(
                deliberation=deliberation,
                seat=guest.seat.value,
                person=guest.person,
                unit=guest.unit,
                name=guest.name.strip()[:40],
                attended=True,
            )
            for guest in attendance.came_besides
        ]
    )
    deliberation.residents_count, deliberation.attendance_at = attendance.heads, at
    facts: dict[str, object] = {
        "named": deliberation.participants.filter(attended=True).count(),
        "heads": attendance.heads,
    }
    end(deliberation, Kind.ATTENDANCE_WRITTEN, actor=actor, role=role, at=at, content=facts)


def opening_gaps(deliberation: Deliberation, now: datetime) -> list[Unmet]:
    """The affected party has to be here; everybody else is advice."""
    day = local_day(now)
    return rules.missing_for_opening(
        queries.seats(deliberation, attended=True),
        queries.numbers_at(deliberation, day),
        is_written=deliberation.attendance_at is not None,
        heads=deliberation.residents_count,
        needs_second=people.pattern(deliberation.room, day).second_is_needed,
    )


@transaction.atomic
def open_session(*, deliberation: Deliberation, actor: Actor, at: datetime) -> None:
    """It begins."""
    deliberation, role, transition = begin(deliberation, "open", actor)
    require(opening_gaps(deliberation, at))
    deliberation.state, deliberation.held_at = transition.target.value, at
    end(deliberation, transition.event, actor=actor, role=role, at=at)


@transaction.atomic
def close(*, deliberation: Deliberation, actor: Actor, at: datetime) -> None:
    """It is over: the record is written in so many working days."""
    deliberation, role, transition = begin(deliberation, "close", actor)
    deliberation.state, deliberation.ended_at = transition.target.value, at
    locked_record(deliberation)
    clocks.stop_all(deliberation.subject, at=at)
    start_record_clock(deliberation, at, at)
    end(deliberation, transition.event, actor=actor, role=role, at=at)
