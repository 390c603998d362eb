"""One block of a model, solved again and again as what its columns are worth changes.

Comes in: the block's own model (`blocks.part_of`), a `Run`; then one objective after another. Goes out: what
no solution of the block exceeds, and good solutions.

Cuts (`cutting`) hold for any objective, so they are kept, and close most of what the block's LP leaves open.
Of the rest CP-SAT sees the columns that a solution near the bound could use: few, and where there is no such
solution it knows so at once. It looks further below the bound until it has the best.
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

ROUNDS = 8
"""So many rounds of cuts at most for one objective."""

LOOK_BACK, LEAST_GAIN = 4, 0.03
"""They end once so many rounds have lowered the bound by less than this part of what is left."""

FURTHER = 1.2
"""It looks so many times as far below the bound as the best was the last time, and twice as far each time
that there is nothing; at first so many thousandths."""

AT_FIRST = 2_000

WORK_EACH = 2.0
"""Deterministic work of CP-SAT on one objective; what is proven by then counts."""

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
    """A block, with the cuts that were found so far."""

    def __init__(self, arrays: LinearArrays, run: Run) -> None:
        """Solve the block's LP; `arrays`: its own model, whose objective is only the first."""
        self.arrays = arrays
        self._run = run
        self._cutting = Cutting(arrays, run)
        self._below = AT_FIRST / FURTHER

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
        cut = self._cut(objective, worth + enough)
        if cut is None:
            return None
        bound = cut.relaxation.bound
        rounded = np.rint(cut.relaxation.values).astype(np.int64)
        if is_whole(cut.relaxation.values) and cut.arrays.admits(rounded):
            return BlockBest(bound, (rounded,))
        if bound <= worth + enough or worth >= plenty:
            return BlockBest(bound, ())
        return self._looked_for(cut, objective, known, worth, (enough, plenty))

    def _cut(self, objective: Ints, target: int) -> CutModel | None:
        """Return the model with cuts that bind, until its bound is at a target or they gain no more."""
        cutting, run = self._cutting, self._run
        if not cutting.price(objective):
            return None
        values = [cutting.value]
        while len(values) <= ROUNDS and values[-1] >= target + 1 and not run.stopped():
            if len(values) > LOOK_BACK:
                gained = values[-1 - LOOK_BACK] - values[-1]
                if gained < LEAST_GAIN * (values[-1] - target):
                    break
            if not cutting.round():
                break
            values.append(cutting.value)
        return cutting.model()

    def _looked_for(
        self,
        cut: CutModel,
        objective: Ints,
        known: Ints | None,
        worth: int,
        wanted: tuple[int, int],
    ) -> BlockBest:
        """Return what CP-SAT knows: first of solutions near the bound, then of others."""
        run, relaxation = self._run, cut.relaxation
        enough, plenty = wanted
        bound = proven = relaxation.bound
        below = max(self._below * FURTHER, 1.0)
        found: list[Ints] = []
        ends = run.work + WORK_EACH
        while run.work < ends and not run.stopped():
            target = max(worth + 1, bound - int(below))
            restriction = cut.arrays.restricted(relaxation.upper_limits(cut.arrays, target))
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
                if int(objective @ found[-1]) > worth:
                    known, worth = found[-1], int(objective @ found[-1])
            decided = proven >= target or proven <= worth + enough or target <= worth + 1
            if decided or worth >= plenty:
                break
            below *= 2
        self._below = float(bound - worth)
        return BlockBest(proven, tuple(found))
