"""What a group can lack, by counting: members, or what `needs` lists.

Comes in: member classes, and the rules of a kind of group. Goes out: `lacks_of`, and what
counting with it says: how much some classes bring, and how many groups they could make.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition.records import Rules, Track
from sip_grouping.grouping import Reason
from sip_grouping.problem.classes import MemberClasses
from sip_grouping.problem.needs import NEEDS, ROLE_NEEDS, Need

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Lack:
    """A group has at least `wanted` of what a copy of each class brings; `reason` where it lacks.

    Where what one of `parts` stands for is lacking, so is this.
    """

    reason: Reason
    wanted: Callable[[Rules, Track], int]
    brought: Callable[[MemberClasses], Ints]
    parts: frozenset[Reason] = frozenset()


def _of_need(number: int, need: Need) -> Lack:
    narrower = (one.reason for one in NEEDS if one.roles and one.roles < need.roles)
    return Lack(
        need.reason,
        lambda rules, _: need.wanted(rules),
        lambda classes: classes.needs[number],
        parts=frozenset(narrower),
    )


def _of_members_beside(number: int, need: Need) -> Lack:
    """Return that a group is large enough with no more members bound to some roles than it has seats."""
    return Lack(
        Reason.TOO_FEW,
        lambda rules, track: rules.sizes(track).size_min - need.wanted(rules),
        lambda classes: classes.size - classes.bound[number],
    )


_MEMBERS = Lack(
    Reason.TOO_FEW,
    lambda rules, track: rules.sizes(track).size_min,
    lambda classes: classes.size,
)
_NEEDED = tuple(_of_need(number, need) for number, need in enumerate(NEEDS))
_MEMBERS_BESIDE = tuple(_of_members_beside(number, need) for number, need in enumerate(ROLE_NEEDS))


def lacks_of(classes: MemberClasses) -> tuple[Lack, ...]:
    """Return what a group can lack: members, which come first, or what `needs` lists.

    Of members who have to hold a role no more count than there are seats: the most that a group can hold
    are the least of these sums, one for each set of roles (Hall's condition). Where all may be plain
    members, the one of all members says it.
    """
    beside = (one for one, bound in zip(_MEMBERS_BESIDE, classes.bound, strict=True) if bound.any())
    return (_MEMBERS, *beside, *_NEEDED)


def wanted_of_each(classes: MemberClasses, rules: Rules, track: Track) -> Ints:
    """Return how much a group needs of each of the lacks, shape (lacks,)."""
    return np.array([one.wanted(rules, track) for one in lacks_of(classes)], dtype=np.int64)


def brought_by(classes: MemberClasses, ids: Ints) -> Ints:
    """Return what all copies of some classes bring for each of the lacks, shape (lacks, classes)."""
    return np.stack([(one.brought(classes) * classes.count)[ids] for one in lacks_of(classes)])


def most_groups(classes: MemberClasses, ids: Ints, rules: Rules, track: Track) -> int:
    """Return how many groups there can be of some classes, by counting."""
    wanted = wanted_of_each(classes, rules, track)
    there = brought_by(classes, ids).sum(axis=1)
    return int((there[wanted > 0] // wanted[wanted > 0]).min())
