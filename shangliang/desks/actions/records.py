"""How every act on a desk ends: one ledger row, one event, under the name of the place."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shangliang.access.transitions import Begun
from shangliang.desks.queries import place_of
from shangliang.events.kinds import Kind, Subject
from shangliang.events.models import Event
from shangliang.ledger.actions import act


def record(
    begun: Begun,
    thing: Any,
    *,
    at: datetime,
    subject: Subject | None = None,
    place: str = "",
    content: dict[str, object] | None = None,
    payload: dict[str, object] | None = None,
) -> Event:
    """Write down what `begun` has done to `thing` (OnDesk, with a `subject`), in the office that did it.

    `subject` where it is not the thing itself (its record, its reply); `place` where it has left for another desk.
    """
    return act(
        Kind(begun.event),
        subject or thing.subject,
        actor=begun.actor,
        role=begun.role,
        place=place or begun.place or place_of(thing),
        at=at,
        content=content,
        payload=payload,
    )
