"""A grouping as a folder: assignments.csv, groups.csv, grouping.json, and run.json for the clock.

Comes in: a `Grouping`, or what has one, or such a folder. Goes out: the folder, or the `Grouping`. The
first three files depend on the grouping alone, so equal groupings are equal byte for byte.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path

from pydantic import JsonValue

from sip_grouping.errors import InputError
from sip_grouping.files.decode import read_bytes
from sip_grouping.files.folder import check_output as check_folder
from sip_grouping.files.folder import read_whole, write_folder
from sip_grouping.files.grid import Grid, GridRow, csv_grid
from sip_grouping.files.tables import as_meant, csv_bytes
from sip_grouping.findings import Finding, finding
from sip_grouping.grouping.columns import (
    GROUP_COLUMNS,
    GROUP_TABLE,
    MEMBER_COLUMNS,
    MEMBER_TABLE,
    Cell,
    rows_of_cells,
)
from sip_grouping.grouping.formed import Formed, grouping_of
from sip_grouping.grouping.grouping import Grouping
from sip_grouping.grouping.record import as_record, grouping_from, read_record

_Table = tuple[tuple[str, ...], list[list[Cell]]]

ASSIGNMENTS, GROUPS, GROUPING, RUN = "assignments.csv", "groups.csv", "grouping.json", "run.json"
_KEYS_OF = {ASSIGNMENTS: (0, 2), GROUPS: (0,)}
"""Positions of the columns that tell the rows of a table apart."""
GROUPING_FILES = (ASSIGNMENTS, GROUPS, GROUPING, RUN)


def save(
    grouping: Grouping | Formed,
    folder: Path | str,
    *,
    force: bool = False,
    run: Mapping[str, JsonValue] | None = None,
) -> None:
    """Write a grouping to a folder, whole or not at all.

    Parameters
    ----------
    grouping
        A grouping, or a result that has one.
    force
        Replace an existing folder of a grouping.
    run
        What depends on the clock; goes into run.json. None: of a result, its own record; of a
        grouping alone, no such file.

    Raises
    ------
    OutputError
        The folder exists, cannot be written, or holds other files; nothing was changed.
    NoGroupingError
        The result has no grouping.
    """
    given, grouping = grouping, grouping_of(grouping, "save")
    if run is None and not isinstance(given, Grouping):
        run = given.run_record()
    files = contents_of(grouping)
    if run is not None:
        files[RUN] = _json(dict(run))
    write_folder(folder, files, force=force, known_files=GROUPING_FILES)


def contents_of(grouping: Grouping) -> dict[str, bytes]:
    """Return the files of a grouping by name, without what depends on the clock."""
    return {
        **{name: csv_bytes(*table) for name, table in _tables(grouping).items()},
        GROUPING: _json(as_record(grouping)),
    }


def files_in(folder: Path | str) -> dict[str, bytes]:
    """Return the files of a grouping that stand in a folder, as they are, without that of the clock."""
    names = (name for name in GROUPING_FILES if name != RUN)
    paths = {name: Path(folder) / name for name in names}
    return {name: path.read_bytes() for name, path in paths.items() if path.exists()}


def _tables(grouping: Grouping) -> dict[str, _Table]:
    """Return the tables of a grouping by their file: columns and rows, placed members first."""
    members = (*grouping.placements, *grouping.left_out)
    return {
        ASSIGNMENTS: (MEMBER_COLUMNS, rows_of_cells(MEMBER_TABLE, members)),
        GROUPS: (GROUP_COLUMNS, rows_of_cells(GROUP_TABLE, grouping.group_records)),
    }


def load_grouping(path: Path | str) -> Grouping:
    """Read a grouping from its folder. Its figures are claims: `verify` checks them.

    Raises
    ------
    InputError
        A file is missing or unreadable, or the files of the folder contradict each other.
    """
    return read_whole(path, "grouping", _read)


def _read(folder: Path) -> Grouping:
    grouping = grouping_from(read_record(folder / GROUPING))
    findings = [
        finding
        for name, (columns, rows) in _tables(grouping).items()
        for finding in differences(folder / name, columns, rows, _KEYS_OF[name])
    ]
    if findings:
        raise InputError(findings)
    return grouping


def check_output(folder: Path | str, *, force: bool = False) -> None:
    """Refuse an output folder before any groups are formed for it; see `save`.

    Raises
    ------
    OutputError
        As `save` would.
    """
    check_folder(folder, force=force, known_files=GROUPING_FILES)


def _json(content: Mapping[str, JsonValue]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def differences(
    path: Path, columns: tuple[str, ...], expected: list[list[Cell]], key: tuple[int, ...]
) -> list[Finding]:
    """Return where a table says something else than grouping.json.

    Parameters
    ----------
    path
        The table; without it there is nothing to compare.
    columns, expected
        Its columns and rows, as grouping.json has them.
    key
        Positions of the columns that tell rows apart: the table may be sorted otherwise.
    """
    if not path.exists():
        return []
    grid = known_grid(path, columns)
    if isinstance(grid, Finding):
        return [grid]
    wanted = [["" if cell is None else str(cell) for cell in row] for row in expected]
    header, *rows = grid.rows
    if cells_as_meant(header) != columns:
        return [finding("files-differ", path.name, 1, variant="columns")]
    return list(_unlike(path.name, rows, columns, wanted, key))


def known_grid(path: Path, columns: Sequence[str]) -> Grid | Finding:
    """Return a table whose columns are known as rows of text; what is wrong with it, if it cannot be read."""
    content = read_bytes(path)
    if isinstance(content, Finding):
        return content
    known = set(columns)
    return csv_grid(content, path.name, lambda row: len(known.intersection(row)))


def cells_as_meant(row: GridRow) -> tuple[str, ...]:
    """Return the cells of a row without the spaces around them, and without what keeps them from running."""
    return tuple(as_meant(cell.strip()) for cell in row.cells)


def _stands(cells: Sequence[str], expected: list[str]) -> bool:
    """Return whether a row is written just as it is expected, and so is no other way to read it."""
    return cells == expected and "\n'" not in "\n".join(["", *cells])


def _unlike(
    file: str,
    rows: Sequence[GridRow],
    columns: tuple[str, ...],
    expected: list[list[str]],
    key: tuple[int, ...],
) -> Iterator[Finding]:
    cells = []
    for row, wanted in zip_longest(rows, expected[: len(rows)]):
        if wanted is not None and _stands(row.cells, wanted):
            cells.append(wanted)
            continue
        told = cells_as_meant(row)
        if any(told[len(columns) :]):
            yield finding("files-differ", file, row.number, variant="columns")
        cells.append([*told, *[""] * (len(columns) - len(told))][: len(columns)])
    if [row[0] for row in cells] == [row[0] for row in expected]:
        pairs = list(zip(rows, cells, expected, strict=True))
    else:
        wanted_by_key = {tuple(row[at] for at in key): row for row in expected}
        pairs = []
        for row, values in zip(rows, cells, strict=True):
            wanted = wanted_by_key.pop(tuple(values[at] for at in key), None)
            if wanted is None:
                place = (file, row.number, columns[0], values[0])
                yield finding("files-differ", *place, variant="surplus")
            else:
                pairs.append((row, values, wanted))
        for missing in wanted_by_key.values():
            absent = missing[0]
            yield finding(
                "files-differ", file, None, columns[0], absent, variant="absent", first=absent
            )
    for row, values, wanted in pairs:
        if values is wanted:
            continue
        for column, value, other in zip(columns, values, wanted, strict=True):
            if value != other.strip():  # cells are read without the spaces around them
                place = (file, row.number, column, value)
                yield finding("files-differ", *place, variant="cell", other=other)
