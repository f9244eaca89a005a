"""Groups that stay put: many seeded starts, a least size, no more groups than pay, and the last map to go on from."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from shangliang.opinions.engine.clusters import (
    CHUNK,
    MOST_GROUPS,
    POINTS_PER_GROUP,
    distances,
    means_of,
    silhouette,
)
from shangliang.opinions.engine.components import Pause, no_pause
from shangliang.opinions.engine.votes import Floats, Ints

LEAST_SIZE = 5
LEAST_SHARE = 0.05
SEED = 20221101
STARTS = 16
WARM_STARTS = 4
START_ROUNDS = 25
POLISH_ROUNDS = 60
LAST_ROUNDS = 4
STILL = 1e-4  # of the spread of the points
FEW, COARSE = 1500, 40  # for the starts: points up to which each is seen, and cells a side of the grid beyond
MANY, FINE = 6000, 100  # the same for the rounds that follow
SAMPLE = 1500  # points on which silhouettes of a large map are measured
MOST_SET_ASIDE = 3  # times that groups too small are set aside
LOOSER = 0.02  # the last number of groups may be so much looser than the best, or else fewer groups
TIMES_BETTER = 4  # another number of groups must be better so often in a row before it is shown
BETTER = 0.98  # a fresh start must be tighter than this part of the last map's to replace it
LOYAL = 1.15  # who was in a group stays unless another centre is nearer by this factor


@dataclass(frozen=True)
class Kept:
    """What a map hands to the next: the centres for every k, of the one shown in the order of its group ids."""

    centres: dict[int, Floats] = field(default_factory=dict)
    shown: int = 0
    better: int = 0  # another number of groups that would be better, and how often in a row it was
    times: int = 0


@dataclass(frozen=True)
class Field:
    """Points with weights: people, or the cells of a grid with their number of people."""

    points: Floats
    weights: Floats


def least_size(count: int) -> int:
    """The smallest group that is shown, for privacy and for rest."""
    return max(LEAST_SIZE, int(np.ceil(LEAST_SHARE * count)))


def most_shown(count: int) -> int:
    """Twelve people for each group and more than two: in a room of two dozen a third is an accident of few votes."""
    return min(MOST_GROUPS, max(2, count // POINTS_PER_GROUP))


def group(points: Floats, last: Ints, kept: Kept, pause: Pause = no_pause) -> tuple[Ints, float, Kept]:
    """A group for each point, the silhouette, and what to keep; `last` is each point's group on the last map or -1.

    All numbers of groups are tried on the gathered points; only the one that is shown is carried to every point.
    """
    least = least_size(len(points))
    nobody = np.full(len(points), -1, np.int64)
    spread = float(np.sqrt(points.var(axis=0).sum()))
    if spread == 0 or len(points) < 2 * least:
        return nobody, 0.0, Kept()
    field_ = gathered(points, np.ones(len(points)), MANY, FINE)
    sample = spaced(points)
    between = distances(points[sample], points[sample])
    tried: dict[int, Floats] = {}
    scores: dict[int, float] = {}
    for k in range(2, most_shown(len(points)) + 1):
        found = found_centres(field_, k, kept.centres.get(k), least, STILL * spread, pause)
        if found is not None:
            tried[k] = found
            scores[k] = silhouette(points[sample], closest(points[sample], found), k, between)
    while tried:
        better = chosen(scores, kept.shown)
        times = kept.times + 1 if better == kept.better else 1
        waits = kept.shown in tried and times < TIMES_BETTER
        shown = kept.shown if waits else better
        centres, labels = settled(points, tried[shown], STILL * spread, LAST_ROUNDS, pause)
        if np.bincount(labels, minlength=shown).min() >= least:
            centres, labels = numbered(centres, labels, last if shown != kept.shown else None)
            if shown == kept.shown:
                labels = loyal(points, centres, labels, last, least)
            score = silhouette(points[sample], labels[sample], shown, between)
            return labels, score, Kept(tried | {shown: centres}, shown, better, times)
        del tried[shown], scores[shown]  # by a hair, on the gathered points it was large enough
    return nobody, 0.0, Kept()


def chosen(scores: dict[int, float], last: int) -> int:
    """How many groups to show: of those nearly as tight as the tightest the last number, else the smallest.

    People stay in few groups better than in many, and which of two near silhouettes is the larger hangs on a few votes.
    """
    least = max(scores.values()) - LOOSER
    if scores.get(last, -1.0) >= least:
        return last
    return min(k for k in scores if scores[k] >= least)


def found_centres(
    field_: Field, k: int, last: Floats | None, least: int, still: float, pause: Pause
) -> Floats | None:
    """The tightest centres for k groups. Groups below the least size are set aside, and k are sought in the rest."""
    for _ in range(1 + MOST_SET_ASIDE):
        start = starting_centres(field_, k, last, least)
        pause()
        centres, labels = settled(field_.points, start, still, POLISH_ROUNDS, pause, field_.weights)
        sizes = np.bincount(labels, weights=field_.weights, minlength=k)
        small = sizes < least
        if not small.any():
            return centres
        inner = ~small[labels]
        field_, last = Field(field_.points[inner], field_.weights[inner]), None
        if field_.weights.sum() < k * least:
            return None
    return None


def numbered(centres: Floats, labels: Ints, last: Ints | None) -> tuple[Floats, Ints]:
    """Groups numbered as on the last map by the people they share, else by size; None: as they are."""
    if last is None:
        return centres, labels
    k = len(centres)
    shared = np.zeros((k, k), np.int64)
    known = (last >= 0) & (last < k)
    np.add.at(shared, (labels[known], last[known]), 1)
    sizes = np.bincount(labels, minlength=k)
    number = np.full(k, -1)
    for _ in range(k):
        free = [each for each in range(k) if each not in number]
        old, new = max(
            ((old, new) for old in free for new in range(k) if number[new] < 0),
            key=lambda pair: (shared[pair[1], pair[0]], sizes[pair[1]], -pair[0], -pair[1]),
        )
        number[new] = old
    return centres[np.argsort(number)], number[labels]


def gathered(points: Floats, weights: Floats, few: int, side: int) -> Field:
    """The points, or when there are more than a few the means of a grid's cells; in an order of place.

    So the starts know neither the order of the rows nor their number.
    """
    if len(points) <= few:
        order = np.lexsort((points[:, 1], points[:, 0]))
        return Field(points[order], weights[order])
    middles, mass = means_of(points, cells_of(points, side), side * side, weights)
    full = mass > 0
    return Field(middles[full], mass[full])


def cells_of(points: Floats, side: int) -> Ints:
    """The cell of a grid over the points that each lies in."""
    low, high = points.min(axis=0), points.max(axis=0)
    scaled = (points - low) * (side / np.maximum(high - low, np.finfo(float).tiny))
    at = np.minimum(scaled.astype(np.int64), side - 1)
    return np.asarray(at[:, 0] * side + at[:, 1])


def spaced(points: Floats) -> NDArray[np.intp]:
    """A fixed sample that covers the map evenly: all points when they are few."""
    if len(points) <= SAMPLE:
        return np.arange(len(points))
    order = np.argsort(cells_of(points, COARSE), kind="stable")
    return np.sort(order[np.linspace(0, len(points) - 1, SAMPLE).astype(np.intp)])


def starting_centres(field_: Field, k: int, last: Floats | None, least: int) -> Floats:
    """The tightest of many starts; the last map's own unless that is clearly looser."""
    coarse = gathered(field_.points, field_.weights, FEW, COARSE)
    fresh, cost, smallest = from_many_starts(coarse, k, STARTS if last is None else WARM_STARTS)
    fits = smallest >= least
    best = int(np.argmin(np.where(fits, cost, np.inf) if fits.any() else cost))
    if last is None:
        return np.asarray(fresh[best])
    kept, kept_cost, _ = rounds_of(coarse, last[None])
    if not fits[best] or cost[best] >= BETTER * kept_cost[0]:
        return np.asarray(kept[0])
    return np.asarray(fresh[best][in_order_of(fresh[best], last)])


def in_order_of(centres: Floats, last: Floats) -> list[int]:
    """The order that puts each centre where the nearest of the last map's stood."""
    away = distances(last, centres)
    return list(
        min(
            permutations(range(len(centres))),
            key=lambda order: float(away[np.arange(len(last)), list(order)].sum()),
        )
    )


def from_many_starts(field_: Field, k: int, starts: int) -> tuple[Floats, Floats, Floats]:
    """k-means++ with a fixed seed, all starts at once."""
    cells, weights = field_.points, field_.weights
    draws = np.random.default_rng([SEED, k]).random((starts, k))
    centres = np.empty((starts, k, 2))
    nearest_so_far = np.ones((starts, len(cells)))
    for turn in range(k):
        upto = np.cumsum(weights * nearest_so_far, axis=1)
        aim = draws[:, turn] * upto[:, -1]
        centres[:, turn] = cells[np.minimum((upto < aim[:, None]).sum(axis=1), len(cells) - 1)]
        away = ((cells[None] - centres[:, turn, None]) ** 2).sum(axis=2)
        nearest_so_far = np.minimum(nearest_so_far, away) if turn else away
    return rounds_of(field_, centres)


def rounds_of(field_: Field, centres: Floats) -> tuple[Floats, Floats, Floats]:
    """Lloyd's rounds of several starts at once: centres, cost and smallest group of each."""
    cells, weights = field_.points, field_.weights
    starts, k, _ = centres.shape
    offsets = np.arange(starts)[:, None] * k

    def sums(of: Floats) -> Floats:
        spread = np.broadcast_to(of, labels.shape).ravel()
        of_each = np.bincount((labels + offsets).ravel(), weights=spread, minlength=starts * k)
        return np.asarray(of_each.reshape(starts, k), np.float64)

    labels = np.full((starts, len(cells)), -1)
    for turn in range(START_ROUNDS + 1):
        scores = centres @ cells.T - 0.5 * (centres**2).sum(axis=2)[:, :, None]
        now = scores.argmax(axis=1)
        if turn == START_ROUNDS or (now == labels).all():
            break
        labels = now
        mass = sums(weights)
        moved = np.stack([sums(weights * cells[:, axis]) for axis in (0, 1)], axis=2)
        full = mass[:, :, None] > 0
        centres = np.where(full, moved / np.where(full, mass[:, :, None], 1.0), centres)
    gain = np.take_along_axis(scores, now[:, None], axis=1)[:, 0] @ weights
    return centres, float(weights @ (cells**2).sum(axis=1)) - 2 * gain, sums(weights).min(axis=1)


def settled(
    points: Floats,
    centres: Floats,
    still: float,
    rounds: int,
    pause: Pause,
    weights: Floats | None = None,
) -> tuple[Floats, Ints]:
    """Lloyd's rounds until no centre moves by `still`, at most so many."""
    labels = closest(points, centres)
    for _ in range(rounds):
        moved, mass = means_of(points, labels, len(centres), weights)
        moved = np.where(mass[:, None] > 0, moved, centres)
        shift = float(np.abs(moved - centres).max())
        centres, labels = moved, closest(points, moved)
        pause()
        if shift < still:
            break
    return centres, labels


def closest(points: Floats, centres: Floats) -> Ints:
    """For each point the nearest of a few centres, in slices that fit the cache."""
    labels = np.empty(len(points), np.int64)
    middle = centres.mean(axis=0)
    around = centres - middle
    half = 0.5 * (around**2).sum(axis=1)
    for at in range(0, len(points), CHUNK):
        part = points[at : at + CHUNK] - middle
        best = part @ around[0] - half[0]
        label = np.zeros(len(part), np.int8)
        for number in range(1, len(centres)):
            score = part @ around[number] - half[number]
            np.copyto(label, np.int8(number), where=score > best)
            np.maximum(best, score, out=best)
        labels[at : at + CHUNK] = label
    return labels


def loyal(points: Floats, centres: Floats, labels: Ints, last: Ints, least: int) -> Ints:
    """Who was in a group stays in it unless another centre is clearly nearer: nobody flickers along a border."""
    known = np.flatnonzero((last >= 0) & (last < len(centres)) & (last != labels))
    if not len(known):
        return labels
    there, here = (np.hypot(*(points[known] - centres[which[known]]).T) for which in (last, labels))
    steady = labels.copy()
    staying = known[there <= LOYAL * here]
    steady[staying] = last[staying]
    return steady if np.bincount(steady, minlength=len(centres)).min() >= least else labels
