"""A bound from blocks, such as regions: each is solved as whole groups, with prices for what it shares.

Comes in: a model, the block of each column, the LP's duals, a `Run`. Goes out: a bound of the objective.

The LP opens parts of groups whose members cannot fill them all; a region alone is small enough to be solved
with whole groups. With the LP's duals y as prices of the rows that link regions (who lives between them, or
could meet by video as well), every solution has

    c x <= sum_b max { (c - A'y) x : x in region b, whole } + sum_r max(y_r lower_r, y_r upper_r)

over regions b and linking rows r (Lagrangian relaxation: Geoffrion, Lagrangean relaxation for integer
programming, Math. Program. Study 2, 1974). Prices are rounded to whole thousandths, so that all is exact
in integers; where a region is not solved within its work, what is proven of it counts.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from sip_grouping.grouping import Status
from sip_grouping.problem import Problem
from sip_grouping.problem.regions import regions
from sip_grouping.solve.bound import lp_relaxation, that_prove
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

TOGETHER = 0.6
"""Regions are put together into blocks of at most this part of all columns."""


@dataclass(frozen=True)
class BlockBound:
    """What a block, or blocks solved by themselves, proves.

    Attributes
    ----------
    bound
        No solution has a larger objective.
    solved
        Whether every block was solved within its work.
    """

    bound: int
    solved: bool


def bound_by_blocks(
    arrays: LinearArrays, block: Ints, duals: Floats, run: Run, work_each: float = WORK_EACH
) -> BlockBound | None:
    """Return an upper bound of the objective; None where there is one block alone, or when stopped.

    Parameters
    ----------
    block
        The block of each column, from 0, shape (columns,).
    duals
        Shape (rows,): the LP's multipliers. Any give a bound; the LP's give a good one.
    """
    count = int(block.max(initial=0)) + 1
    if count == 1:
        return None
    linking = links(arrays.matrix, block)
    prices = np.where(linking, np.rint(duals), 0.0).astype(np.int64)
    priced, total = priced_apart(arrays, prices)
    solved = True
    for number in range(count):
        inside = block == number
        best = None if run.stopped() else _best_of(priced, inside, run, work_each)
        if best is None:
            return None
        total += best.bound
        solved &= best.solved
    return BlockBound(total, solved)


def priced_apart(arrays: LinearArrays, prices: Ints) -> tuple[LinearArrays, int]:
    """Return the model with what is left of the objective at prices of rows, and what the prices are worth.

    Every solution has at most the two together. A price on the side of an open limit counts as none.

    Parameters
    ----------
    prices
        Shape (rows,): thousandths.
    """
    prices = that_prove(prices, arrays.row_lower, arrays.row_upper)
    priced = replace(arrays, objective=arrays.objective - arrays.matrix.T @ prices)
    limits = np.where(prices > 0, arrays.row_upper, np.where(prices < 0, arrays.row_lower, 0))
    return priced, sum(int(p) * int(at) for p, at in zip(prices, limits, strict=True) if p)


def part_of(arrays: LinearArrays, inside: NDArray[np.bool_]) -> LinearArrays:
    """Return the model of some columns, with what the others leave of the rows that they share."""
    columns, others = np.flatnonzero(inside), np.flatnonzero(~inside)
    part = csr_matrix(arrays.matrix[:, columns])
    rows = np.flatnonzero(np.diff(part.indptr) > 0)
    # What the other columns of a row take at least, and at most, leaves so much for these.
    rest = arrays.matrix[rows][:, others]
    least, most = activity(rest, arrays.lower[others], arrays.upper[others])
    row_lower, row_upper = arrays.row_lower[rows], arrays.row_upper[rows]
    return LinearArrays(
        matrix=csr_matrix(part[rows]),
        lower=arrays.lower[columns],
        upper=arrays.upper[columns],
        objective=arrays.objective[columns],
        row_lower=np.where(row_lower <= -NO_LIMIT, row_lower, row_lower - most),
        row_upper=np.where(row_upper >= NO_LIMIT, row_upper, row_upper - least),
    )


def _best_of(
    priced: LinearArrays, inside: NDArray[np.bool_], run: Run, work_each: float
) -> BlockBound | None:
    """Return an upper bound of what the columns of one block are worth, in whole groups."""
    own = part_of(priced, inside)
    # Rows that link may say nothing of one block alone.
    own = own.restricted(own.upper).arrays
    if not own.columns:
        return BlockBound(0, solved=True)
    relaxation = lp_relaxation(own, time_limit=limit_or_none(run.seconds_left))
    if relaxation is None:
        return None
    settings = CpSatSettings(
        work_limit=min(work_each, run.work_left),
        time_limit=limit_or_none(run.seconds_left),
        seed=run.limits.seed,
    )
    outcome = solve_cpsat(own, settings, bound=relaxation.bound, stopped=run.stopped)
    run.work += outcome.work
    if outcome.status is Status.INFEASIBLE:
        return None
    bound = relaxation.bound if outcome.bound is None else min(outcome.bound, relaxation.bound)
    return BlockBound(bound, solved=outcome.status is Status.OPTIMAL)


def regions_of_columns(f: Formulation, arrays: LinearArrays) -> Ints | None:
    """Return the region and language of each column, numbered from 0; None where there are none to solve."""
    return None if len(f.placed) > MOST_PAIRS else _block_of_column(f, arrays)


def together(arrays: LinearArrays, block: Ints, values: Floats) -> Ints:
    """Return blocks put together: small ones with the block that they share most members of the LP with.

    Two regions share a row as far as the LP gives both a part of it. No block gets larger than `TOGETHER`.
    """
    count = int(block.max(initial=0)) + 1
    size = np.bincount(block, minlength=count).astype(np.int64)
    largest = TOGETHER * len(block)
    matrix = arrays.matrix[np.flatnonzero(links(arrays.matrix, block))]
    of_block = csr_matrix(
        (np.ones(len(block)), (np.arange(len(block)), block)), shape=(len(block), count)
    )
    parts = (csr_matrix(abs(matrix).multiply(values[None, :])) @ of_block).toarray()
    shared = np.zeros((count, count))
    for one in range(count):
        shared[one] = np.minimum(parts, parts[:, [one]]).sum(axis=0)
    np.fill_diagonal(shared, 0.0)
    into = np.arange(count)
    for one in np.argsort(size, kind="stable").tolist():
        mine = into == one
        fits = np.array([into[k] == k and k != one for k in range(count)])
        fits &= size + size[one] <= largest
        if not fits.any():
            continue
        other = int(np.where(fits, shared[one], -1.0).argmax())
        into[mine] = other
        size[other] += size[one]
        shared[:, other] += shared[:, one]
        shared[other] += shared[one]
        shared[other, other] = 0.0
    found: Ints = np.unique(into[block], return_inverse=True)[1].astype(np.int64)
    return found


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
    for place, column in enumerate(f.used.tolist()):
        if column >= 0:
            block[column] = cells[[one.place for one in f.problem.cells].index(place)]
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


def links(matrix: csr_matrix, block: Ints) -> NDArray[np.bool_]:
    """Return which rows have columns of several blocks, shape (rows,)."""
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    first = np.full(matrix.shape[0], np.iinfo(np.int64).max)
    last = np.full(matrix.shape[0], -1)
    np.minimum.at(first, row, block[matrix.indices])
    np.maximum.at(last, row, block[matrix.indices])
    found: NDArray[np.bool_] = last > first
    return found
