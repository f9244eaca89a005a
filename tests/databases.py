"""The databases of a test run: migrated once, the demo town filled once, and from then on only copied.

On SQLite a copy is a backup from one database in memory to another, on PostgreSQL a database made from a template.
What is kept lies where all workers of one run find it; `forget` takes it away again.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import override_settings
from psycopg import conninfo, sql

from shangliang.demo import city

TODAY = date(2026, 11, 23)  # the day on which the people of the town are at work
EMPTY, TOWN, DEMO = "empty", "town", "demo"
ROOT = Path(__file__).resolve().parents[1]
# As they are when the run begins: a test may have a folder of its own while it asks for the town.
HOME, MEDIA = Path(settings.HOME), Path(settings.MEDIA_ROOT)
KEYS = (Path(settings.KEYS_FILE), Path(settings.SECRET_KEY_FILE))
# What the migrated tables depend on; tests/architecture holds the migrations to it.
MADE_OF = (
    "shangliang/*/migrations/*.py",
    "shangliang/*/models.py",
    "shangliang/*/triggers.py",
    "shangliang/search/rules.py",
    "shangliang/kit/*.py",
    "shangliang/config/settings.py",
    "requirements/runtime.txt",
)
CONFIGURED = dict(settings.DATABASES["default"])
# The workers inherit it from the process that starts them, which imports this first.
RUN = os.environ.setdefault("SHANGLIANG_TEST_RUN", str(os.getpid()))


def begin() -> None:
    """Give this process a migrated database of its own."""
    usual = connections["default"]
    name = usual.creation._get_test_db_name()  # type: ignore[attr-defined]
    settings.DATABASES["default"]["NAME"] = usual.settings_dict["NAME"] = name
    with _once(EMPTY) as is_missing:
        if is_missing:
            _migrate(usual)
    if not is_missing:
        _put(EMPTY, usual)


def end() -> None:
    """Drop what this process had to itself."""
    for connection in (connections["default"], *_asides):
        connection.close()
        if connection.vendor == "postgresql":
            _drop(connection.settings_dict["NAME"])


def forget() -> None:
    """Take away what the workers of this run shared; the last thing that happens."""
    if is_postgresql():
        for made in _folder().glob("*.made"):
            _drop(_template(made.stem))
    shutil.rmtree(_folder(), ignore_errors=True)


def is_postgresql() -> bool:
    return str(CONFIGURED["ENGINE"]).endswith("postgresql")


def empty_again() -> None:
    """After a test that committed: the database is as it was after the migrations."""
    _put(EMPTY, connections["default"])


@contextmanager
def town() -> Iterator[None]:
    """The default connection leads to the filled town; what is written there is undone at the end."""
    with _instead(_filled()), transaction.atomic():
        yield
        if not transaction.get_connection().needs_rollback:
            connections["default"].check_constraints()
        transaction.set_rollback(True)


def demo_for_all() -> None:
    """Put the demo into the database that other threads see too; only for a test that may commit."""
    _demo()
    _put(DEMO, connections["default"])


def copy_empty(home: Path) -> str:
    """A migrated database for a deployment whose files lie in `home`: its DATABASE_URL."""
    return _copy(EMPTY, home)


def copy_demo(home: Path) -> str:
    """The same with the demo in it, and the keys and files that belong to it."""
    _demo()
    for path in KEYS:
        if path.exists():
            shutil.copy(path, home)
    shutil.copytree(MEDIA, home / MEDIA.name, dirs_exist_ok=True)
    return _copy(DEMO, home)


def new(home: Path) -> str:
    """A database with nothing in it, for a deployment whose files lie in `home`: its DATABASE_URL."""
    return _beside(home, "template0") if is_postgresql() else ""


def drop(url: str) -> None:
    """Take a deployment's database away; a file goes with its folder."""
    if url:
        _drop(url.rpartition("/")[2])


def _copy(name: str, home: Path) -> str:
    if is_postgresql():
        return _beside(home, _template(name))
    shutil.copy(_file(name), home / "shangliang.sqlite3")
    return ""


def _beside(home: Path, template: str) -> str:
    """A new database on the server of the tests, named after the folder of its deployment."""
    name = f"deployment_{sha256(str(home).encode()).hexdigest()[:12]}"
    _create(name, template)
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"


# -- how they are made --------------------------------------------------------------------------------------------


def _migrate(connection: BaseDatabaseWrapper) -> None:
    """On SQLite the result is kept for later runs too, as long as nothing changes that migrations are made of."""
    later = ROOT / ".pytest_cache" / "migrated" / f"{_tables()}.sqlite3"
    if connection.vendor == "sqlite" and later.exists():
        shutil.copy(later, _file(EMPTY))
        _put(EMPTY, connection)
        return
    if connection.vendor == "postgresql":
        _create(connection.settings_dict["NAME"], "template0")
    call_command("migrate", verbosity=0, interactive=False, run_syncdb=True)
    _keep(EMPTY, connection)
    if connection.vendor == "sqlite":
        shutil.rmtree(later.parent, ignore_errors=True)
        later.parent.mkdir(parents=True)
        shutil.copy(_file(EMPTY), later)


def _tables() -> str:
    """A fingerprint of all that the migrated tables depend on."""
    seen = sha256(f"{sys.version} {sqlite3.sqlite_version}".encode())
    for pattern in MADE_OF:
        for file in sorted(ROOT.glob(pattern)):
            seen.update(file.read_bytes())
    return seen.hexdigest()[:16]


@cache
def _filled() -> BaseDatabaseWrapper:
    """A second connection, to a filled town beside the usual database."""
    connection = connections["default"].copy()
    name = f"{connection.settings_dict['NAME']}_{TOWN}"
    if connection.vendor == "sqlite":
        name = f"file:{TOWN}?mode=memory&cache=shared"
    connection.settings_dict["NAME"] = name
    _asides.append(connection)
    _bring(TOWN, connection, _fill)
    return connection


_asides: list[BaseDatabaseWrapper] = []


def _fill(connection: BaseDatabaseWrapper) -> None:
    _put(EMPTY, connection)
    with _instead(connection), override_settings(MEDIA_ROOT=str(MEDIA)):
        city.fill(city.Scale.TOWN, 1, TODAY)


@cache
def _demo() -> None:
    """What the command leaves, in a process of its own, as whoever tries the product starts it."""
    with _once(DEMO) as is_missing:
        if is_missing:
            url = _beside(_folder(), "template0") if is_postgresql() else f"sqlite:///{_file(DEMO)}"
            environ = {**os.environ, "SHANGLIANG_HOME": str(HOME), "DATABASE_URL": url}
            environ["DJANGO_SETTINGS_MODULE"] = "shangliang.config.settings"
            command = [sys.executable, "-m", "shangliang.commands", "demo", "--scale", "town"]
            subprocess.run(command, cwd=ROOT, env=environ, check=True, stdout=subprocess.DEVNULL)
            if is_postgresql():
                _drop(_template(DEMO))
                _server("ALTER DATABASE {} RENAME TO {}", url.rpartition("/")[2], _template(DEMO))


@contextmanager
def _instead(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """In this thread, the default connection is this one."""
    usual = connections["default"]
    connections["default"] = connection
    try:
        yield
    finally:
        connections["default"] = usual


# -- what is kept ---------------------------------------------------------------------------------------------


def _folder() -> Path:
    """Of this run: the name is the same in all its workers, and no other run has it."""
    folder = HOME / f"tests-{RUN}"
    folder.mkdir(exist_ok=True)
    return folder


def _file(name: str) -> Path:
    return _folder() / f"{name}.sqlite3"


@contextmanager
def _once(name: str) -> Iterator[bool]:
    """Whether it is still missing: the first who asks makes it, the others wait until it is there."""
    made = _folder() / f"{name}.made"
    with (_folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not made.exists()
        made.touch()


def _bring(name: str, connection: BaseDatabaseWrapper, make: Callable[[BaseDatabaseWrapper], None]) -> None:
    """The connection's database becomes a copy of what is kept under the name."""
    with _once(name) as is_missing:
        if is_missing:
            make(connection)
            _keep(name, connection)
    if not is_missing:
        _put(name, connection)


def _keep(name: str, connection: BaseDatabaseWrapper) -> None:
    if connection.vendor == "postgresql":
        connection.close()
        _create(_template(name), connection.settings_dict["NAME"])
        return
    file = sqlite3.connect(_file(name))
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
    memory, file = sqlite3.connect(":memory:"), sqlite3.connect(_file(name))
    file.backup(memory)
    file.close()
    return memory


# -- PostgreSQL's own ---------------------------------------------------------------------------------------------


def _template(name: str) -> str:
    """Without the worker's suffix: all of them copy the same."""
    return f"test_{CONFIGURED['NAME']}_kept_{name}"


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
