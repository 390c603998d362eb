"""Two groupings, one against the other.

Comes in: two groupings with their names. Goes out: `Pair`: in what their editions differ, who moved, and
what became of each group.
"""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from sip_grouping.comparison.moves import Moves, moves_between
from sip_grouping.grouping import Group, Grouping

KEPT, OPENED, CLOSED = "kept", "opened", "closed"
_FIELDS = ("track", "place", "language", "slot")
_POINTS = "score"
"""The part of an edition that says what points count."""


@dataclass(frozen=True, slots=True)
class GroupChange:
    """A group before and after; None on the side where it is not.

    Attributes
    ----------
    members
        How many stayed in it.
    differs
        Of a kept group, which of track, place, language and slot are others.
    """

    change: str
    a: Group | None
    b: Group | None
    members: int = 0
    differs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pair:
    """Two groupings; see the module."""

    name_a: str
    name_b: str
    a: Grouping
    b: Grouping

    @cached_property
    def moves(self) -> Moves:
        """Who moved."""
        return moves_between(self.a, self.b)

    @property
    def same_edition(self) -> bool:
        """Whether both are of one edition, all that decides a grouping taken together."""
        return self.a.edition_digest == self.b.edition_digest

    @property
    def parts(self) -> tuple[str, ...]:
        """In which parts their editions differ; also empty where a grouping does not say."""
        if self.same_edition:
            return ()
        of_a, of_b = self.a.edition_digests, self.b.edition_digests
        return tuple(part for part in of_a if part in of_b and of_a[part] != of_b[part])

    @property
    def same_points(self) -> bool:
        """Whether their scores count the same points, as far as is known."""
        if self.same_edition:
            return True
        points = [one.edition_digests.get(_POINTS) for one in (self.a, self.b)]
        return points[0] is not None and points[0] == points[1]

    @cached_property
    def groups(self) -> tuple[GroupChange, ...]:
        """What became of each group: those of the first in their order, then those that were opened."""
        kept = self.moves.kept
        stayed = Counter(
            one.a.group_id
            for one in self.moves.every
            if one.a and one.b and kept.get(one.a.group_id) == one.b.group_id
        )
        found = []
        for group in self.a.group_records:
            other = self.b.group_by_id.get(kept.get(group.group_id, ""))
            if other is None:
                found.append(GroupChange(CLOSED, group, None))
                continue
            found.append(
                GroupChange(KEPT, group, other, stayed[group.group_id], _differs(group, other))
            )
        came = set(kept.values())
        found += [
            GroupChange(OPENED, None, group)
            for group in self.b.group_records
            if group.group_id not in came
        ]
        return tuple(found)

    @property
    def group_counts(self) -> dict[str, int]:
        """How many groups were kept, opened and closed."""
        counts = Counter(one.change for one in self.groups)
        return {change: counts[change] for change in (KEPT, OPENED, CLOSED)}


def _differs(a: Group, b: Group) -> tuple[str, ...]:
    found = tuple(name for name in _FIELDS if getattr(a, name) != getattr(b, name))
    # Who meets by video has no place.
    return tuple(name for name in found if name != "place") if "track" in found else found
