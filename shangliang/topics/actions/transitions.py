"""How every act on a submission or topic begins and ends: the locked row, the move by the table, one ledger row."""

from __future__ import annotations

from datetime import date, datetime

from shangliang.access.actor import Actor
from shangliang.access.roles import Role
from shangliang.access.transitions import Begun, begin
from shangliang.clocks import actions as clocks
from shangliang.clocks.models import Clock
from shangliang.desks.actions.records import record
from shangliang.desks.queries import holder
from shangliang.topics.models import Submission, Topic
from shangliang.topics.states import SUBMISSION, TOPIC, TopicState

PREPARE, NOTE, ERASURE = "topics.prepare_days", "topics.note_days", "topics.erasure_days"
ENDS = frozenset({TopicState.CONCLUDED, TopicState.UNSOLVED, TopicState.ENDED})
# while the topic lies with a later stage, that stage's clocks run and the topic's own stand still
ENTERS_LATER_STAGE = frozenset({TopicState.DELIBERATING, TopicState.IN_HAND, TopicState.ASKING}) | ENDS


def begin_submission(submission: Submission, act: str, actor: Actor) -> tuple[Submission, Begun]:
    """The row as it is now, and nobody else's until the end of the transaction; checked and moved by the table."""
    rows = Submission.objects.select_for_update(of=("self",)).select_related("room")
    row = rows.get(pk=submission.pk)
    return row, begin(SUBMISSION, row, act, actor)


def begin_topic(topic: Topic, act: str, actor: Actor) -> tuple[Topic, Begun]:
    """The same for a topic."""
    row = Topic.objects.select_for_update(of=("self",)).select_related("room").get(pk=topic.pk)
    return row, begin(TOPIC, row, act, actor)


def stop_screening(submission: Submission, at: datetime) -> None:
    """Stop what waited for its screening; a message of its holder is answered all the same, an erasure decided."""
    others = Clock.objects.running().of(submission.subject).exclude(rule__in=[NOTE, ERASURE])
    others.update(stopped_at=at)


def answered(submission: Submission, at: datetime) -> None:
    """What its holder has written last is answered, or needs no answer."""
    if submission.waiting_note_id is not None:
        submission.waiting_note = None
        submission.save(update_fields=["waiting_note"])
        clocks.stop(NOTE, submission.subject, at=at)


def stop_stage(topic: Topic, at: datetime) -> None:
    """Stop what waited for this stage of a topic; the review of its public words goes on."""
    Clock.objects.running().of(topic.subject).filter(rule__startswith="topics.").update(stopped_at=at)


def move_topic(
    *,
    topic: Topic,
    act: str,
    actor: Actor,
    role: Role | None,
    at: datetime,
    reason: str = "",
    planned_on: date | None = None,
    place: str = "",
) -> None:
    """Move a topic on behalf of a later stage: a deliberation begins, something is agreed, done, rated.

    One ledger row; clocks of the stage it leaves are stopped. The caller has checked its own permission; raises
    IllegalMove when the state does not allow it. `place`: where `role` is held, if not at the topic's desk.
    """
    topic = Topic.objects.select_for_update(of=("self",)).select_related("room").get(pk=topic.pk)
    was = topic.state
    begun = Begun(actor, role, TOPIC.go(topic, act).event, was, place)
    topic.changed_at = at
    topic.ended_at = at if topic.state in ENDS else None  # what is taken up again is not over
    if reason or topic.state not in ENDS:
        topic.end_reason = reason  # the reason of a former end says nothing about where it stands now
    topic.planned_on = planned_on
    topic.save()
    if topic.state in ENTERS_LATER_STAGE:
        stop_stage(topic, at)
    elif topic.state == TopicState.ADOPTED:  # called off: another session is to be prepared
        clocks.start(PREPARE, topic.subject, holder=holder(topic), at=at, area_path=topic.desk_path)
    record(begun, topic, at=at, content={"state": topic.state})
