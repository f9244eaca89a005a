"""The desk: what is due to me, soonest first, each with one button; and the rules behind every date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.views.decorators.http import require_safe

from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.access.things import Section, house
from shangliang.deliberations.showing import when
from shangliang.kit import clock
from shangliang.kit.paging import PAGE, Page, read_number
from shangliang.web import queries


@dataclass(frozen=True)
class Line:
    """One task as the desk shows it."""

    title: str
    link: str
    verb: str | Promise
    kind: str
    light: str | Promise
    note: str


@login_required
@require_safe
def desk(request: Request) -> HttpResponse:
    """`/desk`."""
    if not request.actor.can_somewhere(Permission.DESK_SEE):
        raise Http404
    number, now = read_number(request.GET.get("page")), clock.now()
    later = request.GET.get("when") == "later"
    tasks = queries.due_tasks(request.actor, now, start=(number - 1) * PAGE, limit=PAGE + 1, later=later)
    context = {
        "later": later,
        "waiting": 0 if later else queries.later_count(request.actor, now),
        "tasks": [_line(task) for task in tasks[:PAGE]],
        "page": Page(tasks[:PAGE], number, len(tasks) > PAGE),
        "ahead": [] if later or number > 1 else _ahead(request),
        "shortcuts": _shortcuts(request),
        "elsewhere": _elsewhere(request),
    }
    return render(request, "web/desk.html", context)


def _line(task: queries.Task) -> Line:
    kind = f"{task.kind} {task.clock.subject_no}"
    note = " · ".join(str(part) for part in (kind, task.place, task.deadline.by) if part)
    return Line(
        task.title or str(task.kind), task.link, task.verb, task.deadline.kind, task.deadline.word, note
    )


def _ahead(request: Request) -> list[dict[str, str]]:
    """The day and hour of what is announced: nothing has to be done about it before, and nobody may forget it."""
    return [
        {
            "title": row.subject_line,
            "url": reverse("desk_deliberation", args=[row.no]),
            "note": " · ".join(filter(None, [when(row.held_at), row.place])),
        }
        for row in queries.sessions_ahead(request.actor, clock.today())
    ]


def _elsewhere(request: Request) -> Section | None:
    """Where whoever has nothing to do can look: the first list of the menu, none where there is but their own page."""
    return next(
        (
            item
            for item in house().sections
            if item.by and request.actor.can_somewhere(item.by) and item.page != "desk"
        ),
        None,
    )


def _shortcuts(request: Request) -> list[dict[str, Any]]:
    return [
        {"url": item.url, "label": item.label}
        for item in house().shortcuts
        if item.by is None or request.actor.can_somewhere(item.by)
    ]
