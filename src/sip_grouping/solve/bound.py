"""The LP bound: how good a grouping can be at most, by linear programming duality.

Comes in: `LinearArrays`. Goes out: `LpRelaxation`: a bound that is exact, whatever the rounding
inside the LP engine, with the LP's primal values and exact reduced costs.

Safe rounding. For any multipliers y of the rows, every x within its limits has

    c x = (c - A'y) x + y (A x)
        <= sum_j max(d_j lower_j, d_j upper_j) + sum_r (y_r > 0 ? y_r upper_r : y_r lower_r),

with d = c - A'y (weak duality; Neumaier and Shcherbina, Safe bounds in linear and mixed-integer
linear programming, Math. Program. 99, 2004). The engine's duals are rounded to multiples of 2^-16
(coarser where 64-bit sums could not hold them) and the right-hand side is summed in integers, so the
bound holds even where the engine is a little off; a poor y only makes it weaker. Scores are whole
thousandths, so the bound is rounded down.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from sip_grouping.solve.linear import NO_LIMIT, LinearArrays

_logger = logging.getLogger(__name__)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

WORK_PER_STEP = 1.2e-8
"""Work of one simplex iteration for each nonzero of the model: about a second for 1.0."""

_SCALE = 1 << 24
"""Multipliers are whole in units of this part of a thousandth: rounded to 2^-16 they lost two thousandths at
2,000 members."""
_LARGEST_SUM = 2.0**61  # room is left for the rounding of multipliers and of the estimate


@dataclass(frozen=True)
class LpRelaxation:
    """What the LP relaxation tells.

    Attributes
    ----------
    bound
        No integer solution has an objective above it. Thousandths of a point.
    values
        Shape (columns,): the LP's primal values; a guide, not exact.
    reduced_costs
        Shape (columns,): d = c - A'y times `scale`, exact for the rounded y.
    duals
        Shape (rows,): y as the engine gave it.
    multipliers
        Shape (rows,): y times `scale`, rounded; with them anybody can sum the bound again.
    scaled_bound
        The bound times `scale`, before rounding down.
    """

    bound: int
    values: Floats
    reduced_costs: Ints
    duals: Floats
    multipliers: Ints
    scaled_bound: int
    scale: int = _SCALE

    @property
    def losses(self) -> Ints:
        """What raising each column by one costs at least, times `scale`; 0 where it may gain."""
        return np.maximum(-self.reduced_costs, 0)

    def upper_limits(self, arrays: LinearArrays, least: int) -> Ints:
        """Return upper limits of the columns that keep every solution with objective >= `least`.

        Raising a column by one above its lower limit costs at least -d (reduced-cost fixing), so it
        can be raised only as often as the bound allows.
        """
        room = self.scaled_bound - least * self.scale
        if room < 0:
            # Nothing reaches `least`; the caller's own bounds say so better than empty columns.
            return arrays.upper
        loss = -self.reduced_costs
        steps = np.where(loss > 0, room // np.maximum(loss, 1), arrays.upper - arrays.lower)
        return np.minimum(arrays.upper, arrays.lower + steps)


def lp_relaxation(arrays: LinearArrays, *, time_limit: float | None = None) -> LpRelaxation | None:
    """Solve the LP relaxation; None when the engine finds no optimum within the time (in seconds)."""
    highs: Any = QuietHighs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("threads", 1)
    if time_limit is not None:
        highs.setOptionValue("time_limit", max(time_limit, 0.0))
    highs.passModel(as_highs(arrays))
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        _logger.info("LP relaxation: %s", highs.modelStatusToString(highs.getModelStatus()))
        return None
    solution = highs.getSolution()
    return safe_relaxation(arrays, np.array(solution.row_dual), np.array(solution.col_value))


def proved_infeasible(arrays: LinearArrays, *, time_limit: float | None = None) -> bool:
    """Return whether the LP relaxation has no solution, proven in integers by a ray of its dual."""
    highs = dual_simplex()
    # Presolve may find it out without a ray.
    highs.setOptionValue("presolve", "off")
    if time_limit is not None:
        highs.setOptionValue("time_limit", max(time_limit, 0.0))
    highs.passModel(as_highs(arrays))
    highs.run()
    if highs.getModelStatus() != highspy.HighsModelStatus.kInfeasible:
        return False
    return ray_proves(highs, arrays)


def ray_proves(highs: Any, arrays: LinearArrays) -> bool:
    """Return whether an engine's ray proves in integers that a model it holds has no solution."""
    return rays_prove(arrays, dual_rays(highs))


def dual_rays(highs: Any) -> list[Floats]:
    """Return an engine's ray in either direction, shape (its rows,), 1 at most; empty where it has none."""
    _, has_ray, ray = highs.getDualRay()
    if not has_ray:
        return []
    found: Floats = np.array(ray) / max(float(np.abs(ray).max()), 1e-9)
    return [found, -found]


def rays_prove(arrays: LinearArrays, rays: Sequence[Floats]) -> bool:
    """Return whether one of some multipliers of the rows proves in integers that there is no solution."""
    nothing = replace(arrays, objective=np.zeros_like(arrays.objective))
    proofs = (safe_relaxation(nothing, ray, ray) for ray in rays)
    # Every solution would have the objective 0.
    return any(proof is not None and proof.scaled_bound < 0 for proof in proofs)


class QuietHighs(highspy.Highs):
    """HiGHS that prints nothing: its banner comes while its callbacks are enabled, on creation."""

    def enableCallbacks(self) -> None:  # noqa: N802 (the engine's name)
        """Enable callbacks, silently."""
        self.silent()
        super().enableCallbacks()  # type: ignore[no-untyped-call]


def dual_simplex() -> Any:
    """Return an LP engine of one thread that solves warm by the dual simplex method."""
    highs: Any = QuietHighs()  # type: ignore[no-untyped-call]
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("simplex_strategy", 1)
    return highs


def as_highs(arrays: LinearArrays) -> highspy.HighsLp:
    """Return a model without its integrality, as the LP engine takes it."""
    lp = highspy.HighsLp()
    rows, columns = arrays.matrix.shape
    lp.num_row_ = rows
    lp.num_col_ = columns
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = arrays.objective.astype(np.float64)
    lp.col_lower_ = arrays.lower.astype(np.float64)
    lp.col_upper_ = arrays.upper.astype(np.float64)
    lp.row_lower_ = opened_limits(arrays.row_lower)
    lp.row_upper_ = opened_limits(arrays.row_upper)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = arrays.matrix.indptr.astype(np.int32)
    lp.a_matrix_.index_ = arrays.matrix.indices.astype(np.int32)
    lp.a_matrix_.value_ = arrays.matrix.data.astype(np.float64)
    return lp


def opened_limits(limits: Ints) -> Floats:
    """Return limits as the LP engine takes them: infinite where open."""
    floats = limits.astype(np.float64)
    floats[limits >= NO_LIMIT] = highspy.kHighsInf
    floats[limits <= -NO_LIMIT] = -highspy.kHighsInf
    return floats


def safe_relaxation(
    arrays: LinearArrays, duals: Floats, values: Floats, weights: Floats | None = None
) -> LpRelaxation | None:
    """Return the exact bound that multipliers of the rows prove, and exact reduced costs.

    None where its sums are beyond 64 bits.
    """
    scale = _scale_within_64_bits(arrays, duals, weights)
    if scale is None:
        _logger.info("LP relaxation: its sums are beyond 64 bits")
        return None
    y = that_prove(np.rint(duals * scale).astype(np.int64), arrays.row_lower, arrays.row_upper)
    reduced = arrays.objective * scale - arrays.matrix.T @ y
    at_rows = np.where(y > 0, y * np.where(y > 0, arrays.row_upper, 0), 0)
    at_rows += np.where(y < 0, y * np.where(y < 0, arrays.row_lower, 0), 0)
    at_columns = np.maximum(reduced * arrays.lower, reduced * arrays.upper)
    total = int(at_rows.sum()) + int(at_columns.sum())
    return LpRelaxation(
        bound=total // scale,
        values=values,
        reduced_costs=reduced,
        duals=duals,
        multipliers=y,
        scaled_bound=total,
        scale=scale,
    )


def that_prove(multipliers: Ints, row_lower: Ints, row_upper: Ints) -> Ints:
    """Return multipliers of rows with 0 for those on the side of an open limit, which prove nothing."""
    above = (multipliers > 0) & (row_upper >= NO_LIMIT)
    below = (multipliers < 0) & (row_lower <= -NO_LIMIT)
    return np.where(above | below, 0, multipliers)


def row_weights(arrays: LinearArrays) -> Floats:
    """Return what a multiplier of each row counts for in the sums of a bound, shape (rows + 1,).

    The last one is what the objective counts for. Models with the same rows and narrower limits of columns
    count for less.
    """
    row_limits = np.maximum(_closed(arrays.row_lower), _closed(arrays.row_upper))
    limits = np.maximum(np.abs(arrays.lower), np.abs(arrays.upper)).astype(np.float64)
    limits = np.maximum(limits, 1.0)
    objective = float(np.abs(arrays.objective) @ limits)
    return np.concatenate([row_limits + abs(arrays.matrix) @ limits, [objective]])


def _scale_within_64_bits(
    arrays: LinearArrays, duals: Floats, weights: Floats | None
) -> int | None:
    """Return the largest power of 2, 2^24 at most, with which every sum stays far below 2^63.

    None where there is none: so large are points and limits.
    """
    weights = row_weights(arrays) if weights is None else weights
    largest = float(np.abs(duals) @ weights[:-1]) + float(weights[-1])
    scale = _SCALE
    while scale and largest * scale >= _LARGEST_SUM:
        scale //= 2
    return scale or None


def _closed(limits: Ints) -> Floats:
    """Return the size of limits of rows; 0 where a row is open on that side."""
    floats = np.abs(limits).astype(np.float64)
    floats[floats >= NO_LIMIT] = 0.0
    return floats
