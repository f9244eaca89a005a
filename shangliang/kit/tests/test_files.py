"""Files that hold a secret."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from shangliang.kit.files import write_secret_once


def test_a_secret_file_is_never_readable_by_others(tmp_path: Path) -> None:
    seen = []
    before = os.umask(0)
    try:
        path = tmp_path / "new" / "key"
        write_secret_once(path, "the secret")
        seen = [stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()]
    finally:
        os.umask(before)
    assert seen == [0o600]
    assert path.read_text() == "the secret"


def test_whoever_is_first_decides_and_nothing_is_left_behind(tmp_path: Path) -> None:
    path = tmp_path / "key"
    with ThreadPoolExecutor(8) as pool:

        def make(number: int) -> str:
            write_secret_once(path, f"secret {number}")
            return path.read_text()

        read = set(pool.map(make, range(64)))
    assert len(read) == 1
    assert [each.name for each in tmp_path.iterdir()] == ["key"]
