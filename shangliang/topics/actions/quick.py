"""即时议: answered on the spot; and a quick matter that turns out to need a table after all."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.access.transitions import Begun
from shangliang.desks.actions.records import record
from shangliang.kit.guards import Unmet, require
from shangliang.people.models import Unit
from shangliang.topics.actions.screening import start_of_grade
from shangliang.topics.actions.transitions import begin_topic, stop_stage
from shangliang.topics.models import Topic
from shangliang.topics.states import Grade


@transaction.atomic
def answer(*, topic: Topic, text: str, unit: Unit | None, actor: Actor, at: datetime) -> None:
    """Answer a quick matter. What follows is written by outcomes, so it is rated by the same path as all else."""
    topic, begun = begin_topic(topic, "answer_quick", actor)
    require(answer_gaps(topic, at) + ([] if text.strip() else [Unmet("answer_missing", mend="text")]))
    topic.answer, topic.changed_at = text.strip(), at
    topic.save(update_fields=["state", "answer", "changed_at"])
    stop_stage(topic, at)
    record(begun, topic, at=at, content={"state": topic.state, "unit": unit.code if unit else ""})


def answer_gaps(topic: Topic, at: datetime) -> list[Unmet]:
    """What is missing before a matter can be answered at once."""
    unmet = []
    if topic.is_statutory:
        unmet.append(Unmet("statutory_not_quick", mend="deepen"))
    if not topic.title:
        unmet.append(Unmet("title_missing", mend="wording"))
    return unmet


@transaction.atomic
def deepen(*, topic: Topic, actor: Actor, at: datetime) -> None:
    """It cannot be answered on the spot: it is looked into instead."""
    topic, begun = begin_topic(topic, "grade_deep", actor)
    _grade(topic, begun, Grade.DEEP, at)


@transaction.atomic
def quicken(*, topic: Topic, actor: Actor, at: datetime) -> None:
    """It was taken for a deep matter and can be answered on the spot."""
    topic, begun = begin_topic(topic, "grade_quick", actor)
    _grade(topic, begun, Grade.QUICK, at)


def _grade(topic: Topic, begun: Begun, grade: Grade, at: datetime) -> None:
    """Another grade, with its own time from now on."""
    topic.grade, topic.changed_at = grade.value, at
    topic.save(update_fields=["grade", "changed_at"])
    stop_stage(topic, at)
    start_of_grade(topic, at)
    record(begun, topic, at=at, content={"grade": topic.grade})
