"""What each group says: counts, consensus, the statements that speak for it, and what to ask next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shangliang.opinions.engine.votes import AGREE, DISAGREE, Floats, Ints, Votes

SIGNIFICANT = 1.2816  # 90 %, one-sided
MOST = 5  # statements shown for a group, and of each kind of consensus
META_PRIORITY = 49.0
NEWNESS, HALF_LIFE = 8.0, 5.0  # a statement without votes weighs nine times; half of that is gone after five


@dataclass(frozen=True)
class Counts:
    """For each group (row) and statement (column): how many agree, disagree, and voted at all."""

    agree: Floats
    disagree: Floats
    seen: Floats

    def over(self, rows: slice) -> Counts:
        """The groups of `rows` taken together, still as a table of one row."""
        return Counts(
            *(each[rows].sum(axis=0, keepdims=True) for each in (self.agree, self.disagree, self.seen))
        )


def count(votes: Votes, group_of: Ints, groups: int) -> Counts:
    """Counts by group; the last row holds those without a group (-1)."""
    width = votes.shape[1]
    where = np.where(group_of < 0, groups, group_of) * width * 3 + 1
    tables = np.zeros((groups + 1) * width * 3, np.int64)
    for rows, part in votes.row_slices():
        key = np.repeat(where[rows], votes.cast[rows])
        key += votes.columns[part] * np.int64(3)
        key += votes.values[part]
        tables += np.bincount(key, minlength=len(tables))
    table = tables.reshape(groups + 1, width, 3).astype(np.float64)
    return Counts(table[:, :, AGREE + 1], table[:, :, DISAGREE + 1], table.sum(axis=2))


def share(of: Floats, seen: Floats) -> Floats:
    """The share of those who saw it, drawn towards one half when few did."""
    return (of + 1) / (seen + 2)


def share_test(of: Floats, seen: Floats) -> Floats:
    """How surely the share is above one half, as a z value."""
    return 2 * np.sqrt(seen + 1) * ((of + 1) / (seen + 1) - 0.5)


def ratio(of: Floats, seen: Floats, of_others: Floats, seen_others: Floats) -> Floats:
    """The share in the group against the share in the other groups."""
    return share(of, seen) / share(of_others, seen_others)


def ratio_test(of: Floats, seen: Floats, of_others: Floats, seen_others: Floats) -> Floats:
    """How surely the group's share is above the others', as a two-proportion z value."""
    here, there = (of + 1) / (seen + 1), (of_others + 1) / (seen_others + 1)
    pooled = (of + of_others + 2) / (seen + seen_others + 2)
    spread = np.sqrt(np.maximum(pooled * (1 - pooled), 0) * (1 / (seen + 1) + 1 / (seen_others + 1)))
    return np.where(spread > 0, (here - there) / np.where(spread > 0, spread, 1), 0.0)


def group_consensus(groups: Counts) -> tuple[Floats, Floats]:
    """The product over the groups of their shares: high only where every group agrees (or disagrees)."""
    agree, disagree = (share(each, groups.seen).prod(axis=0) for each in (groups.agree, groups.disagree))
    return agree, disagree


def consensus(everyone: Counts, silent: NDArray[np.bool_]) -> tuple[list[int], list[int]]:
    """Columns that most agree on, and that most disagree with, surest first."""

    def surest(of: Floats) -> list[int]:
        p, test = share(of[0], everyone.seen[0]), share_test(of[0], everyone.seen[0])
        found = np.flatnonzero((p > 0.5) & (test > SIGNIFICANT) & ~silent)
        return [int(each) for each in found[np.argsort(-(p * test)[found], kind="stable")][:MOST]]

    return surest(everyone.agree), surest(everyone.disagree)


def priorities(grouped: Counts, extremity: Floats, meta: NDArray[np.bool_]) -> Floats:
    """The weight with which a statement is drawn next: seen by few, far from the centre, agreed on, not passed."""
    seen = grouped.seen[0]
    passed = share(seen - grouped.agree[0] - grouped.disagree[0], seen)
    importance = (1 - passed) * (extremity + 1) * share(grouped.agree[0], seen)
    priority = (importance * (1 + NEWNESS * 2.0 ** (-seen / HALF_LIFE))) ** 2
    return np.where(meta, META_PRIORITY, priority)


@dataclass(frozen=True)
class Standing:
    """One statement in one group: shares, ratios and their tests for both directions."""

    column: int
    voted: bool  # somebody agreed or disagreed; passes alone say nothing
    agree: tuple[float, float, float, float]  # p, its test, r, its test
    disagree: tuple[float, float, float, float]

    @property
    def agrees(self) -> bool:
        return self.agree[3] > self.disagree[3]

    @property
    def passes(self) -> bool:
        return any(
            test > SIGNIFICANT and against > SIGNIFICANT
            for _, test, _, against in (self.agree, self.disagree)
        )

    @property
    def weight(self) -> float:
        p, p_test, r, r_test = self.agree if self.agrees else self.disagree
        return r * r_test * p * p_test

    def beats_agreed(self, best: Standing | None) -> bool:
        """Whether it is better than the best that the group agrees on so far."""
        if not self.voted:
            return False
        p, p_test, r, r_test = self.agree
        if best is None:
            return p_test > SIGNIFICANT or (r > 1 and p > 0.5)
        p_best, p_test_best, r_best, r_test_best = best.agree
        if r_best > 1:
            return r * r_test * p * p_test > r_best * r_test_best * p_best * p_test_best
        return p * p_test > p_best * p_test_best


def representatives(groups: Counts, silent: NDArray[np.bool_]) -> list[list[Standing]]:
    """For each group the statements that speak for it, at most five, what it agrees on first."""
    totals = groups.over(slice(None))
    others = [
        total - each
        for total, each in zip(
            (totals.agree, totals.disagree, totals.seen),
            (groups.agree, groups.disagree, groups.seen),
            strict=True,
        )
    ]
    tables = [
        (
            share(of, groups.seen),
            share_test(of, groups.seen),
            ratio(of, groups.seen, rest, others[2]),
            ratio_test(of, groups.seen, rest, others[2]),
        )
        for of, rest in ((groups.agree, others[0]), (groups.disagree, others[1]))
    ]
    voted = groups.agree + groups.disagree > 0
    columns = np.flatnonzero(~silent).tolist()
    chosen = []
    for row in range(len(groups.seen)):
        agree, disagree = (
            list(zip(*(each[row].tolist() for each in table), strict=True)) for table in tables
        )
        chosen.append(
            speaking(
                [Standing(each, bool(voted[row, each]), agree[each], disagree[each]) for each in columns]
            )
        )
    return chosen


def speaking(standings: list[Standing]) -> list[Standing]:
    """Which of a group's statements speak for it."""
    agreed: Standing | None = None
    nearest: Standing | None = None
    passing = []
    for each in standings:
        if each.passes:
            passing.append(each)
        if each.beats_agreed(agreed):
            agreed = each
        if nearest is None or max(each.agree[3], each.disagree[3]) > max(
            nearest.agree[3], nearest.disagree[3]
        ):
            nearest = each
    if not passing:
        one = agreed or nearest
        return [one] if one else []
    passing.sort(key=lambda each: -each.weight)
    first = [agreed] if agreed else []
    shown = (first + [each for each in passing if each is not agreed])[:MOST]
    return sorted(shown, key=lambda each: not each.agrees)
