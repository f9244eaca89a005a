"""The record: the form, the Word file, a print; 随时议 on one page."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shangliang.access import desk_page
from shangliang.access.desk import role_on_desk
from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.access.things import house
from shangliang.deliberations import queries, showing
from shangliang.deliberations.actions import any_time, recording
from shangliang.deliberations.forms import AnyTimeForm
from shangliang.deliberations.models import Deliberation, Record
from shangliang.deliberations.permissions import deliberation_for, topic_for
from shangliang.deliberations.states import DELIBERATION
from shangliang.kit import clock, ids
from shangliang.kit.guards import Blocked
from shangliang.kit.states import IllegalMove
from shangliang.opinions import queries as opinions
from shangliang.opinions.models import Poll
from shangliang.opinions.showing import record_lines
from shangliang.opinions.states import Part
from shangliang.places.models import Room
from shangliang.places.queries import rooms_of
from shangliang.rulebook import book

SOON = timedelta(minutes=10)  # the worker needs seconds; what is missing then will not come by itself
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: Request, no: str) -> HttpResponse:
    """`/desk/deliberations/<no>/record`: kept as a draft, or sent to the conveners once it has its five."""
    found = deliberation_for(request.actor, no)
    if request.POST.get("then") == "auto":
        return _kept(request, found)
    name = "send" if request.POST.get("then") == "send" else "record"
    return desk_page.fill_in(request, house().thing("deliberation"), found, name, _record_page)


def _kept(request: Request, found: Deliberation) -> JsonResponse:
    """What the page's script saves by itself: how it went, in a sentence for the line under the form."""
    thing, now = house().thing("deliberation"), clock.now()
    act = thing.act("record")
    form = desk_page.bare_form(thing, act, found, request, request.POST) if act else None
    if form is None:
        raise Http404
    form.asks_what = False
    if not form.is_valid():
        return JsonResponse({"said": _("有一处写得不对，改好以后才会自动保存。")}, status=422)
    try:
        recording.keep(deliberation=found, **form.facts(), actor=request.actor, at=now)
    except Blocked:
        return JsonResponse(
            {"said": _("这份记录在另一处改过，没有自动保存。请按“保存草稿”看一看。")}, status=409
        )
    except IllegalMove:
        return JsonResponse({"said": _("这份记录已经送签或者收起，不能再改。")}, status=409)
    return JsonResponse(
        {"said": _("%(time)s 已自动保存") % {"time": date_format(localtime(now), "TIME_FORMAT")}}
    )


def _record_page(
    request: Request, found: Deliberation, *, tried: dict[str, Any], unmet: Any = None
) -> HttpResponse:
    thing, form = house().thing("deliberation"), next(iter(tried.values()))
    guests = list(found.participants.filter(attended=True).order_by("pk"))
    kept = queries.record_of(found)
    is_statutory = found.topic.is_statutory
    gaps = desk_page.sentences(thing, None, [] if form.is_bound else _gaps(found, form), form=form)
    context = {
        "deliberation": found,
        "form": form,
        "gaps": gaps if unmet is None else unmet,
        # what was missing was met after the draft was saved, but for what another page has written
        "is_kept": unmet is not None and "seen" not in form.errors,
        "is_changed": "seen" in form.errors,
        "record": kept,
        "measures": [(row.what, showing.measure_note(row)) for row in queries.measures_of(kept)],
        "opened": form["opened"].value() or ids.new_key(),
        "seen": kept.kept_from if kept else "",
        "here": showing.by_seat(guests),
        "may_send": DELIBERATION.allows(found, "send_to_sign"),
        "routes": _routes() if is_statutory else [],
        "majorities": _majorities() if is_statutory else [],
        "asked": _asked(found.poll) if found.poll else [],
        "reads_topic": role_on_desk(request.actor, Permission.TOPIC_READ, found.topic) is not None,
        "keeps_poll": role_on_desk(request.actor, Permission.POLL_KEEP, found) is not None,
    }
    return render(request, "deliberations/desk_record.html", context)


def _asked(poll: Poll) -> list[str]:
    """What came of asking those in the room."""
    return record_lines(poll, opinions.drawn(poll), opinions.questions(poll, Part.ROOM).texts)


def _gaps(found: Deliberation, form: Any) -> list[Any]:
    """What the record still lacks; when its effect will be seen stands on the form already, as proposed."""
    proposed = {"record_effect_missing"} if form.initial.get("effect_by") else set()
    unmet = recording.record_gaps(found, queries.record_of(found), clock.now())
    return [item for item in unmet if item.code not in proposed]


def _routes() -> list[dict[str, Any]]:
    """The statutory routes with their steps, as the rulebook has them."""
    tail = "_en" if get_language() == "en" else ""
    rows = book().at(clock.today()).table("deliberations.statutory_routes_table")
    return [{"body": row[f"body{tail}"], "steps": " → ".join(row[f"steps{tail}"])} for row in rows]


def _majorities() -> list[dict[str, Any]]:
    """民法典 278 as text, for the owners' route."""
    tail = "_en" if get_language() == "en" else ""
    rows = book().at(clock.today()).table("deliberations.owner_majorities_table")
    return [
        {
            "matters": row[f"matters{tail}"],
            "take_part": row["take_part"],
            "vote": row["vote"],
            "more": row["vote_is_more_than"],
        }
        for row in rows
    ]


@login_required
@require_safe
def document(request: Request, no: str) -> HttpResponseBase:
    """`/desk/deliberations/<no>/record.docx`: made by the worker when the record went to sign."""
    found = deliberation_for(request.actor, no)
    kept = queries.record_of(found)
    if kept is None or kept.written_at is None:
        raise Http404
    may_ask = role_on_desk(request.actor, Permission.DELIBERATION_RECORD, found) is not None
    return send_document(request, kept, found.no, may_ask=may_ask)


def send_document(request: Request, kept: Record, no: str, *, may_ask: bool = False) -> HttpResponseBase:
    """The file, or a word that it is being made or was not; `may_ask`: the reader may have it made again."""
    name = _("协商议事记录") + f"-{no}.docx"
    if kept.document:
        with suppress(
            FileNotFoundError
        ):  # as after a backup without its files; it is made from the record again
            return FileResponse(
                kept.document.open("rb"), as_attachment=True, filename=name, content_type=WORD
            )
    is_waited_for = kept.written_at is not None and clock.now() - kept.written_at <= SOON
    has_failed = bool(kept.document) or kept.document_tries > 0 or not is_waited_for
    context = {"no": no, "is_late": has_failed, "may_ask": may_ask}
    return render(request, "deliberations/document_coming.html", context, status=503 if has_failed else 202)


@login_required
@require_POST
def paper_again(request: Request, no: str) -> HttpResponse:
    """The Word file is made once more."""
    found = deliberation_for(request.actor, no)
    if queries.record_of(found) is None:
        raise Http404
    recording.ask_for_paper(deliberation=found, actor=request.actor, at=clock.now())
    messages.success(request, _("会再做一次，一般一分钟内就好。"))
    return redirect("desk_deliberation", no=no)


@login_required
@require_safe
def sheet(request: Request, no: str) -> HttpResponse:
    """`/desk/deliberations/<no>/print`: the record on A4, with lines to sign by hand."""
    found = deliberation_for(request.actor, no)
    kept = queries.record_of(found)
    if kept is None:
        raise Http404
    guests = list(found.participants.filter(attended=True).order_by("pk"))
    context = {
        "deliberation": found,
        "record": kept,
        "when": showing.hours(found),
        "here": showing.by_seat(guests),
        "measures": [(row.what, showing.measure_note(row)) for row in queries.measures_of(kept)],
        "signatures": queries.signatures_of(kept),
        "back": reverse("desk_deliberation", args=[no]),
    }
    return render(request, "deliberations/record_print.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def talk(request: Request, no: str = "") -> HttpResponse:
    """`/desk/any-time`, `/desk/topics/<no>/talk`: six fields, one press."""
    rooms = list(rooms_of(request.actor, Permission.DELIBERATION_RECORD))
    no = no or request.GET.get("topic", "")
    topic = topic_for(request.actor, no) if no else None
    room = _room(request, rooms) if topic is None else topic.room
    if room is None and not rooms:
        raise Http404
    now = clock.now()
    initial: dict[str, Any] = {"held_at": now}
    if topic is not None:
        initial |= {"subject_line": topic.title, "place": topic.place_text}
    form = AnyTimeForm(request.POST or None, request.FILES or None, initial=initial)
    gaps: list[dict[str, object]] = []
    if request.method == "POST" and room is not None and form.is_valid():
        try:
            made = any_time.write(room=room, topic=topic, **form.facts(), actor=request.actor, at=now)
        except Blocked as blocked:
            gaps = desk_page.beside_fields(house().thing("deliberation"), None, blocked.unmet, form)
        else:
            messages.success(request, _("记下了。"))
            return redirect("desk_deliberation", no=made.no)
    if request.FILES:
        desk_page.ask_again_for_files(request)
    context = {"form": form, "room": room, "rooms": rooms, "topic": topic, "gaps": gaps}
    return render(request, "deliberations/any_time.html", context)


def _room(request: Request, rooms: list[Room]) -> Room | None:
    """The one room of whoever has one; whoever has several chooses first."""
    asked = request.GET.get("room", "")
    if asked:
        return next((room for room in rooms if room.no == asked), None)
    return rooms[0] if len(rooms) == 1 else None
