"""A grouping as a starting point of the search.

Comes in: a `Formulation` and a `Grouping`, of the same edition or one like it. Goes out: values of
the model's variables near that grouping; what no longer exists is left out.
"""

import numpy as np
from numpy.typing import NDArray

from sip_grouping.grouping import Group, Grouping
from sip_grouping.problem import Problem
from sip_grouping.problem.classes import HELD_ROLES
from sip_grouping.solve.formulation import Formulation, complete

Ints = NDArray[np.int64]


def hint_values(f: Formulation, grouping: Grouping) -> Ints:
    """Return values of shape (columns,) that open the grouping's groups and place its members."""
    problem = f.problem
    values = np.zeros(f.model.columns, dtype=np.int64)
    pair_at = _pairs(problem)
    index = {member.member_id: i for i, member in enumerate(problem.edition.members)}
    holder_at = _holder_columns(f)
    for group_id, chosen in cells_of_groups(problem, grouping, pair_at).items():
        rows = grouping.placements_by_group[group_id]
        owners = [problem.classes.class_of_member.get(row.member_id) for row in rows]
        values[f.groups[chosen]] += 1
        counted: set[int] = set()
        for row, owner in zip(rows, owners, strict=True):
            pair = None if owner is None else pair_at.get((owner, chosen))
            if pair is None or owner is None:
                continue
            # A block counts once, for all of its members.
            if problem.classes.people[owner] == 1 or owner not in counted:
                values[f.placed[pair]] += 1
                counted.add(owner)
            column = holder_at.get((index[row.member_id], chosen, row.role))
            if column is not None:
                values[column] = 1
    return complete(f, np.minimum(values, f.model.upper))


def cells_of_groups(
    problem: Problem, grouping: Grouping, pair_at: dict[tuple[int, int], int] | None = None
) -> dict[str, int]:
    """Return by the ids of groups the cells that take them, as far as there are any.

    Parameters
    ----------
    pair_at
        The pairs of the problem by class and cell, where they are known.
    """
    known = _pairs(problem) if pair_at is None else pair_at
    cells_at: dict[tuple[str, str, str], list[int]] = {}
    for number, cell in enumerate(problem.cells):
        cells_at.setdefault((cell.theme, cell.track, problem.place_id(cell)), []).append(number)
    found: dict[str, int] = {}
    for group in grouping.group_records:
        rows = grouping.placements_by_group.get(group.group_id, ())
        owners = [problem.classes.class_of_member.get(row.member_id) for row in rows]
        options = cells_at.get((group.theme, group.track, group.place), [])
        if options and rows:
            chosen = max(options, key=lambda one: _fit(problem, one, group, owners, known))
            if problem.cells[chosen].keeps in {"", group.group_id}:
                found[group.group_id] = chosen
    return found


def _pairs(problem: Problem) -> dict[tuple[int, int], int]:
    pairs = zip(problem.pair_class.tolist(), problem.pair_cell.tolist(), strict=True)
    return {key: pair for pair, key in enumerate(pairs)}


def _fit(
    problem: Problem,
    cell: int,
    group: Group,
    owners: list[int | None],
    pair_at: dict[tuple[int, int], int],
) -> tuple[bool, int, bool, bool, int]:
    """Return how well a cell takes a group: its own, members it has, its language and slot, then order.

    One without a slot takes no room of another slot.
    """
    one = problem.cells[cell]
    own = one.keeps == group.group_id
    same = (one.language, one.slot) == (group.language, group.slot)
    taken = sum(owner is not None and (owner, cell) in pair_at for owner in owners)
    return own, taken, same, one.slot in {"", group.slot}, -cell


def _holder_columns(f: Formulation) -> dict[tuple[int, int, str], int]:
    if f.holders is None:
        return {}
    held = f.holders
    rows = zip(held.member, held.cell, held.role, held.column, strict=True)
    return {
        (int(member), int(cell), HELD_ROLES[int(role)]): int(column)
        for member, cell, role, column in rows
    }
