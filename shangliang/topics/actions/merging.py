"""Joining a submission to a topic that is already there, and taking it out again. A person confirms both."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from shangliang.access.actor import Actor
from shangliang.access.desk import require_role
from shangliang.access.roles import Permission
from shangliang.clocks import actions as clocks
from shangliang.events.kinds import Kind
from shangliang.kit.guards import Unmet, require
from shangliang.ledger.actions import act
from shangliang.topics.actions.desks import holder, place_of
from shangliang.topics.actions.intake import DECIDE
from shangliang.topics.actions.screening import locked
from shangliang.topics.models import Submission, Topic
from shangliang.topics.states import MERGEABLE, SUBMISSION


@transaction.atomic
def merge(*, submission: Submission, topic: Topic, actor: Actor, at: datetime) -> None:
    """The same matter: it joins `topic`, whose track its slip follows from now on."""
    submission = locked(submission)
    role = require_role(actor, Permission.SUBMISSION_SCREEN, submission)
    transition = SUBMISSION.move("merge", submission.state)
    require(merge_gaps(submission, topic, actor))
    submission.state, submission.topic = transition.target.value, topic
    submission.save(update_fields=["state", "topic"])
    Topic.objects.filter(pk=topic.pk).update(submissions_count=F("submissions_count") + 1)
    clocks.stop_all(submission.subject, at=at)
    act(
        Kind.SUBMISSION_MERGED,
        submission.subject,
        actor=actor,
        role=role,
        place=place_of(submission),
        at=at,
        content={"topic": topic.no},
    )


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
    submission = locked(submission)
    role = require_role(actor, Permission.SUBMISSION_SCREEN, submission)
    transition = SUBMISSION.move("separate", submission.state)
    former = submission.topic
    submission.state, submission.topic = transition.target.value, None
    submission.save(update_fields=["state", "topic"])
    if former is not None:
        Topic.objects.filter(pk=former.pk).update(submissions_count=F("submissions_count") - 1)
    clocks.start(DECIDE, submission.subject, holder=holder(submission), at=at, area_path=submission.desk_path)
    act(
        Kind.SUBMISSION_SEPARATED,
        submission.subject,
        actor=actor,
        role=role,
        place=place_of(submission),
        at=at,
        content={"topic": former.no if former else ""},
    )
