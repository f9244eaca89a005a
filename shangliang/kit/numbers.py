"""Public numbers of topics, deliberations, commitments: year and running number, "2026-000123"."""

from __future__ import annotations

from datetime import datetime

from shangliang.kit.clock import local_day

DIGITS = 6


def show(opened_at: datetime, pk: int) -> str:
    """The number of the thing with this key that was opened then."""
    return f"{local_day(opened_at).year}-{pk:0{DIGITS}d}"


def read(no: str) -> int | None:
    """The key inside a number, or None when it is not one."""
    year, _, digits = no.partition("-")
    if len(year) == 4 and year.isascii() and year.isdigit() and digits.isascii() and digits.isdigit():
        return int(digits) if len(digits) <= 18 else None
    return None
