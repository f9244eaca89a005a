"""How a day and an hour are asked for: year, month and day in boxes of their own, and what is near to press.

The browser's own boxes speak the browser's language and let nobody see what was typed wrong. These are typed into with
or without scripts; the script adds what is near, the browser's calendar and the chosen day with its weekday.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _

DAY, HOUR = "%Y-%m-%d", "%H:%M"
_CLOCK = re.compile(r"(\d{1,2})(?:[:：点時时](\d{1,2})?分?)?|(\d{1,2})(\d{2})")  # not shown: what people type


class Near(NamedTuple):
    """Something close at hand: what the boxes take, and what people call it."""

    value: str
    label: object


Nearby = Callable[[], Sequence[Near]]  # asked when the page is drawn: tomorrow is another day then


class Part(forms.TextInput):
    """One box of several; its label stands above it."""

    def __init__(self, label: object, size: str) -> None:
        self.label, self.size = label, size
        super().__init__(attrs={"inputmode": "numeric"})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"] |= {"label": self.label, "size": self.size}
        return context


class HourInput(forms.TextInput):
    """An hour, as one says it."""

    template_name = "kit/hour.html"

    def __init__(self, near: Nearby) -> None:
        self.near = near
        super().__init__(attrs={"inputmode": "numeric"})

    def format_value(self, value: Any) -> str | None:
        return value.strftime(HOUR) if isinstance(value, time) else super().format_value(value)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["near"] = self.near()
        return context


class _Parts(forms.MultiWidget):
    """Several boxes, the first under the field's own name and id: what leads to the field leads there."""

    supports_microseconds = False
    endings: tuple[str, ...]  # of the boxes' names and ids

    def id_for_label(self, id_: str) -> str:
        return id_

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        if own := context["widget"]["attrs"].get("id"):
            for part, ending in zip(context["widget"]["subwidgets"], self.endings, strict=True):
                part["attrs"]["id"] = own + ending
        return context


class DayInput(_Parts):
    """Year, month and day. A whole day under the field's own name does as well."""

    template_name = "kit/day.html"
    endings = ("", "_month", "_day")

    def __init__(self, near: Nearby) -> None:
        self.near = near
        super().__init__(
            {"": Part(_("年"), "year"), "month": Part(_("月"), "two"), "day": Part(_("日"), "two")}
        )

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["near"] = self.near()
        return context

    def decompress(self, value: Any) -> list[Any]:
        """What stands in the boxes, also where it came back as it was typed."""
        if isinstance(value, date):
            return [value.year, value.month, value.day]
        parts = str(value or "").rsplit("-", 2)
        return parts if len(parts) == 3 else [value or "", "", ""]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        year, month, day = (str(data.get(name + end) or "").strip() for end in self.endings)
        return f"{year}-{month}-{day}" if (month or day) and "-" not in year else year


class MomentInput(_Parts):
    """A day and an hour. A whole moment under the field's own name does as well."""

    template_name = "kit/moment.html"
    endings = ("", "_hour")

    def __init__(self, days: Nearby, hours: Nearby) -> None:
        super().__init__({"": DayInput(days), "hour": HourInput(hours)})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        day = context["widget"]["subwidgets"][0]
        if own := day["attrs"].get("id"):
            for part, ending in zip(day["subwidgets"], DayInput.endings, strict=True):
                part["attrs"]["id"] = own + ending
        return context

    def decompress(self, value: Any) -> list[Any]:
        if isinstance(value, datetime):
            return [value.date(), value.time()]
        day, _sign, hour = str(value or "").replace(" ", "T", 1).partition("T")
        return [day, hour]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        day, hour = super().value_from_datadict(data, files, name)
        is_whole = "T" in day or " " in day
        hour = clock_time(hour or "")
        return day if is_whole or not (day or hour) else f"{day}T{hour}"  # a day alone would be its midnight


def clock_time(typed: str) -> str:
    """ "19：30", "1930", "19点" and "9" as hours are written; anything else as it is."""
    found = _CLOCK.fullmatch(typed.strip())
    if found is None:
        return typed.strip()
    return f"{int(found[1] or found[3]):02}:{int(found[2] or found[4] or 0):02}"
