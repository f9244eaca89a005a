"""From an adopted outcome to commitments, each with 主办, 协办, a date and a measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.access.transitions import Begun
from shangliang.clocks import actions as clocks
from shangliang.desks.actions.records import record
from shangliang.desks.actions.undoing import undoable
from shangliang.events.kinds import Kind
from shangliang.kit.clock import ZONE, local_day
from shangliang.kit.guards import Unmet, require
from shangliang.outcomes import rules
from shangliang.outcomes.actions.explaining import ASIDE
from shangliang.outcomes.actions.releasing import follow_record
from shangliang.outcomes.actions.topic_state import settle
from shangliang.outcomes.actions.transitions import begin_commitment, begin_outcome, end
from shangliang.outcomes.models import Commitment, Outcome
from shangliang.outcomes.queries import doer, stands_behind
from shangliang.outcomes.states import COMMITMENT, OutcomeState, Period, Route
from shangliang.people.models import Unit

ACCEPT, ASSIGN = "outcomes.accept_days", "outcomes.assign_days"
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
    line: int = 0  # where it stands on the page, if it came from one
    by_room: bool = False  # the community does this one itself, whoever does the others


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
    if outcome.state == OutcomeState.REPORTED:
        route = Route.REPORTED
    outcome, begun = begin_outcome(outcome, _act(outcome, route, decision), actor)
    require(gaps(outcome, route, orders, decision, local_day(at)))
    if begun.was == OutcomeState.REPORTED:
        outcome.decision_reason = decision.partly_because.strip()
        outcome.approval_no, outcome.approval_on = decision.approval_no.strip(), decision.approval_on
    outcome.route, outcome.decided_at = route.value, at
    outcome.save()
    record(
        begun,
        outcome,
        at=at,
        content={
            "route": route.value,
            "commitments": len(orders),
            "partly": bool(outcome.decision_reason),
        },
    )
    clocks.stop_all(outcome.subject, at=at)
    made = [_commit(outcome, order, begun, at) for order in orders]
    settle(outcome.topic, begun, at)
    return made


def _act(outcome: Outcome, route: Route, decision: Decision) -> str:
    """Which row of the table it is: what was reported up, only the office that decides on it may assign."""
    if outcome.state == OutcomeState.REPORTED:
        return "adopt_partly" if decision.partly_because.strip() else "adopt"
    return "do_ourselves" if route == Route.COMMUNITY else "assign"


def gaps(
    outcome: Outcome, route: Route, orders: Sequence[Order], decision: Decision, today: date
) -> list[Unmet]:
    """Every condition that is not met yet."""
    promises = [
        rules.Promise(
            order.what,
            order.lead.pk if order.lead else None,
            order.due_on,
            order.how_seen,
            order.line,
            order.by_room,
        )
        for order in orders
    ]
    return rules.missing_for_assigning(
        promises,
        route=route.value,
        is_embargoed=outcome.is_embargoed,
        today=today,
        approval_no=decision.approval_no,
    )


def _commit(outcome: Outcome, order: Order, begun: Begun, at: datetime) -> Commitment:
    if order.due_on is None:
        raise ValueError("the guard lets no order without a date pass")
    commitment = Commitment.objects.create(
        outcome=outcome,
        topic=outcome.topic,
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
    follow_record(commitment, at)
    if order.co_units:
        commitment.co_units.set(order.co_units)
    facts = {
        "topic": outcome.topic.no,
        "lead": order.lead.code if order.lead else "",
        "due_on": order.due_on.isoformat(),
    }
    made = Begun(begun.actor, begun.role, Kind.COMMITMENT_ASSIGNED, "")
    end(made, commitment, at, **facts)
    wait_for_doer(commitment, at)
    return commitment


def wait_for_doer(commitment: Commitment, at: datetime) -> None:
    """签收 is the doer's next act."""
    clocks.start(
        ACCEPT,
        commitment.subject,
        holder=doer(commitment),
        behind=stands_behind(commitment),
        at=at,
        area_path=commitment.desk_path,
    )


@undoable(COMMITMENT, "reassign", takes="commitment")
@transaction.atomic
def reassign(
    *, commitment: Commitment, lead: Unit, co_units: Sequence[Unit], actor: Actor, at: datetime
) -> None:
    """The assigning office settles who does it, after "not ours" or before anybody signed for it."""
    commitment, begun = begin_commitment(commitment, "reassign", actor)
    commitment.lead, commitment.decline_reason = lead, ""
    commitment.save()
    commitment.co_units.set(co_units)
    end(begun, commitment, at, lead=lead.code, again=True)
    clocks.stop(ASSIGN, commitment.subject, at=at)  # the office has settled it
    wait_for_doer(commitment, at)


@undoable(COMMITMENT, "hand_on", takes="commitment")
@transaction.atomic
def hand_on(
    *,
    commitment: Commitment,
    lead: Unit,
    co_units: Sequence[Unit],
    reason: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Another one does it, though somebody has signed for it already: with a reason, which the former one is told.

    The agreed date stands; what the former one wished or planned falls away. Raises Denied, IllegalMove, Blocked.
    """
    commitment, begun = begin_commitment(commitment, "hand_on", actor)
    unmet = [] if reason.strip() else [Unmet("hand_on_reason_missing", mend="reason")]
    if lead == commitment.lead:
        unmet.append(Unmet("hand_on_to_the_same", mend="lead"))
    require(unmet)
    former, commitment.lead = commitment.lead, lead
    commitment.hand_on_reason, commitment.accepted_at, commitment.work_plan = reason.strip(), None, ""
    commitment.asked_until, commitment.asked_reason = None, ""
    commitment.save()
    commitment.co_units.set(co_units)
    facts: dict[str, object] = {"lead": lead.code, "former": former.code if former else ""}
    end(begun, commitment, at, **facts)
    clocks.stop_all(commitment.subject, at=at, but=ASIDE)
    wait_for_doer(commitment, at)


@transaction.atomic
def resume(*, commitment: Commitment, due_on: date, actor: Actor, at: datetime) -> None:
    """A planned or shelved commitment is taken up again, with a new date by the assigning office."""
    commitment, begun = begin_commitment(commitment, "resume", actor)
    require([] if due_on > local_day(at) else [Unmet("reply_date_past", mend="due_on")])
    commitment.due_at = end_of(due_on)
    commitment.reply_kind, commitment.planned_on = "", None
    commitment.save()
    end(begun, commitment, at, due_on=due_on.isoformat(), again=True)
    clocks.stop_all(commitment.subject, at=at, but=ASIDE)
    start_work(commitment, at)
    settle(commitment.topic, begun, at)


def start_work(commitment: Commitment, at: datetime) -> None:
    """The clock of the work itself; it runs to the agreed date."""
    clocks.start(
        PERIOD_RULES[Period(commitment.period)],
        commitment.subject,
        holder=doer(commitment),
        behind=stands_behind(commitment),
        at=at,
        area_path=commitment.desk_path,
        due_at=commitment.due_at,
    )
