"""上提、下交: a topic travels between the tiers and keeps its number and its history."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.access.desk import require_role
from shangliang.access.roles import Permission, Role
from shangliang.clocks import actions as clocks
from shangliang.events.kinds import Kind
from shangliang.kit.guards import Unmet, require
from shangliang.ledger.actions import act
from shangliang.places.models import Room
from shangliang.topics.actions.desks import desk_above, holder, place_of, stop_stage
from shangliang.topics.actions.screening import start_of_grade
from shangliang.topics.actions.wording import locked
from shangliang.topics.models import Topic
from shangliang.topics.states import TOPIC

ESCALATE = "topics.escalate_days"


@transaction.atomic
def pass_up(*, topic: Topic, reason: str, actor: Actor, at: datetime) -> None:
    """It is wider than this place: to the next tier, whose clock to take it up starts."""
    topic = locked(topic)
    role = require_role(actor, Permission.TOPIC_PASS, topic)
    transition = TOPIC.move("pass_up", topic.state)
    require(_reason(reason) + pass_up_gaps(topic))
    left = place_of(topic)
    desk = desk_above(topic)
    topic.state, topic.end_reason, topic.changed_at = transition.target.value, reason.strip(), at
    topic.desk_path, topic.desk_room_no = desk.desk_path, desk.desk_room_no
    topic.ended_at = None
    topic.save()
    stop_stage(topic, at)
    clocks.start(ESCALATE, topic.subject, holder=holder(topic), at=at, area_path=topic.desk_path)
    _record(Kind.TOPIC_PASSED_UP, topic, actor, role, left, at)


def pass_up_gaps(topic: Topic) -> list[Unmet]:
    """Whether there is a tier above."""
    is_top = desk_above(topic).desk_path == topic.desk_path and not topic.desk_room_no
    return [Unmet("no_tier_above")] if is_top else []


@transaction.atomic
def take_up(*, topic: Topic, actor: Actor, at: datetime) -> None:
    """The tier above takes it on."""
    topic = locked(topic)
    role = require_role(actor, Permission.TOPIC_PASS, topic)
    transition = TOPIC.move("take_up", topic.state)
    topic.state, topic.changed_at, topic.end_reason = transition.target.value, at, ""
    topic.save()
    clocks.stop(ESCALATE, topic.subject, at=at)
    start_of_grade(topic, at)
    _record(Kind.TOPIC_TAKEN_UP, topic, actor, role, place_of(topic), at)


@transaction.atomic
def hand_down(*, topic: Topic, room: Room, reason: str, actor: Actor, at: datetime) -> None:
    """It is better talked over near by: to a room below, with a reason; what is under embargo stays above."""
    topic = locked(topic)
    role = require_role(actor, Permission.TOPIC_PASS, topic)
    transition = TOPIC.move("hand_down", topic.state)
    require(_reason(reason) + hand_down_gaps(topic, room))
    left = place_of(topic)
    topic.state, topic.end_reason, topic.changed_at = transition.target.value, reason.strip(), at
    topic.room, topic.desk_path, topic.desk_room_no = room, room.area_path, room.no
    topic.second_heard_at = topic.second_agrees = None
    topic.second_opinion = ""
    topic.save()
    stop_stage(topic, at)
    start_of_grade(topic, at)
    _record(Kind.TOPIC_HANDED_DOWN, topic, actor, role, left, at)


def hand_down_gaps(topic: Topic, room: Room | None) -> list[Unmet]:
    """Where it may go: to another room within the area whose desk it lies on."""
    if topic.is_embargoed:
        return [Unmet("embargo_stays_above")]
    if room is None or not room.area_path.startswith(topic.desk_path) or room.no == topic.desk_room_no:
        return [Unmet("room_not_below", mend="room")]
    return []


def _reason(reason: str) -> list[Unmet]:
    return [] if reason.strip() else [Unmet("reason_missing", mend="reason")]


def _record(kind: Kind, topic: Topic, actor: Actor, role: Role | None, place: str, at: datetime) -> None:
    act(
        kind,
        topic.subject,
        actor=actor,
        role=role,
        place=place,
        at=at,
        content={"state": topic.state, "desk": place_of(topic)},
    )
