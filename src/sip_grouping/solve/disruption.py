"""Objectives of forming groups again: the score less what changes for those who did not ask for it.

Comes in: a `Problem` that knows what stands already. Goes out: `Objective`s over it. Each member who could
stay adds what its being left out would cost, less what a placement changes; that is the same as
subtracting what changes, up to a constant.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition.records import Role, Track
from sip_grouping.grouping import Group, Grouping, ObjectiveName
from sip_grouping.grouping.changes import (
    Change,
    ChangeKind,
    changes_between,
    disruption_of,
    moved_by,
)
from sip_grouping.grouping.promises import broken_promises
from sip_grouping.objective import Objective, Term, of_ways, score
from sip_grouping.problem import Problem
from sip_grouping.problem.classes import HELD_ROLES
from sip_grouping.problem.standing import NO_GROUP, Standing, standing_rows

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_PLAIN = -1
"""Number of the role of those who held none."""


def standing_of(problem: Problem) -> Standing:
    """Return what stands already in a problem of forming groups again."""
    if problem.standing is None:
        raise ValueError("nothing stands already in this problem")
    return problem.standing


def changes_in(problem: Problem, grouping: Grouping) -> tuple[Change, ...]:
    """Return what a grouping changes of what stands already."""
    standing = standing_of(problem)
    return changes_between(standing.earlier, grouping, standing.asked, problem.edition.disruption)


def less_disruption(problem: Problem) -> Objective:
    """Return the score less what changes for those who did not ask for it, in thousandths."""
    standing, cost = standing_of(problem), problem.edition.disruption.thousandths
    before = _Before.of(problem)
    moved = of_ways(problem, before.stayer * (cost[ChangeKind.LEFT_OUT] - before.price(cost)))
    kept = np.array([bool(cell.keeps) for cell in problem.cells], dtype=np.int64)
    roles = _holding(
        problem, standing.stayers, cost[ChangeKind.ROLE_LOST], cost[ChangeKind.ROLE_GAINED]
    )
    disruption = Term(moved.pair, cost[ChangeKind.GROUP_CLOSED] * kept, roles)

    def reached(grouping: Grouping) -> int:
        return grouping.score_thousandths - disruption_of(changes_in(problem, grouping))

    return Objective(
        ObjectiveName.SCORE_LESS_DISRUPTION,
        {**score(problem).terms, "disruption": disruption},
        reached,
        less_disruption,
        constant=cost[ChangeKind.LEFT_OUT] * len(standing.stayers)
        + cost[ChangeKind.GROUP_CLOSED] * len(standing.earlier.group_records),
    )


def staying(problem: Problem) -> Objective:
    """Return the number of members who could stay and are in the group in which they were."""
    standing, before = standing_of(problem), _Before.of(problem)
    moved = before.kinds[ChangeKind.MOVED_GROUP] | before.kinds[ChangeKind.MOVED_THEME]
    term = of_ways(problem, (before.stayer & ~moved).astype(np.int64))

    def reached(grouping: Grouping) -> int:
        return len(standing.stayers) - len(moved_by(changes_in(problem, grouping)))

    return Objective("staying", {"staying": term}, reached, staying)


def least_broken(problem: Problem) -> Objective:
    """Return minus the price of broken promises, and of equal prices the fewest of them, as one number.

    A price, in units in which all are whole, counts for more than all the promises together. That a plain
    member is asked to hold a role is no change of what was accepted.
    """
    standing, before = standing_of(problem), _Before.of(problem)
    agreed = frozenset(who for who in standing.stayers if who in standing.accepted)
    prices = problem.edition.disruption.thousandths
    unit, more = max(gcd(*prices.values()), 1), price_unit(problem)
    cost = {kind: price // unit * more for kind, price in prices.items()}
    paid = of_ways(problem, before.accepted * (cost[ChangeKind.LEFT_OUT] - before.price(cost)))
    plain = before.accepted & before.as_it_was & ~before.had_role
    kept = of_ways(problem, plain.astype(np.int64))
    alive = cells_as_they_were(problem)
    group_of, role_of = _groups_and_roles(problem, agreed)

    def role_kept(member: Ints, cell: Ints, role: Ints) -> Ints:
        same: Bools = (alive[cell] == group_of[member]) & (role_of[member] == role)
        return same.astype(np.int64)

    def reached(grouping: Grouping) -> int:
        changes = changes_between(standing.earlier, grouping, (), problem.edition.disruption)
        price = sum(
            cost[one.kind]
            for one in changes
            if one.member_id in agreed and one.kind is not ChangeKind.ROLE_GAINED
        )
        return len(agreed) - len(broken_promises(standing.earlier, grouping, agreed)) - price

    holding = _holding(problem, agreed, cost[ChangeKind.ROLE_LOST], 0)
    return Objective(
        "least_broken",
        {
            "price": Term(paid.pair, paid.cell, holding),
            "promises": Term(kept.pair, kept.cell, role_kept),
        },
        reached,
        least_broken,
        constant=cost[ChangeKind.LEFT_OUT] * len(agreed),
    )


def price_unit(problem: Problem) -> int:
    """Return what the smallest price counts for in `least_broken`: more than all promises together."""
    standing = standing_of(problem)
    return sum(who in standing.accepted for who in standing.stayers) + 1


def groups_going_on(problem: Problem) -> Objective:
    """Return the number of accepted placements in groups that go on, where any may fall."""
    rows = standing_rows(standing_of(problem), problem.classes)
    fixed = (rows.fixed != NO_GROUP)[problem.pair_class[problem.ways.pair]]
    term = of_ways(problem, (fixed & rows.accepted[problem.ways.member]).astype(np.int64))

    def reached(grouping: Grouping) -> int:
        return sum(one.member_id in problem.edition.member_by_id for one in grouping.placements)

    return Objective("groups_going_on", {"going_on": term}, reached, groups_going_on)


@dataclass(frozen=True)
class _Before:
    """Where members were, for each way of a problem, and what the way changes.

    Attributes
    ----------
    stayer, accepted
        Shape (ways,): whether the member could stay, and whether it has accepted to.
    had_role
        Shape (ways,): whether it held a role.
    kinds
        By kind of change, shape (ways,): whether the way is one; losing a role is not known here.
    as_it_was
        Shape (ways,): whether the way is the placement as it was, but for the role.
    """

    stayer: Bools
    accepted: Bools
    had_role: Bools
    kinds: Mapping[ChangeKind, Bools]
    as_it_was: Bools

    def price(self, cost: Mapping[str, int]) -> Ints:
        """Return what each way costs a member who could stay, if it held no role there."""
        total = cost[ChangeKind.ROLE_LOST] * self.had_role.astype(np.int64)
        for kind, there in self.kinds.items():
            total += cost[kind] * there
        return total

    @classmethod
    def of(cls, problem: Problem) -> "_Before":
        standing, ways = standing_of(problem), problem.ways
        rows = standing_rows(standing, problem.classes)
        group = rows.group[ways.member]
        stayer = group != NO_GROUP
        cells = problem.pair_cell[ways.pair]
        number = standing.number_of
        keeps = np.array([number.get(cell.keeps, NO_GROUP) for cell in problem.cells], np.int64)
        own = stayer & (keeps[cells] == group)
        index = problem.classes.member_index
        held = _groups_and_roles(problem, standing.stayers)[1][index[ways.member]]
        alive = cells_as_they_were(problem)

        def differ(of_group: Callable[[Group], str], of_cell: Callable[[int], str]) -> Bools:
            """Return whether a way's cell is another than the group of before in some respect."""
            code: dict[str, int] = {}
            before = [
                code.setdefault(of_group(one), len(code)) for one in standing.earlier.group_records
            ]
            after = [code.setdefault(of_cell(c), len(code)) for c in range(len(problem.cells))]
            found = np.array([*before, -1], dtype=np.int64)[group]
            different: Bools = found != np.array(after, dtype=np.int64)[cells]
            return different

        theme = differ(lambda one: one.theme, lambda c: problem.cells[c].theme)
        track = differ(lambda one: one.track, lambda c: problem.cells[c].track)
        place = differ(lambda one: one.place, lambda c: problem.place_id(problem.cells[c]))
        slot = differ(lambda one: one.slot, lambda c: problem.cells[c].slot)
        local = np.array([cell.track is Track.LOCAL for cell in problem.cells], dtype=bool)[cells]
        has_slot = np.array([bool(cell.slot) for cell in problem.cells], dtype=bool)[cells]
        had_slot = np.array([*(bool(one.slot) for one in standing.earlier.group_records), False])
        kinds = {
            ChangeKind.MOVED_THEME: theme,
            ChangeKind.MOVED_GROUP: ~theme & ~own,
            ChangeKind.TRACK_CHANGED: track,
            ChangeKind.PLACE_CHANGED: own & ~track & local & place,
            ChangeKind.SLOT_CHANGED: own & has_slot & had_slot[group] & slot,
        }
        return cls(
            stayer=stayer,
            accepted=stayer & rows.accepted[ways.member],
            had_role=stayer & (held != _PLAIN),
            kinds={kind: stayer & there for kind, there in kinds.items()},
            as_it_was=own & (alive[cells] == group),
        )


def cells_as_they_were(problem: Problem) -> Ints:
    """Return the number of the earlier group that goes on unchanged as each cell, or `NO_GROUP`."""
    standing = standing_of(problem)
    found = np.full(len(problem.cells), NO_GROUP, dtype=np.int64)
    for number, cell in enumerate(problem.cells):
        group = standing.earlier.group_by_id.get(cell.keeps)
        if group is not None and standing.same_kind(
            group, problem.place_id(cell), cell.track, cell.language, cell.slot
        ):
            found[number] = standing.number_of[cell.keeps]
    return found


def _groups_and_roles(problem: Problem, of: Collection[str]) -> tuple[Ints, Ints]:
    """Return the earlier group and role of some members by index, shape (members,), else none.

    Nobody's group is less than `NO_GROUP`, which cells have that no earlier group goes on as.
    """
    standing = standing_of(problem)
    group = np.full(len(problem.edition.members), NO_GROUP - 1, dtype=np.int64)
    role = np.full(len(problem.edition.members), _PLAIN, dtype=np.int64)
    for index, member in enumerate(problem.edition.members):
        if member.member_id in of:
            before = standing.stayers[member.member_id]
            group[index] = standing.number_of[before.group_id]
            if before.role is not Role.MEMBER:
                role[index] = HELD_ROLES.index(before.role)
    return group, role


def _holding(
    problem: Problem, of: Collection[str], lost: int, gained: int
) -> Callable[[Ints, Ints, Ints], Ints]:
    """Return what it adds that some members hold a role: it is not lost, or a new one."""
    group_of, role_of = _groups_and_roles(problem, of)
    stays = group_of >= 0

    def held(member: Ints, _: Ints, role: Ints) -> Ints:
        return np.where(stays[member], np.where(role_of[member] == role, lost, -gained), 0)

    return held
