"""One copy of everything: database, uploads, and the keys under a passphrase in a file of their own."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

import shangliang
from shangliang.commands import Failed
from shangliang.commands.copies import databases, manifest
from shangliang.commands.copies.manifest import Manifest
from shangliang.kit import clock, crypto
from shangliang.kit.files import write_secret_once

MEDIA = "media"
HALF = ".part-"
SHORTEST = 12  # characters of a passphrase
STAMP = "%Y%m%d-%H%M%S"


def say(words: str) -> None:
    """What is being done now."""
    print(f"· {words}", file=sys.stderr, flush=True)


def make(folder: Path, passphrase: str | None) -> tuple[Path, Path | None]:
    """A new copy in the folder: its own folder, and the file of the keys where a passphrase is given.

    Whole or not at all: it gets its name when all of it is on the disk.
    """
    with _alone(folder), _undone(folder) as half:
        moment = clock.unpinned()
        name = moment.astimezone().strftime(STAMP)
        done, locked = folder / name, folder / f"{name}.keys"
        if done.exists() or locked.exists():
            raise Failed(f"{done} 已经有了，请等一秒再试。{done} exists already: try again in a second.")
        engine = databases.engine()
        say(f"正在抄数据库……  Copying the database ({engine.name})…")
        facts = engine.copy(half / engine.file, _percent)
        files = {engine.file: manifest.digest(half / engine.file)}
        files |= _media(half / MEDIA, manifest.newest(folder))
        Manifest(
            at=moment.isoformat(),
            version=shangliang.__version__,
            engine=engine.name,
            engine_version=".".join(map(str, connection.get_database_version())),
            ledger_name=settings.LEDGER_NAME,
            counts=facts.counts,
            migrations=facts.migrations,
            ledger=facts.ledger,
            marks=facts.marks,
            files=files,
        ).write(half)
        _on_disk(half)
        if passphrase is not None:
            write_secret_once(locked, crypto.lock(_keys(), passphrase))
        os.rename(half, done)
        _sync(folder)
    return done, locked if passphrase is not None else None


def fit(passphrase: str) -> str:
    """The passphrase itself; a sentence where it is too short to keep keys under."""
    if len(passphrase) < SHORTEST:
        raise Failed(
            f"口令太短，至少 {SHORTEST} 个字符。\nThe passphrase is too short: at least {SHORTEST} characters."
        )
    return passphrase


def _keys() -> str:
    """Both files of secrets as one text."""
    if not crypto.is_readable():
        raise Failed(
            f"{settings.KEYS_FILE} 不在或者读不出来，没有密钥可存。请先执行 shangliang check，按它说的办。\n"
            f"{settings.KEYS_FILE} is missing or cannot be read. Run `shangliang check` first."
        )
    files = (settings.KEYS_FILE, settings.SECRET_KEY_FILE)
    return json.dumps({Path(file).name: Path(file).read_text("utf-8") for file in files})


def _media(target: Path, before: Path | None) -> dict[str, str]:
    """All uploads with their digests. What the copy before holds already is linked, not stored twice."""
    root = Path(settings.MEDIA_ROOT)
    known = manifest.read(before).files if before else {}
    found = sorted(path for path in root.rglob("*") if path.is_file()) if root.exists() else []
    say(f"正在抄照片、录音、文书 {len(found)} 个……  Copying {len(found)} uploads…")
    digests = {}
    for number, path in enumerate(found, 1):
        name = f"{MEDIA}/{path.relative_to(root)}"
        copy = target / path.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        try:
            digest = manifest.digest(path)
            if before and known.get(name) == digest and (before / name).exists():
                os.link(before / name, copy)
            else:
                shutil.copyfile(path, copy)
                os.chmod(copy, 0o600)
                digest = manifest.digest(copy)
        except FileNotFoundError:  # erased meanwhile, as the rules want it
            continue
        digests[name] = digest
        if number % 1000 == 0:
            _percent(100 * number // len(found))
    return digests


def _percent(done: int) -> None:
    if sys.stderr.isatty():
        print(f"\r  {done:>3} %", end="\n" if done == 100 else "", file=sys.stderr, flush=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One copy at a time in a folder; what a killed one has left behind is taken away."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = (folder / ".lock").open("ab")
    except OSError as error:
        raise Failed(
            f"写不进 {folder}：{error.strerror}。请换一个文件夹，或者改权限。\n"
            f"{folder} cannot be written to: {error.strerror}. Take another folder or change its mode."
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failed(
                f"{folder} 里正在做另一份备份，请等它做完。\nAnother copy is being made in {folder}: wait for it."
            ) from None
        for left in folder.glob(f"{HALF}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


@contextmanager
def _undone(folder: Path) -> Iterator[Path]:
    """A folder for what is not whole yet; it goes again when something fails."""
    half = Path(tempfile.mkdtemp(prefix=HALF, dir=folder))
    try:
        yield half
    except OSError as error:
        raise Failed(
            f"备份没有做成：{error.strerror or error}（{error.filename or folder}）。原来的数据没有动。\n"
            f"The copy was not made: {error.strerror or error}. Nothing of yours was changed."
        ) from error
    finally:
        shutil.rmtree(half, ignore_errors=True)


def _on_disk(folder: Path) -> None:
    """For its owner alone, and there after a power cut."""
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
