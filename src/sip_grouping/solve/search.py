"""The search: from a formulation to better and better solutions of it, and a proof.

Comes in: a `Formulation` and a `Run`. Goes out: one `Step` after another, each with the solutions it
found; bounds go to the run. The steps, each skipped where it does not pay:

1. the LP relaxation gives a bound, and says which columns a good solution uses;
2. a dive on the groups makes a whole solution from the LP alone;
3. CP-SAT on the columns that cost little finds better ones (restriction);
4. reduced costs exclude what cannot improve on the best (fixing), and CP-SAT proves the rest.
"""

import logging
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sip_grouping.grouping import Status
from sip_grouping.solve.bound import LpRelaxation, proved_infeasible
from sip_grouping.solve.cpsat import Outcome, limit_or_none
from sip_grouping.solve.cut_lp import cut_lp
from sip_grouping.solve.dive import dive
from sip_grouping.solve.formulation import Formulation
from sip_grouping.solve.likely import (
    AROUND,
    QUICK,
    STEPS,
    TINY,
    keep_present,
    solve_likely,
    work_for,
)
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.proof import Best, Step, near_enough, prove
from sip_grouping.solve.relaxed import LARGE_PAIRS, Relaxed, relax
from sip_grouping.solve.restriction import solve_restricted
from sip_grouping.solve.run import Run

_logger = logging.getLogger(__name__)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

RESTRICT_ABOVE_PAIRS = 2_000
"""Smaller models are proven at once; above, a dive and restrictions first find good solutions."""

NEAR_THE_START = 1e-4
"""A start that is short of the bound by no more than this part of it is near enough to prove at once."""

ENOUGH = 3
"""The restrictions end once bound - value is at most this many times the step's loss."""

FAR_OFF = 0.02
"""Where the dive's solution is further below the bound than this part of it, the LP says too little of
what is good for a restriction to what it uses."""

NEAR_THE_LP = 1e-3
"""Where the dive's solution is further below the bound than this part of it, it dives on to whole groups."""

FEW = 40
"""Below that, so few cells with a fraction are left to the integer solver, which does them better."""

HURRY = 10.0
"""With fewer seconds left there are groups before the LP is made tighter."""

COMPLETION_GAP = 1e-4
"""Relative gap to which the members are placed after a dive; restrictions go on from there."""


def search(
    f: Formulation,
    run: Run,
    start: Ints | None,
    *,
    whole: bool,
    relaxed: Relaxed | None = None,
) -> Iterator[Step]:
    """Yield the steps of the search.

    Parameters
    ----------
    start
        Values near a solution, shape (columns,); None: none is known.
    whole
        Whether every solution of the model splits into groups, so that its value can be told at once.
    relaxed
        The LP relaxation of the model, where it is known.
    """
    arrays = f.model.arrays()
    best: Best | None = None
    if start is not None and arrays.admits(start):
        # What was there before is kept where nothing is better.
        best = Best(start, int(arrays.objective @ start))
        yield Step((start,), Status.FEASIBLE)
    if arrays.objective.any():
        run.phase("bound")
        relaxed = relaxed or relax(f, arrays, run)
        if relaxed is None and not _is_large(f) and _asks_too_much(arrays, run):
            yield Step((), Status.INFEASIBLE)
            return
        if relaxed is not None:
            run.lower_bound(relaxed.relaxation.bound)
            if not run.stopped() and _groups_before_cuts(f, run):
                run.phase("search")
                few = 0 if _is_large(f) else FEW
                for outcome in _from_dive(f, arrays, relaxed, run, few, whole=whole):
                    best = _improved(best, outcome) or best
                    yield Step(outcome.solutions, Status.FEASIBLE)
                if near_enough(best, run):
                    return
                run.phase("bound")
            if not run.stopped() and not f.problem.weekly and not f.problem.mixes_distant:
                cut = cut_lp(arrays, relaxed, run)
                arrays, relaxed = cut.arrays, cut.relaxed
                if near_enough(best, run):
                    return
            if not run.stopped():
                if len(f.placed) > RESTRICT_ABOVE_PAIRS:
                    run.phase("search")
                    outcomes = _good_solutions(f, arrays, relaxed, run, start, best, whole=whole)
                else:
                    outcomes = _around(f, arrays, relaxed, run, start, best, whole=whole)
                for outcome in outcomes:
                    better = _improved(best, outcome)
                    if better is not None:
                        best = better
                        yield Step(outcome.solutions, Status.FEASIBLE)
                    if run.stopped() or near_enough(best, run):
                        return
            if run.stopped() or near_enough(best, run):
                return
    elif best is None and _asks_too_much(arrays, run):
        yield Step((), Status.INFEASIBLE)
        return
    if run.stopped():
        return
    run.phase("proof")
    hint = start if best is None else best.values
    relaxation = None if relaxed is None else relaxed.relaxation
    improved = len(f.placed) > RESTRICT_ABOVE_PAIRS
    yield from prove(f, arrays, relaxation, best, hint, run, whole=whole, improved=improved)


def _asks_too_much(arrays: LinearArrays, run: Run) -> bool:
    """Return whether counting shows that there is no solution, for which CP-SAT may take far longer."""
    if run.stopped():
        return False
    return proved_infeasible(arrays, time_limit=limit_or_none(run.seconds_left))


def _around(
    f: Formulation,
    arrays: LinearArrays,
    relaxed: Relaxed,
    run: Run,
    start: Ints | None,
    best: Best | None,
    *,
    whole: bool,
) -> Iterator[Outcome]:
    """Yield the outcome of a small model on what the LP uses and on the cells of the start, if it pays.

    Groups of an edition like this one are mostly near the best: with those of their cells filled anew,
    fixing excludes most of what the proof would have to look at.
    """
    if start is None:
        return
    relaxation = relaxed.relaxation
    short = None if best is None else relaxation.bound - best.objective
    if short is None or short > NEAR_THE_START * abs(relaxation.bound):
        run.phase("search")
        yield solve_likely(f, arrays, relaxation, start, start, run, AROUND, whole=whole)


def _good_solutions(
    f: Formulation,
    arrays: LinearArrays,
    relaxed: Relaxed,
    run: Run,
    start: Ints | None,
    best: Best | None,
    *,
    whole: bool,
) -> Iterator[Outcome]:
    """Yield the outcome of the dive, of restrictions to what the LP likes, and of branch and cut on them."""
    relaxation = relaxed.relaxation
    large = _is_large(f)
    cuts = not f.problem.weekly
    if not large:
        for few in (FEW, 0):
            for outcome in _from_dive(f, arrays, relaxed, run, few, whole=whole):
                yield outcome
                best = _improved(best, outcome) or best
            near = best is not None and best.objective >= (1 - NEAR_THE_LP) * relaxation.bound
            if near or not cuts or f.problem.mixes_distant or run.stopped():
                break
        if best is not None:
            short = relaxation.bound - best.objective
            enough = STEPS[0].loss if cuts else ENOUGH * STEPS[-1].loss
            if short <= enough or short > FAR_OFF * abs(relaxation.bound):
                return
    # CP-SAT finds its own way faster than from the dive's solution; branch and cut goes on from it.
    hint = best.values if cuts and best is not None else start
    steps = STEPS if not cuts else (QUICK, *STEPS) if large else STEPS[:1]
    for step in steps:
        outcome = solve_likely(
            f, arrays, relaxation, start, hint, run, step, whole=whole, by_cuts=cuts
        )
        yield outcome
        better = _improved(best, outcome)
        if better is not None:
            best, hint = better, better.values
        if outcome.objective is not None and (
            relaxation.bound - outcome.objective <= ENOUGH * step.loss
        ):
            return


def _from_dive(
    f: Formulation, arrays: LinearArrays, relaxed: Relaxed, run: Run, few: int, *, whole: bool
) -> Iterator[Outcome]:
    """Yield the outcome of a dive in the LP until few cells have a fraction, if it has one."""
    dived = _dived(f, relaxed, run, few)
    if dived is None:
        return
    for freed in ("fractions", "their cells", "all") if _is_large(f) else ("all",):
        outcome = _completed(f, arrays, relaxed.relaxation, dived, run, freed, whole=whole)
        if outcome.objective is not None:
            yield outcome
            return


def _dived(f: Formulation, relaxed: Relaxed, run: Run, few: int) -> Floats | None:
    """Return LP values with whole groups but for a few; None where the dive does not get there."""
    values = relaxed.relaxation.values
    groups = values[f.groups]
    if few and int((np.abs(groups - np.rint(groups)) > TINY).sum()) <= few:
        return values
    if relaxed.lp is None:
        return None
    members = f.placed if _is_large(f) else None
    return dive(f.groups, relaxed.lp, run, values, few=few, members=members)


def _completed(
    f: Formulation,
    arrays: LinearArrays,
    relaxation: LpRelaxation,
    dived: Floats,
    run: Run,
    freed: str,
    *,
    whole: bool,
) -> Outcome:
    """Return the best placement of members with the groups of the dive opened.

    `freed`: which placements may differ from the dive's: those of members with "fractions", of all who
    could be in "their cells", or "all".
    """
    rounded = np.rint(dived).astype(np.int64)
    least = np.floor(dived[f.groups] + TINY).astype(np.int64)
    most = np.ceil(dived[f.groups] - TINY).astype(np.int64)
    kept = (relaxation.losses <= STEPS[0].loss * relaxation.scale) | (dived > TINY)
    kept[f.placed] &= most[f.problem.pair_cell] > 0
    keep_present(f, kept)
    upper = np.where(kept, arrays.upper, 0)
    upper[f.groups] = most
    lower = arrays.lower.copy()
    lower[f.groups] = least
    if freed != "all":
        placed = dived[f.placed]
        torn = np.abs(placed - np.rint(placed)) > TINY
        owner, cell = f.problem.pair_class, f.problem.pair_cell
        free = np.isin(owner, owner[torn])
        if freed == "their cells":
            free = np.isin(owner, owner[np.isin(cell, cell[torn])])
        settled = f.placed[~free]
        lower[settled] = upper[settled] = rounded[settled]
    fixed = LinearArrays(
        arrays.matrix, lower, arrays.upper, arrays.objective, arrays.row_lower, arrays.row_upper
    )
    return solve_restricted(
        fixed, upper, rounded, run, gap=COMPLETION_GAP, work=work_for(upper), whole=whole
    )


def _groups_before_cuts(f: Formulation, run: Run) -> bool:
    """Return whether groups come first: where they take long, or little time is left for them."""
    return _is_large(f) or (len(f.placed) > RESTRICT_ABOVE_PAIRS and run.seconds_left < HURRY)


def _is_large(f: Formulation) -> bool:
    return len(f.placed) >= LARGE_PAIRS


def _improved(best: Best | None, outcome: Outcome) -> Best | None:
    """Return the outcome's solution where it is better than the best so far."""
    if outcome.values is None or outcome.objective is None:
        return None
    if best is not None and outcome.objective <= best.objective:
        return None
    return Best(outcome.values, outcome.objective)
