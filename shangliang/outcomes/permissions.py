"""Which outcomes and commitments an actor may open; what they may not see does not exist for them."""

from __future__ import annotations

from django.db.models import Count
from django.http import Http404

from shangliang.access.actor import Actor
from shangliang.outcomes.models import Commitment, Outcome


def outcome_for(actor: Actor, no: str) -> Outcome:
    """The outcome with this number on the actor's desk; 404 otherwise."""
    rows = Outcome.objects.visible_to(actor).by_no(no)
    found = rows.select_related("topic", "room", "deliberation").first()
    if found is None or found.no != no:
        raise Http404
    return found


def commitment_for(actor: Actor, no: str) -> Commitment:
    """The commitment with this number on the actor's or their unit's desk; 404 otherwise."""
    rows = Commitment.objects.worked_on_by(actor).by_no(no).annotate(asked_count=Count("invitations"))
    found = rows.select_related("topic", "room", "lead", "outcome").first()
    if found is None or found.no != no:
        raise Http404
    return found
