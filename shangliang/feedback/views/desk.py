"""The desk of the office that answers; and entering it for somebody who says it face to face or on the telephone."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shangliang.access import desk_page
from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.access.things import house
from shangliang.feedback import actions, queries, showing
from shangliang.feedback.forms import EnterForm
from shangliang.feedback.labels import SHORT_KINDS, STATE_KINDS, STATES, UNMET
from shangliang.feedback.models import Feedback
from shangliang.feedback.permissions import feedback_for
from shangliang.feedback.states import FeedbackKind, FeedbackState
from shangliang.feedback.views import sent_form
from shangliang.figures.queries import by_state
from shangliang.kit import clock
from shangliang.kit.guards import Blocked
from shangliang.kit.paging import page_of
from shangliang.kit.taken import taken
from shangliang.people.showing import history_of
from shangliang.rulebook import book


@login_required
@never_cache
@require_safe
def listed(request: Request) -> HttpResponse:
    """`/desk/feedback`: by state, who has waited longest first."""
    if not request.actor.can_somewhere(Permission.FEEDBACK_ANSWER):
        raise Http404
    rows = queries.on_desk_of(request.actor)
    counts = by_state(rows)
    state = request.GET.get("state", FeedbackState.WAITING.value)
    if state in {item.value for item in FeedbackState}:
        rows = rows.filter(state=state)
    page = page_of(rows, request.GET.get("page"))
    context = {"page": page, "lines": [_line(row) for row in page.rows], "tabs": _tabs(counts, state)}
    return render(request, "feedback/desk_list.html", context)


def _line(row: Feedback) -> dict[str, Any]:
    state = FeedbackState(row.state)
    return {
        "row": row,
        "kind": STATE_KINDS[state],
        "word": STATES[state],
        "what": SHORT_KINDS[FeedbackKind(row.kind)],
    }


def _tabs(counts: dict[str, int], chosen: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {
            "url": f"?state={state.value}",
            "label": label,
            "count": counts.get(state.value, 0),
            "current": state.value == chosen,
        }
        for state, label in STATES.items()
    ]
    return [*found, {"url": "?state=all", "label": _("全部"), "current": chosen == "all"}]


@login_required
@never_cache
@require_safe
def one(request: Request, no: str) -> HttpResponse:
    """`/desk/feedback/<no>`."""
    return _page(request, feedback_for(request.actor, no))


def _page(request: Request, found: Feedback, **more: Any) -> HttpResponse:
    now, thing = clock.now(), house().thing("feedback")
    acts = desk_page.offers(thing, found, request, now, more.pop("tried", None))
    context: dict[str, Any] = {
        "feedback": found,
        "kind": SHORT_KINDS[FeedbackKind(found.kind)],
        "acts": acts,
        "gaps": more.pop("unmet", None) or acts.gaps,
        "standing": showing.standing(found, queries.clock_of(found), now, for_staff=True),
        "turns": showing.turns(queries.turns_of(found), found),
        "history": history_of("feedback", found.subject),
        "phone": "",
    }
    return render(request, "feedback/desk_feedback.html", context | more)


@login_required
@never_cache
@require_POST
def do(request: Request, no: str, what: str) -> HttpResponse:
    """`/desk/feedback/<no>/<what>`: one act."""
    return desk_page.press(request, house().thing("feedback"), feedback_for(request.actor, no), what, _page)


def with_phone(request: Request, found: Feedback, phone: str) -> HttpResponse:
    """The page with the number that was asked for, this once."""
    found.refresh_from_db()
    return _page(request, found, phone=phone)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: Request) -> HttpResponse:
    """`/desk/feedback/new`: 代录; a sheet with the secret address is printed for whoever came."""
    if not request.actor.can_somewhere(Permission.FEEDBACK_ENTER):
        raise Http404
    now = clock.now()
    if request.method != "POST":
        return _enter(request, EnterForm(), sent_form.new_token(now))
    day = book().at(clock.local_day(now))
    form, token = EnterForm(request.POST), sent_form.read_token(request, day, now)
    if token.is_expired:
        return _enter(request, form, sent_form.new_token(now), is_expired=True)
    if not form.is_valid():
        return _enter(request, form, request.POST["token"])
    said = sent_form.said(form, token, text=form.cleaned_data["text"])
    try:
        received = actions.receive(actor=request.actor, said=said, at=now)
    except Blocked as blocked:
        for item in blocked.unmet:
            form.add_error(None, UNMET[item.code])
        return _enter(request, form, request.POST["token"])
    found = received.feedback
    context = {
        "feedback": found,
        "kind": SHORT_KINDS[FeedbackKind(found.kind)],
        "standing": showing.standing(found, queries.clock_of(found), now),
        "turns": [],
        "address": settings.BASE_URL + reverse("feedback_own", args=[received.key]),
        "back": reverse("desk"),
    }
    return taken(request, render(request, "feedback/sheet.html", context))


def _enter(request: Request, form: EnterForm, token: str, *, is_expired: bool = False) -> HttpResponse:
    return render(
        request, "feedback/desk_enter.html", {"form": form, "token": token, "is_expired": is_expired}
    )
