"""Runs the tests on SQLite, then those that touch a database on PostgreSQL, with what the machine has or lets us install.

Usage: testing.py         the fast tests and one browser journey
       testing.py --all   every test
A developer's machine that lacks PostgreSQL or a browser is told and goes on without; under CI=true that is a failure.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

from browser import chromium, provide_others
from environment import ROOT
from postgres import database
from say import CannotGoOn, run, say

IN_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def pytest(name: str, database_url: str, browser: str | None, *, everything: bool) -> bool:
    """One run of the tests; whether all passed. On PostgreSQL only of those that a database can change."""
    wanted = (["database"] if database_url else []) + ([] if everything else ["not slow"])
    wanted += ["not lives"] if database_url and not everything else []
    wanted += [] if browser else ["not journey"]
    workers = ["-n", str(max(2, os.cpu_count() or 2)), "--dist", "worksteal"]
    command = [sys.executable, "-m", "pytest", "-q", *workers, "-m", " and ".join(wanted)]
    say(f"在 {name} 上测试……", f"Testing on {name}…")
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="shangliang-test-") as home:
        environ = {"SHANGLIANG_HOME": home, "DATABASE_URL": database_url, "CHROMIUM": browser or ""}
        # Where it is set, every worker and every process that a test starts would compile all of the house anew.
        environ["PYTHONDONTWRITEBYTECODE"] = ""
        code = subprocess.run(command, cwd=ROOT, env={**os.environ, **environ}).returncode
    say(f"{name}：{time.monotonic() - started:.0f} 秒", f"{name}: {time.monotonic() - started:.0f} seconds")
    return code == 0


def missing(what: str) -> None:
    """Tell that something is not there, or fail where nobody would read it."""
    chinese = f"没有 {what}，也不能自动安装，跳过用到它的测试。"
    english = f"There is no {what} here and it cannot be installed: the tests that need it are left out."
    if IN_CI:
        raise CannotGoOn(
            chinese.replace("跳过用到它的测试", "CI 不许跳过"),
            english.replace("are left out", "must not be skipped in CI"),
        )
    say(chinese, english)


def main() -> int:
    everything = "--all" in sys.argv
    browser = chromium(for_tests=True)
    if not browser:
        missing("Chromium")
    if everything:
        provide_others()
    good = pytest("SQLite", "", browser, everything=everything)
    with database() as url:
        if url:
            good &= pytest("PostgreSQL", url, browser, everything=everything)
        else:
            missing("PostgreSQL")
    return 0 if good else 1


if __name__ == "__main__":
    run(main)
