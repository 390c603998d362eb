"""Improving a solution: some cells are decided anew, the groups of all others stay.

Comes in: a `Formulation`, a solution of its model, a `Run`. Goes out: better and better solutions.

Where the LP says little of what is good, such as with many weekly slots, a dive ends far from the best and
CP-SAT on the whole model finds little. On the cells of some slots, of a region, or around one group, with the
groups elsewhere opened as they are and their members free to move, it finds the best in a second
(large neighbourhood search: Shaw, Using constraint programming and local search methods to solve vehicle
routing problems, CP 1998).
"""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sip_grouping.problem.regions import regions
from sip_grouping.solve.cpsat import Outcome
from sip_grouping.solve.formulation import Formulation
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.restriction import solve_restricted
from sip_grouping.solve.run import Run

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

MOST_CELLS = 80
"""A region of more cells is decided anew in half of its slots."""

AROUND = 60
"""So many cells, those that share most members with a group, are decided anew around it."""

SLOTS = 4
"""So many weekly slots are decided anew at once, over all places."""

WORK_EACH = 1.5
"""Deterministic work of one neighbourhood."""

GAP_EACH = 1e-4
"""Relative gap to which a neighbourhood is solved."""

FAILURES, FAILURES_PER_SLOT = 12, 3
"""It ends once so many neighbourhoods in a row have had nothing better, so many more for each slot more."""

LARGER, SMALLER, LARGEST = 1.1, 0.9, 3.0
"""With many slots, neighbourhoods grow where one is solved without gain, and shrink where one is not
solved in its work; they are at most so many times as large as at first."""


class Improver:
    """Improves solutions of one formulation; goes on where it was."""

    def __init__(self, f: Formulation, arrays: LinearArrays, run: Run, *, whole: bool) -> None:
        """Prepare; `whole`: every solution splits into groups, so that its value can be told at once."""
        self._f = f
        self._arrays = arrays
        self._run = run
        self._whole = whole
        self._random = np.random.default_rng(run.limits.seed % 2**32)
        self._region = regions(f.problem)
        slots: dict[str, int] = {}
        self._slot = np.array(
            [slots.setdefault(cell.slot, len(slots)) for cell in f.problem.cells], dtype=np.int64
        )
        self._slots = len(slots)
        self._size = 1.0
        self._tried: set[bytes] = set()

    def improve(self, values: Ints, work: float) -> Iterator[Ints]:
        """Yield better solutions than `values`, shape (columns,), each better than the one before.

        Ends when the work is done, the run is stopped, or neighbourhoods have nothing better.
        """
        run = self._run
        ends = run.work + work
        best, failures = int(self._arrays.objective @ values), 0
        patience = FAILURES + FAILURES_PER_SLOT * (self._slots - 1)
        while run.work < ends and failures < patience and not run.stopped():
            opened = np.flatnonzero(values[self._f.groups])
            if not len(opened):
                return
            inside = self._neighbourhood(values, opened)
            outcome = None
            if self._slots <= SLOTS or inside.tobytes() not in self._tried:
                self._tried.add(inside.tobytes())
                outcome = self._decided_anew(values, inside)
            if outcome is None or outcome.values is None or (outcome.objective or 0) <= best:
                failures += 1
                if self._slots > SLOTS:
                    solved = outcome is None or outcome.work < WORK_EACH
                    size = self._size * (LARGER if solved else SMALLER)
                    self._size = min(max(size, 1.0), LARGEST)
                continue
            values, best, failures = outcome.values, int(self._arrays.objective @ outcome.values), 0
            self._tried.clear()
            yield values

    def _neighbourhood(self, values: Ints, opened: Ints) -> Bools:
        """Return which cells are decided anew."""
        kind = float(self._random.random())
        seed = int(opened[int(self._random.integers(len(opened)))])
        if kind < 1 / 3:
            inside: Bools = self._region == self._region[seed]
            if int(inside.sum()) <= MOST_CELLS:
                return inside
            if self._slots > SLOTS:
                return inside & self._some_slots(self._slots // 2)
        elif kind < 2 / 3 and self._slots > SLOTS:
            return self._some_slots(min(round(SLOTS * self._size), self._slots - 1))
        return self._around(values, seed)

    def _some_slots(self, count: int) -> Bools:
        chosen = self._random.permutation(self._slots)[:count]
        found: Bools = np.isin(self._slot, chosen)
        return found

    def _around(self, values: Ints, seed: int) -> Bools:
        """Return the cells in which most of a cell's members could be."""
        problem = self._f.problem
        begin, end = problem.cell_start[seed : seed + 2].tolist()
        here = values[self._f.placed[begin:end]] > 0
        members = problem.pair_class[begin:end][here]
        shared = np.bincount(
            problem.pair_cell,
            np.isin(problem.pair_class, members),
            minlength=len(problem.cells),
        )
        found = np.zeros(len(problem.cells), dtype=bool)
        found[np.argsort(-shared, kind="stable")[: round(AROUND * self._size)]] = True
        return found

    def _decided_anew(self, values: Ints, inside: Bools) -> Outcome:
        """Return the best solution with the groups of the other cells opened as they are."""
        f, arrays = self._f, self._arrays
        lower, upper = arrays.lower.copy(), arrays.upper.copy()
        others = f.groups[~inside]
        lower[others] = upper[others] = values[others]
        upper[f.placed[upper[f.groups][f.problem.pair_cell] == 0]] = 0
        fixed = replace(arrays, lower=lower)
        return solve_restricted(
            fixed, upper, values, self._run, gap=GAP_EACH, work=WORK_EACH, whole=self._whole
        )
