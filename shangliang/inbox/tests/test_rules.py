"""When a message may leave."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from shangliang.inbox.rules import is_digest_due, is_quiet, next_try
from shangliang.inbox.tests.factories import noon

NIGHT = {"quiet_from": time(21), "quiet_until": time(8)}


@pytest.mark.parametrize(
    ("hour", "minute", "quiet"),
    [
        (20, 59, False),
        (21, 0, True),
        (23, 59, True),
        (0, 0, True),
        (7, 59, True),
        (8, 0, False),
        (12, 0, False),
    ],
)
def test_the_night_is_quiet_from_nine_to_eight(hour: int, minute: int, quiet: bool) -> None:
    assert is_quiet(noon(hour=hour, minute=minute), **NIGHT) is quiet


def test_quiet_hours_may_lie_within_one_day() -> None:
    assert is_quiet(noon(hour=13), quiet_from=time(12), quiet_until=time(14))
    assert not is_quiet(noon(hour=14), quiet_from=time(12), quiet_until=time(14))


def test_equal_ends_mean_no_quiet_hours() -> None:
    assert not is_quiet(noon(), quiet_from=time(12), quiet_until=time(12))


@pytest.mark.parametrize(
    ("hour", "minute", "due"), [(8, 29, False), (8, 30, True), (20, 0, True), (22, 0, False), (3, 0, False)]
)
def test_the_digest_goes_from_half_past_eight_until_the_evening(hour: int, minute: int, due: bool) -> None:
    assert is_digest_due(noon(hour=hour, minute=minute), digest_at=time(8, 30), **NIGHT) is due


def test_each_failure_doubles_the_wait() -> None:
    waits = [next_try(noon(), tries=tries, first_wait_minutes=5) - noon() for tries in (1, 2, 3)]
    assert waits == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]
