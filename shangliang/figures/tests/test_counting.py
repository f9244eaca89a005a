"""Counting: one statement for many cells, days by the calendar in China, nothing is not the same as not known."""

from __future__ import annotations

from datetime import date

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from shangliang.access.actor import ANONYMOUS
from shangliang.access.roles import Role
from shangliang.figures import queries, rules
from shangliang.figures.declaration import AREA, ROOM
from shangliang.figures.permissions import may_list, may_read
from shangliang.figures.tests.factories import (
    CITY,
    COUNTY,
    FIGURES,
    KEPT,
    KIND,
    LETTERS,
    NEXT_TOWN,
    OPEN,
    ROOMS,
    SHARE,
    TODAY,
    TOWN,
    WRITTEN,
    document,
    office,
)

pytestmark = pytest.mark.django_db
MARCH, YEAR = rules.month(2026, 3), rules.year(2026)


def test_a_period_holds_both_of_its_days_and_no_other() -> None:
    for at in ("2026-02-28 23:59", "2026-03-01 00:00", "2026-03-31 23:59", "2026-04-01 00:00"):
        document(at)
    assert queries.value(WRITTEN, MARCH, today=TODAY) == 2
    assert queries.value(KEPT, MARCH, today=TODAY) == 3


def test_nothing_is_0_and_what_lies_ahead_is_not_known() -> None:
    assert queries.value(WRITTEN, MARCH, today=TODAY) == 0
    assert queries.value(WRITTEN, rules.month(2026, 12), today=TODAY) is None
    assert queries.value(SHARE, MARCH, today=TODAY) is None


def test_what_was_over_before_anything_was_written_down_is_not_known() -> None:
    assert queries.known_since(SHARE) is None
    document("2026-03-10 00:30")
    since = queries.known_since(WRITTEN)
    assert since == queries.known_since(SHARE) == date(2026, 3, 10)
    assert queries.value(WRITTEN, rules.month(2026, 2), today=TODAY, since=since) is None
    assert queries.value(WRITTEN, MARCH, today=TODAY, since=since) == 1
    assert queries.value(WRITTEN, rules.month(2026, 4), today=TODAY, since=since) == 0


def test_nothing_under_embargo_counts() -> None:
    document(is_embargoed=True)
    assert queries.value(WRITTEN, YEAR, today=TODAY) == 0


def test_what_a_figure_counts_is_told_by_its_parts() -> None:
    document(title="灯", is_public=True)
    document(title="楼道灯", room_no="100002")
    document(title="停车", room_no="100002", is_public=True)
    counted = queries.count([OPEN, LETTERS, ROOMS, SHARE], [YEAR], today=TODAY)
    assert [counted.at(each, YEAR) for each in (OPEN, LETTERS, ROOMS)] == [2, 6, 2]
    assert counted.at(SHARE, YEAR) == 66.7


def test_many_cells_of_one_source_are_one_statement(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for path in (TOWN, NEXT_TOWN, f"{TOWN}321102001003/"):
        for kind in ("topic", "room"):
            document("2026-03-10 09:00", path=path, kind=kind)
            document("2026-05-10 09:00", path=path, kind=kind)
    with django_assert_num_queries(1):
        counted = queries.count(
            [WRITTEN, OPEN, SHARE],
            rules.months(YEAR),
            today=TODAY,
            where={AREA: COUNTY},
            by=[AREA, KIND],
            areas=[TOWN, NEXT_TOWN],
        )
    assert counted.at(WRITTEN, MARCH, TOWN, "topic") == 2
    assert counted.at(WRITTEN, MARCH, NEXT_TOWN, "topic") == 1
    assert counted.at(WRITTEN, rules.month(2026, 4), TOWN, "topic") == 0
    assert counted.at(SHARE, MARCH, TOWN, "topic") == 0.0
    assert counted.at(SHARE, rules.month(2026, 4), TOWN, "topic") is None
    assert counted.keys(WRITTEN, MARCH) == [
        (path, kind) for path in (TOWN, NEXT_TOWN) for kind in ("room", "topic")
    ]


def test_the_areas_of_a_tier_may_have_codes_of_different_lengths() -> None:
    zone = f"{COUNTY}3211029/"
    for path in (TOWN, f"{TOWN}321102001003/", zone, f"{zone}3211029001/"):
        document(path=path)
    counted = queries.count([WRITTEN], [YEAR], today=TODAY, by=[AREA], areas=[TOWN, zone, NEXT_TOWN])
    assert [counted.at(WRITTEN, YEAR, path) for path in (TOWN, zone, NEXT_TOWN)] == [2, 2, 0]


def test_a_split_that_a_figure_does_not_have_is_not_known() -> None:
    document()
    counted = queries.count([WRITTEN, KEPT], [YEAR], today=TODAY, by=[KIND])
    assert counted.at(WRITTEN, YEAR, "topic") == 1
    assert counted.at(KEPT, YEAR, "topic") is None


def test_what_nobody_has_sorted_in_can_be_asked_for() -> None:
    document(room_no="")
    document()
    counted = queries.count([WRITTEN], [YEAR], today=TODAY, by=[ROOM])
    assert counted.at(WRITTEN, YEAR, "") == queries.value(WRITTEN, YEAR, today=TODAY, where={ROOM: ""}) == 1


def test_a_cell_opens_what_the_actor_may_see_and_says_how_much_not() -> None:
    seen, _unseen = document("2026-03-12 09:00", is_public=True), document("2026-03-11 09:00")
    for actor, titles in ((ANONYMOUS, [seen.pk]), (office(), [seen.pk, _unseen.pk])):
        found = queries.opened(WRITTEN, MARCH, actor=actor, today=TODAY, where={AREA: CITY})
        assert found.value == found.shown + found.hidden == 2
        assert [row.pk for row in found.rows] == titles
        assert found.shown == len(titles)


def test_a_cell_opens_the_rows_of_its_figure_only() -> None:
    document(is_public=True)
    document()
    found = queries.opened(OPEN, MARCH, actor=office(), today=TODAY)
    assert (found.value, found.shown, found.hidden) == (1, 1, 0)


def test_everybody_reads_public_figures_of_a_year_of_a_place() -> None:
    def may(figure: object, period: rules.Period, *cuts: object) -> bool:
        return may_read(ANONYMOUS, figure, period, dict.fromkeys(cuts, "x"), today=TODAY)  # type: ignore[arg-type]

    assert may(WRITTEN, YEAR)
    assert may(WRITTEN, rules.twelve_months(TODAY), AREA, ROOM)
    assert not may(WRITTEN, MARCH)
    assert not may(WRITTEN, rules.twelve_months(date(2026, 11, 22)))
    assert not may(WRITTEN, YEAR, AREA, KIND)
    assert not may(OPEN, YEAR)


def test_an_office_reads_what_lies_in_its_area_and_nothing_else() -> None:
    def may(role: Role, where: str) -> bool:
        return may_read(office(role), OPEN, MARCH, {AREA: where, KIND: "topic"}, today=TODAY)

    assert may(Role.DISTRICT_OFFICE, TOWN)
    assert may(Role.LEADER, COUNTY)
    assert not may(Role.DISTRICT_OFFICE, CITY)
    assert not may(Role.DISTRICT_OFFICE, "32/3211/321181/")
    assert not may(Role.CLERK, TOWN)
    assert not may_read(office(), OPEN, MARCH, {}, today=TODAY)
    assert may_list(office(), OPEN)
    assert not may_list(office(Role.CLERK), OPEN)
    assert not may_list(ANONYMOUS, OPEN)


PERIODS = [
    rules.month(2026, 3),
    rules.month(2026, 5),
    rules.quarter(2026, 1),
    rules.year(2026),
    rules.year(2025),
]


def test_periods_counted_together_are_worth_what_each_is_alone() -> None:
    """Whether they share days (a month and its quarter) or not, or leave days out between them."""
    for at in (
        "2025-12-31 23:59",
        "2026-01-01 00:00",
        "2026-03-31 12:00",
        "2026-04-15 12:00",
        "2026-05-01 00:00",
    ):
        for path in (TOWN, NEXT_TOWN):
            document(at, path=path, is_public=path == TOWN)
    document("2026-05-31 23:59", is_public=True)
    for together in (PERIODS, PERIODS[:2], PERIODS[3:], PERIODS[:1]):
        for areas in ([TOWN, NEXT_TOWN], []):
            by = [AREA] if areas else []
            table = queries.count(list(FIGURES.values()), together, today=TODAY, by=by, areas=areas)
            for figure in FIGURES.values():
                for period in together:
                    alone = queries.count([figure], [period], today=TODAY, by=by, areas=areas)
                    for key in [(TOWN,), (NEXT_TOWN,)] if areas else [()]:
                        assert table.at(figure, period, *key) == alone.at(figure, period, *key), (
                            figure.name,
                            period,
                        )
