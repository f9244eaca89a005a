"""Which polls an actor keeps."""

from __future__ import annotations

from django.http import Http404

from shangliang.access.actor import Actor
from shangliang.opinions.models import Poll


def poll_for(actor: Actor, key: str) -> Poll:
    """The poll on the actor's desk; 404 otherwise."""
    found = Poll.objects.staffed_by(actor).by_key(key).first()
    if found is None:
        raise Http404
    return found
