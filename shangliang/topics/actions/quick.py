"""即时议: answered on the spot; and a quick matter that turns out to need a table after all."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.access.desk import require_role
from shangliang.access.roles import Permission
from shangliang.clocks import actions as clocks
from shangliang.events.kinds import Kind
from shangliang.kit.guards import Unmet, require
from shangliang.kit.states import IllegalMove
from shangliang.ledger.actions import act
from shangliang.people.models import Unit
from shangliang.topics.actions.desks import place_of, stop_stage
from shangliang.topics.actions.screening import QUICK, start_of_grade
from shangliang.topics.actions.wording import locked
from shangliang.topics.models import Topic
from shangliang.topics.states import TOPIC, Grade


@transaction.atomic
def answer(*, topic: Topic, text: str, unit: Unit | None, actor: Actor, at: datetime) -> None:
    """Answer a quick matter. What follows is written by outcomes, so it is rated by the same path as all else."""
    topic = locked(topic)
    role = require_role(actor, Permission.TOPIC_ANSWER, topic)
    transition = TOPIC.move("answer_quick", topic.state)
    require(answer_gaps(topic) + ([] if text.strip() else [Unmet("answer_missing", mend="text")]))
    topic.state, topic.answer, topic.changed_at = transition.target.value, text.strip(), at
    topic.save(update_fields=["state", "answer", "changed_at"])
    stop_stage(topic, at)
    act(
        Kind.TOPIC_ANSWERED,
        topic.subject,
        actor=actor,
        role=role,
        place=place_of(topic),
        at=at,
        content={"state": topic.state, "unit": unit.code if unit else ""},
    )


def answer_gaps(topic: Topic) -> list[Unmet]:
    """What is missing before a matter can be answered at once."""
    unmet = []
    if topic.grade != Grade.QUICK:
        unmet.append(Unmet("not_quick"))
    if topic.is_statutory:
        unmet.append(Unmet("statutory_not_quick", mend="deepen"))
    if not topic.title:
        unmet.append(Unmet("title_missing", mend="wording"))
    return unmet


@transaction.atomic
def deepen(*, topic: Topic, actor: Actor, at: datetime) -> None:
    """It cannot be answered on the spot: it is looked into instead."""
    topic = locked(topic)
    role = require_role(actor, Permission.SUBMISSION_SCREEN, topic)
    TOPIC.move("grade_deep", topic.state)
    if topic.grade == Grade.DEEP:
        raise IllegalMove("topic", "grade_deep", topic.state)
    topic.grade, topic.changed_at = Grade.DEEP.value, at
    topic.save(update_fields=["grade", "changed_at"])
    clocks.stop(QUICK, topic.subject, at=at)
    start_of_grade(topic, at)
    act(
        Kind.TOPIC_GRADED,
        topic.subject,
        actor=actor,
        role=role,
        place=place_of(topic),
        at=at,
        content={"grade": topic.grade},
    )
