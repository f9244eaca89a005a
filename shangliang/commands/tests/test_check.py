"""`shangliang check`: each fault of a deployment is found, said, and counted in the exit status."""

from __future__ import annotations

import shutil
from collections import namedtuple
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from shangliang.accounts.actions import mark_installation
from shangliang.commands import main
from shangliang.commands.check import LEAST_FREE_MEGABYTES
from shangliang.kit import clock, crypto
from shangliang.ledger.binding import bindings

pytestmark = pytest.mark.django_db
Usage = namedtuple("Usage", "total used free")  # as shutil gives it


@pytest.fixture(autouse=True)
def _fit(settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment to which nothing is wanting."""
    settings.HOME, settings.KEYS_FILE = tmp_path, tmp_path / "keys.json"
    settings.BASE_URL = "https://shangliang.example"
    crypto.Keyring.fresh().write(settings.KEYS_FILE)
    free(monkeypatch, LEAST_FREE_MEGABYTES)


def free(monkeypatch: pytest.MonkeyPatch, megabytes: int) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(0, 0, megabytes * 1024 * 1024))


def check(capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    status = main(["check"])
    told = capsys.readouterr()
    assert (told.out == "检查通过。All is well.\n") is (status == 0)
    return status, told.err


def test_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(capsys) == (0, "")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o610])
def test_keys_that_others_can_read_are_found(
    mode: int, settings: LazySettings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.KEYS_FILE.chmod(mode)
    status, said = check(capsys)
    assert status == 1
    assert f"chmod 600 {settings.KEYS_FILE}" in said


def test_no_keys_yet_is_no_fault(settings: LazySettings, capsys: pytest.CaptureFixture[str]) -> None:
    settings.KEYS_FILE.unlink()
    assert check(capsys)[0] == 0


def test_a_disk_that_is_nearly_full_is_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    free(monkeypatch, LEAST_FREE_MEGABYTES - 1)
    status, said = check(capsys)
    assert (status, f"磁盘只剩 {LEAST_FREE_MEGABYTES - 1} MB" in said) == (1, True)


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000"])
def test_an_address_that_nobody_else_can_open_is_found_but_in_the_demo(
    host: str, settings: LazySettings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.BASE_URL = f"http://{host}"
    status, said = check(capsys)
    assert (status, "BASE_URL 是本机地址" in said) == (1, True)
    mark_installation(is_demo=True, at=clock.now())
    assert check(capsys)[0] == 0


def test_a_database_of_an_older_version_is_found_and_then_no_address_is_judged(
    settings: LazySettings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.BASE_URL = "http://localhost"
    newest = MigrationRecorder.Migration.objects.filter(app="ledger").latest("name")
    newest.delete()
    status, said = check(capsys)
    assert (status, "shangliang manage migrate" in said, "BASE_URL" in said) == (1, True, False)


def test_every_fault_is_told_at_once(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.KEYS_FILE.chmod(0o644)
    settings.BASE_URL = "http://localhost"
    free(monkeypatch, 1)
    status, said = check(capsys)
    assert status == 1
    assert all(word in said for word in ("chmod", "MB", "BASE_URL"))


@pytest.mark.django_db(transaction=True)
def test_missing_triggers_are_told_and_put_back_as_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    for guard in bindings().guards:
        with connection.cursor() as cursor:
            for statement in guard.drop(connection.vendor):
                cursor.execute(statement)
    main(["check"])
    told = capsys.readouterr().err
    assert "触发器少了或者被改了" in told
    assert "ledger_entry_" in told
    assert "figures_closedperiod_" in told
    for app in ("ledger", "figures"):
        assert f"shangliang manage migrate {app} 0002 && shangliang manage migrate {app}" in told
        call_command("migrate", app, "0002", verbosity=0)
        call_command("migrate", app, verbosity=0)
    main(["check"])
    assert "触发器" not in capsys.readouterr().err
