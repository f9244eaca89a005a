"""`backup`, `restore` and `upgrade`, as processes of their own, on a town that is really there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import databases

PASSPHRASE = "三河汇流 2026 长长的一句"
Environ = dict[str, str]


def shangliang(environ: Environ, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "shangliang.commands", *words]
    return subprocess.run(command, env=environ, capture_output=True, text=True, stdin=subprocess.DEVNULL)


def python(environ: Environ, code: str) -> str:
    """What a line of code prints in that installation."""
    words = [sys.executable, "-c", f"import django; django.setup()\n{code}"]
    ended = subprocess.run(words, env=environ, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


def only(folder: Path) -> Path:
    (found,) = (path for path in folder.iterdir() if path.is_dir())
    return found


@pytest.fixture
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("passphrase") / "words"
    file.write_text(f"{PASSPHRASE}\n", "utf-8")
    return file


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("copies")


@pytest.fixture
def elsewhere(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> Iterator[Environ]:
    """An installation of its own, with a database in which nothing is."""
    home = tmp_path_factory.mktemp("elsewhere")
    url = databases.new(home)
    own = {"SHANGLIANG_HOME": str(home), "DATABASE_URL": url, "WAKE_WORKER": ""}
    yield os.environ | own | {"DJANGO_SETTINGS_MODULE": "shangliang.config.settings"}
    databases.drop(url)


@pytest.fixture
def here(migrated_environ: Environ) -> Environ:
    """A small installation with keys, something sealed under them, a ledger and an upload."""
    assert shangliang(migrated_environ, "keys", "show").returncode == 0
    python(
        migrated_environ,
        "from django.utils import timezone\n"
        "from shangliang.access.actor import SYSTEM\n"
        "from shangliang.events.kinds import Kind, Subject\n"
        "from shangliang.ledger.actions import act\n"
        "from shangliang.ledger.tasks import seal\n"
        "from django.db import transaction\n"
        "with transaction.atomic():\n"
        "    for number in range(5):\n"
        "        act(Kind.TOPIC_OPENED, Subject('topic', '2026-000001'), actor=SYSTEM, at=timezone.now(),"
        " content={'n': number})\n"
        "seal(timezone.now())",
    )
    media = Path(migrated_environ["SHANGLIANG_HOME"]) / "media" / "photos"
    media.mkdir(parents=True)
    (media / "gate.webp").write_bytes(b"a gate" * 1000)
    return migrated_environ


@pytest.fixture
def copy(here: Environ, folder: Path, sealed: Path) -> Path:
    made = shangliang(here, "backup", str(folder), "--passphrase-file", str(sealed))
    assert made.returncode == 0, made.stderr
    return only(folder)


def restored(copy: Path, environ: Environ, sealed: Path) -> subprocess.CompletedProcess[str]:
    keys = copy.with_suffix(".keys")
    return shangliang(environ, "restore", str(copy), "--keys", str(keys), "--passphrase-file", str(sealed))


def test_a_town_comes_back_as_it_was(
    demo_environ: Environ, elsewhere: Environ, folder: Path, sealed: Path
) -> None:
    shangliang(demo_environ, "keys", "show")  # as `serve` does: the keys are agreed on
    count = (
        "from shangliang.topics.models import Submission\n"
        "from shangliang.accounts.models import User\n"
        "print(Submission.objects.count(), User.objects.count())"
    )
    made = shangliang(demo_environ, "backup", str(folder), "--passphrase-file", str(sealed))
    assert made.returncode == 0, made.stderr
    keys = only(folder).with_suffix(".keys")
    assert f"密钥用您的口令封在：{keys}" in made.stdout
    assert "移到另一处" in made.stdout
    back = restored(only(folder), elsewhere, sealed)
    assert back.returncode == 0, back.stderr
    assert "和备份一致" in back.stdout
    assert python(elsewhere, count) == python(demo_environ, count) != "0 0"
    home, was = Path(elsewhere["SHANGLIANG_HOME"]), Path(demo_environ["SHANGLIANG_HOME"])
    uploads = [path.relative_to(was) for path in (was / "media").rglob("*") if path.is_file()]
    assert uploads
    assert all((home / name).read_bytes() == (was / name).read_bytes() for name in uploads)
    assert shangliang(elsewhere, "ledger", "verify").returncode == 0
    assert shangliang(elsewhere, "keys", "show").stdout == shangliang(demo_environ, "keys", "show").stdout


def test_the_copy_is_for_its_owner_alone_and_holds_no_key(copy: Path, here: Environ, folder: Path) -> None:
    for path in copy.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path
    keys = json.loads((Path(here["SHANGLIANG_HOME"]) / "keys.json").read_text())
    secrets = [keys["hashing"], keys["signing"], *keys["sealing"].values()]
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert not any(secret.encode() in everything for secret in secrets)


def test_it_works_while_others_write(here: Environ, folder: Path) -> None:
    write = (
        "from shangliang.kit.models import KeyMark\n"
        "import time\n"
        "end = time.monotonic() + 6\n"
        "number = 0\n"
        "while time.monotonic() < end:\n"
        "    number += 1\n"
        "    KeyMark.objects.create(name=f'tried/{number}', mark='x')\n"
        "    KeyMark.objects.filter(name=f'tried/{number}').delete()\n"
        "print(number)"
    )
    written: list[str] = []
    writer = threading.Thread(target=lambda: written.append(python(here, write)))
    writer.start()
    made = [shangliang(here, "backup", str(folder), "--without-keys") for _ in range(2)]
    writer.join()
    assert [each.returncode for each in made] == [0, 0], made
    assert int(written[0]) > 10
    assert "密钥不在里面" in made[0].stdout


def test_what_the_last_copy_holds_is_not_stored_twice(copy: Path, here: Environ, folder: Path) -> None:
    assert shangliang(here, "backup", str(folder), "--without-keys").returncode == 0
    (second,) = (path for path in folder.iterdir() if path.is_dir() and path != copy)
    first = copy / "media" / "photos" / "gate.webp"
    assert first.stat().st_ino == (second / "media" / "photos" / "gate.webp").stat().st_ino


def test_without_the_sealed_keys_the_ones_put_there_by_hand_do(
    copy: Path, here: Environ, elsewhere: Environ
) -> None:
    refused = shangliang(elsewhere, "restore", str(copy))
    assert (refused.returncode, "请把当初备份的密钥文件放回来" in refused.stderr) == (2, True)
    for name in ("keys.json", "secret_key"):
        shutil.copy(Path(here["SHANGLIANG_HOME"]) / name, elsewhere["SHANGLIANG_HOME"])
    back = shangliang(elsewhere, "restore", str(copy))
    assert back.returncode == 0, back.stderr


def test_a_place_that_is_not_empty_is_refused(copy: Path, here: Environ, sealed: Path) -> None:
    before = python(here, "from shangliang.ledger.models import Entry; print(Entry.objects.count())")
    refused = restored(copy, here, sealed)
    assert (refused.returncode, "数据库里已经有内容" in refused.stderr) == (2, True)
    assert before == python(here, "from shangliang.ledger.models import Entry; print(Entry.objects.count())")


def a_photo_changed(copy: Path) -> None:
    (copy / "media" / "photos" / "gate.webp").write_bytes(b"another")


def a_photo_gone(copy: Path) -> None:
    (copy / "media" / "photos" / "gate.webp").unlink()


def the_database_cut(copy: Path) -> None:
    (file,) = copy.glob("database.*")
    file.write_bytes(file.read_bytes()[:-100])


def a_file_more(copy: Path) -> None:
    (copy / "media" / "virus.exe").write_bytes(b"")


def no_sheet(copy: Path) -> None:
    (copy / "manifest.json").unlink()


def a_broken_sheet(copy: Path) -> None:
    (copy / "manifest.json").write_text('{"at": ')


def changed(copy: Path, **news: object) -> None:
    sheet = copy / "manifest.json"
    sheet.write_text(json.dumps(json.loads(sheet.read_text()) | news))


def another_engine(copy: Path) -> None:
    changed(copy, engine="oracle")


def a_newer_program(copy: Path) -> None:
    changed(copy, migrations=["topics.9999_from_the_future"])


def other_counts(copy: Path) -> None:
    changed(copy, counts=json.loads((copy / "manifest.json").read_text())["counts"] | {"ledger_entry": 6})


def another_root(copy: Path) -> None:
    changed(copy, ledger={"entries": 5, "size": 5, "root": "0" * 64})


def another_format(copy: Path) -> None:
    changed(copy, format=99)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (a_photo_changed, "变了 media/photos/gate.webp"),
        (a_photo_gone, "缺 media/photos/gate.webp"),
        (the_database_cut, "变了 database."),
        (a_file_more, "多出 media/virus.exe"),
        (no_sheet, "没有备份"),
        (a_broken_sheet, "读不出来"),
        (another_engine, "这一份是 oracle 的备份"),
        (a_newer_program, "这个程序不认得：topics.9999_from_the_future"),
        (other_counts, "ledger_entry: 6 → 5"),
        (another_root, "留痕 ledger"),
        (another_format, "格式 99"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_is_left_there(
    spoil: Callable[[Path], None], said: str, copy: Path, elsewhere: Environ, sealed: Path
) -> None:
    spoil(copy)
    refused = restored(copy, elsewhere, sealed)
    assert (refused.returncode, said in refused.stderr) == (2, True), refused.stderr
    assert "Traceback" not in refused.stderr
    home = Path(elsewhere["SHANGLIANG_HOME"])
    assert not any(path.is_file() for path in (home / "media").rglob("*"))
    assert not (home / "keys.json").exists()
    assert (
        python(elsewhere, "from django.db import connection\nprint(connection.introspection.table_names())")
        == "[]"
    )


def test_another_name_of_the_ledger_is_said_before_anything_is_done(
    copy: Path, elsewhere: Environ, sealed: Path
) -> None:
    refused = restored(copy, elsewhere | {"LEDGER_NAME": "another"}, sealed)
    assert (refused.returncode, "请设 LEDGER_NAME=" in refused.stderr) == (2, True)


def test_a_ledger_that_was_not_sound_comes_back_only_where_that_is_asked_for(
    here: Environ, elsewhere: Environ, folder: Path, sealed: Path
) -> None:
    python(
        here,
        "from django.db import connection\n"
        "from shangliang.ledger.triggers import drop\n"
        "[connection.cursor().execute(each) for each in drop(connection.vendor)]",
    )
    assert shangliang(here, "backup", str(folder), "--passphrase-file", str(sealed)).returncode == 0
    refused = restored(only(folder), elsewhere, sealed)
    assert (refused.returncode, "--with-ledger-faults" in refused.stderr) == (2, True), refused.stderr
    keys = only(folder).with_suffix(".keys")
    words = ["--keys", str(keys), "--passphrase-file", str(sealed), "--with-ledger-faults"]
    assert shangliang(elsewhere, "restore", str(only(folder)), *words).returncode == 0


def test_what_waits_for_its_seal_is_no_fault_of_a_copy(
    here: Environ, elsewhere: Environ, folder: Path, sealed: Path
) -> None:
    python(
        here,
        "from datetime import timedelta\n"
        "from django.db import transaction\n"
        "from django.utils import timezone\n"
        "from shangliang.access.actor import SYSTEM\n"
        "from shangliang.events.kinds import Kind, Subject\n"
        "from shangliang.ledger.actions import act\n"
        "with transaction.atomic():\n"
        "    act(Kind.TOPIC_OPENED, Subject('topic', '2026-000001'), actor=SYSTEM,"
        " at=timezone.now() - timedelta(days=3), content={'n': 1})",
    )
    assert shangliang(here, "ledger", "verify").returncode == 1
    assert shangliang(here, "backup", str(folder), "--passphrase-file", str(sealed)).returncode == 0
    back = restored(only(folder), elsewhere, sealed)
    assert back.returncode == 0, back.stderr


def test_other_keys_are_never_replaced(copy: Path, elsewhere: Environ, sealed: Path) -> None:
    keys = Path(elsewhere["SHANGLIANG_HOME"]) / "keys.json"
    keys.write_text("those of somebody else")
    refused = restored(copy, elsewhere, sealed)
    assert (refused.returncode, "不会被盖掉" in refused.stderr) == (2, True)
    assert keys.read_text() == "those of somebody else"


def test_a_wrong_passphrase_opens_nothing(copy: Path, elsewhere: Environ, sealed: Path) -> None:
    sealed.write_text("another one, long enough")
    refused = restored(copy, elsewhere, sealed)
    assert (refused.returncode, "口令不对" in refused.stderr) == (2, True)


def test_bad_words_are_answered_in_words(here: Environ, folder: Path, sealed: Path) -> None:
    sealed.write_text("short")
    short = shangliang(here, "backup", str(folder), "--passphrase-file", str(sealed))
    assert (short.returncode, "口令太短" in short.stderr) == (2, True)
    none = shangliang(here, "backup", str(folder))
    assert (none.returncode, "要一句口令" in none.stderr) == (2, True)
    gone = shangliang(here, "backup", str(folder), "--passphrase-file", str(folder / "nowhere"))
    assert (gone.returncode, "口令文件读不出来" in gone.stderr) == (2, True)
    file = folder / "a-file"
    file.touch()
    taken = shangliang(here, "backup", str(file), "--without-keys")
    assert (taken.returncode, "写不进" in taken.stderr) == (2, True)
    assert [path.name for path in folder.iterdir()] == ["a-file"]


def test_a_folder_of_copies_is_asked_which(copy: Path, elsewhere: Environ) -> None:
    asked = shangliang(elsewhere, "restore", str(copy.parent))
    assert (asked.returncode, f"shangliang restore {copy}" in asked.stderr) == (2, True)


def test_what_a_killed_copy_left_is_taken_away_by_the_next(here: Environ, folder: Path) -> None:
    (folder / ".part-killed").mkdir()
    assert shangliang(here, "backup", str(folder), "--without-keys").returncode == 0
    assert not (folder / ".part-killed").exists()


def test_a_copy_can_be_looked_at_without_restoring(copy: Path, here: Environ) -> None:
    assert shangliang(here, "restore", "--check-only", str(copy)).returncode == 0
    a_photo_changed(copy)
    assert shangliang(here, "restore", "--check-only", str(copy)).returncode == 2


# -- upgrade --------------------------------------------------------------------------------------------------------


def test_what_is_up_to_date_is_left_alone(here: Environ, folder: Path) -> None:
    done = shangliang(here, "upgrade", "--copies", str(folder))
    assert (done.returncode, "不用升级" in done.stdout) == (0, True)
    assert list(folder.iterdir()) == []


def older(environ: Environ) -> None:
    """As a program of before left it: the table of key marks is still to come."""
    ended = shangliang(environ, "manage", "migrate", "kit", "zero")
    assert ended.returncode == 0, ended.stderr


def test_an_older_database_is_copied_and_brought_up_to_date(here: Environ, folder: Path) -> None:
    older(here)
    done = shangliang(here, "upgrade", "--copies", str(folder))
    assert done.returncode == 0, done.stderr
    assert "升级好了" in done.stdout
    assert json.loads((only(folder) / "manifest.json").read_text())["ledger"]["entries"] == 5
    assert shangliang(here, "ledger", "verify").returncode == 0
    assert "不用升级" in shangliang(here, "upgrade", "--copies", str(folder)).stdout


def test_a_failed_upgrade_puts_everything_back(here: Environ, folder: Path) -> None:
    older(here)
    python(  # in the way of the migration that makes it
        here,
        "from django.db import connection\nconnection.cursor().execute('CREATE TABLE kit_keymark (name text, mark text)')",
    )
    failed = shangliang(here, "upgrade", "--copies", str(folder))
    assert failed.returncode == 2
    assert "数据库已经放回原样" in failed.stderr
    state = python(
        here,
        "from django.db import connection\n"
        "from shangliang.ledger.models import Entry\n"
        "from shangliang.ledger.triggers import LEDGER\n"
        "cursor = connection.cursor()\n"
        "cursor.execute('SELECT count(mark) FROM kit_keymark')\n"
        "print(cursor.fetchone()[0], Entry.objects.count(), LEDGER.missing(connection))",
    )
    assert state == "0 5 []"


def test_it_is_refused_while_the_system_runs(here: Environ, folder: Path) -> None:
    older(here)
    (Path(here["SHANGLIANG_HOME"]) / "worker.heartbeat").write_text("{}")
    refused = shangliang(here, "upgrade", "--copies", str(folder))
    assert (refused.returncode, "请先停掉" in refused.stderr) == (2, True)
