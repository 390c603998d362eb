"""grouping.json read again, and compared with the tables beside it.

Comes in: the files of a grouping. Goes out: a `Grouping`, whose figures are claims as they were read,
or every finding. Types are taken strictly: `true` is no rank, and "5" is no size.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import NoReturn

from pydantic import JsonValue, ValidationError

from sip_grouping.errors import Finding, InputError
from sip_grouping.files.findings import findings_of
from sip_grouping.files.tables import Row, read_csv
from sip_grouping.grouping import (
    FORMAT_VERSION,
    GROUP_COLUMNS,
    MEMBER_COLUMNS,
    Grouping,
    ObjectiveName,
    Stage,
)

_FILE = "grouping.json"
_ANEW = "write the grouping anew with form"
_KINDS: Mapping[str, type] = {
    "edition": dict,
    "score_terms": dict,
    "stages": list,
    "groups": list,
    "assignments": list,
}
_KEYS = (
    "edition", "status", "score", "bound", "gap", "score_terms", "stages", "pins", "pin_locations",
    "seed", "settings", "versions", "groups", "assignments",
)  # fmt: skip
_EDITION = {
    "name": "edition_name",
    "digest": "edition_digest",
    "digests": "edition_digests",
    "entries": "edition_entries",
}
_DISTANCES = ("mean_travel", "max_travel", "spread")

Record = dict[str, JsonValue]


def read_record(path: Path) -> Record:
    """Read the JSON object of a grouping.

    Raises
    ------
    InputError
        The file is missing, is no JSON object, or is of another format version.
    """

    def wrong(code: str, message: str, remedy: str = _ANEW) -> InputError:
        return InputError([Finding(code, message, remedy, path.name)])

    try:
        content = json.loads(path.read_bytes().decode("utf-8-sig"), parse_constant=_no_constant)
    except FileNotFoundError:
        raise wrong(
            "file-missing", "the file does not exist", "give a folder that form wrote"
        ) from None
    except OSError as error:
        message = f"the file cannot be read ({error.strerror})"
        raise wrong("unreadable-file", message, "check the file") from error
    except UnicodeDecodeError:
        raise wrong("not-utf8", "the file is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise wrong("malformed-json", f"not JSON: {error.msg} in line {error.lineno}") from None
    except RecursionError:
        raise wrong("malformed-json", "not JSON that can be read: nested too deeply") from None
    except ValueError:
        message = "not JSON that can be read: a number is not finite, or far too long"
        raise wrong("malformed-json", message) from None
    if not isinstance(content, dict):
        raise wrong("malformed-json", "the file holds no grouping")
    version = content.get("format_version")
    if type(version) is not int or version != FORMAT_VERSION:
        raise wrong(
            "unknown-format-version",
            f"format version {version!r} is not the one read here, {FORMAT_VERSION}",
            "use the version of sip-grouping that wrote it, or form the groups anew",
        )
    return content


def _no_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number of JSON")


def grouping_from(record: Record) -> Grouping:
    """Return the grouping that a record holds.

    Raises
    ------
    InputError
        Keys are missing or hold something else than a grouping has; holds every finding.
    """
    reader = _RecordReader(record)
    grouping = reader.grouping()
    if grouping is None:
        raise InputError(reader.findings)
    return grouping


class _RecordReader:
    """Reads a record part by part, and remembers the findings."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self.findings: list[Finding] = []

    def grouping(self) -> Grouping | None:
        """Return the grouping; None, with findings, where the record is none."""
        record = self._record
        self._has(record, _KEYS, "")
        for key, kind in _KINDS.items():
            if key in record and not isinstance(record[key], kind):
                self._wrong(key, "this is of another type than the file has")
        if self.findings:
            return None
        edition = self._part(record["edition"], tuple(_EDITION), "edition")
        groups = self._parts("groups", GROUP_COLUMNS)
        assignments = self._parts("assignments", MEMBER_COLUMNS)
        placed = {at: one for at, one in assignments.items() if one["status"] == "placed"}
        others = {at: one for at, one in assignments.items() if at not in placed}
        terms = record["score_terms"]
        fields: Record = {
            **{field: edition.get(name) for name, field in _EDITION.items()},
            "status": record["status"],
            "group_records": [self._group(at, one) for at, one in groups.items()],
            "placements": [self._placement(at, one) for at, one in placed.items()],
            "left_out": [
                {name: one[name] for name in ("member_id", "status", "reason")}
                for one in others.values()
            ],
            "score_thousandths": self._whole(record["score"], "score"),
            "score_terms": {
                name: self._whole(value, f"score_terms.{name}")
                for name, value in (terms.items() if isinstance(terms, dict) else ())
            },
            "bound_thousandths": self._whole(record["bound"], "bound"),
            "gap": record["gap"],
            "stages": [
                self._stage(at, one)
                for at, one in self._parts("stages", tuple(Stage.model_fields)).items()
            ],
            "pins": record["pins"],
            "pin_locations": record["pin_locations"],
            "seed": record["seed"],
            "settings": record["settings"],
            "versions": record["versions"],
        }
        if record["score"] is None:
            self._wrong("score", "a number is expected")
        if self.findings:
            return None
        lists = {
            "group_records": ("groups", list(groups)),
            "placements": ("assignments", list(placed)),
            "left_out": ("assignments", list(others)),
        }
        try:
            return Grouping.model_validate_json(json.dumps(fields), strict=True)
        except ValidationError as error:
            for one in findings_of(error, _FILE, Grouping):
                self.findings.append(_as_in_file(one, lists))
        return None

    def _parts(self, key: str, columns: tuple[str, ...]) -> dict[int, Record]:
        """Return the objects of a list by their place in it, those that lack a key left out."""
        found = {}
        listed = self._record[key]
        for at, one in enumerate(listed if isinstance(listed, list) else ()):
            before = len(self.findings)
            part = self._part(one, columns, f"{key}.{at}")
            if len(self.findings) == before:
                found[at] = part
        return found

    def _part(self, one: JsonValue, keys: tuple[str, ...], where: str) -> Record:
        if not isinstance(one, dict):
            self._wrong(where, "this is of another type than the file has")
            return {}
        self._has(one, keys, f"{where}.")
        return one

    def _group(self, at: int, one: Record) -> Record:
        fields: Record = {name: one[name] for name in GROUP_COLUMNS}
        for name in ("moderator", "secretary"):
            fields[{"moderator": "moderators", "secretary": "secretaries"}[name]] = fields.pop(name)
        for name in _DISTANCES:
            fields[f"{name}_m"] = self._whole(fields.pop(f"{name}_km"), f"groups.{at}.{name}_km")
        return fields

    def _placement(self, at: int, one: Record) -> Record:
        fields = {name: one[name] for name in MEMBER_COLUMNS if name not in {"status", "reason"}}
        fields["travel_m"] = self._whole(fields.pop("travel_km"), f"assignments.{at}.travel_km")
        return fields

    def _stage(self, at: int, one: Record) -> Record:
        if one["name"] != ObjectiveName.SCORE:
            return one
        points = {key: self._whole(one[key], f"stages.{at}.{key}") for key in ("value", "bound")}
        return one | points

    def _whole(self, value: JsonValue, key: str) -> int | None:
        """Return points as thousandths, or km as metres; both are numbers with 3 decimals."""
        if value is None:
            return None
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
        ):
            self._wrong(key, "a number is expected", value)
            return None
        thousandths = Decimal(str(value)) * 1000
        if thousandths != thousandths.to_integral_value():
            self._wrong(key, "a number with at most 3 decimals is expected", value)
        return int(thousandths)

    def _has(self, part: Record, keys: tuple[str, ...], where: str) -> None:
        for key in keys:
            if key not in part:
                self._wrong(f"{where}{key}", "this key is missing")

    def _wrong(self, key: str, message: str, value: JsonValue = None) -> None:
        shown = None if value is None else str(value)
        self.findings.append(Finding("malformed-grouping", message, _ANEW, _FILE, None, key, shown))


_NAMES_IN_FILE = {
    **{field: f"edition.{name}" for name, field in _EDITION.items()},
    "score_thousandths": "score",
    "bound_thousandths": "bound",
    "moderators": "moderator",
    "secretaries": "secretary",
    "travel_m": "travel_km",
    **{f"{name}_m": f"{name}_km" for name in _DISTANCES},
}


def _as_in_file(finding: Finding, lists: Mapping[str, tuple[str, list[int]]]) -> Finding:
    """Return a finding about a field of `Grouping` as one about the key of the file."""
    parts = (finding.column or "").split(".")
    if parts[0] in lists:
        key, places = lists[parts[0]]
        at = [str(places[int(parts[1])])] if len(parts) > 1 else []
        parts = [key, *at, *parts[2:]]
    column = ".".join(_NAMES_IN_FILE.get(part, part) for part in parts)
    return replace(finding, code="malformed-grouping", column=column, remedy=_ANEW)


def differences(
    path: Path, columns: tuple[str, ...], expected: list[list[str]], key: tuple[int, ...]
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
    findings: list[Finding] = []
    table = read_csv(path, findings)
    if table is None or findings:
        return findings
    remedy = f"the table and {_FILE} must agree: {_ANEW}"
    if table.columns != columns:
        message = "the columns are not those of this file"
        return [Finding("files-differ", message, remedy, path.name, 1)]
    return [
        Finding("files-differ", message, remedy, path.name, row, column, value)
        for row, column, value, message in _unlike(table.rows, columns, expected, key)
    ]


def _unlike(
    rows: tuple[Row, ...], columns: tuple[str, ...], expected: list[list[str]], key: tuple[int, ...]
) -> Iterator[tuple[int | str | None, str | None, str | None, str]]:
    cells = [[row[column] for column in columns] for row in rows]
    if [row[0] for row in cells] == [row[0] for row in expected]:
        pairs = list(zip(rows, cells, expected, strict=True))
    else:
        wanted_by_key = {tuple(row[at] for at in key): row for row in expected}
        pairs = []
        for row, values in zip(rows, cells, strict=True):
            wanted = wanted_by_key.pop(tuple(values[at] for at in key), None)
            if wanted is None:
                message = f"{_FILE} has no such row, or has it once"
                yield row.number, columns[0], values[0], message
            else:
                pairs.append((row, values, wanted))
        for missing in wanted_by_key.values():
            yield None, columns[0], missing[0], f"the row of {missing[0]} in {_FILE} is not here"
    for row, values, wanted in pairs:
        for column, value, other in zip(columns, values, wanted, strict=True):
            if value != other.strip():  # cells are read without the spaces around them
                yield row.number, column, value, f"{_FILE} has {other!r}"
