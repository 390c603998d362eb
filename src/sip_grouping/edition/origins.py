"""Where the records of an edition stand in its files, so that what is said of one can name its row.

Comes in: records as they were read, and the `Sources` of the checks. Goes out: `Origins`, which an edition
keeps and which decides nothing, and `RowPlace`. Records are found by what identifies them and not by their
number: a copy of an edition has some more or fewer.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from sip_grouping.catalogue import Language, pattern
from sip_grouping.edition.checks import Source, Sources
from sip_grouping.edition.records import Member, Office, Pin
from sip_grouping.findings import file_in, row_ranges
from sip_grouping.frozen import Frozen

MEMBERS, OFFICES, PINS = "members", "offices", "pins"


@dataclass(frozen=True, slots=True)
class RowPlace:
    """A row of the tables of an edition, or a key of edition.toml.

    Attributes
    ----------
    file, sheet
        As a finding names them.
    row
        As a spreadsheet numbers it, or the label of a DataFrame's row; None for a key of edition.toml, and
        for a record that was not read from a table.
    column
        As the file calls it; the dotted key of edition.toml; None: the whole row.
    record_id
        Id of the member or office whose row it is, of a pin that of its member; None for a key.
    """

    file: str
    sheet: str | None = None
    row: int | str | None = None
    column: str | None = None
    record_id: str | None = None

    def record(self) -> dict[str, str | int | None]:
        """Return the same for other programs; no name and no e-mail address."""
        return {
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "id": self.record_id,
        }


def rows_told(places: Iterable[RowPlace], language: Language) -> str:
    """Return where rows stand, such as ``members.csv, rows 3, 7``; empty where no row is known."""
    by_table: dict[tuple[str, str | None], list[int | str]] = {}
    for one in places:
        if one.row is not None:
            by_table.setdefault((one.file, one.sheet), []).append(one.row)
    return "; ".join(_rows_of_a_table(*table, rows, language) for table, rows in by_table.items())


def _rows_of_a_table(
    file: str, sheet: str | None, rows: Sequence[int | str], language: Language
) -> str:
    parts = [file_in(file, language)]
    if sheet is not None:
        parts.append(pattern(language, "place", "sheet").format(sheet=sheet))
    if len(set(rows)) == 1:
        parts.append(pattern(language, "place", "row").format(row=rows[0]))
    else:
        parts.append(pattern(language, "place", "rows").format(rows=row_ranges(rows)))
    return ", ".join(parts)


@dataclass(frozen=True)
class Origins:
    """Where the records of an edition stand.

    Attributes
    ----------
    settings
        The file of the settings.
    tables
        The files of the tables, by name (members, offices, pins); one that was not read is left out.
    keys, rows
        By table: what identifies its records, and their rows.
    """

    settings: Source = field(default_factory=lambda: Source("edition"))
    tables: Mapping[str, Source] = field(default_factory=Frozen)
    keys: Mapping[str, tuple[Hashable, ...]] = field(default_factory=Frozen)
    rows: Mapping[str, tuple[int | str, ...]] = field(default_factory=Frozen)

    def of_key(self, key: str) -> RowPlace:
        """Return where a key of edition.toml stands."""
        return RowPlace(self.settings.file, self.settings.sheet, column=key)

    def of_member(self, member_id: str, column: str) -> RowPlace:
        """Return where a member's answer stands; `column`: name of the field."""
        return self._place(MEMBERS, member_id, column, member_id)

    def of_office(self, office_id: str, column: str) -> RowPlace:
        """Return where something is said of an office; `column`: name of the field."""
        return self._place(OFFICES, office_id, column, office_id)

    def of_pin(self, pin: Pin) -> RowPlace:
        """Return where a pin stands."""
        return self._place(PINS, pin, None, pin.member_id)

    def _place(self, table: str, key: Hashable, column: str | None, record_id: str) -> RowPlace:
        row = self._row_by_key[table].get(key)
        source = self.tables.get(table)
        if row is None or source is None:
            return RowPlace(table, column=column, record_id=record_id)
        title = None if column is None else source.titles.get(column, column)
        return RowPlace(source.file, source.sheet, row, title, record_id)

    @cached_property
    def _row_by_key(self) -> Mapping[str, Mapping[Hashable, int | str]]:
        return {
            table: dict(zip(self.keys.get(table, ()), self.rows.get(table, ()), strict=True))
            for table in (MEMBERS, OFFICES, PINS)
        }


def origins_of(
    sources: Sources,
    sheet: str | None,
    members: Iterable[Member],
    offices: Iterable[Office],
    pins: Iterable[Pin],
) -> Origins:
    """Return where records stand that were read.

    Parameters
    ----------
    sheet
        Sheet of the settings in a workbook; None elsewhere.
    """
    of_tables = {
        MEMBERS: (tuple(one.member_id for one in members), sources.member_rows),
        OFFICES: (tuple(one.office_id for one in offices), sources.office_rows),
        PINS: (tuple(pins), sources.pin_rows),
    }
    read = {
        table: (keys, tuple(rows))
        for table, (keys, rows) in of_tables.items()
        if rows is not None and table in sources.tables
    }
    return Origins(
        Source(sources.edition, sheet),
        Frozen({table: _frozen(sources.tables[table]) for table in read}),
        Frozen({table: keys for table, (keys, _) in read.items()}),
        Frozen({table: rows for table, (_, rows) in read.items()}),
    )


def _frozen(source: Source) -> Source:
    return Source(source.file, source.sheet, Frozen(source.titles))
