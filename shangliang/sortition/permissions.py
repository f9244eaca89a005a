"""Which draws an actor keeps."""

from __future__ import annotations

from django.http import Http404

from shangliang.access.actor import Actor
from shangliang.sortition.models import Draw


def draw_for(actor: Actor, key: str) -> Draw:
    """The draw on the actor's desk; 404 otherwise."""
    found = (
        Draw.objects.staffed_by(actor).by_key(key).select_related("room").prefetch_related("quotas").first()
    )
    if found is None:
        raise Http404
    return found
