"""The files of an edition as records: edition.toml, and the rows of members, offices and pins.

Comes in: a TOML file and tables. Goes out: `Parts`, the readable records with their rows, and the
findings of the rest. What concerns several records is checked later, over all of them.
"""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sip_grouping.edition.records import Member, Office, Pin, Places, Rules, Score, Theme
from sip_grouping.errors import Finding
from sip_grouping.files.findings import PERSONAL, close_to, findings_of
from sip_grouping.files.tables import Table, read_text
from sip_grouping.geography import normalise_postcode
from sip_grouping.reading.fields import RowReader

_Model = TypeVar("_Model", bound=BaseModel)

EDITION, MEMBERS, OFFICES, PINS = "edition.toml", "members.csv", "offices.csv", "pins.csv"

_MEMBER_COLUMNS = frozenset(
    {
        "member_id", "country", "postcode", "cooperator", "commits", "office", "moderator",
        "secretary", "local", "video", "languages", "slots", "together", "apart", "latitude",
        "longitude", "name", "email",
    }
)  # fmt: skip
_RANKED = re.compile(r"theme_([1-9]\d*)$")


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


def read_toml(path: Path, parts: Parts) -> None:
    """Read edition.toml into name, rules, places, score and themes."""
    text = read_text(path, parts.findings)
    content = None if text is None else _parsed(text, path.name, parts.findings)
    if content is None:
        parts.not_read |= {"rules", "themes"}
        return
    known = ("name", "rules", "places", "score", "themes")
    for key in content:
        if key not in known:
            remedy = f"remove it, or correct its spelling{close_to(key, known)}"
            parts.findings.append(
                Finding("unknown-key", "there is no such key", remedy, path.name, None, key)
            )
    name = content.get("name")
    if not isinstance(name, str) or not name.strip():
        parts.findings.append(
            Finding(
                "missing-key" if name is None else "not-text",
                "the edition has no name",
                'add a line such as name = "2026-2027"',
                path.name,
                None,
                "name",
                None if name is None else str(name),
            )
        )
    else:
        parts.name = name.strip()
    parts.rules = _section(Rules, content, "rules", parts) or parts.rules
    parts.places = _section(Places, content, "places", parts) or parts.places
    parts.score = _section(Score, content, "score", parts) or parts.score
    themes = content.get("themes")
    if not isinstance(themes, list) or not themes:
        parts.findings.append(
            Finding(
                "no-theme",
                "the edition has no theme",
                'add a table [[themes]] with id = "..."',
                path.name,
                None,
                "themes",
            )
        )
        parts.not_read.add("themes")
        return
    for number, theme in enumerate(themes):
        prefix = f"themes[{number}]"
        read = _validated(Theme, theme, path.name, parts.findings, prefix=prefix)
        if read is not None:
            parts.themes.append(read)
        elif isinstance(theme, dict) and isinstance(theme.get("id"), str):
            parts.unreadable["themes"].add(theme["id"])
        else:
            parts.not_read.add("themes")


def _parsed(text: str, file: str, findings: list[Finding]) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except RecursionError:
        reason = "it is nested too deeply"
    except tomllib.TOMLDecodeError as error:
        reason = str(error)
    except ValueError:
        reason = "a number in it has thousands of digits"
    line = re.search(r"at line (\d+)", reason)
    findings.append(
        Finding(
            "malformed-toml",
            f"the file is not TOML: {reason}",
            "correct this line",
            file,
            int(line[1]) if line else None,
        )
    )
    return None


def _section(
    model: type[_Model], content: Mapping[str, Any], key: str, parts: Parts
) -> _Model | None:
    if key not in content:
        return None
    given = _with_defaults(model, content[key])
    read = _validated(model, given, EDITION, parts.findings, prefix=key)
    if read is None:
        parts.not_read.add(key)
    return read


def _with_defaults(model: type[BaseModel], given: object) -> object:
    """Fill half-given size limits from the defaults: `local = { size_min = 6 }` keeps size_max."""
    if model is not Rules or not isinstance(given, dict):
        return given
    filled = dict(given)
    for track in ("local", "video"):
        if isinstance(given.get(track), dict):
            filled[track] = getattr(Rules(), track).model_dump() | given[track]
    return filled


def _validated(
    model: type[_Model], given: object, file: str, findings: list[Finding], *, prefix: str
) -> _Model | None:
    """Read a table of TOML. Types are taken strictly: `true` is no number, and "8" is none either."""
    try:
        return model.model_validate_json(json.dumps(given, default=_no_json), strict=True)
    except ValidationError as error:
        findings += findings_of(error, file, model, prefix=prefix)
        return None


def _no_json(value: object) -> list[str]:
    """Return a date of TOML as something that no field takes: a date is expected nowhere."""
    return [str(value)]


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
    table: Table, known: Sequence[str], needed: Sequence[str], parts: Parts
) -> frozenset[str]:
    """Return the needed columns that the header lacks, each with a finding.

    A further column whose name is nearly a known one that is absent is a warning: a misspelt
    `moderator` would otherwise be kept as a column of one's own, and nobody would volunteer.
    """
    present = {column.lower(): column for column in table.columns if column}
    absent = [column for column in known if column not in present]
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
        meant = get_close_matches(column, [one for one in absent if one not in needed], 1, 0.85)
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
    ranked = {c.lower(): int(m[1]) for c in table.columns if (m := _RANKED.match(c.lower()))}
    ranks = sorted({*ranked.values()})
    first_absent = next(rank for rank in count(1) if rank not in ranks)
    if not ranks or first_absent < ranks[-1]:
        # Without it a third choice would silently become a second one.
        ranks = sorted([*ranks, first_absent])
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
        given = {
            "member_id": reader.required("member_id"),
            "country": country,
            "postcode": normalise_postcode(country, reader.required("postcode")),
            "themes": _ranked_themes(reader, themes),
            "office": row["office"] or None,
            **{
                name: reader.yes_no(name, True)
                for name in ("cooperator", "commits", "local", "video")
            },
            **{name: reader.yes_no(name, False) for name in ("moderator", "secretary")},
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
    for number, text in enumerate(texts):
        if text and text in texts[:number]:
            reader.wrong(
                "theme-twice", columns[number], "the theme is ranked twice", "keep one of them"
            )
    return themes
