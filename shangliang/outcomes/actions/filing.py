"""Filing with the town's CPPCC office, reporting up, and what Party committee or government decides."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.clocks import actions as clocks
from shangliang.desks.actions.records import record
from shangliang.desks.actions.undoing import undoable
from shangliang.desks.queries import assigning_office, tier_office
from shangliang.kit.guards import Unmet, require
from shangliang.outcomes.actions.topic_state import end_with
from shangliang.outcomes.actions.transitions import begin_outcome, follow
from shangliang.outcomes.models import Outcome
from shangliang.outcomes.states import OUTCOME, PROPOSALS, Route

FILE, ASSIGN, ADOPT = "outcomes.file_days", "outcomes.assign_days", "outcomes.adopt_days"


@undoable(OUTCOME, "file", takes="outcome")
@transaction.atomic
def file(*, outcome: Outcome, actor: Actor, at: datetime) -> None:
    """备案. An outcome without commitments ends here; one that is to be done waits for its assignment."""
    outcome, begun = begin_outcome(outcome, "file", actor)
    outcome.filed_at = at
    outcome.save()
    record(begun, outcome, at=at)
    clocks.stop(FILE, outcome.subject, at=at)
    if outcome.kind in PROPOSALS:
        begun = follow(begun, OUTCOME, outcome, "end_outcome")
        outcome.decided_at = at
        outcome.save()
        record(begun, outcome, at=at, content={"kind": outcome.kind})
        end_with(outcome.topic, "conclude", begun, at)
    else:
        clocks.start(ASSIGN, outcome.subject, holder=tier_office(outcome), at=at, area_path=outcome.desk_path)


@undoable(OUTCOME, "report_up", takes="outcome")
@transaction.atomic
def report_up(*, outcome: Outcome, reported_to: str, actor: Actor, at: datetime) -> None:
    """报送: a room or the CPPCC never orders a bureau; Party committee or government decides."""
    outcome, begun = begin_outcome(outcome, "report_up", actor)
    require([] if reported_to.strip() else [Unmet("receiver_missing", mend="reported_to")])
    outcome.route, outcome.reported_to = Route.REPORTED.value, reported_to.strip()
    outcome.save()
    record(begun, outcome, at=at)
    clocks.stop(ASSIGN, outcome.subject, at=at)
    holder = assigning_office(outcome)
    clocks.start(ADOPT, outcome.subject, holder=holder, at=at, area_path=outcome.desk_path)


@transaction.atomic
def refuse(*, outcome: Outcome, reason: str, actor: Actor, at: datetime) -> None:
    """未采纳: with a written reason, which the submitters read."""
    outcome, begun = begin_outcome(outcome, "refuse", actor)
    require([] if reason.strip() else [Unmet("refusal_reason_missing", mend="reason")])
    outcome.decision_reason, outcome.decided_at = reason.strip(), at
    outcome.save()
    record(begun, outcome, at=at)
    clocks.stop_all(outcome.subject, at=at)
    end_with(outcome.topic, "leave_unsolved", begun, at, reason=outcome.decision_reason)
