"""A sheet of text as a table: which row is the header, which column is which field.

Comes in: a `Grid`, the table it is meant to be, a mapping. Goes out: `Table`: rows of cleaned cells by
field, with what stood in them, and what there is to say of header and rows. Cells get no meaning here.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping as ReadMapping
from collections.abc import Sequence
from dataclasses import dataclass, field

from sip_grouping.files.decode import WINDOWS
from sip_grouping.files.grid import HEADER_WITHIN, SEPARATORS, Grid, GridRow
from sip_grouping.files.tables import as_meant
from sip_grouping.findings import PERSONAL, Finding, finding
from sip_grouping.reading.columns import TableName, columns_of, field_of, likeness, nearest_field
from sip_grouping.reading.mapping import YES_NO_FIELDS, FormMapping
from sip_grouping.reading.words import YES_OR_NO
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
    """

    number: int | str
    cells: ReadMapping[str, str]
    written: ReadMapping[str, str]
    lists: ReadMapping[str, tuple[str, ...]]
    extra: ReadMapping[str, str]
    shifted: bool = False
    position: int | None = None

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
    at = 0 if grid.titled else _header_at(grid, table, mapping)
    header = grid.rows[at]
    if at:
        _say_of_rows_above(grid.rows[:at], said)
    titles = [cleaned(as_meant(cell.strip())) for cell in header.cells]
    fields = _fields(titles, table, mapping, header.number, said)
    body = grid.rows[at + 1 :]
    names = _names_of_unread(titles, fields, body)
    rows = []
    for position, row in enumerate(body, start=at + 1):
        read = _row(row, position, grid, len(titles), fields, names, said)
        if read is not None and not _is_header_again(read, titles, fields):
            rows.append(read)
        elif read is not None:
            said.warnings.append(finding("header-again", said.file, row.number, sheet=said.sheet))
    whole = frozenset(name for at, name in fields.items() if at in grid.whole_numbers)
    by_field = {name: titles[at] for at, name in fields.items()}
    if grid.encoding == WINDOWS:
        _say_of_encoding(rows, by_field, said)
    _say_of_unread(names, by_field, rows, table, mapping, header.number, said)
    return Table(
        grid.file, grid.sheet, header.number, by_field, tuple(names.values()), tuple(rows), whole,
        tuple(said.findings), tuple(said.warnings),
    )  # fmt: skip


def _header_at(grid: Grid, table: TableName, mapping: FormMapping) -> int:
    mapped = {key_of(title) for title in (*mapping.columns, *mapping.grid)}

    once = _texts_once(grid.rows[:_COMPARED])

    def known(row: GridRow) -> int:
        own = sum(key_of(cell) in mapped for cell in row.cells) if mapped else 0
        titles = [cell for at, cell in enumerate(row.cells) if (at, cell) in once]
        return own + likeness(table, list(map(cleaned, titles)))

    merits = [known(row) for row in grid.rows[:HEADER_WITHIN]]
    return merits.index(max(merits))


_COMPARED = 300


def _texts_once(rows: Sequence[GridRow]) -> set[tuple[int, str]]:
    """Return the texts that only one row has in their column: a title, unlike an answer, is one.

    ``1er choix`` may be both. A header that stands twice, as in files put together, counts as one row.
    """
    different = {tuple(row.cells) for row in rows}
    times = Counter((at, cell) for cells in different for at, cell in enumerate(cells))
    return {place for place, count in times.items() if count == 1}


def _say_of_rows_above(rows: Sequence[GridRow], said: _Said) -> None:
    for row in rows:
        said.warnings.append(finding("row-above-header", said.file, row.number, sheet=said.sheet))


def _fields(
    titles: Sequence[str], table: TableName, mapping: FormMapping, header: int | str, said: _Said
) -> dict[int, str]:
    """Return the field of each column that has one, by its position."""
    own = {key_of(title): name for title, name in mapping.columns.items()}
    grid = {key_of(title) for title in mapping.grid}
    found: dict[int, str] = {}
    columns: dict[str, list[str]] = defaultdict(list)
    for at, title in enumerate(titles):
        key = key_of(title)
        if not title or (table == "members" and key in grid) or mapping.reading.ignores(title):
            continue
        name = own.get(key) if table == "members" and key in own else field_of(title, table)
        if name:
            columns[name].append(title)
            found.setdefault(at, name)
    for name, several in columns.items():
        if len(several) > 1:
            said.findings.append(
                finding(
                    "duplicate-column", said.file, header, several[0], sheet=said.sheet,
                    titles=tuple(repr(title) for title in several), field=name,
                )
            )  # fmt: skip
    first = {name: at for at, name in reversed(found.items())}
    return {at: name for name, at in sorted(first.items(), key=lambda one: one[1])}


def _names_of_unread(
    titles: Sequence[str], fields: ReadMapping[int, str], rows: Sequence[GridRow]
) -> dict[int, str]:
    """Return what each column that is not read is kept as: no two alike, none without a name."""
    found: dict[int, str] = {}
    taken: set[str] = set()
    times: dict[str, int] = defaultdict(lambda: 1)
    for at, title in enumerate(titles):
        if at in fields:
            continue
        if not title and not any(at < len(row.cells) and row.cells[at].strip() for row in rows):
            continue  # an empty column beside the table
        first = name = title or f"column {_letters(at)}"
        while name in taken:
            times[first] += 1
            name = f"{first} ({times[first]})"
        taken.add(name)
        found[at] = name
    return found


def _letters(position: int) -> str:
    """Return what a spreadsheet calls a column."""
    letters, number = "", position + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _row(
    row: GridRow,
    position: int,
    grid: Grid,
    width: int,
    fields: ReadMapping[int, str],
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
    for at, name in fields.items():
        if at < count:
            raw = cells[at]
            text = cleaned(as_meant(raw.strip()))
            by_field[name] = type(raw)(text) if type(raw) is not str else text
            if text != raw:
                written[name] = raw
            if (position, at) in grid.lists:
                lists[name] = tuple(map(cleaned, grid.lists[position, at]))
    extra = {
        name: cleaned(as_meant(cells[at].strip())) if at < count else ""
        for at, name in unread.items()
    }
    return Row(row.number, by_field, written, lists, extra, surplus or count < width, row.position)


def _separated_otherwise(cells: Sequence[str], columns: int) -> bool:
    """Return whether the first cell of a row holds most of the row, under another separator."""
    if len(cells) >= columns:
        return False
    parts = max(cells[0].count(separator) for separator in SEPARATORS) + len(cells)
    return parts > max(2, columns // 2) and len(cells) <= columns // 2


def _is_header_again(row: Row, titles: Sequence[str], fields: ReadMapping[int, str]) -> bool:
    filled = {name: text for name, text in row.cells.items() if text}
    return len(filled) > 1 and all(
        key_of(filled.get(name, "")) == key_of(titles[at]) for at, name in fields.items()
    )


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
    absent = _absent(titles, table)
    missing_yes_no = tuple(name for name in YES_NO_FIELDS if name in absent)
    grid = {key_of(title) for title in mapping.grid}
    used = {key_of(mapping.duplicates.by)} if mapping.duplicates else set()
    for name in names.values():
        key = key_of(name)
        if mapping.reading.ignores(name) or key in grid or key in used:
            continue
        cells = {key_of(text) for row in rows if (text := row.extra.get(name))}
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
