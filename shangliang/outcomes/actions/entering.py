"""What an office enters for a doer that nobody signs in for: the doer's own acts, marked as entered, by whom and how."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from shangliang.access.actor import Actor
from shangliang.outcomes.actions import handling
from shangliang.outcomes.actions.handling import Answer
from shangliang.outcomes.actions.told import Told
from shangliang.outcomes.models import Commitment, Reply


@transaction.atomic
def accept(*, commitment: Commitment, told: Told, actor: Actor, at: datetime) -> None:
    """签收, as the unit has said."""
    handling.sign_for(commitment=commitment, actor=actor, at=at, told=told)


@transaction.atomic
def decline(*, commitment: Commitment, reason: str, told: Told, actor: Actor, at: datetime) -> None:
    """ "Not ours", as the unit has said."""
    handling.give_back(commitment=commitment, reason=reason, actor=actor, at=at, told=told)


@transaction.atomic
def plan_work(*, commitment: Commitment, plan: str, told: Told, actor: Actor, at: datetime) -> None:
    """How the unit wants to go about it."""
    handling.plan_work(commitment=commitment, plan=plan, actor=actor, at=at, told=told)


@transaction.atomic
def ask_extension(
    *, commitment: Commitment, until: date, reason: str, told: Told, actor: Actor, at: datetime
) -> None:
    """The unit asks for more time."""
    handling.wish_for_time(commitment=commitment, until=until, reason=reason, actor=actor, at=at, told=told)


@transaction.atomic
def reply(*, commitment: Commitment, answer: Answer, told: Told, actor: Actor, at: datetime) -> Reply:
    """The unit's answer A, B or C; reviewed as one by its own hand is."""
    return handling.reply(commitment=commitment, answer=answer, actor=actor, at=at, told=told)
