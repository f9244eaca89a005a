"""An installation of an earlier version comes to the present one with all that it holds, and what was released stays."""

from __future__ import annotations

import hashlib
import lzma
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
RELEASED = HERE / "released.txt"  # sha256sum shangliang/*/migrations/0*.py > tests/older/released.txt
TABLES = ("topics_submission", "topics_topic", "outcomes_commitment", "ledger_entry", "accounts_user")


def test_no_released_migration_was_changed_or_taken_away() -> None:
    """Where it was done already, nothing of the change would ever arrive: tables and program part in silence."""
    listed = [line.split() for line in RELEASED.read_text("ascii").splitlines()]
    assert len(listed) > 50
    changed = [
        name
        for digest, name in listed
        if not (ROOT / name).exists() or hashlib.sha256((ROOT / name).read_bytes()).hexdigest() != digest
    ]
    assert changed == [], "make a new migration instead"


@pytest.fixture
def older(tmp_path: Path) -> dict[str, str]:
    """The town as the demo of the first version left it (commit 6822b9e), with its keys."""
    (tmp_path / "shangliang.sqlite3").write_bytes(lzma.decompress((HERE / "town.sqlite3.xz").read_bytes()))
    for name in ("keys.json", "secret_key"):
        shutil.copy(HERE / name, tmp_path)
    own = {
        "SHANGLIANG_HOME": str(tmp_path),
        "DATABASE_URL": "",
        "WAKE_WORKER": "",
        "LEDGER_NAME": "127.0.0.1",
    }
    return os.environ | own | {"DJANGO_SETTINGS_MODULE": "shangliang.config.settings"}


def counts(environ: dict[str, str]) -> list[int]:
    with closing(sqlite3.connect(Path(environ["SHANGLIANG_HOME"]) / "shangliang.sqlite3")) as database:
        return [database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES]  # noqa: S608


def test_a_town_of_the_first_version_is_upgraded_with_all_that_it_holds(older: dict[str, str]) -> None:
    def shangliang(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "shangliang.commands", *words]
        return subprocess.run(command, cwd=ROOT, env=older, capture_output=True, text=True)

    before = counts(older)
    assert min(before) > 0
    upgraded = shangliang("upgrade")
    assert upgraded.returncode == 0, upgraded.stderr
    assert counts(older) == before
    verified = shangliang("ledger", "verify")
    assert verified.returncode == 0, verified.stderr
    checked = shangliang("check").stderr
    assert "少了：" not in checked, "tables are those of the models"
    assert "触发器" not in checked
    pages = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "from django.urls import reverse\n"
        "from shangliang.deliberations.models import Deliberation\n"
        "from shangliang.topics.models import Topic\n"
        "paths = [reverse('deliberation', args=[each.no]) for each in Deliberation.objects.order_by('pk')[:30]]\n"
        "paths += [reverse('topic', args=[each.no]) for each in Topic.objects.order_by('pk')[:30]]\n"
        "told = [Client(HTTP_HOST='127.0.0.1').get(path).status_code for path in ['/', '/results', *paths]]\n"
        "print(told[:2], set(told) - {404}, told.count(200) > 10)"  # 404: not public
    )
    shown = subprocess.run([sys.executable, "-c", pages], cwd=ROOT, env=older, capture_output=True, text=True)
    assert shown.stdout.strip() == "[200, 200] {200} True", shown.stdout + shown.stderr
