"""The outlines of Belgium's provinces and France's regions, from the table in the package.

Comes in: nothing. Goes out: `outlines()`, frozen, read from disk once. Longitude before latitude, WGS-84
degrees, about 700 m from the true border (`data/outlines` of the project says how they are made).
"""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from sip_grouping.frozen import Frozen

Ring = tuple[tuple[float, float], ...]
"""Corners of a closed line, longitude and latitude; the last one is the first again."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One province or region.

    Attributes
    ----------
    id
        Its code of ISO 3166-2, such as ``BE-VAN``.
    names
        By language: nl, fr and en.
    rings
        Its borders, those of holes among them: drawn with the even-odd rule.
    """

    id: str
    country: str
    overseas: bool
    names: Mapping[str, str]
    rings: tuple[Ring, ...]

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east and north."""
        corners = [corner for ring in self.rings for corner in ring]
        longitudes, latitudes = zip(*corners, strict=True)
        return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


@cache
def outlines() -> tuple[Outline, ...]:
    """Return all outlines: Belgium, France's mainland with Corsica, then its regions overseas."""
    packed = resources.files("sip_grouping").joinpath("tables", "outlines.json.gz").read_bytes()
    found = []
    for feature in json.loads(gzip.decompress(packed))["features"]:
        about, geometry = feature["properties"], feature["geometry"]
        polygons = geometry["coordinates"]
        if geometry["type"] == "Polygon":
            polygons = [polygons]
        rings = tuple(
            tuple((longitude, latitude) for longitude, latitude in ring)
            for polygon in polygons
            for ring in polygon
        )
        names = Frozen(about["name"])
        found.append(Outline(feature["id"], about["country"], about["overseas"], names, rings))
    return tuple(found)
