"""From where an actor holds a permission to the SQL that shows only that."""

from __future__ import annotations

from django.db.models import Q

from shangliang.access.actor import Actor, Scope
from shangliang.access.roles import Permission

NOTHING = Q(pk__in=[])


def within(scope: Scope, *, area: str = "", room: str = "", unit: str = "") -> Q:
    """Rows whose columns (named here) lie in `scope`; a column left out is never matched."""
    found = Q(pk__in=[])
    if area:
        for path in scope.area_paths:
            found |= Q(**{f"{area}__startswith": path})
    if room and scope.room_nos:
        found |= Q(**{f"{room}__in": scope.room_nos})
    if unit and scope.unit_codes:
        found |= Q(**{f"{unit}__in": scope.unit_codes})
    return found


def held(actor: Actor, permission: Permission, *, area: str = "", room: str = "", unit: str = "") -> Q:
    """Rows over which `actor` holds `permission`."""
    return within(actor.scope(permission), area=area, room=room, unit=unit)
