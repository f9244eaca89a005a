"""Days and hours as people type them, within the bounds of the rulebook: a year 0025 is asked back, not kept."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from shangliang.kit import clock
from shangliang.rulebook import book

BACK, AHEAD = "access.event_back_months", "access.plan_ahead_months"
OFFICE_BACK = "access.office_back_months"  # offices are held longer than a matter takes
MOMENT = "%Y-%m-%dT%H:%M"


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class Day(forms.DateField):
    """A day that a matter of today can be about."""

    def __init__(self, *, back: str = BACK, **words: Any) -> None:
        self.back = back
        super().__init__(widget=DayInput(), **words)

    def to_python(self, value: Any) -> date | None:
        found = super().to_python(value)
        if found is not None:
            _within(found, self.back)
        return found


class Moment(forms.DateTimeField):
    """Day and hour as the browser's own picker writes them; typed by hand, a space does as well."""

    def __init__(self, **words: Any) -> None:
        super().__init__(
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
            input_formats=[MOMENT, "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
            **words,
        )

    def to_python(self, value: Any) -> datetime | None:
        found = super().to_python(value)
        if found is not None:
            _within(found.date(), BACK)  # its own day: the year 1 has no other in a zone further west
        return found


def _within(day: date, back: str) -> None:
    today = clock.today()
    rules = book().at(today)
    first, last = _months_from(today, -rules.integer(back)), _months_from(today, rules.integer(AHEAD))
    if not first <= day <= last:
        raise forms.ValidationError(
            _("日期要在 %(first)s 到 %(last)s 之间，请看看年份写得对不对。"),
            code="out_of_bounds",
            params={"first": date_format(first, "DATE_FORMAT"), "last": date_format(last, "DATE_FORMAT")},
        )


def _months_from(day: date, months: int) -> date:
    """The first of the month that lies so far away: a bound, not a deadline."""
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)
