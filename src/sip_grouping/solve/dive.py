"""Diving on the groups: from the LP relaxation alone to a whole solution.

Comes in: a solved `SiftedLp`. Goes out: the LP's values with a whole number of groups for all cells but
a few. The members' values are then whole or nearly so: with the groups fixed the rest is almost a flow.
Those that are torn all the same, mostly members who come together to where one seat is left, are dived on
in their turn where the dive alone has to make a solution; then it is careful too, which takes longer.
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
"""Columns that are this near to a whole number are fixed at once."""

LEAST_SHARE = 3
"""At least one in so many of the columns with a fraction is fixed in each round."""

BEARABLE = 0.1
"""A round that fixes n columns may cost this part of the largest gain of a placement times the root of n."""

STEPS_OF_THE_LP = 2.5
"""After so many times the simplex steps of the LP before it the rounds of a dive may cost anything."""

SHARE_OF_THE_CLOCK = 0.6
"""The same after this part of the seconds left, where they are limited."""


def dive(
    columns: Ints,
    lp: SiftedLp,
    run: Run,
    values: Floats,
    *,
    few: int,
    members: Ints | None = None,
) -> Floats | None:
    """Fix groups to whole numbers, the nearest first, and solve again, until nearly all are whole.

    A fix that leaves no solution is taken back: half of its columns are fixed instead, and a single one goes
    to the other side. Where members are to be whole too, a fix that costs much is taken back as well, and of
    a single column that is far from whole both sides are looked at, until the dive has gone on for long.

    Parameters
    ----------
    columns
        Those of the groups, shape (cells,).
    values
        The LP's values, of all columns of its model.
    few
        So few cells with a fraction are left as they are.
    members
        Columns that are made whole after the groups, as far as that goes; None: none.

    Returns
    -------
    array
        LP values of all columns with whole groups but for a few; None where the dive does not get there or
        the run is stopped.
    """
    diving = _Dive(lp, run, careful=members is not None)
    try:
        found = diving.whole(columns, values, few)
        if found is None or members is None:
            return found
        whole = diving.whole(members, found, 0)
        return found if whole is None else whole
    finally:
        diving.forget()


class _Dive:
    """The limits of a dive's columns while it goes on."""

    def __init__(self, lp: SiftedLp, run: Run, *, careful: bool) -> None:
        self._lp, self._run = lp, run
        self._lower, self._upper = lp.arrays.lower.copy(), lp.arrays.upper.copy()
        self._steps, self._begun = max(lp.steps, 1), run.seconds
        self._seconds = SHARE_OF_THE_CLOCK * run.seconds_left
        self._careful = careful
        self._bearable = BEARABLE * float(np.abs(lp.arrays.objective).max(initial=0))

    def whole(self, columns: Ints, values: Floats, few: int) -> Floats | None:
        """Return values of the LP with whole numbers in all but a few of these columns."""
        while True:
            fixing = self._next_to_fix(columns, values, few)
            if fixing is None:
                return values
            found = self._fixed(values, fixing)
            if found is None:
                return None
            values = found

    def forget(self) -> None:
        """Give all columns their own limits again."""
        arrays = self._lp.arrays
        fixed = (self._lower != arrays.lower) | (self._upper != arrays.upper)
        self._release(np.flatnonzero(fixed))

    def _next_to_fix(self, columns: Ints, values: Floats, few: int) -> Ints | None:
        """Return the columns to fix next, nearest to a whole number first; None where few are left."""
        distance = np.abs(values[columns] - np.rint(values[columns]))
        open_yet = self._lower[columns] < self._upper[columns]
        fractional = np.flatnonzero((distance > WHOLE) & open_yet)
        if len(fractional) <= few:
            return None
        order = fractional[np.lexsort((fractional, distance[fractional]))]
        near = int((distance[order] <= NEAR).sum())
        return columns[order[: max(near, -(-len(order) // LEAST_SHARE))]]

    def _fixed(self, values: Floats, fixing: Ints) -> Floats | None:
        """Fix columns, as many of them as leave a solution that is worth nearly as much; solve."""
        before = float(self._lp.arrays.objective @ values)
        while not self._run.stopped():
            if len(fixing) == 1:
                return self._better_side(fixing, float(values[fixing[0]]))
            found = self._solved(fixing, _rounded(values[fixing]))
            lost = before - self._lp.objective
            if found is not None and lost <= self._may_cost(len(fixing)):
                return found
            self._release(fixing)
            _logger.debug("a fix of %d columns leaves no solution, or costs %g", len(fixing), lost)
            fixing = fixing[: len(fixing) // 2]
        return None

    def _is_careful(self) -> bool:
        late = self._lp.steps - self._steps > STEPS_OF_THE_LP * self._steps
        return self._careful and not late and self._run.seconds - self._begun <= self._seconds

    def _may_cost(self, columns: int) -> float:
        """Return what a fix of so many columns may cost."""
        return self._bearable * float(columns) ** 0.5 if self._is_careful() else float("inf")

    def _better_side(self, column: Ints, value: float) -> Floats | None:
        """Fix one column to a whole number next to its value; where it is far from both, to the better."""
        near = _rounded(np.array([value]))
        other = np.floor(value).astype(np.int64) + np.ceil(value).astype(np.int64) - near
        found, reached = self._solved(column, near), self._lp.objective
        if found is not None and (abs(value - near[0]) <= NEAR or not self._is_careful()):
            return found
        self._release(column)
        better = self._solved(column, other)
        if found is None or (better is not None and self._lp.objective > reached):
            return better
        self._set(column, near, near)
        return found

    def _solved(self, columns: Ints, target: Ints) -> Floats | None:
        """Fix columns and solve; None where that leaves no solution."""
        target = np.clip(target, self._lower[columns], self._upper[columns])
        self._set(columns, target, target)
        return self._lp.solve(self._run, grow=False)

    def _set(self, columns: Ints, lower: Ints, upper: Ints) -> None:
        self._lower[columns], self._upper[columns] = lower, upper
        self._lp.set_limits(columns, lower, upper)

    def _release(self, columns: Ints) -> None:
        """Give columns their own limits again."""
        arrays = self._lp.arrays
        self._set(columns, arrays.lower[columns], arrays.upper[columns])


def _rounded(values: Floats) -> Ints:
    """Return the nearest whole numbers, of two the larger."""
    return np.floor(values + 0.5).astype(np.int64)
