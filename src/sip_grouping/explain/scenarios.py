"""Scenarios in files: lists of changes by name.

Comes in: a CSV file with a row per scenario, or a TOML file with a table for each. Goes out: a `Scenario` by
its name, in the order of the file, or one `InputError` with every finding.
"""

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sip_grouping.edition import Edition
from sip_grouping.errors import InputError
from sip_grouping.explain.changes import Change, MemberChange, OfficeChange, changes_from
from sip_grouping.explain.keys import SECTIONS
from sip_grouping.explain.typed import key_change, typed_changes
from sip_grouping.files.decode import decoded, read_bytes
from sip_grouping.files.grid import csv_grid
from sip_grouping.findings import Finding, finding
from sip_grouping.solve.profiles import PROFILES
from sip_grouping.text import cleaned

NAME, VOLUNTEERS, PROFILE = "scenario", "add_volunteer", "profile"


SCORE = "score"
"""No profile, where a sweep has one for all others."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is changed, and by which profile the groups are formed.

    Attributes
    ----------
    profile
        Name of a list of objectives, as of `form_groups`; ``score``: the plain score; None: that of the
        sweep.
    """

    changes: tuple[Change, ...] = ()
    profile: str | None = None

    def __iter__(self) -> Iterator[Change]:
        """Iterate over the changes."""
        return iter(self.changes)

    def __len__(self) -> int:
        """Return how many changes there are."""
        return len(self.changes)


Scenarios = dict[str, Scenario]


def read_changes(path: Path) -> tuple[Change, ...]:
    """Read a list of changes as JSON, by itself or under ``changes``.

    Raises
    ------
    InputError
        The file cannot be read, or something in it is no change; holds every finding.
    """
    try:
        content = json.loads(_text(path))
    except (json.JSONDecodeError, RecursionError):
        raise InputError([finding("no-list-of-changes", path.name)]) from None
    listed = content.get("changes") if isinstance(content, dict) else content
    if not isinstance(listed, list):
        raise InputError([finding("no-list-of-changes", path.name)])
    return changes_from(listed)


def read_scenarios(path: Path | str, edition: Edition) -> Scenarios:
    """Read scenarios.

    A CSV file has a row per scenario. Its columns are ``scenario`` (the name; left out: the number of the
    row), keys of edition.toml (``rules.travel_km``), cells of members and offices by id (``m012.secretary``,
    ``liege.rooms``), ``add_volunteer`` (``moderator:FR-69003``, several separated by semicolons), and
    ``profile`` (``rank-maximal``; ``score``: the plain score). An empty cell: nothing is changed. A TOML
    file has a table ``[[scenarios]]`` for each, with ``name``, ``set`` (values by key), ``add_volunteer`` (a
    list), ``changes`` (as JSON has them) and ``profile``.

    Parameters
    ----------
    edition
        Whose members and offices the columns name.

    Raises
    ------
    InputError
        The file cannot be read, or something in it is no change; holds every finding.
    """
    path = Path(path)
    text = _text(path)
    findings: list[Finding] = []
    tables = _of_toml if path.suffix.lower() == ".toml" else _of_csv
    found: Scenarios = {}
    for row, name, made, profile in tables(text, path, edition, findings):
        if name in found:
            findings.append(finding("scenario-twice", path.name, row, NAME, name))
        found[name] = Scenario(made, _profile(profile, row, path, findings))
    if not found and not findings:
        findings.append(finding("no-scenarios", path.name))
    if findings:
        raise InputError(findings)
    return found


def _text(path: Path) -> str:
    content = read_bytes(path)
    if isinstance(content, Finding):
        raise InputError([content])
    text = decoded(content, path.name)
    if isinstance(text, Finding):
        raise InputError([text])
    return text.text


_Read = Iterator[tuple[int, str, tuple[Change, ...], object]]
"""Row, name, changes, and what stands where the profile is named."""


def _profile(value: object, row: int, path: Path, findings: list[Finding]) -> str | None:
    if value is None or value == "":
        return None
    name = value.replace("-", "_") if isinstance(value, str) else ""
    if name != SCORE and name not in PROFILES:
        known = ", ".join(one.replace("_", "-") for one in (SCORE, *PROFILES))
        wrong = finding("no-such-profile", path.name, row, PROFILE, str(value), known=known)
        findings.append(wrong)
        return None
    return name


def _of_csv(text: str, path: Path, edition: Edition, findings: list[Finding]) -> _Read:
    grid = csv_grid(text.encode(), path.name, lambda cells: sum(_is_title(one) for one in cells))
    if isinstance(grid, Finding):
        findings.append(grid)
        return
    header, *rows = grid.rows
    titles = [cleaned(one) for one in header.cells]
    for number, row in enumerate(rows, start=1):
        cells = dict(zip(titles, map(cleaned, row.cells), strict=False))
        name = cells.pop(NAME, "") or str(number)
        profile = cells.pop(PROFILE, "")
        made: list[Change] = []
        for title, cell in cells.items():
            if cell:
                made += _of_cell(title, cell, edition, int(row.number), path, findings)
        yield int(row.number), name, tuple(made), profile


def _is_title(cell: str) -> bool:
    return cell in {NAME, VOLUNTEERS, PROFILE} or "." in cell


def _of_cell(
    title: str, cell: str, edition: Edition, row: int, path: Path, findings: list[Finding]
) -> tuple[Change, ...]:
    """Return what a cell changes; what its column names decides how it is read."""
    if title == VOLUNTEERS:
        return _volunteers(cell.split(";"), edition, row, path, findings)
    row_id, _, field = title.rpartition(".")
    if row_id in edition.member_by_id:
        return (MemberChange(member_id=row_id, field=field, value=cell),)
    if row_id in edition.office_by_id and title.partition(".")[0] not in SECTIONS:
        return (OfficeChange(office_id=row_id, field=field, value=cell),)
    made = key_change(title, cell)
    if isinstance(made, Finding):
        findings.append(_at(made, row, path))
        return ()
    return (made,)


def _volunteers(
    texts: list[str], edition: Edition, row: int, path: Path, findings: list[Finding]
) -> tuple[Change, ...]:
    try:
        return typed_changes(edition, volunteers=[one.strip() for one in texts if one.strip()])
    except InputError as error:
        findings += [_at(one, row, path, VOLUNTEERS) for one in error.findings]
        return ()


def _at(one: Finding, row: int, path: Path, column: str | None = None) -> Finding:
    """Return a finding with its place in the file of scenarios."""
    return replace(one, file=path.name, row=row, column=column or one.column)


def _of_toml(text: str, path: Path, edition: Edition, findings: list[Finding]) -> _Read:
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        findings.append(finding("malformed-toml", path.name, reason=str(error)))
        return
    listed = content.get("scenarios")
    for number, one in enumerate(listed if isinstance(listed, list) else (), start=1):
        if isinstance(one, dict):
            yield (
                number,
                str(one.get("name") or number),
                tuple(_of_table(one, number, edition, path, findings)),
                one.get(PROFILE),
            )


def _of_table(
    table: Mapping[str, Any], number: int, edition: Edition, path: Path, findings: list[Finding]
) -> Iterator[Change]:
    known = {"name", "set", VOLUNTEERS, "changes", PROFILE}
    findings += [
        finding("unknown-key", path.name, number, key, near=None)
        for key in table
        if key not in known
    ]
    settings: Any = table.get("set") or {}
    listed: Any = table.get("changes") or []
    volunteers: Any = table.get(VOLUNTEERS) or []
    shapes = (("set", settings, dict), ("changes", listed, list), (VOLUNTEERS, volunteers, list))
    wrong = [key for key, value, kind in shapes if not isinstance(value, kind)]
    findings += [
        finding("not-a-table" if key == "set" else "not-a-list", path.name, number, key)
        for key in wrong
    ]
    if wrong:
        return
    given = [*listed, *({"kind": "rule", "key": k, "value": v} for k, v in _flat(settings))]
    try:
        yield from changes_from(given)
    except InputError as error:
        findings += [_at(one, number, path) for one in error.findings]
    yield from _volunteers(list(map(str, volunteers)), edition, number, path, findings)


def _flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield keys with dots, as they were written or from tables in tables."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{key}.")
        else:
            yield above + key, value
