"""`shangliang ledger verify`: recompute every digest, the Merkle tree, every checkpoint, and what the ledger binds.

`--checkpoint FILE` holds the log against checkpoints that were kept outside the house: from the page /verify, a mail, a
file. A file may hold several. Several files may be given; `-` is standard input.

`shangliang ledger grants --role shangliang` prints the SQL that lets that role of PostgreSQL serve, without owning the
tables: in the ledger it may read and add, nothing more.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shangliang.ledger.sealing import Noted


def add(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument("what", choices=["verify", "grants"])
    parser.add_argument("--role", default="shangliang", help="for grants: the role that serves")
    parser.add_argument("--checkpoint", metavar="FILE", action="append", default=[])


def run(args: argparse.Namespace) -> int:
    """Print what was found, or the SQL; 1 when something does not fit, 2 for a file that holds no checkpoint."""
    import django

    django.setup()
    return _grants(args.role) if args.what == "grants" else _verify(args.checkpoint)


def _grants(role: str) -> int:
    from shangliang.ledger import grants

    try:
        statements = grants.statements(role)
    except grants.NoRole:
        print(f"角色名不对。 Not a name for a role: {role!r}", file=sys.stderr)
        return 2
    print("BEGIN;", *(f"{statement};" for statement in statements), "COMMIT;", sep="\n")
    return 0


def _verify(files: list[str]) -> int:
    from shangliang.ledger.verifying import verify

    kept: list[Noted] = []
    for name in files:
        found = _read(name)
        if isinstance(found, str):
            print(f"{name}: {found}", file=sys.stderr)
            return 2
        kept += found
    report = verify(kept)
    print(f"留痕 {report.entries} 条，已封存 {report.sealed} 条，内容已抹除 {report.erased} 条。")
    print(f"{report.entries} entries, {report.sealed} sealed, content erased of {report.erased}.")
    print(f"检查点 {report.checkpoints} 个，另从外面拿来 {len(kept)} 个。")
    print(f"{report.checkpoints} checkpoints, and {len(kept)} that were kept outside.")
    print(f"记录、承诺、抽签与留痕相符 {report.bound} 件，还没有绑定 {report.unbound} 件。")
    print(f"{report.bound} records, commitments and draws as they are bound, {report.unbound} not bound.")
    for fault in report.faults:
        print(fault, file=sys.stderr)
    return 1 if report.faults else 0


def _read(name: str) -> list[Noted] | str:
    """The checkpoints in a file, or what is wrong with it."""
    from shangliang.ledger.sealing import notes

    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return f"读不了。 cannot be read: {error}"
    return list(notes(text)) or "里面没有检查点。 holds no checkpoint."
