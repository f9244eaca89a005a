"""Commitments on the desk: for the doer, the assigning office, the town, the district and the room."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shangliang.access import desk_page
from shangliang.access.desk import role_on_desk
from shangliang.access.publication import Release
from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.access.things import house
from shangliang.clocks import queries as clocks
from shangliang.desks import listing
from shangliang.desks.showing import returned
from shangliang.kit import clock
from shangliang.kit.clock import local_day
from shangliang.kit.paging import PAGE, Page, read_number
from shangliang.kit.punctuation import listed
from shangliang.outcomes import queries, reply_files, showing
from shangliang.outcomes.actions import explaining
from shangliang.outcomes.listings import COMMITMENTS
from shangliang.outcomes.models import Commitment, PublicReason, ReplyFile
from shangliang.outcomes.permissions import commitment_for
from shangliang.people.showing import history_of
from shangliang.rulebook import book

SHOWN_EXPLAINED = 10  # on the page of a leader; the older ones stand on the pages of what was asked after


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
def late(request: Request) -> HttpResponse:
    """`/desk/late`: what is late in the area that a leader is linked to, each with one press, and what was explained."""
    if not request.actor.can_somewhere(Permission.COMMITMENT_ASK_AFTER):
        raise Http404
    now, number = clock.now(), read_number(request.GET.get("page"))
    found = queries.late_ones(request.actor, now)
    start = (number - 1) * PAGE
    context = {
        "late": showing.late_lines(found[start : start + PAGE], now),
        "page": Page(found[start : start + PAGE], number, len(found) > start + PAGE, len(found)),
        "days": _days_to_explain(request),
        "explained": [] if number > 1 else queries.last_explained(request.actor, SHOWN_EXPLAINED),
    }
    return render(request, "outcomes/desk_late.html", context)


def _days_to_explain(request: Request) -> int:
    """As it stands in the place that the leader is linked to."""
    paths = request.actor.scope(Permission.COMMITMENT_ASK_AFTER).area_paths
    return book().at(clock.today()).integer(explaining.EXPLAIN, paths[0] if paths else "")


@login_required
@require_safe
def commitment(request: Request, no: str) -> HttpResponse:
    """`/desk/commitments/<no>`."""
    return _page(request, commitment_for(request.actor, no))


# Clocks that run beside the work, and the act of whoever has them on the desk.
BESIDE = {
    "outcomes.extension_decide_days": "refuse-extension",
    "outcomes.explain_days": "explain",
    "outcomes.kept_days": "hear",
}


def _reads_asks(request: Request, found: Commitment) -> bool:
    """What a leader asked and an office explained stays between the offices."""
    return role_on_desk(request.actor, Permission.ASK_READ, found) is not None


def _leads(request: Request, found: Commitment) -> dict[str, str]:
    """Where the matter, the session and the outcome stand, for those who may open them; by what they are."""
    outcome = found.outcome
    wanted = {
        "topic": (Permission.TOPIC_READ, found.topic),
        "deliberation": (Permission.DELIBERATION_READ, outcome.deliberation),
        "outcome": (Permission.OUTCOME_READ, outcome),
    }
    return {
        kind: house().thing(kind).address(row)
        for kind, (permission, row) in wanted.items()
        if row is not None and role_on_desk(request.actor, permission, row) is not None
    }


def _kept_reasons(found: Commitment, rated: queries.Rated) -> Iterable[PublicReason]:
    """What residents wrote and the reviewer does not let through; no statement where nobody was asked."""
    return found.public_reasons.filter(release=Release.HELD_BACK.value) if rated.figures.asked else ()


def _kept(found: Commitment, rated: queries.Rated) -> str:
    """Whether something was said to the district alone: "waits" to be read there, "heard", "said" where it was never
    its task (before there was one), or "" for nothing."""
    if any(each.rule == explaining.KEPT for each in found.running_clocks):
        return "waits"
    if not rated.has_kept:
        return ""
    return "heard" if clocks.were_set(explaining.KEPT, found.subject) else "said"


def _can_be_called(found: Commitment) -> bool:
    row = Commitment.objects.with_phones().get(pk=found.pk)
    return bool(row.can_be_called)  # type: ignore[attr-defined]  # annotated


def _page(request: Request, found: Commitment, **more: Any) -> HttpResponse:
    now, thing = clock.now(), house().thing("commitment")
    acts = desk_page.offers(thing, found, request, now, more.pop("tried", None))
    least = book().at(clock.today()).integer("outcomes.rating_public_min_count", found.desk_path)
    rated = queries.rated(found, least)
    said = queries.reasons_for(found, request.actor) if rated.figures.asked else []
    brief = queries.brief_of(found, local_day(now))
    co_units = list(found.co_units.all())
    around = queries.areas_around(found)
    replies = queries.replies_with_files(found)
    first = showing.next_of(
        thing,
        found,
        now,
        request.actor,
        beside=[rule for rule, answer in BESIDE.items() if not acts[answer]],
        known=[found.lead, *around],
    )
    context: dict[str, Any] = {
        "commitment": found,
        "acts": acts,
        "gaps": more.pop("unmet", None) or acts.gaps,
        "next": first,
        "also": showing.also_mine(thing, found, now, request.actor, first, acts.__getitem__),
        "asks": showing.asks(found, now, around) if _reads_asks(request, found) else [],
        "can_be_called": not acts["called-in-vain"] or _can_be_called(found),
        "helpers": listed(unit.name for unit in co_units),
        "again": showing.again_of(found),
        "returned": returned(found, *(reply for reply, _files in replies), *_kept_reasons(found, rated)),
        "brief": brief,
        "leads": _leads(request, found),
        "replies": [
            (
                reply,
                showing.entered_words(reply.relay),
                showing.files_of(reply, partial(showing.at_desk, no=found.no), files),
            )
            for reply, files in replies
        ],
        "relays": showing.relays(found),
        "matter_photos": list(showing.matter_photos(found)) if found.has_matter_photos else [],  # type: ignore[attr-defined]  # annotated
        "rated": rated,
        "rates": showing.rates(rated.figures),
        "reasons": showing.reasons(said, rated.round),
        "kept": _kept(found, rated),
        "look_backs": sorted(found.look_backs.all(), key=lambda look: look.due_on),
        "history": history_of(
            "commitment", found.subject, units=[unit for unit in (found.lead, *co_units) if unit]
        ),
    }
    return render(request, "outcomes/desk_commitment.html", context | more)


@login_required
@never_cache
@require_safe
def file(request: Request, no: str, pk: int) -> FileResponse:
    """A photo or letter of a reply, for whoever has the commitment on the desk, and so for its reviewer."""
    found = commitment_for(request.actor, no)
    return reply_files.sent(ReplyFile.objects.filter(reply__commitment=found, pk=pk).first())


@login_required
@never_cache
@require_safe
def paper(request: Request, no: str, pk: int) -> FileResponse:
    """The photo of what a doer wrote, for whoever has the commitment on the desk; never public."""
    found = commitment_for(request.actor, no)
    row = found.relays.filter(pk=pk).exclude(paper="").first()
    if row is None:
        raise Http404
    return FileResponse(row.paper.open("rb"), content_type="image/jpeg")


@login_required
@never_cache
@require_safe
def matter_photo(request: Request, no: str, pk: int) -> FileResponse:
    """A photo of those who raised the matter, for its doer, where the clerk has let it through."""
    found = commitment_for(request.actor, no)
    row = showing.matter_photos(found).filter(pk=pk).first()
    if row is None:
        raise Http404
    return FileResponse(row.file.open("rb"), content_type="image/jpeg")


@login_required
@require_POST
def do(request: Request, no: str, what: str) -> HttpResponse:
    """`/desk/commitments/<no>/<what>`: one act on a commitment."""
    found = commitment_for(request.actor, no)
    return desk_page.press(request, house().thing("commitment"), found, what, _page)
