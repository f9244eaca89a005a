"""The worker: huey gives ticks and wake-ups, everything durable is read from the database.

Web processes import this to wake the worker, so what the rounds need is imported when a round begins. huey
is at-most-once and may lose any of them; the next minute's tick finds the same rows again.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connections
from huey import Huey, PostgresHuey, RedisHuey, SqliteHuey, crontab

from shangliang.config.alone import alone

log = logging.getLogger(__name__)

PULSE, NIGHT = "pulse", "night"  # one round of each kind at a time
LONGEST_WAIT = 30  # seconds between tries while the database is away at the start
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
    _round(PULSE, _pulse)


@huey.periodic_task(crontab(minute="*"))  # type: ignore[untyped-decorator]  # huey ships no types
def every_minute() -> None:
    """What has come due by itself, and once a night what was given for a purpose and whose time is over."""
    from shangliang.config import rounds

    _round(PULSE, _pulse)
    _round(PULSE, rounds.minute)
    if rounds.night_is_due():
        _round(NIGHT, rounds.night)


def _round(name: str, work: Callable[[], object]) -> bool:
    """Do `work` alone and on a connection that lives; returns whether a database was there.

    Django looks after its connections between requests, and here there are none: a database that was started again
    would be missed for ever.
    """
    close_old_connections()
    try:
        with alone(name) as is_free:
            if is_free:
                work()
    except (DatabaseError, InterfaceError) as error:
        log.warning("%s: the database cannot be used (%s); tried again in a minute", name, error)
        connections.close_all()
        return False
    finally:
        close_old_connections()
    return True


def _pulse() -> None:
    from shangliang.config import rounds

    if rounds.pulse():
        woken.schedule(delay=SOON)


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


def run() -> None:
    """Run the consumer in this process until it is told to stop."""
    wait = 1
    while not _round(PULSE, _pulse):  # at boot the database may come up after us
        time.sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT)
    consumer = huey.create_consumer(workers=1, max_delay=1.0)
    os.environ["SHANGLIANG_WORKER"] = "1"
    consumer.run()
