"""What stands already when groups are formed again: who was where, who asked for a change, who accepted.

Comes in: the groups that were proposed, and what members answered. Goes out: `Standing`, and what it says
of the rows of `MemberClasses`, as arrays. No points, no solver.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition.records import Track
from sip_grouping.grouping import Group, Grouping, Placement
from sip_grouping.problem.classes import MemberClasses

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NO_GROUP = -1
"""Number of the group of those who had none, or asked for another."""


@dataclass(frozen=True)
class Standing:
    """What stands already.

    Attributes
    ----------
    earlier
        The groups as they were proposed; each member is in one at most.
    asked
        Ids of the members who asked for a change, declined or withdrew: nothing binds them or their
        group to one another.
    accepted
        Ids of the members whose placement was accepted.
    fixed
        Of these, whose placement stays, whatever it costs. The edition has a pin for each.
    pinned
        Places that only accepted placements make places of groups, by the pins that these would have.
    ended
        Ids of earlier groups that do not go on, nor most of their stayers as a new group.
    may_fall
        Whether a group may end all the same, with nobody of it placed: to see how many groups cannot go on.
    """

    earlier: Grouping
    asked: frozenset[str]
    accepted: frozenset[str]
    fixed: frozenset[str] = frozenset()
    pinned: frozenset[str] = frozenset()
    ended: frozenset[str] = frozenset()
    may_fall: bool = False

    @cached_property
    def stayers(self) -> Mapping[str, Placement]:
        """The earlier placement of each member who did not ask for a change, by member id."""
        return {
            one.member_id: one
            for one in self.earlier.placements
            if one.member_id not in self.asked and one.group_id in self.earlier.group_by_id
        }

    @cached_property
    def number_of(self) -> Mapping[str, int]:
        """Number of each earlier group, by its id."""
        return {one.group_id: k for k, one in enumerate(self.earlier.group_records)}

    @cached_property
    def most_stay(self) -> Mapping[str, int]:
        """How many stayers of each earlier group are most of them, by its id."""
        count = Counter(one.group_id for one in self.stayers.values())
        return {group_id: number // 2 + 1 for group_id, number in count.items()}

    def likeness(self, member_id: str) -> object:
        """Return what tells a member from others with the same answers."""
        one = self.stayers.get(member_id)
        return None if one is None else (one.group_id, one.role, member_id in self.accepted)

    def same_kind(
        self, group: Group, place_id: str, track: Track, language: str, slot: str
    ) -> bool:
        """Return whether an earlier group goes on as it was: track, place, language and slot."""
        return (
            (group.track, group.place) == (track, place_id)
            and (not group.language or group.language == language)
            and (not group.slot or group.slot == slot)
        )


@dataclass(frozen=True)
class StandingRows:
    """What stands already, for each row of the member arrays of `MemberClasses`.

    Attributes
    ----------
    group
        Shape (rows,): number of the earlier group of a stayer, else `NO_GROUP`.
    accepted
        Shape (rows,): whether its placement was accepted.
    fixed
        Shape (classes,): number of the earlier group in which a copy has to stay, else `NO_GROUP`.
    """

    group: Ints
    accepted: Bools
    fixed: Ints


def standing_rows(standing: Standing, classes: MemberClasses) -> StandingRows:
    """Return what stands already for the rows of some classes."""
    ids = [classes.edition.members[i].member_id for i in classes.member_index.tolist()]
    stayers, number = standing.stayers, standing.number_of
    group = np.array(
        [number[stayers[who].group_id] if who in stayers else NO_GROUP for who in ids],
        dtype=np.int64,
    )
    accepted = np.array([who in standing.accepted for who in ids], dtype=bool)
    held = np.array([who in standing.fixed for who in ids], dtype=bool)
    fixed = np.full(len(classes.count), NO_GROUP, dtype=np.int64)
    fixed[classes.member_class[held]] = group[held]
    return StandingRows(group, accepted, fixed)
