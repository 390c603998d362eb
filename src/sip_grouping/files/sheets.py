"""Sheets of workbooks that are written: lists to choose from, a header in sight, texts that do not run.

Comes in: sheets of openpyxl. Goes out: the same, dressed. What stands in a cell is the
writer's affair.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sip_grouping.files.tables import would_run


def offer_list(sheet: Any, cells: str, options: Sequence[str] | str) -> None:
    """Give cells a list to choose from: words, or the name of cells with them. Others may be typed."""
    from openpyxl.worksheet.datavalidation import DataValidation  # noqa: PLC0415 - it takes a while

    source = f"={options}" if isinstance(options, str) else '"' + ",".join(options) + '"'
    offered = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=False)
    offered.add(cells)
    sheet.add_data_validation(offered)


def name_cells(book: Any, name: str, cells: str) -> None:
    """Name cells of another sheet: a list that refers to them directly is lost when Excel saves it."""
    from openpyxl.workbook.defined_name import DefinedName  # noqa: PLC0415 - it takes a while

    book.defined_names[name] = DefinedName(name, attr_text=cells)


def dress(sheet: Any, widths: Sequence[int], *, head: int = 1, keep: int = 0) -> None:
    """Make a header stand out and stay in sight, with `keep` columns, and columns as wide as their texts."""
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415 - it takes a while
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    for at, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    for cell in sheet[head]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE7F0")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    for row in sheet.iter_rows(min_row=head + 1):
        for cell in row:
            cell.alignment = Alignment(wrap_text=isinstance(cell.value, str), vertical="top")
    sheet.freeze_panes = sheet.cell(head + 1, keep + 1)


def add_row(sheet: Any, values: Iterable[object]) -> None:
    """Add a row; a text that a spreadsheet would run stays a text, also when somebody edits the cell."""
    row = sheet.max_row + 1 if sheet.max_row > 1 or sheet.cell(1, 1).value is not None else 1
    for at, value in enumerate(values, start=1):
        if value is None:
            continue
        cell = sheet.cell(row, at)
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
            cell.number_format = "@"
            if would_run(value):
                cell.quotePrefix = True
