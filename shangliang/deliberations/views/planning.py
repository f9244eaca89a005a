"""Planning a session: from a topic, its words and time, its guests; who came."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from shangliang.access import desk_page
from shangliang.access.request import Request
from shangliang.access.things import house
from shangliang.deliberations import queries, rules, showing
from shangliang.deliberations.actions import meeting, preparing
from shangliang.deliberations.models import Deliberation
from shangliang.deliberations.permissions import deliberation_for, topic_for
from shangliang.kit import clock
from shangliang.kit.guards import Unmet
from shangliang.topics.models import Topic


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request, no: str = "") -> HttpResponse:
    """`/desk/topics/<no>/prepare`, `/desk/deliberations/new?topic=`: words and guests, proposed beforehand."""
    topic = topic_for(request.actor, no or request.GET.get("topic", ""))
    return desk_page.fill_in(request, house().thing("topic"), topic, "prepare", _new_page)


def _new_page(request: Request, topic: Topic, *, tried: dict[str, Any], unmet: Any = ()) -> HttpResponse:
    form, thing = tried["prepare"], house().thing("deliberation")
    context = {
        "topic": topic,
        "form": form,
        "gaps": unmet or desk_page.sentences(thing, None, preparing.topic_gaps(topic)),
        "lead": showing.lead(Deliberation(topic=topic, room=topic.room, desk_path=topic.desk_path)),
    }
    return render(request, "deliberations/desk_new.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: Request, no: str) -> HttpResponse:
    """`/desk/deliberations/<no>/plan`: change time, place and words."""
    return _fill_in(request, no, "plan", _plan_page)


def _plan_page(
    request: Request, found: Deliberation, *, tried: dict[str, Any], unmet: Any = ()
) -> HttpResponse:
    gaps = rules.missing_for_review(queries.plan_of(found, clock.now()))
    context = {
        "deliberation": found,
        "form": tried["plan"],
        "lead": showing.lead(found),
        "gaps": unmet or _gaps(found, gaps, tried["plan"]),
    }
    return render(request, "deliberations/desk_plan.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: Request, no: str) -> HttpResponse:
    """`/desk/deliberations/<no>/invite`: who is kept, who is proposed, who is added by name."""
    return _fill_in(request, no, "invite", _invite_page)


def _invite_page(
    request: Request, found: Deliberation, *, tried: dict[str, Any], unmet: Any = ()
) -> HttpResponse:
    context = {"deliberation": found, "form": tried["invite"], "gaps": unmet}
    return render(request, "deliberations/desk_invite.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: Request, no: str) -> HttpResponse:
    """`/desk/deliberations/<no>/attendance`: tap the names of who is here, add a head count."""
    return _fill_in(request, no, "attendance", _attendance_page)


def _attendance_page(
    request: Request, found: Deliberation, *, tried: dict[str, Any], unmet: Any = ()
) -> HttpResponse:
    gaps = meeting.opening_gaps(found, clock.now()) if found.attendance_at else []
    context = {
        "deliberation": found,
        "form": tried["attendance"],
        "gaps": unmet or _gaps(found, gaps, tried["attendance"]),
    }
    return render(request, "deliberations/desk_attendance.html", context)


def _fill_in(request: Request, no: str, name: str, draw: desk_page.Draw) -> HttpResponse:
    found = deliberation_for(request.actor, no)
    return desk_page.fill_in(request, house().thing("deliberation"), found, name, draw)


def _gaps(found: Deliberation, unmet: list[Unmet], form: Any) -> list[dict[str, object]]:
    """What is missing, each with its field on this page; what is mended elsewhere needs no link here."""
    return desk_page.sentences(house().thing("deliberation"), None, unmet, form=form)
