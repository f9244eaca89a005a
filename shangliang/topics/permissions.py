"""Which submissions and topics an actor may open; what they may not see does not exist for them."""

from __future__ import annotations

from django.http import Http404

from shangliang.access.actor import Actor
from shangliang.topics.models import Submission, Topic


def submission_for(actor: Actor, no: str) -> Submission:
    """The submission with this number on the actor's desk; 404 otherwise."""
    rows = Submission.objects.visible_to(actor).by_no(no)
    found = rows.select_related("room", "topic").first()
    if found is None or found.no != no:
        raise Http404
    return found


def topic_for(actor: Actor, no: str) -> Topic:
    """The topic with this number on the actor's desk, or of the actor's room; 404 otherwise."""
    rows = Topic.objects.worked_on_by(actor).by_no(no)
    found = rows.select_related("room").first()
    if found is None or found.no != no:
        raise Http404
    return found
