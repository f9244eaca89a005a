"""Outcomes on the desk: draft, countersign, file, assign, report, decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import formset_factory
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shangliang.access.desk import role_on_desk
from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.clocks.queries import deadline, running_by_subject
from shangliang.deliberations.models import Deliberation
from shangliang.kit import clock
from shangliang.kit.guards import Blocked
from shangliang.kit.paging import page_of
from shangliang.kit.states import IllegalMove
from shangliang.ledger.queries import history, in_words
from shangliang.outcomes import queries
from shangliang.outcomes.actions import assigning, drafting, filing
from shangliang.outcomes.actions.assigning import Decision, Order
from shangliang.outcomes.forms import ORDERS, DecisionForm, DraftForm, OrderForm, ReasonForm, ReportForm
from shangliang.outcomes.labels import OUTCOME_STATES
from shangliang.outcomes.models import Outcome
from shangliang.outcomes.permissions import outcome_for
from shangliang.outcomes.states import OUTCOME, OutcomeState, Period, Route
from shangliang.outcomes.views.guards import sentences
from shangliang.people.queries import doers_near
from shangliang.topics.models import Topic

OrderSet = formset_factory(OrderForm, extra=ORDERS)


@login_required
@require_safe
def outcomes(request: Request) -> HttpResponse:
    """`/desk/outcomes`: lists by stage with counts."""
    if not request.actor.can_somewhere(Permission.OUTCOME_READ):
        raise Http404
    rows = queries.desk_outcomes(request.actor)
    counts = queries.counts_by_state(rows)
    chosen = request.GET.get("state", "")
    if chosen:
        rows = rows.filter(state=chosen)
    context = {
        "page": page_of(rows, request.GET.get("page")),
        "tabs": [{"url": "?", "label": _("全部"), "count": sum(counts.values()), "current": not chosen}]
        + [
            {
                "url": f"?state={s.value}",
                "label": label,
                "count": counts.get(s.value, 0),
                "current": s.value == chosen,
            }
            for s, label in OUTCOME_STATES.items()
            if counts.get(s.value)
        ],
    }
    return render(request, "outcomes/desk_outcomes.html", context)


@login_required
@require_safe
def outcome(request: Request, no: str) -> HttpResponse:
    """`/desk/outcomes/<no>`: what is next, who, by when, one main button."""
    return _page(request, outcome_for(request.actor, no))


def _page(request: Request, found: Outcome, **extra: Any) -> HttpResponse:
    may = _may(request, found)
    context: dict[str, Any] = {
        "outcome": found,
        "may": may,
        "due": deadline(
            next(iter(running_by_subject([found.subject]).get(found.subject, [])), None), clock.now()
        ),
        "gaps": sentences(drafting.draft_gaps(found, clock.now()))
        if found.state == OutcomeState.DRAFTED
        else [],
        "draft_form": DraftForm(initial={"kind": found.kind, "text": found.text, "route": found.route}),
        "report_form": ReportForm(initial={"reported_to": found.reported_to}),
        "decision_form": DecisionForm(),
        "reason_form": ReasonForm(),
        "commitments": found.commitments.select_related("lead").order_by("pk"),
        "history": in_words(history(found.subject), "outcome"),
    }
    if may["assign"] or may["decide"]:
        context["orders"] = OrderSet(
            initial=_from_record(found), form_kwargs={"units": doers_near(found.desk_path)}
        )
    context.update(extra)
    return render(request, "outcomes/desk_outcome.html", context)


def _may(request: Request, found: Outcome) -> dict[str, bool]:
    def allowed(permission: Permission, act: str) -> bool:
        return (
            OUTCOME.leads_from(act, found.state)
            and role_on_desk(request.actor, permission, found) is not None
        )

    return {
        "read_topic": Topic.objects.worked_on_by(request.actor).filter(pk=found.topic_id).exists(),
        "read_deliberation": found.deliberation_id is not None
        and Deliberation.objects.staffed_by(request.actor).filter(pk=found.deliberation_id).exists(),
        "edit": found.state == OutcomeState.DRAFTED
        and role_on_desk(request.actor, Permission.OUTCOME_DRAFT, found) is not None,
        "countersign": allowed(Permission.OUTCOME_COUNTERSIGN, "countersign"),
        "file": allowed(Permission.OUTCOME_FILE, "file"),
        "assign": allowed(Permission.OUTCOME_ASSIGN, "assign"),
        "report": allowed(Permission.OUTCOME_REPORT, "report_up"),
        "decide": allowed(Permission.OUTCOME_DECIDE, "adopt"),
    }


def _from_record(found: Outcome) -> list[dict[str, Any]]:
    if found.deliberation is None:
        return []
    return [
        {
            "measure_id": measure.pk,
            "what": measure.what,
            "how_seen": measure.how_seen,
            "lead": measure.unit_id,
            "due_on": measure.due_on,
        }
        for measure in found.deliberation.record.measures.order_by("pk")
    ]


Done = Callable[[], object]


def _do(request: Request, found: Outcome, done: Done, said: str, **kept: Any) -> HttpResponse:
    """Run one action; on a failed guard show the page again with all that was typed and all that is missing."""
    try:
        done()
    except Blocked as blocked:
        return _page(request, found, gaps=sentences(blocked.unmet), **kept)
    except IllegalMove:
        messages.warning(request, _("这一步已经办过，或者现在还不能办。页面已更新。"))
    else:
        messages.success(request, said)
    return redirect("desk_outcome", no=found.no)


@login_required
@require_POST
def edit(request: Request, no: str) -> HttpResponse:
    """Save the draft."""
    found = outcome_for(request.actor, no)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _page(request, found, draft_form=form)
    data = form.cleaned_data
    return _do(
        request,
        found,
        lambda: drafting.edit(outcome=found, actor=request.actor, at=clock.now(), **data),
        _("草稿已保存。"),
        draft_form=form,
    )


@login_required
@require_POST
def countersign(request: Request, no: str) -> HttpResponse:
    """会签."""
    found = outcome_for(request.actor, no)
    return _do(
        request,
        found,
        lambda: drafting.countersign(outcome=found, actor=request.actor, at=clock.now()),
        _("已签字。"),
    )


@login_required
@require_POST
def file(request: Request, no: str) -> HttpResponse:
    """备案."""
    found = outcome_for(request.actor, no)
    return _do(
        request, found, lambda: filing.file(outcome=found, actor=request.actor, at=clock.now()), _("已备案。")
    )


@login_required
@require_POST
def report(request: Request, no: str) -> HttpResponse:
    """报送."""
    found = outcome_for(request.actor, no)
    form = ReportForm(request.POST)
    form.is_valid()
    to = form.cleaned_data.get("reported_to", "")
    return _do(
        request,
        found,
        lambda: filing.report_up(outcome=found, reported_to=to, actor=request.actor, at=clock.now()),
        _("已报送。"),
        report_form=form,
    )


@login_required
@require_POST
def refuse(request: Request, no: str) -> HttpResponse:
    """不采纳."""
    found = outcome_for(request.actor, no)
    form = ReasonForm(request.POST)
    form.is_valid()
    reason = form.cleaned_data.get("reason", "")
    return _do(
        request,
        found,
        lambda: filing.refuse(outcome=found, reason=reason, actor=request.actor, at=clock.now()),
        _("已答复不采纳，并说明了理由。"),
        reason_form=form,
    )


@login_required
@require_POST
def assign(request: Request, no: str) -> HttpResponse:
    """交办: commitments with 主办, 协办, date and measure."""
    found = outcome_for(request.actor, no)
    orders = OrderSet(request.POST, form_kwargs={"units": doers_near(found.desk_path)})
    decision_form = DecisionForm(request.POST)
    if not orders.is_valid() or not decision_form.is_valid():
        return _page(request, found, orders=orders, decision_form=decision_form)
    wanted = [_order(form.cleaned_data) for form in orders if not form.is_blank()]
    route = _route(request, found)
    decision = Decision(**decision_form.cleaned_data)
    return _do(
        request,
        found,
        lambda: assigning.assign(
            outcome=found, route=route, orders=wanted, actor=request.actor, at=clock.now(), decision=decision
        ),
        _("已交办，承办单位会收到提醒。"),
        orders=orders,
        decision_form=decision_form,
    )


def _route(request: HttpRequest, found: Outcome) -> Route:
    if found.state == OutcomeState.REPORTED:
        return Route.REPORTED
    return Route.COMMUNITY if request.POST.get("route") == Route.COMMUNITY.value else Route.TOWN


def _order(data: dict[str, Any]) -> Order:
    return Order(
        what=data["what"].strip(),
        how_seen=data["how_seen"].strip(),
        lead=data["lead"],
        co_units=tuple(data["co_units"]),
        period=Period(data["period"]),
        due_on=data["due_on"],
        measure_id=data["measure_id"],
    )
