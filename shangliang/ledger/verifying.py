"""A look at the whole ledger: does everything still fit, and does it fit what was kept elsewhere?

The log is read in pieces, so that memory does not grow with it, while others go on writing: what is judged is the log
as it stood when the look began.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef, QuerySet

from shangliang.events.kinds import Kind
from shangliang.kit import clock
from shangliang.kit.clock import local_day
from shangliang.ledger import rules, sealing
from shangliang.ledger.binding import Binding, bindings, digests
from shangliang.ledger.models import Checkpoint, Content, Entry, Seal
from shangliang.ledger.sealing import Noted
from shangliang.rulebook import book

CHUNK = 2_000
FEW = 50  # things at a time whose rows are compared
COLUMNS = (
    "id",
    "at",
    "event",
    "subject_kind",
    "subject_no",
    "office",
    "pseudonym",
    "rulebook",
    "digest",
)


@dataclass(frozen=True)
class Report:
    """What a look at the whole ledger found."""

    entries: int
    sealed: int
    erased: int
    faults: tuple[str, ...]
    checkpoints: int = field(default=0, compare=False)
    bound: int = field(default=0, compare=False)  # things whose rows are those that the ledger binds
    unbound: int = field(default=0, compare=False)  # things from before their rows were bound


def verify(kept: Sequence[Noted] = (), now: datetime | None = None) -> Report:
    """Recompute every digest, every leaf and every checkpoint, those in the house and those `kept` elsewhere.

    Erased contents cannot be recomputed: their hashes stand, they are counted apart, and an act of erasure answers
    for each.
    """
    look = _Look(kept, now or clock.now())
    look.guards()
    look.log()
    look.waiting()
    look.strays()
    for binding in bindings().bound:
        look.rows(binding)
    return Report(
        look.entries, look.size, look.erased, tuple(look.faults), look.checkpoints, look.bound, look.unbound
    )


def differing(binding: Binding, row: Any) -> list[str]:
    """The groups of its rows that say something else than its last act has bound."""
    held = _held(binding, [row.no])[row.no]
    now = binding.with_nos([row.no]).first()
    return held.differs(binding.groups(now)) if held.entry is not None and now is not None else []


class _Look:
    def __init__(self, kept: Sequence[Noted], now: datetime) -> None:
        self.now = now
        self.faults: list[str] = []
        self.entries = self.size = self.erased = self.checkpoints = self.bound = self.unbound = 0
        self._kept: dict[int, list[Noted]] = defaultdict(list)
        for note in kept:
            self._kept[note.size].append(note)
        self._end = Checkpoint.objects.aggregate(end=Max("size"))["end"] or 0
        self._last_entry = Entry.objects.aggregate(last=Max("pk"))["last"] or 0
        self._peaks: list[bytes] = []
        self._before: Noted | None = None
        self._is_chained = False

    # -- what holds the tables --------------------------------------------------------------------------------

    def guards(self) -> None:
        """The database still refuses to change what is append-only."""
        for guard in bindings().guards:
            self.faults += [
                f"trigger {name}: missing, switched off or changed" for name in guard.missing(connection)
            ]

    # -- the log ----------------------------------------------------------------------------------------------

    def log(self) -> None:
        """Seal by seal: its entry, its content, its place; and every checkpoint on the way."""
        for note in [note for notes in self._kept.values() for note in notes]:
            self._judge_note(note, f"kept checkpoint {note.size}")
        here = _Ahead(self._checkpoints())
        self._pass_checkpoints(here)  # of a size that no log has
        expected = 0
        for seals in self._seals():
            rows = self._entries_of(seals)
            leaves: list[bytes] = []
            for index, entry_id, leaf in seals:
                if index != expected:
                    self.faults.append(f"leaf {expected}: missing")
                expected = index + 1
                leaves.append(_raw(leaf))
                self._judge_leaf(index, entry_id, leaf, rows.get(entry_id))
                size = self.size + len(leaves)
                if here.is_at(size) or size in self._kept:
                    self._grow(leaves)
                    leaves = []
                    self._pass_checkpoints(here)
            self._grow(leaves)
        self._judge_end(here)

    def _seals(self) -> Iterator[list[tuple[int, int, str]]]:
        last = None
        while True:
            rows = Seal.objects.order_by("leaf_index")
            rows = rows if last is None else rows.filter(leaf_index__gt=last)
            piece = list(rows.values_list("leaf_index", "entry_id", "leaf")[:CHUNK])
            piece = [row for row in piece if row[0] < self._end] or piece[:0]
            if not piece:
                return
            last = piece[-1][0]
            yield piece

    def _entries_of(self, seals: list[tuple[int, int, str]]) -> dict[int, Any]:
        low, high = seals[0][0], seals[-1][0]
        ids = Seal.objects.filter(leaf_index__gte=low, leaf_index__lte=high).values("entry_id")
        rows = _read(Entry.objects.filter(pk__in=ids))
        self._judge_contents(list(rows.values()), Content.objects.filter(entry_id__in=ids))
        return rows

    def _judge_leaf(self, index: int, entry_id: int, leaf: str, entry: Any) -> None:
        if entry is None or rules.leaf_hash(sealing.leaf_data(entry)).hex() != leaf:
            self.faults.append(f"leaf {index}: entry {entry_id} was changed or removed")

    def _grow(self, leaves: list[bytes]) -> None:
        self._peaks, self.size = rules.grow(self._peaks, self.size, leaves)

    def _judge_end(self, here: _Ahead) -> None:
        for row in here.rest():
            self.faults.append(f"checkpoint {row.size}: the log has only {self.size} seals")
        for size in sorted(size for size in self._kept if size > self.size):
            self.faults.append(f"kept checkpoint {size}: the log has only {self.size} seals")
        newest = Checkpoint.objects.aggregate(end=Max("size"))["end"] or 0
        beyond = Seal.objects.filter(leaf_index__gte=newest).order_by("leaf_index").first()
        if beyond is not None:
            self.faults.append(f"leaf {beyond.leaf_index}: no checkpoint speaks for it")

    # -- contents ---------------------------------------------------------------------------------------------

    def _judge_contents(self, entries: list[Any], contents: QuerySet[Content]) -> None:
        self.entries += len(entries)
        columns = ("entry_id", "salt", "body", "erased_at", "erased_reason")
        found = {row[0]: row for row in contents.values_list(*columns)}
        emptied = []
        for entry in sorted(entries, key=lambda each: each.id):
            row = found.get(entry.id)
            if row is None:
                self.faults.append(f"entry {entry.id}: its content row is missing")
                continue
            _id, salt, body, erased_at, reason = row
            if erased_at is not None:
                self.erased += 1
                emptied.append((entry, erased_at, reason))
                if body or bytes(salt):
                    self.faults.append(f"entry {entry.id}: its content is marked as erased and still there")
            elif reason or rules.digest(body, bytes(salt)) != entry.digest:
                self.faults.append(f"entry {entry.id}: its content was changed")
        self._judge_erasures(emptied)

    def _judge_erasures(self, emptied: list[tuple[Any, datetime, str]]) -> None:
        """For each erased content there is an act that says so, about the same thing at the same moment."""
        numbers = {entry.subject_no for entry, _at, _reason in emptied}
        acts = Entry.objects.filter(event__in=rules.ERASURES, subject_no__in=numbers)
        known = {
            (kind, no, at, rules.ERASURES[Kind(event)])
            for kind, no, at, event in acts.values_list("subject_kind", "subject_no", "at", "event")
        }
        for entry, at, reason in emptied:
            if (entry.subject_kind, entry.subject_no, at, reason) not in known:
                self.faults.append(f"entry {entry.id}: its content was erased without an act of erasure")

    def waiting(self) -> None:
        """Entries without a seal: a few young ones are no fault, the sealer comes to them."""
        minutes = book().at(local_day(self.now)).integer("ledger.seal_within_minutes")
        sealed = Seal.objects.filter(entry_id=OuterRef("pk"), leaf_index__lt=self._end)
        rows = Entry.objects.filter(~Exists(sealed), pk__lte=self._last_entry)
        last = 0
        while piece := _read(rows.filter(pk__gt=last).order_by("pk")[:CHUNK]):
            last = max(piece)
            self._judge_contents(list(piece.values()), Content.objects.filter(entry_id__in=piece))
            self.faults += [
                f"entry {entry.id}: of {entry.at.isoformat()}, and still not sealed"
                for entry in piece.values()
                if entry.at < self.now - timedelta(minutes=minutes)
            ]

    def strays(self) -> None:
        """Contents that belong to nothing."""
        rows = Content.objects.filter(~Exists(Entry.objects.filter(pk=OuterRef("entry_id"))))
        for number in rows.order_by("entry_id").values_list("entry_id", flat=True).iterator(chunk_size=CHUNK):
            self.faults.append(f"content {number}: its entry was removed")

    # -- checkpoints ------------------------------------------------------------------------------------------

    def _checkpoints(self) -> Iterator[Checkpoint]:
        last = None
        while True:
            rows = Checkpoint.objects.filter(size__lte=self._end).order_by("size")
            piece = list((rows if last is None else rows.filter(size__gt=last))[:CHUNK])
            if not piece:
                return
            last = piece[-1].size
            yield from piece

    def _pass_checkpoints(self, here: _Ahead) -> None:
        """Those that speak of the log as it has grown so far."""
        root = rules.root(self._peaks).hex()
        there = ""
        while (row := here.take(self.size)) is not None:
            self.checkpoints += 1
            name = f"checkpoint {row.size}"
            peaks = [peak.hex() for peak in self._peaks]
            if row.size != self.size or row.root != root or row.peaks != peaks:
                self.faults.append(f"{name}: its root is not that of the log")
            self._judge_row(row, name)
            there = row.note
        for note in self._kept.get(self.size, ()):
            if note.root != root:
                self.faults.append(f"kept checkpoint {note.size}: its root is not that of the log")
            here_now = sealing.read(there)
            if here_now is None or here_now.text != note.text:
                self.faults.append(f"kept checkpoint {note.size}: the house does not have it any more")

    def _judge_row(self, row: Checkpoint, name: str) -> None:
        noted = sealing.read(row.note)
        if noted is None:
            self.faults.append(f"{name}: its signature does not fit")
            return
        self._judge_note(noted, name)
        if (noted.size, noted.root) != (row.size, row.root) or noted.at not in {"", sealing.moment(row.at)}:
            self.faults.append(f"{name}: its note says something else")
        before = self._before
        is_next = before is not None and noted.after == (before.size, before.text_hash)
        if noted.after is None:
            if self._is_chained:
                self.faults.append(f"{name}: it does not name the one before")
        elif not is_next:
            self.faults.append(f"{name}: the one before it, of {noted.after[0]}, is missing or changed")
        self._is_chained = self._is_chained or bool(noted.at)
        self._before = noted

    def _judge_note(self, noted: Noted, name: str) -> None:
        if noted.origin != sealing.origin():
            self.faults.append(f"{name}: it is of another log, {noted.origin}")
        elif not sealing.is_signed(noted.note):
            self.faults.append(f"{name}: its signature does not fit")

    # -- rows that the ledger binds ---------------------------------------------------------------------------

    def rows(self, binding: Binding) -> None:
        """Each thing: do its rows say what its last act has bound?"""
        last: Any = 0
        while piece := list(binding.things().filter(pk__gt=last).order_by("pk")[:FEW]):
            last = piece[-1].pk
            there = {row.no: row for row in piece}
            held = _held(binding, there)
            for no, row in there.items():
                self._judge_thing(binding, no, row, held[no])
        self._judge_gone(binding)

    def _judge_thing(self, binding: Binding, no: str, row: Any, held: _Held) -> None:
        name = f"{binding.subject} {no}"
        if not held.is_known:
            if not Entry.objects.filter(subject_kind=binding.subject, subject_no=no).exists():
                self.faults.append(f"{name}: no act has made it")
            self.unbound += 1
        elif held.entry is None:
            self.unbound += 1
        elif held.differs(binding.groups(row)):
            with transaction.atomic():  # somebody may have acted while we looked
                again = _held(binding, [no])[no]
                row = binding.with_nos([no]).first()
                groups = again.differs(binding.groups(row)) if row is not None else ["row"]
            if not groups:
                self.bound += 1
            for group in groups:
                self.faults.append(f"{name}: {group} differs from what entry {again.entry} binds")
        else:
            self.bound += 1

    def _judge_gone(self, binding: Binding) -> None:
        rows = Entry.objects.filter(subject_kind=binding.subject, event__in=binding.kinds)
        last = ""
        while True:
            more = rows.filter(subject_no__gt=last).order_by("subject_no")
            piece = list(more.values_list("subject_no", flat=True).distinct()[:FEW])
            if not piece:
                return
            last = piece[-1]
            there = {row.no for row in binding.with_nos(piece)}
            self.faults += [
                f"{binding.subject} {no}: it was acted on and is gone" for no in piece if no not in there
            ]


@dataclass(frozen=True)
class _Held:
    """What the ledger holds of one thing: whether any act that binds is known, and the last digests."""

    is_known: bool = False
    entry: int | None = None
    salt: bytes = b""
    digests: dict[str, str] = field(default_factory=dict)

    def differs(self, groups: Any) -> list[str]:
        """The groups that say something else now."""
        now = digests(groups, self.salt)
        return [name for name in self.digests | now if self.digests.get(name) != now.get(name)]


def _held(binding: Binding, nos: Iterable[str]) -> dict[str, _Held]:
    """The last act about each thing that binds its rows; one whose content was erased binds nothing any more."""
    held: dict[str, _Held] = defaultdict(_Held)
    rows = Entry.objects.filter(
        subject_kind=binding.subject, subject_no__in=list(nos), event__in=binding.kinds
    )
    content = Content.objects.filter(entry_id__in=rows.values("pk"))
    bodies = {row[0]: row[1:] for row in content.values_list("entry_id", "salt", "body", "erased_at")}
    for pk, no in rows.order_by("pk").values_list("pk", "subject_no"):
        salt, body, erased_at = bodies.get(pk, (b"", "", None))
        kept = _digests_in(body)
        if erased_at is not None or kept is None:
            held[no] = _Held(is_known=True)
        else:
            held[no] = _Held(True, pk, bytes(salt), kept)
    return held


def _digests_in(body: str) -> dict[str, str] | None:
    try:
        kept = json.loads(body).get(rules.BINDS)
    except (ValueError, AttributeError):
        return None  # changed; said where contents are judged
    return kept if isinstance(kept, dict) else None


class _Ahead:
    """Checkpoints in their order, of which the next one can be looked at before it is taken."""

    def __init__(self, rows: Iterator[Checkpoint]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def is_at(self, size: int) -> bool:
        return self._next is not None and self._next.size <= size

    def take(self, size: int) -> Checkpoint | None:
        """The next one, if it speaks of a log of that size, or of one that is past."""
        row = self._next
        if row is None or row.size > size:
            return None
        self._next = next(self._rows, None)
        return row

    def rest(self) -> Iterator[Checkpoint]:
        while self._next is not None:
            yield self._next
            self._next = next(self._rows, None)


def _read(rows: QuerySet[Entry]) -> dict[int, Any]:
    """The columns that a leaf is made of, by number."""
    return {row.id: row for row in rows.values_list(*COLUMNS, named=True)}


def _raw(leaf: str) -> bytes:
    """A leaf as bytes; one that was changed beyond reading is said to be so where it is compared."""
    try:
        return bytes.fromhex(leaf)
    except ValueError:
        return b""
