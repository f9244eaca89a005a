"""Pure arithmetic of voting: what is alike, what is asked next, where one voter stands."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from random import Random

UNKNOWN_PRIORITY = 1.0  # of a statement that no map has seen yet


@dataclass(frozen=True)
class Aim:
    """What a map knows of one statement: its part of the two axes, its mean, and how much it is worth asking."""

    x: float
    y: float
    mean: float
    priority: float
    is_silent: bool = False  # taken away: zero for everybody, so it counts as voted on by all


def plain(text: str) -> str:
    """The text without marks, blanks and case, for comparing."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def alike(text: str, others: Iterable[str], share: float) -> str:
    """Another text that says the same in nearly the same words, or ""."""
    own = plain(text)
    for other in others:
        theirs = plain(other)
        if own == theirs or SequenceMatcher(None, own, theirs, autojunk=False).ratio() >= share:
            return other
    return ""


def own_point(aims: Mapping[int, Aim], votes: Mapping[int, int]) -> tuple[float, float] | None:
    """Where a voter stands on the map: the formula of the map for one row (docs/explanation/opinion-map.md)."""
    known = {each: vote for each, vote in votes.items() if each in aims and not aims[each].is_silent}
    if not known:
        return None
    silent = sum(aim.is_silent for aim in aims.values())
    stretch = math.sqrt(len(aims) / (len(known) + silent))
    x = sum((vote - aims[each].mean) * aims[each].x for each, vote in known.items())
    y = sum((vote - aims[each].mean) * aims[each].y for each, vote in known.items())
    return x * stretch, y * stretch


def asked_next(
    shown: Sequence[int], voted: Iterable[int], aims: Mapping[int, Aim], seed: str, count: int = 1
) -> list[int]:
    """Statements not voted on yet, drawn with chances in proportion to their priority. The seed keeps a page as it is."""
    done = set(voted)
    left = [each for each in shown if each not in done]
    chance = Random(f"{seed}/{len(done)}")  # noqa: S311 — an order of questions, nothing to keep secret
    drawn: list[int] = []
    while left and len(drawn) < count:
        weights = [aims[each].priority if each in aims else UNKNOWN_PRIORITY for each in left]
        chosen = chance.choices(left, [max(weight, 1e-9) for weight in weights])[0]
        drawn.append(chosen)
        left.remove(chosen)
    return drawn
