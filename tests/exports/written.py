"""Rows to the bytes of a file, as form tools write them.

Comes in: rows of cells. Goes out: the bytes of a CSV file or of an Excel workbook.
"""

import csv
import io
from collections.abc import Sequence
from datetime import datetime

from openpyxl import Workbook

Cell = str | int | float | datetime | None
Row = Sequence[Cell]


def csv_bytes(
    rows: Sequence[Row],
    *,
    separator: str = ",",
    encoding: str = "utf-8",
    quote_all: bool = False,
    line_end: str = "\r\n",
) -> bytes:
    """Return the bytes of a CSV file; a character that the encoding lacks is written as `?`."""
    text = io.StringIO(newline="")
    writer = csv.writer(
        text,
        delimiter=separator,
        quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL,
        lineterminator=line_end,
    )
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return text.getvalue().encode(encoding, errors="replace")


def xlsx_bytes(
    rows: Sequence[Row], *, sheet: str, date_format: str, others: Sequence[str] = ()
) -> bytes:
    """Return the bytes of a workbook with one sheet of rows, and empty ones named `others`."""
    workbook = Workbook()
    page = workbook.active
    assert page is not None
    page.title = sheet
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row, start=1):
            if cell is None or cell == "":
                continue
            written = page.cell(number, column, cell)
            if isinstance(cell, datetime):
                written.number_format = date_format
            elif isinstance(cell, str):
                written.data_type = "s"  # a remark that begins with = is no formula
    for name in others:
        workbook.create_sheet(name)
    kept = io.BytesIO()
    workbook.save(kept)
    return kept.getvalue()
