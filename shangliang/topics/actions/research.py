"""调研: a look on the spot, or a talk with the people concerned, before a topic is adopted."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.clocks import actions as clocks
from shangliang.desks.actions.records import record
from shangliang.desks.queries import holder
from shangliang.kit.clock import local_day
from shangliang.kit.guards import Unmet, require
from shangliang.people.models import Unit
from shangliang.topics.actions.adoption import RESEARCH, ask_second, give_turn, visits_needed
from shangliang.topics.actions.screening import DEEP
from shangliang.topics.actions.transitions import begin_topic
from shangliang.topics.models import Topic, Visit
from shangliang.topics.states import TopicState


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
    topic, begun = begin_topic(topic, "research", actor)
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
    topic.changed_at = at
    topic.visits_count += 1
    topic.save(update_fields=["state", "changed_at", "visits_count"])
    if begun.was != TopicState.RESEARCHING:
        clocks.stop(DEEP, topic.subject, at=at)
        clocks.start(RESEARCH, topic.subject, holder=holder(topic), at=at, area_path=topic.desk_path)
    if topic.visits_count >= visits_needed(topic, at):
        ask_second(topic, at)
    give_turn(topic, at)
    record(begun, topic, at=at, content={"on": on.isoformat(), "visits": topic.visits_count})
    return made
