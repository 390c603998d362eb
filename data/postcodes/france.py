"""French rows: the municipalities of each postcode, where each lies, and the mean by population.

Municipalities, their postcodes and populations are Etalab's; points are GeoNames', joined by the
code of the municipality. Small municipalities have no point there. A postcode with other points does
without them; one that has none lies where its inter-municipality (EPCI) does. france.csv, written
from knowledge, goes before both: municipalities that GeoNames lacks or has in a wrong place, and the
parts of large ones that have postcodes of their own.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from data.postcodes.places import (
    Place,
    Points,
    Row,
    distances_km,
    plain_name,
    points_of,
    spread_km,
    weighted_mean,
)

OVERSEAS = {"971": "GP", "972": "MQ", "973": "GF", "974": "RE", "976": "YT"}
GUIANA = "973"
GUIANA_TOWNS = ("97302", "97307", "97309")  # Cayenne and its suburbs are of ordinary size
ABSENT = "98"  # Pacific islands: thousands of kilometres from any other row
WITH_DISTRICTS = {"75056": "Paris", "13055": "Marseille", "69123": "Lyon"}
EXTRA_CODES = {"75116": "75016"}  # second code of one district

POINT_PRECISION_KM = 1.2  # of a municipality with a point of its own
WRITTEN_PRECISION_KM = 2.0  # of coordinates written from knowledge
SHARED_PRECISION_KM = 2.5  # of a municipality with several postcodes, all at its centre
GUIANA_PRECISION_KM = 40.0  # of municipalities as large as departments
ESTIMATE_FACTOR = 1.5  # of the spread of an EPCI: nine in ten of its municipalities are nearer
NAMESAKE_KM = 40.0


@dataclass(frozen=True, slots=True)
class _Commune:
    code: str
    name: str
    department: str
    postcodes: tuple[str, ...]
    population: int


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a municipality, or its part with one postcode, lies, and how well that is known."""

    at: tuple[float, float]
    precision_km: float
    known: bool
    postcode: str = ""


def french_rows(etalab: Path, facts: Path, places: list[Place]) -> list[Row]:
    """Return one row per French postcode.

    Parameters
    ----------
    etalab
        Folder with ``communes.json``, ``epci.json`` of @etalab/decoupage-administratif.
    facts
        ``france.csv``: municipalities, or their parts with one postcode, with coordinates.
    places
        Places of GeoNames.
    """
    records = _read(etalab / "communes.json")
    communes = _communes(records)
    french = [place for place in places if place.country != "BE"]
    known = _known_spots(communes, records, french)
    written = _written_spots(facts)
    known |= {commune: spot for (commune, postcode), spot in written.items() if not postcode}
    spots = {**_estimates(communes, _read(etalab / "epci.json"), known), **known}
    of_code: dict[str, list[_Commune]] = defaultdict(list)
    for commune in communes:
        for postcode in commune.postcodes:
            of_code[postcode].append(commune)
    rows = [
        _row(
            postcode,
            [
                (commune, written.get((commune.code, postcode), spots[commune.code]))
                for commune in sharing
            ],
        )
        for postcode, sharing in of_code.items()
    ]
    by_code = {row.postcode: row for row in rows}
    rows += [
        by_code[other]._replace(postcode=extra)
        for extra, other in EXTRA_CODES.items()
        if extra not in by_code
    ]
    return rows


def _row(postcode: str, sharing: Sequence[tuple[_Commune, _Spot]]) -> Row:
    """Return the mean by population of the municipalities with a known point, else of all."""
    used = [pair for pair in sharing if pair[1].known] or list(sharing)
    weights = np.array([commune.population + 1.0 for commune, _ in used])
    points = points_of(spot.at for _, spot in used)
    centre = weighted_mean(points, weights)
    precisions = [
        spot.precision_km
        if spot.postcode or len(commune.postcodes) == 1
        else max(spot.precision_km, SHARED_PRECISION_KM)
        for commune, spot in used
    ]
    own = float(np.average(precisions, weights=weights))
    # Municipalities without a point pull the true mean away by their share of the inhabitants.
    inhabitants = sum(commune.population + 1.0 for commune, _ in sharing)
    unknown = 1.0 - float(weights.sum()) / inhabitants
    spread = max(spread_km(points, centre, weights), 5.0)
    precision = float(np.hypot(own, 2.0 * unknown * spread))
    place = max(sharing, key=lambda pair: (pair[0].population, pair[0].name))[0].name
    latitude, longitude = float(centre[0]), float(centre[1])
    return Row("FR", postcode, place, latitude, longitude, round(precision, 1))


def _known_spots(
    communes: list[_Commune], records: list[dict[str, Any]], places: list[Place]
) -> dict[str, _Spot]:
    """Return where GeoNames has each municipality: by code, then by name inside its department."""
    current = {
        record["code"]: record["chefLieu"] for record in records if "chefLieu" in record
    }  # old municipalities
    of_code: dict[str, list[Place]] = defaultdict(list)
    of_name: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for place in places:
        if place.municipality:
            of_code[current.get(place.municipality, place.municipality)].append(place)
        department = place.department or place.country
        of_name[department, plain_name(place.name)].append(place)
    known: dict[str, _Spot] = {}
    for commune in communes:
        found = of_code.get(commune.code, [])
        if found:
            known[commune.code] = _spot(commune, found)
    codes = {commune.code for commune in communes}
    near_department = _department_points(communes, known)
    for commune in communes:
        if commune.code in known:
            continue
        overseas = OVERSEAS.get(commune.department)
        name = plain_name(commune.name)
        same = [
            place
            for place in of_name.get((overseas or commune.department, name), [])
            if place.municipality not in codes
        ]
        if not same and not overseas:
            # Places without codes: only one that lies among those of the department.
            around = near_department.get(commune.department)
            same = [
                place
                for place in of_name.get(("FR", name), [])
                if around is not None
                and distances_km(around, (place.latitude, place.longitude)).min() < NAMESAKE_KM
            ]
        if same:
            known[commune.code] = _spot(commune, same)
    known.update(_districts(communes, places))
    return known


def _written_spots(facts: Path) -> dict[tuple[str, str], _Spot]:
    """Return the spots of france.csv by municipality and postcode; "" where it is the whole."""
    written = {}
    with facts.open(encoding="utf-8", newline="") as file:
        for fact in csv.DictReader(file):
            at = (float(fact["latitude"]), float(fact["longitude"]))
            vast = fact["commune"].startswith(GUIANA)
            precision = GUIANA_PRECISION_KM if vast else WRITTEN_PRECISION_KM
            spot = _Spot(at, precision, known=True, postcode=fact["postcode"])
            written[fact["commune"], fact["postcode"]] = spot
    return written


def _spot(commune: _Commune, found: list[Place]) -> _Spot:
    """Return the place of the municipality's own name, else the mean of its places."""
    whole = [place for place in found if not place.section] or found
    name = plain_name(commune.name)
    namesakes = [place for place in whole if plain_name(place.name) == name]
    vast = commune.department == GUIANA and commune.code not in GUIANA_TOWNS
    precision = GUIANA_PRECISION_KM if vast else POINT_PRECISION_KM
    if namesakes:
        best = max(namesakes, key=lambda place: place.population)
        return _Spot((best.latitude, best.longitude), precision, known=True)
    points = points_of((place.latitude, place.longitude) for place in whole)
    weights = [place.population + 1.0 for place in whole]
    centre = weighted_mean(points, weights)
    precision = max(precision, spread_km(points, centre, weights))
    return _Spot((float(centre[0]), float(centre[1])), precision, known=True)


def _districts(communes: list[_Commune], places: list[Place]) -> dict[str, _Spot]:
    """Return the points of the districts of Paris, Marseille and Lyon: ``Lyon 03``, ``Paris 03 ..``."""
    spots = {}
    for commune in communes:
        city, _, rest = commune.name.partition(" ")
        if city not in WITH_DISTRICTS.values() or "Arrondissement" not in rest:
            continue
        number = int("".join(letter for letter in rest.split()[0] if letter.isdigit()))
        for place in places:
            if place.name == f"{city} {number:02}" or place.name.startswith(f"{city} {number:02} "):
                at = (place.latitude, place.longitude)
                spots[commune.code] = _Spot(at, POINT_PRECISION_KM, known=True)
    return spots


def _estimates(
    communes: list[_Commune], groups: list[dict[str, Any]], known: dict[str, _Spot]
) -> dict[str, _Spot]:
    """Return a spot for every municipality: the middle of its EPCI, else of its department."""
    group_of = {member["code"]: group["code"] for group in groups for member in group["membres"]}
    points: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for commune in communes:
        spot = known.get(commune.code)
        if spot is not None:
            points[commune.department].append(spot.at)
            # An EPCI may reach over a border; its part in the department is nearer.
            points[f"{group_of.get(commune.code)}/{commune.department}"].append(spot.at)
    estimates = {}
    for commune in communes:
        around = points.get(f"{group_of.get(commune.code)}/{commune.department}")
        around = around or points.get(commune.department)
        if around is None:
            continue
        array = points_of(around)
        centre = np.median(array, axis=0)
        spread = max(spread_km(array, centre, np.ones(len(array))), 4.0)
        at = (float(centre[0]), float(centre[1]))
        estimates[commune.code] = _Spot(at, ESTIMATE_FACTOR * spread, known=False)
    return estimates


def _department_points(communes: list[_Commune], known: dict[str, _Spot]) -> dict[str, Points]:
    points: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for commune in communes:
        if commune.code in known:
            points[commune.department].append(known[commune.code].at)
    return {department: points_of(at) for department, at in points.items()}


def _communes(records: list[dict[str, Any]]) -> list[_Commune]:
    """Return municipalities and districts that have postcodes."""
    return [
        _Commune(
            code=record["code"],
            name=record["nom"],
            department=record["departement"],
            postcodes=tuple(record["codesPostaux"]),
            population=int(record.get("population", 0)),
        )
        for record in records
        if record.get("codesPostaux")
        and record["code"] not in WITH_DISTRICTS
        and not record["code"].startswith(ABSENT)
    ]


def _read(path: Path) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return loaded
