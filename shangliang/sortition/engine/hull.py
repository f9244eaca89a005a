"""Leximin over mixtures of whole panels, by column generation; for pools where dividing people would be fairer.

A master program mixes the panels known so far; its prices say which panel would help most, and an integer program looks
for it. Where none helps, the level is proven and those who hold it down are settled (after the dual program of
Flanigan et al. 2021, appendix). The relaxation's level proves as well, and needs no search.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, hstack, identity, vstack

from shangliang.sortition.engine.polytope import Floats, Polytope
from shangliang.sortition.engine.relaxed import SURELY, Relaxed
from shangliang.sortition.engine.solver import INFINITE, Answer, Found, Program
from shangliang.sortition.engine.splitting import panels_of

EXACT = 1e-9  # of a chance
HELPS = 1e-8  # by how much a panel has to beat the price of the mixture


@dataclass(frozen=True)
class Mixture:
    """A lottery over panels (P x T, whole) with weights (P, adding up to 1), and what is proven of it."""

    panels: Floats
    weights: Floats
    is_proven: bool
    bound: float  # no lottery gives everybody more than this
    open_reached: float = 0.0  # where unproven: the least chance of those not settled,
    open_bound: float = 0.0  # and what is proven to be out of their reach

    def chances(self, polytope: Polytope) -> Floats:
        """The chance of each type (T)."""
        chances: Floats = (self.weights @ self.panels) / polytope.sizes
        return chances


class Panels:
    """The panels known, and the search for more."""

    def __init__(self, polytope: Polytope, known: Sequence[Floats], until: float) -> None:
        self.polytope, self.until = polytope, until
        self.search = panels_of(polytope)
        self.known = list(known) or [self._any()]

    @property
    def seconds(self) -> float:
        """What is left of the time."""
        return self.until - time.monotonic()

    def _any(self) -> Floats:
        return np.round(self.search.solve().columns)

    def better(self, prices: Floats, worth: float) -> Floats | None:
        """A panel worth more than `worth` at those prices; None where there is none. Raises OutOfTime."""
        self.search.want(prices)
        for gap in (0.1, 0.0):
            if self.seconds <= 0:
                raise OutOfTime
            answer = self.search.solve(self.seconds, gap=gap)
            if answer.found is not Found.BEST:
                raise OutOfTime
            panel = np.round(answer.columns)
            if prices @ panel > worth + HELPS:
                self.known.append(panel)
                return panel
            if answer.bound <= worth + HELPS:
                return None
        return None


class OutOfTime(Exception):
    """The time given is over."""


def mixed_to(polytope: Polytope, point: Floats, panels: Panels) -> Mixture | None:
    """The panels mixed so that their mean is `point`; None where no mixture can, or the time is over."""
    types = polytope.types
    known = np.array(panels.known)
    missing = identity(types, format="csr")
    rows = vstack([hstack([missing, csr_matrix(known.T)]), _ones_after(types, len(known))]).tocsr()
    width = types + len(known)
    costs = np.concatenate([-np.ones(types), np.zeros(len(known))])
    low, high = np.append(point, 1.0), np.append(np.full(types, INFINITE), 1.0)
    master = Program(costs, np.zeros(width), np.full(width, INFINITE), rows, low, high)
    while True:
        answer = master.solve()
        if -answer.value <= EXACT * types:
            weights = np.maximum(answer.columns[types:], 0.0)
            return _mixture(panels.known, weights, is_proven=True, bound=0.0)
        try:
            panel = panels.better(-answer.prices[:types], answer.prices[types])
        except OutOfTime:
            return None
        if panel is None:
            return None
        master.add_column(0.0, 0.0, INFINITE, np.arange(types + 1), np.append(panel, 1.0))


def _ones_after(skipped: int, count: int) -> csr_matrix:
    return csr_matrix(np.concatenate([np.zeros(skipped), np.ones(count)])[None, :])


def leximin(polytope: Polytope, panels: Panels, *, levels: int | None = None) -> Mixture:
    """The fairest mixture of whole panels, `levels` deep (None: to the end), or the best found in the time."""
    relaxed, stage = Relaxed(polytope), _Stage(polytope, panels)
    bound, done, answer = 0.0, 0, stage.solve()
    while np.isnan(relaxed.settled).any() and (levels is None or done < levels):
        level = relaxed.level()
        out_of_reach = level.chance if level else 1.0
        try:
            while True:
                reached = answer.columns[0]
                if level is not None and reached >= level.chance - EXACT:
                    tight, out_of_reach = level.tight, reached
                    break
                prices = -answer.prices
                if panels.better(prices[:-1], -prices[-1]) is None:
                    tight, out_of_reach = stage.held(relaxed, answer), reached
                    break
                stage.add(panels.known[-1])
                answer = stage.solve()
        except OutOfTime:
            bound = out_of_reach if done == 0 else bound
            return stage.mixture(answer, False, bound, answer.columns[0], out_of_reach)
        bound = reached if done == 0 else bound
        relaxed.settle(tight, reached)
        stage.settle(tight, reached)
        done, answer = done + 1, stage.solve()
    return stage.mixture(answer, True, bound)


class _Stage:
    """The master program: z and the weights; rows say that everybody open has z and everybody settled what is theirs."""

    def __init__(self, polytope: Polytope, panels: Panels) -> None:
        self.polytope, self.panels = polytope, panels
        known, types = np.array(panels.known), polytope.types
        first = csr_matrix(-polytope.sizes[:, None].astype(float))
        rows = vstack([hstack([first, csr_matrix(known.T)]), _ones_after(1, len(known))]).tocsr()
        costs = np.zeros(1 + len(known))
        costs[0] = 1.0
        right = np.append(1.0, np.full(len(known), INFINITE))
        low, high = np.append(np.zeros(types), 1.0), np.append(np.full(types, INFINITE), 1.0)
        self.master = Program(costs, np.zeros(1 + len(known)), right, rows, low, high)

    def solve(self) -> Answer:
        return self.master.solve()

    def add(self, panel: Floats) -> None:
        self.master.add_column(0.0, 0.0, INFINITE, np.arange(len(panel) + 1), np.append(panel, 1.0))

    def held(self, relaxed: Relaxed, answer: Answer) -> np.ndarray:
        """The open types whose row has a price: in no best mixture do they get more."""
        weight = np.abs(answer.prices[:-1]) * self.polytope.sizes
        weight[~np.isnan(relaxed.settled)] = 0.0
        tight = np.flatnonzero(weight > SURELY)
        return tight if len(tight) else np.flatnonzero(np.isnan(relaxed.settled))

    def settle(self, types: np.ndarray, chance: float) -> None:
        for each in types:
            self.master.weigh(int(each), 0, 0.0)
            self.master.bound_row(int(each), float(self.polytope.sizes[each] * chance), INFINITE)

    def mixture(
        self, answer: Answer, is_proven: bool, bound: float, reached: float = 0.0, out_of_reach: float = 0.0
    ) -> Mixture:
        weights = np.maximum(answer.columns[1:], 0.0)
        return _mixture(self.panels.known, weights, is_proven, bound, reached, out_of_reach)


def _mixture(
    panels: Sequence[Floats],
    weights: Floats,
    is_proven: bool,
    bound: float,
    reached: float = 0.0,
    out_of_reach: float = 0.0,
) -> Mixture:
    kept = np.flatnonzero(weights > EXACT * EXACT)
    share = weights[kept] / weights[kept].sum()
    return Mixture(np.array([panels[int(at)] for at in kept]), share, is_proven, bound, reached, out_of_reach)
