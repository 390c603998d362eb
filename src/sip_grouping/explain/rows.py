"""Cells and rows of the tables as they are after changes, read by the readers of the tables.

Comes in: an edition, changes of cells, further rows. Goes out: members, offices and pins; findings that
name a row by its id and a column by its field. A row is read as far as it is changed: all else stays as the
edition has it, however it was written.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sip_grouping.edition import Edition
from sip_grouping.edition.locate import Locator
from sip_grouping.edition.records import Member, Office, Pin, Theme
from sip_grouping.explain.changes import (
    CHANGES,
    AddMember,
    Cell,
    MemberChange,
    OfficeChange,
    PinChange,
)
from sip_grouping.files.grid import Grid, GridRow
from sip_grouping.files.tables import harmless
from sip_grouping.findings import Finding, finding, nearest
from sip_grouping.reading.cells import Known
from sip_grouping.reading.columns import RANKED, TableName, columns_of, field_of, nearest_field
from sip_grouping.reading.frames import cell_parts, cell_text
from sip_grouping.reading.mapping import FormMapping, Reading
from sip_grouping.reading.names import MemberIds, Names, Personal
from sip_grouping.reading.records import Records, read_members, read_offices, read_pins
from sip_grouping.reading.spots import Spots
from sip_grouping.reading.table import Table, table_of
from sip_grouping.reading.writing import member_cells, office_cells

_R = TypeVar("_R", Member, Office)
_C = TypeVar("_C", MemberChange, OfficeChange)

_WHERE = ("country", "home_country", "postcode", "latitude", "longitude")
"""Columns that say together where a record lies."""
_THEMES = "themes"


class RowsChanged:
    """Reads changed rows one by one; what they say is known once all postcodes are looked up."""

    def __init__(self, edition: Edition, themes: Sequence[Theme]) -> None:
        self._edition = edition
        self._themes = themes
        self._extra = tuple(dict.fromkeys(key for one in edition.members for key in one.extra))
        self._mapping = FormMapping().with_reading(Reading(ignore=self._extra))
        self._spots = Spots()
        self._reads: list[tuple[Records[Any], frozenset[str] | None]] = []
        self._added_ids: tuple[str, ...] = ()
        self._known_rows: Known | None = None
        self.findings: list[Finding] = []
        self.warnings: list[Finding] = []

    def members(
        self, changes: Sequence[MemberChange]
    ) -> tuple[Callable[[], list[Member]], Callable[[], list[MemberChange]]]:
        """Return, once all is looked up, the members of the edition, and the changes that change nothing."""
        by_id = self._edition.member_by_id
        reads: dict[str, Records[Member]] = {}
        fields = self._by_record(changes, "members", by_id, self._extra)
        for member_id, named in fields.items():
            cells = _touched(member_cells(by_id[member_id]), named, _member_group)
            extra = {name: "" for name in named if name in self._extra}
            cells |= extra | {name: one.value for name, one in named.items()}
            table = self._table(member_id, cells, "members")
            reads[member_id] = self._remember(
                read_members(table, self._known, self._spots), set(named)
            )

        def member_of(one: Member) -> Member:
            read = reads.get(one.member_id)
            if read is None or not read.records:
                return one
            after = read.records[0]
            named = fields[one.member_id]
            update = {f: getattr(after, f) for name in named for f in _fields_of(name, one)}
            extra = {name: after.extra[name] for name in named if name in self._extra}
            return one.model_copy(
                update=update | ({"extra": {**one.extra, **extra}} if extra else {})
            )

        return _together(self._edition.members, member_of, by_id, fields, _member_value)

    def offices(
        self, changes: Sequence[OfficeChange]
    ) -> tuple[Callable[[], list[Office]], Callable[[], list[OfficeChange]]]:
        """Return the same of offices."""
        by_id = self._edition.office_by_id
        reads: dict[str, Records[Office]] = {}
        fields = self._by_record(changes, "offices", by_id, ())
        for office_id, named in fields.items():
            cells = _touched(office_cells(by_id[office_id]), named, _office_group)
            cells |= {name: one.value for name, one in named.items()}
            table = self._table(office_id, cells, "offices")
            read = read_offices(table, self._known, self._spots)
            reads[office_id] = self._remember(read, set(named))

        def office_of(one: Office) -> Office:
            read = reads.get(one.office_id)
            if read is None or not read.records:
                return one
            named = fields[one.office_id]
            update = {
                f: getattr(read.records[0], f) for name in named for f in _fields_of(name, one)
            }
            return one.model_copy(update=update)

        return _together(self._edition.offices, office_of, by_id, fields, getattr)

    def added(self, changes: Sequence[AddMember]) -> Callable[[], list[Member]]:
        """Return, once all is looked up, the members of further rows."""
        reads = []
        ids = [cell_text(one.row.get("member_id")) for one in changes]
        self._added_ids = tuple(filter(None, ids))
        self._known_rows = None
        for number, one in enumerate(changes, start=1):
            table = self._table(ids[number - 1] or f"+{number}", one.row, "members")
            self.warnings += table.warnings
            reads.append(self._remember(read_members(table, self._known, self._spots), None))
        return lambda: [self._with_extra(one) for read in reads for one in read.records]

    def _with_extra(self, member: Member) -> Member:
        """Return a member with an empty cell in each further column, as one table has them."""
        return member.model_copy(
            update={"extra": {**dict.fromkeys(self._extra, ""), **member.extra}}
        )

    def pins(self, changes: Sequence[PinChange]) -> Callable[[], list[Pin]]:
        """Return, once all is looked up, the pins of further rows."""
        reads = []
        for number, one in enumerate(changes, start=1):
            cells: dict[str, Cell] = {
                "member_id": one.member_id, "theme": one.theme, "track": one.track,
                "place": one.place, "role": one.role, "with_members": one.with_members,
            }  # fmt: skip
            table = self._table(f"pin {number}", cells, "pins")
            reads.append(self._remember(read_pins(table, self._known), None))
        return lambda: [pin for read in reads for pin in read.records]

    def look_up(self, locator: Locator) -> None:
        """Look all postcodes up, and gather what there is to say of all rows."""
        self._spots.look_up(locator)
        for read, named in self._reads:
            read.finish()
            self.findings += read.findings
            self.warnings += [one for one in read.warnings if named is None or one.column in named]

    def _remember(self, read: Records[Any], named: set[str] | None) -> Records[Any]:
        self._reads.append((read, None if named is None else frozenset(named)))
        return read

    @property
    def _known(self) -> Known:
        """What cells may refer to: the members, offices and themes there are after the changes."""
        if self._known_rows is None:
            edition = self._edition
            members = [(one.member_id, one.name or "") for one in edition.members]
            members += [(member_id, "") for member_id in self._added_ids]
            personal = (text for one in edition.members for text in (one.name, one.email) if text)
            self._known_rows = Known(
                Names({one.id: one.title.values() for one in self._themes}),
                Names({o.office_id: (o.name,) for o in edition.offices}, source="offices"),
                MemberIds(members),
                Personal(personal),
                self._mapping,
            )
        return self._known_rows

    def _table(self, label: str, cells: Mapping[str, Cell], name: TableName) -> Table:
        """Return a table of one row, whose columns are called as they are given."""
        titles, values = list(cells), list(cells.values())
        row = GridRow(label, [cell_text(one) for one in values])
        lists = {(1, at): parts for at, one in enumerate(values) if (parts := cell_parts(one))}
        whole = frozenset(
            at
            for at, one in enumerate(values)
            if isinstance(one, int) and not isinstance(one, bool)
        )
        header = GridRow(label, titles)
        grid = Grid(CHANGES, (header, row), lists=lists, whole_numbers=whole, titled=True)
        return table_of(grid, name, self._mapping)

    def _by_record(
        self,
        changes: Iterable[_C],
        table: TableName,
        known: Mapping[str, Member | Office],
        extra: Sequence[str],
    ) -> dict[str, dict[str, _C]]:
        """Return changes by the id of their row and by field; unknown ones become findings."""
        found: dict[str, dict[str, _C]] = {}
        key = "member_id" if table == "members" else "office_id"
        for one in changes:
            row_id = str(getattr(one, key))
            field = one.field if one.field in extra else field_of(one.field, table)
            if row_id not in known:
                self._no_row(one.told, key, row_id, known)
            if field is None or field == key:
                self._no_column(row_id, one.field, table, key, extra)
            elif row_id in known:
                named = found.setdefault(row_id, {})
                if field in named:
                    told = named[field].told
                    wrong = finding("changed-twice", CHANGES, row_id, one.field, other=told)
                    self.findings.append(wrong)
                named[field] = one
        return found

    def _no_row(self, told: str, key: str, row_id: str, known: Iterable[str]) -> None:
        if key == "office_id":
            near = nearest(row_id, known)
            wrong = finding(
                "unknown-office", CHANGES, None, told, row_id, offices="offices", near=near
            )
        else:
            near = self._known.members.near(row_id)
            wrong = finding("unknown-member", CHANGES, None, told, row_id, near=near)
        self.findings.append(wrong)

    def _no_column(
        self, row_id: str, field: str, table: TableName, key: str, extra: Sequence[str]
    ) -> None:
        names = [one for one in columns_of(table) if one not in {key, "theme"}]
        ranks = ["theme_1", "theme_2"] if table == "members" else []
        near = nearest_field(field, names, table) or nearest(field, [*names, *ranks, *extra])
        variant = "key" if field_of(field, table) == key else ""
        self.findings.append(
            finding("change-of-no-column", CHANGES, row_id, field, None, variant=variant, near=near)
        )


def _together(
    records: Sequence[_R],
    after: Callable[[_R], _R],
    before: Mapping[str, _R],
    fields: Mapping[str, Mapping[str, _C]],
    value: Callable[[_R, str], object],
) -> tuple[Callable[[], list[_R]], Callable[[], list[_C]]]:
    """Return how to tell the records after all changes, and the changes that change nothing."""

    def whole() -> list[_R]:
        return [after(one) for one in records]

    def idle() -> list[_C]:
        return [
            change
            for row_id, named in fields.items()
            for name, change in named.items()
            if value(after(before[row_id]), name) == value(before[row_id], name)
        ]

    return whole, idle


def _member_group(name: str) -> str:
    return "where" if name in _WHERE else _THEMES if name.startswith(RANKED) else name


def _office_group(name: str) -> str:
    return "where" if name in _WHERE else name


def _member_value(member: Member, name: str) -> object:
    """Return what a column says of a member."""
    if name in member.extra:
        return member.extra[name]
    return member_cells(member).get(name) or ""


def _fields_of(name: str, record: Member | Office) -> tuple[str, ...]:
    """Return the fields of a record that a column decides."""
    fields = type(record).model_fields
    group = _member_group(name)
    if group == "where":
        return tuple(one for one in _WHERE if one in fields)
    return (group,) if group in fields else ()


def _touched(
    cells: Mapping[str, object], named: Iterable[str], group: Callable[[str], str]
) -> dict[str, Cell]:
    """Return the cells of a row that are read again: what a row must have, and what is changed with it."""
    groups = {group(name) for name in named} | {"where", "member_id", "office_id"}
    first = f"{RANKED}1"
    kept: dict[str, Cell] = {
        name: harmless(value) if isinstance(value, str) else value  # type: ignore[misc]
        for name, value in cells.items()
        if group(name) in groups or name == first
    }
    ranks = [int(name.removeprefix(RANKED)) for name in named if name.startswith(RANKED)]
    # A rank beyond the last one needs the columns before it.
    columns = {f"{RANKED}{rank}": None for rank in range(1, max(ranks, default=0) + 1)}
    return {**columns, **kept}
