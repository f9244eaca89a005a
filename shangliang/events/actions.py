"""Writing an event."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.conf import settings
from django.db import transaction

from shangliang.events.kinds import Kind, Subject
from shangliang.events.models import Event, Reactions
from shangliang.kit.jobs import wake


@lru_cache(maxsize=1)
def reactions() -> Reactions:
    """The one table of what follows from what; settings name it because it lies above everything."""
    where, _dot, name = settings.REACTIONS.rpartition(".")
    table: Reactions = getattr(import_module(where), name)
    return table


def idle_reactions() -> Iterator[str]:
    """A sentence for each reaction of an app that the table does not name: it would never be carried out."""
    named = {each for followers in reactions().values() for each in followers}
    for app in apps.get_app_configs():
        if not app.name.startswith("shangliang.") or find_spec(f"{app.name}.reactions") is None:
            continue
        module = import_module(f"{app.name}.reactions")
        for name, each in inspect.getmembers(module, inspect.isfunction):
            takes = [one.annotation for one in inspect.signature(each).parameters.values()]
            is_reaction = (
                each.__module__ == module.__name__
                and not name.startswith("_")
                and takes in (["Event"], [Event])
            )
            if is_reaction and each not in named:
                yield f"{app.name}.reactions.{name} follows no event: name it in config/reactions.py."


_noticed: ContextVar[list[Event] | None] = ContextVar("noticed", default=None)


@contextmanager
def noticed() -> Iterator[list[Event]]:
    """What is written within, in its order: which other things an act has moved."""
    found: list[Event] = []
    token = _noticed.set(found)
    try:
        yield found
    finally:
        _noticed.reset(token)


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
    if (found := _noticed.get()) is not None:
        found.append(event)
    if is_open:
        transaction.on_commit(wake)
    return event
