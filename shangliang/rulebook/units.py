"""Units of rules, and whether a value fits its unit."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Unit(StrEnum):
    """What a number counts. `days` are working days."""

    DAYS = "days"
    CALENDAR_DAYS = "calendar_days"
    HOURS = "hours"
    MONTHS = "months"
    MINUTES = "minutes"
    SECONDS = "seconds"
    COUNT = "count"
    PERCENT = "percent"
    CHARACTERS = "characters"
    POINTS = "points"
    MEGABYTES = "megabytes"
    LIST = "list"
    TABLE = "table"
    TEXT = "text"
    DATE_LIST = "date_list"
    CLOCK_TIME = "clock_time"
    YES_NO = "yes_no"


FRACTIONAL = frozenset({Unit.PERCENT, Unit.POINTS})
NUMERIC = frozenset(
    {
        Unit.DAYS,
        Unit.CALENDAR_DAYS,
        Unit.HOURS,
        Unit.MONTHS,
        Unit.MINUTES,
        Unit.SECONDS,
        Unit.COUNT,
        Unit.CHARACTERS,
        Unit.MEGABYTES,
    }
    | FRACTIONAL
)

MANY = frozenset({Unit.LIST, Unit.DATE_LIST, Unit.TABLE})

# How an id with this unit ends; a time of day is more readable as "from", "until", "at"; a switch says
# what it allows.
ENDINGS: Mapping[Unit, tuple[str, ...]] = {
    **{unit: (f"_{unit}",) for unit in Unit},
    Unit.CLOCK_TIME: ("_from", "_until", "_at", "_clock_time"),
    Unit.YES_NO: ("_allowed",),
}

# What stands after a number on the page: (Chinese, English).
NAMES: Mapping[Unit, tuple[str, str]] = {
    Unit.DAYS: ("个工作日", "working days"),
    Unit.CALENDAR_DAYS: ("天", "days"),
    Unit.HOURS: ("小时", "hours"),
    Unit.MONTHS: ("个月", "months"),
    Unit.MINUTES: ("分钟", "minutes"),
    Unit.SECONDS: ("秒", "seconds"),
    Unit.COUNT: ("", ""),
    Unit.PERCENT: ("%", "%"),
    Unit.CHARACTERS: ("个字", "characters"),
    Unit.POINTS: ("分", "points"),
    Unit.MEGABYTES: ("MB", "MB"),
    Unit.LIST: ("", ""),
    Unit.TABLE: ("", ""),
    Unit.TEXT: ("", ""),
    Unit.DATE_LIST: ("", ""),
    Unit.CLOCK_TIME: ("", ""),
    Unit.YES_NO: ("", ""),
}


class CellKind(StrEnum):
    """What stands in one column of a table."""

    TEXT = "text"
    COUNT = "count"
    NUMBER = "number"
    DATE = "date"
    YES_NO = "yes_no"
    LIST = "list"
    FRACTION = "fraction"  # "2/3", read with fractions.Fraction


_CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_FRACTION = re.compile(r"[1-9]\d*/[1-9]\d*")


def is_whole(value: object) -> bool:
    """A whole number that is not yes or no, which Python takes for numbers too."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def is_number(value: object) -> bool:
    """A number that is not yes or no, and is neither infinite nor undefined."""
    return is_whole(value) or (isinstance(value, float) and 0 <= value < float("inf"))


def is_words(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def is_day(value: object) -> bool:
    """A day; one with a time of day is none."""
    return isinstance(value, date) and not isinstance(value, datetime)


def _is_list_of(test: Callable[[object], bool]) -> Callable[[object], bool]:
    def fits(value: object) -> bool:
        return isinstance(value, (list, tuple)) and all(test(item) for item in value)

    return fits


def _is_rows(value: object) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(row, dict) for row in value)


def _matches(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


Test = tuple[Callable[[object], bool], str, str]  # test, wanted in Chinese, wanted in English

WHOLE: Test = (is_whole, "整数（不小于 0）", "a whole number of at least 0")
NUMBER: Test = (is_number, "数字（不小于 0）", "a number of at least 0")
WORDS: Test = (is_words, "加引号的文字，不能空着", "text in quotes, not empty")
WORD_LIST: Test = (_is_list_of(is_words), "一列文字", "a list of texts")
YES_OR_NO: Test = (lambda value: isinstance(value, bool), "true 或 false", "true or false")
DAY: Test = (is_day, "日期，如 2026-01-01", "a date such as 2026-01-01")

OF_UNIT: Mapping[Unit, Test] = {
    **{unit: (NUMBER if unit in FRACTIONAL else WHOLE) for unit in NUMERIC},
    Unit.LIST: WORD_LIST,
    Unit.TABLE: (_is_rows, "若干行，每行写成 {列 = 值}", "rows, each written {column = value}"),
    Unit.TEXT: WORDS,
    Unit.DATE_LIST: (_is_list_of(is_day), "一列日期", "a list of dates"),
    Unit.CLOCK_TIME: (_matches(_CLOCK_TIME), '几点几分，如 "08:30"', 'a time of day such as "08:30"'),
    Unit.YES_NO: YES_OR_NO,
}

OF_CELL: Mapping[CellKind, Test] = {
    CellKind.TEXT: WORDS,
    CellKind.COUNT: WHOLE,
    CellKind.NUMBER: NUMBER,
    CellKind.DATE: DAY,
    CellKind.YES_NO: YES_OR_NO,
    CellKind.LIST: WORD_LIST,
    CellKind.FRACTION: (_matches(_FRACTION), '分数，如 "2/3"', 'a fraction such as "2/3"'),
}


def frozen(value: Any) -> Any:
    """The value as something that nobody can change by accident."""
    if isinstance(value, list):
        return tuple(frozen(item) for item in value)
    if isinstance(value, dict):
        return {key: frozen(item) for key, item in value.items()}
    return value
