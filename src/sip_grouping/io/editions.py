"""An edition from a folder, from DataFrames, or from Python objects.

Comes in: edition.toml, members.csv, offices.csv, pins.csv, or the same as objects; a postcode table.
Goes out: an `Edition`, or one `InputError` with every finding of all of them.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from sip_grouping.checks import Sources, cross_findings
from sip_grouping.edition import Edition
from sip_grouping.errors import Finding, InputError
from sip_grouping.geography import PostcodeTable
from sip_grouping.io.edition_parts import (
    EDITION,
    MEMBERS,
    OFFICES,
    PINS,
    Parts,
    read_tables,
    read_toml,
)
from sip_grouping.io.locate import Locator
from sip_grouping.io.tables import read_csv, read_frame
from sip_grouping.records import COUNTRIES, Member, Office, Pin, Places, Rules, Score, Theme


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
    folder = Path(path)
    if not folder.is_dir():
        code, message = ("not-a-folder", "a file is where the edition's folder should be")
        if not folder.exists():
            code, message = ("folder-missing", "there is no such folder")
        raise InputError([Finding(code, message, "give the folder of an edition", str(folder))])
    parts = Parts()
    read_toml(folder / EDITION, parts)
    members = read_csv(folder / MEMBERS, parts.findings)
    offices = read_csv(folder / OFFICES, parts.findings) if (folder / OFFICES).exists() else None
    pins = read_csv(folder / PINS, parts.findings) if (folder / PINS).exists() else None
    read_tables(parts, members, offices, pins)
    return _finished(parts, _table_from(postcodes))


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
    return _finished(parts, _table_from(postcodes))


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
    return _finished(parts, _table_from(postcodes), numbered=False)


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


def _table_from(postcodes: PostcodeTable | Path | str | None) -> PostcodeTable:
    if isinstance(postcodes, PostcodeTable):
        return postcodes
    table = PostcodeTable.bundled()
    return table if postcodes is None else table.overlay(PostcodeTable.from_file(postcodes))


def _finished(parts: Parts, table: PostcodeTable, *, numbered: bool = True) -> Edition:
    sources = Sources(
        edition=EDITION if numbered else "edition",
        members=MEMBERS if numbered else "members",
        offices=OFFICES if numbered else "offices",
        pins=PINS if numbered else "pins",
        member_rows=parts.rows["members"] if numbered else None,
        office_rows=parts.rows["offices"] if numbered else None,
        pin_rows=parts.rows["pins"] if numbered else None,
        unreadable_member_ids=frozenset(parts.unreadable["members"]),
        unreadable_office_ids=frozenset(parts.unreadable["offices"]),
        unreadable_theme_ids=frozenset(parts.unreadable["themes"]),
    )
    locator = Locator(table)
    members = _located(parts.members, sources.members, sources.member_rows, "member_id", locator)
    offices = _located(parts.offices, sources.offices, sources.office_rows, "office_id", locator)
    towns = parts.places.towns if not isinstance(parts.places.towns, str) else ()
    for town in towns:
        _locate_town(locator, town, sources.edition, None, "places.towns")
    known = {office.office_id for office in offices}
    for number, pin in enumerate(parts.pins):
        if pin.place and pin.place not in known and re.match(r"(BE|FR)-", pin.place):
            row = sources.pin_rows[number] if sources.pin_rows else None
            _locate_town(locator, pin.place, sources.pins, row, "place")
    parts.findings += locator.findings
    fields: dict[str, Any] = {
        "themes": parts.themes,
        "members": members,
        "offices": offices,
        "rules": parts.rules,
        "places": parts.places,
        "pins": parts.pins,
        "locations": locator.locations,
    }
    unlocated = {(one.file, one.row) for one in locator.findings}
    parts.findings += [
        one
        for one in cross_findings(**fields, sources=sources)
        if one.code != "no-location" or (one.file, one.row) not in unlocated
    ]
    if parts.findings:
        raise InputError(_in_order(parts.findings))
    return Edition(name=parts.name, score=parts.score, warnings=tuple(locator.warnings), **fields)


_Record = TypeVar("_Record", Member, Office)


def _located(
    records: list[_Record],
    file: str,
    rows: Sequence[int] | None,
    id_field: str,
    locator: Locator,
) -> list[_Record]:
    found: list[_Record] = []
    for number, record in enumerate(records):
        row = rows[number] if rows else getattr(record, id_field)
        postcode = locator.normalised(record.country, record.postcode)
        if record.own_position is None:
            who = f"{id_field.removesuffix('_id')} {getattr(record, id_field)}"
            locator.locate(record.country, postcode, who=who, file=file, row=row)
        same = postcode == record.postcode
        found.append(record if same else record.model_copy(update={"postcode": postcode}))
    return found


def _locate_town(locator: Locator, town: str, file: str, row: int | None, column: str) -> None:
    country, _, postcode = town.partition("-")
    if country in COUNTRIES:
        locator.locate(
            "BE" if country == "BE" else "FR",
            postcode,
            who=f"town {town}",
            file=file,
            row=row,
            column=column,
        )


def _in_order(findings: list[Finding]) -> list[Finding]:
    order = [EDITION, MEMBERS, "members", OFFICES, "offices", PINS, "pins"]

    def key(finding: Finding) -> tuple[int, int]:
        place = order.index(finding.file) if finding.file in order else len(order)
        return place, finding.row if isinstance(finding.row, int) else 0

    return sorted(findings, key=key)
