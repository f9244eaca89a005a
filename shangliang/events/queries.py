"""Reading events: what is still to be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from shangliang.events.models import Event, Failure

LONG = timedelta(minutes=10)  # a healthy worker needs seconds


@dataclass(frozen=True)
class Backlog:
    """Events that nobody has dealt with yet."""

    waiting: int
    since: datetime | None  # the oldest of them
    failing: int  # reactions that have failed and are tried again
    now: datetime

    @property
    def is_well(self) -> bool:
        return self.failing == 0 and (self.since is None or self.now - self.since < LONG)


def backlog(now: datetime) -> Backlog:
    """What waits for the worker; what is held back while it can be taken back does not wait."""
    due = Event.objects.filter(Q(held_until=None) | Q(held_until__lte=now), is_open=True)
    found = due.aggregate(count=Count("pk"), since=Min("at"))
    return Backlog(found["count"], found["since"], Failure.objects.count(), now)
