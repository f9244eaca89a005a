"""What the ledger binds of a session: the record as it went to the conveners, its measures, who signed, what was added."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from shangliang.deliberations.models import Deliberation
from shangliang.events.kinds import Kind
from shangliang.ledger.binding import Binding, Groups

SESSION = ("held_at", "ended_at", "place", "subject_line", "statutory_route")
RECORD = (
    "said",
    "dissent",
    "conclusion",
    "effect",
    "effect_by",
    "was_read_back",
    "written_at",
    "confirmed_at",
)
MEASURE = ("pk", "what", "unit_id", "doer_text", "due_on", "how_seen", "done_on_spot")
SIGNATURE = ("seat", "way", "signed_at", "office", "signer")
ADDENDUM = ("pk", "text", "office", "at")


def _things() -> QuerySet[Deliberation]:
    rows = Deliberation.objects.select_related("record")
    return rows.prefetch_related("record__measures", "record__signatures", "record__addenda")


def _groups(row: Deliberation) -> Groups:
    """A draft is still being written and is not bound; what went to sign changes by an act alone."""
    record = getattr(row, "record", None)
    if record is None or record.written_at is None:
        return {"record": [], "measures": [], "signatures": [], "addenda": []}
    return {
        "record": [_said(row, SESSION), _said(record, RECORD)],
        "measures": _all(record.measures, MEASURE),
        "signatures": _all(record.signatures, SIGNATURE),
        "addenda": _all(record.addenda, ADDENDUM),
    }


def _said(row: Any, columns: tuple[str, ...]) -> list[object]:
    return [getattr(row, column) for column in columns]


def _all(rows: Any, columns: tuple[str, ...]) -> list[list[object]]:
    return [_said(row, columns) for row in sorted(rows.all(), key=lambda row: row.pk)]


DELIBERATION = Binding(
    subject="deliberation",
    kinds=frozenset(
        {
            Kind.ACT_TAKEN_BACK,
            Kind.DELIBERATION_PREPARED,
            Kind.RECORD_WRITTEN,
            Kind.RECORD_SIGNED,
            Kind.RECORD_CONFIRMED,
            Kind.RECORD_AMENDED,
        }
    ),
    things=_things,
    groups=_groups,
)
