"""Working days in China: weekends, public holidays and their make-up days.

The calendar of a year is announced the autumn before. Until then the `holidays` library knows the fixed feasts
but no make-up days; such a year is *provisional* and every deadline that touches it is marked so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from holidays import country_holidays

from shangliang.kit.clock import ZONE

CLOSE_OF_BUSINESS = time(23, 59, 59)  # a deadline in days means the whole last day


@dataclass(frozen=True)
class Due:
    """When something is due, and whether the calendar behind it is already announced."""

    at: datetime
    provisional: bool


@dataclass(frozen=True)
class _Year:
    off: frozenset[date]
    made_up: frozenset[date]
    announced: bool


@lru_cache(maxsize=64)
def _year(year: int) -> _Year:
    days = country_holidays("CN", years=year)
    made_up = frozenset(day for day in days.weekend_workdays if day.year == year)
    # China has had make-up days in every announced year since 2000, so none means: not announced yet.
    return _Year(frozenset(day for day in days if day.year == year), made_up, bool(made_up))


class Calendar:
    """Which days are worked; `overrides` (day -> worked?) come from the rulebook and win over the library."""

    def __init__(self, overrides: Mapping[date, bool] | None = None) -> None:
        self._overrides = dict(overrides or {})
        self._own_years = {day.year for day in self._overrides}

    def is_worked(self, day: date) -> bool:
        """Whether offices work on `day`."""
        if day in self._overrides:
            return self._overrides[day]
        year = _year(day.year)
        return day in year.made_up or (day.weekday() < 5 and day not in year.off)

    def is_provisional(self, day: date) -> bool:
        """Whether the calendar of that year is not announced yet."""
        return not _year(day.year).announced and day.year not in self._own_years

    def days_after(self, start: datetime, count: int) -> Due:
        """The end of the `count`-th working day after the day of `start` (a day already begun is not counted)."""
        day, left, provisional = start.astimezone(ZONE).date(), count, False
        provisional = self.is_provisional(day)
        while left > 0:
            day += timedelta(days=1)
            provisional = provisional or self.is_provisional(day)
            if self.is_worked(day):
                left -= 1
        return Due(datetime.combine(day, CLOSE_OF_BUSINESS, ZONE), provisional)

    def days_before(self, end: datetime, count: int) -> datetime:
        """The same hour `count` working days before `end`."""
        local, left = end.astimezone(ZONE), count
        day = local.date()
        while left > 0:
            day -= timedelta(days=1)
            if self.is_worked(day):
                left -= 1
        return datetime.combine(day, local.timetz())

    def worked_between(self, start: date, end: date) -> int:
        """How many working days lie in (start, end]."""
        span = (end - start).days
        return sum(self.is_worked(start + timedelta(days=step)) for step in range(1, span + 1))


def calendar_days_after(start: datetime, count: int) -> datetime:
    """The end of the `count`-th calendar day after the day of `start`."""
    return datetime.combine(start.astimezone(ZONE).date() + timedelta(days=count), CLOSE_OF_BUSINESS, ZONE)


def months_after(start: datetime, count: int) -> datetime:
    """The end of the same day `count` months on; the last of the month where that day does not exist."""
    day = start.astimezone(ZONE).date()
    year, month = divmod(day.month - 1 + count, 12)
    first_of_next = date(day.year + year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    last = first_of_next - timedelta(days=1)
    return datetime.combine(last.replace(day=min(day.day, last.day)), CLOSE_OF_BUSINESS, ZONE)
