"""Public numbers of topics, deliberations, commitments: "2026-000123", or "2026-B7-000123" when minted elsewhere.

The year, the short code of the installation that gave the number (the city's own has none), and its running number
there. Pure: the rows that bear numbers are in kit.numbered.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from shangliang.kit.clock import local_day

DIGITS = 6
# One letter and one or two digits. No I and no O, which are read as digits; never digits alone, which are a year.
CODE = r"[A-HJ-NP-Z][1-9][0-9]?"
NUMBER = re.compile(rf"(?P<year>[0-9]{{4}})-(?:(?P<origin>{CODE})-)?(?P<key>[0-9]{{1,18}})")


class Number(NamedTuple):
    """What a number says."""

    year: int
    origin: str
    key: int


def show(opened_at: datetime, origin: str, key: int) -> str:
    """The number of the thing that was opened then and was given this key there."""
    code = f"{origin}-" if origin else ""
    return f"{local_day(opened_at).year}-{code}{key:0{DIGITS}d}"


def parse(no: str) -> Number | None:
    """What stands in a number, or None when it is not one."""
    found = NUMBER.fullmatch(no)
    return Number(int(found["year"]), found["origin"] or "", int(found["key"])) if found else None
