"""What the ledger binds besides its own facts: the rows that an act speaks of, as they stood after it.

Each app hands in a Binding in its `bound`, `config/bindings.py` gathers them. An act of one of its kinds keeps, in its
content and under its salt, one digest for each group of rows. Nothing of what the rows say enters the ledger; erasing
the content takes the digests with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from shangliang.events.kinds import Kind, Subject
from shangliang.kit.numbered import by_nos
from shangliang.ledger import rules
from shangliang.ledger.triggers import Guard

Groups = Mapping[str, object]  # group -> what its rows say, for `rules.as_bound`


@dataclass(frozen=True)
class Binding:
    """The rows of one kind of thing that may only change by an act."""

    subject: str  # kind of the thing
    kinds: frozenset[
        Kind
    ]  # the acts after which its rows are bound anew; the one that makes it, and all that change them
    things: Callable[[], QuerySet[Any]]  # all of this kind (Numbered, with `no`), with what `groups` reads
    groups: Callable[
        [Any], Groups
    ]  # what the rows of one say; always the same groups, empty where there is nothing

    def with_nos(self, nos: Iterable[str]) -> QuerySet[Any]:
        """Those with these numbers."""
        return by_nos(self.things(), nos)


@dataclass(frozen=True)
class Bindings:
    """All that apps above have handed in: what is bound, and which tables are append-only."""

    bound: tuple[Binding, ...]
    guards: tuple[Guard, ...]


@lru_cache(maxsize=1)
def bindings() -> Bindings:
    """The one table; settings name it because it lies above everything."""
    where, _dot, name = settings.BINDINGS.rpartition(".")
    table: Bindings = getattr(import_module(where), name)
    return table


def digests_after(kind: Kind, subject: Subject, salt: bytes) -> dict[str, str]:
    """What the act binds: a digest for each group of rows of its thing as they stand now."""
    for binding in bindings().bound:
        if binding.subject == subject.kind and kind in binding.kinds:
            row = binding.with_nos([subject.no]).first()
            return digests(binding.groups(row), salt) if row is not None else {}
    return {}


def digests(groups: Groups, salt: bytes) -> dict[str, str]:
    """The keyed hash of each group."""
    return {name: rules.digest(rules.as_bound(rows), salt) for name, rows in groups.items()}
