"""One process of a deployment is killed with -9: the others go on, it is started again, and no orphan stays behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60
pytestmark = [pytest.mark.slow, pytest.mark.one_engine]


def until(true: Callable[[], object]) -> object:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        if found := true():
            return found
        time.sleep(0.1)
    raise AssertionError(f"not within {PATIENCE} seconds: {true}")


class Served:
    """`shangliang serve` on a port of its own, and its processes by what they are."""

    def __init__(self, environ: dict[str, str]) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environ = {**environ, "PORT": str(self.port), "BASE_URL": f"http://127.0.0.1:{self.port}"}
        self.serve = self.start()
        until(self.answers)

    def start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "shangliang.commands", "serve"]
        return subprocess.Popen(
            command, cwd=ROOT, env=self.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def answers(self) -> bool:
        with (
            suppress(OSError),
            urllib.request.urlopen(  # noqa: S310 — our own server
                f"http://127.0.0.1:{self.port}/healthz", timeout=5
            ) as answer,
        ):
            return bool(answer.status == 200)
        return False

    def all(self) -> dict[int, int]:
        """Every process below `serve`, with its parent."""
        table = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        parents = {int(pid): int(parent) for pid, parent in re.findall(r"(\d+)\s+(\d+)", table)}
        below = {self.serve.pid}
        for _ in range(4):
            below |= {pid for pid, parent in parents.items() if parent in below}
        return {pid: parents[pid] for pid in below if pid in parents and pid != self.serve.pid}

    def child(self, words: str) -> int:
        """The process that `serve` has started with those words; 0 while there is none."""
        mine = (
            pid for pid, parent in self.all().items() if parent == self.serve.pid and words in _words(pid)
        )
        return next(mine, 0)

    @property
    def master(self) -> int:
        return self.child("run_web")

    @property
    def pages(self) -> list[int]:
        """The web processes."""
        return [pid for pid, parent in self.all().items() if parent == self.master]

    @property
    def worker(self) -> int:
        return self.child("run_worker")

    def end(self) -> None:
        if self.serve.poll() is None:
            self.serve.send_signal(signal.SIGTERM)
        self.serve.wait(PATIENCE)


def _words(pid: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode().replace("\0", " ")
    return ""


def _lives(pid: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@pytest.fixture
def served(migrated_environ: dict[str, str]) -> Iterator[Served]:
    found = Served(migrated_environ)
    try:
        until(lambda: len(found.pages) == 2 and found.worker)
        yield found
    finally:
        found.end()


def test_one_of_the_web_processes(served: Served) -> None:
    before, killed, worker = served.pages, served.pages[0], served.worker
    os.kill(killed, signal.SIGKILL)
    until(lambda: len(set(served.pages) - {killed}) == 2)
    assert set(served.pages) != set(before)
    until(served.answers)
    assert served.worker == worker
    assert served.serve.poll() is None


def test_the_worker(served: Served) -> None:
    killed, pages = served.worker, set(served.pages)
    os.kill(killed, signal.SIGKILL)
    until(lambda: served.worker not in {0, killed})
    assert served.answers()
    assert set(served.pages) == pages


def test_the_servers_own_parent_process(served: Served) -> None:
    """Once its web processes kept the port, and answered without a worker."""
    killed, pages = served.master, served.pages
    os.kill(killed, signal.SIGKILL)
    until(lambda: not any(map(_lives, pages)) and len(served.pages) == 2)
    until(served.answers)


def test_serve_itself_leaves_no_orphan_and_a_free_port(served: Served) -> None:
    below = list(served.all())
    assert len(below) >= 4
    served.serve.kill()
    served.serve.wait(PATIENCE)
    until(lambda: not any(map(_lives, below)))
    served.serve = served.start()
    until(served.answers)
