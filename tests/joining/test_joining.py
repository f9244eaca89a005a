"""Two installations are joined: each thing keeps its number, none takes another's, and every page finds both."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from pytest_django import Settings

from shangliang.access.actor import Actor, ActorKind, Grant
from shangliang.access.roles import Role
from shangliang.clocks.models import Clock
from shangliang.config.live import PATH
from shangliang.desks.reactions import index_words
from shangliang.events.kinds import Kind
from shangliang.events.models import Event
from shangliang.kit import clock
from shangliang.kit.numbered import by_no, by_nos
from shangliang.ledger.models import Entry
from shangliang.topics import queries as topics
from shangliang.topics.reactions import index_topic
from shangliang.topics.tests.factories import signed_in
from shangliang.web.queries import due_tasks
from tests.joining.installation import NOW, NUMBERED, RULE, fill, handed_on, join

ROOT = Path(__file__).resolve().parents[2]
CITY, BOX = "本市", "下乡箱"
HAND_ON = """
import sys, django
django.setup()
from tests.joining.installation import fill, handed_on
fill(sys.argv[1])
print(handed_on())
"""
CLERK = Actor(ActorKind.STAFF, key="account:1", grants=(Grant(Role.CLERK, room_no="100001"),))
# Where each kind of thing has a page of its own under its number, and what stands on it.
DESK = {
    "Topic": ("/desk/topics/{no}", "议题"),
    "Submission": ("/desk/submissions/{no}", "诉求"),
    "Deliberation": ("/desk/deliberations/{no}", "协商"),
    "Outcome": ("/desk/outcomes/{no}", "议题"),
    "Commitment": ("/desk/commitments/{no}", "承诺"),
    "Draw": ("/desk/draws/by-number/{no}", "抽签"),
}
PUBLIC = {"Topic": ("/topics/{no}", "议题"), "Deliberation": ("/d/{no}", "协商")}
Rows = dict[str, dict[str, Any]]


_made: dict[tuple[str, str], str] = {}


@pytest.fixture
def elsewhere(migrated_environ: dict[str, str]) -> Callable[[str, str], str]:
    """What another installation hands on, made in a deployment of its own with a database of its own."""

    def made(name: str, code: str) -> str:
        if (name, code) not in _made:  # always the same, so once is enough for all tests
            command = [sys.executable, "-c", HAND_ON, name]
            there = {**migrated_environ, "NUMBER_ORIGIN": code}
            ended = subprocess.run(command, env=there, cwd=ROOT, capture_output=True, text=True, check=False)
            assert ended.returncode == 0, ended.stderr
            _made[name, code] = ended.stdout
        return _made[name, code]

    return made


@pytest.fixture
def box(elsewhere: Callable[[str, str], str]) -> str:
    return elsewhere(BOX, "B7")


def together(whose: str, text: str, theirs: str) -> Rows:
    """This installation's matter and the one that was brought; by kind of thing, whose row it is."""
    fill(whose)
    rows = {model.__name__: {whose: model._default_manager.get()} for model in NUMBERED}
    join(text)
    for model in NUMBERED:
        both = rows[model.__name__]
        both[theirs] = model._default_manager.exclude(pk=both[whose].pk).get()
    return rows


@pytest.fixture
def joined(box: str, db: None) -> Rows:
    return together(CITY, box, BOX)


def test_the_test_joins_rows_of_one_key(box: str, db: None) -> None:
    fill(CITY)
    keys = Counter((row["model"], row["pk"]) for row in [*json.loads(box), *json.loads(handed_on())])
    assert [key for key, count in keys.items() if count != 2] == []


def test_every_number_stays_and_leads_to_its_own_row(joined: Rows) -> None:
    assert set(joined) >= {*DESK, *PUBLIC}
    for kind, rows in joined.items():
        ours, theirs = rows[CITY], rows[BOX]
        assert ours.no == f"2026-{ours.pk:06d}", kind
        assert theirs.no == f"2026-B7-{ours.pk:06d}", kind
        assert theirs.pk != ours.pk
        for row in (ours, theirs):
            assert by_no(type(row)._default_manager.all(), row.no).get() == row
        both = by_nos(type(ours)._default_manager.all(), [ours.no, theirs.no, "2026-C1-000001", "nothing"])
        assert set(both) == {ours, theirs}


def test_deadlines_and_the_ledger_follow_the_number(joined: Rows) -> None:
    for whose, row in joined["Topic"].items():
        assert Clock.objects.of(row.subject).get().rule == RULE
        assert Entry.objects.filter(subject_kind="topic", subject_no=row.no).count() == 1, whose
    tasks = due_tasks(CLERK, NOW, start=0, limit=10)
    assert {task.title for task in tasks} == {f"{CITY}的议题", f"{BOX}的议题"}
    ticked = [row.no for row in joined["Submission"].values()]
    assert {row.no for row in topics.chosen(CLERK, ticked)} == set(ticked)


def test_every_page_finds_each_by_its_number(joined: Rows, client: Client) -> None:
    signed_in(client, Role.CLERK, room_no="100001")
    everybody = Client()
    with clock.at(NOW):
        for pages, who in ((DESK, client), (PUBLIC, everybody)):
            for kind, (address, what) in pages.items():
                for whose, row in joined[kind].items():
                    answer = who.get(address.format(no=row.no), follow=True)
                    assert answer.status_code == 200, (kind, row.no)
                    assert f"{whose}的{what}" in answer.content.decode(), (kind, row.no)
        listed = everybody.get("/topics").content.decode()
        assert all(f'/topics/{row.no}"' in listed for row in joined["Topic"].values())
        for row in joined["Topic"].values():
            assert (
                everybody.get(f"/topics/{row.no.replace('B7', 'B8').replace('2026', '2025')}").status_code
                == 404
            )
    assert all(PATH.fullmatch(f"/live/d/{row.no}") for row in joined["Deliberation"].values())


def test_what_was_brought_is_found_by_its_words(joined: Rows) -> None:
    """The index names things by their number: each of the two leads to its own row, and to that alone."""
    for row in joined["Topic"].values():
        opened = Event(kind=Kind.TOPIC_OPENED.value, subject_kind="topic", subject_no=row.no)
        index_topic(opened)
        index_words(opened)
    everybody = Client()
    with clock.at(NOW):
        for typed, wanted in (("的议题", {CITY, BOX}), (BOX, {BOX}), (CITY, {CITY})):
            found = everybody.get("/topics", {"q": typed}).content.decode()
            for whose, row in joined["Topic"].items():
                assert (f'/topics/{row.no}"' in found) == (whose in wanted), (typed, whose)


def test_nothing_is_taken_in_twice(joined: Rows, box: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        join(box)
    for kind, rows in joined.items():
        ours, theirs = rows[CITY], rows[BOX]
        same = {"origin_code": theirs.origin_code, "origin_key": theirs.origin_key}
        with pytest.raises(IntegrityError, match=rf"{kind.lower()}_number"), transaction.atomic():
            type(ours)._default_manager.filter(pk=ours.pk).update(**same)


def test_a_box_takes_the_citys_matters_along_under_their_numbers(
    elsewhere: Callable[[str, str], str], db: None, settings: Settings
) -> None:
    settings.NUMBER_ORIGIN = "B7"
    for rows in together(BOX, elsewhere(CITY, ""), CITY).values():
        assert rows[CITY].no == f"2026-{rows[BOX].pk:06d}"
        assert rows[BOX].no == f"2026-B7-{rows[BOX].pk:06d}"
        assert by_no(type(rows[CITY])._default_manager.all(), rows[CITY].no).get() == rows[CITY]
