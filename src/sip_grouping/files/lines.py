"""CSV text to rows of cells, whatever the size of a cell.

Comes in: the text of a CSV file and its separator. Goes out: its rows, or what is wrong and in which
row. No meaning: what stands in a cell is the reader's affair.
"""

import csv
import io
from threading import Lock

_LONGEST_CELL = 2**31 - 1  # the csv module takes no more on some systems
_limit_of_the_process = Lock()


class MalformedRowError(Exception):
    """A row that cannot be told apart into cells; `row` as a spreadsheet numbers it, `reason` why."""

    def __init__(self, row: int, reason: str) -> None:
        super().__init__(f"row {row}: {reason}")
        self.row = row
        self.reason = reason


def csv_lines(text: str, separator: str, *, strict: bool = True) -> list[list[str]]:
    """Return the rows of a CSV text, blank ones included.

    Parameters
    ----------
    strict
        Whether a quotation mark in a wrong place is an error; else it is taken for a character.

    Raises
    ------
    MalformedRowError
        A quotation mark is not closed, or something follows a closed one.
    """
    lines: list[list[str]] = []
    # The csv module has one limit for the whole process, and it is low: it is raised for this table.
    with _limit_of_the_process:
        before = csv.field_size_limit(_LONGEST_CELL)
        try:
            rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict)
            lines.extend(rows)
        except csv.Error as error:
            raise MalformedRowError(len(lines) + 1, str(error)) from error
        finally:
            csv.field_size_limit(before)
    return lines
