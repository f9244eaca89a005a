"""Reading clocks: what is due to an actor, and how one thing's clocks stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from shangliang.access.actor import Actor
from shangliang.clocks import rules
from shangliang.clocks.models import Clock, ClockQuerySet
from shangliang.events.kinds import Subject


def due_to(actor: Actor) -> ClockQuerySet:
    """What `actor` has to act on, soonest first; a thing stands there once, with the clock that runs out first."""
    mine = Clock.objects.running().due_to(actor).filter(paused_at=None)
    sooner = mine.filter(subject_kind=OuterRef("subject_kind"), subject_no=OuterRef("subject_no")).filter(
        Q(due_at__lt=OuterRef("due_at")) | Q(due_at=OuterRef("due_at"), pk__lt=OuterRef("pk"))
    )
    return mine.filter(~Exists(sooner)).order_by("due_at", "pk")


def running_by_subject(subjects: Iterable[Subject]) -> dict[Subject, list[Clock]]:
    """The running clocks of many things in one statement, soonest first."""
    wanted = list(subjects)
    found: dict[Subject, list[Clock]] = defaultdict(list)
    rows = Clock.objects.running().filter(
        subject_kind__in={subject.kind for subject in wanted}, subject_no__in={s.no for s in wanted}
    )
    for row in rows.order_by("due_at"):
        found[row.subject].append(row)
    return found


def reminded(subjects: Iterable[Subject]) -> set[Subject]:
    """Which of these things' running clocks have told their holder that time is running out; one statement."""
    return {
        subject
        for subject, rows in running_by_subject(subjects).items()
        if any(row.reminded_at is not None for row in rows)
    }


def light(row: Clock, now: datetime) -> rules.Light:
    """How a running clock looks now."""
    return rules.light(
        now, due_at=row.due_at, remind_at=row.remind_at, red_at=row.red_at, paused_at=row.paused_at
    )
