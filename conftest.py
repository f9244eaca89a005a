"""What every test starts with, and the filled town for those that ask for it."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.cache import cache
from django.core.management.color import no_style
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import settings
from pytest_django.plugin import DjangoDbBlocker

from shangliang.config import undefined
from shangliang.kit import clock, crypto, limits
from tests import databases

undefined.watch()

# A busy machine is slow, not wrong: no property fails by the time that one example took.
settings.register_profile("shangliang", deadline=None)
settings.load_profile("shangliang")

# Django empties every table after a test that committed, and the ledger refuses; a copy of the empty one is faster too.
TransactionTestCase._fixture_teardown = lambda case: databases.empty_again()  # type: ignore[attr-defined]


DATABASES = ("django_db_setup", "environ", "demo_environ")  # fixtures that bring one


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What touches a database is marked: only that is run a second time, on the other engine.

    The others cannot be wrong about it, pytest-django lets them reach no database. In a run on several cores the
    longest come first, so that no core waits at the end for another.
    """
    for item in items:
        touches = item.get_closest_marker("django_db") or _asks(item, *DATABASES)
        if touches and not item.get_closest_marker("one_engine"):
            item.add_marker("database")
        if item.path.name == "test_machines.py":
            item.add_marker("lives")
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: not _is_long(item))


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end of the run: looking through it for garbage again and again finds none."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def _asks(item: pytest.Item, *fixtures: str) -> bool:
    return not set(fixtures).isdisjoint(getattr(item, "fixturenames", ()))


def _is_long(item: pytest.Item) -> bool:
    marked = item.get_closest_marker("journey") or item.get_closest_marker("slow")
    return bool(marked) or _asks(item, "filled_town", "served_town", "demo_environ")


@pytest.fixture
def numbered_from_one(db: None) -> None:
    """For tests that name a number: PostgreSQL's sequences go on over what tests before have rolled back."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Instead of pytest-django's: migrated once in a run, not once in every worker."""
    with django_db_blocker.unblock():
        databases.begin()
    yield
    with django_db_blocker.unblock():
        databases.end()


def pytest_configure() -> None:
    """Keys for all workers: made at the first use they would be looked for in a database, which few tests may reach."""
    if not Path(django_settings.KEYS_FILE).exists():
        crypto.Keyring.fresh().write(Path(django_settings.KEYS_FILE))


def pytest_unconfigure() -> None:
    if "PYTEST_XDIST_WORKER" not in os.environ:
        databases.forget()


@pytest.fixture(autouse=True)
def _no_tries_counted() -> None:
    """Limits live outside the test's transaction on SQLite."""
    if connection.vendor == "sqlite":
        limits.clear()


@pytest.fixture
def filled_town(db: None) -> Iterator[None]:
    """The demo town on a working day; what the test writes there is undone."""
    with databases.town(), clock.at(databases.TODAY):
        cache.clear()
        yield
    cache.clear()


@pytest.fixture
def served_town(transactional_db: None) -> None:
    """The town as the demo leaves it today, for a test whose server or browser has to see it."""
    databases.demo_for_all()
    cache.clear()


# -- a deployment of its own: settings of processes that a test starts --------------------------------------------


@pytest.fixture
def environ(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A fresh folder and a fresh database, with nothing in them yet."""
    yield from _deployment(tmp_path, databases.new(tmp_path))


@pytest.fixture
def migrated_environ(tmp_path: Path, django_db_setup: None) -> Iterator[dict[str, str]]:
    """The same, with its tables."""
    yield from _deployment(tmp_path, databases.copy_empty(tmp_path))


@pytest.fixture
def demo_environ(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The same, with the town as the demo leaves it today."""
    yield from _deployment(tmp_path, databases.copy_demo(tmp_path))


def _deployment(home: Path, url: str) -> Iterator[dict[str, str]]:
    yield {
        **os.environ,
        "SHANGLIANG_HOME": str(home),
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "shangliang.config.settings",
        "WAKE_WORKER": "",
        "LOG_LEVEL": "CRITICAL",
    }
    databases.drop(url)
