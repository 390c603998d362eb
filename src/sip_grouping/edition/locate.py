"""Looking postcodes up for an edition.

Comes in: a postcode table, and the (country, postcode) pairs of the records. Goes out: `Location`
records for the edition, warnings where only a prefix was known, findings where nothing was.
"""

from collections.abc import Iterable

from sip_grouping.edition.records import Location
from sip_grouping.edition.values import COUNTRIES, TOWN_ID
from sip_grouping.findings import Finding, finding
from sip_grouping.geography import PostcodeTable, lost_zero, normalise_postcode

LOCATION_CODES = frozenset({"no-location", "unknown-town", "unknown-place"})
"""Findings of the checks that say that a place is not known."""


class Locator:
    """Finds each pair once, and remembers what has to be said about it."""

    def __init__(self, table: PostcodeTable) -> None:
        self._table = table
        self._found: dict[tuple[str, str], Location] = {}
        self.warnings: list[Finding] = []
        self.findings: list[Finding] = []

    @property
    def locations(self) -> tuple[Location, ...]:
        """Everything found, in the order of country and postcode."""
        return tuple(self._found[key] for key in sorted(self._found))

    def normalised(self, country: str, postcode: str) -> str:
        """Return the postcode as the table writes it."""
        return normalise_postcode(country, postcode)

    def locate(
        self,
        country: str,
        postcode: str,
        *,
        who: str,
        file: str,
        row: int | str | None,
        column: str = "postcode",
    ) -> None:
        """Find a pair; `who` names the record in a warning, by its kind and id: ``member m4``."""
        key = (country, postcode)
        if key not in self._found:
            located = self._table.locate(country, postcode)
            if located is None:
                self._unknown(country, postcode, file, row, column)
                return
            self._found[key] = Location(
                country=country,
                postcode=postcode,
                latitude=located.point.latitude,
                longitude=located.point.longitude,
                place_name=located.point.place if located.exact else "",
                matched=located.matched,
                likely_error_km=round(located.likely_error_km, 3),
            )
        found = self._found[key]
        if found.matched not in {"", postcode}:
            kind, _, name = who.partition(" ")
            self.warnings.append(
                finding(
                    "approximate-postcode", file, row, column, postcode, variant=kind, name=name,
                    country=country, matched=found.matched, km=found.likely_error_km,
                )
            )  # fmt: skip

    def locate_town(
        self, town: str, *, file: str, row: int | str | None = None, column: str
    ) -> None:
        """Find a town by its id; a text that is none is left to the checks."""
        parts = TOWN_ID.match(town)
        if parts is not None:
            who = f"town {town}"
            self.locate(parts[1], parts[2], who=who, file=file, row=row, column=column)

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

    def _unknown(
        self, country: str, postcode: str, file: str, row: int | str | None, column: str
    ) -> None:
        zero = lost_zero(country, postcode)
        other = "FR" if country == "BE" else "BE"
        variant = ""
        if zero is not None:
            variant = "lost-zero"
        elif country in COUNTRIES and (other, postcode) in self._table:
            variant = "other-country"
        self.findings.append(
            finding(
                "unknown-postcode", file, row, column, postcode, variant=variant,
                country=country, zero=zero, other=other,
            )
        )  # fmt: skip
