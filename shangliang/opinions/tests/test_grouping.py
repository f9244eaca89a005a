"""How groups are formed: Polis's rules to the letter, and the steady ones that keep still."""

from __future__ import annotations

import numpy as np
import pytest

from shangliang.opinions.engine import points, polis, steady
from shangliang.opinions.engine.clusters import adjusted_rand, first_distinct, nearest, silhouette
from shangliang.opinions.engine.opinion_map import OpinionMap, compute
from shangliang.opinions.engine.state import BadState, Mode, State, places
from shangliang.opinions.engine.votes import Ints
from shangliang.opinions.tests import plain
from shangliang.opinions.tests.factories import Rows, brexit, made


def agreement(one: OpinionMap, other: OpinionMap) -> float:
    """Adjusted Rand index over the people grouped on both maps."""
    at = places(one.participants, other.participants)
    both = (at >= 0) & (one.group_of >= 0) & (other.group_of[at] >= 0)
    return adjusted_rand(one.group_of[both], other.group_of[at[both]])


def against(found: OpinionMap, groups: dict[int, int]) -> float:
    labels = np.array([groups.get(person, -1) for person in found.participants.tolist()])
    both = (labels >= 0) & (found.group_of >= 0)
    return adjusted_rand(found.group_of[both], labels[both])


def test_the_first_distinct_points_start_the_clusters() -> None:
    given = np.array([[0.0, 0.0], [0.0, 0.0], [1.0, 0.0], [0.0, -0.0], [2.0, 0.0]])
    assert first_distinct(given, 2).tolist() == [[0, 0], [1, 0]]
    assert len(first_distinct(given, 9)) == 3


def test_ties_go_to_the_later_centre() -> None:
    assert nearest(np.array([[0.0, 0.0]]), np.array([[-1.0, 0.0], [1.0, 0.0], [0.0, 5.0]])).tolist() == [1]


def test_very_near_points_are_told_apart() -> None:
    far = np.array([[1e6, 1e6], [1e6 + 1e-4, 1e6]])
    assert nearest(far, far).tolist() == [0, 1]


def test_silhouette_is_that_of_the_slow_loops() -> None:
    chance = np.random.default_rng(3)
    where, labels = chance.normal(size=(40, 2)), chance.integers(0, 4, 40)
    labels[labels == 3] = 2
    labels[0] = 3  # alone
    wanted = plain.silhouette([(x, y) for x, y in where.tolist()], labels.tolist())
    assert silhouette(where, labels, 4) == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_a_cold_polis_map_is_that_of_the_slow_loops(seed: int) -> None:
    rows = made(130, 25, 0.5, groups=3, seed=seed)
    found = compute(*rows.columns(), mode="polis")
    first = list(dict.fromkeys(rows.people.tolist()))
    assert found.participants.tolist() == first  # rows in order of first vote
    inside = np.array([(rows.people == person).sum() for person in first]) >= points.LEAST_VOTES
    where = [(x, y) for x, y in found.points[inside].tolist()]
    base_of = plain.kmeans(where, [1.0] * len(where), 100, 100)
    bases = sorted(set(base_of))
    members = [[at for at, base in enumerate(base_of) if base == each] for each in bases]
    centres = [tuple(np.mean([where[at] for at in there], axis=0).tolist()) for there in members]
    sizes = [float(len(there)) for there in members]
    tried = {k: plain.kmeans(centres, sizes, k, 20) for k in range(2, 6)}
    scores = {k: plain.silhouette(centres, labels) for k, labels in tried.items()}
    best = max(scores, key=lambda k: (scores[k], k))
    assert found.k == best
    assert found.silhouette == pytest.approx(scores[best], abs=1e-9)
    wanted = np.array([tried[best][bases.index(base)] for base in base_of])
    assert adjusted_rand(found.group_of[inside], wanted) == 1.0


def test_a_new_number_of_groups_waits_until_it_was_best_four_times() -> None:
    three = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]])
    two = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 0.5]])
    chance = np.random.default_rng(1)
    names = np.arange(60)

    def around(middles: np.ndarray) -> np.ndarray:
        return middles[names % 3] + chance.normal(0, 0.3, (60, 2))

    labels, _, kept = polis.group(around(two), np.full(60, -1), polis.Kept())
    assert len(set(labels)) == 2
    shown = []
    for _ in range(5):
        labels, _, kept = polis.group(around(three), names, kept)
        shown.append(len(set(labels)))
    assert shown == [2, 2, 2, 3, 3]


def test_a_warm_start_merges_equal_centres_and_splits_off_the_farthest_point() -> None:
    where = np.array([[0.0, 0.0], [0.0, 0.0], [4.0, 0.0], [9.0, 0.0]])
    start = polis.warm(where, np.arange(4), {5: [0], 7: [1, 2], 8: [9]}, 3, np.ones(4))
    # 8 has nobody left; the farthest from its centre is the last, whom no cluster had, and it gets the next id.
    assert start.ids.tolist() == [5, 7, 8]
    assert start.centres.tolist() == [[0, 0], [2, 0], [9, 0]]
    merged = polis.warm(where, np.arange(4), {5: [0], 7: [1]}, 2, np.ones(4))
    assert merged.centres.tolist()[0] == [0, 0]
    assert len(merged.ids) == 2


def test_once_in_always_in() -> None:
    early = compute([1, 2, 3], [1, 1, 1], [1, -1, 1])
    rows = made(40, 20, 0.6, seed=2)
    later = compute(
        np.concatenate([[1001, 1, 2, 3], rows.people + 1000]),
        np.concatenate([[1, 1, 1, 1], rows.statements]),
        np.concatenate([[1, 1, -1, 1], rows.votes]),
        state=early.state,
    )
    assert {1, 2, 3} <= set(later.state.participants.tolist())


def test_at_least_fifteen_are_in_where_there_are_so_many() -> None:
    people = np.repeat(np.arange(20), 3)
    packed = compute(people, np.tile([1, 2, 3], 20) + people // 7 * 3, np.ones(60, int))
    assert len(packed.state.participants) == 15


@pytest.mark.parametrize("groups", [2, 3, 4])
def test_groups_that_are_there_are_found(groups: int) -> None:
    rows = made(400, 60, 0.5, groups=groups, seed=groups)
    found = compute(*rows.columns())
    assert found.k == groups or groups == 4  # four groups in a plane may lie on each other
    if groups < 4:
        assert against(found, rows.groups) > 0.9
    assert [group.id for group in found.groups] == list(range(found.k))
    sizes = [group.size for group in found.groups]
    assert sizes == sorted(sizes, reverse=True)
    assert sum(sizes) == len(found.state.participants)


def test_a_real_conversation_is_as_tight_as_its_published_groups() -> None:
    rows = brexit()
    found = compute(*rows.columns())
    labels = np.array([rows.groups.get(person, -1) for person in found.participants.tolist()])
    both = (labels >= 0) & (found.group_of >= 0)
    theirs = silhouette(found.points[both], labels[both], 2)
    assert found.silhouette >= theirs - 0.01
    assert against(found, rows.groups) > 0.8


def test_groups_stay_when_a_tenth_of_the_votes_is_out() -> None:
    sets = [made(300, 50, 0.6, seed=seed, groups=2 + seed % 2) for seed in range(4)] + [brexit()]
    same, kept = [], []
    for rows in sets:
        whole = compute(*rows.columns())
        for seed in range(4):
            stays = np.random.default_rng(seed).random(len(rows.votes)) >= 0.1
            part = compute(*rows.some(stays).columns())
            same.append(agreement(whole, part))
            kept.append(part.k == whole.k)
    assert np.median(same) >= 0.9
    assert np.mean(kept) >= 0.9


def test_no_group_is_smaller_than_the_least_size() -> None:
    for seed in range(8):
        rows = made(60, 20, 0.5, groups=5, seed=seed)
        found = compute(*rows.columns())
        inside = len(found.state.participants)
        assert all(group.size >= steady.least_size(inside) for group in found.groups)


def test_a_room_of_two_dozen_is_split_in_two_at_most() -> None:
    three = np.repeat(np.array([[0.0, 0.0], [9.0, 0.0], [0.0, 9.0]]), 12, axis=0)
    spread = np.random.default_rng(9).normal(0, 0.3, (36, 2))
    for people, groups in ((24, 2), (36, 3)):
        where = np.concatenate([(three + spread)[at::12][:3] for at in range(people // 3)])
        labels, _, _ = steady.group(where, np.full(people, -1), steady.Kept())
        assert labels.max() + 1 == groups


def test_a_few_far_off_do_not_make_a_group_of_their_own() -> None:
    chance = np.random.default_rng(4)
    where = np.concatenate(
        [chance.normal(0, 1, (100, 2)), chance.normal([8, 0], 1, (60, 2)), [[40, 40], [41, 40]]]
    )
    labels, _, _ = steady.group(where, np.full(162, -1), steady.Kept())
    assert sorted(np.bincount(labels).tolist(), reverse=True)[0] >= 100
    assert np.bincount(labels).min() >= steady.least_size(162)
    assert adjusted_rand(labels[:160], np.repeat([0, 1], [100, 60])) > 0.95


def grown(rows: Rows) -> list[OpinionMap]:
    """The maps of a conversation as it goes on, each warm from the one before."""
    maps: list[OpinionMap] = []
    for share in (0.6, 0.7, 0.8, 0.9, 1.0):
        upto = np.arange(len(rows.votes)) < share * len(rows.votes)
        maps.append(compute(*rows.some(upto).columns(), state=maps[-1].state if maps else None))
    return maps


def test_dots_and_groups_do_not_jump_from_map_to_map() -> None:
    for before, now in zip(
        grown(made(300, 40, 0.5, seed=7)), grown(made(300, 40, 0.5, seed=7))[1:], strict=False
    ):
        at = places(before.participants, now.participants)
        both = (at >= 0) & (before.group_of >= 0) & (now.group_of[at] >= 0)
        moved = now.points[at[both]] - before.points[both]
        assert np.median(np.hypot(*moved.T)) < 0.2 * np.hypot(*now.points.std(axis=0))
        assert (now.group_of[at[both]] == before.group_of[both]).mean() > 0.95  # the same numbers, too


@pytest.mark.parametrize("mode", list(Mode))
def test_a_saved_state_comes_back_and_gives_the_same_bytes(mode: Mode) -> None:
    rows = made(200, 30, 0.5, seed=11)
    most = rows.some(np.arange(len(rows.votes)) < 0.8 * len(rows.votes))
    first = compute(*most.columns(), mode=mode)
    saved = first.state.to_bytes()
    again = State.from_bytes(saved)
    assert again.to_bytes() == saved
    maps = [compute(*rows.columns(), mode=mode, state=state) for state in (first.state, again)]
    assert maps[0].state.to_bytes() == maps[1].state.to_bytes()
    assert maps[0].points.tobytes() == maps[1].points.tobytes()
    assert maps[0].group_of.tolist() == maps[1].group_of.tolist()


def test_the_same_votes_leave_a_warm_map_where_it_is() -> None:
    rows = made(200, 30, 0.5, seed=12)
    cold = compute(*rows.columns())
    warm = compute(*rows.columns(), state=cold.state)
    assert np.abs(warm.points - cold.points).max() < 1e-8
    assert warm.group_of.tolist() == cold.group_of.tolist()


@pytest.mark.parametrize("junk", [b"", b"junk", b"PK\x03\x04 and more", np.zeros(3).tobytes()])
def test_junk_is_no_state(junk: bytes) -> None:
    with pytest.raises(BadState):
        State.from_bytes(junk)


def test_a_state_of_the_other_mode_is_not_used() -> None:
    rows = made(60, 20, seed=3)
    polis_state = compute(*rows.columns(), mode="polis").state
    assert (
        compute(*rows.columns(), state=polis_state).points.tolist()
        == compute(*rows.columns()).points.tolist()
    )


def test_a_job_can_stop_the_computation_between_rounds() -> None:
    calls = []

    def stop() -> None:
        calls.append(1)
        if len(calls) == 5:
            raise TimeoutError

    rows = made(4000, 200, 0.2, seed=1)
    with pytest.raises(TimeoutError):
        compute(*rows.columns(), pause=stop)


def test_the_number_of_groups_shown_changes_only_after_four_better_maps() -> None:
    names = np.arange(90)
    two = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 1.0]])
    three = np.array([[0.0, 0.0], [10.0, 0.0], [5.0, 9.0]])
    around = np.random.default_rng(2).normal(0, 0.4, (90, 2))

    def mapped(middles: np.ndarray, last: Ints, kept: steady.Kept) -> tuple[Ints, float, steady.Kept]:
        where = middles[names % 3] + around
        return steady.group(where, last, kept)

    labels, _, kept = mapped(two, np.full(90, -1), steady.Kept())
    shown = [kept.shown]
    for _ in range(4):
        labels, _, kept = mapped(three, labels, kept)
        shown.append(kept.shown)
    assert shown == [2, 2, 2, 2, 3]
    assert set(labels.tolist()) == {0, 1, 2}
    _, _, kept = mapped(two, labels, kept)
    assert kept.shown == 3
