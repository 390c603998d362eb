"""One postcode: reading it as it was typed, and the point where it lies.

Comes in: a country and a postcode as text. Goes out: the code as tables write it, and
`PostcodePoint`.
"""

import re
import unicodedata
from dataclasses import dataclass

from sip_grouping.geography.distance import Coordinates

CODE_DIGITS = {"BE": 4, "FR": 5}
"""Digits of a postcode, by country. The keys are the countries of the table in the package."""

_COUNTRY_MARK = {
    "BE": re.compile(r"^(?:BE|B|BELGI\w*)\b[\s.:\-]*(?=\d)|^(?:BE|B)(?=\d)"),
    "FR": re.compile(r"^(?:FR|F|FRANCE)\b[\s.:\-]*(?=\d)|^(?:FR|F)(?=\d)"),
}
_CEDEX = re.compile(r"CEDEX(?:\s*\d{1,2}(?!\d))?")
_ARRONDISSEMENT = re.compile(r"(?<=[^\W\d_] )\d{1,2}\s?(?:ER|E|[EÈ]ME)\b")
_INNER_SPACES = re.compile(r"(?<=\d)\s+(?=\d)")
_OTHER_MARK = re.compile(r"^[A-Z]{1,3}-(?=\d)")
_NUMBERS = re.compile(r"\d+(?:[ .,]\d+)*")
_SPREADSHEET_NUMBER = re.compile(r"(\d+)[.,]0+")
_THOUSANDS = re.compile(r"(\d{1,2})[.,](\d{3})")


@dataclass(frozen=True, slots=True)
class WrittenPostcode:
    """A postcode as somebody wrote it.

    Attributes
    ----------
    code
        As tables write it; the text in capitals where it holds no postcode.
    town
        What stood beside the code, in capitals; empty where nothing did.
    cedex
        Whether it is said to be a code of large receivers, which is no place.
    """

    code: str
    town: str = ""
    cedex: bool = False


def read_postcode(country: str, text: str) -> WrittenPostcode:
    """Return the code in what a member or a spreadsheet wrote, and the town beside it.

    Understood are spaces in the code, the mark of the country itself (``F-75011``, ``B 1000``), a town
    (``75011 Paris``), ``CEDEX`` with its number, the ``.0`` of a spreadsheet and the mark of thousands
    (``33.000``). Digits are never added: a code that lost its leading zero stays as it is, see
    `lost_zero`. Text that holds no code, or several that could be it, comes back in capitals, to be
    reported. Codes of countries other than Belgium and France keep their letters.
    """
    written = " ".join(unicodedata.normalize("NFKC", text).upper().split())
    digits = CODE_DIGITS.get(country)
    if digits is None:
        return WrittenPostcode(_INNER_SPACES.sub("", _OTHER_MARK.sub("", written)))
    if written.isdecimal():
        return WrittenPostcode(written)
    code = _COUNTRY_MARK[country].sub("", written)
    cedex = "CEDEX" in code
    if cedex and country != "FR":
        return WrittenPostcode(code)
    code = _CEDEX.sub(" ", code) if cedex else code
    code = _ARRONDISSEMENT.sub(" ", code)
    numbers = [_plain_digits(found[0], digits) for found in _NUMBERS.finditer(code)]
    whole = [number for number in numbers if len(number) == digits]
    beside = _NUMBERS.sub(" ", code)
    town = " ".join(re.sub(r"[^\w' -]", " ", beside).split()).strip("- ")
    if len(numbers) == 1:
        said = numbers[0]
    elif len(whole) == 1:
        said = whole[0]
    else:
        return WrittenPostcode(written)
    if re.search(r"[-/]\s*\d|\d\s*[-/]\s*\d|\d[A-Z]|[A-Z]\d|[+\-]\d", code):
        # 12-34 or 1000A: a code cut out of it would be a guess.
        return WrittenPostcode(" ".join(code.split()))
    return WrittenPostcode(said, town, cedex)


def _plain_digits(number: str, digits: int) -> str:
    joined = number.replace(" ", "")
    thousands = _THOUSANDS.fullmatch(joined)
    if thousands is not None:
        return thousands[1] + thousands[2]
    rounded = _SPREADSHEET_NUMBER.fullmatch(joined)
    if rounded is not None:
        return rounded[1]
    parts = number.split(" ")
    codes = {part for part in parts if len(part) == digits}
    # Of two codes none is the one that is meant.
    return codes.pop() if joined.isdecimal() and len(codes) == 1 else joined


def normalise_postcode(country: str, text: str) -> str:
    """Return a postcode as tables write it; see `read_postcode`."""
    return read_postcode(country, text).code


def lost_zero(country: str, postcode: str) -> str | None:
    """Return the French code that a spreadsheet may have shortened to this one, or None.

    ``1000`` may be 01000 (Bourg-en-Bresse). It may also be a Belgian code under the wrong country,
    so this is for the remedy of a message, never for use by itself.
    """
    code = normalise_postcode(country, postcode)
    if country != "FR" or not re.fullmatch(r"[1-9]\d{3}", code, re.ASCII):
        return None
    return f"0{code}"


@dataclass(frozen=True, slots=True)
class PostcodePoint:
    """Where one postcode lies.

    Attributes
    ----------
    country
        Two capital letters; overseas France is ``FR``.
    postcode
        Text, leading zeros kept.
    place
        Name of the municipality, or of the place that the code is known by.
    latitude, longitude
        WGS-84 degrees.
    precision_km
        Likely error of the coordinates: nine rows in ten of the table in the package are nearer.
    """

    country: str
    postcode: str
    place: str
    latitude: float
    longitude: float
    precision_km: float

    @property
    def coordinates(self) -> Coordinates:
        """The point itself."""
        return Coordinates(self.latitude, self.longitude)
