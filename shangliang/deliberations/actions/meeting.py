"""At the table: who came (written by the clerk, never a check-in), begun, and over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.deliberations import queries, rules
from shangliang.deliberations.actions.announcing import start_record_clock
from shangliang.deliberations.actions.preparing import Guest
from shangliang.deliberations.actions.transitions import begin_deliberation, end, record_of, stop_clocks
from shangliang.deliberations.models import Deliberation, Participant
from shangliang.deliberations.states import DELIBERATION
from shangliang.desks.actions.undoing import undoable
from shangliang.kit.clock import local_day, to_the_minute
from shangliang.kit.columns import fitted
from shangliang.kit.guards import Unmet, require
from shangliang.people import queries as people


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
    deliberation, begun = begin_deliberation(deliberation, "write_attendance", actor)
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
                name=fitted(Participant, "name", guest.name),
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
    end(begun, deliberation, at=at, content=facts)


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


def is_day_in_doubt(deliberation: Deliberation, now: datetime) -> bool:
    """Whether it was announced for another day, and nobody has said today that it begins before that day."""
    written, planned = deliberation.attendance_at, deliberation.held_at
    is_said = written is not None and local_day(written) == local_day(now)
    return rules.is_another_day(planned, now) and not (is_said and planned is not None and planned > now)


@undoable(DELIBERATION, "open", takes="deliberation")
@transaction.atomic
def open_session(*, deliberation: Deliberation, actor: Actor, at: datetime) -> None:
    """It begins. The hour that was announced stays, be the button pressed some minutes before or after it."""
    deliberation, begun = begin_deliberation(deliberation, "open", actor)
    require(opening_gaps(deliberation, at))
    deliberation.held_at = rules.hour_held(deliberation.held_at, at)
    end(begun, deliberation, at=at)


@undoable(DELIBERATION, "close", takes="deliberation")
@transaction.atomic
def close(*, deliberation: Deliberation, actor: Actor, at: datetime) -> None:
    """It is over: the record is written in so many working days."""
    deliberation, begun = begin_deliberation(deliberation, "close", actor)
    deliberation.ended_at = deliberation.ended_at or to_the_minute(at)
    record_of(deliberation)
    stop_clocks(deliberation, at)
    start_record_clock(deliberation, at, at)
    end(begun, deliberation, at=at)
