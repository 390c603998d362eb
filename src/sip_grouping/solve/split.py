"""Splitting a cell into its groups: valid, near people together, sizes even.

Comes in: a `CellTask`, the members a cell was given and what its groups need. Goes out: its groups
with their role holders, or the word that none exist. Small cells are split by an exact model:
members are assigned to groups around centres, of which as many are opened as there are groups
(capacitated p-median: ReVelle and Swain, Central facilities location, Geogr. Anal. 2, 1970), first
with sizes as even as can be, else within the limits. Large cells are dealt out
along the map (`deal`).
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from sip_grouping.edition.records import Role
from sip_grouping.geography.distance import distances_m
from sip_grouping.solve.deal import deal_out
from sip_grouping.solve.task import CellTask, SplitGroup, assign_roles, flat_positions

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

EXACT_VARIABLES = 1_200
"""Above this many pairs of a unit and a centre a cell is dealt out along the map, if that works."""

MOST_CENTRES = 12
NEAR_WORK_LIMIT = 0.5
"""Deterministic work on one cell; many cells share `SHARED_WORK`."""

SHARED_WORK = 10.0
_WORK_LIMIT = 100.0


def split_cell(
    task: CellTask, *, seed: int = 0, near_work: float | None = NEAR_WORK_LIMIT
) -> list[SplitGroup] | None:
    """Split a cell; None where its groups cannot be made from these members.

    `near_work` is the deterministic work spent on bringing near people together. With None any valid
    groups will do: fast, to see whether there are any.
    """
    if task.groups == 1 and not task.apart and not task.company:
        return _only_group(task)
    limits = (task.size_min, task.size_max)
    if near_work is None or len(task.units) * max(MOST_CENTRES, task.groups) > EXACT_VARIABLES:
        dealt = deal_out(task)
        if dealt is not None:
            return dealt
    if near_work is not None:
        cost = _travel_to_centres(task)
        even = _sizes_if_even(task)
        for sizes in [limits] if even is None else [even, limits]:
            groups = _SplitModel(task, cost, sizes).solve(seed, near_work)
            if groups is not None:
                return groups
    anywhere = _travel_to_centres(replace(task, position=None))
    return _SplitModel(task, anywhere, limits).solve(seed, _WORK_LIMIT)


def _sizes_if_even(task: CellTask) -> tuple[int, int] | None:
    low, rest = divmod(task.size, task.groups)
    high = low + (rest > 0)
    return (low, high) if task.size_min <= low and high <= task.size_max else None


def _only_group(task: CellTask) -> list[SplitGroup] | None:
    members = sorted(member for unit in task.units for member in unit)
    if not task.size_min <= len(members) <= task.size_max:
        return None
    held = assign_roles(members, task.moderators, task.secretaries, task)
    return None if held is None else [SplitGroup(tuple(members), *held)]


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


class _SplitModel:
    """The exact model of a split; centre j is a possible group."""

    def __init__(self, task: CellTask, cost: Ints, sizes: tuple[int, int]) -> None:
        self._task = task
        self._cost = cost
        self._sizes = sizes
        self._model = model = cp_model.CpModel()
        units, centres = range(len(task.units)), range(cost.shape[1])
        self._is_in = [[model.new_bool_var("") for _ in centres] for _ in units]
        self._open = [model.new_bool_var("") for _ in centres]
        model.add(sum(self._open) == task.groups)
        self._assign_units()
        self._limit_sizes()
        self._holders = self._hold_roles()
        self._keep_apart()
        self._keep_company()
        if cost.any():
            flat = [(u, j) for u in units for j in centres]
            model.minimize(
                cp_model.LinearExpr.weighted_sum(
                    [self._is_in[u][j] for u, j in flat], [int(cost[u, j]) for u, j in flat]
                )
            )

    def _assign_units(self) -> None:
        for unit in self._is_in:
            self._model.add_exactly_one(unit)
            for is_in, is_open in zip(unit, self._open, strict=True):
                self._model.add_implication(is_in, is_open)

    def _limit_sizes(self) -> None:
        low, high = self._sizes
        weight = [len(unit) for unit in self._task.units]
        for j, is_open in enumerate(self._open):
            size = cp_model.LinearExpr.weighted_sum([row[j] for row in self._is_in], weight)
            self._model.add(size >= low * is_open)
            self._model.add(size <= high * is_open)

    def _hold_roles(self) -> dict[tuple[int, Role, int], cp_model.IntVar]:
        task, model = self._task, self._model
        holders: dict[tuple[int, Role, int], cp_model.IntVar] = {}
        wanted = {Role.MODERATOR: task.moderators, Role.SECRETARY: task.secretaries}
        for row, unit in enumerate(task.units):
            for member in unit:
                roles = [role for role in wanted if role in task.may_hold.get(member, ())]
                for role in roles:
                    for j in range(len(self._open)):
                        holders[member, role, j] = held = model.new_bool_var("")
                        model.add_implication(held, self._is_in[row][j])
                mine = [holders[member, role, j] for role in roles for j in range(len(self._open))]
                must = task.must_hold.get(member)
                if must is not None:
                    model.add(sum(holders[member, must, j] for j in range(len(self._open))) == 1)
                if mine:
                    model.add_at_most_one(mine)
        for role, number in wanted.items():
            for j, is_open in enumerate(self._open):
                seated = [var for (_, r, k), var in holders.items() if r is role and k == j]
                model.add(cp_model.LinearExpr.sum(seated) == number * is_open)
        return holders

    def _keep_apart(self) -> None:
        for first, second in self._task.apart:
            for a, b in zip(self._is_in[first], self._is_in[second], strict=True):
                self._model.add_at_most_one([a, b])

    def _keep_company(self) -> None:
        model = self._model
        for company in self._task.company:
            kept = [model.new_bool_var("") for _ in self._open]
            model.add_at_least_one(kept)
            for j, here in enumerate(kept):
                for unit in company.units:
                    model.add_implication(here, self._is_in[unit][j])
                for role in (Role.MODERATOR, Role.SECRETARY):
                    holds = self._holders.get((company.member, role, j))
                    if company.role is role:
                        model.add_implication(here, holds if holds is not None else ~here)
                    elif company.role is Role.MEMBER and holds is not None:
                        model.add_implication(here, ~holds)

    def solve(self, seed: int, work_limit: float) -> list[SplitGroup] | None:
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = seed % (2**31 - 1)
        solver.parameters.max_deterministic_time = work_limit
        solver.parameters.catch_sigint_signal = False
        if solver.solve(self._model) not in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
            return None
        groups = []
        for j, is_open in enumerate(self._open):
            if solver.boolean_value(is_open):
                members = [
                    member
                    for row, unit in enumerate(self._task.units)
                    if solver.boolean_value(self._is_in[row][j])
                    for member in unit
                ]
                held = {
                    role: tuple(
                        sorted(
                            member
                            for (member, r, k), var in self._holders.items()
                            if r is role and k == j and solver.boolean_value(var)
                        )
                    )
                    for role in (Role.MODERATOR, Role.SECRETARY)
                }
                groups.append(
                    SplitGroup(tuple(sorted(members)), held[Role.MODERATOR], held[Role.SECRETARY])
                )
        return sorted(groups, key=lambda group: group.members)
