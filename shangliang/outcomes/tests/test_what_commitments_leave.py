"""What each act on a commitment leaves: columns, clocks, ledger rows, its topic, and nothing besides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from shangliang.access.actor import submitter
from shangliang.clocks.tasks import tick
from shangliang.clocks.tests.effects import Left, left
from shangliang.events.tasks import react
from shangliang.kit import clock
from shangliang.outcomes.actions import assigning, deciding, handling, rating
from shangliang.outcomes.models import Commitment
from shangliang.outcomes.states import RatedBy, ReplyKind
from shangliang.outcomes.tests.factories import Cast, Matter
from shangliang.outcomes.tests.stages import (
    BAD,
    COUNTY,
    GOOD,
    HERE,
    LATER,
    NOW,
    OFFICE,
    SOLVED,
    SPRING,
    end,
)
from shangliang.topics.models import Topic

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


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
    assert (reply.scope, reply.release, reply.files.count()) == ("public", "in_review", 0)

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
