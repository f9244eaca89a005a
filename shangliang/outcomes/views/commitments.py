"""Commitments on the desk: for the doer, the assigning office, the town, the district and the room."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shangliang.access import desk_page
from shangliang.access.request import Request
from shangliang.access.roles import NAMES
from shangliang.access.things import house
from shangliang.desks import listing
from shangliang.kit import clock
from shangliang.kit.clock import local_day
from shangliang.outcomes import queries, showing
from shangliang.outcomes.listings import COMMITMENTS
from shangliang.outcomes.models import Commitment
from shangliang.outcomes.permissions import commitment_for
from shangliang.rulebook import book


@login_required
@require_safe
def commitments(request: Request) -> HttpResponse:
    """`/desk/commitments`: what is late first, with counts, filters and search."""
    return render(request, "outcomes/desk_commitments.html", listing.page(request, COMMITMENTS))


@login_required
@require_safe
def commitments_sheet(request: Request) -> FileResponse:
    """`/desk/commitments.xlsx`: the same rows as a sheet."""
    return listing.sheet(request, COMMITMENTS)


@login_required
@require_safe
def commitment(request: Request, no: str) -> HttpResponse:
    """`/desk/commitments/<no>`."""
    return _page(request, commitment_for(request.actor, no))


def _page(request: Request, found: Commitment, **more: Any) -> HttpResponse:
    now, thing = clock.now(), house().thing("commitment")
    acts = desk_page.offers(thing, found, request, now, more.pop("tried", None))
    least = book().at(clock.today()).integer("outcomes.rating_public_min_count", found.desk_path)
    rated = queries.rated(found, least)
    said = queries.reasons_for(found, request.actor) if rated.figures.asked else []
    brief = queries.brief_of(found, local_day(now))
    co_units = list(found.co_units.all())
    context: dict[str, Any] = {
        "commitment": found,
        "acts": acts,
        "gaps": more.pop("unmet", None) or acts.gaps,
        "next": showing.next_of(
            thing, found, now, beside=() if acts["refuse-extension"] else ("outcomes.extension_decide_days",)
        ),
        "co_units": co_units,
        "again": showing.again_of(found),
        "brief": brief,
        "office": NAMES[brief.office] if brief.office else "",
        "replies": found.replies.order_by("-at"),
        "rated": rated,
        "rates": showing.rates(rated.figures),
        "reasons": showing.reasons(said, rated.round),
        "look_backs": sorted(found.look_backs.all(), key=lambda look: look.due_on),
        "history": showing.history_of(found, co_units),
    }
    return render(request, "outcomes/desk_commitment.html", context | more)


@login_required
@never_cache
@require_safe
def photo(request: Request, no: str, pk: int) -> FileResponse:
    """The photo of one reply, for whoever has the commitment on the desk, and so for its reviewer."""
    reply = commitment_for(request.actor, no).replies.exclude(evidence="").filter(pk=pk).first()
    if reply is None:
        raise Http404
    return FileResponse(reply.evidence.open("rb"), content_type="image/jpeg")


@login_required
@require_POST
def do(request: Request, no: str, what: str) -> HttpResponse:
    """`/desk/commitments/<no>/<what>`: one act on a commitment."""
    found = commitment_for(request.actor, no)
    return desk_page.press(request, house().thing("commitment"), found, what, _page)
