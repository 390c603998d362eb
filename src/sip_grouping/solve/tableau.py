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

    column_at_upper: NDArray[np.bool_]
    row_at_upper: NDArray[np.bool_]
    row_limit: Ints


def tableau_cuts(basis: Basis) -> list[Cut]:
    """Return cuts that the basis' values break, the deepest first."""
    nearer = _nearer(basis)
    found = [
        cut
        for rows, multipliers in _tableau(basis)
        if (cut := _rounded(basis, nearer, rows, *whole_multipliers(multipliers))) is not None
    ]
    return sorted(found, key=lambda cut: -cut.depth)


def whole_multipliers(multipliers: Floats) -> tuple[Ints, int]:
    """Return multipliers as whole numbers, and the divisor that they are over."""
    for divisor in DIVISORS:
        scaled = multipliers * divisor
        whole = np.rint(scaled)
        if np.abs(scaled - whole).max(initial=0.0) < FITS:
            return whole.astype(np.int64), divisor
    return np.rint(multipliers * NO_DIVISOR).astype(np.int64), NO_DIVISOR


def rounded_down(
    weights: Ints, total: int, divisor: int, *, largest: int = LARGEST_BEFORE
) -> tuple[Ints, int] | None:
    """Return coefficients and limit of the mixed-integer rounding of weights @ t = total, t >= 0 whole.

    None where little is left of the total by the divisor, or where the sums may be beyond 64 bits.
    """
    rest = total % divisor
    if not LEAST_REST * divisor <= rest <= (1 - LEAST_REST) * divisor:
        return None
    if float(np.abs(weights).max(initial=0)) * divisor >= _ROOM or abs(total) >= _ROOM / divisor:
        return None
    quotient, remainder = np.divmod(weights, divisor)
    coefficients = quotient * (divisor - rest) + np.maximum(remainder - rest, 0)
    limit = total // divisor * (divisor - rest)
    # Rounded down the row stays valid: nothing that it counts is negative.
    scale = max(-(-int(np.abs(coefficients).max(initial=0)) // largest), 1)
    return coefficients // scale, limit // scale


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


def _rounded(
    basis: Basis, nearer: _Nearer, rows: Ints, multipliers: Ints, divisor: int
) -> Cut | None:
    """Return the rounding of a sum of rows as a row over columns alone; None where it is of no use."""
    rows, multipliers = rows[multipliers != 0], multipliers[multipliers != 0]
    limit = nearer.row_limit[rows]
    if not len(rows) or (np.abs(limit) >= NO_LIMIT).any():
        return None
    taken = basis.rows[rows]
    size = np.abs(multipliers).astype(np.float64)
    if size @ np.maximum(np.abs(limit), abs(taken).sum(axis=1).A1) >= _ROOM:
        return None
    summed = csr_matrix(multipliers[np.newaxis, :]) @ taken
    columns, weights = summed.indices.astype(np.int64), summed.data.astype(np.int64)
    at_upper = nearer.column_at_upper[columns]
    origin = np.where(at_upper, basis.upper[columns], basis.lower[columns])
    if np.abs(weights).astype(np.float64) @ np.abs(origin) >= _ROOM:
        return None
    total = int(multipliers @ limit) - int(weights @ origin)
    # A slack is what a row is away from its limit; an equation has none.
    row_at_upper = nearer.row_at_upper[rows]
    slack = np.where(row_at_upper, multipliers, -multipliers)
    slack[basis.row_lower[rows] == basis.row_upper[rows]] = 0
    found = rounded_down(
        np.concatenate([np.where(at_upper, -weights, weights), slack]), total, divisor
    )
    if found is None:
        return None
    coefficients, right = found
    of_columns, of_slacks = coefficients[: len(columns)], coefficients[len(columns) :]
    turned = np.where(at_upper, -of_columns, of_columns)
    back = np.where(row_at_upper, -of_slacks, of_slacks)
    right += int(turned @ origin) + int(back @ limit)
    cut = (
        csr_matrix(
            (turned, (np.zeros(len(columns), dtype=np.int64), columns)),
            shape=(1, basis.rows.shape[1]),
        )
        + csr_matrix(back[np.newaxis, :]) @ taken
    )
    return _useful(cut, right, basis.values)


def _useful(cut: csr_matrix, limit: int, values: Floats) -> Cut | None:
    """Return a row as a cut; None where it is too long, too large, or not broken."""
    cut.eliminate_zeros()
    columns, coefficients = cut.indices.astype(np.int64), cut.data.astype(np.int64)
    if not 0 < len(columns) <= LONGEST:
        return None
    common = int(np.gcd.reduce(np.abs(coefficients)))
    coefficients, limit = coefficients // common, limit // common
    if np.abs(coefficients).max() > LARGEST:
        return None
    floats = coefficients.astype(np.float64)
    depth = float(floats @ values[columns] - limit) / float(np.sqrt(floats @ floats))
    return Cut(columns, coefficients, limit, depth) if depth >= LEAST_BROKEN else None
