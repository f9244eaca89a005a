"""What every step shares: the locked row, the move of its machine, the one ledger row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shangliang.access.actor import Actor
from shangliang.access.desk import require_role
from shangliang.access.roles import Permission, Role
from shangliang.deliberations.models import Deliberation, Record
from shangliang.deliberations.states import DELIBERATION
from shangliang.desks.queries import place_of
from shangliang.events.kinds import Kind
from shangliang.ledger.actions import act
from shangliang.topics.actions import transitions
from shangliang.topics.models import Topic
from shangliang.topics.states import TOPIC

PREPARE = "topics.prepare_days"


def locked(deliberation: Deliberation) -> Deliberation:
    """The row as it is now, and nobody else's until the end of the transaction."""
    rows = Deliberation.objects.select_for_update(of=("self",)).select_related(
        "room", "topic", "poll", "draw"
    )
    return rows.get(pk=deliberation.pk)


def locked_record(deliberation: Deliberation) -> Record:
    """The record of a deliberation, begun when it is not there yet."""
    return Record.objects.get_or_create(deliberation=deliberation, defaults={"scope": deliberation.scope})[0]


def begin(deliberation: Deliberation, name: str, actor: Actor) -> tuple[Deliberation, Role | None, Any]:
    """Lock, check the permission that the table names, and find the move; raises Denied or IllegalMove."""
    deliberation = locked(deliberation)
    transition = DELIBERATION.move(name, deliberation.state)
    role = require_role(actor, Permission(transition.by), deliberation) if transition.by else None
    return deliberation, role, transition


def end(
    deliberation: Deliberation,
    kind: Kind | str,
    *,
    actor: Actor,
    role: Role | None,
    at: datetime,
    content: dict[str, object] | None = None,
    payload: dict[str, object] | None = None,
) -> None:
    """Save, count the version up for whoever watches live, and record the act."""
    deliberation.version += 1
    deliberation.save()
    act(
        Kind(kind),
        deliberation.subject,
        actor=actor,
        role=role,
        place=place_of(deliberation),
        at=at,
        content={"state": deliberation.state, **(content or {})},
        payload={"topic": deliberation.topic.no, **(payload or {})},
    )


def move_topic(
    topic: Topic, name: str, *, actor: Actor, role: Role | None, at: datetime, reason: str = ""
) -> None:
    """Take the topic along where its own machine allows it; it may be there already."""
    state = Topic.objects.values_list("state", flat=True).get(pk=topic.pk)
    if TOPIC.leads_from(name, state):
        transitions.move_topic(topic=topic, act=name, actor=actor, role=role, at=at, reason=reason)
