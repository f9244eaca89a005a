"""What is decided from words, numbers and times alone."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangliang.topics import rules
from shangliang.topics.states import Grade, SubmissionState, TopicState


@pytest.mark.parametrize(
    ("text", "found"), [("房子要拆迁了", True), ("房子要拆 迁了", True), ("拆了，迁了", False), ("", False)]
)
def test_a_word_is_found_even_where_somebody_put_spaces_into_it(text: str, found: bool) -> None:
    assert rules.mentions(text, ["维稳", "拆迁"]) is found


def test_a_text_without_any_of_the_words_is_in_no_field() -> None:
    table: list[dict[str, object]] = [
        {"code": "land", "words": ["拆迁"]},
        {"code": "minors", "words": ("未成年", "孩子")},
        {"code": "x"},
    ]
    assert rules.sensitive_field("孩子没地方玩", table) == "minors"
    assert rules.sensitive_field("孩子说要拆迁", table) == "land", "the first field of the table"
    assert rules.sensitive_field("路灯坏了", table) == ""


def test_pairs_of_characters_know_no_signs_and_no_capitals() -> None:
    assert rules.bigrams("路灯，坏了") == Counter(["路灯", "灯坏", "坏了"])
    assert rules.bigrams("LED 灯") == Counter(["le", "ed", "d灯"])
    assert rules.bigrams("灯") == Counter()


def test_likeness_lies_between_nothing_in_common_and_the_same() -> None:
    one, other = rules.bigrams("路灯坏了"), rules.bigrams("路灯亮了")
    assert rules.likeness(one, one) == pytest.approx(1)
    assert rules.likeness(one, rules.bigrams("停车太乱")) == 0
    assert rules.likeness(one, other) == pytest.approx(1 / 3)
    assert rules.likeness(Counter(), one) == rules.likeness(one, Counter()) == 0
    assert rules.likeness(Counter({"路灯": 2}), Counter({"路灯": 3, "灯坏": 4})) == pytest.approx(6 / 10)


@given(st.text("路灯坏了亮", max_size=12), st.text("路灯坏了亮", max_size=12))
def test_likeness_is_the_same_from_both_sides(one: str, other: str) -> None:
    there, back = (
        rules.likeness(rules.bigrams(a), rules.bigrams(b)) for a, b in ((one, other), (other, one))
    )
    assert there == pytest.approx(back)
    assert 0 <= there <= 1.0001


def test_the_likest_come_first_and_the_older_of_two_alike() -> None:
    others = {9: "路灯坏了", 3: "路灯坏了", 5: "路灯亮了", 7: "停车太乱"}
    found = rules.most_alike("路灯坏了", others, least_percent=30, most=5)
    assert [key for key, _likeness in found] == [3, 9, 5]
    assert [key for key, _likeness in rules.most_alike("路灯坏了", others, least_percent=34, most=5)] == [
        3,
        9,
    ]
    assert [key for key, _likeness in rules.most_alike("路灯坏了", others, least_percent=30, most=1)] == [3]


@pytest.mark.parametrize(
    ("planned_on", "far"),
    [
        (date(2026, 12, 1), False),
        (date(2027, 11, 23), False),
        (date(2027, 11, 24), True),
        (date(2027, 10, 31), False),
        (date(2027, 12, 1), True),
        (date(2028, 1, 1), True),
    ],
)
def test_a_plan_reaches_as_many_months_and_not_a_day_more(planned_on: date, far: bool) -> None:
    assert rules.is_plan_too_far(planned_on, date(2026, 11, 23), 12) is far


@pytest.mark.parametrize(
    ("submission", "topic", "step"),
    [
        ("received", "", "received"),
        ("supplement_asked", "", "supplement"),
        ("handed_over", "", "handed_over"),
        ("ended", "", "undone"),
        ("accepted", "deliberating", "talking"),
        ("accepted", "asking", "rating"),
        ("merged", "in_hand", "doing"),
    ],
)
def test_a_matter_stands_where_its_topic_does_or_else_its_submission(
    submission: str, topic: str, step: str
) -> None:
    assert rules.step_of(submission, topic) == step


def test_every_state_has_its_step() -> None:
    assert set(rules.AT_STEP) == set(TopicState)
    assert all(rules.step_of(state.value, "") for state in SubmissionState)


def said(step: str, grade: Grade = Grade.DEEP, *, was_talked_over: bool = True) -> str:
    """The step line in one word each: - what is past, * what is now, + what comes."""
    signs = {"past": "-", "now": "*", "next": "+"}
    found = rules.way(step, grade.value, was_talked_over=was_talked_over)
    return " ".join(f"{signs[when]}{name}" for name, when in found)


@pytest.mark.parametrize(
    ("step", "grade", "line"),
    [
        ("received", Grade.DEEP, "*received +looking +talking +doing +rating +done"),
        ("talking", Grade.DEEP, "-received -looking *talking +doing +rating +done"),
        ("done", Grade.DEEP, "-received -looking -talking -doing -rating *done"),
        ("looking", Grade.QUICK, "-received *looking +rating +done"),
        ("rating", Grade.QUICK, "-received -looking *rating +done"),
        # what was quick and is talked over or worked on after all takes the longer way
        ("talking", Grade.QUICK, "-received -looking *talking +doing +rating +done"),
        ("doing", Grade.QUICK, "-received -looking *doing +rating +done"),
        ("supplement", Grade.DEEP, "-received *supplement +looking +rating +done"),
        ("handed_over", Grade.DEEP, "-received *handed_over"),
        ("planned", Grade.DEEP, "-received -looking *planned"),
        ("undone", Grade.DEEP, "-received -looking -talking *undone"),
    ],
)
def test_the_line_of_steps(step: str, grade: Grade, line: str) -> None:
    assert said(step, grade) == line


def test_what_ended_before_the_table_was_not_talked_over() -> None:
    assert said("undone", was_talked_over=False) == "-received *undone"
