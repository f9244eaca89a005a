"""The moments of a clock, by cases: when it is due, when it reminds, when it is red, and what the light says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from shangliang.clocks import rules
from shangliang.clocks.rules import Light, Offsets, UnknownUnit
from shangliang.kit.clock import ZONE
from shangliang.kit.workdays import Calendar, Due

PLAIN = Calendar()
MONDAY = datetime(2026, 11, 23, 10, tzinfo=ZONE)
SECOND = timedelta(seconds=1)
OFFSETS = Offsets(remind_days=3, remind_share_percent=33, red_days=5, long_days=15)


def end(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 23, 59, 59, tzinfo=ZONE)


def moments(days: int, offsets: Offsets = OFFSETS) -> rules.Times:
    return rules.times(MONDAY, rules.due(MONDAY, days, "days", PLAIN), offsets, PLAIN)


@pytest.mark.parametrize(
    ("days", "due_at", "remind_at"),
    [
        # The reminder comes three working days ahead, but never more than a third of the period.
        (25, end(12, 28), end(12, 23)),
        (10, end(12, 7), end(12, 2)),  # a third of ten is three
        (9, end(12, 4), end(12, 2)),  # a third of nine is two, rounded down
        (5, end(11, 30), end(11, 27)),  # one working day, over a weekend
        (4, end(11, 27), end(11, 26)),
    ],
)
def test_the_reminder_is_the_smaller_of_days_and_share(
    days: int, due_at: datetime, remind_at: datetime
) -> None:
    found = moments(days)
    assert (found.due_at, found.remind_at) == (due_at, remind_at)


def test_a_short_period_reminds_when_a_third_is_left() -> None:
    found = moments(2)
    assert found.due_at == end(11, 25)
    assert found.remind_at == end(11, 25) - (end(11, 25) - MONDAY) / 3


def test_each_number_of_the_rulebook_counts() -> None:
    assert moments(10, Offsets(1, 33, 5, 15)).remind_at == end(12, 4)
    assert moments(10, Offsets(3, 20, 5, 15)).remind_at == end(12, 3)
    assert moments(10, Offsets(9, 50, 5, 15)).remind_at == end(11, 30)
    assert moments(10, Offsets(3, 33, 1, 15)).red_at == end(12, 8)
    assert moments(10).red_at == end(12, 14)  # five working days after the seventh


def test_it_never_reminds_before_it_began() -> None:
    begun = datetime(2026, 11, 27, 23, 30, tzinfo=ZONE)
    found = rules.times(begun, Due(end(11, 30), False), Offsets(3, 100, 5, 15), PLAIN)
    assert found.remind_at == begun + timedelta(minutes=29, seconds=59)  # one day before: the Friday's end
    late = datetime(2026, 11, 29, 9, tzinfo=ZONE)
    assert rules.times(late, Due(end(11, 30), False), Offsets(3, 100, 5, 15), PLAIN).remind_at == late


@pytest.mark.parametrize("is_provisional", [True, False])
def test_what_is_not_announced_yet_stays_marked(is_provisional: bool) -> None:
    assert (
        rules.times(MONDAY, Due(end(12, 7), is_provisional), OFFSETS, PLAIN).is_provisional is is_provisional
    )


@pytest.mark.parametrize(
    ("amount", "unit", "due_at"),
    [
        (5, "days", end(11, 30)),
        (5, "calendar_days", end(11, 28)),
        (30, "calendar_days", end(12, 23)),
        (1, "months", end(12, 23)),
        (48, "hours", MONDAY + timedelta(hours=48)),
        (90, "minutes", MONDAY + timedelta(minutes=90)),
    ],
)
def test_a_period_is_counted_in_its_unit(amount: int, unit: str, due_at: datetime) -> None:
    assert rules.due(MONDAY, amount, unit, PLAIN) == Due(due_at, False)


def test_a_unit_that_is_no_time_runs_no_clock() -> None:
    with pytest.raises(UnknownUnit, match="percent"):
        rules.due(MONDAY, 5, "percent", PLAIN)


@pytest.mark.parametrize("unit", ["calendar_days", "months"])
def test_an_end_in_a_year_that_is_not_announced_is_provisional(unit: str) -> None:
    start = datetime(2031, 3, 3, 9, tzinfo=ZONE)
    assert rules.due(start, 1, unit, PLAIN).provisional
    assert not rules.due(MONDAY, 1, unit, PLAIN).provisional


def test_which_year_it_ends_in_is_asked_in_china() -> None:
    """Late in the evening of 31 December in London it is the new year here."""
    start = datetime(2026, 12, 31, 15, tzinfo=UTC)
    announced = Calendar({date(2027, 10, 9): True})
    assert not rules.due(start, 2, "hours", announced).provisional
    assert rules.due(start, 2, "hours", PLAIN).provisional == PLAIN.is_provisional(date(2027, 1, 1))


@pytest.mark.parametrize(
    ("now", "light"),
    [
        (end(12, 2) - SECOND, Light.CALM),
        (end(12, 2), Light.SOON),  # the moment of the reminder
        (end(12, 7), Light.SOON),  # the very end of the last day is still in time
        (end(12, 7) + SECOND, Light.AMBER),
        (end(12, 14), Light.AMBER),
        (end(12, 14) + SECOND, Light.RED),
    ],
)
def test_the_light_changes_at_its_moments(now: datetime, light: Light) -> None:
    moment = {"due_at": end(12, 7), "remind_at": end(12, 2), "red_at": end(12, 14)}
    assert rules.light(now, paused_at=None, **moment) == light
    assert rules.light(now, paused_at=MONDAY, **moment) == Light.PAUSED
