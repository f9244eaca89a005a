"""The projector: the code of the minute, how many have voted, the map."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shangliang.access.request import Request
from shangliang.kit import clock
from shangliang.opinions import queries, showing
from shangliang.opinions.models import Poll
from shangliang.opinions.permissions import poll_for
from shangliang.opinions.states import Part, VoterClass
from shangliang.opinions.views import keys


@login_required
@never_cache
@require_safe
def screen(request: Request, key: str) -> HttpResponse:
    """`/desk/polls/<key>/screen`: for the wall; looks anew every two seconds, without scripts every twenty."""
    return render(
        request, "opinions/screen.html", {**_now(request, poll_for(request.actor, key)), "is_wall": True}
    )


@login_required
@never_cache
@require_safe
def now(request: Request, key: str) -> HttpResponse:
    """`/desk/polls/<key>/screen/now`: what has changed since."""
    return render(request, "opinions/_screen_now.html", _now(request, poll_for(request.actor, key)))


def _now(request: Request, poll: Poll) -> dict[str, Any]:
    people = queries.people(poll)
    maps = queries.drawn(poll)
    maps.pop(Part.OPEN, None)
    address = request.build_absolute_uri(
        f"{reverse('join', args=[poll.key])}?p={keys.present_code(poll, clock.now())}"
    )
    return {
        "poll": poll,
        "address": address,
        "seats": people[VoterClass.SEAT],
        "present": people[VoterClass.PRESENT],
        "open": people[VoterClass.OPEN],
        "people": sum(people.values()),
        "figures": showing.figures(poll, maps, queries.questions(poll, Part.ROOM).texts),
        "now_at": reverse("poll_screen_now", args=[poll.key]),
    }
