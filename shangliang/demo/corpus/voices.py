"""Who speaks, and how they begin and end: the same trouble sounds different from a tenant and a grandmother."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from random import Random

LONGEST_SUBMISSION = 200  # characters; the corpus keeps to it whatever the rulebook says today


class Voice(StrEnum):
    """Who speaks."""

    OLD = "old"
    FARMER = "farmer"
    TENANT = "tenant"
    SHOP = "shop"
    WORKER = "worker"  # 上班族
    PARENT = "parent"
    OWNER = "owner"  # 业主
    YOUNG = "young"
    NEWCOMER = "newcomer"  # 新市民
    STAFF = "staff"  # 企业职工


@dataclass(frozen=True, slots=True)
class Said:
    """What one person said."""

    voice: Voice
    text: str


@cache
def _edges() -> dict[str, dict[str, list[str]]]:
    text = files("shangliang.demo.corpus").joinpath("voices.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


# Whom one does not meet: no flat owners in a village, no farmers in a city estate.
STRANGERS = {"village": (Voice.OWNER, Voice.STAFF), "community": (Voice.FARMER, Voice.STAFF)}


def speakers(says: Mapping[str, str], kind: str) -> list[tuple[Voice, str]]:
    """Who may speak at a kind of place. A digit after a voice tells two of the same voice."""
    found = [(Voice(key.rstrip("2")), words) for key, words in says.items()]
    return [(voice, words) for voice, words in found if voice not in STRANGERS.get(kind, ())] or found


def spoken(rng: Random, fill: Callable[[str], str], voice: Voice, words: str, manner: str = "") -> Said:
    """`words` filled, with an opener and a closer or without, within the longest submission.

    The edges are the voice's and everybody's, or those of a `manner`: somebody who is careful or in a hurry says
    no word about meetings.
    """
    edges, words = _edges(), fill(words)
    near = (edges[manner],) if manner else (edges[voice], edges["all"])
    opener = (
        fill(rng.choice([text for edge in near for text in edge["openers"]])) if rng.random() < 0.7 else ""
    )
    closer = (
        fill(rng.choice([text for edge in near for text in edge["closers"]])) if rng.random() < 0.8 else ""
    )
    for text in (opener + words + closer, words + closer, words):
        if len(text) <= LONGEST_SUBMISSION:
            return Said(voice, text)
    raise ValueError(f"{len(words)} characters are too many for one submission")
