"""A grouping's tables as somebody left them: who is in which group, in which role.

Comes in: the files of a grouping, its edition, what grouping.json says. Goes out: `HandTables`, or one
`InputError` with every finding. Nothing that is computed of members and groups is read; it is kept as
written, so that whoever changed it can be told.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Role
from sip_grouping.errors import InputError
from sip_grouping.files.grid import Grid
from sip_grouping.files.workbook import DateCell
from sip_grouping.findings import Finding, finding
from sip_grouping.grouping import Grouping, LeftOutStatus
from sip_grouping.grouping.grouping import PLACED
from sip_grouping.reading.cells import Known, RowReader
from sip_grouping.reading.columns import TableName, columns_of
from sip_grouping.reading.computed import Written, member_cells, place_cell
from sip_grouping.reading.group_ids import spelling
from sip_grouping.reading.group_rows import GroupRows, HandGroup, may_be_an_id, new_group
from sip_grouping.reading.grouping_files import GroupingFiles
from sip_grouping.reading.mapping import FormMapping
from sip_grouping.reading.names import MemberIds, Names, Personal, is_rewritten_number
from sip_grouping.reading.records import missing_columns
from sip_grouping.reading.table import Table, table_of
from sip_grouping.reading.words import role_name, status_name

_STATUSES = (PLACED, *LeftOutStatus)


@dataclass(frozen=True, slots=True)
class HandSeat:
    """One member in one group, in a role."""

    member_id: str
    group_id: str
    role: Role


@dataclass(frozen=True, slots=True)
class HandTables:
    """What the tables say.

    Attributes
    ----------
    groups
        Those that have members, in the order of their rows, new ones after them.
    seats
        In the order of their rows; every member who is in none of them has no group.
    member_cells, place_cells, group_cells
        What stands in cells that are computed; the second: the place of a known group, by member.
    """

    groups: tuple[HandGroup, ...]
    seats: tuple[HandSeat, ...]
    member_cells: tuple[Written, ...]
    place_cells: tuple[Written, ...]
    group_cells: tuple[Written, ...]
    warnings: tuple[Finding, ...]


def read_hand_tables(
    edition: Edition, files: GroupingFiles, stored: Grouping | None, findings: Iterable[Finding]
) -> HandTables:
    """Read the tables of a grouping.

    Parameters
    ----------
    stored
        What grouping.json says; None where there is none.
    findings
        What is wrong already; told with the others.

    Raises
    ------
    InputError
        Something is missing or wrong; holds every finding.
    """
    known = _known(edition)
    wrong = [*files.findings, *findings]
    warnings: list[Finding] = []
    assignments = _table(files.assignments, "assignments", wrong, warnings)
    groups = _table(files.groups, "groups", wrong, warnings)
    group_rows = GroupRows(groups, known, stored)
    seat_rows = _SeatRows(assignments, known, edition, group_rows)
    places = _places(edition)
    found = seat_rows.groups(places) if assignments is not None else ()
    wrong += [*seat_rows.findings(), *group_rows.findings]
    if wrong:
        raise InputError(wrong)
    return HandTables(
        groups=found,
        seats=tuple(HandSeat(one.member_id, one.group_id, one.role) for one in seat_rows.seats),
        member_cells=seat_rows.cells,
        place_cells=tuple(
            cell
            for one in seat_rows.seats
            for cell in place_cell(one.reader, one.member_id, places)
        ),
        group_cells=group_rows.cells(found),
        warnings=(*warnings, *seat_rows.warnings, *group_rows.warnings),
    )


def _table(
    grid: Grid | None, name: TableName, wrong: list[Finding], warnings: list[Finding]
) -> Table | None:
    """Return a table, what there is to say of its header added to the lists; None where there is none."""
    if grid is None:
        return None
    mapping = FormMapping()
    table = table_of(grid, name, mapping)
    wrong += table.findings
    wrong += missing_columns(table, name, mapping)
    warnings += [warning for warning in table.warnings if _is_of_use(warning, name)]
    return table


def _is_of_use(warning: Finding, table: TableName) -> bool:
    """Return whether a warning concerns the grouping: further columns are somebody's own."""
    if warning.code == "column-not-read":
        return False
    near = dict(warning.parameters).get("field")
    column = columns_of(table).get(str(near))
    return warning.code != "column-like-another" or (column is not None and column.kind != "figure")


def _known(edition: Edition) -> Known:
    return Known(
        Names({theme.id: theme.title.values() for theme in edition.themes}),
        Names({office.office_id: (office.name,) for office in edition.offices}),
        MemberIds((member.member_id, member.name or "") for member in edition.members),
        Personal(
            text for member in edition.members for text in (member.name, member.email) if text
        ),
        FormMapping(),
    )


def _places(edition: Edition) -> Names:
    """Return offices and towns whose position is known, by id and name."""
    towns = {town: (spot.place_name,) for town, spot in edition.location_by_town.items()}
    for member in edition.members:
        if member.own_position is not None and member.eligible and member.local:
            towns.setdefault(member.town_id, ("",))
    return Names(towns | {office.office_id: (office.name,) for office in edition.offices})


@dataclass(slots=True)
class _Row:
    """A row of a member that is in a group."""

    reader: RowReader
    member_id: str
    group_id: str
    role: Role


class _SeatRows:
    """The rows of the table of assignments."""

    def __init__(
        self, table: Table | None, known: Known, edition: Edition, groups: GroupRows
    ) -> None:
        self._edition = edition
        self._groups = groups
        self._table = table
        self._readers: list[RowReader] = []
        self._rows_of: dict[str, list[tuple[RowReader, str | None]]] = defaultdict(list)
        self._named: set[str] = set()
        self._new: dict[str, list[_Row]] = defaultdict(list)
        self.seats: list[_Row] = []
        self._cells: list[Written] = []
        rows = () if table is None or "member_id" not in table.titles else table.rows
        for row in rows:
            reader = RowReader(table, row, known)  # type: ignore[arg-type]
            self._readers.append(reader)
            self._read(reader)

    def _read(self, reader: RowReader) -> None:
        member_id = reader.member("member_id")
        text = reader.readable("group_id")
        if isinstance(reader.row.cells.get("group_id"), DateCell):
            reader.wrong("id-became-a-date", "group_id")
        status = self._status(reader, has_group=bool(reader.row["group_id"]))
        role = Role.MEMBER if not text else _role(reader)
        group_id = self._group_id(reader, text) if reader.row["group_id"] else ""
        if group_id:
            self._named.add(group_id)
        if member_id is None:
            return
        self._rows_of[member_id].append((reader, group_id))
        self._cells += member_cells(reader, member_id)
        if group_id == "":
            self._say_of_status(reader, member_id, status)
        elif group_id and role is not None:
            row = _Row(reader, member_id, group_id, role)
            self.seats.append(row)
            if group_id not in self._groups.ids:
                self._new[group_id].append(row)

    def _status(self, reader: RowReader, *, has_group: bool) -> str | None:
        """Return the status that a row says, which must not contradict its group."""
        text = reader.readable("status")
        said = status_name(text)
        if text and said is None:
            reader.wrong("unknown-word", "status", words=_STATUSES)
        if said == PLACED and not has_group:
            reader.wrong("placed-without-group", "status")
        if said not in {None, PLACED} and has_group:
            reader.wrong("group-without-placed", "status")
        return said

    def _say_of_status(self, reader: RowReader, member_id: str, said: str | None) -> None:
        """Warn of a status without a group that is not the one the answers give."""
        eligible = self._edition.member_by_id[member_id].eligible
        true = LeftOutStatus.UNPLACED if eligible else LeftOutStatus.INELIGIBLE
        if said in set(LeftOutStatus) and said != true:
            reader.warn("status-computed", "status", status=true.value)

    def _group_id(self, reader: RowReader, text: str) -> str | None:
        """Return the known group that a text means, or a new id; None where it can be none."""
        meant = self._groups.ids.meant(text)
        if not text:
            return None
        if meant is None and is_rewritten_number(text):
            reader.wrong("id-became-a-number", "group_id")
            return None
        if meant is None:
            alike = {spelling(one): one for one in self._new}
            group_id = alike.get(spelling(text), text)
            if group_id in self._new or may_be_an_id(reader, group_id):
                return group_id
            return None
        if meant.rewritten:
            reader.warn("id-rewritten", "group_id", variant="group", id=meant.member_id)
        return meant.member_id

    def groups(self, places: Names) -> tuple[HandGroup, ...]:
        """Return the groups that have members; what is wrong with them goes to their rows."""
        self._say_of_several_rows()
        ids = self._groups.ids.ids
        found = [self._groups.group(one, places) for one in ids if one in self._named]
        for group_id, rows in self._new.items():
            if group_id in self._groups.stored and self._groups.has_table:
                rows[0].reader.wrong("group-without-row", "group_id", members=len(rows))
                continue
            near = self._groups.ids.near(group_id)
            found.append(new_group(group_id, [row.reader for row in rows], places, near))
        return tuple(one for one in found if one is not None)

    def _say_of_several_rows(self) -> None:
        """Say of members with more rows than they may have: one for each of their groups."""
        most = self._edition.most_groups_per_member
        for rows in self._rows_of.values():
            earlier: dict[str, RowReader] = {}
            for reader, group_id in rows:
                if group_id is None:
                    continue
                first = next(iter(earlier.values()), None)
                if first is not None and (most == 1 or "" in earlier or not group_id):
                    reader.wrong("member-in-two-rows", "member_id", other=first.row.told)
                elif group_id in earlier:
                    other = earlier[group_id].row.told
                    reader.wrong("member-in-two-rows", "member_id", variant="group", other=other)
                earlier.setdefault(group_id, reader)

    def findings(self) -> list[Finding]:
        """Return what is wrong, row by row, and the members that have none."""
        found = [one for reader in self._readers for one in reader.findings]
        if self._table is None or "member_id" not in self._table.titles:
            return found
        # A row that names nobody may be that of the member it is nearly like.
        meant = {
            value
            for one in found
            if one.code in {"unknown-member", "member-by-name"}
            for name, value in one.parameters
            if name in {"near", "id"}
        }
        title, file, sheet = self._table.titles["member_id"], self._table.file, self._table.sheet
        return found + [
            finding("member-without-row", file, None, title, member.member_id, sheet=sheet)
            for member in self._edition.members
            if member.member_id not in self._rows_of and member.member_id not in meant
        ]

    @property
    def warnings(self) -> list[Finding]:
        """What is worth knowing, row by row."""
        return [one for reader in self._readers for one in reader.warnings]

    @property
    def cells(self) -> tuple[Written, ...]:
        """The cells that are computed; those that decide what a new group is were read."""
        return tuple(self._cells)


def _role(reader: RowReader) -> Role | None:
    text = reader.readable("role")
    said = role_name(text) if text else Role.MEMBER
    if said is None:
        reader.wrong("unknown-word", "role", words=tuple(Role))
        return None
    return Role(said)
