"""The formulas of the opinion map once more, as slow loops over single votes: what the engine is held against."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

Cells = dict[tuple[int, int], int]  # participant, statement -> the vote that counts


@dataclass
class Counted:
    """Agrees, disagrees and all votes of some people on a statement."""

    agree: int
    disagree: int
    seen: int


def counted(cells: Cells, people: set[int], statement: int) -> Counted:
    votes = [vote for (person, which), vote in cells.items() if which == statement and person in people]
    return Counted(votes.count(1), votes.count(-1), len(votes))


def mean(cells: Cells, statement: int) -> float:
    votes = [vote for (_, which), vote in cells.items() if which == statement]
    return sum(votes) / len(votes)


def centred(cells: Cells, silent: set[int]) -> tuple[list[int], list[int], Any]:
    people, statements = sorted({p for p, _ in cells}), sorted({s for _, s in cells})
    table = np.zeros((len(people), len(statements)))
    for (person, statement), vote in cells.items():
        if statement not in silent:
            table[people.index(person), statements.index(statement)] = vote - mean(cells, statement)
    return people, statements, table


def axes(table: Any) -> Any:
    values, vectors = np.linalg.eigh(table.T @ table)
    found = vectors[:, [-1, -2]].copy()
    found[:, values[[-1, -2]] < 1e-12 * max(values[-1], 1e-300)] = 0
    for column in found.T:
        if column[np.abs(column).argmax()] < 0:
            column *= -1
    return found


def points(
    cells: Cells, silent: set[int]
) -> tuple[dict[int, tuple[float, float]], dict[int, tuple[float, float]]]:
    """Of participants and of statements."""
    people, statements, table = centred(cells, silent)
    along = axes(table)
    moderated = len(silent & set(statements))
    where = {}
    for row, person in enumerate(people):
        votes = sum(1 for p, s in cells if p == person and s not in silent) + moderated
        x, y = math.sqrt(len(statements) / votes) * (table[row] @ along) if votes else (0.0, 0.0)
        where[person] = (float(x), float(y))
    placed = {}
    for column, statement in enumerate(statements):
        reach = math.sqrt(len(statements)) * (1 - mean(cells, statement))
        placed[statement] = (reach * float(along[column, 0]), reach * float(along[column, 1]))
    return where, placed


def p(successes: int, seen: int) -> float:
    return (successes + 1) / (seen + 2)


def p_test(successes: int, seen: int) -> float:
    return 2 * math.sqrt(seen + 1) * ((successes + 1) / (seen + 1) - 1 / 2)


def r_test(successes: int, seen: int, others: int, seen_others: int) -> float:
    p1, p2 = (successes + 1) / (seen + 1), (others + 1) / (seen_others + 1)
    both = (successes + others + 2) / (seen + seen_others + 2)
    if both == 1:
        return 0.0
    return (p1 - p2) / math.sqrt(both * (1 - both) * (1 / (seen + 1) + 1 / (seen_others + 1)))


@dataclass
class Spoken:
    statement: int
    voted: bool
    pa: float
    pat: float
    ra: float
    rat: float
    pd: float
    pdt: float
    rd: float
    rdt: float

    def shown(self) -> tuple[int, str, float, float, float, float]:
        if self.rat > self.rdt:
            return self.statement, "agree", self.pa, self.pat, self.ra, self.rat
        return self.statement, "disagree", self.pd, self.pdt, self.rd, self.rdt

    def metric(self) -> float:
        _, _, *four = self.shown()
        return math.prod(four)


def spoken(cells: Cells, groups: list[set[int]], group: int, statement: int) -> Spoken:
    here = counted(cells, groups[group], statement)
    there = counted(cells, set().union(*(each for at, each in enumerate(groups) if at != group)), statement)
    return Spoken(
        statement,
        here.agree + here.disagree > 0,
        p(here.agree, here.seen),
        p_test(here.agree, here.seen),
        p(here.agree, here.seen) / p(there.agree, there.seen),
        r_test(here.agree, here.seen, there.agree, there.seen),
        p(here.disagree, here.seen),
        p_test(here.disagree, here.seen),
        p(here.disagree, here.seen) / p(there.disagree, there.seen),
        r_test(here.disagree, here.seen, there.disagree, there.seen),
    )


def representative(
    cells: Cells, groups: list[set[int]], group: int, silent: set[int]
) -> list[tuple[int, str, float, float, float, float]]:
    sure = 1.2816
    best_agree: Spoken | None = None
    closest: Spoken | None = None
    passing: list[Spoken] = []
    for statement in sorted({s for _, s in cells} - silent):
        it = spoken(cells, groups, group, statement)
        if (it.rat > sure and it.pat > sure) or (it.rdt > sure and it.pdt > sure):
            passing.append(it)
        if it.voted:
            if best_agree is None:
                better = it.pat > sure or (it.ra > 1 and it.pa > 0.5)
            elif best_agree.ra > 1:
                mine, its = (each.ra * each.rat * each.pa * each.pat for each in (it, best_agree))
                better = mine > its
            else:
                better = it.pa * it.pat > best_agree.pa * best_agree.pat
            best_agree = it if better else best_agree
        if closest is None or max(it.rat, it.rdt) > max(closest.rat, closest.rdt):
            closest = it
    if not passing:
        only = best_agree or closest
        return [only.shown()] if only else []
    passing = sorted(passing, key=lambda each: each.metric(), reverse=True)
    if best_agree:
        passing = [best_agree, *(each for each in passing if each.statement != best_agree.statement)]
    shown = [each.shown() for each in passing[:5]]
    return [each for each in shown if each[1] == "agree"] + [each for each in shown if each[1] != "agree"]


def group_consensus(cells: Cells, groups: list[set[int]], statement: int) -> tuple[float, float]:
    each = [counted(cells, people, statement) for people in groups]
    return math.prod(p(one.agree, one.seen) for one in each), math.prod(
        p(one.disagree, one.seen) for one in each
    )


def consensus(cells: Cells, silent: set[int]) -> tuple[list[int], list[int]]:
    everybody = {person for person, _ in cells}
    both: list[list[tuple[float, int]]] = [[], []]
    for statement in sorted({s for _, s in cells} - silent):
        found = counted(cells, everybody, statement)
        for which, successes in enumerate((found.agree, found.disagree)):
            share, test = p(successes, found.seen), p_test(successes, found.seen)
            if share > 0.5 and test > 1.2816:
                both[which].append((-share * test, statement))
    agree, disagree = ([s for _, s in sorted(found)][:5] for found in both)
    return agree, disagree


def priority(cells: Cells, groups: list[set[int]], statement: int, extremity: float, meta: bool) -> float:
    if meta:
        return 49.0
    found = counted(cells, set().union(*groups), statement)
    passes = found.seen - found.agree - found.disagree
    share, agree = (passes + 1) / (found.seen + 2), (found.agree + 1) / (found.seen + 2)
    importance = (1 - share) * (extremity + 1) * agree
    return float((importance * (1 + 8 * 2 ** (-found.seen / 5))) ** 2)


def kmeans(points: list[tuple[float, float]], weights: list[float], k: int, rounds: int) -> list[int]:
    """As in Polis: first distinct points, ties to the later centre, empty ones dropped."""
    centres = list(dict.fromkeys(points))[:k]
    labels = [0] * len(points)
    for _ in range(rounds):
        members: list[list[int]] = [[] for _ in centres]
        for at, (x, y) in enumerate(points):
            away = [(x - cx) ** 2 + (y - cy) ** 2 for cx, cy in centres]
            nearest = max(zip((-each for each in away), range(len(away)), strict=True))[1]
            members[nearest].append(at)
        moved = []
        settled = True
        for centre, there in zip(centres, members, strict=True):
            if there:
                mass = sum(weights[at] for at in there)
                now = tuple(sum(weights[at] * points[at][axis] for at in there) / mass for axis in (0, 1))
                settled &= math.dist(centre, now) < 0.01
                moved.append((now, there))
        centres = [(now[0], now[1]) for now, _ in moved]
        for number, (_, there) in enumerate(moved):
            for at in there:
                labels[at] = number
        if settled:
            break
    return labels


def silhouette(points: list[tuple[float, float]], labels: list[int]) -> float:
    total = 0.0
    for at, point in enumerate(points):
        away: dict[int, list[float]] = {}
        for other, there in enumerate(points):
            if other != at:
                away.setdefault(labels[other], []).append(math.dist(point, there))
        own = away.pop(labels[at], [])
        if own and away:
            a, b = sum(own) / len(own), min(sum(each) / len(each) for each in away.values())
            total += (b - a) / max(a, b) if max(a, b) else 0.0
    return total / len(points)
