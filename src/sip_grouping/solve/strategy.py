"""The strategy: from a linear model to its best solution and a proof.

Comes in: `LinearArrays` of a formulation, a `Budget`. Goes out: an `Outcome` of the whole model. The
steps, each skipped where it does not pay:

1. the LP relaxation gives a bound, and says which cells a good solution uses;
2. CP-SAT on those cells alone finds a good solution fast (restriction);
3. reduced costs exclude what cannot improve on it (fixing), and CP-SAT proves the rest.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from sip_grouping.grouping import Status, relative_gap
from sip_grouping.solve.bound import LpRelaxation, lp_relaxation
from sip_grouping.solve.cpsat import CpSatSettings, Outcome, solve_cpsat
from sip_grouping.solve.formulation import Formulation
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.progress import Progress

_logger = logging.getLogger(__name__)

Ints = NDArray[np.int64]

RESTRICT_ABOVE_PAIRS = 2_000
"""Smaller models are proven at once; above, a restriction first finds a good solution."""

STEPS: tuple[tuple[int, float], ...] = ((1_000, 5e-5), (5_000, 1e-5))
"""Per restriction: the largest loss, in thousandths of a point, at which a column joins it, and the
relative gap it is solved to. Its own optimum proves nothing for the whole."""

ENOUGH = 3
"""The steps end once bound - score is at most this many times the step's loss."""

TINY = 1e-6
"""What the LP uses less of than this it does not use."""

SUPPORT = 1e-3
"""A cell belongs to the LP's support if the LP opens at least this fraction of a group."""


class Budget:
    """Limits of a whole run, shared by its steps. None: no limit."""

    def __init__(
        self,
        progress: Progress,
        *,
        time_limit: float | None,
        work_limit: float | None,
        seconds_kept: float,
        cancel: threading.Event | None = None,
    ) -> None:
        self.cancel = cancel or threading.Event()
        self._progress = progress
        self._seconds_kept = seconds_kept
        self._time_limit = inf if time_limit is None else time_limit
        self._work_limit = inf if work_limit is None else work_limit

    @property
    def seconds_left(self) -> float:
        """Wall clock left for the search; infinite without a limit.

        Up to `seconds_kept` is kept for what comes after: splitting, verifying and the files.
        """
        kept = min(0.15 * self._time_limit, self._seconds_kept)
        return max(self._time_limit - kept - self._progress.seconds, 0.0)

    @property
    def work_left(self) -> float:
        """Deterministic work left; infinite without a limit."""
        return max(self._work_limit - self._progress.work, 0.0)

    @property
    def spent(self) -> bool:
        """Whether nothing is left."""
        return self.seconds_left <= 0 or self.work_left <= 0 or self.cancel.is_set()


@dataclass(frozen=True)
class SearchSettings:
    """What a caller chose: relative gap to stop at, seed, workers of CP-SAT."""

    gap: float = 0.0
    seed: int = 0
    workers: int = 1


class Search:
    """Searches one formulation; keeps the best values and bound over all its calls."""

    def __init__(self, settings: SearchSettings, budget: Budget, progress: Progress) -> None:
        self._settings = settings
        self._budget = budget
        self._progress = progress
        self.bound: int | None = None
        self.interrupted = False
        self.best: Ints | None = None
        self.best_objective: int | None = None
        self.best_divisible: Ints | None = None
        self._divides: Callable[[Ints], bool] = always

    def run(self, f: Formulation, hint: Ints | None, divides: Callable[[Ints], bool]) -> Outcome:
        """Return the outcome of the whole model.

        `best` holds the values of the best solution from this call on, also when it ends early. A
        solution is told as an incumbent only if `divides` says that its cells split into groups;
        `best_divisible` holds the best of those.
        """
        self._divides = divides
        self.best_divisible = None
        arrays = f.model.arrays()
        self.best, self.best_objective = None, None
        self._progress.phase("bound")
        relaxation = self._relax(arrays)
        if relaxation is not None:
            self._lower_bound(relaxation.bound)
            if len(f.placed) > RESTRICT_ABOVE_PAIRS and not self._budget.spent:
                self._progress.phase("search")
                hint = self._restricted(f, arrays, relaxation, hint)
                if self.interrupted or self._reached_gap():
                    return self._so_far()
        self._progress.phase("proof")
        return self._whole(arrays, relaxation, hint)

    def _relax(self, arrays: LinearArrays) -> LpRelaxation | None:
        left = self._budget.seconds_left
        return lp_relaxation(arrays, time_limit=None if left == inf else left)

    def _restricted(
        self, f: Formulation, arrays: LinearArrays, relaxation: LpRelaxation, hint: Ints | None
    ) -> Ints | None:
        """Solve on few columns, then more; return the best values so far as a hint.

        A column belongs to a step if the LP uses it or its reduced cost is small: raising it would
        cost little. The steps end when what is left between the best solution and the bound is not
        much more than the step's own limit, for then fixing excludes nearly as much.
        """
        needed = np.zeros(len(f.groups), dtype=bool)
        if hint is not None:
            needed |= hint[f.groups] > 0
        used = relaxation.values[f.groups] >= SUPPORT
        for requirement in f.requirements:
            # What has to be opened is open in any restriction, or it would have no solution.
            cells = list(requirement.cells)
            needed[cells] |= not used[cells].any()
        for loss, gap in STEPS:
            kept = relaxation.losses <= loss * relaxation.scale
            kept |= relaxation.values > TINY
            kept[f.groups[needed]] = True
            kept[f.placed[needed[f.problem.pair_cell]]] = True
            kept[f.placed] &= kept[f.groups[f.problem.pair_cell]]
            upper = np.where(kept, arrays.upper, 0)
            outcome = self._cpsat(arrays, upper, hint, gap=gap, work=_work_for(upper))
            hint = hint if outcome.values is None else self.best
            if self.interrupted or self._reached_gap() or self._budget.spent:
                break
            if self.best_objective is not None:
                left = relaxation.bound - self.best_objective
                if left <= ENOUGH * loss:
                    break
        return hint

    def _whole(
        self, arrays: LinearArrays, relaxation: LpRelaxation | None, hint: Ints | None
    ) -> Outcome:
        upper = arrays.upper
        if relaxation is not None and self.best_objective is not None:
            # A solution as good as the best is known: only better ones need to be looked for, and
            # the best itself stays within reach so that the search can start from it.
            upper = relaxation.upper_limits(arrays, self.best_objective)
            if self.best is not None:
                upper = np.maximum(upper, self.best)
        outcome = self._cpsat(arrays, upper, hint, gap=self._settings.gap, work=inf, proof=True)
        if outcome.status is Status.INFEASIBLE and self.best is None:
            return outcome
        if outcome.status is Status.OPTIMAL:
            return outcome
        return self._so_far()

    def _cpsat(
        self,
        arrays: LinearArrays,
        upper: Ints,
        hint: Ints | None,
        *,
        gap: float,
        work: float,
        proof: bool = False,
    ) -> Outcome:
        restriction = arrays.restricted(upper)
        before = self._progress.work
        settings = CpSatSettings(
            work_limit=_or_none(min(self._budget.work_left, work)),
            time_limit=_or_none(self._budget.seconds_left),
            gap=gap,
            seed=self._settings.seed,
            workers=self._settings.workers,
        )
        outcome = solve_cpsat(
            restriction.arrays,
            settings,
            hint=None if hint is None else hint[restriction.kept],
            bound=self.bound,
            on_solution=lambda values, score, done: self._solution(
                restriction.expanded(values), score, before + done
            ),
            on_bound=self._bound if proof else None,
            cancel=self._budget.cancel,
        )
        self._progress.work = before + outcome.work
        self.interrupted |= outcome.interrupted
        if outcome.values is not None:
            values = restriction.expanded(outcome.values)
            if self.best_objective is None or outcome.objective > self.best_objective:  # type: ignore[operator]
                self.best, self.best_objective = values, outcome.objective
        if proof and outcome.bound is not None:
            self._lower_bound(max(outcome.bound, self.best_objective or outcome.bound))
        return Outcome(
            outcome.status,
            None if outcome.values is None else restriction.expanded(outcome.values),
            outcome.objective,
            outcome.bound,
            outcome.work,
            outcome.interrupted,
        )

    def _reached_gap(self) -> bool:
        if self.best_objective is None:
            return False
        gap = relative_gap(self.best_objective, self.bound)
        return gap is not None and gap <= self._settings.gap

    def _so_far(self) -> Outcome:
        found = self.best is not None
        proven = found and self.best_objective == self.bound
        known = Status.FEASIBLE if found else Status.UNKNOWN
        return Outcome(
            status=Status.OPTIMAL if proven else known,
            values=self.best,
            objective=self.best_objective,
            bound=self.bound,
            work=0.0,
            interrupted=self.interrupted,
        )

    def _lower_bound(self, bound: int) -> None:
        if self.bound is None or bound < self.bound:
            self.bound = bound
            self._progress.better_bound(bound)

    def _solution(self, values: Ints, score: int, work: float) -> None:
        known = self._progress.score_thousandths
        if (known is None or score > known) and self._divides(values):
            self.best_divisible = values
            self._progress.better_score(score, work=work)

    def _bound(self, bound: int) -> None:
        if self.best_objective is None or bound >= self.best_objective:
            self._progress.better_bound(bound)


def always(_: Ints) -> bool:
    """Say of any solution that its cells split into groups."""
    return True


def _work_for(upper: Ints) -> float:
    """Return the work a restriction may take: in proportion to its columns."""
    return 5.0 + int((upper > 0).sum()) / 500


def _or_none(limit: float) -> float | None:
    return None if limit == inf else limit
