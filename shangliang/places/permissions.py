"""In which role somebody acts at a room."""

from __future__ import annotations

from shangliang.access.actor import Actor
from shangliang.access.roles import Permission, Role
from shangliang.places.models import Room


def role_at(actor: Actor, permission: Permission, room: Room) -> Role | None:
    """The role in which `actor` holds `permission` at the room itself or over its area; None when not at all."""
    return actor.role_for(permission, area_path=room.area_path, room_no=room.no)
