"""What rooms hand in: their page, and what can be done to them."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.access.things import PRESS, Act, Section, Thing
from shangliang.places import actions
from shangliang.places.forms import SignForm
from shangliang.places.labels import HISTORY, UNMET
from shangliang.places.models import Room
from shangliang.places.permissions import role_at
from shangliang.places.queries import rooms_of
from shangliang.places.states import ROOM


def _sign(room: Room, request: Request) -> dict[str, Any]:
    return {"initial": asdict(actions.sign_of(room))}


def _to_list(request: Request, room: Room, result: object) -> HttpResponse:
    return redirect("desk_rooms")


ROOMS = Thing(
    kind="room",
    label=_("议事室"),
    rows=lambda actor: rooms_of(actor, Permission.ROOM_KEEP) | rooms_of(actor, Permission.OFFICE_APPOINT),
    title=lambda row: row.name,
    place=lambda row: row.area.name,
    page="room_keep",
    listed="desk_rooms",
    act_page="room_move",
    machine=ROOM,
    history=HISTORY,
    unmet=UNMET,
    role_of=role_at,
    acts=(
        Act(
            "change",
            ("change",),
            _("门上写什么"),
            actions.change_room,
            button=_("保存"),
            said=_("已保存，公开页面跟着变了。"),
            form=SignForm,
            given=_sign,
            page="room_keep",
        ),
        Act(
            "pause",
            ("pause",),
            _("暂停使用"),
            partial(actions.move_room, name="pause"),
            said=_("已办好。"),
            look=PRESS,
        ),
        Act(
            "resume",
            ("resume",),
            _("恢复使用"),
            partial(actions.move_room, name="resume"),
            said=_("已办好。"),
            look=PRESS,
        ),
        Act(
            "close",
            ("close",),
            _("停用"),
            partial(actions.move_room, name="close"),
            said=_("已办好。"),
            then=_to_list,
            look=PRESS,
        ),
    ),
)
THINGS = (ROOMS,)
SECTIONS = (Section("desk_rooms", _("议事室"), Permission.DELIBERATION_READ),)
