"""The proof: CP-SAT and branch and bound in turns, until one of them has decided a model.

Comes in: a model, its LP relaxation, the best solution so far. Goes out: one `Step` after another; bounds
go to the run. CP-SAT finds and proves what its linear relaxation nearly says; branch and bound (`branch`)
what it does not, such as groups of many weekly slots of which members take part in few. With a wide gap the
best solution is improved before (`improve`), with weekly slots in turns with regions at prices
(`both_sides`), and the model is made tighter (`tighten`). Each turn is longer than the one before, and begins
from the best solution of all.
"""

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from math import inf

import numpy as np
from numpy.typing import NDArray

from sip_grouping.grouping import Status, relative_gap
from sip_grouping.solve.alike import sums
from sip_grouping.solve.both_sides import BothSides
from sip_grouping.solve.bound import LpRelaxation
from sip_grouping.solve.branch import Planted
from sip_grouping.solve.formulation import Formulation
from sip_grouping.solve.improve import Improver
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.pseudocosts import NOTHING_LEARNED, Key, Learned
from sip_grouping.solve.restriction import solve_restricted
from sip_grouping.solve.run import Run
from sip_grouping.solve.tighten import Tightening

Ints = NDArray[np.int64]

WIDE_GAP = 0.003
"""Above this relative gap CP-SAT is slow to raise what the LP says, and the tree gets most of the work."""

TREE_FIRST = (5e-4, 2e-5)
"""Above this relative gap the tree goes first where it can, where few columns are left and where many are."""

MANY_COLUMNS = 4_000
"""Of so many columns CP-SAT is slow to prove that the last few thousandths of a gap are empty."""

FIRST_TURN = (12.0, 3.0)
"""Deterministic work of CP-SAT's first turn, with a narrow gap, which it mostly closes, and a wide one."""

FIRST_OF_THE_TREE = 30.0
"""Work of the tree's first turn where it begins."""

OF_THE_TREE = (2.0, 8.0)
"""The tree's turn is so many times as long as CP-SAT's: it goes on where it was, CP-SAT begins again."""

OF_THE_IMPROVER = 3.0
"""With a wide gap a turn begins by improving the best solution, at most so many times as long."""

LONGER = 2.0
"""Each turn is so many times as long as the engine's one before."""


@dataclass(frozen=True)
class Step:
    """What one step of the search found.

    Attributes
    ----------
    solutions
        Values of the model's columns, best first; empty where none is better than those before.
    status
        Of the whole model: optimal and infeasible are proven.
    """

    solutions: tuple[Ints, ...]
    status: Status


@dataclass(frozen=True)
class Best:
    """The best solution of the model so far; it may not split into groups."""

    values: Ints
    objective: int


def prove(
    f: Formulation,
    arrays: LinearArrays,
    relaxation: LpRelaxation | None,
    best: Best | None,
    hint: Ints | None,
    run: Run,
    *,
    whole: bool,
    improved: bool,
) -> Iterator[Step]:
    """Solve the whole model, without the columns that no better solution uses.

    Parameters
    ----------
    improved
        Whether the best solution is one that the search has found; if not it is what it began with, at
        most, and CP-SAT finds better ones from there sooner than anything else.
    """
    tree: Planted | None = None
    improver: Improver | None = None
    sides: BothSides | None = None
    tight = None if relaxation is None else Tightening(f, arrays, relaxation, run)
    work = inf if relaxation is None else FIRST_TURN[_is_wide(best, run)]
    tree_first = improved and not f.problem.weekly and not f.problem.mixes_distant
    if tree_first and best is not None and tight is not None and _for_the_tree(tight, best, run):
        # Between towns near each other it has often ended before CP-SAT has begun.
        tree = _planted(f, tight, run, best.objective)
        best, decided = yield from _turn_of_tree(tree, best, run, FIRST_OF_THE_TREE, whole=whole)
        if decided or run.stopped() or near_enough(best, run):
            return
        hint = hint if best is None else best.values
    while True:
        if improved and best is not None and tight is not None and _is_wide(best, run):
            if f.problem.weekly:
                sides = sides or BothSides(
                    f, arrays, tight, run, partial(_planted, f, tight, run), whole=whole
                )
                found = sides.rounds(best.values, work * OF_THE_IMPROVER, WIDE_GAP)
            else:
                improver = improver or Improver(f, arrays, run, whole=whole)
                found = improver.improve(best.values, work * OF_THE_IMPROVER)
            for values in found:
                best = Best(values, int(arrays.objective @ values))
                yield Step((values,), Status.FEASIBLE)
            if run.stopped() or near_enough(best, run):
                return
            hint = best.values
            tree = tree if sides is None else sides.tree or tree
        if tight is not None and _is_wide(best, run):
            prices = None if sides is None else sides.prices
            at = None if prices is None or not prices.found else prices.duals
            tight.turn(None if best is None else best.objective, at)
            if near_enough(best, run):
                yield Step((), _proven(best, run))
                return
        model = arrays if tight is None else tight.arrays
        relaxation = None if tight is None else tight.relaxation
        step, better = _turn_of_cpsat(model, relaxation, best, hint, run, work, whole=whole)
        improved = True
        yield step
        best = better or best
        if tight is None or _decided(step.status) or run.stopped() or near_enough(best, run):
            return
        hint = hint if best is None else best.values
        if tree is None:
            if tight.waits and best is not None and _is_wide(best, run):
                tight.turn(best.objective)
            tree = _planted(f, tight, run, None if best is None else best.objective)
        long = work * OF_THE_TREE[_is_wide(best, run)]
        best, decided = yield from _turn_of_tree(tree, best, run, long, whole=whole)
        if decided or run.stopped() or near_enough(best, run):
            return
        work *= LONGER


def near_enough(best: Best | None, run: Run) -> bool:
    """Return whether the best solution is as near to the bound as was asked for."""
    if best is None:
        return False
    gap = relative_gap(best.objective, run.bound)
    return gap is not None and gap <= run.limits.gap


def _is_wide(best: Best | None, run: Run, more_than: float = WIDE_GAP) -> bool:
    gap = None if best is None else relative_gap(best.objective, run.bound)
    return gap is None or gap > more_than


def _for_the_tree(tight: Tightening, best: Best, run: Run) -> bool:
    """Return whether branch and bound is likely to end before CP-SAT does."""
    left = int((tight.relaxation.upper_limits(tight.arrays, best.objective) > 0).sum())
    many = left > MANY_COLUMNS
    return _is_wide(best, run, TREE_FIRST[many])


def _proven(best: Best | None, run: Run) -> Status:
    proven = best is not None and run.bound is not None and run.bound <= best.objective
    return Status.OPTIMAL if proven else Status.FEASIBLE


def _decided(status: Status) -> bool:
    return status in {Status.OPTIMAL, Status.INFEASIBLE}


def _turn_of_tree(
    tree: Planted, best: Best | None, run: Run, work: float, *, whole: bool
) -> Generator[Step, None, tuple[Best | None, bool]]:
    """Yield what branch and bound finds; return the best solution, and whether the model is decided."""
    known = None if best is None else best.objective
    for solution in tree.grow(run, known, work):
        best = Best(solution.values, solution.objective)
        if whole:
            run.told(best.objective)
        yield Step((best.values,), Status.FEASIBLE)
    left = tree.bound
    if left is None and best is None:
        yield Step((), Status.INFEASIBLE)
        return None, True
    reached = [] if best is None else [best.objective]
    run.lower_bound(max([*reached, *([] if left is None else [left])]))
    if best is not None and (left is None or left <= best.objective):
        yield Step((), Status.OPTIMAL)
        return best, True
    return best, False


def _turn_of_cpsat(
    arrays: LinearArrays,
    relaxation: LpRelaxation | None,
    best: Best | None,
    hint: Ints | None,
    run: Run,
    work: float,
    *,
    whole: bool,
) -> tuple[Step, Best | None]:
    """Return what CP-SAT finds, and the best solution if it is better than the one before."""
    upper = arrays.upper
    if relaxation is not None and best is not None:
        # Only better solutions need to be looked for; the best itself stays within reach, so that
        # the search can start from it.
        upper = np.maximum(relaxation.upper_limits(arrays, best.objective), best.values)
    gap = run.limits.gap
    outcome = solve_restricted(
        arrays, upper, hint, run, gap=gap, work=work, whole=whole, proof=True
    )
    if outcome.bound is not None:
        known = max(best.objective if best else outcome.bound, outcome.bound)
        run.lower_bound(
            max(known, outcome.objective or known) if outcome.values is not None else known
        )
    if outcome.status is Status.INFEASIBLE and best is not None:
        # Without columns that only worse solutions use: the best so far is the optimum.
        run.lower_bound(best.objective)
        return Step((), Status.OPTIMAL), best
    # One that is as good as the best is told too: it may split into groups where the best does not.
    if outcome.values is None or outcome.objective is None:
        return Step((), outcome.status), None
    if best is not None and outcome.objective < best.objective:
        return Step((), outcome.status), None
    return Step(outcome.solutions, outcome.status), Best(outcome.values, outcome.objective)


def _planted(
    f: Formulation,
    tight: Tightening,
    run: Run,
    best: int | None,
    learned: Mapping[Key, Learned] = NOTHING_LEARNED,
) -> Planted:
    """Return a tree over the columns that a solution better than `best` could use, tight as the model is."""
    arrays, relaxation = tight.arrays, tight.relaxation
    upper = arrays.upper if best is None else relaxation.upper_limits(arrays, best)
    bound = relaxation.bound if run.bound is None else min(run.bound, relaxation.bound)
    deciding = np.concatenate([f.groups, f.used[f.used >= 0]])
    return Planted(arrays, upper, deciding, sums(f), bound, learned)
