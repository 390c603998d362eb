"""What pairs that an LP leaves out would gain: by the duals of the rows that it has.

Comes in: a model and what of it may be left out (`Sifting`), duals. Goes out: the pairs that could pay, and
duals of all rows, so that a bound is exact over all columns.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix, vstack

from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.sifting import TOLERANCE, Sifting, rank_in_run

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FIRST_PAIRS = 2
"""Best pairs of each class to begin with."""

PAIRS_PER_ROUND = 4
"""Most pairs of a class that come in at once."""


class Gains:
    """The gains of pairs of one model.

    Attributes
    ----------
    rows
        Numbers, shape (base rows,), of the rows but links and those of riders: with each column all of its
        entries there come into an engine.
    base
        Their entries, by columns.
    of_groups
        Shape (rows, cells): entries of the groups of each cell in all rows.
    link_rows
        Shape (pairs,): the link of each pair.
    riding, rider_at
        Shape (pairs,): whether a pair has a rider, and where the row of that is among those of the riders.
    """

    def __init__(self, of: Sifting, arrays: LinearArrays) -> None:
        self._of = of
        self.link_rows = np.arange(of.links.start, of.links.stop)
        apart = np.zeros(arrays.matrix.shape[0], dtype=bool)
        apart[self.link_rows] = True
        apart[of.rider_rows] = True
        self.rows = np.flatnonzero(~apart)
        self.base: csc_matrix = arrays.matrix[self.rows].tocsc().astype(np.float64)
        self.of_groups: csc_matrix = arrays.matrix.tocsc()[:, of.groups].astype(np.float64)
        self.riding = of.rider >= 0
        self.rider_at = np.cumsum(self.riding) - 1

    def first_pairs(self, objective: Ints) -> Bools:
        """Return the pairs to begin with: the best of each owner, and what is wanted."""
        of, mine = self._of, objective[self._of.placed]
        order = np.lexsort((-mine, of.owner))
        chosen = of.wanted.copy()
        chosen[order[rank_in_run(of.owner[order]) < FIRST_PAIRS]] = True
        return chosen

    def cells_alone_in(self, arrays: LinearArrays, rows: Ints) -> Bools:
        """Return which cells have one of some rows to themselves, shape (cells,)."""
        found = np.zeros(len(self._of.groups), dtype=bool)
        of_cells = csr_matrix(arrays.matrix[rows][:, self._of.groups])
        alone = np.flatnonzero(np.diff(of_cells.indptr) == 1)
        found[of_cells.indices[of_cells.indptr[alone]]] = True
        return found

    def add_rows(self, arrays: LinearArrays, new: Ints) -> None:
        """Add the last rows of a model, which have come to it."""
        rows = arrays.matrix[new].tocsc().astype(np.float64)
        self.rows = np.concatenate([self.rows, new])
        self.base = csc_matrix(vstack([self.base, rows]))
        self.of_groups = csc_matrix(vstack([self.of_groups, rows[:, self._of.groups]]))

    def over_all(self, duals: Floats, objective: Ints | Floats, active: Bools) -> Floats:
        """Return duals of all rows from those of an LP's, 0 for rows that it has not.

        `active`: shape (pairs,), which pairs the LP has.
        """
        gains, of_riders = self._gains(duals, objective, active)
        found = duals.copy()
        found[self.link_rows[~active]] = gains[~active]
        absent = self.riding & ~active
        found[self._of.rider_rows[self.rider_at[absent]]] = of_riders[absent]
        return found

    def paying(self, duals: Floats, objective: Ints, active: Bools, open_cells: Bools) -> Ints:
        """Return pairs of the cells that could pay, the best of each owner.

        A cell pays if its reduced cost, with the gains of its absent pairs on their links, is
        above 0, and where it has to have groups (`open_cells`), whatever that is.
        """
        gains, _ = self._gains(duals, objective, active)
        of = self._of
        pays = objective[of.groups] - self.of_groups.T @ duals
        pays += np.bincount(of.cell, of.coefficient * gains, minlength=len(of.groups))
        pays[open_cells] = np.inf
        paying = np.flatnonzero((gains > TOLERANCE) & (pays[of.cell] > TOLERANCE))
        owner = of.owner[paying]
        order = np.lexsort((-gains[paying], owner))
        paying = paying[order]
        return paying[rank_in_run(owner[order]) < PAIRS_PER_ROUND]

    def _gains(
        self, duals: Floats, objective: Ints | Floats, active: Bools
    ) -> tuple[Floats, Floats]:
        """Return what each absent pair gains, and its rider."""
        reduced = objective - self.base.T @ duals[self.rows]
        of_riders = np.zeros(len(active))
        absent = self.riding & ~active
        of_riders[absent] = np.maximum(reduced[self._of.rider[absent]], 0.0)
        gains = np.maximum(reduced[self._of.placed] + of_riders, 0.0)
        return np.where(active, 0.0, gains), of_riders
