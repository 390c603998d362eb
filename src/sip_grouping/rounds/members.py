"""New members, changed answers and withdrawals, from a table with the columns of members.csv.

Comes in: a CSV file or workbook, the edition as it stands. Goes out: `Changes`, or one `InputError` with
every finding: all rows are recorded or none.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from sip_grouping.edition import Edition
from sip_grouping.edition.locate import located_before
from sip_grouping.edition.records import Location, Member
from sip_grouping.errors import InputError
from sip_grouping.files.grid import Grid, GridRow
from sip_grouping.findings import Finding, finding
from sip_grouping.geography import PostcodeTable
from sip_grouping.grouping.promises import pins_of_accepted
from sip_grouping.reading.editions import edition_of
from sip_grouping.reading.mapping import FormMapping
from sip_grouping.reading.names import MemberIds
from sip_grouping.reading.settings import Settings
from sip_grouping.reading.sources import EditionFiles, members_grid
from sip_grouping.reading.words import yes_or_no
from sip_grouping.rounds.state import State
from sip_grouping.text import cleaned, key_of

_WITHDRAWN = frozenset(
    map(key_of, ("withdrawn", "withdraws", "retiré", "se retire", "teruggetrokken"))
)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a table changes: members as they are from now on, and ids of those who withdraw.

    `edition`: with these members, and those who withdraw still in it.
    """

    members: tuple[Member, ...]
    withdrawn: frozenset[str]
    locations: tuple[Location, ...]
    edition: Edition
    warnings: tuple[Finding, ...]


def read_changes(path: Path, edition: Edition, *, postcodes: Path | str | None = None) -> Changes:
    """Read what a table changes; a row of a member who is known replaces all of its answers.

    Parameters
    ----------
    postcodes
        A table of postcodes of one's own; see `sip_grouping.load_edition`.

    Raises
    ------
    InputError
        Something is missing or wrong, or the new members do not fit the others; holds every finding.
    """
    findings: list[Finding] = []
    grid = members_grid(path, findings)
    if grid is None:
        raise InputError(findings)
    kept, withdrawn = _withdrawn(grid, edition, findings)
    members: tuple[Member, ...] = ()
    warnings: tuple[Finding, ...] = ()
    locations = edition.locations
    if len(kept.rows) > 1:
        try:
            read = read_among(kept, edition, postcodes=postcodes)
        except InputError as error:
            raise InputError([*error.findings, *findings], warnings=error.warnings) from None
        members, locations = read.members, read.locations
        # Whether anybody volunteers is not for these rows to say, and offices are told of with the edition.
        warnings = tuple(
            one for one in read.warnings if one.code != "no-volunteer" and one.file != "offices"
        )
    elif not withdrawn and not findings:
        findings.append(finding("no-members", grid.file, sheet=grid.sheet))
    if findings:
        raise InputError(findings)
    changed = {one.member_id: one for one in members}
    together = [changed.pop(one.member_id, one) for one in edition.members]
    # What is known stays where it is: members who are placed must not move with it.
    everywhere = {(one.country, one.postcode): one for one in (*locations, *edition.locations)}
    whole = edition.replace(
        members=(*together, *changed.values()),
        locations=tuple(everywhere[key] for key in sorted(everywhere)),
    )
    return Changes(members, frozenset(withdrawn), whole.locations, whole, warnings)


def _withdrawn(grid: Grid, edition: Edition, findings: list[Finding]) -> tuple[Grid, set[str]]:
    """Return the rows that are no withdrawals, without that column, and who withdraws."""
    header = [cleaned(cell) for cell in grid.rows[0].cells]
    at = next((n for n, title in enumerate(header) if key_of(title) in _WITHDRAWN), None)
    if at is None:
        return grid, set()
    ids = MemberIds((one.member_id, "") for one in edition.members)
    own = next((n for n, title in enumerate(header) if key_of(title) in _IDS), None)
    kept, withdrawn = [], set()
    for row in grid.rows[1:]:
        text = cleaned(row.cells[at]) if at < len(row.cells) else ""
        said = yes_or_no(text) if text else False
        place = (grid.file, row.number, header[at], text)
        if said is None:
            findings.append(finding("not-yes-or-no", *place, sheet=grid.sheet, field="withdrawn"))
        elif not said:
            kept.append(row)
        elif own is not None and own < len(row.cells):
            meant = ids.meant(cleaned(row.cells[own]))
            if meant is None:
                findings.append(
                    finding("unknown-member", grid.file, row.number, header[own], row.cells[own])
                )
            else:
                withdrawn.add(meant.member_id)
    first = grid.rows[0]
    rows = [_without(one, at) for one in (first, *kept)]
    return replace(grid, rows=tuple(rows)), withdrawn


_IDS = frozenset(map(key_of, ("member_id", "N° membre", "Lidnummer", "Member ID", "id")))


def _without(row: GridRow, at: int) -> GridRow:
    return replace(row, cells=[cell for n, cell in enumerate(row.cells) if n != at])


def read_among(
    grid: Grid,
    edition: Edition,
    *,
    any_theme: bool = False,
    postcodes: Path | str | None = None,
) -> Edition:
    """Read rows of members as an edition of their own, whose references may go to all members.

    Parameters
    ----------
    any_theme
        Whether those who rank no theme welcome any that is open to them.
    postcodes
        A table of postcodes of one's own. What the edition knows stays where it is.
    """
    settings = Settings("store", None, edition.name, list(edition.themes))
    settings.rules, settings.places, settings.score = edition.rules, edition.places, edition.score
    files = EditionFiles(
        settings, grid, None, None, FormMapping(), among=edition, any_theme=any_theme
    )
    table = PostcodeTable.bundled()
    if postcodes is not None:
        table = table.overlay(PostcodeTable.from_file(postcodes))
    return edition_of(files, table.overlay(_known_places(edition)))


def _known_places(edition: Edition) -> PostcodeTable:
    """Return the postcodes of the edition, which may have been looked up in another table."""
    return PostcodeTable(located_before(one).point for one in edition.locations)


def lapsed(state: State, edition: Edition, changed: Collection[str]) -> frozenset[str]:
    """Return whose acceptance ends, because other answers of the form contradict the accepted place.

    Parameters
    ----------
    edition
        With the changed answers, and no pins for accepted places.
    changed
        Ids of the members whose answers were changed.
    """
    grouping, promises = state.current(), state.promises()
    asked = [who for who in promises if who in changed]
    if grouping is None or not asked:
        return frozenset()

    def fit(who: Collection[str]) -> bool:
        agreed = {one: promises[one] for one in who}
        try:
            edition.replace(pins=pins_of_accepted(grouping, agreed, edition.pins))
        except InputError:
            return False
        return True

    if fit(asked):
        return frozenset()
    return frozenset(who for who in asked if not fit([who]))
