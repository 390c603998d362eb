"""An edition from a folder, from DataFrames, or from Python objects.

Comes in: edition.toml, members.csv, offices.csv, pins.csv, or the same as objects; a postcode table.
Goes out: an `Edition`, or one `InputError` with every finding of all of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from sip_grouping.edition import Edition
from sip_grouping.edition.checks import Sources, cross_findings
from sip_grouping.edition.locate import LOCATION_CODES, Locator
from sip_grouping.edition.records import (
    Member,
    Office,
    Pin,
    Places,
    Rules,
    Theme,
)
from sip_grouping.edition.score import Score
from sip_grouping.errors import InputError
from sip_grouping.files.folder import existing_folder
from sip_grouping.files.tables import read_csv, read_frame
from sip_grouping.findings import Finding
from sip_grouping.geography import PostcodeTable
from sip_grouping.reading.parts import EDITION, MEMBERS, OFFICES, PINS, Parts
from sip_grouping.reading.rows import read_tables
from sip_grouping.reading.settings import read_toml


def load_edition(
    path: Path | str, *, postcodes: PostcodeTable | Path | str | None = None
) -> Edition:
    """Read an edition from its folder.

    Parameters
    ----------
    path
        Folder with edition.toml, members.csv, and optionally offices.csv and pins.csv.
    postcodes
        Where postcodes lie: a table, or a file of one, laid over the bundled table. None: bundled.

    Raises
    ------
    InputError
        Something is missing or wrong; holds every finding of all files.
    """
    folder = existing_folder(path, "give the folder of an edition")
    parts = Parts()
    read_toml(folder / EDITION, parts)
    members = read_csv(folder / MEMBERS, parts.findings)
    offices = read_csv(folder / OFFICES, parts.findings) if (folder / OFFICES).exists() else None
    pins = read_csv(folder / PINS, parts.findings) if (folder / PINS).exists() else None
    if members is None:
        parts.not_read.add("members")
    if offices is None and (folder / OFFICES).exists():
        parts.not_read.add("offices")
    read_tables(parts, members, offices, pins)
    return _finished(parts, _table_from(postcodes, parts), _sources(parts, ".csv", EDITION))


def edition_from_frames(
    *,
    name: str,
    themes: Iterable[Theme],
    members: pd.DataFrame,
    offices: pd.DataFrame | None = None,
    pins: pd.DataFrame | None = None,
    rules: Rules | None = None,
    places: Places | None = None,
    score: Score | None = None,
    postcodes: PostcodeTable | Path | str | None = None,
) -> Edition:
    """Build an edition from DataFrames with the columns of the CSV files.

    Missing values are empty cells; a finding names a row by its index label.

    Raises
    ------
    InputError
        Something is missing or wrong; holds every finding.
    """
    parts = _started(name, themes, rules, places, score)
    tables = (
        read_frame("members", members, parts.findings),
        None if offices is None else read_frame("offices", offices, parts.findings),
        None if pins is None else read_frame("pins", pins, parts.findings),
    )
    read_tables(parts, *tables)
    return _finished(parts, _table_from(postcodes, parts), _sources(parts))


def make_edition(
    *,
    name: str,
    themes: Iterable[Theme],
    members: Iterable[Member],
    offices: Iterable[Office] = (),
    rules: Rules | None = None,
    places: Places | None = None,
    score: Score | None = None,
    pins: Iterable[Pin] = (),
    postcodes: PostcodeTable | Path | str | None = None,
) -> Edition:
    """Build an edition from Python objects, looking their postcodes up.

    Raises
    ------
    InputError
        The records do not fit together, or a postcode is unknown; holds every finding.
    """
    parts = _started(name, themes, rules, places, score)
    parts.members, parts.offices, parts.pins = list(members), list(offices), list(pins)
    if not parts.members:
        parts.findings.append(
            Finding("no-members", "the edition has no members", "give one at least", "members")
        )
    return _finished(parts, _table_from(postcodes, parts), _sources(parts, numbered=False))


def _started(
    name: str,
    themes: Iterable[Theme],
    rules: Rules | None,
    places: Places | None,
    score: Score | None,
) -> Parts:
    parts = Parts(name=name, themes=list(themes))
    parts.rules = rules or parts.rules
    parts.places = places or parts.places
    parts.score = score or parts.score
    if not name.strip():
        parts.findings.append(
            Finding(
                "missing-key", "the edition has no name", "give it a name", "edition", None, "name"
            )
        )
    if not parts.themes:
        parts.findings.append(
            Finding(
                "no-theme",
                "the edition has no theme",
                "give one at least",
                "edition",
                None,
                "themes",
            )
        )
    return parts


def _table_from(postcodes: PostcodeTable | Path | str | None, parts: Parts) -> PostcodeTable | None:
    """Return the table to look postcodes up in; None, with findings, where it cannot be read."""
    if isinstance(postcodes, PostcodeTable):
        return postcodes
    try:
        own = None if postcodes is None else PostcodeTable.from_file(postcodes)
    except InputError as error:
        parts.findings += error.findings
        return None
    return PostcodeTable.bundled() if own is None else PostcodeTable.bundled().overlay(own)


def _sources(
    parts: Parts, ending: str = "", edition: str = "edition", *, numbered: bool = True
) -> Sources:
    return Sources(
        edition=edition,
        members=f"members{ending}",
        offices=f"offices{ending}",
        pins=f"pins{ending}",
        member_rows=parts.rows["members"] if numbered else None,
        office_rows=parts.rows["offices"] if numbered else None,
        pin_rows=parts.rows["pins"] if numbered else None,
        unreadable_member_ids=frozenset(parts.unreadable["members"]),
        unreadable_office_ids=frozenset(parts.unreadable["offices"]),
        unreadable_theme_ids=frozenset(parts.unreadable["themes"]),
        all_members_read="members" not in parts.not_read,
        all_offices_read="offices" not in parts.not_read,
        all_themes_read="themes" not in parts.not_read,
        rules_read="rules" not in parts.not_read,
    )


def _finished(parts: Parts, table: PostcodeTable | None, sources: Sources) -> Edition:
    locator = Locator(PostcodeTable(()) if table is None else table)
    members = _located(parts.members, sources.members, sources.member_rows, "member_id", locator)
    offices = _located(parts.offices, sources.offices, sources.office_rows, "office_id", locator)
    towns = parts.places.towns if not isinstance(parts.places.towns, str) else ()
    for town in towns:
        locator.locate_town(town, file=sources.edition, column="places.towns")
    known = {office.office_id for office in offices}
    for number, pin in enumerate(parts.pins):
        if pin.place not in known:
            row = sources.pin_rows[number] if sources.pin_rows else f"pin {number + 1}"
            locator.locate_town(pin.place, file=sources.pins, row=row, column="place")
    fields: dict[str, Any] = {
        "themes": parts.themes,
        "members": members,
        "offices": offices,
        "rules": parts.rules,
        "places": parts.places,
        "score": parts.score,
        "pins": parts.pins,
        "locations": locator.locations,
    }
    found = cross_findings(**fields, sources=sources)
    parts.findings += (
        [one for one in found if one.code not in LOCATION_CODES]
        if table is None
        else locator.explained(found)
    )
    if parts.findings:
        raise InputError(_in_order([_without_names(one, parts) for one in parts.findings]))
    warnings = tuple(_without_names(one, parts) for one in (*parts.warnings, *locator.warnings))
    whole = {"name": parts.name, "warnings": warnings, **fields}
    return Edition.model_validate(whole, context={"sources": sources})


_Record = TypeVar("_Record", Member, Office)


def _located(
    records: list[_Record],
    file: str,
    rows: Sequence[int | str] | None,
    id_field: str,
    locator: Locator,
) -> list[_Record]:
    found: list[_Record] = []
    for number, record in enumerate(records):
        row = rows[number] if rows else getattr(record, id_field)
        postcode = locator.normalised(record.lies_in, record.postcode)
        if record.own_position is None:
            who = f"{id_field.removesuffix('_id')} {getattr(record, id_field)}"
            locator.locate(record.lies_in, postcode, who=who, file=file, row=row)
        same = postcode == record.postcode
        found.append(record if same else record.model_copy(update={"postcode": postcode}))
    return found


def _without_names(finding: Finding, parts: Parts) -> Finding:
    """Return a finding without its value where a name or an e-mail address may be what it shows."""
    if (finding.file, finding.row) not in parts.shifted:
        return finding
    remedy = "see whether the row has a separator too few or too many; else " + finding.remedy
    return replace(finding, value=None, remedy=remedy)


def _in_order(findings: list[Finding]) -> list[Finding]:
    order = [EDITION, MEMBERS, "members", OFFICES, "offices", PINS, "pins"]

    def key(finding: Finding) -> tuple[int, int]:
        place = order.index(finding.file) if finding.file in order else len(order)
        return place, finding.row if isinstance(finding.row, int) else 0

    return sorted(findings, key=key)
