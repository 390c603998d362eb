"""Cells of groups that go on: each earlier group under its own name, where it met or elsewhere.

Comes in: what stands already, who reaches which place. Goes out: which earlier groups could go on there, and
as what. A group goes on while most of its members stay in it, or where one has accepted it; any other
group of the same people is a new one.
"""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition.records import Rules, Theme, Track
from sip_grouping.grouping import Group
from sip_grouping.problem.arrays import Cell, Problem
from sip_grouping.problem.classes import MemberClasses
from sip_grouping.problem.reach import InReach
from sip_grouping.problem.standing import NO_GROUP, Standing, standing_rows

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Masks = Mapping[tuple[str, str], Bools]


class KeptGroups:
    """Which earlier groups could go on, place by place."""

    def __init__(self, standing: Standing, classes: MemberClasses) -> None:
        self._standing = standing
        self._classes = classes
        self._rows = standing_rows(standing, classes)
        self._groups = standing.earlier.group_records
        self._most = np.array(
            [standing.most_stay.get(one.group_id, 0) for one in self._groups], dtype=np.int64
        )
        self._fixed = np.zeros(len(self._groups), dtype=bool)
        self._fixed[self._rows.fixed[self._rows.fixed != NO_GROUP]] = True
        self._agreed = np.zeros(len(self._groups), dtype=bool)
        held = self._rows.accepted & (self._rows.group != NO_GROUP)
        self._agreed[self._rows.group[held]] = True

    def free(self, ids: Ints) -> Bools:
        """Return which of some classes need not stay in an earlier group."""
        free: Bools = self._rows.fixed[ids] == NO_GROUP
        return free

    def here(
        self, theme: Theme, track: Track, place_id: str, reach: InReach
    ) -> Iterator[tuple[Group, Bools]]:
        """Yield the groups that could go on at a place, and which classes in reach could be in them."""
        there = self._rows.group[reach.member]
        copies = self._classes.count[self._classes.member_class[reach.member]]
        stayers = there != NO_GROUP
        stay = np.bincount(there[stayers], copies[stayers], minlength=len(self._groups))
        fixed = self._rows.fixed[reach.classes]
        for number, group in enumerate(self._groups):
            own = (group.track, group.place) == (track, place_id)
            if group.theme != theme.id or not self._most[number]:
                continue
            if group.group_id in self._standing.ended:
                continue
            if self._fixed[number]:
                if own:
                    yield group, (fixed == NO_GROUP) | (fixed == number)
            elif stay[number] >= self._most[number] or (own and self._agreed[number]):
                yield group, fixed == NO_GROUP

    def masks(self, group: Group, rules: Rules, ids: Ints, masks: Masks) -> Iterator[
        tuple[tuple[str, str], Bools]
    ]:  # fmt: skip
        """Yield the languages and slots in which a group could go on, and which classes take them.

        Its own come first; others only where they take members whom its own do not, and not at all where
        somebody has accepted them.
        """
        known = (group.language or not rules.shared_language) and (
            group.slot or not rules.shared_slot
        )
        if not known:
            yield from masks.items()
            return
        classes = self._classes
        own = np.ones(len(classes.count), dtype=bool)
        # What nobody lists any more takes those who list nothing.
        if rules.shared_language:
            own = own & classes.languages.get(group.language, classes.no_languages)
        if rules.shared_slot:
            own = own & classes.slots.get(group.slot, classes.no_slots)
        yield (group.language, group.slot), own[ids]
        if not self._fixed[self._standing.number_of[group.group_id]]:
            for key, mask in masks.items():
                if (mask & ~own[ids]).any():
                    yield key, mask

    def may_go_on(self, cell: Cell, place_id: str, ids: Ints) -> bool:
        """Return whether a group can go on as a cell with some classes, as counting goes."""
        number = self._standing.number_of[cell.keeps]
        if self._fixed[number]:
            return bool(np.isin(np.flatnonzero(self._rows.fixed == number), ids).all())
        weight, least = self._weights(cell, place_id)
        inside = np.isin(self._classes.member_class, ids)
        return bool(
            (weight * self._classes.count[self._classes.member_class])[inside].sum() >= least
        )

    def needed(self, problem: Problem, number: int) -> tuple[Ints, int] | None:
        """Return what counts for a cell's going on: weights of its pairs, and the least sum of them.

        None where it has to go on, or is a new group.
        """
        cell = problem.cells[number]
        if not cell.keeps or self._fixed[self._standing.number_of[cell.keeps]]:
            return None
        weight, least = self._weights(cell, problem.place_id(cell))
        of_class = np.bincount(
            self._classes.member_class, weight, minlength=len(self._classes.count)
        ).astype(np.int64)
        pairs = slice(*problem.cell_start[number : number + 2].tolist())
        return of_class[problem.pair_class[pairs]], least

    def stayers_in(self, problem: Problem, group_id: str) -> tuple[Ints, int]:
        """Return how many stayers of a group each pair brings, and how many are not most of them."""
        number = self._standing.number_of[group_id]
        inside = (self._rows.group == number).astype(np.int64)
        of_class = np.bincount(
            self._classes.member_class, inside, minlength=len(self._classes.count)
        ).astype(np.int64)
        return of_class[problem.pair_class], max(int(self._most[number]) - 1, 1)

    def keepers(self, problem: Problem, place_id: str) -> Ints:
        """Return the pairs of those who keep a place alive: their group goes on there as they accepted it."""
        found: list[Ints] = []
        for number, cell in enumerate(problem.cells):
            if not cell.keeps or problem.place_id(cell) != place_id:
                continue
            group = self._standing.number_of[cell.keeps]
            earlier = self._groups[group]
            if self._standing.same_kind(earlier, place_id, cell.track, cell.language, cell.slot):
                mine = self._rows.accepted & (self._rows.group == group)
                pairs = np.arange(*problem.cell_start[number : number + 2].tolist())
                inside = np.isin(problem.pair_class[pairs], self._classes.member_class[mine])
                found.append(pairs[inside])
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)

    def _weights(self, cell: Cell, place_id: str) -> tuple[Ints, int]:
        """Return what each row of the member arrays counts for a cell's going on, and what is needed."""
        standing = self._standing
        number = standing.number_of[cell.keeps]
        least = int(self._most[number])
        inside = self._rows.group == number
        weight = inside.astype(np.int64)
        group = self._groups[number]
        if standing.same_kind(group, place_id, cell.track, cell.language, cell.slot):
            # Whoever accepted the group as it is keeps it alive alone.
            weight[inside & self._rows.accepted] = least
        return weight, least
