"""The worker: huey gives ticks and wake-ups, everything durable is read from the database.

Web processes import this to wake the worker, so what the rounds need is imported when a round begins. huey
is at-most-once and may lose any of them; the next minute's tick finds the same rows again.
"""

from __future__ import annotations

import os
import time

from django.conf import settings
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey, crontab

PULSE, NIGHT = "pulse", "night"  # one round of each kind at a time
SOON = 2  # seconds until maps that were just drawn are looked at again
WAKE_AT_MOST_EVERY = 0.5  # seconds, in each process: many acts, one wake-up


def _queue() -> Huey:
    url = settings.HUEY_URL
    if url.startswith("redis"):
        return RedisHuey("shangliang", url=url)
    if url.startswith("postgres"):
        return PostgresHuey("shangliang", dsn=url)
    return SqliteHuey("shangliang", filename=str(settings.HUEY_FILE), fsync=False)


huey = _queue()


@huey.task()  # type: ignore[untyped-decorator]  # huey ships no types
def woken() -> None:
    """Somebody has just committed an event."""
    with huey.lock_task(PULSE):
        _pulse()


def _pulse() -> None:
    from shangliang.config import rounds

    if rounds.pulse():
        woken.schedule(delay=SOON)


@huey.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]  # huey ships no types
def every_minute() -> None:
    """What has come due by itself."""
    from shangliang.config import rounds

    with huey.lock_task(PULSE):
        _pulse()
        rounds.minute()


@huey.periodic_task(crontab(minute="17", hour="3"))  # type: ignore[untyped-decorator]  # huey ships no types
def every_night() -> None:
    """What was given for a purpose goes when its time is over; so do sessions that have run out."""
    from shangliang.config import rounds

    with huey.lock_task(NIGHT):
        rounds.night()


_last_wake = _next_wake = 0.0


def wake() -> None:
    """Called after a commit that left work; losing the call costs at most a minute.

    Of many calls in a row the first wakes at once, and one more is left for after the last.
    """
    global _last_wake, _next_wake
    moment = time.monotonic()
    if moment - _last_wake >= WAKE_AT_MOST_EVERY:
        _last_wake = moment
        woken()
    elif moment >= _next_wake:
        _next_wake = moment + WAKE_AT_MOST_EVERY
        woken.schedule(delay=WAKE_AT_MOST_EVERY)


def free() -> None:
    """Take away what a killed worker left locked. By name: this process has not locked anything yet, and only what it
    has would go by itself."""
    huey.flush_locks(PULSE, NIGHT)


def run() -> None:
    """Run the consumer in this process until it is told to stop."""
    free()
    _pulse()
    consumer = huey.create_consumer(workers=1, max_delay=1.0)
    os.environ["SHANGLIANG_WORKER"] = "1"
    consumer.run()
