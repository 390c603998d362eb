"""Cells of a grouping's tables that are computed: what stands in them is not read, only compared.

Comes in: rows. Goes out: `Written` cells, so that whoever changed one can be told that it counts for nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sip_grouping.findings import Finding
from sip_grouping.reading.cells import RowReader
from sip_grouping.reading.columns import columns_of
from sip_grouping.reading.names import Names
from sip_grouping.reading.words import track_name


@dataclass(frozen=True, slots=True)
class Written:
    """A cell that is computed and not read.

    Attributes
    ----------
    text
        What stands in it; of a theme or a track what it means.
    key
        The member or the group of its row.
    """

    reader: RowReader
    field: str
    text: str
    key: str

    def warning(self) -> Finding:
        """Return what is to be said where somebody changed it."""
        self.reader.warn("figure-not-read", self.field)
        return self.reader.warnings[-1]


def member_cells(reader: RowReader, member_id: str) -> Iterable[Written]:
    """Yield the computed cells of a row of assignments, words as what they mean."""
    row = reader.row
    for name in ("theme", "track", "rank", "travel_km", "reason"):
        text = row[name]
        if name == "theme":
            meant = reader.known.themes.meant(text)
            text = meant[0] if len(meant) == 1 else text
        elif name == "track":
            text = track_name(text) or text
        if text:
            yield Written(reader, name, text, member_id)


def place_cell(reader: RowReader, member_id: str, places: Names) -> Iterable[Written]:
    """Yield the place in a row of assignments, which only a new group takes from there."""
    text = reader.row["place"]
    meant = places.meant(text)
    if text:
        yield Written(reader, "place", meant[0] if len(meant) == 1 else text, member_id)


def group_cells(reader: RowReader, group_id: str) -> Iterable[Written]:
    """Yield the computed cells of a row of groups."""
    for name, column in columns_of("groups").items():
        if column.kind == "figure" and reader.row[name]:
            yield Written(reader, name, reader.row[name], group_id)
