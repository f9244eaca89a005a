"""调研: a look on the spot, or a talk with the people concerned, before a topic is adopted."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.access.desk import require_role
from shangliang.access.roles import Permission
from shangliang.clocks import actions as clocks
from shangliang.events.kinds import Kind
from shangliang.kit.clock import local_day
from shangliang.kit.guards import Unmet, require
from shangliang.ledger.actions import act
from shangliang.people.models import Unit
from shangliang.topics.actions.adoption import RESEARCH, ask_second, visits_needed
from shangliang.topics.actions.desks import holder, place_of
from shangliang.topics.actions.screening import DEEP
from shangliang.topics.actions.wording import locked
from shangliang.topics.models import Topic, Visit
from shangliang.topics.states import TOPIC, TopicState


@transaction.atomic
def visit(
    *,
    topic: Topic,
    on: date,
    place: str,
    found: str,
    actor: Actor,
    at: datetime,
    unit: Unit | None = None,
) -> Visit:
    """Write down one look; after the last one that is needed the second convener is asked."""
    topic = locked(topic)
    role = require_role(actor, Permission.DELIBERATION_PREPARE, topic)
    transition = TOPIC.move("research", topic.state)
    unmet = []
    if not place.strip():
        unmet.append(Unmet("visit_place_missing", mend="place"))
    if not found.strip():
        unmet.append(Unmet("visit_found_missing", mend="found"))
    if on > local_day(at):
        unmet.append(Unmet("visit_in_future", mend="on"))
    require(unmet)
    made = Visit.objects.create(
        topic=topic, on=on, place=place.strip(), found=found.strip(), unit=unit, at=at
    )
    first = topic.state != TopicState.RESEARCHING
    topic.state, topic.changed_at = transition.target.value, at
    topic.visits_count += 1
    topic.save(update_fields=["state", "changed_at", "visits_count"])
    if first:
        clocks.stop(DEEP, topic.subject, at=at)
        clocks.start(RESEARCH, topic.subject, holder=holder(topic), at=at, area_path=topic.desk_path)
    if topic.visits_count >= visits_needed(topic, at):
        ask_second(topic, at)
    act(
        Kind.TOPIC_VISITED,
        topic.subject,
        actor=actor,
        role=role,
        place=place_of(topic),
        at=at,
        content={"on": on.isoformat(), "visits": topic.visits_count},
    )
    return made
