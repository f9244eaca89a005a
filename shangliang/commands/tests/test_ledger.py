"""`shangliang ledger verify`: figures when all fits, else each row that does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone

from shangliang.access.actor import SYSTEM
from shangliang.commands import main
from shangliang.events.kinds import Kind, Subject
from shangliang.ledger.actions import act
from shangliang.ledger.models import Checkpoint, Content, Entry, Seal
from shangliang.ledger.tasks import seal
from shangliang.ledger.tests.tampering import unlocked

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
    with unlocked():
        Content.objects.filter(entry_id=first).update(body='{"n":9}')
        Content.objects.filter(entry_id=second).delete()
    assert main(["ledger", "verify"]) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"entry {first}: its content was changed",
        f"entry {second}: its content row is missing",
    ]


def notes() -> list[str]:
    return list(Checkpoint.objects.order_by("size").values_list("note", flat=True))


def test_the_log_is_held_against_checkpoints_that_were_kept_outside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for count in (2, 3):
        acts(count)
        seal(timezone.now())
    both, last = tmp_path / "both.txt", tmp_path / "mail.txt"
    both.write_text("\n".join(notes()))
    last.write_text("尊敬的见证人：\r\n\r\n" + notes()[1].replace("\n", "\r\n") + "\r\n谢谢。\r\n")
    assert main(["ledger", "verify", "--checkpoint", str(both), "--checkpoint", str(last)]) == 0
    told = capsys.readouterr()
    assert "检查点 2 个，另从外面拿来 3 个。" in told.out
    with unlocked():
        last_act = Entry.objects.latest("pk").pk
        for row in (Entry.objects.filter(pk=last_act), Content.objects.filter(entry_id=last_act)):
            row.delete()
        Seal.objects.filter(entry_id=last_act).delete()
        Checkpoint.objects.latest("size").delete()
        seal(timezone.now())
    assert main(["ledger", "verify", "--checkpoint", str(last)]) == 1
    assert "kept checkpoint 5: the log has only 2 seals" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["", "nonsense\n", "a/ledger\n3\nAAAA\n\n— a/ledger AAAA\n"])
def test_a_file_without_a_checkpoint_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    kept = tmp_path / "kept.txt"
    kept.write_text(text)
    assert main(["ledger", "verify", "--checkpoint", str(kept)]) == 2
    assert main(["ledger", "verify", "--checkpoint", str(tmp_path / "missing.txt")]) == 2
    assert "里面没有检查点" in capsys.readouterr().err
