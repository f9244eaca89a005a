"""`shangliang ledger verify`: figures when all fits, else each row that does not."""

from __future__ import annotations

import pytest
from django.utils import timezone

from shangliang.access.actor import SYSTEM
from shangliang.commands import main
from shangliang.events.kinds import Kind, Subject
from shangliang.ledger.actions import act
from shangliang.ledger.models import Content, Entry
from shangliang.ledger.tasks import seal

pytestmark = pytest.mark.django_db


def acts(count: int) -> None:
    for number in range(count):
        act(
            Kind.TOPIC_OPENED,
            Subject("topic", "2026-000001"),
            actor=SYSTEM,
            at=timezone.now(),
            content={"n": number},
        )


def test_a_whole_ledger_is_told_in_figures(capsys: pytest.CaptureFixture[str]) -> None:
    acts(3)
    seal(timezone.now())
    acts(1)
    assert main(["ledger", "verify"]) == 0
    told = capsys.readouterr()
    assert "留痕 4 条，已封存 3 条，内容已抹除 0 条。" in told.out
    assert "4 entries, 3 sealed, content erased of 0." in told.out
    assert told.err == ""


def test_a_changed_ledger_is_told_row_by_row(capsys: pytest.CaptureFixture[str]) -> None:
    acts(3)
    seal(timezone.now())
    first, second, _third = Entry.objects.order_by("pk").values_list("pk", flat=True)
    Content.objects.filter(entry_id=first).update(body='{"n":9}')
    Content.objects.filter(entry_id=second).delete()
    assert main(["ledger", "verify"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"entry {first}: its content was changed",
        f"entry {second}: its content row is missing",
    ]
