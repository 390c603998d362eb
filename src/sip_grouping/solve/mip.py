"""HiGHS's branch and cut on some columns of a model, for good solutions.

Comes in: a model, which columns may be used, a `Run`. Goes out: an `Outcome` of all columns. It computes in
floating point, so nothing that it proves is taken: its solutions are rounded and held against the model in
integers, and bounds are proven elsewhere. Its heuristics at the root find in seconds what CP-SAT does not on
models of tens of thousands of columns whose LP is tight.
"""

import logging
import threading
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from sip_grouping.grouping import Status
from sip_grouping.solve.bound import WORK_PER_STEP, as_highs, dual_simplex
from sip_grouping.solve.cpsat import INT32_MAX, Outcome
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.run import Run

_logger = logging.getLogger(__name__)

Ints = NDArray[np.int64]

_POLL_SECONDS = 0.05
_NOTHING = Outcome(Status.UNKNOWN, (), None, None, 0.0)


def solve_mip(
    arrays: LinearArrays, upper: Ints, hint: Ints | None, run: Run, *, gap: float, nodes: int
) -> Outcome:
    """Search on the columns with upper limits above 0 until a relative gap, in floating point, is reached.

    Parameters
    ----------
    hint
        A solution to start from, shape (columns,).
    nodes
        So many nodes at most: unlike a limit of time it ends at the same one each time.

    Returns
    -------
    Outcome
        Feasible with a solution and unknown without one; never a bound.
    """
    restriction = arrays.restricted(upper)
    model = restriction.arrays
    if not model.columns:
        return _NOTHING
    highs = dual_simplex()
    highs.HandleUserInterrupt = True
    highs.setOptionValue("mip_rel_gap", gap)
    highs.setOptionValue("random_seed", run.limits.seed % INT32_MAX)
    highs.setOptionValue("mip_max_nodes", nodes)
    lp = as_highs(model)
    lp.integrality_ = [highspy.HighsVarType.kInteger] * model.columns
    highs.passModel(lp)
    if hint is not None:
        start = highspy.HighsSolution()
        start.col_value = hint[restriction.kept].astype(np.float64).tolist()
        highs.setSolution(start)
    solve_stoppably(highs, run)
    info = highs.getInfo()
    work = max(info.simplex_iteration_count, 1) * model.matrix.nnz * WORK_PER_STEP
    run.work += work
    _logger.info(
        "branch and cut, %d columns, %d nodes: %s",
        model.columns,
        info.mip_node_count,
        highs.modelStatusToString(highs.getModelStatus()),
    )
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return _NOTHING
    values = np.rint(np.array(highs.getSolution().col_value)).astype(np.int64)
    if not model.admits(values):
        return _NOTHING
    objective = int(model.objective @ values)
    return Outcome(Status.FEASIBLE, (restriction.expanded(values),), objective, None, work)


def solve_stoppably(highs: Any, run: Run) -> None:
    """Run the engine in a thread, so that an interruption and the clock are heeded."""
    ended = threading.Event()

    def work() -> None:
        try:
            highs.run()
        finally:
            ended.set()

    thread = threading.Thread(target=work, name="highs", daemon=True)
    thread.start()
    while not ended.wait(_POLL_SECONDS):
        if run.stopped():
            highs.cancelSolve()
    thread.join()
