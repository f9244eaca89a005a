"""Planning a session: from a topic, its words and time, its guests; who came."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from shangliang.access import desk_page
from shangliang.access.desk import role_on_desk
from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.access.things import house
from shangliang.deliberations import queries, rules, showing
from shangliang.deliberations.actions import meeting, preparing
from shangliang.deliberations.labels import SEATS
from shangliang.deliberations.models import Deliberation
from shangliang.deliberations.permissions import deliberation_for, topic_for
from shangliang.inbox.states import Standing
from shangliang.kit import clock
from shangliang.kit.guards import Unmet
from shangliang.sortition.queries import homes_of
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


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def told(request: Request, no: str) -> HttpResponse:
    """`/desk/deliberations/<no>/told`: whom the news has reached, whom to call, and who was called."""
    return _fill_in(request, no, "tell", _told_page)


def _told_page(
    request: Request, found: Deliberation, *, tried: dict[str, Any], unmet: Any = ()
) -> HttpResponse:
    guests = queries.told_guests(found)
    may_look = role_on_desk(request.actor, Permission.CONTACT_REVEAL, found) is not None
    unheard = [guest for guest in guests if guest.told.is_unheard]
    form = tried["tell"]
    context = {
        "deliberation": found,
        "form": form,
        "gaps": unmet,
        "unheard": unheard,
        "refs": [guest.ref for guest in unheard if guest.told.is_open],
        "to_call": sum(guest.told.is_open for guest in guests),
        "others": [guest for guest in guests if not guest.told.is_unheard],
        "seats": SEATS,
        "phones": [
            (guest.name, reverse("desk_submission", args=[guest.submission_no]))
            for guest in unheard
            if may_look and guest.submission_no and guest.told.standing == Standing.CALL
        ],
        "drawn": found.draw if may_look and any(guest.is_drawn for guest in unheard) else None,
    }
    return render(
        request, "deliberations/desk_told.html", context, status=400 if form.is_bound or unmet else 200
    )


@login_required
@require_safe
def letters(request: Request, no: str) -> HttpResponse:
    """`/desk/deliberations/<no>/letters`: one sheet for each by name whom nothing has reached, to print and carry."""
    found, thing = deliberation_for(request.actor, no), house().thing("deliberation")
    act = thing.act("tell")
    if act is None or not desk_page.is_offered(thing, act, found, request.actor):
        raise Http404
    guests = [guest for guest in queries.told_guests(found) if guest.told.is_open and not guest.submission_no]
    homes = homes_of([guest.ref for guest in guests if guest.is_drawn])
    page = request.build_absolute_uri(reverse("deliberation", args=[found.no]))
    context = {
        "deliberation": found,
        "letters": [(guest, homes.get(guest.ref, "")) for guest in guests],
        "when": showing.when(found.held_at),
        "page": page if found.needs_review and found.is_reviewed else "",
        "back": reverse("deliberation_tell", args=[found.no]),
    }
    return render(request, "deliberations/letters.html", context)


def _fill_in(request: Request, no: str, name: str, draw: desk_page.Draw) -> HttpResponse:
    found = deliberation_for(request.actor, no)
    return desk_page.fill_in(request, house().thing("deliberation"), found, name, draw)


def _gaps(found: Deliberation, unmet: list[Unmet], form: Any) -> list[dict[str, object]]:
    """What is missing, each with its field on this page; what is mended elsewhere needs no link here."""
    return desk_page.sentences(house().thing("deliberation"), None, unmet, form=form)
