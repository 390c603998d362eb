"""Groups one by one: the exact model of a cell whose groups do not follow from its totals.

Comes in: a `Formulation` and the cells concerned. Goes out: more columns and rows, and the `Slots` of
each cell. A cell's totals are enough for nearly all editions. They are not where members of one cell
may not share a group (apart, spread), or belong together in blocks that do not divide evenly; then
the cell gets one *slot* per possible group, and every rule holds slot by slot.

Variables, for cell c and slot k:

* `opened` o[k]: the slot is a group; opened in order, so that equal groups are counted once.
* `placed` y[p, k]: copies of class p in the slot.
* `holders` h[i, k, r]: member i holds role r in the slot (only with several groups per member).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition.records import Pin, Role
from sip_grouping.problem import Problem
from sip_grouping.problem.classes import HELD_ROLES
from sip_grouping.problem.needs import NEEDS, ROLE_NEEDS
from sip_grouping.rules import RuleId
from sip_grouping.solve.again import pairs_in_a_group
from sip_grouping.solve.formulation import Formulation, Holders, pinned, require
from sip_grouping.solve.one_group import GroupRules, Limit, keep_group_rules

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Slots:
    """Variables of one cell's slots.

    Attributes
    ----------
    pairs
        Shape (pairs of the cell,): their indexes in the problem.
    opened
        Shape (slots,): columns of o.
    placed
        Shape (pairs of the cell, slots): columns of y.
    holder_rows
        Shape (holders of the cell,): their rows in the formulation's holders.
    holders
        Shape (holders of the cell, slots): columns of h.
    """

    cell: int
    pairs: Ints
    opened: Ints
    placed: Ints
    holder_rows: Ints
    holders: Ints


def add_slots(f: Formulation, cells: list[int]) -> dict[int, Slots]:
    """Add slots to some cells of a formulation; return them by cell."""
    slots = {cell: _slots_of(f, cell) for cell in cells}
    for one in slots.values():
        _tie_to_totals(f, one)
        _keep_rules_of_each(f, one)
        _count_pairs_of_each(f, one)
        if f.holders is not None:
            _require_holders(f, f.holders, one)
    for pin in f.problem.edition.pins:
        if pin.with_members and f.problem.edition.most_groups_per_member > 1:
            _keep_company(f, pin, slots)
    return slots


def cells_needing_slots(f: Formulation) -> list[int]:
    """Return cells whose pins speak of one group, which totals cannot express.

    With one group per member those who must share a group are one block; with several they are not.
    """
    if f.problem.edition.most_groups_per_member == 1:
        return []
    found: set[int] = set()
    for pin in f.problem.edition.pins:
        if pin.with_members:
            found.update(f.problem.pinned_cells(pin))
    return sorted(found)


def _slots_of(f: Formulation, cell: int) -> Slots:
    problem = f.problem
    start = problem.cell_start
    pairs = np.arange(start[cell], start[cell + 1], dtype=np.int64)
    count = problem.cells[cell].groups_max
    opened = f.model.add_columns(count, upper=1)
    most = _most_per_group(problem, cell, pairs)
    placed = np.stack([f.model.add_columns(len(pairs), upper=most) for _ in range(count)], axis=1)
    held_here = np.zeros(0) if f.holders is None else f.holders.cell == cell
    rows = np.flatnonzero(held_here)
    held = [f.model.add_columns(len(rows), upper=1) for _ in range(count)]
    holders = np.stack(held, axis=1)
    return Slots(cell, pairs, opened, placed, rows, holders)


def _most_per_group(problem: Problem, cell: int, pairs: Ints) -> Ints:
    owner = problem.pair_class[pairs]
    fits = problem.cells[cell].size_max // problem.classes.size[owner]
    return np.minimum(problem.classes.count[owner], fits)


def _tie_to_totals(f: Formulation, one: Slots) -> None:
    model = f.model
    count = len(one.opened)
    rows = np.arange(len(one.pairs))
    placed = [(rows, one.placed[:, k], -1) for k in range(count)]
    model.add_rows(
        RuleId.SIZE, len(rows), (rows, f.placed[one.pairs], 1), *placed, lower=0, upper=0
    )
    model.add_rows(
        RuleId.SIZE, 1, (0, f.groups[one.cell], 1), (0, one.opened, -1), lower=0, upper=0
    )
    steps = np.arange(count - 1)
    model.add_rows(
        RuleId.SIZE, count - 1, (steps, one.opened[:-1], 1), (steps, one.opened[1:], -1), lower=0
    )
    if f.holders is not None and len(one.holder_rows):
        held = np.arange(len(one.holder_rows))
        by_slot = [(held, one.holders[:, k], -1) for k in range(count)]
        total = (held, f.holders.column[one.holder_rows], 1)
        model.add_rows(RuleId.ONE_ROLE, len(held), total, *by_slot, lower=0, upper=0)


def _keep_rules_of_each(f: Formulation, one: Slots) -> None:
    rules = _rules_of(f, one)
    units = np.arange(len(one.pairs), dtype=np.int64)
    for k, opened in enumerate(one.opened.tolist()):
        keep_group_rules(f.model, rules, opened, units, one.placed[:, k])


def _count_pairs_of_each(f: Formulation, one: Slots) -> None:
    """Add who meets again, slot by slot: the pairs of the cell are those of its slots."""
    size_max = f.problem.cells[one.cell].size_max
    for again in f.again:
        if again.cell != one.cell or again.exact:
            continue
        at = again.pairs - one.pairs[0]
        terms = [(0, np.array([again.shared]), np.ones(1, dtype=np.int64))]
        most = min(size_max, int(again.members @ f.problem.pair_max[again.pairs]))
        for k, opened in enumerate(one.opened.tolist()):
            ways = again.gains, again.loses
            shared = pairs_in_a_group(f.model, one.placed[at, k], again.members, opened, most, ways)
            terms.append((0, shared, -np.ones(1, dtype=np.int64)))
        f.model.add_rows(None, 1, *terms, lower=0, upper=0)


def _rules_of(f: Formulation, one: Slots) -> GroupRules:
    problem, classes = f.problem, f.problem.classes
    cell = problem.cells[one.cell]
    owner = problem.pair_class[one.pairs]
    at_least = [
        Limit(need.rule, per_copy[owner], need.wanted(cell.rules))
        for need, per_copy in zip(NEEDS, classes.needs, strict=True)
        if f.holders is None or not need.roles
    ]
    at_most = [
        Limit(need.rule, bound[owner], need.wanted(cell.rules))
        for need, bound in zip(ROLE_NEEDS, classes.bound, strict=True)
        if f.holders is None and bound[owner].any()
    ]
    locations = problem.locations[one.cell]
    nobody = np.zeros((0, 2), dtype=np.int64)
    ends = nobody if locations is None else np.stack(locations.conflicts(), axis=1)
    return GroupRules(
        size_min=cell.size_min,
        size_max=cell.size_max,
        size=classes.size[owner],
        most=_most_per_group(problem, one.cell, one.pairs),
        at_least=tuple(at_least),
        at_most=tuple(at_most),
        apart=ends,
    )


def _require_holders(f: Formulation, holders: Holders, one: Slots) -> None:
    """Add the roles of each slot. Who takes part in a role only is in one slot, and holds it there.

    That follows from the totals: it is placed in one group, where it holds a role, and h <= y.
    """
    rules = f.problem.cells[one.cell].rules
    wanted = {Role.MODERATOR: rules.moderators, Role.SECRETARY: rules.secretaries}
    row_of = {pair: row for row, pair in enumerate(one.pairs.tolist())}
    at = np.array([row_of[pair] for pair in holders.pair[one.holder_rows].tolist()], dtype=np.int64)
    rows = np.arange(len(one.holder_rows))
    for k, opened in enumerate(one.opened):
        for number, role in enumerate(HELD_ROLES):
            mine = holders.role[one.holder_rows] == number
            f.model.add_rows(
                RuleId.ONE_ROLE,
                1,
                (0, one.holders[mine, k], 1),
                (0, opened, -wanted[role]),
                lower=0,
                upper=0,
            )
        f.model.add_rows(
            RuleId.VOLUNTEER,
            len(rows),
            (rows, one.holders[:, k], 1),
            (rows, one.placed[at, k], -1),
            upper=0,
        )


def _keep_company(f: Formulation, pin: Pin, slots: dict[int, Slots]) -> None:
    """One slot holds the pinned member, in its role, with all who must share its group."""
    problem = f.problem
    assert f.holders is not None  # noqa: S101 (the caller's case)
    people = (pin.member_id, *pin.with_members)
    index = {member.member_id: i for i, member in enumerate(problem.edition.members)}
    chosen: list[int] = []
    for cell in problem.pinned_cells(pin):
        one = slots[cell]
        owner = problem.pair_class[one.pairs]
        at = [np.flatnonzero(owner == problem.classes.class_of_member[who]) for who in people]
        if not all(len(found) for found in at):
            continue
        held = f.holders.member[one.holder_rows] == index[pin.member_id]
        for k in range(len(one.opened)):
            kept = f.model.add_columns(1, upper=1)
            chosen.extend(kept.tolist())
            for found in at:
                columns = one.placed[found, k]
                f.model.add_rows(RuleId.PIN, 1, (0, kept, 1), (0, columns, -1), upper=0)
            _keep_role(f, pin, kept, one, held, k)
    require(f, pinned(f, pin), np.array(chosen, dtype=np.int64), 1)


def _keep_role(
    f: Formulation, pin: Pin, kept: Ints, one: Slots, held: NDArray[np.bool_], k: int
) -> None:
    if pin.role is None:
        return
    assert f.holders is not None  # noqa: S101 (the caller's case)
    if pin.role is Role.MEMBER:
        columns = one.holders[held, k]
        f.model.add_rows(RuleId.PIN, 1, (0, kept, 1), (0, columns, 1), upper=1)
        return
    role = f.holders.role[one.holder_rows] == HELD_ROLES.index(pin.role)
    columns = one.holders[held & role, k]
    f.model.add_rows(RuleId.PIN, 1, (0, kept, 1), (0, columns, -1), upper=0)
