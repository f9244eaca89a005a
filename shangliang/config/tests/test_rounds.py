"""What the worker does of an evening and at night."""

from __future__ import annotations

import pytest

from shangliang.access.actor import SYSTEM
from shangliang.config import rounds
from shangliang.events.kinds import Kind, Subject
from shangliang.kit import clock
from shangliang.ledger import tasks
from shangliang.ledger.actions import act
from shangliang.ledger.models import Entry, Seal

pytestmark = pytest.mark.django_db


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
