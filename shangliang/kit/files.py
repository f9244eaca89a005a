"""Files that come from outside and files that go there: which line is wrong, and nothing half-written."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO


class BadFile(ValueError):
    """What is wrong with a file, and in which line."""

    def __init__(self, file: str, line: int, why: str) -> None:
        super().__init__(f"{file}:{line}: {why}")
        self.file, self.line, self.why = file, line, why


@contextmanager
def whole_file(name: str | Path) -> Iterator[TextIO]:
    """A file that appears only when it is complete; "-" is standard output."""
    if str(name) == "-":
        yield sys.stdout
        return
    path = Path(name)
    handle, half = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with open(handle, "w", encoding="utf-8", newline="") as out:
            yield out
        os.chmod(half, 0o666 & ~_umask())
        os.replace(half, path)
    except BaseException:
        os.unlink(half)
        raise


def _umask() -> int:
    """What new files of this process may not have."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_secret_once(path: Path, text: str) -> None:
    """A file for its owner only, whole or not at all. When somebody else was first, their text stays: read it after."""
    draft = _draft(path, text)
    try:
        with suppress(FileExistsError):
            os.link(draft, path)  # unlike a rename it never replaces what is there
    finally:
        os.unlink(draft)


def replace_secret(path: Path, text: str) -> None:
    """The same in the place of what is there."""
    os.replace(_draft(path, text), path)


def _draft(path: Path, text: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # made with mode 600
    with open(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return draft
