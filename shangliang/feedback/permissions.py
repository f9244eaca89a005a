"""What an actor may open; anything else does not exist for them."""

from __future__ import annotations

from django.http import Http404

from shangliang.access.actor import Actor
from shangliang.feedback.models import Feedback


def feedback_for(actor: Actor, no: str) -> Feedback:
    """One on the actor's desk; 404 otherwise."""
    found = Feedback.objects.visible_to(actor).by_no(no).first()
    if found is None or found.no != no:
        raise Http404
    return found
