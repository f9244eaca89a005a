"""What can be done to anything that is to become public, wherever it lies."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shangliang.access.actor import Actor
from shangliang.access.desk import role_on_desk
from shangliang.access.roles import Permission, Role
from shangliang.access.things import FOLD, PRESS, Act, Section, Thing, house
from shangliang.desks.actions import publication
from shangliang.desks.forms import ReasonForm, ReleaseForm
from shangliang.desks.labels import HISTORY, UNMET
from shangliang.desks.states import POST


def _role_of(actor: Actor, permission: Permission, post: Any) -> Role | None:
    return role_on_desk(actor, permission, post.desk)


def _files_of(post: Any, request: HttpRequest) -> dict[str, Any]:
    look = house().thing(post.subject.kind).review
    return {"files": list(look.files(post)) if look and look.files and look.withhold else []}


def _passed(request: HttpRequest, post: Any, result: object) -> None:
    """Says what is true now: most is public at once, an announcement once it is sent out."""
    look = house().thing(post.subject.kind).review
    words = look.passed(post) if look and look.passed else ""
    messages.success(request, str(words or _("已公开。")))


POSTS = Thing(
    kind="post",
    label=_("待公开的内容"),
    rows=lambda actor: (),
    title=lambda post: "",
    place=lambda post: str(post.desk.room.name),
    page="",
    listed="desk_review",
    act_page="review_do",
    machine=POST,
    history=HISTORY,
    unmet=UNMET,
    role_of=_role_of,
    stands_on=lambda post: reverse("desk_review"),
    key=lambda post: (post.subject.kind, post.subject.no),
    like=("topic", "1"),
    is_on_a_list=True,
    acts=(
        Act(
            "release",
            ("release",),
            _("可以公开"),
            publication.release,
            form=ReleaseForm,
            given=_files_of,
            next=_("可以公开"),
            look=PRESS,
            takes="post",
            then=_passed,
        ),
        Act(
            "hold-back",
            ("hold_back",),
            _("退回修改"),
            publication.hold_back,
            said=_("已退回修改，理由已记下。"),
            form=ReasonForm,
            look=FOLD,
            takes="post",
        ),
        Act(
            "restore",
            ("restore",),
            _("恢复公开"),
            publication.restore,
            said=_("已恢复公开。"),
            next=_("恢复公开"),
            look=PRESS,
            takes="post",
        ),
        Act(
            "leave",
            ("confirm_cover",),
            _("不宜公开，确认撤下"),
            publication.confirm_cover,
            said=_("撤下的决定已确认。"),
            look=PRESS,
            takes="post",
        ),
    ),
)
THINGS = (POSTS,)
# The acts that do what the clocks of review ask for, on whatever is to become public.
ANSWERS = {
    publication.REVIEW: ("post.release", "post.hold-back"),
    publication.CONFIRM: ("post.restore", "post.leave"),
}
SHORTCUTS = (Section("desk_review", _("发布审核"), Permission.POST_REVIEW),)
