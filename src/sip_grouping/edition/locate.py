"""Looking postcodes up for an edition.

Comes in: a postcode table, and the (country, postcode) pairs of the records. Goes out: `Location`
records for the edition, warnings where a place is taken that is not certain, findings where none is known.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sip_grouping.edition.records import Location
from sip_grouping.edition.values import COUNTRIES, TOWN_ID
from sip_grouping.findings import Finding, finding
from sip_grouping.geography import (
    Located,
    PostcodePoint,
    PostcodeTable,
    lost_zero,
    normalise_postcode,
)

LOCATION_CODES = frozenset({"no-location", "unknown-town", "unknown-place"})
"""Findings of the checks that say that a place is not known."""


class Said(NamedTuple):
    """What there is to say of a postcode: the variant of a finding, and its parameters."""

    variant: str
    parameters: dict[str, Any]


class Locator:
    """Finds each pair once, and remembers what has to be said about it.

    Parameters
    ----------
    known
        Places that were looked up before, perhaps in another table: they stay where they are.
    """

    def __init__(self, table: PostcodeTable, known: Iterable[Location] = ()) -> None:
        self._table = table
        self._known = {(one.country, one.postcode): one for one in known}
        self._found: dict[tuple[str, str], Located | None] = {}
        self.warnings: list[Finding] = []
        self.findings: list[Finding] = []

    @property
    def locations(self) -> tuple[Location, ...]:
        """Everything found, in the order of country and postcode."""
        return tuple(
            Location(
                country=country,
                postcode=postcode,
                latitude=located.point.latitude,
                longitude=located.point.longitude,
                place_name=located.point.place if located.exact else "",
                matched=located.matched,
                likely_error_km=round(located.likely_error_km, 3),
            )
            for (country, postcode), located in sorted(self._found.items(), key=lambda one: one[0])
            if located is not None
        )

    def normalised(self, country: str, postcode: str) -> str:
        """Return the postcode as the table writes it."""
        return normalise_postcode(country, postcode)

    def find(
        self, country: str, postcode: str, *, town: str = "", cedex: bool = False
    ) -> Located | None:
        """Find a pair; what stands beside the code counts where the pair is asked for first."""
        key = (country, postcode)
        if key not in self._found:
            known = self._known.get(key)
            self._found[key] = (
                self._table.locate(country, postcode, town=town, cedex=cedex)
                if known is None
                else located_before(known)
            )
        return self._found[key]

    def locate(
        self,
        country: str,
        postcode: str,
        *,
        file: str,
        row: int | str | None,
        column: str = "postcode",
    ) -> None:
        """Find a pair, and remember a finding where it is not known, a warning where it is doubtful."""
        located = self.find(country, postcode)
        if located is None:
            variant, given = self.unknown(country, postcode)
            self.findings.append(
                finding("unknown-postcode", file, row, column, postcode, variant=variant, **given)
            )
        elif not located.exact:
            variant, given = approximate(located)
            self.warnings.append(
                finding(
                    "approximate-postcode", file, row, column, postcode, variant=variant, **given
                )
            )

    def locate_town(
        self, town: str, *, file: str, row: int | str | None = None, column: str
    ) -> None:
        """Find a town by its id; a text that is none is left to the checks."""
        parts = TOWN_ID.match(town)
        if parts is not None:
            self.locate(parts[1], parts[2], file=file, row=row, column=column)

    def explained(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return findings, those of places that are not known told by the table, which knows why."""
        not_found = {(one.file, one.row, one.column) for one in self.findings}
        needed: set[tuple[str, int | str | None, str | None]] = set()
        kept: list[Finding] = []
        for one in findings:
            place = (one.file, one.row, one.column)
            if one.code in LOCATION_CODES and place in not_found:
                needed.add(place)
            else:
                kept.append(one)
        return kept + [one for one in self.findings if (one.file, one.row, one.column) in needed]

    def unknown(self, country: str, postcode: str) -> Said:
        """Return what may be wrong with a pair that is not known: every cause that fits."""
        given: dict[str, Any] = {"country": country}
        zero = lost_zero(country, postcode)
        other = "FR" if country == "BE" else "BE"
        elsewhere = self._table.locate(other, postcode) if country in COUNTRIES else None
        if elsewhere is not None and not elsewhere.exact:
            elsewhere = None
        if elsewhere is not None:
            given |= {"other": other, "other_place": elsewhere.point.place}
        if zero is not None:
            located = self._table.locate(country, zero)
            given |= {"zero": zero, "zero_place": located.point.place if located else ""}
            return Said("zero" if elsewhere is None else "zero-or-country", given)
        return Said("" if elsewhere is None else "country", given)


def located_before(known: Location) -> Located:
    """Return what was found when a place was looked up that an edition keeps."""
    point = PostcodePoint(
        known.country, known.postcode, known.place_name, known.latitude, known.longitude,
        known.likely_error_km,
    )  # fmt: skip
    matched = known.matched or known.postcode
    return Located(point, matched, not known.approximate, known.likely_error_km)


def approximate(located: Located) -> Said:
    """Return which place is taken for a postcode that the table does not know."""
    point = located.point
    given: dict[str, Any] = {
        "country": point.country,
        "code": point.postcode,
        "place": point.place,
        "prefix": located.matched,
        "km": located.likely_error_km,
    }
    # A whole code that is not the one asked for is that of the town named beside it.
    return Said("town" if len(located.matched) == len(point.postcode) else "", given)
