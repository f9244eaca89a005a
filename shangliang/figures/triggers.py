"""The tables that keep frozen figures as they are; used by the migrations."""

from __future__ import annotations

from shangliang.ledger.triggers import Guard

FIGURES = Guard(
    app="figures",
    tables={
        "figures_closedperiod": (("id",), ("period", "area_path")),
        "figures_frozenfigure": (("id",), ("closed_id", "name")),
        "figures_frozensplit": (("id",), ("figure_id", "by")),
    },
    refusal="frozen figures are append-only",
    erasable={},
)


def create(vendor: str) -> list[str]:
    """The first triggers, for migration 0002."""
    return FIGURES.create(vendor)


def create_more(vendor: str) -> list[str]:
    """Those of migration 0003."""
    return FIGURES.create_more(vendor)


def drop(vendor: str) -> list[str]:
    """All of them away again."""
    return FIGURES.drop(vendor)
