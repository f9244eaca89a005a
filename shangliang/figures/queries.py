"""Counting figures, opening what lies behind one, and reading what is frozen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Aggregate, Case, Count, F, Min, Q, QuerySet, Sum, When
from django.db.models import Value as Literal
from django.db.models.expressions import Expression
from django.db.models.functions import Coalesce, Left
from django.db.models.lookups import In
from django.utils.module_loading import import_string

from shangliang.access.actor import Actor
from shangliang.figures.declaration import (
    AREA,
    AnyFigure,
    Cut,
    Derived,
    Figure,
    Figures,
    Happened,
    Source,
    Where,
)
from shangliang.figures.rules import Period, Value, around, share_no_day
from shangliang.kit.clock import local_day

Key = tuple[str, ...]  # one value for each cut, in the order of `by`


@lru_cache(maxsize=1)
def declared() -> Figures:
    """The one table of figures; settings name it because it lies above everything."""
    table: Figures = import_string(settings.FIGURES)
    return table


@dataclass(frozen=True)
class Table:
    """Counted cells: figure × period × key."""

    today: date
    since: date | None  # nothing was written down here before that day
    cells: Mapping[tuple[str, str], Mapping[Key, Value]]  # (figure, period) -> key -> value

    def at(self, figure: AnyFigure, period: Period, *key: str) -> Value:
        """The value of a cell. Nothing counted there is 0. What cannot be known is None: a split that the figure does
        not have, a period to come, one that was over before anything was written down here."""
        if isinstance(figure, Derived):
            parts = [self.at(part, period, *key) for part in figure.of]
            return None if None in parts else figure.formula(*parts)
        found = self.cells.get((figure.name, period.code))
        if found is None or period.first > self.today or (self.since and period.last < self.since):
            return None
        return found.get(key, 0)

    def keys(self, figure: AnyFigure, period: Period) -> list[Key]:
        """Where anything was counted."""
        return sorted(
            {key for part in parts([figure]) for key in self.cells.get((part.name, period.code), ())}
        )


def count(
    figures: Sequence[AnyFigure],
    periods: Sequence[Period],
    *,
    today: date,
    since: date | None = None,
    where: Where | None = None,
    by: Sequence[Cut] = (),
    areas: Sequence[str] = (),
) -> Table:
    """Many figures for many periods, split `by` cuts, of the rows that lie `where`: one statement for each source.

    `areas`: the paths that are the cells, where a split is by area; none of them lies inside another.
    """
    where = where or {}
    wanted: dict[Source[Any], dict[str, Figure]] = defaultdict(dict)
    for figure in parts(figures):
        if figure.can_be_cut([*by, *where]):
            wanted[figure.source][figure.name] = figure
    cells: dict[tuple[str, str], Mapping[Key, Value]] = {}
    for source, some in wanted.items():
        cells |= _count_source(source, list(some.values()), periods, where, by, areas)
    return Table(today, since, cells)


def value(
    figure: AnyFigure,
    period: Period,
    *,
    today: date,
    since: date | None = None,
    where: Where | None = None,
) -> Value:
    """One cell."""
    return count([figure], [period], today=today, since=since, where=where).at(figure, period)


def known_since(figure: AnyFigure) -> date | None:
    """The day of the first row that a figure could count; None while there is none."""
    source = parts([figure])[0].source
    column = source.when.column if isinstance(source.when, Happened) else source.when.since
    first: datetime | date | None = source.rows().order_by().aggregate(first=Min(column))["first"]
    return local_day(first) if isinstance(first, datetime) else first


def parts(figures: Sequence[AnyFigure]) -> list[Figure]:
    """The figures that are counted: those of a derived one instead of itself."""
    return [part for figure in figures for part in (figure.of if isinstance(figure, Derived) else (figure,))]


def _count_source(
    source: Source[Any],
    figures: Sequence[Figure],
    periods: Sequence[Period],
    where: Where,
    by: Sequence[Cut],
    areas: Sequence[str],
) -> dict[tuple[str, str], dict[Key, Value]]:
    """One statement for all figures of a source, all periods and all cells."""
    rows = _inside(source, source.rows(), where).filter(_near(source, periods)).order_by()
    keys = {f"key_{n}": _key(source.cuts[cut], cut, areas) for n, cut in enumerate(by)}
    are_groups = len(periods) > 1 and isinstance(source.when, Happened) and share_no_day(periods)
    counted = (_grouped if are_groups else _conditional)(source, rows, figures, periods, keys)
    place, known = (list(by).index(AREA), set(areas)) if areas and AREA in by else (0, None)
    found: dict[tuple[str, str], dict[Key, Value]] = {
        (figure.name, period.code): {} for figure in figures for period in periods
    }
    for period, key, values in counted:
        if known is None or key[place] in known:
            for figure, value in zip(figures, values, strict=True):
                if value:
                    found[figure.name, period.code][key] = value
    return found


Counted = Iterator[tuple[Period, Key, list[Value]]]  # of each cell the value of every figure, in their order


def _grouped(
    source: Source[Any],
    rows: QuerySet[Any],
    figures: Sequence[Figure],
    periods: Sequence[Period],
    keys: Mapping[str, Expression],
) -> Counted:
    """Periods that share no day are one side of the groups more: each row is looked at once."""
    whens = [When(source.when.within(period), then=Literal(n)) for n, period in enumerate(periods)]
    groups = {**keys, "key_period": Case(*whens, default=Literal(-1))}
    sums = {f"n_{n}": _sum(figure, figure.only) for n, figure in enumerate(figures)}
    for row in rows.annotate(**groups).values(*groups).annotate(**sums):
        if row["key_period"] >= 0:  # else it lies between two of them
            yield periods[row["key_period"]], tuple(row[key] for key in keys), [row[name] for name in sums]


def _conditional(
    source: Source[Any],
    rows: QuerySet[Any],
    figures: Sequence[Figure],
    periods: Sequence[Period],
    keys: Mapping[str, Expression],
) -> Counted:
    """Periods in which the same row may count are conditions inside the sums."""
    within = [source.when.within(period) if len(periods) > 1 else Q() for period in periods]
    sums = {
        f"n_{n}_{m}": _sum(figure, figure.only & inside)
        for n, figure in enumerate(figures)
        for m, inside in enumerate(within)
    }
    listed = rows.annotate(**keys).values(*keys).annotate(**sums) if keys else [rows.aggregate(**sums)]
    for row in listed:
        for m, period in enumerate(periods):
            yield period, tuple(row[key] for key in keys), [row[f"n_{n}_{m}"] for n in range(len(figures))]


def _sum(figure: Figure, condition: Q) -> Expression | Aggregate:
    narrowed = condition or None
    if figure.adds is not None:
        return Coalesce(Sum(figure.adds, filter=narrowed), 0)
    if figure.distinct:
        return Count(figure.distinct, distinct=True, filter=narrowed)
    return Count("pk", filter=narrowed)


def _near(source: Source[Any], periods: Sequence[Period]) -> Q:
    """No more rows than needed: what happened is cut off on both sides; what stands may have begun long ago."""
    if len(periods) == 1:
        return source.when.within(periods[0])
    return source.when.within(around(periods)) if isinstance(source.when, Happened) else Q()


def _inside(source: Source[Any], rows: QuerySet[Any], where: Where) -> QuerySet[Any]:
    for cut, wanted in where.items():
        column = source.cuts[cut]
        if cut is AREA:
            rows = rows.filter(**{f"{column}__startswith": wanted})
        elif wanted:
            rows = rows.filter(**{column: wanted})
        else:  # what nobody has sorted in
            rows = rows.filter(Q(**{column: ""}) | Q(**{f"{column}__isnull": True}))
    return rows


def _key(column: str, cut: Cut, areas: Sequence[str]) -> Expression:
    """The value by which rows are grouped; an area path is cut off at the tier of the cells."""
    if cut is not AREA or not areas:
        return Coalesce(F(column), Literal(""))
    widths: dict[int, list[str]] = defaultdict(list)
    for path in areas:
        widths[len(path)].append(path)
    if len(widths) == 1:
        return Left(column, next(iter(widths)))
    whens = [
        When(In(Left(column, width), paths), then=Left(column, width)) for width, paths in widths.items()
    ]
    return Case(*whens, default=Literal(""))


def by_state(rows: QuerySet[Any]) -> dict[str, int]:
    """How many of a list stand in each state: the numbers on its tabs, no figure. One statement."""
    return dict(rows.order_by().values_list("state").annotate(Count("pk")))


@dataclass(frozen=True)
class Opened:
    """What lies behind a cell: the rows that the actor may see, newest first, and how many they may not."""

    value: Value
    rows: QuerySet[Any]
    shown: int
    hidden: int


def opened(
    figure: Figure,
    period: Period,
    *,
    actor: Actor,
    today: date,
    since: date | None = None,
    where: Where | None = None,
) -> Opened:
    """The cell's value with its rows; three statements, and one more for the page of `rows` that is shown."""
    rows = behind(figure, period, where or {})
    seen = figure.source.seen_by(rows, actor)
    shown, every = seen.order_by().count(), rows.order_by().count()
    return Opened(
        value=value(figure, period, today=today, since=since, where=where),
        rows=seen.select_related(*figure.source.follow).order_by(*figure.source.order),
        shown=shown,
        hidden=every - shown,
    )


def behind(figure: Figure, period: Period, where: Where) -> QuerySet[Any]:
    """Every row of a cell, whoever may see it."""
    source = figure.source
    return _inside(source, source.rows(), where).filter(figure.only & source.when.within(period))
