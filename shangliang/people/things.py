"""What can be done about the offices of a room."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.access.things import Act, Section
from shangliang.kit import clock
from shangliang.people import actions, queries
from shangliang.people.forms import AppointForm
from shangliang.people.labels import UNMET
from shangliang.places.models import Room


def _candidates(room: Room, request: Request) -> dict[str, Any]:
    today = clock.today()
    typed = queries.typed_name(request.GET) or queries.typed_name(request.POST)
    people = queries.candidates(room, typed, today)
    return {"people": people, "initial": {"from_on": today, "q": typed}}


def _back(request: Request, room: Room, result: object) -> HttpResponse:
    return redirect("room_offices", no=room.no)


SECTIONS = (Section("desk_accounts", _("账号"), Permission.OFFICE_APPOINT),)
ON_ROOM = (
    Act(
        "appoint",
        ("appoint",),
        _("任命"),
        actions.appoint,
        said=_("已任命。"),
        form=AppointForm,
        given=_candidates,
        page="room_offices",
        unmet=UNMET,
        then=_back,
    ),
)
