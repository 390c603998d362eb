"""Slips in members.xlsx: what Excel keeps beside the text of a cell.

Comes in: nothing. Goes out: `WORKBOOKS`.
"""

from datetime import UTC, datetime

from openpyxl.worksheet.worksheet import Worksheet

from slips.base import Change, Slip, rows, text, workbook
from slips.sources import seen

_DATE = datetime(2026, 2, 1, tzinfo=UTC).replace(tzinfo=None)


def _column(title: str) -> int:
    return rows()[0].index(title) + 1


def _numbers(kind: type[int] | type[float]) -> list[list[object]]:
    """Return the table with ids and postcodes as numbers."""
    header, *members = rows()
    table: list[list[object]] = [list(header)]
    for number, row in enumerate(members, start=1):
        cells: list[object] = list(row)
        cells[0] = kind(number)
        cells[_column("postcode") - 1] = kind(row[_column("postcode") - 1])
        table.append(cells)
    return table


def _put(row: int, title: str, value: object) -> Change:
    def change(sheet: Worksheet) -> None:
        sheet.cell(row, _column(title)).value = value

    return change


def _error(row: int, title: str, value: str) -> Change:
    def change(sheet: Worksheet) -> None:
        cell = sheet.cell(row, _column(title))
        cell.value = value
        cell.data_type = "e"

    return change


def _hidden_first(sheet: Worksheet) -> None:
    book = sheet.parent
    lists = book.create_sheet("Listes", 0)
    lists.append(["Pays", "Bureau"])
    lists.append(["BE", "liege"])
    lists.sheet_state = "hidden"
    book.active = 1


def _hidden_rows(sheet: Worksheet) -> None:
    for row in (3, 4):
        sheet.row_dimensions[row].hidden = True


def _title_above(sheet: Worksheet) -> None:
    sheet.insert_rows(1, 2)
    sheet.cell(1, 1).value = "Smart in Progress 2026"
    sheet.merge_cells("A1:H1")


def _country_merged(sheet: Worksheet) -> None:
    letter = sheet.cell(1, _column("country")).column_letter
    sheet.merge_cells(f"{letter}2:{letter}5")


def _zero_format(sheet: Worksheet) -> None:
    cell = sheet.cell(8, _column("postcode"))
    cell.value = 1000
    cell.number_format = "00000"


def _booleans(sheet: Worksheet) -> None:
    for row in range(2, 10):
        sheet.cell(row, _column("video")).value = row != 4


WORKBOOKS: tuple[Slip, ...] = (
    Slip(
        "xlsx-plain",
        "workbooks",
        seen("active-sheet"),
        "A workbook instead of members.csv, all cells texts",
        "read",
        workbook(rows()),
        (("f01", "office", "lille"),),
    ),
    Slip(
        "xlsx-whole-numbers",
        "workbooks",
        seen("scientific-xlsx"),
        "Ids and postcodes as whole numbers",
        "read",
        workbook(_numbers(int)),
        (("2", "postcode", "4020"), ("5", "postcode", "59000")),
    ),
    Slip(
        "xlsx-numbers",
        "workbooks",
        seen("limesurvey-zeros"),
        "Ids and postcodes as numbers with a fraction of nothing: `4020.0`",
        "read",
        workbook(_numbers(float)),
        (("2", "postcode", "4020"), ("5", "postcode", "59000")),
    ),
    Slip(
        "xlsx-booleans",
        "workbooks",
        seen("boolean-libre"),
        "TRUE and FALSE as booleans of Excel",
        "read",
        workbook(rows(), _booleans),
        (("a01", "video", True), ("a03", "video", False)),
    ),
    Slip(
        "xlsx-zero-by-format",
        "workbooks",
        seen("zero-format"),
        "The number 1000 that the format `00000` shows as 01000, in France",
        "read",
        workbook(rows(), _zero_format),
        (("f03", "postcode", "01000"),),
    ),
    Slip(
        "xlsx-hidden-list",
        "workbooks",
        seen("hidden-sheet"),
        "A hidden sheet of lists before the sheet of members",
        "read",
        workbook(rows(), _hidden_first),
        (("f01", "office", "lille"),),
        may_warn=True,
    ),
    Slip(
        "xlsx-filtered-rows",
        "workbooks",
        None,
        "Rows that a filter hides",
        "read",
        workbook(rows(), _hidden_rows),
        (("a02", "postcode", "4020"), ("a03", "postcode", "4030")),
        may_warn=True,
    ),
    Slip(
        "xlsx-title-above",
        "workbooks",
        seen("merged-title"),
        "A merged title and a blank row above the header",
        "warning",
        workbook(rows(), _title_above),
        (("f01", "office", "lille"),),
        ("Smart in Progress|above|header",),
        "what was passed over is noted",
    ),
    Slip(
        "xlsx-merged-cells",
        "workbooks",
        seen("merged-columns"),
        "The country once, in a cell merged over four members",
        "warning",
        workbook(rows(), _country_merged),
        (("a04", "country", "BE"),),
        ("merged",),
        "the merged cells stand for each of their rows",
    ),
    Slip(
        "xlsx-not-available",
        "workbooks",
        seen("not-available"),
        "`#N/A` under `office`",
        "error",
        workbook(rows(), _error(2, "office", "#N/A")),
        names=("#N/A",),
        says="a look-up found nothing",
    ),
    Slip(
        "xlsx-reference-lost",
        "workbooks",
        seen("reference-error"),
        "`#REF!` under `theme_1`",
        "error",
        workbook(rows(), _error(2, "theme_1", "#REF!")),
        names=("#REF!",),
        says="a formula lost what it refers to",
    ),
    Slip(
        "xlsx-formula",
        "workbooks",
        seen("formula-cache"),
        "A formula that no spreadsheet has computed, under `postcode`",
        "error",
        workbook(rows(), _put(2, "postcode", "=VLOOKUP(A2,B2:C9,2)")),
        names=("postcode",),
        says="the cell holds no value",
    ),
    Slip(
        "xlsx-date-as-id",
        "workbooks",
        seen("date-cells"),
        "An id `1-2` that Excel keeps as 1 February 2026",
        "named",
        workbook(rows(), _put(2, "member_id", _DATE)),
        names=("2026|date",),
    ),
    Slip(
        "xlsx-date-as-slot",
        "workbooks",
        seen("date-guide"),
        "A date under `slots`",
        "named",
        workbook(rows(), _put(2, "slots", _DATE)),
        names=("2026|date|slot",),
    ),
    Slip(
        "xlsx-beside-csv",
        "workbooks",
        None,
        "members.csv and members.xlsx in one folder",
        "error",
        {**workbook(rows()), "members.csv": text(rows()).encode()},
        names=("members.csv", "members.xlsx"),
        says="both files are named",
    ),
    Slip(
        "xlsx-of-text",
        "workbooks",
        None,
        "members.xlsx that is a CSV file by another name",
        "named",
        {"members.csv": None, "members.xlsx": b"member_id;country\r\na01;BE\r\n"},
        names=("members.xlsx",),
    ),
)
