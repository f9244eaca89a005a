"""Bars as drawings: where each part begins and how wide it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def drawn_parts(parts: Iterable[dict[str, Any]], whole: int) -> list[dict[str, Any]]:
    """`parts` ({"count", …}) with "x" and "width" in percent of the whole, as attributes of a drawing."""
    drawn, start = [], 0.0
    for part in parts:
        width = 100 * part["count"] / whole if whole else 0.0
        drawn.append({**part, "x": f"{start:.2f}%", "width": f"{width:.2f}%"})
        start += width
    return drawn
