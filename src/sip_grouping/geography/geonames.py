"""Postal tables of GeoNames: its dump as text, or as the package pgeocode keeps it.

Comes in: the text of a dump, or country codes. Goes out: one `PostcodePoint` per postcode, or
`InputError` with every finding.

A dump has several rows for most codes, one per locality, some of them far off. They become one
point: CEDEX rows give way to ordinary ones, estimated coordinates (accuracy below 4) to better
ones; then the mean is taken of the rows near their median, and the precision is the distance within
which nine in ten of the rows lie.
"""

import importlib
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from sip_grouping.errors import InputError
from sip_grouping.findings import Finding, finding
from sip_grouping.geography.distance import distances_m
from sip_grouping.geography.postcode import PostcodePoint, normalise_postcode

_COLUMNS = 12
_USED_COLUMNS = ("country_code", "postal_code", "place_name", "latitude", "longitude", "accuracy")
_USED_POSITIONS = (0, 1, 2, 9, 10, 11)
_COUNTRIES = {"BE": "BE", **dict.fromkeys(("FR", "GF", "GP", "MQ", "RE", "YT"), "FR")}
_KNOWN_PLACE_ACCURACY = 4  # GeoNames: 1 estimated, 4 a known place, 6 centroid of addresses

_KNOWN_PRECISION_KM = 2.0
_ESTIMATED_PRECISION_KM = 10.0
_SPREAD_SHARE = 90
_OUTLIER_FACTOR = 3.0  # times the median distance from the median point
_OUTLIER_FLOOR_M = 2000.0


def looks_like_dump(text: str) -> bool:
    """Whether the first line is a row of a postal dump: twelve columns, tabs, no header."""
    first_line = text.partition("\n")[0]
    return first_line.count("\t") == _COLUMNS - 1 and "postcode" not in first_line.lower()


def dump_points(text: str, file: str) -> list[PostcodePoint]:
    """Read the text of a postal dump; rows of other countries are passed over.

    Parameters
    ----------
    text
        Tab separated, twelve columns, no header.
    file
        Name to give in findings.

    Raises
    ------
    InputError
        A row is malformed, or none is of Belgium or France.
    """
    findings: list[Finding] = []
    rows: list[_Row] = []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        if not line:
            continue
        cells = line.split("\t")
        if len(cells) == _COLUMNS:
            used = [cells[position] for position in _USED_POSITIONS]
            rows += _rows_from(used, number, file, findings)
            continue
        findings.append(finding("malformed-row", file, number, cells=len(cells), wanted=_COLUMNS))
    if findings:
        raise InputError(findings)
    return _merged(rows, file)


def pgeocode_points(countries: Sequence[str]) -> list[PostcodePoint]:
    """Read the tables of the package pgeocode, which downloads those it does not have yet.

    Raises
    ------
    InputError
        pgeocode is not installed, a country is none of Belgium and France, or a download failed.
    """
    unknown = [country for country in countries if country not in _COUNTRIES]
    if unknown:
        raise InputError(
            finding(
                "unknown-country",
                "pgeocode",
                value=country,
                variant="pgeocode",
                codes=tuple(_COUNTRIES),
            )
            for country in unknown
        )
    try:
        pgeocode = importlib.import_module("pgeocode")
    except ImportError as error:
        raise InputError([finding("pgeocode-missing")]) from error
    rows: list[_Row] = []
    findings: list[Finding] = []
    for country in countries:
        try:
            # The only table with every locality; its public queries take one code at a time.
            data = pgeocode.Nominatim(country, unique=False)._data  # noqa: SLF001
        except OSError as error:
            failed = finding("download-failed", "pgeocode", value=country, reason=str(error))
            findings.append(failed)
            continue
        columns = [data[column] for column in _USED_COLUMNS]
        for number, values in enumerate(zip(*columns, strict=True), start=1):
            rows += _rows_from([str(value) for value in values], number, "pgeocode", findings)
    if findings:
        raise InputError(findings)
    return _merged(rows, "pgeocode")


@dataclass(frozen=True, slots=True)
class _Row:
    """One locality of a GeoNames dump."""

    country: str
    postcode: str
    cedex: bool
    place: str
    latitude: float
    longitude: float
    known_place: bool


def _rows_from(used: list[str], number: int, file: str, findings: list[Finding]) -> list[_Row]:
    """Return the locality of one row; none for another country, or after a finding."""
    land, code, place, latitude, longitude, accuracy = used
    country = _COUNTRIES.get(land)
    if country is None:
        return []
    degrees = []
    for column, text, limit in (("latitude", latitude, 90), ("longitude", longitude, 180)):
        value = finite_number(text)
        if value is not None and abs(value) <= limit:
            degrees.append(value)
            continue
        variant = f"{column}-of-geonames"
        wrong = finding("malformed-coordinate", file, number, column, text, variant=variant)
        findings.append(wrong)
    if len(degrees) < 2:
        return []
    row = _Row(
        country=country,
        postcode=normalise_postcode(country, code),
        cedex="CEDEX" in code.upper(),
        place=place,
        latitude=degrees[0],
        longitude=degrees[1],
        known_place=(finite_number(accuracy) or 0) >= _KNOWN_PLACE_ACCURACY,
    )
    return [row]


def _merged(rows: Iterable[_Row], file: str) -> list[PostcodePoint]:
    """Return one point per code, in the order in which the codes first appear."""
    of_code: dict[tuple[str, str], list[_Row]] = defaultdict(list)
    for row in rows:
        of_code[row.country, row.postcode].append(row)
    if not of_code:
        raise InputError([nothing_inside(file)])
    return [_merged_point(list(same)) for same in of_code.values()]


def _merged_point(rows: list[_Row]) -> PostcodePoint:
    rows = [row for row in rows if not row.cedex] or rows
    rows = [row for row in rows if row.known_place] or rows
    latitudes = np.array([row.latitude for row in rows])
    longitudes = np.array([row.longitude for row in rows])
    from_median = distances_m(
        latitudes, longitudes, float(np.median(latitudes)), float(np.median(longitudes))
    )
    near = from_median <= max(_OUTLIER_FACTOR * float(np.median(from_median)), _OUTLIER_FLOOR_M)
    latitude = round(float(np.mean(latitudes[near])), 5)
    longitude = round(float(np.mean(longitudes[near])), 5)
    to_point = distances_m(latitudes, longitudes, latitude, longitude)
    nearest = min(range(len(rows)), key=lambda at: (to_point[at], rows[at].place))
    floor_km = _KNOWN_PRECISION_KM if rows[0].known_place else _ESTIMATED_PRECISION_KM
    spread_km = float(np.percentile(to_point, _SPREAD_SHARE)) / 1000
    return PostcodePoint(
        country=rows[0].country,
        postcode=rows[0].postcode,
        place=rows[nearest].place,
        latitude=latitude,
        longitude=longitude,
        precision_km=round(max(floor_km, spread_km), 1),
    )


def nothing_inside(file: str) -> Finding:
    """Return the finding of a table without a row of either country."""
    return finding("empty-table", file)


def finite_number(text: str) -> float | None:
    """Return the number a text holds, or None where it holds none that is finite."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
