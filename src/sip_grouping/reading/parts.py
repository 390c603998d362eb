"""What has been read of an edition so far, and what its files are called.

Comes in: nothing. Goes out: `Parts`, filled by `settings` (edition.toml) and `rows` (the tables).
"""

from dataclasses import dataclass, field

from sip_grouping.edition.records import Member, Office, Pin, Places, Rules, Theme
from sip_grouping.edition.score import Score
from sip_grouping.findings import Finding

EDITION, MEMBERS, OFFICES, PINS = "edition.toml", "members.csv", "offices.csv", "pins.csv"


@dataclass
class Parts:
    """The records read so far, and what was found on the way."""

    name: str = ""
    themes: list[Theme] = field(default_factory=list)
    rules: Rules = field(default_factory=Rules)
    places: Places = field(default_factory=Places)
    score: Score = field(default_factory=Score)
    offices: list[Office] = field(default_factory=list)
    members: list[Member] = field(default_factory=list)
    pins: list[Pin] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    unreadable: dict[str, set[str]] = field(
        default_factory=lambda: {"members": set(), "offices": set(), "themes": set()}
    )
    not_read: set[str] = field(default_factory=set)
    """What could not be read so far that references into it, or limits by it, say nothing."""
    warnings: list[Finding] = field(default_factory=list)
    shifted: set[tuple[str, int | str | None]] = field(default_factory=set)
    """File and row of rows whose cells may be in wrong columns: a name may stand anywhere in them."""
    rows: dict[str, list[int | str]] = field(
        default_factory=lambda: {"members": [], "offices": [], "pins": []}
    )
