"""Every staff address about a real thing of one room, met by the clerk of the next room: it does not exist for them.

Walks the table of addresses itself, so that a new one is met too, or fails here until somebody says with what.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from shangliang.accounts.models import User
from shangliang.deliberations.models import Deliberation, Signature
from shangliang.ledger.models import Entry
from shangliang.opinions.models import Poll
from shangliang.outcomes import things as outcomes
from shangliang.outcomes.models import Commitment, Outcome
from shangliang.people.models import Appointment
from shangliang.sortition.models import Draw
from shangliang.topics.models import Submission, Topic

pytestmark = pytest.mark.django_db
# Every word that an address may end in: what can be done to one thing.
ACTS = {
    "desk/submissions": (
        "accept",
        "merge",
        "ask",
        "hand-over",
        "end",
        "note",
        "print",
        "above",
        "erase",
        "reveal",
    ),
    "desk/topics": (
        "wording",
        "visit",
        "up",
        "down",
        "second",
        "adopt",
        "answer",
        "cover",
        "end",
        "plan",
        "take-up",
    ),
    "desk/outcomes": tuple(act.name for act in outcomes.OUTCOMES.acts),
    "desk/commitments": tuple(act.name for act in outcomes.COMMITMENTS.acts),
    "desk/deliberations": ("announce", "cancel", "postpone", "open", "close", "send", "take_back", "review"),
    "desk/polls": ("open", "close", "seed", "settle", "review", "word", "meta", "hands"),
    "desk/draws": (
        "set-up",
        "bound",
        "call",
        "fix",
        "take-back",
        "pick",
        "settle",
        "cancel",
        "out",
        "back",
        "other",
        "yes",
        "no",
        "phone",
    ),
    "desk/rooms": ("pause", "resume", "close"),
    "desk/review": ("release", "hold_back", "restore", "confirm_cover", "cover"),
}
# Lists and forms of one's own: they answer, and hold nothing of the other room.
OWN = re.compile(
    r"desk(/(review|outcomes|commitments|any-time|deliberations|submissions|topics|rooms|me|inbox|slips|enter)?)?$"
    r"|desk/raise/|desk/me/|desk/inbox/|desk/submissions/bulk$|desk/deliberations/new$|desk/rooms/new$"
)


@pytest.fixture
def home_no(filled_town: None) -> str:
    """The number of the cast's room in the filled town."""
    return User.objects.get(cast="clerk").grants.get().room_no


def patterns(table: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for entry in table:
        address = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry.url_patterns, address)
        elif address.startswith(("desk", "screen")):
            yield address


def things(home_no: str) -> dict[str, list[str]]:
    """Numbers of real things of the room, by the first words of their address."""
    tables: dict[str, type[Any]] = {
        "desk/submissions": Submission,
        "desk/topics": Topic,
        "desk/deliberations": Deliberation,
        "desk/outcomes": Outcome,
        "desk/commitments": Commitment,
    }
    found = {
        words: [row.no for row in table._default_manager.filter(room__no=home_no).order_by("-pk")[:3]]
        for words, table in tables.items()
    }
    polls = Poll.objects.filter(desk_room_no=home_no).values_list("key", flat=True)
    draws = Draw.objects.filter(desk_room_no=home_no).values_list("key", flat=True)
    found |= {
        "desk/draws": list(draws),
        "desk/polls": list(polls),
        "screen/<str:no>": found["desk/deliberations"],
    }
    return {**found, "desk/rooms": [home_no], "desk/review": [found["desk/topics"][0]]}


def addresses(home_no: str) -> Iterator[str]:
    """Every address about one of those things."""
    numbers = things(home_no)
    keys = {
        "signatures": Signature.objects.filter(record__deliberation__room__no=home_no).values_list(
            "pk", flat=True
        )[0],
        "offices": Appointment.objects.filter(room__no=home_no).values_list("pk", flat=True)[0],
        "photos": 1,
    }
    for pattern in patterns(get_resolver().url_patterns):
        words = "/".join(pattern.split("/")[:2])
        if OWN.match(pattern) or pattern.startswith("desk/photos"):
            continue
        assert words in numbers, f"say with what {pattern} is met"
        for no in numbers[words]:
            address = pattern.replace("<str:no>", no).replace("<str:key>", no).replace("<str:kind>", "topic")
            address = address.replace("<int:number>", "1").replace(f"by-number/{no}", "by-number/2026-000001")
            for name, key in keys.items():
                if name in address:
                    address = address.replace("<int:pk>", str(key))
            acts = ACTS.get(words, ("",)) if re.search("<slug:(what|name)>", address) else ("",)
            for act in acts:
                yield "/" + re.sub("<slug:(what|name)>", act, address)


def test_nothing_of_the_next_room_exists(home_no: str) -> None:
    client, met = Client(), 0
    client.force_login(User.objects.get(cast="outsider"))
    before, wrong = Entry.objects.count(), {}
    for address in addresses(home_no):
        for answer in (client.get(address), client.post(address, {"reason": "x", "text": "x", "name": "x"})):
            met += 1
            if answer.status_code not in {404, 405}:
                wrong[address] = answer.status_code
    assert wrong == {}
    assert met > 200
    assert Entry.objects.count() == before


def test_lists_of_ones_own_hold_nothing_of_the_next_room(home_no: str) -> None:
    client = Client()
    client.force_login(User.objects.get(cast="outsider"))
    inside = Topic.objects.filter(room__no=home_no).exclude(release="released")
    said = Submission.objects.filter(room__no=home_no).values_list("text", flat=True)
    elsewhere = "\n".join(Submission.objects.exclude(room__no=home_no).values_list("text", flat=True))
    words = [*inside.values_list("title", flat=True), *(text for text in said if text not in elsewhere)]
    assert len(words) > 20
    lists = [
        pattern
        for pattern in patterns(get_resolver().url_patterns)
        if OWN.match(pattern) and "<" not in pattern
    ]
    assert len(lists) > 10
    for pattern in lists:
        answer = client.get("/" + pattern, follow=True)
        assert answer.status_code in {200, 404, 405}, pattern
        page = answer.content.decode()
        assert [text for text in words if len(text) > 6 and text in page] == [], pattern


@pytest.mark.parametrize("part", ["grid_worker", "member", "leader", "doer"])
def test_who_only_reads_or_reports_changes_nothing_of_it(home_no: str, part: str) -> None:
    """People of the same place without the role for an act: no act passes, whatever they may read."""
    client, before = Client(), Entry.objects.count()
    client.force_login(User.objects.get(cast=part))
    passed = {}
    for address in addresses(home_no):
        mine = part == "doer" and address.startswith("/desk/commitments")
        answer = client.post(address, {"reason": "x", "text": "x", "name": "x", "place": "x", "found": "x"})
        if answer.status_code == 500 or (Entry.objects.count() != before and not mine):
            passed[address] = answer.status_code
        before = Entry.objects.count()
    assert passed == {}


def test_the_desk_leads_nobody_to_a_page_that_does_not_exist_for_them(home_no: str) -> None:
    assert home_no
    dead = {}
    for user in User.objects.exclude(cast="").filter(grants__isnull=False).distinct():
        client = Client()
        client.force_login(user)
        side = client.get("/desk").context["desk_nav"]
        for item in side:
            if client.get(item["url"]).status_code != 200:
                dead[user.cast] = item["url"]
    assert dead == {}
