"""Votes for tests: made up with groups in them, or real."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

BREXIT = Path(__file__).parent / "data" / "brexit-consensus"


@dataclass(frozen=True)
class Rows:
    """A log of votes as three columns, and the group that each participant was made in."""

    people: np.ndarray[Any, Any]
    statements: np.ndarray[Any, Any]
    votes: np.ndarray[Any, Any]
    groups: dict[int, int]

    def some(self, kept: np.ndarray[Any, Any]) -> Rows:
        return Rows(self.people[kept], self.statements[kept], self.votes[kept], self.groups)

    def columns(self) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        return self.people, self.statements, self.votes

    def cells(self) -> dict[tuple[int, int], int]:
        rows = zip(*(each.tolist() for each in self.columns()), strict=True)
        return {(person, statement): vote for person, statement, vote in rows}


def made(people: int, statements: int, share: float = 0.5, groups: int = 3, seed: int = 1) -> Rows:
    """People in groups of unequal size who answer alike within a group, each a share of the statements."""
    chance = np.random.default_rng(seed)
    sizes = np.arange(groups, 0, -1, dtype=float)
    group = chance.choice(groups, people, p=sizes / sizes.sum())
    leaning = chance.normal(0, 1, (groups, statements))
    rows = np.argwhere(chance.random((people, statements)) < share)
    chance.shuffle(rows)
    feeling = leaning[group[rows[:, 0]], rows[:, 1]] + chance.normal(0, 0.6, len(rows))
    votes = np.where(feeling > 0.4, 1, np.where(feeling < -0.4, -1, 0))
    return Rows(rows[:, 0], rows[:, 1], votes, dict(enumerate(group.tolist())))


def brexit() -> Rows:
    """A real conversation with Polis's published groups."""
    with (BREXIT / "votes.csv").open() as source:
        table = np.array([[int(cell) for cell in row] for row in list(csv.reader(source))[1:]])
    with (BREXIT / "published-groups.csv").open() as source:
        groups = {
            int(row["participant"]): int(row["group"]) for row in csv.DictReader(source) if row["group"]
        }
    return Rows(table[:, 0], table[:, 1], table[:, 2], groups)
