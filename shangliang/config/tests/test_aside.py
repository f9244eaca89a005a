"""Long jobs in processes of their own: one at a time in each lane, stopped when their time is over."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shangliang.config.aside import Lane, start
from shangliang.kit.jobs import Job, Lost

NOW = datetime(2026, 11, 23, tzinfo=UTC)
PATIENCE = 60
JOBS = "shangliang.config.tests.jobs"


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("SHANGLIANG_HOME", str(home))


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def job(what: str, *args: object, lost: list[Lost], seconds: float = PATIENCE, megabytes: int = 1024) -> Job:
    return Job(f"{JOBS}.{what}", tuple(map(str, args)), seconds, megabytes, lost.append)


def lane(*jobs: Job) -> Lane:
    waiting = list(jobs)
    return Lane("test", lambda _now: waiting.pop(0) if waiting else None)


def test_jobs_of_a_lane_run_one_after_another_in_processes_of_their_own(tmp_path: Path) -> None:
    lost: list[Lost] = []
    files = [tmp_path / "one", tmp_path / "two"]
    here = lane(*(job("write", file, "done", lost=lost) for file in files))
    assert here.look(NOW)
    assert not files[1].exists()
    until(lambda: not here.look(NOW))
    assert {file.read_text().split()[0] for file in files} == {"done"}
    assert str(os.getpid()) not in {file.read_text().split()[1] for file in files}
    assert lost == []


@pytest.mark.parametrize(
    ("what", "args", "why"), [("fail", (), Lost.FAILED), ("take_memory", (900,), Lost.FAILED)]
)
def test_a_job_that_fails_or_takes_too_much_is_told(what: str, args: tuple[int, ...], why: Lost) -> None:
    if what == "take_memory" and sys.platform != "linux":
        pytest.skip("only Linux bounds the data of a process")
    lost: list[Lost] = []
    here = lane(job(what, *args, lost=lost, megabytes=512))
    until(lambda: not here.look(NOW))
    assert lost == [why]


def test_a_job_that_takes_too_long_is_stopped_and_the_next_one_runs(tmp_path: Path) -> None:
    lost: list[Lost] = []
    ended = tmp_path / "ended"
    here = lane(
        job("sleep", tmp_path / "slow", lost=lost, seconds=3.0), job("write", ended, "done", lost=lost)
    )
    until(lambda: not here.look(NOW))
    assert lost == [Lost.TIME]
    assert ended.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a job ends by its time at the latest")
def test_a_job_does_not_outlive_the_worker(tmp_path: Path) -> None:
    name = tmp_path / "slow"
    code = (
        f"from shangliang.config.aside import start; from {__name__} import job; import time;"
        f" start(job('sleep', {str(name)!r}, lost=[])); time.sleep(600)"
    )
    worker = subprocess.Popen([sys.executable, "-c", code])
    until(lambda: name.exists() and bool(name.read_text()))
    worker.kill()
    worker.wait()
    pid = int(name.read_text())

    def is_gone() -> bool:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        return state == "Z"

    until(is_gone)


def test_a_job_whose_worker_is_already_dead_does_not_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = start(job("write", tmp_path / "one", "done", lost=[]))
    running.process.wait(PATIENCE)
    assert (tmp_path / "one").exists()
    command = [sys.executable, "-m", "shangliang.config.run_job", "1024", f"{JOBS}.write"]
    ended = subprocess.run(
        [*command, str(tmp_path / "two"), "done"], env={**os.environ, "SHANGLIANG_WORKER_PID": "1"}
    )
    assert ended.returncode == 1
    assert not (tmp_path / "two").exists()
