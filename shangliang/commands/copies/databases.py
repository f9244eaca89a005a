"""What differs between the two engines: how a database is copied at one moment, put back, and emptied."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from shangliang.commands import Failed

PAGES_AT_ONCE = 4096
Query = Callable[[str], list[tuple[Any, ...]]]
Progress = Callable[[int], None]  # in percent


@dataclass(frozen=True)
class Facts:
    """What a database holds at one moment: rows of each table, migrations done, size and root of the ledger."""

    counts: Mapping[str, int]
    migrations: list[str]
    ledger: Mapping[str, object]
    marks: Mapping[str, str]


def facts(query: Query, tables: list[str]) -> Facts:
    """Read in the same transaction as the copy."""
    counts = {table: int(query(f'SELECT count(*) FROM "{table}"')[0][0]) for table in sorted(tables)}  # noqa: S608
    done = query("SELECT app, name FROM django_migrations") if "django_migrations" in counts else []
    last: list[tuple[Any, ...]] = []
    if "ledger_checkpoint" in counts:
        last = query("SELECT size, root FROM ledger_checkpoint ORDER BY size DESC LIMIT 1")
    size, root = last[0] if last else (0, "")
    return Facts(
        counts=counts,
        migrations=sorted(f"{app}.{name}" for app, name in done),
        ledger={"entries": counts.get("ledger_entry", 0), "size": size, "root": root},
        marks=dict(query("SELECT name, mark FROM kit_keymark")) if "kit_keymark" in counts else {},
    )


class Sqlite:
    """One file, copied by SQLite itself while others write."""

    name, file = "sqlite", "database.sqlite3"

    @property
    def path(self) -> Path:
        return Path(connection.settings_dict["NAME"])

    def copy(self, target: Path, progress: Progress) -> Facts:
        """The state of one moment. Writers go on: the copy reads under a snapshot of its own."""
        if not self.path.exists():
            raise Failed(
                f"还没有数据库：{self.path}。请先建表：shangliang manage migrate\n"
                f"There is no database yet at {self.path}. Make its tables first: shangliang manage migrate"
            )
        with closing(_opened(self.path)) as source, closing(sqlite3.connect(target)) as copy:
            source.execute("BEGIN")
            found = facts(_query(source), _tables(source))

            def told(_status: int, left: int, total: int) -> None:
                progress(100 - 100 * left // max(total, 1))

            source.backup(copy, pages=PAGES_AT_ONCE, progress=told)
            source.execute("ROLLBACK")
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
        os.chmod(target, 0o600)
        if read(target) != found:
            raise Failed(
                "抄出来的数据库和原来的对不上，这一份不要了。请检查磁盘，再做一次。\n"
                "The copy does not hold what the database holds and was thrown away. See to the disks and try again."
            )
        return found

    def is_empty(self) -> bool:
        if not self.path.exists():
            return True
        with closing(_opened(self.path)) as source:
            return not _tables(source)

    def load(self, source: Path) -> None:
        """Into an empty place: whole or not at all."""
        connection.close()
        half = self.path.with_name(f".{self.path.name}.part")
        try:
            shutil.copyfile(source, half)
            os.chmod(half, 0o600)
            self.clear()
            os.replace(half, self.path)
        finally:
            half.unlink(missing_ok=True)

    def clear(self) -> None:
        """Take everything away."""
        connection.close()
        for end in ("-wal", "-shm", ""):
            Path(f"{self.path}{end}").unlink(missing_ok=True)

    def facts(self) -> Facts:
        return read(self.path)


def read(path: Path) -> Facts:
    """What a database file holds; a damaged one is refused."""
    try:
        with closing(_opened(path)) as database:
            (verdict,) = database.execute("PRAGMA integrity_check(1)").fetchone()
            if verdict != "ok":
                raise sqlite3.DatabaseError(verdict)
            return facts(_query(database), _tables(database))
    except sqlite3.DatabaseError as error:
        raise Failed(
            f"数据库文件坏了：{path}（{error}）\nThe database file is damaged: {path} ({error})"
        ) from error


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=20)


def _query(database: sqlite3.Connection) -> Query:
    return lambda words: database.execute(words).fetchall()


def _tables(database: sqlite3.Connection) -> list[str]:
    rows = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    return [name for (name,) in rows]


class Postgresql:
    """A database of a server, copied by its own programs under a snapshot that the counts share."""

    name, file = "postgresql", "database.pgdump"

    def copy(self, target: Path, progress: Progress) -> Facts:
        """The state of one moment, in PostgreSQL's custom format."""
        program = _program("pg_dump")
        with self._snapshot() as (query, snapshot):
            found = facts(query, self._tables(query))
            progress(0)
            self._run(program, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}",
                      f"--file={target}")  # fmt: skip
        os.chmod(target, 0o600)
        self._run(_program("pg_restore"), "--list", str(target))
        progress(100)
        return found

    def is_empty(self) -> bool:
        with self._snapshot() as (query, _name):
            return not self._tables(query)

    def load(self, source: Path) -> None:
        """In one transaction: whole or not at all."""
        connection.close()
        name = str(connection.settings_dict["NAME"])
        self._run(_program("pg_restore"), "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges",
                  f"--dbname={name}", str(source))  # fmt: skip

    def clear(self) -> None:
        """Take every table and function of ours away; the database itself stays."""
        with connection.cursor() as cursor:
            cursor.execute(
                "DO $$ DECLARE it record; BEGIN "
                "FOR it IN SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = current_schema() "
                "LOOP EXECUTE 'DROP TABLE IF EXISTS ' || it.name || ' CASCADE'; END LOOP; "
                "FOR it IN SELECT oid::regprocedure AS name FROM pg_proc "
                "WHERE pronamespace = current_schema()::regnamespace AND NOT EXISTS "
                "(SELECT 1 FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e') "
                "LOOP EXECUTE 'DROP FUNCTION ' || it.name || ' CASCADE'; END LOOP; END $$"
            )
        connection.close()

    def facts(self) -> Facts:
        with self._snapshot() as (query, _name):
            return facts(query, self._tables(query))

    @contextmanager
    def _snapshot(self) -> Iterator[tuple[Query, str]]:
        """Everything as it was at one moment, and the name under which others see the same."""
        own = connection.copy()
        try:
            with own.cursor() as cursor:
                cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                cursor.execute("SELECT pg_export_snapshot()")
                (name,) = cursor.fetchone()

                def query(words: str) -> list[tuple[Any, ...]]:
                    cursor.execute(words)
                    return list(cursor.fetchall())

                yield query, name
        finally:
            own.close()

    def _tables(self, query: Query) -> list[str]:
        return [
            name for (name,) in query("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        ]

    def _run(self, *command: str) -> None:
        given = {
            "PGHOST": "HOST",
            "PGPORT": "PORT",
            "PGUSER": "USER",
            "PGPASSWORD": "PASSWORD",
            "PGDATABASE": "NAME",
        }
        words = {name: str(connection.settings_dict[key]) for name, key in given.items()}
        environ = os.environ | {name: word for name, word in words.items() if word}
        ended = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)  # noqa: S603 — named below
        if ended.returncode:
            said = ended.stderr.strip().splitlines()
            raise Failed(
                f"{Path(command[0]).name} 没有做成：{said[0] if said else ended.returncode}\n"
                f"{Path(command[0]).name} failed: {said[0] if said else ended.returncode}"
            )


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Failed(
            f"这台机器上没有 {name}。请装上与服务器同版本的 PostgreSQL 客户端：apt install postgresql-client\n"
            f"There is no {name} on this machine. Install PostgreSQL's client of the server's version:"
            " apt install postgresql-client"
        )
    return found


Engine = Sqlite | Postgresql


def engine() -> Engine:
    """That of this installation."""
    return Postgresql() if connection.vendor == "postgresql" else Sqlite()


def unknown_migrations(done: list[str]) -> list[str]:
    """What a newer program has done to the tables, of which this one knows nothing."""
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None)
    known = {f"{app}.{name}" for app, name in loader.disk_migrations}
    for migration in loader.disk_migrations.values():
        known |= {f"{app}.{name}" for app, name in migration.replaces}
    return sorted(set(done) - known)
