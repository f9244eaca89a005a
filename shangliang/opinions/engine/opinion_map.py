"""From votes to the opinion map: the whole computation, in the order in which the figures stand on each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from shangliang.opinions.engine import components, figures, points, polis, steady
from shangliang.opinions.engine.clusters import silhouette
from shangliang.opinions.engine.components import Pause, no_pause
from shangliang.opinions.engine.state import Mode, State, places
from shangliang.opinions.engine.votes import Floats, Ints, Named, Votes, pack, plain_ids


@dataclass(frozen=True)
class Representative:
    """A statement that speaks for a group, and how surely."""

    statement: Any
    direction: str  # agree or disagree
    p: float
    p_test: float
    r: float
    r_test: float


@dataclass(frozen=True)
class Group:
    """People who answer alike."""

    id: Any
    size: int
    representative: tuple[Representative, ...]


@dataclass(frozen=True)
class OpinionMap:
    """Everything that can be shown or exported. Arrays run along `participants` or `statements`."""

    mode: Mode
    votes: int
    silhouette: float
    participants: NDArray[Any]
    points: Floats
    group_of: Ints  # place in `groups`, -1 for who is not grouped
    statements: NDArray[Any]
    agree: Ints
    disagree: Ints
    passed: Ints
    statement_points: Floats
    extremity: Floats
    priority: Floats
    consensus_agree: Floats
    consensus_disagree: Floats
    groups: tuple[Group, ...]
    counts: figures.Counts  # by group and statement, in their order
    agreed_by_all: tuple[Any, ...]
    refused_by_all: tuple[Any, ...]
    axes: Floats
    state: State

    @property
    def k(self) -> int:
        return len(self.groups)


def compute(
    participants: ArrayLike | Named,
    statements: ArrayLike | Named,
    votes: ArrayLike,
    *,
    times: ArrayLike | None = None,
    moderated: Iterable[Any] = (),
    meta: Iterable[Any] = (),
    groups: Mapping[Any, Any] | None = None,
    mode: Mode | str = Mode.DEFAULT,
    state: State | None = None,
    pause: Pause = no_pause,
) -> OpinionMap:
    """The map of a log of votes: three arrays of one length, +1 agree, 0 pass, -1 disagree.

    The last vote of a cell counts, after sorting by `times` where they are given. `moderated` and `meta` name
    statements that never represent anybody. With `groups` (participant to group) these are used as they are.
    `state` of an earlier map makes this one cheap and keeps it in place.

    >>> compute([1, 1, 2, 2], [1, 2, 1, 2], [1, -1, -1, 1]).votes
    4
    """
    mode = Mode(mode)
    packed = pack(participants, statements, votes, times, by_first_vote=mode is Mode.POLIS)
    return map_of(packed, moderated=moderated, meta=meta, groups=groups, mode=mode, state=state, pause=pause)


def map_of(
    votes: Votes,
    *,
    moderated: Iterable[Any] = (),
    meta: Iterable[Any] = (),
    groups: Mapping[Any, Any] | None = None,
    mode: Mode = Mode.DEFAULT,
    state: State | None = None,
    pause: Pause = no_pause,
) -> OpinionMap:
    """As `compute`, of votes already packed."""
    if state is not None and state.mode is not mode:
        state = None
    is_meta = named(meta, votes.statements)
    silent = is_meta | named(moderated, votes.statements)
    number, means = components.column_means(votes)
    z = components.centred(votes, means, silent)
    pause()
    axes = laid(z, votes.statements, state, pause)
    where = points.participant_points(votes, z, axes, silent)
    before = places(votes.participants, state.participants) if state else np.full(len(where), -1, np.int64)
    inside = points.who_is_in(votes, before >= 0)
    if groups is None:
        ids, group_of, score, state_now = formed(votes, where, inside, before, axes, mode, state, pause)
    else:
        ids, group_of = given(votes.participants, groups)
        score = sampled_silhouette(where[group_of >= 0], group_of[group_of >= 0], len(ids))
        state_now = State(
            mode,
            votes.statements,
            axes,
            votes.participants[inside],
            group_of[inside],
            steady.Kept(),
            polis.Kept(),
        )
    pause()
    table = figures.count(votes, group_of, len(ids))
    everyone, grouped = table.over(slice(None)), table.over(slice(0, len(ids)))
    by_group = figures.Counts(*(each[: len(ids)] for each in (table.agree, table.disagree, table.seen)))
    placed = points.statement_points(means, axes)
    extremity = np.hypot(placed[:, 0], placed[:, 1])
    agreed, refused = figures.consensus(everyone, silent)
    together, against = figures.group_consensus(by_group if len(ids) else everyone)
    return OpinionMap(
        mode=mode,
        votes=len(votes),
        silhouette=score,
        participants=votes.participants,
        points=where,
        group_of=group_of,
        statements=votes.statements,
        agree=everyone.agree[0].astype(np.int64),
        disagree=everyone.disagree[0].astype(np.int64),
        passed=(everyone.seen - everyone.agree - everyone.disagree)[0].astype(np.int64),
        statement_points=placed,
        extremity=extremity,
        priority=figures.priorities(grouped if len(ids) else everyone, extremity, is_meta),
        consensus_agree=together,
        consensus_disagree=against,
        groups=tuple(described(ids, group_of, by_group, silent, votes.statements)),
        counts=by_group,
        agreed_by_all=tuple(votes.statements[agreed].tolist()),
        refused_by_all=tuple(votes.statements[refused].tolist()),
        axes=axes,
        state=state_now,
    )


def named(ids: Iterable[Any], among: NDArray[Any]) -> NDArray[np.bool_]:
    """Which of `among` are named."""
    listed = list(ids)
    found = np.zeros(len(among), bool)
    if listed:
        at = places(plain_ids(listed), among)
        found[at[at >= 0]] = True
    return found


def laid(z: csr_array, statements: NDArray[Any], state: State | None, pause: Pause) -> Floats:
    """The axes of the map, laid onto those of the last one where there is one."""
    if min(z.shape) < 2:
        return np.zeros((z.shape[1], 2))
    before = np.zeros((z.shape[1], 2))
    if state is not None and len(state.statements):
        at = places(statements, state.statements)
        before[at >= 0] = state.vectors[at[at >= 0]]
    axes, _ = components.leading_pair(z, before if before.any() else None, pause)
    if not before.any():
        return components.signed(axes)
    if state is not None and state.mode is Mode.POLIS:
        return axes @ points.signs_onto(before, axes)
    return axes @ points.turn_onto(before, axes)


def formed(
    votes: Votes,
    where: Floats,
    inside: NDArray[np.bool_],
    before: Ints,
    axes: Floats,
    mode: Mode,
    state: State | None,
    pause: Pause,
) -> tuple[list[Any], Ints, float, State]:
    """Groups from the points of those who are in: ids, each participant's group, the silhouette, the new state."""
    rows = np.flatnonzero(inside)
    kept_steady = state.steady if state else steady.Kept()
    kept_polis = state.polis if state else polis.Kept()
    group_of = np.full(len(where), -1, np.int64)
    score = 0.0
    if len(rows) and np.ptp(where[rows], axis=0).any():
        if mode is Mode.POLIS:
            labels, score, kept_polis = polis.group(where[rows], before[rows], kept_polis, pause)
            labels = by_size(labels)
        else:
            last = np.full(len(rows), -1, np.int64)
            if state is not None:
                known = before[rows] >= 0
                last[known] = state.labels[before[rows][known]]
            labels, score, kept_steady = steady.group(where[rows], last, kept_steady, pause)
        group_of[rows] = labels
    ids = list(range(int(group_of.max(initial=-1)) + 1))
    state_now = State(
        mode, votes.statements, axes, votes.participants[inside], group_of[inside], kept_steady, kept_polis
    )
    return ids, group_of, score, state_now


def by_size(labels: Ints) -> Ints:
    """Groups numbered from the largest; of equal ones the first stays first."""
    sizes = np.bincount(labels)
    number = np.empty(len(sizes), np.int64)
    number[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    return number[labels]


def given(participants: NDArray[Any], groups: Mapping[Any, Any]) -> tuple[list[Any], Ints]:
    """The groups as they were given: ids in their own order, and each participant's place among them."""
    people = {person: group for person, group in groups.items() if group is not None and group != ""}
    at = places(participants, plain_ids(list(people))) if people else np.full(len(participants), -1, np.int64)
    names = list(people.values())
    used = {names[each] for each in at[at >= 0].tolist()}
    ids = sorted(
        used, key=lambda each: (isinstance(each, str), each if isinstance(each, str) else float(each))
    )
    place = {each: number for number, each in enumerate(ids)}
    numbers = np.array([place.get(name, -1) for name in names] + [-1], np.int64)
    return ids, numbers[at]


def sampled_silhouette(where: Floats, labels: Ints, count: int) -> float:
    """The silhouette on the map, of large maps on a fixed sample."""
    if not len(where):
        return 0.0
    sample = steady.spaced(where)
    return silhouette(where[sample], labels[sample], count)


def described(
    ids: list[Any],
    group_of: Ints,
    counts: figures.Counts,
    silent: NDArray[np.bool_],
    statements: NDArray[Any],
) -> Iterable[Group]:
    """Each group with its size and what speaks for it."""
    sizes = np.bincount(group_of[group_of >= 0], minlength=len(ids))
    for number, chosen in enumerate(figures.representatives(counts, silent)):
        spoken = []
        for each in chosen:
            p, p_test, r, r_test = each.agree if each.agrees else each.disagree
            name = statements[each.column].item()
            spoken.append(Representative(name, "agree" if each.agrees else "disagree", p, p_test, r, r_test))
        yield Group(ids[number], int(sizes[number]), tuple(spoken))
