"""Narrowing: cells are taken apart where the LP relaxation would mix members who may not share a group.

Comes in: a `Problem`, an objective, a `Run`. Goes out: a `Model`: a formulation of the same groups over
narrower cells, with its LP relaxation. Only cells that the LP uses are taken apart, and only around
those whom it places there, so that the model grows with what matters and not with what could be.
"""

import logging
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sip_grouping.objective import Objective
from sip_grouping.problem import Problem
from sip_grouping.problem.narrow import narrowed
from sip_grouping.solve.bound import safe_relaxation
from sip_grouping.solve.formulate import formulate
from sip_grouping.solve.formulation import Floor, Formulation
from sip_grouping.solve.relaxed import Relaxed, relax
from sip_grouping.solve.run import Run

_logger = logging.getLogger(__name__)

Floats = NDArray[np.float64]

OPENED = 1e-6
"""A cell of which the LP opens less than this is not used."""

COUNTS = 0.05
"""Members count in a cell if the LP places at least this part of them, per group that it opens."""


LEAST_GAIN = 1e-5
"""A round that lowers the bound by no more than this part of it was not worth the larger model."""


@dataclass(frozen=True)
class Model:
    """A formulation, and its LP relaxation where it was solved."""

    f: Formulation
    relaxed: Relaxed | None


def narrow(problem: Problem, objective: Objective, floors: tuple[Floor, ...], run: Run) -> Model:
    """Formulate a problem; take cells apart until those whom the LP places in one may share a group.

    It ends sooner where the bound gains no more. Every relaxation on the way bounds the problem; the
    bounds are left with the run.
    """
    f = formulate(problem, objective, floors)
    if not problem.bound_pairs.any() or not (objective.pair.any() or objective.cell.any()):
        return Model(f, None)
    run.phase("bound")
    best = Model(f, relax(f, f.model.arrays(), run))
    while best.relaxed is not None and not run.stopped():
        bound = best.relaxed.relaxation.bound
        run.lower_bound(bound)
        finer = narrowed(best.f.problem, placed_in_cells(best.f, best.relaxed.relaxation.values))
        if finer is None:
            break
        problem = finer.problem
        _logger.info("bound %d, cells taken apart: %d", bound, len(problem.cells))
        floors = tuple(one.over(problem) for one in floors)
        f = formulate(problem, objective.over(problem), floors)
        relaxed = relax(f, f.model.arrays(), run)
        if relaxed is None:
            break
        run.lower_bound(relaxed.relaxation.bound)
        if bound - relaxed.relaxation.bound <= LEAST_GAIN * abs(bound):
            break
        best = Model(f, relaxed)
    return best


def bounded(problem: Problem, objective: Objective, run: Run) -> Model | None:
    """Return the model that bounds a problem, with its LP relaxation; None where the LP has no end.

    So it is when the run is stopped, when the LP has no solution, or when its sums are beyond 64 bits.
    """
    model = narrow(problem, objective, (), run)
    if run.stopped() or model.relaxed is not None:
        return None if run.stopped() else model
    run.phase("bound")
    arrays = model.f.model.arrays()
    if arrays.columns:
        relaxed = relax(model.f, arrays, run)
        return None if relaxed is None else Model(model.f, relaxed)
    # No group can exist, and the engine takes no model without columns.
    found = safe_relaxation(arrays, np.zeros(arrays.matrix.shape[0]), np.zeros(0))
    return None if found is None else Model(model.f, Relaxed(found, None))


def placed_in_cells(f: Formulation, values: Floats) -> dict[int, Floats]:
    """Return by cell in use how many copies of each of its pairs a solution places there."""
    problem = f.problem
    groups, placed = values[f.groups], values[f.placed]
    counts = placed > COUNTS * np.minimum(groups, 1.0)[problem.pair_cell] * problem.pair_max
    start = problem.cell_start
    placed = np.where(counts, placed, 0.0)
    return {
        cell: placed[start[cell] : start[cell + 1]]
        for cell in np.flatnonzero(groups > OPENED).tolist()
    }
