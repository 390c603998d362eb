"""Where members and offices live: their postcodes and coordinates, as read and as looked up.

Comes in: rows with a postcode or coordinates. Goes out: postcodes as tables write them, and, once all rows
are read, the locations of all, with findings where a code is none and warnings where a place is taken
that is not certain.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sip_grouping.edition.locate import Locator, approximate
from sip_grouping.edition.towns import nearness_m
from sip_grouping.files.workbook import NumberCell
from sip_grouping.geography import lost_zero
from sip_grouping.geography.distance import Coordinates, distance_m, distances_m
from sip_grouping.geography.postcode import read_postcode
from sip_grouping.reading.cells import RowReader


@dataclass(frozen=True, slots=True)
class Asked:
    """A row whose postcode is to be looked up; `written`: what stands in its cell."""

    reader: RowReader
    code: str
    country: str
    own: tuple[float, float] | None
    written: str


class Spots:
    """Reads postcodes and coordinates row by row; looks all up at the end."""

    def __init__(self) -> None:
        self._asked: list[Asked] = []
        self._towns: dict[tuple[str, str], set[tuple[str, bool]]] = defaultdict(set)

    def read(self, reader: RowReader, country: str) -> dict[str, object]:
        """Return postcode, latitude and longitude of a row, as fields of its record."""
        text = reader.required("postcode")
        written = read_postcode(country, text)
        code = written.code
        number = isinstance(reader.row.cells.get("postcode"), NumberCell)
        if number or "postcode" in reader.table.whole_numbers:
            # A whole number has lost the zeros before it for certain.
            code = lost_zero(country, code) or code
        own = self._coordinates(reader)
        if code and country:
            text = reader.row.written.get("postcode", reader.row["postcode"]).strip()
            self._asked.append(Asked(reader, code, country, own, text))
            if written.town or written.cedex:
                self._towns[country, code].add((written.town, written.cedex))
        latitude, longitude = own or (None, None)
        return {"postcode": code, "latitude": latitude, "longitude": longitude}

    def ask(
        self, reader: RowReader, country: str, code: str, own: tuple[float, float] | None
    ) -> None:
        """Ask for the postcode of a row that holds the code alone."""
        self._asked.append(Asked(reader, code, country, own, code))

    def asked_last(self, reader: RowReader) -> Asked | None:
        """Return how the postcode of the row that was read last is asked for; None where it says none."""
        return self._asked[-1] if self._asked and self._asked[-1].reader is reader else None

    def _coordinates(self, reader: RowReader) -> tuple[float, float] | None:
        row = reader.row
        for one, other in (("latitude", "longitude"), ("longitude", "latitude")):
            if row[one] and not row[other]:
                reader.wrong("half-a-position", other)
        latitude, longitude = reader.number("latitude"), reader.number("longitude")
        if latitude is None or longitude is None:
            return None
        wrong = _wrong_with(latitude, longitude)
        if wrong is not None:
            reader.wrong(wrong.code, wrong.field, variant=wrong.variant)
            return None
        return latitude, longitude

    def look_up(self, locator: Locator) -> None:
        """Look all postcodes up; what there is to say goes to the readers of the rows."""
        pairs = sorted({(one.country, one.code) for one in self._asked})
        for country, code in pairs:
            said = self._towns.get((country, code), set())
            names = {name for name, _ in said if name}
            # A town counts where all who name one name the same.
            town = next(iter(names)) if len(names) == 1 else ""
            locator.find(country, code, town=town, cedex=any(cedex for _, cedex in said))
        exact = {
            (country, code)
            for country, code in pairs
            if (found := locator.find(country, code)) is not None and found.exact
        }
        for one in self._asked:
            if one.written != one.code or (one.country, one.code) not in exact:
                _say_of_postcode(one, locator)
        self._say_of_positions(locator)

    def _say_of_positions(self, locator: Locator) -> None:
        """Compare coordinates with the postcode they stand beside."""
        pairs = [
            (one, one.own, located)
            for one in self._asked
            if one.own is not None and (located := locator.find(one.country, one.code)) is not None
        ]
        if not pairs:
            return
        own = np.array([spot for _, spot, _ in pairs])
        table = np.array([(one.point.latitude, one.point.longitude) for _, _, one in pairs])
        away = distances_m(own[:, 0], own[:, 1], table[:, 0], table[:, 1])
        for (one, spot, located), metres in zip(pairs, away, strict=True):
            near_m = nearness_m(0.0 if located.exact else located.likely_error_km)
            if metres <= near_m:
                continue
            point = located.point
            turned = (
                distance_m(Coordinates(spot[1], spot[0]), point.coordinates)
                if abs(spot[1]) <= 90
                else None
            )
            if turned is not None and turned <= near_m:
                one.reader.wrong("swapped-coordinates", "latitude")
            else:
                one.reader.warn(
                    "far-from-postcode",
                    "latitude",
                    km=float(metres) / 1000,
                    code=one.code,
                    place=point.place,
                    **_whose(one.reader),
                )


class _Wrong(NamedTuple):
    code: str
    field: str
    variant: str = ""


def _wrong_with(latitude: float, longitude: float) -> _Wrong | None:
    """Return what is wrong with coordinates, whatever the postcode beside them."""
    if latitude == longitude == 0:
        return _Wrong("null-island", "latitude")
    if abs(latitude) > 90 or abs(longitude) > 180:
        outside = "latitude" if abs(latitude) > 90 else "longitude"
        swapped = _in_the_west(longitude, latitude)
        return _Wrong("out-of-range", outside, "globe-swapped" if swapped else "globe")
    if _in_the_west(longitude, latitude) and not _in_the_west(latitude, longitude):
        return _Wrong("swapped-coordinates", "latitude")
    return None


def may_be_a_home(latitude: float, longitude: float) -> bool:
    """Return whether nothing is to be said of coordinates alone."""
    return _wrong_with(latitude, longitude) is None


def _say_of_postcode(one: Asked, locator: Locator) -> None:
    reader = one.reader
    located = locator.find(one.country, one.code)
    written = one.written
    if located is None:
        if one.own is None:
            variant, given = locator.unknown(one.country, one.code)
            reader.wrong("unknown-postcode", "postcode", variant=variant, **given)
        elif written != one.code:
            reader.warn("postcode-read", "postcode", variant="unknown", code=one.code)
    elif not located.exact and one.own is None:
        variant, given = approximate(located)
        reader.warn("approximate-postcode", "postcode", variant=variant, **given)
    elif written != one.code and "postcode" not in reader.table.whole_numbers:
        reader.warn("postcode-read", "postcode", code=one.code, place=located.point.place)


def _whose(reader: RowReader) -> dict[str, str]:
    """Return whose row it is, so that the same thing is not told again of its record."""
    if "office_id" in reader.table.titles:
        return {"office": reader.text("office_id")}
    return {"member": reader.text("member_id")}


def _in_the_west(latitude: float, longitude: float) -> bool:
    """Return whether a point lies in the west of Europe."""
    return 41 <= latitude <= 52 and -6 <= longitude <= 10
