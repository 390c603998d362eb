"""The outlines in the package: whole, light, and near the truth.

They are compared with an independent reference outside the project, where there is one.
"""

import gzip
import json
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sip_grouping.report.map.outlines import Ring, outlines

REPOSITORY = Path(__file__).resolve().parents[1]
REFERENCE = REPOSITORY.parent / "shared" / "data" / "outlines.geojson"
BY_ID = {one.id: one for one in outlines()}
STEP = 0.02  # degrees between the points that are asked; about 2 km


def inside(rings: tuple[Ring, ...], points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which points (longitude, latitude) lie within, by counting borders to the east."""
    x, y = points[:, 0], points[:, 1]
    found = np.zeros(len(points), dtype=bool)
    for ring in rings:
        corners = np.asarray(ring)
        for (x1, y1), (x2, y2) in pairwise(corners):
            crossed = (y1 > y) != (y2 > y)
            if y1 != y2:
                found ^= crossed & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    return found


def reference_rings(feature: dict[str, Any]) -> tuple[Ring, ...]:
    coordinates = feature["geometry"]["coordinates"]
    polygons = [coordinates] if feature["geometry"]["type"] == "Polygon" else coordinates
    return tuple(tuple(map(tuple, ring)) for polygon in polygons for ring in polygon)


def test_there_are_all_regions_and_each_is_closed() -> None:
    kinds = {(one.country, one.overseas) for one in BY_ID.values()}
    counts = {
        kind: sum((one.country, one.overseas) == kind for one in BY_ID.values()) for kind in kinds
    }
    assert counts == {("BE", False): 11, ("FR", False): 13, ("FR", True): 5}
    for one in BY_ID.values():
        assert set(one.names) == {"nl", "fr", "en"}
        assert all(one.names.values())
        for ring in one.rings:
            assert ring[0] == ring[-1]
            assert len(set(ring)) >= 3


def test_the_file_is_light_and_holds_no_time() -> None:
    packed = resources.files("sip_grouping").joinpath("tables", "outlines.json.gz").read_bytes()
    assert len(packed) < 150_000
    assert packed[4:8] == b"\0\0\0\0"
    assert json.loads(gzip.decompress(packed))["type"] == "FeatureCollection"


@pytest.mark.parametrize(
    ("region", "longitude", "latitude"),
    [
        ("BE-BRU", 4.3517, 50.8467),
        ("BE-VAN", 4.4025, 51.2194),
        ("BE-VLI", 5.3325, 50.9307),
        ("BE-WLG", 5.5797, 50.6326),
        ("BE-WLX", 5.8128, 49.6833),
        ("FR-IDF", 2.3522, 48.8566),
        ("FR-HDF", 3.0573, 50.6292),
        ("FR-ARA", 4.8357, 45.7640),
        ("FR-COR", 9.1490, 42.3060),
        ("FR-RE", 55.4700, -20.9200),
        ("FR-GP", -61.5800, 16.2300),
    ],
)
def test_cities_lie_in_their_region_and_in_no_other(
    region: str, longitude: float, latitude: float
) -> None:
    point = np.array([[longitude, latitude]])
    assert [one.id for one in outlines() if inside(one.rings, point)[0]] == [region]


def test_bounds_are_those_of_the_corners() -> None:
    assert BY_ID["FR-COR"].bounds == pytest.approx((8.54, 41.36, 9.56, 43.02), abs=0.03)


@pytest.mark.parametrize("region", [one.id for one in outlines() if not one.overseas])
def test_a_region_covers_what_it_covers_in_the_reference(region: str) -> None:
    if not REFERENCE.exists():
        pytest.skip("the reference outlines are not on this machine")
    features = json.loads(REFERENCE.read_text("utf-8"))["features"]
    level = "province" if region.startswith("BE") else "region"
    names = {
        one["properties"]["name"].casefold(): reference_rings(one)
        for one in features
        if one["properties"]["level"] == level
    }
    own = BY_ID[region]
    name = "Bruxelles-Capitale" if region == "BE-BRU" else own.names["fr"]
    reference = names[name.casefold()]
    west, south, east, north = own.bounds
    step = STEP / 4 if region == "BE-BRU" else STEP
    grid = np.meshgrid(np.arange(west, east, step), np.arange(south, north, step))
    points = np.column_stack([axis.ravel() for axis in grid])
    ours, theirs = inside(own.rings, points), inside(reference, points)
    assert ours.sum() > 20
    # The border of a small region is a larger share of it; neither side is the truth there.
    assert (ours != theirs).sum() < 0.05 * theirs.sum()
