"""The two directions in which opinions differ most: singular vectors of the sparse, centred votes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from shangliang.opinions.engine.votes import Floats, Votes

SMALL = 1 << 19  # cells up to which a dense decomposition is cheaper than iterating
CONVERGED = 1e-11  # of the largest eigenvalue; the vectors are then right to about nine digits or better
MOST_STEPS = 400
NOTHING = 1e-7  # a singular value below this part of the size of the data is rounding
LOOK_EVERY = 4  # steps between two looks at the convergence
GRAIN = 1e-3
ROUNDING = 1e-13
RESTARTS = 6

Pause = Callable[[], None]  # called between rounds; a job may do other work in it, or raise to stop


def no_pause() -> None:
    """Go on at once."""


def column_means(votes: Votes) -> tuple[Floats, Floats]:
    """How many votes each statement has, and their mean."""
    count = np.zeros(votes.shape[1], np.int64)
    total = np.zeros(votes.shape[1], np.int64)
    for part in votes.slices():
        columns, values = votes.columns[part], votes.values[part]
        count += np.bincount(columns, minlength=len(count))
        # whole, so exact
        total += np.bincount(columns, weights=values, minlength=len(count)).astype(np.int64)
    return count.astype(np.float64), total / np.maximum(count, 1)


def centred(votes: Votes, means: Floats, silent: NDArray[np.bool_]) -> csr_array:
    """Votes less the mean of their statement; what was not cast stays exactly zero, as do moderated statements.

    This is mean imputation followed by centring, without ever filling the matrix.
    """
    values = np.empty(len(votes), np.float64)
    for part in votes.slices():
        np.subtract(votes.values[part], means[votes.columns[part]], out=values[part])
    if silent.any():
        for part in votes.slices():
            values[part][silent[votes.columns[part]]] = 0.0
    return votes.matrix(values)


def leading_pair(
    centred_votes: csr_array, start: Floats | None = None, pause: Pause = no_pause
) -> tuple[Floats, Floats]:
    """The two leading right singular vectors as columns, and their singular values; zeros where there is none.

    `start` (columns of an earlier map) saves most of the work when little has changed since.
    """
    rows, columns = centred_votes.shape
    if rows * columns <= SMALL:
        vectors, squares = dense_pair(centred_votes.toarray())
    else:
        vectors, squares = lanczos_pair(centred_votes, start, pause)
    size = float(np.sqrt(np.dot(centred_votes.data, centred_votes.data)))
    values = np.sqrt(np.maximum(squares, 0.0))
    vectors[:, values <= NOTHING * size] = 0.0
    values[values <= NOTHING * size] = 0.0
    return vectors, values


def dense_pair(table: Floats) -> tuple[Floats, Floats]:
    """By a full decomposition of a small table."""
    vectors, squares = np.zeros((table.shape[1], 2)), np.zeros(2)
    if min(table.shape) == 0:
        return vectors, squares
    _, values, right = np.linalg.svd(table, full_matrices=False)
    found = min(2, len(values))
    vectors[:, :found], squares[:found] = right[:found].T, values[:found] ** 2
    return vectors, squares


def lanczos_pair(matrix: csr_array, start: Floats | None, pause: Pause) -> tuple[Floats, Floats]:
    """By Lanczos steps on Z'Z with full reorthogonalisation; every choice in it is fixed, so runs are equal."""
    turned, width = matrix.T, matrix.shape[1]
    chance = np.random.default_rng(width)
    vector = chance.standard_normal(width)
    if start is not None and np.linalg.norm(start) > 0:
        # A grain of noise, or a direction that was not there before could never be found.
        vector = start.sum(axis=1) + vector * (GRAIN * np.linalg.norm(start) / np.linalg.norm(vector))
    most = min(width, MOST_STEPS)
    basis, small = np.empty((most, width)), np.zeros((most, most))
    steps, restarts = 0, 0
    while True:
        basis[steps] = vector / np.linalg.norm(vector)
        image = turned @ (matrix @ basis[steps])
        steps += 1
        known = basis[:steps]
        along = known @ image
        small[:steps, steps - 1] = small[steps - 1, :steps] = along
        vector = without(image - along @ known, known)
        rest, scale = float(np.linalg.norm(vector)), float(np.abs(small[:steps, :steps]).max())
        stuck = rest <= ROUNDING * scale
        if stuck or steps == most or steps % LOOK_EVERY == 0:
            values, within = np.linalg.eigh(small[:steps, :steps])
            settled = rest * np.abs(within[-1, -2:]).max() <= CONVERGED * values[-1]
            restarts += stuck
            if steps == most or restarts > RESTARTS or (settled and not stuck):
                break
        if stuck:  # an invariant subspace: an equally strong direction may lie outside it
            vector = without(chance.standard_normal(width), known)
        pause()
    found = min(2, steps)
    vectors, squares = np.zeros((width, 2)), np.zeros(2)
    vectors[:, :found] = known.T @ within[:, : -found - 1 : -1]
    squares[:found] = values[: -found - 1 : -1]
    return vectors, squares


def without(vector: Floats, known: Floats) -> Floats:
    """The vector less its part in the known directions; twice, for rounding."""
    for _ in range(2):
        vector = vector - (known @ vector) @ known
    return vector


def signed(vectors: Floats) -> Floats:
    """Each column turned so that its largest loading is positive."""
    for column in vectors.T:
        at = int(np.argmax(np.abs(column)))
        if column[at] < 0:
            column *= -1.0
    return vectors
