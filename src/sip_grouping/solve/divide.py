"""Dividing: from a solution of the model to the members and role holders of every group.

Comes in: the values of a solution, and the run. Goes out: the groups of every cell in use, and the cells
that could not be split, or not in time. Where the model has a cell's groups one by one (slots), they are
taken as they are; elsewhere the cell is split (`split`), and who was in an earlier group stays there as
far as possible.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import comb, inf
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition.records import Role, Track
from sip_grouping.problem import Problem
from sip_grouping.problem.classes import HELD_ROLES, roles_of_members
from sip_grouping.problem.needs import NEEDS
from sip_grouping.solve.again import MeetAgain
from sip_grouping.solve.cpsat import limit_or_none
from sip_grouping.solve.formulation import Formulation
from sip_grouping.solve.partial import best_part
from sip_grouping.solve.run import Run
from sip_grouping.solve.slots import Slots
from sip_grouping.solve.split import NEAR_WORK_LIMIT, SHARED_WORK, split_cell
from sip_grouping.solve.task import Again, CellTask, Quota, SplitGroup, assign_roles

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Division:
    """The groups of every cell in use, and the cells that could not be split.

    Of those there are groups of some of their members, if any. `short` are cells whose groups bring together
    fewer, or more, of those who met before than the solution says.
    """

    groups: Mapping[int, tuple[SplitGroup, ...]]
    failed: tuple[int, ...]
    short: tuple[int, ...] = ()


class Divider:
    """Divides solutions of one formulation; remembers the cells it has split before."""

    def __init__(self, f: Formulation, slots: Mapping[int, Slots], run: Run) -> None:
        self._f = f
        self._slots = slots
        self._run = run
        self._roles = roles_of_members(f.problem.edition)
        self._known: dict[tuple[object, ...], list[SplitGroup] | None] = {}
        self._earlier = _earlier_groups(f)
        self._inexact: dict[int, list[MeetAgain]] = defaultdict(list)
        for one in f.again:
            if not one.exact:
                self._inexact[one.cell].append(one)

    @property
    def problem(self) -> Problem:
        """The problem whose solutions are divided."""
        return self._f.problem

    def divide(self, values: Ints, *, seconds: float = inf) -> Division:
        """Return the groups of a solution; `values` has shape (columns,).

        `seconds`: wall clock to spend on bringing near people together; once they are over any valid
        groups will do, in which those who were together before still are as far as possible.
        """
        ends = perf_counter() + seconds
        groups: dict[int, tuple[SplitGroup, ...]] = {}
        failed: list[int] = []
        units, rows_of_pair = self._units(values)
        tasks = self._tasks(values, units, rows_of_pair)
        several = sum(task.groups > 1 for task in tasks.values())
        near_work = min(NEAR_WORK_LIMIT, SHARED_WORK / max(several, 1))
        # Who was where before is never left out for speed, and so comes first.
        for cell, task in sorted(tasks.items(), key=lambda one: not one[1].earlier):
            left = inf if task.earlier else ends - perf_counter()
            left = 0.0 if self._run.interrupted else left
            slots = self._slots.get(cell)
            # Where holders are variables, slots keep pins of one group that a split does not know.
            may_split = slots is None or (
                bool(task.earlier) and self._f.holders is None and not self._inexact[cell]
            )
            found = self._split(cell, task, near_work, left) if may_split else None
            if found is None and slots is not None:
                found = _as_in_slots(task, slots, values, rows_of_pair)
            if found is None:
                failed.append(cell)
                found = self._part(cell, task, rows_of_pair)
            if found:
                groups[cell] = tuple(found)
        short = [
            cell
            for cell in groups
            if cell not in self._slots and self._overstated(cell, values, groups[cell])
        ]
        return Division(groups, tuple(failed), tuple(short))

    def _overstated(self, cell: int, values: Ints, groups: tuple[SplitGroup, ...]) -> bool:
        """Return whether a solution says more of who meets again in a cell than is true of its groups."""
        company = self.problem.company
        if company is None or not self._inexact[cell]:
            return False
        true: Counter[int] = Counter()
        for group in groups:
            met = Counter(k for one in group.members for k in company.groups_of.get(one, ()))
            true.update({k: comb(count, 2) for k, count in met.items()})
        return any(
            one.overstated(int(values[one.shared]), true[one.group]) for one in self._inexact[cell]
        )

    def _split(
        self, cell: int, task: CellTask, near_work: float, seconds: float
    ) -> list[SplitGroup] | None:
        near = seconds > 0
        asked = (cell, task.units, task.groups, task.holders)
        key = (near, *asked)
        if near and self._known.get((False, *asked), ()) is None:
            # Where no groups at all were found, near ones are not looked for.
            return None
        if key not in self._known:
            self._known[key] = split_cell(
                task,
                run=self._run,
                near_work=near_work if near else None,
                time_limit=limit_or_none(seconds),
            )
        return self._known[key]

    def _part(
        self, cell: int, task: CellTask, rows_of_pair: Mapping[int, list[int]]
    ) -> list[SplitGroup]:
        """Return the best groups of some members of a cell that does not split."""
        f = self._f
        if f.holders is not None:
            # Who holds which role was chosen for all.
            return []
        key = ("part", cell, task.units, task.groups, task.holders)
        if key not in self._known:
            worth = np.zeros(len(task.units), dtype=np.int64)
            for pair in range(*f.problem.cell_start[cell : cell + 2].tolist()):
                worth[rows_of_pair.get(pair, [])] = f.objective.pair[pair]
            self._known[key] = best_part(task, worth, int(f.objective.cell[cell]), self._run)
        return self._known[key] or []

    def _units(self, values: Ints) -> tuple[dict[int, list[tuple[int, ...]]], dict[int, list[int]]]:
        """Return the copies placed in each cell, and the rows of each pair among them."""
        problem = self._f.problem
        placed = values[self._f.placed]
        used = [0] * len(problem.classes.copies)
        units: dict[int, list[tuple[int, ...]]] = defaultdict(list)
        rows_of_pair: dict[int, list[int]] = {}
        for pair in np.flatnonzero(placed).tolist():
            owner, cell = int(problem.pair_class[pair]), int(problem.pair_cell[pair])
            copies, amount = problem.classes.copies[owner], int(placed[pair])
            first = used[owner] if len(copies) > 1 else 0
            chosen = copies[first : first + amount]
            used[owner] = first + amount
            rows_of_pair[pair] = list(range(len(units[cell]), len(units[cell]) + len(chosen)))
            units[cell] += chosen
        return units, rows_of_pair

    def _tasks(
        self,
        values: Ints,
        units: Mapping[int, list[tuple[int, ...]]],
        rows_of_pair: Mapping[int, list[int]],
    ) -> dict[int, CellTask]:
        opened = values[self._f.groups]
        held = self._held(values)
        return {
            cell: self._task(
                cell, int(opened[cell]), units[cell], list(self._apart(cell, rows_of_pair)), held
            )
            for cell in sorted(units)
        }

    def _apart(self, cell: int, rows_of_pair: Mapping[int, list[int]]) -> Iterator[tuple[int, int]]:
        """Yield the units of a cell, by their rows, that may not share a group."""
        locations = self._f.problem.locations[cell]
        if locations is None:
            return
        begin = int(self._f.problem.cell_start[cell])
        bound = [
            (place, rows_of_pair[begin + pair])
            for pair, place in enumerate(locations.of_pair.tolist())
            if place >= 0 and begin + pair in rows_of_pair
        ]
        for number, (place, rows) in enumerate(bound):
            for other, others in bound[number + 1 :]:
                if locations.far[place, other]:
                    yield from ((a, b) for a in rows for b in others)

    def _met_before(self, cell: int, members: list[int]) -> tuple[Again, ...]:
        """Return those of a cell's members who shared a group before, as far as splitting decides."""
        company = self.problem.company
        if company is None:
            return ()
        found: list[Again] = []
        for one in self._inexact[cell]:
            met = frozenset(m for m in members if one.group in company.groups_of.get(m, ()))
            if len(met) > 1:
                found.append(Again(met, one.worth or (1 if one.gains else -1)))
        return tuple(found)

    def _held(self, values: Ints) -> dict[tuple[int, int], Role] | None:
        """Return the roles chosen by the model by (cell, member); None where splitting chooses."""
        holders = self._f.holders
        if holders is None:
            return None
        rows = np.flatnonzero(values[holders.column]).tolist()
        return {
            (int(holders.cell[row]), int(holders.member[row])): HELD_ROLES[int(holders.role[row])]
            for row in rows
        }

    def _task(
        self,
        number: int,
        groups: int,
        units: list[tuple[int, ...]],
        apart: list[tuple[int, int]],
        held: dict[tuple[int, int], Role] | None,
    ) -> CellTask:
        problem = self._f.problem
        edition = problem.edition
        cell = problem.cells[number]
        members = [member for unit in units for member in unit]
        ids = {member: edition.members[member].member_id for member in members}
        volunteered = {m: self._roles.of(i) for m, i in ids.items() if self._roles.of(i)}
        if held is None:
            roles = volunteered
            must = frozenset(m for m, i in ids.items() if i in self._roles.must)
        else:
            roles = {m: frozenset({held[number, m]}) for m in members if (number, m) in held}
            must = frozenset(roles)
        quotas = tuple(
            Quota(
                need.wanted(cell.rules),
                frozenset(
                    m
                    for m in members
                    if need.counts(edition.members[m], volunteered.get(m, frozenset()))
                ),
            )
            for need in NEEDS
            if not need.roles and need.wanted(cell.rules)
        )
        local = cell.track is Track.LOCAL
        position = {m: edition.position(edition.members[m]) for m in members} if local else None
        kind = (cell.theme, cell.track, problem.place_id(cell))
        before = self._earlier.get(kind, {})
        return CellTask(
            units=tuple(units),
            groups=groups,
            size_min=cell.size_min,
            size_max=cell.size_max,
            moderators=cell.rules.moderators,
            secretaries=cell.rules.secretaries,
            may_hold=roles,
            must_hold=must,
            position=position,
            quotas=quotas,
            apart=tuple(apart),
            again=self._met_before(number, members),
            earlier={m: before[m] for m in members if m in before},
            weight={m: edition.members[m].weight for m in members if edition.members[m].weight > 1},
        )


def _earlier_groups(f: Formulation) -> dict[tuple[str, Track, str], dict[int, int]]:
    """Return by theme, track and place which members were in which earlier group, by number."""
    earlier = f.problem.earlier
    if earlier is None:
        return {}
    index = {member.member_id: i for i, member in enumerate(f.problem.edition.members)}
    number = {group.group_id: k for k, group in enumerate(earlier.group_records)}
    found: dict[tuple[str, Track, str], dict[int, int]] = defaultdict(dict)
    for one in earlier.placements:
        group = earlier.group_by_id.get(one.group_id)
        if group is not None and one.member_id in index:
            kind = (group.theme, group.track, group.place)
            found[kind][index[one.member_id]] = number[one.group_id]
    return found


def _as_in_slots(
    task: CellTask, slots: Slots, values: Ints, rows_of_pair: Mapping[int, list[int]]
) -> list[SplitGroup] | None:
    """Return the groups that the model has chosen one by one; roles are dealt out in each."""
    members: list[list[int]] = [[] for _ in range(len(slots.opened))]
    for row, pair in enumerate(slots.pairs.tolist()):
        copies = iter(rows_of_pair.get(pair, ()))
        for k, amount in enumerate(values[slots.placed[row]].tolist()):
            for _ in range(amount):
                members[k] += task.units[next(copies)]
    found = []
    for inside in members:
        if not inside:
            continue
        held = assign_roles(sorted(inside), task.moderators, task.secretaries, task)
        if held is None:
            return None
        found.append(SplitGroup(tuple(sorted(inside)), *held))
    return sorted(found, key=lambda group: group.members)
