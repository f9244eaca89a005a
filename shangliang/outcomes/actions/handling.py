"""The doer's side: sign for it or say "not ours", plan, ask for more time, answer A, B or C."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.core.files.base import ContentFile
from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.clocks import actions as clocks
from shangliang.desks.actions import publication
from shangliang.desks.actions.undoing import undoable
from shangliang.kit import ids
from shangliang.kit.clock import local_day
from shangliang.kit.guards import Unmet, require
from shangliang.kit.papers import PHOTO
from shangliang.kit.workdays import months_after
from shangliang.outcomes import rules
from shangliang.outcomes.actions.asking import ask_residents
from shangliang.outcomes.actions.assigning import (
    ACCEPT,
    ASSIGN,
    PERIOD_RULES,
    WORK_RULES,
    end_of,
    start_work,
)
from shangliang.outcomes.actions.told import Told, act_of, facts_of, gaps_of, take_down
from shangliang.outcomes.actions.topic_state import settle
from shangliang.outcomes.actions.transitions import begin_commitment, end
from shangliang.outcomes.models import Commitment, Reply, ReplyFile
from shangliang.outcomes.queries import settling_office
from shangliang.outcomes.states import COMMITMENT, CommitmentState, FileKind, Period, ReplyKind
from shangliang.rulebook import book

EXTENSION = "outcomes.extension_decide_days"
REPLY_ACTS = {
    ReplyKind.SOLVED: "reply_solved",
    ReplyKind.PLANNED: "reply_planned",
    ReplyKind.LACKING: "reply_lacking",
}
PUT_OFF_RULES = {
    ReplyKind.PLANNED: "outcomes.planned_max_months",
    ReplyKind.LACKING: "outcomes.lacking_max_months",
}


@undoable(COMMITMENT, "accept", takes="commitment")
@transaction.atomic
def accept(*, commitment: Commitment, actor: Actor, at: datetime) -> None:
    """签收."""
    sign_for(commitment=commitment, actor=actor, at=at)


def sign_for(*, commitment: Commitment, actor: Actor, at: datetime, told: Told | None = None) -> None:
    """The same, by the doer's own hand or as an office was `told`."""
    commitment, begun = begin_commitment(commitment, act_of("accept", told), actor)
    require(gaps_of(told))
    commitment.accepted_at = at
    commitment.save()
    take_down(told, commitment, begun, at)
    end(begun, commitment, at, **facts_of(told))
    clocks.stop(ACCEPT, commitment.subject, at=at)
    start_work(commitment, at)


@undoable(COMMITMENT, "decline", takes="commitment")
@transaction.atomic
def decline(*, commitment: Commitment, reason: str, actor: Actor, at: datetime) -> None:
    """ "Not ours", with a reason; the assigning office settles who does it."""
    give_back(commitment=commitment, reason=reason, actor=actor, at=at)


def give_back(
    *, commitment: Commitment, reason: str, actor: Actor, at: datetime, told: Told | None = None
) -> None:
    """The same, by the doer's own hand or as an office was `told`."""
    commitment, begun = begin_commitment(commitment, act_of("decline", told), actor)
    unmet = [] if reason.strip() else [Unmet("decline_reason_missing", mend="reason")]
    require([*unmet, *gaps_of(told)])
    commitment.decline_reason = reason.strip()
    commitment.save()
    take_down(told, commitment, begun, at)
    end(begun, commitment, at, **facts_of(told))
    clocks.stop(ACCEPT, commitment.subject, at=at)
    _wait_for_office(commitment, at)


@transaction.atomic
def plan_work(
    *, commitment: Commitment, plan: str, actor: Actor, at: datetime, told: Told | None = None
) -> None:
    """What will be done by when, in the doer's own words."""
    commitment, begun = begin_commitment(commitment, act_of("plan_work", told), actor)
    unmet = [] if plan.strip() else [Unmet("plan_missing", mend="plan")]
    require([*unmet, *gaps_of(told)])
    commitment.work_plan = plan.strip()
    commitment.save()
    take_down(told, commitment, begun, at)
    end(begun, commitment, at, **facts_of(told))


@undoable(COMMITMENT, "ask_extension", takes="commitment")
@transaction.atomic
def ask_extension(*, commitment: Commitment, until: date, reason: str, actor: Actor, at: datetime) -> None:
    """The doer asks for more time. Nothing moves by itself: the date stands until the assigning office answers."""
    wish_for_time(commitment=commitment, until=until, reason=reason, actor=actor, at=at)


def wish_for_time(
    *,
    commitment: Commitment,
    until: date,
    reason: str,
    actor: Actor,
    at: datetime,
    told: Told | None = None,
) -> None:
    """The same, by the doer's own hand or as an office was `told`."""
    commitment, begun = begin_commitment(commitment, act_of("ask_extension", told), actor)
    unmet = _extension_gaps(commitment, until, reason, local_day(commitment.due_at), at)
    require([*unmet, *gaps_of(told)])
    commitment.asked_until, commitment.asked_reason = until, reason.strip()
    commitment.refusal_reason = ""
    commitment.save()
    take_down(told, commitment, begun, at)
    end(begun, commitment, at, until=until.isoformat(), **facts_of(told))
    clocks.start(
        EXTENSION,
        commitment.subject,
        holder=settling_office(commitment),
        at=at,
        area_path=commitment.desk_path,
    )


@undoable(COMMITMENT, "refuse_extension", takes="commitment")
@transaction.atomic
def refuse_extension(*, commitment: Commitment, reason: str, actor: Actor, at: datetime) -> None:
    """No more time, with a reason that the doer reads; the old date stands."""
    commitment, begun = begin_commitment(commitment, "refuse_extension", actor)
    require([] if reason.strip() else [Unmet("extension_refusal_reason_missing", mend="reason")])
    commitment.refusal_reason = reason.strip()
    _answer_extension(commitment, at)
    commitment.save()
    end(begun, commitment, at)


def _answer_extension(commitment: Commitment, at: datetime) -> None:
    """What was asked for has been answered, or is needed no more. The caller saves."""
    commitment.asked_until, commitment.asked_reason = None, ""
    clocks.stop(EXTENSION, commitment.subject, at=at)


def _extension_gaps(
    commitment: Commitment,
    until: date,
    reason: str,
    was: date | None,
    at: datetime,
    latest: date | None = None,
) -> list[Unmet]:
    """What stands against more time."""
    return rules.missing_for_extension(
        times=commitment.extended_count,
        most=book().at(local_day(at)).integer("outcomes.extensions_count", commitment.desk_path),
        reason=reason,
        until=until,
        was=was,
        latest=latest,
    )


@transaction.atomic
def extend(*, commitment: Commitment, until: date, reason: str, actor: Actor, at: datetime) -> None:
    """More time, given by the assigning office, with the reason that everybody reads.

    What is under way is due later. What was put into a plan (reply B) comes back later: a plan is dated anew by the
    same office, and no further ahead than a plan may reach.
    """
    is_planned = commitment.state == CommitmentState.PLANNED
    commitment, begun = begin_commitment(commitment, "extend_plan" if is_planned else "extend", actor)
    was = commitment.planned_on if is_planned else local_day(commitment.due_at)
    latest = _latest(commitment, ReplyKind.PLANNED, at) if is_planned else None
    require(_extension_gaps(commitment, until, reason, was, at, latest))
    if is_planned:
        rule, commitment.planned_on = ASSIGN, until
    else:
        rule, commitment.due_at = PERIOD_RULES[Period(commitment.period)], end_of(until)
    _answer_extension(commitment, at)
    commitment.extension_reason, commitment.refusal_reason = reason.strip(), ""
    commitment.extended_count += 1
    commitment.save()
    end(begun, commitment, at, until=until.isoformat())
    clocks.extend(rule, commitment.subject, until=end_of(until), reason=reason.strip(), at=at)
    if is_planned:
        settle(commitment.topic, begun, at)


@dataclass(frozen=True)
class Attached:
    """A file that goes with an answer, already judged by its content; `ending` says what it is."""

    kind: FileKind
    data: bytes
    ending: str = PHOTO


@dataclass(frozen=True)
class Answer:
    """What the doer writes, and the files that show it."""

    kind: ReplyKind
    text: str
    planned_on: date | None = None
    files: tuple[Attached, ...] = ()


def _latest(commitment: Commitment, kind: ReplyKind, at: datetime) -> date | None:
    """The last day to which an answer of this kind may put it off: "later" is not "never"."""
    if kind not in PUT_OFF_RULES:
        return None
    months = book().at(local_day(at)).integer(PUT_OFF_RULES[kind], commitment.desk_path)
    return local_day(months_after(at, months))


@transaction.atomic
def reply(
    *, commitment: Commitment, answer: Answer, actor: Actor, at: datetime, told: Told | None = None
) -> Reply:
    """Answer A, B or C. After A the residents are asked; B and C come back on their date."""
    commitment, begun = begin_commitment(commitment, act_of(REPLY_ACTS[answer.kind], told), actor)
    unmet = rules.missing_for_reply(
        kind=answer.kind,
        text=answer.text,
        planned_on=answer.planned_on,
        today=local_day(at),
        latest=_latest(commitment, answer.kind, at),
    )
    require([*unmet, *gaps_of(told)])
    commitment.reply_kind = answer.kind.value
    commitment.replied_at, commitment.planned_on = at, answer.planned_on
    _answer_extension(commitment, at)
    commitment.save()
    made = Reply(
        commitment=commitment,
        kind=answer.kind.value,
        text=answer.text.strip(),
        planned_on=answer.planned_on,
        at=at,
        scope=commitment.scope,
        relay=take_down(told, commitment, begun, at),
    )
    made.save()
    _keep(made, answer.files)
    end(begun, commitment, at, reply=answer.kind.value, **facts_of(told))
    for rule in WORK_RULES:
        clocks.stop(rule, commitment.subject, at=at)
    publication.propose(post=made, actor=actor, role=begun.role, at=at, place=begun.place)
    if answer.kind == ReplyKind.SOLVED:
        ask_residents(commitment, at)
    elif answer.planned_on is not None:
        _wait_for_office(commitment, at, end_of(answer.planned_on))
    settle(commitment.topic, begun, at)
    return made


def _keep(made: Reply, files: tuple[Attached, ...]) -> None:
    """Under names that nobody guesses."""
    rows = [ReplyFile(reply=made, kind=each.kind.value) for each in files]
    for row, each in zip(rows, files, strict=True):
        row.file.save(f"{ids.new_key()}.{each.ending}", ContentFile(each.data), save=False)
    ReplyFile.objects.bulk_create(rows)


def _wait_for_office(commitment: Commitment, at: datetime, until: datetime | None = None) -> None:
    """The office that assigned it settles who does it, or takes it up again on its day."""
    clocks.start(
        ASSIGN,
        commitment.subject,
        holder=settling_office(commitment),
        at=at,
        area_path=commitment.desk_path,
        due_at=until,
    )
