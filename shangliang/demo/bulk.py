"""Rows by the thousand: keys are given here, rows are written once at the end, in the order of their foreign keys."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.core.management.color import no_style
from django.db import connection
from django.db.models import Max, Model

from shangliang.access.actor import Actor, ActorKind
from shangliang.ledger.models import Pseudonym

M = TypeVar("M", bound=Model)
BATCH = 800


class Bulk:
    """Collects rows and writes them."""

    def __init__(self) -> None:
        self._rows: dict[type[Model], list[Model]] = defaultdict(list)
        self._written: dict[type[Model], int] = defaultdict(int)
        self._pseudonyms: dict[str, str] = {}
        self._drawn: set[str] = set()

    def once(self, draw: Callable[[], str]) -> str:
        """A drawn word that was not drawn before: among a province's slips two alike are no rarity."""
        while (word := draw()) in self._drawn:
            pass
        self._drawn.add(word)
        return word

    def add(self, row: M) -> M:
        """Give the row the next key of its table and keep it."""
        rows = self._rows[type(row)]
        if not rows:
            self._written[type(row)] = type(row)._default_manager.aggregate(last=Max("pk"))["last"] or 0
        rows.append(row)
        row.pk = self._written[type(row)] + len(rows)
        return row

    def keep(self, row: Model) -> None:
        """Keep a row that has its key already."""
        self._rows[type(row)].append(row)

    def rows(self, table: type[M]) -> list[M]:
        """What is kept of one table since the last `write`."""
        return [row for row in self._rows[table] if isinstance(row, table)]

    def pseudonym(self, actor: Actor) -> str:
        """The random name of the person behind an actor, as `ledger.actions.pseudonym_of` finds or makes it."""
        if actor.kind == ActorKind.SYSTEM:
            return "system"
        if actor.key and actor.key not in self._pseudonyms:
            self._pseudonyms[actor.key] = secrets.token_hex(16)
            self.add(Pseudonym(key=actor.key, value=self._pseudonyms[actor.key]))
        return self._pseudonyms.get(actor.key, "")

    def write(self) -> None:
        """Write what is kept and let go of it; the keys of PostgreSQL's sequences go on after ours."""
        tables = _in_order(self._rows)
        for table in tables:
            table._default_manager.bulk_create(self._rows[table], batch_size=BATCH)
            self._rows.pop(table)
        sequences = connection.ops.sequence_reset_sql(no_style(), tables)
        with connection.cursor() as cursor:
            for statement in sequences:
                cursor.execute(statement)


def _in_order(tables: Iterable[type[Model]]) -> list[type[Model]]:
    """Tables before those that point to them; of two that point to each other, the one that need not goes first."""
    left: set[type[Model]] = set(tables)
    done: list[type[Model]] = []
    while left:
        ready = _free_of(left) or _free_of(left, only_required=True)
        if not ready:
            raise ValueError(f"these tables wait for each other: {left}")
        done += sorted(ready, key=lambda table: table._meta.label)
        left -= set(ready)
    return done


def _free_of(left: set[type[Model]], *, only_required: bool = False) -> list[type[Model]]:
    return [
        table
        for table in left
        if not any(
            field.related_model in left and field.related_model is not table
            for field in table._meta.concrete_fields
            if field.related_model and not (only_required and field.null)
        )
    ]
