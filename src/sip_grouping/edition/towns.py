"""Where towns lie, and coordinates that are too far from their postcode to tell.

Comes in: members, and where their postcodes lie. Goes out: how far own coordinates are from the postcode
they stand beside, and the positions of towns that follow from own coordinates.
"""

import math
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence

import numpy as np

from sip_grouping.edition.records import Location, Member, Office
from sip_grouping.geography.distance import distances_m
from sip_grouping.units import FAR_FROM_POSTCODE_M

Position = tuple[float, float]
"""Latitude and longitude, WGS-84 degrees."""


def nearness_m(likely_error_km: float) -> int:
    """Return how far from a postcode coordinates are still near it, whole metres.

    Parameters
    ----------
    likely_error_km
        Of a postcode of which only the beginning or the town is known; 0 of one that is known.
    """
    return FAR_FROM_POSTCODE_M + round(round(likely_error_km, 3) * 1000)


def far_from_postcode(
    records: Sequence[Member | Office], locations: Iterable[Location]
) -> dict[int, int]:
    """Return the records whose own coordinates lie far from their postcode, and how far.

    Parameters
    ----------
    locations
        Where postcodes lie. Coordinates beside one that is not there are never far.

    Returns
    -------
    dict of int
        Whole metres by position in `records`; each more than `nearness_m` allows.
    """
    own = [
        (number, record.town_id, position)
        for number, record in enumerate(records)
        if (position := record.own_position) is not None
    ]
    if not own:
        return {}
    spots = {
        f"{one.country}-{one.postcode}": (
            one.latitude,
            one.longitude,
            nearness_m(one.likely_error_km if one.approximate else 0.0),
        )
        for one in locations
    }
    own = [one for one in own if one[1] in spots]
    at = np.array([position for _, _, position in own]).reshape(-1, 2)
    there = np.array([spots[town] for _, town, _ in own]).reshape(-1, 3)
    metres = distances_m(at[:, 0], at[:, 1], there[:, 0], there[:, 1])
    far = np.flatnonzero(metres > there[:, 2])
    return {own[one][0]: int(metres[one]) for one in far.tolist()}


def positions_of_towns(members: Sequence[Member], far: Container[int]) -> dict[str, Position]:
    """Return where towns lie in which members give coordinates of their own: at the mean of theirs.

    Only eligible members who accept local groups count.

    Parameters
    ----------
    far
        Positions in `members` of those whose coordinates do not count; see `far_from_postcode`.
    """
    own: dict[str, list[Position]] = defaultdict(list)
    for number, member in enumerate(members):
        position = member.own_position
        if position is not None and member.eligible and member.local and number not in far:
            own[member.town_id].append(position)
    return {
        town: (
            math.fsum(latitude for latitude, _ in several) / len(several),
            math.fsum(longitude for _, longitude in several) / len(several),
        )
        for town, several in own.items()
    }
