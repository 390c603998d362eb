"""Diving on the groups: from the LP relaxation alone to a whole solution.

Comes in: a solved `SiftedLp`. Goes out: the LP's values with a whole number of groups for all cells but
a few. The members' values are then whole or nearly so: with the groups fixed the rest is almost a flow.
"""

import logging

import numpy as np
from numpy.typing import NDArray

from sip_grouping.solve.lp import SiftedLp
from sip_grouping.solve.run import Run

_logger = logging.getLogger(__name__)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

WHOLE = 1e-6
"""Further from a whole number than this is a fraction."""

NEAR = 0.25
"""Cells whose groups are this near to a whole number are fixed at once."""

LEAST_SHARE = 3
"""At least one in so many of the cells with a fraction is fixed in each round."""


def dive(columns: Ints, lp: SiftedLp, run: Run, values: Floats, *, few: int) -> Floats | None:
    """Fix groups to whole numbers, the nearest first, and solve again, until nearly all are whole.

    A fix that leaves no solution is taken back: half of its cells are fixed instead, and a single cell
    goes to the other side.

    Parameters
    ----------
    columns
        Those of the groups, shape (cells,).
    values
        The LP's values, of all columns of its model.
    few
        So few cells with a fraction are left as they are.

    Returns
    -------
    array
        LP values of all columns with whole groups but for a few; None where the dive does not get there or
        the run is stopped.
    """
    lower, upper = lp.arrays.lower[columns].copy(), lp.arrays.upper[columns].copy()
    try:
        while True:
            fixing = _next_to_fix(values[columns], lower, upper, few)
            if fixing is None:
                return values
            found = _fixed(columns, lp, run, values, lower, upper, fixing)
            if found is None:
                return None
            values = found
    finally:
        lp.set_limits(columns, lp.arrays.lower[columns], lp.arrays.upper[columns])


def _next_to_fix(groups: Floats, lower: Ints, upper: Ints, few: int) -> Ints | None:
    """Return the cells to fix next, nearest to a whole number first; None where few are left."""
    distance = np.abs(groups - np.rint(groups))
    fractional = np.flatnonzero((distance > WHOLE) & (lower < upper))
    if len(fractional) <= few:
        return None
    order = fractional[np.lexsort((fractional, distance[fractional]))]
    near = int((distance[order] <= NEAR).sum())
    return order[: max(near, -(-len(order) // LEAST_SHARE))]


def _fixed(
    columns: Ints,
    lp: SiftedLp,
    run: Run,
    values: Floats,
    lower: Ints,
    upper: Ints,
    fixing: Ints,
) -> Floats | None:
    """Fix cells, in place in `lower` and `upper`, as many of them as leave a solution; solve."""
    groups = values[columns]
    rounded = np.rint(groups).astype(np.int64)
    while not run.stopped():
        before = lower[fixing].copy(), upper[fixing].copy()
        target = np.clip(rounded[fixing], *before)
        lower[fixing] = upper[fixing] = target
        lp.set_limits(columns[fixing], lower[fixing], upper[fixing])
        found = lp.solve(run, grow=False)
        if found is not None:
            return found
        lower[fixing], upper[fixing] = before
        lp.set_limits(columns[fixing], lower[fixing], upper[fixing])
        _logger.debug("a fix of %d cells leaves no solution", len(fixing))
        if len(fixing) > 1:
            fixing = fixing[: len(fixing) // 2]
            continue
        other = np.floor(groups[fixing]) + np.ceil(groups[fixing]) - target
        lower[fixing] = upper[fixing] = np.clip(other.astype(np.int64), *before)
        lp.set_limits(columns[fixing], lower[fixing], upper[fixing])
        return lp.solve(run, grow=False)
    return None
