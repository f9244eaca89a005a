"""Rooms on the desk: opening one below an area, keeping what stands on the door, pausing and closing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.kit import clock
from shangliang.kit.guards import Blocked, sentences
from shangliang.kit.states import IllegalMove
from shangliang.places import actions, queries
from shangliang.places.forms import OpenForm, SignForm
from shangliang.places.labels import UNMET
from shangliang.places.models import Area, Room
from shangliang.places.states import ROOM, Family, RoomState


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """`/desk/rooms/new?area=<code>`: first the area, then the room."""
    if not request.actor.can_somewhere(Permission.OFFICE_APPOINT):
        raise Http404
    area = queries.area_by_code(request.GET.get("area", ""))
    if area is None or not request.actor.can(Permission.OFFICE_APPOINT, area_path=area.path):
        return render(request, "places/desk_room_where.html", _where(request, area))
    form = OpenForm(request.POST or None, area=area, number=actions.next_number(area))
    gaps: list[dict[str, object]] = []
    if request.method == "POST" and form.is_valid():
        try:
            room = actions.open_room(
                no=form.cleaned_data["no"],
                area=area,
                family=Family(form.cleaned_data["family"]),
                sector=form.cleaned_data["sector"],
                sign=form.sign(),
                actor=request.actor,
                at=clock.now(),
            )
        except Blocked as blocked:
            gaps = sentences(blocked.unmet, UNMET)
        else:
            messages.success(request, _("议事室已建好。请任命召集人和联络员，再打印门上的海报。"))
            return redirect("room_offices", no=room.no)
    context = {
        "area": area,
        "above": queries.tree(area.path),
        "below": queries.children(area),
        "form": form,
        "gaps": gaps,
    }
    return render(request, "places/desk_room_new.html", context)


def _where(request: Request, area: Area | None) -> dict[str, Any]:
    """The next areas down from `area`, or those that the actor's grants name."""
    if area is not None and any(
        area.path.startswith(path) or path.startswith(area.path) for path in _own(request)
    ):
        return {"area": area, "areas": queries.children(area)}
    return {"area": None, "areas": Area.objects.filter(path__in=_own(request)).order_by("code")}


def _own(request: Request) -> list[str]:
    return sorted(request.actor.scope(Permission.OFFICE_APPOINT).area_paths)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: Request, no: str) -> HttpResponse:
    """`/desk/rooms/<no>`: what stands on the door."""
    room = _room(request, no)
    may = request.actor.can(Permission.ROOM_KEEP, area_path=room.area_path, room_no=room.no)
    shown = {name: getattr(room, name) for name in actions.Sign.__dataclass_fields__}
    form = SignForm(request.POST or None, initial=shown)
    gaps: list[dict[str, object]] = []
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_room(room=room, sign=form.sign(), actor=request.actor, at=clock.now())
        except Blocked as blocked:
            gaps = sentences(blocked.unmet, UNMET)
        else:
            messages.success(request, _("已保存，公开页面跟着变了。"))
            return redirect("room_keep", no=no)
    context = {"room": room, "form": form, "gaps": gaps, "may": may, "moves": _moves(request, room)}
    return render(request, "places/desk_room.html", context)


MOVES = ("pause", "resume", "close")


def _moves(request: Request, room: Room) -> list[str]:
    return [
        name
        for name in MOVES
        if ROOM.leads_from(name, RoomState(room.state))
        and request.actor.can(actions.KEPT_BY[name], area_path=room.area_path, room_no=room.no)
    ]


@login_required
@require_POST
def move(request: Request, no: str, name: str) -> HttpResponse:
    """`/desk/rooms/<no>/do/<pause|resume|close>`."""
    room = _room(request, no)
    if name not in MOVES:
        raise Http404
    try:
        actions.move_room(room=room, name=name, actor=request.actor, at=clock.now())
    except IllegalMove:
        messages.warning(request, _("这一步已经办过，或者现在还不能办。页面已更新。"))
    else:
        messages.success(request, _("已办好。"))
    if name == "close":
        return redirect("desk_rooms")
    return redirect("room_keep", no=no)


def _room(request: Request, no: str) -> Room:
    """A room that the actor keeps or whose offices they fill; for others it does not exist."""
    for permission in (Permission.ROOM_KEEP, Permission.OFFICE_APPOINT):
        room = queries.rooms_of(request.actor, permission).filter(no=no).first()
        if room is not None:
            return room
    raise Http404
