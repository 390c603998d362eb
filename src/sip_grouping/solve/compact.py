"""Who gives way as a small model: members who are alike for that question are counted together.

Comes in: a `Problem` with all accepted placements open, `least_broken` over it, the cells that may be used.
Goes out: `Compact`: a linear model, and what a solution of it says. Every valid grouping of those cells is a
solution, with its own value, so that the optimum over all cells bounds all groupings.

The price depends on who is where and on who keeps the role that was accepted, on nothing else. So only
those who accepted a role have variables for it, h[i, c]; of everybody else Hall's condition counts
volunteers, and members who gain the same in the same cells and bring the same are one kind p with x[p, c]
copies in a cell. Spread and rooms are left out, and who is apart where a cell may have several groups:
without them the bound is weaker at most, and a solution that breaks them does not become a grouping.

Rows: sum of x[p, .] <= copies; sizes, links x[p, c] <= k g[c], groups per theme and pins as in `formulate`;
per need and cell, sum of n[p] x[p, c], less one for each h[i, c] of a role that the need does not count,
>= wanted g[c]; sum of h[., c] of a role <= its seats; sum of g over the cells of an earlier group <= 1;
enough of its members stay; x[i, c] + x[j, c] <= g[c] for members who are apart.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition.records import Role
from sip_grouping.objective import Objective
from sip_grouping.problem import Problem
from sip_grouping.problem.build import apart_classes
from sip_grouping.problem.classes import HELD_ROLES, roles_of_members
from sip_grouping.problem.kept import KeptGroups
from sip_grouping.problem.needs import NEEDS
from sip_grouping.problem.standing import NO_GROUP, StandingRows, standing_rows
from sip_grouping.solve.disruption import cells_as_they_were, standing_of
from sip_grouping.solve.linear import LinearArrays, LinearModel
from sip_grouping.solve.sifting import NO_RIDER, Sifting

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_NO_ROLE = -1


@dataclass(frozen=True)
class Placed:
    """A solution, over the whole problem.

    Attributes
    ----------
    groups
        Shape (cells,): groups opened.
    copies
        Shape (pairs,): copies placed.
    holding
        Shape (pairs,): whether the role that was accepted is held there.
    """

    groups: Ints
    copies: Ints
    holding: Bools


@dataclass(frozen=True)
class Compact:
    """The model of some cells.

    Attributes
    ----------
    cells, opened
        Shape (cells of the model,): their numbers in the problem, and the columns of their groups.
    pairs, placed
        Shape (pairs of these cells,): their numbers in the problem, and the column of the copies of that
        kind in that cell.
    held_in, held
        Shape (role variables,): the pair in which a role that was accepted is held, and the column.
    sifting
        What may be left out of the LP until it matters; riders are the roles held.
    """

    problem: Problem
    arrays: LinearArrays
    cells: Ints
    opened: Ints
    pairs: Ints
    placed: Ints
    held_in: Ints
    held: Ints
    sifting: Sifting

    def read(self, values: Ints) -> Placed:
        """Return what a solution says; of a kind those come first who stand first in the edition."""
        problem = self.problem
        groups = np.zeros(len(problem.cells), dtype=np.int64)
        groups[self.cells] = values[self.opened]
        copies = np.zeros(len(problem.pair_cell), dtype=np.int64)
        left = problem.classes.count.copy()
        wanted = values.copy()
        for pair, column in zip(self.pairs.tolist(), self.placed.tolist(), strict=True):
            if wanted[column]:
                owner = problem.pair_class[pair]
                copies[pair] = min(wanted[column], left[owner])
                wanted[column] -= copies[pair]
                left[owner] -= copies[pair]
        holding = np.zeros(len(copies), dtype=bool)
        holding[self.held_in[values[self.held] > 0]] = True
        return Placed(groups, copies, holding)

    def written(self, placed: Placed) -> Ints:
        """Return a solution of another model of the problem as values of this one."""
        values = np.zeros(self.arrays.columns, dtype=np.int64)
        values[self.opened] = placed.groups[self.cells]
        np.add.at(values, self.placed, placed.copies[self.pairs])
        values[self.held] = placed.holding[self.held_in]
        return values


def compact(problem: Problem, objective: Objective, usable: Bools) -> Compact:
    """Return the model of some cells of a problem, for `least_broken`; `usable` has shape (cells,)."""
    return _Building(problem, objective, usable).done()


class _Building:
    """The model while it is made."""

    def __init__(self, problem: Problem, objective: Objective, usable: Bools) -> None:
        self.problem, self.objective, self.model = problem, objective, LinearModel()
        self.whole = bool(usable.all())
        self.rows = standing_rows(standing_of(problem), problem.classes)
        self.role = _roles_accepted(problem, self.rows)
        self.apart = apart_classes(problem.edition, problem.classes)
        self.cells = np.flatnonzero(usable)
        self.kinds = [problem.cells[cell] for cell in self.cells.tolist()]
        number = np.full(len(problem.cells), -1, dtype=np.int64)
        number[self.cells] = np.arange(len(self.cells))
        self.pairs = np.flatnonzero(usable[problem.pair_cell])
        owner = problem.pair_class[self.pairs]
        # Whoever accepted a role has a variable for keeping it; of blocks it is taken for kept.
        most = objective.pair + _most_held(problem, objective)
        self.gain = np.where(self.role[problem.pair_class] != _NO_ROLE, objective.pair, most)
        keeps = standing_of(problem).number_of
        self.keeps = np.array([keeps.get(one.keeps, NO_GROUP) for one in self.kinds], np.int64)
        self.alive = cells_as_they_were(problem)[self.cells] != NO_GROUP
        self.kind_of, first = self._alike()
        self.copies = np.bincount(self.kind_of, problem.classes.count, minlength=len(first)).astype(
            np.int64
        )
        self.opened = self.model.add_columns(
            len(self.cells), upper=[one.groups_max for one in self.kinds]
        )
        # One pair of each kind and cell stands for all of them.
        self.shown = self.pairs[first[self.kind_of[owner]] == owner]
        self.owner = problem.pair_class[self.shown]
        self.cell = number[problem.pair_cell[self.shown]]
        self.kind = self.kind_of[self.owner]
        self.placed = self.model.add_columns(
            len(self.shown), upper=self.copies[self.kind], objective=self.gain[self.shown]
        )
        key = self.kind * len(self.cells) + self.cell
        order = np.argsort(key)
        of_pair = self.kind_of[owner] * len(self.cells) + number[problem.pair_cell[self.pairs]]
        self.column = self.placed[order[np.searchsorted(key[order], of_pair)]]

    def done(self) -> Compact:
        """Return the model with all its rows."""
        kind = self.kind, self.placed, 1
        self.model.add_rows(None, len(self.copies), kind, upper=self.copies)
        links, coefficient = self._sizes()
        holding, held, rider_rows = self._needs()
        self._themes()
        self._total()
        self._pins()
        self._earlier_groups()
        self._apart()
        rider = np.full(len(self.shown), NO_RIDER, dtype=np.int64)
        rider[holding] = held
        sifting = Sifting(
            groups=self.opened,
            placed=self.placed,
            cell=self.cell,
            owner=self.kind,
            links=links,
            coefficient=coefficient,
            rider=rider,
            rider_rows=rider_rows,
            wanted=self.alive[self.cell],
        )
        return Compact(
            problem=self.problem,
            arrays=self.model.arrays(),
            cells=self.cells,
            opened=self.opened,
            pairs=self.pairs,
            placed=self.column,
            held_in=self.shown[holding],
            held=held,
            sifting=sifting,
        )

    def _alike(self) -> tuple[Ints, Ints]:
        """Return the kind of each class, and a class of each kind: alike in all that the model sees."""
        problem, classes = self.problem, self.problem.classes
        seen: dict[int, list[object]] = defaultdict(list)
        here = zip(
            problem.pair_class[self.pairs].tolist(),
            problem.pair_cell[self.pairs].tolist(),
            self.gain[self.pairs].tolist(),
            strict=True,
        )
        for owner, cell, gain in here:
            seen[owner].append((cell, gain))
        standing = zip(
            classes.member_class.tolist(),
            self.rows.group.tolist(),
            self.rows.accepted.tolist(),
            strict=True,
        )
        for owner, group, accepted in standing:
            seen[owner].append((group, accepted, "stays"))
        pinned = {one.member_id for one in problem.edition.pins}
        alone = {classes.class_of_member.get(one, -1) for one in pinned}
        known: dict[object, int] = {}
        kind_of = np.zeros(len(classes.count), dtype=np.int64)
        first: list[int] = []
        for one in range(len(classes.count)):
            key: object = one
            if self.role[one] == _NO_ROLE and one not in alone and one not in self.apart:
                brings = *(int(need[one]) for need in classes.needs), int(classes.size[one])
                bound = tuple(int(need[one]) for need in classes.bound)
                key = brings, bound, tuple(seen[one])
            if key not in known:
                known[key] = len(first)
                first.append(one)
            kind_of[one] = known[key]
        return kind_of, np.array(first, dtype=np.int64)

    def _sizes(self) -> tuple[range, Ints]:
        """Add sizes, and let copies be only in groups that are opened.

        Returns
        -------
        tuple
            Rows of these links, and their coefficients.
        """
        model, rows = self.model, np.arange(len(self.cells))
        size = self.problem.classes.size[self.owner]
        smallest = np.array([one.size_min for one in self.kinds], dtype=np.int64)
        largest = np.array([one.size_max for one in self.kinds], dtype=np.int64)
        members = self.cell, self.placed, size
        model.add_rows(None, len(rows), members, (rows, self.opened, -smallest), lower=0)
        model.add_rows(None, len(rows), members, (rows, self.opened, -largest), upper=0)
        every = np.arange(len(self.shown))
        fits = np.minimum(self.copies[self.kind], largest[self.cell] // size)
        opened = every, self.opened[self.cell], -fits
        links = model.add_rows(None, len(every), (every, self.placed, 1), opened, upper=0)
        return links, fits

    def _needs(self) -> tuple[Ints, Ints, Ints]:
        """Add what groups need, and who keeps the role that was accepted.

        Returns
        -------
        tuple
            Where, among the pairs shown, the columns, and the rows that let a role be held only there.
        """
        model, classes = self.model, self.problem.classes
        holding = np.flatnonzero(self.role[self.owner] != _NO_ROLE)
        role, where = self.role[self.owner[holding]], self.cell[holding]
        member = [classes.copies[one][0][0] for one in self.owner[holding].tolist()]
        index = np.array(member, dtype=np.int64)
        gain = self.objective.held(index, self.cells[where], role)
        held = model.add_columns(len(holding), upper=1, objective=gain)
        each, rows = np.arange(len(holding)), np.arange(len(self.cells))
        placed = each, self.placed[holding], -1
        only_there = model.add_rows(None, len(each), (each, held, 1), placed, upper=0)
        for need, brings in zip(NEEDS, classes.needs, strict=True):
            wanted = np.array([need.wanted(one.rules) for one in self.kinds], dtype=np.int64)
            groups = rows, self.opened, -wanted
            terms = [(self.cell, self.placed, brings[self.owner]), groups]
            if need.roles:
                counted = np.array([HELD_ROLES[one] in need.roles for one in role.tolist()], bool)
                others = np.flatnonzero(~counted & (brings[self.owner[holding]] > 0))
                terms.append((where[others], held[others], np.full(len(others), -1)))
            model.add_rows(None, len(rows), *terms, lower=0)
            if len(need.roles) == 1:
                mine = np.flatnonzero(role == HELD_ROLES.index(next(iter(need.roles))))
                model.add_rows(None, len(rows), (where[mine], held[mine], 1), groups, upper=0)
        return holding, held, np.arange(only_there.start, only_there.stop)

    def _themes(self) -> None:
        """Add the most groups of a theme, and the least where all of its cells may be used."""
        themes = {theme.id: row for row, theme in enumerate(self.problem.edition.themes)}
        of_cell = np.array([themes[one.theme] for one in self.kinds], dtype=np.int64)
        for theme in self.problem.edition.themes:
            groups = 0, self.opened[of_cell == themes[theme.id]], 1
            self.model.add_rows(None, 1, groups, upper=theme.groups_max)
            if theme.groups_min and self.whole:
                self.model.add_rows(None, 1, groups, lower=theme.groups_min)

    def _total(self) -> None:
        """Add the most groups of all themes together, and the least where all cells may be used."""
        total, groups = self.problem.edition.total, (0, self.opened, 1)
        if total.groups_max is not None:
            self.model.add_rows(None, 1, groups, upper=total.groups_max)
        if total.groups_min and self.whole:
            self.model.add_rows(None, 1, groups, lower=total.groups_min)

    def _pins(self) -> None:
        """Place who is pinned by the edition itself, where all cells may be used."""
        problem = self.problem
        for pin in problem.edition.pins if self.whole else ():
            owner = problem.classes.class_of_member.get(pin.member_id, -1)
            mine = problem.pair_class[self.pairs] == owner
            mine &= np.isin(problem.pair_cell[self.pairs], problem.pinned_cells(pin))
            self.model.add_rows(None, 1, (0, self.column[mine], 1), lower=1)

    def _earlier_groups(self) -> None:
        """Let an earlier group go on once at most, and only with enough of its members."""
        problem = self.problem
        kept = KeptGroups(standing_of(problem), problem.classes)
        at = np.full(len(problem.pair_cell), -1, dtype=np.int64)
        at[self.shown] = self.placed
        for number, cell in enumerate(self.cells.tolist()):
            needed = kept.needed(problem, cell)
            if needed is not None:
                weight, least = needed
                columns = at[slice(*problem.cell_start[cell : cell + 2].tolist())]
                here = columns >= 0
                opened = 0, self.opened[number], -least
                self.model.add_rows(None, 1, (0, columns[here], weight[here]), opened, lower=0)
        for group in np.unique(self.keeps[self.keeps != NO_GROUP]).tolist():
            groups = 0, self.opened[self.keeps == group], 1
            self.model.add_rows(None, 1, groups, upper=1)

    def _apart(self) -> None:
        """Let two who are apart not be in the one group that a cell may have."""
        single = np.array([one.groups_max == 1 for one in self.kinds], dtype=bool)
        mine = np.isin(self.owner, list(self.apart)) & single[self.cell]
        at = defaultdict[int, dict[int, int]](dict)
        here = zip(
            self.owner[mine].tolist(),
            self.cell[mine].tolist(),
            self.placed[mine].tolist(),
            strict=True,
        )
        for owner, cell, column in here:
            at[owner][cell] = column
        for one, others in sorted(self.apart.items()):
            for other in sorted(others):
                cells = sorted(at[one].keys() & at[other].keys()) if one < other else []
                if cells:
                    rows = np.arange(len(cells))
                    first = rows, [at[one][cell] for cell in cells], 1
                    second = rows, [at[other][cell] for cell in cells], 1
                    opened = rows, self.opened[cells], -1
                    self.model.add_rows(None, len(cells), first, second, opened, upper=0)


def _roles_accepted(problem: Problem, rows: StandingRows) -> Ints:
    """Return the number of the role that the one member of a class accepted, shape (classes,), else none."""
    standing, classes = standing_of(problem), problem.classes
    may = roles_of_members(problem.edition)
    found = np.full(len(classes.count), _NO_ROLE, dtype=np.int64)
    for row in np.flatnonzero(rows.accepted & (rows.group != NO_GROUP)).tolist():
        who = problem.edition.members[classes.member_index[row]].member_id
        role, owner = standing.stayers[who].role, int(classes.member_class[row])
        if role is not Role.MEMBER and role in may.of(who) and classes.people[owner] == 1:
            found[owner] = HELD_ROLES.index(role)
    return found


def _most_held(problem: Problem, objective: Objective) -> Ints:
    """Return the most that it adds to each pair if its members hold roles there, shape (pairs,)."""
    ways, index = problem.ways, problem.classes.member_index
    may = roles_of_members(problem.edition)
    member, cell = index[ways.member], problem.pair_cell[ways.pair]
    best = np.zeros(len(member), dtype=np.int64)
    for number, role in enumerate(HELD_ROLES):
        holds = np.array([role in may.of(one.member_id) for one in problem.edition.members], bool)
        held = objective.held(member, cell, np.full(len(member), number, dtype=np.int64))
        best = np.maximum(best, np.where(holds[member], held, 0))
    most = np.zeros(len(problem.pair_cell), dtype=np.int64)
    np.add.at(most, ways.pair, best)
    return most
