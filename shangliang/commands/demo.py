"""`shangliang demo`: fill an empty database with the demo city: real place names, invented people and matters."""

from __future__ import annotations

import argparse
import gc
import sys
import time
from datetime import date

from shangliang.commands import Failed

SEED = 20230630


def add(parser: argparse.ArgumentParser) -> None:
    """The options."""
    parser.add_argument(
        "--scale", choices=["town", "city", "province"], default="city", help="how much (city)"
    )
    parser.add_argument("--seed", type=int, default=SEED, help="the same seed and day give the same city")
    parser.add_argument(
        "--today",
        type=date.fromisoformat,
        default=None,
        help="the day it stands at, as 2026-11-23 (the last whose three in the afternoon has passed)",
    )
    parser.add_argument(
        "--if-empty", action="store_true", help="do nothing where the database holds something"
    )


def run(args: argparse.Namespace) -> int:
    """Bring the tables up to date, fill them, and print what is there now."""
    import django

    django.setup()
    from django.core.management import call_command

    from shangliang.demo import city
    from shangliang.kit import clock

    call_command("migrate", verbosity=0)
    if not city.empty():
        if args.if_empty:
            return 0
        raise Failed(
            "数据库里已经有内容，演示数据只填空的数据库。请另设 DATABASE_URL，或者先移走 var/ 里的数据库文件。\n"
            "The database holds something already; the demo only fills an empty one. Set another DATABASE_URL,"
            " or move the database file in var/ away first."
        )
    sys.stderr.write("· 正在填入示范市……  Filling the demo city…\n")
    started = time.monotonic()
    gc.disable()  # the rows all stay until they are written; looking through them again and again finds nothing
    city.fill(city.Scale(args.scale), args.seed, args.today or city.last_day(clock.now()))
    for name, count in city.sums():
        print(f"{count:>9,}  {name}")
    print(f"{time.monotonic() - started:>8.1f} s")
    return 0
