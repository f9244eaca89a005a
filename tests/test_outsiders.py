"""Every staff address about a real thing of one room, met by the clerk of the next room: it does not exist for them.

Walks the table of addresses and the table of things and acts themselves, so that a new one is met without anybody
thinking of it, or fails here until somebody says with what.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from itertools import product
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from shangliang.access.actor import Actor
from shangliang.access.desk_page import is_offered, url_of
from shangliang.access.things import Thing, house
from shangliang.accounts.models import User
from shangliang.accounts.queries import actor_for
from shangliang.deliberations.models import Signature
from shangliang.feedback.models import Feedback
from shangliang.kit import clock
from shangliang.ledger.models import Entry
from shangliang.people.models import Appointment
from shangliang.topics.models import Submission, Topic

pytestmark = pytest.mark.django_db
# Lists and forms of one's own: they answer, and hold nothing of the other room.
OWN = re.compile(
    r"desk(/(review|feedback|outcomes|commitments|late|any-time|deliberations|submissions|topics|rooms|me|mine|reported|inbox|accounts|slips(/lost)?|enter)?(\.xlsx)?)?$"
    r"|desk/undo/|desk/raise/|desk/me/|desk/inbox/|desk/submissions/bulk$|desk/deliberations/new$|desk/rooms/new$|desk/feedback/new$"
)


@pytest.fixture
def home_no(filled_town: None) -> str:
    """The number of the cast's room in the filled town."""
    return User.objects.get(cast="clerk").grants.get().room_no


def patterns(table: list[URLPattern | URLResolver], before: str = "") -> Iterator[tuple[str, str]]:
    """Address and name of everything below the desk."""
    for entry in table:
        address = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry.url_patterns, address)
        elif address.startswith(("desk", "screen")):
            yield address, entry.name or ""


def acts_at(page: str) -> list[str]:
    """What can be done at an address that ends in an act: every thing's acts that are sent there."""
    return [
        act.name
        for thing in house().things
        if thing.act_page == page
        for act in thing.acts
        if act.do is not None and not act.page
    ]


def home_actor(part: str) -> Actor:
    return actor_for(User.objects.get(cast=part), clock.today())


def home_rows(home_no: str) -> Iterator[tuple[Thing, Any]]:
    """Of each kind of thing up to three of the room, as its clerk and its town's office see them."""
    actors = [home_actor("clerk"), home_actor("town_office")]
    for thing in house().things:
        rows: dict[int, Any] = {}
        for actor in actors:
            if thing.kind != "post":  # posts are met as the things that become public
                rows |= {row.pk: row for row in thing.rows(actor).order_by("-pk")[:3]}
        yield from ((thing, row) for row in rows.values())


def things(home_no: str) -> dict[str, list[str]]:
    """Numbers and keys of real things of the room, by the first words of their address."""
    found: dict[str, list[str]] = {"desk/rooms": [home_no]}
    for thing, row in home_rows(home_no):
        if thing.page and thing.kind != "room":
            words = "/".join(thing.address(row).split("/")[1:3])
            found.setdefault(words, []).append(thing.key(row)[0])
    return found | {
        "screen/<str:no>": found["desk/deliberations"],
        "desk/review": found["desk/topics"][:1],
        "desk/accounts": [str(User.objects.get(cast="clerk").pk)],
        "desk/feedback": [row.no for row in Feedback.objects.order_by("pk")[:3]],  # no room has one
    }


def addresses(home_no: str) -> Iterator[str]:
    """Every address about one of those things, with every act that can be sent there."""
    numbers = things(home_no)
    keys = {
        "signatures": Signature.objects.filter(record__deliberation__room__no=home_no).values_list(
            "pk", flat=True
        )[0],
        "offices": Appointment.objects.filter(room__no=home_no).values_list("pk", flat=True)[0],
        "photos": 1,
    }
    for pattern, page in patterns(get_resolver().url_patterns):
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
            if not re.search("<slug:(what|name)>", address):
                yield "/" + address
                continue
            acts = acts_at(page)
            assert acts, f"nobody hands in what can be done at {pattern}"
            yield from ("/" + re.sub("<slug:(what|name)>", act, address) for act in acts)


def test_nothing_of_the_next_room_exists(home_no: str) -> None:
    client, met = Client(), 0
    client.force_login(User.objects.get(cast="outsider"))
    before, wrong = Entry.objects.count(), {}
    for address in addresses(home_no):
        for answer in (
            client.get(address, follow=True),
            client.post(address, {"reason": "x", "text": "x", "name": "x"}),
        ):
            met += 1
            if answer.status_code not in {404, 405}:
                wrong[address] = answer.status_code
    assert wrong == {}
    assert met > 200
    assert Entry.objects.count() == before


def texts(answer: Any) -> Iterator[str]:
    """All that an answer says: a page as it stands, a sheet unpacked."""
    if not answer.streaming:
        yield answer.content.decode()
        return
    with ZipFile(BytesIO(b"".join(answer.streaming_content))) as parts:
        yield from (parts.read(name).decode() for name in parts.namelist())


def test_lists_of_ones_own_hold_nothing_of_the_next_room(home_no: str) -> None:
    client = Client()
    client.force_login(User.objects.get(cast="outsider"))
    inside = Topic.objects.filter(room__no=home_no).exclude(release="released")
    words = [
        *inside.values_list("title", flat=True),
        *Submission.objects.filter(room__no=home_no).values_list("text", flat=True),
    ]
    # two rooms of the demo may hear the same sentence; it says nothing about whose it is
    elsewhere = "\n".join(Submission.objects.exclude(room__no=home_no).values_list("text", flat=True))
    words = [text for text in words if len(text) > 6 and text not in elsewhere]
    assert len(words) > 10
    lists = [
        pattern
        for pattern, _page in patterns(get_resolver().url_patterns)
        if OWN.match(pattern) and "<" not in pattern
    ]
    assert len(lists) > 10
    for pattern in lists:
        answer = client.get("/" + pattern, follow=True)
        assert answer.status_code in {200, 404, 405}, pattern
        page = " ".join(texts(answer))
        assert [text for text in words if text in page] == [], pattern


@pytest.mark.parametrize("part", ["grid_worker", "member", "leader", "doer"])
def test_who_only_reads_or_reports_changes_nothing_of_it(home_no: str, part: str) -> None:
    """People of the same place without the role for an act: no act passes, whatever they may read."""
    client, before = Client(), Entry.objects.count()
    client.force_login(User.objects.get(cast=part))
    passed = {}
    for address in addresses(home_no):
        mine = part == "doer" and address.startswith("/desk/commitments")
        mine = mine or (part == "leader" and address.endswith("/ask-after"))
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


@pytest.mark.one_engine
def test_what_a_page_offers_is_not_refused_and_what_it_does_not_offer_is(home_no: str) -> None:
    """Everybody of the cast presses every act on a thing of each kind that they may open."""
    wrong, offered, refused = [], 0, 0
    for user in User.objects.exclude(cast="").filter(grants__isnull=False).distinct():
        client, actor = Client(), actor_for(user, clock.today())
        client.force_login(user)
        for thing in house().things:
            rows = (
                list(thing.rows(actor).order_by("-pk")[:1]) if thing.act_page and thing.kind != "post" else []
            )
            acts = [act for act in thing.acts if act.do is not None and not act.page]
            for row, act in product(rows, acts):
                before, is_open = Entry.objects.count(), is_offered(thing, act, row, actor)
                with transaction.atomic():
                    answer = client.post(url_of(thing, act, row), {"statement": row.pk})
                    did = Entry.objects.count() - before
                    transaction.set_rollback(True)
                offered, refused = offered + is_open, refused + (not is_open)
                if is_open and answer.status_code not in {200, 302, 400}:
                    wrong.append((user.cast, thing.kind, act.name, "offered", answer.status_code))
                if not is_open and (did or answer.status_code not in {302, 403, 404, 200, 400}):
                    wrong.append((user.cast, thing.kind, act.name, "not offered", answer.status_code))
    assert wrong == []
    assert min(offered, refused) > 50


def test_every_thing_that_one_desk_opens_is_closed_to_the_next_room(home_no: str) -> None:
    outsider = home_actor("outsider")
    open_ones = [
        (thing.kind, row.pk) for thing, row in home_rows(home_no) if thing.rows(outsider).filter(pk=row.pk)
    ]
    assert open_ones == []
