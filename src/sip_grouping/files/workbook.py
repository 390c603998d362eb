"""Excel workbooks as sheets of text.

Comes in: the bytes of an .xlsx file. Goes out: a `Grid` per sheet, its cells as people see them: no
``.0`` after whole numbers, zeros that a format shows, dates as ISO writes them, the results of formulas.
What a text does not show (a formula without a result, a date where none may be) is told beside it.
"""

import datetime as dt
import io
import lzma
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any
from warnings import catch_warnings, simplefilter
from xml.etree.ElementTree import ParseError

from sip_grouping.files.grid import Grid, GridRow
from sip_grouping.findings import Finding, finding

_ZEROS = re.compile(r"^0+$")
_PLAIN = re.compile(r"(General|@|#*[,. ]?#*0?(\.0+)?)(;.*)?", re.IGNORECASE)
"""Formats that show the digits of a whole number and no others, marks of thousands aside."""
_DAMAGED = (zipfile.BadZipFile, ParseError, KeyError, ValueError, TypeError, OSError, EOFError,
            AttributeError, IndexError, NotImplementedError, RuntimeError, MemoryError,
            zlib.error, struct.error, lzma.LZMAError)  # fmt: skip
"""What openpyxl and the modules below it raise where a file is damaged."""


class NumberCell(str):
    """The text of a cell that holds a whole number: it has lost the zeros before it for certain."""

    __slots__ = ()


class FormattedCell(NumberCell):
    """The text of a whole number that the workbook shows otherwise, by a format of its own."""

    __slots__ = ()


class DecimalCell(str):
    """The text of a cell that holds a number with decimals: its point separates these for certain."""

    __slots__ = ()


class DateCell(str):
    """The text of a cell that holds a date: a spreadsheet may have made it of something else."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a sheet has that its text does not show."""

    without_result: list[tuple[int, int]]
    merged: list[str]
    hidden: list[int]


def workbook_grids(content: bytes, file: str) -> dict[str, Grid] | Finding:
    """Return the sheets of a workbook that hold anything, by their names in its order."""
    try:
        if _unpacked_bytes(content) > _MOST_BYTES:
            return finding("not-a-workbook", file, variant="huge", most=_MOST_BYTES // 1_000_000)
        return _grids(content, file)
    except _DAMAGED as error:
        return finding("not-a-workbook", file, reason=type(error).__name__)


_MOST_BYTES = 600_000_000
"""Unpacked; 100,000 members take a third of it. A small file that unpacks to more is no table of people."""


def _unpacked_bytes(content: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return sum(part.file_size for part in archive.infolist())


def _grids(content: bytes, file: str) -> dict[str, Grid]:
    book = _opened(content)
    formulas = any(
        cell.data_type == "f"
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
    )
    results = _opened(content, results=True) if formulas else book
    found = {}
    for sheet in book.worksheets:
        grid = _grid(sheet, results[sheet.title], file)
        if grid.rows or grid.findings:
            found[sheet.title] = grid
    return found


def _opened(content: bytes, *, results: bool = False) -> Any:
    """Return a workbook, with formulas or with their results."""
    from openpyxl import load_workbook  # noqa: PLC0415 - it takes a while, and most editions are CSV

    with catch_warnings():
        # It warns of what it will not save again, such as drop-down lists; nothing is saved here.
        simplefilter("ignore", UserWarning)
        return load_workbook(io.BytesIO(content), data_only=results)


def _grid(sheet: Any, results: Any, file: str) -> Grid:
    seen = _Seen([], [], [])
    merged = _merged(sheet, seen)
    rows = []
    for formula_row, row in zip(sheet.iter_rows(), results.iter_rows(), strict=True):
        cells: list[str] = []
        for written, cell in zip(formula_row, row, strict=True):
            source = merged.get((cell.row, cell.column), cell)
            if written.data_type == "f" and cell.value is None:
                seen.without_result.append((cell.row, cell.column))
            cells.append(_shown(source))
        if any(cell.strip() for cell in cells):
            number = row[0].row
            if sheet.row_dimensions[number].hidden:
                seen.hidden.append(number)
            rows.append(GridRow(number, cells))
    warnings, findings = _said(seen, sheet.title, file)
    hidden = sheet.sheet_state != "visible"
    return Grid(file, tuple(rows), sheet.title, hidden=hidden, warnings=warnings, findings=findings)


def _merged(sheet: Any, seen: _Seen) -> dict[tuple[int, int], Any]:
    """Return per merged cell the one whose text it shows."""
    found = {}
    for area in sheet.merged_cells.ranges:
        first = sheet.cell(area.min_row, area.min_col)
        if first.value is None:
            continue
        if area.max_row > area.min_row:
            seen.merged.append(str(area))
            found.update(
                {(row, area.min_col): first for row in range(area.min_row, area.max_row + 1)}
            )
    return found


def _said(seen: _Seen, sheet: str, file: str) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - loaded by now

    warnings = (
        [finding("merged-cells", file, sheet=sheet, areas=tuple(seen.merged))]
        if seen.merged
        else []
    )
    if seen.hidden:
        warnings += [finding("hidden-rows", file, row, sheet=sheet) for row in seen.hidden]
    findings = [
        finding("formula-without-result", file, row, get_column_letter(column), sheet=sheet)
        for row, column in seen.without_result
    ]
    return tuple(warnings), tuple(findings)


_MOST_EXACT = 1e15


def _whole(value: int, number_format: str | None) -> str:
    # A format of zeros alone pads: the postcode that a spreadsheet shows as 01420 is 1420 inside.
    if number_format and _ZEROS.match(number_format) and len(number_format) > 1:
        return f"{value:0{len(number_format)}d}"
    return NumberCell(value) if _PLAIN.fullmatch(number_format or "") else FormattedCell(value)


def _shown(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return _whole(value, cell.number_format)
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < _MOST_EXACT
        return _whole(int(value), cell.number_format) if whole else DecimalCell(value)
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time()
        return DateCell(value.date().isoformat() if midnight else value.isoformat(" "))
    if isinstance(value, dt.date | dt.time):
        return DateCell(value.isoformat())
    return str(value)
