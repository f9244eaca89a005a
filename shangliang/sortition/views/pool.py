"""The list of volunteers on the desk: writing people down, taking them out, their replies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from shangliang.access.desk import require_role, role_on_desk
from shangliang.access.request import Request
from shangliang.access.roles import Permission
from shangliang.kit import clock
from shangliang.kit.guards import Blocked
from shangliang.kit.paging import page_of
from shangliang.kit.states import IllegalMove
from shangliang.sortition import queries
from shangliang.sortition.actions import drawing, volunteering
from shangliang.sortition.actions.volunteering import NotTaken
from shangliang.sortition.forms import EntryForm, KindsForm, ListForm, OutForm
from shangliang.sortition.labels import VOLUNTEER_STATES
from shangliang.sortition.models import Draw, Volunteer
from shangliang.sortition.permissions import draw_for
from shangliang.sortition.states import DrawState, OutReason, VolunteerState
from shangliang.sortition.views import words


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def volunteers(request: Request, key: str) -> HttpResponse:
    """`/desk/draws/<key>/volunteers`: the list; a POST writes one person down."""
    found = draw_for(request.actor, key)
    asked = queries.asked(found)
    form = EntryForm(request.POST or None, asked=asked)
    if request.method == "POST" and form.is_valid():
        try:
            row = volunteering.enter(draw=found, entry=form.entry(), actor=request.actor, at=clock.now())
        except NotTaken:
            form.add_error("phone", _("这个电话已经报过名。"))
        except (Blocked, IllegalMove):
            messages.warning(request, _("正在抽签，或者已经抽完，名单不能再改。"))
            return redirect("draw_volunteers", key)
        else:
            messages.success(request, _("写下了，%(n)s 号。") % {"n": row.number})
            return redirect("draw_volunteers", key)
    return _show(request, found, status=400 if form.is_bound else 200, entry_form=form)


def _show(request: Request, found: Draw, status: int = 200, **forms: Any) -> HttpResponse:
    asked = queries.asked(found)
    rows, chosen = queries.volunteers(found), request.GET.get("state", "")
    counts = queries.counts_by_state(found)
    if chosen in set(VolunteerState):
        rows = rows.filter(state=chosen)
    page = page_of(rows, request.GET.get("page"))
    offices = queries.office_names(found, clock.today())
    mates = queries.households(found, page.rows)
    tabs = [{"url": "?", "label": _("全部"), "count": counts["all"], "current": not chosen}]
    tabs += [
        {"url": f"?state={state.value}", "label": word, "count": counts[state], "current": state == chosen}
        for state, word in VOLUNTEER_STATES.items()
        if counts[state]
    ]
    context = {
        "draw": found,
        "here_at": f"/desk/draws/{found.key}",
        "page": page,
        "tabs": tabs,
        "rows": [words.volunteer_row(row, mates, offices) for row in page.rows],
        "may_edit": queries.open_lottery(found) is None
        and found.state in {DrawState.COLLECTING, DrawState.DRAWN}
        and bool(asked),
        "may_reply": found.state == DrawState.DRAWN,
        "columns": "、".join(dict.fromkeys(each.feature.category for each in asked)),
        "entry_form": forms.get("entry_form") or EntryForm(asked=asked),
        "list_form": forms.get("list_form") or ListForm(asked=asked),
        "out_form": OutForm(),
        "may_reveal": role_on_desk(request.actor, Permission.CONTACT_REVEAL, found) is not None,
        "phone": forms.get("phone"),
    }
    return render(request, "sortition/desk_volunteers.html", context, status=status)


@login_required
@require_POST
def take_list(request: Request, key: str) -> HttpResponse:
    """`/desk/draws/<key>/list`: many at a time, all or none."""
    found = draw_for(request.actor, key)
    form = ListForm(request.POST, request.FILES, asked=queries.asked(found))
    if not form.is_valid():
        return _show(request, found, status=400, list_form=form)
    entries = form.cleaned_data["entries"]
    try:
        new, twice = volunteering.enter_many(draw=found, entries=entries, actor=request.actor, at=clock.now())
    except (Blocked, IllegalMove):
        messages.warning(request, _("正在抽签，或者已经抽完，名单不能再改。"))
        return redirect("draw_volunteers", key)
    messages.success(request, ngettext("写下了 %(n)s 人。", "写下了 %(n)s 人。", new) % {"n": new})
    if twice:
        messages.info(
            request,
            ngettext(
                "有 %(n)s 人的电话已经报过名，没有再写。", "有 %(n)s 人的电话已经报过名，没有再写。", twice
            )
            % {"n": twice},
        )
    return redirect("draw_volunteers", key)


@login_required
@require_POST
def ask_again(request: Request, key: str) -> HttpResponse:
    """`/desk/draws/<key>/again`: those who said at an earlier draw of this room that they would come again."""
    found = draw_for(request.actor, key)
    try:
        new, lacking = volunteering.ask_again(draw=found, actor=request.actor, at=clock.now())
    except (Blocked, IllegalMove):
        messages.warning(request, _("正在抽签，或者已经抽完，名单不能再改。"))
        return redirect("draw_volunteers", key)
    messages.success(
        request,
        ngettext("上次说过愿意再来的，加了 %(n)s 人。", "上次说过愿意再来的，加了 %(n)s 人。", new)
        % {"n": new},
    )
    if lacking:
        messages.info(
            request,
            ngettext("其中 %(n)s 人还要补写是哪类人。", "其中 %(n)s 人还要补写是哪类人。", lacking)
            % {"n": lacking},
        )
    return redirect("draw_volunteers", key)


def _volunteer(found: Draw, number: int) -> Volunteer:
    row = found.volunteers.filter(number=number).select_related("draw__room").first()
    if row is None:
        raise Http404
    return row


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def kinds(request: Request, key: str, number: int) -> HttpResponse:
    """`/desk/draws/<key>/volunteers/<number>`: to which kinds somebody belongs."""
    found = draw_for(request.actor, key)
    row = _volunteer(found, number)
    asked = queries.asked(found)
    form = KindsForm(request.POST or None, asked=asked, initial=KindsForm.initial_of(row.values, asked))
    if request.method == "POST" and form.is_valid():
        try:
            volunteering.change(volunteer=row, values=form.values(), actor=request.actor, at=clock.now())
            messages.success(request, _("改好了。"))
        except (Blocked, IllegalMove):
            messages.warning(request, _("正在抽签，或者已经抽完，名单不能再改。"))
        return redirect("draw_volunteers", key)
    context = {"draw": found, "row": row, "form": form, "here_at": f"/desk/draws/{found.key}"}
    return render(request, "sortition/desk_kinds.html", context, status=400 if form.is_bound else 200)


@login_required
@require_POST
def do(request: Request, key: str, number: int, what: str) -> HttpResponse:
    """`/desk/draws/<key>/volunteers/<number>/<what>`: out, back, other, yes, no, phone."""
    found = draw_for(request.actor, key)
    row, act = _volunteer(found, number), ACTS.get(what)
    if act is None:
        raise Http404
    try:
        return act(request, row) or redirect("draw_volunteers", key)
    except (Blocked, IllegalMove):
        messages.warning(request, _("这一步已经办过，或者现在还不能办。页面已更新。"))
    return redirect("draw_volunteers", key)


def _out(request: Request, row: Volunteer) -> None:
    form = OutForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("请选一项。"))
        return
    reason = OutReason(form.cleaned_data["reason"])
    volunteering.put_out(volunteer=row, reason=reason, actor=request.actor, at=clock.now())
    messages.success(request, _("移出了。"))


def _back(request: Request, row: Volunteer) -> None:
    volunteering.bring_back(volunteer=row, actor=request.actor, at=clock.now())
    messages.success(request, _("放回了。"))


def _other(request: Request, row: Volunteer) -> None:
    volunteering.confirm(volunteer=row, actor=request.actor)
    messages.success(request, _("改好了。"))


def _yes(request: Request, row: Volunteer) -> None:
    _reply(request, row, comes=True)


def _no(request: Request, row: Volunteer) -> None:
    _reply(request, row, comes=False)


def _reply(request: Request, row: Volunteer, *, comes: bool) -> None:
    role = require_role(request.actor, Permission.DRAW_KEEP, row.draw)
    drawing.reply(volunteer=row, comes=comes, actor=request.actor, role=role, at=clock.now())
    messages.success(request, _("记下了。"))


def _phone(request: Request, row: Volunteer) -> HttpResponse:
    phone = volunteering.reveal(volunteer=row, actor=request.actor, at=clock.now())
    return _show(request, row.draw, phone={"number": row.number, "phone": phone or _("没有留电话")})


ACTS: dict[str, Callable[[Request, Volunteer], HttpResponse | None]] = {
    "out": _out,
    "back": _back,
    "other": _other,
    "yes": _yes,
    "no": _no,
    "phone": _phone,
}
