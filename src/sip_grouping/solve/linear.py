"""A linear model in integers: columns, rows and an objective, as growing arrays.

Comes in: blocks of columns and rows from the rule functions of `formulation` and `slots`. Goes out:
`LinearArrays`, from which `bound` makes the LP relaxation and `cpsat` the CP-SAT model. Both engines
thus see the same rows, and a rule is written once.
"""

from dataclasses import dataclass

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

    def with_upper(self, upper: Ints) -> "LinearArrays":
        """Return the model with other upper limits of its columns."""
        return LinearArrays(
            self.matrix, self.lower, upper, self.objective, self.row_lower, self.row_upper
        )


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
        self.rule_rows: list[tuple[RuleId, int, int]] = []

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
        rule: RuleId,
        count: int,
        *terms: tuple[ArrayLike, ArrayLike, ArrayLike],
        lower: ArrayLike = -NO_LIMIT,
        upper: ArrayLike = NO_LIMIT,
    ) -> None:
        """Add `count` rows of a rule.

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
        self.rule_rows.append((rule, self._rows, self._rows + count))
        self._rows += count

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
