"""`/desk/review`: everything that waits to become public, or was taken down, in one list with one button each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.views.decorators.http import require_POST, require_safe

from shangliang.access.actor import Actor
from shangliang.access.desk import OnDesk
from shangliang.access.matching import held
from shangliang.access.publication import SCOPE_NAMES, Publishable, Release, Scope
from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.deliberations.models import Deliberation, Record
from shangliang.events.kinds import Subject
from shangliang.kit import clock, numbers
from shangliang.kit.guards import Blocked
from shangliang.kit.states import IllegalMove
from shangliang.outcomes.actions.handling import reply_subject
from shangliang.outcomes.models import Commitment, Reply
from shangliang.topics.actions import publication
from shangliang.topics.models import Topic
from shangliang.topics.views.guards import sentences

NO_MOVE = gettext_noop("这一步已经办过，或者现在还不能办。页面已更新。")
MOST = 100  # of each kind; the oldest first


@dataclass(frozen=True)
class Post:
    """One thing to look at: its words, whose it is, who may read it once it is public."""

    kind: str
    no: str
    kind_name: str | Promise
    title: str
    text: str
    place: str
    scope: str | Promise
    release: str
    release_reason: str
    row: Publishable
    desk: OnDesk
    subject: Subject

    @property
    def is_covered(self) -> bool:
        return self.release == Release.COVERED


KINDS = {
    "topic": gettext_lazy("议题"),
    "deliberation": gettext_lazy("协商预告"),
    "record": gettext_lazy("协商记录"),
    "commitment": gettext_lazy("承诺事项"),
    "reply": gettext_lazy("答复"),
}


@login_required
@require_safe
def review(request: Request) -> HttpResponse:
    """What the actor may release, hold back, or judge after it was taken down."""
    return _page(request)


def _page(request: Request, **more: Any) -> HttpResponse:
    if not request.actor.can_somewhere(Permission.POST_REVIEW):
        raise Http404
    context = {"posts": list(waiting(request.actor)), "shown": request.GET.get("kind", "")}
    return render(request, "web/review.html", context | more)


def waiting(actor: Actor) -> Iterator[Post]:
    """Everything in review or taken down on the actor's desk: one statement for each kind."""
    for kind, found in SOURCES.items():
        for row in found(actor):
            yield _post(kind, row)


def _mine(actor: Actor, prefix: str = "") -> Q:
    """On a desk where the actor reviews; under embargo nothing is ever published."""
    place = held(actor, Permission.POST_REVIEW, area=f"{prefix}desk_path", room=f"{prefix}desk_room_no")
    return place & Q(**{f"{prefix}is_embargoed": False})


STATES = Q(release__in=[Release.IN_REVIEW.value, Release.COVERED.value])


def _topics(actor: Actor) -> Any:
    return Topic.objects.filter(STATES & _mine(actor)).select_related("room").order_by("changed_at")[:MOST]


def _deliberations(actor: Actor) -> Any:
    rows = Deliberation.objects.filter(STATES & _mine(actor)).select_related("room", "topic")
    return rows.order_by("held_at")[:MOST]


def _records(actor: Actor) -> Any:
    rows = Record.objects.filter(STATES & _mine(actor, "deliberation__"))
    rows = rows.select_related("deliberation__room", "deliberation__topic").prefetch_related("measures")
    return rows.order_by("drafted_at")[:MOST]


def _commitments(actor: Actor) -> Any:
    rows = Commitment.objects.filter(STATES & _mine(actor)).select_related("room", "topic")
    return rows.order_by("assigned_at")[:MOST]


def _replies(actor: Actor) -> Any:
    rows = Reply.objects.filter(STATES & _mine(actor, "commitment__"))
    return rows.select_related("commitment__room", "commitment__topic").order_by("at")[:MOST]


SOURCES: dict[str, Callable[[Actor], Any]] = {
    "topic": _topics,
    "deliberation": _deliberations,
    "record": _records,
    "commitment": _commitments,
    "reply": _replies,
}


def _post(kind: str, row: Any) -> Post:
    desk, subject, title, text = _words(kind, row)
    return Post(
        kind=kind,
        no=subject.no,
        kind_name=KINDS[kind],
        title=title,
        text=text,
        place=desk.room.name,
        scope=SCOPE_NAMES[Scope(row.scope)],
        release=row.release,
        release_reason=row.release_reason,
        row=row,
        desk=desk,
        subject=subject,
    )


def _words(kind: str, row: Any) -> tuple[Any, Subject, str, str]:
    """Desk, subject, title and the words that everybody would read."""
    match kind:
        case "topic":
            return row, row.subject, row.title, row.summary
        case "deliberation":
            return row, row.subject, row.subject_line or row.topic.title, row.agenda
        case "record":
            measures = "\n".join(measure.what for measure in row.measures.all())
            return row.deliberation, row.subject, row.deliberation.subject_line, f"{row.said}\n{measures}"
        case "commitment":
            return row, row.subject, row.topic.title, row.what
        case _:
            return row.commitment, reply_subject(row), row.commitment.what, row.text


@login_required
@require_POST
def do(request: Request, kind: str, no: str, what: str) -> HttpResponse:
    """Release, hold back, restore, or leave it down."""
    if kind not in SOURCES:
        raise Http404
    pk = numbers.read(no) or 0
    row = next((row for row in SOURCES[kind](request.actor) if row.pk == pk), None)
    if row is None:
        raise Http404
    post = _post(kind, row)
    reason = request.POST.get("reason", "")
    try:
        said = _act(post, what, reason, request.actor, clock.now())
    except Blocked as blocked:
        return _page(request, unmet=sentences(blocked.unmet), kept=(kind, no), reason=reason)
    except IllegalMove:
        messages.warning(request, _(NO_MOVE))
    else:
        messages.success(request, said)
    return redirect("desk_review")


def _act(post: Post, what: str, reason: str, actor: Actor, at: datetime) -> str:
    match what:
        case "release":
            publication.release(post=post.row, subject=post.subject, desk=post.desk, actor=actor, at=at)
            return _("已公开。")
        case "hold-back":
            publication.hold_back(
                post=post.row, subject=post.subject, desk=post.desk, reason=reason, actor=actor, at=at
            )
            return _("暂不公开，理由已记下。")
        case "restore":
            publication.restore(post=post.row, subject=post.subject, desk=post.desk, actor=actor, at=at)
            return _("已恢复公开。")
        case "leave":
            publication.confirm_cover(post=post.row, subject=post.subject, desk=post.desk, actor=actor, at=at)
            return _("撤下的决定已确认。")
    raise Http404
