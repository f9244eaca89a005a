"""Commitments on the desk: for the doer, the assigning office, the town, the district and the room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shangliang.access.desk import role_on_desk
from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.clocks.queries import deadline, running_by_subject
from shangliang.kit import clock
from shangliang.kit.guards import Blocked
from shangliang.kit.images import Unfit, clean_photo
from shangliang.kit.paging import page_of
from shangliang.kit.states import IllegalMove
from shangliang.ledger.queries import history, in_words
from shangliang.outcomes import forms, queries
from shangliang.outcomes.actions import assigning, deciding, handling, rating
from shangliang.outcomes.labels import COMMITMENT_STATES
from shangliang.outcomes.models import Commitment
from shangliang.outcomes.permissions import commitment_for, role_over
from shangliang.outcomes.states import COMMITMENT, CommitmentState, Level, RatedBy, ReplyKind
from shangliang.outcomes.views.guards import sentences
from shangliang.people.queries import doers_near
from shangliang.rulebook import book

Done = Callable[[], object]


@login_required
@require_safe
def commitments(request: Request) -> HttpResponse:
    """`/desk/commitments`: lists by stage with counts."""
    if not request.actor.can_somewhere(Permission.COMMITMENT_READ):
        raise Http404
    rows = queries.desk_commitments(request.actor)
    counts = queries.counts_by_state(rows)
    chosen = request.GET.get("state", "")
    if chosen:
        rows = rows.filter(state=chosen)
    stages = [
        {"url": f"?state={s.value}", "label": label, "count": counts[s.value], "current": s.value == chosen}
        for s, label in COMMITMENT_STATES.items()
        if counts.get(s.value)
    ]
    everything = {"url": "?", "label": _("全部"), "count": sum(counts.values()), "current": not chosen}
    context = {"page": page_of(rows, request.GET.get("page")), "tabs": [everything, *stages]}
    return render(request, "outcomes/desk_commitments.html", context)


@login_required
@require_safe
def commitment(request: Request, no: str) -> HttpResponse:
    """`/desk/commitments/<no>`."""
    return _page(request, commitment_for(request.actor, no))


def _page(request: Request, found: Commitment, **extra: Any) -> HttpResponse:
    may = _may(request, found)
    today = clock.today()
    least = book().at(today).integer("outcomes.rating_public_min_count", found.desk_path)
    running = running_by_subject([found.subject]).get(found.subject, [])
    context: dict[str, Any] = {
        "commitment": found,
        "co_units": found.co_units.all(),
        "may": may,
        "clock": running[0] if running else None,
        "due": deadline(running[0] if running else None, clock.now()),
        "replies": found.replies.order_by("-at"),
        "rated": queries.rated(found, least, asked=getattr(found, "asked_count", 0)),
        "look_backs": found.look_backs.order_by("due_on") if found.closed_at else [],
        "history": in_words(history(found.subject), "commitment"),
        "forms": {
            "reason": forms.ReasonForm(),
            "plan": forms.PlanForm(initial={"plan": found.work_plan}),
            "extend": forms.ExtendForm(),
            "reply": forms.ReplyForm(initial={"kind": ReplyKind.SOLVED.value}),
            "rating": forms.EnteredRatingForm(),
            "decide": forms.DecideForm(),
            "look_back": forms.LookBackForm(),
            "resume": forms.ResumeForm(),
        },
        "gaps": [],
    }
    if may["reassign"]:
        context["forms"]["reassign"] = forms.ReassignForm(units=doers_near(found.desk_path))
    kept = extra.pop("kept", None)
    if kept:
        context["forms"][kept[0]] = kept[1]
        context["opened"] = kept[0]
    context.update(extra)
    return render(request, "outcomes/desk_commitment.html", context)


def _may(request: Request, found: Commitment) -> dict[str, bool]:
    actor, state = request.actor, found.state

    def on_desk(permission: Permission) -> bool:
        return role_on_desk(actor, permission, found) is not None

    handles = role_over(actor, Permission.COMMITMENT_HANDLE, found) is not None
    asked = state in {CommitmentState.ASKING, CommitmentState.CALLING_BACK}
    return {
        "accept": handles and COMMITMENT.leads_from("accept", state),
        "work": handles and COMMITMENT.leads_from("reply_solved", state),
        "extend": on_desk(Permission.COMMITMENT_EXTEND)
        and (COMMITMENT.allows(found, "extend") or COMMITMENT.allows(found, "extend_plan")),
        "reassign": on_desk(Permission.OUTCOME_ASSIGN) and COMMITMENT.leads_from("reassign", state),
        "resume": on_desk(Permission.OUTCOME_ASSIGN) and COMMITMENT.leads_from("resume", state),
        "rate": asked and (on_desk(Permission.RATING_ENTER) or on_desk(Permission.COMMITMENT_CALL_BACK)),
        "call": state == CommitmentState.CALLING_BACK and on_desk(Permission.COMMITMENT_CALL_BACK),
        "decide": state == CommitmentState.DISPUTED and on_desk(Permission.COMMITMENT_DECIDE_REOPENING),
        "look_back": on_desk(Permission.COMMITMENT_LOOK_BACK) and COMMITMENT.allows(found, "look_back"),
    }


def _do(
    request: Request, found: Commitment, done: Done, said: str, kept: tuple[str, Any] | None
) -> HttpResponse:
    try:
        done()
    except Blocked as blocked:
        return _page(request, found, gaps=sentences(blocked.unmet), kept=kept)
    except IllegalMove:
        messages.warning(request, _("这一步已经办过，或者现在还不能办。页面已更新。"))
    else:
        messages.success(request, said)
    return redirect("desk_commitment", no=found.no)


@login_required
@require_POST
def do(request: Request, no: str, what: str) -> HttpResponse:
    """One step: the name in the address is the act."""
    found = commitment_for(request.actor, no)
    step = STEPS.get(what)
    if step is None:
        raise Http404
    return step(request, found)


def _accept(request: Request, found: Commitment) -> HttpResponse:
    return _do(
        request,
        found,
        lambda: handling.accept(commitment=found, actor=request.actor, at=clock.now()),
        _("已签收，开始计时。"),
        None,
    )


def _decline(request: Request, found: Commitment) -> HttpResponse:
    form = forms.ReasonForm(request.POST)
    form.is_valid()
    reason = form.cleaned_data.get("reason", "")
    return _do(
        request,
        found,
        lambda: handling.decline(commitment=found, reason=reason, actor=request.actor, at=clock.now()),
        _("已退回交办单位。"),
        ("reason", form),
    )


def _plan(request: Request, found: Commitment) -> HttpResponse:
    form = forms.PlanForm(request.POST)
    form.is_valid()
    plan = form.cleaned_data.get("plan", "")
    return _do(
        request,
        found,
        lambda: handling.plan_work(commitment=found, plan=plan, actor=request.actor, at=clock.now()),
        _("办理打算已保存。"),
        ("plan", form),
    )


def _extend(request: Request, found: Commitment) -> HttpResponse:
    form = forms.ExtendForm(request.POST)
    if not form.is_valid():
        return _page(request, found, kept=("extend", form))
    data = form.cleaned_data
    return _do(
        request,
        found,
        lambda: handling.extend(commitment=found, actor=request.actor, at=clock.now(), **data),
        _("已延期，理由会告诉群众。"),
        ("extend", form),
    )


def _reply(request: Request, found: Commitment) -> HttpResponse:
    form = forms.ReplyForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, kept=("reply", form))
    data = form.cleaned_data
    evidence = b""
    if data["evidence"]:
        try:
            most = book().at(clock.today()).integer("outcomes.evidence_megabytes", found.desk_path)
            evidence = clean_photo(data["evidence"], megabytes=most).photo
        except Unfit as unfit:
            form.add_error("evidence", str(unfit))
            return _page(request, found, kept=("reply", form))
    answer = handling.Answer(ReplyKind(data["kind"]), data["text"], data["planned_on"], evidence)
    return _do(
        request,
        found,
        lambda: handling.reply(commitment=found, answer=answer, actor=request.actor, at=clock.now()),
        _("已答复。"),
        ("reply", form),
    )


def _reassign(request: Request, found: Commitment) -> HttpResponse:
    form = forms.ReassignForm(request.POST, units=doers_near(found.desk_path))
    if not form.is_valid():
        return _page(request, found, kept=("reassign", form))
    data = form.cleaned_data
    return _do(
        request,
        found,
        lambda: assigning.reassign(
            commitment=found,
            lead=data["lead"],
            co_units=list(data["co_units"]),
            actor=request.actor,
            at=clock.now(),
        ),
        _("已明确主办单位。"),
        ("reassign", form),
    )


def _resume(request: Request, found: Commitment) -> HttpResponse:
    form = forms.ResumeForm(request.POST)
    if not form.is_valid():
        return _page(request, found, kept=("resume", form))
    due_on = form.cleaned_data["due_on"]
    return _do(
        request,
        found,
        lambda: assigning.resume(commitment=found, due_on=due_on, actor=request.actor, at=clock.now()),
        _("已重新启动办理。"),
        ("resume", form),
    )


def _rate(request: Request, found: Commitment) -> HttpResponse:
    form = forms.EnteredRatingForm(request.POST)
    asked = found.invitations.filter(round=found.reopened_count).order_by("pk")
    by_clerk = request.POST.get("rated_by") == RatedBy.ROOM_CLERK
    open_ones = asked.exclude(ratings__rated_by=RatedBy.ROOM_CLERK.value) if by_clerk else asked.unanswered()
    invitation = open_ones.first()
    if not form.is_valid() or invitation is None:
        if invitation is None:
            messages.warning(request, _("被邀请的人都已评价过了。"))
        return _page(request, found, kept=("rating", form))
    data = form.cleaned_data
    opinion = rating.Opinion(Level(data["level"]), data["is_solved"], data["reason"])
    return _do(
        request,
        found,
        lambda: rating.rate(
            invitation=invitation,
            opinion=opinion,
            actor=request.actor,
            at=clock.now(),
            rated_by=RatedBy(data["rated_by"]),
        ),
        _("评价已录入。"),
        ("rating", form),
    )


def _called_in_vain(request: Request, found: Commitment) -> HttpResponse:
    return _do(
        request,
        found,
        lambda: rating.called_in_vain(commitment=found, actor=request.actor, at=clock.now()),
        _("已记录未能联系上，按“已办结（未评价）”处理。"),
        None,
    )


def _decide(request: Request, found: Commitment) -> HttpResponse:
    form = forms.DecideForm(request.POST)
    if not form.is_valid():
        return _page(request, found, kept=("decide", form))
    verdict, reason = form.cleaned_data["verdict"], form.cleaned_data["reason"]
    return _do(
        request,
        found,
        lambda: deciding.decide(
            commitment=found,
            redo=verdict == "redo",
            done=verdict == "done",
            reason=reason,
            actor=request.actor,
            at=clock.now(),
        ),
        _("裁定已作出。"),
        ("decide", form),
    )


def _look_back(request: Request, found: Commitment) -> HttpResponse:
    form = forms.LookBackForm(request.POST)
    if not form.is_valid():
        return _page(request, found, kept=("look_back", form))
    data = form.cleaned_data
    return _do(
        request,
        found,
        lambda: deciding.look_back(commitment=found, actor=request.actor, at=clock.now(), **data),
        _("回头看已记录。"),
        ("look_back", form),
    )


STEPS: dict[str, Callable[[Request, Commitment], HttpResponse]] = {
    "accept": _accept,
    "decline": _decline,
    "plan": _plan,
    "extend": _extend,
    "reply": _reply,
    "reassign": _reassign,
    "resume": _resume,
    "rate": _rate,
    "called-in-vain": _called_in_vain,
    "decide": _decide,
    "look-back": _look_back,
}
