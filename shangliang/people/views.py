"""Offices of a room on the desk: who is what until when, appointing, ending."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shangliang.access import desk_page
from shangliang.access.request import Request
from shangliang.access.roles import NAMES, Permission, Role
from shangliang.access.things import house
from shangliang.accounts.models import User
from shangliang.kit import clock
from shangliang.kit.paging import page_of
from shangliang.kit.states import IllegalMove
from shangliang.people import actions, queries
from shangliang.people.labels import OFFICES
from shangliang.people.models import Appointment
from shangliang.people.showing import history_of
from shangliang.people.states import Office
from shangliang.places.actions import subject
from shangliang.places.models import Room
from shangliang.places.queries import rooms_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def offices(request: Request, no: str) -> HttpResponse:
    """`/desk/rooms/<no>/offices`: who is what until when; a POST appoints."""
    room = _room(request, no)
    if request.method == "POST":
        return desk_page.fill_in(request, house().thing("room"), room, "appoint", _page)
    return _page(request, room)


def _page(request: Request, room: Room, **more: Any) -> HttpResponse:
    today, thing = clock.today(), house().thing("room")
    pattern, current = queries.pattern(room, today), queries.offices(room, today)
    context: dict[str, Any] = {
        "room": room,
        "acts": desk_page.offers(thing, room, request, clock.now(), more.pop("tried", None)),
        "gaps": more.pop("unmet", []),
        "rows": [(OFFICES[Office(row.office)], row) for row in current],
        "vacant": _vacant(current, needs_second=pattern.second_is_needed),
        "pattern": pattern,
        "past": [(OFFICES[Office(row.office)], row) for row in queries.past_offices(room, today)],
        "q": queries.typed_name(request.GET),
        "history": history_of("room", subject(room)),
    }
    return render(request, "people/desk_offices.html", context)


def _vacant(current: list[Appointment], *, needs_second: bool) -> list[Any]:
    held = {row.office for row in current}
    needed = [Office.FIRST_CONVENER, Office.CLERK]
    if needs_second:
        needed.insert(1, Office.SECOND_CONVENER)
    return [OFFICES[office] for office in needed if office.value not in held]


def _room(request: Request, no: str) -> Room:
    room = rooms_of(request.actor, Permission.DELIBERATION_READ).filter(no=no).first()
    if room is None:
        raise Http404
    return room


@login_required
@require_safe
def accounts(request: Request) -> HttpResponse:
    """`/desk/accounts`: whose password may be reset from here, by name."""
    if not request.actor.can_somewhere(Permission.OFFICE_APPOINT):
        raise Http404
    typed = queries.typed_name(request.GET)
    page = page_of(queries.accounts_of(request.actor, clock.today(), typed), request.GET.get("page"))
    rows = [(user, _held(user)) for user in page.rows]
    return render(request, "people/desk_accounts.html", {"page": page, "rows": rows, "q": typed})


def _held(user: User) -> str:
    """User name and roles, in one line."""
    roles = (f"{NAMES[Role(row.role)]} {row.place_name}".strip() for row in user.grants.all())
    return " · ".join([user.username, *roles])


@login_required
@require_POST
@never_cache
def give_code(request: Request, pk: int) -> HttpResponse:
    """A code for a new password; the answer is the only page that ever holds it."""
    user = queries.accounts_of(request.actor, clock.today()).filter(pk=pk).first()
    if user is None:
        raise Http404
    code, until = actions.give_code(user=user, actor=request.actor, at=clock.now())
    context = {
        "holder": user,
        "code": " ".join(code[start : start + 4] for start in range(0, len(code), 4)),
        "until": until,
        "address": f"{settings.BASE_URL}{reverse('account_reset')}",
        "back": reverse("desk_accounts"),
    }
    return render(request, "people/account_code.html", context)


@login_required
@require_POST
def end(request: Request, no: str, pk: int) -> HttpResponse:
    """卸任."""
    room = _room(request, no)
    appointment = Appointment.objects.filter(room=room, pk=pk).first()
    if appointment is None:
        raise Http404
    try:
        actions.end_appointment(appointment=appointment, actor=request.actor, at=clock.now())
    except IllegalMove:
        desk_page.too_late(request)
        return redirect("room_offices", no=no)
    messages.success(request, _("已办卸任。"))
    return redirect("room_offices", no=no)
