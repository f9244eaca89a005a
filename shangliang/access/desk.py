"""Things that lie on a desk: which area and room works on them, and in which role an actor may."""

from __future__ import annotations

from typing import Protocol

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shangliang.access.actor import Actor, ActorKind
from shangliang.access.denied import Denied
from shangliang.access.matching import held
from shangliang.access.roles import Permission, Role


class OnDesk(Protocol):
    """The three columns by which topics, deliberations, outcomes and commitments know their desk."""

    desk_path: str
    desk_room_no: str
    is_embargoed: bool


def role_on_desk(actor: Actor, permission: Permission, thing: OnDesk) -> Role | None:
    """The role in which `actor` holds `permission` over `thing`; None when not at all.

    A matter about a room's own cadres needs `embargo.read` over its desk besides, which no room role has.
    """
    room_no = "" if thing.is_embargoed else thing.desk_room_no
    if thing.is_embargoed and not actor.can(Permission.EMBARGO_READ, area_path=thing.desk_path):
        return None
    return actor.role_for(permission, area_path=thing.desk_path, room_no=room_no)


def require_role(actor: Actor, permission: Permission, thing: OnDesk) -> Role | None:
    """The role for `permission` over `thing`; raises Denied. The system itself acts in none."""
    if actor.kind == ActorKind.SYSTEM:
        return None
    role = role_on_desk(actor, permission, thing)
    if role is None:
        raise Denied(_("您没有办理这件事的权限。"))
    return role


def on_desk(actor: Actor, permission: Permission) -> Q:
    """Rows on a desk that `actor` may use, by `desk_path`, `desk_room_no` and `is_embargoed`.

    A matter about a room's own cadres has no desk room and lies at the tier above; whoever reads it there needs
    `embargo.read` besides. So no grant in the room, and none over the village's own area, ever reaches it.
    """
    open_ones = held(actor, permission, area="desk_path", room="desk_room_no") & Q(is_embargoed=False)
    closed_ones = (
        held(actor, permission, area="desk_path")
        & held(actor, Permission.EMBARGO_READ, area="desk_path")
        & Q(is_embargoed=True)
    )
    return open_ones | closed_ones
