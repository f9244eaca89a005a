"""What a member has recommended, a grid worker reported, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.clocks.queries import running_by_subject
from shangliang.kit import clock
from shangliang.kit.paging import page_of
from shangliang.kit.text import shortened
from shangliang.topics import queries, showing
from shangliang.topics.models import Submission
from shangliang.topics.showing import Standing
from shangliang.topics.states import Channel

SHORT = 60


@dataclass(frozen=True)
class Mine:
    """One matter, as whoever raised it reads it."""

    title: str
    url: str  # where everybody may read it; "" where it is not public
    standing: Standing
    note: str
    said: str  # what was answered to it


@login_required
@never_cache
@require_safe
def mine(request: Request) -> HttpResponse:
    """`/desk/mine`: one's own 荐题, the newest first, each with its step and what is next."""
    return _page(request, Channel.MEMBER, Permission.SUBMISSION_RAISE_MEMBER)


@login_required
@never_cache
@require_safe
def reported(request: Request) -> HttpResponse:
    """`/desk/reported`: what a grid worker has reported, in the same way."""
    return _page(request, Channel.GRID, Permission.SUBMISSION_RAISE_GRID)


@dataclass(frozen=True)
class Words:
    """What the page of a channel says."""

    title: Promise
    lead: Promise
    raise_it: Promise
    none: Promise
    hint: Promise
    day: Promise


WORDS = {
    Channel.MEMBER: Words(
        gettext_lazy("我的议题"),
        gettext_lazy("您推荐的每一个议题走到了哪一步、下一步是什么，都在这里。"),
        gettext_lazy("委员荐题"),
        gettext_lazy("您还没有推荐过议题。"),
        gettext_lazy("看到的、听到的，随时可以荐题。"),
        gettext_lazy("%(day)s 推荐"),
    ),
    Channel.GRID: Words(
        gettext_lazy("我报的事"),
        gettext_lazy("您报的每一件事走到了哪一步、下一步是什么，都在这里。"),
        gettext_lazy("网格上报"),
        gettext_lazy("您还没有报过事。"),
        gettext_lazy("网格里看到的，随时可以报上来。"),
        gettext_lazy("%(day)s 上报"),
    ),
}


def _page(request: Request, channel: Channel, permission: Permission) -> HttpResponse:
    if not request.actor.can_somewhere(permission):
        raise Http404
    now, words = clock.now(), WORDS[channel]
    page = page_of(queries.raised_by(request.actor, channel), request.GET.get("page"))
    lines = _lines(list(page.rows), now, words)
    context = {"page": page, "lines": lines, "words": words, "channel": channel.value}
    return render(request, "topics/mine.html", context)


def _lines(rows: list[Submission], now: datetime, words: Words) -> list[Mine]:
    clocks = running_by_subject(
        [row.subject for row in rows] + [row.topic.subject for row in rows if row.topic is not None]
    )
    lies, found = showing.lies_with(row.topic for row in rows), []
    for row in rows:
        topic = row.topic
        running = clocks[row.subject] + (clocks[topic.subject] if topic is not None else [])
        is_public = topic is not None and topic.is_public
        day = date_format(timezone.localtime(row.received_at), "DATE_FORMAT")
        found.append(
            Mine(
                title=(topic.title if topic is not None and is_public else "")
                or shortened(row.short, SHORT)
                or _("（语音，还没有写成文字）"),
                url=reverse("topic", args=[topic.no]) if topic is not None and is_public else "",
                # of where it lies no more than its slip shows
                standing=showing.of_slip(
                    row,
                    sorted(running, key=lambda each: each.due_at),
                    now,
                    discreet=row.is_embargoed or (topic is not None and topic.is_embargoed),
                    units=lies[row.topic_id].units,
                    turn=lies[row.topic_id].turn,
                ),
                note=" · ".join([row.no, row.room.name, str(words.day) % {"day": day}]),
                said=row.destination_note or (topic.end_reason or topic.answer if topic is not None else ""),
            )
        )
    return found
