"""Splitting a cell into its groups: valid, near people together, sizes even.

Comes in: a `CellTask`, the members a cell was given and what its groups need. Goes out: its groups
with their role holders, or the word that none exist. Small cells are split by an exact model:
members are assigned to groups around centres, of which as many are opened as there are groups
(capacitated p-median: ReVelle and Swain, Central facilities location, Geogr. Anal. 2, 1970), first
with sizes as even as can be, else within the limits. Large cells whose members may be mixed freely
are cut along the map.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import maximum_bipartite_matching

from sip_grouping.distance import distances_m
from sip_grouping.records import Role

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

EXACT_VARIABLES = 20_000
"""Above this many member-and-centre pairs a cell that may be mixed freely is cut along the map."""

MOST_CENTRES = 12
_NEAR_WORK_LIMIT = 0.5
_WORK_LIMIT = 100.0


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
    may_hold
        Per member index, the roles it may hold; with `must_hold`, who has to.
    apart
        Pairs of units that may not share a group.
    company
        Sets of units that must share one group, and the role one member must hold in it (or None).
    """

    units: tuple[tuple[int, ...], ...]
    groups: int
    size_min: int
    size_max: int
    moderators: int
    secretaries: int
    may_hold: dict[int, frozenset[Role]]
    must_hold: dict[int, Role]
    position: dict[int, tuple[float, float]] | None = None
    apart: tuple[tuple[int, int], ...] = ()
    company: tuple["Company", ...] = ()

    @property
    def size(self) -> int:
        """Members in the cell."""
        return sum(len(unit) for unit in self.units)

    @property
    def free(self) -> bool:
        """Whether any member may share a group with any other, and none belong together."""
        return not self.apart and not self.company and all(len(unit) == 1 for unit in self.units)


@dataclass(frozen=True, slots=True)
class Company:
    """Units that must share one group; `member` holds `role` there (None: whatever)."""

    units: tuple[int, ...]
    member: int
    role: Role | None


@dataclass(frozen=True, slots=True)
class SplitGroup:
    """Members of one group and who holds the roles, as indexes of members, ascending."""

    members: tuple[int, ...]
    moderators: tuple[int, ...]
    secretaries: tuple[int, ...]


def split_cell(task: CellTask, *, seed: int = 0, near: bool = True) -> list[SplitGroup] | None:
    """Split a cell; None where its groups cannot be made from these members.

    With `near` False any valid groups will do: fast, to see whether there are any.
    """
    if task.groups == 1 and not task.apart and not task.company:
        return _only_group(task)
    limits = (task.size_min, task.size_max)
    if near:
        cost = _travel_to_centres(task)
        if task.free and cost.size > EXACT_VARIABLES:
            return _cut_along_map(task)
        even = _sizes_if_even(task)
        for sizes in [limits] if even is None else [even, limits]:
            groups = _SplitModel(task, cost, sizes).solve(seed, _NEAR_WORK_LIMIT)
            if groups is not None:
                return groups
    if task.free:
        return _cut_along_map(task)
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


def assign_roles(
    members: list[int], moderators: int, secretaries: int, task: CellTask
) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Return moderators and secretaries of one group, or of several at once; None if too few.

    Who must hold a role is seated first: that leaves the seats that the others can fill, since those
    who must hold a role can hold no other.
    """
    seats = [Role.MODERATOR] * moderators + [Role.SECRETARY] * secretaries
    held: dict[int, Role] = {}
    for member in members:
        role = task.must_hold.get(member)
        if role is not None:
            if role not in seats:
                return None
            seats.remove(role)
            held[member] = role
    volunteers = [m for m in members if m not in held and task.may_hold.get(m)]
    if seats:
        fits = np.array([[role in task.may_hold[m] for m in volunteers] for role in seats])
        if not volunteers:
            return None
        match = maximum_bipartite_matching(csr_matrix(fits), perm_type="column")
        if (match < 0).any():
            return None
        held |= {volunteers[who]: role for who, role in zip(match.tolist(), seats, strict=True)}
    return (
        tuple(sorted(m for m, role in held.items() if role is Role.MODERATOR)),
        tuple(sorted(m for m, role in held.items() if role is Role.SECRETARY)),
    )


def _travel_to_centres(task: CellTask) -> Ints:
    """Return the metres from each unit to each candidate centre, shape (units, centres).

    Without positions, or where all live at one spot, a centre is just a
    label of a group and costs nothing.
    """
    groups = task.groups
    if task.position is None:
        return np.zeros((len(task.units), groups), dtype=np.int64)
    homes = np.array([[task.position[m] for m in unit] for unit in _padded(task.units)])
    spots = np.unique(homes.reshape(-1, 2), axis=0)
    if len(spots) < 2 or groups == 1:
        return np.zeros((len(task.units), groups), dtype=np.int64)
    chosen = _spread_out(spots, max(MOST_CENTRES, 2 * groups))
    # A centre may serve several groups where many live at few spots: one copy per group then.
    copies = 1 if len(chosen) >= 2 * groups else -(-2 * groups // len(chosen))
    at = np.repeat(spots[chosen], copies, axis=0)
    cost = np.zeros((len(task.units), len(at)), dtype=np.int64)
    for row, unit in enumerate(task.units):
        for member in unit:
            here = np.broadcast_to(np.array(task.position[member]), at.shape)
            cost[row] += distances_m(here[:, 0], here[:, 1], at[:, 0], at[:, 1])
    return cost


def _padded(units: tuple[tuple[int, ...], ...]) -> list[tuple[int, ...]]:
    longest = max(len(unit) for unit in units)
    return [unit + (unit[-1],) * (longest - len(unit)) for unit in units]


def _spread_out(spots: Floats, most: int) -> list[int]:
    """Return at most `most` spots, each next one as far as can be from those before."""
    if len(spots) <= most:
        return list(range(len(spots)))
    flat = _flat(spots)
    chosen = [int(np.argmax(((flat - flat.mean(axis=0)) ** 2).sum(axis=1)))]
    nearest = ((flat - flat[chosen[0]]) ** 2).sum(axis=1)
    while len(chosen) < most:
        chosen.append(int(np.argmax(nearest)))
        nearest = np.minimum(nearest, ((flat - flat[chosen[-1]]) ** 2).sum(axis=1))
    return sorted(chosen)


def _flat(spots: Floats) -> Floats:
    """Return degrees scaled so that both axes count alike: enough to choose, not to measure."""
    scale = np.cos(np.radians(spots[:, 0].mean()))
    return np.column_stack([spots[:, 0], spots[:, 1] * scale])


def _cut_along_map(task: CellTask) -> list[SplitGroup] | None:
    """Halve the members along the longer side of the map until each part is a group.

    Role holders are dealt out so that every part has its own.
    """
    members = [unit[0] for unit in task.units]
    held = assign_roles(
        members, task.moderators * task.groups, task.secretaries * task.groups, task
    )
    low, rest = divmod(len(members), task.groups)
    if held is None or low < task.size_min or low + (rest > 0) > task.size_max:
        return None
    ordered = [_along_map(task, list(role)) for role in held]
    taken = {member for role in held for member in role}
    others = _along_map(task, [member for member in members if member not in taken])
    groups: list[SplitGroup] = []
    for k in range(task.groups):
        moderators = ordered[0][k * task.moderators : (k + 1) * task.moderators]
        secretaries = ordered[1][k * task.secretaries : (k + 1) * task.secretaries]
        room = low + (k < rest) - len(moderators) - len(secretaries)
        plain, others = others[:room], others[room:]
        groups.append(
            SplitGroup(
                tuple(sorted((*moderators, *secretaries, *plain))),
                tuple(sorted(moderators)),
                tuple(sorted(secretaries)),
            )
        )
    return groups


def _along_map(task: CellTask, members: list[int]) -> list[int]:
    """Return members in an order in which neighbours on the map mostly follow each other."""
    if task.position is None or len(members) <= 2:
        return members
    flat = _flat(np.array([task.position[member] for member in members]))
    axis = int(np.argmax(np.ptp(flat, axis=0)))
    if not np.ptp(flat[:, axis]):
        return members
    order = np.argsort(flat[:, axis], kind="stable")
    half = len(members) // 2
    parts = (order[:half].tolist(), order[half:].tolist())
    return [who for part in parts for who in _along_map(task, [members[i] for i in part])]


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
