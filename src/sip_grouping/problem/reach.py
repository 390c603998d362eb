"""Who reaches which place: the classes that may join a theme's groups there, with every member's way.

Comes in: an `Edition`, its member classes and candidate places. Goes out: `InReach` for each theme,
track and place: ranks and metres, no points.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Rules, Theme, Track
from sip_grouping.geography.distance import near_pairs
from sip_grouping.problem.classes import MemberClasses
from sip_grouping.problem.places import CandidatePlace

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

VIDEO = -1
"""Place index of cells that meet by video."""


@dataclass(frozen=True, slots=True)
class InReach:
    """Classes in reach of one place for one theme, and the ways of their members there.

    Attributes
    ----------
    classes
        Shape (classes in reach,): their ids, ascending.
    member
        Shape (ways,): rows of the member arrays of `MemberClasses`, ascending; so their classes are too.
    rank, metres
        Shape (ways,): rank of the theme for that member (1 = first), whole metres from home (0: video).
    """

    classes: Ints
    member: Ints
    rank: Ints
    metres: Ints


class Reach:
    """Which classes reach which place."""

    def __init__(
        self, edition: Edition, classes: MemberClasses, places: tuple[CandidatePlace, ...]
    ) -> None:
        self._classes = classes
        self._places = places
        members = [edition.members[index] for index in classes.member_index.tolist()]
        self._ranks = _ranks(edition, classes)
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

    def of(self, theme: Theme, rules: Rules, track: Track) -> Iterator[tuple[int, InReach]]:
        """Yield (place, classes in reach of it) for a theme and track, place by place.

        An office without rooms is none for groups that share a slot, nor one with fewer seats than a group
        has members. Who has to hold a role that its groups have not the seats for reaches none, nor who
        takes more seats than a group has.
        """
        ranks = self._ranks[theme.id]
        seated = self._classes.seated(rules) & (self._classes.size <= rules.sizes(track).size_max)
        if track is Track.VIDEO:
            members = np.flatnonzero(self._video & (ranks > 0))
            ways = np.zeros(len(members), dtype=np.int64)
            yield from self._whole(VIDEO, members, ranks[members], ways, seated)
            return
        limit = np.where(self._own_office, rules.office_travel_m, rules.travel_m)
        within = self._metres <= limit
        rows = np.flatnonzero(within & (ranks[self._member] > 0))
        starts = np.searchsorted(self._place[rows], np.arange(len(self._places) + 1))
        for place in range(len(self._places)):
            here = rows[starts[place] : starts[place + 1]]
            if len(here) and self._places[place].may_hold(rules):
                member = self._member[here]
                yield from self._whole(place, member, ranks[member], self._metres[here], seated)

    def _whole(
        self, place: int, members: Ints, rank: Ints, metres: Ints, seated: Bools
    ) -> Iterator[tuple[int, InReach]]:
        """Yield the classes of which every member is there, with a seat where it has to have one.

        Those who belong together stay so.
        """
        owner = self._classes.member_class[members]
        ids, inverse, counts = np.unique(owner, return_inverse=True, return_counts=True)
        whole = (counts == self._classes.people[ids]) & seated[ids]
        if not whole.any():
            return
        kept = whole[inverse]
        yield place, InReach(ids[whole], members[kept], rank[kept], metres[kept])


def _ranks(edition: Edition, classes: MemberClasses) -> dict[str, Ints]:
    """Return the rank by theme for each row of the classes' members; 0: may not join it."""
    ranks = {
        theme.id: np.zeros(len(classes.member_index), dtype=np.int64) for theme in edition.themes
    }
    for row, index in enumerate(classes.member_index.tolist()):
        member = edition.members[index]
        for rank, theme in enumerate(member.themes, start=1):
            if member.country in edition.theme_by_id[theme].countries:
                ranks[theme][row] = rank
    return ranks
