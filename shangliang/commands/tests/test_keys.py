"""`shangliang keys`, and what a start says to keys that are not those of the database."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings

from shangliang.commands import Failed, keys, main, serve
from shangliang.kit import clock, crypto, heartbeat
from shangliang.kit.models import KeyMark
from shangliang.ledger import sealing

pytestmark = pytest.mark.django_db
Told = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def file(settings: LazySettings, tmp_path: Path) -> Iterator[Path]:
    """A deployment of its own that has begun with its keys."""
    settings.HOME, settings.KEYS_FILE = tmp_path, tmp_path / "keys.json"
    settings.SECRET_KEY_FILE = tmp_path / "secret_key"
    crypto.keyring.cache_clear()
    serve.agree_on_keys()
    yield settings.KEYS_FILE
    crypto.keyring.cache_clear()


def test_the_first_start_makes_keys_and_remembers_them(file: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o600
    assert set(KeyMark.objects.values_list("name", flat=True)) == {
        "hashing",
        "sealing/1",
        "secret",
        "signing",
    }
    kept = json.dumps(list(KeyMark.objects.values()), default=str)
    ring = crypto.keyring()
    assert not any(key.hex() in kept for key in (ring.hashing, ring.signing, *ring.sealing.values()))
    serve.agree_on_keys()
    assert KeyMark.objects.count() == 4


def lost(file: Path) -> None:
    file.unlink()


def empty(file: Path) -> None:
    file.write_text("")


def garbage(file: Path) -> None:
    file.write_bytes(b"\x00\xff not keys")


def cut_short(file: Path) -> None:
    file.write_text(file.read_text()[:-40])


def a_list(file: Path) -> None:
    file.write_text("[]")


def too_short(file: Path) -> None:
    raw = json.loads(file.read_text())
    file.write_text(json.dumps(raw | {"hashing": "YWJj"}))


def of_another_machine(file: Path) -> None:
    file.unlink()
    crypto.Keyring.fresh().write(file)


def one_key_less(file: Path) -> None:
    crypto.Keyring.read(file).with_new_sealing().write_instead(file)
    crypto.keyring.cache_clear()
    serve.agree_on_keys()
    raw = json.loads(file.read_text())
    del raw["sealing"]["1"]
    file.write_text(json.dumps(raw))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lost, "请把当初备份的密钥文件放回来"),
        (empty, "读不出来"),
        (garbage, "读不出来"),
        (cut_short, "读不出来"),
        (a_list, "读不出来"),
        (too_short, "读不出来"),
        (of_another_machine, "不是这个数据库用的那一把"),
        (one_key_less, "sealing/1"),
    ],
)
def test_wrong_keys_stop_the_start_and_are_found_by_check(
    file: Path, spoil: Callable[[Path], None], said: str, capsys: Told
) -> None:
    spoil(file)
    crypto.keyring.cache_clear()
    before = file.read_bytes() if file.exists() else None
    with pytest.raises(Failed, match=said):
        serve.agree_on_keys()
    assert main(["check"]) == 1
    assert said in capsys.readouterr().err
    assert main(["keys", "rotate", "sealing"]) == 2
    assert said in capsys.readouterr().err
    assert (file.read_bytes() if file.exists() else None) == before, "nothing is made or changed"


def test_no_keys_are_made_in_silence_where_the_old_ones_are_gone(file: Path) -> None:
    file.unlink()
    crypto.keyring.cache_clear()
    with pytest.raises(crypto.NoKeys):
        crypto.seal("0511", "phone")
    assert not file.exists()


def test_another_secret_is_another_machine(settings: LazySettings) -> None:
    settings.SECRET_KEY = "x" * 50
    with pytest.raises(Failed, match="secret不是"):
        serve.agree_on_keys()


def test_keys_are_shown_by_their_marks(capsys: Told) -> None:
    assert main(["keys", "show"]) == 0
    shown = capsys.readouterr().out
    assert [line.split()[0] for line in shown.splitlines()] == ["hashing", "sealing/1", "secret", "signing"]


def test_what_was_sealed_before_can_be_opened_after(file: Path, capsys: Told) -> None:
    sealed = crypto.seal("13800001234", "phone")
    assert main(["keys", "rotate", "sealing"]) == 0
    assert "另存一份" in capsys.readouterr().out
    assert crypto.unseal(sealed, "phone") == "13800001234"
    again = crypto.seal("13800001234", "phone")
    assert (sealed[:2], again[:2]) == (b"1:", b"2:")
    serve.agree_on_keys()
    assert main(["check"]) in {0, 1}
    assert "sealing" not in capsys.readouterr().err


def test_what_was_signed_before_stays_signed() -> None:
    note = sealing.sign(7, b"\x01" * 32, at=clock.now())
    was = crypto.keyring().signing
    assert main(["keys", "rotate", "signing"]) == 0
    assert crypto.keyring().signing != was
    assert sealing.is_signed(note)
    assert sealing.is_signed(sealing.sign(8, b"\x02" * 32, at=clock.now()))
    assert not sealing.is_signed(note.replace("\n7\n", "\n8\n"))
    serve.agree_on_keys()


def test_a_new_secret_is_written_and_agreed_on(settings: LazySettings) -> None:
    was = settings.SECRET_KEY
    assert main(["keys", "rotate", "secret"]) == 0
    assert settings.SECRET_KEY_FILE.read_text() == settings.SECRET_KEY != was
    assert settings.SECRET_KEY_FILE.stat().st_mode & 0o777 == 0o600
    serve.agree_on_keys()


def test_while_it_runs_no_key_is_changed(file: Path, capsys: Told) -> None:
    heartbeat.beat({})
    before = file.read_bytes()
    assert main(["keys", "rotate", "sealing"]) == 2
    assert "请先停掉" in capsys.readouterr().err
    assert file.read_bytes() == before
    old = time.time() - heartbeat.SILENT - 1
    os.utime(heartbeat.path(), (old, old))
    assert main(["keys", "rotate", "sealing"]) == 0


def test_it_asks_which(capsys: Told) -> None:
    assert main(["keys", "rotate"]) == 2
    assert "请写明换哪一种" in capsys.readouterr().err


def test_marks_carry_the_day(capsys: Told) -> None:
    main(["keys", "show"])
    assert f"{clock.now():%Y-%m-%d}" in capsys.readouterr().out
    assert keys.sentences() == []
