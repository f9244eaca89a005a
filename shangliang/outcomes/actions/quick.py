"""A quick matter's answer becomes an outcome with one commitment already replied, so it is rated by the same path."""

from __future__ import annotations

from datetime import datetime

from shangliang.access.actor import SYSTEM
from shangliang.desks.actions import publication
from shangliang.events.kinds import Kind
from shangliang.kit.columns import fitted
from shangliang.ledger.actions import act
from shangliang.outcomes.actions.asking import ask_residents
from shangliang.outcomes.actions.releasing import follow_record
from shangliang.outcomes.models import Commitment, Outcome, Reply
from shangliang.outcomes.states import CommitmentState, OutcomeKind, OutcomeState, Period, ReplyKind, Route
from shangliang.people.models import Unit
from shangliang.topics.models import Topic


def follow_answer(*, topic: Topic, unit: Unit | None, at: datetime) -> Commitment:
    """Write the outcome, the commitment and its reply; ask the residents."""
    outcome = Outcome.objects.create(
        topic=topic,
        room=topic.room,
        desk_path=topic.desk_path,
        desk_room_no=topic.desk_room_no,
        is_embargoed=topic.is_embargoed,
        kind=OutcomeKind.QUICK_ANSWER.value,
        route=Route.COMMUNITY.value,
        state=OutcomeState.ADOPTED.value,
        text=topic.answer,
        drafted_at=at,
        decided_at=at,
    )
    act(
        Kind.OUTCOME_DRAFTED,
        outcome.subject,
        actor=SYSTEM,
        at=at,
        content={"topic": topic.no, "kind": outcome.kind},
    )
    commitment = Commitment.objects.create(
        outcome=outcome,
        topic=topic,
        room=topic.room,
        desk_path=topic.desk_path,
        desk_room_no=topic.desk_room_no,
        is_embargoed=topic.is_embargoed,
        what=fitted(Commitment, "what", topic.title),
        lead=unit,
        period=Period.SIMPLE.value,
        state=CommitmentState.ASKING.value,
        assigned_at=at,
        due_at=at,
        accepted_at=at,
        replied_at=at,
        reply_kind=ReplyKind.SOLVED.value,
        scope=topic.scope,
    )
    follow_record(commitment, at)
    made = Reply.objects.create(
        commitment=commitment, kind=ReplyKind.SOLVED.value, text=topic.answer, at=at, scope=topic.scope
    )
    act(
        Kind.COMMITMENT_REPLIED,
        commitment.subject,
        actor=SYSTEM,
        at=at,
        content={"topic": topic.no, "reply": ReplyKind.SOLVED.value, "quick": True},
    )
    publication.propose(post=made, actor=SYSTEM, role=None, at=at)
    ask_residents(commitment, at)
    return commitment
