"""Planning a session: from a topic, its words and time, its guests; who came."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shangliang.access.desk import require_role
from shangliang.access.publication import Scope
from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.deliberations import queries, rules
from shangliang.deliberations.actions import holding, preparing
from shangliang.deliberations.actions.holding import Attendance
from shangliang.deliberations.actions.preparing import Guest
from shangliang.deliberations.forms import AttendanceForm, InviteForm, PlanForm, needed, seat_label
from shangliang.deliberations.models import Deliberation
from shangliang.deliberations.permissions import deliberation_for, topic_for
from shangliang.deliberations.views import words
from shangliang.deliberations.views.acts import run
from shangliang.kit import clock
from shangliang.kit.guards import Blocked, Unmet
from shangliang.topics.models import Topic

ASKED = ("held_at", "place", "subject_line", "agenda")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request, no: str = "") -> HttpResponse:
    """`/desk/topics/<no>/prepare`, `/desk/deliberations/new?topic=`: words and guests, proposed beforehand."""
    topic = topic_for(request.actor, no or request.GET.get("topic", ""))
    require_role(request.actor, Permission.DELIBERATION_PREPARE, topic)
    offered = queries.proposals(topic, clock.today())
    choices = [(row.key, seat_label(row.seat, row.name)) for row in offered]
    if request.method == "POST":
        plan, invite = PlanForm(request.POST), InviteForm(request.POST, offered=choices)
        if plan.is_valid() and invite.is_valid():
            chosen = set(invite.cleaned_data["invited"])
            guests = [
                Guest(row.seat, row.name, row.person, row.unit, row.is_by_slip)
                for row in offered
                if row.key in chosen
            ]
            try:
                made = preparing.prepare(
                    topic=topic,
                    draft=plan.draft(),
                    guests=guests + invite.guests(),
                    actor=request.actor,
                    at=clock.now(),
                )
            except Blocked as blocked:
                return _new_page(request, topic, plan, invite, blocked.unmet)
            return redirect("desk_deliberation", no=made.no)
        return _new_page(request, topic, plan, invite)
    likely = [row.key for row in offered if row.is_likely]
    invite = InviteForm(initial={"invited": likely}, offered=choices)
    return _new_page(request, topic, PlanForm(initial=_proposed(topic)), invite, preparing.topic_gaps(topic))


def _proposed(topic: Topic) -> dict[str, Any]:
    """What the topic and the room say already; nothing of it is typed again."""
    return {
        "place": topic.room.name[:80],
        "subject_line": topic.title[:80],
        "agenda": _("说说是怎么回事\n听听大家的意见\n能办的单位说说怎么办\n商定谁来做、哪天做好"),
        "scope": (Scope.INTERNAL if topic.is_embargoed else Scope(topic.scope)).value,
        "mode": "room",
    }


def _new_page(
    request: Request, topic: Topic, plan: PlanForm, invite: InviteForm, unmet: Any = ()
) -> HttpResponse:
    needed(plan, *ASKED)
    needed(invite, "invited")
    context = {
        "topic": topic,
        "plan": plan,
        "invite": invite,
        "gaps": words.on_this_page(unmet),
        "lead": _lead(Deliberation(topic=topic, room=topic.room, desk_path=topic.desk_path)),
    }
    return render(request, "deliberations/desk_new.html", context)


def _lead(deliberation: Deliberation) -> str:
    lead = queries.lead_of(deliberation, clock.today())
    if lead.is_working:
        return _("要提前 %(n)s 个工作日预告。") % {"n": lead.days}
    return _("要提前 %(n)s 天预告。") % {"n": lead.days}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: Request, no: str) -> HttpResponse:
    """`/desk/deliberations/<no>/plan`: change time, place and words."""
    found = deliberation_for(request.actor, no)
    require_role(request.actor, Permission.DELIBERATION_PREPARE, found)
    form = PlanForm(request.POST or None, initial=_written(found))
    unmet: tuple[Unmet, ...] = ()
    if request.method == "POST" and form.is_valid():
        unmet = run(
            request,
            lambda: preparing.change(
                deliberation=found, draft=form.draft(), actor=request.actor, at=clock.now()
            ),
            _("已保存。"),
        )
        if not unmet:
            return redirect("desk_deliberation", no=no)
    needed(form, *ASKED)
    gaps = rules.missing_for_review(queries.plan_of(found, clock.now()))
    context = {
        "deliberation": found,
        "plan": form,
        "lead": _lead(found),
        "gaps": words.on_this_page(unmet or gaps),
    }
    return render(request, "deliberations/desk_plan.html", context)


def _written(found: Deliberation) -> dict[str, Any]:
    names = ("place", "mode", "subject_line", "agenda", "online_link", "scope", "statutory_route")
    return {name: getattr(found, name) for name in names} | {
        "held_at": found.held_at,
        "urgent_reason": found.urgent_reason,
        "is_material_out": found.material_sent_at is not None,
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: Request, no: str) -> HttpResponse:
    """`/desk/deliberations/<no>/invite`: who is kept, who is proposed, who is added by name."""
    found = deliberation_for(request.actor, no)
    require_role(request.actor, Permission.DELIBERATION_PREPARE, found)
    guests = list(found.participants.order_by("pk"))
    known = {(row.person_id, row.unit_id, row.is_by_slip) for row in guests}
    offered = [
        row
        for row in queries.proposals(found.topic, clock.today())
        if (row.person.pk if row.person else None, row.unit.pk if row.unit else None, row.is_by_slip)
        not in known
    ]
    choices = [(f"guest-{row.pk}", seat_label(row.seat, words.name_of(row))) for row in guests]
    choices += [(row.key, seat_label(row.seat, row.name)) for row in offered]
    form = InviteForm(
        request.POST or None, initial={"invited": [f"guest-{row.pk}" for row in guests]}, offered=choices
    )
    if request.method == "POST" and form.is_valid():
        chosen = set(form.cleaned_data["invited"])
        added = [
            Guest(row.seat, row.name, row.person, row.unit, row.is_by_slip)
            for row in offered
            if row.key in chosen
        ]
        run(
            request,
            lambda: preparing.invite(
                deliberation=found,
                keep=[row.pk for row in guests if f"guest-{row.pk}" in chosen],
                guests=added + form.guests(),
                actor=request.actor,
                at=clock.now(),
            ),
            _("名单已保存。"),
        )
        return redirect("desk_deliberation", no=no)
    needed(form, "invited")
    return render(request, "deliberations/desk_invite.html", {"deliberation": found, "invite": form})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request: Request, no: str) -> HttpResponse:
    """`/desk/deliberations/<no>/attendance`: tap the names of who is here, add a head count."""
    found = deliberation_for(request.actor, no)
    require_role(request.actor, Permission.DELIBERATION_RECORD, found)
    guests = list(found.participants.order_by("pk"))
    choices = [(str(row.pk), seat_label(row.seat, words.name_of(row))) for row in guests]
    form = AttendanceForm(
        request.POST or None,
        people=choices,
        initial={
            "here": [str(row.pk) for row in guests if row.attended and not row.by_telephone],
            "by_telephone": [str(row.pk) for row in guests if row.by_telephone],
            "heads": found.residents_count,
        },
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        here = Attendance(
            here=frozenset(map(int, data["here"])),
            by_telephone=frozenset(map(int, data["by_telephone"])),
            heads=data["heads"] or 0,
            came_besides=tuple(_walked_in(data["others"])),
        )
        run(
            request,
            lambda: holding.write_attendance(
                deliberation=found, attendance=here, actor=request.actor, at=clock.now()
            ),
            _("已写下谁到了。"),
        )
        return redirect("desk_deliberation", no=no)
    needed(form, "here", "heads")
    gaps = words.on_this_page(holding.opening_gaps(found, clock.now())) if found.attendance_at else []
    context = {"deliberation": found, "form": form, "gaps": gaps}
    return render(request, "deliberations/desk_attendance.html", context)


def _walked_in(typed: str) -> list[Guest]:
    form = InviteForm({"others": typed}, offered=())
    return form.guests() if form.is_valid() else []
