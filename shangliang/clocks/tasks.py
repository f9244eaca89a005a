"""The tick: what has come due while we looked away is told once, however long the worker was down."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from shangliang.clocks.models import Clock
from shangliang.events.actions import emit
from shangliang.events.kinds import Kind

BATCH = 200

# column that passes, column that remembers that it was told, what is told
STEPS = (
    ("remind_at", "reminded_at", Kind.CLOCK_REMINDED),
    ("due_at", "came_due_at", Kind.CLOCK_CAME_DUE),
    ("red_at", "reddened_at", Kind.CLOCK_REDDENED),
    ("long_at", "grew_long_at", Kind.CLOCK_GREW_LONG),
)


def tick(now: datetime) -> int:
    """Tell reminders, deadlines, red ones and those late for long that have passed; returns how many."""
    return sum(_tell(now, passes, told, kind) for passes, told, kind in STEPS)


def _tell(now: datetime, passes: str, told: str, kind: Kind) -> int:
    count = 0
    passed = Q(**{f"{passes}__lte": now, told: None, "paused_at": None, "stopped_at": None})
    while ids := list(Clock.objects.filter(passed).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        for pk in ids:
            with transaction.atomic():
                # The condition again, in the write: a second worker, or a stop in between, finds nothing to do.
                if Clock.objects.filter(passed, pk=pk).update(**{told: now}):
                    row = Clock.objects.get(pk=pk)
                    emit(kind, row.subject, at=now, payload=facts_of(row))
                    count += 1
    return count


def facts_of(row: Clock) -> dict[str, object]:
    """What is told with a clock's moment: which clock, by which rule, and who has to act."""
    return {
        "clock": row.pk,
        "rule": row.rule,
        "role": row.role,
        "area_path": row.area_path,
        "room_no": row.room_no,
        "unit_code": row.unit_code,
    }
