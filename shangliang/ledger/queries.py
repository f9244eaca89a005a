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
from shangliang.ledger import rules, sealing
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
        (Subject(kind, no), Line(at, event, office, json.loads(body or "{}"), person or ""))
        for kind, no, at, event, office, body, person in rows.values_list(*columns)
    ]


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
class Report:
    """What a look at the whole ledger found."""

    entries: int
    sealed: int
    erased: int
    faults: tuple[str, ...]


def verify() -> Report:
    """Recompute every digest, the Merkle tree and the signature of the last checkpoint.

    Erased contents cannot be recomputed: their hashes stand and they are counted apart.
    """
    leaves, erased, faults = _verify_entries()
    size, root, more = _verify_seals(leaves)
    faults += more
    last = Checkpoint.objects.order_by("-size").first()
    if last is not None:
        if last.size != size or root != last.root:
            faults.append(f"checkpoint {last.size}: its root is not that of the log")
        if not sealing.is_signed(last.note):
            faults.append(f"checkpoint {last.size}: its signature does not fit")
    return Report(len(leaves), size, erased, tuple(faults))


def _verify_entries() -> tuple[dict[int, str], int, list[str]]:
    """The leaf of each entry, how many contents are erased, and what does not fit its digest."""
    contents = {row.entry_id: row for row in Content.objects.iterator()}
    leaves: dict[int, str] = {}
    erased, faults = 0, []
    for entry in Entry.objects.order_by("pk").iterator():
        leaves[entry.pk] = rules.leaf_hash(sealing.leaf_data(entry)).hex()
        content = contents.get(entry.pk)
        if content is None:
            faults.append(f"entry {entry.pk}: its content row is missing")
        elif content.erased_at is not None:
            erased += 1
        elif rules.digest(content.body, bytes(content.salt)) != entry.digest:
            faults.append(f"entry {entry.pk}: its content was changed")
    return leaves, erased, faults


def _verify_seals(leaves: dict[int, str]) -> tuple[int, str, list[str]]:
    """Size and root of the log as the seals give it, and what does not fit the entries."""
    peaks: list[bytes] = []
    size, faults = 0, []
    for seal in Seal.objects.order_by("leaf_index").iterator():
        if seal.leaf_index != size:
            faults.append(f"leaf {size}: missing")
        if leaves.get(seal.entry_id) != seal.leaf:
            faults.append(f"leaf {seal.leaf_index}: entry {seal.entry_id} was changed or removed")
        peaks, size = rules.grow(peaks, size, [bytes.fromhex(seal.leaf)])
    return size, rules.root(peaks).hex(), faults
