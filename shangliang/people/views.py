"""Offices of a room on the desk: who is what until when, appointing, ending."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shangliang.access.request import Request
from shangliang.access.roles import Permission, office_in_words
from shangliang.events.kinds import Kind
from shangliang.kit import clock
from shangliang.kit.guards import Blocked, sentences
from shangliang.kit.paging import page_of
from shangliang.ledger.queries import history
from shangliang.people import actions, queries
from shangliang.people.forms import AppointForm
from shangliang.people.labels import HISTORY, OFFICES, UNMET
from shangliang.people.models import Appointment
from shangliang.people.permissions import check_can_appoint
from shangliang.people.states import Office
from shangliang.places.models import Room
from shangliang.places.queries import rooms_of

MOST_FOUND = 30


@login_required
@require_safe
def rooms(request: Request) -> HttpResponse:
    """`/desk/rooms`: the rooms whose offices the actor may see."""
    if not request.actor.can_somewhere(Permission.DELIBERATION_READ):
        raise Http404
    typed = request.GET.get("q", "").strip()[:40]
    rows = rooms_of(request.actor, Permission.DELIBERATION_READ)
    if typed:
        rows = rows.filter(name__contains=typed)
    page = page_of(rows, request.GET.get("page"))
    return render(
        request,
        "people/desk_rooms.html",
        {"page": page, "q": typed, "may_open": request.actor.can_somewhere(Permission.OFFICE_APPOINT)},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def offices(request: Request, no: str) -> HttpResponse:
    """`/desk/rooms/<no>/offices`: who is what until when; POST appoints."""
    room = _room(request, no)
    may = request.actor.can(Permission.OFFICE_APPOINT, area_path=room.area_path)
    typed = request.GET.get("q", "").strip()[:40]
    people = _people(room, typed) if may else []
    form = AppointForm(request.POST or None, people=people, initial={"from_on": clock.today()})
    gaps: list[dict[str, object]] = []
    if request.method == "POST":
        check_can_appoint(request.actor, room)
        if form.is_valid():
            try:
                actions.appoint(room=room, proposal=form.proposal(), actor=request.actor, at=clock.now())
            except Blocked as blocked:
                gaps = sentences(blocked.unmet, UNMET, {"offices": "#offices"})
            else:
                messages.success(request, _("已任命。"))
                return redirect("room_offices", no=no)
    today = clock.today()
    pattern = queries.pattern(room, today)
    current = queries.offices(room, today)
    context: dict[str, Any] = {
        "room": room,
        "rows": [(OFFICES[Office(row.office)], row) for row in current],
        "vacant": _vacant(current, needs_second=pattern.second_is_needed),
        "pattern": pattern,
        "past": [(OFFICES[Office(row.office)], row) for row in queries.past_offices(room, today)],
        "may": may,
        "may_keep": may or request.actor.can(Permission.ROOM_KEEP, area_path=room.area_path, room_no=room.no),
        "form": form,
        "gaps": gaps,
        "q": typed,
        "history": _lines(room),
    }
    return render(request, "people/desk_offices.html", context)


def _vacant(current: list[Appointment], *, needs_second: bool) -> list[Any]:
    held = {row.office for row in current}
    needed = [Office.FIRST_CONVENER, Office.CLERK]
    if needs_second:
        needed.insert(1, Office.SECOND_CONVENER)
    return [OFFICES[office] for office in needed if office.value not in held]


def _people(room: Room, typed: str) -> list[Any]:
    """Who is proposed: those found by name, else members near; those in office here are always among them."""
    found = {row.person_id: row.person for row in queries.offices(room, clock.today())}
    if typed:
        found |= {person.pk: person for person in queries.people_named(typed, MOST_FOUND)}
    else:
        near = queries.members_near(room.area_path, clock.today())[:MOST_FOUND]
        found |= {member.person_id: member.person for member in near}
    return list(found.values())


def _lines(room: Room) -> list[dict[str, Any]]:
    lines = [line for line in history(actions.subject(room)) if line.event in HISTORY]
    return [
        {
            "at": line.at,
            "what": HISTORY[Kind(line.event)],
            "text": str(OFFICES[Office(str(line.content["office"]))]) if line.content.get("office") else "",
            "who": office_in_words(line.office),
        }
        for line in lines
    ]


def _room(request: Request, no: str) -> Room:
    room = rooms_of(request.actor, Permission.DELIBERATION_READ).filter(no=no).first()
    if room is None:
        raise Http404
    return room


@login_required
@require_POST
def end(request: Request, no: str, pk: int) -> HttpResponse:
    """卸任."""
    room = _room(request, no)
    appointment = Appointment.objects.filter(room=room, pk=pk).first()
    if appointment is None:
        raise Http404
    actions.end_appointment(appointment=appointment, actor=request.actor, at=clock.now())
    messages.success(request, _("已办卸任。"))
    return redirect("room_offices", no=no)
