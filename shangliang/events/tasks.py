"""The worker's side: run every (event, reaction) pair that has no `Done` row yet, each in its own transaction."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from shangliang.events.actions import reactions
from shangliang.events.kinds import Kind
from shangliang.events.models import Done, Event, Failure, Pressed, Reaction
from shangliang.kit import clock
from shangliang.kit.columns import fitted

log = logging.getLogger(__name__)

BATCH = 200
KINDS = frozenset(map(str, Kind))
UNKNOWN = "?"  # in the place of a reaction: this version does not know what kind of event it is
FIRST_WAIT = timedelta(seconds=10)  # doubled at each further try
LONGEST_WAIT = timedelta(hours=1)


def name_of(reaction: Reaction) -> str:
    """The name under which a reaction is remembered: its module's app and its own name."""
    return f"{reaction.__module__.removeprefix('shangliang.')}.{reaction.__name__}"[:60]


def react(now: datetime | None = None) -> int:
    """Do what is open and due; returns how many pairs were done. Safe to run in several workers at once."""
    now, table, count = now or clock.now(), reactions(), 0
    waiting = Failure.objects.filter(next_try_at__gt=now).values_list("event_id", "reaction")
    later = set(waiting)
    after = 0
    free = Event.objects.filter(Q(held_until=None) | Q(held_until__lte=now), is_open=True)
    while batch := list(free.filter(pk__gt=after).order_by("pk")[:BATCH]):
        after = batch[-1].pk
        done = set(Done.objects.filter(event__in=batch).values_list("event_id", "reaction"))
        for event in batch:
            if event.kind not in KINDS:
                if (event.pk, UNKNOWN) not in later:
                    _remember(event, UNKNOWN, f"no event is called {event.kind!r} here", now)
                continue  # kept, and done by a version that knows it
            open_pairs = [
                reaction
                for reaction in table.get(Kind(event.kind), ())
                if (event.pk, name_of(reaction)) not in done
            ]
            for reaction in list(open_pairs):
                if (event.pk, name_of(reaction)) in later:
                    continue
                if _run(event, reaction, now):
                    open_pairs.remove(reaction)
                    count += 1
            if not open_pairs:
                Event.objects.filter(pk=event.pk).update(is_open=False)
    return count


def forget_pressed(now: datetime) -> int:
    """Delete what was kept to put a press back, once its time is over; returns how many. Safe to run at any time."""
    return Pressed.objects.filter(until__lte=now).delete()[0]


def _run(event: Event, reaction: Reaction, now: datetime) -> bool:
    name = name_of(reaction)
    try:
        with transaction.atomic():
            # First, so that a second worker waits here or fails on the unique pair before it does anything.
            Done.objects.create(event=event, reaction=name, at=now)
            reaction(event)
            Failure.objects.filter(event=event, reaction=name).delete()
    except IntegrityError:
        if Done.objects.filter(event=event, reaction=name).exists():
            return True
        _remember(event, name, "IntegrityError", now)
        return False
    except Exception as error:  # noqa: BLE001 — one bad reaction must not stop the others; it is kept and shown
        log.exception("reaction %s to event %s failed", name, event.pk)
        _remember(event, name, f"{type(error).__name__}: {error}", now)
        return False
    return True


def _remember(event: Event, name: str, error: str, now: datetime) -> None:
    failure, _ = Failure.objects.get_or_create(
        event=event, reaction=name, defaults={"error": "", "next_try_at": now}
    )
    wait = min(FIRST_WAIT * 2**failure.tries, LONGEST_WAIT)
    failure.tries += 1
    failure.error, failure.next_try_at = fitted(Failure, "error", error), now + wait
    failure.save()
