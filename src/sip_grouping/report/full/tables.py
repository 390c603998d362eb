"""Tables of a report, as the template shows them.

Comes in: cells as text. Goes out: `Table`, with a caption, columns that may be numbers, and cells that may be
bars, links or signs of themes. Texts are plain: the template escapes them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sip_grouping.report.map.palette import Style


@dataclass(frozen=True, slots=True)
class Bar:
    """A share of the largest value of a column, from 0 to 1, drawn beside the number that says it."""

    share: float

    @property
    def kind(self) -> str:
        """What the template calls it."""
        return "bar"


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads to a part of the page by its id."""

    text: str
    to: str

    @property
    def kind(self) -> str:
        """What the template calls it."""
        return "link"


@dataclass(frozen=True, slots=True)
class Sign:
    """A text behind the sign of its theme."""

    text: str
    style: Style

    @property
    def kind(self) -> str:
        """What the template calls it."""
        return "sign"


Cell = str | Bar | Link | Sign


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the first cell of a row names it; columns in `numbers` stand to the right.

    Attributes
    ----------
    more
        A sentence on the rows that are not shown; empty where all are.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numbers: frozenset[int]
    more: str = ""


def table(
    caption: str,
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    numbers: Iterable[int] = (),
    more: str = "",
) -> Table:
    """Return a table, without columns that are empty in every row; the first one always stands."""
    cells = [tuple(row) for row in rows]
    right = frozenset(numbers)
    kept = [
        column
        for column in range(len(header))
        if column == 0 or not cells or any(row[column] != "" for row in cells)
    ]
    return Table(
        caption,
        tuple(header[column] for column in kept),
        tuple(tuple(row[column] for column in kept) for row in cells),
        frozenset(at for at, column in enumerate(kept) if column in right),
        more,
    )


def bars(values: Sequence[int]) -> list[Bar]:
    """Return a bar for each value, the longest for the largest."""
    largest = max(values, default=0)
    return [Bar(value / largest if largest else 0.0) for value in values]
