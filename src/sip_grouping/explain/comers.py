"""Who could come to a group of a theme and place, each by itself, and what they lack by counting.

Comes in: a `Case`, a theme and place, perhaps a longer limit of travel. Goes out: members, ways, `Lacks`.
What is counted is needed: where something is lacking no grouping has such a group, whoever else is placed.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition.records import Member, Role, Rules, SizeLimits, Theme, Track
from sip_grouping.explain.case import Case, Kind
from sip_grouping.geography.distance import distances_m
from sip_grouping.problem.places import CandidatePlace
from sip_grouping.solve.smaller import who_could_join

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Lacks:
    """How many are missing of what a group needs: seats taken, holders of roles, experienced members.

    `volunteers`: of different people for all roles together, those who are missing for one role included.
    """

    members: int = 0
    moderators: int = 0
    secretaries: int = 0
    volunteers: int = 0
    experienced: int = 0

    @property
    def any(self) -> bool:
        """Whether anything is lacking."""
        return self != Lacks()


class Comers:
    """Those who ranked a theme and may join it, nearest first, with their ways to one place.

    Attributes
    ----------
    people, metres
        Members and how far each lives from the place; 0 for groups by video.
    rules, sizes
        Of the theme, and of the track.
    spot
        The place; None for groups by video.
    """

    def __init__(self, case: Case, kind: Kind) -> None:
        edition = case.edition
        self.edition = edition
        self.theme: Theme = edition.theme_by_id[kind.theme or ""]
        self.track = kind.track or Track.LOCAL
        self.rules: Rules = edition.rules_of(self.theme.id)
        self.sizes: SizeLimits = self.rules.sizes(self.track)
        self.spot: CandidatePlace | None = next(
            (
                one
                for one in case.places
                if self.track is Track.LOCAL and one.place_id == kind.place
            ),
            None,
        )
        taken = _pinned_elsewhere(case, kind)
        people = [
            one
            for one in who_could_join(edition, self.theme)
            if one.accepts(self.track) and one.member_id not in taken
        ]
        metres = np.zeros(len(people), dtype=np.int64)
        if self.spot is not None:
            homes = np.array([edition.position(one) for one in people]).reshape(-1, 2)
            at = self.spot.latitude, self.spot.longitude
            metres = distances_m(homes[:, 0], homes[:, 1], *at)
        order = np.argsort(metres, kind="stable")
        self.people: list[Member] = [people[one] for one in order.tolist()]
        self.metres: Ints = metres[order]

    @cached_property
    def _at_own_office(self) -> Bools:
        """Who has a limit of its own there, which is not that of travel."""
        place = None if self.spot is None else self.spot.place_id
        apart = self.rules.office_travel_km is not None
        return np.array([apart and one.office == place for one in self.people], dtype=bool)

    def within(self, travel_m: int = 0) -> list[Member]:
        """Return who could come, with a limit of travel of the theme of at least so many metres."""
        if self.spot is None:
            return [*self.people]
        rules = self.rules
        limit = max(rules.travel_m, travel_m)
        come = self.metres <= np.where(self._at_own_office, rules.office_travel_m, limit)
        return [one for one, comes in zip(self.people, come.tolist(), strict=True) if comes]

    def beyond(self, most_m: int) -> list[int]:
        """Return the ways of those whom a longer limit of travel brings, up to so many metres, ascending."""
        if self.spot is None:
            return []
        far = ~self._at_own_office & (self.metres > self.rules.travel_m) & (self.metres <= most_m)
        found: list[int] = np.unique(self.metres[far]).tolist()
        return found

    def lacks(self, travel_m: int = 0) -> Lacks:
        """Return what those lack who could come with such a limit."""
        people, rules = self.within(travel_m), self.rules
        willing = {role: _willing(people, role) for role in (Role.MODERATOR, Role.SECRETARY)}
        either = sum(
            any(one.volunteers_for(role) for role, seats in _seats(rules) if seats)
            for one in people
        )
        seats = sum(one.weight for one in people)
        experienced = sum(one.experienced for one in people)
        return Lacks(
            members=max(self.sizes.size_min - seats, 0),
            moderators=max(rules.moderators - willing[Role.MODERATOR], 0),
            secretaries=max(rules.secretaries - willing[Role.SECRETARY], 0),
            volunteers=max(rules.moderators + rules.secretaries - either, 0),
            experienced=max(rules.experienced_min - experienced, 0),
        )


def _willing(people: list[Member], role: Role) -> int:
    return sum(one.volunteers_for(role) for one in people)


def _seats(rules: Rules) -> tuple[tuple[Role, int], ...]:
    return (Role.MODERATOR, rules.moderators), (Role.SECRETARY, rules.secretaries)


def _pinned_elsewhere(case: Case, kind: Kind) -> set[str]:
    """Return who has to be in another group, and may be in one alone."""
    edition = case.edition
    if edition.most_groups_per_member > 1:
        return set()
    return {
        who
        for one in edition.pins
        if not kind.fits(one.theme, one.track, one.place)
        for who in (one.member_id, *one.with_members)
    }
