"""What is frozen: all cells of a period as they stand, the same read again, and how far they differ from today's."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shangliang.figures.declaration import AREA, ROOM, AnyFigure, Cut, Where
from shangliang.figures.models import ClosedPeriod, FrozenSplit
from shangliang.figures.queries import Table, count, declared, parts
from shangliang.figures.rules import Period, Value, prefixes

BETWEEN = "|"  # between the two sides of a cell's key; codes and paths do not hold it
TIERS_OF_PAIRS = 2  # an area and a theme together are kept for so many tiers below the one that freezes

Cells = dict[str, Value]  # "32/3211/321102/|safety" -> value
Splits = dict[str, Cells]  # "area,theme" -> cells


def snapshot(period: Period, area_path: str, *, today: date) -> dict[str, Splits]:
    """Every figure of one area: the whole, each split by one cut, and areas together with each other cut."""
    figures = list(declared().values())
    tiers = _tiers(figures, area_path)
    found: dict[str, Splits] = {figure.name: {} for figure in figures}
    for by in _splits(figures):
        those = [figure for figure in figures if figure.can_be_cut([AREA, *by])]
        for areas in _cells_of(by, tiers):
            table = count(those, [period], today=today, where={AREA: area_path}, by=by, areas=areas)
            for figure in those:
                found[figure.name].setdefault(name_of(by), {}).update(_cells(table, figure, period))
    return found


def _splits(figures: Sequence[AnyFigure]) -> list[tuple[Cut, ...]]:
    cuts = list(dict.fromkeys(cut for part in parts(figures) for cut in part.source.cuts))
    return [(), *((cut,) for cut in cuts), *((AREA, cut) for cut in cuts if cut not in (AREA, ROOM))]


def _tiers(figures: Sequence[AnyFigure], area_path: str) -> list[list[str]]:
    """The areas below `area_path` in which anything ever lay, tier by tier; where nothing did, all is 0."""
    found: dict[int, set[str]] = defaultdict(set)
    for source in {part.source for part in parts(figures)}:
        column = source.cuts[AREA]
        rows = source.rows().filter(**{f"{column}__startswith": area_path})
        for path in rows.order_by().values_list(column, flat=True).distinct():
            for depth, above in enumerate(prefixes(path)):
                if len(above) > len(area_path):
                    found[depth].add(above)
    return [sorted(found[depth]) for depth in sorted(found)]


def _cells_of(by: Sequence[Cut], tiers: list[list[str]]) -> Sequence[Sequence[str]]:
    if AREA not in by:
        return [()]
    return (tiers if len(by) == 1 else tiers[:TIERS_OF_PAIRS]) or [()]


def _cells(table: Table, figure: AnyFigure, period: Period) -> Iterator[tuple[str, Value]]:
    """What is known and not nothing: of a figure that is counted, whatever is not there is 0."""
    for key in table.keys(figure, period):
        value = table.at(figure, period, *key)
        if value is not None:
            yield BETWEEN.join(key), value


def name_of(by: Sequence[Cut]) -> str:
    """How a split is called where it is kept: areas first."""
    return ",".join(cut.name for cut in sorted(by, key=lambda cut: (cut is not AREA, cut.name)))


def digest(words: Mapping[str, Sequence[str]], found: Mapping[str, Splits]) -> str:
    """SHA-256 over the words and cells of every figure; whoever changes one cell needs another digest."""
    body = json.dumps([words, found], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(body.encode()).hexdigest()


def is_whole(closed: ClosedPeriod) -> bool:
    """Whether what is kept is still what was frozen."""
    words: dict[str, list[str]] = {}
    found: dict[str, Splits] = {}
    for figure in closed.figures.prefetch_related("splits"):
        words[figure.name] = [figure.label, figure.definition, figure.unit]
        found[figure.name] = {split.by: split.values for split in figure.splits.all()}
    return digest(words, found) == closed.digest


@dataclass(frozen=True)
class Kept:
    """One cell as it was frozen, with the words of that day."""

    closed: ClosedPeriod
    name: str
    value: Value
    label: str
    definition: str
    unit: str


def kept(figure: AnyFigure, period: Period, where: Where) -> Kept | None:
    """The frozen cell, by the nearest office that closed the period; None while nobody has, or not in that split."""
    area_path = where.get(AREA, "")
    rows = ClosedPeriod.objects.filter(period=period.code, area_path__in=prefixes(area_path))
    closed = rows.order_by("-area_path").first() if area_path else None
    if closed is None:
        return None
    is_inside = area_path != closed.area_path and ROOM not in where
    sides = {cut: value for cut, value in where.items() if cut is not AREA or is_inside}
    split = (
        FrozenSplit.objects.filter(figure__closed=closed, figure__name=figure.name, by=name_of(list(sides)))
        .select_related("figure")
        .first()
    )
    if split is None:
        return None
    order = sorted(sides, key=lambda cut: (cut is not AREA, cut.name))
    key = BETWEEN.join(sides[cut] for cut in order)
    words = split.figure
    value = split.values.get(key, None if words.is_derived else 0)
    return Kept(closed, words.name, value, words.label, words.definition, words.unit)


def closed_periods(area_path: str) -> list[ClosedPeriod]:
    """The periods that were closed for an area, the latest first."""
    return list(ClosedPeriod.objects.filter(area_path=area_path).order_by("-last_on", "first_on"))


def wholes(closed: ClosedPeriod) -> list[Kept]:
    """Every figure of a closed period, unsplit, in the order in which they were declared then; one statement."""
    rows = (
        FrozenSplit.objects.filter(figure__closed=closed, by="").select_related("figure").order_by("figure")
    )
    return [
        Kept(
            closed,
            row.figure.name,
            row.values.get("", None if row.figure.is_derived else 0),
            row.figure.label,
            row.figure.definition,
            row.figure.unit,
        )
        for row in rows
    ]
