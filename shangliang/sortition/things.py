"""What draws, their lotteries and volunteers hand in."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from shangliang.access.request import Request
from shangliang.access.things import BARE, FOLD, PRESS, SECTION, Act, Thing
from shangliang.kit import clock
from shangliang.kit.punctuation import COLON, COMMA
from shangliang.sortition import forms, queries, rules
from shangliang.sortition.actions import calling, drawing, draws, volunteering
from shangliang.sortition.labels import HISTORY, TASKS, UNMET
from shangliang.sortition.models import Draw, Lottery, Volunteer
from shangliang.sortition.permissions import draw_for, role_over
from shangliang.sortition.states import DRAW, LOTTERY, VOLUNTEER, CallResult, SeedWay
from shangliang.sortition.views import pool

EXAMPLE = _("性别：男、女\n年龄：18到34岁、35到59岁、60岁以上\n住房：业主、租户")


def _set_up(draw: Draw, request: Request) -> dict[str, Any]:
    asked = queries.asked(draw)
    categories = rules.categories_as_text(
        (each.feature for each in asked), colon=str(COLON), comma=str(COMMA)
    ) or str(EXAMPLE)
    return {"initial": {"size": draw.size or None, "categories": categories}}


def _quotas(draw: Draw, request: Request) -> dict[str, Any]:
    return {"rows": queries.quotas(draw)}


def _call(draw: Draw, request: Request) -> dict[str, Any]:
    return {"former": draw.call_until, "initial": {"until": draw.call_until, "open": "yes"}}


def _bounded(request: Request, draw: Draw, result: object) -> HttpResponse | None:
    """The same press may ask whether a panel exists."""
    if "check" in request.POST:
        draws.ask_check(draw=draw, actor=request.actor, at=clock.now())
        return redirect(reverse("desk_draw", args=[draw.key]) + "#check")
    messages.success(request, now_("改好了。"))
    return None


def _called(request: Request, draw: Draw, result: object) -> None:
    is_open = request.POST.get("open") == "yes"
    messages.success(request, now_("开始报名了，请把海报贴出去。") if is_open else now_("报名结束了。"))


def _picked(request: Request, lottery: Lottery, drawn: list[int]) -> HttpResponse:
    said = ngettext("抽出来了，%(n)s 位。", "抽出来了，%(n)s 位。", len(drawn)) % {"n": len(drawn)}
    messages.success(request, said + now_("请打印信，逐一送到。"))
    return redirect("desk_draw", lottery.draw.key)


def _way(lottery: Lottery, request: Request) -> dict[str, Any]:
    return {"initial": {"way": SeedWay.DICE.value}}


def _kinds(volunteer: Volunteer, request: Request) -> dict[str, Any]:
    asked = queries.asked(volunteer.draw)
    return {"asked": asked, "initial": forms.KindsForm.initial_of(volunteer.values, asked)}


DRAWS = Thing(
    kind="draw",
    label=_("抽签请人"),
    rows=lambda actor: Draw.objects.staffed_by(actor).select_related("room"),
    title=lambda row: row.title,
    place=lambda row: row.room.name,
    page="draw_by_number",
    find=draw_for,
    act_page="draw_do",
    machine=DRAW,
    history=HISTORY,
    tasks=TASKS,
    answers={drawing.REPLY: ("volunteer.yes", "volunteer.no", "alternates", "settle")},
    parts={"volunteer": lambda row: row.volunteers.select_related("draw")},
    unmet=UNMET,
    mends=pool.mending_pages,
    stands_on=lambda row: reverse("desk_draw", args=[row.key]),
    acts=(
        Act(
            "set-up",
            ("set_up",),
            _("抽几位、分哪几类人"),
            draws.set_up,
            button=_("算出名额"),
            said=_("写好了。下面按人数算出了每一类最少、最多几位，可以改。"),
            form=forms.SetUpForm,
            given=_set_up,
            look=SECTION,
        ),
        Act(
            "bound",
            ("bound",),
            _("每一类最少、最多几位"),
            draws.bound,
            form=forms.QuotaForm,
            given=_quotas,
            then=_bounded,
        ),
        Act("call", ("call",), _("公开报名"), draws.call, form=forms.CallForm, given=_call, then=_called),
        Act(
            "fix",
            ("ask_lottery",),
            _("封存名单，编组"),
            drawing.fix,
            said=_("名单封存了，正在编组。"),
            look=PRESS,
        ),
        Act(
            "alternates",
            ("call_alternates",),
            _("请候补"),
            drawing.call_alternates,
            said=_("候补已经补上，等他们答复。请打印信，逐一送到。"),
            look=PRESS,
        ),
        Act(
            "settle",
            ("settle",),
            _("定下名单，请到会"),
            draws.settle,
            said=_("名单已定，抽中的人已经写进请到的名单。"),
            look=PRESS,
        ),
        Act(
            "cancel",
            ("cancel",),
            _("这次不抽了"),
            draws.cancel,
            button=_("不抽了"),
            said=_("这次不抽了。"),
            form=forms.ReasonForm,
            look=FOLD,
        ),
    ),
)
LOTTERIES = Thing(
    kind="lottery",
    label=_("抽签"),
    rows=lambda actor: Lottery.objects.filter(draw__in=Draw.objects.staffed_by(actor)),
    title=lambda row: row.draw.title,
    place=lambda row: row.draw.room.name,
    page="",
    act_page="draw_do",
    machine=LOTTERY,
    history=HISTORY,
    unmet=UNMET,
    role_of=role_over,
    key=lambda row: (row.draw.key,),
    stands_on=lambda row: reverse("desk_draw", args=[row.draw.key]),
    acts=(
        Act(
            "pick",
            ("pick",),
            _("抽签"),
            drawing.pick,
            form=forms.SeedForm,
            given=_way,
            then=_picked,
            next=_("抽签"),
            look=BARE,
        ),
        Act(
            "take-back",
            ("take_back",),
            _("名单有错，取回重来"),
            drawing.take_back,
            button=_("取回"),
            said=_("取回了，可以再改名单和人数。"),
            form=forms.ReasonForm,
            look=FOLD,
        ),
    ),
)
VOLUNTEERS = Thing(
    kind="volunteer",
    label=_("报名的人"),
    rows=lambda actor: Volunteer.objects.filter(draw__in=Draw.objects.staffed_by(actor)),
    title=lambda row: str(row.number),
    place=lambda row: row.draw.room.name,
    page="",
    act_page="draw_volunteer_do",
    machine=VOLUNTEER,
    history=HISTORY,
    unmet=UNMET,
    role_of=role_over,
    key=lambda row: (row.draw.key, str(row.number)),
    stands_on=lambda row: reverse("draw_volunteers", args=[row.draw.key]),
    like=("1", "1"),
    is_on_a_list=True,
    acts=(
        Act(
            "yes",
            ("accept_for",),
            _("说了，来"),
            partial(drawing.reply, comes=True),
            said=_("记下了。"),
            then=pool.after_reply,
            look=PRESS,
        ),
        Act(
            "no",
            ("decline_for",),
            _("说了，来不了"),
            partial(drawing.reply, comes=False),
            said=_("记下了。"),
            then=pool.after_reply,
            look=PRESS,
        ),
        Act(
            "reached",
            ("note_call",),
            _("打通了，说过了"),
            partial(calling.note_call, result=CallResult.REACHED),
            said=_("记下了，等他答复。"),
            then=pool.after_reply,
            look=PRESS,
        ),
        Act(
            "missed",
            ("note_call",),
            _("没打通"),
            partial(calling.note_call, result=CallResult.MISSED),
            said=_("记下了，排到后面再打。"),
            then=pool.after_reply,
            look=PRESS,
        ),
        Act(
            "later",
            ("note_call",),
            _("说好再打"),
            partial(calling.note_call, result=CallResult.LATER),
            said=_("记下了，排到后面再打。"),
            then=pool.after_reply,
            look=PRESS,
        ),
        Act(
            "letter",
            ("note_letter",),
            _("信送到了"),
            calling.note_letter,
            said=_("记下了，等他答复。"),
            then=pool.after_reply,
            look=PRESS,
        ),
        Act("phone", ("reveal",), _("看电话（留痕）"), volunteering.reveal, then=pool.with_phone, look=PRESS),
        Act(
            "kinds",
            ("change",),
            _("改是哪类人"),
            volunteering.change,
            button=_("保存"),
            said=_("改好了。"),
            form=forms.KindsForm,
            given=_kinds,
            page="draw_kinds",
            look=BARE,
        ),
        Act(
            "other",
            ("confirm",),
            _("看过了，不是同一个人"),
            volunteering.confirm,
            said=_("改好了。"),
            look=PRESS,
        ),
        Act(
            "untie",
            ("untie",),
            _("这一位不是这家的"),
            volunteering.untie,
            said=_("分开了，抽签时不算一家。"),
            look=PRESS,
        ),
        Act(
            "untie-all",
            ("untie",),
            _("这些人都不是一家"),
            partial(volunteering.untie, everybody=True),
            said=_("都分开了，抽签时不算一家。"),
            look=PRESS,
        ),
        Act(
            "one-home",
            ("keep_home",),
            _("是一家，只抽一位"),
            volunteering.keep_home,
            said=_("记下了，这一家最多抽一位。"),
            look=PRESS,
        ),
        Act(
            "out",
            ("put_out",),
            _("移出抽签"),
            volunteering.put_out,
            said=_("移出了。"),
            form=forms.OutForm,
            look=BARE,
        ),
        Act(
            "back",
            ("bring_back",),
            _("放回抽签名单"),
            volunteering.bring_back,
            said=_("放回了。"),
            look=PRESS,
        ),
    ),
)
THINGS = (DRAWS, LOTTERIES, VOLUNTEERS)
