"""Days and hours as people type them, within the bounds of the rulebook: a year 0025 is asked back, not kept."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from shangliang.kit import clock
from shangliang.kit.days import DAY, DayInput, HourInput, MomentInput, Near, Nearby, clock_time
from shangliang.rulebook import book

BACK, AHEAD = "access.event_back_months", "access.plan_ahead_months"
OFFICE_BACK = "access.office_back_months"  # offices are held longer than a matter takes
MOMENT = "%Y-%m-%dT%H:%M"


def _day_in(days: int, label: object) -> Near:
    return Near((clock.today() + timedelta(days=days)).strftime(DAY), label)


def days_ahead() -> list[Near]:
    """Days to come together on."""
    return [_day_in(1, _("明天")), _day_in(7, _("一周后")), _day_in(14, _("两周后"))]


def days_due() -> list[Near]:
    """Days by which something is to be done."""
    return [_day_in(7, _("一周后")), _day_in(30, _("30 天后")), _day_in(90, _("90 天后"))]


def days_behind() -> list[Near]:
    """Days on which something has happened."""
    return [_day_in(0, _("今天")), _day_in(-1, _("昨天"))]


def usual_hours() -> list[Near]:
    """Hours at which people come together."""
    return [Near(row["at"], row["at"]) for row in book().at(clock.today()).table("access.usual_hours_table")]


class Day(forms.DateField):
    """A day that a matter of today can be about; `near`: what stands below it to press."""

    def __init__(self, *, back: str = BACK, near: Nearby = days_ahead, **words: Any) -> None:
        self.back = back
        super().__init__(widget=DayInput(near), **words)

    def to_python(self, value: Any) -> date | None:
        found = super().to_python(value)
        if found is not None:
            _within(found, self.back)
        return found


class Hour(forms.TimeField):
    """An hour of the day, also as one says it."""

    def __init__(self, **words: Any) -> None:
        super().__init__(widget=HourInput(usual_hours), **words)

    def to_python(self, value: Any) -> time | None:
        return super().to_python(clock_time(value) if isinstance(value, str) else value)


class Moment(forms.DateTimeField):
    """Day and hour, in two boxes; as one, a "T" or a space between them."""

    def __init__(self, *, near: Nearby = days_ahead, **words: Any) -> None:
        super().__init__(
            widget=MomentInput(near, usual_hours),
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
