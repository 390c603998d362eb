"""The LP relaxation of a model, solved by sifting: only what can matter is in the engine's model.

Comes in: a linear model, and what of it may be left out (`Sifting`). Goes out: `SiftedLp`, an LP that can be
solved, fixed and solved again warm, and its exact bound over all columns and rows.

Two things are left out until they matter. A pair's column comes in by its reduced cost (sifting:
Bixby, Gregory, Lustig, Marsten and Shanno, Very large-scale linear programming, Oper. Res. 40, 1992), with
its rider, if it has one. A link x <= coefficient * g comes in when it is violated. The bound stays exact: an
absent pair's link takes the pair's gain as its dual value, and the row of its rider the rider's gain. Near an
optimum rows that do not bind can be left out too, until they are broken (`leave_out`): their dual value is 0.
"""

import logging
from collections.abc import Callable, Sequence

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from sip_grouping.solve.bound import (
    LpRelaxation,
    as_highs,
    dual_rays,
    dual_simplex,
    safe_relaxation,
)
from sip_grouping.solve.cpsat import INT32_MAX
from sip_grouping.solve.cutting import add_row, with_rows
from sip_grouping.solve.gains import Gains
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.lp_rows import (
    RowsLeftOut,
    add_columns,
    add_differences,
    add_rows,
    in_basis,
    part_of_basis,
)
from sip_grouping.solve.mip import solve_stoppably
from sip_grouping.solve.run import Run
from sip_grouping.solve.sifting import TOLERANCE, Sifting
from sip_grouping.solve.tableau import Basis
from sip_grouping.solve.warm_basis import WarmBasis
from sip_grouping.solve.zero_half import Cut

_logger = logging.getLogger(__name__)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

WHOLE_BELOW_PAIRS = 20_000
"""Smaller LPs are solved whole: leaving out costs more than it saves."""


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
        self._gains = Gains(of, arrays)
        self._coefficient = of.coefficient.astype(np.float64)
        self._cell_column = of.groups[of.cell]
        pairs = len(of.placed)
        whole = pairs < WHOLE_BELOW_PAIRS if sifted is None else not sifted
        self._active = (
            np.ones(pairs, dtype=bool) if whole else self._gains.first_pairs(arrays.objective)
        )
        self._place = np.full(arrays.columns, -1, dtype=np.int64)  # column -> place in the engine
        self._in_engine = self._gains.rows  # place in the engine -> row
        self._base_place = np.arange(len(self._gains.rows))
        self._linked = np.zeros(pairs, dtype=bool)
        self._lower = arrays.lower.copy()
        self._columns = 0
        self._steps = 0
        self._untouched = True  # no limit has been changed
        self._left_out = RowsLeftOut.of(arrays, np.zeros(0, dtype=np.int64))
        self._highs = dual_simplex()
        self._highs.HandleUserInterrupt = True
        self._pass_model(self._gains.rows)
        self._hold_riders(np.flatnonzero(self._active))
        if whole:
            self._add_links(np.arange(pairs))

    def solve(
        self, run: Run, *, grow: bool = True, enough: Callable[[Floats], bool] | None = None
    ) -> Floats | None:
        """Solve; return the values of all columns, None without an optimum or when stopped.

        `grow`: whether pairs come in that could pay; without, values are those of an LP with fewer columns.
        `enough`: whether to end with values though more could come in.
        """
        if run.stopped():
            return None
        while True:
            if not self._optimal(run):
                return None
            values = self._values()
            ends = enough is not None and enough(values)
            if ends or not (self._add_violated(values) | (grow and self._add_paying_pairs())):
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

    def leave_out(self, values: Floats, most: float) -> None:
        """Leave out what does not matter near the optimum, whose values are given: the LP stays warm.

        That are rows that do not bind, and pairs that are not used and would cost more than `most` each. They
        come in again where they matter. Limits of columns are those of the model again.
        """
        proven = self.relaxation(values)
        if proven is None:
            return
        basis, of = self._highs.getBasis(), self._of
        basic_columns, basic_rows = in_basis(basis)
        needed = values != 0
        inside = np.flatnonzero(self._place >= 0)
        needed[inside] |= basic_columns[self._place[inside]]
        used = needed[of.placed]
        used |= proven.reduced_costs[of.placed] >= -most * proven.scale
        used[self._gains.riding] |= needed[of.rider[self._gains.riding]]
        places = np.flatnonzero(~basic_rows)
        rows, columns = self._in_engine[places], self._place.copy()
        # A row of its own that binds has its pair with it.
        binds = np.zeros(self.arrays.matrix.shape[0], dtype=bool)
        binds[rows] = True
        used |= binds[self._gains.link_rows]
        used[self._gains.riding] |= binds[of.rider_rows]
        self._active &= used
        self._lower = self.arrays.lower.copy()
        self._place[:] = -1
        self._hold(rows)
        order = np.empty(self._columns, dtype=np.int64)
        inside = np.flatnonzero(self._place >= 0)
        order[self._place[inside]] = columns[inside]
        self._highs.setBasis(part_of_basis(basis, order, places))

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
        self._gains.add_rows(self.arrays, new)
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

    def _pass_model(self, rows: Ints) -> None:
        """Give the engine some rows, active pairs with their riders, and all other columns."""
        arrays = self.arrays
        others = np.ones(arrays.columns, dtype=bool)
        others[self._of.placed] = False
        others[self._of.rider[self._gains.riding]] = False
        riders = self._of.rider[self._active]
        here = [np.flatnonzero(others), self._of.placed[self._active], riders[riders >= 0]]
        first = np.concatenate(here)
        model = LinearArrays(
            matrix=csr_matrix(arrays.matrix[rows][:, first]),
            lower=arrays.lower[first],
            upper=arrays.upper[first],
            objective=arrays.objective[first],
            row_lower=arrays.row_lower[rows],
            row_upper=arrays.row_upper[rows],
        )
        self._highs.passModel(as_highs(model))
        self._place[first] = np.arange(len(first))
        self._columns = len(first)
        self._in_engine = rows

    def _hold(self, rows: Ints) -> None:
        """Give the engine these rows only; of pairs that are active, the other rows are left out."""
        self._pass_model(rows)
        here = np.zeros(self.arrays.matrix.shape[0], dtype=bool)
        here[rows] = True
        place = np.full(len(here), -1, dtype=np.int64)
        place[rows] = np.arange(len(rows))
        self._base_place = place[self._gains.rows]
        self._linked = here[self._gains.link_rows]
        riders = self._of.rider_rows[self._gains.rider_at[self._active & self._gains.riding]]
        out = np.concatenate([self._gains.rows, riders])
        self._left_out = RowsLeftOut.of(self.arrays, out[~here[out]])

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

    def _add_violated(self, values: Floats) -> bool:
        """Bring in links and rows that values break; what else their cells have left out comes with them."""
        placed = values[self._of.placed]
        most = self._coefficient * values[self._cell_column]
        absent = self._active & ~self._linked
        links = absent & (placed > most + TOLERANCE)
        rows = self._left_out.broken(self.arrays, values)
        if len(self._left_out.rows):
            cells = np.zeros(len(self._of.groups), dtype=bool)
            cells[self._of.cell[links]] = True
            cells |= self._gains.cells_alone_in(self.arrays, rows)
            links |= absent & cells[self._of.cell]
            near = self._gains.of_groups[:, np.flatnonzero(cells)].indices
            self._add_rows(self._left_out.taken(np.concatenate([rows, near])))
        self._add_links(np.flatnonzero(links))
        return bool(len(rows) or links.any())

    def _add_rows(self, rows: Ints) -> None:
        """Add rows that were left out to the engine."""
        if not len(rows):
            return
        add_rows(self._highs, self.arrays, rows, self._place)
        at = np.searchsorted(self._gains.rows, rows)
        base = self._gains.rows[np.minimum(at, len(self._gains.rows) - 1)] == rows
        self._base_place[at[base]] = len(self._in_engine) + np.flatnonzero(base)
        self._in_engine = np.concatenate([self._in_engine, rows])

    def _over_all(self, found: Floats, objective: Ints | Floats) -> Floats:
        """Return multipliers of all rows from those of the engine's."""
        return self._gains.over_all(self._of_engine(found), objective, self._active)

    def _of_engine(self, found: Floats) -> Floats:
        """Return multipliers of the engine's rows, its first ones, as of all rows; the others have 0."""
        duals = np.zeros(self.arrays.matrix.shape[0])
        duals[self._in_engine[: len(found)]] = found
        return duals

    def _add_paying_pairs(self) -> bool:
        """Bring in pairs of the cells that could pay; return whether there were any."""
        if self._active.all():
            return False
        duals = self._of_engine(np.array(self._highs.getSolution().row_dual))
        opened = self._lower[self._of.groups] > 0
        paying = self._gains.paying(duals, self.arrays.objective, self._active, opened)
        if len(paying):
            self._add_pairs(paying)
        return bool(len(paying))

    def _add_pairs(self, pairs: Ints) -> None:
        riders = self._of.rider[pairs]
        columns = np.concatenate([self._of.placed[pairs], riders[riders >= 0]])
        add_columns(
            self._highs, self.arrays, columns, self._gains.base[:, columns], self._base_place
        )
        self._place[columns] = self._columns + np.arange(len(columns))
        self._columns += len(columns)
        self._active[pairs] = True
        self._hold_riders(pairs)

    def _hold_riders(self, pairs: Ints) -> None:
        """Add rider <= placed for pairs that have come in."""
        pairs = pairs[self._gains.riding[pairs]]
        rows = self._of.rider_rows[self._gains.rider_at[pairs]]
        self._add_differences(
            rows, self._of.rider[pairs], self._of.placed[pairs], np.ones(len(pairs))
        )

    def _add_links(self, pairs: Ints) -> None:
        self._linked[pairs] = True
        self._add_differences(
            self._gains.link_rows[pairs],
            self._of.placed[pairs],
            self._cell_column[pairs],
            self._coefficient[pairs],
        )

    def _add_differences(self, rows: Ints, less: Ints, more: Ints, coefficient: Floats) -> None:
        """Add rows of the model that say: less - coefficient * more <= 0, of columns in the engine."""
        if not len(rows):
            return
        add_differences(self._highs, self._place[less], self._place[more], coefficient)
        self._in_engine = np.concatenate([self._in_engine, rows])
