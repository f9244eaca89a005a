"""What rooms hand in."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from shangliang.access.roles import Permission
from shangliang.access.things import Section, Thing
from shangliang.places.labels import HISTORY, UNMET
from shangliang.places.queries import rooms_of
from shangliang.places.states import ROOM

ROOMS = Thing(
    kind="room",
    label=_("议事室"),
    rows=lambda actor: rooms_of(actor, Permission.ROOM_KEEP) | rooms_of(actor, Permission.OFFICE_APPOINT),
    title=lambda row: row.name,
    place=lambda row: row.area.name,
    page="room_keep",
    listed="desk_rooms",
    machine=ROOM,
    history=HISTORY,
    unmet=UNMET,
)
THINGS = (ROOMS,)
SECTIONS = (Section("desk_rooms", _("议事室"), Permission.DELIBERATION_READ),)
