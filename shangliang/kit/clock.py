"""The only reader of the clock; everything else is given `now`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")

_pinned: ContextVar[datetime | None] = ContextVar("pinned", default=None)


def now() -> datetime:
    """The moment, aware, in UTC; the pinned one inside `at()`."""
    return _pinned.get() or unpinned()


def unpinned() -> datetime:
    """The machine's moment, aware, in UTC, also inside `at()`: for what Django judges by its own clock, as a session."""
    return datetime.now(UTC)


def today() -> date:
    """The calendar day in China, which is the one every deadline speaks of."""
    return local_day(now())


def to_the_minute(moment: datetime) -> datetime:
    """As people write down an hour."""
    return moment.replace(second=0, microsecond=0)


def local_day(moment: datetime) -> date:
    """The calendar day in China on which `moment` falls."""
    return moment.astimezone(ZONE).date()


@contextmanager
def at(moment: datetime | date) -> Iterator[datetime]:
    """Pin the clock, for tests and for the demo city; a bare date means nine in the morning in China."""
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, 9, tzinfo=ZONE)
    token = _pinned.set(moment)
    try:
        yield moment
    finally:
        _pinned.reset(token)


def later(moment: datetime, **delta: float) -> datetime:
    """`moment` moved by the words of `timedelta`; reads well in tests."""
    return moment + timedelta(**delta)
