"""The rows of members, offices and pins as records.

Comes in: tables. Goes out: `Parts` with the readable records and their rows, and the findings of the
rest. What concerns several records is checked later, over all of them.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from itertools import count
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from sip_grouping.edition.records import ROLE_ANSWERS, YES_NO, Member, Office, Pin
from sip_grouping.files.tables import Table
from sip_grouping.findings import PERSONAL, Finding, close_to, findings_of
from sip_grouping.geography import normalise_postcode
from sip_grouping.reading.fields import RowReader
from sip_grouping.reading.parts import Parts

_Model = TypeVar("_Model", bound=BaseModel)

_MEMBER_COLUMNS = frozenset(Member.model_fields) - {"themes", "extra"}
_RANKED = re.compile(r"theme_([1-9][0-9]*)")
_DIGITS_OF_A_RANK = 6  # no table has so many columns, and Python reads no number of 5,000 digits


def read_tables(
    parts: Parts, members: Table | None, offices: Table | None, pins: Table | None
) -> None:
    """Read the rows of the tables into members, offices and pins."""
    for table in (members, offices, pins):
        if table is not None:
            parts.shifted |= {(table.file, number) for number in table.shifted}
    if members is not None:
        _read_members(members, parts)
    if offices is not None:
        _read_offices(offices, parts)
    if pins is not None:
        _read_pins(pins, parts)


def _absent_columns(
    table: Table, known: Collection[str], needed: Sequence[str], parts: Parts
) -> frozenset[str]:
    """Return the needed columns that the header lacks, each with a finding.

    A further column whose name is nearly a known one that is absent is a warning: a misspelt
    `moderator` would otherwise be kept as a column of one's own, and nobody would volunteer.
    """
    present = {column.lower(): column for column in table.columns if column}
    absent = [column for column in known if column not in present]
    known, must = frozenset(known), frozenset(needed)
    optional = [column for column in absent if column not in must]
    for column in needed:
        if column not in present:
            near = close_to(column, sorted(present))
            parts.findings.append(
                Finding(
                    "missing-column",
                    f"the column {column} is missing",
                    f"add it to the header{near}",
                    table.file,
                    1,
                    column,
                )
            )
    for column in (one for one in present if one not in known):
        meant = get_close_matches(column, optional, 1, 0.85)
        if meant:
            parts.warnings.append(
                Finding(
                    "column-like-another",
                    f"the column is not read, and {meant[0]} is absent",
                    f"call it {meant[0]} if that is what it holds",
                    table.file,
                    1,
                    present[column],
                )
            )
    return frozenset(column for column in needed if column not in present)


def is_member_column(column: str) -> bool:
    """Return whether a column of the members, in lower case, has a meaning of its own."""
    return column in _MEMBER_COLUMNS or _RANKED.fullmatch(column) is not None


def _read_members(table: Table, parts: Parts) -> None:
    digits = [m[1] for c in table.columns if (m := _RANKED.fullmatch(c.lower()))]
    found = {int(rank) for rank in digits if len(rank) <= _DIGITS_OF_A_RANK}
    first_absent = next(rank for rank in count(1) if rank not in found)
    if first_absent == 1 or first_absent <= len(found) or len(found) < len(set(digits)):
        # Without it a third choice would silently become a second one.
        found.add(first_absent)
    ranks = sorted(found)
    themes = [f"theme_{rank}" for rank in ranks]
    needed = ["member_id", "country", "postcode", *themes]
    absent = _absent_columns(table, [*_MEMBER_COLUMNS, *themes], needed, parts)
    if "member_id" in absent:
        parts.not_read.add("members")
    if not table.rows:
        parts.findings.append(
            Finding("no-members", "the table has no members", "add a row per member", table.file)
        )
    extra = [c for c in table.columns if c and not is_member_column(c.lower())]
    for row in table.rows:
        reader = RowReader(table.file, row, absent)
        country = _country(reader)
        home = row["home_country"].upper()
        given = {
            "member_id": reader.required("member_id"),
            "country": country,
            "home_country": home or None,
            "postcode": normalise_postcode(home or country, reader.required("postcode")),
            "themes": _ranked_themes(reader, themes),
            "office": row["office"] or None,
            **{
                name: (reader.role if name in ROLE_ANSWERS else reader.yes_no)(name, default)
                for name, default in YES_NO.items()
            },
            **{name: reader.codes(name) for name in ("languages", "slots", "together", "apart")},
            **_coordinates(reader),
            "name": row["name"] or None,
            "email": row["email"] or None,
            "extra": {column: row[column.lower()] for column in extra},
        }
        _keep(parts, reader, Member, given, "members", parts.members, row["member_id"], themes)


def _read_offices(table: Table, parts: Parts) -> None:
    absent = _absent_columns(
        table,
        ("office_id", "name", "country", "postcode", "latitude", "longitude", "rooms"),
        ("office_id", "country", "postcode"),
        parts,
    )
    if "office_id" in absent:
        parts.not_read.add("offices")
    for row in table.rows:
        reader = RowReader(table.file, row, absent)
        country = _country(reader)
        given = {
            "office_id": reader.required("office_id"),
            "name": row["name"],
            "country": country,
            "postcode": normalise_postcode(country, reader.required("postcode")),
            **_coordinates(reader),
            "rooms": reader.number("rooms"),
        }
        _keep(parts, reader, Office, given, "offices", parts.offices, row["office_id"])


def _read_pins(table: Table, parts: Parts) -> None:
    known = ("member_id", "theme", "track", "place", "role", "with_members")
    absent = _absent_columns(table, known, known[:3], parts)
    for row in table.rows:
        reader = RowReader(table.file, row, absent)
        given = {
            "member_id": reader.required("member_id"),
            "theme": reader.required("theme"),
            "track": reader.required("track").lower(),
            "place": row["place"],
            "role": row["role"].lower() or None,
            "with_members": reader.codes("with_members"),
        }
        _keep(parts, reader, Pin, given, "pins", parts.pins, "")


def _coordinates(reader: RowReader) -> dict[str, float | None]:
    for one, other in (("latitude", "longitude"), ("longitude", "latitude")):
        if reader.row[one] and not reader.row[other]:
            message = "latitude and longitude go together"
            reader.wrong("half-a-position", other, message, "give both or none")
    return {name: reader.number(name) for name in ("latitude", "longitude")}


def _keep(
    parts: Parts,
    reader: RowReader,
    model: type[_Model],
    given: Mapping[str, object],
    kind: str,
    kept: list[_Model],
    record_id: str,
    themes: Sequence[str] = (),
) -> None:
    """Keep the record of a row, or its findings, each with the text of its cell."""
    findings = list(reader.findings)
    said = reader.absent | {finding.column for finding in findings}
    record = None
    try:
        record = model.model_validate(given)
    except ValidationError as error:
        for one in findings_of(error, reader.file, model, row=reader.row.number):
            column, _, number = (one.column or "").partition(".")
            if column == "themes":
                # What is wrong with the ranks as a whole is said already, cell by cell.
                column = themes[int(number)] if number else ""
            if column and column not in said:
                value = None if column in PERSONAL else reader.row[column]
                findings.append(replace(one, column=column, value=value))
    if record is None or findings:
        parts.findings += findings
        if kind in parts.unreadable:
            parts.unreadable[kind].add(record_id)
        return
    kept.append(record)
    parts.rows[kind].append(reader.row.number)


def _country(reader: RowReader) -> str:
    text = reader.required("country").upper()
    if text and text not in {"BE", "FR"}:
        reader.wrong(
            "unknown-country", "country", "the country is neither BE nor FR", "write BE or FR"
        )
    return text


def _ranked_themes(reader: RowReader, columns: list[str]) -> tuple[str, ...]:
    """Return the ranked themes; a gap between ranks is a finding, for it leaves the ranks in doubt."""
    texts = [reader.row[column] for column in columns]
    if reader.absent.intersection(columns):
        return tuple(dict.fromkeys(text for text in texts if text))
    last = max((number for number, text in enumerate(texts) if text), default=-1)
    if last < 0:
        reader.wrong("no-theme-ranked", columns[0], "no theme is ranked", "rank one theme at least")
    for number in range(last):
        if not texts[number]:
            remedy = "move the themes after it up, so that no rank is left out"
            reader.wrong("rank-left-out", columns[number], "a rank is left out", remedy)
    themes = tuple(text for text in texts if text)
    before: set[str] = set()
    for column, text in zip(columns, texts, strict=True):
        if text and text in before:
            reader.wrong("theme-twice", column, "the theme is ranked twice", "keep one of them")
        before.add(text)
    return themes
