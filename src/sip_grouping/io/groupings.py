"""A grouping as a folder: assignments.csv, groups.csv, grouping.json, and run.json for the clock.

Comes in: a `Grouping` or a `Result`, or such a folder. Goes out: the folder, or the `Grouping`. The
first three files depend on the grouping alone, so equal groupings are equal byte for byte.
"""

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import JsonValue, ValidationError

from sip_grouping.errors import Finding, InputError
from sip_grouping.grouping import (
    FORMAT_VERSION,
    GROUP_COLUMNS,
    MEMBER_COLUMNS,
    Grouping,
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
    """Return a grouping as plain JSON: ids, no names. Points and km as numbers, exact in 3 decimals."""
    content = grouping.model_dump(mode="json")
    terms = content.pop("score_terms")
    return {
        "format_version": FORMAT_VERSION,
        "edition": {"name": content.pop("edition_name"), "digest": content.pop("edition_digest")},
        "status": content.pop("status"),
        "score": content.pop("score_thousandths") / THOUSANDTHS,
        "bound": _points(content.pop("bound_thousandths")),
        "gap": content.pop("gap"),
        "score_terms": {name: value / THOUSANDTHS for name, value in terms.items()},
        "seed": content.pop("seed"),
        "settings": content.pop("settings"),
        "versions": content.pop("versions"),
        "groups": content.pop("group_records"),
        "assignments": content.pop("placements"),
        "not_placed": content.pop("left_out"),
    }


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
    try:
        edition = content["edition"]
        terms = content["score_terms"]
        if not isinstance(edition, dict) or not isinstance(terms, dict):
            raise InputError([_malformed("edition", "edition and score_terms must be objects")])
        return Grouping.model_validate(
            {
                "edition_name": edition["name"],
                "edition_digest": edition["digest"],
                "status": content["status"],
                "group_records": content["groups"],
                "placements": content["assignments"],
                "left_out": content["not_placed"],
                "score_thousandths": _thousandths(content["score"]),
                "score_terms": {name: _thousandths(value) for name, value in terms.items()},
                "bound_thousandths": _thousandths(content["bound"]),
                "gap": content["gap"],
                "seed": content["seed"],
                "settings": content["settings"],
                "versions": content["versions"],
            }
        )
    except KeyError as error:
        raise InputError([_malformed(str(error.args[0]), "this key is missing")]) from None
    except ValidationError as error:
        raise InputError(
            [_malformed(".".join(map(str, one["loc"])), one["msg"]) for one in error.errors()]
        ) from None


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


def _points(thousandths: int | None) -> float | None:
    return None if thousandths is None else thousandths / THOUSANDTHS


def _thousandths(points: JsonValue) -> int | None:
    if points is None:
        return None
    if not isinstance(points, int | float):
        raise InputError([_malformed("score", "a number of points is expected")])
    return round(points * THOUSANDTHS)
