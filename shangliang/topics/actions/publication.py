"""From internal to public and back: proposed, reviewed by one other person, released; covered at once when amiss.

Works on anything Publishable; the desk columns of the thing it belongs to say who may review.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shangliang.access.actor import Actor
from shangliang.access.caching import forget_pages
from shangliang.access.denied import Denied
from shangliang.access.desk import OnDesk, require_role
from shangliang.access.publication import Publishable, Release, Scope
from shangliang.access.roles import Permission, Role
from shangliang.clocks import actions as clocks
from shangliang.clocks.actions import Holder
from shangliang.events.kinds import Kind, Subject
from shangliang.kit.guards import Unmet, require
from shangliang.kit.states import IllegalMove
from shangliang.ledger.actions import act
from shangliang.ledger.models import Entry, Pseudonym
from shangliang.places.rules import level_of, upto
from shangliang.places.states import AreaLevel
from shangliang.search import actions as search

REVIEW, CONFIRM = "access.review_days", "access.cover_confirm_days"


@transaction.atomic
def propose(*, post: Publishable, subject: Subject, desk: OnDesk, actor: Actor, at: datetime) -> None:
    """Send a post to review. What is internal, or under embargo, stays inside."""
    if post.scope == Scope.INTERNAL or desk.is_embargoed or post.release == Release.RELEASED:
        return
    post.release = Release.IN_REVIEW.value
    post.save()
    _record(Kind.POST_PROPOSED, subject, desk, actor, Permission.DESK_SEE, at, {"scope": post.scope})
    clocks.start(REVIEW, subject, holder=reviewer(desk), at=at, area_path=desk.desk_path)


@transaction.atomic
def release(*, post: Publishable, subject: Subject, desk: OnDesk, actor: Actor, at: datetime) -> None:
    """One other person has looked at it: it is public from now on."""
    role = _reviewing(actor, desk, subject)
    _only_from(post, "release", Release.IN_REVIEW, Release.HELD_BACK)
    post.release, post.released_at, post.release_reason = Release.RELEASED.value, at, ""
    post.save()
    _record_as(Kind.POST_RELEASED, subject, desk, actor, role, at, {"scope": post.scope})
    clocks.stop(REVIEW, subject, at=at)


@transaction.atomic
def hold_back(
    *, post: Publishable, subject: Subject, desk: OnDesk, reason: str, actor: Actor, at: datetime
) -> None:
    """Not public, with a reason; the submitter still reads the result on the slip."""
    role = _reviewing(actor, desk, subject)
    _only_from(post, "hold_back", Release.IN_REVIEW)
    _with_reason(reason)
    post.release, post.release_reason = Release.HELD_BACK.value, reason.strip()[:200]
    post.save()
    _record_as(Kind.POST_HELD_BACK, subject, desk, actor, role, at, {})
    clocks.stop(REVIEW, subject, at=at)


@transaction.atomic
def cover(
    *, post: Publishable, subject: Subject, desk: OnDesk, reason: str, actor: Actor, at: datetime
) -> None:
    """Taken down at once by any staff member; the reviewer then confirms or restores."""
    role = require_role(actor, Permission.POST_COVER, desk)
    _only_from(post, "cover", Release.RELEASED)
    _with_reason(reason)
    post.release, post.release_reason = Release.COVERED.value, reason.strip()[:200]
    post.save()
    transaction.on_commit(forget_pages)
    _record_as(Kind.POST_COVERED, subject, desk, actor, role, at, {})
    search.remove(kind=subject.kind, no=subject.no)
    clocks.start(CONFIRM, subject, holder=reviewer(desk), at=at, area_path=desk.desk_path)


@transaction.atomic
def confirm_cover(*, post: Publishable, subject: Subject, desk: OnDesk, actor: Actor, at: datetime) -> None:
    """The reviewer finds that it has to stay down: held back, with the reason that was given."""
    role = require_role(actor, Permission.POST_REVIEW, desk)
    _only_from(post, "confirm_cover", Release.COVERED)
    _record_as(Kind.POST_HELD_BACK, subject, desk, actor, role, at, {"covered": True})
    clocks.stop(CONFIRM, subject, at=at)


@transaction.atomic
def restore(*, post: Publishable, subject: Subject, desk: OnDesk, actor: Actor, at: datetime) -> None:
    """The reviewer finds that it may stay."""
    role = require_role(actor, Permission.POST_REVIEW, desk)
    _only_from(post, "restore", Release.COVERED)
    post.release, post.release_reason = Release.RELEASED.value, ""
    post.save()
    _record_as(Kind.POST_RESTORED, subject, desk, actor, role, at, {})
    clocks.stop(CONFIRM, subject, at=at)


def reviewer(desk: OnDesk) -> Holder:
    """The town's CPPCC office for a room's post; above the town the office of that tier."""
    level = level_of(desk.desk_path)
    if level in {AreaLevel.VILLAGE, AreaLevel.TOWN}:
        return Holder(Role.TOWN_OFFICE, area_path=upto(desk.desk_path, AreaLevel.TOWN))
    role = Role.DISTRICT_OFFICE if level == AreaLevel.COUNTY else Role.CITY_OFFICE
    return Holder(role, area_path=desk.desk_path)


def _reviewing(actor: Actor, desk: OnDesk, subject: Subject) -> Role | None:
    """Who reviews is not who sent it to review."""
    role = require_role(actor, Permission.POST_REVIEW, desk)
    if actor.is_staff and actor.key == proposer_key(subject):
        raise Denied(_("送审的人不能自己审核，请另一位审核。"))
    return role


def proposer_key(subject: Subject) -> str:
    """The key of whoever sent a post to review last; "" when nobody did, or nobody knows any more."""
    rows = Entry.objects.filter(
        event=Kind.POST_PROPOSED.value, subject_kind=subject.kind, subject_no=subject.no
    )
    last = rows.order_by("-pk").values_list("pseudonym", flat=True).first()
    found = Pseudonym.objects.filter(value=last or "-").values_list("key", flat=True).first()
    return found or ""


def _only_from(post: Publishable, name: str, *states: Release) -> None:
    if post.release not in {state.value for state in states}:
        raise IllegalMove("post", name, post.release)


def _with_reason(reason: str) -> None:
    require([] if reason.strip() else [Unmet("reason_missing", mend="reason")])


def _record(
    kind: Kind,
    subject: Subject,
    desk: OnDesk,
    actor: Actor,
    permission: Permission,
    at: datetime,
    content: dict[str, object],
) -> None:
    role = None
    if actor.is_staff:
        role = actor.role_for(permission, area_path=desk.desk_path, room_no=desk.desk_room_no)
        role = role or next((grant.role for grant in actor.grants), None)
        if role is None:
            raise Denied(_("您没有发布内容的权限。"))
    _record_as(kind, subject, desk, actor, role, at, content)


def _record_as(
    kind: Kind,
    subject: Subject,
    desk: OnDesk,
    actor: Actor,
    role: Role | None,
    at: datetime,
    content: dict[str, object],
) -> None:
    place = desk.desk_room_no or desk.desk_path.rstrip("/").rpartition("/")[2]
    act(kind, subject, actor=actor, role=role, place=place, at=at, content=content)
