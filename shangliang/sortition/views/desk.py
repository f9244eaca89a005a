"""The clerk's page of a draw, from the quotas to the panel that comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from shangliang.access.request import Request
from shangliang.kit import clock
from shangliang.kit.guards import Blocked, Unmet
from shangliang.kit.states import IllegalMove
from shangliang.ledger.queries import history
from shangliang.sortition import queries, rules
from shangliang.sortition.actions import drawing, keeping
from shangliang.sortition.forms import CallForm, QuotaForm, ReasonForm, SeedForm, SetUpForm
from shangliang.sortition.labels import LOTTERY_STATES
from shangliang.sortition.models import Draw, Lottery
from shangliang.sortition.permissions import draw_for
from shangliang.sortition.states import DRAW, DrawState, LotteryState, SeedWay, VolunteerState
from shangliang.sortition.views import words

EXAMPLE = "性别：男、女\n年龄：18到34岁、35到59岁、60岁以上\n住房：业主、租户"


@login_required
@require_safe
def draw(request: Request, key: str) -> HttpResponse:
    """`/desk/draws/<key>`: what is next, and everything about one draw."""
    return show(request, draw_for(request.actor, key))


@login_required
@require_safe
def by_number(request: Request, no: str) -> HttpResponse:
    """`/desk/draws/by-number/<no>`: where lists and reminders lead, which know the number only."""
    found = Draw.objects.staffed_by(request.actor).by_no(no).first()
    if found is None:
        raise Http404
    return redirect("desk_draw", found.key)


def show(
    request: Request,
    found: Draw,
    unmet: list[Unmet] | tuple[Unmet, ...] = (),
    status: int = 200,
    **forms: Any,
) -> HttpResponse:
    """The page, with what the last press met, if it met something."""
    state = DrawState(found.state)
    lotteries = queries.lotteries(found)
    current = lotteries[0] if lotteries else None
    is_open = current is not None and current.state in queries.OPEN_LOTTERY
    quotas = queries.quotas(found)
    asked = [queries.as_asked(row) for row in quotas]
    counts = queries.counts_by_state(found)
    here = f"/desk/draws/{found.key}"
    may_edit = state in {DrawState.COLLECTING, DrawState.DRAWN} and not is_open
    empty = found.size - counts["seated"] if state == DrawState.DRAWN else 0
    kind, word = queries.stage(found, current, clock.today())
    step = _step(found, current, quotas, counts, empty)
    context = {
        "draw": found,
        "here_at": here,
        "kind": kind,
        "word": word,
        "counts": counts,
        "empty": empty,
        "quotas": quotas,
        "step": step,
        "may_edit": may_edit,
        "may_cancel": DRAW.leads_from("cancel", state) and not is_open,
        "is_call_open": queries.is_call_open(found, clock.today()),
        "gaps": words.sentences(list(unmet) or _gaps(found, step), here),
        "lottery": current,
        "lottery_word": LOTTERY_STATES[LotteryState(current.state)] if current else "",
        "lottery_lines": words.lottery_lines(current) if current else [],
        "mends": words.mends(current.report) if current and current.state == LotteryState.IMPOSSIBLE else [],
        "answer": words.answer(found.answer),
        "has_panel": counts["seated"] > 0,
        "bars": words.bars(queries.shares(found)) if quotas else [],
        "reply_by": queries.reply_by(found),
        "history": words.history_lines(found, lotteries, history(found.subject)),
        "address": request.build_absolute_uri(f"/draws/{found.key}"),
        "set_up_form": forms.get("set_up_form")
        or SetUpForm(
            initial={
                "size": found.size or None,
                "categories": rules.categories_as_text(each.feature for each in asked) or _(EXAMPLE),
            }
        ),
        "quota_form": forms.get("quota_form") or QuotaForm(rows=quotas),
        "call_form": forms.get("call_form") or CallForm(initial={"until": found.call_until}),
        "seed_form": forms.get("seed_form") or SeedForm(initial={"way": SeedWay.DICE.value}),
        "reason_form": forms.get("reason_form") or ReasonForm(),
    }
    return render(request, "sortition/desk_draw.html", context, status=status)


def _gaps(found: Draw, step: str) -> list[Unmet]:
    """What stands before the next press, shown before it is pressed."""
    return queries.missing_for_lottery(found, clock.today()) if step in {"lottery", "again"} else []


def _step(found: Draw, current: Lottery | None, quotas: list[Any], counts: dict[str, int], empty: int) -> str:
    """Which of the steps is next."""
    if current is not None and current.state in queries.OPEN_LOTTERY:
        return "seed" if current.state == LotteryState.FIXED else "making"
    if found.state in {DrawState.SETTLED, DrawState.CANCELLED}:
        return found.state
    if found.state == DrawState.DRAWN:
        if counts[VolunteerState.DRAWN]:
            return "replies"
        return "again" if empty else "settle"
    if not quotas:
        return "quotas"
    return "lottery" if counts[VolunteerState.WAITING] >= found.size else "volunteers"


@login_required
@require_safe
def now(request: Request, key: str) -> HttpResponse:
    """`/desk/draws/<key>/now`: what the worker has found meanwhile."""
    found = draw_for(request.actor, key)
    lottery = queries.open_lottery(found)
    context = {
        "draw": found,
        "here_at": f"/desk/draws/{found.key}",
        "answer": words.answer(found.answer),
        "is_making": lottery is not None and lottery.state == LotteryState.ASKED,
        "part": "lottery" if request.GET.get("part") == "lottery" else "check",
    }
    return render(request, "sortition/_now.html", context)


@login_required
@require_POST
def do(request: Request, key: str, what: str) -> HttpResponse:
    """`/desk/draws/<key>/do/<what>`: one press, one act."""
    found = draw_for(request.actor, key)
    act = ACTS.get(what)
    if act is None:
        raise Http404
    try:
        return act(request, found) or redirect("desk_draw", key)
    except Blocked as blocked:
        return show(request, found, blocked.unmet)
    except IllegalMove:
        messages.warning(request, _("这一步已经办过，或者现在还不能办。页面已更新。"))
    return redirect("desk_draw", key)


def _set_up(request: Request, found: Draw) -> HttpResponse | None:
    form = SetUpForm(request.POST)
    if not form.is_valid():
        return show(request, found, status=400, set_up_form=form)
    keeping.set_up(
        draw=found,
        size=form.cleaned_data["size"],
        features=form.cleaned_data["categories"],
        actor=request.actor,
        at=clock.now(),
    )
    messages.success(request, _("写好了。下面按人数算出了每一类最少、最多几位，可以改。"))
    return None


def _bound(request: Request, found: Draw) -> HttpResponse | None:
    form = QuotaForm(request.POST, rows=queries.quotas(found))
    if not form.is_valid():
        return show(request, found, status=400, quota_form=form)
    try:
        keeping.bound(draw=found, ends=form.ends(), actor=request.actor, at=clock.now())
        if "check" in request.POST:
            keeping.ask_check(draw=found, actor=request.actor, at=clock.now())
    except Blocked as blocked:
        return show(request, found, blocked.unmet, quota_form=form)
    if "check" in request.POST:
        return redirect(f"/desk/draws/{found.key}#check")
    messages.success(request, _("改好了。"))
    return None


def _call(request: Request, found: Draw) -> HttpResponse | None:
    form = CallForm(request.POST)
    if not form.is_valid():
        return show(request, found, status=400, call_form=form)
    is_open = request.POST.get("open") == "yes"
    until = form.cleaned_data["until"] if is_open else found.call_until
    keeping.call(draw=found, is_open=is_open, until=until, actor=request.actor, at=clock.now())
    messages.success(request, _("开始报名了，请把海报贴出去。") if is_open else _("报名结束了。"))
    return None


def _fix(request: Request, found: Draw) -> None:
    drawing.fix(draw=found, actor=request.actor, at=clock.now())
    messages.success(request, _("名单封存了，正在编组。"))


def _open_lottery(found: Draw) -> Lottery:
    lottery = queries.open_lottery(found)
    if lottery is None:
        raise IllegalMove("lottery", "pick", "")
    return lottery


def _take_back(request: Request, found: Draw) -> HttpResponse | None:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return show(request, found, status=400, reason_form=form)
    drawing.take_back(
        lottery=_open_lottery(found),
        reason=form.cleaned_data["reason"],
        actor=request.actor,
        at=clock.now(),
    )
    messages.success(request, _("取回了，可以再改名单和人数。"))
    return None


def _pick(request: Request, found: Draw) -> HttpResponse | None:
    form = SeedForm(request.POST)
    lottery = _open_lottery(found)
    if not form.is_valid():
        return show(request, found, status=400, seed_form=form)
    drawn = drawing.pick(
        lottery=lottery,
        seed=form.cleaned_data["seed"],
        way=SeedWay(form.cleaned_data["way"]),
        actor=request.actor,
        at=clock.now(),
    )
    messages.success(
        request,
        ngettext(
            "抽出来了，%(n)s 位。留了电话的，短信已经发出；其余的请打印信。",
            "抽出来了，%(n)s 位。留了电话的，短信已经发出；其余的请打印信。",
            len(drawn),
        )
        % {"n": len(drawn)},
    )
    return None


def _settle(request: Request, found: Draw) -> None:
    keeping.settle(draw=found, actor=request.actor, at=clock.now())
    messages.success(request, _("名单已定，抽中的人已经写进请到的名单。"))


def _cancel(request: Request, found: Draw) -> HttpResponse | None:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return show(request, found, status=400, reason_form=form)
    keeping.cancel(draw=found, reason=form.cleaned_data["reason"], actor=request.actor, at=clock.now())
    messages.success(request, _("这次不抽了。"))
    return None


ACTS: dict[str, Callable[[Request, Draw], HttpResponse | None]] = {
    "set-up": _set_up,
    "bound": _bound,
    "call": _call,
    "fix": _fix,
    "take-back": _take_back,
    "pick": _pick,
    "settle": _settle,
    "cancel": _cancel,
}


@login_required
@require_safe
def letters(request: Request, key: str) -> HttpResponse:
    """`/desk/draws/<key>/letters`: a letter for each who was drawn and has not answered, to print and carry."""
    found = draw_for(request.actor, key)
    rows = found.volunteers.filter(state=VolunteerState.DRAWN.value).order_by("number")
    context = {
        "draw": found,
        "reply_by": queries.reply_by(found),
        "letters": [{"row": row, "address": request.build_absolute_uri(row.own_path)} for row in rows],
        "back": f"/desk/draws/{found.key}",
    }
    return render(request, "sortition/letters.html", context)


@login_required
@require_safe
def poster(request: Request, key: str) -> HttpResponse:
    """`/desk/draws/<key>/poster`: the open call, to hang up."""
    found = draw_for(request.actor, key)
    address = request.build_absolute_uri(f"/draws/{found.key}")
    context = {"draw": found, "address": address, "back": f"/desk/draws/{found.key}"}
    return render(request, "sortition/poster.html", context)
