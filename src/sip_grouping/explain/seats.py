"""Free seats beyond the limit of travel, in groups as they are: counted, without a model.

Comes in: an `Edition`, a verified grouping of it, a member without a group. Goes out: `Seat`s, one for each
limit, nearest first. With the limit so long, the grouping with the member in that seat keeps every rule: its
group has room, speaks its language, meets in a slot of it, and nobody in it lives too far from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Track
from sip_grouping.explain.candidates import travel_key
from sip_grouping.explain.changes import PinChange, RuleChange
from sip_grouping.grouping import Group, Grouping
from sip_grouping.solve.smaller import FURTHER_M
from sip_grouping.verification.measures import Distances, PlacesOfEdition


@dataclass(frozen=True)
class Seat:
    """A seat that a longer limit of travel gives a member.

    Attributes
    ----------
    limit, pin
        The limit that just reaches it, and the member's place in it.
    group_id
        The group.
    gain
        What the member adds to the score of the groups as they are, thousandths of a point; above 0.
    """

    limit: RuleChange
    pin: PinChange
    group_id: str
    gain: int


class Seats:
    """Free seats of local groups for members who belong together with nobody and have no pin."""

    def __init__(self, edition: Edition, grouping: Grouping) -> None:
        self._edition = edition
        self._grouping = grouping
        self._distances = Distances()

    def beyond(self, member: Member) -> Iterator[Seat]:
        """Yield the nearest seat beyond each limit of travel that is worth taking."""
        if not member.eligible or not member.local or member.only_in_a_role:
            return
        found = [one for one in self._grouping.group_records if self._takes(one, member)]
        spots = [self._places.position(one.place) for one in found]
        if not found or None in spots:
            return
        told: set[str] = set()
        home = self._edition.position(member)
        for metres, at in self._distances.nearest_first(home, np.array(spots, dtype=np.float64)):
            group = found[at]
            rules = self._edition.rules_of(group.theme)
            limit_m = rules.travel_limit_m(own_office=group.place == member.office)
            key = travel_key(self._edition, member, group.theme, group.place)
            gain = self._gain(member, group, metres)
            barred = limit_m < metres <= limit_m + FURTHER_M
            if key in told or not barred or gain <= 0 or not self._near_enough(group, member):
                continue
            told.add(key)
            pin = PinChange(
                member_id=member.member_id, theme=group.theme, track=group.track.value,
                place=group.place,
            )  # fmt: skip
            yield Seat(RuleChange(key=key, value=metres / 1000), pin, group.group_id, gain)

    @cached_property
    def _places(self) -> PlacesOfEdition:
        return PlacesOfEdition(self._edition, self._distances)

    def _takes(self, group: Group, member: Member) -> bool:
        """Return whether a group has room for a member, but for the way."""
        edition = self._edition
        if group.track is not Track.LOCAL or group.theme not in member.themes:
            return False
        return (
            member.country in edition.theme_by_id[group.theme].countries
            and (not group.language or not member.languages or group.language in member.languages)
            and (not group.slot or not member.slots or group.slot in member.slots)
            and self._seats_left(group) >= member.weight
        )

    def _seats_left(self, group: Group) -> int:
        """Return how many seats are free in a group, and at its office."""
        edition = self._edition
        most = edition.rules_of(group.theme).sizes(group.track).size_max
        left = most - self._seats_taken(group)
        office = edition.office_by_id.get(group.place)
        if office is None or office.seats_max is None:
            return left
        here = [one for one in self._grouping.group_records if one.place == group.place]
        return min(left, office.seats_max - sum(map(self._seats_taken, here)))

    def _seats_taken(self, group: Group) -> int:
        rows = self._grouping.placements_by_group.get(group.group_id, ())
        return self._edition.seats_of(one.member_id for one in rows)

    def _near_enough(self, group: Group, member: Member) -> bool:
        """Return whether no member of a group lives too far from a member."""
        edition, spread_m = self._edition, self._edition.rules_of(group.theme).spread_m
        rows = self._grouping.placements_by_group.get(group.group_id, ())
        if spread_m is None:
            return True
        homes = [edition.position(edition.member_by_id[one.member_id]) for one in rows]
        near = self._distances.each_within(edition.position(member), np.array(homes), spread_m)
        return bool(near.all())

    def _gain(self, member: Member, group: Group, metres: int) -> int:
        points = self._edition.score
        rank = member.themes.index(group.theme) + 1
        return member.weight * (points.rank_thousandths(rank) - points.travel_thousandths(metres))
