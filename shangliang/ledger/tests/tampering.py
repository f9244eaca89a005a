"""What somebody does who owns the tables: takes the triggers away, changes rows, and puts the triggers back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection

from shangliang.ledger.binding import bindings


def execute(statements: Iterable[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


@contextmanager
def unlocked() -> Iterator[None]:
    """Without the triggers."""
    vendor = connection.vendor
    for guard in bindings().guards:
        execute(guard.drop(vendor))
    yield
    for guard in bindings().guards:
        execute(guard.create(vendor) + guard.create_more(vendor))
