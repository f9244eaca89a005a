"""When something is due, when to remind, when it is red. Pure: the calendar and the numbers are given."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shangliang.kit.clock import ZONE
from shangliang.kit.workdays import Calendar, Due, calendar_days_after, months_after


class UnknownUnit(ValueError):
    """A parameter with this unit cannot run a clock."""


class Light(StrEnum):
    """How a running clock looks."""

    CALM = "calm"
    SOON = "soon"
    AMBER = "amber"
    RED = "red"
    PAUSED = "paused"


@dataclass(frozen=True)
class Offsets:
    """The escalation of the rulebook: reminder before, red after, and long late, all in working days."""

    remind_days: int
    remind_share_percent: int
    red_days: int
    long_days: int


@dataclass(frozen=True)
class Times:
    """All moments of one clock."""

    due_at: datetime
    remind_at: datetime
    red_at: datetime
    long_at: datetime
    is_provisional: bool


def due(start: datetime, amount: int, unit: str, calendar: Calendar) -> Due:
    """The moment at which a period that begins at `start` ends; `unit` is the rulebook's word."""
    match unit:
        case "days":
            return calendar.days_after(start, amount)
        case "calendar_days":
            end = calendar_days_after(start, amount)
        case "months":
            end = months_after(start, amount)
        case "hours":
            end = start + timedelta(hours=amount)
        case "minutes":
            end = start + timedelta(minutes=amount)
        case _:
            raise UnknownUnit(unit)
    return Due(end, calendar.is_provisional(end.astimezone(ZONE).date()))


def times(start: datetime, end: Due, offsets: Offsets, calendar: Calendar) -> Times:
    """Reminder min(n working days, a share of the period) before; red, and long late, n working days after (design,
    section 5)."""
    worked = calendar.worked_between(start.astimezone(ZONE).date(), end.at.astimezone(ZONE).date())
    lead = min(offsets.remind_days, math.floor(worked * offsets.remind_share_percent / 100))
    remind = calendar.days_before(end.at, lead) if lead else end.at - (end.at - start) / 3
    red = calendar.days_after(end.at, offsets.red_days)
    long = calendar.days_after(end.at, offsets.long_days)
    return Times(end.at, max(remind, start), red.at, long.at, end.provisional)


def light(
    now: datetime, *, due_at: datetime, remind_at: datetime, red_at: datetime, paused_at: datetime | None
) -> Light:
    """How the clock looks now."""
    if paused_at is not None:
        return Light.PAUSED
    if now > red_at:
        return Light.RED
    if now > due_at:
        return Light.AMBER
    return Light.SOON if now >= remind_at else Light.CALM
