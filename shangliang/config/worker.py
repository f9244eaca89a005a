"""The worker: huey gives ticks and wake-ups, everything durable is read from the database.

huey is at-most-once and may lose any of them; the next minute's tick finds the same rows again.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey, crontab

from shangliang.clocks.tasks import tick
from shangliang.deliberations.tasks import set_missing_papers
from shangliang.events.tasks import react
from shangliang.inbox.tasks import deliver, digest
from shangliang.kit import clock
from shangliang.ledger.tasks import seal
from shangliang.topics.tasks import retain

WAKE_AT_MOST_EVERY = 0.5  # seconds, in each process: many acts, one wake-up


def _queue() -> Huey:
    url = settings.HUEY_URL
    if url.startswith("redis"):
        return RedisHuey("shangliang", url=url)
    if url.startswith("postgres"):
        return PostgresHuey("shangliang", dsn=url)
    return SqliteHuey("shangliang", filename=str(settings.HUEY_FILE), fsync=False)


huey = _queue()


def pulse() -> None:
    """One round: tell what is due, react, react to the reactions, send, seal."""
    now = clock.now()
    tick(now)
    while react(clock.now()):
        pass
    deliver(clock.now())
    seal(clock.now())
    heartbeat().touch()


def heartbeat() -> Path:
    """The file whose age says when the worker last finished a round."""
    path: Path = settings.HOME / "worker.heartbeat"
    return path


@huey.task()  # type: ignore[untyped-decorator]  # huey ships no types
def woken() -> None:
    """Somebody has just committed an event."""
    with huey.lock_task("pulse"):
        pulse()


@huey.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]  # huey ships no types
def every_minute() -> None:
    """What has come due by itself."""
    with huey.lock_task("pulse"):
        pulse()
        digest(clock.now())
        set_missing_papers(clock.now())


@huey.periodic_task(crontab(minute="17", hour="3"))  # type: ignore[untyped-decorator]  # huey ships no types
def every_night() -> None:
    """What was given for a purpose goes when its time is over; so do sessions that have run out."""
    with huey.lock_task("night"):
        night()


def night() -> None:
    """One night's round."""
    retain(clock.now())
    SessionStore.clear_expired()


_last_wake = 0.0


def wake() -> None:
    """Called after a commit that left work; losing the call costs at most a minute."""
    global _last_wake
    moment = time.monotonic()
    if moment - _last_wake >= WAKE_AT_MOST_EVERY:
        _last_wake = moment
        woken()


def run() -> None:
    """Run the consumer in this process until it is told to stop."""
    huey.flush_locks()  # a killed worker leaves its lock behind
    pulse()
    consumer = huey.create_consumer(workers=1, max_delay=1.0)
    os.environ["SHANGLIANG_WORKER"] = "1"
    consumer.run()
