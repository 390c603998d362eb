"""edition.toml as records: name, rules, places, score, themes, and how tables are to be read.

Comes in: the text of a TOML file, or the same keys from a sheet. Goes out: `Settings` with what could
be read, and the findings of the rest.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sip_grouping.edition.calendar import Calendar, ProjectRules
from sip_grouping.edition.life import Disruption, RoundRules
from sip_grouping.edition.limits import Total
from sip_grouping.edition.previous import Previous
from sip_grouping.edition.records import Places, Rules, Theme
from sip_grouping.edition.score import Score
from sip_grouping.findings import Finding, close_to, finding, findings_of
from sip_grouping.reading.mapping import Reading

_Model = TypeVar("_Model", bound=BaseModel)

_DEEPEST_TOML = 20  # the deepest key of an edition is themes[0].rules.local.size_min
_QUOTE = re.compile(r"[=\[,{]\s*[\u201c\u201d\u201e\u00ab\u00bb\u2018\u2019]")
_DECIMAL_COMMA = re.compile(r"=\s*[+-]?\d+,\d+\s*(#.*)?$")
KEYS = (
    *("name", "rules", "places", "score", "total", "themes", "reading"),
    *("rounds", "disruption", "previous", "calendar", "projects"),
)

_DATES = frozenset({"from", "to", "in_person_from", "closed"})
"""Keys whose values are dates."""


@dataclass(slots=True)
class Settings:
    """What an edition says beside its tables.

    Attributes
    ----------
    unreadable_themes
        Ids of themes that have findings.
    themes_complete, rules_read
        Whether all themes could be told, and the rules be read.
    """

    file: str
    sheet: str | None = None
    name: str = ""
    themes: list[Theme] = field(default_factory=list)
    rules: Rules = field(default_factory=Rules)
    places: Places = field(default_factory=Places)
    score: Score = field(default_factory=Score)
    total: Total = field(default_factory=Total)
    reading: Reading = field(default_factory=Reading)
    rounds: RoundRules = field(default_factory=RoundRules)
    disruption: Disruption = field(default_factory=Disruption)
    previous: Previous = field(default_factory=Previous)
    calendar: Calendar | None = None
    projects: ProjectRules | None = None
    unreadable_themes: set[str] = field(default_factory=set)
    themes_complete: bool = True
    rules_read: bool = True
    findings: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)


def unread_settings(file: str, findings: list[Finding]) -> Settings:
    """Return the settings of a file that could not be read at all."""
    return Settings(file, themes_complete=False, rules_read=False, findings=findings)


def toml_settings(text: str, file: str) -> Settings:
    """Return the settings of a TOML text."""
    findings: list[Finding] = []
    content = _parsed(text, file, findings)
    return unread_settings(file, findings) if content is None else settings_of(content, file)


def settings_of(
    content: Mapping[str, Any],
    file: str,
    sheet: str | None = None,
    rows: Mapping[str, int | str] | None = None,
) -> Settings:
    """Return the settings that keys and values say.

    Parameters
    ----------
    rows
        Where the content comes from a sheet: the row of each dotted key.
    """
    read = Settings(file, sheet)
    for key in content:
        if key not in KEYS:
            read.findings.append(
                finding("unknown-key", file, None, key, near=_near(key), sheet=sheet)
            )
    _name(content.get("name"), read)
    read.rules = _section(Rules, content, "rules", read) or read.rules
    read.rules_read = not any((one.column or "").startswith("rules") for one in read.findings)
    read.places = _section(Places, content, "places", read) or read.places
    read.score = _section(Score, content, "score", read) or read.score
    read.total = _section(Total, content, "total", read) or read.total
    read.reading = _section(Reading, content, "reading", read) or read.reading
    read.rounds = _section(RoundRules, content, "rounds", read) or read.rounds
    read.disruption = _section(Disruption, content, "disruption", read) or read.disruption
    read.previous = _section(Previous, content, "previous", read) or read.previous
    read.calendar = _calendar(content, read)
    read.projects = _section(ProjectRules, _with_dates(content, "projects"), "projects", read)
    _themes(content.get("themes"), read)
    if rows is not None or sheet is not None:
        read.findings = [
            replace(one, sheet=sheet, row=_row_of(one.column, rows or {})) for one in read.findings
        ]
    return read


def _near(key: str) -> str | None:
    return close_to(key, KEYS).partition("'")[2].partition("'")[0] or None


def _row_of(key: str | None, rows: Mapping[str, int | str]) -> int | str | None:
    """Return the row of a key, or of what stands above it."""
    while key:
        if key in rows:
            return rows[key]
        key = key.rpartition(".")[0]
    return None


def _name(name: object, read: Settings) -> None:
    if isinstance(name, str) and name.strip():
        read.name = name.strip()
        return
    read.findings.append(
        finding(
            "missing-key" if name is None else "not-text",
            read.file,
            None,
            "name",
            None if name is None else str(name),
            variant="name",
        )
    )


def _themes(themes: object, read: Settings) -> None:
    if not isinstance(themes, list) or not themes:
        read.findings.append(finding("no-theme", read.file, None, "themes"))
        read.themes_complete = False
        return
    for number, theme in enumerate(themes):
        one = _validated(Theme, theme, read, prefix=f"themes[{number}]")
        if one is not None:
            read.themes.append(one)
        elif isinstance(theme, dict) and isinstance(theme.get("id"), str):
            read.unreadable_themes.add(theme["id"])
        else:
            read.themes_complete = False


def _parsed(text: str, file: str, findings: list[Finding]) -> dict[str, Any] | None:
    try:
        content = tomllib.loads(text)
        if not _nested_deeper(content, _DEEPEST_TOML):
            return content
        findings.append(finding("malformed-toml", file, variant="deep"))
    except RecursionError:
        findings.append(finding("malformed-toml", file, variant="deep"))
    except tomllib.TOMLDecodeError as error:
        findings += _slips(text, file) or [_malformed(str(error), file)]
    except ValueError:
        findings.append(finding("malformed-toml", file, variant="digits"))
    return None


def _slips(text: str, file: str) -> list[Finding]:
    """Return the lines with what a word processor or a Dutch or French keyboard writes."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if _QUOTE.search(line):
            found.append(finding("typographic-quotes", file, number, None, line.strip()))
        if _DECIMAL_COMMA.search(line):
            found.append(finding("decimal-comma", file, number, None, line.strip()))
    return found


def _malformed(reason: str, file: str) -> Finding:
    line = re.search(r"at line (\d+)", reason)
    return finding("malformed-toml", file, int(line[1]) if line else None, reason=reason)


def _nested_deeper(content: object, limit: int) -> bool:
    """Return whether tables and lists stand in each other more than `limit` deep."""
    level = [content]
    for _ in range(limit):
        inner = (
            one.values() if isinstance(one, dict) else one
            for one in level
            if isinstance(one, dict | list)
        )
        level = [one for values in inner for one in values]
    return bool(level)


def _section(
    model: type[_Model], content: Mapping[str, Any], key: str, read: Settings
) -> _Model | None:
    if key not in content:
        return None
    return _validated(model, _with_defaults(model, content[key]), read, prefix=key)


def _calendar(content: Mapping[str, Any], read: Settings) -> Calendar | None:
    """Read `[calendar]`; findings call a phase by its id, where it has one."""
    known = len(read.findings)
    calendar = _section(Calendar, _with_dates(content, "calendar"), "calendar", read)
    told = content.get("calendar")
    phases = told.get("phases") if isinstance(told, dict) else None
    ids = {
        f"calendar.phases.{number}": f"calendar.phases.{phase['id']}"
        for number, phase in enumerate(phases if isinstance(phases, list) else ())
        if isinstance(phase, dict) and isinstance(phase.get("id"), str)
    }
    read.findings[known:] = [_by_phase(one, ids) for one in read.findings[known:]]
    return calendar


def _by_phase(one: Finding, ids: Mapping[str, str]) -> Finding:
    column = one.column or ""
    numbered = ".".join(column.split(".")[:3])
    return replace(one, column=ids.get(numbered, numbered) + column.removeprefix(numbered))


def _with_dates(content: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return a section with its dates as texts, where one is expected; any other stays a finding."""
    return {key: _dates_told(content[key])} if key in content else {}


def _dates_told(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _dates_told(one, name) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_dates_told(one, key) for one in value]
    return value.isoformat() if isinstance(value, date) and key in _DATES else value


def _with_defaults(model: type[BaseModel], given: object) -> object:
    """Fill half-given size limits from the defaults: `local = { size_min = 6 }` keeps size_max."""
    if model is not Rules or not isinstance(given, dict):
        return given
    filled = dict(given)
    for track in ("local", "video"):
        if isinstance(given.get(track), dict):
            filled[track] = getattr(Rules(), track).model_dump() | given[track]
    return filled


def _validated(model: type[_Model], given: object, read: Settings, *, prefix: str) -> _Model | None:
    """Read a table of TOML. Types are taken strictly: `true` is no number, and "8" is none either."""
    try:
        return model.model_validate_json(
            json.dumps(given, default=_no_json), strict=True, by_alias=True, by_name=False
        )
    except ValidationError as error:
        read.findings += findings_of(error, read.file, model, prefix=prefix)
        return None


def _no_json(value: object) -> list[str]:
    """Return a date of TOML as something that no field takes: where one is expected it is a text by now."""
    return [str(value)]
