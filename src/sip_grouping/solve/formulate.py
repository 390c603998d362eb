"""The linked formulation: one function per rule, each adding its rows to a linear model.

Comes in: a `Problem`, an `Objective`. Goes out: a `Formulation`.
"""

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition.records import Pin, Role
from sip_grouping.objective import Objective
from sip_grouping.problem import Problem
from sip_grouping.problem.classes import HELD_ROLES, roles_of_members
from sip_grouping.problem.needs import NEEDS, ROLE_NEEDS
from sip_grouping.problem.seats import pairs_sharing_seats
from sip_grouping.problem.weekly import cells_sharing_rooms, pairs_sharing_a_slot
from sip_grouping.rules import RuleId
from sip_grouping.solve.again import who_meet_again
from sip_grouping.solve.formulation import (
    ROLE_RULES,
    Floor,
    Formulation,
    Holders,
    PlainSeats,
    Requirement,
    pairs_of,
    pinned,
    require,
)
from sip_grouping.solve.going_on import keep_groups
from sip_grouping.solve.linear import LinearModel
from sip_grouping.solve.used_places import add_used_places

Ints = NDArray[np.int64]


def formulate(
    problem: Problem, objective: Objective, floors: tuple[Floor, ...] = ()
) -> Formulation:
    """Return the linked formulation of a problem: maximise an objective, keep those before it."""
    model = LinearModel()
    cells = problem.cells
    groups = model.add_columns(
        len(cells), upper=[cell.groups_max for cell in cells], objective=objective.cell
    )
    placed = model.add_columns(
        len(problem.pair_cell), upper=problem.pair_max, objective=objective.pair
    )
    several = problem.edition.most_groups_per_member > 1
    asked_for = any(
        one.asks_for_holders for one in (objective, *(floor.objective for floor in floors))
    )
    holders = _holder_columns(problem, objective, model) if several or asked_for else None
    nowhere = np.full(len(placed), -1, dtype=np.int64)
    objectives = (objective, *(floor.objective for floor in floors))
    again = who_meet_again(problem, model, placed, groups, objectives)
    used = add_used_places(problem, model, placed, objectives)
    formulation = Formulation(
        problem, objective, model, groups, placed, holders, nowhere, used, again=again
    )
    for rule in RULE_FUNCTIONS:
        rule(formulation)
    for floor in floors:
        keep_earlier_objective(formulation, floor)
    return formulation


def limit_groups_per_member(f: Formulation) -> None:
    """Sum of x[p, .] <= count[p] * groups_per_member, and one group of a theme at most.

    Where themes differ in it, with K the largest: sum of x[p, .] + (K - K_theme) * (sum of x[p, .]
    in the theme) <= K, so that who joins a theme is in at most K_theme groups.
    """
    problem = f.problem
    count = problem.classes.count
    most = problem.edition.most_groups_per_member
    rows = (problem.pair_class, f.placed, 1)
    f.model.add_rows(RuleId.GROUPS_PER_MEMBER, len(count), rows, upper=count * most)
    if most == 1:
        return
    theme_of_cell = np.array([cell.theme for cell in problem.cells])
    for theme in problem.edition.themes:
        mine = np.flatnonzero(theme_of_cell[problem.pair_cell] == theme.id)
        here = problem.pair_class[mine], f.placed[mine]
        f.model.add_rows(RuleId.GROUPS_PER_MEMBER, len(count), (*here, 1), upper=1)
        fewer = most - problem.edition.rules_of(theme.id).groups_per_member
        if fewer:
            f.model.add_rows(RuleId.GROUPS_PER_MEMBER, len(count), rows, (*here, fewer), upper=most)


def limit_sizes(f: Formulation) -> None:
    """size_min * g[c] <= sum of size[p] * x[p, c] <= size_max * g[c]."""
    problem = f.problem
    cells = np.arange(len(problem.cells))
    size = problem.classes.size[problem.pair_class]
    members = (problem.pair_cell, f.placed, size)
    smallest = np.array([cell.size_min for cell in problem.cells], dtype=np.int64)
    largest = np.array([cell.size_max for cell in problem.cells], dtype=np.int64)
    f.model.add_rows(RuleId.SIZE, len(cells), members, (cells, f.groups, -smallest), lower=0)
    f.model.add_rows(RuleId.SIZE, len(cells), members, (cells, f.groups, -largest), upper=0)


def link_placed_to_groups(f: Formulation) -> None:
    """Link x[p, c] <= count[p] * g[c] for every pair.

    Implied by the sizes for integers, but without it the LP relaxation spreads a fraction of a group
    over many cells and its bound is worth little. The coefficient is the most copies that one group
    can take.
    """
    problem = f.problem
    largest = np.array([cell.size_max for cell in problem.cells], dtype=np.int64)
    fits = largest[problem.pair_cell] // problem.classes.size[problem.pair_class]
    coefficient = np.minimum(problem.classes.count[problem.pair_class], fits)
    # With one certain copy, `placed` is already at most 1, and one group is at least that many.
    rows = np.arange(len(f.placed))
    f.model.add_rows(
        RuleId.SIZE,
        len(rows),
        (rows, f.placed, 1),
        (rows, f.groups[problem.pair_cell], -coefficient),
        upper=0,
    )
    _, first, last = f.model.rule_rows[-1]
    f.links, f.link_coefficient = range(first, last), coefficient


def limit_groups_per_theme(f: Formulation) -> None:
    """groups_min <= sum of g[c] over the cells of a theme <= groups_max."""
    problem = f.problem
    number = {theme.id: row for row, theme in enumerate(problem.edition.themes)}
    rows = np.array([number[cell.theme] for cell in problem.cells], dtype=np.int64)
    for row, theme in enumerate(problem.edition.themes):
        cells = np.flatnonzero(rows == row)
        mine = f.groups[cells]
        f.model.add_rows(RuleId.GROUPS_PER_THEME, 1, (0, mine, 1), upper=theme.groups_max)
        if theme.groups_min:
            least = Requirement(RuleId.GROUPS_PER_THEME, -1, theme.id, tuple(cells.tolist()))
            require(f, least, mine, theme.groups_min)


def limit_groups_in_all(f: Formulation) -> None:
    """groups_min <= sum of g[c] over all cells <= groups_max of the edition as a whole."""
    total = f.problem.edition.total
    if total.groups_max is not None:
        f.model.add_rows(RuleId.GROUPS_IN_ALL, 1, (0, f.groups, 1), upper=total.groups_max)
    if total.groups_min:
        every = Requirement(RuleId.GROUPS_IN_ALL, -1, "", tuple(range(len(f.groups))))
        require(f, every, f.groups, total.groups_min)


def require_needs(f: Formulation) -> None:
    """Members who count for a need, over the cell: at least `wanted` for each of its groups.

    For the roles, with one group per member: volunteers for each role, and for either, are enough for
    the groups of the cell, and no more members have to hold one than there are seats (Hall's condition
    both ways: then some holders fill all seats and leave none of those members without). With several
    groups per member holders are variables.
    """
    problem = f.problem
    for number, need in enumerate(NEEDS):
        if f.holders is None or not need.roles:
            wanted = np.array([need.wanted(cell.rules) for cell in problem.cells], dtype=np.int64)
            if not wanted.any():
                continue
            _count_members(f, need.rule, problem.classes.needs[number], -wanted, lower=0)
    if f.holders is not None:
        _hold_roles(f, f.holders)
        return
    for need, bound in zip(ROLE_NEEDS, problem.classes.bound, strict=True):
        if bound.any():
            seats = np.array([need.wanted(cell.rules) for cell in problem.cells], dtype=np.int64)
            _count_members(f, need.rule, bound, -seats, upper=0)


def keep_apart(f: Formulation) -> None:
    """Those who may not share a group, location by location, and cliques of locations.

    u[l, c], the groups of the cell in which there is somebody from location l: x[p, c] <= most * u[l, c]
    for each pair there, u[l, c] <= g[c], and the u of locations that are all far from each other sum to
    at most g[c]. A location of one copy is its own u.
    """
    problem, model = f.problem, f.model
    for cell, locations in enumerate(problem.locations):
        if locations is None:
            continue
        begin = int(problem.cell_start[cell])
        inside = np.flatnonzero(locations.of_pair >= 0)
        pairs, place = begin + inside, locations.of_pair[inside]
        copies = np.bincount(place, problem.pair_max[pairs], minlength=locations.count)
        column = np.zeros(locations.count, dtype=np.int64)
        column[place] = f.placed[pairs]
        several = np.flatnonzero(copies > 1)
        column[several] = model.add_columns(len(several), upper=problem.cells[cell].groups_max)
        f.present[pairs] = column[place]
        shared = np.flatnonzero(copies[place] > 1)
        rows = np.arange(len(shared))
        most = f.link_coefficient[pairs[shared]]
        links = (rows, f.present[pairs[shared]], -most)
        model.add_rows(RuleId.APART, len(rows), (rows, f.placed[pairs[shared]], 1), links, upper=0)
        sizes = [len(clique) for clique in locations.cliques]
        rows = np.arange(len(sizes))
        members = (np.repeat(rows, sizes), column[np.concatenate(locations.cliques)], 1)
        opened = np.full(len(rows), f.groups[cell])
        model.add_rows(RuleId.APART, len(rows), members, (rows, opened, -1), upper=0)


def keep_pins(f: Formulation) -> None:
    """Place a pinned member in a cell of its theme, track and place, in its role."""
    problem = f.problem
    index = {member.member_id: i for i, member in enumerate(problem.edition.members)}
    standing = problem.standing
    asked: set[tuple[int, tuple[int, ...]]] = set()
    for pin in problem.edition.pins:
        if standing is not None and standing.may_fall and pin.member_id in standing.fixed:
            continue
        cells = problem.pinned_cells(pin)
        for member_id in (pin.member_id, *pin.with_members):
            kind = problem.classes.class_of_member.get(member_id, -1), tuple(cells)
            if standing is not None and kind in asked:
                # Whoever accepted in one group is one block, of which one row says it.
                continue
            asked.add(kind)
            pairs = pairs_of(f, member_id, cells)
            require(f, pinned(f, pin), f.placed[pairs], 1)
        if pin.role is not None and f.holders is not None:
            _pin_role(f, f.holders, pin, index[pin.member_id], cells)


def keep_to_rooms(f: Formulation) -> None:
    """Sum of g[c] over the cells of an office and slot <= its rooms."""
    for rooms, cells in cells_sharing_rooms(f.problem):
        f.model.add_rows(RuleId.ROOMS, 1, (0, f.groups[cells], 1), upper=rooms)


def keep_to_seats(f: Formulation) -> None:
    """Sum of size[p] * x[p, c] over the cells of an office <= its seats; 0 where it is not used."""
    problem = f.problem
    for place, seats, pairs in pairs_sharing_seats(problem):
        members = (0, f.placed[pairs], problem.classes.size[problem.pair_class[pairs]])
        if f.used[place] < 0:
            f.model.add_rows(RuleId.SEATS, 1, members, upper=seats)
        else:
            f.model.add_rows(RuleId.SEATS, 1, members, (0, f.used[place], -seats), upper=0)


def keep_slots_different(f: Formulation) -> None:
    """Sum of x[p, c] over the cells of a slot <= 1, where a member may be in several groups."""
    rows, pairs = pairs_sharing_a_slot(f.problem)
    count = int(rows.max(initial=-1)) + 1
    f.model.add_rows(RuleId.DIFFERENT_SLOTS, count, (rows, f.placed[pairs], 1), upper=1)


RULE_FUNCTIONS = (
    limit_groups_per_member,
    limit_sizes,
    link_placed_to_groups,
    limit_groups_per_theme,
    limit_groups_in_all,
    require_needs,
    keep_apart,
    keep_to_rooms,
    keep_to_seats,
    keep_slots_different,
    keep_pins,
    keep_groups,
)


def keep_earlier_objective(f: Formulation, floor: Floor) -> None:
    """Sum of the objective's coefficients >= what it reached."""
    pair, cell = floor.objective.pair, floor.objective.cell
    terms = [(0, f.placed, pair), (0, f.groups, cell)]
    place = floor.objective.place
    if place is not None:
        inside = f.used >= 0
        terms.append((0, f.used[inside], place[inside]))
    if f.holders is not None and floor.objective.asks_for_holders:
        held = f.holders
        terms.append((0, held.column, floor.objective.held(held.member, held.cell, held.role)))
    if f.again:
        where = np.array([(one.cell, one.group, one.shared) for one in f.again], dtype=np.int64).T
        terms.append((0, where[2], floor.objective.again(where[0], where[1])))
    f.model.add_rows(None, 1, *terms, lower=floor.least)


def wanted_roles(problem: Problem) -> tuple[Ints, Ints]:
    """Return moderators and secretaries wanted per group, each of shape (cells,)."""
    moderators = np.array([cell.rules.moderators for cell in problem.cells], dtype=np.int64)
    secretaries = np.array([cell.rules.secretaries for cell in problem.cells], dtype=np.int64)
    return moderators, secretaries


def _count_members(
    f: Formulation, rule: RuleId, per_copy: Ints, per_group: Ints, **limit: int
) -> None:
    problem = f.problem
    cells = np.arange(len(problem.cells))
    f.model.add_rows(
        rule,
        len(cells),
        (problem.pair_cell, f.placed, per_copy[problem.pair_class]),
        (cells, f.groups, per_group),
        **limit,
    )


def _holder_columns(problem: Problem, objective: Objective, model: LinearModel) -> Holders:
    rows: list[tuple[int, int, int, int]] = []
    roles = roles_of_members(problem.edition)
    members = problem.edition.members
    for pair, (owner, cell) in enumerate(
        zip(problem.pair_class.tolist(), problem.pair_cell.tolist(), strict=True)
    ):
        rules = problem.cells[cell].rules
        wanted = {Role.MODERATOR: rules.moderators, Role.SECRETARY: rules.secretaries}
        for member in problem.classes.copies[owner][0]:
            for number, role in enumerate(HELD_ROLES):
                if wanted[role] and role in roles.of(members[member].member_id):
                    rows.append((member, pair, cell, number))
    table = np.array(rows, dtype=np.int64).reshape(-1, 4)
    return Holders(
        member=table[:, 0],
        pair=table[:, 1],
        cell=table[:, 2],
        role=table[:, 3],
        column=model.add_columns(
            len(table), upper=1, objective=objective.held(table[:, 0], table[:, 2], table[:, 3])
        ),
    )


def _hold_roles(f: Formulation, holders: Holders) -> None:
    """Exactly the wanted holders per group; each member holds one role, where it is placed.

    Who takes part in a role only is placed nowhere else: sum over the roles of h[i, c, r] >= x[p, c].
    """
    problem = f.problem
    cells = np.arange(len(problem.cells))
    for rule, role, wanted in zip(ROLE_RULES, HELD_ROLES, wanted_roles(problem), strict=True):
        mine = holders.of(role)
        f.model.add_rows(
            rule,
            len(cells),
            (holders.cell[mine], holders.column[mine], 1),
            (cells, f.groups, -wanted),
            lower=0,
            upper=0,
        )
    people, person = np.unique(holders.member, return_inverse=True)
    f.model.add_rows(RuleId.ONE_ROLE, len(people), (person, holders.column, 1), upper=1)
    rows = np.arange(len(holders.column))
    f.model.add_rows(
        RuleId.VOLUNTEER,
        len(rows),
        (rows, holders.column, 1),
        (rows, f.placed[holders.pair], -1),
        upper=0,
    )
    only = np.array([one.only_in_a_role for one in problem.edition.members], dtype=bool)
    bound = np.flatnonzero(only[holders.member])
    where = np.stack([holders.pair[bound], holders.member[bound]])
    (pairs, _), row = np.unique(where, axis=1, return_inverse=True)
    f.model.add_rows(
        RuleId.ROLE_ONLY,
        len(pairs),
        (np.arange(len(pairs)), f.placed[pairs], 1),
        (row.ravel(), holders.column[bound], -1),
        upper=0,
    )


def _pin_role(f: Formulation, holders: Holders, pin: Pin, member: int, cells: list[int]) -> None:
    mine = (holders.member == member) & np.isin(holders.cell, cells)
    if pin.role is Role.MEMBER:
        # Placed in one of the pinned cells without a role there.
        pairs = pairs_of(f, pin.member_id, cells)
        plain = f.model.add_columns(len(pairs), upper=1)
        row_of = {pair: row for row, pair in enumerate(pairs.tolist())}
        at = np.array([row_of[pair] for pair in holders.pair[mine].tolist()], dtype=np.int64)
        rows = np.arange(len(pairs))
        f.model.add_rows(
            RuleId.PIN,
            len(pairs),
            (rows, plain, 1),
            (rows, f.placed[pairs], -1),
            (at, holders.column[mine], 1),
            upper=0,
        )
        f.plain.append(PlainSeats(member, plain, pairs, holders.column[mine], at))
        require(f, pinned(f, pin), plain, 1)
        return
    wanted = np.flatnonzero(mine & holders.of(pin.role))  # type: ignore[arg-type]
    require(f, pinned(f, pin), holders.column[wanted], 1)
