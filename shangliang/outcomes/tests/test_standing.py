"""A topic follows its commitments, whatever happened to it meanwhile; and what was put off comes back in full."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from shangliang.access.actor import SYSTEM, submitter
from shangliang.access.transitions import Begun
from shangliang.clocks.models import Clock
from shangliang.clocks.tasks import tick
from shangliang.events.tasks import react
from shangliang.kit import clock
from shangliang.kit.guards import Blocked
from shangliang.kit.states import IllegalMove
from shangliang.ledger.models import Entry
from shangliang.outcomes import rules
from shangliang.outcomes.actions import assigning, drafting, filing, handling, rating
from shangliang.outcomes.actions.assigning import Order
from shangliang.outcomes.actions.topic_state import settle
from shangliang.outcomes.models import Commitment, Outcome
from shangliang.outcomes.rules import TopicStanding
from shangliang.outcomes.states import (
    Closing,
    CommitmentState,
    Level,
    OutcomeState,
    Period,
    RatedBy,
    ReplyKind,
    Route,
)
from shangliang.outcomes.tests.factories import Cast, Matter, matter
from shangliang.topics.models import Topic
from shangliang.topics.states import TopicState

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
DUE, APRIL, MAY = date(2026, 12, 20), date(2027, 4, 1), date(2027, 5, 1)
ONE_OF = {  # a commitment by which a topic stands so
    TopicStanding.IN_HAND: (CommitmentState.UNDER_WAY, ""),
    TopicStanding.ASKING: (CommitmentState.ASKING, ""),
    TopicStanding.PLANNED: (CommitmentState.PLANNED, ""),
    TopicStanding.UNSOLVED: (CommitmentState.SHELVED, ""),
    TopicStanding.CONCLUDED: (CommitmentState.CLOSED, Closing.CONFIRMED.value),
}
FOLLOWS = {
    TopicState.AGREED,
    TopicState.IN_HAND,
    TopicState.ASKING,
    TopicState.PLANNED,
    TopicState.UNSOLVED,
    TopicState.CONCLUDED,
}


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def case() -> Matter:
    return matter(NOW)


def under_way(case: Matter, people: Cast, count: int = 1) -> list[Commitment]:
    """So many promises of one topic, all signed for by the cast's doer."""
    outcome = drafting.draft_from_record(deliberation=case.deliberation, at=NOW)
    drafting.edit(outcome=outcome, text="一", kind=outcome.kind, route="town", actor=people.clerk, at=NOW)
    drafting.countersign(outcome=outcome, actor=people.town, at=NOW)
    filing.file(outcome=outcome, actor=people.town, at=NOW)
    orders = [Order(f"事{n}", "看得见", case.unit, (), Period.NORMAL, DUE) for n in range(count)]
    made = assigning.assign(outcome=outcome, route=Route.TOWN, orders=orders, actor=people.town, at=NOW)
    for row in made:
        handling.accept(commitment=row, actor=people.doer, at=NOW)
    return made


def answered(made: Commitment, people: Cast, kind: ReplyKind, planned_on: date | None = None) -> Commitment:
    """The doer answers A, B or C."""
    later = planned_on or (None if kind == ReplyKind.SOLVED else APRIL)
    handling.reply(commitment=made, answer=handling.Answer(kind, "说明", later), actor=people.doer, at=NOW)
    made.refresh_from_db()
    return made


def confirmed(made: Commitment) -> None:
    """Its resident says that it is solved."""
    invitation = made.invitations.filter(round=made.reopened_count).get()
    rating.rate(
        invitation=invitation,
        opinion=rating.Opinion(Level.SATISFIED, True),
        actor=submitter("slip0"),
        at=NOW,
    )
    made.refresh_from_db()


def state_of(topic: Topic) -> str:
    topic.refresh_from_db()
    return topic.state


def running(made: Commitment) -> dict[str, datetime]:
    return dict(Clock.objects.running().of(made.subject).values_list("rule", "due_at"))


@pytest.mark.parametrize("stands", list(TopicStanding))
@pytest.mark.parametrize("state", list(TopicState))
def test_a_topic_follows_or_keeps_the_way_it_has_gone(
    case: Matter, people: Cast, state: TopicState, stands: TopicStanding
) -> None:
    (made,) = under_way(case, people)
    where, closing = ONE_OF[stands]
    planned_on = APRIL if stands in {TopicStanding.PLANNED, TopicStanding.UNSOLVED} else None
    closed_at = NOW if closing else None
    Commitment.objects.filter(pk=made.pk).update(
        state=where.value, closing=closing, closed_at=closed_at, planned_on=planned_on
    )
    Topic.objects.filter(pk=case.topic.pk).update(state=state.value)
    settle(case.topic, Begun(SYSTEM, None, "", ""), NOW)
    assert state_of(case.topic) == (stands.value if state in FOLLOWS else state)
    before = Entry.objects.count()
    settle(case.topic, Begun(SYSTEM, None, "", ""), NOW)
    assert Entry.objects.count() == before, "there is nothing left to move"


@pytest.mark.parametrize("stands", list(TopicStanding))
def test_a_topic_in_a_plan_of_the_rooms_own_stays_there(
    case: Matter, people: Cast, stands: TopicStanding
) -> None:
    (made,) = under_way(case, people)
    where, closing = ONE_OF[stands]
    Commitment.objects.filter(pk=made.pk).update(
        state=where.value, closing=closing, closed_at=NOW if closing else None
    )
    Topic.objects.filter(pk=case.topic.pk).update(state="planned", end_reason="等资金", planned_on=MAY)
    settle(case.topic, Begun(SYSTEM, None, "", ""), NOW)
    case.topic.refresh_from_db()
    assert (case.topic.state, case.topic.planned_on) == (TopicState.PLANNED, MAY)


@pytest.mark.parametrize("kind", [ReplyKind.PLANNED, ReplyKind.LACKING])
def test_what_was_put_off_is_taken_up_again_and_asked_about(
    case: Matter, people: Cast, kind: ReplyKind
) -> None:
    (made,) = under_way(case, people)
    answered(made, people, kind)
    assigning.resume(commitment=made, due_on=MAY, actor=people.town, at=NOW)
    assert state_of(case.topic) == TopicState.IN_HAND
    case.topic.refresh_from_db()
    assert case.topic.planned_on is None, "no page says any more until when it is planned"
    answered(made, people, ReplyKind.SOLVED)
    assert state_of(case.topic) == TopicState.ASKING
    assert made.invitations.count() == 1
    confirmed(made)
    assert state_of(case.topic) == TopicState.CONCLUDED


def test_of_two_promises_one_is_closed_and_the_other_comes_back(case: Matter, people: Cast) -> None:
    done, put_off = under_way(case, people, 2)
    answered(put_off, people, ReplyKind.LACKING)
    assert state_of(case.topic) == TopicState.IN_HAND
    confirmed(answered(done, people, ReplyKind.SOLVED))
    assert state_of(case.topic) == TopicState.UNSOLVED
    assigning.resume(commitment=put_off, due_on=MAY, actor=people.town, at=NOW)
    assert state_of(case.topic) == TopicState.IN_HAND
    confirmed(answered(put_off, people, ReplyKind.SOLVED))
    assert state_of(case.topic) == TopicState.CONCLUDED


def test_a_plan_is_dated_anew_by_the_assigning_office(case: Matter, people: Cast) -> None:
    (made,) = under_way(case, people)
    answered(made, people, ReplyKind.PLANNED)
    was_due = made.due_at
    handling.extend(commitment=made, until=MAY, reason="资金明年才到", actor=people.town, at=NOW)
    made.refresh_from_db()
    assert (made.state, made.planned_on, made.due_at) == (CommitmentState.PLANNED, MAY, was_due)
    assert running(made) == {"outcomes.assign_days": assigning.end_of(MAY)}
    case.topic.refresh_from_db()
    assert (case.topic.state, case.topic.planned_on) == (TopicState.PLANNED, MAY)
    last = Entry.objects.filter(subject_kind="commitment").latest("pk")
    assert last.event == "commitment.extended"


@pytest.mark.parametrize(
    ("until", "reason", "code"),
    [
        (APRIL, "等资金", "extension_date_not_later"),
        (date(2028, 11, 24), "等资金", "reply_date_too_far"),
        (MAY, " ", "extension_reason_missing"),
    ],
)
def test_a_plan_is_not_put_off_without_reason_or_for_ever(
    case: Matter, people: Cast, until: date, reason: str, code: str
) -> None:
    (made,) = under_way(case, people)
    answered(made, people, ReplyKind.PLANNED)
    with pytest.raises(Blocked) as blocked:
        handling.extend(commitment=made, until=until, reason=reason, actor=people.town, at=NOW)
    assert [item.code for item in blocked.value.unmet] == [code]


def test_what_was_shelved_is_not_extended(case: Matter, people: Cast) -> None:
    (made,) = under_way(case, people)
    answered(made, people, ReplyKind.LACKING)
    with pytest.raises(IllegalMove):
        handling.extend(commitment=made, until=MAY, reason="等", actor=people.town, at=NOW)


def test_a_topic_that_is_agreed_on_anew_waits_for_the_new_outcome(case: Matter, people: Cast) -> None:
    """An old promise comes to its end while a new outcome is on its way: the topic is not over yet."""
    (made,) = under_way(case, people)
    answered(made, people, ReplyKind.SOLVED)
    Topic.objects.filter(pk=case.topic.pk).update(state="agreed")
    new = Outcome.objects.create(
        topic=case.topic,
        deliberation=case.deliberation,
        room=case.topic.room,
        desk_path=case.topic.desk_path,
        desk_room_no=case.topic.desk_room_no,
        kind="minutes",
        state=OutcomeState.FILED.value,
        drafted_at=NOW,
    )
    confirmed(made)
    assert state_of(case.topic) == TopicState.AGREED
    order = Order("新的事", "看得见", case.unit, (), Period.NORMAL, DUE)
    assigning.assign(outcome=new, route=Route.TOWN, orders=[order], actor=people.town, at=NOW)
    assert state_of(case.topic) == TopicState.IN_HAND


def test_an_outcome_that_is_refused_leaves_alone_what_others_are_doing(case: Matter, people: Cast) -> None:
    under_way(case, people)
    new = Outcome.objects.create(
        topic=case.topic,
        room=case.topic.room,
        desk_path=case.topic.desk_path,
        desk_room_no=case.topic.desk_room_no,
        kind="minutes",
        state=OutcomeState.REPORTED.value,
        drafted_at=NOW,
    )
    filing.refuse(outcome=new, reason="没有预算", actor=people.assigning, at=NOW)
    assert state_of(case.topic) == TopicState.IN_HAND


def test_what_the_rooms_clerk_enters_does_not_spare_anybody_the_call(case: Matter, people: Cast) -> None:
    (made,) = under_way(case, people)
    answered(made, people, ReplyKind.SOLVED)
    later = NOW + timedelta(days=30)
    tick(later)
    react(later)
    made.refresh_from_db()
    assert made.state == CommitmentState.CALLING_BACK
    rating.rate_for(
        commitment=made,
        opinion=rating.Opinion(Level.SATISFIED, True),
        rated_by=RatedBy.ROOM_CLERK,
        actor=people.clerk,
        at=later,
    )
    made.refresh_from_db()
    assert made.state == CommitmentState.CALLING_BACK
    rating.called_in_vain(commitment=made, actor=people.town, at=later)
    made.refresh_from_db()
    assert made.closing == Closing.NOT_RATED


def test_nobody_signs_the_same_wording_twice(case: Matter, people: Cast) -> None:
    outcome = drafting.draft_from_record(deliberation=case.deliberation, at=NOW)
    drafting.edit(outcome=outcome, text="一", kind="minutes", route="town", actor=people.clerk, at=NOW)
    drafting.countersign(outcome=outcome, actor=people.first, at=NOW)
    waits = Clock.objects.running().of(outcome.subject).get()
    assert waits.role == "second_convener"
    with pytest.raises(IllegalMove):
        drafting.countersign(outcome=outcome, actor=people.first, at=NOW + timedelta(days=1))
    assert Clock.objects.running().of(outcome.subject).get() == waits, "the other gets no more time by it"
    drafting.edit(outcome=outcome, text="二", kind="minutes", route="town", actor=people.clerk, at=NOW)
    drafting.countersign(outcome=outcome, actor=people.first, at=NOW)


def test_every_way_of_standing_is_met() -> None:
    for stands, (state, closing) in ONE_OF.items():
        assert rules.standing([state.value], [closing]) == stands
