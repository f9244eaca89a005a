"""Where participants and statements stand on the map."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from shangliang.opinions.engine.votes import Floats, Ints, Votes

LEAST_VOTES = 7
LEAST_PEOPLE = 15


def participant_points(
    votes: Votes, centred_votes: csr_array, vectors: Floats, silent: NDArray[np.bool_]
) -> Floats:
    """Each participant's point; who voted on few statements is pushed out from the centre accordingly.

    Moderated statements count as voted on by everybody, since they are zero for everybody.
    """
    counted: Ints = votes.cast
    if silent.any():
        heard = votes.matrix(np.ones(len(votes))) @ (~silent).astype(np.float64)
        counted = heard.astype(np.int64) + int(silent.sum())
    stretch: Floats = np.sqrt(votes.shape[1] / np.maximum(counted, 1))
    points = np.stack([centred_votes @ vectors[:, axis] for axis in (0, 1)], axis=1)
    return np.asarray(points * stretch[:, None], np.float64)


def statement_points(means: Floats, vectors: Floats) -> Floats:
    """Where a person would stand who only agreed with the statement."""
    reach: Floats = np.sqrt(len(means)) * (1.0 - means)
    return reach[:, None] * vectors


def who_is_in(votes: Votes, before: NDArray[np.bool_] | None = None) -> NDArray[np.bool_]:
    """Who has voted enough to be grouped; once in, always in; at least fifteen as long as there are so many."""
    inside = votes.cast >= min(LEAST_VOTES, votes.shape[1])
    if before is not None:
        inside |= before
    missing = LEAST_PEOPLE - int(inside.sum())
    if missing > 0:
        most = np.argsort(-votes.cast, kind="stable")
        inside[most[~inside[most]][:missing]] = True
    return inside


def turn_onto(before: Floats, now: Floats) -> Floats:
    """The rotation (perhaps with a mirror) that brings `now` as near to `before` as can be: 2 x 2 Procrustes."""
    left, _, right = np.linalg.svd(now.T @ before)
    turn: Floats = left @ right
    return turn


def signs_onto(before: Floats, now: Floats) -> Floats:
    """Only the signs that bring each axis nearest to what it was."""
    return np.diag(np.where((before * now).sum(axis=0) < 0, -1.0, 1.0))
