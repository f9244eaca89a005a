"""`shangliang check`: each fault of a deployment is found, said, and counted in the exit status."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from shangliang.accounts.actions import mark_installation
from shangliang.commands import main
from shangliang.commands.check import LEAST_FREE_MEGABYTES, PLACEHOLDERS, _columns, _uploads
from shangliang.kit import clock, crypto, heartbeat
from shangliang.ledger.binding import bindings
from tests.architecture.source import PACKAGE
from tests.databases import MEDIA

pytestmark = pytest.mark.django_db
Usage = namedtuple("Usage", "total used free")  # as shutil gives it


@pytest.fixture(autouse=True)
def _fit(settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment to which nothing is wanting."""
    settings.HOME, settings.KEYS_FILE = tmp_path, tmp_path / "keys.json"
    tmp_path.chmod(0o700)
    settings.BASE_URL = "https://shangliang.example"
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    settings.SECOND_FACTOR = True
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.CHANNELS = settings.CHANNELS | {"mail": "shangliang.inbox.engine.Mail"}
    real = {
        "organiser": "京口区政协推进办公室",
        "phone": "0511-8441 2345",
        "supervise_phone": "0511-8441 2346",
    }
    settings.SITE = settings.SITE | real
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


def set_debug(settings: LazySettings) -> None:
    settings.DEBUG = True


def set_http(settings: LazySettings) -> None:
    settings.BASE_URL = "http://shangliang.example"


def set_one_factor(settings: LazySettings) -> None:
    settings.SECOND_FACTOR = False


def set_no_proxy(settings: LazySettings) -> None:
    settings.TRUSTED_PROXIES = []


def set_wrong_proxy(settings: LazySettings) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1", "nginx"]


def set_example_phone(settings: LazySettings) -> None:
    settings.SITE = settings.SITE | {"phone": "0511-0000 0000"}


def set_example_organiser(settings: LazySettings) -> None:
    settings.SITE = settings.SITE | {"organiser": "某某区政协推进办公室"}


def set_no_mail(settings: LazySettings) -> None:
    settings.CHANNELS = settings.CHANNELS | {"mail": "shangliang.inbox.engine.Console"}


@pytest.mark.parametrize(
    ("spoil", "said", "also_in_a_demo"),
    [
        (set_debug, "请去掉 DEBUG", True),
        (set_http, "BASE_URL 不是 https", False),
        (set_one_factor, "SECOND_FACTOR=0", False),
        (set_no_proxy, "没有设 TRUSTED_PROXIES", True),
        (set_wrong_proxy, "TRUSTED_PROXIES 里的 nginx 不是 IP 地址", True),
        (set_example_phone, "SITE_PHONE 还是样子", False),
        (set_example_organiser, "SITE_ORGANISER 还是样子", False),
        (set_no_mail, "没有设 EMAIL_URL", False),
    ],
)
def test_what_a_setting_would_do_to_people_is_said(
    spoil: Callable[[LazySettings], None],
    said: str,
    also_in_a_demo: bool,
    settings: LazySettings,
    capsys: pytest.CaptureFixture[str],
) -> None:
    spoil(settings)
    status, told = check(capsys)
    assert (status, told.count("\n"), said in told) == (1, 2, True), told
    mark_installation(is_demo=True, at=clock.now())
    assert (check(capsys)[0] == 1) is also_in_a_demo


def test_the_settings_that_nobody_has_set_are_found_as_examples() -> None:
    source = (PACKAGE / "config" / "settings.py").read_text("utf-8")
    for name, _key, invented in PLACEHOLDERS:
        (default,) = re.findall(rf'env\.text\("{name}", "([^"]+)"\)', source)
        assert any(word in default for word in invented), name


def test_a_silent_worker_is_found_and_one_that_never_ran_is_not(
    settings: LazySettings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(capsys) == (0, "")
    heartbeat.beat({})
    assert check(capsys) == (0, "")
    heartbeat.beat({"messages": "OperationalError"})
    status, said = check(capsys)
    assert (status, "messages（OperationalError）" in said) == (1, True)
    heartbeat.beat({})
    old = time.time() - 600
    os.utime(heartbeat.path(), (old, old))
    status, said = check(capsys)
    assert (status, "后台 10 分钟没有动静了" in said) == (1, True)


def test_missing_uploads_are_counted_and_named(settings: LazySettings, filled_town: None) -> None:
    settings.MEDIA_ROOT = Path(MEDIA)
    assert list(_uploads()) == []
    settings.MEDIA_ROOT = settings.HOME / "another"
    (said,) = _uploads()
    assert re.match(r"少了 [1-9]\d* 个照片、录音或文书：records/.+、records/.+。请从备份里放回", said)


def test_a_column_that_is_missing_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kit_keymark RENAME COLUMN at TO made_at")
    (said,) = _columns()
    assert said.startswith("数据库的表 kit_keymark 少了：at。")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE kit_keymark")
    (said,) = _columns()
    assert said.startswith("数据库的表 kit_keymark 少了：at、mark、name。")


@pytest.mark.parametrize(
    "name", ["shangliang.sqlite3", "shangliang.sqlite3-wal", "limits.sqlite3", "outbox.jsonl"]
)
def test_data_that_others_can_read_are_found(
    name: str, settings: LazySettings, capsys: pytest.CaptureFixture[str]
) -> None:
    file = settings.HOME / name
    file.touch(mode=0o600)
    assert check(capsys) == (0, "")
    file.chmod(0o644)
    status, said = check(capsys)
    assert (status, f"chmod 600 {file}" in said) == (1, True)


def test_a_folder_that_others_can_enter_is_found(
    settings: LazySettings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.HOME.chmod(0o755)
    status, said = check(capsys)
    assert (status, f"chmod 700 {settings.HOME}" in said) == (1, True)
