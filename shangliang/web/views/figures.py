"""What the numbers mean, and the rows behind one of them: for everybody, and for offices over their own area."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from shangliang.access.actor import Actor
from shangliang.access.caching import public_page
from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.figures import frozen
from shangliang.figures.declaration import AREA, ROOM, AnyFigure, Cut, Derived, Figure, Line, Where
from shangliang.figures.models import ClosedPeriod
from shangliang.figures.permissions import may_list, may_read
from shangliang.figures.queries import count, declared, known_since, opened
from shangliang.figures.rules import Period, just_over, read, twelve_months, year
from shangliang.figures.showing import address, digits, in_words, period_asked, shown
from shangliang.kit import clock
from shangliang.kit.paging import page_of
from shangliang.places.queries import area_at, area_by_code, room_by_no

YEARS_BACK = (
    4  # besides this one, as far as anything was written down; older ones can be asked for in the address
)


@require_safe
@public_page
def figures(request: Request) -> HttpResponse:
    """`/figures`: every number with its definition, and what it came to in twelve months."""
    today, actor = clock.today(), request.actor
    period = twelve_months(today)
    here = _own_area(actor)
    open_ones = [figure for figure in declared().values() if figure.is_public]
    own = [figure for figure in declared().values() if not figure.is_public and may_list(actor, figure)]
    closed = frozen.closed_periods(here) if here else []
    context = {
        "open": _rows(open_ones, period, {}, today),
        "own": _rows(own, period, {AREA: here}, today) if here else [],
        "area": area_at(here) if here else None,
        "closed": [(in_words_of(row, today), row) for row in closed],
        "to_close": _to_close(actor, here, {row.period for row in closed}, today),
        "period": in_words(period, today),
    }
    return render(request, "web/figures.html", context)


def in_words_of(closed: ClosedPeriod, today: date) -> str:
    """The words of a closed period."""
    period = read(closed.period)
    return in_words(period, today) if period else closed.period


def _to_close(actor: Actor, here: str, closed: set[str], today: date) -> list[tuple[str, Period]]:
    """Periods that are over and not closed yet, for whoever may close them."""
    if not here or not actor.can(Permission.FIGURES_FREEZE, area_path=here):
        return []
    return [(in_words(period, today), period) for period in just_over(today) if period.code not in closed]


def _own_area(actor: Actor) -> str:
    """The area over which the actor reads figures; the first one, as they are granted."""
    found = {figure.read_by for figure in declared().values() if not figure.is_public}
    paths = [path for permission in sorted(found) for path in actor.scope(permission).area_paths]
    return paths[0] if paths else ""


def _rows(figures: list[AnyFigure], period: Period, where: Where, today: date) -> list[dict[str, Any]]:
    """Figures with their values and definitions; one statement for each source."""
    table = count(figures, [period], today=today, where=where)
    return [
        {
            "figure": shown(each, table.at(each, period), address(each, where)),
            "definition": each.definition,
        }
        for each in figures
    ]


@dataclass(frozen=True)
class Asked:
    """The cell that an address names."""

    figure: AnyFigure
    period: Period
    where: Where
    facts: list[dict[str, Any]]  # where it lies, in words
    linked: Where  # the same as addresses name it
    since: date | None  # before that day nothing was written down here


@require_safe
@public_page
def figure(request: Request, name: str) -> HttpResponse:
    """`/figures/<name>?room=&area=&period=`: one number, what it means, and the rows behind it."""
    today = clock.today()
    asked = _asked(request, name, today)
    tabs = _tabs(asked, today)
    other = [] if any(tab["current"] for tab in tabs) else [_fact(_("期间"), in_words(asked.period, today))]
    context: dict[str, Any] = {
        "label": asked.figure.label,
        "definition": asked.figure.definition,
        "facts": [*other, *asked.facts],
        "tabs": tabs,
    }
    if isinstance(asked.figure, Derived):
        context |= _parts(asked, asked.figure, today)
    else:
        context |= _opened(request, asked, asked.figure, today)
    kept = frozen.kept(asked.figure, asked.period, asked.where)
    then = digits(kept.value) if kept else ""
    context |= {"kept": kept, "then": then, "differs": then != context["figures"][0].value}
    return render(request, "web/figure.html", context)


def _asked(request: Request, name: str, today: date) -> Asked:
    """What the address asks for; whatever the actor may not read does not exist."""
    figure = declared().get(name)
    period = period_asked(request.GET.get("period", ""), today)
    if figure is None or period is None:
        raise Http404
    where: dict[Cut, str] = {}
    linked: dict[Cut, str] = {}
    facts: list[dict[str, Any]] = []
    for cut in _cuts(figure):
        if cut.name in request.GET:
            found = _place(request, cut) or _word(request, cut)
            where |= found.where
            linked[cut] = found.where[cut]
            facts.append(_fact(cut.label, found.words))
    if not may_read(request.actor, figure, period, where, today=today):
        raise Http404
    return Asked(figure, period, where, facts, linked, known_since(figure))


def _fact(label: Any, value: Any) -> dict[str, Any]:
    return {"label": label, "value": value, "missing": ""}


def _cuts(figure: AnyFigure) -> list[Cut]:
    """The splits that a figure has; of a derived one those of its first part, as all share them."""
    source = (figure.of[0] if isinstance(figure, Derived) else figure).source
    return [cut for cut in source.cuts if figure.can_be_cut([cut])]


@dataclass(frozen=True)
class Spot:
    """One side of a cell, as rows are asked and as people say it."""

    where: Where
    words: Any


def _place(request: Request, cut: Cut) -> Spot | None:
    """An area by its code, a room by its number; a room lies in its area, which says who may read it."""
    asked = request.GET[cut.name]
    if cut is AREA:
        area = area_by_code(asked)
        if area is None:
            raise Http404
        return Spot({AREA: area.path}, area.name)
    if cut is ROOM:
        room = room_by_no(request.actor, asked)
        if room is None:
            raise Http404
        return Spot({AREA: room.area_path, ROOM: room.no}, room.name)
    return None


def _word(request: Request, cut: Cut) -> Spot:
    """One of the cut's own words; nothing in the address means what nobody has sorted in."""
    asked = request.GET[cut.name]
    words = {str(key): word for key, word in cut.words.items()}
    if asked and asked not in words:
        raise Http404
    return Spot({cut: asked}, words.get(asked, _("未归类")))


def _tabs(asked: Asked, today: date) -> list[dict[str, Any]]:
    """The twelve months up to today, and the last calendar years as far as anything is known of them."""
    first = asked.since.year if asked.since else today.year
    years = [year(number) for number in range(today.year, max(first, today.year - YEARS_BACK) - 1, -1)]
    choices = [(twelve_months(today), None), *((each, each) for each in years)]
    return [
        {
            "label": in_words(period, today),
            "url": address(asked.figure, asked.linked, named),
            "count": None,
            "current": period == asked.period,
        }
        for period, named in choices
    ]


def _parts(asked: Asked, figure: Derived, today: date) -> dict[str, Any]:
    """What a figure is worked out from, each with its own rows."""
    table = count([figure], [asked.period], today=today, since=asked.since, where=asked.where)
    named = None if asked.period == twelve_months(today) else asked.period
    parts = [
        shown(part, table.at(part, asked.period), address(part, asked.linked, named)) for part in figure.of
    ]
    return {"figures": [shown(figure, table.at(figure, asked.period))], "parts": parts}


def _opened(request: Request, asked: Asked, figure: Figure, today: date) -> dict[str, Any]:
    """The number and one page of its rows."""
    found = opened(
        figure, asked.period, actor=request.actor, today=today, since=asked.since, where=asked.where
    )
    page = page_of(found.rows, request.GET.get("page"))
    return {
        "figures": [shown(figure, found.value)],
        "page": page,
        "rows": [_row(figure.source.line(row, request.actor)) for row in page.rows],
        "hidden": found.hidden,
    }


def _row(line: Line) -> dict[str, str]:
    day = date_format(line.on, "DATE_FORMAT") if line.on else ""
    return {"title": line.title, "url": line.address, "note": " · ".join(filter(None, (day, line.place)))}
