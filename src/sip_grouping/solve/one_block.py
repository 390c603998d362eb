"""One block of a model, solved again and again as what its columns are worth changes.

Comes in: the block's own model (`blocks.part_of`), a `Run`; then one objective after another. Goes out: what
no solution of the block exceeds, and good solutions.

The LP, warm from the objective before, says which columns a solution near its bound could use. Of these
alone CP-SAT sees the model: few, and where there is no such solution it knows so at once. It looks further
below the bound until it has the best. Cuts of its LP would cost it far more than they save here.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sip_grouping.grouping import Status
from sip_grouping.solve.cpsat import CpSatSettings, limit_or_none, solve_cpsat
from sip_grouping.solve.cutting import CutModel, Cutting
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.run import Run
from sip_grouping.solve.warm_lp import is_whole

Ints = NDArray[np.int64]

FURTHER = 1.2
"""It looks so many times as far below the bound as the best was the last time, and twice as far each time
that there is nothing; at first so many thousandths."""

AT_FIRST = 2_000

WORK_EACH = 8.0
"""Deterministic work of CP-SAT on one objective at first; what is proven by then counts. Its bound falls
last: half of the work proves next to nothing."""

LONGER, LONGEST = 2.0, 32.0
"""A block that was not solved gets so many times as much the next time, at most so much."""

KEPT = 10
"""Solutions of one look that are kept."""


@dataclass(frozen=True)
class BlockBest:
    """What is known of a block with one objective.

    Attributes
    ----------
    bound
        No solution of the block has a larger objective.
    solutions
        New solutions, each of shape (columns of the block,), in no order.
    """

    bound: int
    solutions: tuple[Ints, ...]


class OneBlock:
    """A block, whose LP is warm."""

    def __init__(self, arrays: LinearArrays, run: Run) -> None:
        """Solve the block's LP; `arrays`: its own model, whose objective is only the first."""
        self.arrays = arrays
        self._run = run
        self._lp = Cutting(arrays, run)
        self._below = AT_FIRST / FURTHER
        self._work = WORK_EACH

    def best(
        self, objective: Ints, known: Ints | None, enough: int, plenty: int
    ) -> BlockBest | None:
        """Return a bound of an objective, and solutions; None where its LP has no end, or when stopped.

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
        """
        if known is None:
            # Less than any: no bound will do before there is one.
            enough = 0
            low, high = objective * self.arrays.lower, objective * self.arrays.upper
            worth = int(np.minimum(low, high).sum()) - 1
        else:
            worth = int(objective @ known)
        model = self._lp.model() if self._lp.price(objective) else None
        if model is None:
            return None
        bound = model.relaxation.bound
        rounded = np.rint(model.relaxation.values).astype(np.int64)
        if is_whole(model.relaxation.values) and model.arrays.admits(rounded):
            return BlockBest(bound, (rounded,))
        if bound <= worth + enough or worth >= plenty:
            return BlockBest(bound, ())
        return self._looked_for(model, known, worth, (enough, plenty))

    def _looked_for(
        self, model: CutModel, known: Ints | None, worth: int, wanted: tuple[int, int]
    ) -> BlockBest:
        """Return what CP-SAT knows: first of solutions near the bound, then of others."""
        run, relaxation = self._run, model.relaxation
        enough, plenty = wanted
        bound = proven = relaxation.bound
        below = max(self._below * FURTHER, 1.0)
        found: list[Ints] = []
        ends = run.work + self._work
        decided = False
        while not decided and run.work < ends and not run.stopped():
            target = max(worth + 1, bound - int(below))
            restriction = model.arrays.restricted(relaxation.upper_limits(model.arrays, target))
            if not restriction.arrays.columns:
                # Whatever is worth the target is nobody anywhere.
                proven = min(proven, max(target - 1, worth, 0))
                break
            settings = CpSatSettings(
                work_limit=min(ends - run.work, run.work_left),
                time_limit=limit_or_none(run.seconds_left),
                # Relative to the objective, which lies between the two.
                gap=enough / max(abs(bound), abs(worth), 1),
                seed=run.limits.seed,
                cuts=False,
            )
            outcome = solve_cpsat(
                restriction.arrays,
                settings,
                hint=None if known is None else known[restriction.kept],
                bound=bound,
                keep=KEPT,
                stopped=run.stopped,
            )
            run.work += outcome.work
            # Whatever needs other columns is worth less than the target.
            inside = target - 1 if outcome.status is Status.INFEASIBLE else outcome.bound
            if inside is not None:
                proven = min(proven, max(inside, target - 1, worth))
            for values in outcome.solutions:
                found.append(restriction.expanded(values))
                if int(model.arrays.objective @ found[-1]) > worth:
                    known, worth = found[-1], int(model.arrays.objective @ found[-1])
            decided = proven >= target or proven <= worth + enough or target <= worth + 1
            decided |= worth >= plenty
            below *= 2
        if proven > worth + enough and worth < plenty:
            self._work = min(self._work * LONGER, LONGEST)
        self._below = float(bound - worth)
        return BlockBest(proven, tuple(found))
