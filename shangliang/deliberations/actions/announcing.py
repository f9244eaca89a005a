"""预告: reviewed words go out with the lead time of the tier; postponed or cancelled with a reason to everybody."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.clocks import actions as clocks
from shangliang.clocks.queries import calendar
from shangliang.deliberations import queries, rules
from shangliang.deliberations.actions.preparing import is_preparable
from shangliang.deliberations.actions.transitions import (
    PREPARE,
    begin_deliberation,
    end,
    stop_clocks,
    take_along,
)
from shangliang.deliberations.models import Deliberation
from shangliang.desks.actions import publication
from shangliang.desks.queries import holder
from shangliang.kit.clock import local_day
from shangliang.kit.guards import Unmet, require
from shangliang.places.rules import level_of
from shangliang.places.states import AreaLevel
from shangliang.rulebook import book
from shangliang.topics.states import TopicState


def announcing_gaps(deliberation: Deliberation, now: datetime) -> list[Unmet]:
    """What is missing before it can be announced, and what would be good besides."""
    plan = queries.plan_of(deliberation, now)
    if not is_preparable(deliberation.topic):
        return [Unmet("topic_not_ready", mend="topic")]
    return rules.missing_for_announcing(plan, queries.numbers_at(deliberation, local_day(now)))


@transaction.atomic
def send_to_review(*, deliberation: Deliberation, actor: Actor, at: datetime) -> None:
    """Show the announcement to the one person who looks at it before everybody does."""
    deliberation, begun = begin_deliberation(deliberation, "send_to_review", actor)
    require(rules.missing_for_review(queries.plan_of(deliberation, at)))
    publication.propose(post=deliberation, actor=actor, role=begun.role, at=at, latest=deliberation.held_at)


@transaction.atomic
def announce(*, deliberation: Deliberation, actor: Actor, at: datetime) -> None:
    """Tell everybody: the invited by message (a reaction), the rest by the page and the calendar."""
    deliberation, begun = begin_deliberation(deliberation, "announce", actor)
    require(announcing_gaps(deliberation, at))
    deliberation.announced_at, deliberation.change_reason = at, ""
    deliberation.participants.filter(invited_at=None).update(invited_at=at)
    stop_clocks(deliberation, at)
    start_record_clock(deliberation, deliberation.held_at or at, at)
    plan = queries.lead_of(deliberation, local_day(at))
    facts: dict[str, object] = {
        "held_at": deliberation.held_at.isoformat() if deliberation.held_at else "",
        "urgent": bool(deliberation.urgent_reason),
        "lead_days": plan.days,
        "invited": deliberation.participants.count(),
    }
    end(begun, deliberation, at=at, content=facts)
    take_along(deliberation.topic, "begin_deliberation", begun, at)


def start_record_clock(deliberation: Deliberation, ends_at: datetime, at: datetime) -> None:
    """Once the session is over its record is written in so many working days; the clock runs from the announcement."""
    city = level_of(deliberation.desk_path) in {AreaLevel.CITY, AreaLevel.PROVINCE}
    rule = queries.RECORD_CITY if city else queries.RECORD_ROOM
    days = book().at(local_day(at)).integer(rule, deliberation.desk_path)
    due_at = calendar().days_after(max(ends_at, at), days).at
    clocks.start(
        rule,
        deliberation.subject,
        holder=holder(deliberation),
        at=at,
        area_path=deliberation.desk_path,
        due_at=due_at,
    )


@transaction.atomic
def postpone(*, deliberation: Deliberation, reason: str, actor: Actor, at: datetime) -> None:
    """改期: back to preparation; whoever was invited learns why, and the new time once it is announced."""
    deliberation, begun = begin_deliberation(deliberation, "postpone", actor)
    _with_reason(reason)
    former = deliberation.held_at
    deliberation.change_reason, deliberation.held_at = reason.strip(), None
    stop_clocks(deliberation, at)
    clocks.start(
        PREPARE, deliberation.subject, holder=holder(deliberation), at=at, area_path=deliberation.desk_path
    )
    end(begun, deliberation, at=at, content={"held_at": former.isoformat() if former else ""})


@transaction.atomic
def cancel(*, deliberation: Deliberation, reason: str, actor: Actor, at: datetime) -> None:
    """取消, with a reason to everybody; the topic goes back to where a session can be planned again.

    Nobody has to review the announcement of a session that does not take place.
    """
    deliberation, begun = begin_deliberation(deliberation, "cancel", actor)
    _with_reason(reason)
    deliberation.change_reason = reason.strip()
    stop_clocks(deliberation, at)
    publication.withdraw(post=deliberation, at=at)
    end(begun, deliberation, at=at, content={"was_announced": deliberation.announced_at is not None})
    topic = deliberation.topic
    take_along(topic, "call_off", begun, at)
    topic.refresh_from_db(fields=["state"])
    if topic.state == TopicState.ADOPTED:
        clocks.start(PREPARE, topic.subject, holder=holder(topic), at=at, area_path=topic.desk_path)


def _with_reason(reason: str) -> None:
    require([] if reason.strip() else [Unmet("reason_missing", mend="reason")])
