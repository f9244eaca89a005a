"""上提、下交: a topic travels between the tiers and keeps its number and its history."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.access.transitions import Begun
from shangliang.clocks import actions as clocks
from shangliang.desks.actions import publication
from shangliang.desks.actions.records import record
from shangliang.desks.queries import desk_above, holder, place_of
from shangliang.kit.guards import Unmet, require
from shangliang.places.models import Room
from shangliang.topics.actions.screening import start_of_grade
from shangliang.topics.actions.transitions import begin_topic, stop_stage
from shangliang.topics.models import Topic

ESCALATE = "topics.escalate_days"


@transaction.atomic
def pass_up(*, topic: Topic, reason: str, actor: Actor, at: datetime) -> None:
    """It is wider than this place: to the next tier, whose clock to take it up starts."""
    topic, begun = begin_topic(topic, "pass_up", actor)
    require(_reason(reason))
    left, desk = place_of(topic), desk_above(topic)
    topic.end_reason, topic.changed_at = reason.strip(), at
    topic.desk_path, topic.desk_room_no = desk.desk_path, desk.desk_room_no
    topic.ended_at = None
    topic.save()
    stop_stage(topic, at)
    publication.follow_desk(post=topic, at=at)
    clocks.start(ESCALATE, topic.subject, holder=holder(topic), at=at, area_path=topic.desk_path)
    _end(begun, topic, left, at)


@transaction.atomic
def take_up(*, topic: Topic, actor: Actor, at: datetime) -> None:
    """The tier above takes it on."""
    topic, begun = begin_topic(topic, "take_up", actor)
    topic.changed_at, topic.end_reason = at, ""
    topic.save()
    clocks.stop(ESCALATE, topic.subject, at=at)
    start_of_grade(topic, at)
    _end(begun, topic, place_of(topic), at)


@transaction.atomic
def hand_down(*, topic: Topic, room: Room, reason: str, actor: Actor, at: datetime) -> None:
    """It is better talked over near by: to a room below, with a reason; what is under embargo stays above."""
    topic, begun = begin_topic(topic, "hand_down", actor)
    require(_reason(reason) + hand_down_gaps(topic, room))
    left = place_of(topic)
    topic.end_reason, topic.changed_at = reason.strip(), at
    topic.room, topic.desk_path, topic.desk_room_no = room, room.area_path, room.no
    topic.second_heard_at = topic.second_agrees = None
    topic.second_opinion = ""
    topic.save()
    stop_stage(topic, at)
    publication.follow_desk(post=topic, at=at)
    start_of_grade(topic, at)
    _end(begun, topic, left, at)


def hand_down_gaps(topic: Topic, room: Room | None) -> list[Unmet]:
    """Where it may go: to another room within the area whose desk it lies on."""
    if room is None or not room.area_path.startswith(topic.desk_path) or room.no == topic.desk_room_no:
        return [Unmet("room_not_below", mend="room")]
    return []


def _reason(reason: str) -> list[Unmet]:
    return [] if reason.strip() else [Unmet("reason_missing", mend="reason")]


def _end(begun: Begun, topic: Topic, place: str, at: datetime) -> None:
    record(begun, topic, place=place, at=at, content={"state": topic.state, "desk": place_of(topic)})
