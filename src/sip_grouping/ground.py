"""The verifier's own geography: homes, candidate places and exact distances, by geopy alone.

Comes in: an `Edition`. Goes out: where places lie, which are candidates, whole metres between spots.
Nothing here is shared with the engine, whose geography is `distance` and `places`.
"""

import math
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from geopy.distance import geodesic

from sip_grouping.edition import Edition
from sip_grouping.records import Member

Spot = tuple[float, float]
"""Latitude and longitude in WGS-84 degrees."""

_METRES_PER_DEGREE_LEAST = 110_500.0
"""A degree of latitude is nowhere shorter on the WGS-84 ellipsoid (110,574 m at the equator)."""


class Ground:
    """Distances and places of one edition; each distance is computed once."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._known: dict[tuple[Spot, Spot], int] = {}

    def metres(self, first: Spot, second: Spot) -> int:
        """Return the geodesic distance in whole metres, halves up."""
        if first == second:
            return 0
        key = (first, second) if first <= second else (second, first)
        if key not in self._known:
            self._known[key] = math.floor(geodesic(*key).m + 0.5)
        return self._known[key]

    @cached_property
    def _residents(self) -> dict[str, list[Member]]:
        """Eligible members who accept local groups, by town."""
        found: dict[str, list[Member]] = defaultdict(list)
        for member in self._edition.members:
            if member.cooperator and member.commits and member.local:
                found[f"{member.country}-{member.postcode}"].append(member)
        return found

    def anywhere(self, place: str) -> Spot | None:
        """Return where an office or a town lies, a candidate or not; None where it is not known."""
        office = self._edition.office_by_id.get(place)
        if office is not None:
            return self._edition.position(office)
        own = [m.own_position for m in self._residents.get(place, ()) if m.own_position is not None]
        if own:
            return (
                math.fsum(spot[0] for spot in own) / len(own),
                math.fsum(spot[1] for spot in own) / len(own),
            )
        location = self._edition.location_by_town.get(place)
        return None if location is None else (location.latitude, location.longitude)

    @cached_property
    def candidates(self) -> dict[str, Spot]:
        """Candidate places by id: offices, thinned towns, and places that a pin names."""
        places = self._edition.places
        kept: dict[str, Spot] = {}
        if places.offices:
            kept = {o.office_id: self._edition.position(o) for o in self._edition.offices}
        if places.towns == "members":
            towns = list(self._residents)
        elif places.towns == "none":
            towns = []
        else:
            towns = sorted(set(places.towns))

        def most_members_first(town: str) -> tuple[int, str, str]:
            country, postcode = town.split("-", 1)
            return (-len(self._residents.get(town, ())), country, postcode)

        for town in sorted(towns, key=most_members_first):
            spot = self.anywhere(town)
            if spot is not None and not self._any_nearer(spot, kept, places.thinning_m):
                kept[town] = spot
        for pin in self._edition.pins:
            spot = self.anywhere(pin.place) if pin.place else None
            if spot is not None:
                kept.setdefault(pin.place, spot)
        return kept

    def _any_nearer(self, spot: Spot, kept: dict[str, Spot], limit_m: int) -> bool:
        return any(self.within(spot, other, limit_m - 1) for other in kept.values())

    def within(self, first: Spot, second: Spot, limit_m: int) -> bool:
        """Return whether two spots are at most so many whole metres apart."""
        # Spots whose latitudes alone put them beyond the limit need no geodesic.
        apart = abs(first[0] - second[0]) * _METRES_PER_DEGREE_LEAST
        if apart > limit_m + 1 or not self._longitudes_meet(first, second, limit_m):
            return False
        return self.metres(first, second) <= limit_m

    @staticmethod
    def _longitudes_meet(first: Spot, second: Spot, limit_m: int) -> bool:
        # East-west, a degree shrinks with the latitude; 2 % is more than the ellipsoid can add.
        widest = max(abs(first[0]), abs(second[0]))
        if widest > 80 or limit_m > 1_000_000:
            return True
        per_degree = _METRES_PER_DEGREE_LEAST * math.cos(math.radians(widest))
        across = abs(first[1] - second[1])
        return min(across, 360 - across) * per_degree <= 1.02 * limit_m + 1

    def further_than(self, members: list[Member], limit_m: int) -> Iterator[tuple[str, str, int]]:
        """Yield pairs of members who live further apart than a limit, with their distance."""
        homes: dict[Spot, list[str]] = defaultdict(list)
        for member in members:
            homes[self._edition.position(member)].append(member.member_id)
        spots = sorted(homes)
        for number, first in enumerate(spots):
            for second in spots[number + 1 :]:
                metres = self.metres(first, second)
                if metres > limit_m:
                    for one in homes[first]:
                        yield from ((one, other, metres) for other in homes[second])

    def spread_m(self, members: list[Member]) -> int:
        """Return the largest distance between two homes, whole metres."""
        spots = sorted({self._edition.position(member) for member in members})
        return max(
            (self.metres(a, b) for number, a in enumerate(spots) for b in spots[number + 1 :]),
            default=0,
        )
