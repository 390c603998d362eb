"""A basis to start an LP from later, when more columns and rows have come in.

Comes in: the engine's basis, and how many columns and rows the engine had. Goes out: a basis for
what it has now.
"""

from typing import Any

import highspy


class WarmBasis:
    """The statuses of an LP's columns and rows; those that have come in since are outside and inside."""

    def __init__(self, basis: Any, columns: int, rows: int) -> None:
        self._basis, self._columns, self._rows = basis, columns, rows

    def grown(self, columns: int, rows: int) -> Any:
        """Return the engine's basis for so many columns and rows, no fewer than there were."""
        if (columns, rows) != (self._columns, self._rows):
            # The engine's own lists are slow to read, so that this is done once.
            outside, inside = highspy.HighsBasisStatus.kLower, highspy.HighsBasisStatus.kBasic
            basis = highspy.HighsBasis()
            basis.col_status = [*self._basis.col_status, *[outside] * (columns - self._columns)]
            basis.row_status = [*self._basis.row_status, *[inside] * (rows - self._rows)]
            basis.valid = True
            self._basis, self._columns, self._rows = basis, columns, rows
        return self._basis
