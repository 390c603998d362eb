"""The LP of branch and bound: one model, solved again and again with other limits of a few columns.

Comes in: a model. Goes out: `NodeLp`, which `branch` grows its tree over: either the whole of a small model
is in the engine (`RestrictedNodes`), or of a large one what can matter (`SiftedNodes`). Either way bounds are
exact over all columns, and a node without a solution counts only where a ray proves that in integers.
"""

from dataclasses import replace
from typing import Any, Protocol

import highspy
import numpy as np
from numpy.typing import NDArray

from sip_grouping.solve.bound import (
    WORK_PER_STEP,
    LpRelaxation,
    as_highs,
    dual_simplex,
    ray_proves,
    rays_prove,
    row_weights,
    safe_relaxation,
)
from sip_grouping.solve.cpsat import INT32_MAX
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.lp import SiftedLp
from sip_grouping.solve.run import Run

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

OPTIMAL = highspy.HighsModelStatus.kOptimal
INFEASIBLE = highspy.HighsModelStatus.kInfeasible
NEVER = INT32_MAX
"""The limit of simplex iterations where there is none."""


class NodeLp(Protocol):
    """The LP of a tree's nodes.

    Attributes
    ----------
    arrays
        The model.
    """

    arrays: LinearArrays

    @property
    def objective(self) -> float:
        """What the last LP's optimum is, or where it stopped; not exactly."""

    def solve(
        self,
        columns: Ints,
        lower: Ints,
        upper: Ints,
        basis: Any,
        run: Run,
        iterations: int,
        best: int | None = None,
    ) -> highspy.HighsModelStatus:
        """Solve within limits of some columns, warm from a basis unless it is None; count the work.

        `best`: it may end once it is proven that no solution within the limits is better than that.
        """

    def relaxation(self, limits: LinearArrays) -> LpRelaxation | None:
        """Return the exact bound of the model of a node from the last optimum; None beyond 64 bits."""

    def surely_infeasible(self, limits: LinearArrays) -> bool:
        """Return whether it is proven in integers that the model of a node has no solution."""

    def basis(self) -> Any:
        """Return the last basis, to start from later."""


class RestrictedNodes:
    """All of a model is in the engine."""

    def __init__(self, arrays: LinearArrays) -> None:
        self.arrays = arrays
        self._weights = row_weights(arrays)
        self._highs: Any = dual_simplex()
        self._highs.passModel(as_highs(arrays))

    def price(self, objective: Ints) -> None:
        """Take another objective, shape (columns,)."""
        columns = self.arrays.columns
        self.arrays = replace(self.arrays, objective=objective)
        self._highs.changeColsCost(
            columns, np.arange(columns, dtype=np.int32), objective.astype(np.float64)
        )

    @property
    def objective(self) -> float:
        """What the last LP's optimum is, or where it stopped; not exactly."""
        return float(self._highs.getInfo().objective_function_value)

    def solve(
        self,
        columns: Ints,
        lower: Ints,
        upper: Ints,
        basis: Any,
        run: Run,
        iterations: int,
        best: int | None = None,  # noqa: ARG002 (one solve is all there is)
    ) -> highspy.HighsModelStatus:
        """Solve within limits of some columns, warm from a basis unless it is None; count the work.

        `best`: it may end once it is proven that no solution within the limits is better than that.
        """
        highs = self._highs
        highs.changeColsBounds(
            len(columns),
            columns.astype(np.int32),
            lower.astype(np.float64),
            upper.astype(np.float64),
        )
        highs.setOptionValue("time_limit", highs.getRunTime() + run.seconds_left)
        highs.setOptionValue("simplex_iteration_limit", iterations)
        for again in (False, True):
            if basis is None or again:
                highs.clearSolver()
            else:
                highs.setBasis(basis)
            highs.run()
            steps = max(highs.getInfo().simplex_iteration_count, 1)
            run.work += steps * self.arrays.matrix.nnz * WORK_PER_STEP
            status: highspy.HighsModelStatus = highs.getModelStatus()
            if status != highspy.HighsModelStatus.kUnknown:
                break
        return status

    def relaxation(self, limits: LinearArrays) -> LpRelaxation | None:
        """Return the exact bound of the model of a node from the last optimum; None beyond 64 bits."""
        solution = self._highs.getSolution()
        values = np.array(solution.col_value)
        return safe_relaxation(limits, np.array(solution.row_dual), values, self._weights)

    def surely_infeasible(self, limits: LinearArrays) -> bool:
        """Return whether it is proven in integers that the model of a node has no solution."""
        return ray_proves(self._highs, limits)

    def basis(self) -> Any:
        """Return the last basis, to start from later."""
        return self._highs.getBasis()


class SiftedNodes:
    """Of a model the engine has what could matter; pairs come in where a node needs them."""

    def __init__(self, lp: SiftedLp) -> None:
        self.arrays = lp.arrays
        self._lp = lp
        self._weights = row_weights(lp.arrays)
        self._values: Floats | None = None
        lp.start_warm()

    @property
    def objective(self) -> float:
        """What the last LP's optimum is, or where it stopped; not exactly."""
        return self._lp.objective

    def solve(
        self,
        columns: Ints,
        lower: Ints,
        upper: Ints,
        basis: Any,
        run: Run,
        iterations: int,
        best: int | None = None,
    ) -> highspy.HighsModelStatus:
        """Solve within limits of some columns, warm from a basis unless it is None; count the work.

        `best`: it may end once it is proven that no solution within the limits is better than that.
        """
        lp = self._lp
        lp.set_limits(columns, lower, upper)
        if basis is not None:
            lp.start_from(basis)
        begun = lp.steps
        if iterations < NEVER:
            status = lp.look(run, iterations)
        else:

            def closed(values: Floats) -> bool:
                """Return whether it is proven already, exactly, that nothing better is left."""
                if best is None or lp.objective >= best + 1:
                    return False
                limits = self.arrays.within(columns, lower, upper)
                proven = safe_relaxation(limits, lp.duals(), values, self._weights)
                return proven is not None and proven.bound <= best

            self._values = lp.solve(run, enough=closed)
            status = lp.status
            if status == INFEASIBLE and lp.bring_in(columns[lower > 0]):
                # What must be there may need pairs that were left out.
                self._values = lp.solve(run, enough=closed)
                status = lp.status
        run.work += max(lp.steps - begun, 1) * lp.nonzeros * WORK_PER_STEP
        return status

    def relaxation(self, limits: LinearArrays) -> LpRelaxation | None:
        """Return the exact bound of the model of a node from the last optimum; None beyond 64 bits."""
        if self._values is None:
            return None
        return safe_relaxation(limits, self._lp.duals(), self._values, self._weights)

    def surely_infeasible(self, limits: LinearArrays) -> bool:
        """Return whether it is proven in integers that the model of a node has no solution."""
        return rays_prove(limits, self._lp.rays())

    def basis(self) -> Any:
        """Return the last basis, to start from later."""
        return self._lp.state()
