"""The databases of a test run: migrated once, the demo town filled once, and from then on only copied.

On SQLite a copy is a backup from one database in memory to another, on PostgreSQL a database made from a template.
What is kept lies where all workers of one run find it; `forget` takes it away again.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import conninfo, sql

from shangliang.demo import city

TODAY = date(2026, 11, 23)  # the day on which the people of the town are at work
EMPTY, TOWN = "empty", "town"
CONFIGURED = dict(settings.DATABASES["default"])
# The workers inherit it from the process that starts them, which imports this first.
RUN = os.environ.setdefault("SHANGLIANG_TEST_RUN", str(os.getpid()))


def begin() -> None:
    """Give this process a migrated database of its own."""
    usual = connections["default"]
    name = usual.creation._get_test_db_name()  # type: ignore[attr-defined]
    settings.DATABASES["default"]["NAME"] = usual.settings_dict["NAME"] = name
    _bring(EMPTY, usual, _migrate)


def end() -> None:
    """Drop what this process had to itself."""
    for connection in (connections["default"], _aside(TOWN)):
        connection.close()
        if connection.vendor == "postgresql":
            _drop(connection.settings_dict["NAME"])


def forget() -> None:
    """Take away what the workers of this run shared; the last thing that happens."""
    if str(CONFIGURED["ENGINE"]).endswith("postgresql"):
        for name in (EMPTY, TOWN):
            if (_folder() / f"{name}.made").exists():
                _drop(_template(name))
    shutil.rmtree(_folder(), ignore_errors=True)


def empty_again() -> None:
    """After a test that committed: the database is as it was after the migrations."""
    _put(EMPTY, connections["default"])


@contextmanager
def town() -> Iterator[None]:
    """The default connection leads to the filled town; what is written there is undone at the end."""
    usual = connections["default"]
    connections["default"] = _filled()
    try:
        with transaction.atomic():
            yield
            if not transaction.get_connection().needs_rollback:
                connections["default"].check_constraints()
            transaction.set_rollback(True)
    finally:
        connections["default"] = usual


def fill_for_all() -> None:
    """Put the town into the database that other threads see too; only for a test that may commit."""
    _filled()
    _put(TOWN, connections["default"])


def _migrate(connection: BaseDatabaseWrapper) -> None:
    if connection.vendor == "postgresql":
        _create(connection.settings_dict["NAME"], "template0")
    call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)


def _fill(connection: BaseDatabaseWrapper) -> None:
    usual = connections["default"]
    _put(EMPTY, connection)
    connections["default"] = connection
    try:
        city.fill(city.Scale.TOWN, 1, TODAY)
    finally:
        connections["default"] = usual


@cache
def _aside(name: str) -> BaseDatabaseWrapper:
    """A second connection, to a database beside the usual one."""
    connection = connections["default"].copy()
    usual = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = (
        f"{usual}_{name}" if connection.vendor == "postgresql" else f"file:{name}?mode=memory&cache=shared"
    )
    return connection


@cache
def _filled() -> BaseDatabaseWrapper:
    connection = _aside(TOWN)
    _bring(TOWN, connection, _fill)
    return connection


# -- what is kept ---------------------------------------------------------------------------------------------


def _folder() -> Path:
    """Of this run: the name is the same in all its workers, and no other run has it."""
    folder = Path(settings.HOME) / f"tests-{RUN}"
    folder.mkdir(exist_ok=True)
    return folder


def _bring(name: str, connection: BaseDatabaseWrapper, make: Callable[[BaseDatabaseWrapper], None]) -> None:
    """The connection's database becomes a copy of what is kept under the name; the first who asks makes it."""
    made = _folder() / f"{name}.made"
    with (_folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            make(connection)
            _keep(name, connection)
            made.touch()
            return
    _put(name, connection)


def _keep(name: str, connection: BaseDatabaseWrapper) -> None:
    if connection.vendor == "postgresql":
        connection.close()
        _create(_template(name), connection.settings_dict["NAME"])
        return
    file = sqlite3.connect(_folder() / f"{name}.sqlite3")
    connection.connection.backup(file)
    file.close()


def _put(name: str, connection: BaseDatabaseWrapper) -> None:
    if connection.vendor == "postgresql":
        connection.close()
        _create(connection.settings_dict["NAME"], _template(name))
        return
    connection.ensure_connection()
    _image(name).backup(connection.connection)


@cache
def _image(name: str) -> sqlite3.Connection:
    """What is kept, in this process's memory."""
    memory, file = sqlite3.connect(":memory:"), sqlite3.connect(_folder() / f"{name}.sqlite3")
    file.backup(memory)
    file.close()
    return memory


# -- PostgreSQL's own ---------------------------------------------------------------------------------------------


def _template(name: str) -> str:
    """Without the worker's suffix: all of them copy the same."""
    return f"test_{CONFIGURED['NAME']}_{name}"


def _create(name: str, template: str) -> None:
    _drop(name)
    _server("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE {}", name, template)


def _drop(name: str) -> None:
    _server("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _server(statement: str, *names: str) -> None:
    """One statement about whole databases, from the one that stands on every server."""
    where = {name.lower(): str(CONFIGURED[name]) for name in ("HOST", "PORT", "USER", "PASSWORD")}
    address = conninfo.make_conninfo(
        dbname="postgres", **{name: value for name, value in where.items() if value}
    )
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
