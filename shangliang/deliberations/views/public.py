"""Pages for everybody: a deliberation, the calendar; and the page behind a signing link."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from shangliang.access.caching import public_page
from shangliang.access.request import Request
from shangliang.deliberations import queries, showing
from shangliang.deliberations.actions import signing
from shangliang.deliberations.labels import PUBLIC_STATES, SEATS, STATE_KINDS
from shangliang.deliberations.models import Deliberation
from shangliang.deliberations.states import DeliberationState, Seat
from shangliang.deliberations.views.records import send_document
from shangliang.kit import clock
from shangliang.kit.clock import local_day
from shangliang.kit.paging import page_of
from shangliang.kit.states import IllegalMove
from shangliang.opinions.states import PollState
from shangliang.places.models import Area
from shangliang.places.queries import area_by_code, counties
from shangliang.rulebook import book


@require_safe
@public_page
def deliberation(request: HttpRequest, no: str) -> HttpResponse:
    """`/d/<no>`: the announcement, then the result as far as released; `?print=1` for the wall."""
    found = queries.public_page(no)
    if found is None:
        covered = queries.covered_page(no)
        if covered is None:
            raise Http404
        return render(request, "deliberations/covered.html", {"deliberation": covered}, status=410)
    record = queries.released_record(found)
    state = DeliberationState(found.state)
    context: dict[str, Any] = {
        "deliberation": found,
        "record": record,
        "join_at": _join_at(found),
        "is_record_covered": record is None and _is_covered(found),
        "kind": STATE_KINDS[state],
        "word": PUBLIC_STATES[state],
        "when": showing.hours(found),
        "agenda": [line for line in found.agenda.splitlines() if line.strip()],
        "is_coming": queries.is_to_come(found, clock.today()) and state != DeliberationState.UNDER_WAY,
        "topic": found.topic if found.topic.is_public and not found.topic.is_embargoed else None,
        "measures": [(row.what, showing.measure_note(row)) for row in queries.measures_of(record)],
        "came": showing.counts(found) if record else [],
        "help": _help(found),
    }
    name = "announcement_print" if request.GET.get("print") else "deliberation"
    return render(request, f"deliberations/{name}.html", context)


def _join_at(found: Deliberation) -> str:
    """Where whoever is not in the room can say what they think."""
    poll = found.poll
    is_open = poll is not None and poll.takes_open and poll.state == PollState.OPEN
    return reverse("join", args=[poll.key]) if poll is not None and is_open else ""


def _is_covered(found: Deliberation) -> bool:
    record = queries.record_of(found)
    return record is not None and record.is_covered


def _help(found: Deliberation) -> list[str]:
    """您需要什么帮助？ — as the rulebook lists it for that room."""
    key = "title_en" if get_language() == "en" else "title"
    rows = book().at(clock.today()).table("deliberations.help_table", found.desk_path)
    return [str(row[key]) for row in rows]


@require_safe
def document(request: Request, no: str) -> HttpResponseBase:
    """`/d/<no>/record.docx`: once the record is released."""
    found = queries.public_page(no)
    record = queries.released_record(found) if found else None
    if found is None or record is None:
        raise Http404
    return send_document(request, record, found.no)


@require_safe
@public_page
def calendar(request: HttpRequest) -> HttpResponse:
    """`/calendar`: coming sessions by date, by place."""
    area: Area | None = area_by_code(request.GET.get("area", ""))
    page = page_of(queries.coming(clock.now(), area.path if area else ""), request.GET.get("page"))
    days: list[dict[str, Any]] = []
    for row in page.rows:
        day = local_day(row.held_at) if row.held_at else None
        if not days or days[-1]["day"] != day:
            days.append({"day": day, "rows": []})
        note = " · ".join(part for part in (showing.when(row.held_at), row.place, row.room.name) if part)
        days[-1]["rows"].append(
            {"title": row.subject_line, "url": reverse("deliberation", args=[row.no]), "note": note}
        )
    context = {"days": days, "page": page, "area": area, "areas": counties()}
    return render(request, "deliberations/calendar.html", context)


# Pages under a slip or a token send no referrer, so browsers send "Origin: null" and Django's check would refuse
# them. The authority is the key in the cookie (SameSite) or the token in the address, which no other site has.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, token: str) -> HttpResponse:
    """`/t/sign/<token>`: opening it changes nothing; the signature is a POST that needs no JavaScript."""
    now = clock.now()
    signature = queries.signature_by_token(token, now)
    if signature is None:
        return render(request, "deliberations/sign_over.html", status=404)
    record = signature.record
    context: dict[str, Any] = {
        "signature": signature,
        "seat": SEATS[Seat(signature.seat)],
        "deliberation": record.deliberation,
        "record": record,
        "when": showing.hours(record.deliberation),
        "measures": [(row.what, showing.measure_note(row)) for row in queries.measures_of(record)],
        "here": showing.here(record.deliberation),
        "until": showing.when(signature.token_until),
    }
    if request.method == "POST":
        try:
            signing.sign_by_link(signature=signature, at=now)
        except IllegalMove:
            return render(request, "deliberations/sign_over.html", status=404)
        return render(request, "deliberations/signed.html", context)
    return render(request, "deliberations/sign.html", context)
