"""What members could join, whoever else is placed: kinds of group, their pools, and what is lacking.

Comes in: a `Problem`, and the classes that are asked about. Goes out: `Chances`. A *possible group* of a
class is a kind of group (theme, track, place, language, slot) that every member of a copy could be in by
its own answers and pins. Its *pool* are the classes that could be in one with it, as pairs go. What
counting in a pool shows to be lacking is told by `lacks`; docs/file-format-notes.md, "Reasons", says
what is told to the members. No solver.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition.records import Pin, Rules, Theme, Track
from sip_grouping.geography.distance import cartesian_m, distances_m
from sip_grouping.grouping import Reason
from sip_grouping.problem.arrays import Problem
from sip_grouping.problem.build import apart_classes
from sip_grouping.problem.lacks import lacks_of
from sip_grouping.problem.needs import ROLE_NEEDS
from sip_grouping.problem.reach import VIDEO, Reach

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_LONG_M = 1_000_000.0
# 24 times the square of the least radius of curvature of the ellipsoid, 6,335 km, and some to spare: on
# a circle of radius r an arc is longer than its chord c by c^3 / (24 r^2) and terms of higher order.
_CHORD_TO_WAY_M2 = 20 * 6.3e6**2


@dataclass(frozen=True)
class Kind:
    """A kind of group, and the classes that could be in it by their own answers and pins."""

    track: Track
    rules: Rules
    classes: Ints

    @property
    def size_max(self) -> int:
        """Largest size of a group."""
        return self.rules.sizes(self.track).size_max

    @property
    def spread_m(self) -> int | None:
        """Longest way between two members, whole metres; None: no limit."""
        return self.rules.spread_m if self.track is Track.LOCAL else None


@dataclass(frozen=True)
class Pool:
    """Who could be in a group of a kind with one class, pair by pair.

    Attributes
    ----------
    owner
        The class; it is in `classes`.
    classes, copies
        Shape (units,): their ids, ascending, and how many copies of each could be in it.
    lacks
        What counting in the pool shows to be lacking.
    lacks_at_least
        What counting everyone in the kind shows: part of `lacks`.
    """

    owner: int
    kind: Kind
    classes: Ints
    copies: Ints
    lacks: frozenset[Reason]
    lacks_at_least: frozenset[Reason]


class Chances:
    """Possible groups of some classes.

    Attributes
    ----------
    kinds
        Kinds of group that some class asked about could join.
    allowed, reached
        Per class asked about: the numbers of its kinds; whether its members, each by itself, could join
        a kind whatever `groups_max` says (for classes of one member).
    """

    def __init__(self, problem: Problem, asked: Sequence[int]) -> None:
        self._problem = problem
        self._classes = problem.classes
        self.lacks = lacks_of(problem.classes)
        """What its groups can lack."""
        self._brought = [lack.brought(problem.classes) for lack in self.lacks]
        self._apart = apart_classes(problem.edition, problem.classes)
        self.kinds: list[Kind] = []
        self.allowed: dict[int, list[int]] = {number: [] for number in asked}
        self.reached: set[int] = set()
        self._whole_lacks: list[frozenset[Reason]] = []
        wanted = np.zeros(len(problem.classes.count), dtype=bool)
        wanted[list(asked)] = True
        edition = problem.edition
        reach = Reach(edition, problem.classes, problem.places)
        for theme in edition.themes:
            rules = edition.rules_of(theme.id)
            for track in theme.tracks:
                for place, here in reach.of(theme, rules, track):
                    self.reached.update(here.classes[wanted[here.classes]].tolist())
                    if theme.groups_max:
                        self._add(theme, rules, track, place, here.classes, wanted)

    def pools(self, owner: int) -> Iterator[Pool]:
        """Yield the pools of a class: those of which counting shows least to lack, and largest, first."""
        numbers = self.allowed[owner]
        for number in sorted(
            numbers,
            key=lambda one: (len(self._whole_lacks[one]), -len(self.kinds[one].classes), one),
        ):
            yield self._pool(owner, number)

    def common_lacks(self, owner: int) -> frozenset[Reason]:
        """Return what all of its kinds lack by counting everyone in them: no pool lacks less."""
        return frozenset.intersection(*(self._whole_lacks[one] for one in self.allowed[owner]))

    def conflicts(self, kind: Kind, unit: int, others: Ints) -> Bools:
        """Return which of some classes may not share a group of a kind with a class, pair by pair."""
        apart = np.zeros(len(others), dtype=bool)
        if unit in self._apart:
            apart = np.isin(others, list(self._apart[unit]))
        if kind.spread_m is None:
            return apart
        return apart | self._too_far(unit, others, kind.spread_m)

    def brought(self, need: int, classes: Ints) -> Ints:
        """Return what a copy of each class brings to one of `lacks`, by its number."""
        return self._brought[need][classes]

    def bound(self, classes: Ints) -> Ints:
        """Return who of a copy has to hold a role, shape (`ROLE_NEEDS`, classes)."""
        return np.stack([bound[classes] for bound in self._classes.bound])

    def seated(self, kind: Kind, taken: Ints, classes: Ints) -> Bools:
        """Return which of some classes have the seats they need where those of `taken` are gone.

        Parameters
        ----------
        taken
            Shape (`ROLE_NEEDS`,): who of the group so far has to hold a role.
        """
        seats = np.array([need.wanted(kind.rules) for need in ROLE_NEEDS], dtype=np.int64)
        return np.asarray((self.bound(classes) <= (seats - taken)[:, None]).all(axis=0))

    def sizes(self, classes: Ints) -> Ints:
        """Return the seats that a copy of each class takes."""
        return self._classes.size[classes]

    def _add(
        self, theme: Theme, rules: Rules, track: Track, place: int, ids: Ints, wanted: Bools
    ) -> None:
        """Add the kinds of one theme, track and place, one per useful language and slot."""
        place_id = "" if place == VIDEO else self._problem.places[place].place_id
        fits = self._classes.size[ids] <= rules.sizes(track).size_max
        if track is Track.LOCAL and rules.spread_m is not None:
            fits &= self._own_spread_m[ids] <= rules.spread_m
        for number, pins in self._pins.items():
            at = np.searchsorted(ids, number)
            if at < len(ids) and ids[at] == number:
                where = (theme.id, track, place_id)
                fits[at] &= _pins_allow(self._problem, number, pins, where)
        ids = ids[fits]
        if not wanted[ids].any():
            return
        for mask in self._shared(rules, ids):
            asked = ids[mask & wanted[ids]]
            if len(asked):
                kind = Kind(track, rules, ids[mask])
                for number in asked.tolist():
                    self.allowed[number].append(len(self.kinds))
                self.kinds.append(kind)
                self._whole_lacks.append(
                    self._lacking(kind, kind.classes, self._classes.count[kind.classes])
                )

    def _shared(self, rules: Rules, ids: Ints) -> list[Bools]:
        """Return who may join by language and slot; none is part of another."""
        masks = [np.ones(len(ids), dtype=bool)]
        for shared, accepts in (
            (rules.shared_language, self._classes.languages),
            (rules.shared_slot, self._classes.slots),
        ):
            if shared and accepts:
                masks = [mask & code[ids] for mask in masks for code in accepts.values()]
        kept: list[Bools] = []
        for mask in sorted(masks, key=lambda one: -int(one.sum())):
            if not any(not (mask & ~larger).any() for larger in kept):
                kept.append(mask)
        return kept

    def _lacking(self, kind: Kind, classes: Ints, copies: Ints) -> frozenset[Reason]:
        found = {
            need.reason
            for need, brought in zip(self.lacks, self._brought, strict=True)
            if int((copies * brought[classes]).sum()) < need.wanted(kind.rules, kind.track)
        }
        return frozenset(found | {need.reason for need in self.lacks if need.parts & found})

    def _pool(self, owner: int, number: int) -> Pool:
        kind, classes = self.kinds[number], self._classes
        size = int(classes.size[owner])
        others = kind.classes
        copies = classes.count[others].copy()
        copies[classes.size[others] + size > kind.size_max] = 0
        copies[self.conflicts(kind, owner, others)] = 0
        seated = self.seated(kind, self.bound(np.array([owner]))[:, 0], others)
        copies[~seated] = 0
        # The class itself: one copy, and more where copies of it may share a group.
        own = np.searchsorted(others, owner)
        share = 2 * size <= kind.size_max and seated[own]
        copies[own] = classes.count[owner] if share else 1
        inside = copies > 0
        least = lacks = self._whole_lacks[number]
        if (copies != classes.count[others]).any():
            lacks = self._lacking(kind, others[inside], copies[inside])
        return Pool(owner, kind, others[inside], copies[inside], lacks, least)

    @cached_property
    def _first_row(self) -> Ints:
        """Shape (classes,): the first row of each class in the member arrays."""
        count = np.arange(len(self._classes.count))
        return np.searchsorted(self._classes.member_class, count).astype(np.int64)

    def farthest_m(self, unit: int, others: Ints) -> Ints:
        """Return the longest way between a member of a class and one of each of others, whole metres."""
        classes, found = self._classes, np.zeros(len(others), dtype=np.int64)
        sizes = classes.people[others]
        first = self._first_row[unit]
        for step in range(int(sizes.max(initial=0))):
            with_more = np.flatnonzero(sizes > step)
            to = classes.member_position[self._first_row[others[with_more]] + step]
            for row in range(first, first + int(classes.people[unit])):
                at = classes.member_position[row]
                metres = distances_m(at[0], at[1], to[:, 0], to[:, 1])
                found[with_more] = np.maximum(found[with_more], metres)
        return found

    def _too_far(self, unit: int, others: Ints, limit_m: int) -> Bools:
        """Return which of some classes have a member farther than a limit from one of a class."""
        classes, found = self._classes, np.zeros(len(others), dtype=bool)
        sizes, first = classes.people[others], self._first_row[unit]
        uncertain = np.zeros(len(others), dtype=bool)
        for step in range(int(sizes.max(initial=0))):
            with_more = np.flatnonzero(sizes > step)
            to = self._cartesian_m[self._first_row[others[with_more]] + step]
            for row in range(first, first + int(classes.people[unit])):
                chord = np.sqrt(((to - self._cartesian_m[row]) ** 2).sum(axis=1))
                # A way is no shorter than its chord, and longer by less than this up to 1,000 km.
                longest = chord + chord**3 / _CHORD_TO_WAY_M2 + 1.0
                found[with_more] |= chord > limit_m + 1.0
                uncertain[with_more] |= (longest > limit_m) | (chord > _LONG_M)
        doubt = np.flatnonzero(uncertain & ~found)
        found[doubt] = self.farthest_m(unit, others[doubt]) > limit_m
        return found

    @cached_property
    def _cartesian_m(self) -> NDArray[np.float64]:
        """Shape (rows, 3): where the members live, in earth-centred metres."""
        return cartesian_m(self._classes.member_position)

    @cached_property
    def _own_spread_m(self) -> Ints:
        """Shape (classes,): the longest way between two members of a copy, whole metres."""
        found = np.zeros(len(self._classes.count), dtype=np.int64)
        for unit in np.flatnonzero(self._classes.people > 1).tolist():
            found[unit] = self.farthest_m(unit, np.array([unit]))[0]
        return found

    @cached_property
    def _pins(self) -> dict[int, list[Pin]]:
        """Pins of each class that has some: its members', and those that name them as company."""
        owner = self._classes.class_of_member
        found: dict[int, list[Pin]] = {}
        for pin in self._problem.edition.pins:
            for number in {owner[who] for who in (pin.member_id, *pin.with_members)}:
                found.setdefault(number, []).append(pin)
        return found


def surely_possible(problem: Problem) -> Bools:
    """Return which classes are in some group for certain: with members alone who conflict with nobody.

    Fast, and enough for nearly all; of the others nothing is said.

    Returns
    -------
    Bools
        Shape (classes,).
    """
    classes, cell, owner = problem.classes, problem.pair_cell, problem.pair_class
    free = classes.size[owner] == 1
    free &= ~problem.bound_pairs
    for bound in classes.bound:
        free &= bound[owner] == 0
    of_class = classes.class_of_member
    pinned = {who for pin in problem.edition.pins for who in (pin.member_id, *pin.with_members)}
    free &= ~np.isin(owner, [of_class[who] for who in pinned])
    enough = np.ones(len(cell), dtype=bool)
    seats = classes.size[owner].copy()
    for need in lacks_of(classes):
        wanted = np.array(
            [need.wanted(one.rules, one.track) for one in problem.cells], dtype=np.int64
        )[cell]
        brought = need.brought(classes)[owner]
        there = np.bincount(
            cell[free], (brought * classes.count[owner])[free], minlength=len(problem.cells)
        ).astype(np.int64)[cell]
        enough &= there + np.where(free, 0, brought) >= wanted
        if need.reason is not Reason.TOO_FEW:
            seats += wanted
    size_max = np.array([one.size_max for one in problem.cells], dtype=np.int64)[cell]
    found = np.zeros(len(classes.count), dtype=bool)
    found[owner[enough & (seats <= size_max)]] = True
    return found


def _pins_allow(
    problem: Problem, owner: int, pins: list[Pin], kind: tuple[str, Track, str]
) -> bool:
    """Return whether pins leave a class free for a group of a theme, track and place.

    Who takes part in a role only is in one group: a person holds one role.
    """
    if any((pin.theme, pin.track, pin.place) == kind for pin in pins):
        return True
    edition, themes = problem.edition, {pin.theme for pin in pins}
    most = min(edition.rules_of(theme).groups_per_member for theme in (*themes, kind[0]))
    if any(bound[owner] for bound in problem.classes.bound):
        most = 1
    return kind[0] not in themes and len(themes) < most
