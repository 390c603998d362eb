"""Numbers of the file contract as whole units: metres, thousandths of a point; and town ids.

Comes in: kilometres, points and texts as a person writes them. Goes out: integers and ids. Decimal
fractions are taken as written (0.1 is a tenth), not as the nearest binary fraction.
"""

import math
import re
from decimal import Decimal

from pydantic_core import PydanticCustomError

THOUSANDTHS = 1000
"""The score counts whole thousandths of a point."""

FAR_FROM_POSTCODE_M = 50_000
"""Coordinates further than this from their postcode are the member's, and say nothing of its town."""


def floor_m(km: float) -> int:
    """Return whole metres in a limit given in km: a whole number is within it if it is at most this."""
    return math.floor(Decimal(str(km)) * 1000)


def to_thousandths(points: float) -> int:
    """Return points, given with at most 3 decimals, as whole thousandths."""
    return int(Decimal(str(points)) * THOUSANDTHS)


def town_id_from_text(text: str) -> str:
    """Return the town id meant by ``FR-69003``, ``fr 69003``, ``69003``, ``1000`` or ``DE-52062``.

    A bare code is Belgian with 4 digits and French with 5.

    Raises
    ------
    PydanticCustomError
        The text is none of these; it is a ValueError.
    """
    written = re.sub(r"(?<=\d)\s+(?=\d)", "", text.strip().upper())
    named = re.fullmatch(r"(BE|FR)(?:\s*-)?\s*(.+)", written, re.DOTALL) or re.fullmatch(
        r"([A-Z]{2})\s*-\s*(.+)", written, re.DOTALL
    )
    if named is not None:
        return f"{named[1]}-{named[2]}"
    if re.fullmatch(r"[0-9]{4}", written):
        return f"BE-{written}"
    if re.fullmatch(r"[0-9]{5}", written):
        return f"FR-{written}"
    raise PydanticCustomError(
        "no-town", "'{text}' is not a town: write BE-1000 or FR-69003", {"text": text}
    )


def at_most_decimals(value: float, decimals: int) -> float:
    """Return a number if it has at most so many decimals.

    Raises
    ------
    PydanticCustomError
        It has more; it is a ValueError.
    """
    exponent = Decimal(str(value)).normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > decimals:
        raise PydanticCustomError(
            "too-many-decimals",
            "{number} has more than {decimals} decimals",
            {"number": str(value), "decimals": decimals},
        )
    return value
