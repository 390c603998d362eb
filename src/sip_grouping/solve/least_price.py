"""Who gives way at the least price: small models first, then groups.

Comes in: a `Problem` with all accepted placements open, `least_broken` over it, a `Run`. Goes out: `Answer`:
groups, and with the run a bound of all groupings where one is known.

First the earlier groups go on as they were, those that fall also elsewhere, and no group is new: that is soon
solved, and near the least. Then all cells may be used, and it is proven. Both are `compact` models: of small
ones CP-SAT is asked, within what their linear relaxation leaves; of larger ones the relaxation is sifted and
cut, a dive from it finds a solution that is often the best, and branch and bound over it proves that. Their
solution becomes groups by the engine, with the cells and members that it uses.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sip_grouping.grouping import Grouping, Status
from sip_grouping.objective import Objective
from sip_grouping.problem import Problem
from sip_grouping.problem.narrow import parts_of
from sip_grouping.problem.standing import NO_GROUP
from sip_grouping.solve.branch import Tree
from sip_grouping.solve.compact import Compact, Placed, compact
from sip_grouping.solve.cut_lp import cut_lp
from sip_grouping.solve.disruption import cells_as_they_were
from sip_grouping.solve.dive import dive
from sip_grouping.solve.engine import solve
from sip_grouping.solve.linear import NO_LIMIT, LinearArrays
from sip_grouping.solve.lp import SiftedLp
from sip_grouping.solve.node_lp import SiftedNodes
from sip_grouping.solve.relaxed import Relaxed
from sip_grouping.solve.restriction import solve_restricted
from sip_grouping.solve.run import Question, Run
from sip_grouping.verification import Violation

_logger = logging.getLogger(__name__)

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

SMALL_PAIRS = 1_500
"""Smaller questions are asked of all cells at once."""

LARGE_PAIRS = 50_000
"""With more of them it takes too long to ask which groups fall: first no group goes on elsewhere."""

FIRST_WORK = 4.0
"""Deterministic work at most on the groups as they were, beyond the first good solution."""

WHOLE_COLUMNS = 1_000
"""Smaller models are left to CP-SAT; of larger ones the linear relaxation is worked with first."""

OF_THE_TREE = (60.0, 400.0)
"""Deterministic work at most on branch and bound over the groups as they were, and over all cells."""

CPSAT_COLUMNS = 20_000
"""In models with more columns left CP-SAT finds nothing that branch and bound does not."""

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
        fall = falling() if len(problem.pair_cell) <= LARGE_PAIRS else frozenset()
        stages.append(
            (cells_as_they_were(problem) != NO_GROUP)
            | np.array([one.keeps in fall for one in problem.cells], dtype=bool)
        )
    stages.append(everywhere)
    best = Answer()
    known: Placed | None = None
    for usable in stages:
        whole = bool(usable.all())
        if run.stopped() or not usable.any():
            break
        model = compact(problem, objective, usable)
        start = None if known is None else model.written(known)
        with _bound_of_all(run, whole):
            found = _best_of(model, start, run, whole=whole)
        if found is None:
            continue
        worth = int(model.arrays.objective @ found)
        if best.value is None or worth > best.value:
            known = model.read(found)
            made = _grouping_of(model, found, known, objective, run, refused)
            if made.value is not None and (best.value is None or made.value > best.value):
                best = made
    return best


@contextmanager
def _bound_of_all(run: Run, whole: bool) -> Iterator[None]:
    """Keep from a run what is proven of some cells alone."""
    before = run.bound
    if not whole:
        run.bound = None
    yield
    if not whole:
        run.bound = before


def _best_of(model: Compact, start: Ints | None, run: Run, *, whole: bool) -> Ints | None:
    """Return the best values of a model; None: none are found. Its bound is left with the run."""
    arrays = model.arrays
    lp = SiftedLp(model.sifting, arrays)
    values = lp.solve(run)
    relaxation = None if values is None else lp.relaxation(values)
    if relaxation is None or run.stopped():
        return start
    run.lower_bound(relaxation.bound)
    best = start if start is not None and arrays.admits(start) else None
    if arrays.columns > WHOLE_COLUMNS:
        cut = cut_lp(arrays, Relaxed(relaxation, lp), run)
        relaxation = cut.relaxed.relaxation
        _make_small(lp, run)
        best = _better(arrays, best, _dived(model, lp, run))
        best = _by_branching(model, lp, relaxation.bound, best, run, whole=whole)
        if run.stopped() or _is_best(arrays, best, run):
            return best
        arrays = cut.arrays
    upper = arrays.upper
    if best is not None:
        upper = np.maximum(relaxation.upper_limits(arrays, int(arrays.objective @ best)), best)
    if best is not None and (upper > 0).sum() > CPSAT_COLUMNS:
        return best
    work = run.work_left if whole else min(FIRST_WORK, run.work_left)
    outcome = solve_restricted(arrays, upper, best, run, gap=0.0, work=work, whole=False)
    if outcome.bound is not None or best is not None:
        # What was left out because only worse solutions use it is no better than the best.
        ends = [] if best is None else [int(arrays.objective @ best)]
        if outcome.status is not Status.INFEASIBLE:
            ends += [relaxation.bound if outcome.bound is None else outcome.bound]
        run.lower_bound(max(ends))
    _logger.info("%d columns: %s, %s", arrays.columns, outcome.status, outcome.objective)
    return best if outcome.values is None else outcome.values


def _make_small(lp: SiftedLp, run: Run) -> None:
    """Leave out of the LP what does not matter near its optimum: it is solved again and again."""
    values, gains = lp.solve(run), lp.arrays.objective
    if values is not None:
        lp.leave_out(values, float(gains[gains > 0].min(initial=NO_LIMIT)))


def _dived(model: Compact, lp: SiftedLp, run: Run) -> Ints | None:
    """Return a solution by a dive from the LP; None where that leaves fractions."""
    values = lp.solve(run)
    values = (
        None if values is None else dive(model.opened, lp, run, values, few=0, members=model.placed)
    )
    if values is None:
        return None
    found = np.rint(values).astype(np.int64)
    return found if model.arrays.admits(found) else None


def _by_branching(
    model: Compact, lp: SiftedLp, bound: int, best: Ints | None, run: Run, *, whole: bool
) -> Ints | None:
    """Return the best that branch and bound finds; what it proves is left with the run."""
    arrays = model.arrays
    tree = Tree(SiftedNodes(lp), model.opened, bound)
    known = None if best is None else int(arrays.objective @ best)
    for found in tree.grow(run, known, min(OF_THE_TREE[whole], run.work_left)):
        best, known = found.values, found.objective
    ends = [one for one in (known, tree.bound) if one is not None]
    if ends:
        run.lower_bound(max(ends))
    _logger.info(
        "branch and bound: %s, at most %s (%.0f)", known, max(ends, default=None), run.work
    )
    return best


def _better(arrays: LinearArrays, one: Ints | None, other: Ints | None) -> Ints | None:
    """Return the better of two solutions."""
    if one is None or other is None:
        return other if one is None else one
    return other if int(arrays.objective @ (other - one)) > 0 else one


def _is_best(arrays: LinearArrays, values: Ints | None, run: Run) -> bool:
    """Return whether it is proven that no solution is better."""
    return values is not None and run.bound == int(arrays.objective @ values)


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
