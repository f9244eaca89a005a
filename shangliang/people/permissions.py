"""Who appoints in a room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shangliang.access.actor import Actor, ActorKind
from shangliang.access.denied import Denied
from shangliang.access.roles import Permission, Role
from shangliang.places.models import Room


def check_can_appoint(actor: Actor, room: Room) -> Role | None:
    """Raise Denied unless the actor appoints over the room's area; else the role they act in."""
    if actor.kind == ActorKind.SYSTEM:
        return None
    role = actor.role_for(Permission.OFFICE_APPOINT, area_path=room.area_path)
    if role is None:
        raise Denied(_("召集人、联络员由区级或市级推进办任免。"))
    return role
