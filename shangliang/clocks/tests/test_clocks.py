"""Deadlines by working days, told once however long nobody looked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from shangliang.access.actor import Actor, ActorKind, Grant
from shangliang.access.roles import Role
from shangliang.clocks import actions, queries, rules
from shangliang.clocks.actions import Holder
from shangliang.clocks.models import Clock
from shangliang.clocks.rules import Light
from shangliang.clocks.tasks import tick
from shangliang.events.kinds import Kind, Subject
from shangliang.events.models import Event
from shangliang.kit import clock
from shangliang.kit.clock import ZONE
from shangliang.kit.workdays import Calendar
from shangliang.rulebook import book

SUBJECT = Subject("topic", "2026-000001")
HOLDER = Holder(Role.CLERK, room_no="100001")
RULE = "topics.decide_days"  # five working days
MONDAY = datetime(2026, 11, 23, 10, tzinfo=ZONE)
PLAIN = Calendar()


def end(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("start", "days", "last"),
    [
        (date(2026, 11, 23), 2, date(2026, 11, 25)),
        (date(2026, 11, 27), 2, date(2026, 12, 1)),  # over a weekend
        (date(2026, 9, 30), 1, date(2026, 10, 8)),  # National Day
        (date(2026, 10, 8), 2, date(2026, 10, 10)),  # 10 October is a make-up Saturday
        (date(2026, 2, 13), 1, date(2026, 2, 14)),  # the make-up Saturday before the Spring Festival
        (date(2026, 2, 14), 1, date(2026, 2, 24)),  # the whole festival lies between
        (date(2026, 2, 24), 4, date(2026, 2, 28)),  # the make-up Saturday after it
    ],
)
def test_working_days_follow_the_announced_calendar(start: date, days: int, last: date) -> None:
    moment = datetime(start.year, start.month, start.day, 15, tzinfo=ZONE)
    due = PLAIN.days_after(moment, days)
    assert (due.at, due.provisional) == (end(last), False)


def test_an_unannounced_year_is_provisional() -> None:
    assert PLAIN.days_after(datetime(2031, 3, 3, tzinfo=ZONE), 1).provisional
    own = Calendar({date(2031, 10, 11): True})
    assert not own.days_after(datetime(2031, 3, 3, tzinfo=ZONE), 1).provisional


def test_the_rulebooks_own_days_win() -> None:
    closed = Calendar({date(2026, 11, 24): False})
    assert closed.days_after(MONDAY, 1).at == end(date(2026, 11, 25))


OWN_DAYS = """
[[override]]
id = "clocks.holidays_table"
area_path = ""
document = "市里另行公布"
values = [{ from = 2026-11-24, value = [{ day = 2026-11-25, worked = false }] }]
"""


def test_a_running_process_follows_days_announced_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "own.toml").write_text(OWN_DAYS)
    monkeypatch.setenv("SHANGLIANG_RULEBOOK", str(tmp_path))
    book.cache_clear()
    try:
        with clock.at(date(2026, 11, 23)):
            assert actions.calendar().is_worked(date(2026, 11, 25))
        with clock.at(date(2026, 11, 24)):
            assert not actions.calendar().is_worked(date(2026, 11, 25))
    finally:
        book.cache_clear()


@given(st.dates(date(2024, 1, 1), date(2026, 12, 1)), st.integers(0, 40))
def test_a_period_has_as_many_working_days_as_it_says(start: date, days: int) -> None:
    moment = datetime(start.year, start.month, start.day, 9, tzinfo=ZONE)
    due = PLAIN.days_after(moment, days).at.astimezone(ZONE).date()
    assert PLAIN.worked_between(start, due) == days
    assert days == 0 or PLAIN.is_worked(due)


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2026, 6, 1)),
    st.integers(1, 60),
    st.sampled_from(["days", "calendar_days", "months", "hours"]),
)
def test_the_reminder_comes_before_and_the_red_light_after(start: datetime, amount: int, unit: str) -> None:
    begun = start.replace(tzinfo=ZONE)
    due = rules.due(begun, amount, unit, PLAIN)
    times = rules.times(begun, due, rules.Offsets(3, 33, 5), PLAIN)
    assert begun <= times.remind_at <= times.due_at < times.red_at


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 10, 31), 1, date(2026, 11, 30)),
        (date(2026, 1, 15), 12, date(2027, 1, 15)),
    ],
)
def test_months_end_on_the_same_day_or_the_last(start: date, months: int, last: date) -> None:
    begun = datetime(start.year, start.month, start.day, 9, tzinfo=ZONE)
    assert rules.due(begun, months, "months", PLAIN).at == end(last)


def begin(at: datetime = MONDAY) -> Clock:
    with transaction.atomic():
        return actions.start(RULE, SUBJECT, holder=HOLDER, at=at)


def told() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


@pytest.mark.django_db
def test_a_week_of_down_time_is_told_once() -> None:
    begin()
    later = MONDAY + timedelta(days=30)
    assert tick(later) == 3
    assert told() == [Kind.CLOCK_REMINDED, Kind.CLOCK_CAME_DUE, Kind.CLOCK_REDDENED]
    assert tick(later + timedelta(days=1)) == 0


@pytest.mark.django_db
def test_a_stopped_clock_says_nothing() -> None:
    begin()
    actions.stop(RULE, SUBJECT, at=MONDAY)
    assert tick(MONDAY + timedelta(days=30)) == 0


@pytest.mark.django_db
def test_one_rule_runs_once_for_one_thing() -> None:
    first, second = begin(), begin()
    assert list(Clock.objects.running().of(SUBJECT)) == [second]
    first.refresh_from_db()
    assert first.stopped_at is not None


@pytest.mark.django_db
def test_a_paused_clock_keeps_the_days_that_were_left() -> None:
    begin()
    actions.pause(RULE, SUBJECT, at=MONDAY + timedelta(days=2))  # Wednesday: three of five days are left
    assert tick(MONDAY + timedelta(days=30)) == 0
    actions.resume(RULE, SUBJECT, at=datetime(2026, 12, 7, 10, tzinfo=ZONE))
    assert Clock.objects.get().due_at == end(date(2026, 12, 10))


@pytest.mark.django_db
def test_more_time_starts_the_telling_anew() -> None:
    begin()
    tick(MONDAY + timedelta(days=8))
    actions.extend(
        RULE, SUBJECT, until=end(date(2026, 12, 31)), reason="等配件", at=MONDAY + timedelta(days=8)
    )
    clock = Clock.objects.get()
    assert (clock.extended_count, clock.came_due_at) == (1, None)
    assert tick(end(date(2027, 1, 1))) == 2


@pytest.mark.django_db
def test_it_is_due_to_who_holds_the_role_there_and_to_nobody_else() -> None:
    begin()
    clerk = Actor(ActorKind.STAFF, grants=(Grant(Role.CLERK, room_no="100001"),))
    neighbour = Actor(ActorKind.STAFF, grants=(Grant(Role.CLERK, room_no="100002"),))
    convener = Actor(ActorKind.STAFF, grants=(Grant(Role.FIRST_CONVENER, room_no="100001"),))
    assert [queries.due_to(actor).count() for actor in (clerk, neighbour, convener)] == [1, 0, 0]


@pytest.mark.django_db
def test_a_clock_is_handed_on_with_a_row_in_the_ledger() -> None:
    running = begin()
    with transaction.atomic():
        actions.hand_on(
            running.pk,
            holder=Holder(Role.TOWN_OFFICE, area_path="32/3211/"),
            stand_in="镇街政协工委",
            at=MONDAY,
        )
    running.refresh_from_db()
    assert (running.role, running.room_no, running.area_path) == ("town_office", "", "32/3211/")
    assert told() == [Kind.CLOCK_HANDED_ON]


def test_the_light_follows_the_hour() -> None:
    moments = {
        "due_at": MONDAY + timedelta(days=5),
        "remind_at": MONDAY + timedelta(days=3),
        "red_at": MONDAY + timedelta(days=9),
    }
    lights = [rules.light(MONDAY + timedelta(days=day), paused_at=None, **moments) for day in (1, 4, 6, 10)]
    assert lights == [Light.CALM, Light.SOON, Light.AMBER, Light.RED]
    assert rules.light(MONDAY, paused_at=datetime.now(UTC), **moments) == Light.PAUSED
