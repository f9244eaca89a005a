"""A date is asked back when no matter of today can be about it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django import forms

from shangliang.access.forms import OFFICE_BACK, Day, Moment
from shangliang.kit import clock

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed", ["0001-01-01", "0025-11-20", "0226-11-20", "2016-10-31", "2036-11-02", "9999-12-31"]
)
def test_a_year_that_was_mistyped_is_asked_back_with_the_bounds(typed: str) -> None:
    for field, text in ((Day(), typed), (Moment(), f"{typed}T00:00"), (Moment(), f"{typed} 23:59")):
        with clock.at(NOW), pytest.raises(forms.ValidationError) as wrong:
            field.clean(text)
        assert wrong.value.messages == [
            "日期要在 2016年11月1日 到 2036年11月1日 之间，请看看年份写得对不对。"
        ]


def test_what_lies_between_is_taken_and_an_office_may_be_old() -> None:
    with clock.at(NOW):
        assert Day().clean("2016-11-01") == date(2016, 11, 1)
        assert Day().clean("2036-11-01") == date(2036, 11, 1)
        assert Day(back=OFFICE_BACK).clean("1988-03-01") == date(1988, 3, 1)
        kept = Moment().clean("2026-11-20T19:30")
    assert kept is not None
    assert (kept.day, kept.hour, kept.minute) == (20, 19, 30)
    assert Day(required=False).clean("") is None


def test_what_is_no_date_is_still_said_so() -> None:
    for field in (Day(), Moment()):
        with pytest.raises(forms.ValidationError, match="请写"):
            field.clean("下周三")
