"""The problem behind an edition: member classes, cells, and the pairs of both, as arrays.

Comes in: an `Edition`. Goes out: a `Problem`, frozen numpy arrays with named axes, in integers:
distances in whole metres, points in thousandths. It may use `places` and `distance`; it knows no
solver. `classes` makes the member classes; this module makes cells and pairs.

Axes: *classes* (members that are alike, or that belong together), *cells* (theme, place or video,
language, slot), *pairs* (a class that may be placed in a cell). Memory grows with the pairs.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Pin, Rules, Theme, Track
from sip_grouping.geography.distance import distances_m, near_pairs
from sip_grouping.grouping import Reason
from sip_grouping.problem.classes import MemberClasses, member_classes
from sip_grouping.problem.places import CandidatePlace, candidate_places

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

VIDEO = -1
"""Place index of cells that meet by video."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A possible kind of group. `language` and `slot` are empty where any will do."""

    theme: str
    track: Track
    place: int
    language: str
    slot: str
    rules: Rules
    groups_max: int

    @property
    def size_min(self) -> int:
        """Smallest size of a group."""
        return self.rules.sizes(self.track).size_min

    @property
    def size_max(self) -> int:
        """Largest size of a group."""
        return self.rules.sizes(self.track).size_max


@dataclass(frozen=True)
class Problem:
    """Arrays of an edition's problem.

    Attributes
    ----------
    pair_cell, pair_class
        Shape (pairs,): the cell and the class of each pair, sorted by cell, then class.
    pair_points
        Shape (pairs,): thousandths of a point for placing one copy of the class in the cell once.
    pair_max
        Shape (pairs,): most copies of the class in the cell.
    conflict_first, conflict_second
        Shape (conflicts,): pair indexes of one cell whose members may not share a group.
    obstacles
        Per reason the classes that met it where no group can exist for them.
    """

    edition: Edition
    places: tuple[CandidatePlace, ...]
    classes: MemberClasses
    cells: tuple[Cell, ...]
    pair_cell: Ints
    pair_class: Ints
    pair_points: Ints
    pair_max: Ints
    conflict_first: Ints
    conflict_second: Ints
    obstacles: Mapping[Reason, frozenset[int]]

    @cached_property
    def cell_start(self) -> Ints:
        """Shape (cells + 1,): the pairs of cell c are cell_start[c] to cell_start[c + 1]."""
        return np.searchsorted(self.pair_cell, np.arange(len(self.cells) + 1)).astype(np.int64)

    def place_id(self, cell: Cell) -> str:
        """Return the id of a cell's place, empty for video."""
        return "" if cell.place == VIDEO else self.places[cell.place].place_id

    def pinned_cells(self, pin: Pin) -> list[int]:
        """Return the cells in which a pin may be kept."""
        return [
            number
            for number, cell in enumerate(self.cells)
            if (cell.theme, cell.track, self.place_id(cell)) == (pin.theme, pin.track, pin.place)
        ]


def build_problem(edition: Edition) -> Problem:
    """Return the problem of an edition.

    A cell is left out where no group of it can exist: too few members in reach, or volunteers; or
    where another language or slot of the same theme and place takes all the same members.
    """
    classes = member_classes(edition)
    places = candidate_places(edition)
    reach = _Reach(edition, classes, places)
    apart = _apart_classes(edition, classes)
    builder = _Builder(edition, classes, apart)
    for theme in edition.themes:
        rules = edition.rules_of(theme.id)
        for track in theme.tracks:
            for place, members in reach.of(theme, rules, track):
                builder.add(theme, track, place, rules, members)
    return builder.problem(places)


@dataclass(frozen=True, slots=True)
class _InReach:
    """Classes in reach of one place for one theme: ids, points, and their members' ways there."""

    classes: Ints
    points: Ints
    member_class: Ints
    member_home: Ints
    member_travel_m: Ints


class _Reach:
    """Which classes reach which place, and for how many points."""

    def __init__(
        self, edition: Edition, classes: MemberClasses, places: tuple[CandidatePlace, ...]
    ) -> None:
        self._edition = edition
        self._classes = classes
        self._count = len(places)
        members = [edition.members[index] for index in classes.member_index.tolist()]
        self._rank_points = _rank_points(edition, classes)
        self._local = np.array([member.local for member in members], dtype=bool)
        self._video = np.array([member.video for member in members], dtype=bool)
        number = {place.place_id: index for index, place in enumerate(places)}
        office = np.array(
            [-2 if member.office is None else number.get(member.office, -2) for member in members],
            dtype=np.int64,
        )
        limit_m = max(
            (
                max(r.travel_m, r.office_travel_m)
                for r in map(edition.rules_of, edition.theme_by_id)
            ),
        )
        walkers = np.flatnonzero(self._local)
        homes = classes.member_position[walkers]
        spots = np.array([(place.latitude, place.longitude) for place in places]).reshape(-1, 2)
        first, place, metres = near_pairs(
            homes[:, 0], homes[:, 1], spots[:, 0], spots[:, 1], limit_m
        )
        member = walkers[first] if len(first) else first
        order = np.lexsort((member, place))
        self._member = member[order]
        self._place = place[order]
        self._metres = metres[order]
        self._own_office = office[self._member] == self._place

    def of(self, theme: Theme, rules: Rules, track: Track) -> Iterator[tuple[int, _InReach]]:
        """Yield (place, classes in reach of it) for a theme and track, place by place."""
        rank_points = self._rank_points[theme.id]
        if track is Track.VIDEO:
            members = np.flatnonzero(self._video & (rank_points >= 0))
            lost = np.where(self._local[members], self._edition.score.video_thousandths, 0)
            ways = np.zeros(len(members), dtype=np.int64)
            yield from self._whole(VIDEO, members, rank_points[members] - lost, ways)
            return
        limit = np.where(self._own_office, rules.office_travel_m, rules.travel_m)
        within = self._metres <= limit
        rows = np.flatnonzero(within & (rank_points[self._member] >= 0))
        starts = np.searchsorted(self._place[rows], np.arange(self._count + 1))
        per_metre = self._edition.score.km_fraction
        twice = 2 * per_metre.denominator
        for place in range(self._count):
            here = rows[starts[place] : starts[place + 1]]
            if not len(here):
                continue
            metres = self._metres[here]
            # Halves up, in integers: floor(n / d * m + 1/2).
            travel = (2 * per_metre.numerator * metres + per_metre.denominator) // twice
            points = rank_points[self._member[here]] - travel
            yield from self._whole(place, self._member[here], points, metres)

    def _whole(
        self, place: int, members: Ints, points: Ints, metres: Ints
    ) -> Iterator[tuple[int, _InReach]]:
        """Yield the classes of which every member is there: those who belong together stay so."""
        owner = self._classes.member_class[members]
        ids, inverse, counts = np.unique(owner, return_inverse=True, return_counts=True)
        whole = counts == self._classes.size[ids]
        if not whole.any():
            return
        total = np.zeros(len(ids), dtype=np.int64)
        np.add.at(total, inverse, points)
        kept = whole[inverse]
        yield (
            place,
            _InReach(
                classes=ids[whole],
                points=total[whole],
                member_class=owner[kept],
                member_home=members[kept],
                member_travel_m=metres[kept],
            ),
        )


class _Builder:
    """Collects cells and pairs."""

    def __init__(
        self, edition: Edition, classes: MemberClasses, apart: dict[int, set[int]]
    ) -> None:
        self._edition = edition
        self._classes = classes
        self._apart = apart
        self._cells: list[Cell] = []
        self._pair_class: list[Ints] = []
        self._pair_points: list[Ints] = []
        self._pair_max: list[Ints] = []
        self._conflicts: list[tuple[int, int]] = []
        self._obstacles: dict[Reason, set[int]] = defaultdict(set)
        self._pairs = 0

    def add(self, theme: Theme, track: Track, place: int, rules: Rules, reach: _InReach) -> None:
        """Add the cells of one theme and place, one per useful language and slot."""
        far: set[tuple[int, int]] = set()
        if track is Track.LOCAL and rules.spread_m is not None:
            far = self._too_far_apart(reach, rules.spread_m)
            torn = {first for first, second in far if first == second}
            if torn:
                stay = ~np.isin(reach.classes, list(torn))
                reach = _InReach(
                    classes=reach.classes[stay],
                    points=reach.points[stay],
                    member_class=reach.member_class,
                    member_home=reach.member_home,
                    member_travel_m=reach.member_travel_m,
                )
        masks = self._masks(rules, reach.classes)
        for (language, slot), mask in masks.items():
            limits = self._groups_limits(theme, track, rules, reach.classes[mask])
            groups_max = min(limits.values())
            if not groups_max:
                obstacle = next(reason for reason, limit in limits.items() if not limit)
                self._obstacles[obstacle].update(reach.classes[mask].tolist())
            else:
                cell = Cell(theme.id, track, place, language, slot, rules, groups_max)
                self._append(cell, reach.classes[mask], reach.points[mask], far)

    def _append(self, cell: Cell, classes: Ints, points: Ints, far: set[tuple[int, int]]) -> None:
        row = {number: self._pairs + k for k, number in enumerate(classes.tolist())}
        pairs = {(a, b) for a, b in far if a in row and b in row}
        for a in self._apart.keys() & row.keys():
            pairs |= {(min(a, b), max(a, b)) for b in self._apart[a] if b in row}
        self._conflicts += [(row[a], row[b]) for a, b in sorted(pairs)]
        self._cells.append(cell)
        self._pair_class.append(classes)
        self._pair_points.append(points)
        self._pair_max.append(self._classes.count[classes])
        self._pairs += len(classes)

    def _masks(self, rules: Rules, ids: Ints) -> dict[tuple[str, str], Bools]:
        """Return which of the classes may join, by (language, slot); none is part of another."""
        classes = self._classes
        languages = _choices(rules.shared_language, classes.languages, ids)
        slots = _choices(rules.shared_slot, classes.slots, ids)
        masks = {(a, b): in_a & in_b for a, in_a in languages.items() for b, in_b in slots.items()}
        kept: dict[tuple[str, str], Bools] = {}
        by_size = sorted(masks, key=lambda key: (-int(masks[key].sum()), key))
        for key in by_size:
            if not any(not (masks[key] & ~larger).any() for larger in kept.values()):
                kept[key] = masks[key]
        return kept

    def _groups_limits(
        self, theme: Theme, track: Track, rules: Rules, ids: Ints
    ) -> dict[Reason, int]:
        """Return how many groups there can be, by counting; the first 0 is why there is none."""
        classes = self._classes
        count = classes.count[ids]
        people = int((count * classes.size[ids]).sum())
        size_min = rules.sizes(track).size_min
        limits = {
            Reason.NO_GROUPS_ALLOWED: theme.groups_max,
            Reason.TOO_FEW: people // size_min,
        }
        both = rules.moderators + rules.secretaries
        for reason, wanted, volunteers in (
            (Reason.NO_MODERATOR, rules.moderators, classes.moderators),
            (Reason.NO_SECRETARY, rules.secretaries, classes.secretaries),
            (Reason.TOO_FEW_VOLUNTEERS, both, classes.volunteers),
        ):
            if wanted:
                limits[reason] = int((count * volunteers[ids]).sum()) // wanted
        return limits

    def _too_far_apart(self, reach: _InReach, spread_m: int) -> set[tuple[int, int]]:
        """Return pairs of classes with members too far apart; (a, a): a block torn by itself."""
        # Two members cannot be further apart than both their ways to the place, and rounding.
        ways = reach.member_travel_m
        if len(ways) < 2 or int(np.partition(ways, -2)[-2:].sum()) + 1 <= spread_m:
            return set()
        first, second = np.triu_indices(len(ways), k=1)
        close = ways[first] + ways[second] + 1 > spread_m
        first, second = first[close], second[close]
        at = self._classes.member_position[reach.member_home]
        metres = distances_m(at[first, 0], at[first, 1], at[second, 0], at[second, 1])
        far = metres > spread_m
        one = reach.member_class[first[far]]
        other = reach.member_class[second[far]]
        low, high = np.minimum(one, other), np.maximum(one, other)
        return set(zip(low.tolist(), high.tolist(), strict=True))

    def problem(self, places: tuple[CandidatePlace, ...]) -> Problem:
        """Return what was collected."""
        sizes = [len(part) for part in self._pair_class]
        conflicts = np.array(self._conflicts, dtype=np.int64).reshape(-1, 2)
        return Problem(
            edition=self._edition,
            places=places,
            classes=self._classes,
            cells=tuple(self._cells),
            pair_cell=np.repeat(np.arange(len(sizes), dtype=np.int64), sizes),
            pair_class=_joined(self._pair_class),
            pair_points=_joined(self._pair_points),
            pair_max=_joined(self._pair_max),
            conflict_first=conflicts[:, 0],
            conflict_second=conflicts[:, 1],
            obstacles={reason: frozenset(met) for reason, met in self._obstacles.items()},
        )


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


def _rank_points(edition: Edition, classes: MemberClasses) -> dict[str, Ints]:
    """Return thousandths by theme for each row of the classes' members; -1: may not join it."""
    points = {
        theme.id: np.full(len(classes.member_index), -1, dtype=np.int64) for theme in edition.themes
    }
    for row, index in enumerate(classes.member_index.tolist()):
        member = edition.members[index]
        for rank, theme in enumerate(member.themes, start=1):
            if member.country in edition.theme_by_id[theme].countries:
                points[theme][row] = edition.score.rank_thousandths(rank)
    return points


def _apart_classes(edition: Edition, classes: MemberClasses) -> dict[int, set[int]]:
    owner = classes.class_of_member
    apart: dict[int, set[int]] = {}
    for member in edition.members:
        for other in member.apart:
            first, second = owner.get(member.member_id), owner.get(other)
            if first is not None and second is not None:
                apart.setdefault(first, set()).add(second)
                apart.setdefault(second, set()).add(first)
    return apart
