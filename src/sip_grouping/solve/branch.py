"""Branch and bound on the groups, with bounds that are exact.

Comes in: a linear model, the columns that decide (groups of the cells, and sums of them), and a `Run`.
Goes out: a `Tree`, which grows as far as the work it is given allows: better solutions on the way, and a
bound of all that is left.

A node is the model with other limits of the deciding columns. Its LP (`node_lp`) is solved warm from its
parent's basis, and bounded in integers from the LP's duals (`bound`), so that rounding can make a bound
weaker and never wrong; an infeasible LP counts only where its ray proves that in integers. It branches
where strong branching and pseudocosts say that both sides lose most (reliability branching: Achterberg,
Koch and Martin, Branching rules revisited, Oper. Res. Lett. 33, 2005), on sums of groups as well as on
groups: that a place has one group more or less decides more than that one cell of it has. It plunges,
the side with more groups first, and goes on from the best open node.
"""

import heapq
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from sip_grouping.grouping import Status
from sip_grouping.solve.bound import LpRelaxation
from sip_grouping.solve.cpsat import CpSatSettings, limit_or_none, solve_cpsat
from sip_grouping.solve.dive import WHOLE
from sip_grouping.solve.linear import NO_LIMIT, LinearArrays
from sip_grouping.solve.node_lp import INFEASIBLE, NEVER, OPTIMAL, NodeLp, RestrictedNodes
from sip_grouping.solve.pseudocosts import NOTHING_LEARNED, Costs, Key, Learned
from sip_grouping.solve.run import Run

_logger = logging.getLogger(__name__)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

CANDIDATES = 8
"""Most columns looked at by strong branching at one node, and its simplex iterations each way."""

LOOK_ITERATIONS = 100

COMPLETION_WORK = 2.0
"""Deterministic work of CP-SAT on a node whose LP has whole groups: it is nearly solved then."""


@dataclass(frozen=True)
class _Node:
    """An open part of the problem: limits of the deciding columns, a bound, the basis to start from.

    `relaxed` is what the LP says of it, or of what it is a part of; another engine may have proven less.
    """

    bound: int
    relaxed: int
    lower: Ints
    upper: Ints
    basis: Any


@dataclass(frozen=True)
class Solution:
    """A solution of the model, shape (columns,), and its objective."""

    values: Ints
    objective: int


class Tree:
    """Branch and bound on one model; grows in steps."""

    def __init__(
        self,
        lp: NodeLp,
        deciding: Ints,
        bound: int,
        *,
        costs: Costs | None = None,
        basis: Any = None,
    ) -> None:
        """Plant a tree.

        Parameters
        ----------
        deciding
            Columns of the LP's model that decide: with whole numbers there the rest is nearly whole.
        bound
            A known upper bound of the objective.
        costs
            What branching has cost in a model like this one; it is added to.
        basis
            The basis to start from; None: none is known.
        """
        self._lp = lp
        self._arrays = lp.arrays
        self._deciding = deciding
        self._costs = costs or Costs(len(deciding))
        lower, upper = self._arrays.lower[deciding], self._arrays.upper[deciding]
        self._next: _Node | None = _Node(bound, bound, lower, upper, basis)
        self._open: list[tuple[int, int, int, _Node]] = []
        self._given_up: list[int] = []
        self._count = 0

    @property
    def bound(self) -> int | None:
        """No solution that is not known is better; None where none is left."""
        bounds = [-self._open[0][0]] if self._open else []
        if self._next is not None:
            bounds.append(self._next.bound)
        return max([*bounds, *self._given_up], default=None)

    def grow(self, run: Run, best: int | None, work: float) -> Iterator[Solution]:
        """Look at open parts until they are done, the work is, or the run is stopped.

        Parameters
        ----------
        best
            The objective of the best solution known: only better ones are looked for.
        work
            How much to do, in the run's units, to which it is added.
        """
        ends = run.work + work
        known = -NO_LIMIT if best is None else np.int64(best)
        while run.work < ends and not run.stopped():
            node = self._take(int(known))
            if node is None:
                return
            found = self._look(node, int(known), run)
            if found is not None and found.objective > known:
                known = np.int64(found.objective)
                yield found

    def _take(self, best: int) -> _Node | None:
        """Return the next node that could hold something better; the others are closed."""
        node, self._next = self._next, None
        if node is not None and node.bound > best:
            return node
        while self._open:
            node = heapq.heappop(self._open)[3]
            if node.bound > best:
                return node
            self._open.clear()  # the others are no better
        self._given_up = [bound for bound in self._given_up if bound > best]
        return None

    def _look(self, node: _Node, best: int, run: Run) -> Solution | None:
        """Solve a node; close it, or branch; return a solution where its groups are whole."""
        if not self._arrays.columns:
            return self._completed(node, None, best, run)
        limits = self._arrays.within(self._deciding, node.lower, node.upper)
        status = self._lp.solve(
            self._deciding, node.lower, node.upper, node.basis, run, NEVER, best
        )
        if status == INFEASIBLE and self._lp.surely_infeasible(limits):
            return None
        if status != OPTIMAL:
            if not run.stopped():
                _logger.debug("a node has no optimum: %s", status)
            self._give_up(node)
            return None
        relaxation = self._lp.relaxation(limits)
        if relaxation is None:
            self._give_up(node)
            return None
        bound = min(relaxation.bound, node.bound)
        if bound <= best:
            return None
        here = _tightened(
            _Node(bound, relaxation.bound, node.lower, node.upper, self._lp.basis()),
            relaxation,
            self._deciding,
            best,
        )
        column = self._column_to_branch_on(here, relaxation.values, run)
        if column is None:
            return self._completed(here, relaxation, best, run)
        self._branch(here, column, float(relaxation.values[self._deciding[column]]))
        return None

    def _branch(self, node: _Node, column: int, value: float) -> None:
        """Make two nodes of one; the side with more groups is next."""
        fewer, more = node.upper.copy(), node.lower.copy()
        fewer[column], more[column] = np.floor(value), np.ceil(value)
        self._count += 1
        other = replace(node, upper=fewer)
        heapq.heappush(self._open, (-node.bound, -node.relaxed, self._count, other))
        self._next = replace(node, lower=more)

    def _give_up(self, node: _Node) -> None:
        """Close a node without knowing its best: its bound stays."""
        self._given_up.append(node.bound)

    def _column_to_branch_on(self, node: _Node, values: Floats, run: Run) -> int | None:
        """Return the deciding column to branch on; None where all are whole."""
        at = values[self._deciding]
        below = at - np.floor(at)
        columns = np.flatnonzero((below > WHOLE) & (below < 1 - WHOLE))
        if not len(columns):
            return None
        worth = self._costs.worth(columns, below[columns])
        order = columns[np.argsort(-worth, kind="stable")]
        expected = dict(zip(columns.tolist(), worth.tolist(), strict=True))
        best, most = int(order[0]), -1.0
        for column in order[:CANDIDATES].tolist():
            if self._costs.reliable(column):
                # Those after it promise less, and would have to be tried.
                return column if expected[column] > most else best
            found = self._tried(node, column, float(at[column]), run)
            if found > most:
                best, most = column, found
        return best

    def _tried(self, node: _Node, column: int, value: float, run: Run) -> float:
        """Return how good it is to branch on a column, by a few iterations on both sides."""
        losses = []
        for side in range(2):
            lower, upper = node.lower.copy(), node.upper.copy()
            if side:
                lower[column] = np.ceil(value)
            else:
                upper[column] = np.floor(value)
            status = self._lp.solve(
                self._deciding, lower, upper, node.basis, run, iterations=LOOK_ITERATIONS
            )
            impossible = status == INFEASIBLE
            reached = max(node.relaxed - self._lp.objective, 0.0)
            loss = float(node.relaxed) if impossible else reached
            losses.append(loss)
            if not impossible:
                way = np.ceil(value) - value if side else value - np.floor(value)
                self._costs.learn(column, side, loss / way)
        return max(losses[0], 1.0) * max(losses[1], 1.0)

    def _completed(
        self, node: _Node, relaxation: LpRelaxation | None, best: int, run: Run
    ) -> Solution | None:
        """Solve a node whose LP has whole groups; close it if that is decided.

        Where members have fractions CP-SAT solves it.
        """
        limits = self._arrays.within(self._deciding, node.lower, node.upper)
        upper, hint = limits.upper, np.zeros(limits.columns, dtype=np.int64)
        if relaxation is not None:
            hint = np.rint(relaxation.values).astype(np.int64)
            value = int(limits.objective @ hint)
            if value >= min(relaxation.bound, node.bound) and limits.admits(hint):
                return Solution(hint, value)
            if best > -NO_LIMIT:
                upper = np.minimum(upper, relaxation.upper_limits(limits, best + 1))
        restriction = limits.restricted(upper)
        outcome = solve_cpsat(
            restriction.arrays,
            CpSatSettings(
                work_limit=min(COMPLETION_WORK, run.work_left),
                time_limit=limit_or_none(run.seconds_left),
                seed=run.limits.seed,
            ),
            hint=hint[restriction.kept],
            bound=node.bound,
            stopped=run.stopped,
        )
        run.work += outcome.work
        if outcome.status not in {Status.OPTIMAL, Status.INFEASIBLE}:
            left = node.bound if outcome.bound is None else min(node.bound, outcome.bound)
            if left > best:
                self._given_up.append(left)
        if outcome.values is None or outcome.objective is None:
            return None
        return Solution(restriction.expanded(outcome.values), outcome.objective)


class Planted:
    """A tree over what a better solution could use of a model, with sums of its groups to branch on."""

    def __init__(
        self,
        arrays: LinearArrays,
        upper: Ints,
        groups: Ints,
        sums: Sequence[Ints],
        bound: int,
        learned: Mapping[Key, Learned] = NOTHING_LEARNED,
    ) -> None:
        """Plant it.

        Parameters
        ----------
        upper
            Upper limits of the columns of `arrays` that keep every solution that is looked for.
        groups
            Columns that decide: with whole numbers there the rest is nearly whole.
        sums
            Sets of these columns whose sums are branched on too.
        bound
            A known upper bound of the objective.
        learned
            What branching on these columns and sums has cost elsewhere.
        """
        whole = with_sums(arrays, sums)
        limits = whole.upper.copy()
        limits[: arrays.columns] = upper
        self._columns = arrays.columns
        self._restriction = whole.restricted(limits)
        deciding = np.concatenate([groups, np.arange(arrays.columns, whole.columns)])
        inside = np.flatnonzero(np.isin(self._restriction.kept, deciding)).astype(np.int64)
        chosen = self._restriction.kept[inside].tolist()
        keys = [
            (one,) if one < arrays.columns else tuple(sums[one - arrays.columns].tolist())
            for one in chosen
        ]
        costs = Costs.of(keys, learned)
        self._tree = Tree(RestrictedNodes(self._restriction.arrays), inside, bound, costs=costs)

    @property
    def bound(self) -> int | None:
        """No solution that is not known is better; None where none is left."""
        return self._tree.bound

    def grow(self, run: Run, best: int | None, work: float) -> Iterator[Solution]:
        """Look at open parts; see `Tree.grow`."""
        for found in self._tree.grow(run, best, work):
            whole = self._restriction.expanded(found.values)[: self._columns]
            yield Solution(whole, found.objective)


def _tightened(node: _Node, relaxation: LpRelaxation, deciding: Ints, best: int) -> _Node:
    """Return the node without values of the deciding columns that only worse solutions have."""
    if best <= -NO_LIMIT:
        return node
    room = relaxation.scaled_bound - (best + 1) * relaxation.scale
    if room < 0:
        return node
    costs = relaxation.reduced_costs[deciding]
    steps = room // np.maximum(np.abs(costs), 1)
    upper = np.where(costs < 0, np.minimum(node.upper, node.lower + steps), node.upper)
    lower = np.where(costs > 0, np.maximum(node.lower, node.upper - steps), node.lower)
    return replace(node, lower=lower, upper=upper)


def with_sums(arrays: LinearArrays, sums: Sequence[Ints]) -> LinearArrays:
    """Return the model with a column for the sum of each set of columns."""
    count = len(sums)
    if not count:
        return arrays
    rows = np.repeat(np.arange(count), [len(one) for one in sums])
    inside = np.concatenate(sums)
    shape = (count, arrays.columns)
    members = csr_matrix((np.ones(len(inside), dtype=np.int64), (rows, inside)), shape=shape)
    own = (np.full(count, -1), (np.arange(count), arrays.columns + np.arange(count)))
    sums_of = csr_matrix(own, shape=(count, arrays.columns + count), dtype=np.int64)
    added = csr_matrix((members.data, members.indices, members.indptr), shape=sums_of.shape)
    rest = arrays.matrix
    wider = csr_matrix(
        (rest.data, rest.indices, rest.indptr), shape=(rest.shape[0], arrays.columns + count)
    )
    zeros = np.zeros(count, dtype=np.int64)
    return LinearArrays(
        matrix=csr_matrix(vstack([wider, sums_of + added])),
        lower=np.concatenate([arrays.lower, members @ arrays.lower]),
        upper=np.concatenate([arrays.upper, members @ arrays.upper]),
        objective=np.concatenate([arrays.objective, zeros]),
        row_lower=np.concatenate([arrays.row_lower, zeros]),
        row_upper=np.concatenate([arrays.row_upper, zeros]),
    )
