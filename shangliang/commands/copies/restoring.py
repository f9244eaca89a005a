"""A copy is looked at, put into an empty installation, and held against its sheet; what does not fit is taken away."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.conf import settings

from shangliang.commands import Failed, keys
from shangliang.commands.copies import databases, manifest
from shangliang.commands.copies.databases import Engine
from shangliang.commands.copies.making import MEDIA, say
from shangliang.commands.copies.manifest import Manifest
from shangliang.kit import crypto
from shangliang.kit.files import replace_secret, write_secret_once
from shangliang.kit.keys import against

MOST_SHOWN = 5
ROOM = 50 * 1024 * 1024  # bytes that stay free on the disk


def look(folder: Path) -> Manifest:
    """The sheet of a copy that is whole, and that this program and this database can take."""
    sheet = manifest.read(folder)
    say(f"正在核对 {len(sheet.files)} 个文件……  Checking {len(sheet.files)} files…")
    found = list(manifest.faults(folder, sheet))
    if found:
        raise Failed(
            "这一份备份不完整，或被改过，没有恢复。请用另一份：\n"
            "This copy is not whole, or was changed; nothing was restored. Take another one:\n" + _few(found)
        )
    engine = databases.engine()
    if sheet.engine != engine.name:
        raise Failed(
            f"这一份是 {sheet.engine} 的备份，而 DATABASE_URL 指的是 {engine.name}。请改好再恢复。\n"
            f"This is a copy of {sheet.engine}, while DATABASE_URL leads to {engine.name}. Change that first."
        )
    if unknown := databases.unknown_migrations(sheet.migrations):
        raise Failed(
            f"这一份是更新的程序（{sheet.version}）做的，这个程序不认得：{unknown[0]}。请先装那个版本。\n"
            f"A newer program ({sheet.version}) made this copy; this one does not know {unknown[0]}."
            " Install that version first."
        )
    return sheet


def restore(folder: Path, locked: Mapping[str, str] | None, *, take_faults: bool = False) -> Manifest:
    """Everything of a copy, into a place where nothing is yet.

    A ledger that was not sound when it was copied comes back only where that is asked for.
    """
    sheet, engine, media = look(folder), databases.engine(), Path(settings.MEDIA_ROOT)
    _refuse_full(engine, media)
    _refuse_small_disk(folder)
    made = _put_keys(locked)
    try:
        if sheet.marks and (misfits := keys.in_words(against(sheet.marks))):
            raise Failed("\n".join(misfits))
        if sheet.ledger["size"] and sheet.ledger_name != settings.LEDGER_NAME:
            raise Failed(
                f"留痕是用名称 {sheet.ledger_name} 签的，这里是 {settings.LEDGER_NAME}，签名会对不上。"
                f"请设 LEDGER_NAME={sheet.ledger_name}\n"
                f"The ledger is signed under the name {sheet.ledger_name}. Set LEDGER_NAME={sheet.ledger_name}"
            )
        say("正在放回数据库……  Putting the database back…")
        engine.load(folder / engine.file)
        say("正在放回照片、录音、文书……  Putting the uploads back…")
        shutil.rmtree(media, ignore_errors=True)  # only empty folders, or none
        if (folder / MEDIA).exists():
            shutil.copytree(folder / MEDIA, media, copy_function=shutil.copyfile)
        _secure(media)
        say("正在核对……  Verifying…")
        if found := list(verify(sheet)):
            raise Failed(
                "恢复出来的和备份对不上，已全部撤掉：\n"
                "What was restored does not fit the copy and was taken away again:\n" + _few(found)
            )
        if not is_behind() and not take_faults and (found := ledger_faults()):
            raise Failed(
                "备份的时候留痕就已经对不上，已全部撤掉。确实要照样恢复的，加上 --with-ledger-faults：\n"
                "The ledger did not fit when this copy was made; everything was taken away again. To restore it as it"
                " was, add --with-ledger-faults:\n" + _few(found)
            )
    except BaseException:
        engine.clear()
        shutil.rmtree(media, ignore_errors=True)
        for path in made:
            path.unlink(missing_ok=True)
        raise
    return sheet


def verify(sheet: Manifest) -> Iterator[str]:
    """What in this installation is not as the sheet says it was."""
    there = databases.engine().facts()
    for table in sorted(sheet.counts.keys() | there.counts.keys()):
        was, now = sheet.counts.get(table), there.counts.get(table)
        if was != now:
            yield f"{table}: {was} → {now}"
    if dict(there.ledger) != dict(sheet.ledger):
        yield f"留痕 ledger: {sheet.ledger} → {there.ledger}"
    if dict(there.marks) != dict(sheet.marks):
        yield "密钥的标记变了  the key marks differ"
    root = Path(settings.MEDIA_ROOT)
    for name in sheet.files:
        if name.startswith(f"{MEDIA}/"):
            path = root / name.removeprefix(f"{MEDIA}/")
            if not path.exists() or manifest.digest(path) != sheet.files[name]:
                yield f"文件不对  file: {name}"


def is_behind() -> bool:
    """Whether the tables are older than the program: then the ledger is looked at after `migrate`."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def ledger_faults() -> list[str]:
    """Where the ledger is not what was sealed and signed. That something waits for its seal is no fault of a copy."""
    from django.db.models import Min

    from shangliang.ledger.models import Entry, Seal
    from shangliang.ledger.verifying import verify as verified

    waiting = Entry.objects.exclude(pk__in=Seal.objects.values("entry_id"))
    return list(verified(now=waiting.aggregate(first=Min("at"))["first"]).faults)


def opened(file: Path, passphrase: str) -> dict[str, str]:
    """The files of secrets that a `.keys` file holds, by name."""
    try:
        raw = json.loads(crypto.unlock(file.read_text("utf-8"), passphrase))
    except OSError as error:
        raise Failed(f"{file} 打不开：{error.strerror}\n{file} cannot be opened: {error.strerror}") from error
    except crypto.WrongPassphrase:
        raise Failed(
            f"口令不对，或者 {file} 被改过。\nThe passphrase does not open {file}, or the file was changed."
        ) from None
    except ValueError:
        raise Failed(f"{file} 不是备份的密钥文件。\n{file} is no key file of a copy.") from None
    return dict(raw)


def _put_keys(locked: Mapping[str, str] | None) -> list[Path]:
    """Write the secrets of the copy; keys that lie there already are never replaced. Returns what was made."""
    if locked is None:
        return []
    file, secret = Path(settings.KEYS_FILE), Path(settings.SECRET_KEY_FILE)
    if file.exists() and file.read_text("utf-8") != locked[file.name]:
        raise Failed(
            f"{file} 已经在了，而且不是这一份备份的密钥。它不会被盖掉：请换一个空的 SHANGLIANG_HOME。\n"
            f"{file} is there already and holds other keys than this copy's. It is not replaced: take an empty"
            " SHANGLIANG_HOME."
        )
    made = [] if file.exists() else [file]
    write_secret_once(file, locked[file.name])
    replace_secret(secret, locked[secret.name])  # the one that lies there was made at this very start
    settings.SECRET_KEY = locked[secret.name]
    crypto.keyring.cache_clear()
    return made


def _refuse_full(engine: Engine, media: Path) -> None:
    if not engine.is_empty():
        raise Failed(
            "数据库里已经有内容。恢复只往空的地方放：请另建一个空的数据库（SQLite 先把文件移走），再执行一次。\n"
            "The database holds something already. A copy is only put into an empty place: make an empty database"
            " (with SQLite, move the file away), then try again."
        )
    if media.exists() and any(path.is_file() for path in media.rglob("*")):
        raise Failed(
            f"{media} 里已经有文件。请先移走，再恢复。\nThere are files in {media} already. Move them away first."
        )


def _refuse_small_disk(folder: Path) -> None:
    wanted = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) + ROOM
    free = shutil.disk_usage(settings.HOME).free
    if free < wanted:
        raise Failed(
            f"磁盘不够：要 {wanted // 1024 // 1024} MB，{settings.HOME} 只剩 {free // 1024 // 1024} MB。\n"
            f"Not enough disk at {settings.HOME}: {wanted // 1024 // 1024} MB are needed."
        )


def _secure(folder: Path) -> None:
    if folder.exists():
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o700 if path.is_dir() else 0o600)


def _few(found: list[str]) -> str:
    more = len(found) - MOST_SHOWN
    return "\n".join([*found[:MOST_SHOWN], *([f"… {more}"] if more > 0 else [])])
