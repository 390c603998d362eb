"""For whom a change makes a difference: groupings of an edition and of the changed one, side by side.

Comes in: two groupings. Goes out: `MemberDifference`s and `GroupDifference`s, as tables and plain JSON.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from itertools import zip_longest
from typing import TYPE_CHECKING

from pydantic import JsonValue

from sip_grouping.frames import plain_frame
from sip_grouping.grouping import Group, Grouping, Placement

if TYPE_CHECKING:
    import pandas as pd


class Difference(StrEnum):
    """What a change means for one member.

    ``placed``: has a group and had none; ``left_out``: has none any more; ``theme``, ``track``,
    ``group``: another theme, else another track, else another group; ``role``: another role in the same
    group; ``joined``: was not there before, and has a group; ``not_placed``: was not there before, and has
    none.
    """

    PLACED = "placed"
    LEFT_OUT = "left_out"
    THEME = "theme"
    TRACK = "track"
    GROUP = "group"
    ROLE = "role"
    JOINED = "joined"
    NOT_PLACED = "not_placed"


@dataclass(frozen=True, slots=True)
class MemberDifference:
    """One place of one member before and after; empty where it has none. Ids only."""

    member_id: str
    difference: Difference
    group_before: str = ""
    group_after: str = ""
    theme_before: str = ""
    theme_after: str = ""
    track_before: str = ""
    track_after: str = ""
    rank_before: int | None = None
    rank_after: int | None = None
    role_before: str = ""
    role_after: str = ""


class GroupFate(StrEnum):
    """What a change means for one group: ``opened``, ``closed``, or ``kept`` with something changed."""

    OPENED = "opened"
    CLOSED = "closed"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class GroupDifference:
    """A group that opens or closes, or is kept with other members, or another place, language or slot.

    `group_id`: of the changed edition, or, where it closes, of the edition as it is.
    """

    group_id: str
    difference: GroupFate
    theme: str
    track: str
    place: str
    size_before: int | None
    size_after: int | None


def differences_between(
    before: Grouping, after: Grouping
) -> tuple[tuple[MemberDifference, ...], tuple[GroupDifference, ...]]:
    """Return for whom and for which groups two groupings differ.

    Groups are told apart by their ids, which stay where groups are formed from others and most of their
    members stay.
    """
    then, now = _places(before), _places(after)
    members: list[MemberDifference] = []
    for member_id, places in now.items():
        if member_id in then:
            members += _of_member(member_id, then[member_id], places)
        elif not places:
            members.append(MemberDifference(member_id, Difference.NOT_PLACED))
        else:
            members += (_member(member_id, Difference.JOINED, None, one) for one in places)
    return tuple(members), tuple(_of_groups(before, after))


def _places(grouping: Grouping) -> dict[str, list[Placement]]:
    """Return the placements of each member, in the order of the members who have any."""
    found: dict[str, list[Placement]] = {}
    for one in grouping.placements:
        found.setdefault(one.member_id, []).append(one)
    return found | {one.member_id: [] for one in grouping.left_out}


def _of_member(
    member_id: str, then: Sequence[Placement], now: Sequence[Placement]
) -> Iterator[MemberDifference]:
    by_group = {one.group_id: one for one in now}
    gone = [one for one in then if one.group_id not in by_group]
    for one in then:
        other = by_group.pop(one.group_id, None)
        if other is not None and other.role is not one.role:
            yield _member(member_id, Difference.ROLE, one, other)
    for a, b in zip_longest(gone, by_group.values()):
        yield _member(member_id, _kind(a, b), a, b)


def _kind(a: Placement | None, b: Placement | None) -> Difference:
    if a is None or b is None:
        return Difference.PLACED if a is None else Difference.LEFT_OUT
    if a.theme != b.theme:
        return Difference.THEME
    return Difference.TRACK if a.track is not b.track else Difference.GROUP


def _member(
    member_id: str, kind: Difference, a: Placement | None, b: Placement | None
) -> MemberDifference:
    return MemberDifference(
        member_id,
        kind,
        **_side(a, "before"),  # type: ignore[arg-type]
        **_side(b, "after"),  # type: ignore[arg-type]
    )


def _side(one: Placement | None, side: str) -> dict[str, str | int]:
    if one is None:
        return {}
    return {
        f"group_{side}": one.group_id, f"theme_{side}": one.theme, f"track_{side}": one.track.value,
        f"rank_{side}": one.rank, f"role_{side}": one.role.value,
    }  # fmt: skip


def _of_groups(before: Grouping, after: Grouping) -> Iterator[GroupDifference]:
    for group in before.group_records:
        other = after.group_by_id.get(group.group_id)
        if other is None:
            yield _group(GroupFate.CLOSED, group, group, None)
        elif _what_it_is(before, group) != _what_it_is(after, other):
            yield _group(GroupFate.KEPT, other, group, other)
    for group in after.group_records:
        if group.group_id not in before.group_by_id:
            yield _group(GroupFate.OPENED, group, None, group)


def _what_it_is(grouping: Grouping, group: Group) -> tuple[object, ...]:
    members = {one.member_id for one in grouping.placements_by_group.get(group.group_id, ())}
    return group.track, group.place, group.language, group.slot, members


def _group(fate: GroupFate, shown: Group, a: Group | None, b: Group | None) -> GroupDifference:
    return GroupDifference(
        shown.group_id, fate, shown.theme, shown.track.value, shown.place,
        None if a is None else a.size, None if b is None else b.size,
    )  # fmt: skip


def member_frame(differences: Iterable[MemberDifference]) -> "pd.DataFrame":
    """Return a row per difference, with the fields of `MemberDifference` as columns."""
    columns = [one.name for one in fields(MemberDifference)]
    frame = plain_frame((asdict(one) for one in differences), columns)
    whole = {name: "Int64" for name in columns if name.startswith("rank")}
    return frame.astype({"difference": str, **whole})


def group_frame(differences: Iterable[GroupDifference]) -> "pd.DataFrame":
    """Return a row per difference, with the fields of `GroupDifference` as columns."""
    columns = [one.name for one in fields(GroupDifference)]
    frame = plain_frame((asdict(one) for one in differences), columns)
    whole = {name: "Int64" for name in columns if name.startswith("size")}
    return frame.astype({"difference": str, **whole})


def differences_record(
    members: Iterable[MemberDifference], groups: Iterable[GroupDifference]
) -> dict[str, JsonValue]:
    """Return differences as plain JSON: members by what it means for them, and groups."""
    by_kind: dict[str, list[JsonValue]] = {kind.value: [] for kind in Difference}
    for one in members:
        told = {key: value for key, value in asdict(one).items() if key != "difference"}
        by_kind[one.difference.value].append({key: value or None for key, value in told.items()})
    by_fate: dict[str, list[JsonValue]] = {fate.value: [] for fate in GroupFate}
    for group in groups:
        told = {key: value for key, value in asdict(group).items() if key != "difference"}
        by_fate[group.difference.value].append(told)
    return {"members": dict(by_kind), "groups": dict(by_fate)}
