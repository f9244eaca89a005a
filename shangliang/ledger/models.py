"""Entries, the erasable rows beside them, seals and checkpoints.

`Entry`, `Seal` and `Checkpoint` are append-only: triggers (migration 0002) refuse update and delete, and on
PostgreSQL truncate. No foreign keys lead out of the ledger, so that it never blocks or loses live data.
"""

from __future__ import annotations

from django.db import models

from shangliang.kit import clock


class Entry(models.Model):
    """One act: what, to what, by which office, under which rules, and a keyed hash of its content."""

    at = models.DateTimeField(default=clock.now)
    event = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=20)
    subject_no = models.CharField(max_length=40)
    office = models.CharField(max_length=60)  # role, and the room, unit or area it was held for
    pseudonym = models.CharField(max_length=32)
    rulebook = models.CharField(max_length=16)
    digest = models.CharField(max_length=64)  # HMAC-SHA-256 of the canonical content under its salt

    class Meta:
        indexes = [models.Index(fields=["subject_kind", "subject_no", "id"], name="entry_subject")]

    def __str__(self) -> str:
        return f"{self.event} {self.subject_no}"


class Content(models.Model):
    """The content that an entry's digest speaks of, and its salt. Erasing empties both and says why."""

    entry_id = models.BigIntegerField(primary_key=True)
    salt = models.BinaryField(max_length=16)
    body = models.TextField()  # canonical JSON of facts: states, dates, numbers of things; never free text
    erased_at = models.DateTimeField(null=True, blank=True)
    erased_reason = models.CharField(max_length=100, blank=True)

    def __str__(self) -> str:
        return f"content of {self.entry_id}"


class Pseudonym(models.Model):
    """Which random name stands for which person. Erasing the row makes the entries anonymous for good."""

    key = models.CharField(max_length=80, unique=True)
    value = models.CharField(max_length=32, unique=True)

    def __str__(self) -> str:
        return self.value


class Seal(models.Model):
    """The place of an entry in the Merkle log."""

    leaf_index = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    leaf = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.leaf_index}: {self.entry_id}"


class Checkpoint(models.Model):
    """A signed statement of the log's size and root (C2SP tlog-checkpoint)."""

    size = models.BigIntegerField(primary_key=True)
    root = models.CharField(max_length=64)
    peaks = models.JSONField()  # hashes of the full subtrees, left to right: lets the next one be computed
    note = models.TextField()
    at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.size} {self.root[:8]}"
