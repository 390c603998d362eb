"""Cells that somebody changed and that count for nothing, since they are computed.

Comes in: the computed cells of the tables, the grouping they say, the one they were written from. Goes out: a
warning for each that is neither what it was nor what it is now. A number that a spreadsheet shows with
fewer decimals is the same number.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel

from sip_grouping.edition.values import SEPARATED
from sip_grouping.findings import Finding
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.columns import (
    COUNT,
    DEGREES,
    GROUP_TABLE,
    IDS,
    KM,
    MEMBER_TABLE,
    Column,
)
from sip_grouping.reading.computed import Written
from sip_grouping.reading.moved import HandTables
from sip_grouping.reading.words import number_in

_Records = Mapping[str, Sequence[BaseModel]]


def cells_without_effect(
    tables: HandTables, grouping: Grouping, stored: Grouping | None
) -> Iterator[Finding]:
    """Yield a warning for each changed cell that is computed.

    Without a stored grouping nothing is known to be changed.
    """
    if stored is None:
        return
    both = (stored, grouping)
    members: dict[str, list[BaseModel]] = defaultdict(list)
    groups: dict[str, list[BaseModel]] = defaultdict(list)
    places: dict[str, list[BaseModel]] = defaultdict(list)
    for one in both:
        for placement in one.placements:
            members[placement.member_id].append(placement)
            group = one.group_by_id.get(placement.group_id)
            places[placement.member_id] += [] if group is None else [group]
        for row in one.left_out:
            members[row.member_id].append(row)
        for record in one.group_records:
            groups[record.group_id].append(record)
    yield from _changed(tables.member_cells, MEMBER_TABLE, members)
    yield from _changed(tables.place_cells, GROUP_TABLE, places)
    yield from _changed(tables.group_cells, GROUP_TABLE, groups)


def _changed(
    cells: Sequence[Written], columns: Sequence[Column], records: _Records
) -> Iterator[Finding]:
    column_of = {column.name: column for column in columns}
    for cell in cells:
        column = column_of[cell.field]
        values = [column.value_of(record) for record in records.get(cell.key, ())]
        shown = [column.kind.cell(value) for value in values if value is not None]
        # A cell that should be empty may hold what it held, such as the theme of a member left out.
        if shown and not any(_says(cell.text, column, str(one)) for one in shown):
            yield cell.warning()


def _says(text: str, column: Column, true: str) -> bool:
    if column.kind is IDS:
        return set(SEPARATED.split(text)) == set(SEPARATED.split(true))
    if column.kind not in {COUNT, KM, DEGREES}:
        return text == true
    shown = number_in(text)
    if shown is None:
        return False
    decimals = len(text.replace(",", ".").partition(".")[2])
    return math.isclose(shown, float(true), rel_tol=0, abs_tol=0.5 * 10.0**-decimals + 1e-9)
