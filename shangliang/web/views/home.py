"""The front page, the tree of places, a room's page, the search page: for everybody."""

from __future__ import annotations

import io
from typing import Any

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from shangliang.access.caching import public_page
from shangliang.access.request import Request
from shangliang.kit import clock
from shangliang.kit.ids import read_slip
from shangliang.kit.paging import page_of
from shangliang.kit.posters import is_tight
from shangliang.outcomes.showing import shown_results
from shangliang.people.models import Appointment
from shangliang.places.models import Area, Room
from shangliang.places.rules import ancestors
from shangliang.search.rules import number_in, read
from shangliang.web import queries
from shangliang.web.showing import room_facts, shown_as_topics, shown_sessions, shown_topics, trail

LONGEST_QUERY = 40


@require_safe
@public_page
def home(request: HttpRequest) -> HttpResponse:
    """`/`: what is being discussed, next sessions, what was agreed this week, the year in figures."""
    now = clock.now()
    page = queries.home(now)
    context = {
        "page": page,
        "talking": shown_topics(page.talking),
        "agreed": shown_results(page.agreed, now),
        "figures": page.figures,
    }
    return render(request, "web/home.html", context)


@require_safe
@public_page
def places(request: HttpRequest, code: str) -> HttpResponse:
    """`/places/<code>`: the tree of places, and the rooms of one of them."""
    area = Area.objects.filter(code=code).first()
    if area is None:
        raise Http404
    above = list(Area.objects.filter(path__in=ancestors(area.path)).order_by("path"))
    rooms = Room.objects.open().filter(area=area).order_by("no")
    context = {
        "area": area,
        "places": trail(above, last_is_link=False),
        "children": area.children.order_by("code"),
        "rooms": page_of(rooms, request.GET.get("page")),
    }
    return render(request, "web/places.html", context)


@require_safe
@public_page
def room(request: Request, no: str) -> HttpResponse:
    """`/r/<room>`: what the code on the door opens."""
    found, now = _room(request, no), clock.now()
    page = queries.room_page(found, now, clock.today())
    context = {
        "page": page,
        "places": trail(page.areas),
        "facts": room_facts(found, _convener(page.first), _convener(page.second)),
        "sessions": shown_sessions(page.sessions, clock.today()),
        "talking": shown_topics(page.talking),
        "promises": shown_results(page.promises, now),
        "figures": page.figures,
        "say": f"/say?room={found.no}",
    }
    return render(request, "web/room.html", context)


def _convener(appointment: Appointment | None) -> str:
    if appointment is None:
        return ""
    return f"{appointment.person.post} {appointment.person.name}".strip()


@require_safe
def poster(request: Request, no: str) -> HttpResponse:
    """`/r/<room>/poster`: A4, to hang on the door."""
    found = _room(request, no)
    context = {
        "room": found,
        "address": f"{settings.BASE_URL}/r/{found.no}",
        "is_tight": is_tight([found.name], [found.address, found.hours]),
    }
    return render(request, "web/poster.html", context)


@require_safe
def code(request: Request, no: str) -> HttpResponse:
    """`/r/<room>/code.svg`: the square alone, for an office's own posters."""
    found = _room(request, no)
    drawing = segno.make(f"{settings.BASE_URL}/r/{found.no}", error="m", micro=False)
    svg = io.BytesIO()
    drawing.save(svg, kind="svg", border=4, scale=10, xmldecl=False)
    response = HttpResponse(svg.getvalue(), content_type="image/svg+xml")
    response["Content-Disposition"] = f'inline; filename="{found.no}.svg"'
    return response


def _room(request: Request, no: str) -> Room:
    rows = Room.objects.visible_to(request.actor).select_related("area", "sector")
    found = rows.filter(no=no).first()
    if found is None:
        raise Http404
    return found


@require_safe
def search(request: Request) -> HttpResponse:
    """`/search?q=`: topics by their public words, rooms by name; a number leads to what bears it."""
    typed = read(request.GET.get("q", ""))[:LONGEST_QUERY]
    number = number_in(typed)
    topic, session = queries.by_number(number) if number else (None, None)
    only = [row for row in (topic, session) if row is not None]
    if len(only) == 1:
        return redirect("topic" if topic else "deliberation", only[0].no)
    context: dict[str, Any] = {"q": typed, "number": number}
    if number:
        context["numbered"] = [
            *shown_topics([topic] if topic else []),
            *shown_as_topics([session] if session else []),
        ]
    elif typed:
        in_rooms, in_topics = request.GET.get("rooms"), request.GET.get("page")
        found = queries.found_topics(request.actor, typed, in_topics)
        context |= {
            "rooms": queries.rooms_named(typed, in_rooms),
            "found": found,
            "topics": shown_topics(found.page.rows, desk=request.actor.is_staff),
            "is_slip": read_slip(typed) is not None,
        }
    return render(request, "web/search.html", context)
