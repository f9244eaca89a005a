"""Reminders: whoever holds a clock is told before it runs out, when it does, and once it is red."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from shangliang.access.things import house
from shangliang.clocks.models import Clock
from shangliang.desks.queries import people_waited_for
from shangliang.events.kinds import Kind
from shangliang.events.models import Event
from shangliang.inbox.actions import notify, outdate
from shangliang.kit.clock import local_day
from shangliang.kit.numbered import by_nos

NAMED = {
    Kind.CLOCK_REMINDED: gettext_noop("快到期了：%(task)s · %(title)s（%(no)s）"),
    Kind.CLOCK_CAME_DUE: gettext_noop("已到期：%(task)s · %(title)s（%(no)s）"),
    Kind.CLOCK_REDDENED: gettext_noop("已逾期，请马上办：%(task)s · %(title)s（%(no)s）"),
}
# where a thing has no title that somebody wrote, or it stays off the telephone
WORDS = {
    Kind.CLOCK_REMINDED: gettext_noop("快到期了：%(task)s（%(no)s）"),
    Kind.CLOCK_CAME_DUE: gettext_noop("已到期：%(task)s（%(no)s）"),
    Kind.CLOCK_REDDENED: gettext_noop("已逾期，请马上办：%(task)s（%(no)s）"),
}


def remind(event: Event) -> None:
    """Tell the holder, unless it was done in the meantime; of what was told before, the last word stands unread."""
    row = Clock.objects.running().filter(pk=event.payload.get("clock") or 0, paused_at=None).first()
    if row is None or not row.role:
        return
    title, people, about = _title(row), people_waited_for(row, local_day(event.at)), f"clock:{row.pk}:"
    outdate(accounts=people, about=about, at=event.at)
    notify(
        accounts=people,
        kind=event.kind,
        title=(NAMED if title else WORDS)[Kind(event.kind)],
        params={
            "task": house().task(row.subject_kind, row.rule)[0],
            "no": row.subject_no,
            **({"title": title} if title else {}),
        },
        link=house().where(row.subject_kind, row.subject_no, row.rule),
        urgent=event.kind == Kind.CLOCK_REDDENED,
        at=event.at,
        dedupe=f"{about}{event.pk}",
    )


def _title(row: Clock) -> str:
    """As the public would read it; "" for what nobody releases, and for what concerns a room's own cadres."""
    look = house().thing(row.subject_kind).review
    found = by_nos(look.rows(), [row.subject_no]).first() if look else None
    return look.title(found) if look and found is not None and not found.desk.is_embargoed else ""
