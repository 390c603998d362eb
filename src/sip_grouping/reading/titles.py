"""The header of a table: which row it is, which column is which field.

Comes in: a `Grid`, the table it is meant to be, a mapping. Goes out: the position of the header, `Columns`,
and what the columns that are not read are kept as. Cells get no meaning here.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sip_grouping.files.grid import HEADER_WITHIN, Grid, GridRow
from sip_grouping.reading.columns import RANK_OF, TableName, field_of, likeness
from sip_grouping.reading.mapping import FormMapping, fields_of
from sip_grouping.text import cleaned, key_of


def header_at(grid: Grid, table: TableName, mapping: FormMapping) -> int:
    """Return the position of the row that looks most like a header."""
    mapped = mapping.titles

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


@dataclass(slots=True)
class Columns:
    """Which positions hold which field.

    Attributes
    ----------
    single
        Field by position.
    merged
        Further positions of a field: the one that is filled counts.
    options
        By field: positions of columns per option, each with what a mark in it says.
    twice
        Titles of a field that several columns are called after.
    """

    single: dict[int, str] = field(default_factory=dict)
    merged: dict[str, list[int]] = field(default_factory=dict)
    options: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    twice: dict[str, list[str]] = field(default_factory=dict)

    @property
    def positions(self) -> set[int]:
        """All positions that are read."""
        several = [at for positions in self.merged.values() for at in positions]
        marks = [at for options in self.options.values() for at, _ in options]
        return {*self.single, *several, *marks}


def columns_in(titles: Sequence[str], table: TableName, mapping: FormMapping) -> Columns:
    """Return which columns hold which field."""
    of_members = table == "members"
    own = {key_of(title): name for title, name in mapping.columns.items()} if of_members else {}
    grid = {key_of(title): theme for title, theme in mapping.grid.items()} if of_members else {}
    # Next year's table may have titles of its own: only titles that are here count.
    mapped = fields_of(own[key] for key in map(key_of, titles) if key in own)
    found = Columns()
    columns: dict[str, list[str]] = defaultdict(list)
    first: dict[str, int] = {}
    for at, title in enumerate(titles):
        key = key_of(title)
        if key in grid:
            first.setdefault(f"{RANK_OF}{grid[key]}", at)
        if not title or key in grid:
            continue
        if key in own:
            name, _, option = own[key].partition(":")
            if option:
                found.options.setdefault(name, []).append((at, option))
            elif name in first:
                found.merged.setdefault(name, []).append(at)
            else:
                first[name] = at
            continue
        read = None if mapping.reading.ignores(title) else field_of(title, table)
        if read and read not in mapped:
            columns[read].append(title)
            first.setdefault(read, at)
    found.twice = {name: several for name, several in columns.items() if len(several) > 1}
    found.single = {at: name for name, at in first.items()}
    return found


def names_of_unread(
    titles: Sequence[str], read: Collection[int], rows: Sequence[GridRow]
) -> dict[int, str]:
    """Return what each column that is not read is kept as: no two alike, none without a name."""
    found: dict[int, str] = {}
    taken: set[str] = set()
    times: dict[str, int] = defaultdict(lambda: 1)
    for at, title in enumerate(titles):
        if at in read:
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
