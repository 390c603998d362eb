"""The groups around a member of a large edition: those that matter if it has to be in a group of some kind.

Comes in: an `Edition`, a grouping, a member. Goes out: `Around`: groups, members without one, and towns.
A member can join a group that there is, or make one with those who could come to a place within its reach,
wherever these are now; whoever gives way needs a seat near by, and so does the group that the member leaves.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import cycle, islice

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition.records import Member, Rules, Track
from sip_grouping.explain.case import Kind
from sip_grouping.explain.part import Parts
from sip_grouping.geography.distance import distances_m
from sip_grouping.grouping import Group

TOWNS = 12
"""So many towns are tried where most could come."""

MOST_WITHOUT = 40
"""So many members without a group are tried who could come to one of these."""

JOINED_SHARE = 4
"""One in so many of the groups around a member are those that it could join."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Around:
    """What matters most around a member, in this order."""

    groups: tuple[Group, ...]
    without: tuple[Member, ...]
    towns: tuple[str, ...]


@dataclass(frozen=True)
class _Company:
    """Who could come to places within reach of a member: how many of each group, who else, how many where."""

    groups: Counter[str]
    without: tuple[str, ...]
    towns: Counter[str]


class Surroundings:
    """Finds the groups around members of one edition and grouping."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._edition = parts.edition
        self._groups = parts.grouping.group_records
        self._group_of = {one.member_id: one.group_id for one in parts.grouping.placements}

    def around(self, member: Member, kind: Kind, most: int) -> Around:
        """Return at most so many groups that matter if a member has to be in a group of a kind."""
        groups = self._parts.grouping.group_by_id
        company = self._company(member, kind)
        own = self._group_of.get(member.member_id)
        mine = [] if own is None else [groups[own]]
        joined = self.joined(member, kind)[: max(most // JOINED_SHARE, 2)]
        first = [*mine, *joined]
        together = [
            groups[one]
            for one, _ in sorted(company.groups.items(), key=lambda one: (-one[1], one[0]))
        ]
        near, video = self._near(member, first), self._by_video(member, kind, first)
        rest = _in_turn(together, near, together, video)
        found = list(dict.fromkeys([one.group_id for one in (*first, *rest)]))[:most]
        towns = sorted(company.towns.items(), key=lambda one: (-one[1], one[0]))
        members = self._edition.member_by_id
        return Around(
            tuple(groups[one] for one in found),
            tuple(members[one] for one in company.without[:MOST_WITHOUT]),
            tuple(town for town, _ in towns[:TOWNS]),
        )

    def joined(self, member: Member, kind: Kind) -> list[Group]:
        """Return the groups of a kind that a member could join, those of best choices with a seat first."""
        found = (one for one in self._groups if self._joins(member, kind, one))
        return sorted(found, key=lambda one: self._likely(member, one))

    def _joins(self, member: Member, kind: Kind, group: Group) -> bool:
        """Return whether a member could be in a group, by what the group is."""
        theme = self._edition.theme_by_id[group.theme]
        rules = self._edition.rules_of(group.theme)
        return (
            kind.fits(group.theme, group.track, group.place)
            and group.theme in member.themes
            and member.country in theme.countries
            and member.accepts(group.track)
            and (not group.language or not member.languages or group.language in member.languages)
            and (not group.slot or not member.slots or group.slot in member.slots)
            and (
                group.track is Track.VIDEO
                or self._way(member, group) <= _limit_m(rules, member, group.place)
            )
        )

    def _likely(self, member: Member, group: Group) -> tuple[int, bool, int, int, str]:
        """Return an order: those of better choices, with a seat, near by."""
        full = group.size >= self._edition.rules_of(group.theme).sizes(group.track).size_max
        rank = member.themes.index(group.theme)
        return rank, full, self._way(member, group), group.size, group.group_id

    def _way(self, member: Member, group: Group) -> int:
        """Return the way from home to a group, whole metres; 0 by video."""
        if group.latitude is None or group.longitude is None:
            return 0
        spots = np.array([[group.latitude, group.longitude]])
        return int(distances_m(*self._edition.position(member), spots[:, 0], spots[:, 1])[0])

    def _near(self, member: Member, first: Sequence[Group]) -> list[Group]:
        """Return the local groups, those first that are near the member or one of the groups."""
        local = [one for one in self._groups if one.track is Track.LOCAL]
        spots = np.array([(one.latitude, one.longitude) for one in local]).reshape(-1, 2)
        starts = [self._edition.position(member)]
        starts += [
            (one.latitude, one.longitude)
            for one in first
            if one.latitude is not None and one.longitude is not None
        ]
        ways = np.min([distances_m(*one, spots[:, 0], spots[:, 1]) for one in starts], axis=0)
        return [local[number] for number in np.argsort(ways, kind="stable").tolist()]

    def _by_video(self, member: Member, kind: Kind, first: Sequence[Group]) -> list[Group]:
        """Return video groups of the themes that matter, those with a seat first."""
        themes = {one.theme for one in first}
        themes |= set(member.themes) if kind.theme is None else {kind.theme}

        def order(one: Group) -> tuple[bool, int, str]:
            most = self._edition.rules_of(one.theme).video.size_max
            return one.size >= most, one.size, one.group_id

        found = (one for one in self._groups if one.track is Track.VIDEO and one.theme in themes)
        return sorted(found, key=order)

    def _company(self, member: Member, kind: Kind) -> _Company:
        """Return who could be in a local group of a kind with a member, each by itself."""
        found = _Company(Counter(), (), Counter())
        if not member.local or kind.track is Track.VIDEO:
            return found
        edition, without = self._edition, dict[str, None]()
        ids, spots = self._spots
        ways = distances_m(*edition.position(member), spots[:, 0], spots[:, 1])
        for theme_id in member.themes:
            theme, rules = edition.theme_by_id[theme_id], edition.rules_of(theme_id)
            if kind.theme not in {None, theme_id} or member.country not in theme.countries:
                continue
            who = self._walkers(theme_id)
            homes = self._homes[who]
            limits = np.array([_limit_m(rules, member, one) for one in ids])
            for number in np.flatnonzero(ways <= limits).tolist():
                if kind.place not in {None, ids[number]}:
                    continue
                metres = distances_m(homes[:, 0], homes[:, 1], *spots[number].tolist())
                there = [self._ids[one] for one in who[metres <= rules.travel_m].tolist()]
                found.towns[ids[number]] = max(found.towns[ids[number]], len(there))
                for one in there:
                    if one in self._group_of:
                        found.groups[self._group_of[one]] += 1
                    elif one != member.member_id and one not in self._parts.together:
                        without[one] = None
        return replace(found, without=tuple(without))

    @cached_property
    def _spots(self) -> tuple[list[str], Floats]:
        places = self._parts.places.values()
        at = np.array([(one.latitude, one.longitude) for one in places]).reshape(-1, 2)
        return [one.place_id for one in places], at

    @cached_property
    def _ids(self) -> list[str]:
        return [one.member_id for one in self._edition.members]

    @cached_property
    def _homes(self) -> Floats:
        return np.array([self._edition.position(one) for one in self._edition.members])

    def _walkers(self, theme_id: str) -> Ints:
        """Return the numbers of the members who could be in a local group of a theme."""
        if theme_id not in self._walkers_of:
            countries = self._edition.theme_by_id[theme_id].countries
            found = [
                number
                for number, one in enumerate(self._edition.members)
                if one.eligible
                and one.local
                and theme_id in one.themes
                and one.country in countries
            ]
            self._walkers_of[theme_id] = np.array(found, dtype=np.int64)
        return self._walkers_of[theme_id]

    @cached_property
    def _walkers_of(self) -> dict[str, Ints]:
        return {}


def _limit_m(rules: Rules, member: Member, place_id: str) -> int:
    return rules.travel_limit_m(own_office=place_id == member.office)


def _in_turn(*lists: Sequence[Group]) -> Iterator[Group]:
    """Yield one of each list in turn; a list that is given twice goes on where it was."""
    left = {id(one): iter(one) for one in lists}
    for one in islice(cycle(lists), len(lists) * max(map(len, lists), default=0)):
        yield from islice(left[id(one)], 1)
