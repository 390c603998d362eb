"""Cutting: a model with rows that whole solutions keep and its LP relaxation does not.

Comes in: a model with its LP relaxation, the best solution so far, a `Run`. Goes out: the model with the cuts
that bind, and its LP relaxation; bounds go to the run. Cuts are rows of integers over the same columns, so
every engine sees them and the bound stays exact. They are no part of a certificate (`certify`), whose rows
are single rules of the edition.

The LP of an edition with many weekly slots opens halves of groups whose members are in several of them;
zero-half cuts (`zero_half`) take much of that away in seconds, where branching takes hours.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from sip_grouping.solve.bound import (
    WORK_PER_STEP,
    LpRelaxation,
    as_highs,
    dual_simplex,
    safe_relaxation,
)
from sip_grouping.solve.linear import NO_LIMIT, LinearArrays
from sip_grouping.solve.run import Run
from sip_grouping.solve.zero_half import Below, Cut, rows_below, zero_half_cuts

_logger = logging.getLogger(__name__)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_COLUMNS = 40_000
"""Larger models are left to the LP: the elimination grows with the square of their rows."""

EACH_ROUND = 60
"""Most cuts of a round."""

LOOKED_AT, ALIKE = 200, 0.5
"""Of so many deepest cuts those of a round are chosen; of two whose cosine is larger the deeper one."""

LOOK_BACK, LEAST_GAIN = 6, 0.03
"""It ends once so many rounds have lowered the bound by less than this part of what is left."""

NO_PRICE = 1e-6
"""A cut whose dual is no larger does not bind."""

WORK_PER_WORD = 1.5e-9
"""Work of one word of the elimination."""


@dataclass(frozen=True)
class CutModel:
    """A model with cuts, of the same columns and with the same whole solutions, and its LP relaxation."""

    arrays: LinearArrays
    relaxation: LpRelaxation


def cut_model(
    arrays: LinearArrays, relaxation: LpRelaxation, best: int | None, run: Run, work: float
) -> CutModel:
    """Return a model with cuts, as far as the work goes and they help.

    Parameters
    ----------
    best
        The objective of the best solution: with a bound of that all is proven.
    work
        How much to do, in the run's units, to which it is added.
    """
    if arrays.columns > MOST_COLUMNS:
        return CutModel(arrays, relaxation)
    cutting = Cutting(arrays, run)
    ends = run.work + work
    target = best if best is not None else -int(NO_LIMIT)
    bounds = [float(relaxation.bound)]
    while run.work < ends and not run.stopped() and cutting.round():
        bounds.append(cutting.value)
        if bounds[-1] < target + 1:
            break
        gained = bounds[-1 - LOOK_BACK] - bounds[-1] if len(bounds) > LOOK_BACK else np.inf
        if gained < LEAST_GAIN * (bounds[-1] - target):
            break
    found = cutting.model()
    if found is None or found.relaxation.bound > relaxation.bound:
        found = CutModel(arrays, relaxation)
    run.lower_bound(found.relaxation.bound)
    _logger.info("%d rounds of cuts: bound %d", len(bounds) - 1, found.relaxation.bound)
    return found


def with_rows(arrays: LinearArrays, cuts: Sequence[Cut]) -> LinearArrays:
    """Return a model with cuts as rows after its own."""
    if not cuts:
        return arrays
    limits = np.array([cut.limit for cut in cuts], dtype=np.int64)
    return replace(
        arrays,
        matrix=csr_matrix(vstack([arrays.matrix, rows_of(cuts, arrays.columns)])),
        row_lower=np.concatenate([arrays.row_lower, np.full(len(cuts), -NO_LIMIT)]),
        row_upper=np.concatenate([arrays.row_upper, limits]),
    )


def with_binding(
    arrays: LinearArrays, cuts: Sequence[Cut], duals: Floats, values: Floats
) -> CutModel | None:
    """Return the model with the cuts that bind, and the exact bound of their prices; None beyond 64 bits.

    Parameters
    ----------
    duals
        Shape (rows + cuts,): of the model's rows and of the cuts after them, where the LP was solved.
    values
        The LP's values, shape (columns,).
    """
    rows = arrays.matrix.shape[0]
    binding = np.flatnonzero(np.abs(duals[rows:]) > NO_PRICE)
    whole = with_rows(arrays, [cuts[number] for number in binding.tolist()])
    prices = np.concatenate([duals[:rows], duals[rows:][binding]])
    found = safe_relaxation(whole, prices, values)
    return None if found is None else CutModel(whole, found)


def add_row(highs: Any, columns: Ints, coefficients: Ints, limit: int) -> None:
    """Add a row coefficients @ x[columns] <= limit to an engine."""
    highs.addRow(
        -highspy.kHighsInf,
        float(limit),
        len(columns),
        columns.astype(np.int32),
        coefficients.astype(np.float64),
    )


class Cutting:
    """The LP while cuts are added; warm from one round, or objective, to the next."""

    def __init__(self, arrays: LinearArrays, run: Run) -> None:
        """Solve the LP of a model."""
        self._arrays = arrays
        self._run = run
        self._below = rows_below(arrays)
        self._cuts: list[Cut] = []
        self._random = np.random.default_rng(run.limits.seed % 2**32)
        self._highs: Any = dual_simplex()
        self._highs.passModel(as_highs(arrays))
        self._nonzeros = int(arrays.matrix.nnz)
        self._last: tuple[Floats, Floats] | None = None
        self._solved = self._solve()

    @property
    def value(self) -> float:
        """What the LP's optimum is, not exactly."""
        return float(self._highs.getInfo().objective_function_value)

    def round(self) -> bool:
        """Add the deepest cuts that the LP breaks, and solve it; return whether there were any."""
        if not self._solved:
            return False
        arrays = self._arrays
        values = np.array(self._highs.getSolution().col_value)
        found, words = zero_half_cuts(self._below, arrays.lower, arrays.upper, values, self._random)
        self._run.work += words * WORK_PER_WORD
        cuts = different(found, arrays.columns)
        if not cuts:
            return False
        for cut in cuts:
            add_row(self._highs, cut.columns, cut.coefficients, cut.limit)
            self._nonzeros += len(cut.columns)
        self._cuts += cuts
        limits = np.array([cut.limit for cut in cuts], dtype=np.int64)
        self._below = Below(
            csr_matrix(vstack([self._below.matrix, rows_of(cuts, arrays.columns)])),
            np.concatenate([self._below.limit, limits]),
        )
        self._solved = self._solve()
        return self._solved

    def model(self) -> CutModel | None:
        """Return the model with the cuts that have a price in the last LP, and its exact bound."""
        return None if self._last is None else with_binding(self._arrays, self._cuts, *self._last)

    def price(self, objective: Ints) -> bool:
        """Take another objective, shape (columns,), and solve the LP; cuts hold for any."""
        columns = self._arrays.columns
        self._arrays = replace(self._arrays, objective=objective)
        self._highs.changeColsCost(
            columns, np.arange(columns, dtype=np.int32), objective.astype(np.float64)
        )
        self._last = None
        self._solved = self._solve()
        return self._solved

    def _solve(self) -> bool:
        """Solve the LP; return whether there is an optimum."""
        highs, run = self._highs, self._run
        for _ in range(2):
            highs.setOptionValue("time_limit", highs.getRunTime() + run.seconds_left)
            highs.run()
            steps = max(highs.getInfo().simplex_iteration_count, 1)
            run.work += steps * self._nonzeros * WORK_PER_STEP
            if highs.getModelStatus() == highspy.HighsModelStatus.kOptimal:
                solution = highs.getSolution()
                # Kept: a round that is stopped takes nothing away from those before it.
                self._last = np.array(solution.row_dual), np.array(solution.col_value)
                return True
            if run.stopped():
                return False
            # Warm it may lose its way; from the beginning it does not.
            highs.clearSolver()
        return False


def rows_of(cuts: Sequence[Cut], columns: int) -> csr_matrix:
    """Return cuts as rows, shape (cuts, columns)."""
    starts = np.cumsum([0, *(len(cut.columns) for cut in cuts)])
    nothing = np.zeros(0, dtype=np.int64)
    return csr_matrix(
        (
            np.concatenate([nothing, *(cut.coefficients for cut in cuts)]),
            np.concatenate([nothing, *(cut.columns for cut in cuts)]),
            starts,
        ),
        shape=(len(cuts), columns),
        dtype=np.int64,
    )


def different(cuts: list[Cut], columns: int) -> list[Cut]:
    """Return the deepest cuts that are not alike; `cuts` are the deepest first."""
    cuts = cuts[:LOOKED_AT]
    matrix = rows_of(cuts, columns).astype(np.float64)
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    cosine = (matrix @ matrix.T).toarray() / np.maximum(np.outer(lengths, lengths), 1.0)
    taken: list[int] = []
    for number in range(len(cuts)):
        if len(taken) == EACH_ROUND:
            break
        if not (cosine[number, taken] > ALIKE).any():
            taken.append(number)
    return [cuts[number] for number in taken]
