"""From an adopted outcome to commitments, each with 主办, 协办, a date and a measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.access.desk import require_role
from shangliang.access.roles import Permission, Role
from shangliang.clocks import actions as clocks
from shangliang.events.kinds import Kind
from shangliang.kit.clock import ZONE, local_day
from shangliang.kit.guards import Unmet, require
from shangliang.ledger.actions import act
from shangliang.outcomes import rules
from shangliang.outcomes.actions import filing
from shangliang.outcomes.actions.desks import assigning_holder, doer_holder, office_of, town_holder
from shangliang.outcomes.actions.releasing import release_state
from shangliang.outcomes.models import Commitment, Outcome
from shangliang.outcomes.states import (
    COMMITMENT,
    OUTCOME,
    OutcomeState,
    Period,
    Route,
)
from shangliang.people.models import Unit
from shangliang.topics.actions.transitions import move_topic

PERIOD_RULES = {
    Period.SIMPLE: "outcomes.simple_days",
    Period.NORMAL: "outcomes.normal_calendar_days",
    Period.COMPLEX: "outcomes.complex_months",
}
WORK_RULES = tuple(PERIOD_RULES.values())


@dataclass(frozen=True)
class Order:
    """One commitment as the assigning page gives it."""

    what: str
    how_seen: str
    lead: Unit | None
    co_units: tuple[Unit, ...]
    period: Period
    due_on: date | None
    measure_id: int | None = None


@dataclass(frozen=True)
class Decision:
    """What the assigning office adds when it adopts: 批示 and, where it adopts only a part, why."""

    approval_no: str = ""
    approval_on: date | None = None
    partly_because: str = ""


def end_of(day: date) -> datetime:
    """A commitment that is due on a day is due at its end."""
    return datetime.combine(day, time(23, 59, 59), ZONE)


@transaction.atomic
def assign(
    *,
    outcome: Outcome,
    route: Route,
    orders: Sequence[Order],
    actor: Actor,
    at: datetime,
    decision: Decision | None = None,
) -> list[Commitment]:
    """Make the commitments: by the community itself, by the town, or by Party committee or government.

    Raises Denied, IllegalMove, or Blocked with every condition that is not met.
    """
    decision = decision or Decision()
    reported = outcome.state == OutcomeState.REPORTED
    role = require_role(actor, Permission.OUTCOME_DECIDE if reported else Permission.OUTCOME_ASSIGN, outcome)
    outcome = (
        Outcome.objects.select_for_update(of=("self",))
        .select_related("topic", "room", "deliberation__record")
        .get(pk=outcome.pk)
    )
    require(gaps(outcome, route, orders, decision, local_day(at)))
    if reported:
        filing.adopted(
            outcome,
            partly_because=decision.partly_because,
            approval_no=decision.approval_no,
            approval_on=decision.approval_on,
            at=at,
        )
        kind = Kind.OUTCOME_ADOPTED
    else:
        name = "do_ourselves" if route == Route.COMMUNITY else "assign"
        outcome.state, kind = OUTCOME.move(name, outcome.state).target.value, Kind.OUTCOME_ROUTED
        outcome.decided_at = at
    outcome.route = route.value
    outcome.save()
    act(
        kind,
        outcome.subject,
        actor=actor,
        role=role,
        place=office_of(outcome),
        at=at,
        content={"route": route.value, "commitments": len(orders), "partly": bool(decision.partly_because)},
    )
    clocks.stop_all(outcome.subject, at=at)
    made = [_commit(outcome, order, actor, role, at) for order in orders]
    move_topic(topic=outcome.topic, act="take_in_hand", actor=actor, role=role, at=at)
    return made


def gaps(
    outcome: Outcome, route: Route, orders: Sequence[Order], decision: Decision, today: date
) -> list[Unmet]:
    """Every condition that is not met yet; the page shows them before the button is pressed."""
    promises = [
        rules.Promise(order.what, order.lead.pk if order.lead else None, order.due_on, order.how_seen)
        for order in orders
    ]
    return rules.missing_for_assigning(
        promises,
        route=route.value,
        is_embargoed=outcome.is_embargoed,
        today=today,
        approval_no=decision.approval_no,
    )


def _commit(outcome: Outcome, order: Order, actor: Actor, role: Role | None, at: datetime) -> Commitment:
    if order.due_on is None:
        raise ValueError("the guard lets no order without a date pass")
    record = getattr(outcome.deliberation, "record", None) if outcome.deliberation else None
    release, released_at = release_state(outcome.topic, record, at)
    commitment = Commitment.objects.create(
        outcome=outcome,
        topic=outcome.topic,
        release=release,
        released_at=released_at,
        measure_id=order.measure_id,
        room=outcome.room,
        desk_path=outcome.desk_path,
        desk_room_no=outcome.desk_room_no,
        is_embargoed=outcome.is_embargoed,
        what=order.what,
        how_seen=order.how_seen,
        lead=order.lead,
        period=order.period.value,
        assigned_at=at,
        due_at=end_of(order.due_on),
        scope=outcome.topic.scope,
    )
    if order.co_units:
        commitment.co_units.set(order.co_units)
    act(
        Kind.COMMITMENT_ASSIGNED,
        commitment.subject,
        actor=actor,
        role=role,
        place=office_of(outcome),
        at=at,
        content={
            "topic": outcome.topic.no,
            "lead": order.lead.code if order.lead else "",
            "due_on": order.due_on.isoformat(),
        },
    )
    clocks.start(
        "outcomes.accept_days",
        commitment.subject,
        holder=doer_holder(commitment),
        at=at,
        area_path=outcome.desk_path,
    )
    return commitment


@transaction.atomic
def reassign(
    *, commitment: Commitment, lead: Unit, co_units: Sequence[Unit], actor: Actor, at: datetime
) -> None:
    """The assigning office settles who does it, after "not ours" or before anybody signed for it."""
    role = require_role(actor, Permission.OUTCOME_ASSIGN, commitment)
    commitment = Commitment.objects.select_for_update().get(pk=commitment.pk)
    commitment.state = COMMITMENT.move("reassign", commitment.state).target.value
    commitment.lead, commitment.decline_reason = lead, ""
    commitment.save()
    commitment.co_units.set(co_units)
    act(
        Kind.COMMITMENT_ASSIGNED,
        commitment.subject,
        actor=actor,
        role=role,
        place=office_of(commitment),
        at=at,
        content={"lead": lead.code, "again": True},
    )
    clocks.stop("outcomes.assign_days", commitment.subject, at=at)  # the office has settled it
    clocks.start(
        "outcomes.accept_days",
        commitment.subject,
        holder=doer_holder(commitment),
        at=at,
        area_path=commitment.desk_path,
    )


@transaction.atomic
def resume(*, commitment: Commitment, due_on: date, actor: Actor, at: datetime) -> None:
    """A planned or shelved commitment is taken up again, with a new date by the assigning office."""
    role = require_role(actor, Permission.OUTCOME_ASSIGN, commitment)
    commitment = Commitment.objects.select_for_update().get(pk=commitment.pk)
    transition = COMMITMENT.move("resume", commitment.state)
    require([] if due_on > local_day(at) else [Unmet("promise_date_past", {"n": 1}, "due_on")])
    commitment.state, commitment.due_at = transition.target.value, end_of(due_on)
    commitment.reply_kind, commitment.planned_on = "", None
    commitment.save()
    act(
        Kind.COMMITMENT_ASSIGNED,
        commitment.subject,
        actor=actor,
        role=role,
        place=office_of(commitment),
        at=at,
        content={"due_on": due_on.isoformat(), "again": True},
    )
    clocks.stop_all(commitment.subject, at=at)
    start_work(commitment, at)


def start_work(commitment: Commitment, at: datetime) -> None:
    """The clock of the work itself; it runs to the agreed date."""
    clocks.start(
        PERIOD_RULES[Period(commitment.period)],
        commitment.subject,
        holder=doer_holder(commitment),
        at=at,
        area_path=commitment.desk_path,
        due_at=commitment.due_at,
    )


def settling_office(commitment: Commitment) -> clocks.Holder:
    """Who settles a "not ours": the office that assigned it."""
    if commitment.outcome.route == Route.REPORTED:
        return assigning_holder(commitment)
    return town_holder(commitment)
