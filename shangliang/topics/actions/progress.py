"""Moving a topic on behalf of later stages: a deliberation begins, something is agreed, done, rated."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.access.roles import Role
from shangliang.ledger.actions import act as record
from shangliang.topics.actions.desks import place_of, stop_stage
from shangliang.topics.models import Topic
from shangliang.topics.states import TOPIC, TopicState

ENDS = frozenset({TopicState.CONCLUDED, TopicState.UNSOLVED, TopicState.ENDED})
# while the topic lies with a later stage, that stage's clocks run and the topic's own stand still
ENTERS_LATER_STAGE = frozenset({TopicState.DELIBERATING, TopicState.IN_HAND, TopicState.ASKING}) | ENDS


@transaction.atomic
def move(
    *,
    topic: Topic,
    act: str,
    actor: Actor,
    role: Role | None,
    at: datetime,
    reason: str = "",
    planned_on: date | None = None,
) -> None:
    """Move the topic's machine by `act`: one ledger row, clocks of the stage it leaves are stopped.

    The caller has checked its own permission; raises IllegalMove when the state does not allow it.
    """
    topic = Topic.objects.select_for_update(of=("self",)).get(pk=topic.pk)
    transition = TOPIC.move(act, topic.state)
    topic.state, topic.changed_at = transition.target.value, at
    if transition.target in ENDS:
        topic.ended_at = at
    if reason:
        topic.end_reason = reason[:300]
    if planned_on is not None:
        topic.planned_on = planned_on
    topic.save()
    if transition.target in ENTERS_LATER_STAGE:
        stop_stage(topic, at)
    record(
        transition.event,  # type: ignore[arg-type]  # the table holds Kinds
        topic.subject,
        actor=actor,
        role=role,
        place=place_of(topic),
        at=at,
        content={"state": topic.state},
    )
