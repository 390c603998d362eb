"""Splitting a cell into its groups: valid, near people together, sizes even.

Comes in: a `CellTask`, the members a cell was given and what its groups need, and the run, whose work
and interruption it heeds. Goes out: its groups with their role holders, or the word that none exist or
were found in time. Small cells are split by an exact model:
members are assigned to groups around centres, of which as many are opened as there are groups
(capacitated p-median: ReVelle and Swain, Central facilities location, Geogr. Anal. 2, 1970), first
with sizes as even as can be, else within the limits. Large cells are dealt out
along the map (`deal`).
"""

from collections.abc import Container
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition.records import Role
from sip_grouping.geography.distance import distances_m
from sip_grouping.problem.needs import ROLE_NEEDS
from sip_grouping.rules import RuleId
from sip_grouping.solve.again import pairs_in_a_group
from sip_grouping.solve.cpsat import CpSatSettings, limit_or_none, solve_cpsat
from sip_grouping.solve.deal import deal_out
from sip_grouping.solve.linear import LinearModel
from sip_grouping.solve.one_group import GroupRules, Limit, keep_group_rules
from sip_grouping.solve.run import Limits, Run
from sip_grouping.solve.task import CellTask, SplitGroup, assign_roles, flat_positions

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

EXACT_VARIABLES = 1_200
"""Above this many pairs of a unit and a centre a cell is dealt out along the map, if that works."""

MOST_CENTRES = 12
NEAR_WORK_LIMIT = 0.5
"""Deterministic work on one cell; many cells share `SHARED_WORK`."""

SHARED_WORK = 4.0
MOVED_M = 10_000_000
"""Metres that a member's leaving its earlier group counts for: more than any way within reach."""

NEAREST = 6
"""Centres a unit may choose among in a large cell whose members were in earlier groups."""

AGAIN_WORK = 2.0
"""Deterministic work on one cell to bring together, or apart, those who shared a group before."""

_WORK_LIMIT = 100.0
_SHARE = 0.25
"""Any groups at all may take this share of the work and time left: a cell that does not split by then is
better modelled together with the others."""

LEAST_WORK = 0.25
LEAST_SECONDS = 0.2
"""What a cell may take when the limits are reached, since what was found would else be lost. Nearly all
take far less."""


def split_cell(
    task: CellTask,
    *,
    run: Run | None = None,
    near_work: float | None = NEAR_WORK_LIMIT,
    time_limit: float | None = None,
) -> list[SplitGroup] | None:
    """Split a cell; None where its groups cannot be made from these members, or were not in time.

    Members who were in an earlier group stay there as far as they can; beside that near people come
    together. `near_work` is the deterministic work spent on both, `time_limit` the wall clock of each
    attempt. With no work any valid groups will do: fast, to see whether there are any. All work
    counts as work of the run; None: one without limits.
    """
    run = run or Run(Limits())
    if task.groups == 1 and not task.apart:
        return _only_group(task)
    unchanged = _as_they_were(task)
    if unchanged is not None:
        return unchanged
    limits = (task.size_min, task.size_max)
    if task.again:
        nobody_travels = np.zeros((len(task.units), task.groups), dtype=np.int64)
        groups = _solved(task, nobody_travels, limits, run, AGAIN_WORK, time_limit)
        if groups is not None:
            return groups
    large = len(task.units) * max(MOST_CENTRES, task.groups) > EXACT_VARIABLES
    if near_work is not None and task.earlier:
        groups = _stay_where_they_were(task, limits, run, near_work, time_limit, large=large)
        if groups is not None:
            return groups
    if near_work is None or large:
        dealt = deal_out(task)
        if dealt is not None:
            return dealt
    anywhere = _travel_to_centres(replace(task, position=None))
    even = _sizes_if_even(task)
    seconds = max(_SHARE * max(run.seconds_left, run.near_seconds_left), LEAST_SECONDS)
    of_last = limit_or_none(seconds)
    if near_work is not None:
        cost = _travel_to_centres(task)
        if even is not None:
            groups = _solved(task, cost, even, run, near_work, time_limit)
            if groups is not None:
                return groups
    if even is not None:
        if near_work is not None and not large:
            dealt = deal_out(task)
            if dealt is not None:
                return dealt
        # Even sizes come before near people; where they are hard to find they may not exist.
        groups = None if run.spent else _solved(task, anywhere, even, run, LEAST_WORK, of_last)
        if groups is not None:
            return groups
    if near_work is not None:
        groups = _solved(task, cost, limits, run, near_work, time_limit)
        if groups is not None:
            return groups
    work = min(_WORK_LIMIT, max(_SHARE * run.work_left, LEAST_WORK))
    return _solved(task, anywhere, limits, run, work, of_last)


def _as_they_were(task: CellTask) -> list[SplitGroup] | None:
    """Return the earlier groups where all members were in them and they still hold; else None."""
    groups: dict[int, list[int]] = {}
    number_of_unit: list[int] = []
    for unit in task.units:
        numbers = {task.earlier.get(member, -1) for member in unit}
        number = numbers.pop()
        if number < 0 or numbers:
            return None
        groups.setdefault(number, []).extend(unit)
        number_of_unit.append(number)
    if len(groups) != task.groups:
        return None
    if any(number_of_unit[first] == number_of_unit[second] for first, second in task.apart):
        return None
    found: list[SplitGroup] = []
    for members in groups.values():
        group = _group_of(task, members)
        if group is None:
            return None
        found.append(group)
    return sorted(found, key=lambda group: group.members)


def _stay_where_they_were(
    task: CellTask,
    limits: tuple[int, int],
    run: Run,
    work: float,
    time_limit: float | None,
    *,
    large: bool,
) -> list[SplitGroup] | None:
    """Split so that the fewest members leave their earlier group, then travel counts.

    The first centres are the earlier groups, at the mean of the members who were there. In a large
    cell a unit may go to its own earlier group or the nearest few.
    """
    before = sorted({task.earlier[m] for unit in task.units for m in unit if m in task.earlier})
    column = {number: j for j, number in enumerate(before)}
    cost = np.hstack([_travel_to_earlier(task, before), _travel_to_centres(task)])
    nearest = [set(np.argsort(row, kind="stable")[:NEAREST].tolist()) for row in cost]
    options = nearest if large else None
    for row, unit in enumerate(task.units):
        known = [column[task.earlier[m]] for m in unit if m in task.earlier]
        for j in known:
            # Whoever was elsewhere before moves, wherever it goes.
            cost[row] += MOVED_M
            cost[row, j] -= MOVED_M
        if options is not None:
            options[row].update(known)
    return _solved(task, cost, limits, run, work, time_limit, options)


def _travel_to_earlier(task: CellTask, before: list[int]) -> Ints:
    """Return the metres from each unit to the middle of each earlier group, shape (units, groups)."""
    cost = np.zeros((len(task.units), len(before)), dtype=np.int64)
    if task.position is None:
        return cost
    middles = []
    for number in before:
        homes = [
            task.position[m]
            for m, group in task.earlier.items()
            if group == number and m in task.position
        ]
        middles.append(np.mean(homes, axis=0))
    at = np.array(middles)
    for row, unit in enumerate(task.units):
        for member in unit:
            cost[row] += distances_m(*task.position[member], at[:, 0], at[:, 1])
    return cost


def _sizes_if_even(task: CellTask) -> tuple[int, int] | None:
    low, rest = divmod(task.size, task.groups)
    high = low + (rest > 0)
    return (low, high) if task.size_min <= low and high <= task.size_max else None


def _only_group(task: CellTask) -> list[SplitGroup] | None:
    group = _group_of(task, [member for unit in task.units for member in unit])
    return None if group is None else [group]


def _group_of(task: CellTask, members: list[int]) -> SplitGroup | None:
    """Return members as a group, with role holders; None where a rule of one group does not hold."""
    members = sorted(members)
    if not task.size_min <= task.seats(members) <= task.size_max:
        return None
    if any(len(quota.members.intersection(members)) < quota.wanted for quota in task.quotas):
        return None
    held = assign_roles(members, task.moderators, task.secretaries, task)
    return None if held is None else SplitGroup(tuple(members), *held)


def _travel_to_centres(task: CellTask) -> Ints:
    """Return the metres from each unit to each candidate centre, shape (units, centres).

    Without positions, or where all live at one spot, a centre is just a
    label of a group and costs nothing.
    """
    groups = task.groups
    if task.position is None:
        return np.zeros((len(task.units), groups), dtype=np.int64)
    homes = np.array([task.position[member] for unit in task.units for member in unit])
    spots = np.unique(homes, axis=0)
    if len(spots) < 2 or groups == 1:
        return np.zeros((len(task.units), groups), dtype=np.int64)
    chosen = _spread_out(spots, max(MOST_CENTRES, 2 * groups))
    # A centre may serve several groups where many live at few spots: one copy per group then.
    copies = 1 if len(chosen) >= 2 * groups else -(-2 * groups // len(chosen))
    at = np.repeat(spots[chosen], copies, axis=0)
    cost = np.zeros((len(task.units), len(at)), dtype=np.int64)
    for row, unit in enumerate(task.units):
        for member in unit:
            cost[row] += distances_m(*task.position[member], at[:, 0], at[:, 1])
    return cost


def _spread_out(spots: Floats, most: int) -> list[int]:
    """Return at most `most` spots, each next one as far as can be from those before."""
    if len(spots) <= most:
        return list(range(len(spots)))
    flat = flat_positions(spots)
    chosen = [int(np.argmax(((flat - flat.mean(axis=0)) ** 2).sum(axis=1)))]
    nearest = ((flat - flat[chosen[0]]) ** 2).sum(axis=1)
    while len(chosen) < most:
        chosen.append(int(np.argmax(nearest)))
        nearest = np.minimum(nearest, ((flat - flat[chosen[-1]]) ** 2).sum(axis=1))
    return sorted(chosen)


def _solved(
    task: CellTask,
    cost: Ints,
    sizes: tuple[int, int],
    run: Run,
    work: float,
    time_limit: float | None = None,
    options: list[set[int]] | None = None,
) -> list[SplitGroup] | None:
    """Return the groups of the exact model, in which centre j is a possible group.

    Parameters
    ----------
    cost
        Shape (units, centres): metres of a unit to a centre.
    options
        The centres each unit may go to; None: all.
    """
    units, centres = cost.shape
    allowed = np.ones(cost.shape, dtype=bool)
    if options is not None:
        allowed = np.array([[j in one for j in range(centres)] for one in options], dtype=bool)
    model = LinearModel()
    opened = model.add_columns(centres, upper=1)
    unit, centre = np.nonzero(allowed)
    column = np.full(cost.shape, -1, dtype=np.int64)
    column[unit, centre] = model.add_columns(len(unit), upper=1, objective=-cost[unit, centre])
    model.add_rows(None, 1, (0, opened, 1), lower=task.groups, upper=task.groups)
    each = (unit, column[unit, centre], 1)
    model.add_rows(None, units, each, lower=1, upper=1)
    rules = group_rules(task, sizes)
    for j in range(centres):
        inside = np.flatnonzero(allowed[:, j])
        keep_group_rules(model, rules, int(opened[j]), inside, column[inside, j])
        _count_again(model, task, int(opened[j]), inside, column[inside, j])
    settings = CpSatSettings(
        work_limit=work, time_limit=time_limit, seed=run.limits.seed, linearization_level=1
    )
    outcome = solve_cpsat(model.arrays(), settings, stopped=lambda: run.interrupted)
    run.work += outcome.work
    values = outcome.values
    if values is None:
        return None
    there = np.where(column >= 0, values[column], 0) > 0
    chosen = np.flatnonzero(values[opened]).tolist()
    found = [with_holders(task, np.flatnonzero(there[:, j])) for j in chosen]
    return sorted(found, key=lambda group: group.members)


def _count_again(
    model: LinearModel, task: CellTask, opened: int, inside: Ints, columns: Ints
) -> None:
    for one in task.again:
        members = np.array(
            [len(one.members.intersection(task.units[row])) for row in inside.tolist()]
        )
        met = np.flatnonzero(members)
        most = min(int(members.sum()), task.size_max)
        if most > 1:
            ways = one.worth > 0, one.worth < 0
            pairs_in_a_group(model, columns[met], members[met], opened, most, ways, one.worth)


def with_holders(task: CellTask, units: Ints) -> SplitGroup:
    """Return some units as a group; they keep the rules of one group, so that there are holders."""
    members = sorted(member for row in units.tolist() for member in task.units[row])
    held = assign_roles(members, task.moderators, task.secretaries, task)
    if held is None:
        # Hall's condition, which the rows state, says that this does not happen.
        raise AssertionError("a group with volunteers enough finds no role holders")
    return SplitGroup(tuple(members), *held)


def group_rules(task: CellTask, sizes: tuple[int, int]) -> GroupRules:
    """Return the rules of each group of a task; a unit is one copy."""

    def counted(members: Container[int]) -> Ints:
        return np.array([sum(m in members for m in unit) for unit in task.units], dtype=np.int64)

    wanted = {Role.MODERATOR: task.moderators, Role.SECRETARY: task.secretaries}
    at_least, at_most = [], []
    for need in ROLE_NEEDS:
        seats = sum(wanted[role] for role in need.roles)
        fill = {m for m, may in task.may_hold.items() if may & need.roles}
        bound = {m for m in task.must_hold if task.may_hold[m] <= need.roles}
        at_least.append(Limit(need.rule, counted(fill), seats))
        if bound:
            at_most.append(Limit(need.rule, counted(bound), seats))
    quotas = (Limit(RuleId.SIZE, counted(one.members), one.wanted) for one in task.quotas)
    return GroupRules(
        size_min=sizes[0],
        size_max=sizes[1],
        size=np.array([task.seats(unit) for unit in task.units], dtype=np.int64),
        most=np.ones(len(task.units), dtype=np.int64),
        at_least=(*at_least, *quotas),
        at_most=tuple(at_most),
        apart=np.array(task.apart, dtype=np.int64).reshape(-1, 2),
    )
