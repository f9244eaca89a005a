"""Unmet conditions as sentences with a link to the field that mends each."""

from __future__ import annotations

from collections.abc import Iterable

from shangliang.kit.guards import Unmet
from shangliang.kit.guards import sentences as worded
from shangliang.topics.labels import UNMET

SECTIONS = {name: f"#{name}" for name in ("wording", "visit", "second", "write_down", "deepen")}


def sentences(unmet: Iterable[Unmet]) -> list[dict[str, object]]:
    """What `kit/guard.html` draws."""
    return worded(unmet, UNMET, SECTIONS)
