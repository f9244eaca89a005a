"""Filing with the town's CPPCC office, reporting up, and what Party committee or government decides."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.access.desk import require_role
from shangliang.access.roles import Permission, Role
from shangliang.clocks import actions as clocks
from shangliang.events.kinds import Kind
from shangliang.kit.guards import Unmet, require
from shangliang.ledger.actions import act
from shangliang.outcomes.actions.desks import assigning_holder, office_of, town_holder
from shangliang.outcomes.actions.drafting import PROPOSALS
from shangliang.outcomes.models import Outcome
from shangliang.outcomes.states import OUTCOME, Route
from shangliang.topics.actions.transitions import move_topic


@transaction.atomic
def file(*, outcome: Outcome, actor: Actor, at: datetime) -> None:
    """备案. An outcome without commitments ends here; one that is to be done waits for its assignment."""
    role = require_role(actor, Permission.OUTCOME_FILE, outcome)
    outcome = _locked(outcome)
    outcome.state = OUTCOME.move("file", outcome.state).target.value
    outcome.filed_at = at
    outcome.save()
    act(Kind.OUTCOME_FILED, outcome.subject, actor=actor, role=role, place=office_of(outcome), at=at)
    clocks.stop("outcomes.file_days", outcome.subject, at=at)
    if outcome.kind in PROPOSALS:
        _end(outcome, actor, role, at)
        return
    clocks.start(
        "outcomes.assign_days",
        outcome.subject,
        holder=town_holder(outcome),
        at=at,
        area_path=outcome.desk_path,
    )


def _end(outcome: Outcome, actor: Actor, role: Role | None, at: datetime) -> None:
    outcome.state = OUTCOME.move("end_outcome", outcome.state).target.value
    outcome.decided_at = at
    outcome.save()
    act(
        Kind.OUTCOME_ENDED,
        outcome.subject,
        actor=actor,
        role=role,
        place=office_of(outcome),
        at=at,
        content={"kind": outcome.kind},
    )
    move_topic(topic=outcome.topic, act="conclude", actor=actor, role=role, at=at)


@transaction.atomic
def report_up(*, outcome: Outcome, reported_to: str, actor: Actor, at: datetime) -> None:
    """报送: a room or the CPPCC never orders a bureau; Party committee or government decides."""
    role = require_role(actor, Permission.OUTCOME_REPORT, outcome)
    outcome = _locked(outcome)
    transition = OUTCOME.move("report_up", outcome.state)
    require([] if reported_to.strip() else [Unmet("receiver_missing", mend="reported_to")])
    outcome.state, outcome.route = transition.target.value, Route.REPORTED.value
    outcome.reported_to = reported_to.strip()
    outcome.save()
    act(Kind.OUTCOME_REPORTED, outcome.subject, actor=actor, role=role, place=office_of(outcome), at=at)
    clocks.stop("outcomes.assign_days", outcome.subject, at=at)
    clocks.start(
        "outcomes.adopt_days",
        outcome.subject,
        holder=assigning_holder(outcome),
        at=at,
        area_path=outcome.desk_path,
    )


@transaction.atomic
def refuse(*, outcome: Outcome, reason: str, actor: Actor, at: datetime) -> None:
    """未采纳: with a written reason, which the submitters read."""
    role = require_role(actor, Permission.OUTCOME_DECIDE, outcome)
    outcome = _locked(outcome)
    transition = OUTCOME.move("refuse", outcome.state)
    require([] if reason.strip() else [Unmet("refusal_reason_missing", mend="reason")])
    outcome.state, outcome.decision_reason = transition.target.value, reason.strip()
    outcome.decided_at = at
    outcome.save()
    act(Kind.OUTCOME_NOT_ADOPTED, outcome.subject, actor=actor, role=role, place=office_of(outcome), at=at)
    clocks.stop_all(outcome.subject, at=at)
    move_topic(
        topic=outcome.topic,
        act="leave_unsolved",
        actor=actor,
        role=role,
        at=at,
        reason=outcome.decision_reason,
    )


def adopted(
    outcome: Outcome, *, partly_because: str, approval_no: str, approval_on: date | None, at: datetime
) -> None:
    """Write the decision onto an outcome whose commitments are being made in the same transaction."""
    act_name = "adopt_partly" if partly_because.strip() else "adopt"
    outcome.state = OUTCOME.move(act_name, outcome.state).target.value
    outcome.decision_reason = partly_because.strip()
    outcome.approval_no, outcome.approval_on = approval_no.strip(), approval_on
    outcome.decided_at = at


def _locked(outcome: Outcome) -> Outcome:
    return Outcome.objects.select_for_update(of=("self",)).select_related("topic", "room").get(pk=outcome.pk)
