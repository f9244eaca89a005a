"""Which draws an actor keeps."""

from __future__ import annotations

from django.http import Http404

from shangliang.access.actor import Actor
from shangliang.access.desk import role_on_desk
from shangliang.access.roles import Permission, Role
from shangliang.sortition.models import Draw, Lottery, Volunteer


def draw_for(actor: Actor, key: str) -> Draw:
    """The draw on the actor's desk; 404 otherwise."""
    found = (
        Draw.objects.staffed_by(actor).by_key(key).select_related("room").prefetch_related("quotas").first()
    )
    if found is None:
        raise Http404
    return found


def role_over(actor: Actor, permission: Permission, row: Lottery | Volunteer) -> Role | None:
    """Lotteries and volunteers lie on the desk of their draw."""
    return role_on_desk(actor, permission, row.draw)
