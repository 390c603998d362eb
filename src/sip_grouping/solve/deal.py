"""Dealing a large cell out to its groups along the map: fast, valid, sizes even.

Comes in: a `CellTask`. Goes out: its groups, or None where dealing does not get there (the exact
model of `split` then decides). Members are put in an order in which neighbours on the map mostly
follow each other, and each group takes a stretch of it. Who is bound by a rule of its own (a block,
apart) chooses first, then each group gets its role holders, those first who must hold a role, then what
its quotas lack, then the rest. Where those without rules of their own are too few for the roles, others hold
some of them, and are seated where theirs is free.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition.records import Role
from sip_grouping.solve.task import CellTask, Quota, SplitGroup, assign_roles, flat_positions

_ROLES = (Role.MODERATOR, Role.SECRETARY)


@dataclass
class _Seats:
    """One group being filled: its members, its free seats, its role holders and units."""

    room: int
    members: list[int] = field(default_factory=list)
    units: set[int] = field(default_factory=set)
    held: dict[Role, list[int]] = field(default_factory=lambda: {role: [] for role in _ROLES})

    def take(self, members: tuple[int, ...]) -> None:
        self.members += members
        self.room -= len(members)


def deal_out(task: CellTask) -> list[SplitGroup] | None:
    """Deal the members of a cell out to groups of even size; None where that does not work.

    So it is where somebody takes several seats: the exact model knows better how to fill groups then.
    """
    if task.weight:
        return None
    low, rest = divmod(task.size, task.groups)
    if low < task.size_min or low + (rest > 0) > task.size_max:
        return None
    order = {member: place for place, member in enumerate(_along_map(task, _members(task)))}
    bound = _units_with_own_rules(task)
    free = [unit[0] for number, unit in enumerate(task.units) if number not in bound]
    # The free come first: who is tied to others is harder to seat, and more so with a role.
    tied = [member for number in sorted(bound) for member in task.units[number]]
    seats = task.groups * task.moderators, task.groups * task.secretaries
    chosen = assign_roles([*free, *tied], *seats, task)
    if chosen is None:
        return None
    tied_holders = {
        member: role
        for role, holders in zip(_ROLES, chosen, strict=True)
        for member in set(holders).intersection(tied)
    }
    groups = [_Seats(low + (k < rest)) for k in range(task.groups)]
    if not _seat_bound_units(task, groups, bound, order, tied_holders):
        return None
    free.sort(key=order.__getitem__)
    if not _seat_role_holders(task, groups, free, order):
        return None
    if not all(_fill_quota(groups, free, quota) for quota in task.quotas):
        return None
    taken = {member for group in groups for member in group.members}
    others = iter([member for member in free if member not in taken])
    for group in groups:
        for _ in range(group.room):
            group.members.append(next(others))
    return [
        SplitGroup(
            tuple(sorted(group.members)),
            tuple(sorted(group.held[Role.MODERATOR])),
            tuple(sorted(group.held[Role.SECRETARY])),
        )
        for group in groups
    ]


def _members(task: CellTask) -> list[int]:
    return [member for unit in task.units for member in unit]


def _units_with_own_rules(task: CellTask) -> set[int]:
    bound = {number for pair in task.apart for number in pair}
    return bound | {number for number, unit in enumerate(task.units) if len(unit) > 1}


def _seat_bound_units(
    task: CellTask,
    groups: list[_Seats],
    bound: set[int],
    order: dict[int, int],
    tied_holders: Mapping[int, Role],
) -> bool:
    """Seat blocks and the like, the largest first, each in the group nearest to its stretch.

    Those with a role come before those without one of the same size: fewer groups have a seat for them.
    """
    apart: dict[int, set[int]] = {number: set() for number in bound}
    for first, second in task.apart:
        apart[first].add(second)
        apart[second].add(first)
    wanted = {Role.MODERATOR: task.moderators, Role.SECRETARY: task.secretaries}
    size = task.size

    def hardest_first(number: int) -> tuple[int, int, int]:
        unit = task.units[number]
        return -len(unit), -len(tied_holders.keys() & set(unit)), number

    for number in sorted(bound, key=hardest_first):
        unit = task.units[number]
        stretch = order[unit[0]] * task.groups // size
        for k in _outward(stretch, task.groups):
            group = groups[k]
            if group.room < len(unit) or group.units & apart[number]:
                continue
            holders = _holders(task, unit, group, wanted, tied_holders)
            if holders is not None:
                group.take(unit)
                group.units.add(number)
                for member, role in holders.items():
                    group.held[role].append(member)
                break
        else:
            return False
    return True


def _outward(start: int, count: int) -> Iterator[int]:
    """Yield the numbers below a count, the nearest to one of them first, of two as near the lower."""
    yield start
    for away in range(1, count):
        if start - away >= 0:
            yield start - away
        if start + away < count:
            yield start + away


def _holders(
    task: CellTask,
    unit: tuple[int, ...],
    group: _Seats,
    wanted: Mapping[Role, int],
    tied_holders: Mapping[int, Role],
) -> dict[int, Role] | None:
    """Return the roles of those of a unit who are to hold one; None where the group has not the seats.

    Neither has it where those who hold roles beside them would find no room.
    """
    free = {role: wanted[role] - len(group.held[role]) for role in _ROLES}
    found: dict[int, Role] = {}
    # Who may hold one role alone takes its seat before those who have a choice.
    for member in sorted(tied_holders.keys() & set(unit), key=lambda one: len(task.may_hold[one])):
        role = tied_holders[member]
        if not free[role] and member in task.must_hold:
            role = max(sorted(task.may_hold[member]), key=free.__getitem__)
        if not free[role]:
            return None
        free[role] -= 1
        found[member] = role
    return found if sum(free.values()) <= group.room - len(unit) else None


def _seat_role_holders(
    task: CellTask, groups: list[_Seats], free: list[int], order: dict[int, int]
) -> bool:
    """Give every group the holders that it still needs, from the members without rules of their own."""
    wanted = {Role.MODERATOR: task.moderators, Role.SECRETARY: task.secretaries}
    needs = {role: [wanted[role] - len(group.held[role]) for group in groups] for role in _ROLES}
    if any(sum(need) > group.room for *need, group in zip(*needs.values(), groups, strict=True)):
        return False
    seats = [sum(needs[role]) for role in _ROLES]
    chosen = assign_roles(free, seats[0], seats[1], task)
    if chosen is None:
        return False
    for role, holders in zip(_ROLES, chosen, strict=True):
        queue = iter(sorted(holders, key=order.__getitem__))
        for group, need in zip(groups, needs[role], strict=True):
            for _ in range(need):
                holder = next(queue)
                group.take((holder,))
                group.held[role].append(holder)
    return True


def _fill_quota(groups: list[_Seats], free: list[int], quota: Quota) -> bool:
    """Give every group the members that its quota still lacks."""
    taken = {member for group in groups for member in group.members}
    queue = iter([member for member in free if member in quota.members and member not in taken])
    for group in groups:
        for _ in range(quota.wanted - len(quota.members.intersection(group.members))):
            member = next(queue, None)
            if member is None or not group.room:
                return False
            group.take((member,))
    return True


def _along_map(task: CellTask, members: list[int]) -> list[int]:
    """Return members in an order in which neighbours on the map mostly follow each other.

    The map is halved along its longer side, again and again.
    """
    if task.position is None:
        return members
    flat = flat_positions(np.array([task.position[member] for member in members]))
    return [members[row] for row in _halved(flat, np.arange(len(members)))]


def _halved(flat: NDArray[np.float64], rows: NDArray[np.int64]) -> list[int]:
    extent = np.ptp(flat[rows], axis=0)
    if len(rows) <= 2 or not extent.any():
        found: list[int] = rows.tolist()
        return found
    ordered = rows[np.argsort(flat[rows, int(np.argmax(extent))], kind="stable")]
    half = len(rows) // 2
    return _halved(flat, ordered[:half]) + _halved(flat, ordered[half:])
