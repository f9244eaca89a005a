"""What a guard answers: every condition that is not met yet, never only the first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Unmet:
    """One condition that is not met: a code of the app's label table, its numbers, and where to mend it.

    `advice` conditions are shown (「建议补上」) and block nothing.
    """

    code: str
    params: dict[str, object] = field(default_factory=dict)
    mend: str = ""  # name of the section or field that mends it; the view turns it into a link
    advice: bool = False


class Blocked(Exception):
    """An act whose guard failed; carries all unmet conditions."""

    def __init__(self, unmet: Sequence[Unmet]) -> None:
        super().__init__(", ".join(item.code for item in unmet))
        self.unmet = tuple(unmet)


def require(unmet: Sequence[Unmet]) -> None:
    """Raise Blocked when any condition that is not mere advice is unmet."""
    hard = [item for item in unmet if not item.advice]
    if hard:
        raise Blocked(hard)


def sentences(
    unmet: Iterable[Unmet], words: Mapping[str, object], addresses: Mapping[str, str] | None = None
) -> list[dict[str, object]]:
    """For `kit/guard.html`: each condition in the words of the app's label table, with the address that mends it.

    Without an address of its own, `mend` leads to the field of that name on the same page.
    """
    return [
        {
            "sentence": str(words[item.code]) % item.params,
            "url": (addresses or {}).get(item.mend, f"#id_{item.mend}" if item.mend else ""),
            "advice": item.advice,
        }
        for item in unmet
    ]
