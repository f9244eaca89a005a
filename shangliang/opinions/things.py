"""What polls and their statements hand in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from shangliang.access.request import Request
from shangliang.access.things import BARE, PRESS, Act, Thing
from shangliang.opinions import forms
from shangliang.opinions.actions import polls
from shangliang.opinions.labels import HISTORY, UNMET
from shangliang.opinions.models import Poll, Statement
from shangliang.opinions.permissions import poll_for, role_over
from shangliang.opinions.states import POLL, STATEMENT
from shangliang.opinions.views import desk

SEATS = 30  # proposed; a room rarely holds more


def _seeded(request: Request, poll: Poll, result: tuple[int, list[str]]) -> HttpResponse:
    new, twice = result
    messages.success(request, ngettext("加了 %(n)d 句。", "加了 %(n)d 句。", new) % {"n": new})
    for text in twice:
        messages.info(request, gettext("已经有了，没有再加：%(text)s") % {"text": text})
    return redirect("desk_poll", poll.key)


def _settings(poll: Poll, request: Request) -> dict[str, Any]:
    return {"initial": {"takes_open": poll.takes_open, "shows_unreviewed": poll.shows_unreviewed}}


def _seats(poll: Poll, request: Request) -> dict[str, Any]:
    return {"initial": {"count": SEATS}}


def _about(statement: Statement, request: Request) -> dict[str, Any]:
    return {"initial": {"statement": statement.pk}}


def _wording(statement: Statement, request: Request) -> dict[str, Any]:
    has_votes = bool(getattr(statement, "votes_count", 0)) or statement.votes.exists()
    text = statement.mark if has_votes else statement.text
    return {"initial": {"statement": statement.pk, "text": text}, "is_mark": has_votes}


POLLS = Thing(
    kind="poll",
    label=_("征集看法"),
    rows=lambda actor: Poll.objects.staffed_by(actor),
    title=lambda row: row.question,
    place=lambda row: "",
    page="desk_poll",
    find=poll_for,
    act_page="poll_do",
    machine=POLL,
    history=HISTORY,
    unmet=UNMET,
    acts=(
        Act(
            "open",
            ("open",),
            _("开始征集看法"),
            polls.open_poll,
            said=_("开始了。请把大屏幕打开，请大家扫码。"),
            gaps=polls.opening_gaps,
            next=_("开始征集看法"),
            look=PRESS,
        ),
        Act("close", ("close",), _("结束征集"), polls.close_poll, said=_("结束了，不再收表态。"), look=PRESS),
        Act(
            "seed",
            ("seed",),
            _("要大家表态的话"),
            polls.seed,
            button=_("加上这些话"),
            form=forms.SeedForm,
            then=_seeded,
            look=BARE,
        ),
        Act(
            "seats",
            ("print_seats",),
            _("印座位号"),
            polls.print_seats,
            form=forms.SeatsForm,
            given=_seats,
            page="poll_seats",
            then=desk.seat_slips,
            look=BARE,
        ),
        Act(
            "settle",
            ("settle",),
            _("谁来表态"),
            polls.settle,
            button=_("保存"),
            said=_("改好了。"),
            form=forms.SettingsForm,
            given=_settings,
            look=BARE,
        ),
    ),
)
STATEMENTS = Thing(
    kind="statement",
    label=_("要大家表态的话"),
    rows=lambda actor: Statement.objects.filter(poll__in=Poll.objects.staffed_by(actor)),
    title=lambda row: row.text,
    place=lambda row: "",
    page="",
    act_page="poll_do",
    machine=STATEMENT,
    history=HISTORY,
    unmet=UNMET,
    role_of=role_over,
    key=lambda row: (row.poll.key,),
    stands_on=lambda row: reverse("desk_poll", args=[row.poll.key]),
    is_on_a_list=True,
    acts=(
        Act(
            "review",
            ("show", "leave_out"),
            _("让大家看到"),
            polls.review,
            said=_("改好了。"),
            form=forms.ReviewForm,
            given=_about,
        ),
        Act(
            "word",
            ("word",),
            _("改成"),
            polls.word,
            button=_("保存"),
            said=_("改好了。"),
            form=forms.WordForm,
            given=_wording,
            look=BARE,
        ),
        Act(
            "meta",
            ("set_meta",),
            _("算不算进图里"),
            polls.set_meta,
            said=_("改好了。"),
            form=forms.MetaForm,
            given=_about,
        ),
        Act(
            "hands",
            ("count_hands",),
            _("记下举手人数"),
            polls.count_hands,
            said=_("记下了。举手人数单独显示，不算进图里。"),
            form=forms.HandsForm,
            given=_about,
            look=BARE,
        ),
    ),
)
THINGS = (POLLS, STATEMENTS)
