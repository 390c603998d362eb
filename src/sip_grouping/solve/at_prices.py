"""Regions at prices: the prices of what regions share at which they prove most, and groups made of theirs.

Comes in: a `Formulation`, its model and LP relaxation, a `Run`. Goes out: `AtPrices`, which goes on where it
was: better solutions of the whole model; bounds go to the run.

With prices y of the rows that link regions, `blocks` has the bound L(y). Its least is looked for: each region
answers prices with its best groups (`one_block`), and the next prices are those at which all answers so far
prove most, no further from the best prices than a box allows (Dantzig and Wolfe, Decomposition principle for
linear programs, Oper. Res. 8, 1960; a box that grows and shrinks: Marsten, Hogan and Blankenship, The Boxstep
method for large-scale optimization, Oper. Res. 23, 1975). The bound is exact at any prices.

The LP of the answers mixes whole groups of whole regions, where that of the model mixes halves of groups. Its
cells are few, and good groups of the edition come from them.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import bmat, csr_matrix, identity

from sip_grouping.grouping import relative_gap
from sip_grouping.solve.alike import sums
from sip_grouping.solve.blocks import links, part_of, priced_apart, regions_of_columns
from sip_grouping.solve.bound import WORK_PER_STEP, as_highs, dual_simplex, that_prove
from sip_grouping.solve.formulation import Formulation
from sip_grouping.solve.linear import NO_LIMIT, LinearArrays, activity
from sip_grouping.solve.one_block import OneBlock
from sip_grouping.solve.pseudocosts import Key, Learned
from sip_grouping.solve.restriction import solve_restricted
from sip_grouping.solve.run import Run

_logger = logging.getLogger(__name__)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

BOX = 0.03
"""Prices change at first by at most this part of their mean."""

GOOD, POOR = 0.5, 0.2
"""Parts of what was expected of new prices, from which on the box grows, and below which it shrinks."""

GROWS, SHRINKS, SHRINKS_MORE = 2.0, 0.7, 0.5
"""By how much it does so, and where new prices are worse than the best."""

ENOUGH = 0.02
"""Answers need to be exact to this part of what new prices could prove still, all regions together."""

NEAR_THE_END = 5e-5
"""It ends when prices can prove no more than this part of the bound."""

WORK_OF_GROUPS = 3.0
"""Deterministic work of CP-SAT on the cells of the answers."""

GAP_OF_GROUPS = 1e-4


@dataclass(frozen=True)
class _Answer:
    """Groups of one block: values of its columns, their objective, what they take of the shared rows."""

    values: Ints
    objective: int
    shared: Ints


class AtPrices:
    """Prices of one model, and what the regions have answered so far.

    Attributes
    ----------
    ended
        Whether more would prove and find no more; so it is from the start where there is one region.
    duals
        Shape (rows,): the best prices so far, thousandths; 0 for rows that are not shared.
    """

    def __init__(
        self, f: Formulation, arrays: LinearArrays, duals: Floats, run: Run, *, whole: bool
    ) -> None:
        """Prepare, from the LP's duals, shape (rows,). Cuts are rows as others.

        `whole`: every solution splits into groups, so that its value can be told at once.
        """
        self._f, self._arrays, self._run, self._whole = f, arrays, run, whole
        self.duals = np.zeros(arrays.matrix.shape[0])
        self._bound: int | None = None
        self._tried: set[bytes] = set()
        self._blocks: list[OneBlock] = []
        self._keys: list[list[Key]] = []
        self._skips = self._skipped = 0
        block = regions_of_columns(f, arrays)
        count = 0 if block is None else int(block.max(initial=0)) + 1
        self.ended = count < 2
        if block is None or self.ended:
            return
        least, most = activity(arrays.matrix, arrays.lower, arrays.upper)
        binds = (least < arrays.row_lower) | (most > arrays.row_upper)
        self._rows = np.flatnonzero(links(arrays.matrix, block) & binds)
        self._shared = csr_matrix(arrays.matrix[self._rows])
        self._limits = arrays.row_lower[self._rows], arrays.row_upper[self._rows]
        self._inside = [np.flatnonzero(block == number) for number in range(count)]
        self._blocks = self._planted(block)
        self._largest_first = np.argsort(
            [-len(one) for one in self._inside], kind="stable"
        ).tolist()
        self._answers: list[dict[bytes, _Answer]] = [{} for _ in range(count)]
        for number, one in enumerate(self._blocks):
            nobody = one.arrays.lower
            if one.arrays.admits(nobody):
                self._keep(number, nobody)
        self._next = self._allowed(duals[self._rows])
        self.duals[self._rows] = self._next
        priced = np.abs(self._next[self._next != 0])
        self._box = BOX * float(priced.mean()) if len(priced) else 0.0
        self._expected: float | None = None

    def _planted(self, block: Ints) -> list[OneBlock]:
        """Return the blocks, each with those of its columns that decide, and sums of them."""
        f, arrays = self._f, self._arrays
        deciding = np.concatenate([f.groups, f.used[f.used >= 0]])
        position = np.zeros(arrays.columns, dtype=np.int64)
        alike: list[set[tuple[int, ...]]] = [set() for _ in self._inside]
        for columns in self._inside:
            position[columns] = np.arange(len(columns))
        for cells in sums(f):
            for number in set(block[cells].tolist()):
                alike[number].add(tuple(position[cells[block[cells] == number]].tolist()))
        planted = []
        for number, (columns, several) in enumerate(zip(self._inside, alike, strict=True)):
            own = position[deciding[block[deciding] == number]]
            together = [np.array(one, dtype=np.int64) for one in sorted(several) if len(one) > 1]
            planted.append(OneBlock(part_of(arrays, block == number), own, together, self._run))
            sums_of = [tuple(columns[one].tolist()) for one in together]
            self._keys.append([*((one,) for one in columns[own].tolist()), *sums_of])
        return planted

    def learned(self) -> dict[Key, Learned]:
        """Return what branching on columns, and on sums of them, has cost in the regions."""
        found: dict[Key, Learned] = {}
        for block, keys in zip(self._blocks, self._keys, strict=True):
            found |= block.costs.seen(keys)
        return found

    @property
    def found(self) -> bool:
        """Whether there are prices that prove something."""
        return self._bound is not None

    def turn(self, best: Ints | None, work: float) -> Iterator[Ints]:
        """Yield better and better solutions of the model, shape (columns,), until the work is done.

        Parameters
        ----------
        best
            The best solution known; None: none is.
        """
        run = self._run
        ends = run.work + work
        if best is not None and not self.ended:
            for number, columns in enumerate(self._inside):
                self._keep(number, best[columns])
        while not self.ended and run.work < ends and not run.stopped():
            bound = self._ask()
            if bound is None:
                self.ended = not run.stopped()
                return
            self._judge(bound)
            mixed = self._look_ahead()
            if mixed is None:
                self.ended = not run.stopped()
                return
            self._skipped += 1
            if self._skipped > self._skips:
                found = self._groups_of(mixed, best)
                self._skips, self._skipped = 0 if found is not None else 2 * self._skips + 1, 0
                if found is not None:
                    best = found
                    yield found
            if best is not None:
                value = int(self._arrays.objective @ best)
                gap = relative_gap(value, run.bound)
                self.ended |= gap is not None and gap <= run.limits.gap

    def _allowed(self, prices: Floats) -> Ints:
        """Return whole prices, without those on the side of an open limit."""
        return that_prove(np.rint(prices).astype(np.int64), *self._limits)

    def _ask(self) -> int | None:
        """Return the bound at the next prices, and keep what the blocks answer; None where one has none."""
        prices = np.zeros(self._arrays.matrix.shape[0], dtype=np.int64)
        prices[self._rows] = self._next
        priced, total = priced_apart(self._arrays, prices)
        enough = 0
        if self._expected is not None and self._bound is not None:
            enough = int(ENOUGH * max(self._bound - self._expected, 0.0) / len(self._blocks))
        objectives = [priced.objective[columns] for columns in self._inside]
        known = [self._best_known(number, one) for number, one in enumerate(objectives)]
        # As soon as answers are worth the best bound, these prices cannot prove more.
        least = total + sum(worth for _, worth in known)
        for number in self._largest_first:
            values, worth = known[number]
            plenty = int(NO_LIMIT) if self._bound is None else self._bound - (least - worth)
            found = self._blocks[number].best(objectives[number], values, enough, plenty)
            if found is None:
                return None
            total += found.bound
            for answer in found.solutions:
                self._keep(number, answer)
            least += self._best_known(number, objectives[number])[1] - worth
        return total

    def _best_known(self, number: int, objective: Ints) -> tuple[Ints | None, int]:
        """Return the best of a block's answers at other prices, and its worth; 0 where there is none."""
        answers = [one.values for one in self._answers[number].values()]
        if not answers:
            return None, 0
        worths = np.stack(answers) @ objective
        return answers[int(worths.argmax())], int(worths.max())

    def _keep(self, number: int, values: Ints) -> None:
        columns = self._inside[number]
        objective = int(self._arrays.objective[columns] @ values)
        shared: Ints = self._shared[:, columns] @ values
        self._answers[number][values.tobytes()] = _Answer(values, objective, shared)

    def _judge(self, bound: int) -> None:
        """Take prices that prove more; let the box grow or shrink as they do what was expected of them."""
        self._run.lower_bound(bound)
        if self._bound is not None and bound >= self._bound:
            self._box *= SHRINKS_MORE
            return
        if self._bound is not None and self._expected is not None:
            part = (self._bound - bound) / max(self._bound - self._expected, 1.0)
            self._box *= GROWS if part > GOOD else SHRINKS if part < POOR else 1.0
        self._bound = bound
        self.duals[self._rows] = self._next

    def _look_ahead(self) -> Floats | None:
        """Choose the next prices; return the answers that the LP mixes, as values of all columns."""
        answers = [one for block in self._answers for one in block.values()]
        owner = np.repeat(np.arange(len(self._answers)), [len(one) for one in self._answers])
        low, high = self._limits
        rows, blocks = len(self._rows), len(self._answers)
        center = self.duals[self._rows]
        taken = csr_matrix(np.stack([one.shared for one in answers], axis=1))
        each = csr_matrix(owner[None, :] == np.arange(blocks)[:, None], dtype=np.int64)
        # The columns of the box: to take less, or more, of a row than its limit at the box's prices.
        unit = identity(rows, dtype=np.int64, format="csr")
        parts: list[list[csr_matrix | None]] = [[taken, -unit, unit], [each, None, None]]
        matrix = csr_matrix(bmat(parts))
        ones, many = np.ones(blocks, dtype=np.int64), len(answers) + 2 * rows
        costs = np.concatenate(
            [
                [one.objective for one in answers],
                -np.rint(center + self._box),
                np.rint(center - self._box),
            ]
        ).astype(np.int64)
        lp = LinearArrays(
            matrix=matrix,
            lower=np.zeros(many, dtype=np.int64),
            upper=np.full(many, NO_LIMIT),
            objective=costs,
            row_lower=np.concatenate([low, ones]),
            row_upper=np.concatenate([high, ones]),
        )
        highs = self._solved(lp)
        if highs is None:
            return None
        self._expected = float(highs.getInfo().objective_function_value)
        solution = highs.getSolution()
        self._next = self._allowed(np.array(solution.row_dual)[:rows])
        if self._bound is not None:
            self.ended = self._bound - self._expected <= NEAR_THE_END * abs(self._bound)
        shares = np.array(solution.col_value)[: len(answers)]
        mixed = np.zeros(self._arrays.columns)
        for number, answer, share in zip(owner.tolist(), answers, shares.tolist(), strict=True):
            mixed[self._inside[number]] += share * answer.values
        return mixed

    def _solved(self, lp: LinearArrays) -> Any | None:
        """Return the engine with an LP solved; None where it has no optimum."""
        highs = dual_simplex()
        highs.setOptionValue("time_limit", self._run.seconds_left)
        model = as_highs(lp)
        model.col_upper_ = np.full(lp.columns, highspy.kHighsInf)
        highs.passModel(model)
        highs.run()
        steps = max(highs.getInfo().simplex_iteration_count, 1)
        self._run.work += steps * lp.matrix.nnz * WORK_PER_STEP
        return highs if highs.getModelStatus() == highspy.HighsModelStatus.kOptimal else None

    def _groups_of(self, mixed: Floats, best: Ints | None) -> Ints | None:
        """Return a better solution, if there is one, in the cells of mixed answers and of the best."""
        f, arrays, run = self._f, self._arrays, self._run
        used = mixed[f.groups] > 0
        if best is not None:
            used |= best[f.groups] > 0
        if used.tobytes() in self._tried or run.stopped():
            return None
        self._tried.add(used.tobytes())
        upper = arrays.upper.copy()
        upper[f.groups[~used]] = 0
        upper[f.placed[~used[f.problem.pair_cell]]] = 0
        hint = np.rint(mixed).astype(np.int64) if best is None else best
        outcome = solve_restricted(
            arrays, upper, hint, run, gap=GAP_OF_GROUPS, work=WORK_OF_GROUPS, whole=self._whole
        )
        value = -int(NO_LIMIT) if best is None else int(arrays.objective @ best)
        if outcome.values is None or outcome.objective is None or outcome.objective <= value:
            return None
        _logger.info("groups of %d cells: %d", int(used.sum()), outcome.objective)
        return outcome.values
