"""Distances and candidate places, computed for the verifier alone.

Comes in: positions (latitude and longitude, WGS-84 degrees) and an `Edition`. Goes out: whole metres
by geographiclib, and where local groups may meet. Written from the file contract, not from the engine.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from heapq import heappop, heappush

import numpy as np
from geographiclib.geodesic import Geodesic
from numpy.typing import NDArray

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member
from sip_grouping.units import FAR_FROM_POSTCODE_M

Position = tuple[float, float]
"""Latitude and longitude, WGS-84 degrees."""

_MEAN_RADIUS_M = 6_371_008.8
_SLACK = 0.006
_SLACK_M = 1.0
_SLACK_DEGREES = 1e-6
_PAIRS_AT_ONCE = 100_000
"""So many distances on the sphere are in memory together."""

_WGS84 = Geodesic(6_378.137, 1 / 298.257_223_563)
"""The ellipsoid in kilometres, as geopy has it: that measures with the same library, and loads long."""


@lru_cache(maxsize=500_000)
def _geodesic_m(a: Position, b: Position) -> int:
    """Return a distance that does not change with the edition: many groupings are verified in one process."""
    kilometres: float = _WGS84.Inverse(*a, *b, Geodesic.DISTANCE)["s12"]
    return int(kilometres * 1000 + 0.5)


class Distances:
    """Geodesic distances in whole metres, each pair of positions computed once in a process.

    Great-circle distances decide what is certain without it. On the WGS-84 ellipsoid both radii
    of curvature lie between 6,335.4 and 6,399.6 km (meridian at the equator, pole), so the length of
    any path, and with it the geodesic, is 0.9944 to 1.0045 times its length on the sphere of mean
    radius: within 0.6 %.
    """

    def metres(self, a: Position, b: Position) -> int:
        """Return the geodesic distance of two positions in whole metres, halves up."""
        if a == b:
            return 0
        return _geodesic_m(a, b) if a < b else _geodesic_m(b, a)

    def within(self, origin: Position, points: Sequence[Position], limit_m: int) -> bool:
        """Return whether some point is at most `limit_m` metres from `origin`."""
        if not points:
            return False
        rough = _great_circle_m(origin, np.asarray(points))
        if bool(np.any(rough * (1 + _SLACK) + _SLACK_M <= limit_m)):
            return True
        uncertain = np.flatnonzero(rough * (1 - _SLACK) - _SLACK_M <= limit_m)
        return any(self.metres(origin, points[place]) <= limit_m for place in uncertain.tolist())

    def each_within(
        self, origin: Position, points: NDArray[np.float64], limits_m: int | NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """Return which points, shape (n, 2), are at most their limit in metres from `origin`."""
        limits = np.broadcast_to(np.asarray(limits_m, dtype=np.int64), (len(points),))
        found = np.zeros(len(points), dtype=bool)
        if not len(points):
            return found
        rows = _not_too_far_north(origin, points, int(limits.max()))
        some, limits = points[rows], limits[rows]
        rough = _great_circle_m(origin, some)
        within = np.asarray(rough * (1 + _SLACK) + _SLACK_M <= limits)
        uncertain = ~within & (rough * (1 - _SLACK) - _SLACK_M <= limits)
        for at in np.flatnonzero(uncertain).tolist():
            point = (float(some[at, 0]), float(some[at, 1]))
            within[at] = self.metres(origin, point) <= limits[at]
        found[rows] = within
        return found

    def nearest_first(
        self, origin: Position, points: NDArray[np.float64]
    ) -> Iterator[tuple[int, int]]:
        """Yield whole metres from `origin` and the number of each point, shape (n, 2), nearest first.

        Of two that are as far the one with the lower number comes first.
        """
        rough = _great_circle_m(origin, points)
        known: list[tuple[int, int]] = []
        for at in np.argsort(rough, kind="stable").tolist():
            # None that comes is nearer than this.
            least = rough[at] * (1 - _SLACK) - _SLACK_M
            while known and known[0][0] < least:
                yield heappop(known)
            point = (float(points[at, 0]), float(points[at, 1]))
            heappush(known, (self.metres(origin, point), at))
        while known:
            yield heappop(known)

    def farthest_pair(self, positions: Sequence[Position]) -> tuple[int, int, int]:
        """Return the longest distance in whole metres and the two indices it lies between.

        Parameters
        ----------
        positions
            At least one position.

        Returns
        -------
        tuple of int
            (0, 0, 0) where all positions are the same.
        """
        index_of: dict[Position, int] = {}
        for index, position in enumerate(positions):
            index_of.setdefault(position, index)
        unique = list(index_of)
        points = np.asarray(unique)
        # Some rows at a time, twice, so that memory does not grow with the square of a large group.
        rows = max(1, _PAIRS_AT_ONCE // len(unique))
        slabs = [slice(start, start + rows) for start in range(0, len(unique), rows)]
        longest = max(float(_each_to_each(points[slab], points).max()) for slab in slabs)
        threshold = longest * (1 - _SLACK) / (1 + _SLACK) - 2 * _SLACK_M
        best = (0, 0, 0)
        for slab in slabs:
            far = _each_to_each(points[slab], points) >= threshold
            for row, other in np.argwhere(far).tolist():
                if slab.start + row < other:
                    a, b = unique[slab.start + row], unique[other]
                    exact = self.metres(a, b)
                    if exact > best[0]:
                        best = (exact, index_of[a], index_of[b])
        return best


class PlacesOfEdition:
    """Where local groups of an edition may meet, and where every place lies."""

    def __init__(self, edition: Edition, distances: Distances) -> None:
        self._edition = edition
        self._distances = distances
        self._local_members: dict[str, list[Member]] = defaultdict(list)
        for member in edition.members:
            if member.eligible and member.local:
                self._local_members[member.town_id].append(member)
        self._positions: dict[str, Position | None] = {}

    def position(self, place: str) -> Position | None:
        """Return where an office or a town lies; None for what is neither.

        A town lies at the mean of the coordinates that eligible members there who accept local
        groups give of their own, if any lie no further than 50 km from the postcode (and its
        likely error, where the code itself is not known); else where the postcode table says.
        """
        if place not in self._positions:
            self._positions[place] = self._position(place)
        return self._positions[place]

    def name(self, place: str) -> str:
        """Return the name of an office or a town; its id where it has none."""
        office = self._edition.office_by_id.get(place)
        spot = self._edition.location_by_town.get(place)
        known = office.name if office is not None else spot.place_name if spot is not None else ""
        return known or place

    def _position(self, place: str) -> Position | None:
        office = self._edition.office_by_id.get(place)
        if office is not None:
            return self._edition.position(office)
        spot = self._edition.location_by_town.get(place)
        known = None if spot is None else (spot.latitude, spot.longitude)
        near_m = FAR_FROM_POSTCODE_M
        if spot is not None and spot.matched and spot.matched != spot.postcode:
            near_m += round(1000 * spot.likely_error_km)
        own = [
            position
            for member in self._local_members.get(place, ())
            if (position := member.own_position) is not None
            and (known is None or self._distances.within(known, [position], near_m))
        ]
        if own:
            return (
                math.fsum(latitude for latitude, _ in own) / len(own),
                math.fsum(longitude for _, longitude in own) / len(own),
            )
        return known

    @cached_property
    def candidates(self) -> dict[str, Position]:
        """The candidate places: offices, thinned towns, and every place that a pin names.

        Only offices (where the edition allows them) and towns kept before thin a town; a place that
        is a candidate only because it is pinned does not.
        """
        places = self._edition.places
        kept: dict[str, Position] = {}
        if places.offices:
            kept = {
                office.office_id: self._edition.position(office) for office in self._edition.offices
            }
        # One buffer of positions, so that each town is compared with all kept ones at once.
        towns = self._towns_in_order()
        buffer = np.empty((len(kept) + len(towns), 2))
        buffer[: len(kept)] = np.asarray(list(kept.values())).reshape(-1, 2)
        kept_positions = list(kept.values())
        for town in towns:
            where = self.position(town)
            if where is None or self._too_near(where, kept_positions, buffer, places.thinning_m):
                continue
            buffer[len(kept_positions)] = where
            kept_positions.append(where)
            kept[town] = where
        for pin in self._edition.pins:
            pinned = self.position(pin.place) if pin.place else None
            if pinned is not None:
                kept.setdefault(pin.place, pinned)
        return kept

    def _towns_in_order(self) -> list[str]:
        towns = self._edition.places.towns
        if towns == "none":
            return []
        named = list(self._local_members) if towns == "members" else list(dict.fromkeys(towns))

        def most_members_first(town: str) -> tuple[int, str, str]:
            country, _, postcode = town.partition("-")
            return (-len(self._local_members.get(town, ())), country, postcode)

        return sorted(named, key=most_members_first)

    def _too_near(
        self,
        where: Position,
        kept: Sequence[Position],
        buffer: NDArray[np.float64],
        thinning_m: int,
    ) -> bool:
        """Return whether a kept candidate is nearer than `thinning_m` metres."""
        rows = _not_too_far_north(where, buffer[: len(kept)], thinning_m)
        rough = _great_circle_m(where, buffer[rows])
        if bool((rough * (1 + _SLACK) + _SLACK_M < thinning_m).any()):
            return True
        uncertain = rows[rough * (1 - _SLACK) - _SLACK_M < thinning_m]
        return any(
            self._distances.metres(where, kept[index]) < thinning_m for index in uncertain.tolist()
        )


def _not_too_far_north(
    origin: Position, points: NDArray[np.float64], limit_m: int
) -> NDArray[np.int64]:
    """Return the numbers of the points, shape (n, 2), that latitude alone does not put out of reach.

    On a sphere no way is shorter than that between the parallels of its ends.
    """
    degrees = math.degrees((limit_m + _SLACK_M) / (1 - _SLACK) / _MEAN_RADIUS_M) + _SLACK_DEGREES
    return np.flatnonzero(np.abs(points[:, 0] - origin[0]) <= degrees)


def _each_to_each(some: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    return _great_circle_m(some[:, np.newaxis], points)


def _great_circle_m(
    origin: Position | NDArray[np.float64], points: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return metres on the sphere of mean radius (haversine); degrees, shapes (..., 2)."""
    start = np.radians(np.asarray(origin))
    ends = np.radians(points)
    half = (
        np.sin((ends[..., 0] - start[..., 0]) / 2) ** 2
        + np.cos(start[..., 0])
        * np.cos(ends[..., 0])
        * np.sin((ends[..., 1] - start[..., 1]) / 2) ** 2
    )
    return np.asarray(2 * _MEAN_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0))))
