"""All panels at once: people who are alike make a type, a panel is a count of each type within bounds.

Two people are of one type when they have the same values and their households are made of the same values too. Equal
people then get equal chances by a fair draw, so nothing is lost by counting types instead of people, also where
households tie people together: of n households of one make, at most n people sit at the table in all.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from shangliang.sortition.engine.pool import Pool, Quota

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Values = tuple[str, ...]
Make = tuple[Values, ...]  # what a household consists of; empty for who lives alone in the pool


@dataclass(frozen=True)
class Polytope:
    """T types and M rows: a panel x is whole, 0 <= x, low <= rows @ x <= high, sum(x) = size."""

    sizes: Ints  # T: how many people are of the type
    people: tuple[Ints, ...]  # T: who, as places in the pool
    most: (
        Ints  # T: how many of the type can sit together (fewer than `sizes` where two of them live together)
    )
    tied: NDArray[np.bool_]  # T: whether others of their households are in the pool
    rows: csr_matrix  # M x T, zeros and ones: the quotas, then one row for each make of household
    low: Floats  # M
    high: Floats  # M
    size: int

    @property
    def types(self) -> int:
        """T."""
        return len(self.sizes)


def with_size(polytope: Polytope) -> tuple[csr_matrix, Floats, Floats]:
    """The rows with one more for the size of the panel, and their bounds."""
    rows = vstack([polytope.rows, csr_matrix(np.ones((1, polytope.types)))]).tocsr()
    size = float(polytope.size)
    return rows, np.append(polytope.low, size), np.append(polytope.high, size)


def polytope(pool: Pool, quotas: Sequence[Quota], size: int) -> Polytope:
    """The panels of `size` people of the pool that keep every quota."""
    makes, number_of = _households(pool)
    members: dict[tuple[Values, Make], list[int]] = defaultdict(list)
    for person in range(len(pool)):
        members[pool.values[person], makes.get(pool.household(person), ())].append(person)
    kinds = sorted(members)
    sizes = np.array([len(members[kind]) for kind in kinds], np.int64)
    place = {category: at for at, category in enumerate(pool.categories)}
    tables = [
        [at for at, (values, _) in enumerate(kinds) if values[place[quota.category]] == quota.feature]
        for quota in quotas
    ]
    low, high = [float(quota.low) for quota in quotas], [float(quota.high) for quota in quotas]
    for make in sorted(number_of):
        tables.append([at for at, (_, its) in enumerate(kinds) if its == make])
        low.append(0.0)
        high.append(float(number_of[make]))
    most = [min(len(members[kind]), number_of.get(kind[1], len(pool))) for kind in kinds]
    return Polytope(
        sizes=sizes,
        people=tuple(np.array(members[kind], np.int64) for kind in kinds),
        most=np.array(most, np.int64),
        tied=np.array([bool(make) for _, make in kinds], bool),
        rows=_ones(tables, len(kinds)),
        low=np.array(low),
        high=np.array(high),
        size=size,
    )


def _households(pool: Pool) -> tuple[dict[str, Make], Counter[Make]]:
    """The make of each household of two and more, and how many there are of each make."""
    living: dict[str, list[Values]] = defaultdict(list)
    for person in range(len(pool)):
        if household := pool.household(person):
            living[household].append(pool.values[person])
    makes = {name: tuple(sorted(values)) for name, values in living.items() if len(values) > 1}
    return makes, Counter(makes.values())


def _ones(tables: list[list[int]], width: int) -> csr_matrix:
    lengths = [len(table) for table in tables]
    columns = np.array([at for table in tables for at in table], np.int64)
    starts = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    return csr_matrix((np.ones(len(columns)), columns, starts), shape=(len(tables), width))
