"""The clerk's page of a poll: statements, who may vote, slips, hands, and what came of it."""

from __future__ import annotations

import csv
import json
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from shangliang.access import desk_page
from shangliang.access.request import Request
from shangliang.access.things import house
from shangliang.kit import clock, personal_data
from shangliang.kit.bars import drawn_parts
from shangliang.kit.punctuation import listed
from shangliang.opinions import queries, showing
from shangliang.opinions.labels import (
    CLASSES,
    POLL_STATES,
    STATE_KINDS,
    STATEMENT_KINDS,
    STATEMENT_STATES,
)
from shangliang.opinions.models import HandCount, Poll, Statement
from shangliang.opinions.permissions import poll_for
from shangliang.opinions.states import PollState, StatementState, VoterClass
from shangliang.people.showing import history_of
from shangliang.rulebook import book


@login_required
@require_safe
def poll(request: Request, key: str) -> HttpResponse:
    """`/desk/polls/<key>`: everything about one poll."""
    return _page(request, poll_for(request.actor, key))


def _page(request: Request, found: Poll, **more: Any) -> HttpResponse:
    """The page; `tried` are forms as they were pressed, by act, and `on` the statement whose they are."""
    tallies, texts = queries.tallies(found), {row.pk: row.text for row in found.statements.all()}
    state, now = PollState(found.state), clock.now()
    on, tried = more.pop("on", None), more.pop("tried", None)
    acts = desk_page.offers(house().thing("poll"), found, request, now, None if on else tried)
    context = {
        "poll": found,
        "acts": acts,
        "gaps": more.pop("unmet", None) or acts.gaps,
        "kind": STATE_KINDS[state],
        "word": POLL_STATES[state],
        "flagged": queries.flagged(found),
        "people": [(CLASSES[each], count) for each, count in queries.people(found).items()],
        "statements": [
            _row(request, found, row, tallies.get(row.pk, {}), tried if on == row.pk else None)
            for row in queries.statements(found)
        ],
        "figures": showing.figures(found, queries.drawn(found), texts),
        "history": history_of("poll", found.subject),
        "session": next(iter(house().beside("poll", found, request.actor)), None),
        "address": request.build_absolute_uri(reverse("join", args=[found.key])),
    }
    return render(request, "opinions/desk_poll.html", context, status=400 if tried else 200)


def _row(
    request: Request, found: Poll, row: Statement, tally: dict[VoterClass, queries.Tally], tried: Any
) -> dict[str, Any]:
    state = StatementState(row.state)
    row.poll = found
    return {
        "row": row,
        "noticed": listed(personal_data.names(f"{row.text}\n{row.mark}", is_public=True)),
        "acts": desk_page.offers(house().thing("statement"), row, request, clock.now(), tried, row.text),
        "is_tried": bool(tried),
        "word": STATEMENT_STATES[state],
        "kind": STATEMENT_KINDS[state],
        "votes": row.votes_count,  # type: ignore[attr-defined]  # annotated by the query
        "counts": _counts(tally, getattr(row, "hands", None)),
    }


def _counts(tally: dict[VoterClass, queries.Tally], hands: HandCount | None) -> list[dict[str, Any]]:
    """A line for each class of voters and for the hands raised, never added up; its bar, and the same in words."""
    found: list[tuple[str | Promise, queries.Tally | HandCount]] = [
        (CLASSES[each], tally[each]) for each in VoterClass if each in tally
    ]
    if hands:
        found.append((_("举手"), hands))
    return [
        {
            "label": label,
            "parts": drawn_parts(
                [
                    {"kind": "yes", "count": row.agree},
                    {"kind": "no", "count": row.disagree},
                    {"kind": "open", "count": row.passed},
                ],
                row.agree + row.disagree + row.passed,
            ),
            "words": _("赞成 %(a)s · 不赞成 %(d)s · 说不准 %(p)s")
            % {"a": row.agree, "d": row.disagree, "p": row.passed},
        }
        for label, row in found
    ]


@login_required
@require_POST
def do(request: Request, key: str, what: str) -> HttpResponse:
    """`/desk/polls/<key>/do/<what>`: open, close, seed, settle; review, word, meta, hands of one statement."""
    found, about = poll_for(request.actor, key), house().thing("statement")
    if about.act(what) is None:
        return desk_page.press(request, house().thing("poll"), found, what, _page)
    row = _statement(request, found)

    def draw(request: Request, row: Statement, **more: Any) -> HttpResponse:
        return _page(request, found, on=row.pk, **more)

    return desk_page.press(request, about, row, what, draw)


def _statement(request: Request, found: Poll) -> Statement:
    number = request.POST.get("statement", "")
    row = found.statements.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 15 else None
    if row is None:
        raise Http404
    return row


@login_required
@require_POST
def seats(request: Request, key: str) -> HttpResponse:
    """`/desk/polls/<key>/seats`: a sheet of new slips; their codes are shown this once."""
    return desk_page.fill_in(request, house().thing("poll"), poll_for(request.actor, key), "seats", _page)


def seat_slips(request: Request, found: Poll, codes: list[str]) -> HttpResponse:
    """The sheet itself."""
    join = request.build_absolute_uri(reverse("join", args=[found.key]))
    slips = [{"code": showing.grouped(code), "address": f"{join}?c={code}"} for code in codes]
    typed = f"{request.get_host()}{reverse('seat')}"
    back = reverse("desk_poll", args=[found.key])
    return render(
        request, "opinions/seats.html", {"poll": found, "slips": slips, "typed": typed, "back": back}
    )


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
