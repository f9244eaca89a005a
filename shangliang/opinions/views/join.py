"""Taking part: one statement at a time, one's own votes, and the map. Works without scripts."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shangliang.kit import clock
from shangliang.opinions import queries, rules, showing
from shangliang.opinions.actions import voting
from shangliang.opinions.forms import SeatForm, StatementForm
from shangliang.opinions.labels import CHOICES, PARTS
from shangliang.opinions.models import Poll, Voter
from shangliang.opinions.states import Choice, Part, PollState, StatementState
from shangliang.opinions.views import keys
from shangliang.rulebook import book

AHEAD = 10  # statements a script gets at a time, for when the network is gone
MOST_BYTES = 20_000
ORDER = (Choice.AGREE, Choice.DISAGREE, Choice.PASS)


def _sentence(code: str) -> str:
    return {
        "closed": _("现在不收表态：征集还没开始，或者已经结束。"),
        "room_only": _("这次只请在场的人表态。请扫大屏幕或者座位上的码。"),
        "seat_used": _("这张座位号已经有人用过。请向联络员再要一张。"),
        "no_seat": _("没有这个座位号。请对着纸条再看一遍。"),
        "no_ticket": _("页面放得太久了。请重新扫一次码。"),
        "renewed": _("页面放得太久了，已经换了新的。请再按一次。"),
        "enough": _("您已经补充了好几句，先看看别人的吧。"),
        "unknown": _("有一句话已经不在了，请看下一句。"),
        "malformed": _("收到的内容看不懂，请刷新页面再试。"),
    }[code]


def _poll(key: str) -> Poll:
    found = queries.poll_by_key(key)
    if found is None:
        raise Http404
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def seat(request: HttpRequest) -> HttpResponse:
    """`/join`: the code of a slip, typed. No limit on tries: it has 65 bits, and sixty phones share one address."""
    form = SeatForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        found = queries.poll_of_seat(code)
        if found and found[1]:
            return redirect(f"{reverse('join', args=[found[0].key])}?c={code}")
        form.add_error("code", _sentence("seat_used" if found else "no_seat"))
    status = 400 if form.errors else 200
    return render(request, "opinions/seat.html", {"form": form}, status=status)


@never_cache
@require_safe
def join(request: HttpRequest, key: str) -> HttpResponse:
    """`/join/<key>`: the next statement with three buttons. Opening the page changes nothing."""
    poll = _poll(key)
    voter = keys.voter_here(request, poll)
    ticket = None if voter else keys.arriving(request, poll, clock.now())
    return _page(request, poll, voter, ticket.signed(poll) if ticket else "", StatementForm())


def _page(
    request: HttpRequest, poll: Poll, voter: Voter | None, ticket: str, form: StatementForm, status: int = 200
) -> HttpResponse:
    part = voter.part if voter else Part.ROOM
    asked = queries.questions(poll, part)
    votes = queries.votes_of(voter) if voter else {}
    seed = voter.token_hash if voter else poll.key
    coming = rules.asked_next(list(asked.texts), votes, asked.aims, seed, AHEAD)
    is_open = poll.state == PollState.OPEN
    context = {
        "poll": poll,
        "ticket": ticket,
        "is_open": is_open,
        "may_vote": is_open and (voter is not None or bool(ticket)),
        "is_tried": form.is_bound,  # what was typed stays, also where it is not taken
        "statement": coming[0] if coming else None,
        "text": asked.texts[coming[0]] if coming else "",
        "mark": asked.marks.get(coming[0], "") if coming else "",
        "ahead": [{"statement": each, "text": asked.texts[each]} for each in coming],
        "count": len(asked.texts),
        "done": sum(1 for each in asked.texts if each in votes),
        "choices": [(choice.value, CHOICES[choice]) for choice in ORDER],
        "own": [
            {"statement": each, "text": asked.texts[each], "word": CHOICES[Choice(vote)], "value": vote}
            for each, vote in votes.items()
            if each in asked.texts
        ],
        "form": form,
    }
    return render(request, "opinions/join.html", context, status=status)


# Pages under a token send no referrer, so browsers send "Origin: null" and Django's check would refuse them. The
# authority is the cookie (SameSite, bound to this path) or the signed ticket in the form, which no other site has.
@csrf_exempt
@never_cache
@require_POST
def vote(request: HttpRequest, key: str) -> HttpResponse:
    """`/join/<key>/vote`: one vote by a form."""
    poll = _poll(key)
    try:
        statement, value = int(request.POST["statement"]), int(request.POST["value"])
    except (KeyError, ValueError):
        messages.warning(request, _sentence("malformed"))
        return redirect("join", key)
    try:
        voter, token = _voter(request, poll, request.POST.get("ticket", ""))
        if not _cast(voter, {statement: value}):
            messages.warning(request, _sentence("unknown"))
    except voting.NotTaken as refused:
        messages.warning(request, _sentence(refused.code))
        return redirect("join", key)
    response = redirect("join", key)
    if token:
        keys.keep(response, poll, token)
    return response


@csrf_exempt
@never_cache
@require_POST
def votes(request: HttpRequest, key: str) -> JsonResponse:
    """`/join/<key>/votes`: up to 50 votes at once as JSON; the same request twice changes nothing.

    In: {"votes": [[statement, -1 | 0 | 1], …], "ticket": "…"}. Out: {"taken", "gone" (votes on what is not asked any
    more), "point": [x, y] | null (from -100 to 100), "next": [{"statement", "text"}], "left", "all"}; {"code",
    "error": sentence} with 400, 403 or 413 where nothing was taken.
    """
    token = request.COOKIES.get(keys.COOKIE, "")
    voter = queries.voter_and_poll(key, token)
    poll = voter.poll if voter else _poll(key)
    if len(request.body) > MOST_BYTES:
        return _refused("malformed", 413)
    cells = _read(request.body)
    if cells is None:
        return _refused("malformed", 400)
    given, ticket = cells
    new = ""
    try:
        if voter is None:
            voter, new = keys.enter(request, poll, ticket, clock.now())
        taken = _cast(voter, given)
    except voting.NotTaken as refused:
        return _refused(refused.code, 403)
    answer = {"taken": taken, "gone": len(given) - taken, **_answer(voter)}
    response = JsonResponse(answer, json_dumps_params={"ensure_ascii": False})
    if new:
        keys.keep(response, poll, new)
    return response


def _refused(code: str, status: int) -> JsonResponse:
    return JsonResponse({"code": code, "error": _sentence(code)}, status=status)


def _read(body: bytes) -> tuple[dict[int, int], str] | None:
    """The votes and the ticket in the body; None where it is not what it should be."""
    try:
        found = json.loads(body)
        rows, ticket = found["votes"], found.get("ticket", "")
        cells = dict(rows)
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        RecursionError,
    ):  # the last: brackets in brackets
        return None
    most = book().at(clock.today()).integer("opinions.batch_count")
    right = (
        0 < len(rows) <= most
        and isinstance(ticket, str)
        and all(
            type(each) is int and type(value) is int and value in CHOICES for each, value in cells.items()
        )
    )
    return (cells, ticket) if right else None


def _voter(request: HttpRequest, poll: Poll, ticket: str) -> tuple[Voter, str]:
    """Who votes, and the token for a new one's cookie."""
    found = keys.voter_here(request, poll)
    if found is not None:
        found.poll = poll
        return found, ""
    return keys.enter(request, poll, ticket, clock.now())


def _cast(voter: Voter, given: dict[int, int]) -> int:
    """Write what is still asked; returns how many that were. Raises NotTaken where votes are not taken."""
    asked = queries.questions(voter.poll, voter.part)
    known = {each: value for each, value in given.items() if each in asked.texts and value in CHOICES}
    voting.cast(voter=voter, votes=known, at=clock.now())
    return len(known)


def _answer(voter: Voter) -> dict[str, Any]:
    asked = queries.questions(voter.poll, voter.part)
    own = queries.votes_of(voter)
    coming = rules.asked_next(list(asked.texts), own, asked.aims, voter.token_hash, AHEAD)
    return {
        "point": _shown_point(asked, own),
        "next": [{"statement": each, "text": asked.texts[each]} for each in coming],
        "left": sum(1 for each in asked.texts if each not in own),
        "all": len(asked.texts),
    }


def _shown_point(asked: queries.Questions, votes: dict[int, int]) -> list[int] | None:
    point = rules.own_point(asked.aims, votes)
    if point is None or not asked.scale:
        return None
    return [max(-100, min(100, round(each / asked.scale * 100))) for each in point]


@csrf_exempt
@never_cache
@require_POST
def add(request: HttpRequest, key: str) -> HttpResponse:
    """`/join/<key>/add`: a thought of one's own."""
    poll = _poll(key)
    form = StatementForm(request.POST)
    voter = keys.voter_here(request, poll)
    if not form.is_valid():
        ticket = request.POST.get("ticket", "")
        return _page(request, poll, voter, ticket, form, status=400)
    try:
        voter, token = _voter(request, poll, request.POST.get("ticket", ""))
        most = book().at(clock.today()).integer("opinions.added_count")
        added = voting.add(voter=voter, text=form.cleaned_data["text"], most=most, at=clock.now())
    except voting.NotTaken as refused:
        is_old = refused.code == "no_ticket"
        anew = keys.arriving(request, poll, clock.now()) if is_old else None
        ticket = anew.signed(poll) if anew else "" if is_old else request.POST.get("ticket", "")
        form.add_error("text", _sentence("renewed" if anew else refused.code))
        return _page(request, poll, voter, ticket, form, status=400)
    if added.alike:
        messages.info(request, _("已经有人这样说了：“%(text)s”。请直接对它表态。") % {"text": added.alike})
    elif added.statement and added.statement.state == StatementState.SHOWN:
        messages.success(request, _("加上了，别人能看到了。"))
    else:
        messages.success(request, _("收到了。联络员看过以后，别人就能看到。"))
    response = redirect("join", key)
    if token:
        keys.keep(response, poll, token)
    return response


@never_cache
@require_safe
def opinion_map(request: HttpRequest, key: str) -> HttpResponse:
    """`/join/<key>/map`: the map as a picture and in words, with one's own point."""
    poll = _poll(key)
    voter = keys.voter_here(request, poll)
    part = voter.part if voter else Part.ROOM
    asked = queries.questions(poll, part)
    own = _shown_point(asked, queries.votes_of(voter)) if voter else None
    maps = queries.drawn(poll)
    context = {
        "poll": poll,
        "people": queries.people(poll),
        "figures": showing.figures(poll, maps, asked.texts),
        "own": {"x": own[0], "y": -own[1], "part": PARTS[part]} if own else None,
    }
    return render(request, "opinions/map.html", context)
