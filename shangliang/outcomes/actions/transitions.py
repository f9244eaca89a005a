"""How every act on an outcome or commitment begins and ends: the locked row, the move by the table, the ledger row."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from shangliang.access.actor import Actor
from shangliang.access.roles import Role
from shangliang.access.transitions import Begun, begin
from shangliang.desks.actions.records import record
from shangliang.kit.states import Machine
from shangliang.outcomes.models import Commitment, Outcome
from shangliang.outcomes.permissions import role_over
from shangliang.outcomes.states import COMMITMENT, OUTCOME


def begin_outcome(outcome: Outcome, act: str, actor: Actor) -> tuple[Outcome, Begun]:
    """The row as it is now, and nobody else's until the end of the transaction; checked and moved by the table."""
    rows = Outcome.objects.select_for_update(of=("self",))
    row = rows.select_related("topic", "room", "deliberation__record").get(pk=outcome.pk)
    return row, begin(OUTCOME, row, act, actor)


def locked(commitment_id: int) -> Commitment:
    """The commitment as it is now, and nobody else's until the end of the transaction."""
    rows = Commitment.objects.select_for_update(of=("self",))
    return rows.select_related("topic", "lead", "outcome", "room").get(pk=commitment_id)


def begin_commitment(commitment: Commitment, act: str, actor: Actor) -> tuple[Commitment, Begun]:
    """The same for a commitment; a doer acts in the office of the unit."""
    row = locked(commitment.pk)
    begun = begin(COMMITMENT, row, act, actor, role_over)
    unit = row.lead.code if begun.role == Role.DOER and row.lead else ""
    return row, replace(begun, place=unit)


def follow(begun: Begun, machine: Machine[Any], row: Any, act: str) -> Begun:
    """What `begun` leads to by itself: the next move, by the same hand."""
    was = machine.state_of(row)
    return Begun(begun.actor, begun.role, machine.go(row, act).event, was, begun.place)


def end(begun: Begun, commitment: Commitment, at: datetime, **facts: object) -> None:
    """Write down what was done to a commitment."""
    record(begun, commitment, at=at, content=facts)
