"""Periods: whole days in China, read from their codes and told by them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shangliang.figures import rules

DATES = st.dates(date(1950, 1, 1), date(2200, 1, 1))
ODD = ["", "2026H3", "2026Q0", "2026-13", "2026-7", "0000", "9999", "2026-02-30..2026-03-01", "２０２６"]
ODD += ["2026-03-02..2026-03-01", "2026-01-01", "2026\n", "0001-01-01..2026-01-01"]


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        (rules.year(2026), date(2026, 1, 1), date(2026, 12, 31)),
        (rules.half(2026, 1), date(2026, 1, 1), date(2026, 6, 30)),
        (rules.half(2026, 2), date(2026, 7, 1), date(2026, 12, 31)),
        (rules.quarter(2026, 1), date(2026, 1, 1), date(2026, 3, 31)),
        (rules.quarter(2026, 4), date(2026, 10, 1), date(2026, 12, 31)),
        (rules.month(2028, 2), date(2028, 2, 1), date(2028, 2, 29)),
        (rules.month(2026, 12), date(2026, 12, 1), date(2026, 12, 31)),
        (rules.twelve_months(date(2026, 11, 23)), date(2025, 11, 24), date(2026, 11, 23)),
    ],
)
def test_both_ends_of_a_period_are_in_it(period: rules.Period, first: date, last: date) -> None:
    assert (period.first, period.last) == (first, last)
    assert rules.read(period.code) == period


def test_a_day_begins_in_china() -> None:
    march = rules.month(2026, 3)
    assert march.begins == datetime(2026, 2, 28, 16, tzinfo=UTC)
    assert march.ends == datetime(2026, 3, 31, 16, tzinfo=UTC)


@pytest.mark.parametrize("code", ODD)
def test_what_is_no_period_is_none(code: str) -> None:
    assert rules.read(code) is None


@given(DATES, DATES)
def test_any_days_are_read_again_from_their_code(one: date, other: date) -> None:
    period = rules.between(min(one, other), max(one, other))
    assert rules.read(period.code) == period


@given(DATES)
def test_halves_quarters_and_months_fill_the_year(day: date) -> None:
    whole = rules.year(day.year)
    for parts in (
        [rules.half(day.year, n) for n in (1, 2)],
        [rules.quarter(day.year, n) for n in (1, 2, 3, 4)],
        rules.months(whole),
    ):
        assert (parts[0].first, parts[-1].last) == (whole.first, whole.last)
        assert all(b.first == a.last + timedelta(days=1) for a, b in zip(parts, parts[1:], strict=False))


def test_everybody_may_ask_for_years_only() -> None:
    today = date(2026, 11, 23)
    assert rules.is_open_to_all(rules.year(2024), today)
    assert rules.is_open_to_all(rules.twelve_months(today), today)
    assert not rules.is_open_to_all(rules.half(2026, 1), today)
    assert not rules.is_open_to_all(rules.between(date(2025, 1, 2), date(2026, 1, 2)), today)


@pytest.mark.parametrize(
    ("part", "whole", "share"), [(1, 3, 33.3), (0, 4, 0.0), (0, 0, None), (None, 3, None)]
)
def test_a_share_of_nothing_is_not_known(part: int | None, whole: int | None, share: float | None) -> None:
    assert rules.percent(part, whole) == share


@pytest.mark.parametrize(
    ("today", "codes"),
    [
        (date(2026, 11, 23), ["2026-10", "2026Q3", "2026H1", "2025"]),
        (date(2026, 1, 1), ["2025-12", "2025Q4", "2025H2", "2025"]),
        (date(2026, 3, 31), ["2026-02", "2025Q4", "2025H2", "2025"]),
        (date(2026, 7, 1), ["2026-06", "2026Q2", "2026H1", "2025"]),
    ],
)
def test_what_is_just_over_can_be_closed(today: date, codes: list[str]) -> None:
    assert [period.code for period in rules.just_over(today)] == codes
