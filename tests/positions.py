"""Where members live and where groups may meet, by geopy alone, for tests.

Comes in: an edition. Goes out: positions and whole metres. Written from the file contract: shares no
code with the engine or the verifier.
"""

import math
from functools import lru_cache

from geopy.distance import geodesic

from sip_grouping.edition import Edition
from sip_grouping.geography import PostcodePoint, PostcodeTable

Position = tuple[float, float]


@lru_cache(maxsize=100_000)
def metres(a: Position, b: Position) -> int:
    """Return the geodesic distance in whole metres, halves up."""
    return math.floor(float(geodesic(a, b).m) + 0.5)


def place_positions(edition: Edition) -> dict[str, Position]:
    """Return every office and every known town with its coordinates, candidate or not."""
    found: dict[str, Position] = {}
    error_m: dict[str, float] = {}
    for spot in edition.locations:
        town = f"{spot.country}-{spot.postcode}"
        found[town] = (spot.latitude, spot.longitude)
        known = spot.matched in {"", spot.postcode}
        error_m[town] = 0 if known else 1000 * spot.likely_error_km
    lives_there: dict[str, list[Position]] = {}
    for member in edition.members:
        if member.eligible and member.local and member.own_position is not None:
            table = found.get(member.town_id)
            if table is not None:
                away = metres(member.own_position, table)
                if away > 50_000 + error_m[member.town_id]:
                    continue  # such coordinates are the member's own affair
            lives_there.setdefault(member.town_id, []).append(member.own_position)
    for town, homes in lives_there.items():
        found[town] = (
            math.fsum(home[0] for home in homes) / len(homes),
            math.fsum(home[1] for home in homes) / len(homes),
        )
    for office in edition.offices:
        found[office.office_id] = edition.position(office)
    return found


def candidate_positions(edition: Edition) -> dict[str, Position]:
    """Return the candidate places of the contract: offices, thinned towns, pinned places."""
    everywhere = place_positions(edition)
    kept = {o.office_id: edition.position(o) for o in edition.offices if edition.places.offices}
    inhabitants: dict[str, int] = {}
    for member in edition.members:
        if member.eligible and member.local:
            inhabitants[member.town_id] = inhabitants.get(member.town_id, 0) + 1
    match edition.places.towns:
        case "none":
            towns: set[str] = set()
        case "members":
            towns = set(inhabitants)
        case listed:
            towns = set(listed)
    for town in sorted(towns, key=lambda one: (-inhabitants.get(one, 0), one[:2], one[3:])):
        where = everywhere[town]
        if all(metres(where, other) >= edition.places.thinning_m for other in kept.values()):
            kept[town] = where
    for pin in edition.pins:
        if pin.place:
            kept[pin.place] = everywhere[pin.place]
    return kept


def table_of(edition: Edition) -> PostcodeTable:
    """Return the postcode table that an edition was made with, as far as it tells."""
    return PostcodeTable(
        PostcodePoint(
            country=one.country,
            postcode=one.postcode,
            place=one.place_name,
            latitude=one.latitude,
            longitude=one.longitude,
            precision_km=0.0,
        )
        for one in edition.locations
    )
