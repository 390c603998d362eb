"""Test projects as a folder: projects.csv, followup.csv, meetings.csv, calendars; figures in projects.json.

Comes in: `ChosenProjects`, or such a folder. Goes out: the folder, or `ChosenProjects`. Rows stand in the
tables and figures in projects.json, each once, so that no file can contradict another one.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, JsonValue, ValidationError

from sip_grouping.errors import InputError
from sip_grouping.files.decode import decoded, read_bytes
from sip_grouping.files.folder import read_whole, write_folder
from sip_grouping.files.tables import csv_bytes
from sip_grouping.findings import Finding, finding, findings_of
from sip_grouping.grouping.columns import thousandths
from sip_grouping.grouping.files import cells_as_meant, known_grid
from sip_grouping.plan.files import CALENDARS, PLAN, meetings_table
from sip_grouping.plan.files import COLUMNS as MEETING_COLUMNS
from sip_grouping.plan.plan import Meeting
from sip_grouping.plan.projects import ChosenProjects, ContactRow, ProposalRow
from sip_grouping.units import THOUSANDTHS

PROJECTS, FOLLOWUP, MEETINGS, RECORD = (
    *("projects.csv", "followup.csv", "meetings.csv", "projects.json"),
)
PROJECT_FILES = (PROJECTS, FOLLOWUP, MEETINGS, RECORD, CALENDARS)
FORMAT_VERSION = 1
_PROJECT_COLUMNS = (
    *("project_id", "group_id", "chosen", "willing", "budget", "country", "from", "to"),
)
_CONTACT_COLUMNS = tuple(ContactRow.model_fields)
_TABLES = {"proposals", "contacts", "meetings"}
_IN_POINTS = ("score", "bound", "cost")
_Cells = Mapping[str, str]


def is_projects(folder: Path | str) -> bool:
    """Return whether a folder is one of test projects, and not of a plan of meetings."""
    own = (PROJECTS, FOLLOWUP, RECORD)
    return not (Path(folder) / PLAN).exists() and any((Path(folder) / one).exists() for one in own)


def projects_record(made: ChosenProjects) -> dict[str, JsonValue]:
    """Return projects.json: all but the rows, points as points."""
    told = made.model_dump(mode="json", exclude=_TABLES)
    for name in _IN_POINTS:
        value = told.pop(f"{name}_thousandths")
        told[name] = None if value is None else value / THOUSANDTHS
    return {"format_version": FORMAT_VERSION, **told}


def projects_files(made: ChosenProjects) -> dict[str, bytes]:
    """Return the files by name."""
    record = json.dumps(projects_record(made), indent=2, ensure_ascii=False, allow_nan=False)
    return {
        PROJECTS: csv_bytes(_PROJECT_COLUMNS, map(_proposal_cells, made.proposals)),
        FOLLOWUP: csv_bytes(
            _CONTACT_COLUMNS, ((one.group_id, one.project_id, one.team_id) for one in made.contacts)
        ),
        MEETINGS: meetings_table(made.meetings),
        RECORD: (record + "\n").encode(),
    }


def _proposal_cells(one: ProposalRow) -> list[object]:
    return [
        *(one.project_id, one.group_id, "yes" if one.chosen else "no", one.willing),
        *(one.budget_thousandths / THOUSANDTHS, one.country),
        *(one.first.isoformat(), one.last.isoformat()),
    ]


def save_projects(
    made: ChosenProjects,
    folder: Path | str,
    *,
    force: bool = False,
    others: Mapping[str, bytes] | None = None,
) -> None:
    """Write test projects to a folder, whole or not at all.

    Parameters
    ----------
    force
        Replace an existing folder of test projects.
    others
        Further files by name, such as ``calendars/group-a-1.ics``.

    Raises
    ------
    OutputError
        The folder exists, cannot be written, or holds other files; nothing was changed.
    """
    files = {**projects_files(made), **(others or {})}
    write_folder(folder, files, force=force, known_files=PROJECT_FILES)


def load_projects(path: Path | str) -> ChosenProjects:
    """Read test projects from their folder. Their figures are claims: `verify_projects` checks them.

    Raises
    ------
    InputError
        A file is missing, or is not as `save_projects` writes it.
    """
    return read_whole(path, "plan", _read)


def _read(folder: Path) -> ChosenProjects:
    findings: list[Finding] = []
    proposals = _rows(folder, PROJECTS, _PROJECT_COLUMNS, _proposal, findings)
    contacts = _rows(folder, FOLLOWUP, _CONTACT_COLUMNS, _contact, findings)
    meetings = _rows(folder, MEETINGS, MEETING_COLUMNS, _meeting, findings)
    told = _told(folder / RECORD)
    if isinstance(told, Finding):
        findings.append(told)
    if isinstance(told, Finding) or findings:
        raise InputError(findings)
    rows = {"proposals": proposals, "contacts": contacts, "meetings": meetings}
    try:
        return ChosenProjects.model_validate({**told, **rows})
    except ValidationError as error:
        raise InputError(findings_of(error, RECORD, ChosenProjects)) from None


def _told(path: Path) -> dict[str, Any] | Finding:
    if not path.exists():
        return finding("file-missing", path.name, name=path.name, variant="given")
    content = read_bytes(path)
    text = content if isinstance(content, Finding) else decoded(content, path.name)
    if isinstance(text, Finding):
        return text
    try:
        told = json.loads(text.text)
        if not isinstance(told, dict) or told.pop("format_version", None) != FORMAT_VERSION:
            return finding("projects-unreadable", path.name)
        for name in _IN_POINTS:
            told[f"{name}_thousandths"] = thousandths(told.pop(name, None))
    except (ValueError, RecursionError):
        return finding("projects-unreadable", path.name)
    return told


def _rows(
    folder: Path,
    name: str,
    columns: tuple[str, ...],
    read: Callable[[_Cells], BaseModel],
    findings: list[Finding],
) -> list[BaseModel]:
    if not (folder / name).exists():
        findings.append(finding("file-missing", name, name=name, variant="given"))
        return []
    grid = known_grid(folder / name, columns)
    if isinstance(grid, Finding):
        findings.append(grid)
        return []
    header, *rows = grid.rows
    if cells_as_meant(header) != columns:
        findings.append(finding("projects-unreadable", name, header.number))
        return []
    found = []
    for row in rows:
        cells = cells_as_meant(row)
        try:
            found.append(read(dict(zip(columns, cells, strict=True))))
        except ValueError:  # pydantic's errors are such
            findings.append(finding("projects-unreadable", name, row.number))
    return found


def _proposal(cells: _Cells) -> ProposalRow:
    told = dict(cells)
    given: dict[str, object] = {
        "chosen": {"yes": True, "no": False}.get(told.pop("chosen")),
        "budget_thousandths": thousandths(float(told.pop("budget"))),
        "first": told.pop("from"),
        "last": told.pop("to"),
    }
    return ProposalRow.model_validate({**told, **given})


def _contact(cells: _Cells) -> ContactRow:
    return ContactRow.model_validate({**cells, "project_id": cells["project_id"] or None})


def _meeting(cells: _Cells) -> Meeting:
    either = {name: cells[name] or None for name in ("group_id", "expert_id")}
    return Meeting.model_validate({**cells, **either, "absent": cells["absent"].split()})
