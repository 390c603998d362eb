"""A grouping as the JSON object of grouping.json, and back.

Comes in: a `Grouping`, or the file. Goes out: the object, or a `Grouping`, whose figures are claims as
they were read, or every finding. Types are taken strictly: `true` is no rank, and "5" is no size.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn

from pydantic import BaseModel, JsonValue, ValidationError

from sip_grouping.catalogue import Parameter
from sip_grouping.errors import InputError
from sip_grouping.findings import Finding, finding, findings_of
from sip_grouping.grouping.columns import (
    GROUP_COLUMNS,
    GROUP_TABLE,
    MEMBER_COLUMNS,
    MEMBER_TABLE,
    Column,
    NotReadableError,
    rows_of_json,
    thousandths,
)
from sip_grouping.grouping.grouping import (
    FORMAT_VERSION,
    PLACED,
    Group,
    Grouping,
    LeftOut,
    Placement,
)
from sip_grouping.grouping.stages import IN_POINTS, Stage
from sip_grouping.units import THOUSANDTHS

_FILE = "grouping.json"
_KINDS: Mapping[str, type] = {
    "edition": dict,
    "score_terms": dict,
    "stages": list,
    "groups": list,
    "assignments": list,
}
_KEYS = (
    "format_version", "edition", "status", "score", "bound", "gap", "score_terms", "stages", "pins",
    "seed", "settings", "versions", "groups", "assignments",
)  # fmt: skip
_EDITION = {
    "name": "edition_name",
    "digest": "edition_digest",
    "digests": "edition_digests",
    "entries": "edition_entries",
}

Record = dict[str, JsonValue]


def as_record(grouping: Grouping) -> Record:
    """Return a grouping as plain JSON: ids, no names.

    Groups and assignments have the columns of their CSV files; points and km are numbers with at
    most 3 decimals, what does not apply is null, role holders are lists of ids.
    """
    return {
        "format_version": FORMAT_VERSION,
        "edition": {
            "name": grouping.edition_name,
            "digest": grouping.edition_digest,
            "digests": dict(grouping.edition_digests),
            "entries": {part: dict(kept) for part, kept in grouping.edition_entries.items()},
        },
        "status": grouping.status.value,
        "score": grouping.score,
        "bound": grouping.bound,
        "gap": grouping.gap,
        "score_terms": {
            name: value / THOUSANDTHS
            for name, value in grouping.score_terms.model_dump().items()
            # What an edition does not count leaves no trace.
            if value or name not in {"places", "previous"}
        },
        "stages": [_stage_record(one) for one in grouping.stages],
        "pins": [one.model_dump(mode="json") for one in grouping.pins],
        "seed": grouping.seed,
        "settings": dict(grouping.settings),
        "versions": dict(grouping.versions),
        "groups": [*rows_of_json(GROUP_TABLE, grouping.group_records)],
        "assignments": [*rows_of_json(MEMBER_TABLE, (*grouping.placements, *grouping.left_out))],
    }


def _stage_record(stage: Stage) -> Record:
    """Return a stage: the score in points, other objectives in their own unit."""
    content: Record = stage.model_dump(mode="json")
    if stage.name in IN_POINTS:
        content |= {
            key: None if whole is None else whole / THOUSANDTHS
            for key, whole in (("value", stage.value), ("bound", stage.bound))
        }
    return content


def read_record(path: Path) -> Record:
    """Read the JSON object of a grouping.

    Raises
    ------
    InputError
        The file is missing, is no JSON object, or is of another format version.
    """

    def wrong(code: str, variant: str = "", **parameters: Parameter) -> InputError:
        told = finding(code, path.name, None, None, None, sheet=None, variant=variant, **parameters)
        return InputError([told])

    try:
        content = json.loads(path.read_bytes().decode("utf-8-sig"), parse_constant=_no_constant)
    except FileNotFoundError:
        raise wrong("file-missing", "grouping") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise wrong("unreadable-file", "grouping", reason=reason) from error
    except UnicodeDecodeError:
        raise wrong("not-utf8", "grouping") from None
    except json.JSONDecodeError as error:
        raise wrong("malformed-json", reason=error.msg, line=error.lineno) from None
    except RecursionError:
        raise wrong("malformed-json", "too-deep") from None
    except ValueError:
        raise wrong("malformed-json", "number") from None
    if not isinstance(content, dict):
        raise wrong("malformed-json", "no-grouping")
    version = content.get("format_version")
    if type(version) is not int or version != FORMAT_VERSION:
        raise wrong("unknown-format-version", found=repr(version), known=FORMAT_VERSION)
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
                self._wrong(key, "other-type")
        if self.findings:
            return None
        edition = self._part(record["edition"], tuple(_EDITION), "edition")
        groups = self._parts("groups", GROUP_COLUMNS)
        assignments = self._parts("assignments", MEMBER_COLUMNS)
        placed = {at: one for at, one in assignments.items() if one["status"] == PLACED}
        others = {at: one for at, one in assignments.items() if at not in placed}
        terms = record["score_terms"]
        fields: Record = {
            **{field: edition.get(name) for name, field in _EDITION.items()},
            "status": record["status"],
            "group_records": self._rows(GROUP_TABLE, Group, groups, "groups"),
            "placements": self._rows(MEMBER_TABLE, Placement, placed, "assignments"),
            "left_out": self._rows(MEMBER_TABLE, LeftOut, others, "assignments"),
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
            "seed": record["seed"],
            "settings": record["settings"],
            "versions": record["versions"],
        }
        if record["score"] is None:
            self._wrong("score", "no-number")
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
            self._wrong(where, "other-type")
            return {}
        self._has(one, keys, f"{where}.")
        return one

    def _rows(
        self, columns: tuple[Column, ...], kind: type[BaseModel], rows: dict[int, Record], key: str
    ) -> list[JsonValue]:
        """Return the fields of records; what they have no field for must be null in their rows."""
        known = kind.model_fields
        reading = [(one.name, one.field in known, one.field, one.kind.from_json) for one in columns]
        found: list[JsonValue] = []
        for at, row in rows.items():
            fields: Record = {}
            where = f"{key}.{at}"
            for name, applies, field, read in reading:
                value = row[name]
                if applies:
                    fields[field] = self._read(read, value, where, name)
                elif value is not None and (name, value) != ("status", PLACED):
                    self._wrong(f"{where}.{name}", "does-not-apply", value)
            found.append(fields)
        return found

    def _stage(self, at: int, one: Record) -> Record:
        if one["name"] not in set(IN_POINTS):
            return one
        points = {key: self._whole(one[key], f"stages.{at}.{key}") for key in ("value", "bound")}
        return one | points

    def _whole(self, value: JsonValue, key: str) -> JsonValue:
        """Return points as thousandths."""
        return self._read(thousandths, value, "", key)

    def _read(
        self, read: Callable[[JsonValue], JsonValue], value: JsonValue, where: str, key: str
    ) -> JsonValue:
        try:
            return read(value)
        except NotReadableError as error:
            self._wrong(f"{where}.{key}" if where else key, error.variant, value)
            return None

    def _has(self, part: Record, keys: tuple[str, ...], where: str) -> None:
        if tuple(part) == keys:
            return
        for key in keys:
            if key not in part:
                self._wrong(f"{where}{key}", "missing")
        for key in part:
            if key not in keys:
                self._wrong(f"{where}{key}", "unknown")

    def _wrong(self, key: str, variant: str, value: JsonValue = None) -> None:
        shown = None if value is None else str(value)
        told = finding("malformed-grouping", _FILE, None, key, shown, variant=variant)
        self.findings.append(told)


_NAMES_IN_FILE = {
    **{field: f"edition.{name}" for name, field in _EDITION.items()},
    "score_thousandths": "score",
    "bound_thousandths": "bound",
    **{column.field: column.name for column in (*GROUP_TABLE, *MEMBER_TABLE)},
}


def _as_in_file(field: Finding, lists: Mapping[str, tuple[str, list[int]]]) -> Finding:
    """Return a finding about a field of `Grouping` as one about the key of the file."""
    parts = (field.column or "").split(".")
    if parts[0] in lists:
        key, places = lists[parts[0]]
        at = [str(places[int(parts[1])])] if len(parts) > 1 else []
        parts = [key, *at, *parts[2:]]
    column = ".".join(_NAMES_IN_FILE.get(part, part) for part in parts)
    # What is wrong is said as of any record; what to do about it, as of a grouping.
    context = ".".join(filter(None, (field.code, field.variant)))
    parameters = {name: value for name, value in field.parameters if name != "near"}
    return finding(
        "malformed-grouping", field.file, None, column, field.value,
        sheet=None, variant=context, **parameters,
    )  # fmt: skip
