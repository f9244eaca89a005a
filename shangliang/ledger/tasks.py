"""The sealer: gives every entry its place in the Merkle log and signs checkpoints."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from shangliang.ledger import rules
from shangliang.ledger.models import Checkpoint, Entry, Seal
from shangliang.ledger.sealing import leaf_data, sign

BATCH = 500


def seal(now: datetime) -> int:
    """Seal what has no seal yet and sign the new size; returns how many entries were sealed.

    By anti-join, never "id above the last": ids are handed out before they commit, so a lower id may come later.
    """
    total = 0
    while True:
        with transaction.atomic():
            last = Checkpoint.objects.order_by("-size").first()
            size = last.size if last else 0
            peaks = [bytes.fromhex(peak) for peak in last.peaks] if last else []
            unsealed = Entry.objects.filter(~Exists(Seal.objects.filter(entry_id=OuterRef("pk"))))
            entries = list(unsealed.order_by("pk")[:BATCH])
            if not entries:
                return total
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
                note=sign(size, root),
                at=now,
            )
            total += len(entries)
