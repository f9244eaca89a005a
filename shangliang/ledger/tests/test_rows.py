"""One row an act: what it names, what it never holds, and the event that goes with it."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from shangliang.access.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, submitter
from shangliang.access.roles import Role
from shangliang.events.kinds import Kind, Subject
from shangliang.events.models import Event
from shangliang.kit.clock import local_day
from shangliang.ledger import rules
from shangliang.ledger.actions import NobodyActed, act, erase, forget, office_of
from shangliang.ledger.models import Content, Entry, Pseudonym
from shangliang.ledger.queries import history
from shangliang.rulebook import book

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, tzinfo=UTC)
TOPIC = Subject("topic", "2026-000001")
CLERK = Actor(ActorKind.STAFF, key="account:7")


def test_a_row_holds_the_act_and_its_keyed_hash() -> None:
    event = act(
        Kind.TOPIC_OPENED,
        TOPIC,
        actor=CLERK,
        role=Role.CLERK,
        place="100001",
        at=NOW,
        content={"grade": "deep", "n": 2},
        payload={"ids": [1, 2]},
    )
    entry = Entry.objects.get()
    assert (entry.at, entry.event) == (NOW, "topic.opened")
    assert (entry.subject_kind, entry.subject_no, entry.office) == ("topic", "2026-000001", "clerk@100001")
    assert entry.rulebook == book().at(local_day(NOW)).version
    content = Content.objects.get()
    assert (content.entry_id, content.body) == (entry.pk, '{"grade":"deep","n":2}')
    assert (content.erased_at, content.erased_reason, len(content.salt)) == (None, "", 16)
    assert entry.digest == hmac.new(bytes(content.salt), content.body.encode(), hashlib.sha256).hexdigest()
    assert Event.objects.get() == event
    assert (event.kind, event.subject_kind, event.subject_no, event.at) == ("topic.opened", *TOPIC, NOW)
    assert event.payload == {"grade": "deep", "n": 2, "ids": [1, 2]}


@transaction.atomic
def given_up() -> None:
    act(Kind.TOPIC_OPENED, TOPIC, actor=SYSTEM, at=NOW)
    raise ZeroDivisionError


@pytest.mark.django_db(transaction=True)
def test_an_act_without_a_transaction_is_refused() -> None:
    with pytest.raises(RuntimeError, match="in the transaction that does it"):
        act(Kind.TOPIC_OPENED, TOPIC, actor=SYSTEM, at=NOW)
    assert not Entry.objects.exists()
    with pytest.raises(ZeroDivisionError):
        given_up()
    assert not Entry.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    ("actor", "role", "place", "office"),
    [
        (CLERK, Role.CLERK, "100001", "clerk@100001"),
        (CLERK, Role.CLERK, "", "clerk"),
        (SYSTEM, None, "100001", "system"),
        (submitter("x"), None, "100001", "submitter"),
        (ANONYMOUS, None, "100001", "resident"),
    ],
)
def test_the_hand_is_named_by_its_office(actor: Actor, role: Role | None, place: str, office: str) -> None:
    assert office_of(actor, role, place) == office


def test_staff_without_an_office_did_nothing() -> None:
    with pytest.raises(NobodyActed, match="in a role"):
        office_of(CLERK, None, "100001")


def test_each_person_has_one_random_name_and_nobody_in_particular_has_none() -> None:
    for actor in (CLERK, submitter("x"), CLERK, SYSTEM, ANONYMOUS):
        act(Kind.TOPIC_OPENED, TOPIC, actor=actor, role=Role.CLERK if actor.is_staff else None, at=NOW)
    names = list(Entry.objects.order_by("pk").values_list("pseudonym", flat=True))
    assert names[0] == names[2] != names[1]
    assert names[3:] == ["system", ""]
    assert all(len(name) == 32 and int(name, 16) for name in names[:3])
    assert dict(Pseudonym.objects.values_list("key", "value")) == {"account:7": names[0], "slip:x": names[1]}


def test_a_person_has_one_name_and_a_name_one_person() -> None:
    Pseudonym.objects.create(key="account:7", value="a" * 32)
    for again in ({"key": "account:7", "value": "b" * 32}, {"key": "account:8", "value": "a" * 32}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Pseudonym.objects.create(**again)


def test_only_who_asks_is_forgotten() -> None:
    for actor in (submitter("x"), submitter("y")):
        act(Kind.TOPIC_OPENED, TOPIC, actor=actor, at=NOW)
    forget("slip:x")
    assert list(Pseudonym.objects.values_list("key", flat=True)) == ["slip:y"]


def test_only_what_is_named_is_erased_and_only_once() -> None:
    for number in range(3):
        act(Kind.TOPIC_OPENED, TOPIC, actor=SYSTEM, at=NOW, content={"n": number})
    first, second, third = Entry.objects.order_by("pk").values_list("pk", flat=True)
    erase([first, second], by=Kind.SUBMISSION_ERASED, at=NOW)
    erase([second, third], by=Kind.SUBMISSION_ERASED, at=NOW + timedelta(days=1))
    kept = {row.entry_id: (row.erased_reason, row.erased_at) for row in Content.objects.all()}
    assert kept[first] == kept[second] == ("asked by its owner", NOW)
    assert kept[third] == ("asked by its owner", NOW + timedelta(days=1))
    assert [line.content for line in history(TOPIC)] == [{}, {}, {}]
    assert all(Entry.objects.values_list("digest", flat=True))


def test_the_history_of_several_things_is_one_and_of_no_other() -> None:
    deliberation, other = Subject("deliberation", "2026-000001"), Subject("topic", "2026-000002")
    told = [(TOPIC, 1), (deliberation, 2), (other, 3), (TOPIC, 4)]
    for subject, number in told:
        act(
            Kind.TOPIC_OPENED, subject, actor=CLERK, role=Role.CLERK, at=NOW + timedelta(hours=number),
            content={"n": number},
        )  # fmt: skip
    lines = history(TOPIC, deliberation)
    assert [line.content["n"] for line in lines] == [4, 2, 1]
    assert [line.at for line in lines] == [NOW + timedelta(hours=n) for n in (4, 2, 1)]
    assert {(line.event, line.office) for line in lines} == {("topic.opened", "clerk")}
    assert [line.content["n"] for line in history(other)] == [3]
    assert history() == []


@pytest.mark.parametrize(
    ("content", "body"),
    [
        ({}, "{}"),
        ({"b": 1, "a": [True, None]}, '{"a":[true,null],"b":1}'),
        ({"词": "长" * 80}, '{"词":"' + "长" * 80 + '"}'),
        ({"a": {"c": "x", "b": ["y"]}}, '{"a":{"b":["y"],"c":"x"}}'),
    ],
)
def test_facts_are_written_in_one_way_only(content: dict[str, object], body: str) -> None:
    assert rules.canonical(content) == body
    assert json.loads(body) == content


@pytest.mark.parametrize(
    "content",
    [
        {"words": "长" * 81},
        {"words": "两行\n字"},
        {"a": {"b": "长" * 81}},
        {"a": [["x", "长" * 81]]},
        {"a": {"b": ["两行\n字"]}},
    ],
)
def test_a_text_is_no_fact_however_deep_it_hides(content: dict[str, object]) -> None:
    with pytest.raises(rules.NotAFact):
        rules.canonical(content)


def test_what_is_no_number_is_no_fact_either() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        rules.canonical({"share": float("nan")})
