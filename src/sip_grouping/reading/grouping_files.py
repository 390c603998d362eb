"""The files of a grouping whose tables somebody may have edited: a folder, or a workbook.

Comes in: the path. Goes out: `GroupingFiles`: the two tables as rows of text, where grouping.json is, and
what is wrong with the files themselves. Names of files and sheets count whatever their case.
"""

from dataclasses import dataclass, field
from pathlib import Path

from sip_grouping.files.decode import read_bytes
from sip_grouping.files.folder import existing_folder
from sip_grouping.files.grid import Grid
from sip_grouping.files.workbook import workbook_grids
from sip_grouping.findings import Finding, finding
from sip_grouping.reading.sources import (
    WORKBOOKS,
    FilesOf,
    grid_of,
    missing_file,
    sheet_of,
)

ASSIGNMENTS, GROUPS, RECORD = "assignments.csv", "groups.csv", "grouping.json"


@dataclass(slots=True)
class GroupingFiles:
    """What the files of a grouping hold, as text.

    Attributes
    ----------
    groups
        None where there is no such table.
    record
        grouping.json; None where there is none beside a workbook.
    """

    assignments: Grid | None = None
    groups: Grid | None = None
    record: Path | None = None
    findings: list[Finding] = field(default_factory=list)


def is_workbook(path: Path) -> bool:
    """Return whether a path is that of a workbook and not of a folder."""
    return path.suffix.lower() in WORKBOOKS and not path.is_dir()


def opened_grouping(path: Path) -> GroupingFiles:
    """Read the tables of a grouping.

    A workbook has them as sheets; its grouping.json is the one beside it.

    Raises
    ------
    InputError
        There is no such folder.
    """
    files = GroupingFiles()
    if is_workbook(path):
        _open_sheets(path, files)
        if path.parent.is_dir():
            files.record = FilesOf(path.parent).the(RECORD, files.findings)
        return files
    folder = existing_folder(path, "grouping")
    names = FilesOf(folder)
    files.record = names.the(RECORD, files.findings) or folder / RECORD
    file = names.the(ASSIGNMENTS, files.findings)
    groups = names.the(GROUPS, files.findings)
    if file is None:
        near = names.near(ASSIGNMENTS)
        files.findings.append(
            finding("file-missing", ASSIGNMENTS, variant="grouping")
            if near is None
            else missing_file(ASSIGNMENTS, names)
        )
    elif is_workbook(file) and groups is None:
        _open_sheets(file, files)
    else:
        files.assignments = grid_of(file, "assignments", files.findings)
    if groups is not None:
        files.groups = grid_of(groups, "groups", files.findings)
    return files


def _open_sheets(file: Path, files: GroupingFiles) -> None:
    """Take both tables from the sheets of a workbook; further sheets are somebody's own."""
    content = read_bytes(file)
    grids = content if isinstance(content, Finding) else workbook_grids(content, file.name)
    if isinstance(grids, Finding):
        files.findings.append(grids)
        return
    shown = [one for one in grids.values() if not one.hidden] or list(grids.values())
    files.assignments = sheet_of(grids, "assignments") or (shown[0] if len(shown) == 1 else None)
    files.groups = sheet_of(grids, "groups")
    if files.assignments is None:
        variant = "several" if grids else "empty"
        files.findings.append(
            finding(
                "sheet-missing", file.name, variant=variant,
                sheet_name="assignments", sheets=tuple(map(repr, grids)) or ("-",),
            )
        )  # fmt: skip
