"""From a map to what is shown: dots without names, outlines, and the same in figures. Nothing below the least size."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from shangliang.opinions.engine.clusters import adjusted_rand
from shangliang.opinions.engine.opinion_map import OpinionMap, compute
from shangliang.opinions.engine.votes import Floats, Ints

REACH = 100  # coordinates run from -REACH to REACH
MOST_DOTS = 2000
MOST_LINES = 5  # statements in each list
OUT = 0.1  # share of the votes left out when the groups are looked at again
CHECKED_UP_TO = 200_000  # votes; beyond that drawing twice takes too long


def picture(found: OpinionMap, least: int, sure: int, silent: Collection[int] = ()) -> dict[str, Any]:
    """What a page needs, as plain values. `least`: the smallest group that is shown; `sure`: with fewer people nothing is
    said of how far apart views are; `silent`: statements that were taken away or shape no map."""
    scale = float(np.abs(found.points).max()) if len(found.points) else 0.0
    dots = _dots(found, scale, least)
    sizes = [group.size for group in found.groups]
    shown = [number for number, size in enumerate(sizes) if size >= least]
    return {
        "people": len(found.participants),
        "statements": len(found.statements),
        "votes": found.votes,
        "scale": scale,
        "is_few": len(found.participants) < sure,
        "divided": round(max(found.silhouette, 0.0), 2)
        if len(shown) > 1 and len(found.participants) >= sure
        else None,
        "dots": dots,
        "groups": [
            {
                "size": sizes[number],
                "outline": _outline(found.points[found.group_of == number], scale),
                "says": _says(found, number),
            }
            for number in shown
        ],
        "unite": _lines(found, _united(found, shown, "agree", silent), "agree"),
        "refuse": _lines(found, _united(found, shown, "disagree", silent), "disagree"),
        "mostly": _mostly(found, shown, "agree", silent),
        "mostly_not": _mostly(found, shown, "disagree", silent),
        "divide": _divide(found, shown, silent),
        "split": [] if len(shown) > 1 else _split(found, silent),
    }


def aims(found: OpinionMap, silent: Collection[int] = ()) -> dict[str, list[Any]]:
    """For each statement: its part of the axes, its mean, its priority, whether it was taken away (`silent`); from
    these a voter's own point follows."""
    seen = np.maximum(found.agree + found.disagree + found.passed, 1)
    means = (found.agree - found.disagree) / seen
    rows = zip(
        found.statements.tolist(), found.axes.tolist(), means.tolist(), found.priority.tolist(), strict=True
    )
    return {
        str(each): [axes[0], axes[1], mean, priority, each in silent] for each, axes, mean, priority in rows
    }


def stability(columns: tuple[Ints, Ints, Ints], found: OpinionMap) -> float | None:
    """How alike the groups are when a random tenth of the votes is out (adjusted Rand index); None without groups."""
    if found.k < 2 or len(columns[0]) > CHECKED_UP_TO:
        return None
    stays = np.random.default_rng(1).random(len(columns[0])) >= OUT
    again = compute(*(column[stays] for column in columns), state=found.state)
    both = np.intersect1d(found.participants, again.participants)
    one = found.group_of[np.searchsorted(found.participants, both)]
    other = again.group_of[np.searchsorted(again.participants, both)]
    grouped = (one >= 0) & (other >= 0)
    return round(float(adjusted_rand(one[grouped], other[grouped])), 2) if grouped.any() else None


def _dots(found: OpinionMap, scale: float, least: int) -> list[list[int]]:
    """x, y and group (-1: none) of each person, in an order that says nothing about them."""
    group = found.group_of.copy()
    for number, each in enumerate(found.groups):
        if each.size < least:
            group[group == number] = -1
    placed = np.round(found.points / scale * REACH).astype(int) if scale else np.zeros((len(group), 2), int)
    rows = np.column_stack([placed, group])
    if len(rows) > MOST_DOTS:
        rows = rows[np.random.default_rng(1).choice(len(rows), MOST_DOTS, replace=False)]
    return sorted(rows.tolist())


def _outline(points: Floats, scale: float) -> list[list[int]]:
    """The convex hull, counter-clockwise (Andrew's monotone chain)."""
    if not scale:
        return []
    spots = sorted({(round(x / scale * REACH), round(y / scale * REACH)) for x, y in points.tolist()})
    if len(spots) < 3:
        return [list(spot) for spot in spots]
    hull: list[tuple[int, int]] = []
    for walk in (spots, spots[::-1]):
        start = len(hull)
        for spot in walk:
            while len(hull) - start >= 2 and _turn(hull[-2], hull[-1], spot) <= 0:
                hull.pop()
            hull.append(spot)
        hull.pop()
    return [list(spot) for spot in hull]


def _turn(one: tuple[int, int], two: tuple[int, int], three: tuple[int, int]) -> int:
    return (two[0] - one[0]) * (three[1] - one[1]) - (two[1] - one[1]) * (three[0] - one[0])


def _place(found: OpinionMap) -> dict[Any, int]:
    return {each: at for at, each in enumerate(found.statements.tolist())}


def _lines(found: OpinionMap, statements: list[Any], direction: str) -> list[dict[str, Any]]:
    place, (of, seen) = _place(found), _votes(found, direction)
    return [
        {
            "statement": int(each),
            "direction": direction,
            "of": int(of[place[each]]),
            "seen": int(seen[place[each]]),
        }
        for each in statements[:MOST_LINES]
    ]


def _says(found: OpinionMap, number: int) -> list[dict[str, Any]]:
    """What speaks for a group, as far as more than half of it says so: less would be no claim of the group's."""
    place = _place(found)
    lines = []
    for each in found.groups[number].representative[:MOST_LINES]:
        at = place[each.statement]
        table = found.counts.agree if each.direction == "agree" else found.counts.disagree
        of, seen = int(table[number, at]), int(found.counts.seen[number, at])
        if 2 * of > seen:
            statement = int(each.statement)
            lines.append({"statement": statement, "direction": each.direction, "of": of, "seen": seen})
    return lines


def _votes(found: OpinionMap, direction: str) -> tuple[Ints, Ints]:
    """Of each statement: how many say so, and how many said anything."""
    of = found.agree if direction == "agree" else found.disagree
    return of, found.agree + found.disagree + found.passed


def _in_groups(found: OpinionMap, shown: list[int], direction: str) -> tuple[Ints, Ints]:
    """The same by group that is shown."""
    of = found.counts.agree if direction == "agree" else found.counts.disagree
    return of[shown].astype(np.int64), found.counts.seen[shown].astype(np.int64)


def _united(found: OpinionMap, shown: list[int], direction: str, silent: Collection[int]) -> list[Any]:
    """Statements that more than half of every group says so to: what can be agreed on."""
    if len(shown) < 2:
        return []
    of, seen = _in_groups(found, shown, direction)
    lowest = ((of + 1) / (seen + 2)).min(
        axis=0
    )  # drawn towards one half where few have voted; above it with more
    order = [at for at in np.argsort(-lowest, kind="stable") if lowest[at] > 0.5]
    return [each for each in found.statements[order].tolist() if each not in silent]


def _mostly(
    found: OpinionMap, shown: list[int], direction: str, silent: Collection[int]
) -> list[dict[str, Any]]:
    """What most people say, group or no group; with groups only what does not unite them, and what each says."""
    named = found.agreed_by_all if direction == "agree" else found.refused_by_all
    known = {*_united(found, shown, direction, silent), *silent}
    lines = _lines(found, [each for each in named if each not in known], direction)
    if len(shown) < 2:
        return lines
    of, seen = _in_groups(found, shown, direction)
    place = _place(found)
    return [{**line, "groups": _by_group(of, seen, place[line["statement"]])} for line in lines]


def _by_group(of: Ints, seen: Ints, at: int) -> list[dict[str, int]]:
    return [{"of": int(of[number, at]), "seen": int(seen[number, at])} for number in range(len(of))]


def _split(found: OpinionMap, silent: Collection[int]) -> list[dict[str, Any]]:
    """Where there are no groups: what at least a third of those who decided see differently from the others."""
    agree, seen = _votes(found, "agree")
    lines = []
    for at, each in enumerate(found.statements.tolist()):
        yes, no = int(agree[at]), int(found.disagree[at])
        if each not in silent and 0 < yes + no <= 3 * min(yes, no):
            lines.append({"statement": each, "agree": yes, "disagree": no, "seen": int(seen[at])})
    lines.sort(key=lambda line: (-min(line["agree"], line["disagree"]) / line["seen"], line["statement"]))
    return lines[:MOST_LINES]


def _divide(found: OpinionMap, shown: list[int], silent: Collection[int]) -> list[dict[str, Any]]:
    """Statements on which the groups are farthest from each other."""
    if len(shown) < 2:
        return []
    of, seen = _in_groups(found, shown, "agree")
    shares = (of + 1) / (seen + 2)
    apart = shares.max(axis=0) - shares.min(axis=0)
    order = [int(at) for at in np.argsort(-apart, kind="stable") if apart[at] > 0.3]
    named = [(int(found.statements[at]), at) for at in order if found.statements[at] not in silent]
    return [{"statement": each, "groups": _by_group(of, seen, at)} for each, at in named[:MOST_LINES]]
