"""The whole preparation of a draw: pool and quotas in, chances and a lottery of panels out."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from shangliang.sortition import rules
from shangliang.sortition.engine.hull import Mixture, Panels, leximin, mixed_to
from shangliang.sortition.engine.lottery import equal_panels, seated, shares
from shangliang.sortition.engine.mending import Infeasible, is_possible, mend
from shangliang.sortition.engine.polytope import Floats, Polytope, polytope
from shangliang.sortition.engine.pool import Pool, Quota
from shangliang.sortition.engine.relaxed import relaxed_leximin
from shangliang.sortition.engine.splitting import split

Method = Literal["leximin", "maximin"]
DONE = 1e-8  # of the weight: below this a split is whole
FOR_LOTTERY = 0.2  # of the time
FEWEST_SECONDS = 5.0  # a lottery needs that much, and nobody is served by less


@dataclass(frozen=True)
class Prepared:
    """What is fixed before the seed is made."""

    method: Method
    pool: Pool
    size: int
    types: int
    chances: Floats  # N: of each person, in the order of the pool
    panels: tuple[tuple[str, ...], ...]  # ids; each panel as likely as the other
    is_proven: bool
    bound: float  # no draw gives everybody a greater chance
    open_reached: float  # where unproven: the least chance among those not settled,
    open_bound: float  # and what is proven to be out of their reach
    deviation: float  # the most that somebody's share of the panels differs from their chance
    seconds: float

    @property
    def least(self) -> float:
        """The chance of who has the smallest."""
        return float(self.chances.min())

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the panels."""
        return rules.digest(self.panels)


def prepare(
    pool: Pool,
    quotas: Sequence[Quota],
    size: int,
    *,
    method: Method = "leximin",
    panels: int = 1000,
    seconds: float = 600.0,
) -> Prepared:
    """Chances as fair as can be, and the lottery. Raises Infeasible where no panel keeps the quotas."""
    begun = time.monotonic()
    shape = possible(pool, quotas, size, seconds)
    until = begun + seconds * (1 - FOR_LOTTERY)
    mixture = _mixture(shape, method, until)
    by_type = mixture.chances(shape)
    chances = np.empty(len(pool))
    for kind, people in enumerate(shape.people):
        chances[people] = by_type[kind]
    counts = equal_panels(shape, mixture, panels, max(begun + seconds, time.monotonic() + FEWEST_SECONDS))
    places = seated(shape, pool, counts)
    return Prepared(
        method=method,
        pool=pool,
        size=size,
        types=shape.types,
        chances=chances,
        panels=tuple(tuple(pool.ids[place] for place in panel) for panel in places),
        is_proven=mixture.is_proven,
        bound=mixture.bound,
        open_reached=mixture.open_reached,
        open_bound=mixture.open_bound,
        deviation=float(np.abs(shares(places, len(pool)) - chances).max()),
        seconds=time.monotonic() - begun,
    )


def still_needed(
    pool: Pool, quotas: Sequence[Quota], panel: Sequence[str], declined: Collection[str]
) -> tuple[Pool, list[Quota], int]:
    """After somebody has declined: who can take their places, what the quotas still ask for, and how many are needed.

    Those who stay keep their seats; who declined, who sits already and who lives with somebody who stays is out.
    """
    stay = [who for who in panel if who not in set(declined)]
    place = {who: at for at, who in enumerate(pool.ids)}
    counts = Counter(
        pair for who in stay for pair in zip(pool.categories, pool.values[place[who]], strict=True)
    )
    left = [
        replace(
            quota,
            low=max(quota.low - counts[quota.category, quota.feature], 0),
            high=max(quota.high - counts[quota.category, quota.feature], 0),
        )
        for quota in quotas
    ]
    homes = [pool.household(place[who]) for who in stay]
    return pool.without([*panel, *declined], homes), left, len(panel) - len(stay)


def possible(pool: Pool, quotas: Sequence[Quota], size: int, seconds: float) -> Polytope:
    """The panels, where there are any. Raises Infeasible with the smallest changes, TimeoutError where unknown."""
    shape = polytope(pool, quotas, size)
    answer = is_possible(shape, seconds)
    if answer is None:
        raise TimeoutError
    if not answer:
        raise mend(shape, quotas, seconds)
    return shape


def _mixture(shape: Polytope, method: Method, until: float) -> Mixture:
    """First as if people could be divided, then panels that come to that; where none do, the search over panels."""
    aim = relaxed_leximin(shape)
    if aim is None:  # a panel exists, so this is rounding at the edge of what is possible
        return leximin(shape, Panels(shape, [], until), levels=_levels(method))
    parts = split(shape, aim * shape.sizes, until)
    bound = float(aim.min())
    if parts.left <= DONE:
        weights = np.array(parts.weights)
        return Mixture(np.array(parts.panels), weights / weights.sum(), is_proven=True, bound=bound)
    known = Panels(shape, parts.panels, until)
    mixed = mixed_to(shape, aim * shape.sizes, known)
    if mixed is not None:
        return Mixture(mixed.panels, mixed.weights, is_proven=True, bound=bound)
    return leximin(shape, known, levels=_levels(method))


def _levels(method: Method) -> int | None:
    return 1 if method == "maximin" else None


def gini(chances: Floats) -> float:
    """0 where all have the same chance, near 1 where one has all."""
    ordered = np.sort(chances)
    ranks = np.arange(1, len(ordered) + 1)
    return max(float((2 * ranks - len(ordered) - 1) @ ordered / (len(ordered) * ordered.sum())), 0.0)


def geometric_mean(chances: Floats) -> float:
    """Of the chances; 0 where somebody has none."""
    return float(np.exp(np.log(chances).mean())) if chances.min() > 0 else 0.0


def fingerprint(pool: Pool, quotas: Sequence[Quota]) -> str:
    """SHA-256 of who was in the pool and what was asked for, for the record."""
    lines = [",".join(map(rules.quoted, (who, *row))) for who, row in zip(pool.ids, pool.values, strict=True)]
    lines += [f"{each.category},{each.feature},{each.low},{each.high}" for each in quotas]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


__all__ = [
    "Infeasible",
    "Method",
    "Prepared",
    "fingerprint",
    "geometric_mean",
    "gini",
    "possible",
    "prepare",
    "still_needed",
]
