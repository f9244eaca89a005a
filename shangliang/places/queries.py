"""Reading the tree of places and its rooms."""

from __future__ import annotations

from django.db.models import QuerySet

from shangliang.access.actor import Actor
from shangliang.access.matching import held
from shangliang.access.roles import Permission
from shangliang.places.models import Area, Room
from shangliang.places.rules import ancestors
from shangliang.places.states import AreaLevel


def area_by_code(code: str) -> Area | None:
    """The area with that code."""
    return Area.objects.filter(code=code).first() if code else None


def area_at(path: str) -> Area | None:
    """The area at the end of a path."""
    return Area.objects.filter(path=path).first()


def counties() -> QuerySet[Area]:
    """Districts and counties, the places by which lists are filtered."""
    return Area.objects.filter(level=AreaLevel.COUNTY.value).order_by("code")


def tree(path: str) -> list[Area]:
    """The areas on the way down to `path`, the widest first."""
    return list(Area.objects.filter(path__in=ancestors(path)).order_by("path"))


def children(area: Area) -> QuerySet[Area]:
    """The next tier below."""
    return area.children.order_by("code")


def room_by_no(actor: Actor, no: str) -> Room | None:
    """The room with that number, as far as the actor sees it."""
    return Room.objects.visible_to(actor).filter(no=no).select_related("area", "sector").first()


def rooms_below(actor: Actor, path: str) -> QuerySet[Room]:
    """Rooms of an area and of everything in it."""
    rows = Room.objects.visible_to(actor).filter(area_path__startswith=path)
    return rows.select_related("area").order_by("area_path", "no")


def rooms_of(actor: Actor, permission: Permission) -> QuerySet[Room]:
    """Rooms at which the actor holds `permission` by a grant at the room itself, or over its area."""
    rows = Room.objects.open().filter(held(actor, permission, area="area_path", room="no"))
    return rows.select_related("area").order_by("area_path", "no")
