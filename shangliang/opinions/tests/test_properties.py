"""Whatever the votes are: the order of rows and statements does not matter, and nothing falls over."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from shangliang.opinions.engine.opinion_map import OpinionMap, compute
from shangliang.opinions.engine.state import Mode
from shangliang.opinions.engine.votes import BadVotes, pack
from shangliang.opinions.engine.writing import pieces
from shangliang.opinions.tests.factories import made

short = settings(deadline=None, max_examples=40)
ROWS = some.lists(
    some.tuples(some.integers(0, 12), some.integers(0, 9), some.sampled_from([-1, 0, 1])),
    min_size=1,
    max_size=150,
)
Rows = list[tuple[int, int, int]]


def mapped(rows: Rows, **more: object) -> OpinionMap:
    people, statements, votes = zip(*rows, strict=True)
    return compute(people, statements, votes, **more)  # type: ignore[arg-type]


def same(one: OpinionMap, other: OpinionMap) -> None:
    assert one.participants.tolist() == other.participants.tolist()
    assert one.points.tobytes() == other.points.tobytes()
    assert one.group_of.tolist() == other.group_of.tolist()
    assert one.statement_points.tobytes() == other.statement_points.tobytes()
    assert one.groups == other.groups
    assert one.priority.tobytes() == other.priority.tobytes()


@short
@given(ROWS)
def test_every_figure_is_a_number(rows: Rows) -> None:
    for mode in Mode:
        found = mapped(rows, mode=mode)
        for each in (
            found.points,
            found.statement_points,
            found.priority,
            found.consensus_agree,
            found.extremity,
        ):
            assert np.isfinite(each).all()
        assert (
            (found.agree + found.disagree + found.passed).sum()
            == found.votes
            == len({row[:2] for row in rows})
        )
        assert found.silhouette == 0 or -1 <= found.silhouette <= 1
        assert "NaN" not in "".join(pieces(found, 0.0))


@short
@given(ROWS, some.randoms())
def test_the_order_of_rows_does_not_matter(rows: Rows, chance: object) -> None:
    once = list({row[:2]: row for row in rows}.values())
    mixed = list(once)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    same(mapped(once), mapped(mixed))


@short
@given(ROWS)
def test_duplicate_rows_change_nothing(rows: Rows) -> None:
    last = list({row[:2]: row for row in rows}.values())
    same(mapped(last), mapped(last + last))


@short
@given(ROWS, ROWS)
def test_only_the_last_vote_of_a_cell_counts(earlier: Rows, rows: Rows) -> None:
    last = {row[:2]: row for row in earlier + rows}
    same(mapped(earlier + rows), mapped(list(last.values())))


@short
@given(ROWS, some.randoms())
def test_the_time_says_which_vote_is_the_last(rows: Rows, chance: object) -> None:
    order = list(range(len(rows)))
    chance.shuffle(order)  # type: ignore[attr-defined]
    people, statements, votes = zip(*rows, strict=True)
    mixed = [[column[at] for at in order] for column in (people, statements, votes)]
    same(compute(people, statements, votes), compute(*mixed, times=order))


def test_other_names_for_statements_give_the_same_map() -> None:
    rows = made(120, 18, 0.5, seed=8)
    there = np.random.default_rng(1).permutation(18)
    one, other = compute(*rows.columns()), compute(rows.people, there[rows.statements], rows.votes)
    turned = min(
        np.abs(one.points - other.points * signs).max() for signs in ([1, 1], [1, -1], [-1, 1], [-1, -1])
    )
    assert turned < 1e-8
    assert one.group_of.tolist() == other.group_of.tolist()
    assert one.priority == pytest.approx(other.priority[there], rel=1e-8)


def test_other_names_for_people_give_the_same_groups() -> None:
    rows = made(120, 18, 0.5, seed=9)
    there = np.random.default_rng(1).permutation(120)
    one, other = compute(*rows.columns()), compute(there[rows.people], rows.statements, rows.votes)
    assert one.points == pytest.approx(other.points[there], abs=1e-8)
    again = other.group_of[there].tolist()
    assert one.group_of.tolist() in [
        [(*order, -1)[each] for each in again] for order in permutations(range(one.k))
    ]


@pytest.mark.parametrize("mode", list(Mode))
def test_all_passes_give_no_groups(mode: Mode) -> None:
    found = compute(np.repeat(np.arange(30), 8), np.tile(np.arange(8), 30), np.zeros(240, int), mode=mode)
    assert (found.k, found.groups) == (0, ())
    assert not found.points.any()
    assert found.agreed_by_all == ()


@pytest.mark.parametrize("mode", list(Mode))
def test_one_voter_gives_no_map(mode: Mode) -> None:
    found = compute([1] * 10, range(10), [1, -1] * 5, mode=mode)
    assert found.k == 0
    assert not found.points.any()
    assert found.agree.tolist() == [1, 0] * 5


@pytest.mark.parametrize("mode", list(Mode))
def test_identical_voters_are_not_split(mode: Mode) -> None:
    found = compute(
        np.repeat(np.arange(200), 8), np.tile(np.arange(8), 200), np.tile([1, -1] * 4, 200), mode=mode
    )
    assert found.k == 0
    assert found.agreed_by_all == (0, 2, 4, 6)
    assert found.refused_by_all == (1, 3, 5, 7)


@pytest.mark.parametrize("mode", list(Mode))
def test_two_camps_with_nothing_between_are_two_groups(mode: Mode) -> None:
    """Data of rank one, which Polis projects to a single point."""
    camp = np.repeat(np.arange(40) % 2 * 2 - 1, 8)
    found = compute(np.repeat(np.arange(40), 8), np.tile(np.arange(8), 40), camp, mode=mode)
    assert [group.size for group in found.groups] == [20, 20]
    assert found.points[0] == pytest.approx(-found.points[1])
    assert not found.points[:, 1].any()


@pytest.mark.parametrize("mode", list(Mode))
def test_no_votes_give_an_empty_map(mode: Mode) -> None:
    found = compute([], [], [], mode=mode)
    assert (found.votes, found.k, len(found.participants)) == (0, 0, 0)


@pytest.mark.parametrize("mode", list(Mode))
def test_ten_thousand_statements(mode: Mode) -> None:
    rows = made(60, 10_000, 0.2, seed=5)
    found = compute(*rows.columns(), mode=mode)
    assert len(found.statements) == 10_000
    assert np.isfinite(found.points).all()
    assert found.k >= 2


@pytest.mark.parametrize("junk", [2, -2, 0.5, np.nan, np.inf, 300, -129])
def test_junk_is_refused_with_its_row(junk: float) -> None:
    with pytest.raises(BadVotes) as refused:
        compute([1, 1, 2], [1, 2, 1], [1, -1, junk])
    assert refused.value.row == 2


def test_an_id_that_is_not_a_number_is_refused() -> None:
    with pytest.raises(BadVotes):
        compute([1.0, np.nan], [1, 2], [1, 1])
    with pytest.raises(BadVotes):
        compute([1, 2], [1, 2], ["yes", "no"])


def test_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="one length"):
        pack([1, 2], [1], [1, 1])
    with pytest.raises(ValueError, match="as long"):
        pack([1, 2], [1, 1], [1, 1], [1])


@pytest.mark.parametrize("ids", [["甲", "乙", "丙"], [10**15, 3, 10**17], [-5, 0, 7]])
def test_ids_of_any_kind_come_back(ids: list[Any]) -> None:
    found = compute(ids, [1, 1, 1], [1, 0, -1])
    assert sorted(found.participants.tolist(), key=str) == sorted(ids, key=str)
