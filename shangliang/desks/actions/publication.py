"""From internal to public and back: proposed, reviewed by one other person, released; covered at once when amiss.

Works on anything Publishable; the desk of the thing it belongs to says who may review.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from shangliang.access.actor import SYSTEM, Actor, ActorKind, Grant
from shangliang.access.caching import forget_pages
from shangliang.access.denied import Denied
from shangliang.access.desk import OnDesk, role_on_desk
from shangliang.access.publication import Publishable, Scope
from shangliang.access.roles import Permission, Role
from shangliang.access.things import house
from shangliang.access.transitions import Begun, begin
from shangliang.clocks import actions as clocks
from shangliang.desks.actions.records import record
from shangliang.desks.queries import review_offices, who_reviews
from shangliang.desks.states import POST
from shangliang.events.kinds import Kind, Subject
from shangliang.kit.clock import local_day
from shangliang.kit.guards import Unmet, require
from shangliang.ledger.models import Entry, Pseudonym
from shangliang.search import actions as search

REVIEW, CONFIRM = "access.review_days", "access.cover_confirm_days"
COLUMNS = ["scope", "release", "released_at", "release_reason"]


class Post(Protocol):
    """A row with the columns of Publishable, its name in the ledger, and the desk on which it lies."""

    scope: str
    release: str
    released_at: datetime | None
    release_reason: str

    @property
    def subject(self) -> Subject: ...

    @property
    def desk(self) -> OnDesk: ...

    def save(self, *, update_fields: list[str]) -> None: ...


def propose(
    *,
    post: Post,
    actor: Actor,
    role: Role | None,
    at: datetime,
    place: str = "",
    latest: datetime | None = None,
) -> None:
    """Send a post to review, within the act that changed it and in its role. What is internal stays inside.

    `place`: where that role is held, if not at the desk (a doer in its unit). `latest`: after that nobody needs to read
    it any more, so the review waits no longer.
    """
    if post.scope == Scope.INTERNAL or post.desk.is_embargoed or not POST.allows(post, "propose"):
        return
    begun = Begun(actor, role, POST.go(post, "propose").event, "", place)
    post.save(update_fields=COLUMNS)
    record(begun, post.desk, at=at, subject=post.subject, content={"scope": post.scope})
    _ask_reviewer(REVIEW, post, actor, at, latest)


def reword(*, post: Post, at: datetime) -> None:
    """Its words have changed: whoever waited to review the former ones need not."""
    if POST.allows(post, "reword"):
        POST.go(post, "reword")
        _taken_from_review(post, at)


def withdraw(*, post: Post, at: datetime) -> None:
    """What it is about was called off: nobody has to review it. What was public already stays as it is."""
    if POST.allows(post, "withdraw"):
        POST.go(post, "withdraw")
        _taken_from_review(post, at)


def _taken_from_review(post: Post, at: datetime) -> None:
    post.save(update_fields=COLUMNS)
    clocks.stop(REVIEW, post.subject, at=at)


@transaction.atomic
def release(
    *, post: Post, withheld: Sequence[str] = (), reason: str = "", actor: Actor, at: datetime
) -> None:
    """One other person has looked at it: it is public from now on, but for what of its files is `withheld`."""
    begun = _begin(post, "release", actor, _missing(reason) if withheld else [])
    _not_ones_own(actor, post.subject)
    post.released_at, post.release_reason = at, ""
    look = house().thing(post.subject.kind).review if withheld else None
    if look is not None and look.withhold is not None:
        look.withhold(post, withheld, reason.strip())
    facts: dict[str, object] = {"scope": post.scope}
    _end(begun, post, at, {**facts, "withheld": len(withheld)} if withheld else facts)


@transaction.atomic
def hold_back(*, post: Post, reason: str, actor: Actor, at: datetime) -> None:
    """Not public, with a reason; the submitter still reads the result on the slip."""
    begun = _begin(post, "hold_back", actor, _missing(reason))
    _not_ones_own(actor, post.subject)
    post.release_reason = reason.strip()
    _end(begun, post, at)


@transaction.atomic
def cover(*, post: Post, reason: str, actor: Actor, at: datetime) -> None:
    """Taken down at once by any staff member; the reviewer then confirms or restores."""
    begun = _begin(post, "cover", actor, _missing(reason))
    post.release_reason = reason.strip()
    transaction.on_commit(forget_pages)
    _end(begun, post, at)
    search.remove(kind=post.subject.kind, no=post.subject.no)
    _ask_reviewer(CONFIRM, post, SYSTEM, at)


@transaction.atomic
def confirm_cover(*, post: Post, actor: Actor, at: datetime) -> None:
    """The reviewer finds that it has to stay down, for the reason that was given; the tombstone stays."""
    _end(_begin(post, "confirm_cover", actor), post, at)


@transaction.atomic
def restore(*, post: Post, actor: Actor, at: datetime) -> None:
    """The reviewer finds that it may stay."""
    begun = _begin(post, "restore", actor)
    post.release_reason = ""
    _end(begun, post, at)


def _ask_reviewer(
    rule: str, post: Post, besides: Actor, at: datetime, latest: datetime | None = None
) -> None:
    """It lies on the desk of somebody who may judge it."""
    who = who_reviews(post.desk, local_day(at), besides)
    clocks.start(rule, post.subject, holder=who, at=at, area_path=post.desk.desk_path, latest=latest)


def follow_desk(*, post: Post, at: datetime) -> None:
    """It lies elsewhere now: whoever reviews there has it on the desk, within the same time."""
    who = who_reviews(post.desk, local_day(at), _proposer(post))
    for rule in (REVIEW, CONFIRM):
        clocks.pass_to(rule, post.subject, holder=who, at=at)


def _proposer(post: Post) -> Actor:
    """Whoever sent it to review last, as far as that is known: the account, and the office in which it was."""
    rows = Entry.objects.filter(
        event=Kind.POST_PROPOSED.value, subject_kind=post.subject.kind, subject_no=post.subject.no
    )
    office = rows.order_by("-pk").values_list("office", flat=True).first() or ""
    account = proposer_key(post.subject).removeprefix("account:")
    own = [
        who for who in review_offices(post.desk) if who.role and who.role.value == office.partition("@")[0]
    ]
    return Actor(
        ActorKind.STAFF,
        account_id=int(account) if account.isdecimal() else None,
        grants=tuple(Grant(who.role, area_path=who.area_path) for who in own if who.role),
    )


def proposer_key(subject: Subject) -> str:
    """The key of whoever sent a post to review last; "" when nobody did, or nobody knows any more."""
    rows = Entry.objects.filter(
        event=Kind.POST_PROPOSED.value, subject_kind=subject.kind, subject_no=subject.no
    )
    last = rows.order_by("-pk").values_list("pseudonym", flat=True).first()
    found = Pseudonym.objects.filter(value=last or "-").values_list("key", flat=True).first()
    return found or ""


def sent_by(actor: Actor, subjects: Iterable[Subject]) -> set[Subject]:
    """Which of these posts `actor` sent to review last, and so leaves to another; one statement."""
    wanted = set(subjects)
    rows = Entry.objects.filter(
        event=Kind.POST_PROPOSED.value,
        subject_kind__in={subject.kind for subject in wanted},
        subject_no__in={subject.no for subject in wanted},
    )
    own = Exists(Pseudonym.objects.filter(key=actor.key or "-", value=OuterRef("pseudonym")))
    told = rows.annotate(is_own=own).order_by("pk").values_list("subject_kind", "subject_no", "is_own")
    last = {Subject(kind, no): is_own for kind, no, is_own in told}
    return {subject for subject in wanted if last.get(subject)}


def _begin(post: Post, act: str, actor: Actor, unmet: Sequence[Unmet] = ()) -> Begun:
    """Checked and moved by the table; what is unmet leaves `post` as it is, for the page to show it again."""
    if not isinstance(post, Publishable):
        raise TypeError(f"{post} cannot become public")
    rows = type(post)._default_manager.select_for_update(of=("self",))
    post.refresh_from_db(fields=COLUMNS, from_queryset=rows)

    def role_of(actor: Actor, permission: Permission, row: Post) -> Role | None:
        return role_on_desk(actor, permission, row.desk)

    begun = begin(POST, post, act, actor, role_of)
    if unmet:
        post.refresh_from_db(fields=["release"])
    require(unmet)
    return begun


def _end(begun: Begun, post: Post, at: datetime, content: dict[str, object] | None = None) -> None:
    post.save(update_fields=COLUMNS)
    record(begun, post.desk, at=at, subject=post.subject, content=content)
    for rule in (REVIEW, CONFIRM):
        clocks.stop(rule, post.subject, at=at)


def _not_ones_own(actor: Actor, subject: Subject) -> None:
    """Who reviews is not who sent it to review."""
    if actor.is_staff and actor.key == proposer_key(subject):
        raise Denied(_("送审的人不能自己审核，请另一位审核。"))


def _missing(reason: str) -> list[Unmet]:
    return [] if reason.strip() else [Unmet("reason_missing", mend="reason")]
