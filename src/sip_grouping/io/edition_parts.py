"""The files of an edition as records: edition.toml, and the rows of members, offices and pins.

Comes in: a TOML file and tables. Goes out: `Parts`, the readable records with their rows, and the
findings of the rest. What concerns several records is checked later, over all of them.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sip_grouping.errors import Finding
from sip_grouping.io.fields import RowReader, close_to, findings_of
from sip_grouping.io.tables import Table, read_text
from sip_grouping.records import Member, Office, Pin, Places, Rules, Score, Theme

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
    rows: dict[str, list[int]] = field(
        default_factory=lambda: {"members": [], "offices": [], "pins": []}
    )


def read_toml(path: Path, parts: Parts) -> None:
    """Read edition.toml into name, rules, places, score and themes."""
    text = read_text(path, parts.findings)
    if text is None:
        return
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        parts.findings.append(
            Finding("malformed-toml", f"not TOML: {error}", "correct this line", path.name)
        )
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
        return
    for number, theme in enumerate(themes):
        prefix = f"themes[{number}]"
        read = _validated(Theme, theme, path.name, parts.findings, prefix=prefix)
        if read is not None:
            parts.themes.append(read)
        elif isinstance(theme, dict):
            parts.unreadable["themes"].add(str(theme.get("id")))


def _section(
    model: type[_Model], content: Mapping[str, Any], key: str, parts: Parts
) -> _Model | None:
    return (
        _validated(model, _with_defaults(model, content[key]), EDITION, parts.findings, prefix=key)
        if key in content
        else None
    )


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
    model: type[_Model],
    given: object,
    file: str,
    findings: list[Finding],
    *,
    row: int | str | None = None,
    prefix: str = "",
) -> _Model | None:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        for finding in findings_of(error, file, row=row, prefix=prefix):
            key = (finding.column or "").rsplit(".", 1)[-1]
            near = close_to(key, list(model.model_fields)) if finding.code == "unknown-key" else ""
            findings.append(
                Finding(
                    finding.code,
                    finding.message,
                    finding.remedy + near,
                    finding.file,
                    finding.row,
                    finding.column,
                    finding.value,
                )
            )
        return None


def read_tables(
    parts: Parts, members: Table | None, offices: Table | None, pins: Table | None
) -> None:
    """Read the rows of the tables into members, offices and pins."""
    if members is not None:
        _read_members(members, parts)
    if offices is not None:
        _read_offices(offices, parts)
    if pins is not None:
        _read_pins(pins, parts)


def _has_columns(table: Table, columns: Sequence[str], findings: list[Finding]) -> bool:
    present = {column.lower() for column in table.columns}
    missing = [column for column in columns if column not in present]
    for column in missing:
        near = close_to(column, sorted(present))
        findings.append(
            Finding(
                "missing-column",
                f"the column {column} is missing",
                f"add it to the header{near}",
                table.file,
                1,
                column,
            )
        )
    return not missing


def _read_members(table: Table, parts: Parts) -> None:
    ranked = {c.lower(): int(m[1]) for c in table.columns if (m := _RANKED.match(c.lower()))}
    themes = [column for column, _ in sorted(ranked.items(), key=lambda one: one[1])]
    needed = ["member_id", "country", "postcode", *([] if themes else ["theme_1"])]
    if not _has_columns(table, needed, parts.findings):
        return
    if not table.rows:
        parts.findings.append(
            Finding("no-members", "the table has no members", "add a row per member", table.file)
        )
    extra = [
        c
        for c in table.columns
        if c and c.lower() not in _MEMBER_COLUMNS and c.lower() not in ranked
    ]
    for row in table.rows:
        reader = RowReader(table.file, row)
        given = {
            "member_id": reader.required("member_id"),
            "country": _country(reader),
            "postcode": reader.required("postcode"),
            "themes": _ranked_themes(reader, themes),
            "office": row["office"] or None,
            **{
                name: reader.yes_no(name, True)
                for name in ("cooperator", "commits", "local", "video")
            },
            **{name: reader.yes_no(name, False) for name in ("moderator", "secretary")},
            **{name: reader.codes(name) for name in ("languages", "slots", "together", "apart")},
            **{name: reader.number(name) for name in ("latitude", "longitude")},
            "name": row["name"] or None,
            "email": row["email"] or None,
            "extra": {column: row[column.lower()] for column in extra},
        }
        _keep(parts, reader, Member, given, "members", parts.members, row["member_id"])


def _read_offices(table: Table, parts: Parts) -> None:
    if not _has_columns(table, ("office_id", "country", "postcode"), parts.findings):
        return
    for row in table.rows:
        reader = RowReader(table.file, row)
        given = {
            "office_id": reader.required("office_id"),
            "name": row["name"],
            "country": _country(reader),
            "postcode": reader.required("postcode"),
            **{name: reader.number(name) for name in ("latitude", "longitude", "rooms")},
        }
        _keep(parts, reader, Office, given, "offices", parts.offices, row["office_id"])


def _read_pins(table: Table, parts: Parts) -> None:
    if not _has_columns(table, ("member_id", "theme", "track"), parts.findings):
        return
    for row in table.rows:
        reader = RowReader(table.file, row)
        given = {
            "member_id": reader.required("member_id"),
            "theme": reader.required("theme"),
            "track": reader.required("track").lower(),
            "place": row["place"],
            "role": row["role"].lower() or None,
            "with_members": reader.codes("with_members"),
        }
        _keep(parts, reader, Pin, given, "pins", parts.pins, "")


def _keep(
    parts: Parts,
    reader: RowReader,
    model: type[_Model],
    given: Mapping[str, object],
    kind: str,
    kept: list[_Model],
    record_id: str,
) -> None:
    """Keep the record of a row, or its findings."""
    findings = list(reader.findings)
    known_wrong = {finding.column for finding in findings}
    record = None
    try:
        record = model.model_validate(given)
    except ValidationError as error:
        findings += [
            one
            for one in findings_of(error, reader.file, row=reader.row.number)
            if (one.column or "").split(".")[0] not in known_wrong
        ]
    if record is None or findings:
        parts.findings += findings
        if kind in parts.unreadable:
            parts.unreadable[kind].add(record_id)
        return
    kept.append(record)
    parts.rows[kind].append(reader.row.number)  # type: ignore[arg-type]


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
