"""The rows of members, offices, pins and the edition before as records.

Comes in: tables, and what is known of the edition. Goes out: `Records`: those that can be read with
their rows, the findings of the rest, and what is worth knowing. What concerns several records is checked
later, over all of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from sip_grouping.edition.previous import PreviousSeat
from sip_grouping.edition.records import ROLE_ANSWERS, YES_NO, Member, Office, Pin, Role, Theme
from sip_grouping.edition.values import ONLY
from sip_grouping.findings import PERSONAL, Finding, finding, findings_of
from sip_grouping.reading.alike import Alike
from sip_grouping.reading.cells import Known, RowReader, blank_findings
from sip_grouping.reading.columns import TableName, columns_of, nearest_field
from sip_grouping.reading.examples import EXAMPLE_IDS
from sip_grouping.reading.mapping import FormMapping
from sip_grouping.reading.ranks import Ranks
from sip_grouping.reading.spots import Spots
from sip_grouping.reading.table import Row, Table
from sip_grouping.reading.words import role_name, track_name

R = TypeVar("R", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A row whose cells are read, before its postcode is looked up."""

    reader: RowReader
    given: Mapping[str, Any]
    record_id: str
    record: BaseModel | None = None


@dataclass(slots=True)
class Records(Generic[R]):
    """What was read of a table.

    Attributes
    ----------
    rows
        Of each record.
    unreadable
        Ids of rows that have findings, so that a reference to one is not called unknown.
    complete
        Whether the ids of all rows could be read.
    """

    model: type[R]
    table: Table
    complete: bool = True
    findings: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    records: list[R] = field(default_factory=list)
    rows: list[int | str] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)
    _drafts: list[_Draft] = field(default_factory=list)
    _first_row: dict[str, Row] = field(default_factory=dict)

    def draft(
        self,
        reader: RowReader,
        given: Mapping[str, Any],
        record_id: str = "",
        record: R | None = None,
    ) -> None:
        """Remember a row until all postcodes are looked up; `record`: where it is made already."""
        self._drafts.append(_Draft(reader, given, record_id, record))

    def starts(self, record_id: str, row: Row) -> bool:
        """Return whether no earlier row has an id."""
        return self._first_row.setdefault(record_id, row) is row

    def first(self, reader: RowReader, field_of_id: str, record_id: str, code: str) -> None:
        """Say of a row whose id an earlier row has."""
        if not record_id:
            return
        earlier = self._first_row.setdefault(record_id, reader.row)
        if earlier is not reader.row:
            reader.wrong(code, field_of_id, other=earlier.told)

    def finish(self) -> None:
        """Keep the record of each row, or its findings, each with the text of its cell."""
        kept: set[int] = set()
        for draft in self._drafts:
            reader = draft.reader
            found = list(reader.findings)
            record: Any = draft.record
            try:
                record = record or self.model.model_validate(draft.given)
            except ValidationError as error:
                found += _of_fields(error, self.model, reader)
            self.findings += found
            self.warnings += reader.warnings
            if record is None or found:
                self.unreadable.add(draft.record_id)
            else:
                self.records.append(record)
                self.rows.append(reader.row.number)
                kept.add(id(draft))
        # A second row of one id has a finding of its own; the first is read.
        self.unreadable -= {draft.record_id for draft in self._drafts if id(draft) in kept}
        self._drafts.clear()


def _of_fields(
    error: ValidationError, model: type[BaseModel], reader: RowReader
) -> Iterable[Finding]:
    """Yield what a record says of its fields and the reader has not said of their cells."""
    said = {one.column for one in reader.findings}
    titles = reader.table.titles
    fields = {one.alias or name for name, one in model.model_fields.items()} - {"extra"}
    for one in findings_of(error, reader.table.file, model, row=reader.row.number):
        name = (one.column or "").partition(".")[0]
        # Of themes everything is said cell by cell; of columns that are missing, by the header.
        absent = name in fields and not reader.has(name)
        if name == "themes" or absent or titles.get(name, name) in said:
            continue
        shown = reader.row.written.get(name, reader.row[name])
        hidden = name in PERSONAL or reader.row.shifted or reader.known.personal.in_text(shown)
        yield replace(
            one,
            column=titles.get(name, name),
            value=None if hidden else shown,
            sheet=reader.table.sheet,
            position=reader.row.position,
        )


def read_members(
    table: Table, known: Known, spots: Spots, any_theme: Sequence[Theme] = ()
) -> Records[Member]:
    """Read the members of a table.

    Parameters
    ----------
    any_theme
        What those welcome who rank no theme, as far as it is open to them; empty: each has to rank one.
    """
    read = started(Member, table, "members", known)
    ranks = Ranks.of(table, known, optional=bool(any_theme))
    read.findings += ranks.findings
    for name, default in YES_NO.items():
        if default:
            found, warned = blank_findings(table, name, known.mapping)
            read.findings += found
            read.warnings += warned
    if not table.rows:
        read.findings.append(finding("no-members", table.file, sheet=table.sheet))
    alike = Alike(table, known)
    for row in table.rows:
        reader = RowReader(table, row, known)
        again = alike.read(reader)
        if again is not None and read.starts(again.fields["member_id"], row):
            member = Member.of_checked(again.fields, again.given)
            spots.ask(reader, again.country, member.postcode, member.own_position)
            read.draft(reader, {}, member.member_id, member)
            continue
        member_id = reader.own_id("member_id")
        read.first(reader, "member_id", member_id, "duplicate-member")
        if member_id.casefold() in EXAMPLE_IDS:
            reader.wrong("example-row", "member_id")
        country = reader.country("country")
        home = reader.country("home_country", anywhere=True)
        given: dict[str, Any] = {
            "member_id": member_id,
            "country": country,
            "themes": ranks.themes(reader) or _open_in(country, any_theme),
            **reader.given_amount("weight"),
            "office": reader.office("office"),
            **{
                name: reader.role(name) if name in ROLE_ANSWERS else reader.yes_no(name, default)
                for name, default in YES_NO.items()
            },
            "languages": reader.languages("languages"),
            "slots": reader.slots("slots"),
            "cannot": reader.dates("cannot"),
            "together": reader.member_ids("together"),
            "apart": reader.member_ids("apart"),
            "name": reader.readable("name") or None,
            "email": reader.readable("email") or None,
            "extra": dict(row.extra),
        }
        given |= _told_at_once(reader)
        if home and home != country:
            given["home_country"] = home
        # A country that cannot be told says nothing of the postcode.
        told = home or not reader.text("home_country")
        given |= spots.read(reader, (home or country) if told else "")
        read.draft(reader, given, member_id, _learned(alike, reader, given, spots))
    return read


def _learned(
    alike: Alike, reader: RowReader, given: Mapping[str, Any], spots: Spots
) -> Member | None:
    """Return the record of a row of which there is nothing to say so far, for rows like it; else None."""
    asked = spots.asked_last(reader)
    if reader.findings or reader.warnings or asked is None:
        return None
    try:
        member = Member.model_validate(given)
    except ValidationError:
        return None  # said where the records are finished
    alike.learn(reader, member, asked)
    return member


def _open_in(country: str, themes: Sequence[Theme]) -> tuple[str, ...]:
    """Return the themes that are open in a country; all, where none is."""
    ids = tuple(one.id for one in themes if country in one.countries)
    return ids or tuple(one.id for one in themes)


_MEETING = {
    "local": frozenset({"local"}),
    "video": frozenset({"video"}),
    "both": frozenset({"local", "video"}),
}
_ROLE = {
    "none": frozenset[str](),
    "moderator": frozenset({"moderator"}),
    "secretary": frozenset({"secretary"}),
    "both": frozenset({"moderator", "secretary"}),
    "moderator only": frozenset({"moderator only"}),
    "secretary only": frozenset({"secretary only"}),
}


def _told_at_once(reader: RowReader) -> dict[str, Any]:
    """Return the fields that one question of a form answers together."""
    given: dict[str, Any] = {}
    if reader.has("meeting"):
        said = reader.words("meeting", {**_MEETING, "": frozenset({"local", "video"})})
        given |= {track: said is None or track in said for track in ("local", "video")}
    if reader.has("role"):
        said = reader.words("role", {**_ROLE, "": frozenset()}) or frozenset()
        for role in ROLE_ANSWERS:
            only = f"{role} only" in said
            given[role] = ONLY if only else role in said
    return given


def read_offices(table: Table, known: Known, spots: Spots) -> Records[Office]:
    """Read the offices of a table."""
    read = started(Office, table, "offices", known)
    for row in table.rows:
        reader = RowReader(table, row, known)
        office_id = reader.own_id("office_id")
        read.first(reader, "office_id", office_id, "duplicate-office")
        country = reader.country("country")
        given = {
            "office_id": office_id,
            "name": reader.readable("name"),
            "country": country,
            "rooms": reader.number("rooms", amount=True),
            "seats_max": reader.number("seats_max", amount=True),
            **reader.given_amount("open_points"),
            **spots.read(reader, country),
        }
        read.draft(reader, given, office_id)
    return read


def read_pins(table: Table, known: Known) -> Records[Pin]:
    """Read the pins of a table."""
    read = started(Pin, table, "pins", known)
    for row in table.rows:
        reader = RowReader(table, row, known)
        named = reader.required("member_id")
        ids = reader.member_ids("member_id") if named else ()
        track, role, place = (
            reader.required("track"),
            reader.readable("role"),
            reader.readable("place"),
        )
        offices = known.offices.meant(place)
        if len(offices) > 1:
            reader.wrong("office-in-doubt", "place", offices=offices)
        given = {
            "member_id": ids[0] if ids else "",
            "theme": (reader.theme("theme") if reader.required("theme") else None) or "",
            "track": track_name(track) or track.lower(),
            "place": offices[0] if len(offices) == 1 else place,
            "role": (role_name(role) or role.lower()) or None,
            "with_members": reader.member_ids("with_members"),
        }
        read.draft(reader, given)
    return read


def read_previous(table: Table, known: Known) -> Records[PreviousSeat]:
    """Read the groups of the edition before, of such tables as assignments.csv; ids may be of anybody.

    A member without a group was with nobody.
    """
    read = started(PreviousSeat, table, "previous", known)
    for row in table.rows:
        reader = RowReader(table, row, known)
        group_id = reader.readable("group_id")
        if not group_id:
            continue
        named, theme, role = (
            reader.required("member_id"),
            reader.required("theme"),
            reader.readable("role"),
        )
        meant, themes = known.members.meant(named), known.themes.meant(theme)
        given = {
            "member_id": named if meant is None else meant.member_id,
            "group_id": group_id,
            "theme": themes[0] if len(themes) == 1 else theme,
            "role": role_name(role) or role.lower() or Role.MEMBER,
        }
        read.draft(reader, given)
    return read


def started(model: type[R], table: Table, name: TableName, known: Known) -> Records[R]:
    """Return records of a table with what is to be said of its header."""
    read: Records[R] = Records(model, table)
    read.findings += table.findings
    read.warnings += table.warnings
    absent = missing_columns(table, name, known.mapping)
    read.findings += absent
    ids = {"member_id", "office_id"}.intersection(one.column or "" for one in absent)
    read.complete = not ids or name not in {"members", "offices"}
    return read


def missing_columns(table: Table, name: TableName, mapping: FormMapping) -> list[Finding]:
    """Return the columns that a table must have and has not, each with the title that may be meant."""
    found = []
    for field_name, column in columns_of(name).items():
        here = field_name in table.titles or field_name in mapping.defaults
        if column.required and not here and not (name == "members" and field_name == "theme"):
            near = next(
                (one for one in table.unread if nearest_field(one, [field_name], name)), None
            )
            found.append(
                finding(
                    "missing-column", table.file, table.header, field_name,
                    sheet=table.sheet, field=field_name, near=near,
                )
            )  # fmt: skip
    return found
