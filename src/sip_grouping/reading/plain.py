"""Rows that stand in their file as they are read: most of them.

Comes in: the cells of a row. Goes out: whether each is read as it stands, and the cells by the names of their
columns, without a copy of them.
"""

from collections.abc import Iterator, Mapping, Sequence

from sip_grouping.files.tables import as_meant
from sip_grouping.text import cleaned

# What may be read otherwise: a space at an end of a cell, or what keeps a text from being run.
_OTHERWISE = ("| ", " |", "|'")


def as_read(cell: str) -> str:
    """Return a cell as it is read: see `cleaned` and `as_meant`."""
    return cleaned(as_meant(cell.strip()))


def stand_as_read(cells: Sequence[str]) -> bool:
    """Return whether each cell is read as it stands."""
    # All at once first: a space or an apostrophe beside a bar means no more than a second look.
    whole = f"|{'|'.join(cells)}|"
    if whole.isascii() and whole.isprintable() and not any(one in whole for one in _OTHERWISE):
        return True
    return all(as_read(cell) == cell for cell in cells)


class CellsByName(Mapping[str, str]):
    """The cells of a row by the names of their columns, whose positions all rows share."""

    __slots__ = ("_cells", "_positions")

    def __init__(self, cells: Sequence[str], positions: Mapping[str, int]) -> None:
        self._cells = cells
        self._positions = positions

    def __getitem__(self, name: str) -> str:
        return self._cells[self._positions[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._positions)

    def __len__(self) -> int:
        return len(self._positions)
