"""Postcode tables: where a postcode lies, exactly or by its prefix.

Comes in: a country and a postcode as text. Goes out: `Located`, a point in WGS-84 degrees
that says whether the very code was known or a prefix of it, and how far off it may be. The table is
the one in the package, an own file or a GeoNames dump (read in `files` and `geonames`). The
module knows no members and no offices; nothing is read from disk when it is imported.
"""

import csv
import gzip
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Self

import numpy as np

from sip_grouping.geography.distance import distances_m
from sip_grouping.geography.postcode import (
    CODE_DIGITS,
    PostcodePoint,
    normalise_postcode,
)
from sip_grouping.text import key_of, tokens_of

_SHORTEST_PREFIX = {"BE": 2, "FR": 2}
_OVERSEAS_PREFIX = 3  # 971 to 976 and 98x lie an ocean apart
# Chosen so that nine in ten rows of the table, each hidden in turn, lie within the likely error.
_SPREAD_SHARE = 95  # per cent of the codes under a prefix that lie within it
_ERROR_OF_A_TOWN_KM = 5.0  # of a code of which only the town is known
_FEW_CODES = 12  # so few that their own spread says little about a code that is not among them


@dataclass(frozen=True, slots=True)
class Located:
    """A postcode that was looked up.

    Attributes
    ----------
    point
        Where it lies. Under a prefix: the mean of the codes that share it, named after the one
        nearest to that mean.
    matched
        The code or the prefix that was found in the table.
    exact
        Whether `matched` is the whole code.
    likely_error_km
        How far off the point may be: the precision of the row, or the spread of the prefix.
    """

    point: PostcodePoint
    matched: str
    exact: bool
    likely_error_km: float


class PostcodeTable:
    """Points by country and postcode; does not change after it is made.

    Parameters
    ----------
    points
        One per country and postcode.

    Raises
    ------
    ValueError
        Two points have one country and postcode.
    """

    def __init__(self, points: Iterable[PostcodePoint]) -> None:
        self._points: dict[tuple[str, str], PostcodePoint] = {}
        for point in points:
            if self._points.setdefault((point.country, point.postcode), point) is not point:
                raise ValueError(f"postcode {point.country} {point.postcode} is given twice")
        self._prefixes: dict[tuple[str, str], list[PostcodePoint]] | None = None
        self._towns: dict[tuple[str, str], list[PostcodePoint]] | None = None

    @classmethod
    def bundled(cls) -> "PostcodeTable":
        """Return the table of the package, read once."""
        return _bundled_table()

    @classmethod
    def from_file(cls, path: Path | str) -> Self:
        """Read an own table, or a GeoNames postal dump as it is.

        See `postcode_files.read_points` for the formats and for how rows of one code are merged.

        Raises
        ------
        InputError
            The file cannot be read as either; holds every finding.
        """
        from sip_grouping.geography.files import read_points  # noqa: PLC0415 - it imports this one

        return cls(read_points(Path(path)))

    @classmethod
    def from_pgeocode(cls, countries: Sequence[str] = ("BE", "FR")) -> Self:
        """Read the tables that the package pgeocode keeps, or downloads from GeoNames.

        Parameters
        ----------
        countries
            ISO codes; GF, GP, MQ, RE and YT are overseas France and become FR.

        Raises
        ------
        InputError
            The optional package is not installed, or a table cannot be had.
        """
        from sip_grouping.geography.geonames import pgeocode_points  # noqa: PLC0415 - see from_file

        return cls(pgeocode_points(countries))

    def overlay(self, other: "PostcodeTable") -> "PostcodeTable":
        """Return a table of both, in which the points of `other` win."""
        return PostcodeTable({**self._points, **other._points}.values())  # noqa: SLF001

    def locate(
        self, country: str, postcode: str, *, town: str = "", cedex: bool = False
    ) -> Located | None:
        """Find a postcode, or else the longest prefix that any code of the country shares.

        Special codes (CEDEX, large receivers) are no places and stand in no table, so a code of the
        right length that is not known falls back to its prefix: two digits at least, three for
        overseas France. A code of any other length is a mistake and is not guessed.

        Parameters
        ----------
        country
            ``BE`` or ``FR``, or the two letters of another one, of which an own table has codes: those
            are found as they stand there, and none is guessed.
        postcode
            As it was written; it is normalised here.
        town
            What stood beside it. A code that is not known lies in the town of this name in the same
            department, of Belgium: in the country.
        cedex
            Whether the code is said to be one of large receivers: where no town helps, it lies in the
            prefecture of its department.

        Returns
        -------
        Located or None
            None when the code is no postcode of the country, or not even its prefix is known.
        """
        code = normalise_postcode(country, postcode)
        point = self._points.get((country, code))
        if point is not None:
            return Located(point, code, exact=True, likely_error_km=point.precision_km)
        if len(code) != CODE_DIGITS.get(country) or not re.fullmatch(r"\d+", code, re.ASCII):
            return None
        named = self._named(country, code, town)
        if named is None and cedex:
            named = self._prefecture(code)
        if named is not None:
            error_km = max(named.precision_km, _ERROR_OF_A_TOWN_KM)
            return Located(
                replace(named, postcode=code, precision_km=error_km),
                named.postcode,
                exact=False,
                likely_error_km=error_km,
            )
        for length in range(len(code) - 1, _shortest_prefix(country, code) - 1, -1):
            sharing = self._sharing(country, code[:length])
            if sharing:
                return self._from_prefix(country, code, code[:length], sharing)
        return None

    def __len__(self) -> int:
        return len(self._points)

    def __iter__(self) -> Iterator[PostcodePoint]:
        return iter(self._points.values())

    def __contains__(self, key: object) -> bool:
        """Whether a (country, postcode) as the table writes it has a row."""
        return key in self._points

    def __repr__(self) -> str:
        counts = {country: 0 for country, _ in self._points}
        for country, _ in self._points:
            counts[country] += 1
        inside = ", ".join(f"{country}: {count}" for country, count in sorted(counts.items()))
        return f"PostcodeTable({inside or 'empty'})"

    def _named(self, country: str, code: str, town: str) -> PostcodePoint | None:
        """Return the point of a town's name with the lowest code, in the department of the code."""
        if not key_of(town):
            return None
        if self._towns is None:
            towns: dict[tuple[str, str], list[PostcodePoint]] = defaultdict(list)
            for point in sorted(self._points.values(), key=lambda one: one.postcode):
                for name in (point.place, *point.place.split("/")):
                    towns[point.country, _town_key(name)].append(point)
            self._towns = dict(towns)
        length = _shortest_prefix(country, code) if country == "FR" else 0
        near = (
            point
            for point in self._towns.get((country, _town_key(town)), ())
            if point.postcode[:length] == code[:length]
        )
        return next(near, None)

    def _prefecture(self, code: str) -> PostcodePoint | None:
        """Return the point of the prefecture of a French code's department.

        Its codes end in 000, those of the three towns with arrondissements in 001; overseas in 00.
        """
        prefix = code[: _shortest_prefix("FR", code)]
        ends = ("000", "001") if len(prefix) == _SHORTEST_PREFIX["FR"] else ("00",)
        found = (self._points.get(("FR", f"{prefix}{end}")) for end in ends)
        return next((point for point in found if point is not None), None)

    def _sharing(self, country: str, prefix: str) -> list[PostcodePoint]:
        """Points whose codes start with a prefix. The index is made at the first unknown code."""
        if self._prefixes is None:
            prefixes: dict[tuple[str, str], list[PostcodePoint]] = defaultdict(list)
            for (land, code), point in self._points.items():
                for length in range(1, len(code)):
                    prefixes[land, code[:length]].append(point)
            self._prefixes = dict(prefixes)
        return self._prefixes.get((country, prefix), [])

    def _from_prefix(
        self, country: str, code: str, prefix: str, sharing: list[PostcodePoint]
    ) -> Located:
        latitudes = np.array([point.latitude for point in sharing])
        longitudes = np.array([point.longitude for point in sharing])
        latitude, longitude = float(np.mean(latitudes)), float(np.mean(longitudes))
        to_mean = distances_m(latitudes, longitudes, latitude, longitude)
        error_m = float(np.percentile(to_mean, _SPREAD_SHARE))
        wider, around = prefix, sharing
        while len(around) < _FEW_CODES and len(wider) > _shortest_prefix(country, code):
            # 6943 is known from 69430 alone, which says nothing of 69432: ask the codes around it.
            wider = wider[:-1]
            around = self._sharing(country, wider)
        if around is not sharing:
            to_others = distances_m(
                np.array([point.latitude for point in around]),
                np.array([point.longitude for point in around]),
                latitude,
                longitude,
            )
            error_m = max(error_m, float(np.percentile(to_others, _SPREAD_SHARE)))
        precision_km = float(np.median([point.precision_km for point in sharing]))
        error_km = round(max(error_m / 1000, precision_km), 1)
        nearest = sharing[int(np.argmin(to_mean))]
        point = replace(
            nearest,
            postcode=code,
            latitude=round(latitude, 5),
            longitude=round(longitude, 5),
            precision_km=error_km,
        )
        return Located(point, prefix, exact=False, likely_error_km=error_km)


def _town_key(name: str) -> str:
    """Return what the names of towns are compared by: Saint and St, and Paris of any number, alike."""
    plain = _NUMBERED.sub("", name)
    words = [_SAINTS.get(word, word) for word in tokens_of(plain)]
    return "".join(words)


_NUMBERED = re.compile(r"\s\d+(?:er|e)?\s+arrondissement.*$", re.IGNORECASE)
_SAINTS = {"st": "saint", "ste": "sainte", "sint": "saint"}


def _shortest_prefix(country: str, code: str) -> int:
    if country == "FR" and code.startswith(("97", "98")):
        return _OVERSEAS_PREFIX
    return _SHORTEST_PREFIX[country]


@cache
def _bundled_table() -> PostcodeTable:
    packed = resources.files("sip_grouping").joinpath("tables", "postcodes.csv.gz").read_bytes()
    text = io.StringIO(gzip.decompress(packed).decode("utf-8"), newline="")
    rows = csv.reader(text)
    next(rows)
    return PostcodeTable(
        PostcodePoint(country, code, place, float(latitude), float(longitude), float(precision))
        for country, code, place, latitude, longitude, precision in rows
    )
