"""Outcomes on the desk: draft, countersign, file, assign, report, decide."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from shangliang.access import desk_page
from shangliang.access.request import Request
from shangliang.access.things import house
from shangliang.deliberations.models import Deliberation
from shangliang.desks import listing
from shangliang.kit import clock
from shangliang.outcomes import showing
from shangliang.outcomes.actions import drafting
from shangliang.outcomes.listings import OUTCOMES
from shangliang.outcomes.models import Outcome
from shangliang.outcomes.permissions import outcome_for
from shangliang.people.showing import history_of
from shangliang.topics.models import Topic


@login_required
@require_safe
def outcomes(request: Request) -> HttpResponse:
    """`/desk/outcomes`: what is open first, with counts, filters and search."""
    return render(request, "outcomes/desk_outcomes.html", listing.page(request, OUTCOMES))


@login_required
@require_safe
def outcomes_sheet(request: Request) -> FileResponse:
    """`/desk/outcomes.xlsx`: the same rows as a sheet."""
    return listing.sheet(request, OUTCOMES)


@login_required
@require_safe
def outcome(request: Request, no: str) -> HttpResponse:
    """`/desk/outcomes/<no>`: what is next, who, by when, one main button."""
    return _page(request, outcome_for(request.actor, no))


def _page(request: Request, found: Outcome, **more: Any) -> HttpResponse:
    now, thing = clock.now(), house().thing("outcome")
    acts = desk_page.offers(thing, found, request, now, more.pop("tried", None))
    sessions = Deliberation.objects.staffed_by(request.actor).filter(pk=found.deliberation_id or 0)
    # who writes the draft reads what it lacks, before anybody is asked to sign it
    lacks = drafting.draft_gaps(found, now) if acts["edit"] and not acts["countersign"] else []
    context: dict[str, Any] = {
        "outcome": found,
        "acts": acts,
        "gaps": more.pop("unmet", None)
        or acts.gaps
        or desk_page.sentences(thing, found, lacks, [act.act.name for act in acts]),
        "next": showing.next_of(thing, found, now, request.actor),
        "reads_topic": Topic.objects.worked_on_by(request.actor).filter(pk=found.topic_id).exists(),
        "reads_deliberation": sessions.exists(),
        "commitments": found.commitments.select_related("lead").order_by("pk"),
        "history": history_of("outcome", found.subject),
    }
    return render(request, "outcomes/desk_outcome.html", context | more)


@login_required
@require_POST
def do(request: Request, no: str, what: str) -> HttpResponse:
    """`/desk/outcomes/<no>/<what>`: one act on an outcome."""
    return desk_page.press(request, house().thing("outcome"), outcome_for(request.actor, no), what, _page)
