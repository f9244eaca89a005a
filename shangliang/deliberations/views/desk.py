"""Deliberations on the desk: the list, one page with what is next, and the acts that are one press."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shangliang.access.desk import role_on_desk
from shangliang.access.publication import Release
from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.clocks.queries import deadline, running_by_subject
from shangliang.deliberations import queries
from shangliang.deliberations.actions import announcing, asking, holding, recording, seating, signing
from shangliang.deliberations.forms import AddendumForm, PaperForm, ReasonForm, needed
from shangliang.deliberations.labels import DONE, NEXT_PATHS, STATE_KINDS, STATES
from shangliang.deliberations.models import Deliberation, Record
from shangliang.deliberations.permissions import deliberation_for
from shangliang.deliberations.states import DELIBERATION, Conclusion, DeliberationState
from shangliang.deliberations.views import words
from shangliang.deliberations.views.acts import run
from shangliang.kit import clock
from shangliang.kit.guards import Unmet
from shangliang.kit.paging import page_of
from shangliang.ledger.queries import history, in_words
from shangliang.sortition import queries as draws
from shangliang.sortition.models import Draw

S = DeliberationState


@login_required
@require_safe
def deliberations(request: Request) -> HttpResponse:
    """`/desk/deliberations`: by stage, with counts."""
    if not request.actor.can_somewhere(Permission.DELIBERATION_READ):
        raise Http404
    rows = queries.desk_list(request.actor)
    counts = queries.counts_by_state(rows)
    chosen = request.GET.get("state", "")
    if chosen in counts:
        rows = rows.filter(state=chosen)
    page = page_of(rows, request.GET.get("page"))
    tabs = [{"url": "?", "label": _("全部"), "count": sum(counts.values()), "current": not chosen}]
    tabs += [
        {"url": f"?state={s.value}", "label": label, "count": counts[s], "current": s.value == chosen}
        for s, label in STATES.items()
        if counts.get(s)
    ]
    context = {
        "page": page,
        "tabs": tabs,
        "rows": [
            {
                "title": row.subject_line or row.topic.title,
                "url": f"/desk/deliberations/{row.no}",
                "kind": STATE_KINDS[S(row.state)],
                "word": STATES[S(row.state)],
                "note": " · ".join(
                    part for part in (words.when(row.held_at), row.room.name, row.get_form_display()) if part
                ),
            }
            for row in page.rows
        ],
        "may_record": request.actor.can_somewhere(Permission.DELIBERATION_RECORD),
    }
    return render(request, "deliberations/desk_deliberations.html", context)


@login_required
@require_safe
def deliberation(request: Request, no: str) -> HttpResponse:
    """`/desk/deliberations/<no>`: what is next, who, by when, one main button."""
    return show(request, deliberation_for(request.actor, no))


def show(
    request: Request, found: Deliberation, unmet: Iterable[Unmet] = (), link: str = "", **forms: Any
) -> HttpResponse:
    """The page, with what the last press met, if it met something."""
    now = clock.now()
    running = running_by_subject([found.subject]).get(found.subject, [])
    work = [row for row in running if row.rule != "access.review_days"] or running
    record = queries.record_of(found)
    guests = list(found.participants.order_by("pk"))
    signatures = queries.signatures_of(record) if record and record.written_at else []
    context: dict[str, Any] = {
        "deliberation": found,
        "record": record,
        "kind": STATE_KINDS[S(found.state)],
        "word": STATES[S(found.state)],
        "due": deadline(work[0] if work else None, now),
        "may": _may(request, found, record),
        "gaps": words.sentences(list(unmet) or _gaps(found, record), found),
        "facts": words.facts(found),
        "guests": words.by_seat(guests),
        "here": words.by_seat([row for row in guests if row.attended]),
        "is_waiting_for_review": found.release == Release.IN_REVIEW and found.state == S.PREPARED,
        "signatures": [
            {"row": row, "can_sign": signing.can_sign(request.actor, row, found, now)} for row in signatures
        ],
        "measures": [(row.what, words.measure_note(row)) for row in queries.measures_of(record)],
        "addenda": list(record.addenda.order_by("at")) if record and found.state == S.ARCHIVED else [],
        "path": _path(found, record),
        "link": link,
        "draw_stage": _draw_stage(found.draw, clock.today()),
        "reason_form": ReasonForm(),
        "paper_form": PaperForm(),
        "addendum_form": AddendumForm(),
        "history": in_words(history(found.subject, *([record.subject] if record else [])), "deliberation"),
        **forms,
    }
    needed(context["reason_form"], "reason")
    needed(context["addendum_form"], "text")
    return render(request, "deliberations/desk_deliberation.html", context)


def _gaps(found: Deliberation, record: Record | None) -> list[Unmet]:
    """What stands before the next press, shown before it is pressed."""
    now = clock.now()
    match found.state:
        case S.PREPARED:
            return announcing.announcing_gaps(found, now)
        case S.ANNOUNCED:
            return holding.opening_gaps(found, now) if found.attendance_at else []
    return []


def _may(request: Request, found: Deliberation, record: Record | None) -> dict[str, bool]:
    def on_desk(permission: Permission) -> bool:
        return role_on_desk(request.actor, permission, found) is not None

    plans, announces = on_desk(Permission.DELIBERATION_PREPARE), on_desk(Permission.DELIBERATION_ANNOUNCE)
    records, state = on_desk(Permission.DELIBERATION_RECORD), found.state
    polls, draws_lots = on_desk(Permission.POLL_KEEP), on_desk(Permission.DRAW_KEEP)
    is_sent = bool(record and record.written_at)
    return {
        "plan": plans and state == S.PREPARED,
        "review": announces
        and state == S.PREPARED
        and found.needs_review
        and found.release in {Release.UNRELEASED, Release.HELD_BACK},
        "announce": announces and DELIBERATION.leads_from("announce", state) and found.is_reviewed,
        "postpone": announces and DELIBERATION.leads_from("postpone", state),
        "cancel": announces and DELIBERATION.leads_from("cancel", state),
        "attend": records and state in holding.ATTENDABLE and not is_sent and found.form == "formal",
        "open": records and DELIBERATION.leads_from("open", state) and found.attendance_at is not None,
        "close": records and DELIBERATION.leads_from("close", state),
        "write": records and state in {S.UNDER_WAY, S.TO_BE_CONFIRMED} and not is_sent,
        "collect": records and state == S.TO_BE_CONFIRMED and is_sent,
        "add": records and state == S.ARCHIVED,
        "keep_poll": polls,
        "ask": polls and asking.can_ask(found),
        "keep_draw": draws_lots,
        "draw": draws_lots and seating.can_draw(found),
        "again": plans and state == S.ARCHIVED,
        "cover": found.release == Release.RELEASED and on_desk(Permission.POST_COVER),
    }


def _draw_stage(found: Draw | None, day: date) -> tuple[str, Promise] | None:
    """Where its draw stands: kind and words."""
    return draws.stage(found, draws.open_lottery(found), day) if found else None


def _path(found: Deliberation, record: Record | None) -> dict[str, Any] | None:
    """Where a matter goes on which the table did not agree."""
    if record is None or record.conclusion != Conclusion.NO_AGREEMENT or found.state != S.ARCHIVED:
        return None
    path = queries.path_after(found, clock.today())
    return {"code": path.value, "words": NEXT_PATHS[path]}


@login_required
@require_POST
def ask(request: Request, no: str) -> HttpResponse:
    """`/desk/deliberations/<no>/ask`: the poll of this deliberation, made at the first press."""
    found = deliberation_for(request.actor, no)
    run(
        request,
        lambda: asking.ask(deliberation=found, actor=request.actor, at=clock.now()),
        _("先写几句话，再开始。"),
    )
    again = deliberation_for(request.actor, no)
    if again.poll is None:
        return redirect("desk_deliberation", no=no)
    return redirect("desk_poll", key=again.poll.key)


@login_required
@require_POST
def draw(request: Request, no: str) -> HttpResponse:
    """`/desk/deliberations/<no>/draw`: the draw of this deliberation, made at the first press."""
    found = deliberation_for(request.actor, no)
    run(
        request,
        lambda: seating.draw_for(deliberation=found, actor=request.actor, at=clock.now()),
        _("先写抽几人、分哪几类。"),
    )
    again = deliberation_for(request.actor, no)
    if again.draw is None:
        return redirect("desk_deliberation", no=no)
    return redirect("desk_draw", key=again.draw.key)


@login_required
@require_safe
def screen(request: Request, no: str) -> HttpResponse:
    """`/screen/<no>`: the projector of this deliberation."""
    found = deliberation_for(request.actor, no)
    if found.poll is None:
        raise Http404
    return redirect("poll_screen", key=found.poll.key)


@login_required
@require_POST
def do(request: Request, no: str, what: str) -> HttpResponse:
    """`/desk/deliberations/<no>/do/<what>`: one press, one act."""
    found, actor, at = deliberation_for(request.actor, no), request.actor, clock.now()
    reason = request.POST.get("reason", "")
    acts = {
        "review": lambda: announcing.send_to_review(deliberation=found, actor=actor, at=at),
        "announce": lambda: announcing.announce(deliberation=found, actor=actor, at=at),
        "postpone": lambda: announcing.postpone(deliberation=found, reason=reason, actor=actor, at=at),
        "cancel": lambda: announcing.cancel(deliberation=found, reason=reason, actor=actor, at=at),
        "open": lambda: holding.open_session(deliberation=found, actor=actor, at=at),
        "close": lambda: holding.close(deliberation=found, actor=actor, at=at),
        "take_back": lambda: recording.take_back(deliberation=found, actor=actor, at=at),
        "add": lambda: recording.add(
            deliberation=found, text=request.POST.get("text", ""), actor=actor, at=at
        ),
    }
    if what not in acts:
        raise Http404
    unmet = run(request, acts[what], str(DONE[what]))
    if unmet:
        kept: dict[str, Any] = {"reason_form": ReasonForm(request.POST), "opened": what}
        if what == "add":
            kept["addendum_form"] = AddendumForm(request.POST)
        return show(request, found, unmet, **kept)
    if what in {"close", "take_back"}:
        return redirect("deliberation_record", no=no)
    return redirect("desk_deliberation", no=no)
