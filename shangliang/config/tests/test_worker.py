"""The worker after a crash."""

from __future__ import annotations

from shangliang.config import worker


def test_what_a_killed_worker_left_locked_is_free_when_the_next_one_starts() -> None:
    for name in (worker.PULSE, worker.NIGHT):
        worker.huey.lock_task(name).acquire()
    worker.huey._locks.clear()  # a new process knows of no locks
    worker.free()
    assert not worker.huey.is_locked(worker.PULSE)
    assert not worker.huey.is_locked(worker.NIGHT)
