"""What the ledger binds of a draw: its lotteries, with panels, seed and who was drawn."""

from __future__ import annotations

import hashlib

from django.db.models import QuerySet

from shangliang.events.kinds import Kind
from shangliang.ledger.binding import Binding, Groups
from shangliang.sortition.models import Draw, Lottery

LOTTERY = (
    "number",
    "state",
    "size",
    "fixed_at",
    "panels_sha256",
    "pool_sha256",
    "chances",
    "seed",
    "seed_way",
    "picked_at",
    "panel_number",
    "panel",
    "alternates",
    "reason",
)


def _things() -> QuerySet[Draw]:
    return Draw.objects.prefetch_related("lotteries")


def _groups(row: Draw) -> Groups:
    lotteries = sorted(row.lotteries.all(), key=lambda each: each.number)
    return {"lotteries": [_said(each) for each in lotteries]}


def _said(lottery: Lottery) -> list[object]:
    panels = hashlib.sha256(lottery.panels.encode()).hexdigest()
    return [panels, *(getattr(lottery, column) for column in LOTTERY)]


DRAW = Binding(
    subject="draw",
    kinds=frozenset(
        {
            Kind.ACT_TAKEN_BACK,
            Kind.DRAW_PREPARED,
            Kind.DRAW_ASKED,
            Kind.DRAW_FIXED,
            Kind.DRAW_IMPOSSIBLE,
            Kind.DRAW_TAKEN_BACK,
            Kind.DRAW_DRAWN,
            Kind.DRAW_FILLED,
        }
    ),
    things=_things,
    groups=_groups,
)
