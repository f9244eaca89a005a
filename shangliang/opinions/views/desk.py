"""The clerk's page of a poll: statements, who may vote, slips, hands, and what came of it."""

from __future__ import annotations

import csv
import json
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
from shangliang.kit.guards import Blocked
from shangliang.kit.states import IllegalMove
from shangliang.ledger.queries import history, in_words
from shangliang.opinions import queries
from shangliang.opinions.actions import keeping
from shangliang.opinions.forms import HandsForm, SeatsForm, SeedForm, SettingsForm, WordForm
from shangliang.opinions.labels import CLASSES, POLL_STATES, STATE_KINDS, STATEMENT_STATES
from shangliang.opinions.models import Poll, Statement
from shangliang.opinions.permissions import poll_for
from shangliang.opinions.states import POLL, PollState, StatementState, VoterClass
from shangliang.opinions.views import words
from shangliang.rulebook import book


@login_required
@require_safe
def poll(request: Request, key: str) -> HttpResponse:
    """`/desk/polls/<key>`: everything about one poll."""
    return _show(request, poll_for(request.actor, key))


def _show(request: Request, found: Poll, status: int = 200, **forms: Any) -> HttpResponse:
    tallies = queries.tallies(found)
    texts = {row.pk: row.text for row in found.statements.all()}
    state = PollState(found.state)
    context = {
        "poll": found,
        "here_at": f"/desk/polls/{found.key}",
        "kind": STATE_KINDS[state],
        "word": POLL_STATES[state],
        "may_open": POLL.leads_from("open", state),
        "may_close": POLL.leads_from("close", state),
        "flagged": queries.flagged(found),
        "people": [(CLASSES[each], count) for each, count in queries.people(found).items()],
        "statements": [_row(row, tallies.get(row.pk, {})) for row in queries.statements(found)],
        "figures": words.figures(found, queries.drawn(found), texts),
        "history": in_words(history(found.subject), "poll"),
        "seed_form": forms.get("seed_form") or SeedForm(),
        "settings_form": SettingsForm(
            initial={"takes_open": found.takes_open, "shows_unreviewed": found.shows_unreviewed}
        ),
        "seats_form": forms.get("seats_form") or SeatsForm(initial={"count": 30}),
        "hands_form": HandsForm(),
        "word_form": WordForm(),
        "address": request.build_absolute_uri(f"/join/{found.key}"),
    }
    return render(request, "opinions/desk_poll.html", context, status=status)


def _row(row: Statement, tally: dict[VoterClass, queries.Tally]) -> dict[str, Any]:
    state = StatementState(row.state)
    hands = getattr(row, "hands", None)
    return {
        "row": row,
        "word": STATEMENT_STATES[state],
        "kind": {"waiting": "yours", "shown": "doing", "rejected": "quiet"}[state],
        "votes": row.votes_count,  # type: ignore[attr-defined]  # annotated by the query
        "classes": [(CLASSES[each], tally[each]) for each in VoterClass if each in tally],
        "hands": hands,
    }


@login_required
@require_POST
def do(request: Request, key: str, what: str) -> HttpResponse:
    """`/desk/polls/<key>/do/<what>`: open, close, seed, settle, review, word, meta, hands."""
    found = poll_for(request.actor, key)
    act = ACTS.get(what)
    if act is None:
        raise Http404
    try:
        return act(request, found) or redirect("desk_poll", key)
    except Blocked:
        messages.warning(request, _("先写上至少一句话，才能开始。"))
    except IllegalMove:
        messages.warning(request, _("这一步已经办过，或者现在还不能办。页面已更新。"))
    return redirect("desk_poll", key)


def _open(request: Request, found: Poll) -> None:
    keeping.move(poll=found, what="open", actor=request.actor, at=clock.now())
    messages.success(request, _("开始了。请把大屏幕打开，请大家扫码。"))


def _close(request: Request, found: Poll) -> None:
    keeping.move(poll=found, what="close", actor=request.actor, at=clock.now())
    messages.success(request, _("结束了，不再收表态。"))


def _seed(request: Request, found: Poll) -> HttpResponse | None:
    form = SeedForm(request.POST)
    if not form.is_valid():
        return _show(request, found, status=400, seed_form=form)
    new, twice = keeping.seed(
        poll=found, texts=form.cleaned_data["texts"], actor=request.actor, at=clock.now()
    )
    messages.success(request, ngettext("加了 %(n)d 句。", "加了 %(n)d 句。", new) % {"n": new})
    for text in twice:
        messages.info(request, _("已经有了，没有再加：%(text)s") % {"text": text})
    return None


def _settle(request: Request, found: Poll) -> None:
    form = SettingsForm(request.POST)
    form.is_valid()
    keeping.settle(poll=found, actor=request.actor, **form.cleaned_data)
    messages.success(request, _("改好了。"))


def _statement(request: Request, found: Poll) -> Statement:
    number = request.POST.get("statement", "")
    row = found.statements.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 15 else None
    if row is None:
        raise Http404
    return row


def _review(request: Request, found: Poll) -> None:
    keeping.review(
        statement=_statement(request, found),
        shown=request.POST.get("shown") == "yes",
        actor=request.actor,
        at=clock.now(),
    )
    messages.success(request, _("改好了。"))


def _word(request: Request, found: Poll) -> None:
    form = WordForm(request.POST)
    row = _statement(request, found)
    if not form.is_valid():
        messages.warning(request, _("请写 2 到 140 个字。"))
        return
    keeping.word(statement=row, text=form.cleaned_data["text"], actor=request.actor)
    messages.success(request, _("改好了。"))


def _meta(request: Request, found: Poll) -> None:
    is_meta = request.POST.get("meta") == "yes"
    keeping.set_meta(statement=_statement(request, found), is_meta=is_meta, actor=request.actor)
    messages.success(request, _("改好了。"))


def _hands(request: Request, found: Poll) -> None:
    form = HandsForm(request.POST)
    row = _statement(request, found)
    if not form.is_valid():
        messages.warning(request, _("举手人数请写整数，没有就写 0。"))
        return
    keeping.count_hands(statement=row, actor=request.actor, at=clock.now(), **form.cleaned_data)
    messages.success(request, _("记下了。举手人数单独显示，不算进图里。"))


ACTS: dict[str, Callable[[Request, Poll], HttpResponse | None]] = {
    "open": _open,
    "close": _close,
    "seed": _seed,
    "settle": _settle,
    "review": _review,
    "word": _word,
    "meta": _meta,
    "hands": _hands,
}


@login_required
@require_POST
def seats(request: Request, key: str) -> HttpResponse:
    """`/desk/polls/<key>/seats`: a sheet of new slips; their codes are shown this once."""
    found = poll_for(request.actor, key)
    form = SeatsForm(request.POST)
    if not form.is_valid():
        return _show(request, found, status=400, seats_form=form)
    try:
        codes = keeping.print_seats(
            poll=found, count=form.cleaned_data["count"], actor=request.actor, at=clock.now()
        )
    except IllegalMove:
        messages.warning(request, _("已经结束了，不再发座位号。"))
        return redirect("desk_poll", key)
    slips = [
        {"code": code, "address": request.build_absolute_uri(f"/join/{found.key}?c={code}")} for code in codes
    ]
    return render(request, "opinions/seats.html", {"poll": found, "slips": slips})


@login_required
@require_safe
def votes_csv(request: Request, key: str) -> HttpResponse:
    """`/desk/polls/<key>/votes.csv`: people as numbers of this poll; a class of fewer than the least size is left out."""
    found = poll_for(request.actor, key)
    least = book().at(clock.today()).integer("opinions.group_count")
    shown = {each.value for each, count in queries.people(found).items() if count >= least}
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="votes.csv"'
    out = csv.DictWriter(response, ["participant", "statement", "vote", "timestamp_ms", "class"])
    out.writeheader()
    out.writerows(row for row in queries.export(found) if row["class"] in shown)
    return response


@login_required
@require_safe
def map_json(request: Request, key: str) -> HttpResponse:
    """`/desk/polls/<key>/map.json`: the maps as they are shown, with the statements' words."""
    found = poll_for(request.actor, key)
    body = {
        "question": found.question,
        "statements": [
            {"id": row.pk, "text": row.text, "state": row.state} for row in found.statements.all()
        ],
        "maps": {part.value: row.picture for part, row in queries.drawn(found).items()},
    }
    response = HttpResponse(json.dumps(body, ensure_ascii=False), content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="map.json"'
    return response
