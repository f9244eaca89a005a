"""Groups as Polis forms them: a hundred small clusters first, then groups of these, with its warm start."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from shangliang.opinions.engine.clusters import Clustering, first_distinct, kmeans, most_groups, silhouette
from shangliang.opinions.engine.components import Pause, no_pause
from shangliang.opinions.engine.votes import Floats, Ints

BASES = 100
BASE_ROUNDS = 100
GROUP_ROUNDS = 20
TIMES_BEST = 4  # a new number of groups must be best so often before it is shown


@dataclass(frozen=True)
class Kept:
    """What a Polis map hands to the next: clusters of people, groups of clusters for every k, and the wait for k."""

    # base id -> its people, by their place in the state
    bases: dict[int, list[int]] = field(default_factory=dict)
    groups: dict[int, dict[int, list[int]]] = field(default_factory=dict)  # k -> group id -> base ids
    shown: int = 0
    best: int = 0
    times: int = 0


def group(points: Floats, names: Ints, kept: Kept, pause: Pause = no_pause) -> tuple[Ints, float, Kept]:
    """A group for each point, the silhouette, and what to keep.

    `names` are the numbers of the points in what was kept, -1 for who is new; what is kept now numbers them anew.
    """
    bases = base_clusters(points, names, kept.bases)
    sizes = np.bincount(bases.labels, minlength=bases.k).astype(np.float64)
    pause()
    tried: dict[int, Clustering] = {}
    scores: dict[int, float] = {}
    for k in range(2, most_groups(bases.k) + 1):
        start = warm(bases.centres, bases.ids, kept.groups.get(k, {}), k, sizes)
        tried[k] = kmeans(bases.centres, start.centres, start.ids, rounds=GROUP_ROUNDS, weights=sizes)
        scores[k] = silhouette(bases.centres, tried[k].labels, tried[k].k)
        pause()
    best = max(scores, key=lambda k: (scores[k], k))  # ties to the larger
    times = kept.times + 1 if best == kept.best else 1
    shown = best if times >= TIMES_BEST or kept.shown not in scores else kept.shown
    chosen = tried[shown]
    kept = Kept(
        bases={int(id_): bases.of(id_).tolist() for id_ in bases.ids},
        groups={
            k: {int(id_): bases.ids[each.of(id_)].tolist() for id_ in each.ids} for k, each in tried.items()
        },
        shown=shown,
        best=best,
        times=times,
    )
    return chosen.labels[bases.labels], scores[shown], kept


def base_clusters(points: Floats, names: Ints, before: dict[int, list[int]]) -> Clustering:
    """At most a hundred clusters; with no more people than that each is one and keeps its id."""
    every = np.arange(len(points), dtype=np.int64)
    if len(points) <= BASES:
        own = {members[0]: id_ for id_, members in before.items() if len(members) == 1}
        ids = np.array([own.get(int(name), -1) for name in names], np.int64)
        new = ids < 0
        ids[new] = max(before, default=-1) + 1 + np.arange(int(new.sum()))
        return Clustering(points, ids, every)
    start = warm(points, names, before, BASES, np.ones(len(points)))
    return kmeans(points, start.centres, start.ids, rounds=BASE_ROUNDS)


def warm(points: Floats, names: Ints, before: dict[int, list[int]], k: int, weights: Floats) -> Clustering:
    """Centres to start from: the last clusters re-centred, equal ones merged, missing ones split off.

    Without last clusters these are the first distinct points, which is why the order of the rows matters to Polis.
    """
    if not before:
        centres = first_distinct(points, k)
        return Clustering(centres, np.arange(len(centres), dtype=np.int64), np.empty(0, np.int64))
    place = {int(name): at for at, name in enumerate(names)}
    members = {id_: [place[name] for name in there if name in place] for id_, there in before.items()}
    found: dict[tuple[float, float], tuple[int, list[int]]] = {}
    for id_, there in sorted(members.items()):
        if not there:
            continue
        middle = np.average(points[there], axis=0, weights=weights[there])
        at = (float(middle[0]), float(middle[1]))
        id_before, others = found.get(at, (id_, []))
        larger = id_ if len(there) > len(others) else id_before
        found[at] = (larger, others + there)
    if not found:
        return warm(points, names, {}, k, weights)
    centres = np.array(list(found))
    ids = [id_ for id_, _ in found.values()]
    owner = np.full(len(points), -1)
    for at_place, (_, there) in enumerate(found.values()):
        owner[there] = at_place
    while len(ids) < k:
        lone = owner < 0
        away = np.hypot(*(points - centres[owner]).T)
        if lone.any():  # who came since belongs to the nearest for this
            away[lone] = np.hypot(*(points[lone][:, None] - centres[None]).transpose(2, 0, 1)).min(axis=1)
        far = int(np.argmax(away))
        if away[far] <= 0:
            break
        centres = np.vstack([centres, points[far]])
        owner[far] = len(ids)
        ids.append(max(ids) + 1)
    return Clustering(centres[:k], np.array(ids[:k], np.int64), np.empty(0, np.int64))
