"""Chances into whole panels: a point of the polytope as a mixture of its whole points (after Carathéodory).

From the point, walk away from a whole panel of the smallest face that holds the point until a bound is met; that
panel gets the weight of the walk, and what is left lies in a smaller face. Each step is one small integer program whose
bounds are the two whole numbers around the point, so it is quick; where a face has no whole point the walk stops and
the search of `hull` goes on with the panels that it found.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from shangliang.sortition.engine.polytope import Floats, Polytope, with_size
from shangliang.sortition.engine.solver import Found, Program

LOOSE = 0.1  # how far from the best a panel of a step may be: any panel of the face will do
CLEAR = 1e-9  # of the whole weight: below this the walk is at its end
COARSEST = 1e-4


@dataclass
class Split:
    """Panels (P x T, whole) and their weights (P); `left` of the weight could not be split."""

    panels: list[Floats]
    weights: list[float]
    left: float


def panels_of(polytope: Polytope) -> Program:
    """The integer program whose solutions are the panels."""
    rows, low, high = with_size(polytope)
    nothing = np.zeros(polytope.types)
    return Program(nothing, nothing, polytope.most.astype(float), rows, low, high, whole=True)


def split(polytope: Polytope, point: Floats, until: float, seed: int = 1) -> Split:
    """`point` (T: expected counts) as a mixture of panels; `until` is a moment of `time.monotonic()`."""
    program, chance = panels_of(polytope), np.random.default_rng(seed)
    done = Split([], [], 1.0)
    mixed = np.zeros(polytope.types)
    while done.left > CLEAR and time.monotonic() < until:
        rest = (point - mixed) / done.left  # anew each time, so that no error adds up
        near = min(max(CLEAR / done.left, CLEAR), COARSEST)
        face = _Face(polytope, rest, near)
        panel = face.panel(program, chance, until - time.monotonic())
        if panel is None:
            break
        step = face.reach(panel)
        weight = done.left if step >= 1.0 / near else done.left * step / (1.0 + step)
        if weight <= CLEAR * CLEAR:
            break
        done.panels.append(panel)
        done.weights.append(weight)
        done.left -= weight
        mixed += weight * panel
    return done


class _Face:
    """The whole numbers around a point, in each type and in each row."""

    def __init__(self, polytope: Polytope, point: Floats, near: float) -> None:
        self.polytope, self.near = polytope, near
        whole = np.round(point)
        self.point = np.where(np.abs(point - whole) <= near, whole, point)
        self.floor, self.ceiling = np.floor(self.point), np.ceil(self.point)
        sums = polytope.rows @ self.point
        whole = np.round(sums)
        self.sums = np.where(np.abs(sums - whole) <= near * 10, whole, sums)
        self.low = np.clip(np.floor(self.sums), polytope.low, polytope.high)
        self.high = np.clip(np.ceil(self.sums), polytope.low, polytope.high)

    def panel(self, program: Program, chance: np.random.Generator, seconds: float) -> Floats | None:
        """A whole point of the face, near the point."""
        program.bound_columns(self.floor, np.minimum(self.ceiling, self.polytope.most))
        for row in range(len(self.low)):
            program.bound_row(row, self.low[row], self.high[row])
        for wish in (
            self.point - self.floor + 0.01 * chance.random(len(self.point)),
            chance.random(len(self.point)),
        ):
            program.want(wish)
            answer = program.solve(seconds, gap=LOOSE)
            if answer.found is Found.BEST:
                return np.round(answer.columns)
            if answer.found is Found.NONE:
                return None
        return None

    def reach(self, panel: Floats) -> float:
        """How far the point can move away from the panel (1: by as much as it lies from it) and stay in the face."""
        along, across = panel - self.point, self.polytope.rows @ panel - self.sums
        gone = [
            (self.point - self.floor, along),
            (self.ceiling - self.point, -along),
            (self.sums - self.low, across),
            (self.high - self.sums, -across),
        ]
        reach = np.inf
        for room, speed in gone:
            moves = speed > self.near
            if moves.any():
                reach = min(reach, float((np.maximum(room[moves], 0.0) / speed[moves]).min()))
        return reach
