"""What the worker does of an evening and at night."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.db import transaction

from shangliang.access.actor import SYSTEM
from shangliang.config import rounds
from shangliang.events.kinds import Kind, Subject
from shangliang.events.models import Event, Pressed
from shangliang.kit import clock, heartbeat
from shangliang.ledger import tasks
from shangliang.ledger.actions import act
from shangliang.ledger.models import Entry, Seal
from shangliang.opinions.models import OpinionMap
from shangliang.opinions.tests.polls import camps, make_poll

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


def test_the_night_seals_what_committed_too_late_for_the_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "OVERLAP", 0)
    act(Kind.TOPIC_OPENED, Subject("topic", "2026-000001"), actor=SYSTEM, at=clock.now())
    entry, first = Entry.objects.get(), Entry.objects.get().pk
    for number in (first + 9, first + 5):
        entry.pk = number
        entry.save(force_insert=True)
        tasks.seal(clock.now())
    assert not Seal.objects.filter(entry_id=first + 5).exists()
    rounds.night()
    assert Seal.objects.filter(entry_id=first + 5).exists()


@pytest.mark.django_db(transaction=True)
def test_one_round_does_all_that_a_round_is_for(settings: LazySettings, tmp_path: Path) -> None:
    """The round itself, not its steps one by one: a step that it left out once was the map on the wall."""
    settings.HOME = tmp_path
    poll = make_poll()
    camps(poll)
    with transaction.atomic():
        act(Kind.TOPIC_OPENED, Subject("topic", "2026-000001"), actor=SYSTEM, at=clock.now())
    rounds.pulse()
    assert OpinionMap.objects.filter(poll=poll).exists()
    assert Seal.objects.count() == Entry.objects.count() > 0
    beat = heartbeat.last()
    assert beat is not None
    assert dict(beat.failed) == {}


def test_no_step_of_a_round_hides_another(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[list[str]] = []

    def look(*steps: tuple[str, object]) -> dict[str, str]:
        done.append([name for name, _step in steps])
        return {}

    monkeypatch.setattr(rounds, "_each", look)
    for each in (rounds.pulse, rounds.minute, rounds.night):
        each()
    assert [len(names) for names in done] == [len(set(names)) for names in done]
    assert all(done)


def pressed(until: datetime) -> Pressed:
    event = Event.objects.create(kind=Kind.COMMITMENT_ACCEPTED, subject_kind="commitment", subject_no="1")
    kept: dict[str, str] = {"state": "assigned"}
    return Pressed.objects.create(
        event=event, act="accept", person="1", until=until, was=kept, became=kept, clocks=[], last_entry=1
    )


def test_the_night_forgets_the_presses_whose_time_is_over() -> None:
    pressed(NOW)
    running = pressed(NOW + timedelta(minutes=1))
    with clock.at(NOW):
        rounds.night()
    assert list(Pressed.objects.all()) == [running]
    assert Event.objects.count() == 2, "what was done stays written"
