"""k-means and silhouettes on the points of the map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shangliang.opinions.engine.votes import Floats, Ints

CHUNK = 1 << 14
PAIRS = 1 << 18  # distances held at a time
MOST_GROUPS = 5
POINTS_PER_GROUP = 12


@dataclass(frozen=True)
class Clustering:
    """Centres with an id each, and for every point the place of its centre."""

    centres: Floats
    ids: Ints
    labels: Ints

    @property
    def k(self) -> int:
        return len(self.centres)

    def of(self, id_: int) -> NDArray[np.intp]:
        """The points of one cluster."""
        return np.flatnonzero(self.ids[self.labels] == id_)


def most_groups(count: int) -> int:
    """The largest number of groups that so many points can carry."""
    return min(MOST_GROUPS, 2 + count // POINTS_PER_GROUP)


def first_distinct(points: Floats, most: int) -> Floats:
    """The first points that are not equal to an earlier one."""
    seen: dict[tuple[float, float], None] = {}
    for x, y in points:
        seen.setdefault((float(x), float(y)), None)
        if len(seen) == most:
            break
    return np.array(list(seen), np.float64).reshape(-1, 2)


def nearest(points: Floats, centres: Floats) -> Ints:
    """For each point the place of its nearest centre; between equally near ones the later.

    Differences are squared as they are: with |a|^2 + |b|^2 - 2ab near points would tie at 0.
    """
    best = np.empty(len(points), np.int64)
    step = max(1, PAIRS // max(len(centres), 1))
    turned = centres[::-1]
    for at in range(0, len(points), step):
        part = points[at : at + step]
        away = np.subtract.outer(part[:, 0], turned[:, 0]) ** 2
        away += np.subtract.outer(part[:, 1], turned[:, 1]) ** 2
        best[at : at + step] = len(centres) - 1 - np.argmin(away, axis=1)
    return best


def means_of(
    points: Floats, labels: Ints, count: int, weights: Floats | None = None
) -> tuple[Floats, Floats]:
    """Centre and weight of each label; a centre without points is not a number."""
    mass = np.bincount(labels, weights=weights, minlength=count).astype(np.float64)
    axes = [points[:, axis] if weights is None else points[:, axis] * weights for axis in (0, 1)]
    with np.errstate(invalid="ignore", divide="ignore"):
        centres = np.stack([np.bincount(labels, weights=each, minlength=count) for each in axes], axis=1)
        return centres / mass[:, None], mass


def kmeans(
    points: Floats,
    centres: Floats,
    ids: Ints,
    *,
    rounds: int,
    still: float = 0.01,
    weights: Floats | None = None,
) -> Clustering:
    """Lloyd's rounds from the given centres until every centre moves less than `still`; empty ones are dropped.

    The labels are those that the last centres were made from, as in Polis.
    """
    labels = np.zeros(len(points), np.int64)
    for _ in range(rounds):
        labels = nearest(points, centres)
        moved, mass = means_of(points, labels, len(centres), weights)
        full = mass > 0
        settled = bool((np.hypot(*(moved[full] - centres[full]).T) < still).all())
        centres, ids, labels = moved[full], ids[full], (np.cumsum(full) - 1)[labels]
        if settled:
            break
    return Clustering(centres, ids, labels)


def distances(points: Floats, others: Floats) -> Floats:
    """Euclidean, from each point to each other."""
    away: Floats = np.subtract.outer(points[:, 0], others[:, 0]) ** 2
    away += np.subtract.outer(points[:, 1], others[:, 1]) ** 2
    return np.sqrt(away, out=away)


def silhouette(points: Floats, labels: Ints, count: int, between: Floats | None = None) -> float:
    """The mean silhouette; 0 for points alone in their cluster and for fewer than two clusters.

    `between` are the distances, when several groupings of the same points are compared.
    """
    sizes = np.bincount(labels, minlength=count)
    if (sizes > 0).sum() < 2:
        return 0.0
    every = np.arange(len(points))
    belongs = np.zeros((len(points), count))
    belongs[every, labels] = 1.0
    if between is None:
        sums = np.empty((len(points), count))
        step = max(1, PAIRS // len(points))
        for at in range(0, len(points), step):
            sums[at : at + step] = distances(points[at : at + step], points) @ belongs
    else:
        sums = between @ belongs
    own = sizes[labels]
    inner = sums[every, labels] / np.maximum(own - 1, 1)
    with np.errstate(invalid="ignore", divide="ignore"):
        outer = sums / sizes
    outer[:, sizes == 0] = np.inf
    outer[every, labels] = np.inf
    other = outer.min(axis=1)
    larger = np.maximum(np.maximum(inner, other), np.finfo(float).tiny)
    return float(np.where(own > 1, (other - inner) / larger, 0.0).mean())


def adjusted_rand(one: Ints, other: Ints) -> float:
    """How far two groupings of the same people agree: 1 the same, 0 as by chance."""
    pairs = np.zeros((int(one.max(initial=0)) + 1, int(other.max(initial=0)) + 1))
    np.add.at(pairs, (one, other), 1)

    def together(counts: Floats) -> float:
        return float((counts * (counts - 1) / 2).sum())

    rows, columns = together(pairs.sum(axis=1)), together(pairs.sum(axis=0))
    every = len(one) * (len(one) - 1) / 2
    chance = rows * columns / every if every else 0.0
    most = (rows + columns) / 2
    return 1.0 if most == chance else (together(pairs) - chance) / (most - chance)
