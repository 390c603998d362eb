"""What the fields of records hold: texts, ids, countries, numbers within limits.

Comes in: values as a file or a caller gives them. Goes out: annotated types for the records, each with
its own check. No record is known here.
"""

import re
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from sip_grouping.text import cleaned


class Track(StrEnum):
    """How a group meets."""

    LOCAL = "local"
    VIDEO = "video"


ONLY: Final = "only"
RoleAnswer = bool | Literal["only"]
"""Whether a member volunteers for a role; `only`: it takes part in that role or not at all."""

Country = Literal["BE", "FR"]

COUNTRIES: tuple[Country, ...] = ("BE", "FR")
"""Countries in which themes are open."""

THEME_ID = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
# The four control characters are spaces to Python, which reads the files, and not to the pattern.
RECORD_ID = r"^[^\s\x1c-\x1f,;]+$"
SEPARATED = re.compile(r"[\s,;]+")
"""What stands between the parts of a list in a cell."""
TOWN_ID = re.compile(r"([A-Z]{2})-(.+)", re.DOTALL)
"""Matches from the start: a country and whatever is written as the postcode, which may be odd."""

_NO_TEXT = re.compile("[\0\ud800-\udfff]")


def text_of_a_file(value: str) -> str:
    """Return a text as a file holds it: see `sip_grouping.text.cleaned`.

    Raises
    ------
    PydanticCustomError
        It holds a null character, or half a character; it is a ValueError.
    """
    if _NO_TEXT.search(value):
        raise PydanticCustomError(
            "no-text", "the text holds a null character or half a character, which no file can"
        )
    return cleaned(value)


def _seen(value: str) -> str:
    """Refuse an id of characters that cannot be seen alone."""
    if not value:
        raise PydanticCustomError("no-text", "the text has nothing that can be seen")
    return value


def _country_code(value: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}", value):
        raise PydanticCustomError(
            "no-country-code",
            "{text} is no code of a country: write its two letters of ISO 3166, such as DE",
            {"text": repr(value)},
        )
    return value


CountryCode = Annotated[str, AfterValidator(_country_code)]
"""Any country, in which members may live: two capital letters."""
Text = Annotated[str, AfterValidator(text_of_a_file)]
CellText = Text
"""Text as a cell of a file is read."""
SeenText = Annotated[str, AfterValidator(text_of_a_file), AfterValidator(_seen)]
"""Text that must not be empty."""
ThemeId = Annotated[str, StringConstraints(pattern=THEME_ID)]
RecordId = Annotated[
    str,
    StringConstraints(pattern=RECORD_ID, max_length=128),
    AfterValidator(text_of_a_file),
    AfterValidator(_seen),
]
MOST_KM = 50_000
"""No distance that is given is longer; none on earth is half as long."""

Km = Annotated[float, Field(ge=0, le=MOST_KM)]
Points = Annotated[float, Field(ge=0, le=1_000_000)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


def codes_of(given: Iterable[str], read: Callable[[str], str | None]) -> tuple[str, ...]:
    """Return parts of a list as codes, each once; what is none as it is written, in lower case."""
    codes = dict.fromkeys(read(one) or one.lower() for one in given if one)
    for code in codes:
        if SEPARATED.search(code):
            # A written edition would be read as two of them.
            raise PydanticCustomError(
                "separator-inside",
                "'{part}' holds a space, comma or semicolon, which separate parts of a list:"
                " write a hyphen, such as tue-evening",
                {"part": code},
            )
    return tuple(codes)
