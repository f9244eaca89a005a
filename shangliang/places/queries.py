"""Reading the tree of places and its rooms."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from shangliang.access.actor import Actor
from shangliang.access.matching import held
from shangliang.access.roles import Permission
from shangliang.places.models import Area, Room
from shangliang.places.rules import ancestors
from shangliang.places.states import AreaLevel

MOST_TO_CHOOSE = 30  # rooms from which one is chosen; more of them are found by typing


def area_by_code(code: str) -> Area | None:
    """The area with that code."""
    return Area.objects.filter(code=code).first() if code.isdecimal() else None


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


def open_room(no: str) -> Room | None:
    """The open room with that number, which hangs at its door."""
    rows = Room.objects.open().select_related("area")
    return rows.filter(no=no).first() if no.isprintable() and no else None


def rooms_to_choose(*, typed: str = "", area: Area | None = None) -> list[Room]:
    """Running rooms whose name or place holds what was typed, or those of one area."""
    rows = Room.objects.open().select_related("area")
    if typed:
        named = Area.objects.filter(name__contains=typed).values("pk")
        rows = rows.filter(Q(name__contains=typed) | Q(area__in=named) | Q(no=typed))
    elif area is not None:
        rows = rows.filter(area=area)
    else:
        return []
    return list(rows.order_by("area_path", "no")[:MOST_TO_CHOOSE])


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
