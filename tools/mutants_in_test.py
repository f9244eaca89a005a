"""In the tests' own process: only the wanted tests, in the wanted order; what became of them; and nothing hangs."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

WANTED, ANSWER, SECONDS, KEEP = (
    os.environ.get(f"MUTANTS_{name}", "") for name in ("WANTED", "ANSWER", "SECONDS", "KEEP")
)
PATIENCE, TIMES = 30, 10  # seconds that every test has, and how many times its own besides
MAKING = 300  # and besides, where the databases are made anew at the first test that asks for them

answer: dict[str, Any] = {"ran": 0, "failed": "", "hung": False}
took: dict[str, float] = {}
failed: set[str] = set()


class Hung(BaseException):
    """Raised in a test that takes far longer than it did; no `except Exception` catches it."""


@lru_cache(maxsize=1)
def wanted() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(WANTED).read_text()) if WANTED else {}
    return found


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """First the near tests that are younger than the map, then those on the list, in its order.

    Before pytest-django puts those last that empty the tables.
    """
    if WANTED:
        choose(items)
    return (yield)


def choose(items: list[pytest.Item]) -> None:
    asked = wanted()
    tests, known, near = asked["tests"], asked["seconds"], tuple(asked["near"])
    place = {test: number for number, test in enumerate(tests)}
    young = [item for item in items if item.nodeid not in known and item.nodeid.startswith(near)]
    listed = sorted((item for item in items if item.nodeid in place), key=lambda item: place[item.nodeid])
    items[:] = young + listed


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """A test that hangs is a test that noticed."""
    if not WANTED:
        return (yield)

    def stop(number: int, frame: FrameType | None) -> None:
        answer["hung"] = True
        raise Hung

    known, more = wanted()["seconds"], MAKING if wanted()["makes_tables"] else 0
    signal.signal(signal.SIGALRM, stop)
    signal.alarm(PATIENCE + more + int(TIMES * known.get(item.nodeid, 0)))
    try:
        return (yield)
    except Hung:
        answer["failed"] = item.nodeid
        pytest.exit("hung", returncode=1)
    finally:
        signal.alarm(0)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call":  # what comes before may have made the database
        took[report.nodeid] = report.duration
    answer["ran"] += report.when == "call"
    if report.failed:
        failed.add(report.nodeid)
        answer["failed"] = answer["failed"] or report.nodeid
    if report.skipped:
        failed.add(report.nodeid)  # a test that did not run judges nothing


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workerinput"):
        return
    if SECONDS:
        Path(SECONDS).write_text(json.dumps({test: took[test] for test in took if test not in failed}))
    if KEEP:  # before the run takes its databases away
        shutil.copytree(Path(os.environ["SHANGLIANG_HOME"]) / Path(KEEP).name, KEEP)
    if ANSWER:
        Path(ANSWER).write_text(json.dumps(answer))
