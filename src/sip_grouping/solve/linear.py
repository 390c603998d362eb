"""A linear model in integers: columns, rows and an objective, as growing arrays.

Comes in: blocks of columns and rows from the rule functions of `formulation` and `slots`. Goes out:
`LinearArrays`, from which `bound` makes the LP relaxation and `cpsat` the CP-SAT model. Both engines
thus see the same rows, and a rule is written once.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_matrix

from sip_grouping.rules import RuleId

Ints = NDArray[np.int64]

NO_LIMIT = np.int64(2**60)
"""A row limit of at least this, or at most its negative, is no limit."""


@dataclass(frozen=True)
class LinearArrays:
    """maximise objective @ x, row_lower <= matrix @ x <= row_upper, lower <= x <= upper, x integer.

    Attributes
    ----------
    matrix
        Shape (rows, columns), int64.
    lower, upper, objective
        Shape (columns,), int64.
    row_lower, row_upper
        Shape (rows,), int64; `NO_LIMIT` or its negative where open.
    """

    matrix: csr_matrix
    lower: Ints
    upper: Ints
    objective: Ints
    row_lower: Ints
    row_upper: Ints

    @property
    def columns(self) -> int:
        """Number of columns."""
        return len(self.lower)

    def admits(self, values: Ints) -> bool:
        """Return whether values, shape (columns,), are a solution."""
        rows = self.matrix @ values
        return bool(
            (self.lower <= values).all()
            and (values <= self.upper).all()
            and (self.row_lower <= rows).all()
            and (rows <= self.row_upper).all()
        )

    def within(self, columns: Ints, lower: Ints, upper: Ints) -> "LinearArrays":
        """Return the model with these limits of some columns."""
        low, high = self.lower.copy(), self.upper.copy()
        low[columns], high[columns] = lower, upper
        return replace(self, lower=low, upper=high)

    def restricted(self, upper: Ints) -> "Restriction":
        """Return the model with lower upper limits, without the columns that are left at zero.

        Rows that every value of the other columns keeps are dropped with them.
        """
        kept = np.flatnonzero((upper > 0) | (self.lower != 0))
        matrix = self.matrix[:, kept]
        low, high = self.lower[kept], upper[kept]
        least, most = activity(matrix, low, high)
        rows = np.flatnonzero((least < self.row_lower) | (most > self.row_upper))
        arrays = LinearArrays(
            matrix=csr_matrix(matrix[rows]),
            lower=low,
            upper=high,
            objective=self.objective[kept],
            row_lower=self.row_lower[rows],
            row_upper=self.row_upper[rows],
        )
        return Restriction(arrays, kept, self.columns)


@dataclass(frozen=True)
class Restriction:
    """A model without some columns, which stay at zero; `kept` are the ids of the others."""

    arrays: LinearArrays
    kept: Ints
    columns: int

    def expanded(self, values: Ints) -> Ints:
        """Return values of the whole model, shape (columns,), from those of the restriction."""
        full = np.zeros(self.columns, dtype=np.int64)
        full[self.kept] = values
        return full


def activity(matrix: csr_matrix, lower: Ints, upper: Ints) -> tuple[Ints, Ints]:
    """Return the least and the most that each row can come to within limits of the columns, shape (rows,)."""
    positive, negative = matrix.maximum(0), matrix.minimum(0)
    return positive @ lower + negative @ upper, positive @ upper + negative @ lower


class LinearModel:
    """A linear model under construction."""

    def __init__(self) -> None:
        self._lower: list[Ints] = []
        self._upper: list[Ints] = []
        self._objective: list[Ints] = []
        self._columns = 0
        self._row: list[Ints] = []
        self._column: list[Ints] = []
        self._coefficient: list[Ints] = []
        self._row_lower: list[Ints] = []
        self._row_upper: list[Ints] = []
        self._rows = 0
        self.rule_rows: list[tuple[RuleId | None, int, int]] = []

    @property
    def columns(self) -> int:
        """Number of columns so far."""
        return self._columns

    @property
    def upper(self) -> Ints:
        """Upper limits of the columns so far, shape (columns,)."""
        return _joined(self._upper)

    def add_columns(
        self, count: int, *, upper: ArrayLike, lower: ArrayLike = 0, objective: ArrayLike = 0
    ) -> Ints:
        """Add integer columns and return their ids, shape (count,)."""
        self._lower.append(_filled(lower, count))
        self._upper.append(_filled(upper, count))
        self._objective.append(_filled(objective, count))
        ids = np.arange(self._columns, self._columns + count, dtype=np.int64)
        self._columns += count
        return ids

    def add_rows(
        self,
        rule: RuleId | None,
        count: int,
        *terms: tuple[ArrayLike, ArrayLike, ArrayLike],
        lower: ArrayLike = -NO_LIMIT,
        upper: ArrayLike = NO_LIMIT,
    ) -> range:
        """Add `count` rows of a rule and return their numbers; None: they are of no rule of a valid grouping.

        Each term is (row, column, coefficient): arrays of one length, or numbers; rows count from 0
        within this call. Limits are arrays of shape (count,) or numbers.
        """
        for row, column, coefficient in terms:
            columns = np.atleast_1d(np.asarray(column, dtype=np.int64))
            self._row.append(_filled(row, len(columns)) + self._rows)
            self._column.append(columns)
            self._coefficient.append(_filled(coefficient, len(columns)))
        self._row_lower.append(_filled(lower, count))
        self._row_upper.append(_filled(upper, count))
        first = self._rows
        self._rows += count
        self.rule_rows.append((rule, first, self._rows))
        return range(first, self._rows)

    def arrays(self) -> LinearArrays:
        """Return what was built so far."""
        matrix = csr_matrix(
            (_joined(self._coefficient), (_joined(self._row), _joined(self._column))),
            shape=(self._rows, self._columns),
            dtype=np.int64,
        )
        matrix.eliminate_zeros()
        return LinearArrays(
            matrix=matrix,
            lower=_joined(self._lower),
            upper=_joined(self._upper),
            objective=_joined(self._objective),
            row_lower=_joined(self._row_lower),
            row_upper=_joined(self._row_upper),
        )


def _filled(value: ArrayLike, count: int) -> Ints:
    return np.broadcast_to(np.asarray(value, dtype=np.int64), (count,)).copy()


def _joined(parts: list[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
