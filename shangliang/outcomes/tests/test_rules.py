"""Verdicts: cases with the clause in the name, and properties."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangliang.kit.guards import Unmet
from shangliang.outcomes import rules
from shangliang.outcomes.rules import Answer, Verdict
from shangliang.outcomes.states import Closing, CommitmentState, RatedBy, ReplyKind, Route

answers = st.lists(
    st.builds(
        Answer,
        level=st.integers(1, 5),
        is_solved=st.booleans(),
        rated_by=st.sampled_from([item.value for item in RatedBy]),
    ),
    max_size=12,
)


def of(*solved: bool, by: RatedBy = RatedBy.SELF) -> list[Answer]:
    return [Answer(4 if yes else 2, yes, by.value) for yes in solved]


def test_it_waits_while_somebody_may_still_answer() -> None:
    assert rules.verdict(of(True), asked=2, window_over=False, reopen_share_percent=50) == Verdict.WAIT


def test_it_confirms_as_soon_as_all_have_answered() -> None:
    assert (
        rules.verdict(of(True, True), asked=2, window_over=False, reopen_share_percent=50) == Verdict.CONFIRM
    )


def test_it_reopens_when_half_say_not_solved() -> None:
    assert (
        rules.verdict(of(True, False), asked=2, window_over=False, reopen_share_percent=50) == Verdict.REOPEN
    )


def test_it_asks_by_telephone_when_nobody_answered() -> None:
    assert rules.verdict([], asked=3, window_over=True, reopen_share_percent=50) == Verdict.CALL_BACK


def test_a_rating_by_the_rooms_own_clerk_decides_nothing() -> None:
    entered = of(True, by=RatedBy.ROOM_CLERK)
    assert rules.verdict(entered, asked=1, window_over=False, reopen_share_percent=50) == Verdict.WAIT
    assert rules.verdict(entered, asked=1, window_over=True, reopen_share_percent=50) == Verdict.CALL_BACK


@given(answers, st.integers(0, 15), st.integers(1, 100))
def test_after_the_window_it_never_waits(given_answers: list[Answer], asked: int, share: int) -> None:
    verdict = rules.verdict(given_answers, asked=asked, window_over=True, reopen_share_percent=share)
    assert verdict != Verdict.WAIT
    assert (verdict == Verdict.CALL_BACK) == (not any(answer.counts for answer in given_answers))


@given(answers)
def test_percentages_hide_below_five(given_answers: list[Answer]) -> None:
    figures = rules.satisfaction(given_answers, asked=20, least=5)
    counting = [answer for answer in given_answers if answer.counts]
    assert figures.answered == len(counting)
    assert (figures.satisfied_percent is None) == (len(counting) < 5)
    if figures.satisfied_percent is not None:
        assert 0 <= figures.satisfied_percent <= 100


def test_the_first_three_of_five_levels_count_as_satisfied() -> None:
    given_answers = [Answer(level, True, RatedBy.SELF.value) for level in (5, 4, 3, 2, 1)]
    assert rules.satisfaction(given_answers, asked=5, least=5).satisfied_percent == 60


@pytest.mark.parametrize(
    ("states", "closings", "stands"),
    [
        (["asking", "under_way"], [""], "in_hand"),
        (["asking", "assigned"], [""], "in_hand"),
        (["asking", "declined"], [""], "in_hand"),
        (["planned", "calling_back"], [""], "asking"),
        (["planned", "disputed"], [""], "asking"),
        (["asking", "closed"], ["", "confirmed"], "asking"),
        (["planned", "closed"], ["", "confirmed"], "planned"),
        (["shelved", "closed"], ["", "confirmed"], "unsolved"),
        (["closed"], ["decided_not_done"], "unsolved"),
        (["closed", "closed"], ["confirmed", "not_rated"], "concluded"),
    ],
)
def test_a_topic_stands_as_its_commitments_do(states: list[str], closings: list[str], stands: str) -> None:
    assert rules.standing(states, closings) == stands


@given(st.lists(st.sampled_from([state.value for state in CommitmentState]), min_size=1, max_size=5))
def test_every_combination_of_commitments_has_a_standing(states: list[str]) -> None:
    assert rules.standing(states, [Closing.CONFIRMED.value]) in set(rules.TopicStanding)


def test_assigning_tells_everything_that_is_missing_at_once() -> None:
    empty = rules.Promise("", None, None, "")
    unmet = rules.missing_for_assigning(
        [empty], route=Route.REPORTED.value, is_embargoed=True, today=date(2026, 11, 23), approval_no=""
    )
    assert [item.code for item in unmet] == [
        "approval_missing",
        "promise_what_missing",
        "promise_doer_missing",
        "promise_not_by_the_room",
        "promise_date_missing",
        "promise_measure_missing",
    ]


def test_the_community_may_do_it_without_a_unit() -> None:
    promise = rules.Promise("换灯", None, date(2026, 12, 1), "灯亮")
    assert (
        rules.missing_for_assigning(
            [promise],
            route=Route.COMMUNITY.value,
            is_embargoed=False,
            today=date(2026, 11, 23),
            approval_no="",
        )
        == []
    )


def test_a_reply_b_or_c_needs_a_day_to_come() -> None:
    today = date(2026, 11, 23)
    for kind in (ReplyKind.PLANNED, ReplyKind.LACKING):
        missing = rules.missing_for_reply(kind=kind.value, text="明年", planned_on=None, today=today)
        assert [item.code for item in missing] == ["reply_date_missing"]
        past = rules.missing_for_reply(kind=kind.value, text="明年", planned_on=today, today=today)
        assert [item.code for item in past] == ["reply_date_past"]


def test_a_reply_is_put_off_to_the_last_day_and_no_further() -> None:
    def missing(planned_on: date, kind: str = ReplyKind.PLANNED.value) -> list[Unmet]:
        return rules.missing_for_reply(
            kind=kind, text="明年", planned_on=planned_on, today=date(2026, 11, 23), latest=date(2027, 11, 23)
        )

    assert missing(date(2027, 11, 23)) == []
    too_far = Unmet("reply_date_too_far", {"day": "2027-11-23"}, mend="planned_on")
    assert missing(date(2027, 11, 24)) == [too_far]
    assert missing(date(2027, 11, 24), ReplyKind.SOLVED.value) == [], "solved is not put off"
    unsaid = rules.missing_for_reply(kind="", text=" ", planned_on=None, today=date(2026, 11, 23))
    assert [each.code for each in unsaid] == ["reply_text_missing", "reply_kind_missing"]


def test_every_promise_is_named_by_its_line() -> None:
    whole = rules.Promise("换灯", 1, date(2026, 12, 1), "灯亮")
    given_ones = [replace(whole, what=""), whole, replace(whole, due_on=date(2026, 11, 22), line=7)]
    given_ones.append(replace(whole, due_on=date(2026, 11, 23)))  # today is not too late
    given_ones.append(replace(whole, unit_id=None, by_room=True))  # the community itself
    unmet = rules.missing_for_assigning(
        given_ones, route=Route.TOWN.value, is_embargoed=False, today=date(2026, 11, 23), approval_no=""
    )
    assert unmet == [
        Unmet("promise_what_missing", {"n": 1}, mend="what-1"),
        Unmet("promise_date_past", {"n": 7}, mend="due_on-7"),
    ]


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({}, []),
        ({"times": 1}, ["extensions_used_up"]),
        ({"reason": " "}, ["extension_reason_missing"]),
        ({"until": date(2026, 12, 1)}, ["extension_date_not_later"]),
        ({"was": None, "until": date(2026, 12, 1)}, []),
        ({"until": date(2027, 1, 1)}, []),
        ({"until": date(2027, 1, 2)}, ["reply_date_too_far"]),
        ({"until": date(2027, 1, 2), "latest": None}, []),
        (
            {"times": 1, "reason": "", "until": date(2026, 12, 1)},
            ["extensions_used_up", "extension_reason_missing", "extension_date_not_later"],
        ),
    ],
)
def test_more_time_is_given_once_with_a_reason_and_not_for_ever(
    changed: dict[str, Any], codes: list[str]
) -> None:
    asked: dict[str, Any] = {"times": 0, "most": 1, "reason": "下雨", "until": date(2026, 12, 20)}
    asked |= {"was": date(2026, 12, 1), "latest": date(2027, 1, 1)}
    assert [each.code for each in rules.missing_for_extension(**asked | changed)] == codes


@pytest.mark.parametrize(
    ("changed", "codes"),
    [
        ({}, []),
        ({"text": " "}, ["text_missing"]),
        ({"route": ""}, ["route_missing"]),
        ({"route": "", "is_proposal": True}, []),
        ({"is_statutory": True}, ["statutory_needs_proposal"]),
        ({"is_statutory": True, "is_proposal": True}, []),
        (
            {"text": "", "route": "", "is_statutory": True},
            ["text_missing", "route_missing", "statutory_needs_proposal"],
        ),
    ],
)
def test_what_a_draft_lacks_before_it_is_signed(changed: dict[str, Any], codes: list[str]) -> None:
    asked: dict[str, Any] = {"text": "一", "route": "town", "is_statutory": False, "is_proposal": False}
    assert [each.code for each in rules.missing_for_countersigning(**asked | changed)] == codes


def test_late_is_public_only_where_allowed_and_after_a_reminder_and_a_delay() -> None:
    assert rules.is_late_in_public(6, is_allowed=True, reminded=True, delay_days=5)
    assert not rules.is_late_in_public(5, is_allowed=True, reminded=True, delay_days=5)
    assert not rules.is_late_in_public(6, is_allowed=True, reminded=False, delay_days=5)
    assert not rules.is_late_in_public(6, is_allowed=False, reminded=True, delay_days=5)
