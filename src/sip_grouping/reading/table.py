"""A sheet of text as a table: which row is the header, which column is which field.

Comes in: a `Grid`, the table it is meant to be, a mapping. Goes out: `Table`: rows of cleaned cells by
field, with what stood in them, and what there is to say of header and rows. Cells get no meaning here.
"""

from collections.abc import Callable, Sequence
from collections.abc import Mapping as ReadMapping
from dataclasses import dataclass, field
from typing import Any

from sip_grouping.files.decode import WINDOWS
from sip_grouping.files.grid import SEPARATORS, Grid, GridRow
from sip_grouping.findings import PERSONAL, Finding, finding
from sip_grouping.reading.columns import (
    TableName,
    columns_of,
    nearest_field,
)
from sip_grouping.reading.mapping import YES_NO_FIELDS, FormMapping, fields_of
from sip_grouping.reading.plain import CellsByName, as_read, stand_as_read
from sip_grouping.reading.titles import Columns, columns_in, header_at, names_of_unread
from sip_grouping.reading.words import YES_OR_NO, yes_or_no
from sip_grouping.text import cleaned, key_of


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number, and its cells by field, cleaned.

    Attributes
    ----------
    cells
        Those of columns that are read.
    written
        Those of them that stand otherwise in the file.
    lists
        Of a DataFrame: the parts of cells that are lists.
    extra
        Cells of columns that are not read, by title.
    shifted
        Whether it has more or fewer cells than the header: a cell may stand in a wrong column.
    plain
        All cells in the order of the file, where each is read as it stands and columns are fields one by
        one; None elsewhere.
    """

    number: int | str
    cells: ReadMapping[str, str]
    written: ReadMapping[str, str]
    lists: ReadMapping[str, tuple[str, ...]]
    extra: ReadMapping[str, str]
    shifted: bool = False
    position: int | None = None
    plain: Sequence[str] | None = None

    @property
    def told(self) -> str:
        """How another finding calls this row."""
        return str(self.number) if self.position is None else f"{self.number} ({self.position})"

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a table, blank ones left out.

    Attributes
    ----------
    titles
        By field: what the file calls its column.
    whole_numbers
        Fields of a DataFrame whose column is of whole numbers.
    positions, unread_positions
        Where the cells of fields, and of columns that are not read, stand in a row.
    """

    file: str
    sheet: str | None
    header: int | str
    titles: ReadMapping[str, str]
    unread: tuple[str, ...]
    rows: tuple[Row, ...]
    whole_numbers: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    positions: ReadMapping[str, int] = field(default_factory=dict)
    unread_positions: ReadMapping[str, int] = field(default_factory=dict)

    def column(self, name: str) -> list[str]:
        """Return the cells of a field, row by row."""
        at = self.positions.get(name)
        if at is None:
            return [row[name] if row.plain is None else "" for row in self.rows]
        return [row[name] if row.plain is None else row.plain[at] for row in self.rows]


@dataclass(slots=True)
class _Said:
    """What is found on the way."""

    file: str
    sheet: str | None
    findings: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)


def table_of(grid: Grid, table: TableName, mapping: FormMapping) -> Table:
    """Return a grid as a table of members, offices or pins."""
    said = _Said(grid.file, grid.sheet, list(grid.findings), list(grid.warnings))
    at = 0 if grid.titled else header_at(grid, table, mapping)
    header = grid.rows[at]
    if at:
        _say_of_rows_above(grid.rows[:at], said)
    titles = [as_read(cell) for cell in header.cells]
    columns = columns_in(titles, table, mapping)
    for name, several in columns.twice.items():
        said.findings.append(
            finding(
                "duplicate-column", said.file, header.number, several[0], sheet=said.sheet,
                titles=tuple(repr(title) for title in several), field=name,
            )
        )  # fmt: skip
    fields = columns.single
    body = grid.rows[at + 1 :]
    names = names_of_unread(titles, columns.positions, body)
    rows = []
    plain = _plain_rows(grid, len(titles), columns, names)
    is_header = _header_again(titles, fields)
    titled = max((number for number, title in enumerate(titles, start=1) if title), default=0)
    for position, row in enumerate(body, start=at + 1):
        read = plain(row) or _row(row, position, grid, len(titles), columns, names, said)
        if read is not None and not is_header(read):
            rows.append(read)
            if len(row.cells) < titled:
                said.warnings.append(
                    finding(
                        "too-few-cells", said.file, row.number,
                        sheet=said.sheet, cells=len(row.cells), columns=titled,
                    )
                )  # fmt: skip
        elif read is not None:
            said.warnings.append(finding("header-again", said.file, row.number, sheet=said.sheet))
    whole = frozenset(name for at, name in fields.items() if at in grid.whole_numbers)
    by_field = {name: titles[at] for at, name in fields.items()}
    for name, options in columns.options.items():
        by_field.setdefault(name, titles[options[0][0]])
    if grid.encoding == WINDOWS:
        _say_of_encoding(rows, by_field, said)
    _say_of_unread(names, by_field, rows, table, mapping, header.number, said)
    return Table(
        grid.file, grid.sheet, header.number, by_field, tuple(names.values()), tuple(rows), whole,
        tuple(said.findings), tuple(said.warnings), *_positions(columns, names),
    )  # fmt: skip


def _positions(
    columns: Columns, unread: ReadMapping[int, str]
) -> tuple[dict[str, int], dict[str, int]]:
    return (
        {name: at for at, name in columns.single.items()},
        {name: at for at, name in unread.items()},
    )


def _plain_rows(
    grid: Grid, width: int, columns: Columns, unread: ReadMapping[int, str]
) -> Callable[[GridRow], Row | None]:
    """Return what makes a row of cells that are read as they stand; nothing of another row."""
    if grid.lists or columns.merged or columns.options:
        return lambda _: None
    by_field, by_title = _positions(columns, unread)
    nothing: dict[str, Any] = {}

    def plain(row: GridRow) -> Row | None:
        cells = row.cells
        # A cell of a workbook is more than its text.
        if len(cells) != width or not ({*map(type, cells)} == {str} and stand_as_read(cells)):
            return None
        named, further = CellsByName(cells, by_field), CellsByName(cells, by_title)
        return Row(row.number, named, nothing, nothing, further, False, row.position, cells)

    return plain


def _say_of_rows_above(rows: Sequence[GridRow], said: _Said) -> None:
    for row in rows:
        said.warnings.append(finding("row-above-header", said.file, row.number, sheet=said.sheet))


def _row(
    row: GridRow,
    position: int,
    grid: Grid,
    width: int,
    columns: Columns,
    unread: ReadMapping[int, str],
    said: _Said,
) -> Row | None:
    cells = row.cells
    surplus = any(cell.strip() for cell in cells[width:])
    if _separated_otherwise(cells, width):
        # Its cells are not told apart, so none is shown: a name may be among them.
        said.findings.append(finding("other-separator", said.file, row.number, sheet=said.sheet))
        return None
    if surplus:
        said.findings.append(
            finding(
                "too-many-cells", said.file, row.number,
                sheet=said.sheet, cells=len(cells), columns=width,
            )
        )  # fmt: skip
    by_field: dict[str, str] = {}
    written: dict[str, str] = {}
    lists: dict[str, tuple[str, ...]] = {}
    count = len(cells)
    for at, name in columns.single.items():
        if at < count:
            raw = cells[at]
            text = as_read(raw)
            by_field[name] = type(raw)(text) if type(raw) is not str else text
            if text != raw:
                written[name] = raw
            if (position, at) in grid.lists:
                lists[name] = tuple(map(cleaned, grid.lists[position, at]))
    _put_together(cells, columns, by_field, written)
    extra = {name: as_read(cells[at]) if at < count else "" for at, name in unread.items()}
    return Row(row.number, by_field, written, lists, extra, surplus or count < width, row.position)


def _put_together(
    cells: Sequence[str],
    columns: Columns,
    by_field: dict[str, str],
    written: dict[str, str],
) -> None:
    """Add what several columns say of one field."""

    def text_at(at: int) -> str:
        return as_read(cells[at]) if at < len(cells) else ""

    for name, positions in columns.merged.items():
        filled = [text for text in (by_field.get(name, ""), *map(text_at, positions)) if text]
        by_field[name] = "\n".join(dict.fromkeys(filled))
    for name, options in columns.options.items():
        marks = [(option, text_at(at)) for at, option in options]
        said = [option if yes_or_no(text) else text for option, text in marks if text]
        told = [
            text
            for text in (by_field.get(name, ""), *said)
            if text and yes_or_no(text) is not False
        ]
        by_field[name] = "\n".join(dict.fromkeys(told))
        written[name] = " | ".join(text for _, text in marks)


def _separated_otherwise(cells: Sequence[str], columns: int) -> bool:
    """Return whether the first cell of a row holds most of the row, under another separator."""
    if len(cells) >= columns:
        return False
    parts = max(cells[0].strip().count(separator) for separator in SEPARATORS) + len(cells)
    return parts > max(2, columns // 2) and len(cells) <= columns // 2


def _header_again(titles: Sequence[str], fields: ReadMapping[int, str]) -> Callable[[Row], bool]:
    """Return what tells whether a row is the header once more."""
    keys = {name: key_of(titles[at]) for at, name in fields.items()}

    first = next(iter(fields.items()), None)

    def is_header(row: Row) -> bool:
        if first is not None and row.plain is not None:
            at, name = first
            if key_of(row.plain[at]) != keys[name]:
                return False
        alike = all(key_of(row[name]) == key for name, key in keys.items())
        return alike and sum(map(bool, row.cells.values())) > 1

    return is_header


def _say_of_encoding(rows: Sequence[Row], titles: ReadMapping[str, str], said: _Said) -> None:
    """Show the first cell that was read by guess, but never a name."""
    for row in rows:
        for name, text in row.cells.items():
            if name not in PERSONAL and not row.shifted and not text.isascii():
                said.warnings.append(
                    finding(
                        "taken-for-windows", said.file, row.number, titles[name], text,
                        sheet=said.sheet,
                    )
                )  # fmt: skip
                return
    said.warnings.append(
        finding("taken-for-windows", said.file, sheet=said.sheet, variant="unseen")
    )


def _say_of_unread(
    names: ReadMapping[int, str],
    titles: ReadMapping[str, str],
    rows: Sequence[Row],
    table: TableName,
    mapping: FormMapping,
    header: int | str,
    said: _Said,
) -> None:
    told = fields_of(titles)
    absent = tuple(name for name in _absent(titles, table) if name not in told)
    missing_yes_no = tuple(name for name in YES_NO_FIELDS if name in absent)
    known = mapping.titles
    for name in names.values():
        key = key_of(name)
        if mapping.reading.ignores(name) or key in known:
            continue
        texts = {row.extra.get(name) for row in rows}
        cells = {key_of(text) for text in texts if text}
        if table == "members" and missing_yes_no and cells and cells <= YES_OR_NO:
            near = nearest_field(name, missing_yes_no, table)
            said.findings.append(
                finding(
                    "yes-no-column-not-read", said.file, header, name,
                    sheet=said.sheet, fields=missing_yes_no, first=near or missing_yes_no[0], title=name,
                )
            )  # fmt: skip
            continue
        near = nearest_field(name, absent, table)
        if near is None:
            said.warnings.append(
                finding("column-not-read", said.file, column=name, sheet=said.sheet)
            )
        else:
            said.warnings.append(
                finding(
                    "column-like-another", said.file, header, name, sheet=said.sheet, field=near
                )
            )


def _absent(titles: ReadMapping[str, str], table: TableName) -> tuple[str, ...]:
    return tuple(name for name in columns_of(table) if name not in titles)
