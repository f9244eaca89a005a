"""A date is asked back when no matter of today can be about it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from django import forms

from shangliang.access.forms import OFFICE_BACK, Day, Hour, Moment
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


class Asked(forms.Form):
    """A day and a moment as a page asks for them."""

    on = Day(label="on")
    at = Moment(label="at")


def boxes(form: forms.Form) -> dict[str, str]:
    """What stands in the boxes of a page."""
    found = {}
    for box in re.findall(r"<input[^>]*>", str(form["on"]) + str(form["at"])):
        value = re.search(r'value="([^"]*)"', box)
        found[re.findall(r'name="([^"]*)"', box)[0]] = value[1] if value else ""
    return found


def test_what_stands_in_the_boxes_makes_a_day_and_a_moment() -> None:
    typed = {"on": "2026", "on_month": "3", "on_day": "9"}
    typed |= {"at": "2026", "at_month": "12", "at_day": "04", "at_hour": "19：30"}
    with clock.at(NOW):
        form = Asked(typed)
        assert form.is_valid(), form.errors
    assert form.cleaned_data["on"] == date(2026, 3, 9)
    assert form.cleaned_data["at"].strftime("%m-%d %H:%M") == "12-04 19:30"


@pytest.mark.parametrize(
    ("parts", "kept"),
    [
        (("2026", "2", "30"), ("2026", "2", "30")),
        (("2026", "2", ""), ("2026", "2", "")),
        (("", "2", "3"), ("", "2", "3")),
        (("明年", "2", "3"), ("明年", "2", "3")),
    ],
)
def test_what_is_no_day_is_asked_back_and_stays_as_it_was_typed(
    parts: tuple[str, ...], kept: tuple[str, ...]
) -> None:
    typed = dict(zip(("on", "on_month", "on_day"), parts, strict=True))
    with clock.at(NOW):
        form = Asked(typed | {"at": "2026-11-24 19:30"})
        assert list(form.errors) == ["on"]
        shown = boxes(form)
    assert tuple(shown[name] for name in ("on", "on_month", "on_day")) == kept
    assert (shown["at"], shown["at_month"], shown["at_day"], shown["at_hour"]) == (
        "2026",
        "11",
        "24",
        "19:30",
    )


def test_a_moment_without_its_hour_is_asked_back_and_keeps_the_day() -> None:
    with clock.at(NOW):
        form = Asked({"on": "2026-11-24", "at": "2026", "at_month": "11", "at_day": "24", "at_hour": ""})
        assert form.errors == {"at": ["请写日期和时间，比如 2026-11-23 19:30。"]}
        assert boxes(form)["at_day"] == "24"


@pytest.mark.parametrize(
    ("typed", "hour"),
    [("19:30", 1930), ("19：30", 1930), ("1930", 1930), ("9", 900), ("19点", 1900), ("9点05分", 905)],
)
def test_an_hour_is_taken_as_people_write_it(typed: str, hour: int) -> None:
    found = Hour().clean(typed)
    assert found is not None
    assert found.hour * 100 + found.minute == hour


def test_no_hour_of_a_day_is_asked_back() -> None:
    for typed in ("25:00", "19:75", "晚上"):
        with pytest.raises(forms.ValidationError, match="请写一个时间"):
            Hour().clean(typed)


def test_what_is_near_is_counted_from_the_day_on_which_the_page_is_drawn() -> None:
    with clock.at(NOW):
        page = str(Asked()["on"])
    assert 'value="2026-11-24"' in page
    assert 'value="2026-11-30"' in page
    with clock.at(NOW.replace(day=25)):
        assert 'value="2026-11-26"' in str(Asked()["on"])
