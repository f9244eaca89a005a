"""The SQL that makes tables append-only: the ledger's own, and those of apps above that keep something for good."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from django.db.backends.base.base import BaseDatabaseWrapper

Keys = tuple[tuple[str, ...], ...]  # the unique keys of a table, each of one or more columns
ON_ROWS, ON_TABLE = (
    1 | 2 | 8 | 16,
    2 | 32,
)  # pg_trigger.tgtype: before each row's update or delete; before a truncate
ERASED = "salt, body, erased_at, erased_reason"  # the columns that erasure empties or fills
# What may happen to content: it is emptied, once, and nothing else.
EMPTIED = (
    "NEW.entry_id = OLD.entry_id AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL "
    "AND NEW.body = '' AND length(NEW.salt) = 0"
)


@dataclass(frozen=True)
class Guard:
    """The tables of an app that nothing changes or deletes, and what the database says to who tries."""

    app: str
    tables: Mapping[str, Keys]
    refusal: str
    erasable: Mapping[str, Keys]  # tables whose rows may be emptied once

    def create(self, vendor: str) -> list[str]:
        """Statements that put the first triggers in place on `sqlite` or `postgresql`: no update, delete, truncate."""
        if vendor == "postgresql":
            return [
                f"CREATE OR REPLACE FUNCTION {self.app}_refuse() RETURNS trigger AS "
                f"$${self._refuses()}$$ LANGUAGE plpgsql",
                *chain.from_iterable(
                    self._on_postgresql(table, f"{self.app}_refuse") for table in self.tables
                ),
            ]
        return [self._on_sqlite(table, what) for table in self.tables for what in ("UPDATE", "DELETE")]

    def create_more(self, vendor: str) -> list[str]:
        """Those that came later: no row is replaced (SQLite's REPLACE deletes in silence), none emptied but by erasure."""
        if vendor == "postgresql":
            if not self.erasable:
                return []
            return [
                f"CREATE OR REPLACE FUNCTION {self.app}_empty() RETURNS trigger AS "
                f"$${self._empties()}$$ LANGUAGE plpgsql",
                *chain.from_iterable(
                    self._on_postgresql(table, f"{self.app}_empty") for table in self.erasable
                ),
            ]
        return [
            *(self._on_sqlite(table, what) for table in self.erasable for what in ("UPDATE", "DELETE")),
            *(self._on_sqlite(table, "INSERT") for table in self._all()),
        ]

    def drop(self, vendor: str) -> list[str]:
        """Statements that take all of them away again."""
        return [
            f"DROP TRIGGER IF EXISTS {table}_{name} ON {table}"
            if vendor == "postgresql"
            else f"DROP TRIGGER IF EXISTS {table}_{name}"
            for table in self._all()
            for name in (("keep", "whole") if vendor == "postgresql" else ("update", "delete", "insert"))
        ]

    def grants(self, role: str) -> list[str]:
        """On PostgreSQL: what the role that serves may do there. It reads and adds; of content it may empty the columns."""
        may = dict.fromkeys(self.tables, "SELECT, INSERT")
        may |= dict.fromkeys(self.erasable, f"SELECT, INSERT, UPDATE ({ERASED})")
        return [
            statement
            for table, rights in may.items()
            for statement in (f"REVOKE ALL ON {table} FROM {role}", f"GRANT {rights} ON {table} TO {role}")
        ]

    def missing(self, connection: BaseDatabaseWrapper) -> list[str]:
        """The names of triggers that are not there as they should be: gone, switched off, or doing something else."""
        there = _there(connection)
        return [name for name, wanted in self._wanted(connection.vendor) if there.get(name) != wanted]

    def _all(self) -> dict[str, Keys]:
        return {**self.tables, **self.erasable}

    def _wanted(self, vendor: str) -> Iterator[tuple[str, object]]:
        if vendor == "postgresql":
            for table in self._all():
                emptied = (f"{self.app}_empty", self._empties())
                refused = (f"{self.app}_refuse", self._refuses())
                yield f"{table}_keep", (table, ON_ROWS, *(emptied if table in self.erasable else refused))
                yield f"{table}_whole", (table, ON_TABLE, *(emptied if table in self.erasable else refused))
            return
        for statement in self.create(vendor) + self.create_more(vendor):
            yield statement.split(" ")[2], statement

    def _refuses(self) -> str:
        return f" BEGIN RAISE EXCEPTION '{self.refusal}'; END "

    def _empties(self) -> str:
        return (
            f" BEGIN IF TG_OP = 'UPDATE' THEN IF {EMPTIED} THEN RETURN NEW; END IF; END IF; "
            f"RAISE EXCEPTION '{self.refusal}'; END "
        )

    def _on_postgresql(self, table: str, function: str) -> Iterator[str]:
        for name, what, each in (
            ("keep", "UPDATE OR DELETE", "FOR EACH ROW"),
            ("whole", "TRUNCATE", "FOR EACH STATEMENT"),
        ):
            yield f"CREATE TRIGGER {table}_{name} BEFORE {what} ON {table} {each} EXECUTE FUNCTION {function}()"

    def _on_sqlite(self, table: str, what: str) -> str:
        when = ""
        if what == "INSERT":
            keys = (" AND ".join(f"{column} = NEW.{column}" for column in key) for key in self._all()[table])
            same = " OR ".join(keys)
            when = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "  # noqa: S608
        elif what == "UPDATE" and table in self.erasable:
            when = f"WHEN NOT ({EMPTIED}) "
        return (
            f"CREATE TRIGGER {table}_{what.lower()} BEFORE {what} ON {table} {when}"
            f"BEGIN SELECT RAISE(ABORT, '{self.refusal}'); END"
        )


def _there(connection: BaseDatabaseWrapper) -> dict[str, object]:
    """What stands in the database, by name: its text on SQLite, its place and work on PostgreSQL."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            return dict(cursor.fetchall())
        cursor.execute(
            "SELECT tgname, relname, tgtype, proname, prosrc FROM pg_trigger "
            "JOIN pg_class ON pg_class.oid = tgrelid JOIN pg_proc ON pg_proc.oid = tgfoid "
            "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND tgqual IS NULL AND tgattr = ''::int2vector "
            "AND relnamespace = current_schema()::regnamespace"
        )
        return {name: tuple(rest) for name, *rest in cursor.fetchall()}


LEDGER = Guard(
    app="ledger",
    tables={
        "ledger_entry": (("id",),),
        "ledger_seal": (("leaf_index",), ("entry_id",)),
        "ledger_checkpoint": (("size",),),
    },
    refusal="the ledger is append-only",
    erasable={"ledger_content": (("entry_id",),)},
)


def create(vendor: str) -> list[str]:
    """The first triggers, for migration 0002."""
    return LEDGER.create(vendor)


def create_more(vendor: str) -> list[str]:
    """Those of migration 0003."""
    return LEDGER.create_more(vendor)


def drop(vendor: str) -> list[str]:
    """All of them away again."""
    return LEDGER.drop(vendor)
