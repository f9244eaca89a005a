"""What an act leaves behind, in words that a test can be read by: columns, clocks, ledger. Nothing is left out.

assert left(lambda: screening.end(...), given) == Left(
    columns={"state": "ended", "exclusion": "report"},
    clocks={"- topics.ack_days", "- topics.decide_days"},
    ledger=['submission.ended clerk@100001 {"exclusion":"report"}'],
)
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from shangliang.clocks.models import Clock
from shangliang.events.models import Event
from shangliang.kit.clock import local_day
from shangliang.ledger import rules
from shangliang.ledger.models import Content, Entry


@dataclass
class Left:
    """What is different afterwards; what an act does not touch is not named."""

    # of the rows that were given: name -> new value; of the second and later ones with their kind: "topic.state"
    columns: dict[str, Any] = field(default_factory=dict)
    # "+ rule role@place until day", "- rule", "= rule" stands still
    clocks: set[str] = field(default_factory=set)
    ledger: list[str] = field(default_factory=list)  # "event office {facts}", in the order of writing
    told: dict[str, Any] = field(default_factory=dict)  # what the events say to reactions beyond the facts


def told(body: str) -> str:
    """The facts of an act, without the digests of the rows that it binds: they differ each time."""
    facts = json.loads(body or "{}")
    facts.pop(rules.BINDS, None)
    return rules.canonical(facts) if body else ""


def left(act: Callable[[], object], *rows: Model) -> Left:
    """Do it, and look what has changed."""
    for row in rows:
        row.refresh_from_db()
    before = [_columns(row) for row in rows]
    running, newest = _clocks(), Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    last_event = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    act()
    found = Left()
    for place, (row, former) in enumerate(zip(rows, before, strict=True)):
        row.refresh_from_db()
        kind = f"{row._meta.model_name}." if place else ""
        for name, value in _columns(row).items():
            if former[name] != value:
                found.columns[f"{kind}{name}"] = value
    found.clocks = _difference(running, _clocks())
    bodies = {entry: told(body) for entry, body in Content.objects.values_list("entry_id", "body")}
    for entry in Entry.objects.filter(pk__gt=newest).order_by("pk"):
        found.ledger.append(f"{entry.event} {entry.office} {bodies[entry.pk]}")
    facts = {name for body in bodies.values() for name in json.loads(body or "{}")}
    for event in Event.objects.filter(pk__gt=last_event):
        found.told |= {name: value for name, value in event.payload.items() if name not in facts}
    return found


def _columns(row: Model) -> dict[str, Any]:
    return {each.attname: getattr(row, each.attname) for each in row._meta.concrete_fields}


def _clocks() -> dict[int, Clock]:
    return {row.pk: row for row in Clock.objects.all()}


def _difference(before: dict[int, Clock], after: dict[int, Clock]) -> set[str]:
    found = set()
    for pk, row in after.items():
        former = before.get(pk)
        until = (
            f"{row.role or 'nobody'}@{row.room_no or row.unit_code or row.area_path or '-'} until {_day(row)}"
        )
        if former is None:
            found |= set() if row.stopped_at else {f"+ {row.rule} {until}"}
        elif former.stopped_at != row.stopped_at:
            found.add(f"- {row.rule}")
        elif (former.paused_at is None) != (row.paused_at is None):
            found.add(f"= {row.rule}" if row.paused_at else f"> {row.rule} {until}")
        elif (former.due_at, former.role) != (row.due_at, row.role):
            found.add(f"~ {row.rule} {until}")
    return found


def _day(row: Clock) -> str:
    return local_day(row.due_at).isoformat()
