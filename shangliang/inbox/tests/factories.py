"""Things of the inbox for tests."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from shangliang.access.actor import Actor, ActorKind
from shangliang.inbox.actions import notify
from shangliang.kit.clock import ZONE


def noon(day: int = 2, hour: int = 12, minute: int = 0, *, zone: ZoneInfo = ZONE) -> datetime:
    """A moment in March 2026; the second is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=zone)


def staff(account: int = 7) -> Actor:
    """Somebody with an account and no role."""
    return Actor(ActorKind.STAFF, key=f"account:{account}", name="张三", account_id=account)


def write(
    account: int = 7, *, dedupe: str = "event:1", urgent: bool = False, at: datetime | None = None
) -> None:
    """One message to an account."""
    notify(
        accounts=[account],
        kind="topic.accepted",
        title="有新的事情：%(title)s",
        params={"title": "路灯不亮"},
        link="/desk/topics/2026-000001",
        urgent=urgent,
        at=at or noon(),
        dedupe=dedupe,
    )
