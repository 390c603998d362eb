"""Belgian rows: the localities of each postcode (belgium.csv) at their GeoNames coordinates.

A locality is sought by its exact name in the province of the postcode. Of several places of one name
the one nearest to the codes around it is meant; a locality far from the first one of its postcode is
a namesake and is left out.
"""

import csv
from collections import defaultdict
from pathlib import Path

import numpy as np

from data.postcodes.places import (
    Place,
    Points,
    Row,
    distances_km,
    points_of,
    spread_km,
    weighted_mean,
)

# First postcode and GeoNames code of the province, in order.
PROVINCES = (
    (1000, "BRU"),
    (1300, "WBR"),
    (1500, "VBR"),
    (2000, "VAN"),
    (3000, "VBR"),
    (3500, "VLI"),
    (4000, "WLG"),
    (5000, "WNA"),
    (6000, "WHT"),
    (6600, "WLX"),
    (7000, "WHT"),
    (8000, "VWV"),
    (9000, "VOV"),
)
NAMESAKE_KM = 9.0
PLACE_PRECISION_KM = 1.5  # of a locality with a point of its own
WRITTEN_PRECISION_KM = 2.0  # of coordinates written from knowledge
SMALLEST_WEIGHT = 200  # inhabitants of a place whose number is not known


def belgian_rows(facts: Path, places: list[Place]) -> list[Row]:
    """Return one row per postcode of belgium.csv."""
    named: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for place in places:
        if place.country == "BE" and place.department:
            named[place.department, place.name].append(place)
    with facts.open(encoding="utf-8", newline="") as file:
        codes = list(csv.DictReader(file))
    around = _around(codes, named)
    rows = []
    for code in codes:
        postcode = code["postcode"]
        if code["latitude"]:
            latitude, longitude = float(code["latitude"]), float(code["longitude"])
            rows.append(
                Row("BE", postcode, code["place"], latitude, longitude, WRITTEN_PRECISION_KM)
            )
            continue
        found = [
            _nearest(named[province(postcode), name], around[postcode])
            for name in code["localities"].split("|")
            if (province(postcode), name) in named
        ]
        points = points_of((place.latitude, place.longitude) for place in found)
        near = distances_km(points, points[0]) <= NAMESAKE_KM
        weights = np.array([max(place.population, SMALLEST_WEIGHT) for place in found])[near]
        centre = weighted_mean(points[near], weights)
        spread = spread_km(points[near], centre, weights)
        precision = float(np.hypot(PLACE_PRECISION_KM, spread / 2))
        latitude, longitude = float(centre[0]), float(centre[1])
        rows.append(Row("BE", postcode, code["place"], latitude, longitude, round(precision, 1)))
    return rows


def province(postcode: str) -> str:
    """Return the GeoNames code of the province a postcode lies in."""
    return [name for first, name in PROVINCES if first <= int(postcode)][-1]


def _around(
    codes: list[dict[str, str]], named: dict[tuple[str, str], list[Place]]
) -> dict[str, Points]:
    """Return the middle of the codes around each code: same first three digits, else two.

    Only names that a province has once are asked.
    """
    certain: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for code in codes:
        postcode = code["postcode"]
        for name in code["localities"].split("|"):
            same = named.get((province(postcode), name), [])
            if len(same) == 1:
                at = (same[0].latitude, same[0].longitude)
                certain[postcode[:3]].append(at)
                certain[postcode[:2]].append(at)
    return {
        code["postcode"]: np.median(
            points_of(certain[code["postcode"][:3]] or certain[code["postcode"][:2]]), axis=0
        )
        for code in codes
    }


def _nearest(same_name: list[Place], centre: Points) -> Place:
    away = distances_km(points_of((p.latitude, p.longitude) for p in same_name), centre)
    return same_name[int(np.argmin(away))]
