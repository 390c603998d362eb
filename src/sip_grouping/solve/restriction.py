"""CP-SAT on some columns of a model, within what is left of a run.

Comes in: a model, which columns may be used, a `Run`. Goes out: an `Outcome` of all columns.
"""

import numpy as np
from numpy.typing import NDArray

from sip_grouping.solve.cpsat import CpSatSettings, Outcome, limit_or_none, solve_cpsat
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.run import Run

Ints = NDArray[np.int64]

KEPT = 3
"""Solutions of one step that are kept: where the best does not split into groups, another may."""


def solve_restricted(
    arrays: LinearArrays,
    upper: Ints,
    hint: Ints | None,
    run: Run,
    *,
    gap: float,
    work: float,
    whole: bool,
    proof: bool = False,
) -> Outcome:
    """Run CP-SAT on the columns with upper limits above 0; the outcome is one of all columns."""
    restriction = arrays.restricted(upper)
    settings = CpSatSettings(
        work_limit=limit_or_none(min(run.work_left, work)),
        time_limit=limit_or_none(run.seconds_left),
        gap=gap,
        seed=run.limits.seed,
        workers=run.limits.workers,
    )
    outcome = solve_cpsat(
        restriction.arrays,
        settings,
        hint=None if hint is None else hint[restriction.kept],
        bound=run.bound,
        keep=KEPT,
        on_score=run.told if whole else None,
        on_bound=run.told_bound if proof else None,
        stopped=run.stopped,
    )
    run.work += outcome.work
    return Outcome(
        status=outcome.status,
        solutions=tuple(restriction.expanded(values) for values in outcome.solutions),
        objective=outcome.objective,
        bound=outcome.bound,
        work=outcome.work,
    )
