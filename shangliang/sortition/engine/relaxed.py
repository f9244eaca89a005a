"""Leximin over the linear relaxation: what chances would be if people could be divided.

No lottery of whole panels can be fairer, so its levels are proven upper bounds; in practice whole panels nearly always
reach them, and then no search is needed. One linear program of M rows, solved once a level from where it stood.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, hstack, vstack

from shangliang.sortition.engine.polytope import Floats, Ints, Polytope
from shangliang.sortition.engine.solver import INFINITE, Found, Program

SURELY = 1e-6  # a reduced cost or price beyond this is no rounding; they add up to 1 over the types
NEARLY = 1e-9


@dataclass(frozen=True)
class Level:
    """The best least chance of those who are not settled yet, and which types no lottery can give more."""

    chance: float
    tight: Ints


class Relaxed:
    """The chance of type t is z + s_t while it is not settled; z, the least of them, is made as large as can be.

    Substituting so leaves one row for each quota: a type's own bound s_t >= 0 takes the place of a row.
    """

    def __init__(self, polytope: Polytope) -> None:
        types = polytope.types
        weighed = polytope.rows.multiply(polytope.sizes[None, :].astype(float)).tocsc()
        self.sizes = polytope.sizes.astype(float)
        self.weighed = weighed
        self.caps = polytope.most / polytope.sizes
        self.low = np.append(polytope.low, float(polytope.size))
        self.high = np.append(polytope.high, float(polytope.size))
        # of z, in each row
        self.of_all = np.append(np.asarray(weighed.sum(axis=1)).ravel(), self.sizes.sum())
        self.settled = np.full(types, np.nan)
        self.capped: dict[int, int] = {}  # type: the row that keeps its chance below what is possible
        self.program = self._program(types)

    def _program(self, types: int) -> Program:
        rows = vstack([self.weighed, csr_matrix(self.sizes[None, :])])
        rows = hstack([rows, csr_matrix(self.of_all[:, None])]).tocsr()
        costs = np.zeros(types + 1)
        costs[types] = 1.0
        return Program(costs, np.zeros(types + 1), np.ones(types + 1), rows, self.low, self.high)

    def level(self) -> Level | None:
        """The next level, or None where the quotas cannot be kept even by divided people."""
        types = len(self.sizes)
        open_ = np.isnan(self.settled)
        while True:
            answer = self.program.solve()
            if answer.found is not Found.BEST:
                return None
            chance = float(answer.columns[types])
            chances = chance + answer.columns[:types]
            over = np.flatnonzero(open_ & (chances > self.caps + NEARLY))
            new = [int(each) for each in over if int(each) not in self.capped]
            if not new:
                break
            for each in new:
                self.capped[each] = len(self.low) + len(self.capped)
                self.program.add_row(-INFINITE, self.caps[each], np.array([each, types]), np.ones(2))
        return Level(chance, self._tight(open_, chance, answer.slopes, answer.prices, answer.columns))

    def _tight(
        self, open_: np.ndarray, chance: float, slopes: Floats, prices: Floats, columns: Floats
    ) -> Ints:
        """Who stays at this level in every best answer: those with a price (complementary slackness)."""
        priced = np.abs(slopes[: len(self.sizes)])
        for each, row in self.capped.items():
            if (
                columns[each] <= NEARLY
            ):  # its cap is this level; at a higher cap it is settled when that is reached
                priced[each] += abs(prices[row])
        priced[~open_] = 0.0
        tight = np.flatnonzero(priced > SURELY)
        if len(tight) == 0 or chance >= 1.0 - NEARLY:  # nothing but the bound of z itself holds it
            tight = np.flatnonzero(open_ & (columns[: len(self.sizes)] <= NEARLY))
        return tight

    def settle(self, types: Ints, chance: float) -> None:
        """Those types have that chance from now on."""
        last = len(self.sizes)
        self.settled[types] = chance
        share = np.append(
            np.asarray(self.weighed[:, types].sum(axis=1)).ravel(), float(self.sizes[types].sum())
        )
        self.low, self.high = self.low - share * chance, self.high - share * chance
        self.of_all = self.of_all - share
        for row in np.flatnonzero(share):
            self.program.bound_row(int(row), self.low[row], self.high[row])
            self.program.weigh(int(row), last, self.of_all[row])
        for each in types:
            self.program.bound_column(int(each), 0.0, 0.0)
            if int(each) in self.capped:
                self.program.bound_row(self.capped[int(each)], -INFINITE, INFINITE)


def relaxed_leximin(polytope: Polytope) -> Floats | None:
    """The chance of each type (T) when people can be divided, or None where no such chances exist."""
    relaxed = Relaxed(polytope)
    while np.isnan(relaxed.settled).any():
        level = relaxed.level()
        if level is None:
            return None
        relaxed.settle(level.tight, level.chance)
    return relaxed.settled
