"""Tables of text: CSV files and DataFrames in one shape.

Comes in: a CSV file (UTF-8, a byte-order mark accepted, separated by comma, semicolon or tab) or a
DataFrame. Goes out: a `Table`: rows of stripped text with the number a spreadsheet shows, or findings.
"""

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from numbers import Integral, Real
from pathlib import Path

import pandas as pd

from sip_grouping.files.lines import MalformedRowError, csv_lines
from sip_grouping.findings import Finding, finding

_SEPARATORS = ",;\t"
_WOULD_RUN = re.compile(r"'*[=+\-@\t\r]")
_LISTS = (list, tuple, set, frozenset)
_NO_LISTS: Mapping[str, tuple[str, ...]] = {}


@dataclass(frozen=True)
class Row:
    """One row: its number, header being 1, and its cells by column, in lower case and stripped."""

    number: int | str
    cells: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]
    """The parts of those cells that are lists of a DataFrame, stripped."""

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Table:
    """Rows of a table, blank ones left out, with its columns as they are called in the file."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    shifted: frozenset[int | str] = frozenset()
    """Numbers of the rows with more or fewer cells than the header: a cell may be in a wrong column."""


def read_csv(path: Path, findings: list[Finding]) -> Table | None:
    """Read a CSV file; None, with findings, where it cannot be read as a table."""
    text = read_text(path, findings)
    if text is None:
        return None
    header = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(_SEPARATORS, key=header.count)
    try:
        written = csv_lines(text, separator)
    except MalformedRowError as error:
        place = (path.name, error.row)
        findings.append(finding("malformed-csv", *place, variant="table", reason=error.reason))
        return None
    lines = [[as_meant(cell.strip()) for cell in line] for line in written]
    filled = (number for number, line in enumerate(lines) if any(cell.strip() for cell in line))
    first = next(filled, None)
    if first is None:
        findings.append(finding("empty-file", path.name, variant="table"))
        return None
    return _table(path.name, lines[first], list(enumerate(lines[first + 1 :], first + 2)), findings)


def csv_bytes(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    """Return a table as CSV in UTF-8, a line feed after each row; None is an empty cell.

    Cells that are texts, unlike numbers, are written so that no spreadsheet runs them; see
    `harmless`. `read_csv` gives them back as they were.
    """
    lines = [
        [_cell(one) for one in columns],
        *([_cell(one) for one in row] for row in rows),
    ]
    # Minimal quoting leaves a carriage return bare, which a reader takes for the end of the row.
    bare = any("\r" in cell for line in lines for cell in line)
    text = io.StringIO()
    writer = (
        csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
        if bare
        else csv.writer(text, lineterminator="\n")
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


def as_meant(cell: str) -> str:
    """Return the text that `harmless` wrote as this cell."""
    return cell[1:] if cell.startswith("'") and _WOULD_RUN.match(cell) else cell


def read_frame(name: str, frame: pd.DataFrame, findings: list[Finding]) -> Table:
    """Read a DataFrame as if it were a file; a row is called by its index label."""
    columns = [str(column) for column in frame.columns]
    lines: list[tuple[int | str, list[str]]] = [
        (label if isinstance(label, int) else str(label), [_as_text(value) for value in row])
        for label, row in zip(frame.index, frame.itertuples(index=False, name=None), strict=True)
    ]
    return _table(name, columns, lines, findings, _lists_of(frame))


def _lists_of(frame: pd.DataFrame) -> list[dict[str, tuple[str, ...]]]:
    """Return for each row the cells that are lists, by column in lower case."""
    found: list[dict[str, tuple[str, ...]]] = [{} for _ in range(len(frame))]
    for title, column in frame.items():
        if column.dtype == object:
            for row, value in zip(found, column, strict=True):
                if isinstance(value, _LISTS):
                    row[str(title).strip().lower()] = tuple(str(one).strip() for one in value)
    return found


def read_text(path: Path, findings: list[Finding]) -> str | None:
    """Read a UTF-8 file, a byte-order mark removed; None, with a finding, where it cannot be read."""
    name = path.name
    if path.is_dir():
        findings.append(finding("not-a-file", name, variant="table"))
        return None
    try:
        text = path.read_bytes().decode("utf-8-sig")
        if "\0" not in text:
            return text
        line = text[: text.index("\0")].count("\n") + 1
        wrong = finding("not-utf8", name, variant="null", line=line)
    except FileNotFoundError:
        wrong = finding("file-missing", name, variant="edition", name=name)
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        wrong = finding("not-utf8", name, variant="byte", line=line)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        wrong = finding("unreadable-file", name, variant="table", reason=reason)
    findings.append(wrong)
    return None


def _table(
    name: str,
    header: list[str],
    lines: list[tuple[int | str, list[str]]] | list[tuple[int, list[str]]],
    findings: list[Finding],
    lists: Sequence[Mapping[str, tuple[str, ...]]] = (),
) -> Table:
    titles = [title.strip() for title in header]
    keys = [title.lower() for title in titles]
    findings += [
        finding("duplicate-column", name, 1, key, variant="table")
        for key, times in Counter(keys).items()
        if key and times > 1
    ]
    rows = []
    shifted: set[int | str] = set()
    for at, (number, line) in enumerate(lines):
        cells = [cell.strip() for cell in line]
        if not any(cells):
            continue
        if len(cells) < len(keys) or any(cells[len(keys) :]):
            shifted.add(number)
        if _separated_otherwise(cells, len(keys)):
            # Its cells are not told apart, so none is shown: a name may be among them.
            findings.append(finding("other-separator", name, number, variant="table"))
            continue
        if any(cells[len(keys) :]):
            surplus = finding(
                "too-many-cells", name, number, variant="table", cells=len(cells), columns=len(keys)
            )
            findings.append(surplus)
        by_column = dict(zip(keys, cells, strict=False))
        rows.append(Row(number, by_column, lists[at] if lists else _NO_LISTS))
    return Table(name, tuple(titles), tuple(rows), frozenset(shifted))


def _separated_otherwise(cells: list[str], columns: int) -> bool:
    """Return whether the first cell of a row holds most of the row, under another separator."""
    if len(cells) >= columns:
        return False
    parts = max(cells[0].count(separator) for separator in _SEPARATORS) + len(cells)
    return parts > max(2, columns // 2) and len(cells) <= columns // 2


def _as_text(value: object) -> str:
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, Real) and not isinstance(value, Integral):
        value = float(value)
        if math.isnan(value):
            return ""
        # pandas reads a column of whole numbers with gaps as floats: 1000.0 is postcode 1000.
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, _LISTS):
        return " ".join(str(one) for one in value)
    return str(value)
