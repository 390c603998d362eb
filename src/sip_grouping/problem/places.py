"""Candidate places: where local groups may meet.

Comes in: an `Edition`. Goes out: its candidate places, offices first, then towns, thinned, then
places that only a pin names. A town lies where the postcode table says, or, where members there give
coordinates of their own near it, at the mean of theirs.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, Office, Rules, Theme, Track
from sip_grouping.edition.towns import Position, far_from_postcode, positions_of_towns
from sip_grouping.geography.distance import distances_m, near_pairs


@dataclass(frozen=True, slots=True)
class CandidatePlace:
    """A place where local groups may meet; coordinates in WGS-84 degrees.

    `office`: the office that it is; None for a town.
    """

    place_id: str
    name: str
    latitude: float
    longitude: float
    office: Office | None = None

    @property
    def rooms(self) -> int | None:
        """How many groups can meet there in one weekly slot; None: any number."""
        return None if self.office is None else self.office.rooms

    @property
    def seats(self) -> int | None:
        """How many members of all groups there can be; None: any number."""
        return None if self.office is None else self.office.seats_max

    def may_hold(self, rules: Rules) -> bool:
        """Return whether local groups may meet there."""
        return self.office is None or self.office.may_hold(rules)


def candidate_places(edition: Edition, others: Collection[str] = ()) -> tuple[CandidatePlace, ...]:
    """Return the candidate places of an edition, and `others` as if somebody were pinned there.

    Towns are taken in order of the number of eligible members there who accept local groups (most
    first), then country and postcode; one is kept when it is at least `thinning_km` from every
    office candidate and every town kept before. Towns listed by the edition are candidates even
    where no such member lives, and are thinned like the others. A pinned place is always one.

    Returns
    -------
    tuple of CandidatePlace
        Offices in the edition's order, kept towns in the order above, other pinned places by id.
    """
    residents = Counter(
        member.town_id
        for member in edition.members
        if member.eligible and member.accepts(Track.LOCAL)
    )
    far = far_from_postcode(edition.members, edition.locations)
    own = positions_of_towns(edition.members, far)

    offices = [_office(edition, one.office_id) for one in edition.offices if edition.places.offices]
    if edition.places.towns == "members":
        town_ids = list(residents)
    elif edition.places.towns == "none":
        town_ids = []
    else:
        town_ids = list(dict.fromkeys(edition.places.towns))
    town_ids.sort(key=lambda town: (-residents[town], town))
    towns = [_town(edition, town, own) for town in town_ids]
    chosen = offices + _thinned(towns, offices, edition.places.thinning_m)

    known = {place.place_id for place in chosen}
    pinned = sorted({*others, *(pin.place for pin in edition.pins if pin.place)} - known)
    for place_id in pinned:
        if place_id in edition.office_by_id:
            chosen.append(_office(edition, place_id))
        else:
            chosen.append(_town(edition, place_id, own))
    return tuple(chosen)


def in_reach(
    edition: Edition, member: Member, theme: Theme, places: tuple[CandidatePlace, ...]
) -> bool:
    """Return whether a place where groups of a theme may meet is within the limit of travel of a member."""
    rules, (latitude, longitude) = edition.rules_of(theme.id), edition.position(member)
    places = tuple(place for place in places if place.may_hold(rules))
    if not places:
        return False
    spots = np.array([(place.latitude, place.longitude) for place in places])
    own = np.array([place.place_id == member.office for place in places])
    metres = distances_m(latitude, longitude, spots[:, 0], spots[:, 1])
    return bool((metres <= np.where(own, rules.office_travel_m, rules.travel_m)).any())


def _office(edition: Edition, office_id: str) -> CandidatePlace:
    office = edition.office_by_id[office_id]
    position = edition.position(office)
    return CandidatePlace(office_id, office.name or office_id, *position, office)


def _town(edition: Edition, town_id: str, own: Mapping[str, Position]) -> CandidatePlace:
    spot = edition.location_by_town.get(town_id)
    name = (spot.place_name if spot else "") or town_id
    if town_id in own:
        return CandidatePlace(town_id, name, *own[town_id])
    if spot is None:
        # `checks` refuses such an edition; without it the place would silently be nowhere.
        raise ValueError(f"no location is known of town {town_id}")
    return CandidatePlace(town_id, name, spot.latitude, spot.longitude)


def _thinned(
    towns: list[CandidatePlace], offices: list[CandidatePlace], thinning_m: int
) -> list[CandidatePlace]:
    if thinning_m == 0 or not towns:
        return towns
    town_at = np.array([(one.latitude, one.longitude) for one in towns])
    all_at = np.array([(one.latitude, one.longitude) for one in [*towns, *offices]])
    first, second, _ = near_pairs(
        town_at[:, 0], town_at[:, 1], all_at[:, 0], all_at[:, 1], thinning_m - 1
    )
    too_near: dict[int, list[int]] = defaultdict(list)
    for town, other in zip(first.tolist(), second.tolist(), strict=True):
        if town != other:
            too_near[town].append(other)
    kept = [False] * len(towns) + [True] * len(offices)
    for town in range(len(towns)):
        kept[town] = not any(kept[other] for other in too_near[town])
    return [place for place, keep in zip(towns, kept, strict=False) if keep]
