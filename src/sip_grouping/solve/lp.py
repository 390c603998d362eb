"""The LP relaxation of a model, solved by sifting: only what can matter is in the engine's model.

Comes in: a linear model, and what of it may be left out (`Sifting`). Goes out: `SiftedLp`, an LP that can be
solved, fixed and solved again warm, and its exact bound over all columns and rows.

Two things are left out until they matter. A pair's column comes in by its reduced cost (sifting:
Bixby, Gregory, Lustig, Marsten and Shanno, Very large-scale linear programming, Oper. Res. 40, 1992), with
its rider, if it has one. A link x <= coefficient * g comes in when it is violated. The bound stays exact: an
absent pair's link takes the pair's gain as its dual value, and the row of its rider the rider's gain.
"""

import logging
from collections.abc import Sequence

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix, vstack

from sip_grouping.solve.bound import (
    LpRelaxation,
    as_highs,
    dual_rays,
    dual_simplex,
    safe_relaxation,
)
from sip_grouping.solve.cpsat import INT32_MAX
from sip_grouping.solve.cutting import add_row, with_rows
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.mip import solve_stoppably
from sip_grouping.solve.run import Run
from sip_grouping.solve.sifting import Sifting
from sip_grouping.solve.tableau import Basis
from sip_grouping.solve.warm_basis import WarmBasis
from sip_grouping.solve.zero_half import Cut

_logger = logging.getLogger(__name__)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

WHOLE_BELOW_PAIRS = 20_000
"""Smaller LPs are solved whole: leaving out costs more than it saves."""

FIRST_PAIRS = 2
"""Best pairs of each class to begin with."""

PAIRS_PER_ROUND = 4
"""Most pairs of a class that come in at once."""

_TOLERANCE = 1e-6


class SiftedLp:
    """The LP relaxation of one model; keeps its basis, so that changes are solved warm.

    Attributes
    ----------
    arrays
        The model, with the cuts that were added as its last rows.
    """

    def __init__(self, of: Sifting, arrays: LinearArrays, *, sifted: bool | None = None) -> None:
        """Prepare; `sifted`: whether pairs are left out at first; None: where there are many."""
        self._of = of
        self.arrays = arrays
        self._link_rows = np.arange(of.links.start, of.links.stop)
        # Rows but links and those of riders, as they come into the engine: with each column all of its
        # entries there do.
        apart = np.zeros(arrays.matrix.shape[0], dtype=bool)
        apart[self._link_rows] = True
        apart[of.rider_rows] = True
        self._base_rows = np.flatnonzero(~apart)
        self._base: csc_matrix = arrays.matrix[self._base_rows].tocsc()
        self._with_groups: csc_matrix = arrays.matrix.tocsc()[:, of.groups]
        self._coefficient = of.coefficient.astype(np.float64)
        self._riding = of.rider >= 0
        self._rider_at = np.cumsum(self._riding) - 1
        self._cell_column = of.groups[of.cell]
        pairs = len(of.placed)
        whole = pairs < WHOLE_BELOW_PAIRS if sifted is None else not sifted
        self._active = np.ones(pairs, dtype=bool) if whole else self._first_pairs()
        self._place = np.full(arrays.columns, -1, dtype=np.int64)  # column -> place in the engine
        self._in_engine = self._base_rows  # place in the engine -> row
        self._base_place = np.arange(len(self._base_rows))
        self._linked = np.zeros(pairs, dtype=bool)
        self._lower = arrays.lower.copy()
        self._columns = 0
        self._steps = 0
        self._untouched = True  # no limit has been changed
        self._highs = dual_simplex()
        self._highs.HandleUserInterrupt = True
        self._pass_model()
        if whole:
            self._add_links(np.arange(pairs))

    def solve(self, run: Run, *, grow: bool = True) -> Floats | None:
        """Solve; return the values of all columns, None without an optimum or when stopped.

        `grow`: whether pairs come in that could pay. Without, the values are those of an LP with
        fewer columns: good enough where no bound is wanted.
        """
        if run.stopped():
            return None
        while True:
            if not self._optimal(run):
                return None
            values = self._values()
            changed = self._add_violated_links(values)
            changed |= grow and self._add_paying_pairs()
            if not changed:
                return values
            if run.stopped():
                return None

    def relaxation(self, values: Floats) -> LpRelaxation | None:
        """Return the exact bound and reduced costs over all columns, after `solve`.

        None where they are beyond 64 bits.
        """
        return safe_relaxation(self.arrays, self.duals(), values)

    def duals(self) -> Floats:
        """Return the duals of all rows, cuts among them, after `solve`.

        The link of a pair that is not in the engine has the pair's gain.
        """
        found = np.array(self._highs.getSolution().row_dual)
        return self._over_all(found, self.arrays.objective)

    @property
    def objective(self) -> float:
        """What the LP's optimum is, not exactly."""
        return float(self._highs.getInfo().objective_function_value)

    @property
    def status(self) -> highspy.HighsModelStatus:
        """How the last solve ended."""
        found: highspy.HighsModelStatus = self._highs.getModelStatus()
        return found

    @property
    def steps(self) -> int:
        """Simplex iterations of all solves so far."""
        return self._steps

    @property
    def nonzeros(self) -> int:
        """Nonzeros of the engine's model."""
        return int(self._highs.getNumNz())

    def state(self) -> WarmBasis:
        """Return the engine's basis, to start from later."""
        return WarmBasis(self._highs.getBasis(), self._columns, len(self._in_engine))

    def start_from(self, state: WarmBasis) -> None:
        """Start the next solve from a basis of before; what has come in since is added to it."""
        self._highs.setBasis(state.grown(self._columns, len(self._in_engine)))

    def start_warm(self) -> None:
        """Solve without perturbed costs from now on: near the optimum that takes far fewer steps."""
        self._highs.setOptionValue("dual_simplex_cost_perturbation_multiplier", 0.0)

    def look(self, run: Run, iterations: int) -> highspy.HighsModelStatus:
        """Do a few simplex iterations, without anything coming in; return how far they went."""
        self._highs.setOptionValue("simplex_iteration_limit", iterations)
        try:
            return self._run(run)
        finally:
            self._highs.setOptionValue("simplex_iteration_limit", INT32_MAX)

    def bring_in(self, groups: Ints) -> bool:
        """Bring in all pairs of the cells with these columns of groups; return whether there were any."""
        some = np.flatnonzero(~self._active & np.isin(self._cell_column, groups))
        if len(some):
            self._add_pairs(some)
        return bool(len(some))

    def rays(self) -> list[Floats]:
        """Return multipliers of all rows, shape (rows,), that may prove that there is no solution."""
        nothing = np.zeros(self.arrays.columns)
        return [self._over_all(ray, nothing) for ray in dual_rays(self._highs)]

    def basis(self, values: Floats) -> Basis:
        """Return the basis of the last optimum, whose values are given."""
        arrays, rows = self.arrays, self._in_engine
        column = np.empty(self._columns, dtype=np.int64)
        inside = np.flatnonzero(self._place >= 0)
        column[self._place[inside]] = inside
        return Basis(
            highs=self._highs,
            rows=csr_matrix(arrays.matrix[rows]),
            row_lower=arrays.row_lower[rows],
            row_upper=arrays.row_upper[rows],
            lower=arrays.lower,
            upper=arrays.upper,
            column=column,
            values=values,
        )

    def add_cuts(self, cuts: Sequence[Cut]) -> None:
        """Add rows that every whole solution keeps; pairs that come in later are in them too."""
        if not cuts:
            return
        first = self.arrays.matrix.shape[0]
        self.arrays = with_rows(self.arrays, cuts)
        new = np.arange(first, first + len(cuts))
        self._base_place = np.concatenate(
            [self._base_place, len(self._in_engine) + np.arange(len(cuts))]
        )
        self._base_rows = np.concatenate([self._base_rows, new])
        rows = self.arrays.matrix[new].tocsc()
        self._base = csc_matrix(vstack([self._base, rows]))
        self._with_groups = csc_matrix(vstack([self._with_groups, rows[:, self._of.groups]]))
        self._in_engine = np.concatenate([self._in_engine, new])
        for cut in cuts:
            place = self._place[cut.columns]
            inside = place >= 0
            add_row(self._highs, place[inside], cut.coefficients[inside], cut.limit)

    def set_limits(self, columns: Ints, lower: Ints, upper: Ints) -> None:
        """Change the limits of columns that are in the engine, such as all groups."""
        self._untouched = False
        self._lower[columns] = lower
        self._highs.changeColsBounds(
            len(columns),
            self._place[columns].astype(np.int32),
            lower.astype(np.float64),
            upper.astype(np.float64),
        )

    def _first_pairs(self) -> Bools:
        """Return the pairs to begin with: the best of each owner, and what is wanted."""
        of, objective = self._of, self.arrays.objective[self._of.placed]
        order = np.lexsort((-objective, of.owner))
        chosen = of.wanted.copy()
        chosen[order[_rank_in_run(of.owner[order]) < FIRST_PAIRS]] = True
        return chosen

    def _pass_model(self) -> None:
        arrays = self.arrays
        others = np.ones(arrays.columns, dtype=bool)
        others[self._of.placed] = False
        others[self._of.rider[self._riding]] = False
        riders = self._of.rider[self._active]
        here = [np.flatnonzero(others), self._of.placed[self._active], riders[riders >= 0]]
        first = np.concatenate(here)
        model = LinearArrays(
            matrix=csr_matrix(self._base[:, first]),
            lower=arrays.lower[first],
            upper=arrays.upper[first],
            objective=arrays.objective[first],
            row_lower=arrays.row_lower[self._base_rows],
            row_upper=arrays.row_upper[self._base_rows],
        )
        self._highs.passModel(as_highs(model))
        self._place[first] = np.arange(len(first))
        self._columns = len(first)
        self._hold_riders(np.flatnonzero(self._active))

    def _optimal(self, run: Run) -> bool:
        status = self._run(run)
        if status == highspy.HighsModelStatus.kInfeasible and self._untouched:
            # What is asked for may need pairs that were left out.
            self._add_pairs(np.flatnonzero(~self._active))
            status = self._run(run)
        if status != highspy.HighsModelStatus.kOptimal:
            _logger.info("LP relaxation: %s", self._highs.modelStatusToString(status))
        return bool(status == highspy.HighsModelStatus.kOptimal)

    def _run(self, run: Run) -> highspy.HighsModelStatus:
        solve_stoppably(self._highs, run)
        self._steps += max(self._highs.getInfo().simplex_iteration_count, 0)
        return self.status

    def _values(self) -> Floats:
        found = np.array(self._highs.getSolution().col_value)
        values = np.zeros(self.arrays.columns)
        inside = np.flatnonzero(self._place >= 0)
        values[inside] = found[self._place[inside]]
        return values

    def _add_violated_links(self, values: Floats) -> bool:
        placed = values[self._of.placed]
        most = self._coefficient * values[self._cell_column]
        absent = self._active & ~self._linked
        violated = np.flatnonzero(absent & (placed > most + _TOLERANCE))
        self._add_links(violated)
        return bool(len(violated))

    def _over_all(self, found: Floats, objective: Ints | Floats) -> Floats:
        """Return multipliers of all rows from those of the engine's."""
        duals, gains, of_riders = self._priced(found, objective)
        duals[self._link_rows[~self._active]] = gains[~self._active]
        absent = self._riding & ~self._active
        duals[self._of.rider_rows[self._rider_at[absent]]] = of_riders[absent]
        return duals

    def _priced(self, found: Floats, objective: Ints | Floats) -> tuple[Floats, Floats, Floats]:
        """Return multipliers of all rows, and what each absent pair gains, and its rider."""
        duals = np.zeros(self.arrays.matrix.shape[0])
        duals[self._in_engine[: len(found)]] = found
        reduced = objective - self._base.T @ duals[self._base_rows]
        of_riders = np.zeros(len(self._active))
        absent = self._riding & ~self._active
        of_riders[absent] = np.maximum(reduced[self._of.rider[absent]], 0.0)
        gains = np.maximum(reduced[self._of.placed] + of_riders, 0.0)
        return duals, np.where(self._active, 0.0, gains), of_riders

    def _add_paying_pairs(self) -> bool:
        """Bring in pairs of the cells that could pay; return whether there were any.

        A cell pays if its reduced cost, with the gains of its absent pairs on their links, is
        above 0, and where it has to have groups, whatever that is.
        """
        if self._active.all():
            return False
        found = np.array(self._highs.getSolution().row_dual)
        duals, gains, _ = self._priced(found, self.arrays.objective)
        cells, groups = self._of.cell, self._of.groups
        pays = self.arrays.objective[groups] - self._with_groups.T @ duals
        pays += np.bincount(cells, self._coefficient * gains, minlength=len(groups))
        pays[self._lower[groups] > 0] = np.inf
        paying = np.flatnonzero((gains > _TOLERANCE) & (pays[cells] > _TOLERANCE))
        if not len(paying):
            return False
        owner = self._of.owner[paying]
        order = np.lexsort((-gains[paying], owner))
        paying = paying[order]
        self._add_pairs(paying[_rank_in_run(owner[order]) < PAIRS_PER_ROUND])
        return True

    def _add_pairs(self, pairs: Ints) -> None:
        riders = self._of.rider[pairs]
        columns = np.concatenate([self._of.placed[pairs], riders[riders >= 0]])
        part = self._base[:, columns]
        self._highs.addCols(
            len(columns),
            self.arrays.objective[columns].astype(np.float64),
            self.arrays.lower[columns].astype(np.float64),
            self.arrays.upper[columns].astype(np.float64),
            part.nnz,
            part.indptr[:-1].astype(np.int32),
            self._base_place[part.indices].astype(np.int32),
            part.data.astype(np.float64),
        )
        self._place[columns] = self._columns + np.arange(len(columns))
        self._columns += len(columns)
        self._active[pairs] = True
        self._hold_riders(pairs)

    def _hold_riders(self, pairs: Ints) -> None:
        """Add rider <= placed for pairs that have come in."""
        pairs = pairs[self._riding[pairs]]
        rows = self._of.rider_rows[self._rider_at[pairs]]
        self._add_differences(
            rows, self._of.rider[pairs], self._of.placed[pairs], np.ones(len(pairs))
        )

    def _add_links(self, pairs: Ints) -> None:
        self._linked[pairs] = True
        self._add_differences(
            self._link_rows[pairs],
            self._of.placed[pairs],
            self._cell_column[pairs],
            self._coefficient[pairs],
        )

    def _add_differences(self, rows: Ints, less: Ints, more: Ints, coefficient: Floats) -> None:
        """Add rows of the model that say: less - coefficient * more <= 0, of columns in the engine."""
        if not len(rows):
            return
        index = np.empty(2 * len(rows), dtype=np.int32)
        index[0::2] = self._place[less]
        index[1::2] = self._place[more]
        value = np.ones(2 * len(rows))
        value[1::2] = -coefficient
        self._highs.addRows(
            len(rows),
            np.full(len(rows), -highspy.kHighsInf),
            np.zeros(len(rows)),
            2 * len(rows),
            np.arange(0, 2 * len(rows), 2, dtype=np.int32),
            index,
            value,
        )
        self._in_engine = np.concatenate([self._in_engine, rows])


def _rank_in_run(keys: Ints) -> Ints:
    """Return the place of each element in its run of equal keys, from 0."""
    begins = np.ones(len(keys), dtype=bool)
    begins[1:] = keys[1:] != keys[:-1]
    place = np.arange(len(keys))
    return place - np.maximum.accumulate(np.where(begins, place, 0))
