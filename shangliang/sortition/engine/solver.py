"""HiGHS behind three verbs: build, change, solve. One thread, so that a run can be repeated."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import highspy
import numpy as np
from scipy.sparse import csr_matrix

from shangliang.sortition.engine.polytope import Floats, Ints

INFINITE: float = highspy.kHighsInf


class Found(Enum):
    """How a run ended."""

    BEST = auto()  # proven within the gap asked for
    NONE = auto()  # proven that there is no solution
    CUT_SHORT = auto()  # time, before anything was proven


@dataclass(frozen=True)
class Answer:
    """What a run gives; the vectors are empty where there is no solution."""

    found: Found
    value: float
    bound: float  # no solution is better than this
    columns: Floats
    slopes: Floats  # reduced costs of the columns; of a linear program only
    prices: Floats  # duals of the rows; of a linear program only


class Quiet(highspy.Highs):
    """HiGHS that says nothing; its first words would come from inside its own constructor, before any option is set."""

    def enableCallbacks(self) -> None:  # noqa: N802 — the name is theirs
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]  # highspy is typed in part


class Program:
    """maximise costs @ x, low <= rows @ x <= high, left <= x <= right, some x whole."""

    def __init__(
        self,
        costs: Floats,
        left: Floats,
        right: Floats,
        rows: csr_matrix,
        low: Floats,
        high: Floats,
        *,
        whole: bool | Floats = False,
    ) -> None:
        self.solver: Any = Quiet()  # type: ignore[no-untyped-call]
        for name, value in {"threads": 1, "random_seed": 0}.items():
            self.solver.setOptionValue(name, value)
        model: Any = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(costs), len(low)
        model.col_cost_, model.col_lower_, model.col_upper_ = costs, left, right
        model.row_lower_, model.row_upper_ = low, high
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = rows.indptr.astype(np.int32)
        model.a_matrix_.index_ = rows.indices.astype(np.int32)
        model.a_matrix_.value_ = rows.data.astype(np.float64)
        model.sense_ = highspy.ObjSense.kMaximize
        if np.any(whole):
            kinds = np.broadcast_to(np.asarray(whole, bool), len(costs))
            model.integrality_ = [
                highspy.HighsVarType.kInteger if kind else highspy.HighsVarType.kContinuous for kind in kinds
            ]
        self.is_whole = bool(np.any(whole))
        self.solver.passModel(model)

    def want(self, costs: Floats) -> None:
        """Other costs."""
        self.solver.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), costs)

    def bound_columns(self, left: Floats, right: Floats) -> None:
        """Other bounds of all columns."""
        self.solver.changeColsBounds(len(left), np.arange(len(left), dtype=np.int32), left, right)

    def bound_column(self, column: int, left: float, right: float) -> None:
        """Other bounds of one column."""
        self.solver.changeColBounds(column, left, right)

    def bound_row(self, row: int, low: float, high: float) -> None:
        """Other bounds of one row."""
        self.solver.changeRowBounds(row, low, high)

    def weigh(self, row: int, column: int, value: float) -> None:
        """Another coefficient."""
        self.solver.changeCoeff(row, column, value)

    def add_column(self, cost: float, left: float, right: float, rows: Ints, values: Floats) -> None:
        """One more column."""
        self.solver.addCol(cost, left, right, len(rows), rows.astype(np.int32), values.astype(np.float64))

    def add_row(self, low: float, high: float, columns: Ints, values: Floats) -> None:
        """One more row."""
        self.solver.addRow(low, high, len(columns), columns.astype(np.int32), values.astype(np.float64))

    def solve(self, seconds: float = INFINITE, gap: float = 0.0) -> Answer:
        """Run; `gap` is how far from the best, as a share, the answer may be. Raises RuntimeError on a failed run."""
        if self.is_whole:
            self.solver.setOptionValue("mip_rel_gap", gap)
        # HiGHS counts the time of all runs of a model together.
        self.solver.setOptionValue("time_limit", self.solver.getRunTime() + max(seconds, 0.01))
        self.solver.run()
        status = self.solver.getModelStatus()
        states = highspy.HighsModelStatus
        nothing = np.empty(0)
        if status in {states.kInfeasible, states.kUnboundedOrInfeasible}:
            return Answer(Found.NONE, -INFINITE, -INFINITE, nothing, nothing, nothing)
        if status == states.kTimeLimit:
            return Answer(Found.CUT_SHORT, -INFINITE, INFINITE, nothing, nothing, nothing)
        if status != states.kOptimal:
            raise RuntimeError(f"HiGHS: {self.solver.modelStatusToString(status)}")
        solution, info = self.solver.getSolution(), self.solver.getInfo()
        value = float(info.objective_function_value)
        return Answer(
            Found.BEST,
            value,
            float(info.mip_dual_bound) if self.is_whole else value,
            np.array(solution.col_value),
            nothing if self.is_whole else np.array(solution.col_dual),
            nothing if self.is_whole else np.array(solution.row_dual),
        )
