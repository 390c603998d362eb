"""Changes made in the files of an edition, as somebody with an editor would; shares no code with the package.

Comes in: a folder as `save_edition` writes it, changes as the file contract has them. Goes out: the same
folder, edited.
"""

import csv
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import tomli_w

Change = Mapping[str, Any]


def change_files(folder: Path, changes: Sequence[Change]) -> None:
    """Make changes in the files of a folder."""
    for one in changes:
        match one["kind"]:
            case "rule":
                _set_key(folder / "edition.toml", one["key"], one["value"])
            case "member":
                _set_cell(folder / "members.csv", "member_id", one["member_id"], one)
            case "office":
                _set_cell(folder / "offices.csv", "office_id", one["office_id"], one)
            case "add_member":
                _add_row(folder / "members.csv", one["row"])
            case "pin":
                row = {key: value for key, value in one.items() if key != "kind"}
                _add_row(folder / "pins.csv", row)
            case "remove_pin":
                _leave_out_pin(folder / "pins.csv", one)


def _set_key(path: Path, key: str, value: object) -> None:
    content = tomllib.loads(path.read_text("utf-8"))
    level: Any = content
    parts = key.split(".")
    if parts[0] == "themes":
        level = next(one for one in content["themes"] if one["id"] == parts[1])
        parts = parts[2:]
    for part in parts[:-1]:
        if value is None and part not in level:
            return
        level = level.setdefault(part, {})
    if value is None:
        level.pop(parts[-1], None)
    else:
        level[parts[-1]] = value
    path.write_text(tomli_w.dumps(content), "utf-8")


def _set_cell(path: Path, key: str, row_id: str, change: Change) -> None:
    columns, rows = _read(path)
    if change["field"] not in columns:
        columns.append(change["field"])
    for row in rows:
        if row[key] == row_id:
            row[change["field"]] = change["value"]
    _write(path, _with_ranks(columns), rows)


def _add_row(path: Path, row: Mapping[str, str]) -> None:
    columns, rows = _read(path) if path.exists() else ([], [])
    columns += [one for one in row if one not in columns]
    _write(path, _with_ranks(columns), [*rows, row])


def _leave_out_pin(path: Path, change: Change) -> None:
    columns, rows = _read(path)
    about = ("member_id", "theme", "track", "place")
    _write(path, columns, [row for row in rows if any(row[one] != change[one] for one in about)])


def _with_ranks(columns: list[str]) -> list[str]:
    """Add columns of ranks that are left out: a third one needs a column for the second."""
    ranks = [int(one.removeprefix("theme_")) for one in columns if one.startswith("theme_")]
    wanted = [f"theme_{rank}" for rank in range(1, max(ranks, default=0) + 1)]
    return columns + [one for one in wanted if one not in columns]


def _read(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
        return list(reader.fieldnames or ()), rows


def _write(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
