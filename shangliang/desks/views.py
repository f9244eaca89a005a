"""`/desk/review`: everything that waits to become public, or was taken down, the latest first, with one button each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shangliang.access import desk_page
from shangliang.access.actor import Actor
from shangliang.access.desk import role_on_desk
from shangliang.access.desk_page import Offers
from shangliang.access.matching import held
from shangliang.access.publication import SCOPE_NAMES, Release, Scope
from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.access.things import Review, Thing, house
from shangliang.clocks.models import Clock
from shangliang.clocks.queries import Deadline, deadline, running_by_subject
from shangliang.desks.actions import publication, undoing
from shangliang.events.models import Pressed
from shangliang.kit import clock, personal_data
from shangliang.kit.numbered import by_no
from shangliang.kit.punctuation import listed
from shangliang.kit.states import IllegalMove

MOST = 100  # of each kind; the oldest first
WAITING = Q(release__in=[Release.IN_REVIEW.value, Release.COVERED.value])


@dataclass(frozen=True)
class Shown:
    """One post to look at: its words, whose it is, who may read it once it is public, and what can be done."""

    no: str
    kind_name: str | Promise
    title: str
    text: str
    place: str
    scope: str | Promise
    files: list[Any]
    inside: list[Any]  # lines for the reviewer alone
    reason: str
    is_covered: bool
    noticed: str  # kinds of personal data that stand in the words
    is_own: bool  # who reads it has sent it to review, and leaves it to another
    acts: Offers
    link: str = ""  # page of what it is about, where its reader may open that
    due: Deadline | None = None  # until when it is to be looked at


@login_required
@require_safe
def review(request: Request) -> HttpResponse:
    """What the actor may release, hold back, or judge after it was taken down."""
    return _page(request)


def _page(
    request: Request, found: Any = None, *, tried: dict[str, Any] | None = None, unmet: Any = ()
) -> HttpResponse:
    """The list; on `found`, if one is given, what the last press met."""
    if not request.actor.can_somewhere(Permission.POST_REVIEW):
        raise Http404
    now = clock.now()
    rows = [
        (thing, look, row)
        for thing, look in _with_something(request.actor)
        for row in waiting(request.actor, look)[:MOST]
    ]
    own = publication.sent_by(request.actor, [row.subject for _thing, _look, row in rows])
    running = running_by_subject([row.subject for _thing, _look, row in rows])
    clocks = {subject: _clock(found) for subject, found in running.items()}
    rows.sort(key=lambda each: _by_deadline(clocks.get(each[2].subject)))
    posts = [
        replace(
            _shown(request, thing, look, row, tried if row == found else None, is_own=row.subject in own),
            link=_link(request.actor, thing, look, row),
            due=deadline(clocks.get(row.subject), now),
        )
        for thing, look, row in rows
    ]
    return render(request, "desks/review.html", {"posts": posts, "unmet": unmet})


def _clock(running: Iterable[Clock]) -> Clock | None:
    """The one that runs for whoever reviews."""
    return next((row for row in running if row.rule in {publication.REVIEW, publication.CONFIRM}), None)


def _by_deadline(running: Clock | None) -> tuple[bool, float]:
    """As on the desk: what has waited beyond its time first, then by the day."""
    return running is None, running.due_at.timestamp() if running else 0


def _link(actor: Actor, thing: Thing, look: Review, row: Any) -> str:
    """Where what it is about stands; "" for whoever may not read that."""
    kind, about = look.about(row) if look.about else (thing.kind, row)
    if look.read is None or role_on_desk(actor, look.read, row.desk) is None:
        return ""
    return house().thing(kind).address(about)


def _reviewed() -> Iterator[tuple[Thing, Review]]:
    return ((thing, thing.review) for thing in house().things if thing.review is not None)


def _with_something(actor: Actor) -> list[tuple[Thing, Review]]:
    """The kinds of which anything waits for `actor`; one statement for all, and none for those of which nothing does."""
    asked = {thing.kind: Exists(waiting(actor, look)) for thing, look in _reviewed()}
    found = get_user_model().objects.filter(pk=actor.account_id or 0).values(**asked).first() or {}
    return [(thing, look) for thing, look in _reviewed() if found.get(thing.kind)]


def waiting(actor: Actor, look: Review) -> Any:
    """Rows of one kind in review or taken down, on desks where `actor` reviews; embargoed ones are never public."""
    place = held(actor, Permission.POST_REVIEW, area=f"{look.desk}desk_path", room=f"{look.desk}desk_room_no")
    return look.rows().filter(WAITING, place, **{f"{look.desk}is_embargoed": False})


def _shown(
    request: Request, thing: Thing, look: Review, row: Any, tried: dict[str, Any] | None, *, is_own: bool
) -> Shown:
    return Shown(
        no=row.subject.no,
        kind_name=look.label or thing.label,
        title=look.title(row),
        text=look.text(row),
        place=row.desk.room.name,
        scope=SCOPE_NAMES[Scope(row.scope)],
        files=list(look.files(row)) if look.files else [],
        inside=list(look.inside(row)) if look.inside else [],
        reason=row.release_reason,
        is_covered=row.is_covered,
        noticed=listed(personal_data.names(f"{look.title(row)}\n{look.text(row)}", is_public=True)),
        is_own=is_own and not row.is_covered,
        acts=desk_page.offers(house().thing("post"), row, request, clock.now(), tried, look.title(row)),
    )


@login_required
@require_POST
def do(request: Request, kind: str, no: str, what: str) -> HttpResponse:
    """`/desk/review/<kind>/<no>/<what>`: release, hold back, restore, or leave it down."""
    look = next((look for thing, look in _reviewed() if thing.kind == kind), None)
    row = by_no(waiting(request.actor, look), no).first() if look else None
    if row is None:
        raise Http404
    return desk_page.press(request, house().thing("post"), row, what, _page)


@login_required
@require_POST
def undo(request: Request, pk: int) -> HttpResponse:
    """`/desk/undo/<pk>`: take back what one has just pressed, and go back to its page."""
    pressed = Pressed.objects.filter(pk=pk, person=request.actor.key).select_related("event").first()
    if pressed is None and Pressed.objects.filter(pk=pk).exists():  # another one's
        raise Http404
    if pressed is None:  # the night has forgotten it
        return _too_late(request)
    thing = house().thing(pressed.event.subject_kind)
    try:
        row = undoing.take_back(pressed=pressed, actor=request.actor, at=clock.now())
    except IllegalMove:
        return _too_late(request)
    messages.success(request, _("已收回，和按以前一样，没有通知任何人。"))
    return desk_page.back(request, thing, row)


def _too_late(request: Request) -> HttpResponse:
    messages.warning(request, _("不能收回了：时间过了，或者已经有人接着办了。"))
    return redirect("desk")
