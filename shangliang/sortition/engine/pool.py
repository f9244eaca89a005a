"""Who has volunteered, and how many of each kind may sit at the table."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Quota:
    """How many people with one value of one attribute a panel has, both ends included.

    `min_flex` and `max_flex` say how far the ends may be moved where no panel exists otherwise; None: as far as needed.
    """

    category: str
    feature: str
    low: int
    high: int
    low_flex: int | None = None
    high_flex: int | None = None


@dataclass(frozen=True)
class Pool:
    """People, each with one value of every attribute; of one household at most one sits at the table."""

    categories: tuple[str, ...]
    ids: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]  # one row a person, in the order of `categories`
    households: tuple[str, ...] | None = None  # "" for who gave none; None: nobody was asked

    def __len__(self) -> int:
        return len(self.ids)

    def household(self, person: int) -> str:
        """The household of the person at a place, or "" where there is none to heed."""
        return self.households[person] if self.households else ""

    def without(self, gone: Collection[str], households: Collection[str] = ()) -> Pool:
        """The pool less some people, and less everybody who lives with them."""
        out, shut = set(gone), set(households) - {""}
        stay = [
            place
            for place, who in enumerate(self.ids)
            if who not in out and self.household(place) not in shut
        ]
        return Pool(
            self.categories,
            tuple(self.ids[place] for place in stay),
            tuple(self.values[place] for place in stay),
            tuple(self.households[place] for place in stay) if self.households else None,
        )
