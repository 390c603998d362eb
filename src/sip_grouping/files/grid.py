"""A sheet of text: what a CSV file, a sheet of a workbook and a DataFrame have in common.

Comes in: bytes of a CSV file and a way to tell a header. Goes out: `Grid`, rows of cells as they are
written, or findings. What a cell means is no affair of this module.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sip_grouping.files.decode import Decoded, decoded
from sip_grouping.files.lines import MalformedRowError, csv_lines
from sip_grouping.findings import Finding, finding

SEPARATORS = ",;\t"

_SEP_LINE = re.compile(r'"?sep=([^\r\n])"?[,;\t ]*(?:\r\n|\r|\n|\Z)', re.IGNORECASE)
_LOOKED_AT = 200_000
"""Characters in which the separator is looked for: the header is among them."""

Likeness = Callable[[Sequence[str]], int]
"""How much a row looks like a header: how many of its cells are known titles."""


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row: the number that a spreadsheet shows, or the label of a DataFrame, and its cells.

    `position` is that of a DataFrame's row, where the label is another one.
    """

    number: int | str
    cells: Sequence[str]
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows of cells as text.

    Attributes
    ----------
    file, sheet
        Where it comes from.
    encoding
        What the bytes were taken for; empty where there were none.
    lists
        Of a DataFrame: by row and column position, the parts of cells that are lists.
    whole_numbers
        Of a DataFrame: positions of columns of whole numbers, which have lost their zeros for certain.
    findings
        What was wrong already.
    """

    file: str
    rows: Sequence[GridRow]
    sheet: str | None = None
    encoding: str = ""
    lists: dict[tuple[int, int], tuple[str, ...]] = field(default_factory=dict)
    whole_numbers: frozenset[int] = frozenset()
    titled: bool = False
    """Whether the first row is the header for certain."""
    hidden: bool = False
    """Whether it is a sheet that a workbook does not show."""
    warnings: tuple[Finding, ...] = ()
    findings: tuple[Finding, ...] = ()


def csv_grid(content: bytes, file: str, likeness: Likeness) -> Grid | Finding:
    """Return the rows of a CSV file, whatever separates its cells, or why it has none.

    The separator is the one under which a row looks most like a header; where none does, the one of
    which the first line has most. A first line ``sep=;`` is obeyed.
    """
    text = decoded(content, file)
    return text if isinstance(text, Finding) else text_grid(text, file, likeness)


def text_grid(text: Decoded, file: str, likeness: Likeness) -> Grid | Finding:
    """Return the rows of a text; see `csv_grid`."""
    said = _SEP_LINE.match(text.text)
    # No spreadsheet shows that line, so the rows are counted from the next one on.
    body = text.text[said.end() :] if said else text.text
    separator = said[1] if said else _separator(body, likeness)
    try:
        lines = csv_lines(body, separator)
    except MalformedRowError as error:
        return finding("malformed-csv", file, error.row, reason=error.reason)
    rows = tuple(
        GridRow(number, line)
        for number, line in enumerate(lines, start=1)
        if any(cell.strip() for cell in line)
    )
    if not rows:
        return finding("empty-file", file)
    return Grid(file, rows, encoding=text.encoding)


def _separator(text: str, likeness: Likeness) -> str:
    head = text[:_LOOKED_AT]
    first_line = next((line for line in head.splitlines() if line.strip()), "")

    def merit(separator: str) -> tuple[int, int]:
        lines = csv_lines(head, separator, strict=False)
        return max(map(likeness, lines[:HEADER_WITHIN]), default=0), first_line.count(separator)

    return max(SEPARATORS, key=merit)


HEADER_WITHIN = 30
"""Rows among which a header is looked for."""
