"""The best score of an edition, and its best under a condition: asked again and again of one model.

Comes in: a `Problem`, limits. Goes out: `Conditions`, and a `Best` for each question. The model is built
once and its LP relaxation stays warm: a condition is one row more. Cuts make it so tight that its optimum
is mostly whole, and all is proven. What it leaves open is decided by CP-SAT on the columns whose loss is
small, and proven by the loss of all others (reduced-cost fixing). Where the best totals do not split into
groups, the whole engine is asked instead.
"""

from dataclasses import replace
from functools import cached_property
from math import inf

import numpy as np
from numpy.typing import NDArray

from sip_grouping.grouping import Grouping, Status
from sip_grouping.objective import Objective, Term, score
from sip_grouping.problem import Problem
from sip_grouping.solve.best import Allowance, Best, Condition
from sip_grouping.solve.bound import LpRelaxation
from sip_grouping.solve.cpsat import CpSatSettings, limit_or_none, solve_cpsat
from sip_grouping.solve.divide import Divider
from sip_grouping.solve.engine import solve
from sip_grouping.solve.formulate import formulate
from sip_grouping.solve.formulation import Floor, totals_suffice
from sip_grouping.solve.linear import NO_LIMIT, LinearArrays
from sip_grouping.solve.run import Limits, Run
from sip_grouping.solve.warm_lp import Asked, Row, WarmLp

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FIRST_LOSS = 2_000
"""Columns that lose no more than this, in thousandths, are looked at first."""

_MODEL_WORK = 4e-5
"""Work of making a model, per column."""

WIDER = 8
"""Where nothing is found, columns that lose so many times as much are looked at."""


class Conditions:
    """The best scores of one problem under conditions."""

    def __init__(
        self,
        problem: Problem,
        limits: Limits,
        short: int = 0,
        allowance: Allowance | None = None,
        known: int | None = None,
    ) -> None:
        """Build the model.

        Parameters
        ----------
        limits
            Of one question.
        short
            About how far the LP is above the best, in thousandths.
        known
            The score of a grouping of the problem, from which that is known better.
        allowance
            What questions may cost, shared with other models.
        """
        self.problem = problem
        self._each = limits
        self._allowance = allowance or Allowance()
        self._f = formulate(problem, score(problem))
        self._arrays = self._f.model.arrays()
        self._allowance.used += _MODEL_WORK * self._arrays.columns
        self._whole = totals_suffice(self._f)
        self._lp = WarmLp(self._arrays, limits.seed)
        self._short, self._known = short, known

    @cached_property
    def short(self) -> int:
        """About how far the LP is above the best, in thousandths, whatever was asked before."""
        before = self._lp.work
        found = self._lp.asked().relaxation
        self._allowance.used += self._lp.work - before
        if found is None or self._known is None:
            return self._short
        return max(found.bound - self._known, 0)

    def best(self, condition: Condition | None = None, start: Grouping | None = None) -> Best:
        """Return the best score, under a condition if there is one.

        Parameters
        ----------
        start
            A grouping to start from where the engine is asked.

        Returns
        -------
        Best
            Without anything known where the allowance is spent.
        """
        if self._allowance.spent:
            return Best()
        row = None if condition is None else self._row_of(condition)
        if row is not None and row.limits[0] > 0 and not len(row.columns):
            return Best(infeasible=True)
        before = self._lp.work
        asked = self._lp.asked(row)
        run = Run(self._limits)
        run.work += self._lp.work - before
        if asked.infeasible:
            found, values = Best(infeasible=True), None
        elif asked.relaxation is None:
            found, values = self._whole_model(asked.arrays, run)
        else:
            found, values = self._proven(asked, asked.relaxation, run)
        split = values is None or self._whole or self._splits(values, run)
        self._allowance.used += run.work
        if split:
            return found
        return self._by_engine(condition, start)

    @property
    def _limits(self) -> Limits:
        """What the next question may cost."""
        each = self._each.work_limit
        most = min(inf if each is None else each, self._allowance.left)
        return replace(self._each, work_limit=limit_or_none(most))

    def _splits(self, values: Ints, run: Run) -> bool:
        """Return whether totals split into groups that are worth as much."""
        division = Divider(self._f, {}, run).divide(values, seconds=0.0)
        return not division.failed and not division.short

    def _row_of(self, condition: Condition) -> Row:
        pair, cell = condition.counts(self.problem)
        columns = np.concatenate([self._f.placed[pair], self._f.groups[cell]])
        limits = (1, NO_LIMIT) if condition.wanted else (-NO_LIMIT, condition.most)
        return Row(columns, np.array(limits, dtype=np.int64))

    def _proven(self, asked: Asked, relaxation: LpRelaxation, run: Run) -> tuple[Best, Ints | None]:
        """Return the best solution: among columns of small loss, as long as the others may matter."""
        arrays, whole = asked.arrays, asked.whole
        if whole is not None:
            return self._found(relaxation.bound, relaxation.bound, whole)
        # The LP says too much by about as much as it did before.
        loss = max(FIRST_LOSS, self.short + self.short // 4)
        while True:
            upper = relaxation.upper_limits(arrays, relaxation.bound - loss)
            everything = bool((upper >= arrays.upper).all())
            restriction = arrays.restricted(upper)
            outcome = solve_cpsat(
                restriction.arrays, self._settings(run), bound=relaxation.bound, stopped=run.stopped
            )
            run.work += outcome.work
            if outcome.status is Status.INFEASIBLE:
                if everything:
                    return Best(infeasible=True), None
                loss *= WIDER
                continue
            if outcome.objective is None or outcome.values is None:
                return Best(bound=relaxation.bound), None
            values = restriction.expanded(outcome.values)
            if outcome.status is not Status.OPTIMAL:
                bound = relaxation.bound if outcome.bound is None else outcome.bound
                # Columns that were left out reach no more than this.
                bound = max(bound, relaxation.bound - loss)
                return self._found(outcome.objective, min(bound, relaxation.bound), values)
            if everything or outcome.objective >= relaxation.bound - loss:
                return self._found(outcome.objective, outcome.objective, values)
            loss = relaxation.bound - outcome.objective

    def _whole_model(self, arrays: LinearArrays, run: Run) -> tuple[Best, Ints | None]:
        outcome = solve_cpsat(arrays, self._settings(run), stopped=run.stopped)
        if outcome.status is Status.INFEASIBLE:
            return Best(infeasible=True), None
        if outcome.objective is None or outcome.values is None:
            return Best(bound=outcome.bound), None
        return self._found(outcome.objective, outcome.bound, outcome.values)

    def _found(self, value: int, bound: int | None, values: Ints) -> tuple[Best, Ints]:
        return Best(value, bound, pairs=np.flatnonzero(values[self._f.placed])), values

    def _settings(self, run: Run) -> CpSatSettings:
        return CpSatSettings(
            work_limit=limit_or_none(run.work_left),
            time_limit=limit_or_none(run.seconds_left),
            seed=run.limits.seed,
        )

    def _by_engine(self, condition: Condition | None, start: Grouping | None) -> Best:
        problem = self.problem
        run = Run(self._limits, members=len(problem.edition.members))
        floors = () if condition is None else (_kept(problem, condition),)
        verdict = solve(problem, score(problem), run, floors=floors, start_from=start)
        self._allowance.used += run.work
        if verdict.status is Status.INFEASIBLE:
            return Best(infeasible=True)
        if run.incumbent is None:
            return Best(bound=run.bound)
        return Best(run.incumbent.value, run.bound, grouping=run.incumbent.grouping)


def _kept(problem: Problem, condition: Condition) -> Floor:
    """Return the condition as an objective that is kept: what counts, or minus it where none may."""
    least = 1 if condition.wanted else -condition.most
    return Floor(_counted(problem, condition), least)


def _counted(problem: Problem, condition: Condition) -> Objective:
    sign = 1 if condition.wanted else -1
    pair, cell = condition.counts(problem)
    term = Term(sign * pair.astype(np.int64), sign * cell.astype(np.int64))
    return Objective(
        "condition",
        {"counted": term},
        lambda grouping: sign * condition.reached(grouping),
        lambda other: _counted(other, condition),
    )
