"""Building the problem of an edition: which cells there are, and which classes may join them.

Comes in: an `Edition`, and an earlier grouping if there is one. Goes out: a `Problem`. `classes` makes
the member classes, `reach` says who reaches which place; this module makes cells and pairs.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Rules, Theme, Track
from sip_grouping.grouping import Group, Grouping
from sip_grouping.problem.arrays import Cell, Problem, Ways
from sip_grouping.problem.classes import MemberClasses, member_classes
from sip_grouping.problem.company import company_before, told_apart_by_company
from sip_grouping.problem.kept import KeptGroups
from sip_grouping.problem.lacks import most_groups
from sip_grouping.problem.locations import Locations, cell_locations
from sip_grouping.problem.narrow import hopeful
from sip_grouping.problem.places import CandidatePlace, candidate_places
from sip_grouping.problem.reach import VIDEO, InReach, Reach
from sip_grouping.problem.standing import Standing
from sip_grouping.problem.weekly import themes_side_by_side

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def build_problem(
    edition: Edition,
    earlier: Grouping | None = None,
    standing: Standing | None = None,
    *,
    seed: int = 0,
) -> Problem:
    """Return the problem of an edition; with an earlier grouping, ways know who was where.

    With what stands already, each earlier group that could go on has cells of its own, which hold one group
    at most; whoever has to stay in one is in no other cell.

    A cell is left out where no group of it can exist: too few members in reach, or volunteers; so is a
    member of a cell who has too few of either within reach of its groups (`narrow.hopeful`); or
    where another language or slot of the same theme and place takes all the same members. Where slots
    count (`weekly`), another slot is another cell; only one of members who list none stands for all.

    Of members who are alike the seed draws who comes first (`member_classes`).
    """
    if standing is not None:
        earlier = standing.earlier
    classes = member_classes(
        edition,
        _told_apart(edition, earlier, standing),
        # Who holds a role may make a difference: so it did before, in these groups or in others.
        holders_alone=standing is not None or bool(edition.previous.same_role),
        seed=seed,
    )
    places = candidate_places(edition, () if standing is None else standing.pinned)
    reach = Reach(edition, classes, places)
    apart = apart_classes(edition, classes)
    kept = None if standing is None else KeptGroups(standing, classes)
    builder = _Builder(edition, classes, apart, places, kept)
    for theme in edition.themes:
        rules = edition.rules_of(theme.id)
        for track in theme.tracks:
            for place, members in reach.of(theme, rules, track):
                builder.add(theme, track, place, rules, members)
    return builder.problem(earlier, standing)


def _told_apart(
    edition: Edition, earlier: Grouping | None, standing: Standing | None
) -> dict[str, object]:
    """Return what tells members apart whose answers are the same: where they are already."""
    now: Mapping[str, object] = {}
    if standing is not None:
        now = {one.member_id: standing.likeness(one.member_id) for one in edition.members}
    elif earlier is not None:
        now = {one.member_id: one.group_id for one in earlier.placements}
    before = told_apart_by_company(edition)
    return {who: (now.get(who), before.get(who)) for who in now.keys() | before.keys()}


class _Builder:
    """Collects cells and pairs."""

    def __init__(
        self,
        edition: Edition,
        classes: MemberClasses,
        apart: dict[int, set[int]],
        places: tuple[CandidatePlace, ...],
        kept: KeptGroups | None,
    ) -> None:
        self._edition = edition
        self._kept = kept
        self._classes = classes
        self._apart = apart
        self._places = places
        self._side_by_side = themes_side_by_side(edition)
        self._cells: list[Cell] = []
        self._pair_class: list[Ints] = []
        self._pair_max: list[Ints] = []
        self._ways: list[tuple[Ints, Ints, Ints, Ints]] = []
        self._locations: list[Locations | None] = []
        self._pairs = 0

    def add(self, theme: Theme, track: Track, place: int, rules: Rules, reach: InReach) -> None:
        """Add the cells of one theme and place, one per useful language and slot."""
        kept = self._kept
        if kept is None:
            self._add(theme, track, place, rules, reach, None)
            return
        place_id = "" if place == VIDEO else self._places[place].place_id
        for group, inside in kept.here(theme, track, place_id, reach):
            self._add(theme, track, place, rules, _part(reach, inside, self._classes), group)
        free = _part(reach, kept.free(reach.classes), self._classes)
        if len(free.classes):
            self._add(theme, track, place, rules, free, None)

    def _add(
        self,
        theme: Theme,
        track: Track,
        place: int,
        rules: Rules,
        reach: InReach,
        group: Group | None,
    ) -> None:
        """Add the cells of new groups, or those in which an earlier group could go on."""
        spread_m = None if track is Track.VIDEO or _surely_near(reach, rules) else rules.spread_m
        fits, locations = cell_locations(
            self._classes, reach.classes, reach.member, spread_m, self._apart
        )
        if not fits.all():
            reach = _part(reach, fits, self._classes)
        limited = place != VIDEO and self._places[place].rooms is not None
        slots_count = rules.shared_slot and (limited or theme.id in self._side_by_side)
        masks = self._masks(rules, reach.classes, slots_count=slots_count)
        options: Iterable[tuple[tuple[str, str], Bools]] = masks.items()
        if group is not None and self._kept is not None:
            options = list(self._kept.masks(group, rules, reach.classes, masks))
        for (language, slot), mask in options:
            here = None if locations is None else locations.of(mask)
            inside = mask.copy()
            inside[mask] = hopeful(self._classes, reach.classes[mask], rules, track, here)
            if inside.any() and theme.groups_max:
                ids = reach.classes[inside]
                most = min(theme.groups_max, most_groups(self._classes, ids, rules, track))
                cell = Cell(theme.id, track, place, language, slot, rules, most)
                if group is not None and self._kept is not None:
                    cell = replace(cell, groups_max=min(most, 1), keeps=group.group_id)
                    place_id = "" if place == VIDEO else self._places[place].place_id
                    if not self._kept.may_go_on(cell, place_id, ids):
                        continue
                where = None if locations is None else locations.of(inside)
                self._append(cell, _part(reach, inside, self._classes), where)

    def _append(self, cell: Cell, reach: InReach, locations: Locations | None) -> None:
        self._cells.append(cell)
        self._locations.append(locations)
        self._pair_class.append(reach.classes)
        self._pair_max.append(self._classes.count[reach.classes])
        owner = np.searchsorted(reach.classes, self._classes.member_class[reach.member])
        self._ways.append((self._pairs + owner, reach.member, reach.rank, reach.metres))
        self._pairs += len(reach.classes)

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

    def problem(self, earlier: Grouping | None, standing: Standing | None) -> Problem:
        """Return what was collected."""
        sizes = [len(part) for part in self._pair_class]
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
            locations=tuple(self._locations),
            company=company_before(self._edition, self._classes),
            standing=standing,
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


def _surely_near(reach: InReach, rules: Rules) -> bool:
    """Return whether no two members in reach can be too far from each other.

    Two members cannot be further apart than both their ways to the place, and rounding.
    """
    ways = reach.metres
    if rules.spread_m is None or len(ways) < 2:
        return True
    return int(np.partition(ways, -2)[-2:].sum()) + 1 <= rules.spread_m


def _part(reach: InReach, kept: Bools, classes: MemberClasses) -> InReach:
    """Return the reach of some of its classes; `kept` has shape (classes in reach,)."""
    way = kept[np.searchsorted(reach.classes, classes.member_class[reach.member])]
    return InReach(reach.classes[kept], reach.member[way], reach.rank[way], reach.metres[way])


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
