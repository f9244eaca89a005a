"""What a figure is: data that an app hands in, in its own `figures.py`.

A `Source` is one kind of rows that can be counted: when and where each of them counts, who may open it, where it leads.
A `Figure` counts rows of a source: its words, and which of the rows. A `Derived` figure is worked out from others.
Figures of one source are counted together, in one statement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

from django.db.models import Q, QuerySet
from django.db.models.expressions import Combinable
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shangliang.access.actor import Actor
from shangliang.access.roles import Permission
from shangliang.figures.rules import Period, Value


@dataclass(frozen=True, eq=False)
class Cut:
    """A way to split a figure. `words`: what each value is called; without them a value is a place or a name."""

    name: str
    label: Promise
    words: Mapping[Any, Promise] = field(default_factory=dict)


AREA = Cut("area", _("地区"))  # the column holds an area path; a cell is an area with all that lies in it
ROOM = Cut("room", _("议事室"))  # the column holds the number of a room

Where = Mapping[Cut, str]
PERCENT = "%"  # the one unit that is the same in every language


@dataclass(frozen=True)
class Happened:
    """A row counts in the period in which the moment in `column` lies; a day when `is_day`."""

    column: str
    is_day: bool = False

    def within(self, period: Period) -> Q:
        if self.is_day:
            return Q(**{f"{self.column}__gte": period.first, f"{self.column}__lte": period.last})
        return Q(**{f"{self.column}__gte": period.begins, f"{self.column}__lt": period.ends})


@dataclass(frozen=True)
class Standing:
    """A row counts when it stands on the last day of the period: from one day on, until another if there is one."""

    since: str
    until: str = ""

    def within(self, period: Period) -> Q:
        began = Q(**{f"{self.since}__lte": period.last})
        if not self.until:
            return began
        return began & (Q(**{f"{self.until}__isnull": True}) | Q(**{f"{self.until}__gte": period.last}))


R = TypeVar("R", bound="QuerySet[Any]")


@dataclass(frozen=True)
class Line:
    """How a row is shown where a cell is opened: what, the page that it leads to, when and where."""

    title: str
    address: str
    on: date | None = None
    place: str = ""


@dataclass(frozen=True, eq=False)
class Source(Generic[R]):
    """One kind of rows.

    `rows`: all that may ever count, nothing under embargo, as a count must not betray what a list keeps back.
    `cuts`: the column of each way to split; by relations to one row only, else a row would count twice.
    """

    rows: Callable[[], R]
    when: Happened | Standing
    cuts: Mapping[Cut, str]
    seen_by: Callable[[R, Actor], R]
    line: Callable[[Any, Actor], Line]
    order: tuple[str, ...] = ("-pk",)
    follow: tuple[str, ...] = ()  # relations that `line` reads


@dataclass(frozen=True, eq=False)
class Figure:
    """One number. `definition` (口径) says in words what counts and what does not."""

    name: str  # "<app>.<what>"; stands in addresses and in what is frozen, so it never changes
    label: Promise
    definition: Promise
    unit: Promise | str
    source: Source[Any]
    only: Q = field(default_factory=Q)  # which rows of the source
    adds: Combinable | None = None  # what each row adds; without it 1
    distinct: str = ""  # counts the different values of this column instead of rows
    is_public: bool = False  # everybody may read it, for a year, of an area or a room
    read_by: Permission = Permission.FIGURES_READ  # who else may, over the area or room of the cell

    def can_be_cut(self, cuts: Sequence[Cut]) -> bool:
        return all(cut in self.source.cuts for cut in cuts)


@dataclass(frozen=True, eq=False)
class Derived:
    """A number worked out from other figures of the same cell. The formula gives None where there is no answer."""

    name: str
    label: Promise
    definition: Promise
    unit: Promise | str
    of: tuple[Figure, ...]
    formula: Callable[..., Value]
    is_public: bool = False
    read_by: Permission = Permission.FIGURES_READ

    def can_be_cut(self, cuts: Sequence[Cut]) -> bool:
        return all(part.can_be_cut(cuts) for part in self.of)


AnyFigure = Figure | Derived
Figures = Mapping[str, AnyFigure]


class BadFigures(Exception):
    """The figures that the apps handed in cannot be used; the sentences say which and why."""


def gathered(*handed_in: Sequence[AnyFigure]) -> Figures:
    """One table of all figures, in the order in which they were handed in; raises BadFigures with every fault."""
    figures = [figure for some in handed_in for figure in some]
    with translation.override(
        None
    ):  # the Chinese texts themselves: no catalogue is needed to see that one is empty
        faults = [fault for figure in figures for fault in _faults(figure)]
    twins = [name for name, count in Counter(figure.name for figure in figures).items() if count > 1]
    faults += [f"two figures are called {name}" for name in twins]
    names = {figure.name for figure in figures}
    faults += [
        f"{figure.name} is worked out from {part.name}, which no app hands in"
        for figure in figures
        if isinstance(figure, Derived)
        for part in figure.of
        if part.name not in names
    ]
    cuts = {cut for figure in figures if isinstance(figure, Figure) for cut in figure.source.cuts}
    twins = [name for name, count in Counter(cut.name for cut in cuts).items() if count > 1]
    faults += [f"two ways to split figures are called {name}" for name in twins]
    if faults:
        raise BadFigures("; ".join(faults))
    return {figure.name: figure for figure in figures}


def _faults(figure: AnyFigure) -> list[str]:
    found = [
        f"the figure {figure.name} has no {what}"
        for what in ("label", "definition", "unit")
        if not str(getattr(figure, what)).strip()
    ]
    app, dot, rest = figure.name.partition(".")
    if not (dot and app.isidentifier() and rest.isidentifier()):
        found.append(f"the figure {figure.name!r} is not named <app>.<what>")
    if isinstance(figure, Figure) and figure.adds is not None and figure.distinct:
        found.append(f"the figure {figure.name} cannot both add up and count different values")
    return found
