"""What staff read in a history: the hour, the office, the person; the same thing done anew is one line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from shangliang.access.actor import SYSTEM, Actor, ActorKind, submitter
from shangliang.access.roles import Role
from shangliang.accounts.models import User
from shangliang.events.kinds import Kind, Subject
from shangliang.kit import clock
from shangliang.ledger.actions import act, forget
from shangliang.people.models import Unit
from shangliang.people.showing import history_of
from shangliang.people.states import UnitKind

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)  # ten in the morning
TABLE = Subject("deliberation", "2026-000001")


def person(name: str) -> Actor:
    user = User.objects.create(username=name, display_name=name)
    return Actor(ActorKind.STAFF, f"account:{user.pk}", name=name, account_id=user.pk)


def done(kind: Kind, who: Actor, role: Role | None, minutes: int, place: str = "", **facts: object) -> None:
    with transaction.atomic():
        act(
            kind, TABLE, actor=who, role=role, place=place, at=NOW + timedelta(minutes=minutes), content=facts
        )


def lines(at: datetime = NOW) -> list[tuple[str, str, str, str]]:
    with clock.at(at), translation.override("zh-hans"):
        found = history_of("deliberation", TABLE)
        return [(line["when"], str(line["what"]), line["text"], line["who"]) for line in found]


def test_a_line_says_the_hour_the_office_and_who_by_name() -> None:
    clerk = person("周小兰")
    done(Kind.DELIBERATION_OPENED, clerk, Role.CLERK, 0)
    assert lines() == [("11月23日 10:00", "开始商量", "", "联络员 周小兰")]
    next_year = NOW + timedelta(days=90)
    assert lines(next_year)[0][0] == "2026年11月23日 10:00"
    forget(clerk.key)
    assert lines()[0][3] == "联络员", "whoever was forgotten has no name any more"


def test_neither_the_system_nor_whoever_raised_it_has_a_name() -> None:
    done(Kind.DELIBERATION_OPENED, SYSTEM, None, 0)
    done(Kind.DELIBERATION_CLOSED, submitter("abc"), None, 1)
    assert [who for *_rest, who in lines()] == ["反映人", "系统"]


def test_a_doer_stands_there_by_the_name_of_the_unit() -> None:
    Unit.objects.create(code="p-1", name="桃园物业公司", kind=UnitKind.PROPERTY.value)
    done(Kind.DELIBERATION_OPENED, person("钱工"), Role.DOER, 0, place="p-1")
    assert lines()[0][3] == "桃园物业公司 钱工"


def test_what_says_the_same_of_the_same_hand_in_a_row_is_one_line() -> None:
    clerk, first = person("周小兰"), person("王书记")
    for minutes, heads in enumerate((3, 12, 12, 12)):
        done(Kind.ATTENDANCE_WRITTEN, clerk, Role.CLERK, minutes, named=2, heads=heads)
    done(Kind.ATTENDANCE_WRITTEN, first, Role.FIRST_CONVENER, 5, named=2, heads=13)
    assert [(text, who) for _when, _what, text, who in lines()] == [
        ("点到名的 2 人，另外 13 人", "第一召集人 王书记"),
        ("点到名的 2 人，另外 12 人（共 3 次）", "联络员 周小兰"),
        ("点到名的 2 人，另外 3 人", "联络员 周小兰"),
    ]


def test_a_record_that_was_sent_and_taken_back_says_each_of_it() -> None:
    clerk = person("周小兰")
    written: list[dict[str, Any]] = [
        {"draft": True, "measures": 1},
        {"draft": True, "measures": 2},
        {"draft": False},
        {"draft": True, "taken_back": True},
        {"draft": True, "measures": 2},
    ]
    for minutes, facts in enumerate(written):
        done(Kind.RECORD_WRITTEN, clerk, Role.CLERK, minutes, **facts)
    assert [text for _when, _what, text, _who in lines()] == [
        "草稿",
        "取回来改",
        "送召集人签字",
        "草稿（共 2 次）",
    ]


def test_what_adds_to_what_was_done_before_stands_by_itself() -> None:
    clerk = person("周小兰")
    for minutes, told in enumerate((1, 2)):
        done(Kind.GUESTS_TOLD, clerk, Role.CLERK, minutes, told=told, way="phone")
    assert [text for _when, _what, text, _who in lines()] == ["打了电话、2 人", "打了电话、1 人"]


@pytest.mark.parametrize("many", [1, 30])
def test_it_asks_the_database_twice_however_long_it_is(many: int) -> None:
    for minutes in range(many):
        done(Kind.DELIBERATION_OPENED, person(f"人{minutes}"), Role.CLERK, minutes)
    with CaptureQueriesContext(connection) as asked:
        history_of("deliberation", TABLE)
    assert len(asked) == 2
