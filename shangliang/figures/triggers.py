"""The SQL that keeps frozen figures as they are; used by the migration."""

from __future__ import annotations

from shangliang.ledger import triggers

TABLES = ("figures_closedperiod", "figures_frozenfigure", "figures_frozensplit")
REFUSAL = "frozen figures are append-only"


def create(vendor: str) -> list[str]:
    """Statements that put the triggers in place."""
    return triggers.create(vendor, app="figures", tables=TABLES, refusal=REFUSAL)


def drop(vendor: str) -> list[str]:
    """Statements that take them away again."""
    return triggers.drop(vendor, tables=TABLES)
