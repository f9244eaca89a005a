"""`shangliang restore COPY`: put a copy into an empty installation, and verify it; else nothing is left there."""

from __future__ import annotations

import argparse
from pathlib import Path


def add(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument("copy", type=Path, help="the folder of one copy, as 20261128-031700")
    parser.add_argument(
        "--keys", type=Path, help="the sealed keys of that copy, where they do not lie here yet"
    )
    parser.add_argument("--passphrase-file", type=Path, help="file whose first line opens the keys")
    parser.add_argument(
        "--with-ledger-faults",
        action="store_true",
        help="restore also a ledger that was not sound when copied",
    )
    parser.add_argument(
        "--check-only", action="store_true", help="look whether the copy is whole; restore nothing"
    )


def run(args: argparse.Namespace) -> int:
    """Restore, and say what is there now and what is to be done next."""
    import django

    django.setup()
    from shangliang.commands.copies import passphrases, restoring

    folder = args.copy.resolve()
    if args.check_only:
        sheet = restoring.look(folder)
        print(f"这一份是完整的：{sheet.at}，{len(sheet.files)} 个文件。")
        print(f"This copy is whole: {sheet.at}, {len(sheet.files)} files.")
        return 0
    locked = None
    if args.keys is not None:
        locked = restoring.opened(args.keys, passphrases.given(args.passphrase_file))
    sheet = restoring.restore(folder, locked, take_faults=args.with_ledger_faults)
    rows = sum(sheet.counts.values())
    print(
        f"恢复好了，和备份一致：{rows:,} 行，留痕 {sheet.ledger['entries']:,} 条。现在是 {sheet.at} 的样子。"
    )
    print(
        f"Restored, and as the copy says: {rows:,} rows, {sheet.ledger['entries']:,} entries. It stands as of {sheet.at}."
    )
    if restoring.is_behind():
        print("程序比备份新，请执行：shangliang upgrade")
        print("The program is newer than the copy. Run: shangliang upgrade")
    return 0
