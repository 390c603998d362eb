"""Postcodes to coordinates, with no network: the table in the package, own tables, GeoNames dumps."""

from sip_grouping.geography.postcode import (
    CODE_DIGITS,
    PostcodePoint,
    lost_zero,
    normalise_postcode,
)
from sip_grouping.geography.table import Located, PostcodeTable

__all__ = [
    "CODE_DIGITS",
    "Located",
    "PostcodePoint",
    "PostcodeTable",
    "lost_zero",
    "normalise_postcode",
]
