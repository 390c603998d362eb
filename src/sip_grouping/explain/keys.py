"""The keys of edition.toml, and one of them set to another value.

Comes in: an edition, changes of keys. Goes out: `Settings` as the reader of edition.toml gives them, with
findings that call each key as it was given; and the changes that change nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from pydantic import BaseModel

from sip_grouping.edition import Edition
from sip_grouping.edition.life import Disruption, RoundRules
from sip_grouping.edition.limits import Total
from sip_grouping.edition.previous import Previous
from sip_grouping.edition.records import Places, Rules, Theme
from sip_grouping.edition.score import Score
from sip_grouping.explain.changes import CHANGES, RuleChange
from sip_grouping.findings import Finding, finding, nearest
from sip_grouping.frozen import Frozen
from sip_grouping.reading.settings import Settings, settings_of
from sip_grouping.reading.writing import settings_content

SECTIONS: dict[str, type[BaseModel]] = {
    "rules": Rules,
    "places": Places,
    "score": Score,
    "total": Total,
    "rounds": RoundRules,
    "disruption": Disruption,
    "previous": Previous,
}
_NUMBERED = re.compile(r"^themes\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class KeysSet:
    """What edition.toml says with other values; `idle` are the changes that change nothing."""

    settings: Settings
    idle: tuple[RuleChange, ...]


def with_keys(edition: Edition, changes: Sequence[RuleChange]) -> KeysSet:
    """Return the settings of an edition with some keys set, and what is wrong with them."""
    content = settings_content(edition)
    content.pop("reading", None)  # how the files are read is no part of an edition
    theme_ids = [one.id for one in edition.themes]
    known = frozenset(_known_keys(theme_ids))
    findings: list[Finding] = []
    idle: list[RuleChange] = []
    for one in changes:
        path = _path(one.key, theme_ids)
        if not _is_known(one.key, known):
            findings.append(_unknown(one, known))
        elif not _put(content, path, one.value):
            idle.append(one)
    settings = settings_of(content, CHANGES)
    told = [_by_id(one, theme_ids) for one in settings.findings]
    settings.findings = [*findings, *told]
    return KeysSet(settings, tuple(idle))


def by_theme_id(findings: Sequence[Finding], edition: Edition) -> list[Finding]:
    """Return findings whose keys have the id of a theme where the reader counts themes."""
    ids = [one.id for one in edition.themes]
    return [_by_id(one, ids) for one in findings]


def _by_id(one: Finding, theme_ids: Sequence[str]) -> Finding:
    numbered = _NUMBERED.match(one.column or "")
    if numbered is None or one.column is None:
        return one
    theme = theme_ids[int(numbered[1])]
    return replace(one, column=f"themes.{theme}{one.column[numbered.end() :]}")


def _path(key: str, theme_ids: Sequence[str]) -> list[str | int]:
    """Return the steps to a key; a theme's by its position."""
    first, *rest = key.split(".")
    if first == "themes" and rest and rest[0] in theme_ids:
        return [first, theme_ids.index(rest[0]), *rest[1:]]
    return [first, *rest]


def _put(content: dict[str, Any], path: Sequence[str | int], value: Any) -> bool:
    """Set or leave out a key; return whether that changes anything."""
    level: Any = content
    for part in path[:-1]:
        inner = level[part] if isinstance(part, int) else level.get(part)
        if not isinstance(inner, dict | list):
            if value is None:
                return False
            inner = level[part] = {}
        level = inner
    last = path[-1]
    before = level.get(last)
    if value is None:
        return level.pop(last, None) is not None
    plain = _plain(value)
    level[last] = plain
    # True is no 1 in TOML.
    return bool(before != plain or isinstance(before, bool) != isinstance(plain, bool))


def _plain(value: Any) -> Any:
    if isinstance(value, Frozen):
        return {key: _plain(one) for key, one in value.items()}
    return list(map(_plain, value)) if isinstance(value, tuple) else value


def _known_keys(theme_ids: Sequence[str]) -> Iterator[str]:
    yield "name"
    for name, model in SECTIONS.items():
        yield name
        yield from _keys_of(model, f"{name}.")
    for theme in theme_ids:
        yield from _keys_of(Theme, f"themes.{theme}.")


def _keys_of(model: type[BaseModel], prefix: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield prefix + name
        for kind in (field.annotation, *get_args(field.annotation)):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from _keys_of(kind, f"{prefix}{name}.")


def _is_known(key: str, known: frozenset[str]) -> bool:
    # A title may be given in any language.
    return key in known or (
        key.count(".") == 3 and key.rpartition(".")[0] in known and ".title." in key
    )


def _unknown(one: RuleChange, known: frozenset[str]) -> Finding:
    """Return that there is no such key, with the nearest: the whole key, or the end of one."""
    near = nearest(one.key, sorted(known))
    if near is None or "." not in one.key:
        ends = {key.rpartition(".")[2]: key for key in sorted(known, key=_by_depth, reverse=True)}
        near = ends.get(nearest(one.key.rpartition(".")[2], ends) or "", near)
    return finding("unknown-key", CHANGES, None, one.key, str(one.value), near=near)


def _by_depth(key: str) -> tuple[bool, int, str]:
    return key.startswith("themes."), key.count("."), key
