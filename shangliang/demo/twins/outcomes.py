"""Twins of the actions of `outcomes`: what was agreed, who did it, and what residents say about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shangliang.access.actor import SYSTEM, Actor
from shangliang.access.publication import Release
from shangliang.access.roles import Role
from shangliang.clocks.models import Holder
from shangliang.deliberations.models import Deliberation, Measure, Record
from shangliang.deliberations.states import Conclusion
from shangliang.demo.past import Past
from shangliang.demo.twins import topics
from shangliang.demo.twins.topics import role_of
from shangliang.desks.queries import holder, place_of, tier_office
from shangliang.desks.states import POST
from shangliang.events.kinds import Kind
from shangliang.events.models import Event
from shangliang.kit import crypto, ids
from shangliang.kit.clock import local_day
from shangliang.kit.columns import fitted
from shangliang.outcomes import rules
from shangliang.outcomes.actions import drafting
from shangliang.outcomes.actions.assigning import PERIOD_RULES, Order, end_of
from shangliang.outcomes.actions.handling import Answer
from shangliang.outcomes.actions.rating import LOOK_BACKS, Opinion
from shangliang.outcomes.actions.topic_state import TARGETS
from shangliang.outcomes.models import Commitment, Invitation, LookBack, Outcome, Rating, Reply
from shangliang.outcomes.queries import doer, is_in_hands, stands_behind
from shangliang.outcomes.rules import Verdict
from shangliang.outcomes.states import (
    COMMITMENT,
    LEADS_TO,
    OUTCOME,
    PROPOSALS,
    Closing,
    CommitmentState,
    OutcomeKind,
    OutcomeState,
    Period,
    RatedBy,
    ReplyKind,
    Route,
)
from shangliang.rulebook import book
from shangliang.topics.models import Submission, Topic
from shangliang.topics.states import TOPIC, SubmissionState

COUNTERSIGN, FILE, ASSIGN = "outcomes.countersign_days", "outcomes.file_days", "outcomes.assign_days"
ACCEPT, RATING, CALL_BACK = "outcomes.accept_days", "outcomes.rating_days", "outcomes.callback_days"

# -- the outcome ----------------------------------------------------------------------------------------------


def draft_outcome(past: Past, event: Event) -> None:
    deliberation, record = past.rows(Deliberation)[0], past.rows(Record)[0]
    if record.conclusion == Conclusion.NO_AGREEMENT:
        return
    kind = OutcomeKind.MINUTES
    if deliberation.statutory_route:
        kind = OutcomeKind.STATUTORY_PROPOSAL
    elif record.conclusion == Conclusion.OPINION_ONLY:
        kind = OutcomeKind.SUGGESTION
    topic, at = deliberation.topic, event.at
    outcome = past.add(
        Outcome(
            topic=topic,
            deliberation=deliberation,
            room=deliberation.room,
            desk_path=deliberation.desk_path,
            desk_room_no=deliberation.desk_room_no,
            kind=kind.value,
            text="\n".join(measure.what for measure in past.rows(Measure)),
            drafted_at=at,
        )
    )
    facts: dict[str, object] = {"topic": topic.no, "deliberation": deliberation.no, "kind": kind.value}
    past.act(Kind.OUTCOME_DRAFTED, outcome.subject, actor=SYSTEM, at=at, content=facts)
    _give_turn(past, outcome, at)


def _give_turn(past: Past, outcome: Outcome, at: datetime) -> None:
    """While something is missing, the clerk's; then the first convener's."""
    if drafting.draft_gaps(outcome, at):
        rule, other, role = drafting.DRAFT, COUNTERSIGN, Role.CLERK
    else:
        rule, other, role = COUNTERSIGN, drafting.DRAFT, Role.FIRST_CONVENER
    past.stop(other, outcome.subject, at=at)
    running = past.running(rule, outcome.subject)
    if running is None or running.role != role.value:
        _wait(past, rule, outcome, Holder(role, room_no=outcome.desk_room_no), at)


def edit(
    past: Past, *, outcome: Outcome, text: str, kind: str, route: str, actor: Actor, at: datetime
) -> None:
    outcome.text, outcome.kind, outcome.route = text, kind, route
    _outcome(past, Kind.OUTCOME_DRAFTED, outcome, actor, at, {"kind": kind, "route": route})
    _give_turn(past, outcome, at)


def countersign(past: Past, *, outcome: Outcome, actor: Actor, at: datetime) -> None:
    """The first convener, then the second."""
    OUTCOME.go(outcome, "sign")
    is_complete = role_of(actor) == Role.SECOND_CONVENER
    if is_complete:
        OUTCOME.go(outcome, "countersign")
        outcome.second_signed_at = at
    else:
        outcome.first_signed_at = at
    _outcome(past, Kind.OUTCOME_COUNTERSIGNED, outcome, actor, at, {"complete": is_complete})
    past.stop(COUNTERSIGN, outcome.subject, at=at)
    if is_complete:
        _wait(past, FILE, outcome, tier_office(outcome), at)
    else:
        _wait(past, COUNTERSIGN, outcome, Holder(Role.SECOND_CONVENER, room_no=outcome.desk_room_no), at)


def file(past: Past, *, outcome: Outcome, actor: Actor, at: datetime) -> None:
    OUTCOME.go(outcome, "file")
    outcome.filed_at = at
    _outcome(past, Kind.OUTCOME_FILED, outcome, actor, at, {})
    past.stop(FILE, outcome.subject, at=at)
    if outcome.kind not in PROPOSALS:
        _wait(past, ASSIGN, outcome, tier_office(outcome), at)
        return
    OUTCOME.go(outcome, "end_outcome")
    outcome.decided_at = at
    _outcome(past, Kind.OUTCOME_ENDED, outcome, actor, at, {"kind": outcome.kind})
    topics.move(past, outcome.topic, "conclude", actor=actor, role=role_of(actor), at=at)


def assign(
    past: Past, *, outcome: Outcome, route: Route, orders: Sequence[Order], actor: Actor, at: datetime
) -> list[Commitment]:
    name = "do_ourselves" if route == Route.COMMUNITY else "assign"
    OUTCOME.go(outcome, name)
    outcome.decided_at = at
    outcome.route = route.value
    facts: dict[str, object] = {"route": route.value, "commitments": len(orders), "partly": False}
    _outcome(past, Kind.OUTCOME_ROUTED, outcome, actor, at, facts)
    past.stop_all(outcome.subject, at=at)
    made = [_commit(past, outcome, order, actor, at) for order in orders]
    _settle(past, outcome.topic, actor, at)
    return made


def _commit(past: Past, outcome: Outcome, order: Order, actor: Actor, at: datetime) -> Commitment:
    due_on = order.due_on or local_day(at)
    row = past.add(
        Commitment(
            outcome=outcome,
            topic=outcome.topic,
            measure_id=order.measure_id,
            room=outcome.room,
            desk_path=outcome.desk_path,
            desk_room_no=outcome.desk_room_no,
            what=order.what,
            how_seen=order.how_seen,
            lead=order.lead,
            period=order.period.value,
            assigned_at=at,
            due_at=end_of(due_on),
            scope=outcome.topic.scope,
        )
    )
    _follow_record(past, row, at)
    facts: dict[str, object] = {
        "topic": outcome.topic.no,
        "lead": order.lead.code if order.lead else "",
        "due_on": due_on.isoformat(),
    }
    past.act(
        Kind.COMMITMENT_ASSIGNED,
        row.subject,
        actor=actor,
        role=role_of(actor),
        place=place_of(outcome),
        at=at,
        content=facts,
    )
    _wait(past, ACCEPT, row, doer(row), at)
    return row


def _outcome(
    past: Past, kind: Kind, outcome: Outcome, actor: Actor, at: datetime, facts: dict[str, object]
) -> None:
    past.act(
        kind,
        outcome.subject,
        actor=actor,
        role=role_of(actor),
        place=place_of(outcome),
        at=at,
        content=facts,
    )


def _wait(
    past: Past,
    rule: str,
    thing: Outcome | Commitment,
    who: Holder,
    at: datetime,
    due_at: datetime | None = None,
) -> datetime:
    """Start a clock over a thing; returns when it is due."""
    started = past.start(
        rule,
        thing.subject,
        holder=who,
        at=at,
        area_path=thing.desk_path,
        due_at=due_at,
        behind=stands_behind(thing) if isinstance(thing, Commitment) and who.role == Role.DOER else None,
    )
    return started.due_at


# -- the work -------------------------------------------------------------------------------------------------


def accept(past: Past, *, commitment: Commitment, actor: Actor, at: datetime) -> None:
    COMMITMENT.go(commitment, "accept")
    commitment.accepted_at = at
    _handled(past, Kind.COMMITMENT_ACCEPTED, commitment, actor, at, {})
    past.stop(ACCEPT, commitment.subject, at=at)
    rule = PERIOD_RULES[Period(commitment.period)]
    _wait(past, rule, commitment, doer(commitment), at, commitment.due_at)


def plan_work(past: Past, *, commitment: Commitment, plan: str, actor: Actor, at: datetime) -> None:
    commitment.work_plan = plan.strip()
    _handled(past, Kind.COMMITMENT_PLANNED, commitment, actor, at, {})


def reply(past: Past, *, commitment: Commitment, answer: Answer, actor: Actor, at: datetime) -> Reply:
    """What was done in the past was done: answer A."""
    COMMITMENT.go(commitment, "reply_solved")
    commitment.reply_kind, commitment.replied_at = answer.kind.value, at
    made = past.add(
        Reply(
            commitment=commitment,
            kind=answer.kind.value,
            text=answer.text.strip(),
            at=at,
            scope=commitment.scope,
        )
    )
    _handled(past, Kind.COMMITMENT_REPLIED, commitment, actor, at, {"reply": answer.kind.value})
    past.stop(PERIOD_RULES[Period(commitment.period)], commitment.subject, at=at)
    topics.propose(past, post=made, actor=actor, at=at)
    _ask_residents(past, commitment, at)
    _settle(past, commitment.topic, actor, at)
    return made


def _handled(
    past: Past, kind: Kind, commitment: Commitment, actor: Actor, at: datetime, facts: dict[str, object]
) -> None:
    role = role_of(actor)
    place = commitment.lead.code if role == Role.DOER and commitment.lead else place_of(commitment)
    past.act(kind, commitment.subject, actor=actor, role=role, place=place, at=at, content=facts)


def follow_quick_answer(past: Past, event: Event) -> None:
    topic, at = past.rows(Topic)[0], event.at
    outcome = past.add(
        Outcome(
            topic=topic,
            room=topic.room,
            desk_path=topic.desk_path,
            desk_room_no=topic.desk_room_no,
            kind=OutcomeKind.QUICK_ANSWER.value,
            route=Route.COMMUNITY.value,
            state=OutcomeState.ADOPTED.value,
            text=topic.answer,
            drafted_at=at,
            decided_at=at,
        )
    )
    facts: dict[str, object] = {"topic": topic.no, "kind": outcome.kind}
    past.act(Kind.OUTCOME_DRAFTED, outcome.subject, actor=SYSTEM, at=at, content=facts)
    commitment = past.add(
        Commitment(
            outcome=outcome,
            topic=topic,
            room=topic.room,
            desk_path=topic.desk_path,
            desk_room_no=topic.desk_room_no,
            what=fitted(Commitment, "what", topic.title),
            period=Period.SIMPLE.value,
            state=CommitmentState.ASKING.value,
            assigned_at=at,
            due_at=at,
            accepted_at=at,
            replied_at=at,
            reply_kind=ReplyKind.SOLVED.value,
            scope=topic.scope,
        )
    )
    _follow_record(past, commitment, at)
    made = past.add(
        Reply(commitment=commitment, kind=ReplyKind.SOLVED.value, text=topic.answer, at=at, scope=topic.scope)
    )
    facts = {"topic": topic.no, "reply": ReplyKind.SOLVED.value, "quick": True}
    past.act(Kind.COMMITMENT_REPLIED, commitment.subject, actor=SYSTEM, at=at, content=facts)
    topics.propose(past, post=made, actor=SYSTEM, at=at)
    _ask_residents(past, commitment, at)


def release_commitments(past: Past, event: Event) -> None:
    """What a released topic or record promised becomes public with it."""
    if event.subject_kind in {"topic", "record"}:
        for row in past.rows(Commitment, release=Release.UNRELEASED.value):
            _follow_record(past, row, event.at)


def _follow_record(past: Past, commitment: Commitment, at: datetime) -> None:
    records = past.rows(Record) if commitment.outcome.deliberation else []
    if commitment.topic.is_public and all(row.release == Release.RELEASED for row in records):
        POST.go(commitment, "follow")
        commitment.released_at = at


# -- what residents say ---------------------------------------------------------------------------------------


def _ask_residents(past: Past, commitment: Commitment, at: datetime) -> None:
    closes_at = _wait(past, RATING, commitment, Holder(None), at)
    for submission in past.rows(Submission, topic=commitment.topic):
        if submission.state in {SubmissionState.ACCEPTED, SubmissionState.MERGED}:
            past.add(
                Invitation(
                    commitment=commitment,
                    submission=submission,
                    token_hash=crypto.fingerprint(ids.new_key(), Invitation.PURPOSE),
                    asked_at=at,
                    closes_at=closes_at,
                )
            )


def rate(
    past: Past,
    *,
    invitation: Invitation,
    opinion: Opinion,
    actor: Actor,
    at: datetime,
    rated_by: RatedBy = RatedBy.SELF,
    by_link: bool = False,
) -> Rating:
    if rated_by in rules.OWN:
        rated_by = rules.own_hand(by_link=by_link, in_hands=is_in_hands(invitation))
    commitment = invitation.commitment
    made = past.add(
        Rating(
            invitation=invitation,
            commitment=commitment,
            level=opinion.level.value,
            is_solved=opinion.is_solved,
            reason=opinion.reason.strip(),
            rated_by=rated_by.value,
            at=at,
        )
    )
    facts = {"level": opinion.level.value, "solved": opinion.is_solved, "by": rated_by.value}
    past.act(
        Kind.COMMITMENT_RATED,
        commitment.subject,
        actor=actor,
        role=role_of(actor),
        place=place_of(commitment),
        at=at,
        content=dict(facts),
    )
    if rated_by not in rules.NEVER_SCORED:
        _weigh(past, commitment, at, is_over=commitment.state == CommitmentState.CALLING_BACK)
    return made


def clock_ran_out(past: Past, event: Event) -> None:
    """The rating window closes."""
    if event.payload.get("rule") == RATING:
        commitment = next(row for row in past.rows(Commitment) if row.no == event.subject_no)
        if commitment.state == CommitmentState.ASKING:
            _weigh(past, commitment, event.at, is_over=True)


def _weigh(past: Past, commitment: Commitment, at: datetime, *, is_over: bool) -> None:
    """In the past nobody says that it is not solved."""
    answers = [
        rules.Answer(row.level, row.is_solved, row.rated_by)
        for row in past.rows(Rating, commitment=commitment)
    ]
    share = book().at(local_day(at)).integer("outcomes.reopen_share_percent", commitment.desk_path)
    asked = len(past.rows(Invitation, commitment=commitment))
    match rules.verdict(answers, asked=asked, window_over=is_over, reopen_share_percent=share):
        case Verdict.CONFIRM:
            _close(past, commitment, Closing.CONFIRMED, at)
        case Verdict.CALL_BACK:
            COMMITMENT.go(commitment, "ask_by_telephone")
            past.stop(RATING, commitment.subject, at=at)
            _wait(past, CALL_BACK, commitment, tier_office(commitment), at)
        case Verdict.REOPEN:
            raise NotImplementedError("the past has no reopened commitment")


def called_in_vain(past: Past, *, commitment: Commitment, actor: Actor, at: datetime) -> None:
    commitment.called_back_at = at
    past.act(
        Kind.COMMITMENT_CALLED_BACK,
        commitment.subject,
        actor=actor,
        role=role_of(actor),
        place=place_of(commitment),
        at=at,
        content={"reached": False},
    )
    _close(past, commitment, Closing.NOT_RATED, at)


def _close(past: Past, commitment: Commitment, closing: Closing, at: datetime) -> None:
    COMMITMENT.go(commitment, "close")
    commitment.closed_at, commitment.closing = at, closing.value
    past.stop_all(commitment.subject, at=at)
    for rule in LOOK_BACKS:
        due_at = _wait(past, rule, commitment, holder(commitment), at)
        past.add(LookBack(commitment=commitment, rule=rule, due_on=local_day(due_at)))
    facts: dict[str, object] = {"closing": closing.value}
    past.act(Kind.COMMITMENT_CLOSED, commitment.subject, actor=SYSTEM, at=at, content=facts)
    _settle(past, commitment.topic, SYSTEM, at)


def _settle(past: Past, topic: Topic, actor: Actor, at: datetime) -> None:
    rows = past.rows(Commitment)
    stands = rules.standing([row.state for row in rows], [row.closing for row in rows])
    target = TARGETS[stands]
    if topic.state != target:
        name = next(act for act in LEADS_TO[target] if TOPIC.allows(topic, act))
        topics.move(past, topic, name, actor=actor, role=role_of(actor), at=at)


def look_back(
    past: Past, *, commitment: Commitment, still_holds: bool, note: str, actor: Actor, at: datetime
) -> None:
    look = past.rows(LookBack, commitment=commitment, done_at=None)[0]
    look.done_at, look.still_holds, look.note = at, still_holds, note.strip()
    past.stop(look.rule, commitment.subject, at=at)
    past.act(
        Kind.COMMITMENT_LOOKED_BACK,
        commitment.subject,
        actor=actor,
        role=role_of(actor),
        place=place_of(commitment),
        at=at,
        content={"still_holds": still_holds, "rule": look.rule},
    )
