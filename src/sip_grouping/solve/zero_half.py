"""Zero-half cuts: sums of rows, halved and rounded down, that a solution of the LP breaks.

Comes in: a linear model's rows as `Below`, limits of its columns, values of its LP. Goes out: rows of
integers that every whole solution keeps and those values do not.

With rows A x <= b in integers, limits of the columns among them, and any set of rows whose sum (v, r) has
even coefficients and an odd limit, every whole x keeps v/2 x <= (r - 1)/2 (Chvatal-Gomory cuts with
multipliers 1/2: Caprara and Fischetti, {0, 1/2}-Chvatal-Gomory cuts, Math. Program. 74, 1996). The LP breaks
it where the slacks of the rows sum to less than 1. Such sets are looked for by elimination modulo 2 over rows
with little slack, a column at a limit counting for nothing (Koster, Zymolka and Kutschka, Algorithms to
separate {0, 1/2}-Chvatal-Gomory cuts, Algorithmica 55, 2009). In which order columns are eliminated decides
which sets are seen: it is drawn. Where a group needs eight members, and those of the LP are halves of groups
that share their members, these cuts say how many there can be.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack

from sip_grouping.solve.linear import NO_LIMIT, LinearArrays

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST_SLACK = 0.9
"""Rows with more slack are left out: with 1 nothing is broken."""

LEAST_BROKEN = 1e-3
"""A cut that the values break by less is of no use."""

LARGEST = 10_000
"""Cuts with larger coefficients are left out: they come from long sums, and say little."""

_AT_A_LIMIT = 1e-6
_NO_SLACK = 1e-7


@dataclass(frozen=True)
class Below:
    """Rows matrix @ x <= limit: all rows of a model, turned to that side. Shapes (rows, columns), (rows,)."""

    matrix: csr_matrix
    limit: Ints


@dataclass(frozen=True)
class Cut:
    """A row coefficients @ x[columns] <= limit, and by how much the values break it, for its length."""

    columns: Ints
    coefficients: Ints
    limit: int
    depth: float


@dataclass(frozen=True)
class Odd:
    """Sums of rows modulo 2, over the columns that are at none of their limits.

    Attributes
    ----------
    odd
        Shape (sums, columns): whether a coefficient is odd.
    limit
        Shape (sums,): the limit, 0 or 1, once columns at a limit are moved to the right.
    slack
        Shape (sums,): of all rows of the sum.
    rows
        Shape (sums,): of `Below`, of which the sums are single ones to begin with.
    away
        Shape (columns,): how far each column is from its nearer limit.
    """

    odd: NDArray[np.uint8]
    limit: NDArray[np.uint8]
    slack: Floats
    rows: Ints
    away: Floats


def rows_below(arrays: LinearArrays) -> Below:
    """Return the rows of a model, those with two limits twice."""
    above = np.flatnonzero(arrays.row_upper < NO_LIMIT)
    below = np.flatnonzero(arrays.row_lower > -NO_LIMIT)
    matrix = csr_matrix(vstack([arrays.matrix[above], -arrays.matrix[below]]))
    return Below(matrix, np.concatenate([arrays.row_upper[above], -arrays.row_lower[below]]))


def zero_half_cuts(
    below: Below, lower: Ints, upper: Ints, values: Floats, random: np.random.Generator
) -> tuple[list[Cut], int]:
    """Return cuts that values break, the deepest first, and how many 64-bit words the elimination took.

    Parameters
    ----------
    lower, upper, values
        Limits of the columns and values of the LP, shape (columns,).
    random
        Draws the order of the elimination.
    """
    sums = _without_single(_odd_rows(below, lower, upper, values))
    if not len(sums.rows):
        return [], 0
    sets, words = _eliminated(sums, random)
    return halved(below, lower, upper, values, [sums.rows[chosen] for chosen in sets]), words


def halved(
    below: Below, lower: Ints, upper: Ints, values: Floats, sets: Sequence[Ints]
) -> list[Cut]:
    """Return half the sum of each set of rows, rounded down, where the values break it; the deepest first.

    An odd coefficient is made even by the nearer limit of its column: x <= upper, or -x <= -lower.
    """
    starts = np.cumsum([0, *(len(rows) for rows in sets)])
    chosen = np.concatenate([np.zeros(0, dtype=np.int64), *sets])
    ones = np.ones(len(chosen), dtype=np.int64)
    picked = csr_matrix((ones, chosen, starts), shape=(len(sets), len(below.limit)))
    total = csr_matrix(picked @ below.matrix)
    total.eliminate_zeros()
    row = np.repeat(np.arange(len(sets)), np.diff(total.indptr))
    column, value = total.indices, total.data
    odd = (value & 1) == 1
    high = odd & ((upper - values) < (values - lower))[column]
    low = odd & ~high
    limit = picked @ below.limit
    np.add.at(limit, row[high], upper[column[high]])
    np.subtract.at(limit, row[low], lower[column[low]])
    half = (value + high - low) // 2
    most = (limit - 1) // 2
    size = len(sets)
    broken = np.bincount(row, half * values[column], minlength=size) - most
    length = np.sqrt(np.bincount(row, (half * half).astype(np.float64), minlength=size))
    largest = np.zeros(size, dtype=np.int64)
    np.maximum.at(largest, row, np.abs(half))
    good = (limit % 2 == 1) & (broken >= LEAST_BROKEN) & (largest <= LARGEST) & (length > 0)
    found: dict[tuple[bytes, bytes], Cut] = {}
    for number in np.flatnonzero(good).tolist():
        entries = slice(total.indptr[number], total.indptr[number + 1])
        some = half[entries] != 0
        columns = column[entries][some].astype(np.int64)
        order = np.argsort(columns)
        columns, coefficients = columns[order], half[entries][some][order]
        depth = float(broken[number] / length[number])
        cut = Cut(columns, coefficients, int(most[number]), depth)
        found[columns.tobytes(), coefficients.tobytes()] = cut
    return sorted(found.values(), key=lambda cut: -cut.depth)


def _odd_rows(below: Below, lower: Ints, upper: Ints, values: Floats) -> Odd:
    """Return the rows with little slack modulo 2."""
    slack = np.maximum(below.limit - below.matrix @ values, 0.0)
    rows = np.flatnonzero(slack < MOST_SLACK)
    odd = below.matrix[rows]
    odd.data = odd.data & 1
    odd.eliminate_zeros()
    nearer = np.where(upper - values < values - lower, upper, lower)
    limit = (below.limit[rows] + odd @ nearer) & 1
    away = np.minimum(values - lower, upper - values)
    inside = np.flatnonzero(away > _AT_A_LIMIT)
    odd = odd[:, inside]
    some = np.flatnonzero(np.diff(odd.indptr) > 0)
    return Odd(
        odd[some].toarray().astype(np.uint8),
        limit[some].astype(np.uint8),
        slack[rows][some],
        rows[some],
        away[inside],
    )


def _without_single(sums: Odd) -> Odd:
    """Return the rows without columns that are odd in one of them alone, which add to its slack."""
    while True:
        count = sums.odd.sum(axis=0, dtype=np.int64)
        single = np.flatnonzero(count == 1)
        if not len(single):
            return Odd(
                sums.odd[:, count > 0], sums.limit, sums.slack, sums.rows, sums.away[count > 0]
            )
        slack = sums.slack.copy()
        np.add.at(slack, sums.odd[:, single].argmax(axis=0), sums.away[single])
        kept = slack < MOST_SLACK
        left = count > 1
        sums = Odd(
            sums.odd[kept][:, left], sums.limit[kept], slack[kept], sums.rows[kept], sums.away[left]
        )


def _eliminated(sums: Odd, random: np.random.Generator) -> tuple[list[Ints], int]:
    """Return sets of rows with an odd limit and little slack in all, and the words that were added."""
    count, columns = sums.odd.shape
    # Bits: the columns, the limit, and which rows are in the sum.
    first = columns + 1
    bits = np.zeros((count, -(-(first + count) // 64) * 64), dtype=np.uint8)
    bits[:, :columns] = sums.odd
    bits[:, columns] = sums.limit
    bits[np.arange(count), first + np.arange(count)] = 1
    packed = np.packbits(bits, axis=1)
    words = packed.view(np.uint64)
    slack = sums.slack.copy()
    alive = np.ones(count, dtype=bool)
    done = 0
    for column in random.permutation(columns).tolist():
        has = np.flatnonzero((packed[:, column >> 3] >> (7 - (column & 7))) & alive)
        if len(has) < 2:
            continue
        pivot = has[slack[has].argmin()]
        if slack[pivot] > _NO_SLACK:
            continue
        others = has[has != pivot]
        words[others] ^= words[pivot]
        slack[others] += slack[pivot]
        alive[pivot] = False
        done += len(others) * words.shape[1]
    bits = np.unpackbits(packed, axis=1)
    cost = slack + bits[:, :columns] @ sums.away
    broken = np.flatnonzero(alive & (bits[:, columns] == 1) & (cost < 1 - LEAST_BROKEN))
    return [np.flatnonzero(bits[row, first : first + count]) for row in broken.tolist()], done
