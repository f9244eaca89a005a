"""What each act on a topic leaves: columns, clocks, ledger rows, and nothing besides."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from shangliang.access.publication import Scope
from shangliang.clocks.tests.effects import Left, left
from shangliang.topics.actions import (
    adoption,
    quick,
    research,
    travel,
    wording,
)
from shangliang.topics.models import Topic
from shangliang.topics.states import Grade, Theme, Weight
from shangliang.topics.tests.factories import (
    NEXT_NO,
    NEXT_VILLAGE,
    NOW,
    ROOM_NO,
    TOWN,
    Cast,
    Places,
    opened,
    raised,
    unit,
)

LATER = NOW + timedelta(days=1)  # a Tuesday
CLERK, OFFICE = f"clerk@{ROOM_NO}", f"town_office@{TOWN}"
FIRST = f"first_convener@{ROOM_NO}"


@pytest.fixture
def topic(village: Places, people: Cast) -> Topic:
    return opened(raised(village.room).submission, people.clerk)


def visit(topic: Topic, people: Cast) -> Left:
    return left(
        lambda: research.visit(
            topic=topic, on=NOW.date(), place=" 3号楼 ", found=" 不亮 ", actor=people.clerk, at=LATER
        ),
        topic,
    )


def test_looking_on_the_spot(topic: Topic, people: Cast) -> None:
    assert visit(topic, people) == Left(
        columns={"state": "researching", "visits_count": 1, "changed_at": LATER},
        clocks={
            "- topics.deep_start_days",
            "+ topics.research_days nobody@- until 2026-11-17",  # the second convener is asked first
            f"+ topics.second_opinion_days second_convener@{ROOM_NO} until 2026-11-06",
        },
        ledger=[f'topic.visited {CLERK} {{"on":"2026-11-02","visits":1}}'],
    )
    assert visit(topic, people) == Left(
        columns={"visits_count": 2}, ledger=[f'topic.visited {CLERK} {{"on":"2026-11-02","visits":2}}']
    )
    row = topic.visits.earliest("pk")
    assert (row.on, row.place, row.found, row.unit, row.at) == (NOW.date(), "3号楼", "不亮", None, LATER)


def test_hearing_the_second_convener_and_adopting(topic: Topic, people: Cast) -> None:
    visit(topic, people)
    heard = left(
        lambda: adoption.hear_second(
            topic=topic, agrees=False, opinion=" 再看看 ", actor=people.second, at=NOW
        ),
        topic,
    )
    assert heard == Left(
        columns={"second_heard_at": NOW, "second_agrees": False, "second_opinion": "再看看"},
        clocks={"- topics.second_opinion_days", f"~ topics.research_days {FIRST} until 2026-11-17"},
        ledger=[f'topic.seconded second_convener@{ROOM_NO} {{"agrees":false}}'],
    )
    assert left(lambda: adoption.adopt(topic=topic, actor=people.first, at=NOW), topic) == Left(
        columns={"state": "adopted", "adopted_at": NOW, "changed_at": NOW},
        clocks={"- topics.research_days", f"+ topics.prepare_days {CLERK} until 2026-11-23"},
        ledger=[f'topic.adopted first_convener@{ROOM_NO} {{"state":"adopted"}}'],
    )


def test_taking_silence_as_heard(topic: Topic, people: Cast) -> None:
    visit(topic, people)
    at = NOW + timedelta(days=9)
    assert left(lambda: adoption.take_as_heard(topic=topic, at=at), topic) == Left(
        columns={"second_heard_at": at},
        clocks={"- topics.second_opinion_days", f"~ topics.research_days {FIRST} until 2026-11-17"},
        ledger=['topic.seconded system {"agrees":null}'],
    )


def test_planning_and_taking_up_again(topic: Topic, people: Cast) -> None:
    day = date(2027, 3, 1)
    planned = left(
        lambda: adoption.plan(topic=topic, planned_on=day, reason=" 等资金 ", actor=people.first, at=LATER),
        topic,
    )
    assert planned == Left(
        columns={"state": "planned", "planned_on": day, "end_reason": "等资金", "changed_at": LATER},
        clocks={"- topics.deep_start_days", f"+ topics.plan_months {FIRST} until 2027-03-01"},
        ledger=[f'topic.planned first_convener@{ROOM_NO} {{"planned_on":"2027-03-01","state":"planned"}}'],
    )
    assert left(lambda: adoption.resume(topic=topic, actor=people.first, at=NOW), topic) == Left(
        columns={"state": "opened", "end_reason": "", "changed_at": NOW},
        clocks={"- topics.plan_months", f"+ topics.deep_start_days {CLERK} until 2026-11-09"},
        ledger=[f'topic.taken_up first_convener@{ROOM_NO} {{"state":"opened"}}'],
    )


def test_giving_up(topic: Topic, people: Cast) -> None:
    assert left(
        lambda: adoption.end(topic=topic, reason=" 重复 ", actor=people.first, at=LATER), topic
    ) == Left(
        columns={"state": "ended", "ended_at": LATER, "end_reason": "重复", "changed_at": LATER},
        clocks={"- topics.deep_start_days"},
        ledger=[f'topic.ended first_convener@{ROOM_NO} {{"state":"ended"}}'],
    )


def test_travelling_up_and_down(topic: Topic, village: Places, people: Cast) -> None:
    up = left(lambda: travel.pass_up(topic=topic, reason=" 宽 ", actor=people.clerk, at=LATER), topic)
    assert up == Left(
        columns={
            "state": "passed_up",
            "desk_path": TOWN,
            "desk_room_no": "",
            "end_reason": "宽",
            "changed_at": LATER,
        },
        clocks={"- topics.deep_start_days", f"+ topics.escalate_days {OFFICE} until 2026-11-10"},
        ledger=[f'topic.passed_up {CLERK} {{"desk":"321102001","state":"passed_up"}}'],
    )
    office = "town_office@321102001"
    assert left(lambda: travel.take_up(topic=topic, actor=people.town, at=NOW), topic) == Left(
        columns={"state": "opened", "end_reason": "", "changed_at": NOW},
        clocks={"- topics.escalate_days", f"+ topics.deep_start_days {OFFICE} until 2026-11-09"},
        ledger=[f'topic.taken_up {office} {{"desk":"321102001","state":"opened"}}'],
    )
    Topic.objects.update(second_heard_at=NOW, second_agrees=True, second_opinion="可以")
    down = left(
        lambda: travel.hand_down(
            topic=topic, room=village.next_room, reason=" 近 ", actor=people.town, at=LATER
        ),
        topic,
    )
    assert down == Left(
        columns={
            "room_id": village.next_room.pk,
            "desk_path": NEXT_VILLAGE,
            "desk_room_no": NEXT_NO,
            "second_heard_at": None,
            "second_agrees": None,
            "second_opinion": "",
            "end_reason": "近",
            "changed_at": LATER,
        },
        clocks={
            "- topics.deep_start_days",
            f"+ topics.deep_start_days clerk@{NEXT_NO} until 2026-11-10",
        },
        ledger=[f'topic.handed_down {office} {{"desk":"{NEXT_NO}","state":"opened"}}'],
    )


def test_answering_at_once_or_finding_that_it_goes_deeper(village: Places, people: Cast) -> None:
    topic = opened(raised(village.room).submission, people.clerk, Grade.QUICK)
    other = opened(raised(village.room).submission, people.clerk, Grade.QUICK)
    assert left(lambda: quick.deepen(topic=other, actor=people.clerk, at=LATER), other) == Left(
        columns={"grade": "deep", "changed_at": LATER},
        clocks={"- topics.quick_answer_days", f"+ topics.deep_start_days {CLERK} until 2026-11-10"},
        ledger=[f'topic.graded {CLERK} {{"grade":"deep"}}'],
    )
    other.refresh_from_db()
    assert left(lambda: quick.quicken(topic=other, actor=people.clerk, at=LATER), other) == Left(
        columns={"grade": "quick"},
        clocks={"- topics.deep_start_days", f"+ topics.quick_answer_days {CLERK} until 2026-11-05"},
        ledger=[f'topic.quickened {CLERK} {{"grade":"quick"}}'],
    )
    done_by = unit()
    answered = left(
        lambda: quick.answer(topic=topic, text=" 换了 ", unit=done_by, actor=people.clerk, at=LATER), topic
    )
    assert answered == Left(
        columns={"state": "asking", "answer": "换了", "changed_at": LATER},
        clocks={"- topics.quick_answer_days"},
        ledger=[f'topic.answered {CLERK} {{"state":"asking","unit":"bureau-1"}}'],
    )


def test_wording(topic: Topic, people: Cast) -> None:
    def word(summary: str, scope: Scope, theme: Theme, days: int) -> Left:
        words = wording.Wording(
            " 路灯 " if days == 1 else "路灯", summary, scope, theme, Weight.HARD, " 南门 "
        )
        at = NOW + timedelta(days=days)
        return left(lambda: wording.word(topic=topic, wording=words, actor=people.clerk, at=at), topic)

    assert word(" 不亮 ", Scope.PLACE, Theme.LAND, 1) == Left(
        columns={
            "title": "路灯",
            "summary": "不亮",
            "scope": "place",
            "theme": "land",
            "weight": "hard",
            "place_text": "南门",
            "changed_at": LATER,
        },
        clocks={"- access.review_days", f"+ access.review_days {OFFICE} until 2026-11-04"},
        ledger=[
            f'topic.worded {CLERK} {{"scope":"place","theme":"land","weight":"hard"}}',
            f'post.proposed {CLERK} {{"scope":"place"}}',
        ],
    )
    # Another class, the same words: nobody has to look again.
    assert word("不亮", Scope.PLACE, Theme.SAFETY, 2) == Left(
        columns={"theme": "safety", "changed_at": NOW + timedelta(days=2)},
        ledger=[f'topic.worded {CLERK} {{"scope":"place","theme":"safety","weight":"hard"}}'],
    )
    assert word("", Scope.INTERNAL, Theme.SAFETY, 3) == Left(
        columns={
            "summary": "",
            "scope": "internal",
            "release": "unreleased",
            "changed_at": NOW + timedelta(days=3),
        },
        clocks={"- access.review_days"},
        ledger=[f'topic.worded {CLERK} {{"scope":"internal","theme":"safety","weight":"hard"}}'],
    )
