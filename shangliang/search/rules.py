"""From text to tokens and from a query to phrases. Pure.

Two characters are the normal Chinese query, so runs of Chinese are cut into overlapping pairs and a longer query
must match them as a phrase. Tokens are spelled in hexadecimal: neither engine's own word breaker sees a Chinese
character, so the same text gives the same tokens whatever the locale of the database. Source: shared findings on
several thousand citizens' messages (recall 1.0 for 2, 3 and 4 characters on both engines).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[0-9A-Za-z]+")
FIRST_CHINESE = "\u3400"  # not shown: where the script begins


def _is_chinese(run: str) -> bool:
    return run[0] >= FIRST_CHINESE


def _pairs(run: str) -> list[str]:
    return [f"g{ord(left):x}h{ord(right):x}" for left, right in zip(run, run[1:], strict=False)]


def tokens(text: str) -> Iterator[str]:
    """Pairs of Chinese characters, and whole numbers and Latin words; `z` parts runs, so that no phrase spans two."""
    for run in RUN.findall(text):
        if _is_chinese(run):
            yield from _pairs(run)
        else:
            yield f"w{run.lower()}"
        yield "z"


def phrases(typed: str) -> list[list[str]]:
    """What must all be found: a list of token phrases."""
    found = [(_pairs(run) if _is_chinese(run) else [f"w{run.lower()}"]) for run in RUN.findall(typed)]
    return [phrase for phrase in found if phrase]


def singles(typed: str) -> list[str]:
    """Chinese characters that stand alone in the query: they have no pair and are looked for as they are."""
    return [run for run in RUN.findall(typed) if _is_chinese(run) and len(run) == 1]
