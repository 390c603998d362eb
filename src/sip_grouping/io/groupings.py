"""A grouping as a folder: assignments.csv, groups.csv, grouping.json, and run.json for the clock.

Comes in: a `Grouping` or a `Result`, or such a folder. Goes out: the folder, or the `Grouping`. The
first three files depend on the grouping alone, so equal groupings are equal byte for byte.
"""

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import JsonValue, ValidationError

from sip_grouping.errors import Finding, InputError
from sip_grouping.grouping import (
    FORMAT_VERSION,
    GROUP_COLUMNS,
    MEMBER_COLUMNS,
    Group,
    Grouping,
    LeftOut,
    Placement,
)
from sip_grouping.io.folder import check_output as check_folder
from sip_grouping.io.folder import write_folder
from sip_grouping.result import Result
from sip_grouping.units import THOUSANDTHS

ASSIGNMENTS, GROUPS, GROUPING, RUN = "assignments.csv", "groups.csv", "grouping.json", "run.json"
GROUPING_FILES = (ASSIGNMENTS, GROUPS, GROUPING, RUN)


def save(
    grouping: Grouping | Result,
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
        What depends on the clock; goes into run.json.

    Raises
    ------
    OutputError
        The folder exists, cannot be written, or holds other files; nothing was changed.
    ValueError
        The result has no grouping.
    """
    if isinstance(grouping, Result):
        if grouping.grouping is None:
            raise ValueError(f"the result has no grouping to save: its status is {grouping.status}")
        grouping = grouping.grouping
    files = {
        ASSIGNMENTS: _table(MEMBER_COLUMNS, member_rows(grouping)),
        GROUPS: _table(GROUP_COLUMNS, group_rows(grouping)),
        GROUPING: _json(as_record(grouping)),
    }
    if run is not None:
        files[RUN] = _json(dict(run))
    write_folder(folder, files, force=force, known_files=GROUPING_FILES)


def member_rows(grouping: Grouping) -> list[list[str]]:
    """Return the rows of assignments.csv as text, placed members first."""
    placed = [
        [
            one.member_id,
            "placed",
            one.group_id,
            one.role,
            one.theme,
            str(one.rank),
            one.track,
            _km(one.travel_m),
            "",
        ]
        for one in grouping.placements
    ]
    return placed + [
        [one.member_id, one.status, "", "", "", "", "", "", one.reason] for one in grouping.left_out
    ]


def group_rows(grouping: Grouping) -> list[list[str]]:
    """Return the rows of groups.csv as text."""
    return [
        [
            one.group_id,
            one.theme,
            one.track,
            one.place,
            one.place_name,
            _number(one.latitude),
            _number(one.longitude),
            one.language,
            one.slot,
            str(one.size),
            " ".join(one.moderators),
            " ".join(one.secretaries),
            _km(one.mean_travel_m),
            _km(one.max_travel_m),
            _km(one.spread_m),
        ]
        for one in grouping.group_records
    ]


def as_record(grouping: Grouping) -> dict[str, JsonValue]:
    """Return a grouping as plain JSON: ids, no names.

    Groups and assignments have the columns of their CSV files; points and km are numbers with at
    most 3 decimals, what does not apply is null, role holders are lists of ids.
    """
    return {
        "format_version": FORMAT_VERSION,
        "edition": {"name": grouping.edition_name, "digest": grouping.edition_digest},
        "status": grouping.status.value,
        "score": grouping.score,
        "bound": grouping.bound,
        "gap": grouping.gap,
        "score_terms": {
            name: value / THOUSANDTHS for name, value in grouping.score_terms.model_dump().items()
        },
        "seed": grouping.seed,
        "settings": dict(grouping.settings),
        "versions": dict(grouping.versions),
        "groups": [_group_record(one) for one in grouping.group_records],
        "assignments": [
            *(_placement_record(one) for one in grouping.placements),
            *(_left_out_record(one) for one in grouping.left_out),
        ],
    }


def _group_record(one: Group) -> dict[str, JsonValue]:
    content = one.model_dump(mode="json")
    content["moderator"] = content.pop("moderators")
    content["secretary"] = content.pop("secretaries")
    for name in _DISTANCES:
        metres = content.pop(f"{name}_m")
        content[f"{name}_km"] = None if metres is None else metres / 1000
    return {name: content[name] for name in GROUP_COLUMNS}


def _placement_record(one: Placement) -> dict[str, JsonValue]:
    content = one.model_dump(mode="json") | {"status": "placed", "reason": None}
    metres = content.pop("travel_m")
    content["travel_km"] = None if metres is None else metres / 1000
    return {name: content[name] for name in MEMBER_COLUMNS}


def _left_out_record(one: LeftOut) -> dict[str, JsonValue]:
    content: dict[str, JsonValue] = dict.fromkeys(MEMBER_COLUMNS)
    return content | one.model_dump(mode="json")


_DISTANCES = ("mean_travel", "max_travel", "spread")


def load_grouping(path: Path | str) -> Grouping:
    """Read a grouping from its folder. Its figures are claims: `verify` checks them.

    Raises
    ------
    InputError
        A file is missing or unreadable, or the files of the folder contradict each other.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise InputError(
            [
                Finding(
                    "folder-missing",
                    "there is no such folder of a grouping",
                    "give the folder that form wrote",
                    str(folder),
                )
            ]
        )
    grouping = _from_record(_read_json(folder / GROUPING))
    findings = [
        *_differences(folder / ASSIGNMENTS, MEMBER_COLUMNS, member_rows(grouping)),
        *_differences(folder / GROUPS, GROUP_COLUMNS, group_rows(grouping)),
    ]
    if findings:
        raise InputError(findings)
    return grouping


def _read_json(path: Path) -> dict[str, JsonValue]:
    def wrong(code: str, message: str, remedy: str) -> InputError:
        return InputError([Finding(code, message, remedy, path.name)])

    try:
        content = json.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        raise wrong(
            "file-missing", "the file does not exist", "give a folder that form wrote"
        ) from None
    except OSError as error:
        raise wrong(
            "unreadable-file", f"the file cannot be read ({error.strerror})", "check the file"
        ) from error
    except UnicodeDecodeError:
        raise wrong("not-utf8", "the file is not UTF-8", "write it anew with form") from None
    except json.JSONDecodeError as error:
        raise wrong(
            "malformed-json",
            f"not JSON: {error.msg} in line {error.lineno}",
            "write it anew with form",
        ) from None
    if not isinstance(content, dict):
        raise wrong("malformed-json", "the file holds no grouping", "write it anew with form")
    version = content.get("format_version")
    if version != FORMAT_VERSION:
        raise wrong(
            "unknown-format-version",
            f"format version {version!r} is not the one read here, {FORMAT_VERSION}",
            "use the version of sip-grouping that wrote it, or form the groups anew",
        )
    return content


def _from_record(content: dict[str, JsonValue]) -> Grouping:
    record: Any = content
    try:
        placed = [one for one in record["assignments"] if one["status"] == "placed"]
        others = [one for one in record["assignments"] if one["status"] != "placed"]
        return Grouping.model_validate(
            {
                "edition_name": record["edition"]["name"],
                "edition_digest": record["edition"]["digest"],
                "status": record["status"],
                "group_records": [_group_fields(one) for one in record["groups"]],
                "placements": [_placement_fields(one) for one in placed],
                "left_out": [
                    {name: one[name] for name in ("member_id", "status", "reason")}
                    for one in others
                ],
                "score_thousandths": _whole(record["score"], "score"),
                "score_terms": {
                    name: _whole(value, f"score_terms.{name}")
                    for name, value in record["score_terms"].items()
                },
                "bound_thousandths": _whole(record["bound"], "bound"),
                "gap": record["gap"],
                "seed": record["seed"],
                "settings": record["settings"],
                "versions": record["versions"],
            }
        )
    except KeyError as error:
        raise InputError([_malformed(str(error.args[0]), "this key is missing")]) from None
    except (AttributeError, TypeError):
        message = "a part of the record is of another type than this file has"
        raise InputError([_malformed("", message)]) from None
    except ValidationError as error:
        raise InputError(
            [_malformed(".".join(map(str, one["loc"])), one["msg"]) for one in error.errors()]
        ) from None


def _group_fields(one: dict[str, JsonValue]) -> dict[str, JsonValue]:
    fields = {name: one[name] for name in GROUP_COLUMNS}
    fields["moderators"], fields["secretaries"] = fields.pop("moderator"), fields.pop("secretary")
    for name in _DISTANCES:
        fields[f"{name}_m"] = _whole(fields.pop(f"{name}_km"), f"{name}_km")
    return fields


def _placement_fields(one: dict[str, JsonValue]) -> dict[str, JsonValue]:
    fields = {name: one[name] for name in MEMBER_COLUMNS if name not in {"status", "reason"}}
    fields["travel_m"] = _whole(fields.pop("travel_km"), "travel_km")
    return fields


def _malformed(key: str, message: str) -> Finding:
    return Finding(
        "malformed-grouping", message, "write the grouping anew with form", GROUPING, column=key
    )


def _differences(path: Path, columns: tuple[str, ...], expected: list[list[str]]) -> list[Finding]:
    """Return where a table says something else than grouping.json."""
    if not path.exists():
        return []
    try:
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = list(csv.reader(file)) or [[]]
    except (OSError, UnicodeDecodeError, csv.Error):
        return [
            Finding(
                "unreadable-file", "the table cannot be read", "write it anew with form", path.name
            )
        ]
    remedy = f"the table and {GROUPING} must agree: write both anew with form"
    if tuple(header) != columns:
        return [
            Finding("files-differ", "the columns are not those of this file", remedy, path.name, 1)
        ]
    found = [
        Finding(
            "files-differ",
            f"grouping.json has {wanted[at]!r}",
            remedy,
            path.name,
            number,
            columns[at],
            row[at],
        )
        for number, (row, wanted) in enumerate(zip(rows, expected, strict=False), start=2)
        for at in range(min(len(row), len(wanted)))
        if row[at] != wanted[at]
    ]
    if len(rows) != len(expected):
        message = f"{len(rows)} rows, but grouping.json has {len(expected)}"
        found.append(Finding("files-differ", message, remedy, path.name))
    return found


def check_output(folder: Path | str, *, force: bool = False) -> None:
    """Refuse an output folder before any groups are formed for it; see `save`.

    Raises
    ------
    OutputError
        As `save` would.
    """
    check_folder(folder, force=force, known_files=GROUPING_FILES)


def _table(columns: tuple[str, ...], rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def _json(content: Mapping[str, JsonValue]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _km(metres: int | None) -> str:
    return "" if metres is None else f"{metres // 1000}.{metres % 1000:03d}"


def _number(value: float | None) -> str:
    return "" if value is None else repr(value)


def _whole(value: JsonValue, key: str) -> int | None:
    """Return points as thousandths, or km as metres; both are numbers with 3 decimals."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError([_malformed(key, "a number is expected")])
    return round(value * 1000)
