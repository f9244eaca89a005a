"""Once a day the ledger's newest checkpoint leaves the house, by mail, to those whom the settings name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from pytest_django import Settings

from shangliang.access.actor import SYSTEM
from shangliang.events.kinds import Kind, Subject
from shangliang.inbox import engine
from shangliang.inbox.models import Message
from shangliang.inbox.tasks import digest
from shangliang.inbox.tests.factories import noon
from shangliang.ledger.actions import act
from shangliang.ledger.models import Checkpoint
from shangliang.ledger.sealing import notes
from shangliang.ledger.tasks import seal

pytestmark = pytest.mark.django_db(transaction=True)
WITNESSES = ["zhengxie@example.cn", "witness@example.org"]


@pytest.fixture(autouse=True)
def mailed(settings: Settings) -> None:
    settings.LEDGER_WITNESSES = WITNESSES
    settings.CHANNELS = {**settings.CHANNELS, "mail": "shangliang.inbox.engine.Mail"}
    engine._made.cache_clear()


def sealed() -> Checkpoint:
    from django.db import transaction

    with transaction.atomic():
        act(Kind.TOPIC_OPENED, Subject("topic", "2026-000001"), actor=SYSTEM, at=noon())
    seal(noon())
    return Checkpoint.objects.latest("size")


def test_each_witness_has_the_checkpoint_once_a_day() -> None:
    first = sealed()
    for minutes in range(3):
        digest(noon(hour=18) + timedelta(minutes=minutes))
    assert sorted(letter.to[0] for letter in mail.outbox) == sorted(WITNESSES)
    assert mail.outbox[0].subject == "留痕检查点：到今天共 1 条"
    (found,) = notes(str(mail.outbox[0].body))
    assert found.note == first.note
    assert "http" in mail.outbox[0].body
    second = sealed()
    digest(noon(hour=18) + timedelta(days=1))
    assert len(mail.outbox) == 4
    (found,) = notes(str(mail.outbox[3].body))
    assert found.note == second.note


def test_without_witnesses_or_before_anything_is_sealed_nothing_goes_out(settings: Settings) -> None:
    digest(noon(hour=18))
    sealed()
    settings.LEDGER_WITNESSES = []
    digest(noon(hour=18))
    assert not Message.objects.exists()
    assert mail.outbox == []
