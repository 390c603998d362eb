"""Tightening: what lowers the bound of a model whose LP relaxation says too much.

Comes in: a `Formulation`, its model and LP relaxation, a `Run`. Goes out: `Tightening`: the model with cuts
and its LP relaxation; bounds go to the run. With weekly slots cuts come first (`cutting`); then regions, each
solved by itself (`blocks`), unless prices are known at which that is done (`at_prices`); with weekly slots,
then, regions put together into two or three blocks, which know more of each other and take longer.
"""

import numpy as np
from numpy.typing import NDArray

from sip_grouping.solve.blocks import BlockBound, bound_by_blocks, regions_of_columns, together
from sip_grouping.solve.bound import LpRelaxation
from sip_grouping.solve.cutting import cut_model
from sip_grouping.solve.formulation import Formulation
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.run import Run

Floats = NDArray[np.float64]

WORK_OF_CUTS = 4.0
"""Work of cuts at most: the first rounds bring most, and regions have cuts of their own."""

WORK_TOGETHER = 8.0
"""Work of each block of regions in the first turn."""

LONGER = 2.0
"""Blocks that are not solved get so many times as much in the next turn."""


class Tightening:
    """A model that is made tighter, turn by turn.

    Attributes
    ----------
    arrays, relaxation
        The model, with cuts after the first turn, and its LP relaxation.
    """

    def __init__(
        self, f: Formulation, arrays: LinearArrays, relaxation: LpRelaxation, run: Run
    ) -> None:
        self.arrays = self._bare = arrays
        self.relaxation = relaxation
        self._f = f
        self._run = run
        self._weekly = f.problem.weekly
        self._begun = self._cut = self._solved = False
        self._work = WORK_TOGETHER

    @property
    def is_cut(self) -> bool:
        """Whether the model has its cuts."""
        return self._cut

    @property
    def waits(self) -> bool:
        """Whether there is more to do once a solution is known."""
        return self._weekly and not self._cut

    def cut(self, best: int, run: Run) -> None:
        """Cut the model, once, for a solution with that objective; the work and the bound are that run's."""
        if self._cut:
            return
        self._cut = True
        found = cut_model(self.arrays, self.relaxation, best, run, WORK_OF_CUTS)
        self.arrays, self.relaxation = found.arrays, found.relaxation

    def turn(self, best: int | None, prices: Floats | None = None) -> None:
        """Lower the bound; `best` is the objective of the best solution, None: none is known.

        `prices`: of the rows and cuts, shape (rows,), at which regions prove most; None: none are known.
        Without weekly slots, or a solution, only the regions are bounded, once: the rest takes longer, and
        branching does without.
        """
        run = self._run
        regions = regions_of_columns(self._f, self.arrays)
        more = self._weekly and best is not None
        first = not self._begun or (more and not self._cut)
        self._begun = True
        if self._weekly and best is not None:
            self.cut(best, run)
        if regions is None:
            return
        if first and prices is None:
            self._keep(bound_by_blocks(self.arrays, regions, self.relaxation.duals, run))
        if more and not self._solved and not run.stopped():
            blocks = together(self._bare, regions, self.relaxation.values)
            duals = self.relaxation.duals if prices is None else prices
            proven = bound_by_blocks(self.arrays, blocks, duals, run, self._work)
            self._solved = proven is None or proven.solved
            self._work *= LONGER
            self._keep(proven)

    def _keep(self, found: BlockBound | None) -> None:
        if found is not None:
            self._run.lower_bound(found.bound)
