"""A period whose figures are locked for an area: the step before, and afterwards what was kept beside what is counted now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from shangliang.access.request import Request
from shangliang.access.roles import Permission, office_in_words
from shangliang.figures import frozen
from shangliang.figures.actions import freeze, freeze_gaps
from shangliang.figures.declaration import AREA
from shangliang.figures.labels import UNMET
from shangliang.figures.models import ClosedPeriod
from shangliang.figures.queries import count, declared
from shangliang.figures.rules import Period, read
from shangliang.figures.showing import Shown, address, digits, in_words, shown
from shangliang.kit import clock
from shangliang.kit.guards import Blocked, sentences
from shangliang.places.models import Area
from shangliang.places.queries import area_by_code


@require_http_methods(["GET", "HEAD", "POST"])
def closed_period(request: Request, code: str, period: str) -> HttpResponse:
    """`/figures/closed/<area>/<period>`: one step before locking; then the figures as they were kept."""
    area, asked, actor = area_by_code(code), read(period), request.actor
    if area is None or asked is None or not actor.can(Permission.FIGURES_READ, area_path=area.path):
        raise Http404
    may_close = actor.can(Permission.FIGURES_FREEZE, area_path=area.path)
    if request.method == "POST" and may_close:
        try:
            freeze(period=asked, area_path=area.path, actor=actor, at=clock.now())
        except Blocked as blocked:
            for line in sentences(blocked.unmet, UNMET):
                messages.warning(request, str(line["sentence"]))
        else:
            messages.success(request, _("这一期的数字已经锁定。"))
        return redirect("closed_period", code=code, period=period)
    found = ClosedPeriod.objects.filter(period=asked.code, area_path=area.path).first()
    if found is not None:
        return render(request, "web/closed_period.html", _kept(found, area, asked, clock.today()))
    if not may_close:
        raise Http404
    context = {
        "area": area,
        "period": in_words(asked, clock.today()),
        "gaps": sentences(freeze_gaps(period=asked, area_path=area.path, at=clock.now()), UNMET),
    }
    return render(request, "web/close_period.html", context)


@dataclass(frozen=True)
class Row:
    """A figure as it was kept and as it is counted now."""

    kept: frozen.Kept
    then: str
    now: Shown | None  # none: the figure is declared no more
    differs: bool


def _kept(closed: ClosedPeriod, area: Area, period: Period, today: date) -> dict[str, object]:
    figures = declared()
    table = count(list(figures.values()), [period], today=today, where={AREA: area.path})
    rows = []
    for kept in frozen.wholes(closed):
        figure = figures.get(kept.name)
        if figure is None:
            rows.append(Row(kept, digits(kept.value), None, differs=False))
            continue
        value = table.at(figure, period)
        now = shown(figure, value, address(figure, {AREA: area.path}, period))
        rows.append(Row(kept, digits(kept.value), now, value != kept.value))
    return {
        "area": area,
        "closed": closed,
        "period": in_words(period, today),
        "office": office_in_words(closed.office),
        "rows": rows,
        "changed": sum(row.differs for row in rows),
    }
