"""The one table: which rows the ledger binds, and which tables the database itself refuses to change."""

from __future__ import annotations

from shangliang.deliberations.bound import DELIBERATION
from shangliang.figures.triggers import FIGURES
from shangliang.ledger.binding import Bindings
from shangliang.ledger.triggers import LEDGER
from shangliang.outcomes.bound import COMMITMENT
from shangliang.sortition.bound import DRAW

BINDINGS = Bindings(bound=(DRAW, DELIBERATION, COMMITMENT), guards=(LEDGER, FIGURES))
