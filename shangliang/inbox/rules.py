"""When a message may leave, and when it is tried again. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from shangliang.kit.clock import ZONE


def is_quiet(now: datetime, *, quiet_from: time, quiet_until: time) -> bool:
    """Whether people are left in peace now; the quiet hours may span midnight, equal ends mean none."""
    moment = now.astimezone(ZONE).time()
    if quiet_from <= quiet_until:
        return quiet_from <= moment < quiet_until
    return moment >= quiet_from or moment < quiet_until


def is_digest_due(now: datetime, *, digest_at: time, quiet_from: time, quiet_until: time) -> bool:
    """Whether today's digest may go out: its hour has come, and people are not asleep."""
    if is_quiet(now, quiet_from=quiet_from, quiet_until=quiet_until):
        return False
    return now.astimezone(ZONE).time() >= digest_at


def next_try(now: datetime, *, tries: int, first_wait_minutes: int) -> datetime:
    """Twice the wait after each failure."""
    return now + timedelta(minutes=first_wait_minutes * 2 ** max(tries - 1, 0))
