"""The list of volunteers on the desk: writing people down, taking them out, their replies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from shangliang.access import desk_page
from shangliang.access.request import Request
from shangliang.access.things import house
from shangliang.kit import clock
from shangliang.kit.guards import Blocked
from shangliang.kit.paging import page_of
from shangliang.kit.punctuation import listed
from shangliang.kit.states import IllegalMove
from shangliang.sortition import queries, showing
from shangliang.sortition.actions import volunteering
from shangliang.sortition.actions.volunteering import NotTaken
from shangliang.sortition.forms import ClerkEntryForm, ListForm
from shangliang.sortition.labels import VOLUNTEER_STATES
from shangliang.sortition.models import Draw, Volunteer
from shangliang.sortition.permissions import draw_for
from shangliang.sortition.states import DrawState, VolunteerState


def mending_pages(found: Draw) -> dict[str, str]:
    """Where each condition of a draw is mended."""
    here, people = reverse("desk_draw", args=[found.key]), reverse("draw_volunteers", args=[found.key])
    return {
        "categories": f"{here}#set-up",
        "quotas": f"{here}#bound",
        "volunteers": people,
        "replies": f"{people}?state={VolunteerState.DRAWN.value}",
        "lottery": f"{here}#lottery",
        "call": f"{here}#call",
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def volunteers(request: Request, key: str) -> HttpResponse:
    """`/desk/draws/<key>/volunteers`: the list; a POST writes one person down."""
    found = draw_for(request.actor, key)
    form = ClerkEntryForm(request.POST or None, asked=queries.asked(found))
    if request.method == "POST" and form.is_valid():
        try:
            row = volunteering.enter(draw=found, entry=form.entry(), actor=request.actor, at=clock.now())
        except NotTaken:
            form.add_error("phone", _("这个电话已经报过名。两位合用一部电话的，这一位的电话空着。"))
        except (Blocked, IllegalMove) as refused:
            return _refused(request, found, refused, entry_form=form)
        else:
            messages.success(request, _("写下了，%(n)s 号。") % {"n": row.number})
            return redirect("draw_volunteers", key)
    return _show(request, found, status=400 if form.is_bound else 200, entry_form=form)


def _refused(request: Request, found: Draw, refused: Blocked | IllegalMove, **forms: Any) -> HttpResponse:
    """The list with what was typed, and why nobody can be written down now."""
    if isinstance(refused, IllegalMove):
        desk_page.too_late(request)
        return redirect("draw_volunteers", found.key)
    unmet = desk_page.sentences(house().thing("draw"), found, refused.unmet)
    return _show(request, found, status=400, unmet=unmet, **forms)


def _show(request: Request, found: Draw, status: int = 200, **forms: Any) -> HttpResponse:
    asked = queries.asked(found)
    rows, chosen = queries.volunteers(found), request.GET.get("state", "")
    counts = queries.counts_by_state(found)
    if chosen in set(VolunteerState):
        rows = rows.filter(state=chosen)
    if chosen == VolunteerState.DRAWN:
        rows = queries.to_call_first(rows)
    page = page_of(rows, request.GET.get("page"))
    offices = queries.office_names(found, clock.today())
    mates = queries.households(found, page.rows)
    crowded = queries.crowded_homes(queries.pool(found), clock.today())
    tabs = [{"url": "?", "label": _("全部"), "count": counts["all"], "current": not chosen}]
    tabs += [
        {"url": f"?state={state.value}", "label": word, "count": counts[state], "current": state == chosen}
        for state, word in VOLUNTEER_STATES.items()
        if counts[state]
    ]
    context = {
        "draw": found,
        "page": page,
        "tabs": tabs,
        "rows": [_row(request, found, row, mates, crowded, offices, forms.get("tried")) for row in page.rows],
        "gaps": forms.get("unmet") or [],
        "may_edit": queries.open_lottery(found) is None
        and found.state in {DrawState.COLLECTING, DrawState.DRAWN}
        and bool(asked),
        "may_reply": found.state == DrawState.DRAWN,
        "columns": listed(dict.fromkeys(each.feature.category for each in asked)),
        "entry_form": forms.get("entry_form") or ClerkEntryForm(asked=asked),
        "list_form": forms.get("list_form") or ListForm(asked=asked),
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
        if request.FILES:
            desk_page.ask_again_for_files(request)
        return _show(request, found, status=400, list_form=form)
    entries = form.cleaned_data["entries"]
    try:
        new, twice = volunteering.enter_many(draw=found, entries=entries, actor=request.actor, at=clock.now())
    except (Blocked, IllegalMove) as refused:
        return _refused(request, found, refused, list_form=form)
    messages.success(request, ngettext("写下了 %(n)s 人。", "写下了 %(n)s 人。", new) % {"n": new})
    if twice:
        messages.info(
            request,
            ngettext(
                "有 %(n)s 人的电话已经报过名，没有再写。", "有 %(n)s 人的电话已经报过名，没有再写。", twice
            )
            % {"n": twice},
        )
    if queries.crowded_homes(queries.pool(found), clock.today()):
        messages.warning(request, _("有的住址很多人都写了，请在名单里看一看是不是一家，再抽签。"))
    return redirect("draw_volunteers", key)


@login_required
@require_POST
def ask_again(request: Request, key: str) -> HttpResponse:
    """`/desk/draws/<key>/again`: those who said at an earlier draw of this room that they would come again."""
    found = draw_for(request.actor, key)
    try:
        new, lacking = volunteering.ask_again(draw=found, actor=request.actor, at=clock.now())
    except (Blocked, IllegalMove) as refused:
        return _refused(request, found, refused)
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
    row = _volunteer(draw_for(request.actor, key), number)
    return desk_page.fill_in(request, house().thing("volunteer"), row, "kinds", _kinds_page)


def _kinds_page(request: Request, row: Volunteer, **more: Any) -> HttpResponse:
    form = more["tried"]["kinds"]
    context = {"draw": row.draw, "row": row, "form": form, "gaps": more.get("unmet", [])}
    return render(request, "sortition/desk_kinds.html", context, status=400 if form.is_bound else 200)


@login_required
@require_POST
def do(request: Request, key: str, number: int, what: str) -> HttpResponse:
    """`/desk/draws/<key>/volunteers/<number>/<what>`: out, back, other, yes, no, phone."""
    row = _volunteer(draw_for(request.actor, key), number)

    def draw(request: Request, row: Volunteer, **more: Any) -> HttpResponse:
        tried = {(row.pk, name): form for name, form in more.get("tried", {}).items()}
        return _show(request, row.draw, status=400, tried=tried, unmet=more.get("unmet"))

    return desk_page.press(request, house().thing("volunteer"), row, what, draw)


def after_reply(request: Request, row: Volunteer, result: object) -> HttpResponse | None:
    """Back to those who have not answered yet, as long as there are any."""
    waiting = row.draw.volunteers.filter(state=VolunteerState.DRAWN.value).exists()
    return redirect(mending_pages(row.draw)["replies"]) if waiting else None


def with_phone(request: Request, row: Volunteer, phone: str) -> HttpResponse:
    """The list with the number that was asked for, this once."""
    return _show(request, row.draw, phone={"number": row.number, "phone": phone or _("没有留电话")})


def _row(
    request: Request,
    found: Draw,
    row: Volunteer,
    mates: Mapping[str, list[int]],
    crowded: frozenset[str],
    offices: frozenset[str],
    tried: Mapping[tuple[int, str], Any] | None,
) -> dict[str, Any]:
    row.draw = found
    own = {name: form for (pk, name), form in (tried or {}).items() if pk == row.pk}
    acts = desk_page.offers(house().thing("volunteer"), row, request, clock.now(), own, str(row.number))
    told = showing.volunteer_row(row, mates, offices)
    return {**told, "acts": acts, "is_tried": bool(own), "is_crowded": row.home_hash in crowded}
