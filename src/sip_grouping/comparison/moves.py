"""Who moved between two groupings.

Comes in: two groupings. Goes out: `Moves`: what changed for each member that both have, and which group
became which.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from sip_grouping.comparison.matching import kept_groups
from sip_grouping.grouping import Grouping, LeftOut, Placement


class Change(StrEnum):
    """What became of a member's place in a group.

    ``stayed``: the same group and role; ``role``: the same group, another role; ``moved``: another
    group; ``gained``: has a group now; ``lost``: is left out now; ``out``: without a group in both.
    """

    STAYED = "stayed"
    ROLE = "role"
    MOVED = "moved"
    GAINED = "gained"
    LOST = "lost"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Move:
    """One place of a member before and after. A place that stands on one side only: None on the other."""

    member_id: str
    change: Change
    a: Placement | None
    b: Placement | None


@dataclass(frozen=True)
class Moves:
    """What differs between two groupings, member by member.

    Attributes
    ----------
    every
        Of each member that both have, in the order of the first: one, or with several groups per member
        one for each of its groups.
    kept
        Group id in the second by group id in the first; see `sip_grouping.comparison.matching`.
    only_a, only_b
        Members that the other grouping does not name; nothing is said of them.
    """

    every: tuple[Move, ...]
    kept: Mapping[str, str]
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]

    @cached_property
    def change_by_member(self) -> Mapping[str, Change]:
        """What changed for each member: ``moved`` if any of its groups is another, then ``role``."""
        found: dict[str, Change] = {}
        for one in self.every:
            before = found.get(one.member_id)
            if before is None or _WEIGHT[one.change] > _WEIGHT[before]:
                found[one.member_id] = one.change
        return found

    @property
    def counts(self) -> Mapping[Change, int]:
        """How many members there are of each change, none left out."""
        counts = Counter(self.change_by_member.values())
        return {change: counts[change] for change in Change}

    def ids(self, change: Change) -> tuple[str, ...]:
        """Return the members of a change."""
        return tuple(one for one, of in self.change_by_member.items() if of is change)


_WEIGHT = {change: at for at, change in enumerate((Change.STAYED, Change.ROLE, Change.MOVED))}
_WEIGHT |= dict.fromkeys((Change.GAINED, Change.LOST, Change.OUT), 0)  # alone or not at all


def moves_between(a: Grouping, b: Grouping) -> Moves:
    """Return who moved from one grouping to another, and which groups stayed.

    A member moved when its group in `b` is not the one that its group in `a` became. So groups may be
    called by other ids in the two. Members named in one grouping only are left aside.
    """
    of_a, of_b = _members(a), _members(b)
    common = of_a.keys() & of_b.keys()
    kept = kept_groups(a, b, common)
    every = tuple(
        one
        for member_id in of_a
        if member_id in common
        for one in _of_member(member_id, of_a[member_id], of_b[member_id], kept)
    )
    return Moves(
        every,
        kept,
        tuple(one for one in of_a if one not in common),
        tuple(one for one in of_b if one not in common),
    )


def _members(grouping: Grouping) -> dict[str, list[Placement]]:
    """Return the places of every member that a grouping names."""
    found: dict[str, list[Placement]] = defaultdict(list)
    rows: tuple[Placement | LeftOut, ...] = (*grouping.placements, *grouping.left_out)
    for one in rows:
        places = found[one.member_id]
        if isinstance(one, Placement):
            places.append(one)
    return found


def _of_member(
    member_id: str, a: Sequence[Placement], b: Sequence[Placement], kept: Mapping[str, str]
) -> Iterator[Move]:
    if not a and not b:
        yield Move(member_id, Change.OUT, None, None)
        return
    left = list(b)
    others = []
    for one in a:
        same = next((two for two in left if kept.get(one.group_id) == two.group_id), None)
        if same is None:
            others.append(one)
            continue
        left.remove(same)
        change = Change.STAYED if one.role is same.role else Change.ROLE
        yield Move(member_id, change, one, same)
    change = Change.MOVED if a and b else Change.LOST if a else Change.GAINED
    for at in range(max(len(others), len(left))):
        yield Move(
            member_id,
            change,
            others[at] if at < len(others) else None,
            left[at] if at < len(left) else None,
        )
