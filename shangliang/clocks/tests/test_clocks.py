"""Deadlines by working days, told once however long nobody looked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from shangliang.access.actor import Actor, ActorKind, Grant
from shangliang.access.roles import Role
from shangliang.clocks import actions, queries, rules, tasks
from shangliang.clocks.models import Clock, Holder
from shangliang.clocks.rules import Light
from shangliang.clocks.tasks import tick
from shangliang.events.kinds import Kind, Subject
from shangliang.events.models import Event
from shangliang.kit import clock
from shangliang.kit.clock import ZONE
from shangliang.kit.workdays import Calendar
from shangliang.ledger.models import Content, Entry
from shangliang.rulebook import book

SUBJECT = Subject("topic", "2026-000001")
OTHER = Subject("topic", "2026-000002")
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
            assert queries.calendar().is_worked(date(2026, 11, 25))
        with clock.at(date(2026, 11, 24)):
            assert not queries.calendar().is_worked(date(2026, 11, 25))
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
    times = rules.times(begun, due, rules.Offsets(3, 33, 5, 15), PLAIN)
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
    assert tick(later) == 4
    assert told() == [Kind.CLOCK_REMINDED, Kind.CLOCK_CAME_DUE, Kind.CLOCK_REDDENED, Kind.CLOCK_GREW_LONG]
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
@pytest.mark.parametrize("paused_on", [30, 1])  # the last day, and the day after it
def test_a_clock_that_had_no_day_left_is_due_on_the_next_one(paused_on: int) -> None:
    """Whoever gets it back has at least one working day, not a deadline in the past."""
    begin()
    month = 11 if paused_on == 30 else 12
    actions.pause(RULE, SUBJECT, at=datetime(2026, month, paused_on, 9, tzinfo=ZONE))
    back = datetime(2026, 12, 7, 10, tzinfo=ZONE)
    actions.resume(RULE, SUBJECT, at=back)
    running = Clock.objects.get()
    assert running.due_at == end(date(2026, 12, 8))
    assert back <= running.remind_at < running.due_at < running.red_at == end(date(2026, 12, 15))


@pytest.mark.django_db
def test_pausing_twice_keeps_the_first_day_and_resuming_what_runs_changes_nothing() -> None:
    first = begin()
    actions.resume(RULE, SUBJECT, at=MONDAY + timedelta(days=3))
    assert Clock.objects.get().due_at == first.due_at
    actions.pause(RULE, SUBJECT, at=MONDAY + timedelta(days=1))
    actions.pause(RULE, SUBJECT, at=MONDAY + timedelta(days=3))
    assert Clock.objects.get().paused_at == MONDAY + timedelta(days=1)
    actions.pause("topics.ack_days", SUBJECT, at=MONDAY)
    actions.stop(RULE, SUBJECT, at=MONDAY)
    actions.resume(RULE, SUBJECT, at=MONDAY + timedelta(days=3))
    assert Clock.objects.get().paused_at == MONDAY + timedelta(days=1), "a stopped clock stays as it was"


@pytest.mark.django_db
def test_what_a_clock_holds_is_who_acts_where_and_until_when() -> None:
    made = actions.start(
        RULE,
        SUBJECT,
        holder=Holder(Role.DOER, unit_code="property-1"),
        at=MONDAY,
        area_path="32/3211/321102/",
    )
    row = Clock.objects.get(pk=made.pk)
    assert (row.rule, row.subject, row.role, row.unit_code) == (RULE, SUBJECT, "doer", "property-1")
    assert (row.area_path, row.room_no, row.stand_in) == ("", "", "")
    assert (row.started_at, row.due_at) == (MONDAY, end(date(2026, 11, 30)))
    assert (row.remind_at, row.red_at) == (end(date(2026, 11, 27)), end(date(2026, 12, 7)))
    assert (row.is_provisional, row.extended_count, row.stopped_at, row.paused_at) == (False, 0, None, None)


@pytest.mark.django_db
def test_nobody_in_particular_can_be_waited_for() -> None:
    made = actions.start(RULE, SUBJECT, holder=Holder(None), at=MONDAY)
    assert (made.role, made.area_path, made.room_no, made.unit_code) == ("", "", "", "")
    assert not any(
        Clock.objects.due_to(Actor(ActorKind.STAFF, grants=(grant,))).exists()
        for grant in (Grant(Role.CLERK), Grant(Role.CLERK, room_no="100001"), Grant(Role.DOER))
    )


@pytest.mark.django_db
def test_an_end_that_people_agreed_on_stands() -> None:
    until = datetime(2026, 12, 11, 18, tzinfo=ZONE)
    made = actions.start(RULE, SUBJECT, holder=HOLDER, at=MONDAY, due_at=until)
    assert made.due_at == until
    assert made.remind_at == until - timedelta(days=3)
    far = actions.start(RULE, OTHER, holder=HOLDER, at=MONDAY, due_at=datetime(2031, 3, 3, tzinfo=ZONE))
    assert (made.is_provisional, far.is_provisional) == (False, True)


@pytest.mark.django_db
def test_only_the_rule_and_the_thing_that_are_named_stop() -> None:
    begin()
    actions.start("topics.ack_days", SUBJECT, holder=HOLDER, at=MONDAY)
    actions.start(RULE, OTHER, holder=HOLDER, at=MONDAY)
    assert actions.stop(RULE, SUBJECT, at=MONDAY) is True
    assert actions.stop(RULE, SUBJECT, at=MONDAY) is False
    assert set(Clock.objects.running().values_list("rule", "subject_no")) == {
        ("topics.ack_days", SUBJECT.no),
        (RULE, OTHER.no),
    }
    actions.start("topics.decide_days", SUBJECT, holder=HOLDER, at=MONDAY)
    assert actions.stop_all(SUBJECT, at=MONDAY) == 2
    assert Clock.objects.running().get().subject == OTHER


@pytest.mark.django_db
def test_a_thing_made_just_now_has_no_clock_to_stop(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        actions.start(RULE, SUBJECT, holder=HOLDER, at=MONDAY, is_first=True)


@pytest.mark.django_db
def test_each_moment_is_told_in_its_turn_with_who_holds_it() -> None:
    made = begin()
    tellings = [(made.remind_at, Kind.CLOCK_REMINDED), (made.due_at, Kind.CLOCK_CAME_DUE)]
    tellings += [(made.red_at, Kind.CLOCK_REDDENED), (made.long_at, Kind.CLOCK_GREW_LONG)]
    for moment, kind in tellings:
        assert tick(moment - timedelta(seconds=1)) == 0
        assert tick(moment) == 1
        event = Event.objects.latest("pk")
        assert (event.kind, event.at) == (kind, moment)
        assert (event.subject_kind, event.subject_no) == SUBJECT
        assert event.payload == {
            "clock": made.pk,
            "rule": RULE,
            "role": "clerk",
            "area_path": "",
            "room_no": "100001",
            "unit_code": "",
        }
    made.refresh_from_db()
    assert (made.reminded_at, made.came_due_at, made.reddened_at, made.grew_long_at) == (
        made.remind_at,
        made.due_at,
        made.red_at,
        made.long_at,
    )


@pytest.mark.django_db
def test_however_many_came_due_all_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "BATCH", 2)
    for number in range(5):
        actions.start(RULE, Subject("topic", f"2026-{number:06}"), holder=HOLDER, at=MONDAY)
    assert tick(MONDAY + timedelta(days=30)) == 20


@pytest.mark.django_db
def test_more_time_starts_the_telling_anew() -> None:
    begin()
    tick(MONDAY + timedelta(days=8))
    actions.extend(
        RULE, SUBJECT, until=end(date(2026, 12, 31)), reason="等配件", at=MONDAY + timedelta(days=8)
    )
    clock = Clock.objects.get()
    assert (clock.extended_count, clock.extended_reason, clock.due_at) == (
        1,
        "等配件",
        end(date(2026, 12, 31)),
    )
    assert (clock.reminded_at, clock.came_due_at, clock.reddened_at) == (None, None, None)
    assert clock.remind_at > MONDAY + timedelta(days=8)
    assert tick(end(date(2027, 1, 1))) == 2
    assert told()[-2:] == [Kind.CLOCK_REMINDED, Kind.CLOCK_CAME_DUE]
    actions.extend(RULE, SUBJECT, until=end(date(2027, 1, 29)), reason="长" * 300, at=end(date(2027, 1, 1)))
    clock.refresh_from_db()
    assert (clock.extended_count, clock.extended_reason) == (2, "长" * 199 + "…")


@pytest.mark.django_db
def test_it_is_due_to_who_holds_the_role_there_and_to_nobody_else() -> None:
    begin()
    clerk = Actor(ActorKind.STAFF, grants=(Grant(Role.CLERK, room_no="100001"),))
    neighbour = Actor(ActorKind.STAFF, grants=(Grant(Role.CLERK, room_no="100002"),))
    convener = Actor(ActorKind.STAFF, grants=(Grant(Role.FIRST_CONVENER, room_no="100001"),))
    assert [queries.due_to(actor).count() for actor in (clerk, neighbour, convener)] == [1, 0, 0]


@pytest.mark.django_db
def test_an_area_is_exactly_that_area_and_a_unit_exactly_that_unit() -> None:
    actions.start(RULE, SUBJECT, holder=Holder(Role.TOWN_OFFICE, area_path="32/3211/321102/"), at=MONDAY)
    actions.start(RULE, OTHER, holder=Holder(Role.DOER, unit_code="u"), at=MONDAY)

    def due(role: Role, **place: str) -> list[str]:
        actor = Actor(ActorKind.STAFF, grants=(Grant(role, **place),))
        return list(queries.due_to(actor).values_list("subject_no", flat=True))

    assert due(Role.TOWN_OFFICE, area_path="32/3211/321102/") == [SUBJECT.no]
    assert due(Role.TOWN_OFFICE, area_path="32/3211/") == [], "the tier above has its own work"
    assert due(Role.DISTRICT_OFFICE, area_path="32/3211/321102/") == []
    assert due(Role.DOER, unit_code="u") == [OTHER.no]
    assert due(Role.DOER, unit_code="v") == []
    assert due(Role.DOER) == []
    both = (Grant(Role.DOER, unit_code="u"), Grant(Role.TOWN_OFFICE, area_path="32/3211/321102/"))
    assert queries.due_to(Actor(ActorKind.STAFF, grants=both)).count() == 2


@pytest.mark.django_db
def test_what_one_press_does_stands_once_on_the_desk_with_what_runs_out_first() -> None:
    begin()  # five working days
    actions.start("topics.ack_days", SUBJECT, holder=HOLDER, at=MONDAY)  # one
    other = actions.start(RULE, OTHER, holder=HOLDER, at=MONDAY - timedelta(days=7))
    same = actions.start("topics.research_days", OTHER, holder=HOLDER, at=MONDAY, due_at=other.due_at)
    clerk = Actor(ActorKind.STAFF, grants=(Grant(Role.CLERK, room_no="100001"),))
    alike = [{RULE, "topics.ack_days", "topics.research_days"}]

    def due() -> list[tuple[str, str]]:
        return [(row.subject_no, row.rule) for row in queries.due_to(clerk, alike=alike)]

    rows = due()
    assert rows == [(OTHER.no, RULE), (SUBJECT.no, "topics.ack_days")]
    assert same.due_at == other.due_at
    actions.pause(RULE, OTHER, at=MONDAY)
    assert (OTHER.no, "topics.research_days") in due()
    actions.stop_all(OTHER, at=MONDAY)
    assert [no for no, _rule in due()] == [SUBJECT.no]
    assert {row.rule for row in queries.due_to(clerk)} == {RULE, "topics.ack_days"}, "two presses, two lines"


@pytest.mark.django_db
def test_the_clocks_of_many_things_are_read_at_once(django_assert_num_queries: Any) -> None:
    first = begin()
    soon = actions.start("topics.ack_days", SUBJECT, holder=HOLDER, at=MONDAY)
    theirs = actions.start(RULE, OTHER, holder=HOLDER, at=MONDAY)
    begin(MONDAY)  # stops the first
    with django_assert_num_queries(1):
        found = queries.running_by_subject([SUBJECT, OTHER, Subject("outcome", SUBJECT.no)])
    assert [row.pk for row in found[SUBJECT]] == [
        soon.pk,
        Clock.objects.running().get(rule=RULE, subject_no=SUBJECT.no).pk,
    ]
    assert [row.pk for row in found[OTHER]] == [theirs.pk]
    assert first.pk not in {row.pk for rows in found.values() for row in rows}
    assert queries.reminded([SUBJECT, OTHER]) == set()
    tick(soon.remind_at)
    assert queries.reminded([SUBJECT, OTHER]) == {SUBJECT}


@pytest.mark.django_db
def test_the_light_of_a_running_clock_is_read_from_its_own_moments() -> None:
    made = begin()
    moments = (MONDAY, made.remind_at, made.due_at + timedelta(seconds=1), made.red_at + timedelta(seconds=1))
    assert [queries.light(made, now) for now in moments] == [Light.CALM, Light.SOON, Light.AMBER, Light.RED]
    actions.pause(RULE, SUBJECT, at=MONDAY)
    made.refresh_from_db()
    assert queries.light(made, made.red_at) == Light.PAUSED


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
    assert (running.unit_code, running.stand_in) == ("", "镇街政协工委")
    assert told() == [Kind.CLOCK_HANDED_ON]
    entry = Entry.objects.get()
    assert (entry.event, entry.office, entry.at) == ("clock.handed_on", "system", MONDAY)
    assert (entry.subject_kind, entry.subject_no) == SUBJECT
    assert Content.objects.get().body == f'{{"rule":"{RULE}"}}'
    with transaction.atomic():
        actions.hand_on(running.pk, holder=Holder(Role.DOER, unit_code="property-1"), stand_in="", at=MONDAY)
    running.refresh_from_db()
    assert (running.role, running.area_path, running.unit_code) == ("doer", "", "property-1")
    with transaction.atomic():
        actions.hand_on(running.pk, holder=Holder(None), stand_in="", at=MONDAY)
    running.refresh_from_db()
    assert running.role == ""


def test_the_light_follows_the_hour() -> None:
    moments = {
        "due_at": MONDAY + timedelta(days=5),
        "remind_at": MONDAY + timedelta(days=3),
        "red_at": MONDAY + timedelta(days=9),
    }
    lights = [rules.light(MONDAY + timedelta(days=day), paused_at=None, **moments) for day in (1, 4, 6, 10)]
    assert lights == [Light.CALM, Light.SOON, Light.AMBER, Light.RED]
    assert rules.light(MONDAY, paused_at=datetime.now(UTC), **moments) == Light.PAUSED


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("now", "left", "light", "word"),
    [
        ("2026-11-24 10:00", "还剩 4 个工作日", "", "按期"),
        ("2026-11-29 10:00", "还剩 1 个工作日", "soon", "快到期"),
        ("2026-11-30 10:00", "今天到期", "soon", "今天到期"),
        ("2026-12-01 10:00", "逾期 1 天", "late", "逾期 1 天"),
        ("2026-12-14 10:00", "逾期 14 天", "late", "逾期 14 天"),
    ],
)
def test_a_deadline_says_who_by_when_and_what_is_left(now: str, left: str, light: str, word: str) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=ZONE)
    made = actions.start(RULE, SUBJECT, holder=HOLDER, at=MONDAY)
    found = queries.deadline(made, moment)
    assert (str(found.who), found.by) == ("联络员", "11月30日前")
    assert (found.left, found.light, str(found.word)) == (left, light, word)
    shown = queries.deadline(made, moment, for_residents=True)
    assert shown.left == ("比原定的日子晚了，还在办" if light == "late" else left)  # never by how many days
    assert shown.light == ("soon" if light == "late" else light)  # nor in red


@pytest.mark.django_db
def test_residents_read_that_somebody_is_late_only_after_the_moment() -> None:
    due_at = datetime(2026, 11, 30, 12, tzinfo=ZONE)
    made = actions.start(RULE, SUBJECT, holder=HOLDER, at=MONDAY, due_at=due_at)
    moments = (due_at, due_at + timedelta(seconds=1))
    read = [str(queries.deadline(made, now, for_residents=True).left) for now in moments]
    assert read == ["今天到期", "比原定的日子晚了，还在办"]


@pytest.mark.django_db
def test_a_deadline_that_only_a_weekend_parts_from_us_is_not_today() -> None:
    due_at = datetime(2026, 11, 29, 12, tzinfo=ZONE)
    made = actions.start(RULE, SUBJECT, holder=HOLDER, at=MONDAY, due_at=due_at)
    friday = datetime(2026, 11, 27, 10, tzinfo=ZONE)
    assert queries.deadline(made, friday).left == "还剩 2 天"


@pytest.mark.django_db
def test_a_paused_clock_says_so_and_none_says_nothing() -> None:
    made = actions.start(RULE, SUBJECT, holder=HOLDER, at=MONDAY)
    actions.pause(RULE, SUBJECT, at=MONDAY)
    made.refresh_from_db()
    found = queries.deadline(made, made.red_at + timedelta(days=1))
    assert (str(found.left), found.light) == ("暂停计时", "")
    assert queries.deadline(None, MONDAY) == queries.Deadline()
