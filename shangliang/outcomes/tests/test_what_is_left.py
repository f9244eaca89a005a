"""What each act on an outcome or a commitment leaves: columns, clocks, ledger rows, its topic, and nothing besides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from shangliang.access.actor import submitter
from shangliang.clocks.tasks import tick
from shangliang.clocks.tests.effects import Left, left
from shangliang.events.tasks import react
from shangliang.kit import clock
from shangliang.kit.clock import ZONE
from shangliang.outcomes.actions import assigning, deciding, drafting, filing, handling, rating
from shangliang.outcomes.actions.assigning import Decision, Order
from shangliang.outcomes.models import Commitment, Outcome
from shangliang.outcomes.states import Level, Period, RatedBy, ReplyKind, Route
from shangliang.outcomes.tests.factories import PATH, Cast, Matter, cast, matter
from shangliang.places.rules import upto
from shangliang.places.states import AreaLevel
from shangliang.topics.models import Topic

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)  # a Monday, ten in the morning in China
LATER = NOW + timedelta(days=1)
DUE, SPRING = date(2026, 12, 5), date(2027, 4, 1)
TOWN, COUNTY = upto(PATH, AreaLevel.TOWN), upto(PATH, AreaLevel.COUNTY)
OFFICE = f"town_office@{TOWN}"
HERE = "town_office@100001"  # as the ledger names it: acting on the desk of this room
GOOD = rating.Opinion(Level.SATISFIED, True, " 好 ")
BAD = rating.Opinion(Level.DISSATISFIED, False, " 不亮 ")
SOLVED = handling.Answer(ReplyKind.SOLVED, " 换好 ")


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


@pytest.fixture
def people() -> Cast:
    return cast()


@pytest.fixture
def case() -> Matter:
    return matter(NOW)


@pytest.fixture
def topic(case: Matter) -> Topic:
    return case.topic


@pytest.fixture
def draft(case: Matter) -> Outcome:
    return drafting.draft_from_record(deliberation=case.deliberation, at=NOW)


@pytest.fixture
def filed(draft: Outcome, people: Cast) -> Outcome:
    drafting.edit(outcome=draft, text="一", kind="minutes", route="town", actor=people.clerk, at=NOW)
    drafting.countersign(outcome=draft, actor=people.first, at=NOW)
    drafting.countersign(outcome=draft, actor=people.second, at=NOW)
    filing.file(outcome=draft, actor=people.town, at=NOW)
    draft.refresh_from_db()
    return draft


@pytest.fixture
def made(filed: Outcome, case: Matter, people: Cast) -> Commitment:
    """Assigned to the property company by the town."""
    (made,) = assigning.assign(
        outcome=filed, route=Route.TOWN, orders=[order(case)], actor=people.town, at=NOW
    )
    return made


@pytest.fixture
def under_way(made: Commitment, people: Cast) -> Commitment:
    handling.accept(commitment=made, actor=people.doer, at=NOW)
    return made


@pytest.fixture
def asking(under_way: Commitment, people: Cast) -> Commitment:
    handling.reply(commitment=under_way, answer=SOLVED, actor=people.doer, at=NOW)
    under_way.refresh_from_db()
    return under_way


def order(case: Matter, *, by_unit: bool = True) -> Order:
    return Order("更换楼道灯", "每层灯都亮", case.unit if by_unit else None, (), Period.NORMAL, DUE)


def end(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=ZONE)


# -- outcomes ----------------------------------------------------------------------------------------------------


def test_a_draft_writes_itself(case: Matter) -> None:
    made: list[Outcome] = []
    drafted = left(
        lambda: made.append(drafting.draft_from_record(deliberation=case.deliberation, at=NOW)), case.topic
    )
    assert drafted == Left(
        clocks={"+ outcomes.draft_days clerk@100001 until 2026-11-26"},
        ledger=[
            f'outcome.drafted system {{"deliberation":"{case.deliberation.no}","kind":"minutes",'
            f'"topic":"{case.topic.no}"}}'
        ],
    )
    (row,) = made
    assert (row.text, row.state, row.kind, row.drafted_at) == ("更换楼道灯", "drafted", "minutes", NOW)
    assert (row.desk_path, row.desk_room_no, row.is_embargoed) == (PATH, "100001", False)


def test_a_draft_is_worded_and_signed_by_both(draft: Outcome, people: Cast) -> None:
    worded = left(
        lambda: drafting.edit(
            outcome=draft, text="一", kind="suggestion", route="town", actor=people.clerk, at=NOW
        ),
        draft,
    )
    assert worded == Left(
        columns={"text": "一", "kind": "suggestion", "route": "town"},
        clocks={
            "- outcomes.draft_days",
            "+ outcomes.countersign_days first_convener@100001 until 2026-11-26",
        },
        ledger=['outcome.drafted clerk@100001 {"kind":"suggestion","route":"town"}'],
    )
    rule = "outcomes.countersign_days"
    assert left(lambda: drafting.countersign(outcome=draft, actor=people.first, at=LATER), draft) == Left(
        columns={"first_signed_at": LATER},
        clocks={f"- {rule}", f"+ {rule} second_convener@100001 until 2026-11-27"},
        ledger=['outcome.countersigned first_convener@100001 {"complete":false}'],
    )
    assert left(lambda: drafting.countersign(outcome=draft, actor=people.second, at=LATER), draft) == Left(
        columns={"second_signed_at": LATER, "state": "countersigned"},
        clocks={f"- {rule}", f"+ outcomes.file_days {OFFICE} until 2026-11-27"},
        ledger=['outcome.countersigned second_convener@100001 {"complete":true}'],
    )
    assert left(lambda: filing.file(outcome=draft, actor=people.town, at=LATER), draft) == Left(
        columns={"state": "filed", "filed_at": LATER},
        clocks={"- outcomes.file_days", f"+ outcomes.assign_days {OFFICE} until 2026-11-27"},
        ledger=[f"outcome.filed {HERE} {{}}"],
    )


def test_other_words_undo_the_signatures(draft: Outcome, people: Cast) -> None:
    drafting.edit(outcome=draft, text="一", kind="minutes", route="town", actor=people.clerk, at=NOW)
    drafting.countersign(outcome=draft, actor=people.first, at=NOW)
    again = left(
        lambda: drafting.edit(
            outcome=draft, text="二", kind="minutes", route="town", actor=people.clerk, at=LATER
        ),
        draft,
    )
    assert again.columns == {"text": "二", "first_signed_at": None}
    rule = "outcomes.countersign_days"
    assert again.clocks == {f"- {rule}", f"+ {rule} first_convener@100001 until 2026-11-27"}


def test_nobody_is_asked_to_sign_a_draft_that_lacks_something(draft: Outcome, people: Cast) -> None:
    def edit(text: str, route: str) -> set[str]:
        words = {"text": text, "kind": "minutes", "route": route}
        return left(lambda: drafting.edit(outcome=draft, **words, actor=people.clerk, at=LATER), draft).clocks

    sign, complete = "outcomes.countersign_days", "outcomes.draft_days"
    assert edit("一", "") == set()  # the clerk's clock runs on as it was
    assert edit("一", "town") == {f"- {complete}", f"+ {sign} first_convener@100001 until 2026-11-27"}
    assert edit("二", "town") == set()  # nobody has signed yet: no new time
    assert edit("二", "") == {f"- {sign}", f"+ {complete} clerk@100001 until 2026-11-27"}


def promised(office: str, lead: str, topic: Topic) -> list[str]:
    return [
        f'commitment.assigned {office} {{"due_on":"2026-12-05","lead":"{lead}","topic":"{topic.no}"}}',
        f'topic.taken_in_hand {office} {{"state":"in_hand"}}',
    ]


def test_the_town_assigns(filed: Outcome, topic: Topic, case: Matter, people: Cast) -> None:
    assigned = left(
        lambda: assigning.assign(
            outcome=filed, route=Route.TOWN, orders=[order(case)], actor=people.town, at=LATER
        ),
        filed,
        topic,
    )
    assert assigned == Left(
        columns={
            "state": "adopted",
            "decided_at": LATER,
            "topic.state": "in_hand",
            "topic.changed_at": LATER,
        },
        clocks={"- outcomes.assign_days", "+ outcomes.accept_days doer@property-1 until 2026-11-27"},
        ledger=[
            f'outcome.routed {HERE} {{"commitments":1,"partly":false,"route":"town"}}',
            *promised(HERE, "property-1", topic),
        ],
    )
    row = Commitment.objects.get()
    assert (row.what, row.how_seen, row.period, row.state) == (
        "更换楼道灯",
        "每层灯都亮",
        "normal",
        "assigned",
    )
    assert (row.assigned_at, row.due_at, row.lead, row.outcome) == (LATER, end(DUE), case.unit, filed)
    assert (row.desk_path, row.desk_room_no, row.is_embargoed, row.room) == (
        PATH,
        "100001",
        False,
        topic.room,
    )
    assert (row.scope, row.release, row.released_at) == ("public", "released", LATER)


def test_the_community_does_it_itself(filed: Outcome, topic: Topic, case: Matter, people: Cast) -> None:
    ours = left(
        lambda: assigning.assign(
            outcome=filed,
            route=Route.COMMUNITY,
            orders=[order(case, by_unit=False)],
            actor=people.town,
            at=LATER,
        ),
        filed,
    )
    assert ours.columns == {"state": "adopted", "route": "community", "decided_at": LATER}
    assert ours.clocks == {
        "- outcomes.assign_days",
        "+ outcomes.accept_days clerk@100001 until 2026-11-27",
    }
    assert ours.ledger[1:] == promised(HERE, "", topic)


@pytest.fixture
def reported(filed: Outcome, people: Cast) -> Outcome:
    filing.report_up(outcome=filed, reported_to="区政府", actor=people.town, at=NOW)
    filed.refresh_from_db()
    return filed


def test_it_is_reported_up(filed: Outcome, topic: Topic, people: Cast) -> None:
    up = left(
        lambda: filing.report_up(outcome=filed, reported_to=" 区政府 ", actor=people.town, at=LATER),
        filed,
        topic,
    )
    assert up == Left(
        columns={"state": "reported", "route": "reported", "reported_to": "区政府"},
        clocks={
            "- outcomes.assign_days",
            f"+ outcomes.adopt_days assigning_office@{COUNTY} until 2026-12-08",
        },
        ledger=[f"outcome.reported {HERE} {{}}"],
    )


@pytest.mark.parametrize(("why", "state"), [("", "adopted"), (" 只办一半 ", "partly_adopted")])
def test_what_was_reported_is_adopted(
    reported: Outcome, topic: Topic, case: Matter, people: Cast, why: str, state: str
) -> None:
    office = "assigning_office@100001"
    decision = Decision(" 京政办批1号 ", LATER.date(), why)
    adopted = left(
        lambda: assigning.assign(
            outcome=reported,
            route=Route.REPORTED,
            orders=[order(case)],
            actor=people.assigning,
            at=LATER,
            decision=decision,
        ),
        reported,
    )
    columns = {
        "state": state,
        "approval_no": "京政办批1号",
        "approval_on": LATER.date(),
        "decided_at": LATER,
    }
    assert adopted == Left(
        columns=columns | ({"decision_reason": why.strip()} if why else {}),
        clocks={"- outcomes.adopt_days", "+ outcomes.accept_days doer@property-1 until 2026-11-27"},
        ledger=[
            f'outcome.adopted {office} {{"commitments":1,"partly":{"true" if why else "false"},'
            '"route":"reported"}',
            *promised(office, "property-1", topic),
        ],
    )


def test_or_it_is_not(reported: Outcome, topic: Topic, people: Cast) -> None:
    refused = left(
        lambda: filing.refuse(outcome=reported, reason=" 不符 ", actor=people.assigning, at=LATER),
        reported,
        topic,
    )
    office = "assigning_office@100001"
    assert refused == Left(
        columns={
            "state": "not_adopted",
            "decided_at": LATER,
            "decision_reason": "不符",
            "topic.state": "unsolved",
            "topic.end_reason": "不符",
            "topic.ended_at": LATER,
            "topic.changed_at": LATER,
        },
        clocks={"- outcomes.adopt_days"},
        ledger=[
            f"outcome.not_adopted {office} {{}}",
            f'topic.left_unsolved {office} {{"state":"unsolved"}}',
        ],
    )


# -- the doer's side ---------------------------------------------------------------------------------------------


def test_not_ours(made: Commitment, topic: Topic, case: Matter, people: Cast) -> None:
    back = left(
        lambda: handling.decline(commitment=made, reason=" 不归 ", actor=people.doer, at=NOW), made, topic
    )
    assert back == Left(
        columns={"state": "declined", "decline_reason": "不归"},
        clocks={"- outcomes.accept_days", f"+ outcomes.assign_days {OFFICE} until 2026-11-26"},
        ledger=["commitment.declined doer@property-1 {}"],
    )
    other = left(
        lambda: assigning.reassign(
            commitment=made, lead=case.other_unit, co_units=[case.unit], actor=people.town, at=LATER
        ),
        made,
        topic,
    )
    assert other == Left(
        columns={"state": "assigned", "lead_id": case.other_unit.pk, "decline_reason": ""},
        clocks={"- outcomes.assign_days", "+ outcomes.accept_days doer@bureau-2 until 2026-11-27"},
        ledger=[f'commitment.assigned {HERE} {{"again":true,"lead":"bureau-2"}}'],
    )
    assert list(made.co_units.all()) == [case.unit]


def test_signing_for_it_and_planning_the_work(made: Commitment, topic: Topic, people: Cast) -> None:
    assert left(lambda: handling.accept(commitment=made, actor=people.doer, at=LATER), made, topic) == Left(
        columns={"state": "under_way", "accepted_at": LATER},
        clocks={
            "- outcomes.accept_days",
            "+ outcomes.normal_calendar_days doer@property-1 until 2026-12-05",
        },
        ledger=["commitment.accepted doer@property-1 {}"],
    )
    planned = left(
        lambda: handling.plan_work(commitment=made, plan=" 先买灯 ", actor=people.doer, at=LATER), made, topic
    )
    assert planned == Left(columns={"work_plan": "先买灯"}, ledger=["commitment.planned doer@property-1 {}"])


def test_more_time(under_way: Commitment, topic: Topic, people: Cast) -> None:
    until = date(2026, 12, 20)
    more = left(
        lambda: handling.extend(
            commitment=under_way, until=until, reason=" 等配件 ", actor=people.town, at=LATER
        ),
        under_way,
        topic,
    )
    assert more == Left(
        columns={"due_at": end(until), "extended_count": 1, "extension_reason": "等配件"},
        clocks={"~ outcomes.normal_calendar_days doer@property-1 until 2026-12-20"},
        ledger=['commitment.extended town_office@100001 {"until":"2026-12-20"}'],
    )


PUT_OFF = {
    ReplyKind.PLANNED: ("planned", "planned", "topic.planned"),
    ReplyKind.LACKING: ("shelved", "unsolved", "topic.left_unsolved"),
}


@pytest.mark.parametrize("kind", PUT_OFF, ids=str)
def test_putting_it_off_and_taking_it_up_again(
    under_way: Commitment, topic: Topic, people: Cast, kind: ReplyKind
) -> None:
    state, stands, event = PUT_OFF[kind]
    topic.refresh_from_db()
    answer = handling.Answer(kind, " 明年 ", SPRING)
    off = left(
        lambda: handling.reply(commitment=under_way, answer=answer, actor=people.doer, at=LATER), under_way
    )
    assert off.columns == {
        "state": state,
        "reply_kind": kind.value,
        "replied_at": LATER,
        "planned_on": SPRING,
    }
    assert off.clocks == {
        "- outcomes.normal_calendar_days",
        f"+ outcomes.assign_days {OFFICE} until 2027-04-01",
        f"+ access.review_days {OFFICE} until 2026-11-25",
    }
    assert [line.split()[0] for line in off.ledger] == ["commitment.replied", "post.proposed", event]
    assert off.ledger[0] == f'commitment.replied doer@property-1 {{"reply":"{kind.value}"}}'
    topic.refresh_from_db()
    assert topic.state == stands
    reply = under_way.replies.get()
    assert (reply.kind, reply.text, reply.planned_on, reply.at) == (kind.value, "明年", SPRING, LATER)
    assert (reply.scope, reply.release, reply.evidence.name) == ("public", "in_review", "")

    day = date(2027, 1, 20)
    again = left(
        lambda: assigning.resume(commitment=under_way, due_on=day, actor=people.town, at=LATER),
        under_way,
        topic,
    )
    assert again.columns.items() >= {
        "state": "under_way",
        "reply_kind": "",
        "planned_on": None,
        "due_at": end(day),
        "topic.state": "in_hand",
    }.items()  # fmt: skip
    assert again.clocks == {
        "- outcomes.assign_days",
        "+ outcomes.normal_calendar_days doer@property-1 until 2027-01-20",
    }
    assert again.ledger == [
        f'commitment.assigned {HERE} {{"again":true,"due_on":"2027-01-20"}}',
        f'topic.taken_in_hand {HERE} {{"state":"in_hand"}}',
    ]
    handling.reply(commitment=under_way, answer=SOLVED, actor=people.doer, at=LATER)
    under_way.refresh_from_db()
    topic.refresh_from_db()
    assert (under_way.state, topic.state) == ("asking", "asking"), "and its residents are asked"


def test_a_plan_is_dated_anew(under_way: Commitment, topic: Topic, people: Cast) -> None:
    answer = handling.Answer(ReplyKind.PLANNED, "明年", SPRING)
    handling.reply(commitment=under_way, answer=answer, actor=people.doer, at=NOW)
    under_way.refresh_from_db()
    until = date(2027, 5, 1)
    dated = left(
        lambda: handling.extend(
            commitment=under_way, until=until, reason=" 雨 ", actor=people.town, at=LATER
        ),
        under_way,
    )
    assert dated.columns == {"planned_on": until, "extended_count": 1, "extension_reason": "雨"}
    assert dated.clocks == {f"~ outcomes.assign_days {OFFICE} until 2027-05-01"}
    assert dated.ledger[0] == 'commitment.extended town_office@100001 {"until":"2027-05-01"}'
    topic.refresh_from_db()
    assert (topic.state, topic.planned_on) == ("planned", until)


def test_solved(under_way: Commitment, topic: Topic, case: Matter, people: Cast) -> None:
    solved = left(
        lambda: handling.reply(commitment=under_way, answer=SOLVED, actor=people.doer, at=LATER),
        under_way,
        topic,
    )
    assert solved.columns == {
        "state": "asking",
        "reply_kind": "a",
        "replied_at": LATER,
        "topic.state": "asking",
        "topic.changed_at": LATER,
    }
    assert solved.clocks == {
        "- outcomes.normal_calendar_days",
        "+ outcomes.rating_days nobody@- until 2026-12-15",
        f"+ access.review_days {OFFICE} until 2026-11-25",
    }
    assert [line.split()[0] for line in solved.ledger] == [
        "commitment.replied",
        "post.proposed",
        "topic.asked",
    ]
    asked = under_way.invitations.get()
    assert (asked.submission, asked.round, asked.asked_at) == (case.submissions[0], 0, LATER)
    assert asked.closes_at == end(date(2026, 12, 15))


# -- the residents' side -----------------------------------------------------------------------------------------


def rate(made: Commitment, opinion: rating.Opinion, *rows: Topic, at: datetime = LATER) -> Left:
    invitation = made.invitations.get(round=made.reopened_count)
    return left(
        lambda: rating.rate(invitation=invitation, opinion=opinion, actor=submitter("slip0"), at=at),
        made,
        *rows,
    )


def test_what_the_rooms_clerk_enters_moves_nothing(asking: Commitment, topic: Topic, people: Cast) -> None:
    entered = left(
        lambda: rating.rate(
            invitation=asking.invitations.get(),
            opinion=GOOD,
            actor=people.clerk,
            at=LATER,
            rated_by=RatedBy.ROOM_CLERK,
        ),
        asking,
        topic,
    )
    assert entered == Left(
        ledger=['commitment.rated clerk@100001 {"by":"room_clerk","level":4,"solved":true}']
    )
    row = asking.ratings.get()
    assert (row.level, row.is_solved, row.reason, row.rated_by, row.at) == (
        4,
        True,
        "好",
        "room_clerk",
        LATER,
    )


FIRST, SECOND = "outcomes.lookback_first_months", "outcomes.lookback_second_months"
LOOKS = {f"+ {FIRST} clerk@100001 until 2027-02-24", f"+ {SECOND} clerk@100001 until 2027-11-24"}


def test_confirmed_and_looked_back_on(asking: Commitment, topic: Topic, people: Cast) -> None:
    assert rate(asking, GOOD, topic) == Left(
        columns={
            "state": "closed",
            "closing": "confirmed",
            "closed_at": LATER,
            "topic.state": "concluded",
            "topic.ended_at": LATER,
            "topic.changed_at": LATER,
        },
        clocks={"- outcomes.rating_days", *LOOKS},
        ledger=[
            'commitment.rated submitter {"by":"self","level":4,"solved":true}',
            'commitment.closed system {"closing":"confirmed"}',
            'topic.concluded system {"state":"concluded"}',
        ],
    )
    dates = asking.look_backs.order_by("due_on").values_list("rule", "due_on", "done_at")
    assert list(dates) == [(FIRST, date(2027, 2, 24), None), (SECOND, date(2027, 11, 24), None)]
    later = LATER + timedelta(days=90)
    look = asking.look_backs.get(rule=FIRST)
    looked = left(
        lambda: deciding.look_back(
            commitment=asking, still_holds=False, note=" 又坏 ", actor=people.clerk, at=later
        ),
        asking,
        look,
    )
    assert looked == Left(
        columns={"lookback.done_at": later, "lookback.still_holds": False, "lookback.note": "又坏"},
        clocks={f"- {FIRST}"},
        ledger=[f'commitment.looked_back clerk@100001 {{"rule":"{FIRST}","still_holds":false}}'],
    )


def test_not_solved_twice_and_then_the_district_decides(
    asking: Commitment, topic: Topic, people: Cast
) -> None:
    assert rate(asking, BAD, topic) == Left(
        columns={
            "state": "under_way",
            "reply_kind": "",
            "replied_at": None,
            "reopened_count": 1,
            "due_at": end(date(2026, 12, 1)),  # the period of a simple matter
            "topic.state": "in_hand",
            "topic.changed_at": LATER,
        },
        clocks={
            "- outcomes.rating_days",
            "+ outcomes.normal_calendar_days doer@property-1 until 2026-12-01",
        },
        ledger=[
            'commitment.rated submitter {"by":"self","level":2,"solved":false}',
            'commitment.reopened system {"round":1}',
            'topic.taken_in_hand system {"state":"in_hand"}',
        ],
    )
    handling.reply(commitment=asking, answer=SOLVED, actor=people.doer, at=LATER)
    again = rate(asking, BAD, topic)
    assert again.columns == {"state": "disputed"}
    assert again.clocks == {
        "- outcomes.rating_days",
        f"+ outcomes.reopen_decide_days district_office@{COUNTY} until 2026-11-27",
    }
    assert again.ledger[1:] == ['commitment.disputed system {"disputed":true}']
    redone = left(
        lambda: deciding.decide(
            commitment=asking, redo=True, done=False, reason=" 再办 ", actor=people.district, at=LATER
        ),
        asking,
        topic,
    )
    office = "district_office@100001"
    assert redone == Left(
        columns={
            "state": "under_way",
            "reply_kind": "",
            "replied_at": None,
            "reopened_count": 2,
            "decision_reason": "再办",
            "topic.state": "in_hand",
        },
        clocks={
            "- outcomes.reopen_decide_days",
            "+ outcomes.normal_calendar_days doer@property-1 until 2026-12-01",
        },
        ledger=[
            f'commitment.decided {office} {{"verdict":"redo"}}',
            f'topic.taken_in_hand {office} {{"state":"in_hand"}}',
        ],
    )


@pytest.mark.parametrize(
    ("done", "closing", "stands", "event", "looks"),
    [
        (True, "decided_done", "concluded", "topic.concluded", LOOKS),
        (False, "decided_not_done", "unsolved", "topic.left_unsolved", set()),
    ],
)
def test_the_district_closes_it(
    asking: Commitment,
    topic: Topic,
    people: Cast,
    done: bool,
    closing: str,
    stands: str,
    event: str,
    looks: set[str],
) -> None:
    rate(asking, BAD)
    handling.reply(commitment=asking, answer=SOLVED, actor=people.doer, at=LATER)
    rate(asking, BAD)
    closed = left(
        lambda: deciding.decide(
            commitment=asking, redo=False, done=done, reason=" 说明 ", actor=people.district, at=LATER
        ),
        asking,
        topic,
    )
    assert closed == Left(
        columns={
            "state": "closed",
            "closing": closing,
            "closed_at": LATER,
            "decision_reason": "说明",
            "topic.state": stands,
            "topic.ended_at": LATER,
        },
        clocks={"- outcomes.reopen_decide_days", *looks},
        ledger=[
            f'commitment.decided district_office@100001 {{"verdict":"{closing}"}}',
            f'{event} district_office@100001 {{"state":"{stands}"}}',
        ],
    )


def test_nobody_answers(asking: Commitment, topic: Topic, people: Cast) -> None:
    late = NOW + timedelta(days=30)

    def waited() -> None:
        tick(late)
        while react(late):
            pass

    silent = left(waited, asking, topic)
    assert silent.columns == {"state": "calling_back"}
    assert {line for line in silent.clocks if "outcomes" in line} == {
        "- outcomes.rating_days",
        f"+ outcomes.callback_days {OFFICE} until 2026-12-30",
    }
    vain = left(lambda: rating.called_in_vain(commitment=asking, actor=people.town, at=late), asking, topic)
    assert vain.columns == {
        "state": "closed",
        "closing": "not_rated",
        "called_back_at": late,
        "closed_at": late,
        "topic.state": "concluded",
        "topic.ended_at": late,
        "topic.changed_at": late,
    }
    assert vain.ledger == [
        f'commitment.called_back {HERE} {{"reached":false}}',
        'commitment.closed system {"closing":"not_rated"}',
        'topic.concluded system {"state":"concluded"}',
    ]
    assert {line.split()[1] for line in vain.clocks} == {"outcomes.callback_days", FIRST, SECOND}
