"""The doer's side: sign for it or say "not ours", plan, ask for more time, answer A, B or C."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shangliang.access.actor import Actor
from shangliang.access.denied import Denied
from shangliang.access.desk import require_role, role_on_desk
from shangliang.access.roles import Permission, Role
from shangliang.clocks import actions as clocks
from shangliang.desks.actions import publication
from shangliang.events.kinds import Kind
from shangliang.kit.clock import local_day
from shangliang.kit.guards import Unmet, require
from shangliang.kit.workdays import months_after
from shangliang.ledger.actions import act
from shangliang.outcomes import rules
from shangliang.outcomes.actions.asking import ask_residents
from shangliang.outcomes.actions.assigning import (
    PERIOD_RULES,
    WORK_RULES,
    end_of,
    settling_office,
    start_work,
)
from shangliang.outcomes.actions.desks import office_of
from shangliang.outcomes.actions.standing import settle
from shangliang.outcomes.models import Commitment, Reply
from shangliang.outcomes.states import COMMITMENT, Period, ReplyKind
from shangliang.rulebook import book

REPLY_ACTS = {
    ReplyKind.SOLVED: "reply_solved",
    ReplyKind.PLANNED: "reply_planned",
    ReplyKind.LACKING: "reply_lacking",
}


def handling_role(actor: Actor, commitment: Commitment) -> Role:
    """The role in which `actor` handles it: 主办's officer, or the room where the community does it itself."""
    if commitment.lead is not None:
        role = actor.role_for(Permission.COMMITMENT_HANDLE, unit_code=commitment.lead.code)
    else:
        role = role_on_desk(actor, Permission.COMMITMENT_HANDLE, commitment)
    if role is None:
        raise Denied(_("这件事由主办单位办理，您可以查看，不能代为答复。"))
    return role


@transaction.atomic
def accept(*, commitment: Commitment, actor: Actor, at: datetime) -> None:
    """签收."""
    commitment, role = _taken(commitment, actor)
    commitment.state = COMMITMENT.move("accept", commitment.state).target.value
    commitment.accepted_at = at
    commitment.save()
    _act(Kind.COMMITMENT_ACCEPTED, commitment, actor, role, at)
    clocks.stop("outcomes.accept_days", commitment.subject, at=at)
    start_work(commitment, at)


@transaction.atomic
def decline(*, commitment: Commitment, reason: str, actor: Actor, at: datetime) -> None:
    """ "Not ours", with a reason; the assigning office settles who does it."""
    commitment, role = _taken(commitment, actor)
    transition = COMMITMENT.move("decline", commitment.state)
    require([] if reason.strip() else [Unmet("decline_reason_missing", mend="reason")])
    commitment.state, commitment.decline_reason = transition.target.value, reason.strip()
    commitment.save()
    _act(Kind.COMMITMENT_DECLINED, commitment, actor, role, at)
    clocks.stop("outcomes.accept_days", commitment.subject, at=at)
    clocks.start(
        "outcomes.assign_days",
        commitment.subject,
        holder=settling_office(commitment),
        at=at,
        area_path=commitment.desk_path,
    )


@transaction.atomic
def plan_work(*, commitment: Commitment, plan: str, actor: Actor, at: datetime) -> None:
    """What will be done by when, in the doer's own words."""
    commitment, role = _taken(commitment, actor)
    COMMITMENT.move("plan_work", commitment.state)
    require([] if plan.strip() else [Unmet("plan_missing", mend="plan")])
    commitment.work_plan = plan.strip()
    commitment.save()
    _act(Kind.COMMITMENT_PLANNED, commitment, actor, role, at)


@transaction.atomic
def extend(*, commitment: Commitment, until: date, reason: str, actor: Actor, at: datetime) -> None:
    """More time, given by the assigning office or the town, with the reason that everybody reads."""
    role = require_role(actor, Permission.COMMITMENT_EXTEND, commitment)
    commitment = _locked(commitment)
    COMMITMENT.move("extend", commitment.state)
    most = book().at(local_day(at)).integer("outcomes.extensions_count", commitment.desk_path)
    unmet = []
    if commitment.extended_count >= most:
        unmet.append(Unmet("extensions_used_up", {"n": most}))
    if not reason.strip():
        unmet.append(Unmet("extension_reason_missing", mend="reason"))
    if end_of(until) <= commitment.due_at:
        unmet.append(Unmet("extension_date_not_later", mend="until"))
    require(unmet)
    commitment.due_at, commitment.extension_reason = end_of(until), reason.strip()
    commitment.extended_count += 1
    commitment.save()
    _act(Kind.COMMITMENT_EXTENDED, commitment, actor, role, at, until=until.isoformat())
    clocks.extend(
        PERIOD_RULES[Period(commitment.period)],
        commitment.subject,
        until=commitment.due_at,
        reason=reason.strip(),
        at=at,
    )


@dataclass(frozen=True)
class Answer:
    """What the doer writes; `evidence` is an already re-encoded picture."""

    kind: ReplyKind
    text: str
    planned_on: date | None = None
    evidence: bytes = b""


PUT_OFF_RULES = {
    ReplyKind.PLANNED: "outcomes.planned_max_months",
    ReplyKind.LACKING: "outcomes.lacking_max_months",
}


def _latest(commitment: Commitment, kind: ReplyKind, at: datetime) -> date | None:
    """The last day to which an answer of this kind may put it off: "later" is not "never"."""
    if kind not in PUT_OFF_RULES:
        return None
    months = book().at(local_day(at)).integer(PUT_OFF_RULES[kind], commitment.desk_path)
    return local_day(months_after(at, months))


@transaction.atomic
def reply(*, commitment: Commitment, answer: Answer, actor: Actor, at: datetime) -> Reply:
    """Answer A, B or C. After A the residents are asked; B and C come back on their date."""
    commitment, role = _taken(commitment, actor)
    transition = COMMITMENT.move(REPLY_ACTS[answer.kind], commitment.state)
    require(
        rules.missing_for_reply(
            kind=answer.kind,
            text=answer.text,
            planned_on=answer.planned_on,
            today=local_day(at),
            latest=_latest(commitment, answer.kind, at),
        )
    )
    commitment.state, commitment.reply_kind = transition.target.value, answer.kind.value
    commitment.replied_at, commitment.planned_on = at, answer.planned_on
    commitment.save()
    made = Reply(
        commitment=commitment,
        kind=answer.kind.value,
        text=answer.text.strip(),
        planned_on=answer.planned_on,
        at=at,
        scope=commitment.scope,
    )
    if answer.evidence:
        made.evidence.save(f"{commitment.no}.jpg", ContentFile(answer.evidence), save=False)
    made.save()
    _act(Kind.COMMITMENT_REPLIED, commitment, actor, role, at, reply=answer.kind.value)
    for rule in WORK_RULES:
        clocks.stop(rule, commitment.subject, at=at)
    publication.propose(post=made, actor=actor, role=role, at=at)
    if answer.kind == ReplyKind.SOLVED:
        ask_residents(commitment, at)
    elif answer.planned_on is not None:
        _come_back(commitment, answer.planned_on, at)
    settle(commitment.topic, actor=actor, role=role, at=at)
    return made


def _come_back(commitment: Commitment, on: date, at: datetime) -> None:
    clocks.start(
        "outcomes.assign_days",
        commitment.subject,
        holder=settling_office(commitment),
        at=at,
        area_path=commitment.desk_path,
        due_at=end_of(on),
    )


def _taken(commitment: Commitment, actor: Actor) -> tuple[Commitment, Role]:
    role = handling_role(actor, commitment)
    return _locked(commitment), role


def _locked(commitment: Commitment) -> Commitment:
    rows = Commitment.objects.select_for_update(of=("self",)).select_related(
        "topic", "lead", "outcome", "room"
    )
    return rows.get(pk=commitment.pk)


def _act(
    kind: Kind, commitment: Commitment, actor: Actor, role: Role | None, at: datetime, **facts: object
) -> None:
    place = commitment.lead.code if role == Role.DOER and commitment.lead else office_of(commitment)
    act(kind, commitment.subject, actor=actor, role=role, place=place, at=at, content=facts)
