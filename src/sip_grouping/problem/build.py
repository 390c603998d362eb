"""Building the problem of an edition: which cells there are, and which classes may join them.

Comes in: an `Edition`, and an earlier grouping if there is one. Goes out: a `Problem`. `classes` makes
the member classes, `reach` says who reaches which place; this module makes cells and pairs.
"""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Rules, Theme, Track
from sip_grouping.geography.distance import distances_m
from sip_grouping.grouping import Grouping
from sip_grouping.problem.arrays import Cell, Problem, Ways
from sip_grouping.problem.classes import MemberClasses, member_classes
from sip_grouping.problem.needs import NEEDS
from sip_grouping.problem.places import CandidatePlace, candidate_places
from sip_grouping.problem.reach import VIDEO, InReach, Reach
from sip_grouping.problem.weekly import themes_side_by_side

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def build_problem(edition: Edition, earlier: Grouping | None = None) -> Problem:
    """Return the problem of an edition; with an earlier grouping, ways know who was where.

    A cell is left out where no group of it can exist: too few members in reach, or volunteers; or
    where another language or slot of the same theme and place takes all the same members. Where slots
    count (`weekly`), another slot is another cell; only one of members who list none stands for all.
    """
    classes = member_classes(edition, earlier)
    places = candidate_places(edition)
    reach = Reach(edition, classes, places)
    apart = apart_classes(edition, classes)
    builder = _Builder(edition, classes, apart, places)
    for theme in edition.themes:
        rules = edition.rules_of(theme.id)
        for track in theme.tracks:
            for place, members in reach.of(theme, rules, track):
                builder.add(theme, track, place, rules, members)
    return builder.problem(earlier)


class _Builder:
    """Collects cells and pairs."""

    def __init__(
        self,
        edition: Edition,
        classes: MemberClasses,
        apart: dict[int, set[int]],
        places: tuple[CandidatePlace, ...],
    ) -> None:
        self._edition = edition
        self._classes = classes
        self._apart = apart
        self._places = places
        self._side_by_side = themes_side_by_side(edition)
        self._cells: list[Cell] = []
        self._pair_class: list[Ints] = []
        self._pair_max: list[Ints] = []
        self._ways: list[tuple[Ints, Ints, Ints, Ints]] = []
        self._conflicts: list[tuple[int, int]] = []
        self._pairs = 0

    def add(self, theme: Theme, track: Track, place: int, rules: Rules, reach: InReach) -> None:
        """Add the cells of one theme and place, one per useful language and slot."""
        far: set[tuple[int, int]] = set()
        if track is Track.LOCAL and rules.spread_m is not None:
            far = self._too_far_apart(reach, rules.spread_m)
            torn = {first for first, second in far if first == second}
            if torn:
                reach = _without(reach, torn, self._classes)
        limited = place != VIDEO and self._places[place].rooms is not None
        slots_count = rules.shared_slot and (limited or theme.id in self._side_by_side)
        masks = self._masks(rules, reach.classes, slots_count=slots_count)
        for (language, slot), mask in masks.items():
            groups_max = self._most_groups(theme, track, rules, reach.classes[mask])
            if groups_max:
                cell = Cell(theme.id, track, place, language, slot, rules, groups_max)
                self._append(cell, reach, mask, far)

    def _append(self, cell: Cell, reach: InReach, mask: Bools, far: set[tuple[int, int]]) -> None:
        classes = reach.classes[mask]
        row = {number: self._pairs + k for k, number in enumerate(classes.tolist())}
        pairs = {(a, b) for a, b in far if a in row and b in row}
        for a in self._apart.keys() & row.keys():
            pairs |= {(min(a, b), max(a, b)) for b in self._apart[a] if b in row}
        self._conflicts += [(row[a], row[b]) for a, b in sorted(pairs)]
        self._cells.append(cell)
        self._pair_class.append(classes)
        self._pair_max.append(self._classes.count[classes])
        owner = np.searchsorted(reach.classes, self._classes.member_class[reach.member])
        here = mask[owner]
        pair = self._pairs + (np.cumsum(mask) - 1)[owner[here]]
        self._ways.append((pair, reach.member[here], reach.rank[here], reach.metres[here]))
        self._pairs += len(classes)

    def _masks(self, rules: Rules, ids: Ints, *, slots_count: bool) -> dict[tuple[str, str], Bools]:
        """Return which of the classes may join, by (language, slot); none is part of another.

        Where slots count, none is part of another of its slot, or of one without a slot: what meets in
        a slot of those who list none can as well be without, and takes neither room nor slot.
        """
        classes = self._classes
        languages = _choices(rules.shared_language, classes.languages, ids)
        slots = _choices(rules.shared_slot, classes.slots, ids)
        if slots_count:
            slots = {code: mask[ids] for code, mask in classes.slots.items()}
            slots[""] = classes.no_slots[ids]
        masks = {(a, b): in_a & in_b for a, in_a in languages.items() for b, in_b in slots.items()}
        kept: dict[tuple[str, str], Bools] = {}
        by_size = sorted(masks, key=lambda key: (-int(masks[key].sum()), key[1] != "", key))
        for key in by_size:
            others = (
                larger
                for (_, slot), larger in kept.items()
                if not slots_count or slot in {"", key[1]}
            )
            if not any(not (masks[key] & ~larger).any() for larger in others):
                kept[key] = masks[key]
        return kept

    def _most_groups(self, theme: Theme, track: Track, rules: Rules, ids: Ints) -> int:
        """Return how many groups there can be of some classes, by counting."""
        count = self._classes.count[ids]
        people = int((count * self._classes.size[ids]).sum())
        limits = [theme.groups_max, people // rules.sizes(track).size_min]
        for need, per_copy in zip(NEEDS, self._classes.needs, strict=True):
            wanted = need.wanted(rules)
            if wanted:
                limits.append(int((count * per_copy[ids]).sum()) // wanted)
        return min(limits)

    def _too_far_apart(self, reach: InReach, spread_m: int) -> set[tuple[int, int]]:
        """Return pairs of classes with members too far apart; (a, a): a block torn by itself."""
        # Two members cannot be further apart than both their ways to the place, and rounding.
        ways = reach.metres
        if len(ways) < 2 or int(np.partition(ways, -2)[-2:].sum()) + 1 <= spread_m:
            return set()
        first, second = np.triu_indices(len(ways), k=1)
        close = ways[first] + ways[second] + 1 > spread_m
        first, second = first[close], second[close]
        at = self._classes.member_position[reach.member]
        metres = distances_m(at[first, 0], at[first, 1], at[second, 0], at[second, 1])
        far = metres > spread_m
        owner = self._classes.member_class[reach.member]
        one, other = owner[first[far]], owner[second[far]]
        low, high = np.minimum(one, other), np.maximum(one, other)
        return set(zip(low.tolist(), high.tolist(), strict=True))

    def problem(self, earlier: Grouping | None) -> Problem:
        """Return what was collected."""
        sizes = [len(part) for part in self._pair_class]
        conflicts = np.array(self._conflicts, dtype=np.int64).reshape(-1, 2)
        pair_cell = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)
        return Problem(
            edition=self._edition,
            earlier=earlier,
            places=self._places,
            classes=self._classes,
            cells=tuple(self._cells),
            pair_cell=pair_cell,
            pair_class=_joined(self._pair_class),
            pair_max=_joined(self._pair_max),
            ways=self._joined_ways(pair_cell, earlier),
            conflict_first=conflicts[:, 0],
            conflict_second=conflicts[:, 1],
        )

    def _joined_ways(self, pair_cell: Ints, earlier: Grouping | None) -> Ways:
        places = self._places
        pair, member, rank, metres = (
            _joined([part[axis] for part in self._ways]) for axis in range(4)
        )
        cell, classes, members = pair_cell[pair], self._classes, self._edition.members
        by_video = np.array([one.track is Track.VIDEO for one in self._cells], dtype=bool)[cell]
        local = np.array([members[i].local for i in classes.member_index.tolist()], dtype=bool)
        stays = np.zeros(len(pair), dtype=bool)
        if earlier is not None:
            kinds = [
                (one.theme, one.track, "" if one.place == VIDEO else places[one.place].place_id)
                for one in self._cells
            ]
            before = _kinds_before(earlier)
            ids = [members[i].member_id for i in classes.member_index.tolist()]
            stays = np.array(
                [
                    kinds[number] in before.get(ids[row], ())
                    for number, row in zip(cell.tolist(), member.tolist(), strict=True)
                ],
                dtype=bool,
            )
        return Ways(pair, member, rank, metres, by_video & local[member], stays)


def _kinds_before(earlier: Grouping) -> dict[str, set[tuple[str, Track, str]]]:
    """Return the theme, track and place of each member's earlier groups, by member id."""
    found: dict[str, set[tuple[str, Track, str]]] = defaultdict(set)
    for one in earlier.placements:
        group = earlier.group_by_id.get(one.group_id)
        if group is not None:
            found[one.member_id].add((group.theme, group.track, group.place))
    return found


def _without(reach: InReach, torn: set[int], classes: MemberClasses) -> InReach:
    """Return the reach without some classes."""
    gone = list(torn)
    stay = ~np.isin(reach.classes, gone)
    way = ~np.isin(classes.member_class[reach.member], gone)
    return InReach(reach.classes[stay], reach.member[way], reach.rank[way], reach.metres[way])


def _choices(shared: bool, accepts: dict[str, Bools], ids: Ints) -> dict[str, Bools]:
    """Return who may join by code; one entry '' where no code has to be shared, or none is listed."""
    if shared:
        masks = {code: mask[ids] for code, mask in accepts.items()}
        if not all(mask.all() for mask in masks.values()):
            # A code that nobody here lists takes only those whom every code takes: the others do so.
            anyone = np.logical_and.reduce(list(masks.values()))
            useful = {code: mask for code, mask in masks.items() if (mask > anyone).any()}
            return useful or masks
    return {"": np.ones(len(ids), dtype=bool)}


def _joined(parts: list[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def apart_classes(edition: Edition, classes: MemberClasses) -> dict[int, set[int]]:
    """Return, for each class with members who are apart from others, the classes of those."""
    owner = classes.class_of_member
    apart: dict[int, set[int]] = {}
    for member in edition.members:
        for other in member.apart:
            first, second = owner.get(member.member_id), owner.get(other)
            if first is not None and second is not None:
                apart.setdefault(first, set()).add(second)
                apart.setdefault(second, set()).add(first)
    return apart
