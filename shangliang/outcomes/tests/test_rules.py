"""Verdicts: cases with the clause in the name, and properties."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_late_is_public_only_where_allowed_and_after_a_reminder_and_a_delay() -> None:
    assert rules.is_late_in_public(6, is_allowed=True, reminded=True, delay_days=5)
    assert not rules.is_late_in_public(5, is_allowed=True, reminded=True, delay_days=5)
    assert not rules.is_late_in_public(6, is_allowed=True, reminded=False, delay_days=5)
    assert not rules.is_late_in_public(6, is_allowed=False, reminded=True, delay_days=5)
