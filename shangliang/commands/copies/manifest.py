"""The sheet that lies with a copy: what is in it, by name, size and SHA-256, and what the database held."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from shangliang.commands import Failed

NAME = "manifest.json"
FORMAT = 1
CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Manifest:
    """Everything that a restoration is held against."""

    at: str
    version: str
    engine: str
    engine_version: str
    ledger_name: str
    counts: Mapping[str, int]
    migrations: list[str]
    ledger: Mapping[str, Any]
    marks: Mapping[str, str]
    files: Mapping[str, str]  # path inside the copy → SHA-256
    format: int = field(default=FORMAT)

    def write(self, folder: Path) -> None:
        (folder / NAME).write_text(
            json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True), "utf-8"
        )


def read(folder: Path) -> Manifest:
    """The sheet of a copy; a sentence where there is none, or one that this program cannot read."""
    try:
        raw = json.loads((folder / NAME).read_text("utf-8"))
        found = Manifest(**raw)
    except FileNotFoundError:
        raise Failed(_where(folder)) from None
    except (OSError, ValueError, TypeError) as error:
        raise Failed(
            f"{folder / NAME} 读不出来，这一份备份不完整或被改过。请用另一份。\n"
            f"{folder / NAME} cannot be read: the copy is cut short or was changed. Take another one."
        ) from error
    if found.format != FORMAT:
        raise Failed(
            f"这一份备份是另一个版本的程序做的（格式 {found.format}），请用那个版本恢复。\n"
            f"Another version of the program made this copy (format {found.format}). Restore it with that version."
        )
    return found


def _where(folder: Path) -> str:
    inside = newest(folder)
    if inside is not None:
        return (
            f"{folder} 里有几份备份，请写明恢复哪一份，例如：shangliang restore {inside}\n"
            f"{folder} holds several copies; say which, as in: shangliang restore {inside}"
        )
    return (
        f"{folder} 里没有备份（没有 {NAME}）。请写明备份所在的文件夹。\n"
        f"There is no copy in {folder} (no {NAME}). Name the folder of a copy."
    )


def copies(folder: Path) -> list[Path]:
    """The whole copies in a folder, oldest first."""
    return sorted(path.parent for path in folder.glob(f"[0-9]*/{NAME}"))


def newest(folder: Path) -> Path | None:
    found = copies(folder)
    return found[-1] if found else None


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    seen = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            seen.update(chunk)
    return seen.hexdigest()


def faults(folder: Path, sheet: Manifest) -> Iterator[str]:
    """Which files of a copy are gone, changed, or not on the sheet."""
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} - {NAME}
    for name in sorted(set(sheet.files) - there):
        yield f"缺 {name}  missing: {name}"
    for name in sorted(there - set(sheet.files)):
        yield f"多出 {name}  not on the sheet: {name}"
    for name, wanted in sorted(sheet.files.items()):
        if name in there and digest(folder / name) != wanted:
            yield f"变了 {name}  changed: {name}"
