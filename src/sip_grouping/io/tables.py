"""Tables of text: CSV files and DataFrames in one shape.

Comes in: a CSV file (UTF-8, a byte-order mark accepted, separated by comma, semicolon or tab) or a
DataFrame. Goes out: a `Table`: rows of stripped text with the number a spreadsheet shows, or findings.
"""

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sip_grouping.errors import Finding

_SEPARATORS = ",;\t"


@dataclass(frozen=True)
class Row:
    """One row: its number, header being 1, and its cells by column, in lower case and stripped."""

    number: int | str
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True)
class Table:
    """Rows of a table, blank ones left out, with its columns as they are called in the file."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def read_csv(path: Path, findings: list[Finding]) -> Table | None:
    """Read a CSV file; None, with findings, where it cannot be read as a table."""
    text = read_text(path, findings)
    if text is None:
        return None
    header = next((line for line in text.splitlines() if line.strip()), "")
    if not header:
        findings.append(
            Finding(
                "empty-file",
                "the file is empty",
                "write a header row and a row per record",
                path.name,
            )
        )
        return None
    separator = max(_SEPARATORS, key=header.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        findings.append(
            Finding(
                "malformed-csv",
                f"the file is not a readable table: {error}",
                "close every quotation mark, and save it as CSV (UTF-8)",
                path.name,
            )
        )
        return None
    first = next(number for number, line in enumerate(lines) if any(cell.strip() for cell in line))
    return _table(path.name, lines[first], list(enumerate(lines[first + 1 :], first + 2)), findings)


def read_frame(name: str, frame: pd.DataFrame, findings: list[Finding]) -> Table:
    """Read a DataFrame as if it were a file; a row is called by its index label."""
    columns = [str(column) for column in frame.columns]
    lines: list[tuple[int | str, list[str]]] = [
        (label if isinstance(label, int) else str(label), [_as_text(value) for value in row])
        for label, row in zip(frame.index, frame.itertuples(index=False, name=None), strict=True)
    ]
    return _table(name, columns, lines, findings)


def read_text(path: Path, findings: list[Finding]) -> str | None:
    """Read a UTF-8 file, a byte-order mark removed; None, with a finding, where it cannot be read."""
    if path.is_dir():
        problem = ("not-a-file", "a folder is where the file should be", "put the file there")
    else:
        try:
            return path.read_bytes().decode("utf-8-sig")
        except FileNotFoundError:
            problem = ("file-missing", "the file does not exist", f"add {path.name} to the edition")
        except UnicodeDecodeError as error:
            line = path.read_bytes()[: error.start].count(b"\n") + 1
            message = f"the file is not UTF-8: line {line} has a byte that is none"
            problem = ("not-utf8", message, "save it as CSV UTF-8")
        except OSError as error:
            problem = (
                "unreadable-file",
                f"the file cannot be read ({error.strerror})",
                "allow reading it",
            )
    findings.append(Finding(*problem, file=path.name))
    return None


def _table(
    name: str,
    header: list[str],
    lines: list[tuple[int | str, list[str]]] | list[tuple[int, list[str]]],
    findings: list[Finding],
) -> Table:
    titles = [title.strip() for title in header]
    keys = [title.lower() for title in titles]
    findings += [
        Finding("duplicate-column", "the column stands twice", "keep one of them", name, 1, key)
        for key in dict.fromkeys(keys)
        if key and keys.count(key) > 1
    ]
    rows = []
    for number, line in lines:
        cells = [cell.strip() for cell in line]
        if not any(cells):
            continue
        if any(cells[len(keys) :]):
            findings.append(
                Finding(
                    "too-many-cells",
                    f"the row has {len(cells)} cells, the header {len(keys)}",
                    "put quotation marks around a text that holds the separator",
                    name,
                    number,
                )
            )
        rows.append(Row(number, dict(zip(keys, cells, strict=False))))
    return Table(name, tuple(titles), tuple(rows))


def _as_text(value: object) -> str:
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        # pandas reads a column of whole numbers with gaps as floats: 1000.0 is postcode 1000.
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, list | tuple | set | frozenset):
        return " ".join(str(one) for one in value)
    return str(value)
