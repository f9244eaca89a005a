"""The fair draw against a search through every panel there is, on pools small enough for that."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from shangliang.sortition import rules
from shangliang.sortition.engine import drawing, hull
from shangliang.sortition.engine.drawing import Infeasible, Prepared, gini, prepare
from shangliang.sortition.engine.polytope import polytope
from shangliang.sortition.engine.pool import Pool, Quota

ALIKE = 1e-6  # of a chance
METHODS: tuple[drawing.Method, ...] = ("leximin", "maximin")
LONG = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def pool_of(rows: Sequence[str], homes: Sequence[str] | None = None) -> Pool:
    """People written as one letter for each attribute: "ax" has a in the first and x in the second."""
    names = tuple(f"c{place}" for place in range(len(rows[0])))
    ids = tuple(f"p{place}" for place in range(len(rows)))
    return Pool(names, ids, tuple(tuple(row) for row in rows), tuple(homes) if homes else None)


def keeps(pool: Pool, quotas: Sequence[Quota], panel: Sequence[str]) -> bool:
    """Whether a panel keeps every quota and splits no household; knows nothing of how it was found."""
    at = {who: place for place, who in enumerate(pool.ids)}
    counts = Counter(
        pair for who in panel for pair in zip(pool.categories, pool.values[at[who]], strict=True)
    )
    homes = [home for who in panel if (home := pool.household(at[who]))]
    return (
        len(set(panel)) == len(panel)
        and len(set(homes)) == len(homes)
        and all(quota.low <= counts[quota.category, quota.feature] <= quota.high for quota in quotas)
    )


def every_panel(pool: Pool, quotas: Sequence[Quota], size: int) -> list[tuple[str, ...]]:
    return [panel for panel in combinations(pool.ids, size) if keeps(pool, quotas, panel)]


def best_chances(pool: Pool, panels: Sequence[tuple[str, ...]]) -> list[float]:
    """Leximin by its definition: raise the least as far as it goes, hold whoever cannot go further, and again."""
    sits = np.array([[who in panel for panel in panels] for who in pool.ids], float)
    held: dict[int, float] = {}
    while len(held) < len(pool):
        open_ = [person for person in range(len(pool)) if person not in held]
        level = _most(sits, held, open_, None)
        for person in open_:
            if _most(sits, held, open_, (person, level)) <= level + 1e-7:
                held[person] = level
    return [held[person] for person in range(len(pool))]


def _most(sits: np.ndarray, held: dict[int, float], open_: list[int], of: tuple[int, float] | None) -> float:
    """The largest least chance of those open; or the largest chance of one of them when all have the level."""
    people, panels = sits.shape
    costs = np.zeros(panels + 1)
    upper, most = [], []
    for person in range(people):
        row = np.append(-sits[person], 0.0)
        if person in held:
            most.append(-held[person] + 1e-9)
        elif of is None:
            row[-1] = 1.0
            most.append(0.0)
        else:
            most.append(-of[1] + 1e-9)
        upper.append(row)
    if of is None:
        costs[-1] = -1.0
    else:
        costs[:-1] = -sits[of[0]]
    answer = linprog(
        costs,
        A_ub=np.array(upper),
        b_ub=most,
        A_eq=[np.append(np.ones(panels), 0.0)],
        b_eq=[1.0],
        bounds=[(0, None)] * panels + [(0, 1)],
    )
    assert answer.status == 0
    return float(-answer.fun)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Pool, list[Quota], int]:
    """Small pools with quotas about a panel that may or may not exist."""
    attributes = draw(st.integers(1, 3))
    people = draw(st.integers(2, 9))
    letters = ["abc", "xy", "mn"][:attributes]
    rows = ["".join(draw(st.sampled_from(each)) for each in letters) for _ in range(people)]
    homes = draw(
        st.none() | st.lists(st.sampled_from(["", "", "h1", "h2"]), min_size=people, max_size=people)
    )
    size = draw(st.integers(1, min(people, 5)))
    quotas = []
    for place, each in enumerate(letters):
        for letter in each:
            low = draw(st.integers(0, min(size, 2)))
            quotas.append(Quota(f"c{place}", letter, low, low + draw(st.integers(0, 3))))
    return pool_of(rows, homes), quotas, size


@LONG
@given(cases())
def test_the_draw_is_the_fairest_and_keeps_every_quota(case: tuple[Pool, list[Quota], int]) -> None:
    pool, quotas, size = case
    panels = every_panel(pool, quotas, size)
    try:
        found = prepare(pool, quotas, size, panels=120, seconds=30)
    except Infeasible as why:
        assert not panels
        check_mends(pool, quotas, size, why)
        return
    assert found.is_proven
    assert sorted(found.chances) == pytest.approx(sorted(best_chances(pool, panels)), abs=ALIKE)
    check(pool, quotas, size, found, 120)


def check(pool: Pool, quotas: Sequence[Quota], size: int, found: Prepared, panels: int) -> None:
    assert len(found.panels) == panels
    assert all(len(panel) == size and keeps(pool, quotas, panel) for panel in found.panels)
    assert found.chances.sum() == pytest.approx(size, abs=ALIKE)
    times = Counter(who for panel in found.panels for who in panel)
    far = max(abs(times[who] / panels - chance) for who, chance in zip(pool.ids, found.chances, strict=True))
    assert found.deviation == pytest.approx(far, abs=1e-12)


def check_mends(pool: Pool, quotas: list[Quota], size: int, why: Infeasible) -> None:
    """What is proposed makes a panel possible, and nothing smaller does: the least that any group breaks."""
    broken = []
    at = {who: place for place, who in enumerate(pool.ids)}
    for group in combinations(pool.ids, size):
        if not keeps(pool, [], group):
            continue
        counts = Counter(
            pair for who in group for pair in zip(pool.categories, pool.values[at[who]], strict=True)
        )
        number = [counts[quota.category, quota.feature] for quota in quotas]
        broken.append(
            sum(max(each.low - has, has - each.high, 0) for each, has in zip(quotas, number, strict=True))
        )
    if not broken:
        assert why.mends == ()
        assert why.largest < size
        return
    moved = sum(each.quota.low - each.low + each.high - each.quota.high for each in why.mends)
    assert moved == min(broken)
    new = {(each.quota.category, each.quota.feature): each for each in why.mends}
    mended = [
        Quota(each.category, each.feature, new[key].low, new[key].high) if key in new else each
        for each in quotas
        for key in [(each.category, each.feature)]
    ]
    assert every_panel(pool, mended, size)


@LONG
@given(cases())
def test_the_search_over_panels_finds_the_same_by_itself(case: tuple[Pool, list[Quota], int]) -> None:
    """Without the help of the relaxation's panels, from a single panel on."""
    pool, quotas, size = case
    panels = every_panel(pool, quotas, size)
    if not panels:
        return
    shape = polytope(pool, quotas, size)
    mixture = hull.leximin(shape, hull.Panels(shape, [], time.monotonic() + 30))
    chances = np.repeat(mixture.chances(shape), shape.sizes)
    assert sorted(chances) == pytest.approx(sorted(best_chances(pool, panels)), abs=ALIKE)
    assert mixture.is_proven
    assert mixture.bound == pytest.approx(chances.min(), abs=ALIKE)


def test_maximin_gives_the_same_least_chance() -> None:
    pool = pool_of(["axm", "axn", "aym", "ayn", "bxm", "byn"])
    quotas = [Quota("c0", "a", 1, 2), Quota("c1", "x", 1, 1), Quota("c2", "m", 1, 1)]
    fair, least = (prepare(pool, quotas, 2, method=each, panels=60) for each in METHODS)
    assert fair.least == pytest.approx(least.least, abs=ALIKE)


def alternate(people: int, size: int) -> tuple[Pool, list[Quota]]:
    """Alternate(n, k) of Flanigan et al. 2021, supplement S6: everybody has k/n, which a greedy draw misses."""
    rows = ["ax"] * (people // 2) + ["by"] * (people // 2 - 1) + ["bx"]
    half = size // 2
    quotas = [
        Quota(name, each, half - 1, size)
        for name, each in [("c0", "a"), ("c0", "b"), ("c1", "x"), ("c1", "y")]
    ]
    return pool_of(rows), quotas


@pytest.mark.parametrize(("people", "size"), [(200, 20), (2000, 200)])
def test_everybody_has_the_same_chance_where_that_is_possible(people: int, size: int) -> None:
    pool, quotas = alternate(people, size)
    found = prepare(pool, quotas, size)
    assert found.chances == pytest.approx(np.full(people, size / people), abs=ALIKE)
    assert gini(found.chances) < ALIKE
    assert found.deviation <= 1 / 1000


def skewed(people: int, size: int, values: Sequence[int], seed: int) -> tuple[Pool, list[Quota]]:
    """Volunteers who are not like the population, and quotas about a panel that is more like it."""
    chance = Random(seed)
    weights = [[chance.lognormvariate(0, 0.8) for _ in range(number)] for number in values]
    rows = [
        "".join(
            chance.choices("abcdefgh"[:number], weight)[0]
            for number, weight in zip(values, weights, strict=True)
        )
        for _ in range(people)
    ]
    panel = sorted(rows, key=lambda row: (Counter(rows)[row], chance.random()))[:size]
    quotas = []
    for place, number in enumerate(values):
        for letter in "abcdefgh"[:number]:
            has = sum(row[place] == letter for row in panel)
            quotas.append(Quota(f"c{place}", letter, max(has - 1, 0), has + 1))
    return pool_of(rows), quotas


@pytest.mark.parametrize(
    ("people", "size", "values"),
    [(70, 24, (2, 3, 4, 2, 5)), (240, 30, (2, 4, 4, 3, 3, 2, 3)), (800, 60, (2, 4, 5, 3))],
)
def test_a_pool_of_the_shape_of_real_ones(people: int, size: int, values: Sequence[int]) -> None:
    pool, quotas = skewed(people, size, values, seed=people)
    found = prepare(pool, quotas, size, seconds=120)
    assert found.is_proven
    assert found.bound - found.least < ALIKE
    check(pool, quotas, size, found, 1000)
    assert found.deviation <= 1 / 1000


def test_when_time_is_short_the_best_found_comes_with_its_bound() -> None:
    pool, quotas = skewed(240, 30, (2, 4, 4, 3, 3, 2, 3), seed=240)
    best = prepare(pool, quotas, 30, seconds=120)
    found = prepare(pool, quotas, 30, seconds=0.3)
    check(pool, quotas, 30, found, 1000)
    assert found.is_proven or found.open_bound >= found.open_reached
    assert found.least <= best.least + ALIKE <= found.bound + 2 * ALIKE


def test_two_of_one_household_never_sit_together_and_lose_nothing_but_that() -> None:
    pool = pool_of(["a", "a", "b", "b"], ["h1", "h2", "h1", ""])
    found = prepare(pool, [Quota("c0", "a", 1, 1), Quota("c0", "b", 1, 1)], 2, panels=100)
    assert all({"p0", "p2"} - set(panel) for panel in found.panels)
    assert found.chances == pytest.approx([0.5] * 4, abs=ALIKE)


def test_who_is_alone_of_a_household_is_like_who_named_none() -> None:
    pool = pool_of(["c", "c", "c", "a"], ["h1", "", "", "h2"])
    found = prepare(pool, [Quota("c0", "c", 3, 3), Quota("c0", "a", 0, 0)], 3, panels=5)
    assert set(found.panels) == {("p0", "p1", "p2")}


@LONG
@given(cases(), st.data())
def test_who_takes_the_place_of_somebody_keeps_every_quota(
    case: tuple[Pool, list[Quota], int], data: st.DataObject
) -> None:
    pool, quotas, size = case
    panels = every_panel(pool, quotas, size)
    if not panels:
        return
    panel = data.draw(st.sampled_from(panels))
    declined = data.draw(st.lists(st.sampled_from(panel), min_size=1, unique=True))
    stay = set(panel) - set(declined)
    after = [set(each) for each in panels if stay <= set(each) and not set(declined) & set(each)]
    left, needed, places = drawing.still_needed(pool, quotas, panel, declined)
    try:
        found = prepare(left, needed, places, panels=20, seconds=30)
    except Infeasible:
        assert not after
        return
    assert all(stay | set(new) in after for new in found.panels)


def test_flexible_ends_are_moved_before_others() -> None:
    pool = pool_of(["a", "a", "a", "b"])
    stiff, loose = Quota("c0", "a", 0, 1, high_flex=1), Quota("c0", "b", 0, 1, high_flex=1)
    with pytest.raises(Infeasible) as first:
        prepare(pool, [stiff, loose], 3)
    assert {(each.quota.feature, each.high) for each in first.value.mends} == {("a", 2)}


# -- the pick --------------------------------------------------------------------------------------------------

SEAL = "0" * 64
# The vectors of docs/explanation/fair-draw.md: panels, seed, the panel drawn.
VECTORS = [(1000, "2026", 162), (1000, "有事好商量", 751), (7, "4 2 6", 7), (1, "x", 1)]


@pytest.mark.parametrize(("count", "seed", "drawn"), VECTORS)
def test_the_vectors(count: int, seed: str, drawn: int) -> None:
    assert rules.pick(count, SEAL, seed) == drawn


def test_a_seed_is_the_same_however_it_is_typed() -> None:
    assert rules.pick(1000, SEAL, " é ") == rules.pick(1000, SEAL, "e\u0301")


def test_every_panel_is_as_likely() -> None:
    drawn = Counter(rules.pick(6, SEAL, str(seed)) for seed in range(6000))
    assert set(drawn) == set(range(1, 7))
    # chi-square, 5 degrees, 1 in 1000
    assert sum((number - 1000) ** 2 / 1000 for number in drawn.values()) < 20.5


def test_numbers_that_would_favour_some_panels_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "SPAN", 2**256 - 2**255)  # half of all numbers are now too large
    assert {rules.pick(3, SEAL, str(seed)) for seed in range(50)} == {1, 2, 3}


@pytest.mark.parametrize(("count", "seed"), [(0, "1"), (5, ""), (5, "  ")])
def test_no_draw_without_panels_or_seed(count: int, seed: str) -> None:
    with pytest.raises(ValueError, match="needs panels and a seed"):
        rules.pick(count, SEAL, seed)


def test_the_panels_are_hashed_as_their_file_is_written() -> None:
    panels = [["m1", "m,2"], ["m3"]]
    assert rules.canonical(panels) == b'panel,id\n1,m1\n1,"m,2"\n2,m3\n'
