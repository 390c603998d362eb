"""The groups of a grouping as its table has them: theme, track, place, language and slot.

Comes in: the table of groups, and for a group that has no row there the rows of its members. Goes out:
`HandGroup`s, or findings with the place and the remedy. Everything else of a group is computed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sip_grouping.edition.records import Track
from sip_grouping.edition.slots import slots_in
from sip_grouping.findings import Finding
from sip_grouping.grouping import GROUP_ID, Group, Grouping, safe_group_id
from sip_grouping.reading.cells import Known, RowReader
from sip_grouping.reading.computed import Written, group_cells
from sip_grouping.reading.group_ids import GroupIds
from sip_grouping.reading.names import Names
from sip_grouping.reading.table import Table
from sip_grouping.reading.words import track_name

LONGEST_GROUP_ID = 255


@dataclass(frozen=True, slots=True)
class HandGroup:
    """A group as the tables say it: what is not computed of it."""

    group_id: str
    theme: str
    track: Track
    place: str = ""
    language: str = ""
    slot: str = ""


def may_be_an_id(reader: RowReader, text: str) -> bool:
    """Return whether a text may be a group id; where not, that is a finding."""
    if re.fullmatch(GROUP_ID, text) and len(text) <= LONGEST_GROUP_ID:
        return True
    plain = safe_group_id(re.sub(r"^[\W_]+", "", text))[:LONGEST_GROUP_ID]
    said = re.fullmatch(GROUP_ID, plain) and not reader.known.personal.in_text(text)
    variant = "" if said else "no-letter"
    reader.wrong("malformed-group-id", "group_id", variant=variant, plain=plain)
    return False


def group_of_row(
    reader: RowReader, group_id: str, stored: Group | None, places: Names
) -> HandGroup | None:
    """Return the group of a row of groups.csv; None, with findings, where its cells do not tell it.

    A column that is not there at all says what grouping.json says.
    """
    theme = reader.required("theme") and reader.theme("theme")
    track = track_of(reader, reader.required("track"))
    if stored is not None and "place" not in reader.table.titles:
        place: str | None = stored.place if track is stored.track else ""
    else:
        place = place_of(reader, places)
    if place is not None and track is Track.LOCAL and not place:
        reader.wrong("place-missing", "place")
    if place and track is Track.VIDEO:
        reader.wrong("place-of-video", "place")
    language, slot = _language(reader), _slot(reader)
    if stored is not None:
        language = language if "language" in reader.table.titles else stored.language
        slot = slot if "slot" in reader.table.titles else stored.slot
    if reader.findings or not theme or track is None or place is None:
        return None
    return HandGroup(group_id, theme, track, place, language, slot)


def track_of(reader: RowReader, text: str) -> Track | None:
    """Return the track that a cell says; None, with a finding, where it holds anything else."""
    if not text:
        return None
    said = track_name(text)
    if said is None:
        reader.wrong("unknown-word", "track", words=tuple(Track))
        return None
    return Track(said)


def place_of(reader: RowReader, places: Names) -> str | None:
    """Return the id of the office or town that a cell means; None, with a finding, where it means none."""
    text = reader.readable("place")
    if not text:
        return ""
    meant = places.meant(text)
    if len(meant) == 1:
        return meant[0]
    if meant:
        reader.wrong("place-in-doubt", "place", places=meant)
    else:
        reader.wrong("unknown-place", "place", near=places.near(text))
    return None


def _language(reader: RowReader) -> str:
    codes = reader.languages("language")
    if len(codes) > 1:
        reader.wrong("several-of-one", "language", variant="language")
    return codes[0] if codes else ""


def _slot(reader: RowReader) -> str:
    slots = slots_in(reader.readable("slot")).slots
    if len(slots) > 1:
        reader.wrong("several-of-one", "slot", variant="slot")
    return slots[0] if slots else ""


def new_group(
    group_id: str, rows: Sequence[RowReader], places: Names, near: str | None
) -> HandGroup | None:
    """Return a group that has no row of its own, as the rows of its members say it.

    Parameters
    ----------
    rows
        The rows that name it; they take the findings.
    near
        A known id that may have been meant.
    """
    first = rows[0]
    if near is not None and len(rows) == 1:
        # A new group of one member whose id is nearly that of another is a slip of the pen.
        first.wrong("unknown-group", "group_id", near=near)
        return None
    themes = _said(rows, "theme", (one.theme("theme") for one in rows))
    tracks = _said(rows, "track", (track_of(one, one.readable("track")) for one in rows))
    local = Track.LOCAL in tracks
    spots = _said(rows, "place", (place_of(one, places) for one in rows)) if local else {}
    if any(one.findings for one in rows):
        return None
    lacking = [name for name, found in (("theme", themes), ("track", tracks)) if not found]
    if local and not spots:
        lacking.append("place")
    if lacking:
        first.wrong("unknown-group", "group_id", variant="new", lacking=tuple(lacking), near=near)
        return None
    return HandGroup(group_id, next(iter(themes)), Track(next(iter(tracks))), next(iter(spots), ""))


def _said(
    rows: Sequence[RowReader], field: str, values: Iterable[str | None]
) -> Mapping[str, RowReader]:
    """Return what the rows say in a column, each with the first that does; more than one is a finding."""
    found: dict[str, RowReader] = {}
    for reader, value in zip(rows, values, strict=True):
        if value:
            found.setdefault(str(value), reader)
    if len(found) > 1:
        reader = list(found.values())[1]
        reader.wrong("new-group-in-doubt", field, several=tuple(found))
    return found


class GroupRows:
    """The rows of the table of groups; those of groups without members stay unread."""

    def __init__(self, table: Table | None, known: Known, stored: Grouping | None) -> None:
        self.stored: Mapping[str, Group] = {} if stored is None else stored.group_by_id
        self.has_table = table is not None
        self._rows: dict[str, RowReader] = {}
        self._told: list[RowReader] = []
        own = GroupIds(self.stored)
        for row in () if table is None or "group_id" not in table.titles else table.rows:
            reader = RowReader(table, row, known)  # type: ignore[arg-type]
            text = reader.own_id("group_id")
            meant = own.meant(text)
            group_id = text if meant is None else meant.member_id
            if meant is not None and meant.rewritten:
                reader.warn("id-rewritten", "group_id", variant="group", id=group_id)
            if reader.findings or not may_be_an_id(reader, group_id):
                self._told.append(reader)
                continue
            earlier = self._rows.setdefault(group_id, reader)
            if earlier is not reader:
                reader.wrong("group-twice", "group_id", other=earlier.row.told)
                self._told.append(reader)
        self.ids = GroupIds(self._rows if self.has_table else self.stored)

    def group(self, group_id: str, places: Names) -> HandGroup | None:
        """Return a group that has a row, or, without a table, one that grouping.json knows."""
        stored = self.stored.get(group_id)
        reader = self._rows.get(group_id)
        if reader is None:
            if stored is None:
                return None
            fields = (stored.theme, stored.track, stored.place, stored.language, stored.slot)
            return HandGroup(group_id, *fields)
        self._told.append(reader)
        return group_of_row(reader, group_id, stored, places)

    @property
    def findings(self) -> list[Finding]:
        """What is wrong in rows that were read."""
        return [one for reader in self._told for one in reader.findings]

    @property
    def warnings(self) -> list[Finding]:
        """What is worth knowing of rows that were read; a slot as it is written is one of the edition."""
        return [one for reader in self._told for one in reader.warnings]

    def cells(self, groups: Iterable[HandGroup]) -> tuple[Written, ...]:
        """Return the computed cells of groups."""
        return tuple(
            cell
            for group in groups
            if (reader := self._rows.get(group.group_id)) is not None
            for cell in group_cells(reader, group.group_id)
        )
