"""Measures the search among six years of a city's topics: in the index, and on the pages that ask it.

Usage: bench_search.py [--topics 60000] [--queries 150] [--only sqlite|postgresql]
The topics are those of the demo city many times over, so that each word is as frequent as there. What is asked are parts
of titles, drawn with a seed: the frequent words come often, as they do with people. The bound is the same question to the
same rows without an index (LIKE), in the same run.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile

from environment import ROOT
from postgres import database
from say import CannotGoOn, run, say

HEAD = f"{'':<34}{'median ms':>11}{'p95 ms':>9}{'worst ms':>10}{'of LIKE':>9}"
MANAGE = [sys.executable, "-m", "shangliang.commands"]


def measure(environ: dict[str, str], topics: int, queries: int) -> None:
    """Print the table of one database."""
    ended = subprocess.run(
        [sys.executable, "tools/bench_search_rows.py", str(topics), str(queries)],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
    )
    if ended.returncode:
        raise CannotGoOn("没有测成，原因见上面几行。", "It could not be measured, for the reason above.")
    print(f"\n{'milliseconds of one question':<34}".ljust(34) + HEAD[34:])
    rows = json.loads(ended.stdout)
    bound = rows[-1]["p95"]
    for row in rows:
        ratio = f"1/{bound / row['p95']:.2g}" if row is not rows[-1] else ""
        print(
            f"{row['name']:<34}{row['median']:>11.1f}{row['p95']:>9.1f}{row['worst']:>10.1f}{ratio:>9}   {row['slowest']}"
        )


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--topics", type=int, default=60_000)
    reader.add_argument("--queries", type=int, default=150)
    reader.add_argument("--only", choices=["sqlite", "postgresql"])
    asked = reader.parse_args()
    with contextlib.ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="shangliang-bench-"))
        environ = {**os.environ, "SHANGLIANG_HOME": home, "DEBUG": "0", "WAKE_WORKER": "", "CACHE_PAGES": "0"}
        environ |= {"SECOND_FACTOR": "0", "BASE_URL": "http://127.0.0.1", "PYTHONPATH": str(ROOT)}
        url = "" if asked.only == "sqlite" else stack.enter_context(database(create=True)) or ""
        for name, address in (("sqlite", ""), ("postgresql", url)):
            if asked.only not in {None, name} or (name == "postgresql" and not address):
                continue
            say(f"{name}：填入 {asked.topics} 件议题", f"{name}: filling {asked.topics} topics")
            environ["DATABASE_URL"] = address
            subprocess.run(
                [*MANAGE, "demo", "--scale", "city"],
                cwd=ROOT,
                env=environ,
                check=True,
                stdout=subprocess.DEVNULL,
            )
            measure(environ, asked.topics, asked.queries)


if __name__ == "__main__":
    run(main)
