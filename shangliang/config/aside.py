"""Long jobs beside the worker's rounds: one process a lane, with a bound on time and memory.

A lane takes one job at a time, so a map of millions never waits for a lottery, nor the question whether a draw is possible
for either. What is to be done stands in rows; a lane that was killed with the worker is simply filled again.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shangliang.kit.jobs import Job, Lost

log = logging.getLogger(__name__)


@dataclass
class Running:
    """A job and its process."""

    job: Job
    process: subprocess.Popen[bytes]
    until: float  # a moment of time.monotonic()


class Lane:
    """Looks for work, does one thing at a time."""

    def __init__(self, name: str, due: Callable[[datetime], Job | None]) -> None:
        self.name, self.due = name, due
        self.running: Running | None = None

    def look(self, now: datetime) -> bool:
        """See to what runs, begin what waits; returns whether something runs."""
        if self.running is not None and self._is_over(self.running):
            self.running = None
        if self.running is None and (job := self.due(now)) is not None:
            self.running = start(job)
        return self.running is not None

    def _is_over(self, running: Running) -> bool:
        code = running.process.poll()
        if code is None and time.monotonic() < running.until:
            return False
        if code is None:
            stop(running.process)
            log.warning("%s: %s%s took too long", self.name, running.job.run, running.job.args)
            running.job.lost(Lost.TIME)
        elif code != 0:
            log.warning("%s: %s%s ended with %s", self.name, running.job.run, running.job.args, code)
            running.job.lost(Lost.FAILED)
        return True


def start(job: Job) -> Running:
    """The process of a job; it ends by itself when the worker dies."""
    command = [sys.executable, "-m", "shangliang.config.run_job", str(job.megabytes), job.run, *job.args]
    surroundings = {**os.environ, "SHANGLIANG_WORKER_PID": str(os.getpid())}
    process = subprocess.Popen(command, env=surroundings, stdin=subprocess.DEVNULL)  # noqa: S603
    return Running(job, process, time.monotonic() + job.seconds)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Stop it now and for good; what it had not written is not there."""
    process.kill()
    process.wait()
