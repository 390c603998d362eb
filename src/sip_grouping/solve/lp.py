"""The LP relaxation of a formulation, solved by sifting: only what can matter is in the engine's model.

Comes in: a `Formulation`. Goes out: `SiftedLp`, an LP that can be solved, fixed and solved again warm,
and its exact bound over all columns and rows.

Two things are left out until they matter. A pair's column comes in by its reduced cost (sifting:
Bixby, Gregory, Lustig, Marsten and Shanno, Very large-scale linear programming, Oper. Res. 40, 1992).
A link x <= coefficient * g comes in when it is violated. The bound stays exact: an absent pair's link
takes the pair's gain as its dual value.
"""

import logging
from collections.abc import Sequence

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix, vstack

from sip_grouping.solve.bound import LpRelaxation, as_highs, dual_simplex, safe_relaxation
from sip_grouping.solve.cutting import add_row, with_rows
from sip_grouping.solve.formulation import Formulation
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.mip import solve_stoppably
from sip_grouping.solve.run import Run
from sip_grouping.solve.tableau import Basis
from sip_grouping.solve.zero_half import Cut

_logger = logging.getLogger(__name__)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

WHOLE_BELOW_PAIRS = 20_000
"""Smaller LPs are solved whole: leaving out costs more than it saves."""

FIRST_PAIRS = 3
"""Best pairs of each class, theme and track to begin with."""

PAIRS_PER_ROUND = 4
"""Most pairs of a class that come in at once."""

_TOLERANCE = 1e-6


class SiftedLp:
    """The LP relaxation of one formulation; keeps its basis, so that changes are solved warm.

    Attributes
    ----------
    arrays
        The model, with the cuts that were added as its last rows.
    """

    def __init__(self, f: Formulation, arrays: LinearArrays, *, sifted: bool | None = None) -> None:
        """Prepare; `sifted`: whether pairs are left out at first; None: where there are many."""
        self._f = f
        self.arrays = arrays
        links = f.links
        self._link_rows = np.arange(links.start, links.stop)
        # Rows but links, as they come into the engine: with each column all of its entries there do.
        self._base_rows = np.concatenate(
            [np.arange(links.start), np.arange(links.stop, arrays.matrix.shape[0])]
        )
        self._base: csc_matrix = arrays.matrix[self._base_rows].tocsc()
        self._coefficient = f.link_coefficient.astype(np.float64)
        self._cell_column = f.groups[f.problem.pair_cell]
        pairs = len(f.placed)
        whole = pairs < WHOLE_BELOW_PAIRS if sifted is None else not sifted
        self._active = np.ones(pairs, dtype=bool) if whole else self._first_pairs()
        self._place = np.full(arrays.columns, -1, dtype=np.int64)  # column -> place in the engine
        self._in_engine = self._base_rows  # place in the engine -> row
        self._base_place = np.arange(len(self._base_rows))
        self._linked = np.zeros(pairs, dtype=bool)
        self._columns = 0
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
        duals, gains = self._priced()
        duals[self._link_rows[~self._active]] = gains[~self._active]
        return duals

    @property
    def objective(self) -> float:
        """What the LP's optimum is, not exactly."""
        return float(self._highs.getInfo().objective_function_value)

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
        self._base = csc_matrix(vstack([self._base, self.arrays.matrix[new]]))
        self._in_engine = np.concatenate([self._in_engine, new])
        for cut in cuts:
            place = self._place[cut.columns]
            inside = place >= 0
            add_row(self._highs, place[inside], cut.coefficients[inside], cut.limit)

    def set_limits(self, columns: Ints, lower: Ints, upper: Ints) -> None:
        """Change the limits of columns that are in the engine, such as all groups."""
        self._untouched = False
        self._highs.changeColsBounds(
            len(columns),
            self._place[columns].astype(np.int32),
            lower.astype(np.float64),
            upper.astype(np.float64),
        )

    def _first_pairs(self) -> Bools:
        """Return the pairs to begin with: the best of each class, theme and track, and what is asked for."""
        problem, objective = self._f.problem, self.arrays.objective[self._f.placed]
        kinds: dict[tuple[str, str], int] = {}
        kind = np.array(
            [kinds.setdefault((one.theme, one.track), len(kinds)) for one in problem.cells],
            dtype=np.int64,
        )[problem.pair_cell]
        key = problem.pair_class * max(len(kinds), 1) + kind
        order = np.lexsort((-objective, key))
        chosen = np.zeros(len(objective), dtype=bool)
        chosen[order[_rank_in_run(key[order]) < FIRST_PAIRS]] = True
        for requirement in self._f.requirements:
            row = self.arrays.matrix[requirement.row]
            chosen |= np.isin(self._f.placed, row.indices)
        return chosen

    def _pass_model(self) -> None:
        arrays = self.arrays
        others = np.ones(arrays.columns, dtype=bool)
        others[self._f.placed] = False
        first = np.concatenate([np.flatnonzero(others), self._f.placed[self._active]])
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
        status: highspy.HighsModelStatus = self._highs.getModelStatus()
        return status

    def _values(self) -> Floats:
        found = np.array(self._highs.getSolution().col_value)
        values = np.zeros(self.arrays.columns)
        inside = np.flatnonzero(self._place >= 0)
        values[inside] = found[self._place[inside]]
        return values

    def _add_violated_links(self, values: Floats) -> bool:
        placed = values[self._f.placed]
        most = self._coefficient * values[self._cell_column]
        absent = self._active & ~self._linked
        violated = np.flatnonzero(absent & (placed > most + _TOLERANCE))
        self._add_links(violated)
        return bool(len(violated))

    def _priced(self) -> tuple[Floats, Floats]:
        """Return the duals of all rows, and the gain of each pair that is not in the engine."""
        found = np.array(self._highs.getSolution().row_dual)
        duals = np.zeros(self.arrays.matrix.shape[0])
        duals[self._in_engine[: len(found)]] = found
        reduced = self.arrays.objective - self._base.T @ duals[self._base_rows]
        gains = np.where(self._active, 0.0, np.maximum(reduced[self._f.placed], 0.0))
        return duals, gains

    def _add_paying_pairs(self) -> bool:
        """Bring in pairs of the cells that could pay; return whether there were any.

        A cell pays if its reduced cost, with the gains of its absent pairs on their links, is
        above 0.
        """
        if self._active.all():
            return False
        duals, gains = self._priced()
        reduced = self.arrays.objective - self.arrays.matrix.T @ duals
        cells = self._f.problem.pair_cell
        count = len(self._f.groups)
        pays = reduced[self._f.groups] + np.bincount(
            cells, self._coefficient * gains, minlength=count
        )
        paying = np.flatnonzero((gains > _TOLERANCE) & (pays[cells] > _TOLERANCE))
        if not len(paying):
            return False
        owner = self._f.problem.pair_class[paying]
        order = np.lexsort((-gains[paying], owner))
        paying = paying[order]
        self._add_pairs(paying[_rank_in_run(owner[order]) < PAIRS_PER_ROUND])
        return True

    def _add_pairs(self, pairs: Ints) -> None:
        columns = self._f.placed[pairs]
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

    def _add_links(self, pairs: Ints) -> None:
        if not len(pairs):
            return
        index = np.empty(2 * len(pairs), dtype=np.int32)
        index[0::2] = self._place[self._f.placed[pairs]]
        index[1::2] = self._place[self._cell_column[pairs]]
        value = np.ones(2 * len(pairs))
        value[1::2] = -self._coefficient[pairs]
        self._highs.addRows(
            len(pairs),
            np.full(len(pairs), -highspy.kHighsInf),
            np.zeros(len(pairs)),
            2 * len(pairs),
            np.arange(0, 2 * len(pairs), 2, dtype=np.int32),
            index,
            value,
        )
        self._linked[pairs] = True
        self._in_engine = np.concatenate([self._in_engine, self._link_rows[pairs]])


def _rank_in_run(keys: Ints) -> Ints:
    """Return the place of each element in its run of equal keys, from 0."""
    begins = np.ones(len(keys), dtype=bool)
    begins[1:] = keys[1:] != keys[:-1]
    place = np.arange(len(keys))
    return place - np.maximum.accumulate(np.where(begins, place, 0))
