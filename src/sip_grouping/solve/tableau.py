"""Cuts from the simplex tableau, in exact integers: sums of rows, rounded, that an optimum of the LP breaks.

Comes in: a solved LP as `Basis`. Goes out: rows of integers that every whole solution keeps and the LP's
optimum does not.

A basic column with a fraction has a row of the tableau: a sum of the model's rows, with multipliers that
the engine knows. Rounding such a sum gives Gomory's mixed-integer cut (Gomory, An algorithm for the mixed
integer problem, RAND, 1960; as mixed-integer rounding: Nemhauser and Wolsey, A recursive procedure to
generate all cuts for 0-1 mixed integer programs, Math. Program. 46, 1990). Here nothing is taken from the
engine but the multipliers: as whole numbers over a common divisor d, exact where they are fractions of a
small one and rounded where not, they give a sum of rows in integers,

    sum_j w_j t_j = b,   t_j >= 0 whole: columns and slacks, counted from the limit that they are nearer to,

and with r = b mod d every whole solution keeps

    sum_j (floor(w_j / d) (d - r) + max(w_j mod d - r, 0)) t_j <= floor(b / d) (d - r).

Rounding the multipliers, or a coefficient down, can make a cut weaker and never wrong (compare Cook, Dash,
Fukasawa and Goycoolea, Numerically safe Gomory mixed-integer cuts, INFORMS J. Comput. 21, 2009).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from sip_grouping.solve.linear import NO_LIMIT
from sip_grouping.solve.zero_half import LEAST_BROKEN, Cut

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MOST_ROWS = 150
"""So many rows of the tableau are looked at, those of the largest fractions first."""

LEAST_FRACTION = 1e-4
"""Values nearer to a whole number than this count as whole."""

LONGEST = 3_000
"""Sums of more rows are left out, and cuts of more columns."""

DIVISORS = (
    *range(1, 13),
    *(14, 15, 16, 18, 20, 21, 24, 28, 30, 36, 40, 42, 48, 56, 60, 72, 84, 96, 120, 168, 180, 210),
    *(240, 252, 360, 420, 504, 720, 840, 1_260, 2_520, 5_040),
)
"""Common divisors that are tried: multipliers are mostly fractions of group sizes and their products."""

NO_DIVISOR = 1 << 16
"""The divisor where none of them fits; the multipliers are rounded."""

FITS = 1e-5
"""Multipliers that are no further from whole numbers than this are taken for them."""

LEAST_REST = 0.02
"""What is left of the sum by the divisor, as a part of it, is at least this, and as far below 1."""

LARGEST_BEFORE, LARGEST = 1 << 12, 1_000_000
"""Coefficients are rounded down to this size before slacks are replaced; of cuts no larger ones are taken."""

_ROOM = 2.0**60  # of 64 bits, with room for sums of a few


@dataclass(frozen=True)
class Basis:
    """An optimal basis of an LP.

    Attributes
    ----------
    highs
        The engine that holds it.
    rows, row_lower, row_upper
        The engine's rows in its order, over the columns of the model, shape (rows, columns); their limits.
    lower, upper
        Limits of the model's columns.
    column
        Column of the model at each place of the engine; those that are not in it are at their lower limit.
    values
        The LP's values, shape (columns,).
    """

    highs: Any
    rows: csr_matrix
    row_lower: Ints
    row_upper: Ints
    lower: Ints
    upper: Ints
    column: Ints
    values: Floats


@dataclass(frozen=True)
class _Nearer:
    """Which limit columns and rows are nearer to: the sums are counted from there."""

    column_at_upper: Bools
    row_at_upper: Bools
    row_limit: Ints


def tableau_cuts(basis: Basis) -> list[Cut]:
    """Return cuts that the basis' values break, the deepest first."""
    sums = _sums(basis)
    return [] if sums is None else sorted(_rounded(basis, sums), key=lambda cut: -cut.depth)


def whole_multipliers(multipliers: Floats) -> tuple[Ints, int]:
    """Return multipliers as whole numbers, and the divisor that they are over."""
    for divisor in DIVISORS:
        scaled = multipliers * divisor
        whole = np.rint(scaled)
        if np.abs(scaled - whole).max(initial=0.0) < FITS:
            return whole.astype(np.int64), divisor
    return np.rint(multipliers * NO_DIVISOR).astype(np.int64), NO_DIVISOR


def rounded_down(
    weights: Ints, of: Ints, total: Ints, divisor: Ints, *, largest: int = LARGEST_BEFORE
) -> tuple[Ints, Ints, Bools]:
    """Return the mixed-integer roundings of sums weights @ t = total, t >= 0 whole.

    Parameters
    ----------
    weights, of
        Shape (entries,): weights, and of which sum each is.
    total, divisor
        Shape (sums,).

    Returns
    -------
    tuple of arrays
        Shapes (entries,), (sums,), (sums,): coefficients, limits, and which sums have a rounding: one where
        little is left of the total by the divisor, or the numbers may be beyond 64 bits, has none.
    """
    rest = total % divisor
    steepest = np.zeros(len(total), dtype=np.float64)
    np.maximum.at(steepest, of, np.abs(weights).astype(np.float64))
    good = (LEAST_REST * divisor <= rest) & (rest <= (1 - LEAST_REST) * divisor)
    good &= (steepest * divisor < _ROOM) & (np.abs(total) < _ROOM / divisor)
    by, left = divisor[of], rest[of]
    quotient, remainder = np.divmod(np.where(good[of], weights, 0), by)
    coefficients = quotient * (by - left) + np.maximum(remainder - left, 0)
    limit = np.where(good, total, 0) // divisor * (divisor - rest)
    size = np.zeros(len(total), dtype=np.int64)
    np.maximum.at(size, of, np.abs(coefficients))
    # Rounded down the row stays valid: nothing that it counts is negative.
    scale = np.maximum(-(-size // largest), 1)
    return coefficients // scale[of], limit // scale, good


def _nearer(basis: Basis) -> _Nearer:
    values, rows = basis.values, basis.rows @ basis.values
    above = (basis.row_upper < NO_LIMIT) & (
        (basis.row_lower <= -NO_LIMIT) | (basis.row_upper - rows <= rows - basis.row_lower)
    )
    return _Nearer(
        column_at_upper=(basis.upper < NO_LIMIT) & (basis.upper - values < values - basis.lower),
        row_at_upper=above,
        row_limit=np.where(above, basis.row_upper, basis.row_lower),
    )


@dataclass(frozen=True)
class _Sums:
    """Sums of an engine's rows: multipliers of shape (sums, rows), and the divisors that they are over."""

    multipliers: csr_matrix
    divisor: Ints


def _sums(basis: Basis) -> _Sums | None:
    """Return the tableau's rows as sums of rows that are within 64 bits; None: there are none."""
    size = np.maximum(np.abs(basis.row_lower), np.abs(basis.row_upper)).astype(np.float64)
    limits = np.where(
        size < NO_LIMIT, size, np.minimum(np.abs(basis.row_lower), np.abs(basis.row_upper))
    )
    size = np.maximum(limits, np.asarray(abs(basis.rows).sum(axis=1)).ravel())
    rows: list[Ints] = []
    taken: list[Ints] = []
    divisors: list[int] = []
    for places, floats in _tableau(basis):
        multipliers, divisor = whole_multipliers(floats)
        some = multipliers != 0
        if some.any() and np.abs(multipliers) @ size[places] < _ROOM:
            rows.append(places[some])
            taken.append(multipliers[some])
            divisors.append(divisor)
    if not rows:
        return None
    starts = np.cumsum([0, *(len(one) for one in rows)])
    shape = (len(rows), basis.rows.shape[0])
    matrix = csr_matrix((np.concatenate(taken), np.concatenate(rows), starts), shape=shape)
    return _Sums(matrix, np.array(divisors, dtype=np.int64))


def _tableau(basis: Basis) -> Iterator[tuple[Ints, Floats]]:
    """Yield rows and multipliers of the tableau's rows whose basic column has the largest fractions."""
    if not basis.rows.nnz:
        return  # the engine fails over rows that are all empty
    status, variables = basis.highs.getBasicVariables()
    if status != highspy.HighsStatus.kOk:
        return
    basic = np.array(variables, dtype=np.int64)
    structural = np.flatnonzero(basic >= 0)
    at = basis.values[basis.column[basic[structural]]]
    fraction = np.abs(at - np.rint(at))
    order = np.argsort(-fraction, kind="stable")[:MOST_ROWS]
    for place in structural[order[fraction[order] > LEAST_FRACTION]].tolist():
        multipliers = np.array(basis.highs.getBasisInverseRow(place)[1])
        rows = np.flatnonzero(np.abs(multipliers) > _NOTHING)
        if 0 < len(rows) <= LONGEST:
            yield rows.astype(np.int64), multipliers[rows]


_NOTHING = 1e-9


def _rounded(basis: Basis, sums: _Sums) -> Iterator[Cut]:
    """Yield the roundings of sums of rows that are of use, as rows over columns alone."""
    nearer, multipliers = _nearer(basis), sums.multipliers
    of_row, row, weight = _entries(multipliers)
    open_ended = np.abs(nearer.row_limit) >= NO_LIMIT
    closed = np.bincount(of_row, open_ended[row], minlength=len(sums.divisor)) == 0
    limit = np.where(open_ended, 0, nearer.row_limit)
    of_column, column, at_column = _entries(csr_matrix(multipliers @ basis.rows))
    at_upper = nearer.column_at_upper[column]
    origin = np.where(at_upper, basis.upper[column], basis.lower[column])
    # Far limits of columns could sum beyond 64 bits.
    far = np.bincount(of_column, np.abs(at_column * 1.0) * np.abs(origin), len(sums.divisor))
    closed &= far < _ROOM
    origin = np.where(closed[of_column], origin, 0)
    total = multipliers @ limit - _summed(at_column * origin, of_column, closed)
    # A slack is what a row is away from its limit; an equation has none.
    row_at_upper = nearer.row_at_upper[row]
    slack = np.where(row_at_upper, weight, -weight)
    slack[basis.row_lower[row] == basis.row_upper[row]] = 0
    coefficients, right, good = rounded_down(
        np.concatenate([np.where(at_upper, -at_column, at_column), slack]),
        np.concatenate([of_column, of_row]),
        total,
        sums.divisor,
    )
    good &= closed
    of_columns, of_slacks = coefficients[: len(column)], coefficients[len(column) :]
    turned = np.where(at_upper, -of_columns, of_columns)
    back = np.where(row_at_upper, -of_slacks, of_slacks)
    right += _summed(turned * origin, of_column, good) + _summed(back * limit[row], of_row, good)
    shape = len(sums.divisor), basis.rows.shape[1]
    own = csr_matrix((turned, (of_column, column)), shape=shape)
    cuts = csr_matrix(own + csr_matrix((back, (of_row, row)), shape=multipliers.shape) @ basis.rows)
    cuts.eliminate_zeros()
    length = np.sqrt(np.asarray(cuts.multiply(cuts.astype(np.float64)).sum(axis=1)).ravel())
    depth = (cuts @ basis.values - right) / np.maximum(length, 1.0)
    for number in np.flatnonzero(good & (depth >= LEAST_BROKEN)).tolist():
        entries = slice(*cuts.indptr[number : number + 2].tolist())
        columns = cuts.indices[entries].astype(np.int64)
        cut = _useful(columns, cuts.data[entries], int(right[number]), basis.values)
        if cut is not None:
            yield cut


def _entries(matrix: csr_matrix) -> tuple[Ints, Ints, Ints]:
    """Return row, column and value of each entry."""
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    return row, matrix.indices.astype(np.int64), matrix.data.astype(np.int64)


def _summed(values: Ints, of: Ints, some: Bools) -> Ints:
    """Return the sums of values, exactly, shape (sums,); of some of them, the others are 0."""
    total = np.zeros(len(some), dtype=np.int64)
    np.add.at(total, of, np.where(some[of], values, 0))
    return total


def _useful(columns: Ints, coefficients: Ints, limit: int, values: Floats) -> Cut | None:
    """Return a row as a cut; None where it is too long, too large, or not broken."""
    if not 0 < len(columns) <= LONGEST:
        return None
    order = np.argsort(columns)
    columns, coefficients = columns[order], coefficients[order]
    common = int(np.gcd.reduce(np.abs(coefficients)))
    coefficients, limit = coefficients // common, limit // common
    if np.abs(coefficients).max() > LARGEST:
        return None
    floats = coefficients.astype(np.float64)
    depth = float(floats @ values[columns] - limit) / float(np.sqrt(floats @ floats))
    return Cut(columns, coefficients, limit, depth) if depth >= LEAST_BROKEN else None
