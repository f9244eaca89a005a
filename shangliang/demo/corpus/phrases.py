"""Sentences around a matter: messages, reasons, places to meet, bulletins; and submissions that belong elsewhere."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from shangliang.deliberations.states import Mode
from shangliang.demo.corpus.places import Site
from shangliang.demo.corpus.slots import Slots
from shangliang.demo.corpus.voices import Said, speakers, spoken
from shangliang.topics.states import Destination, Exclusion


class Phrase(StrEnum):
    """What a sentence is for; each has its list in phrases.toml."""

    ASK_SUPPLEMENT = "ask_supplement"  # clerk to resident
    SUPPLEMENT = "supplement"  # resident to clerk
    ACCEPTED = "accepted"  # clerk to resident: taken on
    MERGED = "merged"
    UNCLEAR = "unclear"  # ended: nobody could find out what was meant
    SECOND_AGREES = "second_agrees"
    SECOND_DOUBTS = "second_doubts"
    WORK_PLAN = "work_plan"
    EXTENSION = "extension"
    EXPLAINED = "explained"  # the assigning office to a linked leader
    NOT_OURS = "not_ours"
    NO_AGREEMENT = "no_agreement"
    DISSENT_EXPLAINED = "dissent_explained"
    NOT_ADOPTED = "not_adopted"
    PARTLY_ADOPTED = "partly_adopted"
    COVER = "cover"
    HOLD_BACK = "hold_back"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"
    ENDED = "ended"
    PASSED_UP = "passed_up"
    HANDED_DOWN = "handed_down"
    PLANNED = "planned"
    CALL_BACK = "call_back"
    DECIDED_DONE = "decided_done"
    DECIDED_NOT_DONE = "decided_not_done"


@dataclass(frozen=True, slots=True)
class OutsideText:
    """A submission that belongs elsewhere, with where it goes and the words to the submitter."""

    said: Said
    place: str
    exclusion: Exclusion
    destination: Destination
    note: str
    outcome: str  # what the other side reported back


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("shangliang.demo.corpus").joinpath(name).read_text(encoding="utf-8"))


def phrase(rng: Random, kind: Phrase, site: Site) -> str:
    """One sentence of a kind, filled for a site."""
    return Slots(rng, site).fill(rng.choice(_read("phrases.toml")[kind.value]))


def meeting_place(rng: Random, mode: Mode, site: Site) -> str:
    """Where people sit down: 大树底下, 活动室, 田头."""
    places: Mapping[str, Any] = _read("phrases.toml")["meeting_place"]
    rural = "village" if site.kind == "village" else "other"
    found = places[mode.value]
    return Slots(rng, site).fill(rng.choice(found if isinstance(found, list) else found[rural]))


ELSEWHERE = "有关主管部门"  # the name of a destination that has no line of its own
MANNERS = {Exclusion.EMERGENCY: "urgent"}


def outside(rng: Random, site: Site) -> OutsideText:
    """A submission to hand over: two households' quarrel, a report, an emergency, a lawsuit."""
    found = [
        item for item in _read("outside.toml")["submission"] if site.kind in item.get("kinds", (site.kind,))
    ]
    item = rng.choice(found)
    slots = Slots(rng, site)
    voice, words = rng.choice(speakers(item["says"], site.kind))
    exclusion = Exclusion(item["exclusion"])
    manner = MANNERS.get(exclusion, "plain")
    return OutsideText(
        said=spoken(rng, slots.fill, voice, words, manner),
        place=slots.fill(item["where"]),
        exclusion=exclusion,
        destination=Destination(item["destination"]),
        note=slots.fill(item["note"]),
        outcome=slots.fill(item["outcome"]),
    )
