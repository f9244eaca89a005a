"""From a confirmed record to a confirmed outcome, and the unhappy branches, through the actions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from shangliang.access.actor import submitter
from shangliang.access.denied import Denied
from shangliang.clocks.models import Clock
from shangliang.clocks.tasks import tick
from shangliang.events.tasks import react
from shangliang.kit import clock
from shangliang.kit.guards import Blocked
from shangliang.kit.states import IllegalMove
from shangliang.ledger.models import Entry
from shangliang.outcomes.actions import assigning, deciding, drafting, filing, handling, rating
from shangliang.outcomes.actions.assigning import Decision, Order
from shangliang.outcomes.models import Commitment, Outcome
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
from shangliang.topics.states import TopicState

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
DUE = date(2026, 12, 5)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def case() -> Matter:
    return matter(NOW)


def order(unit: object, due_on: date | None = DUE) -> Order:
    return Order("更换楼道灯", "每层灯都亮", unit, (), Period.NORMAL, due_on)  # type: ignore[arg-type]


def filed(case: Matter, people: Cast) -> Outcome:
    outcome = drafting.draft_from_record(deliberation=case.deliberation, at=NOW)
    drafting.edit(
        outcome=outcome, text=outcome.text, kind=outcome.kind, route="town", actor=people.clerk, at=NOW
    )
    drafting.countersign(outcome=outcome, actor=people.first, at=NOW)
    drafting.countersign(outcome=outcome, actor=people.second, at=NOW)
    filing.file(outcome=outcome, actor=people.town, at=NOW)
    outcome.refresh_from_db()
    return outcome


def replied(case: Matter, people: Cast, kind: ReplyKind = ReplyKind.SOLVED) -> Commitment:
    outcome = filed(case, people)
    (made,) = assigning.assign(
        outcome=outcome, route=Route.TOWN, orders=[order(case.unit)], actor=people.town, at=NOW
    )
    handling.accept(commitment=made, actor=people.doer, at=NOW)
    planned_on = None if kind == ReplyKind.SOLVED else date(2027, 4, 1)
    answer = handling.Answer(kind, "灯已换好。", planned_on)
    handling.reply(commitment=made, answer=answer, actor=people.doer, at=NOW)
    made.refresh_from_db()
    return made


def answer(made: Commitment, solved: bool, at: datetime = NOW) -> None:
    invitation = made.invitations.filter(round=made.reopened_count).first()
    assert invitation is not None
    opinion = rating.Opinion(
        Level.SATISFIED if solved else Level.DISSATISFIED, solved, "" if solved else "还是不亮"
    )
    rating.rate(invitation=invitation, opinion=opinion, actor=submitter("slip0"), at=at)
    made.refresh_from_db()


def running(made: Commitment) -> set[str]:
    return set(Clock.objects.running().of(made.subject).values_list("rule", flat=True))


def test_it_goes_from_record_to_confirmed(case: Matter, people: Cast) -> None:
    made = replied(case, people)
    assert made.state == CommitmentState.ASKING
    assert running(made) == {"outcomes.rating_days"}
    answer(made, solved=True)
    assert (made.state, made.closing) == (CommitmentState.CLOSED, Closing.CONFIRMED)
    case.topic.refresh_from_db()
    assert case.topic.state == TopicState.CONCLUDED
    assert running(made) == {"outcomes.lookback_first_months", "outcomes.lookback_second_months"}


def test_the_draft_carries_the_records_measures(case: Matter) -> None:
    outcome = drafting.draft_from_record(deliberation=case.deliberation, at=NOW)
    assert outcome.text == "更换楼道灯"


def test_a_draft_without_a_route_is_not_signed(case: Matter, people: Cast) -> None:
    outcome = drafting.draft_from_record(deliberation=case.deliberation, at=NOW)
    with pytest.raises(Blocked) as blocked:
        drafting.countersign(outcome=outcome, actor=people.first, at=NOW)
    assert [item.code for item in blocked.value.unmet] == ["route_missing"]


def test_a_changed_draft_loses_its_signatures(case: Matter, people: Cast) -> None:
    outcome = drafting.draft_from_record(deliberation=case.deliberation, at=NOW)
    drafting.edit(outcome=outcome, text="一", kind="minutes", route="town", actor=people.clerk, at=NOW)
    drafting.countersign(outcome=outcome, actor=people.first, at=NOW)
    outcome.refresh_from_db()
    drafting.edit(outcome=outcome, text="二", kind="minutes", route="town", actor=people.clerk, at=NOW)
    outcome.refresh_from_db()
    assert outcome.first_signed_at is None


def test_who_lets_the_signing_run_out_is_stood_in_for_by_the_town(case: Matter, people: Cast) -> None:
    outcome = drafting.draft_from_record(deliberation=case.deliberation, at=NOW)
    drafting.edit(outcome=outcome, text="一", kind="minutes", route="town", actor=people.clerk, at=NOW)
    later = NOW + timedelta(days=7)
    tick(later)
    react(later)
    held = Clock.objects.running().of(outcome.subject).get(rule="outcomes.countersign_days")
    assert held.role == "town_office"
    outcome.refresh_from_db()
    drafting.countersign(outcome=outcome, actor=people.town, at=later)
    outcome.refresh_from_db()
    assert outcome.state == OutcomeState.COUNTERSIGNED


def test_reported_up_and_adopted_by_approval(case: Matter, people: Cast) -> None:
    outcome = filed(case, people)
    filing.report_up(outcome=outcome, reported_to="区政府", actor=people.town, at=NOW)
    outcome.refresh_from_db()
    with pytest.raises(Blocked):
        assigning.assign(
            outcome=outcome, route=Route.REPORTED, orders=[order(case.unit)], actor=people.assigning, at=NOW
        )
    assigning.assign(
        outcome=outcome,
        route=Route.REPORTED,
        orders=[order(case.other_unit)],
        actor=people.assigning,
        at=NOW,
        decision=Decision("京政办批〔2026〕1号", NOW.date()),
    )
    outcome.refresh_from_db()
    assert outcome.state == OutcomeState.ADOPTED


def test_the_town_cannot_adopt_what_lies_with_the_district(case: Matter, people: Cast) -> None:
    outcome = filed(case, people)
    filing.report_up(outcome=outcome, reported_to="区政府", actor=people.town, at=NOW)
    outcome.refresh_from_db()
    with pytest.raises(Denied):
        assigning.assign(
            outcome=outcome, route=Route.REPORTED, orders=[order(case.unit)], actor=people.town, at=NOW
        )


def test_not_adopted_needs_a_written_reason_and_is_an_honest_end(case: Matter, people: Cast) -> None:
    outcome = filed(case, people)
    filing.report_up(outcome=outcome, reported_to="区政府", actor=people.town, at=NOW)
    with pytest.raises(Blocked):
        filing.refuse(outcome=outcome, reason=" ", actor=people.assigning, at=NOW)
    filing.refuse(outcome=outcome, reason="与规划不符", actor=people.assigning, at=NOW)
    case.topic.refresh_from_db()
    assert (case.topic.state, case.topic.end_reason) == (TopicState.UNSOLVED, "与规划不符")


def test_not_ours_goes_back_to_who_assigned_it(case: Matter, people: Cast) -> None:
    outcome = filed(case, people)
    (made,) = assigning.assign(
        outcome=outcome, route=Route.TOWN, orders=[order(case.unit)], actor=people.town, at=NOW
    )
    with pytest.raises(Denied):
        handling.decline(commitment=made, reason="不归我们", actor=people.other_doer, at=NOW)
    handling.decline(commitment=made, reason="属于住建局", actor=people.doer, at=NOW)
    held = Clock.objects.running().of(made.subject).get()
    assert (held.rule, held.role) == ("outcomes.assign_days", "town_office")
    assigning.reassign(commitment=made, lead=case.other_unit, co_units=[case.unit], actor=people.town, at=NOW)
    made.refresh_from_db()
    assert (made.state, made.lead) == (CommitmentState.ASSIGNED, case.other_unit)
    assert "outcomes.accept_days" in running(made)


def test_it_is_extended_once_with_a_reason(case: Matter, people: Cast) -> None:
    outcome = filed(case, people)
    (made,) = assigning.assign(
        outcome=outcome, route=Route.TOWN, orders=[order(case.unit)], actor=people.town, at=NOW
    )
    handling.accept(commitment=made, actor=people.doer, at=NOW)
    with pytest.raises(Denied):
        handling.extend(commitment=made, until=date(2026, 12, 20), reason="等配件", actor=people.doer, at=NOW)
    handling.extend(commitment=made, until=date(2026, 12, 20), reason="等配件", actor=people.town, at=NOW)
    with pytest.raises(Blocked):
        handling.extend(commitment=made, until=date(2026, 12, 30), reason="还等", actor=people.town, at=NOW)


def test_reply_b_is_planned_and_comes_back_on_its_day(case: Matter, people: Cast) -> None:
    made = replied(case, people, ReplyKind.PLANNED)
    case.topic.refresh_from_db()
    assert (made.state, case.topic.state) == (CommitmentState.PLANNED, TopicState.PLANNED)
    assert running(made) == {"outcomes.assign_days"}
    assigning.resume(commitment=made, due_on=date(2027, 4, 20), actor=people.town, at=NOW)
    made.refresh_from_db()
    case.topic.refresh_from_db()
    assert (made.state, case.topic.state) == (CommitmentState.UNDER_WAY, TopicState.IN_HAND)
    assert running(made) == {"outcomes.normal_calendar_days"}
    done = handling.Answer(ReplyKind.SOLVED, "灯已换好。")
    handling.reply(commitment=made, answer=done, actor=people.doer, at=NOW)
    made.refresh_from_db()
    answer(made, solved=True)
    case.topic.refresh_from_db()
    assert (made.closing, case.topic.state) == (Closing.CONFIRMED, TopicState.CONCLUDED)


def test_not_solved_reopens_once_then_the_district_decides(case: Matter, people: Cast) -> None:
    made = replied(case, people)
    answer(made, solved=False)
    assert (made.state, made.reopened_count) == (CommitmentState.UNDER_WAY, 1)
    case.topic.refresh_from_db()
    assert case.topic.state == TopicState.IN_HAND
    again = handling.Answer(ReplyKind.SOLVED, "重新换过。")
    handling.reply(commitment=made, answer=again, actor=people.doer, at=NOW)
    made.refresh_from_db()
    answer(made, solved=False)
    assert made.state == CommitmentState.DISPUTED
    held = Clock.objects.running().of(made.subject).get()
    assert (held.rule, held.role) == ("outcomes.reopen_decide_days", "district_office")
    with pytest.raises(Denied):
        deciding.decide(commitment=made, redo=False, done=True, reason="已修好", actor=people.town, at=NOW)
    deciding.decide(
        commitment=made, redo=False, done=False, reason="线路须整体改造", actor=people.district, at=NOW
    )
    case.topic.refresh_from_db()
    assert case.topic.state == TopicState.UNSOLVED


def test_nobody_answers_one_call_then_closed_not_rated(case: Matter, people: Cast) -> None:
    made = replied(case, people)
    later = NOW + timedelta(days=30)
    tick(later)
    react(later)
    made.refresh_from_db()
    assert made.state == CommitmentState.CALLING_BACK
    with pytest.raises(Denied):
        rating.called_in_vain(commitment=made, actor=people.clerk, at=later)
    rating.called_in_vain(commitment=made, actor=people.town, at=later)
    made.refresh_from_db()
    assert (made.state, made.closing) == (CommitmentState.CLOSED, Closing.NOT_RATED)


def test_a_call_back_counts(case: Matter, people: Cast) -> None:
    made = replied(case, people)
    later = NOW + timedelta(days=30)
    tick(later)
    react(later)
    invitation = made.invitations.get()
    opinion = rating.Opinion(Level.SATISFIED, True)
    rating.rate(
        invitation=invitation, opinion=opinion, actor=people.town, at=later, rated_by=RatedBy.CALL_BACK
    )
    made.refresh_from_db()
    assert made.closing == Closing.CONFIRMED


def test_the_rooms_clerk_may_enter_an_answer_that_is_not_scored(case: Matter, people: Cast) -> None:
    made = replied(case, people)
    invitation = made.invitations.get()
    opinion = rating.Opinion(Level.VERY_SATISFIED, True)
    with pytest.raises(Denied):
        rating.rate(
            invitation=invitation, opinion=opinion, actor=people.clerk, at=NOW, rated_by=RatedBy.PAPER_CARD
        )
    rating.rate(
        invitation=invitation, opinion=opinion, actor=people.clerk, at=NOW, rated_by=RatedBy.ROOM_CLERK
    )
    made.refresh_from_db()
    assert made.state == CommitmentState.ASKING


def test_what_the_clerk_entered_leaves_the_resident_their_answer(case: Matter, people: Cast) -> None:
    made = replied(case, people)
    invitation = made.invitations.get()
    good = rating.Opinion(Level.SATISFIED, True)
    rating.rate(invitation=invitation, opinion=good, actor=people.clerk, at=NOW, rated_by=RatedBy.ROOM_CLERK)
    with pytest.raises(Blocked):  # once is enough
        rating.rate_for(
            commitment=made, opinion=good, actor=people.clerk, at=NOW, rated_by=RatedBy.ROOM_CLERK
        )
    assert list(made.invitations.unanswered()) == [invitation]
    own = rating.Opinion(Level.DISSATISFIED, False, "还是不亮")
    rating.rate(invitation=invitation, opinion=own, actor=submitter("slip0"), at=NOW)
    made.refresh_from_db()
    assert (made.state, made.reopened_count) == (CommitmentState.UNDER_WAY, 1)
    assert not made.invitations.filter(round=0).unanswered().exists()


def test_dissatisfaction_gives_a_reason(case: Matter, people: Cast) -> None:
    made = replied(case, people)
    with pytest.raises(Blocked):
        rating.rate(
            invitation=made.invitations.get(),
            opinion=rating.Opinion(Level.DISSATISFIED, False),
            actor=submitter("slip0"),
            at=NOW,
        )


def test_staff_cannot_rate_for_themselves(case: Matter, people: Cast) -> None:
    made = replied(case, people)
    with pytest.raises(Denied):
        rating.rate(
            invitation=made.invitations.get(),
            opinion=rating.Opinion(Level.SATISFIED, True),
            actor=people.first,
            at=NOW,
        )


def test_a_statutory_matter_ends_as_a_proposal(people: Cast) -> None:
    case = matter(NOW, is_statutory=True)
    case.deliberation.statutory_route = "owners"
    case.deliberation.save()
    outcome = drafting.draft_from_record(deliberation=case.deliberation, at=NOW)
    drafting.countersign(outcome=outcome, actor=people.first, at=NOW)
    drafting.countersign(outcome=outcome, actor=people.second, at=NOW)
    filing.file(outcome=outcome, actor=people.town, at=NOW)
    outcome.refresh_from_db()
    case.topic.refresh_from_db()
    assert (outcome.state, case.topic.state) == (OutcomeState.ENDED, TopicState.CONCLUDED)


def test_what_concerns_the_rooms_cadres_is_never_given_back_to_the_room(people: Cast) -> None:
    case = matter(NOW, is_embargoed=True)
    outcome = drafting.draft_from_record(deliberation=case.deliberation, at=NOW)
    assert not Outcome.objects.visible_to(people.clerk).exists()
    assert not Outcome.objects.visible_to(people.first).exists()
    drafting.edit(outcome=outcome, text="一", kind="minutes", route="town", actor=people.town, at=NOW)
    drafting.countersign(outcome=outcome, actor=people.town, at=NOW)
    filing.file(outcome=outcome, actor=people.town, at=NOW)
    outcome.refresh_from_db()
    with pytest.raises(Blocked):
        assigning.assign(
            outcome=outcome, route=Route.COMMUNITY, orders=[order(None)], actor=people.town, at=NOW
        )
    (made,) = assigning.assign(
        outcome=outcome, route=Route.TOWN, orders=[order(case.other_unit)], actor=people.town, at=NOW
    )
    assert Commitment.objects.worked_on_by(people.other_doer).count() == 1
    assert not Commitment.objects.worked_on_by(people.clerk).exists()
    assert not Clock.objects.running().due_to(people.clerk).exists()
    assert not Commitment.objects.public().filter(pk=made.pk).exists()


@pytest.mark.parametrize("who", ["outsider", "doer", "other_doer"])
def test_who_has_no_part_in_it_can_do_nothing(case: Matter, people: Cast, who: str) -> None:
    stranger = getattr(people, who)
    outcome = drafting.draft_from_record(deliberation=case.deliberation, at=NOW)
    for attempt in (
        lambda: drafting.edit(outcome=outcome, text="x", kind="minutes", route="", actor=stranger, at=NOW),
        lambda: drafting.countersign(outcome=outcome, actor=stranger, at=NOW),
        lambda: filing.file(outcome=outcome, actor=stranger, at=NOW),
        lambda: filing.report_up(outcome=outcome, reported_to="x", actor=stranger, at=NOW),
        lambda: filing.refuse(outcome=outcome, reason="x", actor=stranger, at=NOW),
        lambda: assigning.assign(
            outcome=outcome, route=Route.TOWN, orders=[order(case.unit)], actor=stranger, at=NOW
        ),
    ):
        with pytest.raises(Denied):
            attempt()


def test_every_act_leaves_one_row_in_the_ledger(case: Matter, people: Cast) -> None:
    made = replied(case, people)
    answer(made, solved=True)
    rows = Entry.objects.filter(subject_kind="commitment", subject_no=made.no).order_by("pk")
    assert list(rows.values_list("event", flat=True)) == [
        "commitment.assigned",
        "commitment.accepted",
        "commitment.replied",
        "commitment.rated",
        "commitment.closed",
    ]


def test_an_act_that_the_state_forbids_changes_nothing(case: Matter, people: Cast) -> None:
    made = replied(case, people)
    before = Entry.objects.count()
    with pytest.raises(IllegalMove):
        handling.accept(commitment=made, actor=people.doer, at=NOW)
    assert Entry.objects.count() == before


def test_later_is_not_never(case: Matter, people: Cast) -> None:
    outcome = filed(case, people)
    (made,) = assigning.assign(
        outcome=outcome, route=Route.TOWN, orders=[order(case.unit)], actor=people.town, at=NOW
    )
    handling.accept(commitment=made, actor=people.doer, at=NOW)
    for kind, months in ((ReplyKind.PLANNED, 24), (ReplyKind.LACKING, 12)):
        latest = date(2026 + months // 12, 11, 23)
        too_far = handling.Answer(kind, "以后再说", latest + timedelta(days=1))
        with pytest.raises(Blocked) as blocked:
            handling.reply(commitment=made, answer=too_far, actor=people.doer, at=NOW)
        assert [item.code for item in blocked.value.unmet] == ["reply_date_too_far"]
    handling.reply(
        commitment=made,
        answer=handling.Answer(ReplyKind.LACKING, "明年再看", latest),
        actor=people.doer,
        at=NOW,
    )
