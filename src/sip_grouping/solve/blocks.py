"""A bound from regions: each is solved as whole groups, with prices for what it shares with others.

Comes in: a `Formulation`, its LP relaxation, a `Run`. Goes out: an upper bound of the objective, or None.

The LP opens parts of groups whose members cannot fill them all; a region alone is small enough to be solved
with whole groups. With the LP's duals y as prices of the rows that link regions (who lives between them, or
could meet by video as well), every solution has

    c x <= sum_b max { (c - A'y) x : x in region b, whole } + sum_r max(y_r lower_r, y_r upper_r)

over regions b and linking rows r (Lagrangian relaxation: Geoffrion, Lagrangean relaxation for integer
programming, Math. Program. Study 2, 1974). Prices are rounded to whole thousandths, so that all is exact
in integers; where a region is not solved within its work, what is proven of it counts.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from sip_grouping.grouping import Status
from sip_grouping.problem import Problem
from sip_grouping.problem.regions import regions
from sip_grouping.solve.bound import lp_relaxation
from sip_grouping.solve.cpsat import CpSatSettings, limit_or_none, solve_cpsat
from sip_grouping.solve.formulation import Formulation
from sip_grouping.solve.linear import NO_LIMIT, LinearArrays, activity
from sip_grouping.solve.run import Run

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_PAIRS = 20_000
"""Larger models are left to the LP: their regions are not solved in that work."""

WORK_EACH = 2.0
"""Deterministic work of one region at most."""


def bound_by_regions(f: Formulation, arrays: LinearArrays, duals: Floats, run: Run) -> int | None:
    """Return an upper bound of the objective; None where regions are not apart, or when stopped.

    Parameters
    ----------
    duals
        Shape (rows,): the LP's multipliers. Any give a bound; the LP's give a good one.
    """
    if len(f.placed) > MOST_PAIRS:
        return None
    block = _block_of_column(f, arrays)
    if block is None or int(block.max(initial=0)) == 0:
        return None
    linking = _links(arrays.matrix, block)
    prices = np.where(linking, np.rint(duals), 0.0).astype(np.int64)
    prices[(prices > 0) & (arrays.row_upper >= NO_LIMIT)] = 0
    prices[(prices < 0) & (arrays.row_lower <= -NO_LIMIT)] = 0
    priced = replace(arrays, objective=arrays.objective - arrays.matrix.T @ prices)
    limits = np.where(prices > 0, arrays.row_upper, np.where(prices < 0, arrays.row_lower, 0))
    total = sum(int(p) * int(at) for p, at in zip(prices, limits, strict=True) if p)
    for number in range(int(block.max()) + 1):
        best = None if run.stopped() else _best_of(priced, block == number, run)
        if best is None:
            return None
        total += best
    return total


def _best_of(priced: LinearArrays, inside: NDArray[np.bool_], run: Run) -> int | None:
    """Return an upper bound of what the columns of one region are worth, in whole groups."""
    columns, others = np.flatnonzero(inside), np.flatnonzero(~inside)
    part = csr_matrix(priced.matrix[:, columns])
    rows = np.flatnonzero(np.diff(part.indptr) > 0)
    # What the other columns of a row take at least, and at most, leaves so much for these.
    rest = priced.matrix[rows][:, others]
    least, most = activity(rest, priced.lower[others], priced.upper[others])
    row_lower, row_upper = priced.row_lower[rows], priced.row_upper[rows]
    own = LinearArrays(
        matrix=csr_matrix(part[rows]),
        lower=priced.lower[columns],
        upper=priced.upper[columns],
        objective=priced.objective[columns],
        row_lower=np.where(row_lower <= -NO_LIMIT, row_lower, row_lower - most),
        row_upper=np.where(row_upper >= NO_LIMIT, row_upper, row_upper - least),
    )
    relaxation = lp_relaxation(own, time_limit=limit_or_none(run.seconds_left))
    if relaxation is None:
        return None
    settings = CpSatSettings(
        work_limit=min(WORK_EACH, run.work_left),
        time_limit=limit_or_none(run.seconds_left),
        seed=run.limits.seed,
    )
    outcome = solve_cpsat(own, settings, bound=relaxation.bound, stopped=run.stopped)
    run.work += outcome.work
    if outcome.status is Status.INFEASIBLE:
        return None
    return relaxation.bound if outcome.bound is None else min(outcome.bound, relaxation.bound)


def _block_of_column(f: Formulation, arrays: LinearArrays) -> Ints | None:
    """Return the block of each column, from 0; None where columns belong to no cell."""
    cells = _block_of_cell(f.problem)
    block = np.full(arrays.columns, -1, dtype=np.int64)
    block[f.groups] = cells
    of_pair = cells[f.problem.pair_cell]
    block[f.placed] = of_pair
    present = f.present >= 0
    block[f.present[present]] = of_pair[present]
    if f.holders is not None:
        block[f.holders.column] = cells[f.holders.cell]
    for one in f.again:
        block[one.steps] = block[one.shared] = cells[one.cell]
    return None if (block < 0).any() else block


def _block_of_cell(problem: Problem) -> Ints:
    """Return the block of each cell: a region and language."""
    languages: dict[str, int] = {}
    of_cell = [languages.setdefault(cell.language, len(languages)) for cell in problem.cells]
    keys = np.stack([regions(problem), np.array(of_cell, dtype=np.int64)])
    _, block = np.unique(keys, axis=1, return_inverse=True)
    found: Ints = block.ravel().astype(np.int64)
    return found


def _links(matrix: csr_matrix, block: Ints) -> NDArray[np.bool_]:
    """Return which rows have columns of several blocks, shape (rows,)."""
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    first = np.full(matrix.shape[0], np.iinfo(np.int64).max)
    last = np.full(matrix.shape[0], -1)
    np.minimum.at(first, row, block[matrix.indices])
    np.maximum.at(last, row, block[matrix.indices])
    found: NDArray[np.bool_] = last > first
    return found
