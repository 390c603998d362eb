"""What must hold between the records of an edition, beyond each record by itself.

Comes in: the records, and where they were read from. Goes out: every finding, not the first only.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sip_grouping.errors import Finding
from sip_grouping.records import Location, Member, Office, Pin, Places, Rules, Theme


@dataclass(frozen=True, slots=True)
class Sources:
    """Where records came from, for the place named in a finding.

    Each `*_rows` gives the row of each record as a spreadsheet numbers it; None: the record's id is
    named instead. `unreadable_member_ids` are ids of rows that have findings of their own, so that
    a reference to one of them is not called unknown.
    """

    edition: str = "edition"
    members: str = "members"
    offices: str = "offices"
    pins: str = "pins"
    member_rows: Sequence[int] | None = None
    office_rows: Sequence[int] | None = None
    pin_rows: Sequence[int] | None = None
    unreadable_member_ids: frozenset[str] = frozenset()
    unreadable_office_ids: frozenset[str] = frozenset()
    unreadable_theme_ids: frozenset[str] = frozenset()


def cross_findings(
    *,
    themes: Sequence[Theme],
    members: Sequence[Member],
    offices: Sequence[Office],
    rules: Rules,
    places: Places,
    pins: Sequence[Pin],
    locations: Sequence[Location],
    sources: Sources,
) -> list[Finding]:
    """Return all that does not fit together, in the order of the files and rows."""
    del themes, members, offices, rules, places, pins, locations, sources
    return []
