"""Rooms on the desk: opening one below an area, keeping what stands on the door, pausing and closing."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shangliang.access import desk_page
from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.access.things import house
from shangliang.kit import clock
from shangliang.kit.guards import Blocked
from shangliang.kit.paging import page_of
from shangliang.kit.text import plain
from shangliang.places import actions, queries
from shangliang.places.forms import OpenForm
from shangliang.places.models import Area, Room


@login_required
@require_safe
def rooms(request: Request) -> HttpResponse:
    """`/desk/rooms`: the rooms that the actor looks after or sees."""
    if not request.actor.can_somewhere(Permission.DELIBERATION_READ):
        raise Http404
    typed = plain(request.GET.get("q", "")).strip()
    rows = queries.rooms_of(request.actor, Permission.DELIBERATION_READ)
    if typed:
        rows = rows.filter(name__contains=typed)
    page = page_of(rows, request.GET.get("page"))
    return render(
        request,
        "places/desk_rooms.html",
        {"page": page, "q": typed, "may_open": request.actor.can_somewhere(Permission.OFFICE_APPOINT)},
    )


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
            room = actions.open_room(**form.facts(), actor=request.actor, at=clock.now())
        except Blocked as blocked:
            gaps = desk_page.beside_fields(house().thing("room"), None, blocked.unmet, form)
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
    """`/desk/rooms/<no>`: what stands on the door; a POST changes it."""
    room = _room(request, no)
    if request.method == "POST":
        return desk_page.fill_in(request, house().thing("room"), room, "change", _page)
    return _page(request, room)


def _page(request: Request, room: Room, **more: Any) -> HttpResponse:
    acts = desk_page.offers(house().thing("room"), room, request, clock.now(), more.pop("tried", None))
    gaps = more.pop("unmet", [])
    return render(request, "places/desk_room.html", {"room": room, "acts": acts, "gaps": gaps} | more)


@login_required
@require_POST
def move(request: Request, no: str, name: str) -> HttpResponse:
    """`/desk/rooms/<no>/do/<pause|resume|close>`."""
    return desk_page.press(request, house().thing("room"), _room(request, no), name, _page)


def _room(request: Request, no: str) -> Room:
    """A room that the actor keeps or whose offices they fill; for others it does not exist."""
    room = house().thing("room").rows(request.actor).filter(no=no).select_related("area").first()
    if room is None:
        raise Http404
    found: Room = room
    return found
