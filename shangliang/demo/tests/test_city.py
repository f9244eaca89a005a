"""The filled demo: it adds up, it is the same again, and its bulk rows are those that the acts write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from random import Random
from typing import Any

import pytest
from django.db.models import Model

from shangliang.accounts.models import Installation, User
from shangliang.clocks.models import Clock
from shangliang.deliberations.models import Deliberation, Measure, Participant, Record, Signature
from shangliang.deliberations.states import DeliberationState
from shangliang.demo import city, present
from shangliang.demo.beginnings import Chances
from shangliang.demo.bulk import Bulk
from shangliang.demo.corpus.doers import Doer, doers
from shangliang.demo.corpus.places import places
from shangliang.demo.history import History
from shangliang.demo.network import Network, add_cast, choose
from shangliang.demo.story import Stage, Story
from shangliang.demo.tables import Attendance
from shangliang.events.models import Done, Event, Failure
from shangliang.kit.clock import ZONE
from shangliang.ledger.models import Content, Entry
from shangliang.ledger.queries import verify
from shangliang.outcomes.models import Commitment, Invitation, LookBack, Outcome, Rating, Reply
from shangliang.outcomes.states import CommitmentState, Level, OutcomeState
from shangliang.search.models import Document
from shangliang.topics.models import Submission, Topic, Visit
from shangliang.topics.states import Channel, EntryWay, Grade, SubmissionState, TopicState

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def town(seed: int = 1, today: date = TODAY) -> None:
    city.fill(city.Scale.TOWN, seed, today)


@pytest.mark.parametrize(("hour", "day"), [(14, 22), (15, 23), (23, 23), (0, 22)])
def test_the_demo_stands_at_a_moment_that_has_passed(hour: int, day: int) -> None:
    assert city.last_day(datetime(2026, 11, 23, hour, 30, tzinfo=ZONE)) == date(2026, 11, day)


def test_a_town_adds_up_and_shows_every_state(filled_town: None) -> None:
    wanted = city.YEAR.times(city.TOWN_SHARE)
    sums = dict(city.sums())
    assert sums["商量 deliberations held"] == wanted.deliberations
    assert sums["委员参加人次 attendances of members"] == wanted.member_attendances
    assert sums["群众参加人次 attendances of residents"] == wanted.resident_attendances
    assert sums["办成的事 matters solved"] == wanted.solved
    shown: tuple[tuple[type[Model], type[StrEnum]], ...] = (
        (Submission, SubmissionState),
        (Topic, TopicState),
        (Deliberation, DeliberationState),
        (Outcome, OutcomeState),
        (Commitment, CommitmentState),
    )
    for table, states in shown:
        found = set(table._default_manager.values_list("state", flat=True))
        assert {state.value for state in states} - found == MISSING.get(table, set()), table
    assert Submission.objects.filter(is_embargoed=True).exists()
    assert Clock.objects.exclude(reddened_at=None).filter(stopped_at=None).exists()  # somebody is late
    assert not Failure.objects.exists()
    assert not Event.objects.filter(is_open=True).exists()
    report = verify()
    assert (report.faults, report.sealed) == ((), report.entries) or not list(report.faults)
    assert Installation.objects.get().is_demo
    assert not User.objects.exclude(is_invented=True).exists()


# Passing states: nothing rests in them for longer than its transaction, or only for hours.
MISSING: dict[type[Model], set[str]] = {}


def test_the_same_seed_gives_the_same_town_and_another_seed_another() -> None:
    def drawn() -> list[object]:
        return [
            *Topic.objects.order_by("pk").values_list("title", "state", "opened_at", "room__no"),
            *Submission.objects.order_by("pk").values_list("text", "state", "received_at"),
            *Commitment.objects.order_by("pk").values_list("what", "due_at", "state"),
            *Clock.objects.order_by("pk").values_list("rule", "started_at", "due_at", "stopped_at"),
        ]

    from django.db import transaction

    kept: list[list[object]] = []
    for seed in (1, 1, 2):
        with transaction.atomic():
            town(seed)
            kept.append(drawn())
            transaction.set_rollback(True)
    assert kept[0] == kept[1]
    assert kept[0] != kept[2]


def test_the_network_is_zhenjiangs() -> None:
    bulk = Bulk()
    network = Network(bulk, Random(1), places(), members=1100)
    assert (len(network.areas), len(network.seats), len(network.members)) == (838, 1063, 1100)
    assert len(doers(places())) == 45


# -- what bulk writes is what the acts write ------------------------------------------------------------------

TABLES: tuple[type[Model], ...] = (
    Submission,
    Topic,
    Visit,
    Deliberation,
    Participant,
    Record,
    Measure,
    Signature,
    Outcome,
    Commitment,
    Reply,
    Invitation,
    Rating,
    LookBack,
    Document,
)
MARKED: tuple[type[Model], ...] = (*TABLES, Entry, Event, Clock)
# Values that a matter's own words or its moment decide; whether they are there at all is compared.
PLAIN = ("CharField", "TextField", "DateTimeField", "DateField", "FileField", "BinaryField", "ImageField")


def shape(row: Model) -> tuple[object, ...]:
    """A row as the shape of its life: states and kinds as they are, words and moments as there or not there."""
    found: list[object] = [type(row).__name__]
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.primary_key or field.attname in LOOSE:
            continue
        named = field.choices or field.attname in {
            "state",
            "release",
            "scope",
            "form",
            "closing",
            "seat",
            "way",
        }
        found.append(
            (field.attname, value if named or isinstance(value, bool) else value not in (None, "", b""))
        )
    return tuple(found)


# What differs from one matter to the next without being a step of its way.
LOOSE = {
    "theme",
    "weight",
    "channel",
    "way",
    "level",
    "dissent",
    "place_text",
    "phone_sealed",
    "reason",
    "residents_count",
    "mode",
    "opinion",
    "second_opinion",
    "unit_id",
    "person_id",
    "doer_text",
    "lead_id",
    "work_plan",
    # A thousand Word files are not written for the past year: its records are read on the page.
    "document",
    "document_at",
}


def rows(since: dict[type[Model], int]) -> Counter[tuple[object, ...]]:
    return Counter(
        shape(row) for table in TABLES for row in table._default_manager.filter(pk__gt=since[table])
    )


def kept(since: dict[type[Model], int]) -> Counter[tuple[str, ...]]:
    """Ledger rows, events with what was done about them, and clocks."""
    found: Counter[tuple[str, ...]] = Counter()
    for entry in Entry.objects.filter(pk__gt=since[Entry]):
        assert Content.objects.filter(entry_id=entry.pk).exists()
        found["entry", entry.event, entry.subject_kind, entry.office.partition("@")[0]] += 1
    for event in Event.objects.filter(pk__gt=since[Event]):
        if not event.kind.startswith("clock."):
            done = ",".join(sorted(Done.objects.filter(event=event).values_list("reaction", flat=True)))
            found["event", event.kind, event.subject_kind, str(event.is_open), done] += 1
    for clock in Clock.objects.filter(pk__gt=since[Clock]):
        found["clock", clock.rule, clock.subject_kind, clock.role, str(clock.stopped_at is not None)] += 1
    return found


def marks() -> dict[type[Model], int]:
    return {
        table: table._default_manager.order_by("-pk").values_list("pk", flat=True).first() or 0
        for table in MARKED
    }


@pytest.fixture
def stage() -> Stage:
    """A town whose cast is in office, with nothing raised yet."""
    bulk, rng, now = Bulk(), Random(1), datetime(2026, 11, 23, 15, tzinfo=ZONE)
    real = places()
    centre = next(place for place in real if place.code == city.TOWN)
    inside = [p for p in real if centre.path.startswith(p.path) or p.path.startswith(centre.path)]
    network = Network(bulk, rng, inside, members=60)
    home = choose(network)
    add_cast(network, home)
    bulk.write()
    found = present.stage(network, home, rng, now)
    found.texts = [
        text for text in found.texts if len(text.measures) == 1 and text.measures[0].doer == Doer.PROPERTY
    ]
    return found


def bulk_written(stage: Stage, write: Callable[[History], object]) -> None:
    plain = Chances(
        ((Channel.RESIDENT, 1),), ((EntryWay.ONLINE, 1),), most_echoes=0, oldest=90, any_time=0, rated=1
    )
    history = History(stage.network, stage.network.bulk, Random(3), stage.now, plain)
    write(history)
    stage.network.bulk.write()


def differences(acted: Counter[Any], bulk: Counter[Any]) -> str:
    """A line for each kind of row that only one of them wrote; "" when they are alike."""
    return "\n".join(
        f"{'only acts' if acted[key] > bulk[key] else 'only bulk'} {abs(acted[key] - bulk[key])} × {key}"
        for key in acted.keys() | bulk.keys()
        if acted[key] != bulk[key]
    )


def test_a_quick_matter_in_bulk_is_that_of_the_acts(stage: Stage) -> None:
    since = marks()
    story = Story(stage, 60).raised().wait(hours=3).accepted(Grade.QUICK).wait(hours=2).released()
    story.wait(days=1).answered().wait(days=2).rated(Level.SATISFIED, solved=True)
    acted = (rows(since), kept(since))

    since = marks()
    bulk_written(stage, lambda history: history.quick(stage.home, story.text))
    bulk = (rows(since), kept(since))
    assert differences(acted[1], bulk[1]) == ""
    assert differences(acted[0], bulk[0]) == ""


def test_a_deep_matter_in_bulk_is_that_of_the_acts(stage: Stage) -> None:
    since = marks()
    story = Story(stage, 90).agreed().wait(days=1).under_way().wait(days=7).replied()
    story.wait(days=2).rated(Level.SATISFIED, solved=True)
    acted = (rows(since), kept(since))

    since = marks()
    bulk_written(
        stage,
        lambda history: history.deep(stage.home, Attendance(2, 18), finished=True, text=story.text),
    )
    bulk = (rows(since), kept(since))
    assert differences(acted[1], bulk[1]) == ""
    assert differences(acted[0], bulk[0]) == ""
