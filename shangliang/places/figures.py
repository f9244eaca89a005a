"""Figures of rooms."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from shangliang.access.actor import Actor
from shangliang.figures.declaration import AREA, ROOM, Cut, Figure, Line, Source, Standing
from shangliang.places.labels import FAMILIES
from shangliang.places.models import Room, RoomQuerySet

FAMILY = Cut("family", _("议事室类别"), FAMILIES)


def _rows() -> RoomQuerySet:
    return Room.objects.open()


def _seen(rows: RoomQuerySet, actor: Actor) -> RoomQuerySet:
    return rows.visible_to(actor)


def _line(room: Room, actor: Actor) -> Line:
    return Line(room.name, reverse("room", args=[room.no]), on=room.opened_on, place=room.area.name)


STANDING = Source(
    rows=_rows,
    when=Standing("opened_on"),
    cuts={AREA: "area_path", ROOM: "no", FAMILY: "family"},
    seen_by=_seen,
    line=_line,
    order=("area_path", "no"),
    follow=("area",),
)
ROOMS = Figure(
    "places.rooms",
    label=_("议事室"),
    definition=_(
        "期末那天已经设立、至今没有撤销的议事室，暂停使用的也算。撤销的议事室不再计入，撤销以前的期间也一样。"
    ),
    unit=pgettext_lazy("rooms", "个"),
    source=STANDING,
    is_public=True,
)
FIGURES = (ROOMS,)
