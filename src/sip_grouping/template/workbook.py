"""An empty edition as one Excel workbook: sheets to fill in, and one that explains them.

Comes in: a language. Goes out: bytes of a workbook that `load_edition` reads. What may stand in a column is
a list to choose from that refuses nothing: the reader understands more than the list has. Ids, postcodes
and texts are formatted as text, so that no spreadsheet takes a zero away or makes a date of them.
"""

import io
from collections.abc import Iterator
from typing import Any

from sip_grouping.catalogue import Language, pattern
from sip_grouping.files.sheets import dress, name_cells, offer_list
from sip_grouping.reading.columns import TableName, columns_of, kind_of
from sip_grouping.reading.sources import EXPLANATIONS
from sip_grouping.template.examples import (
    Heading,
    example_rows,
    example_themes,
    headings,
    how_to_fill_in,
)
from sip_grouping.template.keys import THEMES, Key, keys
from sip_grouping.template.reference import LANGUAGES_OF_MEMBERS, TABLES, meaning

_TEXT = "@"
_LAST_ROW = 5000
"""As far down as cells are formatted and have a list to choose from."""
_SPARE_THEMES = 4
_NUMBERS = frozenset({"degrees", "count"})
_WIDTHS = {"theme": 24, "languages": 22, "slots": 26, "personal": 24, "ids": 18, "text": 24}
_LISTS = {"theme": "theme_titles", "office": "office_ids", "place": "office_ids"}
_MEMBERS = "member_ids"


def edition_workbook(language: Language) -> bytes:
    """Return an empty edition as a workbook, its titles and explanations in one language."""
    from openpyxl import Workbook  # noqa: PLC0415 - it takes a while

    book = Workbook()
    _fill_edition(book, book.active, language)
    for table in TABLES:
        _fill_table(book, book.create_sheet(table), table, language)
    _fill_explanations(book.create_sheet(EXPLANATIONS), language)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _fill_edition(book: Any, sheet: Any, language: Language) -> None:
    sheet.title = "edition"
    titles = [pattern(language, "template", f"sheet-{one}") for one in ("key", "value", "means")]
    sheet.append(titles)
    yes_no = kind_of(columns_of("members")["local"]).choices[language]
    for key, value, means in _settings(language):
        said = (yes_no[0] if value else yes_no[1]) if isinstance(value, bool) else value
        sheet.append([key, said, means])
        cell = sheet.cell(sheet.max_row, 2)
        if isinstance(value, bool):
            offer_list(sheet, cell.coordinate, yes_no)
        elif not isinstance(value, int | float):
            cell.number_format = _TEXT
    own = [
        row[0].row
        for row in sheet.iter_rows(min_row=2)
        if str(row[0].value).startswith(f"{THEMES}.")
        and str(row[0].value).endswith(f".title.{language}")
    ]
    name_cells(book, _LISTS["theme"], f"edition!$B${own[0]}:$B${own[-1]}")
    dress(sheet, [34, 34, 100])


def _settings(language: Language) -> Iterator[tuple[str, Any, str]]:
    """Yield keys, values and what they say, as the sheet has them.

    The titles of all themes stand below each other, so that members can choose from them.
    """
    of_themes = []
    for key in keys():
        if key.section == THEMES:
            of_themes.append(key)
        else:
            start = f"{key.section}.{key.name}" if key.section else key.name
            yield from _lines(start, key, key.value, language)
    yield "#", None, pattern(language, "template", "sheet-themes")
    for theme in example_themes():
        yield f"{THEMES}.{theme.id}.title.{language}", theme.title[language], ""
    first = len(example_themes()) + 1
    for number in range(first, first + _SPARE_THEMES):
        yield f"{THEMES}.theme-{number}.title.{language}", None, ""
    for theme in example_themes():
        for key in of_themes:
            if key.name != "id":
                start = f"{THEMES}.{theme.id}.{key.name}"
                for line in _lines(start, key, key.of_theme(theme), language):
                    if line[0] != f"{start}.{language}":
                        yield line


def _lines(start: str, key: Key, value: Any, language: Language) -> Iterator[tuple[str, Any, str]]:
    """Yield the lines of one key: one, or one per part; of what is left out the value is empty."""
    means = key.means[language]
    shown = key.example if value is None else value
    if isinstance(shown, dict):
        for part, one in shown.items():
            yield f"{start}.{part}", None if value is None else one, means
    elif value is None or isinstance(value, bool | int | float):
        yield start, value, means
    else:
        parts = (
            [value]
            if isinstance(value, str)
            else [f"{one:g}" if isinstance(one, float) else one for one in value]
        )
        yield start, "; ".join(parts) or None, means


def _fill_table(book: Any, sheet: Any, table: TableName, language: Language) -> None:
    from openpyxl.comments import Comment  # noqa: PLC0415 - loaded by now
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    columns = headings(table, language)
    sheet.append([heading.title for heading in columns])
    for row in example_rows(language) if table == "members" else ():
        sheet.append([cell or None for cell in row])
    for at, heading in enumerate(columns, start=1):
        letter = get_column_letter(at)
        cells = f"{letter}2:{letter}{_LAST_ROW}"
        told = "\n\n".join(f"{one}: {meaning(heading.column, one)}" for one in _own_first(language))
        sheet.cell(1, at).comment = Comment(told, "sip-grouping", width=360, height=220)
        if heading.column.kind not in _NUMBERS:
            sheet.column_dimensions[letter].number_format = _TEXT
            for row_of_example in range(2, sheet.max_row + 1):
                sheet.cell(row_of_example, at).number_format = _TEXT
        _offer(sheet, cells, heading, language)
        if heading.column.field in {"member_id", "office_id"} and table != "pins":
            name = _MEMBERS if table == "members" else _LISTS["office"]
            name_cells(book, name, f"{table}!${letter}$2:${letter}${_LAST_ROW}")
    dress(sheet, [_width(heading) for heading in columns], keep=1)


def _width(heading: Heading) -> int:
    return max(_WIDTHS.get(heading.column.kind, 12), len(heading.title) + 3)


def _offer(sheet: Any, cells: str, heading: Heading, language: Language) -> None:
    """Give cells a list to choose from, where there is one."""
    words = kind_of(heading.column).choices[language]
    if words:
        offer_list(sheet, cells, words)
    elif heading.column.kind in _LISTS:
        offer_list(sheet, cells, _LISTS[heading.column.kind])
    elif heading.column.kind == "member":
        offer_list(sheet, cells, _MEMBERS)


def _fill_explanations(sheet: Any, language: Language) -> None:
    languages = _own_first(language)
    for line in how_to_fill_in(language, "workbook").splitlines():
        sheet.append([line])
    sheet.append([pattern(language, "template", "sheet-explanations")])
    sheet.append([])
    sheet.append(
        [
            pattern(language, "template", "sheet-sheet"),
            pattern(language, "template", "sheet-column"),
            *languages,
        ]
    )
    head = sheet.max_row
    for key in keys():
        sheet.append(
            [
                "edition",
                ".".join(filter(None, (key.section, key.name))),
                *(key.means[one] for one in languages),
            ]
        )
    for table in TABLES:
        for heading in headings(table, language):
            column = heading.column
            told = (f"{meaning(column, one)} {kind_of(column).read[one]}" for one in languages)
            sheet.append([table, heading.title, *told])
    dress(sheet, [14, 30, 70, 70, 70], head=head)


def _own_first(language: Language) -> tuple[Language, ...]:
    return (language, *(one for one in LANGUAGES_OF_MEMBERS if one != language))
