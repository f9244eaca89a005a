"""Unmet conditions as sentences with a link to the field that mends each."""

from __future__ import annotations

from collections.abc import Iterable

from shangliang.kit.guards import Unmet
from shangliang.outcomes.labels import UNMET


def sentences(unmet: Iterable[Unmet]) -> list[dict[str, object]]:
    """What `kit/guard.html` draws."""
    return [
        {
            "sentence": str(UNMET[item.code]) % item.params,
            "url": f"#id_{item.mend}" if item.mend else "",
            "advice": item.advice,
        }
        for item in unmet
    ]
