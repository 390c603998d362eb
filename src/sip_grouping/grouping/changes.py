"""What changed between two groupings of a running edition, and what it costs those who did not ask for it.

Comes in: the groups that were proposed, the groups formed from them, who asked for a change. Goes out:
`Change`s: the rows of changes.csv, in thousandths of a point. `verification` counts them anew.
"""

from collections.abc import Collection, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING

from sip_grouping.edition.life import Disruption
from sip_grouping.edition.records import Role, Track
from sip_grouping.frames import plain_frame
from sip_grouping.frozen import Record
from sip_grouping.grouping.grouping import Group, Grouping, Placement
from sip_grouping.units import THOUSANDTHS

if TYPE_CHECKING:
    import pandas as pd


class ChangeKind(StrEnum):
    """What changed; all but the last are the prices of `Disruption`.

    ``placed``: a member has a group who had none. It costs nothing, and is told because it is news.
    """

    MOVED_GROUP = "moved_group"
    MOVED_THEME = "moved_theme"
    LEFT_OUT = "left_out"
    ROLE_LOST = "role_lost"
    ROLE_GAINED = "role_gained"
    TRACK_CHANGED = "track_changed"
    PLACE_CHANGED = "place_changed"
    SLOT_CHANGED = "slot_changed"
    GROUP_CLOSED = "group_closed"
    PLACED = "placed"


MOVES = frozenset({ChangeKind.MOVED_GROUP, ChangeKind.MOVED_THEME, ChangeKind.LEFT_OUT})
"""What counts as a move of a member, of which there can be a limit."""

CHANGE_COLUMNS = (
    "member_id", "asked", "kind", "from_group", "to_group", "from_role", "to_role",
    "from_theme", "to_theme", "points",
)  # fmt: skip
"""The columns of changes.csv."""


class Change(Record):
    """One change of one member, or of one group; what does not apply is empty.

    Attributes
    ----------
    asked
        Whether the member asked for a change, declined or withdrew: then it costs nothing.
    thousandths
        What it costs, in thousandths of a point.
    """

    member_id: str = ""
    asked: bool = False
    kind: ChangeKind
    from_group: str = ""
    to_group: str = ""
    from_role: str = ""
    to_role: str = ""
    from_theme: str = ""
    to_theme: str = ""
    thousandths: int = 0

    @property
    def row(self) -> tuple[str | float, ...]:
        """The row of changes.csv; points with at most 3 decimals."""
        return (
            self.member_id, "yes" if self.asked else "no", self.kind.value, self.from_group,
            self.to_group, self.from_role, self.to_role, self.from_theme, self.to_theme,
            self.thousandths / THOUSANDTHS,
        )  # fmt: skip


def changes_between(
    before: Grouping, after: Grouping, asked: Collection[str], prices: Disruption
) -> tuple[Change, ...]:
    """Return what changed, member by member in the order of the groups before, then groups, then news.

    Parameters
    ----------
    asked
        Ids of the members who asked for a change, declined or withdrew.
    """
    now = {one.member_id: one for one in after.placements}
    then = {one.member_id for one in before.placements}
    found: list[Change] = []
    for one in before.placements:
        free = one.member_id in asked
        other = now.get(one.member_id)
        known = {
            "member_id": one.member_id, "asked": free,
            "from_group": one.group_id, "from_role": one.role.value, "from_theme": one.theme,
        }  # fmt: skip
        if other is not None:
            known |= {
                "to_group": other.group_id, "to_role": other.role.value, "to_theme": other.theme
            }  # fmt: skip
        here = None if other is None else after.group_by_id[other.group_id]
        found += [
            Change.model_validate(
                {**known, "kind": kind, "thousandths": 0 if free else prices.thousandths[kind]}
            )
            for kind in kinds_of_change(one, before.group_by_id[one.group_id], other, here)
        ]
    found += [
        Change(
            kind=ChangeKind.GROUP_CLOSED, from_group=one.group_id, from_theme=one.theme,
            thousandths=prices.thousandths[ChangeKind.GROUP_CLOSED],
        )
        for one in before.group_records
        if one.group_id not in after.group_by_id
    ]  # fmt: skip
    found += [
        Change(
            member_id=one.member_id, asked=True, kind=ChangeKind.PLACED,
            to_group=one.group_id, to_role=one.role.value, to_theme=one.theme,
        )
        for one in after.placements
        if one.member_id not in then
    ]  # fmt: skip
    return tuple(found)


def kinds_of_change(
    before: Placement, from_group: Group, after: Placement | None, to_group: Group | None
) -> Iterator[ChangeKind]:
    """Yield how the placement of one member changed."""
    if after is None or to_group is None:
        yield ChangeKind.LEFT_OUT
        return
    same = after.group_id == before.group_id
    if after.theme != before.theme:
        yield ChangeKind.MOVED_THEME
    elif not same:
        yield ChangeKind.MOVED_GROUP
    if before.role is not after.role:
        if before.role is not Role.MEMBER:
            yield ChangeKind.ROLE_LOST
        if after.role is not Role.MEMBER:
            yield ChangeKind.ROLE_GAINED
    if after.track is not before.track:
        yield ChangeKind.TRACK_CHANGED
    if same and after.track is before.track is Track.LOCAL and from_group.place != to_group.place:
        yield ChangeKind.PLACE_CHANGED
    if same and from_group.slot and to_group.slot and from_group.slot != to_group.slot:
        yield ChangeKind.SLOT_CHANGED


def disruption_of(changes: Collection[Change]) -> int:
    """Return what changes cost together, in thousandths of a point."""
    return sum(one.thousandths for one in changes)


def moved_by(changes: Collection[Change]) -> frozenset[str]:
    """Return who changed group or theme or was left out without having asked."""
    return frozenset(one.member_id for one in changes if one.kind in MOVES and not one.asked)


def changes_frame(changes: Collection[Change]) -> "pd.DataFrame":
    """Return changes as a table with the columns of changes.csv."""
    return plain_frame((one.row for one in changes), CHANGE_COLUMNS)
