"""The clerk's page of a draw, from the quotas to the panel that comes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from shangliang.access import desk_page
from shangliang.access.request import Request
from shangliang.access.things import house
from shangliang.kit import clock
from shangliang.kit.guards import Unmet
from shangliang.kit.posters import is_tight
from shangliang.ledger.queries import history
from shangliang.sortition import queries, showing
from shangliang.sortition.labels import LOTTERY_STATES, VOLUNTEER_KINDS, VOLUNTEER_STATES
from shangliang.sortition.models import Draw, Lottery
from shangliang.sortition.permissions import draw_for
from shangliang.sortition.states import DrawState, LotteryState, VolunteerState

CHANGED = {DrawState.COLLECTING, DrawState.DRAWN}  # while no lottery is open
CHANGES = {"set-up", "bound", "call", "cancel"}


@login_required
@require_safe
def draw(request: Request, key: str) -> HttpResponse:
    """`/desk/draws/<key>`: what is next, and everything about one draw."""
    return _page(request, draw_for(request.actor, key))


@login_required
@require_safe
def by_number(request: Request, no: str) -> HttpResponse:
    """`/desk/draws/by-number/<no>`: where lists and reminders lead, which know the number only."""
    found = Draw.objects.staffed_by(request.actor).by_no(no).first()
    if found is None:
        raise Http404
    return redirect("desk_draw", found.key)


def _page(request: Request, found: Draw, **more: Any) -> HttpResponse:
    """The page, with what the last press met, if it met something."""
    state, now, today = DrawState(found.state), clock.now(), clock.today()
    tried, unmet = more.pop("tried", None), more.pop("unmet", [])
    lotteries = queries.lotteries(found)
    current = lotteries[0] if lotteries else None
    is_open = current is not None and current.state in queries.OPEN_LOTTERY
    quotas, counts = queries.quotas(found), queries.counts_by_state(found)
    empty = found.size - counts["seated"] if state == DrawState.DRAWN else 0
    kind, word = queries.stage(found, current, today)
    step = _step(found, current, quotas, counts, empty)
    thing = house().thing("draw")
    acts = desk_page.offers(thing, found, request, now, tried)
    panel = _panel(found)
    context = {
        "draw": found,
        "acts": acts,
        "lottery_acts": _lottery_acts(request, found, current, tried),
        "kind": kind,
        "word": word,
        "counts": counts,
        "empty": empty,
        "alternates": showing.filled_words(queries.alternates(found).items()) if empty else "",
        "quotas": quotas,
        "step": step,
        "changes": _changes(acts, quotas, tried or {}, may_edit=state in CHANGED and not is_open),
        "has_replies": state in {DrawState.DRAWN, DrawState.SETTLED},
        "is_call_open": queries.is_call_open(found, today),
        "gaps": unmet or desk_page.sentences(thing, found, _gaps(found, step)),
        "lottery": current,
        "lottery_word": LOTTERY_STATES[LotteryState(current.state)] if current else "",
        "lottery_lines": showing.lottery_lines(current) if current else [],
        "mends": _mends(current),
        "answer": showing.answer(found.answer),
        "panel": panel,
        "to_call": sum(item["told"].is_open for item in panel if item["told"]),
        "has_panel": counts["seated"] > 0,
        "bars": showing.bars(queries.shares(found)) if quotas else [],
        "reply_by": queries.reply_by(found),
        "history": showing.history_lines(found, lotteries, history(found.subject)),
        "address": request.build_absolute_uri(reverse("draw", args=[found.key])),
    }
    return render(request, "sortition/desk_draw.html", context, status=400 if tried else 200)


def _changes(
    acts: desk_page.Offers, quotas: list[Any], tried: Mapping[str, Any], *, may_edit: bool
) -> set[str]:
    """The acts that change how is drawn, as far as they can be done now; what was typed stays, whatever stands against it."""
    open_now = {offer.act.name for offer in acts} if may_edit else set()
    if not quotas:
        open_now -= {"bound", "call"}
    return (open_now | set(tried)) & CHANGES


def _panel(found: Draw) -> list[dict[str, Any]]:
    """Who was drawn and has not declined, by name, for those who keep the draw."""
    rows = queries.seated(found) if found.state in {DrawState.DRAWN, DrawState.SETTLED} else []
    silent = [row for row in rows if row.state == VolunteerState.DRAWN]
    told = queries.told_panel(found, silent)
    return [
        {
            "row": row,
            "told": told.get(row.pk),
            "kind": VOLUNTEER_KINDS[VolunteerState(row.state)],
            "word": VOLUNTEER_STATES[VolunteerState(row.state)],
        }
        for row in rows
    ]


def _lottery_acts(request: Request, found: Draw, current: Lottery | None, tried: Any) -> Any:
    if current is None:
        return None
    current.draw = found
    return desk_page.offers(house().thing("lottery"), current, request, clock.now(), tried)


def _mends(current: Lottery | None) -> list[str]:
    is_impossible = current is not None and current.state == LotteryState.IMPOSSIBLE
    return showing.mends(current.report) if current is not None and is_impossible else []


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
    if counts[VolunteerState.WAITING] < found.size:
        return "volunteers"
    return "waiting" if queries.is_call_promised(found, clock.today()) else "lottery"


@login_required
@require_safe
def now(request: Request, key: str) -> HttpResponse:
    """`/desk/draws/<key>/now`: what the worker has found meanwhile."""
    found = draw_for(request.actor, key)
    lottery = queries.open_lottery(found)
    context = {
        "draw": found,
        "here_at": reverse("desk_draw", args=[found.key]),
        "answer": showing.answer(found.answer),
        "is_making": lottery is not None and lottery.state == LotteryState.ASKED,
        "part": "lottery" if request.GET.get("part") == "lottery" else "check",
    }
    return render(request, "sortition/_now.html", context)


@login_required
@require_POST
def do(request: Request, key: str, what: str) -> HttpResponse:
    """`/desk/draws/<key>/do/<what>`: one press, one act, on the draw or on the lottery that is open."""
    found, lots = draw_for(request.actor, key), house().thing("lottery")
    if lots.act(what) is None:
        return desk_page.press(request, house().thing("draw"), found, what, _page)
    lottery = queries.open_lottery(found)
    if lottery is None:
        desk_page.too_late(request)
        return redirect("desk_draw", key)
    lottery.draw = found

    def draw(request: Request, row: Lottery, **more: Any) -> HttpResponse:
        return _page(request, found, **more)

    return desk_page.press(request, lots, lottery, what, draw)


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
        "back": reverse("desk_draw", args=[found.key]),
    }
    return render(request, "sortition/letters.html", context)


@login_required
@require_safe
def poster(request: Request, key: str) -> HttpResponse:
    """`/desk/draws/<key>/poster`: the open call, to hang up."""
    found = draw_for(request.actor, key)
    address = request.build_absolute_uri(reverse("draw", args=[found.key]))
    context = {
        "draw": found,
        "address": address,
        "back": reverse("desk_draw", args=[found.key]),
        "is_tight": is_tight([found.title, found.room.name]),
    }
    return render(request, "sortition/poster.html", context)
