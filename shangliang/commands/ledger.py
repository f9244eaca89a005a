"""`shangliang ledger verify`: recompute every digest, the Merkle tree and the last signature."""

from __future__ import annotations

import argparse
import sys


def add(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument("what", choices=["verify"])


def run(args: argparse.Namespace) -> int:
    """Print what was found; 1 when something does not fit."""
    import django

    django.setup()
    from shangliang.ledger.queries import verify

    report = verify()
    print(f"留痕 {report.entries} 条，已封存 {report.sealed} 条，内容已抹除 {report.erased} 条。")
    print(f"{report.entries} entries, {report.sealed} sealed, content erased of {report.erased}.")
    for fault in report.faults:
        print(fault, file=sys.stderr)
    return 1 if report.faults else 0
