"""Writing an event."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from shangliang.events.kinds import Kind, Subject
from shangliang.events.models import Event, Reactions


@lru_cache(maxsize=1)
def reactions() -> Reactions:
    """The one table of what follows from what; settings name it because it lies above everything."""
    table: Reactions = import_string(settings.REACTIONS)
    return table


def emit(kind: Kind, subject: Subject, *, at: datetime, payload: dict[str, object] | None = None) -> Event:
    """Write an event into the running transaction, and wake the worker once that has committed."""
    is_open = bool(reactions().get(kind))
    event = Event.objects.create(
        kind=kind.value,
        subject_kind=subject.kind,
        subject_no=subject.no,
        payload=payload or {},
        at=at,
        is_open=is_open,
    )
    if is_open:
        transaction.on_commit(_wake)
    return event


def _wake() -> None:
    wake = getattr(settings, "WAKE_WORKER", "")
    if wake:
        import_string(wake)()
