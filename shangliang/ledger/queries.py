"""Reading the ledger: the history of one thing, for the panel at the bottom of its page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, Subquery

from shangliang.access.roles import office_in_words
from shangliang.access.things import house
from shangliang.events.kinds import Kind, Subject
from shangliang.ledger import rules
from shangliang.ledger.models import Checkpoint, Content, Entry, Pseudonym, Seal


@dataclass(frozen=True)
class Line:
    """One act: when, what, by which office, with which facts. Erased content is empty.

    `person` is the key of whoever did it, for pages of staff alone; empty once the tie to the pseudonym was cut.
    """

    at: datetime
    event: str
    office: str
    content: Mapping[str, object] = field(default_factory=dict)
    person: str = ""


def history(*subjects: Subject) -> list[Line]:
    """All acts about one thing (or about several that share a page), newest first; one statement.

    Whoever calls has found the thing among those its actor may see.
    """
    return [line for _subject, line in history_by_subject(*subjects)]


def history_by_subject(*subjects: Subject) -> list[tuple[Subject, Line]]:
    """The same, each act with the thing that it was done to."""
    wanted = Q(pk__in=[])
    for kind in dict.fromkeys(subject.kind for subject in subjects):
        numbers = [subject.no for subject in subjects if subject.kind == kind]
        wanted |= Q(subject_kind=kind, subject_no__in=numbers)
    kept = Content.objects.filter(entry_id=OuterRef("pk"), erased_at=None).values("body")
    person = Pseudonym.objects.filter(value=OuterRef("pseudonym")).values("key")
    rows = Entry.objects.filter(wanted).annotate(body=Subquery(kept), person=Subquery(person)).order_by("-pk")
    columns = ("subject_kind", "subject_no", "at", "event", "office", "body", "person")
    return [
        (Subject(kind, no), Line(at, event, office, _facts(body), person or ""))
        for kind, no, at, event, office, body, person in rows.values_list(*columns)
    ]


def _facts(body: str | None) -> dict[str, object]:
    """The facts of an act, without the digests of the rows that it binds: those say nothing to a reader."""
    facts: dict[str, object] = json.loads(body or "{}")
    facts.pop(rules.BINDS, None)
    return facts


def in_words(lines: Iterable[Line], kind: str) -> list[dict[str, Any]]:
    """Ledger rows of a thing of that kind as sentences that a neighbour understands, for `kit/history.html`."""
    thing = house().thing(kind)
    return [
        {
            "at": line.at,
            "what": thing.history.get(line.event) or house().event_words(line.event),
            "text": _taken_back(line) or (thing.detail(line) if thing.detail else ""),
            "who": office_in_words(line.office),
        }
        for line in lines
    ]


def _taken_back(line: Line) -> str:
    """Which act it was that somebody took back."""
    return str(house().event_words(str(line.content["event"]))) if line.event == Kind.ACT_TAKEN_BACK else ""


@dataclass(frozen=True)
class Stamp:
    """A checkpoint in one line, for what is printed: so many entries, the beginning of the root, when."""

    size: int
    root: str
    at: datetime


SHORT_ROOT = 16  # hexadecimal digits that stand on paper; the whole root is a click away


def stamp() -> Stamp | None:
    """The newest checkpoint; none before anything was sealed."""
    row = Checkpoint.objects.order_by("-size").values_list("size", "root", "at").first()
    return Stamp(row[0], row[1][:SHORT_ROOT], row[2]) if row else None


def newest_checkpoints(count: int) -> list[Checkpoint]:
    """The newest first, without what the sealer alone needs."""
    return list(Checkpoint.objects.order_by("-size").only("size", "root", "note", "at")[:count])


def note_of(size: int | None) -> str | None:
    """The signed text of the checkpoint of that size, or of the newest."""
    rows = Checkpoint.objects.all() if size is None else Checkpoint.objects.filter(size=size)
    return rows.order_by("-size").values_list("note", flat=True).first()


def sealed() -> int:
    """How many entries the newest checkpoint speaks of."""
    return Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0


def leaves(start: int, count: int) -> list[str]:
    """The hashes of sealed entries in the order of the log: all that the public needs to build the tree again."""
    rows = Seal.objects.filter(leaf_index__gte=start, leaf_index__lt=start + count)
    return list(rows.order_by("leaf_index").values_list("leaf", flat=True))
