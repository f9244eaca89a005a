"""Periods and the arithmetic of figures. Pure.

A period is whole days, both ends included, by the calendar in China. What cannot be known is None, which pages show
as a dash; it is never 0, and 0 is never a dash.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shangliang.kit.clock import ZONE

Value = int | float | None

CODE = re.compile(r"(\d{4})(?:H([12])|Q([1-4])|-(0[1-9]|1[0-2]))?", re.ASCII)
DAYS = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)", re.ASCII)
FIRST_YEAR, LAST_YEAR = 1949, 9998  # what a calendar of ours can hold
DAYS_OF_A_YEAR = 365


@dataclass(frozen=True, order=True)
class Period:
    """`first` to `last`; `code` names it in addresses and where it is frozen: 2026, 2026H1, 2026Q3, 2026-07."""

    first: date
    last: date
    code: str

    @property
    def begins(self) -> datetime:
        """The first moment of it."""
        return datetime(self.first.year, self.first.month, self.first.day, tzinfo=ZONE)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        after = self.last + timedelta(days=1)
        return datetime(after.year, after.month, after.day, tzinfo=ZONE)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def _whole_months(year: int, first: int, count: int, code: str) -> Period:
    after = date(year + (first + count > 12), (first + count - 1) % 12 + 1, 1)
    return Period(date(year, first, 1), after - timedelta(days=1), code)


def year(number: int) -> Period:
    return _whole_months(number, 1, 12, f"{number:04d}")


def half(number: int, which: int) -> Period:
    return _whole_months(number, 6 * which - 5, 6, f"{number:04d}H{which}")


def quarter(number: int, which: int) -> Period:
    return _whole_months(number, 3 * which - 2, 3, f"{number:04d}Q{which}")


def month(number: int, which: int) -> Period:
    return _whole_months(number, which, 1, f"{number:04d}-{which:02d}")


def between(first: date, last: date) -> Period:
    """Any days, as a campaign has them: 2026-07-01..2026-09-30."""
    return Period(first, last, f"{first.isoformat()}..{last.isoformat()}")


def twelve_months(last: date) -> Period:
    """The year up to a day, so that January does not show an empty network."""
    return between(last - timedelta(days=DAYS_OF_A_YEAR - 1), last)


def read(code: str) -> Period | None:
    """The period of that code, or None when it is not one."""
    if found := CODE.fullmatch(code):
        return _calendar_period(int(found[1]), found[2], found[3], found[4])
    if found := DAYS.fullmatch(code):
        try:
            first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2])
        except ValueError:
            return None
        return (
            between(first, last)
            if FIRST_YEAR <= first.year <= last.year <= LAST_YEAR and first <= last
            else None
        )
    return None


def _calendar_period(number: int, halves: str, quarters: str, of_month: str) -> Period | None:
    if not FIRST_YEAR <= number <= LAST_YEAR:
        return None
    if halves:
        return half(number, int(halves))
    if quarters:
        return quarter(number, int(quarters))
    return month(number, int(of_month)) if of_month else year(number)


def months(period: Period) -> list[Period]:
    """The months that a period touches, each whole."""
    found, here = [], period.first.replace(day=1)
    while here <= period.last:
        found.append(month(here.year, here.month))
        here = found[-1].last + timedelta(days=1)
    return found


def around(periods: Iterable[Period]) -> Period:
    """The shortest span of days that holds all of them."""
    known = list(periods)
    return between(min(each.first for each in known), max(each.last for each in known))


def share_no_day(periods: Iterable[Period]) -> bool:
    """Whether every day lies in one of them at most."""
    known = sorted(periods)
    return all(after.first > before.last for before, after in zip(known, known[1:], strict=False))


def is_open_to_all(period: Period, today: date) -> bool:
    """Whether everybody may ask for it: a calendar year, or the twelve months up to today.

    Not any days: from two spans that differ by one day, what happened on that day could be told.
    """
    return period in (year(period.first.year), twelve_months(today))


def percent(part: Value, whole: Value) -> Value:
    """A share in percent with one decimal; of nothing there is none."""
    return round(100 * part / whole, 1) if whole and part is not None else None


def prefixes(path: str) -> list[str]:
    """Every area on the way down to `path`, itself included: "32/", "32/3211/"."""
    codes = [code for code in path.split("/") if code]
    return ["".join(f"{code}/" for code in codes[: end + 1]) for end in range(len(codes))]


def just_over(today: date) -> list[Period]:
    """The last month, quarter, half and year that are over: what an office may close next."""
    last_month = today.replace(day=1) - timedelta(days=1)
    number, which = last_month.year, last_month.month
    quarters = [quarter(year_of, part) for year_of in (today.year - 1, today.year) for part in (1, 2, 3, 4)]
    halves = [half(year_of, part) for year_of in (today.year - 1, today.year) for part in (1, 2)]
    return [
        month(number, which),
        [each for each in quarters if each.last < today][-1],
        [each for each in halves if each.last < today][-1],
        year(today.year - 1),
    ]
