"""Deliberations on the desk: the list, one page with what is next, and the acts that are one press."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shangliang.access import desk_page
from shangliang.access.desk import role_on_desk
from shangliang.access.desk_page import Offers
from shangliang.access.publication import Release
from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.access.things import house
from shangliang.clocks.queries import running_by_subject
from shangliang.deliberations import queries, showing
from shangliang.deliberations.labels import NEXT_PATHS, STATE_KINDS, STATES
from shangliang.deliberations.listings import DELIBERATIONS
from shangliang.deliberations.models import Deliberation, Record, Signature
from shangliang.deliberations.permissions import deliberation_for
from shangliang.deliberations.states import Conclusion, DeliberationState
from shangliang.desks import listing
from shangliang.desks.actions import publication
from shangliang.desks.queries import due_by
from shangliang.desks.showing import returned
from shangliang.kit import clock
from shangliang.people.showing import history_of
from shangliang.sortition import queries as draws
from shangliang.sortition.models import Draw

S = DeliberationState
REVIEWER = {publication.REVIEW, publication.CONFIRM}  # clocks of whoever looks at what is public


@login_required
@require_safe
def deliberations(request: Request) -> HttpResponse:
    """`/desk/deliberations`: what is open first, the undated before all, with counts, filters and search."""
    context = listing.page(request, DELIBERATIONS)
    context["may_record"] = request.actor.can_somewhere(Permission.DELIBERATION_RECORD)
    return render(request, "deliberations/desk_deliberations.html", context)


@login_required
@require_safe
def deliberations_sheet(request: Request) -> FileResponse:
    """`/desk/deliberations.xlsx`: the same rows as a sheet."""
    return listing.sheet(request, DELIBERATIONS)


@login_required
@require_safe
def deliberation(request: Request, no: str) -> HttpResponse:
    """`/desk/deliberations/<no>`: what is next, who, by when, one main button."""
    return show(request, deliberation_for(request.actor, no))


def show(request: Request, found: Deliberation, **more: Any) -> HttpResponse:
    """The page; `on` is the record or signature that the last press was about, `tried` and `unmet` what it met."""
    now, thing, on, tried = (
        clock.now(),
        house().thing("deliberation"),
        more.pop("on", None),
        more.get("tried"),
    )
    acts = desk_page.offers(thing, found, request, now, None if on else tried)
    running = running_by_subject([found.subject])[found.subject]
    record, is_in_review = queries.record_of(found), found.release == Release.IN_REVIEW
    if record is not None:
        record.deliberation = found
    # it is the reviewer's turn while they look at the announcement; a cover-up they judge beside the work
    work = [row for row in running if (row.rule in REVIEWER) == is_in_review]
    guests = list(found.participants.order_by("pk"))
    # who comes is written on the day itself
    waits_for_the_day = found.state == S.ANNOUNCED and found.attendance_at is None
    to_call = sum(guest.told.is_open for guest in queries.told_guests(found)) if acts["tell"] else 0
    beside = house().beside("deliberation", found, request.actor) if found.state == S.ARCHIVED else []
    context: dict[str, Any] = {
        "deliberation": found,
        "record": record,
        "kind": STATE_KINDS[S(found.state)],
        "word": STATES[S(found.state)],
        "due": due_by(work[0] if work else None, now),
        "acts": acts,
        "gaps": more.pop("unmet", None) or ([] if waits_for_the_day else acts.gaps),
        "returned": returned(found, *([record] if record else [])),
        "facts": showing.facts(found),
        "to_call": to_call,
        "is_being_told": to_call and queries.is_being_told(found),
        "people": showing.by_seat(guests, was_held=found.attendance_at is not None),
        "notice_text": showing.notice_text(found),
        "is_in_review": is_in_review,
        "signatures": _signatures(request, found, record, tried, on),
        "record_acts": _record_acts(request, found, record, tried if on == record else None),
        "measures": [(row.what, showing.measure_note(row)) for row in queries.measures_of(record)],
        "addenda": list(record.addenda.order_by("at")) if record and found.state == S.ARCHIVED else [],
        "path": _path(request, found, record),
        "keeps_poll": role_on_desk(request.actor, Permission.POLL_KEEP, found) is not None,
        "keeps_draw": role_on_desk(request.actor, Permission.DRAW_KEEP, found) is not None,
        "draw_stage": _draw_stage(found.draw, clock.today()),
        "beside": beside,
        "outcome_url": next((line.url for line in beside if line.kind == "outcome"), ""),
        "history": history_of("deliberation", found.subject, *([record.subject] if record else [])),
    }
    return render(request, "deliberations/desk_deliberation.html", context | more)


def _record_acts(request: Request, found: Deliberation, record: Record | None, tried: Any) -> Offers | None:
    """What the reader may do about the record itself."""
    if record is None:
        return None
    record.deliberation = found
    return desk_page.offers(house().thing("record"), record, request, clock.now(), tried, about=_("协商记录"))


def _signatures(
    request: Request, found: Deliberation, record: Record | None, tried: Any, on: Any
) -> list[dict[str, Any]]:
    """Each signature with what the reader may do about it."""
    if record is None or record.written_at is None:
        return []
    thing, rows = house().thing("signature"), queries.signatures_of(record)
    record.deliberation = found
    for row in rows:
        row.record = record
    return [
        {
            "row": row,
            "acts": desk_page.offers(thing, row, request, clock.now(), tried if row == on else None),
        }
        for row in rows
    ]


def _draw_stage(found: Draw | None, day: date) -> tuple[str, Promise] | None:
    """Where its draw stands: kind and words."""
    return draws.stage(found, draws.open_lottery(found), day) if found else None


def _path(request: Request, found: Deliberation, record: Record | None) -> dict[str, Any] | None:
    """Where a matter goes on which the table did not agree."""
    if record is None or record.conclusion != Conclusion.NO_AGREEMENT or found.state != S.ARCHIVED:
        return None
    path, thing = queries.path_after(found, clock.today()), house().thing("topic")
    again = thing.act("prepare")
    return {
        "code": path.value,
        "words": NEXT_PATHS[path],
        "may_again": again is not None and desk_page.is_offered(thing, again, found.topic, request.actor),
    }


@login_required
@require_POST
def do(request: Request, no: str, what: str) -> HttpResponse:
    """`/desk/deliberations/<no>/do/<what>`: one press, one act."""
    thing = house().thing("deliberation")
    return desk_page.press(request, thing, deliberation_for(request.actor, no), what, show)


@login_required
@require_POST
def ask(request: Request, no: str) -> HttpResponse:
    """`/desk/deliberations/<no>/ask`: the poll of this deliberation, made at the first press."""
    return _press_here(request, no, "ask")


@login_required
@require_POST
def draw(request: Request, no: str) -> HttpResponse:
    """`/desk/deliberations/<no>/draw`: the draw of this deliberation, made at the first press."""
    return _press_here(request, no, "draw")


def _press_here(request: Request, no: str, name: str) -> HttpResponse:
    """An act with an address of its own and nothing to fill in."""
    thing, found = house().thing("deliberation"), deliberation_for(request.actor, no)
    act = thing.act(name)
    if act is None:
        raise Http404
    return desk_page.carry_out(request, thing, found, act, None, show)


@login_required
@require_POST
def record_act(request: Request, no: str, what: str) -> HttpResponse:
    """`/desk/deliberations/<no>/record/do/<what>`: an act on its record, which stands on the same page."""
    found = deliberation_for(request.actor, no)
    row = queries.record_of(found)
    if row is None:
        raise Http404
    row.deliberation = found

    def draw_page(request: Request, row: Record, **more: Any) -> HttpResponse:
        return show(request, found, on=row, **more)

    return desk_page.press(request, house().thing("record"), row, what, draw_page)


@never_cache
@login_required
@require_POST
def signature(request: Request, no: str, pk: int, what: str) -> HttpResponse:
    """`/desk/deliberations/<no>/signatures/<pk>/<sign|link|paper>`: one act on one signature."""
    found = deliberation_for(request.actor, no)
    record = queries.record_of(found)
    row = next((each for each in queries.signatures_of(record) if each.pk == pk), None) if record else None
    if row is None or record is None:
        raise Http404
    record.deliberation, row.record = found, record

    def draw_page(request: Request, row: Signature, **more: Any) -> HttpResponse:
        return show(request, found, on=row, **more)

    return desk_page.press(request, house().thing("signature"), row, what, draw_page)


@login_required
@never_cache
@require_safe
def signed_paper(request: Request, no: str, pk: int) -> FileResponse:
    """The photo of the signed sheet, for whoever has the session on the desk; never public."""
    found = deliberation_for(request.actor, no)
    row = Signature.objects.filter(pk=pk, record__deliberation=found).exclude(paper="").first()
    if row is None:
        raise Http404
    return FileResponse(row.paper.open("rb"), content_type="image/jpeg")


@login_required
@require_safe
def screen(request: Request, no: str) -> HttpResponse:
    """`/screen/<no>`: the projector of this deliberation."""
    found = deliberation_for(request.actor, no)
    if found.poll is None:
        raise Http404
    return redirect("poll_screen", key=found.poll.key)
