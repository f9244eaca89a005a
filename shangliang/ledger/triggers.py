"""The SQL that makes the ledger append-only; used by the migration and by the tear-down of tests."""

from __future__ import annotations

TABLES = ("ledger_entry", "ledger_seal", "ledger_checkpoint")
REFUSAL = "the ledger is append-only"

_PG_FUNCTION = (
    "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger AS $$ "
    f"BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$ LANGUAGE plpgsql"
)


def create(vendor: str) -> list[str]:
    """Statements that put the triggers in place on `sqlite` or `postgresql`."""
    if vendor == "postgresql":
        return [_PG_FUNCTION] + [
            f"CREATE TRIGGER {table}_{name} BEFORE {what} ON {table} {each} EXECUTE FUNCTION ledger_refuse()"
            for table in TABLES
            for name, what, each in (
                ("keep", "UPDATE OR DELETE", "FOR EACH ROW"),
                ("whole", "TRUNCATE", "FOR EACH STATEMENT"),
            )
        ]
    return [
        f"CREATE TRIGGER {table}_{what.lower()} BEFORE {what} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for table in TABLES
        for what in ("UPDATE", "DELETE")
    ]


def drop(vendor: str) -> list[str]:
    """Statements that take them away again."""
    if vendor == "postgresql":
        return [
            f"DROP TRIGGER IF EXISTS {table}_{name} ON {table}"
            for table in TABLES
            for name in ("keep", "whole")
        ]
    return [f"DROP TRIGGER IF EXISTS {table}_{what}" for table in TABLES for what in ("update", "delete")]
