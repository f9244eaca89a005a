"""The SQL that makes tables append-only: the ledger's own, and those of apps above that keep something for good."""

from __future__ import annotations

TABLES = ("ledger_entry", "ledger_seal", "ledger_checkpoint")
REFUSAL = "the ledger is append-only"


def create(
    vendor: str, *, app: str = "ledger", tables: tuple[str, ...] = TABLES, refusal: str = REFUSAL
) -> list[str]:
    """Statements that put the triggers in place on `sqlite` or `postgresql`."""
    if vendor == "postgresql":
        function = (
            f"CREATE OR REPLACE FUNCTION {app}_refuse() RETURNS trigger AS $$ "
            f"BEGIN RAISE EXCEPTION '{refusal}'; END $$ LANGUAGE plpgsql"
        )
        return [function] + [
            f"CREATE TRIGGER {table}_{name} BEFORE {what} ON {table} {each} EXECUTE FUNCTION {app}_refuse()"
            for table in tables
            for name, what, each in (
                ("keep", "UPDATE OR DELETE", "FOR EACH ROW"),
                ("whole", "TRUNCATE", "FOR EACH STATEMENT"),
            )
        ]
    return [
        f"CREATE TRIGGER {table}_{what.lower()} BEFORE {what} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
        for table in tables
        for what in ("UPDATE", "DELETE")
    ]


def drop(vendor: str, *, tables: tuple[str, ...] = TABLES) -> list[str]:
    """Statements that take them away again."""
    if vendor == "postgresql":
        return [
            f"DROP TRIGGER IF EXISTS {table}_{name} ON {table}"
            for table in tables
            for name in ("keep", "whole")
        ]
    return [f"DROP TRIGGER IF EXISTS {table}_{what}" for table in tables for what in ("update", "delete")]
