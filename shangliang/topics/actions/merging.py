"""Joining a submission to a topic that is already there, and taking it out again. A person confirms both."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from shangliang.access.actor import Actor
from shangliang.clocks import actions as clocks
from shangliang.desks.actions.records import record
from shangliang.desks.queries import holder
from shangliang.kit.guards import Unmet, require
from shangliang.topics.actions.intake import DECIDE
from shangliang.topics.actions.transitions import begin_submission, stop_screening
from shangliang.topics.models import Submission, Topic
from shangliang.topics.states import MERGEABLE


@transaction.atomic
def merge(*, submission: Submission, topic: Topic, actor: Actor, at: datetime) -> None:
    """The same matter: it joins `topic`, whose track its slip follows from now on."""
    submission, begun = begin_submission(submission, "merge", actor)
    require(merge_gaps(submission, topic, actor))
    submission.topic = topic
    submission.save(update_fields=["state", "topic"])
    Topic.objects.filter(pk=topic.pk).update(submissions_count=F("submissions_count") + 1)
    stop_screening(submission, at)
    record(begun, submission, at=at, content={"topic": topic.no})


def merge_gaps(submission: Submission, topic: Topic, actor: Actor) -> list[Unmet]:
    """A topic that is over takes nothing in; what is under embargo joins only what is so on the same desk."""
    fits = submission.is_embargoed == topic.is_embargoed and (
        not submission.is_embargoed or submission.desk_path == topic.desk_path
    )
    if not fits or not Topic.objects.visible_to(actor).filter(pk=topic.pk).exists():
        return [Unmet("topic_unknown", mend="topic")]
    return [] if topic.state in MERGEABLE else [Unmet("topic_is_over", mend="topic")]


@transaction.atomic
def separate(*, submission: Submission, actor: Actor, at: datetime) -> None:
    """It was another matter after all: back to be screened, with a new clock."""
    submission, begun = begin_submission(submission, "separate", actor)
    former, submission.topic = submission.topic, None
    submission.save(update_fields=["state", "topic"])
    if former is not None:
        Topic.objects.filter(pk=former.pk).update(submissions_count=F("submissions_count") - 1)
    clocks.start(DECIDE, submission.subject, holder=holder(submission), at=at, area_path=submission.desk_path)
    record(begun, submission, at=at, content={"topic": former.no if former else ""})
