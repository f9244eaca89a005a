"""What the ledger binds of a commitment: what was promised, what was answered, and how residents rated it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from shangliang.events.kinds import Kind
from shangliang.ledger.binding import Binding, Groups
from shangliang.outcomes.models import Commitment

PROMISE = ("what", "how_seen", "lead_id", "due_at", "closing", "closed_at")
REPLY = ("pk", "kind", "text", "planned_on", "at")
RATING = (
    "pk",
    "invitation_id",
    "level",
    "is_solved",
    "reason",
    "for_district",
    "rated_by",
    "at",
    "replaced_at",
)


def _things() -> QuerySet[Commitment]:
    return Commitment.objects.prefetch_related("replies", "ratings")


def _groups(row: Commitment) -> Groups:
    return {
        "promise": _said(row, PROMISE),
        "replies": [_said(each, REPLY) for each in sorted(row.replies.all(), key=lambda each: each.pk)],
        "ratings": [_said(each, RATING) for each in sorted(row.ratings.all(), key=lambda each: each.pk)],
    }


def _said(row: Any, columns: tuple[str, ...]) -> list[object]:
    return [getattr(row, column) for column in columns]


COMMITMENT = Binding(
    subject="commitment",
    kinds=frozenset(
        {
            Kind.ACT_TAKEN_BACK,
            Kind.COMMITMENT_ASSIGNED,
            Kind.COMMITMENT_HANDED_ON,
            Kind.COMMITMENT_EXTENDED,
            Kind.COMMITMENT_REPLIED,
            Kind.COMMITMENT_RATED,
            Kind.COMMITMENT_CALLED_BACK,
            Kind.COMMITMENT_CLOSED,
            Kind.COMMITMENT_REOPENED,
            Kind.COMMITMENT_DISPUTED,
            Kind.COMMITMENT_DECIDED,
        }
    ),
    things=_things,
    groups=_groups,
)
