"""A cell that has to be split: what is asked, and what an answer looks like.

Comes in: members' indexes, limits, roles. Goes out: `CellTask` and `SplitGroup`, and the choice of
role holders among given members. Used by the exact model (`split`) and by dealing out (`deal`).
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition.records import Role


@dataclass(frozen=True)
class CellTask:
    """What has to be split.

    Attributes
    ----------
    units
        The members' indexes of each copy placed in the cell: one, or a block that stays whole.
    groups
        Number of groups.
    position
        Per member index, latitude and longitude; only for local cells (None: by video).
    may_hold, must_hold
        Per member index, the roles it may hold; and who has to hold one of them.
    quotas
        What each group needs beside its role holders.
    apart
        Pairs of units that may not share a group.
    again
        Those who shared a group of the edition before, where it counts how many of them share one again.
    weight
        Per member index, the seats that it takes; others take one.
    earlier
        Per member index, the number of the earlier group it would rather stay in; others are absent.
    """

    units: tuple[tuple[int, ...], ...]
    groups: int
    size_min: int
    size_max: int
    moderators: int
    secretaries: int
    may_hold: dict[int, frozenset[Role]]
    must_hold: frozenset[int]
    position: dict[int, tuple[float, float]] | None = None
    quotas: tuple["Quota", ...] = ()
    apart: tuple[tuple[int, int], ...] = ()
    again: tuple["Again", ...] = ()
    earlier: Mapping[int, int] = field(default_factory=dict)
    weight: Mapping[int, int] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Seats that are taken in the cell."""
        if not self.weight:
            return sum(map(len, self.units))
        return sum(map(self.seats, self.units))

    def seats(self, members: Iterable[int]) -> int:
        """Return the seats that members take."""
        return sum(self.weight.get(member, 1) for member in members)

    @property
    def holders(self) -> tuple[tuple[int, tuple[Role, ...]], ...]:
        """Who has to hold a role, and the roles it may hold, ascending."""
        return tuple((m, tuple(sorted(self.may_hold[m]))) for m in sorted(self.must_hold))


@dataclass(frozen=True, slots=True)
class Quota:
    """Each group has at least `wanted` of these members."""

    wanted: int
    members: frozenset[int]


@dataclass(frozen=True, slots=True)
class Again:
    """Each pair of these members that shares a group adds `worth`, which may be below 0."""

    members: frozenset[int]
    worth: int


@dataclass(frozen=True, slots=True)
class SplitGroup:
    """Members of one group and who holds the roles, as indexes of members, ascending."""

    members: tuple[int, ...]
    moderators: tuple[int, ...]
    secretaries: tuple[int, ...]


def assign_roles(
    members: list[int], moderators: int, secretaries: int, task: CellTask
) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Return moderators and secretaries of one group, or of several at once; None if too few.

    Who must hold a role is seated first, and of those who may hold either as many as moderator as the
    others are too few for: that leaves the seats that the others can fill.
    """
    free = {Role.MODERATOR: moderators, Role.SECRETARY: secretaries}
    bound = [m for m in members if m in task.must_hold]
    others = [m for m in members if m not in task.must_hold and task.may_hold.get(m)]
    held = _bound_holders(bound, others, free, task)
    if held is None:
        return None
    for role in held.values():
        free[role] -= 1
    # Who may hold either waits for those who may hold one.
    either = deque(member for member in others if len(task.may_hold[member]) > 1)
    for role, seats in free.items():
        willing = [member for member in others if task.may_hold[member] == {role}][:seats]
        missing = seats - len(willing)
        if missing > len(either):
            return None
        willing += [either.popleft() for _ in range(missing)]
        held |= dict.fromkeys(willing, role)
    return (
        tuple(sorted(m for m, role in held.items() if role is Role.MODERATOR)),
        tuple(sorted(m for m, role in held.items() if role is Role.SECRETARY)),
    )


def _bound_holders(
    bound: list[int], others: list[int], seats: Mapping[Role, int], task: CellTask
) -> dict[int, Role] | None:
    """Return the roles of those who must hold one; None where there are not seats for all."""
    free = dict(seats)
    held: dict[int, Role] = {}
    either = [member for member in bound if len(task.may_hold[member]) > 1]
    for member in bound:
        if member not in either:
            (held[member],) = task.may_hold[member]
            free[held[member]] -= 1
    least = max(0, len(either) - free[Role.SECRETARY])
    most = min(len(either), free[Role.MODERATOR])
    if min(free.values()) < 0 or least > most:
        return None
    willing = sum(task.may_hold[member] == {Role.MODERATOR} for member in others)
    as_moderator = min(max(least, free[Role.MODERATOR] - willing), most)
    for place, member in enumerate(either):
        held[member] = Role.MODERATOR if place < as_moderator else Role.SECRETARY
    return held


def flat_positions(spots: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return degrees scaled so that both axes count alike: enough to choose, not to measure."""
    scale = np.cos(np.radians(spots[:, 0].mean()))
    return np.column_stack([spots[:, 0], spots[:, 1] * scale])
