"""The record: the form, the Word file, a print; signatures at the desk; 随时议 on one page."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shangliang.access.desk import require_role
from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.deliberations import queries
from shangliang.deliberations.actions import any_time, recording, signing
from shangliang.deliberations.forms import AnyTimeForm, MeasureSet, PaperForm, RecordForm, at_noon, needed
from shangliang.deliberations.models import Deliberation, Record, Signature
from shangliang.deliberations.permissions import deliberation_for, topic_for
from shangliang.deliberations.states import DeliberationState
from shangliang.deliberations.views import desk, words
from shangliang.deliberations.views.acts import run
from shangliang.kit import clock
from shangliang.kit.guards import Blocked, Unmet
from shangliang.kit.states import IllegalMove
from shangliang.opinions import queries as opinions
from shangliang.people.queries import doers_near
from shangliang.places.models import Room
from shangliang.places.queries import rooms_of
from shangliang.rulebook import book

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WRITABLE = {DeliberationState.UNDER_WAY, DeliberationState.TO_BE_CONFIRMED}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: Request, no: str) -> HttpResponse:
    """`/desk/deliberations/<no>/record`: kept as a draft, or sent to the conveners once it has its five."""
    found = deliberation_for(request.actor, no)
    require_role(request.actor, Permission.DELIBERATION_RECORD, found)
    kept = queries.record_of(found)
    if found.state not in WRITABLE or (kept and kept.written_at):
        return redirect("desk_deliberation", no=no)
    units = doers_near(found.desk_path)
    if request.method == "POST":
        form = RecordForm(request.POST)
        measures = MeasureSet(request.POST, prefix="measures", form_kwargs={"units": units})
        if not form.is_valid() or not measures.is_valid():
            return _record_page(request, found, form, measures, ())
        agreed = [row for row in (item.agreement() for item in measures) if row is not None]
        unmet = run(request, lambda: _save(request, found, form, agreed), _("草稿已保存。"))
        if request.POST.get("then") != "send" or unmet:
            return redirect("deliberation_record", no=no)
        again = deliberation_for(request.actor, no)
        unmet = run(
            request,
            lambda: signing.send(deliberation=again, actor=request.actor, at=clock.now()),
            _("记录已送召集人签字。"),
        )
        return redirect("deliberation_record", no=no) if unmet else redirect("desk_deliberation", no=no)
    initial = _words_of(found, kept)
    rows = [_row(row) for row in queries.measures_of(kept)]
    measures = MeasureSet(initial=rows, prefix="measures", form_kwargs={"units": units})
    gaps = [
        item
        for item in recording.record_gaps(found, kept, clock.now())
        if item.code != "record_effect_missing" or not initial.get("effect_by")  # proposed on the form
    ]
    return _record_page(request, found, RecordForm(initial=initial), measures, gaps)


def _save(request: Request, found: Deliberation, form: RecordForm, agreed: Any) -> Record:
    return recording.save_draft(
        deliberation=found, text=form.text(agreed), actor=request.actor, at=clock.now()
    )


def _words_of(found: Deliberation, kept: Record | None) -> dict[str, Any]:
    initial: dict[str, Any] = {
        "held_at": found.held_at,
        "place": found.place,
        "subject_line": found.subject_line,
        "statutory_route": found.statutory_route,
    }
    if kept is not None:
        names = ("said", "dissent", "conclusion", "effect", "effect_by", "was_read_back")
        initial |= {name: getattr(kept, name) for name in names}
    if not initial.get("effect") and not initial.get("effect_by"):
        initial["effect_by"] = recording.effect_until(found, clock.now())
    return initial


def _row(row: Any) -> dict[str, Any]:
    names = ("what", "doer_text", "due_on", "how_seen", "done_on_spot")
    return {name: getattr(row, name) for name in names} | {"unit": row.unit_id}


def _record_page(
    request: Request, found: Deliberation, form: RecordForm, measures: Any, unmet: Any
) -> HttpResponse:
    guests = list(found.participants.filter(attended=True).order_by("pk"))
    needed(form, "held_at", "place", "subject_line", "said", "conclusion")
    for row in measures:
        needed(row, "what", "doer_text")
    context = {
        "deliberation": found,
        "form": form,
        "measures": measures,
        "gaps": words.on_this_page(unmet),
        "here": words.by_seat(guests),
        "is_over": found.state == DeliberationState.TO_BE_CONFIRMED,
        "routes": _routes() if found.topic.is_statutory else [],
        "majorities": _majorities() if found.topic.is_statutory else [],
        "united": opinions.united(found.poll) if found.poll else [],
    }
    return render(request, "deliberations/desk_record.html", context)


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
    return send_document(request, kept, found.no)


def send_document(request: Request, kept: Record, no: str) -> HttpResponseBase:
    """The file, or a word that it is being made."""
    if not kept.document:
        return render(request, "deliberations/document_coming.html", {"no": no}, status=202)
    name = _("协商议事记录") + f"-{no}.docx"
    return FileResponse(kept.document.open("rb"), as_attachment=True, filename=name, content_type=WORD)


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
        "when": words.when(found.held_at),
        "here": words.by_seat(guests),
        "measures": [(row.what, words.measure_note(row)) for row in queries.measures_of(kept)],
        "signatures": queries.signatures_of(kept),
        "back": f"/desk/deliberations/{no}",
    }
    return render(request, "deliberations/record_print.html", context)


def _signature(found: Deliberation, pk: int) -> Signature:
    kept = queries.record_of(found)
    row = kept.signatures.filter(pk=pk).first() if kept else None
    if row is None:
        raise Http404
    return row


@login_required
@require_POST
def sign(request: Request, no: str, pk: int) -> HttpResponse:
    """Sign at the desk."""
    found = deliberation_for(request.actor, no)
    row = _signature(found, pk)
    run(
        request,
        lambda: signing.sign(signature=row, actor=request.actor, at=clock.now()),
        _("已签字，谢谢您。"),
    )
    return redirect("desk_deliberation", no=no)


@never_cache
@login_required
@require_POST
def link(request: Request, no: str, pk: int) -> HttpResponse:
    """Make a link to sign by; it is shown this once and kept nowhere."""
    found = deliberation_for(request.actor, no)
    row = _signature(found, pk)
    try:
        token = signing.make_link(signature=row, actor=request.actor, at=clock.now())
    except IllegalMove:
        return redirect("desk_deliberation", no=no)
    address = request.build_absolute_uri(reverse("sign_record", args=[token]))
    return desk.show(request, found, link=address)


@login_required
@require_POST
def paper(request: Request, no: str, pk: int) -> HttpResponse:
    """Note a signature given by hand."""
    found = deliberation_for(request.actor, no)
    row, form = _signature(found, pk), PaperForm(request.POST, request.FILES)
    if not form.is_valid():
        return desk.show(request, found, paper_form=form, opened=f"paper-{pk}")
    data = form.cleaned_data
    unmet = run(
        request,
        lambda: signing.mark_paper(
            signature=row,
            signed_at=at_noon(data["signed_on"]),
            paper=data["paper"],
            actor=request.actor,
            at=clock.now(),
        ),
        _("已记下纸面签字。"),
    )
    if unmet:
        return desk.show(request, found, unmet, paper_form=form, opened=f"paper-{pk}")
    return redirect("desk_deliberation", no=no)


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
    unmet: tuple[Unmet, ...] = ()
    if request.method == "POST" and room is not None and form.is_valid():
        try:
            made = any_time.write(room=room, talk=form.talk(), topic=topic, actor=request.actor, at=now)
        except Blocked as blocked:
            unmet = blocked.unmet
        else:
            return redirect("desk_deliberation", no=made.no)
    context = {
        "form": form,
        "room": room,
        "rooms": rooms,
        "topic": topic,
        "gaps": words.on_this_page(unmet),
    }
    return render(request, "deliberations/any_time.html", context)


def _room(request: Request, rooms: list[Room]) -> Room | None:
    """The one room of whoever has one; whoever has several chooses first."""
    asked = request.GET.get("room", "")
    if asked:
        return next((room for room in rooms if room.no == asked), None)
    return rooms[0] if len(rooms) == 1 else None
