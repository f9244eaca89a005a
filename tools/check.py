"""Runs every check, changes nothing, and tells all that failed at once. `--fix` mends what can be mended by itself.

Usage: check.py [--fix]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

from environment import ROOT
from say import run

BIN = ROOT / ".venv" / "bin"
PYTHON = str(BIN / "python")
TOOLS_CACHE = ["--cache-dir", ".mypy_cache/tools"]  # the two runs of mypy differ in their options


class Check(NamedTuple):
    """One command and what it looks after."""

    name: str
    command: list[str]


class Result(NamedTuple):
    """What came of one check."""

    name: str
    good: bool
    seconds: float
    output: str


def templates() -> list[str]:
    return [str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("shangliang/*/templates/**/*.html"))]


def tools() -> list[str]:
    return [str(path.relative_to(ROOT)) for path in sorted((ROOT / "tools").glob("*.py"))]


def checks() -> list[Check]:
    """The longest first, so that two at a time end soonest."""
    return [
        Check("mypy", [str(BIN / "mypy")]),
        Check(
            "mypy tools",
            [str(BIN / "mypy"), *TOOLS_CACHE, "--explicit-package-bases", *tools(), "tests", "conftest.py"],
        ),
        Check("lint-imports", [str(BIN / "lint-imports"), "--no-logo"]),
        Check("migrations", [PYTHON, "-m", "django", "makemigrations", "--check", "--dry-run"]),
        Check("docs", [PYTHON, "tools/docs.py", "--check"]),
        Check("biome", ["node_modules/.bin/biome", "ci", "--colors=off"]),
        Check("messages", [PYTHON, "tools/messages.py", "--check"]),
        Check("ruff format", [str(BIN / "ruff"), "format", "--check"]),
        Check("ruff check", [str(BIN / "ruff"), "check"]),
        Check("djade", [str(BIN / "djade"), "--target-version", "5.2", "--check", *templates()]),
        Check("djangofmt", [str(BIN / "djangofmt"), "--check", "shangliang"]),
    ]


def fixes() -> list[Check]:
    """In an order in which none undoes another."""
    return [
        Check("ruff check", [str(BIN / "ruff"), "check", "--fix"]),
        Check("ruff format", [str(BIN / "ruff"), "format"]),
        Check("djade", [str(BIN / "djade"), "--target-version", "5.2", *templates()]),
        Check("djangofmt", [str(BIN / "djangofmt"), "shangliang"]),
        Check("biome", ["node_modules/.bin/biome", "check", "--write", "--colors=off"]),
        Check("messages", [PYTHON, "tools/messages.py"]),
        Check("docs", [PYTHON, "tools/docs.py"]),
    ]


def carry_out(check: Check, home: str) -> Result:
    started = time.monotonic()
    environ = {
        **os.environ,
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "DJANGO_SETTINGS_MODULE": "shangliang.config.settings_test",
        "PYTHONPATH": str(ROOT),
        "MYPYPATH": f"{ROOT}{os.pathsep}{ROOT / 'tools'}",
        "DATABASE_URL": "",
        "SHANGLIANG_HOME": home,
    }
    try:
        ended = subprocess.run(check.command, cwd=ROOT, env=environ, capture_output=True, text=True)
    except FileNotFoundError as error:
        return Result(check.name, False, 0, str(error))
    return Result(check.name, ended.returncode == 0, time.monotonic() - started, ended.stdout + ended.stderr)


def table(results: list[Result]) -> str:
    return "\n".join(
        f"  {'ok    ' if result.good else 'FAILED'}  {result.name:<14}{result.seconds:6.1f} s"
        for result in results
    )


def main() -> int:
    fixing = "--fix" in sys.argv
    with (
        tempfile.TemporaryDirectory(prefix="shangliang-check-") as home,
        ThreadPoolExecutor(1 if fixing else 2) as pool,
    ):
        results = list(pool.map(partial(carry_out, home=home), fixes() if fixing else checks()))
    failed = [result for result in results if not result.good]
    for result in failed:
        print(f"\n──── {result.name} ────\n{result.output.strip()}")
    print(f"\n{table(results)}")
    if failed and not fixing:
        print(
            "\n有检查没有通过；能自动改的，请先运行 make fix。  Some checks failed; `make fix` mends what it can."
        )
    return 1 if failed else 0


if __name__ == "__main__":
    run(main)
