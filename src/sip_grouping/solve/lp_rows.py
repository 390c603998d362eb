"""Rows and columns of a model put into an LP engine that holds only some of them.

Comes in: an engine, entries, and where the model's columns stand in it. Goes out: the engine has them.
"""

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from sip_grouping.solve.bound import opened_limits
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.sifting import TOLERANCE

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass
class RowsLeftOut:
    """Rows that are not in an engine until values break them: numbers, shape (rows,), and their entries."""

    rows: Ints
    entries: csr_matrix

    @classmethod
    def of(cls, arrays: LinearArrays, rows: Ints) -> "RowsLeftOut":
        """Return some rows of a model as left out."""
        return cls(rows, csr_matrix(arrays.matrix[rows]))

    def broken(self, arrays: LinearArrays, values: Floats) -> Ints:
        """Return the rows that values of all columns break."""
        at = self.entries @ values
        low, high = arrays.row_lower[self.rows], arrays.row_upper[self.rows]
        found: Ints = self.rows[(at < low - TOLERANCE) | (at > high + TOLERANCE)]
        return found

    def taken(self, rows: Ints) -> Ints:
        """Return those of some rows that are left out, each once; they no longer are."""
        here = np.isin(self.rows, rows)
        found: Ints = self.rows[here]
        if len(found):
            self.rows, self.entries = self.rows[~here], csr_matrix(self.entries[~here])
        return found


def add_rows(highs: Any, arrays: LinearArrays, rows: Ints, place: Ints) -> None:
    """Add rows of a model to an engine; `place`, shape (columns,): where each column stands there, or -1."""
    entries = csr_matrix(arrays.matrix[rows])
    at = place[entries.indices]
    inside = at >= 0
    before = np.concatenate([[0], np.cumsum(inside)])
    starts = before[entries.indptr[:-1]]
    highs.addRows(
        len(rows),
        opened_limits(arrays.row_lower[rows]),
        opened_limits(arrays.row_upper[rows]),
        int(inside.sum()),
        starts.astype(np.int32),
        at[inside].astype(np.int32),
        entries.data[inside].astype(np.float64),
    )


def add_differences(highs: Any, less: Ints, more: Ints, coefficient: Floats) -> None:
    """Add rows less - coefficient * more <= 0; the columns are told by their places in the engine."""
    index = np.empty(2 * len(less), dtype=np.int32)
    index[0::2], index[1::2] = less, more
    value = np.ones(2 * len(less))
    value[1::2] = -coefficient
    highs.addRows(
        len(less),
        np.full(len(less), -highspy.kHighsInf),
        np.zeros(len(less)),
        2 * len(less),
        np.arange(0, 2 * len(less), 2, dtype=np.int32),
        index,
        value,
    )


def add_columns(highs: Any, arrays: LinearArrays, columns: Ints, base: Any, place: Ints) -> None:
    """Add columns of a model to an engine.

    Parameters
    ----------
    base, place
        The columns' entries in some of the model's rows, by columns; where each of these rows stands in the
        engine, or -1.
    """
    at = place[base.indices]
    inside = at >= 0
    before = np.concatenate([[0], np.cumsum(inside)])
    highs.addCols(
        len(columns),
        arrays.objective[columns].astype(np.float64),
        arrays.lower[columns].astype(np.float64),
        arrays.upper[columns].astype(np.float64),
        int(inside.sum()),
        before[base.indptr[:-1]].astype(np.int32),
        at[inside].astype(np.int32),
        base.data[inside].astype(np.float64),
    )


def part_of_basis(basis: Any, columns: Ints, rows: Ints) -> Any:
    """Return a basis of some columns and rows, told by their places; the others are outside, and inside."""
    found = highspy.HighsBasis()
    of_columns, of_rows = basis.col_status, basis.row_status
    found.col_status = [of_columns[one] for one in columns.tolist()]
    found.row_status = [of_rows[one] for one in rows.tolist()]
    found.valid = True
    return found


def in_basis(basis: Any) -> tuple[Bools, Bools]:
    """Return which columns and rows are basic, shapes (columns of the engine,), (rows of the engine,)."""
    basic = highspy.HighsBasisStatus.kBasic
    columns = np.array([one == basic for one in basis.col_status], dtype=bool)
    rows = np.array([one == basic for one in basis.row_status], dtype=bool)
    return columns, rows
