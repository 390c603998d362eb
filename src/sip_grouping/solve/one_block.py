"""One block of a model, solved again and again as what its columns are worth changes.

Comes in: the block's own model (`blocks.part_of`), which of its columns decide, a `Run`; then one objective
after another. Goes out: what no solution of the block exceeds, and good solutions.

A block is small enough for branch and bound (`branch`) to end. What branching on a column has cost with one
objective it mostly costs with the next, so that from the second on few columns have to be tried; the LP
begins where it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sip_grouping.solve.branch import Tree, with_sums
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.node_lp import RestrictedNodes
from sip_grouping.solve.pseudocosts import Costs
from sip_grouping.solve.run import Run

Ints = NDArray[np.int64]

WORK_EACH = 8.0
"""Work on one objective at first; what is proven by then counts."""

LONGER, LONGEST = 2.0, 32.0
"""A block that was not solved gets so many times as much the next time, at most so much."""

ONE_NODE = 1e-9
"""Work that is done after one node."""


@dataclass(frozen=True)
class BlockBest:
    """What is known of a block with one objective.

    Attributes
    ----------
    bound
        No solution of the block has a larger objective.
    solutions
        New solutions, each of shape (columns of the block,), each better than the one before.
    """

    bound: int
    solutions: tuple[Ints, ...]


class OneBlock:
    """A block, whose LP is warm.

    Attributes
    ----------
    arrays
        The block's own model, whose objective is only the first.
    costs
        What branching has cost so far: on the columns that decide, then on the sums.
    """

    def __init__(
        self, arrays: LinearArrays, deciding: Ints, sums: Sequence[Ints], run: Run
    ) -> None:
        """Prepare.

        Parameters
        ----------
        deciding
            Columns that decide: with whole numbers there the rest is nearly whole.
        sums
            Sets of these columns whose sums are branched on too.
        """
        self.arrays = arrays
        self._run = run
        whole = with_sums(arrays, sums)
        self._deciding = np.concatenate([deciding, np.arange(arrays.columns, whole.columns)])
        self._nodes = RestrictedNodes(whole)
        self.costs = Costs(len(self._deciding))
        self._basis: Any = None
        self._work = WORK_EACH

    def best(
        self, objective: Ints, known: Ints | None, enough: int, plenty: int
    ) -> BlockBest | None:
        """Return a bound of an objective, and solutions.

        Parameters
        ----------
        objective
            Shape (columns,).
        known
            The best solution known, shape (columns,); None: none is.
        enough
            A bound that is above the best known by no more than this will do.
        plenty
            With a solution worth so much the bound no longer matters.

        Returns
        -------
        BlockBest or None
            None where there is no solution, where the LP has no optimum, or when the run was stopped first.
        """
        run, nodes, arrays = self._run, self._nodes, self.arrays
        nodes.price(np.pad(objective, (0, nodes.arrays.columns - arrays.columns)))
        most = int(np.maximum(objective * arrays.lower, objective * arrays.upper).sum())
        tree = Tree(nodes, self._deciding, most + 1, costs=self.costs, basis=self._basis)
        worth = None if known is None else int(objective @ known)
        solutions: list[Ints] = []
        ends = run.work + self._work
        while True:
            # Whatever is known, the LP at least is solved: one node.
            work = ONE_NODE if worth is not None and worth >= plenty else ends - run.work
            # What is left is at most so much, once there is nothing better.
            above = None if worth is None else worth + enough
            found = next(tree.grow(run, above, work), None)
            if found is None:
                break
            worth = found.objective
            solutions.append(found.values[: arrays.columns])
        self._basis = nodes.basis()
        left = tree.bound
        if worth is None or left == most + 1:
            return None
        if left is not None and left > worth + enough and worth < plenty:
            self._work = min(self._work * LONGER, LONGEST)
        return BlockBest(min(most, max(worth + enough, left or worth)), tuple(solutions))
