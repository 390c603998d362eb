"""edition.toml as records: name, rules, places, score and themes.

Comes in: a TOML file. Goes out: `Parts` with what could be read of it, and the findings of the rest.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sip_grouping.edition.records import Places, Rules, Theme
from sip_grouping.edition.score import Score
from sip_grouping.files.tables import read_text
from sip_grouping.findings import Finding, close_to, findings_of
from sip_grouping.reading.parts import EDITION, Parts

_Model = TypeVar("_Model", bound=BaseModel)

_DEEPEST_TOML = 20  # the deepest key of an edition is themes[0].rules.local.size_min


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
    message = "the file is nested too deeply to be an edition"
    remedy = "take away the dots or brackets that are too many"
    line = None
    try:
        content = tomllib.loads(text)
        if not _nested_deeper(content, _DEEPEST_TOML):
            return content
    except RecursionError:
        pass  # said above
    except tomllib.TOMLDecodeError as error:
        message, remedy = f"the file is not TOML: {error}", "correct this line"
        line = re.search(r"at line (\d+)", str(error))
    except ValueError:
        message, remedy = "a number in the file has thousands of digits", "write a smaller number"
    findings.append(
        Finding("malformed-toml", message, remedy, file, int(line[1]) if line else None)
    )
    return None


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
