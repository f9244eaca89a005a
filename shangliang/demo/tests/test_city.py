"""The filled demo: it adds up, it is the same again, and its bulk rows are those that the acts write."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from random import Random

import pytest
from django.db import transaction
from django.db.models import Model

from shangliang.accounts.models import Installation, User
from shangliang.clocks.models import Clock
from shangliang.deliberations.models import Deliberation
from shangliang.deliberations.states import DeliberationState
from shangliang.demo import city
from shangliang.demo.bulk import Bulk
from shangliang.demo.corpus.doers import doers
from shangliang.demo.corpus.places import places
from shangliang.demo.network import Network
from shangliang.events.models import Event, Failure
from shangliang.kit.clock import ZONE
from shangliang.ledger.verifying import verify
from shangliang.outcomes.models import Commitment, Outcome
from shangliang.outcomes.states import CommitmentState, OutcomeState
from shangliang.topics.models import Submission, Topic
from shangliang.topics.states import SubmissionState, TopicState
from tests import databases

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


@pytest.mark.one_engine
def test_the_same_seed_gives_the_same_town_and_another_seed_another() -> None:
    """The town that another worker may have filled, and two that are filled here."""

    def drawn() -> list[object]:
        return [
            *Topic.objects.order_by("pk").values_list("title", "state", "opened_at", "room__no"),
            *Submission.objects.order_by("pk").values_list("text", "state", "received_at"),
            *Commitment.objects.order_by("pk").values_list("what", "due_at", "state"),
            *Clock.objects.order_by("pk").values_list("rule", "started_at", "due_at", "stopped_at"),
        ]

    def filled(seed: int) -> list[object]:
        with transaction.atomic():
            town(seed)
            found = drawn()
            transaction.set_rollback(True)
        return found

    with databases.town():
        kept = drawn()
    assert filled(1) == kept
    assert filled(2) != kept


def test_the_network_is_zhenjiangs() -> None:
    bulk = Bulk()
    network = Network(bulk, Random(1), places(), members=1100)
    assert (len(network.areas), len(network.seats), len(network.members)) == (838, 1063, 1100)
    assert len(doers(places())) == 45
