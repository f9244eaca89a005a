"""The floor that the opinion map is measured against: load, multiply, two singular vectors, cluster, count. No more.

Usage: bench_opinions_floor.py VOTES.npz   — with the arrays `participants`, `statements`, `votes`.
No moderation, re-votes, silhouettes, least sizes, representative statements, saved state or output.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.linalg import svds

ROUNDS = 20


def floor(people: Any, statements: Any, votes: Any) -> Any:
    """Counts of each group for the tightest of a few k-means."""
    n, m = int(people.max()) + 1, int(statements.max()) + 1
    cast = csr_array((votes.astype(np.float64), (people, statements)), shape=(n, m))
    seen = np.bincount(cast.indices, minlength=m)
    mean = np.bincount(cast.indices, weights=cast.data, minlength=m) / np.maximum(seen, 1)
    centred = csr_array((cast.data - mean[cast.indices], cast.indices, cast.indptr), shape=cast.shape)
    axes = svds(centred, k=2, random_state=0)[2].T
    per_person = np.diff(cast.indptr)
    points = (centred @ axes) * np.sqrt(m / np.maximum(per_person, 1))[:, None]
    labels = {k: kmeans(points, k) for k in range(2, 6)}
    return [counts(cast, per_person, labels[k], k) for k in labels][0]


def kmeans(points: Any, k: int) -> Any:
    """Lloyd's rounds from the first points."""
    centres = points[:k].copy()
    labels = np.zeros(len(points), np.int64)
    for _ in range(ROUNDS):
        labels = (points @ centres.T - 0.5 * (centres**2).sum(axis=1)).argmax(axis=1)
        mass = np.maximum(np.bincount(labels, minlength=k), 1)
        moved = (
            np.stack([np.bincount(labels, weights=axis, minlength=k) for axis in points.T], axis=1)
            / mass[:, None]
        )
        if np.abs(moved - centres).max() < 0.01:
            break
        centres = moved
    return labels


def counts(cast: Any, per_person: Any, labels: Any, k: int) -> Any:
    """Agrees, passes and disagrees of each group on each statement."""
    cell = np.repeat(labels, per_person) * cast.shape[1] + cast.indices
    return np.bincount(cell * 3 + (cast.data + 1).astype(np.int64), minlength=k * cast.shape[1] * 3)


if __name__ == "__main__":
    with np.load(sys.argv[1]) as given:
        floor(given["participants"], given["statements"], given["votes"])
