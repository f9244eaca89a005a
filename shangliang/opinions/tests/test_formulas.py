"""The figures of the map: by hand on a small table, and against slow loops on larger ones, to 1e-9."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from shangliang.opinions.engine.opinion_map import OpinionMap, compute
from shangliang.opinions.tests import plain
from shangliang.opinions.tests.factories import Rows, brexit, made

NEAR = 1e-9

# Five people, three statements; a and b are one group, c and d the other, e is in none.
SMALL = {
    ("a", 1): 1, ("a", 2): 1, ("a", 3): 0,
    ("b", 1): 1, ("b", 2): -1,
    ("c", 1): -1, ("c", 2): 1, ("c", 3): -1,
    ("d", 1): -1, ("d", 3): -1,
    ("e", 1): 1, ("e", 2): 1,
}  # fmt: skip


def small(**more: object) -> OpinionMap:
    people, statements, votes = zip(*((p, s, vote) for (p, s), vote in SMALL.items()), strict=True)
    groups = {"a": "x", "b": "x", "c": "y", "d": "y", "e": ""}
    return compute(people, statements, votes, groups=groups, **more)  # type: ignore[arg-type]


def test_counts_are_of_everybody() -> None:
    found = small()
    assert found.votes == 12
    assert found.agree.tolist() == [3, 3, 0]
    assert found.disagree.tolist() == [2, 1, 2]
    assert found.passed.tolist() == [0, 0, 1]


def test_group_consensus_by_hand() -> None:
    found = small()
    # Statement 1: x 2 of 2 agree, y 0 of 2: 3/4 * 1/4; the other way round for disagreeing.
    assert found.consensus_agree[0] == pytest.approx(3 / 4 * 1 / 4, abs=NEAR)
    assert found.consensus_disagree[0] == pytest.approx(1 / 4 * 3 / 4, abs=NEAR)
    # Statement 2: x 1 of 2, y 1 of 1: 2/4 * 2/3. Statement 3: disagree: x 0 of 1, y 2 of 2: 1/3 * 3/4.
    assert found.consensus_agree[1] == pytest.approx(2 / 4 * 2 / 3, abs=NEAR)
    assert found.consensus_disagree[2] == pytest.approx(1 / 3 * 3 / 4, abs=NEAR)


def test_representative_statements_by_hand() -> None:
    x, y = small().groups
    # Group x, statement 1: A 2 of 2; others 0 of 2.
    first = x.representative[0]
    assert (first.statement, first.direction) == (1, "agree")
    assert first.p == pytest.approx(3 / 4, abs=NEAR)
    assert first.p_test == pytest.approx(2 * math.sqrt(3) * (3 / 3 - 1 / 2), abs=NEAR)
    assert first.r == pytest.approx((3 / 4) / (1 / 4), abs=NEAR)
    pooled = (2 + 0 + 2) / (2 + 2 + 2)
    assert first.r_test == pytest.approx((1 - 1 / 3) / math.sqrt(pooled * (1 - pooled) * (2 / 3)), abs=NEAR)
    # Group y disagrees with statement 1 (0 agree of 2; x none of 2): z = 1.63 and 1.73, both above 1.2816.
    assert (1, "disagree") in [(each.statement, each.direction) for each in y.representative]


def test_priority_by_hand() -> None:
    found = small(meta=[2])
    # Statement 3 among those in groups: a pass, c and d disagree.
    importance = (1 - (1 + 1) / (3 + 2)) * (found.extremity[2] + 1) * ((0 + 1) / (3 + 2))
    assert found.priority[2] == pytest.approx((importance * (1 + 8 * 2 ** (-3 / 5))) ** 2, abs=NEAR)
    assert found.priority[1] == 49.0


def test_everybody_agrees_gives_no_difference() -> None:
    found = compute(
        [1, 2, 3, 4] * 2, [1] * 4 + [2] * 4, [1] * 4 + [1, 1, -1, -1], groups={1: 0, 2: 0, 3: 1, 4: 1}
    )
    told = {each.statement: each for group in found.groups for each in group.representative}
    assert all(each.r_test == 0 for each in told.values() if each.statement == 1)
    assert found.agreed_by_all == (1,)


def held_against_loops(rows: Rows, silent: set[int], meta: set[int], groups: dict[int, int]) -> None:
    """Every figure of the map with these groups."""
    found = compute(*rows.columns(), moderated=silent, meta=meta, groups=groups, mode="polis")
    cells, quiet = rows.cells(), silent | meta
    where, placed = plain.points(cells, quiet)
    sets = [
        {person for person, group in groups.items() if group == each} for each in sorted(set(groups.values()))
    ]
    for person, point in zip(found.participants.tolist(), found.points, strict=True):
        assert point == pytest.approx(where[person], abs=NEAR)
    assert found.statements.tolist() == sorted(placed)
    for at, statement in enumerate(found.statements.tolist()):
        assert found.statement_points[at] == pytest.approx(placed[statement], abs=NEAR)
        assert found.extremity[at] == pytest.approx(math.hypot(*placed[statement]), abs=NEAR)
        assert (found.consensus_agree[at], found.consensus_disagree[at]) == pytest.approx(
            plain.group_consensus(cells, sets, statement), abs=NEAR
        )
        assert found.priority[at] == pytest.approx(
            plain.priority(cells, sets, statement, math.hypot(*placed[statement]), statement in meta),
            rel=NEAR,
        )
    assert (list(found.agreed_by_all), list(found.refused_by_all)) == plain.consensus(cells, quiet)
    for number, group in enumerate(found.groups):
        told = [(each.statement, each.direction) for each in group.representative]
        wanted = plain.representative(cells, sets, number, quiet)
        assert told == [each[:2] for each in wanted]
        for each, (_, _, *four) in zip(group.representative, wanted, strict=True):
            assert (each.p, each.p_test, each.r, each.r_test) == pytest.approx(four, abs=NEAR)


@pytest.mark.parametrize("seed", range(6))
def test_every_figure_is_that_of_the_slow_loops(seed: int) -> None:
    rows = made(25 + 5 * seed, 14, 0.3 + 0.1 * seed, groups=2 + seed % 3, seed=seed)
    chance = np.random.default_rng(seed)
    silent, meta = set(chance.choice(14, 2, replace=False).tolist()), {int(chance.integers(14))}
    held_against_loops(rows, silent, meta, rows.groups)


def test_every_figure_of_a_real_conversation_is_that_of_the_slow_loops() -> None:
    rows = brexit()
    held_against_loops(rows, {3, 11}, {20}, rows.groups)


def test_a_large_sparse_map_has_the_axes_of_a_full_decomposition() -> None:
    rows = made(2700, 200, 0.1, seed=5)
    found = compute(*rows.columns())
    right = np.linalg.svd(dense(rows), full_matrices=False)[2][:2].T
    assert np.abs(np.abs(found.axes) - np.abs(right)).max() < NEAR


def dense(rows: Rows) -> Any:
    """The centred votes as a full table."""
    table = np.full((rows.people.max() + 1, rows.statements.max() + 1), np.nan)
    table[rows.people, rows.statements] = rows.votes
    return np.nan_to_num(table - np.nanmean(table, axis=0))
