"""An own postcode table, read from a CSV file, or from a GeoNames dump when it is one.

Comes in: a path. Goes out: one `PostcodePoint` per postcode, or `InputError` with every finding of
the file. GeoNames dumps are understood in `geonames`; how a postcode is looked up is in `geography`.
"""

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from sip_grouping.catalogue import Parameter
from sip_grouping.errors import InputError
from sip_grouping.files.lines import MalformedRowError, csv_lines
from sip_grouping.findings import Finding, finding
from sip_grouping.geography.geonames import (
    dump_points,
    finite_number,
    looks_like_dump,
    nothing_inside,
)
from sip_grouping.geography.postcode import (
    CODE_DIGITS,
    PostcodePoint,
    lost_zero,
    normalise_postcode,
)

REQUIRED_COLUMNS = ("country", "postcode", "latitude", "longitude")

_OWN_PRECISION_KM = 1.0  # of an own table that says nothing
_GEONAMES_README = "readme.txt"
# What unpacking raises, by the way of packing; ValueError and OSError where offsets lead nowhere.
_DAMAGED_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    OverflowError,
    struct.error,
)


def read_points(path: Path) -> list[PostcodePoint]:
    """Read a postcode table.

    Parameters
    ----------
    path
        One of: a CSV table (UTF-8, a byte-order mark accepted; comma, semicolon or tab; a decimal
        comma unless the comma separates) with the columns country, postcode, latitude, longitude
        and, where wanted, place and precision_km; a GeoNames postal dump such as ``BE.zip``; the
        text file inside such a dump.

    Returns
    -------
    list of PostcodePoint
        One per country and postcode, in the order of the file.

    Raises
    ------
    InputError
        The file is missing or cannot be read; holds every finding, with row and column.
    """
    if path.suffix.lower() == ".zip":
        return dump_points(_zipped_text(path), path.name)
    text = _decoded(_read_bytes(path), path.name)
    if looks_like_dump(text):
        return dump_points(text, path.name)
    return _own_points(text, path.name)


def _own_points(text: str, file: str) -> list[PostcodePoint]:
    separator = max(",;\t", key=text.partition("\n")[0].count)
    try:
        lines = csv_lines(text, separator)
    except MalformedRowError as error:
        wrong = finding("malformed-csv", file, error.row, variant="postcodes", reason=error.reason)
        raise InputError([wrong]) from error
    header = [name.strip().lower() for name in lines[0]] if lines else []
    missing = [column for column in REQUIRED_COLUMNS if column not in header]
    if missing:
        raise InputError(
            finding("missing-column", file, 1, column, variant="postcodes", needed=REQUIRED_COLUMNS)
            for column in missing
        )
    findings: list[Finding] = []
    points: dict[tuple[str, str], PostcodePoint] = {}
    first_row: dict[tuple[str, str], int] = {}
    for number, values in enumerate(lines[1:], start=2):
        if not any(value.strip() for value in values):
            continue
        cells = dict(zip(header, (value.strip() for value in values), strict=False))
        row = _OwnRow(cells, number, file, decimal_comma=separator != ",")
        point = row.point()
        findings += row.findings
        if point is None:
            continue
        key = (point.country, point.postcode)
        if key in points:
            place = (file, number, "postcode", cells["postcode"])
            findings.append(finding("duplicate-postcode", *place, other=first_row[key]))
        points.setdefault(key, point)
        first_row.setdefault(key, number)
    if not points and not findings:
        findings.append(nothing_inside(file))
    if findings:
        raise InputError(findings)
    return list(points.values())


class _OwnRow:
    """One row of an own table, and what is wrong with it."""

    def __init__(
        self, cells: Mapping[str, str], number: int, file: str, *, decimal_comma: bool
    ) -> None:
        self._cells = cells
        self._number = number
        self._file = file
        self._decimal_comma = decimal_comma
        self.findings: list[Finding] = []

    def point(self) -> PostcodePoint | None:
        """Return the point, or None where the row has findings."""
        country = self._cells.get("country", "").upper()
        if not re.fullmatch(r"[A-Z]{2}", country):
            self._find("unknown-country", "country", "postcodes")
        postcode = self._postcode(country)
        latitude = self._degrees("latitude", 90)
        longitude = self._degrees("longitude", 180)
        precision = self._precision()
        if latitude is None or longitude is None:
            return None
        # Of other countries nobody knows where they have to lie.
        if country in CODE_DIGITS and _look_swapped(latitude, longitude):
            self._find("swapped-coordinates", "latitude")
        if self.findings or precision is None:
            return None
        place = self._cells.get("place", "")
        return PostcodePoint(country, postcode, place, latitude, longitude, precision)

    def _postcode(self, country: str) -> str:
        postcode = normalise_postcode(country, self._cells.get("postcode", ""))
        digits = CODE_DIGITS.get(country)
        if digits is None and not postcode:
            self._find("malformed-postcode", "postcode", "missing")
        if digits is not None and not re.fullmatch(rf"\d{{{digits}}}", postcode, re.ASCII):
            with_zero = lost_zero(country, postcode)
            if with_zero is None:
                self._find("malformed-postcode", "postcode", digits=digits)
            else:
                self._find("malformed-postcode", "postcode", "lost-zero", zero=with_zero)
        return postcode

    def _degrees(self, column: str, limit: int) -> float | None:
        value = self._number_in(column)
        if value is not None and abs(value) <= limit:
            return value
        self._find("malformed-coordinate", column, column, limit=limit)
        return None

    def _precision(self) -> float | None:
        if not self._cells.get("precision_km"):
            return _OWN_PRECISION_KM
        value = self._number_in("precision_km")
        if value is not None and value >= 0:
            return value
        self._find("malformed-precision", "precision_km")
        return None

    def _number_in(self, column: str) -> float | None:
        text = self._cells.get(column, "")
        return finite_number(text.replace(",", ".") if self._decimal_comma else text)

    def _find(self, code: str, column: str, variant: str = "", **parameters: Parameter) -> None:
        self.findings.append(
            finding(
                code, self._file, self._number, column, self._cells.get(column, ""),
                sheet=None, variant=variant, **parameters,
            )
        )  # fmt: skip


def _zipped_text(path: Path) -> str:
    packed = _read_bytes(path)
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            names = list(_tables_in(archive))
            texts = [_decoded(archive.read(name), f"{path.name}/{name}") for name in names]
    except _DAMAGED_ARCHIVE as error:
        raise InputError([finding("not-a-zip", path.name)]) from error
    return "\n".join(texts)


def _tables_in(archive: zipfile.ZipFile) -> Iterator[str]:
    for name in archive.namelist():
        if name.lower().endswith(".txt") and Path(name).name.lower() != _GEONAMES_README:
            yield name


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        reason = str((error.strerror if isinstance(error, OSError) else None) or error)
        wrong = finding("unreadable-file", path.name, variant="postcodes", reason=reason)
        raise InputError([wrong]) from error


def _decoded(packed: bytes, file: str) -> str:
    try:
        return packed.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        wrong = finding("not-utf8", file, variant="postcodes", byte=error.start)
        raise InputError([wrong]) from error


def _look_swapped(latitude: float, longitude: float) -> bool:
    """Whether the point is not in Europe's west but would be, were the two exchanged."""
    return not _in_the_west(latitude, longitude) and _in_the_west(longitude, latitude)


def _in_the_west(latitude: float, longitude: float) -> bool:
    return 41 <= latitude <= 52 and -6 <= longitude <= 10
