"""Quotas that no panel can keep: which of them to loosen, by how little."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import bmat, coo_matrix, csr_matrix, eye

from shangliang.sortition.engine.polytope import Floats, Polytope, with_size
from shangliang.sortition.engine.pool import Quota
from shangliang.sortition.engine.solver import Found, Program
from shangliang.sortition.engine.splitting import panels_of

EACH = 0.01  # what touching one more quota costs beside moving an end by one: few quotas rather than many


@dataclass(frozen=True)
class Mend:
    """A quota with the ends that would do."""

    quota: Quota
    low: int
    high: int


class Infeasible(Exception):
    """No panel keeps all quotas. `mends` is a smallest set of changes after which one does; it is empty where even
    without quotas only `largest` people can sit together."""

    def __init__(self, mends: Sequence[Mend], largest: int) -> None:
        super().__init__("no panel keeps all quotas")
        self.mends, self.largest = tuple(mends), largest


def is_possible(polytope: Polytope, seconds: float) -> bool | None:
    """Whether there is a panel; None where the time was not enough to know."""
    if polytope.types == 0:
        return polytope.size == 0
    found = panels_of(polytope).solve(seconds, gap=1.0).found
    return None if found is Found.CUT_SHORT else found is Found.BEST


def mend(polytope: Polytope, quotas: Sequence[Quota], seconds: float) -> Infeasible:
    """What to loosen, within what the quotas allow where that is enough."""
    for heeds in (True, False):
        moved = _moved(polytope, quotas, seconds, heeds=heeds)
        if moved is not None:
            low, high = moved
            return Infeasible(
                [
                    Mend(quota, quota.low - int(down), quota.high + int(up))
                    for quota, down, up in zip(quotas, low, high, strict=True)
                    if down or up
                ],
                polytope.size,
            )
    return Infeasible((), _largest(polytope, len(quotas), seconds))


def _moved(
    polytope: Polytope, quotas: Sequence[Quota], seconds: float, *, heeds: bool
) -> tuple[Floats, Floats] | None:
    """By how much each lower end goes down and each upper end up: a smallest sum, touching few quotas."""
    types, number = polytope.types, len(quotas)
    rows, low, high = with_size(polytope)
    ends = coo_matrix((np.ones(number), (range(number), range(number))), shape=(len(low), number)).tocsr()
    most = float(polytope.size)
    one, none = eye(number, format="csr"), csr_matrix((number, types))
    # Columns: the panel, down, up, touched. The second block: a quota that moves is touched.
    matrix = bmat([[rows, ends, -ends, None], [none, one, one, -2 * most * one]]).tocsr()
    left = np.zeros(types + 3 * number)
    right = np.concatenate([polytope.most, _ends(quotas, most, heeds=heeds).ravel(), np.ones(number)]).astype(
        float
    )
    costs = -np.concatenate([np.zeros(types), np.ones(2 * number), np.full(number, EACH)])
    program = Program(
        costs,
        left,
        right,
        matrix,
        np.append(low, np.full(number, -np.inf)),
        np.append(high, np.zeros(number)),
        whole=True,
    )
    answer = program.solve(seconds)
    if answer.found is not Found.BEST:
        return None
    moved = np.round(answer.columns[types : types + 2 * number])
    return moved[:number], moved[number:]


def _ends(quotas: Sequence[Quota], most: float, *, heeds: bool) -> Floats:
    """How far the ends may move (2 x number): down to nobody, up to the whole panel, or as the quota says."""
    down, up = [], []
    for quota in quotas:
        floor = quota.low_flex if heeds and quota.low_flex is not None else 0
        roof = quota.high_flex if heeds and quota.high_flex is not None else max(most, quota.high)
        down.append(max(quota.low - floor, 0))
        up.append(max(roof - quota.high, 0))
    return np.array([down, up], float)


def _largest(polytope: Polytope, quotas: int, seconds: float) -> int:
    """How many can sit together when there are no quotas, only households."""
    rows = polytope.rows[quotas:]
    count = rows.shape[0]
    types = polytope.types
    if types == 0:
        return 0
    program = Program(
        np.ones(types),
        np.zeros(types),
        polytope.most.astype(float),
        rows.tocsr(),
        np.zeros(count),
        polytope.high[quotas:],
        whole=True,
    )
    return round(program.solve(seconds).value)
