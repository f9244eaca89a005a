"""Figures as pages show them: digits or a dash, unit, label, the period in words, the address that opens a cell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from shangliang.figures.declaration import AREA, AnyFigure, Where
from shangliang.figures.rules import Period, Value, half, month, quarter, read, twelve_months, year

NOT_KNOWN = "—"


@dataclass(frozen=True)
class Shown:
    """One figure, for `kit/figure.html`."""

    value: str
    unit: Promise | str
    label: Promise | str
    url: str  # the rows behind it; empty where there is nobody to read them


def digits(value: Value) -> str:
    """The number alone; what is not known is a dash, never 0."""
    return NOT_KNOWN if value is None else str(value)


def shown(figure: AnyFigure, value: Value, url: str = "") -> Shown:
    """A value with its words."""
    return Shown(digits(value), figure.unit, figure.label, url)


def address(figure: AnyFigure, where: Where | None = None, period: Period | None = None) -> str:
    """The page that opens a cell; without a period the twelve months up to the day on which it is read."""
    asked = {cut.name: _code(wanted) if cut is AREA else wanted for cut, wanted in (where or {}).items()}
    if period is not None:
        asked["period"] = period.code
    page = reverse("figure", args=[figure.name])
    return f"{page}?{urlencode(asked)}" if asked else page


def _code(path: str) -> str:
    """The code of the area at the end of a path; an address names it, never the whole path."""
    return path.rstrip("/").rpartition("/")[2]


def in_words(period: Period, today: date) -> str:
    """近十二个月, 2026 年, 2026 年上半年, 2026 年第三季度, 2026 年 7 月, or from day to day."""
    if period == twelve_months(today):
        return _("近十二个月")
    number = period.first.year
    if period == year(number):
        return _("%(year)s 年") % {"year": number}
    for which, words in enumerate((_("%(year)s 年上半年"), _("%(year)s 年下半年")), start=1):
        if period == half(number, which):
            return words % {"year": number}
    for which in range(1, 5):
        if period == quarter(number, which):
            return _("%(year)s 年第 %(number)s 季度") % {"year": number, "number": which}
    if period == month(number, period.first.month):
        return _("%(year)s 年 %(month)s 月") % {"year": number, "month": period.first.month}
    return _("%(first)s 至 %(last)s") % {"first": period.first, "last": period.last}


def period_asked(code: str, today: date) -> Period | None:
    """The period of an address; without one the twelve months up to today. None when there is no such period."""
    return read(code) if code else twelve_months(today)
