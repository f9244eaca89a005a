"""From chances to m panels of named people, each as likely as the other, so that one public number decides.

Each panel of the mixture is taken as often as its weight allows; what is left over is peeled off in whole panels, so that
nobody is on more or fewer panels than their chance times m, rounded up or down, wherever such panels exist.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict

import numpy as np

from shangliang.sortition.engine.hull import Mixture
from shangliang.sortition.engine.polytope import Floats, Polytope, with_size
from shangliang.sortition.engine.pool import Pool
from shangliang.sortition.engine.solver import Found, Program
from shangliang.sortition.engine.splitting import panels_of

ROUNDING = 1e-6
LOOSE = 0.02


def equal_panels(polytope: Polytope, mixture: Mixture, count: int, until: float) -> Floats:
    """`count` x T: whole panels whose mean is that of the mixture, but for rounding. Deterministic."""
    copies = np.floor(mixture.weights * count + ROUNDING)
    taken = np.repeat(mixture.panels, copies.astype(int), axis=0)
    left = count - len(taken)
    if left <= 0:
        return taken[:count]
    wanted = count * (mixture.weights @ mixture.panels)
    rest = _whole(polytope, wanted, taken.sum(axis=0), count, left, until)
    more = _peeled(polytope, rest, left, mixture, until)
    return np.vstack([taken, more]) if len(taken) else more


def _whole(polytope: Polytope, wanted: Floats, taken: Floats, count: int, left: int, until: float) -> Floats:
    """How often each type sits on the panels that are left: `wanted` less `taken` in whole numbers."""
    rest: Floats = np.maximum(wanted - taken, 0.0)
    rows, low, high = with_size(polytope)
    chances = wanted / polytope.sizes
    fewest = np.maximum(polytope.sizes * np.floor(chances + ROUNDING) - taken, 0.0)
    most = np.minimum(polytope.sizes * np.ceil(chances - ROUNDING) - taken, polytope.most * float(left))
    near = (
        np.maximum(np.floor(rest + ROUNDING), fewest),
        np.minimum(np.ceil(rest - ROUNDING), most),
    )
    program = Program(rest - np.floor(rest), *near, rows, low * left, high * left, whole=True)
    for bounds in (near, (fewest, most), (np.zeros(len(rest)), polytope.most * float(left))):
        program.bound_columns(*bounds)
        answer = program.solve(until - time.monotonic(), gap=LOOSE)
        if answer.found is Found.BEST:
            return np.round(answer.columns)
    return np.round(rest)


def _peeled(polytope: Polytope, rest: Floats, left: int, mixture: Mixture, until: float) -> Floats:
    """`left` panels that add up to `rest`; where they cannot, or time is over, panels near it."""
    program, panels = panels_of(polytope), []
    for still in range(left, 0, -1):
        panels.append(_next(polytope, program, rest, still, mixture, until))
        rest = rest - panels[-1]
    return np.array(panels)


def _next(
    polytope: Polytope, program: Program, rest: Floats, still: int, mixture: Mixture, until: float
) -> Floats:
    """A panel after which the other `still` - 1 can make up the rest."""
    after, most = still - 1, polytope.most.astype(float)
    share, sums = rest / still, polytope.rows @ rest
    least, highest = np.maximum(rest - after * most, 0.0), np.clip(rest, 0.0, most)
    low = np.maximum(polytope.low, sums - after * polytope.high)
    high = np.minimum(polytope.high, sums - after * polytope.low)
    near = (np.clip(np.floor(share), least, highest), np.clip(np.ceil(share), least, highest))
    attempts = (
        (near, low, high),
        ((least, highest), low, high),
        ((0 * most, most), polytope.low, polytope.high),
    )
    program.want(share - np.floor(share) + 0.001 * rest)
    for (left_ends, right_ends), lows, highs in attempts:
        seconds = until - time.monotonic()
        if seconds <= 0 or (left_ends > right_ends).any() or (lows > highs).any():
            continue
        program.bound_columns(left_ends, right_ends)
        for row in range(len(lows)):
            program.bound_row(row, lows[row], highs[row])
        answer = program.solve(seconds, gap=LOOSE)
        if answer.found is Found.BEST:
            return np.round(answer.columns)
    nearest = int(np.argmin(np.abs(mixture.panels - share).sum(axis=1)))
    panel: Floats = mixture.panels[nearest]
    return panel


def seated(polytope: Polytope, pool: Pool, counts: Floats) -> list[tuple[int, ...]]:
    """The panels as people (places in the pool): within a type turn by turn, one of a household at most."""
    turn = np.zeros(polytope.types, np.int64)
    used: Counter[int] = Counter()
    panels = []
    for row in counts.astype(np.int64):
        chosen: list[int] = []
        shut: set[str] = set()
        for kind in np.flatnonzero(row):
            people, number = polytope.people[kind], int(row[kind])
            if not polytope.tied[kind]:
                chosen += [int(people[(turn[kind] + step) % len(people)]) for step in range(number)]
                turn[kind] = (turn[kind] + number) % len(people)
                continue
            waiting = sorted(people.tolist(), key=lambda person: (used[person], person))
            for person in waiting:
                if number and pool.household(person) not in shut:
                    chosen.append(person)
                    shut.add(pool.household(person))
                    number -= 1
        used.update(chosen)
        panels.append(tuple(sorted(chosen)))
    return panels


def shares(panels: list[tuple[int, ...]], people: int) -> Floats:
    """How often each person sits on a panel, as a share of the panels."""
    times: dict[int, int] = defaultdict(int)
    for panel in panels:
        for person in panel:
            times[person] += 1
    return np.array([times[person] / len(panels) for person in range(people)])
