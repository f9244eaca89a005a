"""Two roles on PostgreSQL: one owns the tables and migrates, the other serves and cannot change what is append-only."""

from __future__ import annotations

import re

from shangliang.ledger.binding import bindings

NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


class NoRole(ValueError):
    """Not a name that a role may have here."""


def statements(role: str) -> list[str]:
    """The SQL for the role that serves, to be run by the role that owns the tables; again after each migration.

    It reads and writes, and makes no table. In the ledger and in frozen figures it reads and adds, nothing more.
    """
    if not NAME.fullmatch(role):
        raise NoRole(role)
    rows, keys = "SELECT, INSERT, UPDATE, DELETE", "USAGE, SELECT"
    return [
        f"REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role}",
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT {rows} ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT {keys} ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {rows} ON TABLES TO {role}",
        f"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {keys} ON SEQUENCES TO {role}",
        f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {role}",
        *(statement for guard in bindings().guards for statement in guard.grants(role)),
    ]
