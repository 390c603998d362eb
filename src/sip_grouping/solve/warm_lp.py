"""One LP relaxation that is asked again and again, with a row more each time, and cuts that make it tight.

Comes in: a model. Goes out, for each question: the model with its row and its cuts, and the LP relaxation of
that. Each question starts from the same basis and leaves nothing behind, so that its answer does not hang
on what was asked before.
"""

from dataclasses import dataclass
from functools import cached_property
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
    opened_limits,
    ray_proves,
    safe_relaxation,
)
from sip_grouping.solve.cutting import (
    MOST_COLUMNS,
    WORK_PER_WORD,
    different,
    rows_of,
    with_rows,
)
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.zero_half import Below, Cut, rows_below, zero_half_cuts

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_ROUNDS = 30
"""Most rounds of cuts for one question."""

LOOK_BACK, LEAST_GAIN = 4, 0.05
"""They end once so many rounds have lowered the bound by less than this part of what all have."""

WHOLE = 1e-6
"""Further from a whole number than this is a fraction."""

_NO_PRICE = 1e-6


@dataclass(frozen=True)
class Row:
    """One row: the sum of some columns, shape (columns,), within two limits."""

    columns: Ints
    limits: Ints


@dataclass(frozen=True)
class Asked:
    """A model with a question's row and its cuts.

    Attributes
    ----------
    arrays
        Has the same whole solutions with the cuts as without.
    relaxation
        Of `arrays`; None where the LP has no optimum.
    infeasible
        Whether that is because it has no solution, proven in integers.
    """

    arrays: LinearArrays
    relaxation: LpRelaxation | None
    infeasible: bool = False

    @property
    def whole(self) -> Ints | None:
        """The LP's optimum where it is a solution in whole numbers that reaches the bound; else None."""
        found = self.relaxation
        if found is None or not is_whole(found.values):
            return None
        values = np.rint(found.values).astype(np.int64)
        best = int(self.arrays.objective @ values) == found.bound
        return values if best and self.arrays.admits(values) else None


def is_whole(values: Floats) -> bool:
    """Return whether all values are whole numbers, nearly."""
    return bool(np.abs(values - np.rint(values)).max(initial=0.0) < WHOLE)


class WarmLp:
    """The LP of one model. `work` is what it has done so far, in CP-SAT's units: about seconds."""

    def __init__(self, arrays: LinearArrays, seed: int) -> None:
        self._arrays = arrays
        self._seed = seed
        self._highs: Any = dual_simplex()
        self._highs.passModel(as_highs(arrays))
        self.work = 0.0

    def asked(self, row: Row | None = None) -> Asked:
        """Return the relaxation, with a row more."""
        base, basis = self._base
        if row is None:
            return base
        highs, rows = self._highs, base.arrays.matrix.shape[0]
        ones = np.ones(len(row.columns))
        if basis is not None:
            highs.setBasis(basis)
        highs.addRow(
            *opened_limits(row.limits).tolist(), len(ones), row.columns.astype(np.int32), ones
        )
        found = self._tightened(_with_row(base.arrays, row))
        self._delete(np.arange(rows, highs.getNumRow()))
        return found

    @cached_property
    def _base(self) -> tuple[Asked, highspy.HighsBasis | None]:
        """The relaxation without a question; its cuts stay in the engine, with the basis of its optimum."""
        found = self._tightened(self._arrays)
        highs, own, kept = self._highs, self._arrays.matrix.shape[0], found.arrays.matrix
        self._delete(np.arange(own, highs.getNumRow()))
        for number in range(own, kept.shape[0]):
            entries = slice(kept.indptr[number], kept.indptr[number + 1])
            columns = kept.indices[entries].astype(np.int64)
            self._add(columns, kept.data[entries], found.arrays.row_upper[number])
        return found, highs.getBasis() if self._solve() else None

    def _tightened(self, arrays: LinearArrays) -> Asked:
        """Solve the model in the engine; add cuts that its rows imply, as long as they help."""
        if not self._solve():
            return Asked(arrays, None, self._impossible(arrays))
        last, cuts = self._solution(), list[Cut]()
        sizes, bounds = [0], [self._value]
        below = None
        random = np.random.default_rng(self._seed)
        while len(bounds) <= MOST_ROUNDS and not is_whole(last[1]) and _gains(bounds):
            below = below or rows_below(arrays)
            found = self._round(arrays, below, last[1], random)
            if not found or not self._solve():
                break
            below = Below(
                csr_matrix(vstack([below.matrix, rows_of(found, arrays.columns)])),
                np.concatenate([below.limit, [cut.limit for cut in found]]),
            )
            cuts += found
            last = self._solution()
            sizes.append(len(cuts))
            bounds.append(self._value)
        return _with_priced(arrays, cuts, *last)

    def _round(
        self, arrays: LinearArrays, below: Below, values: Floats, random: np.random.Generator
    ) -> list[Cut]:
        """Add the deepest cuts that values break to the engine, and return them."""
        if arrays.columns > MOST_COLUMNS:
            return []
        found, words = zero_half_cuts(below, arrays.lower, arrays.upper, values, random)
        self.work += words * WORK_PER_WORD
        cuts = different(found, arrays.columns)
        for cut in cuts:
            self._add(cut.columns, cut.coefficients, cut.limit)
        return cuts

    @property
    def _value(self) -> float:
        """What the LP's optimum is, not exactly."""
        return float(self._highs.getInfo().objective_function_value)

    def _solution(self) -> tuple[Floats, Floats]:
        solution = self._highs.getSolution()
        return np.array(solution.row_dual), np.array(solution.col_value)

    def _solve(self) -> bool:
        """Solve the LP; return whether there is an optimum."""
        highs = self._highs
        for again in (True, False):
            highs.run()
            steps = max(highs.getInfo().simplex_iteration_count, 1)
            self.work += steps * int(self._arrays.matrix.nnz) * WORK_PER_STEP
            status = highs.getModelStatus()
            if status == highspy.HighsModelStatus.kOptimal:
                return True
            if status == highspy.HighsModelStatus.kInfeasible:
                return False
            if again:
                # Warm it may lose its way; from the beginning it does not.
                highs.clearSolver()
        return False

    def _impossible(self, arrays: LinearArrays) -> bool:
        """Return whether the engine, whose LP has no optimum, proves that there is no solution."""
        infeasible = self._highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible
        return infeasible and ray_proves(self._highs, arrays)

    def _add(self, columns: Ints, coefficients: Ints, limit: int) -> None:
        numbers, values = columns.astype(np.int32), coefficients.astype(np.float64)
        self._highs.addRow(-highspy.kHighsInf, float(limit), len(numbers), numbers, values)

    def _delete(self, rows: Ints) -> None:
        if len(rows):
            self._highs.deleteRows(len(rows), rows.astype(np.int32))


def _gains(bounds: list[float]) -> bool:
    """Return whether the last rounds were worth their while; the first ones are."""
    if len(bounds) <= LOOK_BACK:
        return True
    return bounds[-1 - LOOK_BACK] - bounds[-1] >= LEAST_GAIN * max(bounds[0] - bounds[-1], 1.0)


def _with_priced(arrays: LinearArrays, cuts: list[Cut], duals: Floats, values: Floats) -> Asked:
    """Return the model with the cuts that have a price, and its exact bound."""
    rows = arrays.matrix.shape[0]
    plain = Asked(arrays, safe_relaxation(arrays, duals[:rows], values))
    priced = np.flatnonzero(np.abs(duals[rows:]) > _NO_PRICE)
    if not len(priced):
        return plain
    whole = with_rows(arrays, [cuts[number] for number in priced.tolist()])
    prices = np.concatenate([duals[:rows], duals[rows:][priced]])
    return Asked(whole, safe_relaxation(whole, prices, values))


def _with_row(arrays: LinearArrays, added: Row) -> LinearArrays:
    columns = added.columns
    row = csr_matrix(
        (np.ones(len(columns), dtype=np.int64), (np.zeros(len(columns), dtype=np.int64), columns)),
        shape=(1, arrays.columns),
    )
    return LinearArrays(
        matrix=csr_matrix(vstack([arrays.matrix, row], format="csr")),
        lower=arrays.lower,
        upper=arrays.upper,
        objective=arrays.objective,
        row_lower=np.append(arrays.row_lower, added.limits[0]),
        row_upper=np.append(arrays.row_upper, added.limits[1]),
    )
