"""`shangliang upgrade`: copy the database, bring its tables up to date, check; where that fails, put it back."""

from __future__ import annotations

import argparse
import sys
import traceback
from pathlib import Path

from shangliang.commands import Failed, keys


def add(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument(
        "--copies", type=Path, help="where the copy from before lies (copies in the data folder)"
    )


def run(args: argparse.Namespace) -> int:
    """Nothing runs meanwhile; afterwards the tables are those of this program, or as they were."""
    import django

    django.setup()
    from django.conf import settings

    from shangliang.commands.copies import making, restoring
    from shangliang.kit import heartbeat

    beat = heartbeat.last()
    if beat is not None and beat.seconds < heartbeat.SILENT:
        raise Failed(
            "系统正在运行。请先停掉（三分钟后再试），升级好再启动。\n"
            "The system is running. Stop it, wait three minutes, then try again."
        )
    if not restoring.is_behind():
        print("数据库已经是当前版本，不用升级。The database is up to date: nothing to do.")
        return 0
    said = keys.sentences() if _knows_keys() else []
    if said:
        raise Failed("\n".join(said))
    folder = (args.copies or settings.HOME / "copies").resolve()
    copy, _keys = making.make(folder, None)
    print(f"升级以前的一份：{copy}  The copy from before: {copy}")
    try:
        _migrate()
    except Exception as error:  # noqa: BLE001 — whatever it was, the database goes back to what it was
        traceback.print_exc(file=sys.stderr)
        _back(copy)
        raise Failed(
            f"升级没有成功（{type(error).__name__}），数据库已经放回原样，可以用原来的程序继续。\n"
            f"The upgrade failed ({type(error).__name__}: {error}). The database is as it was before;"
            " go on with the former program."
        ) from error
    print("升级好了，留痕核对无误。可以启动了。Done, and the ledger is sound. You can start now.")
    return 0


def _knows_keys() -> bool:
    from shangliang.kit.keys import is_marked

    return is_marked()


def _migrate() -> None:
    from django.core.management import call_command

    from shangliang.commands.copies import restoring
    from shangliang.commands.copies.making import say

    say("正在更新数据库……  Bringing the tables up to date…")
    call_command("migrate", verbosity=1, interactive=False)
    say("正在核对留痕……  Verifying the ledger…")
    if faults := restoring.ledger_faults():
        raise RuntimeError("; ".join(faults[: restoring.MOST_SHOWN]))


def _back(copy: Path) -> None:
    """The database of the copy in the place of what a failed upgrade has left."""
    from shangliang.commands.copies import databases, manifest
    from shangliang.commands.copies.making import say

    say("没有成功，正在放回……  It failed; putting the database back…")
    engine, sheet = databases.engine(), manifest.read(copy)
    engine.clear()
    engine.load(copy / engine.file)
    there = engine.facts()
    if (dict(there.counts), there.migrations) != (dict(sheet.counts), sheet.migrations):
        raise Failed(
            f"数据库没有能放回原样。请停下来，用这一份恢复：{copy}\n"
            f"The database could not be put back. Stop here and restore this copy: {copy}"
        )
