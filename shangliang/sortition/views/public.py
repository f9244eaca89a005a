"""What everybody sees: the open call, the panels before the seed is made, the draw on the wall, one's own chance."""

from __future__ import annotations

import csv
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from shangliang.access.actor import ANONYMOUS
from shangliang.kit import clock, ids, limits
from shangliang.kit.guards import Blocked
from shangliang.kit.punctuation import listed
from shangliang.kit.states import IllegalMove
from shangliang.rulebook import book
from shangliang.sortition import queries, rules, showing
from shangliang.sortition.actions import drawing, volunteering
from shangliang.sortition.actions.volunteering import NotTaken
from shangliang.sortition.forms import CallEntryForm
from shangliang.sortition.labels import SEED_WAYS, UNMET
from shangliang.sortition.models import Draw, Lottery, Volunteer
from shangliang.sortition.states import DrawState, LotteryState, SeedWay, VolunteerState

HOUR = 3600


def _draw(key: str) -> Draw:
    found = queries.draw_by_key(key)
    if found is None:
        raise Http404
    return found


@csrf_exempt  # nobody is signed in here: there is no session whose rights could be borrowed
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def draw(request: HttpRequest, key: str) -> HttpResponse:
    """`/draws/<key>`: the open call; a POST puts oneself down. Afterwards how the lot is drawn, and what came of it."""
    found = _draw(key)
    asked = queries.asked(found)
    form = CallEntryForm(request.POST or None, asked=asked, initial={"nonce": ids.new_key()})
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        try:
            row = volunteering.volunteer(
                draw=found,
                entry=form.entry(),
                nonce=form.cleaned_data["nonce"],
                is_flagged=_is_odd(request, found),
                at=now,
            )
        except NotTaken as not_taken:
            if not_taken.code == "closed":
                messages.warning(request, _("报名已经结束。"))
                return redirect("draw", key)
            form.add_error("phone", _("这个电话已经报过名。报名时给您的页面上可以看、可以改。"))
        else:
            return redirect(row.own_path)
    return render(
        request, "sortition/draw.html", _context(request, found, form), status=400 if form.is_bound else 200
    )


def _is_odd(request: HttpRequest, found: Draw) -> bool:
    """Flagged for the clerk, never refused: the trap was filled, or very many came from one network."""
    most = book().at(clock.today()).integer("sortition.call_per_network_count")
    network = limits.client_network(request)
    counted = limits.hit(f"sortition/{found.pk}/{network}", most, HOUR, clock.now())
    return bool(request.POST.get("website")) or not counted.allowed


def _context(request: HttpRequest, found: Draw, form: CallEntryForm | None = None) -> dict[str, Any]:
    lotteries = [row for row in queries.lotteries(found) if row.fixed_at is not None]
    counts = queries.counts_by_state(found)
    return {
        "draw": found,
        "here_at": reverse("draw", args=[found.key]),
        "is_call_open": queries.is_call_open(found, clock.today()),
        "pool": counts["all"] - counts[VolunteerState.OUT],
        "lotteries": [_lottery(row) for row in lotteries],
        "filled": showing.filled_words(queries.filled(found)) if counts["seated"] else "",
        "bars": showing.bars(queries.shares(found)) if lotteries else [],
        "has_panel": counts["seated"] > 0,
        "wanted": showing.wanted(queries.asked(found)) if not lotteries else [],
        "form": form,
        "address": request.build_absolute_uri(reverse("draw", args=[found.key])),
        "now_at": reverse("draw_now", args=[found.key]),
    }


def _lottery(row: Lottery) -> dict[str, Any]:
    return {
        "row": row,
        "lines": showing.lottery_lines(row),
        "is_fixed": row.state == LotteryState.FIXED,
        "is_picked": row.state == LotteryState.PICKED,
        "is_taken_back": row.state == LotteryState.TAKEN_BACK,
        "alternates": listed(row.alternates),
        "way": SEED_WAYS[SeedWay(row.seed_way)] if row.seed_way else "",
    }


@never_cache
@require_safe
def screen(request: HttpRequest, key: str) -> HttpResponse:
    """`/draws/<key>/screen`: for the wall while the lot is drawn; looks anew every two seconds."""
    return render(request, "sortition/screen.html", {**_context(request, _draw(key)), "is_wall": True})


@never_cache
@require_safe
def now(request: HttpRequest, key: str) -> HttpResponse:
    """`/draws/<key>/now`: what the wall shows now."""
    return render(request, "sortition/_screen_now.html", _context(request, _draw(key)))


@require_safe
def panels_csv(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """`/draws/<key>/<number>/panels.csv`: the panels exactly as they were hashed; people are numbers."""
    lottery = _fixed(key, number)
    response = HttpResponse(lottery.panels.encode(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="panels.csv"'
    return response


@require_safe
def chances_csv(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """`/draws/<key>/<number>/probabilities.csv`: everybody's chance, by number."""
    lottery = _fixed(key, number)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="probabilities.csv"'
    out = csv.writer(response, lineterminator="\n")
    out.writerow(["id", "probability"])
    out.writerows((who, f"{chance:.12f}") for who, chance in lottery.chances.items())
    return response


def _fixed(key: str, number: int) -> Lottery:
    lottery = _draw(key).lotteries.filter(number=number).exclude(fixed_at=None).first()
    if lottery is None:
        raise Http404
    return lottery


@csrf_exempt  # the token in the address is the right; there is no session to borrow
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own(request: HttpRequest, token: str) -> HttpResponse:
    """`/t/draw/<token>`: one's own page: the chance, the letter, yes or no. Opening it changes nothing."""
    row = queries.volunteer_by_token(token)
    if row is None:
        raise Http404
    if request.method == "POST":
        try:
            _act(row, request.POST.get("what", ""))
        except IllegalMove:
            messages.warning(request, _("这一步已经办过，或者现在还不能办。页面已更新。"))
        except Blocked as blocked:
            for item in blocked.unmet:
                messages.warning(request, str(UNMET[item.code]))
        return redirect(request.path)
    return render(request, "sortition/own.html", _own(row))


def _act(row: Volunteer, what: str) -> None:
    at = clock.now()
    if what in {"yes", "no"}:
        drawing.reply(volunteer=row, comes=what == "yes", actor=ANONYMOUS, at=at)
    elif what == "withdraw":
        volunteering.withdraw(volunteer=row, actor=ANONYMOUS, at=at)
    else:
        raise Http404


def _own(row: Volunteer) -> dict[str, Any]:
    draw = row.draw
    lottery = queries.last_with_chance(draw, row.number)
    state = VolunteerState(row.state)
    is_making = queries.open_lottery(draw) is not None
    least = lottery.report.get("least") if lottery else None
    return {
        "draw": draw,
        "row": row,
        "chance": rules.in_percent(lottery.chances[str(row.number)]) if lottery else "",
        "has_no_chance": lottery is not None and lottery.chances[str(row.number)] == 0,
        "has_no_seat": lottery is None and queries.is_shut_out(row, queries.asked(draw)),
        "least": rules.in_percent(least) if least is not None else "",
        "lottery": lottery,
        "is_waiting": state == VolunteerState.WAITING,
        "is_out": state == VolunteerState.OUT,
        "is_drawn": state == VolunteerState.DRAWN,
        "has_accepted": state == VolunteerState.ACCEPTED,
        "has_declined": state == VolunteerState.DECLINED,
        "is_over": draw.state == DrawState.SETTLED,
        "is_called_off": draw.state == DrawState.CANCELLED,
        "may_reply": draw.state == DrawState.DRAWN
        and state in {VolunteerState.DRAWN, VolunteerState.ACCEPTED, VolunteerState.DECLINED},
        "may_withdraw": (state == VolunteerState.WAITING and not is_making)
        or (state in {VolunteerState.OUT, VolunteerState.DECLINED} and bool(row.name_sealed)),
        "kinds": " · ".join(row.values.values()),
        "reply_by": queries.reply_by(draw),
    }
