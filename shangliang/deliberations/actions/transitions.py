"""How every act on a deliberation or a signature begins and ends: the locked row, the move by the table, one ledger row."""

from __future__ import annotations

from datetime import datetime

from shangliang.access.actor import Actor
from shangliang.access.desk import role_on_desk
from shangliang.access.transitions import Begun, RoleOf, begin
from shangliang.clocks import actions as clocks
from shangliang.deliberations import queries
from shangliang.deliberations.models import Deliberation, Record, Signature
from shangliang.deliberations.states import DELIBERATION, SIGNATURE, is_new
from shangliang.desks.actions.records import record
from shangliang.kit.states import IllegalMove
from shangliang.topics.actions.transitions import move_topic
from shangliang.topics.models import Topic
from shangliang.topics.states import TOPIC

PREPARE = "topics.prepare_days"
OWN_CLOCKS = (PREPARE, queries.RECORD_ROOM, queries.RECORD_CITY, queries.SIGN)


def locked(deliberation: Deliberation) -> Deliberation:
    """The row as it is now, and nobody else's until the end of the transaction."""
    rows = Deliberation.objects.select_for_update(of=("self",)).select_related(
        "room", "topic", "poll", "draw"
    )
    return rows.get(pk=deliberation.pk)


def record_of(deliberation: Deliberation) -> Record:
    """The record of a deliberation, begun when it is not there yet."""
    return Record.objects.get_or_create(deliberation=deliberation, defaults={"scope": deliberation.scope})[0]


def stop_clocks(deliberation: Deliberation, at: datetime) -> None:
    """Stop what waits for the session itself. Whoever judges a cover-up of its announcement still has to."""
    clocks.stop_all(deliberation.subject, at=at, of=OWN_CLOCKS)


def begin_deliberation(deliberation: Deliberation, act: str, actor: Actor) -> tuple[Deliberation, Begun]:
    """The row as it is now, checked and moved by the table; one that is not saved yet is taken as it is."""
    row = deliberation if is_new(deliberation) else locked(deliberation)
    return row, begin(DELIBERATION, row, act, actor)


def end(
    begun: Begun,
    deliberation: Deliberation,
    *,
    at: datetime,
    content: dict[str, object] | None = None,
    payload: dict[str, object] | None = None,
) -> None:
    """Save, count the version up for whoever watches live, and record the act."""
    deliberation.version += 1
    deliberation.save()
    record(
        begun,
        deliberation,
        at=at,
        content={"state": deliberation.state, **(content or {})},
        payload={"topic": deliberation.topic.no, **(payload or {})},
    )


def begin_signature(
    signature: Signature, act: str, actor: Actor, role_of: RoleOf = role_on_desk
) -> tuple[Signature, Begun]:
    """The signature with its record and deliberation, locked from the top down; taken back with its record, it is gone."""
    pk = Record.objects.values_list("deliberation_id", flat=True).get(pk=signature.record_id)
    deliberation = locked(Deliberation(pk=pk))
    found = Signature.objects.select_related("record", "person__account").filter(pk=signature.pk).first()
    if found is None:
        raise IllegalMove(SIGNATURE.name, act, "gone")
    found.record.deliberation = deliberation
    return found, begin(SIGNATURE, found, act, actor, role_of)


def take_along(topic: Topic, act: str, begun: Begun, at: datetime) -> None:
    """Move the topic as well, where its own table allows it; it may be there already."""
    topic.refresh_from_db(fields=["state"])
    if TOPIC.leads_from(act, topic.state):
        move_topic(topic=topic, act=act, actor=begun.actor, role=begun.role, at=at)
