"""Who gives way at the least price: small models first, then groups.

Comes in: a `Problem` with all accepted placements open, `least_broken` over it, a `Run`. Goes out: `Answer`:
groups, and with the run a bound of all groupings where one is known.

First the earlier groups go on as they were, those that cannot also elsewhere, and no group is new: that is
how the least is reached nearly always. Then, unless the edition is large, all cells may be used, and it is
proven. Both are solved as `compact` models, within what their linear relaxation leaves; their solution
becomes groups by the engine, with the cells and members that it uses.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sip_grouping.grouping import Grouping, Status
from sip_grouping.objective import Objective
from sip_grouping.problem import Problem
from sip_grouping.problem.narrow import parts_of
from sip_grouping.problem.standing import NO_GROUP
from sip_grouping.solve.bound import lp_relaxation
from sip_grouping.solve.compact import Compact, Placed, compact
from sip_grouping.solve.cpsat import limit_or_none
from sip_grouping.solve.disruption import cells_as_they_were, price_unit
from sip_grouping.solve.engine import solve
from sip_grouping.solve.restriction import solve_restricted
from sip_grouping.solve.run import Question, Run
from sip_grouping.verification import Violation

_logger = logging.getLogger(__name__)

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

SMALL_PAIRS = 1_500
"""Smaller questions are asked of all cells at once."""

LARGE_PAIRS = 50_000
"""From so many pairs on it is not asked of all cells: it would take far longer than forming the groups."""

FIRST_WORK = 4.0
"""Deterministic work at most on the groups as they were, beyond the first good solution."""

FIRST_COLUMNS = 20_000
"""In larger models that finds nothing better than the first good solution."""

WHOLE_COLUMNS = 1_000
"""Smaller models are solved at once; of larger ones first only what the linear relaxation likes."""

COMPLETION_WORK = 5.0
"""Deterministic work on making groups of a solution."""


@dataclass(frozen=True)
class Answer:
    """The best groups that were found, and what they are worth in the objective; None: none were found."""

    grouping: Grouping | None = None
    value: int | None = None


def least_price(
    problem: Problem,
    objective: Objective,
    falling: Callable[[], frozenset[str]],
    run: Run,
    refused: Callable[[Grouping], Sequence[Violation]],
) -> Answer:
    """Return groups for `least_broken`; a bound of all groupings is left with the run.

    Parameters
    ----------
    falling
        Tells the ids of the earlier groups that cannot go on as they were.
    refused
        What stands against a grouping.
    """
    everywhere = np.ones(len(problem.cells), dtype=bool)
    stages: list[Bools] = []
    if len(problem.pair_cell) > SMALL_PAIRS:
        fall = falling()
        _logger.info("%d groups cannot go on with all who accepted", len(fall))
        stages.append(
            (cells_as_they_were(problem) != NO_GROUP)
            | np.array([one.keeps in fall for one in problem.cells], dtype=bool)
        )
    if len(problem.pair_cell) <= LARGE_PAIRS:
        stages.append(everywhere)
    best = Answer()
    known: Placed | None = None
    for usable in stages:
        whole = bool(usable.all())
        if run.stopped() or not usable.any():
            break
        model = compact(problem, objective, usable)
        start = None if known is None else model.written(known)
        found = _best_of(model, start, price_unit(problem), run, whole=whole)
        if found is None:
            continue
        worth = int(model.arrays.objective @ found)
        if best.value is None or worth > best.value:
            known = model.read(found)
            made = _grouping_of(model, found, known, objective, run, refused)
            if made.value is not None and (best.value is None or made.value > best.value):
                best = made
    return best


def _best_of(
    model: Compact, start: Ints | None, step: int, run: Run, *, whole: bool
) -> Ints | None:
    """Return the best values of a model; None: none are found. A bound of all cells is left with the run."""
    arrays = model.arrays
    relaxation = lp_relaxation(arrays, time_limit=limit_or_none(run.seconds_left))
    if relaxation is None or run.stopped():
        return start
    if whole:
        run.lower_bound(relaxation.bound)
    best = start if start is not None and arrays.admits(start) else None
    if best is None and arrays.columns > WHOLE_COLUMNS:
        likely = np.where(relaxation.losses <= step * relaxation.scale, arrays.upper, 0)
        first = solve_restricted(
            arrays, likely, None, run, gap=0.0, work=run.work_left, whole=False
        )
        best = first.values
    if run.stopped() or (best is not None and not whole and arrays.columns > FIRST_COLUMNS):
        return best
    upper = arrays.upper
    if best is not None:
        upper = np.maximum(relaxation.upper_limits(arrays, int(arrays.objective @ best)), best)
    work = run.work_left if whole else min(FIRST_WORK, run.work_left)
    bound = run.bound
    if not whole:
        run.bound = None
    outcome = solve_restricted(arrays, upper, best, run, gap=0.0, work=work, whole=False)
    if not whole:
        run.bound = bound
    elif outcome.bound is not None or best is not None:
        # What was left out because only worse solutions use it is no better than the best.
        ends = [] if best is None else [int(arrays.objective @ best)]
        if outcome.status is not Status.INFEASIBLE:
            ends += [relaxation.bound if outcome.bound is None else outcome.bound]
        run.lower_bound(max(ends))
    _logger.info("%d columns: %s, %s", arrays.columns, outcome.status, outcome.objective)
    return best if outcome.values is None else outcome.values


def _grouping_of(
    model: Compact,
    values: Ints,
    placed: Placed,
    objective: Objective,
    run: Run,
    refused: Callable[[Grouping], Sequence[Violation]],
) -> Answer:
    """Return groups that do what a solution says; of members who are alike those who can."""
    problem = model.problem
    used = np.zeros(len(problem.pair_cell), dtype=bool)
    used[model.pairs] = values[model.placed] > 0
    parts = []
    for cell in np.flatnonzero(placed.groups).tolist():
        pairs = np.arange(*problem.cell_start[cell : cell + 2].tolist())
        if used[pairs].any():
            parts.append((cell, pairs[used[pairs]]))
    if not parts:
        return Answer()
    part = parts_of(problem, parts)
    question = Question(run, work_limit=COMPLETION_WORK)
    solve(part, objective.over(part), question, violations=refused)
    question.answered()
    found = question.incumbent
    return Answer() if found is None else Answer(found.grouping, found.value)
