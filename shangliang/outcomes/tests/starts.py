"""Outcomes and commitments in each of their states, led there by the acts themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from shangliang.access.actor import submitter
from shangliang.kit.clock import local_day
from shangliang.outcomes.actions import assigning, drafting, filing, handling, rating, transitions
from shangliang.outcomes.actions.assigning import Order
from shangliang.outcomes.models import Commitment, Outcome
from shangliang.outcomes.states import (
    CommitmentState,
    Level,
    OutcomeKind,
    OutcomeState,
    Period,
    RatedBy,
    ReplyKind,
    Route,
)
from shangliang.outcomes.tests.factories import Cast, Matter, matter

A, C = OutcomeState, CommitmentState
WELL = rating.Opinion(Level.SATISFIED, True)
BADLY = rating.Opinion(Level.DISSATISFIED, False, "还是不亮")
RESIDENT = submitter("slip0")


@dataclass
class Start:
    """One matter as far as it has come."""

    case: Matter
    people: Cast
    outcome: Outcome
    commitment: Commitment | None = None

    @property
    def made(self) -> Commitment:
        assert self.commitment is not None
        return self.commitment


def begin(
    at: datetime, people: Cast, *, is_embargoed: bool = False, slips: str = "slip", kind: str = "minutes"
) -> Start:
    """A draft that lacks nothing."""
    case = matter(at, is_embargoed=is_embargoed, slips=slips)
    outcome = drafting.draft_from_record(deliberation=case.deliberation, at=at)
    drafts = people.town if is_embargoed else people.clerk
    route = "" if kind == OutcomeKind.CONSENSUS else "town"
    drafting.edit(outcome=outcome, text="更换楼道灯", kind=kind, route=route, actor=drafts, at=at)
    outcome.refresh_from_db()
    return Start(case, people, outcome)


def lead_to(start: Start, state: OutcomeState, at: datetime) -> Start:
    """On to where an outcome waits for the town, or for those above it."""
    row, people = start.outcome, start.people
    if state != A.DRAFTED:
        drafting.countersign(outcome=row, actor=people.town, at=at)
    if state in {A.FILED, A.REPORTED}:
        filing.file(outcome=row, actor=people.town, at=at)
    if state == A.REPORTED:
        filing.report_up(outcome=row, reported_to="区政府", actor=people.town, at=at)
    row.refresh_from_db()
    return start


def promise(start: Start, at: datetime, *, by_unit: bool = True, days: int = 20) -> Start:
    """Assigned to the cast's doer, or left to the community itself."""
    lead_to(start, A.FILED, at)
    case, due_on = start.case, local_day(at) + timedelta(days=days)
    order = Order("更换楼道灯", "每层灯都亮", case.unit if by_unit else None, (), Period.NORMAL, due_on)
    route = Route.TOWN if by_unit else Route.COMMUNITY
    (start.commitment,) = assigning.assign(
        outcome=start.outcome, route=route, orders=[order], actor=start.people.town, at=at
    )
    start.outcome.refresh_from_db()
    return start


def lead_on(start: Start, state: CommitmentState, at: datetime, *, twice: bool = False) -> Start:
    """On to where a commitment stands so; `twice`: after it was once found not solved."""
    made, people = start.made, start.people
    doer = people.doer if made.lead else people.clerk
    if state == C.DECLINED:
        handling.decline(commitment=made, reason="不归我们", actor=doer, at=at)
    elif state != C.ASSIGNED:
        handling.accept(commitment=made, actor=doer, at=at)
        if twice or state == C.DISPUTED:
            answer(start, ReplyKind.SOLVED, at)
            rate(start, BADLY, at)
        _from_work(start, state, at)
    made.refresh_from_db()
    return start


def _from_work(start: Start, state: CommitmentState, at: datetime) -> None:
    if state == C.UNDER_WAY:
        return
    kinds = {C.PLANNED: ReplyKind.PLANNED, C.SHELVED: ReplyKind.LACKING}
    answer(start, kinds.get(state, ReplyKind.SOLVED), at)
    if state == C.CALLING_BACK:
        rating.weigh(transitions.locked(start.made.pk), at, window_over=True)
    if state == C.CLOSED:
        rate(start, WELL, at)
    if state == C.DISPUTED:
        rate(start, BADLY, at)


def answer(start: Start, kind: ReplyKind, at: datetime) -> None:
    """The doer answers; B and C come back in half a year."""
    made = start.made
    later = None if kind == ReplyKind.SOLVED else local_day(at) + timedelta(days=180)
    doer = start.people.doer if made.lead else start.people.clerk
    handling.reply(commitment=made, answer=handling.Answer(kind, "说明", later), actor=doer, at=at)
    made.refresh_from_db()


def rate(start: Start, opinion: rating.Opinion, at: datetime) -> None:
    """The resident says so."""
    made = start.made
    invitation = made.invitations.get(round=made.reopened_count)
    rating.rate(invitation=invitation, opinion=opinion, actor=RESIDENT, at=at, rated_by=RatedBy.SELF)
    made.refresh_from_db()
