"""Writing the ledger: one row for each act, in the act's own transaction, with its event."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from shangliang.access.actor import Actor, ActorKind
from shangliang.access.roles import Role
from shangliang.events.actions import emit
from shangliang.events.kinds import Kind, Subject
from shangliang.events.models import Event
from shangliang.kit import clock
from shangliang.ledger import rules
from shangliang.ledger.binding import digests_after
from shangliang.ledger.models import Content, Entry, Pseudonym
from shangliang.rulebook import book

SALT_BYTES = 16


class NobodyActed(ValueError):
    """An act must name who did it."""


def act(
    kind: Kind,
    subject: Subject,
    *,
    actor: Actor,
    role: Role | None = None,
    place: str = "",
    at: datetime,
    content: dict[str, object] | None = None,
    payload: dict[str, object] | None = None,
) -> Event:
    """Record an act and tell the rest of the house: the ledger row and the event, both in this transaction.

    The rows that the act speaks of are bound as they stand now (`config/bindings.py`): it is recorded after they are
    saved. `content` holds the facts the digest vouches for (states, dates, codes); `payload` adds ids for the reactions.
    `role` is the office in which a staff actor acts (`actor.role_for(...)`), `place` the room, unit or area of it.
    """
    facts = dict(content or {})
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an act is recorded in the transaction that does it")
    salt = secrets.token_bytes(SALT_BYTES)
    bound = digests_after(kind, subject, salt)
    entry, body = rows(
        kind,
        subject,
        office=office_of(actor, role, place),
        pseudonym=pseudonym_of(actor),
        at=at,
        facts={**facts, rules.BINDS: bound} if bound else facts,
        salt=salt,
    )
    entry.save(force_insert=True)
    body.entry_id = entry.pk
    body.save(force_insert=True)
    return emit(kind, subject, at=at, payload={**facts, **(payload or {})})


def rows(
    kind: Kind,
    subject: Subject,
    *,
    office: str,
    pseudonym: str,
    at: datetime,
    facts: Mapping[str, object],
    salt: bytes = b"",
) -> tuple[Entry, Content]:
    """The entry of an act and its content, not yet saved: the content takes its key from the entry."""
    salt = salt or secrets.token_bytes(SALT_BYTES)
    body = rules.canonical(facts)
    entry = Entry(
        at=at,
        event=kind.value,
        subject_kind=subject.kind,
        subject_no=subject.no,
        office=office,
        pseudonym=pseudonym,
        rulebook=book().at(clock.local_day(at)).version,
        digest=rules.digest(body, salt),
    )
    return entry, Content(salt=salt, body=body)


def office_of(actor: Actor, role: Role | None, place: str = "") -> str:
    """How an entry names the hand: a role and where it was held, never a person."""
    match actor.kind:
        case ActorKind.SYSTEM:
            return "system"
        case ActorKind.STAFF:
            if role is None:
                raise NobodyActed("a staff actor acts in a role")
            return f"{role.value}@{place}" if place else role.value
        case ActorKind.SUBMITTER:
            return "submitter"
        case _:
            return "resident"


def pseudonym_of(actor: Actor) -> str:
    """The random name of the person behind an actor; nobody in particular for one who gave no key."""
    if actor.kind == ActorKind.SYSTEM:
        return "system"
    if not actor.key:
        return ""
    found, _ = Pseudonym.objects.get_or_create(key=actor.key, defaults={"value": secrets.token_hex(16)})
    return found.value


def erase(entry_ids: list[int], *, by: Kind, at: datetime) -> None:
    """Empty content and salt of entries; their hashes stay, and verification says that content was erased.

    `by` is the act of erasure, of the same thing at the same moment: verification looks for it.
    """
    Content.objects.filter(entry_id__in=entry_ids, erased_at=None).update(
        salt=b"", body="", erased_at=at, erased_reason=rules.ERASURES[by]
    )


def forget(key: str) -> None:
    """Cut the tie between a person and the pseudonym under which they acted."""
    Pseudonym.objects.filter(key=key).delete()
