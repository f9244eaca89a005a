"""Every form of this app pressed wrong, then put right on the page that came back: the second press is saved."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client

from shangliang.access.roles import Role
from shangliang.feedback.models import Feedback, FeedbackTurn
from shangliang.feedback.states import FeedbackState
from shangliang.feedback.tests.factories import NOW, ROOM_NO, acting, led_to, offices, said, signed_in
from shangliang.kit import clock
from shangliang.kit.tests.pressing import Case, put_right
from shangliang.rulebook import book

pytestmark = pytest.mark.django_db
WORDS = "点了“提交”没有反应\n手机是老人机"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(NOW):
        yield


def at_the_door() -> tuple[Client, str, str]:
    offices()
    return Client(), "/feedback", "/feedback"


def at_the_desk() -> tuple[Client, str, str]:
    return signed_in(offices()[Role.CLERK]), "/desk/feedback/new", "/desk/feedback/new"


def on_the_page(act: str) -> tuple[Client, str, str]:
    city = offices()[Role.CITY_OFFICE]
    page = f"/desk/feedback/{said().feedback.no}"
    return signed_in(city), page, f"{page}/{act}"


def on_ones_own_page() -> tuple[Client, str, str]:
    city = acting(offices()[Role.CITY_OFFICE])
    received = said()
    led_to(received.feedback, FeedbackState.ANSWERED, city, NOW)
    page = f"/f/{received.key}"
    return Client(), page, f"{page}/again"


def most() -> int:
    return book().at(clock.local_day(NOW)).integer("feedback.text_characters")


LONG = "长" * 2001
CASES = (
    Case(
        "feedback",
        at_the_door,
        {"kind": "help", "text": "", "page": "查回执", "phone": "139 0000 1234"},
        {"text": WORDS},
        "请写下要说的话。",
    ),
    Case("feedback", at_the_door, {"text": WORDS, "page": "首页"}, {"kind": "help"}, "请选一项。"),
    Case(
        "feedback",
        at_the_door,
        {"kind": "complaint", "text": WORDS, "phone": "12"},
        {"phone": ""},
        "电话好像不完整",
    ),
    Case("feedback", at_the_door, {"kind": "complaint", "text": LONG}, {"text": WORDS}, "最多写 2000 个字"),
    Case(
        "feedback_enter",
        at_the_desk,
        {"kind": "suggestion", "text": WORDS, "page": "", "phone": "0511-8888 6666"},
        {"way": "phone"},
        "请选一项。",
    ),
    Case(
        "feedback_do answer",
        lambda: on_the_page("answer"),
        {"text": " "},
        {"text": "已经改了"},
        "请写下给他的答复。",
    ),
    Case(
        "feedback_do pass-on",
        lambda: on_the_page("pass-on"),
        {"destination": "room", "room": "没有的议事室", "text": "在那里说"},
        {"room": ROOM_NO},
        "没有找到这个议事室。",
    ),
    Case(
        "feedback_do pass-on",
        lambda: on_the_page("pass-on"),
        {"destination": "room"},
        {"room": "桃园社区协商议事室"},
        "请写归哪个议事室",
    ),
    Case(
        "feedback_do pass-on",
        lambda: on_the_page("pass-on"),
        {"destination": "other"},
        {"text": "供电所，电话 95598"},
        "请写明归哪个单位、怎么找。",
    ),
    Case("feedback_again", on_ones_own_page, {"text": ""}, {"text": WORDS}, "请写下要说的话。"),
)
TRIED = frozenset(case.form for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_was_wrong_is_put_right_and_saved(case: Case) -> None:
    assert len(LONG) == most() + 1
    second = put_right(case)
    assert second.status_code == (200 if case.form == "feedback_enter" else 302)
    row = Feedback.objects.get()
    if case.form in {"feedback", "feedback_enter"}:
        assert row.text == WORDS
        assert row.kind in {case.wrong.get("kind"), case.right.get("kind")}
        assert row.has_phone == bool(case.wrong.get("phone") and case.right.get("phone") != "")
    else:
        turn = FeedbackTurn.objects.order_by("-pk")[0]
        assert turn.text == str(case.right.get("text", case.wrong.get("text", ""))).strip()
        assert (turn.room is not None) == (case.wrong.get("destination") == "room")
