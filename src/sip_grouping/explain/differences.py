"""For whom a change makes a difference: groupings of an edition and of the changed one, side by side.

Comes in: two groupings. Goes out: `MemberDifference`s and `GroupDifference`s, as tables and plain JSON.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from enum import StrEnum

import pandas as pd
from pydantic import JsonValue

from sip_grouping.comparison.moves import Change as Move
from sip_grouping.comparison.pair import CLOSED, KEPT, OPENED, GroupChange, Pair
from sip_grouping.grouping import Group, Grouping, Placement


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

    OPENED = OPENED
    CLOSED = CLOSED
    KEPT = KEPT


@dataclass(frozen=True, slots=True)
class GroupDifference:
    """A group that opens or closes, or one that is kept and has another size, track, place or slot.

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
    """Return for whom and for which groups two groupings differ; a group is the same by its members."""
    pair = Pair("before", "after", before, after)
    members = [*_of_moves(pair), *_of_new(pair, after)]
    groups = [_of_group(one) for one in pair.groups if _differs(one)]
    return tuple(members), tuple(groups)


def _of_moves(pair: Pair) -> Iterator[MemberDifference]:
    for one in pair.moves.every:
        kind = _kind(one.change, one.a, one.b)
        if kind is not None:
            yield _member(one.member_id, kind, one.a, one.b)


def _kind(move: Move, a: Placement | None, b: Placement | None) -> Difference | None:
    if a is None and b is None:
        return None
    if a is None:
        return Difference.PLACED
    if b is None:
        return Difference.LEFT_OUT
    if move is Move.MOVED:
        if a.theme != b.theme:
            return Difference.THEME
        return Difference.TRACK if a.track is not b.track else Difference.GROUP
    return Difference.ROLE if move is Move.ROLE else None


def _of_new(pair: Pair, after: Grouping) -> Iterator[MemberDifference]:
    new = set(pair.moves.only_b)
    for one in after.placements:
        if one.member_id in new:
            yield _member(one.member_id, Difference.JOINED, None, one)
    for left in after.left_out:
        if left.member_id in new:
            yield MemberDifference(left.member_id, Difference.NOT_PLACED)


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


def _differs(one: GroupChange) -> bool:
    if one.a is None or one.b is None:
        return True
    return bool(one.differs) or one.a.size != one.b.size


def _of_group(one: GroupChange) -> GroupDifference:
    shown: Group | None = one.b or one.a
    if shown is None:  # pragma: no cover - a change is about a group
        raise ValueError("a change of no group")
    return GroupDifference(
        shown.group_id, GroupFate(one.change), shown.theme, shown.track.value, shown.place,
        None if one.a is None else one.a.size, None if one.b is None else one.b.size,
    )  # fmt: skip


def member_frame(differences: Iterable[MemberDifference]) -> pd.DataFrame:
    """Return a row per difference, with the fields of `MemberDifference` as columns."""
    columns = [one.name for one in fields(MemberDifference)]
    frame = pd.DataFrame([asdict(one) for one in differences], columns=columns)
    whole = {name: "Int64" for name in columns if name.startswith("rank")}
    return frame.astype({"difference": str, **whole})


def group_frame(differences: Iterable[GroupDifference]) -> pd.DataFrame:
    """Return a row per difference, with the fields of `GroupDifference` as columns."""
    columns = [one.name for one in fields(GroupDifference)]
    frame = pd.DataFrame([asdict(one) for one in differences], columns=columns)
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
