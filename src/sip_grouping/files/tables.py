"""Tables of text as CSV, written so that no spreadsheet runs what is in them.

Comes in: rows of values. Goes out: bytes of a CSV file; and the way back of a single cell.
"""

import csv
import io
import re
from collections.abc import Iterable

_WOULD_RUN = re.compile(r"'*[=+\-@\t\r]")


def csv_bytes(
    columns: Iterable[str], rows: Iterable[Iterable[object]], separator: str = ","
) -> bytes:
    """Return a table as CSV in UTF-8, a line feed after each row; None is an empty cell.

    Cells that are texts, unlike numbers, are written so that no spreadsheet runs them; see
    `harmless`; `as_meant` is the way back.
    """
    lines = [
        [_cell(one) for one in columns],
        *([_cell(one) for one in row] for row in rows),
    ]
    # Minimal quoting leaves a carriage return bare, which a reader takes for the end of the row.
    bare = any("\r" in cell for line in lines for cell in line)
    text = io.StringIO()
    writer = (
        csv.writer(text, delimiter=separator, lineterminator="\n", quoting=csv.QUOTE_ALL)
        if bare
        else csv.writer(text, delimiter=separator, lineterminator="\n")
    )
    writer.writerows(lines)
    return text.getvalue().encode()


def _cell(value: object) -> str:
    if value is None:
        return ""
    return harmless(str(value)) if isinstance(value, str) else str(value)


def harmless(text: str) -> str:
    """Return a text as a spreadsheet may open it: one that it would run gets an apostrophe before it.

    So does one that has such apostrophes already, so that `as_meant` is the way back for any text.
    """
    return f"'{text}" if _WOULD_RUN.match(text) else text


def would_run(text: str) -> bool:
    """Return whether a spreadsheet would run a text, were it typed into a cell."""
    return _WOULD_RUN.match(text) is not None


def as_meant(cell: str) -> str:
    """Return the text that `harmless` wrote as this cell."""
    return cell[1:] if cell.startswith("'") and _WOULD_RUN.match(cell) else cell
