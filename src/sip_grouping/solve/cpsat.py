"""CP-SAT on a linear model: one solve, with a hint, limits, and a way to stop it.

Comes in: `LinearArrays`, a `Hint`, a `Budget`. Goes out: `Outcome`: exactly what CP-SAT knows. With
one worker and deterministic limits a solve repeats.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from sip_grouping.grouping import Status
from sip_grouping.solve.linear import NO_LIMIT, LinearArrays

_logger = logging.getLogger(__name__)

Ints = NDArray[np.int64]

INT32_MAX = 2**31 - 1

SUBSOLVERS = ("max_lp", "default_lp", "reduced_costs", "pseudo_costs", "quick_restart", "no_lp")
"""Who works with several workers, those with strong linearisation first: CP-SAT's own choice for two
workers leaves the linear relaxation out and ends with a wide gap."""


@dataclass(frozen=True)
class Outcome:
    """What CP-SAT knows after one solve.

    `solutions` holds values of shape (columns,), the best first, as many as were to be kept.
    `objective`, of the best, is None without a solution, `bound` where nothing is known. `work` is
    deterministic time.
    """

    status: Status
    solutions: tuple[Ints, ...]
    objective: int | None
    bound: int | None
    work: float

    @property
    def values(self) -> Ints | None:
        """The best solution, None without one."""
        return self.solutions[0] if self.solutions else None


@dataclass(frozen=True)
class CpSatSettings:
    """Settings of one solve. `gap` is relative; limits None: none; `cuts`: whether its LP is cut."""

    work_limit: float | None = None
    time_limit: float | None = None
    gap: float = 0.0
    seed: int = 0
    workers: int = 1
    linearization_level: int = 2
    cuts: bool = True


def limit_or_none(limit: float) -> float | None:
    """Return a limit as the settings take it: None where it is infinite."""
    return None if limit == inf else limit


def solve_cpsat(
    arrays: LinearArrays,
    settings: CpSatSettings,
    *,
    hint: Ints | None = None,
    bound: int | None = None,
    keep: int = 1,
    on_score: Callable[[int], None] | None = None,
    on_bound: Callable[[int], None] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Outcome:
    """Solve a linear model.

    Parameters
    ----------
    hint
        Shape (columns,): values to start from; complete or near to a solution.
    bound
        A proven upper bound of the objective, told to CP-SAT.
    keep
        How many solutions the outcome holds at most; the last are the best.
    on_score, on_bound
        Called with the objective of a better solution, and with a better bound, in the solver's
        thread.
    stopped
        Asked now and then in the caller's thread; once it says yes the search stops and keeps its best.

    Returns
    -------
    Outcome
        `bound` is at most the given one.
    """
    model = _build(arrays, hint, bound)
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.num_workers = settings.workers
    parameters.random_seed = settings.seed % INT32_MAX
    parameters.linearization_level = settings.linearization_level
    if not settings.cuts:
        parameters.cut_level = 0
    if settings.workers > 1:
        parameters.subsolvers.extend(SUBSOLVERS)
    parameters.relative_gap_limit = settings.gap
    parameters.catch_sigint_signal = False
    if settings.work_limit is not None:
        parameters.max_deterministic_time = max(settings.work_limit, 0.0)
    if settings.time_limit is not None:
        parameters.max_time_in_seconds = max(settings.time_limit, 0.0)
    callback = _Solutions(keep, on_score) if keep > 1 or on_score else None
    bounds = [] if bound is None else [bound]

    def better_bound(value: float) -> None:
        bounds.append(_floor(value))
        if on_bound:
            on_bound(bounds[-1])

    solver.best_bound_callback = better_bound
    status = _solve_stoppably(solver, model, callback, stopped)
    others = () if callback is None else tuple(callback.kept)
    return _outcome(status, solver, min(bounds, default=None), others)


class _Solutions(cp_model.CpSolverSolutionCallback):
    """Keeps the last solutions, best last; CP-SAT tells of better and better ones."""

    def __init__(self, keep: int, on_score: Callable[[int], None] | None) -> None:
        super().__init__()
        self.kept: deque[Ints] = deque(maxlen=keep)
        self._on_score = on_score

    def on_solution_callback(self) -> None:
        self.kept.append(np.array(self.response_proto.solution, dtype=np.int64))
        if self._on_score is not None:
            self._on_score(round(self.objective_value))


def _solve_stoppably(
    solver: cp_model.CpSolver,
    model: cp_model.CpModel,
    callback: _Solutions | None,
    stopped: Callable[[], bool],
) -> cp_model.CpSolverStatus:
    """Solve in a thread, so that the caller's thread can heed signals and stop the search."""
    verdicts: list[cp_model.CpSolverStatus] = []
    failures: list[BaseException] = []
    # An event and not Thread.join: a join that Ctrl-C interrupts may take the thread for dead.
    ended = threading.Event()

    def run() -> None:
        try:
            verdicts.append(solver.solve(model, callback))
        except BaseException as failure:  # noqa: BLE001 (raised again in the caller's thread)
            failures.append(failure)
        finally:
            ended.set()

    thread = threading.Thread(target=run, name="cp-sat", daemon=True)
    thread.start()
    while not ended.wait(_POLL_SECONDS):
        if stopped():
            # Asked again until it ends: a request made before the search has begun is not seen.
            solver.stop_search()
    if failures:
        raise failures[0]
    return verdicts[0]


_POLL_SECONDS = 0.05


def _build(arrays: LinearArrays, hint: Ints | None, bound: int | None) -> cp_model.CpModel:
    model = cp_model.CpModel()
    lower, upper = arrays.lower.tolist(), arrays.upper.tolist()
    variables = [
        model.new_bool_var("") if (low, high) == (0, 1) else model.new_int_var(low, high, "")
        for low, high in zip(lower, upper, strict=True)
    ]
    matrix = arrays.matrix
    starts, columns, data = matrix.indptr.tolist(), matrix.indices.tolist(), matrix.data.tolist()
    row_lower, row_upper = arrays.row_lower.tolist(), arrays.row_upper.tolist()
    for row in range(matrix.shape[0]):
        begin, end = starts[row], starts[row + 1]
        terms = columns[begin:end]
        expression = cp_model.LinearExpr.weighted_sum(
            [variables[column] for column in terms], data[begin:end]
        )
        low, high = row_lower[row], row_upper[row]
        if low <= -NO_LIMIT:
            model.add(expression <= high)
        elif high >= NO_LIMIT:
            model.add(expression >= low)
        else:
            model.add_linear_constraint(expression, low, high)
    priced = np.flatnonzero(arrays.objective).tolist()
    objective = cp_model.LinearExpr.weighted_sum(
        [variables[column] for column in priced], arrays.objective[priced].tolist()
    )
    if bound is not None and priced:
        model.add(objective <= bound)
    model.maximize(objective)
    if hint is not None:
        for variable, value in zip(variables, hint.tolist(), strict=True):
            model.add_hint(variable, value)
    return model


_STATUS = {
    cp_model.OPTIMAL: Status.OPTIMAL,
    cp_model.FEASIBLE: Status.FEASIBLE,
    cp_model.INFEASIBLE: Status.INFEASIBLE,
    cp_model.UNKNOWN: Status.UNKNOWN,
}


def _outcome(
    status: cp_model.CpSolverStatus,
    solver: cp_model.CpSolver,
    bound: int | None,
    others: tuple[Ints, ...],
) -> Outcome:
    if status not in _STATUS:
        raise RuntimeError(f"CP-SAT refuses the model: {solver.status_name(status)}")
    found = status in {cp_model.OPTIMAL, cp_model.FEASIBLE}
    # Values, objective and bound are numbers in every case, but mean nothing without a solution.
    response = solver.response_proto
    values = np.array(response.solution, dtype=np.int64)
    different = [one for one in reversed(others) if not np.array_equal(one, values)]
    objective = round(response.objective_value) if found else None
    proven = bound
    if found:
        # Without a solution the response's bound may be 0 where nothing was proven.
        own = _floor(response.best_objective_bound)
        proven = own if bound is None else min(own, bound)
    verdict = _STATUS[status]
    if status == cp_model.OPTIMAL and proven != objective:
        # OPTIMAL within the gap that was asked for is not a proof of equality.
        verdict = Status.FEASIBLE
    return Outcome(
        status=verdict,
        solutions=(values, *different) if found else (),
        objective=objective,
        bound=None if status == cp_model.INFEASIBLE else proven,
        work=response.deterministic_time,
    )


def _floor(value: float) -> int:
    return int(np.floor(value + 1e-6))
