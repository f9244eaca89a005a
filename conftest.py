"""What every test starts with."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import settings

from shangliang.kit import limits
from shangliang.ledger import triggers

# A busy machine is slow, not wrong: no property fails by the time that one example took.
settings.register_profile("shangliang", deadline=None)
settings.load_profile("shangliang")

_tear_down: Callable[[TransactionTestCase], None] = TransactionTestCase._fixture_teardown


def _without_triggers(case: TransactionTestCase) -> None:
    """Django empties the tables after a test that committed; the ledger refuses, so its triggers step aside."""
    with connection.cursor() as cursor:
        for statement in triggers.drop(connection.vendor):
            cursor.execute(statement)
    _tear_down(case)
    with connection.cursor() as cursor:
        for statement in triggers.create(connection.vendor):
            cursor.execute(statement)


TransactionTestCase._fixture_teardown = _without_triggers  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _no_tries_counted() -> None:
    """Limits live outside the test's transaction on SQLite."""
    if connection.vendor == "sqlite":
        limits.clear()
