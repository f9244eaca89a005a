"""The sealer: gives every entry its place in the Merkle log and signs checkpoints."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, Max, OuterRef

from shangliang.ledger import rules
from shangliang.ledger.models import Checkpoint, Entry, Seal
from shangliang.ledger.sealing import leaf_data, sign

BATCH = 500
OVERLAP = 2_000  # ids below the newest sealed one that each round looks at again


def seal(now: datetime) -> int:
    """Seal what has no seal yet and sign the new size; returns how many entries were sealed.

    Ids are handed out before they commit, so a lower one may come later: each round looks again at the last OVERLAP
    of them, however long the log is. What comes later still is found at night (`seal_latecomers`).
    """
    newest = Seal.objects.aggregate(newest=Max("entry_id"))["newest"] or 0
    return _seal_above(newest - OVERLAP, now)


def seal_latecomers(now: datetime) -> int:
    """The same for the whole log, whose cost grows with it; once a night."""
    return _seal_above(0, now)


def _seal_above(low: int, now: datetime) -> int:
    total = 0
    while entries := _seal_batch(low, now):
        low = entries[-1].pk
        total += len(entries)
    return total


def _seal_batch(low: int, now: datetime) -> list[Entry]:
    """The next entries above `low` without a seal, now sealed; none where another worker was quicker."""
    last = Checkpoint.objects.order_by("-size").first()
    size = last.size if last else 0
    unsealed = Entry.objects.filter(~Exists(Seal.objects.filter(entry_id=OuterRef("pk"))), pk__gt=low)
    entries = list(unsealed.order_by("pk")[:BATCH])
    if not entries:
        return []
    try:
        with transaction.atomic():
            _add(entries, last, now)
    except IntegrityError:
        if Checkpoint.objects.filter(size__gt=size).exists():
            return []
        raise
    return entries


def _add(entries: list[Entry], last: Checkpoint | None, now: datetime) -> None:
    size = last.size if last else 0
    peaks = [bytes.fromhex(peak) for peak in last.peaks] if last else []
    leaves = [rules.leaf_hash(leaf_data(entry)) for entry in entries]
    Seal.objects.bulk_create(
        Seal(leaf_index=size + offset, entry_id=entry.pk, leaf=leaf.hex())
        for offset, (entry, leaf) in enumerate(zip(entries, leaves, strict=True))
    )
    peaks, size = rules.grow(peaks, size, leaves)
    root = rules.root(peaks)
    Checkpoint.objects.create(
        size=size,
        root=root.hex(),
        peaks=[peak.hex() for peak in peaks],
        note=sign(size, root, at=now, previous=last.note if last else ""),
        at=now,
    )
