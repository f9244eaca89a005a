"""Random legal and illegal acts on one outcome and its commitment, by whoever comes along, with days going by.

No illegal state, no lost clock, one ledger row for each act, and nothing written where an act is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from shangliang.access.actor import Actor, submitter
from shangliang.access.denied import Denied
from shangliang.clocks.models import Clock
from shangliang.clocks.tasks import tick
from shangliang.events.models import Failure
from shangliang.events.tasks import react
from shangliang.kit import clock
from shangliang.kit.clock import local_day
from shangliang.kit.guards import Blocked
from shangliang.kit.states import IllegalMove
from shangliang.ledger.models import Entry
from shangliang.outcomes.actions import assigning, deciding, drafting, filing, handling, rating
from shangliang.outcomes.actions.assigning import Decision, Order
from shangliang.outcomes.models import Commitment, LookBack, Outcome
from shangliang.outcomes.states import (
    COMMITMENT,
    OUTCOME,
    CommitmentState,
    Level,
    OutcomeState,
    Period,
    RatedBy,
    ReplyKind,
    Route,
)
from shangliang.outcomes.tests.factories import Cast, Matter, cast, matter
from shangliang.topics.states import TOPIC, TopicState

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
# Without shrinking: a life of twenty acts is read as it is, and making it shorter takes longer than the whole run.
ROUNDS = settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
REFUSALS = (Denied, Blocked, IllegalMove)
Act = Callable[[Matter, Outcome, Commitment | None, Actor, datetime], object]


def order(case: Matter, at: datetime) -> Order:
    return Order("换灯", "每层都亮", case.unit, (), Period.NORMAL, local_day(at) + timedelta(days=20))


def made(commitment: Commitment | None) -> Commitment:
    """Before there is a commitment, acts on it are as impossible as any other illegal move."""
    if commitment is None:
        raise IllegalMove("commitment", "any", "none")
    return commitment


def rate(commitment: Commitment | None, who: Actor, at: datetime, by: RatedBy, *, solved: bool) -> object:
    row = made(commitment)
    invitation = row.invitations.filter(round=row.reopened_count).unanswered().first()
    if invitation is None:
        raise IllegalMove("commitment", "rate", row.state)
    opinion = rating.Opinion(
        Level.SATISFIED if solved else Level.DISSATISFIED, solved, "" if solved else "不亮"
    )
    actor = submitter("slip0") if by == RatedBy.SELF else who
    return rating.rate(invitation=invitation, opinion=opinion, actor=actor, at=at, rated_by=by)


def reply(kind: ReplyKind) -> Act:
    def act(case: Matter, row: Outcome, one: Commitment | None, who: Actor, at: datetime) -> object:
        later = None if kind == ReplyKind.SOLVED else date(2030, 1, 1)
        answer = handling.Answer(kind, "办好了。", later)
        return handling.reply(commitment=made(one), answer=answer, actor=who, at=at)

    return act


def look(case: Matter, row: Outcome, one: Commitment | None, who: Actor, at: datetime) -> object:
    return deciding.look_back(commitment=made(one), still_holds=True, note="还好", actor=who, at=at)


ACTS: dict[str, Act] = {
    "edit": lambda case, row, one, who, at: drafting.edit(
        outcome=row, text="换灯", kind=row.kind, route="town", actor=who, at=at
    ),
    "countersign": lambda case, row, one, who, at: drafting.countersign(outcome=row, actor=who, at=at),
    "file": lambda case, row, one, who, at: filing.file(outcome=row, actor=who, at=at),
    "report": lambda case, row, one, who, at: filing.report_up(
        outcome=row, reported_to="区政府", actor=who, at=at
    ),
    "refuse": lambda case, row, one, who, at: filing.refuse(outcome=row, reason="没有钱", actor=who, at=at),
    "assign": lambda case, row, one, who, at: assigning.assign(
        outcome=row,
        route=Route.REPORTED if row.state == OutcomeState.REPORTED else Route.TOWN,
        orders=[order(case, at)],
        actor=who,
        at=at,
        decision=Decision("一号", local_day(at)),
    ),
    "accept": lambda case, row, one, who, at: handling.accept(commitment=made(one), actor=who, at=at),
    "decline": lambda case, row, one, who, at: handling.decline(
        commitment=made(one), reason="不归我们", actor=who, at=at
    ),
    "reassign": lambda case, row, one, who, at: assigning.reassign(
        commitment=made(one), lead=case.unit, co_units=(), actor=who, at=at
    ),
    "plan": lambda case, row, one, who, at: handling.plan_work(
        commitment=made(one), plan="先看", actor=who, at=at
    ),
    "extend": lambda case, row, one, who, at: handling.extend(
        commitment=made(one),
        until=local_day(made(one).due_at) + timedelta(days=9),
        reason="雨",
        actor=who,
        at=at,
    ),
    "solved": reply(ReplyKind.SOLVED),
    "planned": reply(ReplyKind.PLANNED),
    "lacking": reply(ReplyKind.LACKING),
    "resume": lambda case, row, one, who, at: assigning.resume(
        commitment=made(one), due_on=local_day(at) + timedelta(days=9), actor=who, at=at
    ),
    "rate_well": lambda case, row, one, who, at: rate(one, who, at, RatedBy.SELF, solved=True),
    "rate_badly": lambda case, row, one, who, at: rate(one, who, at, RatedBy.SELF, solved=False),
    "clerk_rates": lambda case, row, one, who, at: rate(one, who, at, RatedBy.ROOM_CLERK, solved=True),
    "call_back": lambda case, row, one, who, at: rate(one, who, at, RatedBy.CALL_BACK, solved=False),
    "in_vain": lambda case, row, one, who, at: rating.called_in_vain(commitment=made(one), actor=who, at=at),
    "redo": lambda case, row, one, who, at: deciding.decide(
        commitment=made(one), redo=True, done=False, reason="再办", actor=who, at=at
    ),
    "let_be": lambda case, row, one, who, at: deciding.decide(
        commitment=made(one), redo=False, done=False, reason="办不成", actor=who, at=at
    ),
    "look": look,
}
# Ways that are likely to lead on, so that long lives are met as well as forbidden turns.
LEADING: dict[str, tuple[str, ...]] = {
    OutcomeState.DRAFTED.value: ("edit", "countersign"),
    OutcomeState.COUNTERSIGNED.value: ("file",),
    OutcomeState.FILED.value: ("assign", "report"),
    OutcomeState.REPORTED.value: ("assign", "refuse"),
    CommitmentState.ASSIGNED.value: ("accept", "decline"),
    CommitmentState.DECLINED.value: ("reassign",),
    CommitmentState.UNDER_WAY.value: ("solved", "planned", "lacking", "extend", "plan"),
    CommitmentState.PLANNED.value: ("resume", "extend"),
    CommitmentState.SHELVED.value: ("resume",),
    CommitmentState.ASKING.value: ("rate_badly", "rate_well", "clerk_rates"),
    CommitmentState.CALLING_BACK.value: ("call_back", "in_vain"),
    CommitmentState.DISPUTED.value: ("redo", "let_be"),
    CommitmentState.CLOSED.value: ("look",),
}
WAITING = {state for state in CommitmentState if state != CommitmentState.CLOSED}


def everybody(people: Cast) -> list[Actor]:
    return [
        people.outsider,
        people.other_doer,
        people.clerk,
        people.first,
        people.second,
        people.town,
        people.assigning,
        people.doer,
        people.district,
    ]


def attempt(act: Callable[[Actor], object], who: Actor, others: list[Actor]) -> None:
    """Let `who` try, and when it is not theirs to do, whoever else may."""
    for number, actor in enumerate([who, *others]):
        try:
            with transaction.atomic():
                act(actor)
            return
        except Denied:
            if number == len(others):
                raise


def picture(row: Outcome, one: Commitment | None) -> tuple[object, ...]:
    clocks = Clock.objects.running().order_by("pk").values_list("rule", "subject_no", "due_at")
    return (row.state, one.state if one else "", list(clocks), Entry.objects.count())


def check(row: Outcome, one: Commitment | None, before: tuple[object, ...], name: str) -> None:
    assert row.state in {state.value for state in OUTCOME.states()}
    moves = {(source, line.target) for line in OUTCOME.transitions for source in line.sources}
    assert row.state == before[0] or any(
        (before[0], row.state) == (s.value, t.value) for s, t in moves if t
    ), name
    running = Clock.objects.running()
    if row.state in {
        OutcomeState.DRAFTED,
        OutcomeState.COUNTERSIGNED,
        OutcomeState.FILED,
        OutcomeState.REPORTED,
    }:
        assert running.of(row.subject).count() == 1, (name, row.state)
    else:
        assert not running.of(row.subject).exists(), (name, row.state)
    if one is None:
        return
    assert one.state in {state.value for state in COMMITMENT.states()}
    reviewing = running.of(one.subject).exclude(rule="access.review_days")
    if one.state in WAITING:
        assert reviewing.count() == 1, (name, one.state, list(reviewing.values_list("rule", flat=True)))
    elif one.closing == "decided_not_done":
        assert not reviewing.exists()
    else:
        assert reviewing.count() == LookBack.objects.filter(commitment=one, done_at=None).count()
    assert one.reopened_count <= 3
    one.topic.refresh_from_db()
    assert one.topic.state in {state.value for state in TOPIC.states()}
    if one.state == CommitmentState.CLOSED:
        assert one.topic.state in {TopicState.CONCLUDED, TopicState.UNSOLVED}, (name, one.closing)


@pytest.mark.django_db
@ROUNDS
@given(data=st.data())
def test_an_outcome_and_its_commitment_keep_their_promises(data: st.DataObject) -> None:
    with transaction.atomic():
        case, people = matter(NOW), cast()
        row, one, now = drafting.draft_from_record(deliberation=case.deliberation, at=NOW), None, NOW
        for _turn in range(data.draw(st.integers(8, 26))):
            state = one.state if one else row.state
            name = data.draw(st.sampled_from(LEADING.get(state, ("edit",))) | st.sampled_from(sorted(ACTS)))
            who, helped = data.draw(st.sampled_from(everybody(people))), data.draw(st.booleans())
            now += timedelta(hours=data.draw(st.integers(0, 30)))
            before = picture(row, one)
            with clock.at(now):
                try:
                    attempt(
                        partial(_act, name, case, row, one, now), who, everybody(people) if helped else []
                    )
                except REFUSALS:
                    row.refresh_from_db()
                    if one:
                        one.refresh_from_db()
                    assert picture(row, one) == before, name
                    continue
            row.refresh_from_db()
            one = Commitment.objects.select_related("topic", "lead").filter(outcome=row).first()
            event(f"{name} done")
            check(row, one, before, name)
            mine = Entry.objects.filter(pk__gt=0).count() - int(str(before[3]))
            assert 1 <= mine <= 6, name  # the act, and what it moves: its topic, its post, its closing
            if data.draw(st.integers(0, 9)) == 0:  # the worker looks, perhaps after weeks
                now += timedelta(days=data.draw(st.integers(0, 40)))
                with clock.at(now):
                    tick(now)
                    while react(now):
                        pass
                assert not Failure.objects.exists(), list(Failure.objects.values_list("reaction", "error"))
                row.refresh_from_db()
                if one:
                    one.refresh_from_db()
                    if one.state in WAITING:
                        assert Clock.objects.running().of(one.subject).exists(), one.state
        transaction.set_rollback(True)


def _act(name: str, case: Matter, row: Outcome, one: Commitment | None, at: datetime, who: Actor) -> object:
    return ACTS[name](case, row, one, who, at)
