"""Who may do what to an outcome and to a commitment: every role tries every act, and these alone succeed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.access.denied import Denied
from shangliang.access.roles import Permission, Role
from shangliang.clocks.tasks import tick
from shangliang.events.tasks import react
from shangliang.kit import clock
from shangliang.ledger.models import Entry
from shangliang.outcomes.actions import assigning, deciding, drafting, entering, filing, handling, rating
from shangliang.outcomes.actions.assigning import Decision, Order
from shangliang.outcomes.actions.told import Told
from shangliang.outcomes.models import Commitment, Outcome
from shangliang.outcomes.states import Closing, Level, Period, RatedBy, ReplyKind, Route, Way
from shangliang.outcomes.tests.factories import PATH, Cast, Matter, matter, staff
from shangliang.places.rules import upto
from shangliang.places.states import AreaLevel

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
DUE = date(2026, 12, 5)
R = Role
Act = Callable[[Actor], object]
COUNTY, TOWN, CITY = (upto(PATH, level) for level in (AreaLevel.COUNTY, AreaLevel.TOWN, AreaLevel.CITY))

EVERYBODY = {
    R.CLERK: {"room_no": "100001"},
    R.FIRST_CONVENER: {"room_no": "100001"},
    R.SECOND_CONVENER: {"room_no": "100001"},
    R.STAND_IN: {"room_no": "100001"},
    R.GRID_WORKER: {"area_path": PATH},
    R.MEMBER: {"area_path": COUNTY},
    R.REVIEWER: {"area_path": TOWN},
    R.TOWN_OFFICE: {"area_path": TOWN},
    R.ASSIGNING_OFFICE: {"area_path": COUNTY},
    R.DOER: {"unit_code": "property-1"},
    R.LEADER: {"area_path": COUNTY},
    R.DISTRICT_OFFICE: {"area_path": COUNTY},
    R.CITY_OFFICE: {"area_path": CITY},
    R.SYSTEM_KEEPER: {"area_path": CITY},
    R.AUDITOR: {"area_path": CITY},
}
ASSIGNS = {R.TOWN_OFFICE, R.ASSIGNING_OFFICE}


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def case() -> Matter:
    return matter(NOW)


def who_may(act: Act) -> set[Role]:
    """The roles for which `act` goes through; what each did is undone before the next one tries."""
    may = set()
    for role, place in EVERYBODY.items():
        before = Entry.objects.count()
        with transaction.atomic():
            try:
                act(staff(role, **place))
            except Denied:
                assert Entry.objects.count() == before
            else:
                assert Entry.objects.count() > before, "an act leaves a row in the ledger"
                may.add(role)
            transaction.set_rollback(True)
    return may


def order(case: Matter, *, by_unit: bool = True) -> Order:
    return Order("更换楼道灯", "每层灯都亮", case.unit if by_unit else None, (), Period.NORMAL, DUE)


def drafted(case: Matter, people: Cast) -> Outcome:
    outcome = drafting.draft_from_record(deliberation=case.deliberation, at=NOW)
    drafting.edit(outcome=outcome, text="一", kind="minutes", route="town", actor=people.clerk, at=NOW)
    outcome.refresh_from_db()
    return outcome


def filed(case: Matter, people: Cast) -> Outcome:
    outcome = drafted(case, people)
    drafting.countersign(outcome=outcome, actor=people.first, at=NOW)
    drafting.countersign(outcome=outcome, actor=people.second, at=NOW)
    filing.file(outcome=outcome, actor=people.town, at=NOW)
    outcome.refresh_from_db()
    return outcome


def promised(case: Matter, people: Cast, *, by_unit: bool = True) -> Commitment:
    route = Route.TOWN if by_unit else Route.COMMUNITY
    orders = [order(case, by_unit=by_unit)]
    (made,) = assigning.assign(
        outcome=filed(case, people), route=route, orders=orders, actor=people.town, at=NOW
    )
    return made


def replied(case: Matter, people: Cast, kind: ReplyKind = ReplyKind.SOLVED) -> Commitment:
    made = promised(case, people)
    handling.accept(commitment=made, actor=people.doer, at=NOW)
    planned_on = None if kind == ReplyKind.SOLVED else date(2027, 4, 1)
    answer = handling.Answer(kind, "灯已换好。", planned_on)
    handling.reply(commitment=made, answer=answer, actor=people.doer, at=NOW)
    made.refresh_from_db()
    return made


def test_everybody_is_asked() -> None:
    assert set(EVERYBODY) == set(Role)


def test_on_a_draft(case: Matter, people: Cast) -> None:
    outcome = drafted(case, people)
    edits = who_may(
        lambda who: drafting.edit(outcome=outcome, text="二", kind="minutes", route="", actor=who, at=NOW)
    )
    assert edits == {R.CLERK, R.TOWN_OFFICE, R.DISTRICT_OFFICE}
    # While both conveners still have their time the offices sign for neither of them.
    signs = who_may(lambda who: drafting.countersign(outcome=outcome, actor=who, at=NOW))
    assert {R.FIRST_CONVENER, R.SECOND_CONVENER} <= signs <= {
        R.FIRST_CONVENER, R.SECOND_CONVENER, R.TOWN_OFFICE, R.DISTRICT_OFFICE
    }  # fmt: skip


def test_on_what_was_countersigned_and_filed(case: Matter, people: Cast) -> None:
    outcome = drafted(case, people)
    drafting.countersign(outcome=outcome, actor=people.first, at=NOW)
    drafting.countersign(outcome=outcome, actor=people.second, at=NOW)
    assert who_may(lambda who: filing.file(outcome=outcome, actor=who, at=NOW)) == {R.TOWN_OFFICE}
    filing.file(outcome=outcome, actor=people.town, at=NOW)
    outcome.refresh_from_db()
    orders = [order(case)]
    assigns = who_may(
        lambda who: assigning.assign(outcome=outcome, route=Route.TOWN, orders=orders, actor=who, at=NOW)
    )
    assert assigns == ASSIGNS
    reports = who_may(lambda who: filing.report_up(outcome=outcome, reported_to="区政府", actor=who, at=NOW))
    assert reports == {R.TOWN_OFFICE, R.DISTRICT_OFFICE}


def test_on_what_was_reported_up(case: Matter, people: Cast) -> None:
    outcome = filed(case, people)
    filing.report_up(outcome=outcome, reported_to="区政府", actor=people.town, at=NOW)
    outcome.refresh_from_db()
    decision, orders = Decision("京政办批〔2026〕1号", NOW.date()), [order(case)]
    adopts = who_may(
        lambda who: assigning.assign(
            outcome=outcome, route=Route.REPORTED, orders=orders, actor=who, at=NOW, decision=decision
        )
    )
    assert adopts == {R.ASSIGNING_OFFICE}
    refuses = who_may(lambda who: filing.refuse(outcome=outcome, reason="x", actor=who, at=NOW))
    assert refuses == {R.ASSIGNING_OFFICE}


def test_only_the_doer_does_what_a_unit_has_promised(case: Matter, people: Cast) -> None:
    made = promised(case, people)
    accepts = who_may(lambda who: handling.accept(commitment=made, actor=who, at=NOW))
    declines = who_may(lambda who: handling.decline(commitment=made, reason="x", actor=who, at=NOW))
    assert accepts == declines == {R.DOER}
    again = who_may(
        lambda who: assigning.reassign(commitment=made, lead=case.other_unit, co_units=[], actor=who, at=NOW)
    )
    assert again == ASSIGNS
    handling.accept(commitment=made, actor=people.doer, at=NOW)
    plans = who_may(lambda who: handling.plan_work(commitment=made, plan="x", actor=who, at=NOW))
    answer = handling.Answer(ReplyKind.SOLVED, "灯已换好。")
    replies = who_may(lambda who: handling.reply(commitment=made, answer=answer, actor=who, at=NOW))
    assert plans == replies == {R.DOER}
    until = DUE + timedelta(days=9)
    extends = who_may(
        lambda who: handling.extend(commitment=made, until=until, reason="x", actor=who, at=NOW)
    )
    assert extends == {R.TOWN_OFFICE}, "whoever assigned it"


def test_what_the_community_does_itself_lies_with_the_room(case: Matter, people: Cast) -> None:
    made = promised(case, people, by_unit=False)
    assert who_may(lambda who: handling.accept(commitment=made, actor=who, at=NOW)) == {
        R.CLERK,
        R.FIRST_CONVENER,
    }


def test_only_whoever_assigned_it_enters_what_a_unit_says_that_nobody_signs_in_for(
    case: Matter, people: Cast
) -> None:
    made, told = promised(case, people), Told(Way.TELEPHONE)
    assert who_may(lambda who: entering.accept(commitment=made, told=told, actor=who, at=NOW)) == {
        R.TOWN_OFFICE
    }
    entering.accept(commitment=made, told=told, actor=people.town, at=NOW)
    answer = handling.Answer(ReplyKind.SOLVED, "灯已换好。")
    replies = who_may(
        lambda who: entering.reply(commitment=made, answer=answer, told=told, actor=who, at=NOW)
    )
    assert replies == {R.TOWN_OFFICE}


def test_on_what_was_put_off(case: Matter, people: Cast) -> None:
    made = replied(case, people, ReplyKind.PLANNED)
    day = date(2027, 4, 20)
    resumes = who_may(lambda who: assigning.resume(commitment=made, due_on=day, actor=who, at=NOW))
    assert resumes == ASSIGNS


def test_on_what_residents_are_asked_about(case: Matter, people: Cast) -> None:
    made = replied(case, people)
    invitation, opinion = made.invitations.get(), rating.Opinion(Level.SATISFIED, True)

    def rates(by: RatedBy) -> set[Role]:
        return who_may(
            lambda who: rating.rate(invitation=invitation, opinion=opinion, actor=who, at=NOW, rated_by=by)
        )

    assert rates(RatedBy.SELF) == set(), "nobody on the staff answers for the one who raised it"
    assert rates(RatedBy.ROOM_CLERK) == {R.CLERK, R.TOWN_OFFICE}
    assert rates(RatedBy.PAPER_CARD) == {R.TOWN_OFFICE}
    assert rates(RatedBy.CALL_BACK) == {R.TOWN_OFFICE, R.DISTRICT_OFFICE}


def test_on_what_nobody_answered(case: Matter, people: Cast) -> None:
    made = replied(case, people)
    later = NOW + timedelta(days=30)
    tick(later)
    react(later)
    called = who_may(lambda who: rating.called_in_vain(commitment=made, actor=who, at=later))
    assert called == {R.TOWN_OFFICE, R.DISTRICT_OFFICE}


def test_on_what_is_disputed_and_on_what_is_looked_at_again(case: Matter, people: Cast) -> None:
    made = replied(case, people)
    Commitment.objects.filter(pk=made.pk).update(state="disputed")
    decides = who_may(
        lambda who: deciding.decide(commitment=made, redo=False, done=True, reason="x", actor=who, at=NOW)
    )
    assert decides == {R.DISTRICT_OFFICE}
    Commitment.objects.filter(pk=made.pk).update(state="asking")
    made.refresh_from_db()
    rating.close(made, Closing.CONFIRMED, NOW)
    looks = who_may(
        lambda who: deciding.look_back(commitment=made, still_holds=True, note="亮着", actor=who, at=NOW)
    )
    assert looks == {R.CLERK, R.FIRST_CONVENER, R.TOWN_OFFICE, R.DISTRICT_OFFICE, R.CITY_OFFICE}


def test_who_helps_reads_and_never_acts(case: Matter, people: Cast) -> None:
    helping = Order("更换楼道灯", "每层灯都亮", case.unit, (case.other_unit,), Period.NORMAL, DUE)
    (made,) = assigning.assign(
        outcome=filed(case, people), route=Route.TOWN, orders=[helping], actor=people.town, at=NOW
    )
    for permission, lead, helper in (
        (Permission.COMMITMENT_READ, [made], [made]),
        (Permission.COMMITMENT_HANDLE, [made], []),
    ):
        assert list(Commitment.objects.worked_on_by(people.doer, permission)) == lead
        assert list(Commitment.objects.worked_on_by(people.other_doer, permission)) == helper
    with pytest.raises(Denied):
        handling.accept(commitment=made, actor=people.other_doer, at=NOW)
