"""Every figure that the apps hand in, over a filled town: a cell's value is the number of rows that it opens."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from django.db.models import QuerySet
from pytest_django.fixtures import DjangoAssertNumQueries

from shangliang.access.actor import ANONYMOUS, Actor, ActorKind, Grant
from shangliang.access.roles import Role
from shangliang.config.figures import FIGURES
from shangliang.figures import queries, rules
from shangliang.figures.declaration import AREA, ROOM, Cut, Derived, Figure
from shangliang.places.models import Area
from tests.databases import TODAY

pytestmark = pytest.mark.usefixtures("filled_town")
PROVINCE = "32/"
# Between them these two offices read everything that is not under embargo.
ALL_SEEING = Actor(
    ActorKind.STAFF,
    key="account:0",
    grants=(Grant(Role.DISTRICT_OFFICE, area_path=PROVINCE), Grant(Role.CITY_OFFICE, area_path=PROVINCE)),
)
COUNTED = [figure for figure in FIGURES.values() if isinstance(figure, Figure)]
PERIODS = [rules.year(2026), rules.quarter(2026, 3), rules.month(2026, 10), rules.twelve_months(TODAY)]


def measured(figure: Figure, rows: Iterable[Any]) -> int:
    """What rows come to, taken one by one."""
    if figure.adds is not None:
        return sum(int(row["added"]) for row in rows)
    if figure.distinct:
        return len({row[figure.distinct] for row in rows} - {None})
    return len(list(rows))


def read(figure: Figure, rows: QuerySet[Any]) -> list[dict[str, Any]]:
    """Rows with all that says where they lie and what they count."""
    columns = [*figure.source.cuts.values(), figure.distinct or "pk"]
    if figure.adds is not None:
        rows = rows.annotate(added=figure.adds)
        columns.append("added")
    return list(rows.order_by().select_related(None).values(*columns))


def tiers() -> list[list[str]]:
    """The areas of each tier."""
    levels = ("city", "county", "town", "village")
    return [list(Area.objects.filter(level=level).values_list("path", flat=True)) for level in levels]


def lies_in(cut: Cut, value: str, key: str) -> bool:
    return value.startswith(key) if cut is AREA else value == key


@pytest.mark.parametrize("figure", COUNTED, ids=lambda figure: figure.name)
def test_a_cell_is_worth_the_rows_that_it_opens(figure: Figure) -> None:
    """Every period, every split by one or two cuts, every cell; and a cell that was opened has these rows."""
    cuts, met = figure.source.cuts, 0
    rows = {
        period: read(figure, queries.opened(figure, period, actor=ALL_SEEING, today=TODAY).rows)
        for period in PERIODS
    }
    for by in [(), *((cut,) for cut in cuts), *combinations(cuts, 2)]:
        for areas in tiers() if AREA in by else [[]]:
            table = queries.count([figure], PERIODS, today=TODAY, by=by, areas=areas)
            for period in PERIODS:
                keys, left = table.keys(figure, period), rows[period]
                for key in keys:
                    inside = [
                        row
                        for row in left
                        if all(lies_in(c, row[cuts[c]], k) for c, k in zip(by, key, strict=True))
                    ]
                    assert table.at(figure, period, *key) == measured(figure, inside), (period, by, key)
                    met += 1
                for key in keys[-1:]:
                    where = dict(zip(by, key, strict=True))
                    found = queries.opened(figure, period, actor=ALL_SEEING, today=TODAY, where=where)
                    assert (
                        found.value
                        == measured(figure, read(figure, found.rows))
                        == table.at(figure, period, *key)
                    )
                    assert found.hidden == 0, (period, where)
    assert met > (100 if ROOM in cuts else 15)  # what lies with one office has few cells


@pytest.mark.parametrize("figure", COUNTED, ids=lambda figure: figure.name)
def test_no_row_is_left_out_of_a_split(figure: Figure) -> None:
    for cut in figure.source.cuts:
        table = queries.count([figure], PERIODS, today=TODAY, by=[cut])
        for period in PERIODS:
            whole = queries.value(figure, period, today=TODAY) or 0
            together = sum(table.at(figure, period, *key) or 0 for key in table.keys(figure, period))
            # A value that is counted once may stand in several cells.
            assert together >= whole if figure.distinct else together == whole


@pytest.mark.parametrize("figure", COUNTED, ids=lambda figure: figure.name)
def test_every_row_leads_somewhere(figure: Figure) -> None:
    found = queries.opened(figure, rules.year(2026), actor=ALL_SEEING, today=TODAY)
    lines = [figure.source.line(row, ALL_SEEING) for row in found.rows[:50]]
    assert lines
    assert all(line.title and line.address.startswith("/") and line.place for line in lines)


@pytest.mark.parametrize("figure", COUNTED, ids=lambda figure: figure.name)
def test_everybody_opens_only_what_is_for_everybody(figure: Figure) -> None:
    found = queries.opened(figure, rules.year(2026), actor=ANONYMOUS, today=TODAY)
    addresses = [figure.source.line(row, ANONYMOUS).address for row in found.rows]
    assert [address for address in addresses if address.startswith("/desk")] == []
    assert found.shown == len(addresses)
    every = queries.opened(figure, rules.year(2026), actor=ALL_SEEING, today=TODAY)
    assert found.shown + found.hidden == every.shown


def test_all_figures_of_all_months_and_towns_are_one_statement_a_source(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    areas = tiers()[2]
    sources = {figure.source for figure in COUNTED}
    with django_assert_num_queries(len(sources)):
        table = queries.count(
            list(FIGURES.values()), rules.months(rules.year(2026)), today=TODAY, by=[AREA], areas=areas
        )
    in_towns = [figure for figure in FIGURES.values() if figure.can_be_cut([ROOM])]
    counted = [table.at(figure, rules.month(2026, 10), areas[0]) for figure in in_towns]
    assert all(value for value in counted), counted


def test_a_share_lies_between_nothing_and_all() -> None:
    shares = [figure for figure in FIGURES.values() if isinstance(figure, Derived)]
    for figure in shares:
        value = queries.value(figure, rules.year(2026), today=TODAY)
        assert value is not None
        assert 0 < value <= 100


def test_every_figure_that_an_app_declares_is_gathered() -> None:
    package = Path(queries.__file__).parents[1]
    apps = sorted({path.parent.name for path in package.glob("*/figures.py")} - {"config"})
    declared = [
        each.name
        for app in apps
        for each in vars(import_module(f"shangliang.{app}.figures")).values()
        if isinstance(each, Figure | Derived) and each.name.startswith(f"{app}.")
    ]
    assert sorted(declared) == sorted(FIGURES)
