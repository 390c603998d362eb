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
    "BE": re.compile(r"^(?:BE|B|BELGI\w*)[\s.\-]*(?=\d)"),
    "FR": re.compile(r"^(?:FR|F|FRANCE)[\s.\-]*(?=\d)"),
}
_CEDEX = re.compile(r"^(\d[\d\s]*)\D*CEDEX.*$")
_SPREADSHEET_NUMBER = re.compile(r"^(\d+)\.0+$")
_INNER_SPACES = re.compile(r"(?<=\d)\s+(?=\d)")


def normalise_postcode(country: str, text: str) -> str:
    """Return a postcode as the table writes it, from what a member or a spreadsheet wrote.

    Takes away spaces, the mark of the country itself (``F-75011``, ``B 1000``), ``CEDEX`` with all
    that follows and a place name right before it, and the ``.0`` of a spreadsheet. Digits are never
    added: a code that lost its leading zero stays as it is, see `lost_zero`. Text that is no
    postcode comes back in capitals, to be reported.
    """
    code = unicodedata.normalize("NFKC", text).strip().upper()
    mark = _COUNTRY_MARK.get(country)
    if mark is not None:
        code = mark.sub("", code)
    if country == "FR":
        code = _CEDEX.sub(r"\1", code)
    code = _INNER_SPACES.sub("", code.strip())
    return _SPREADSHEET_NUMBER.sub(r"\1", code)


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
