"""A grouping as a folder: assignments.csv, groups.csv, grouping.json, and run.json for the clock.

Comes in: a `Grouping`, or what has one, or such a folder. Goes out: the folder, or the `Grouping`. The
first three files depend on the grouping alone, so equal groupings are equal byte for byte.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic import JsonValue

from sip_grouping.errors import InputError
from sip_grouping.files.folder import check_output as check_folder
from sip_grouping.files.folder import existing_folder, write_folder
from sip_grouping.files.tables import csv_bytes
from sip_grouping.grouping import (
    FORMAT_VERSION,
    GROUP_COLUMNS,
    MEMBER_COLUMNS,
    Group,
    Grouping,
    LeftOut,
    ObjectiveName,
    Placement,
    Stage,
)
from sip_grouping.grouping.formed import Formed, grouping_of
from sip_grouping.grouping.record import differences, grouping_from, read_record
from sip_grouping.units import THOUSANDTHS

ASSIGNMENTS, GROUPS, GROUPING, RUN = "assignments.csv", "groups.csv", "grouping.json", "run.json"
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
        What depends on the clock; goes into run.json.

    Raises
    ------
    OutputError
        The folder exists, cannot be written, or holds other files; nothing was changed.
    NoGroupingError
        The result has no grouping.
    """
    grouping = grouping_of(grouping, "save")
    files = {
        ASSIGNMENTS: csv_bytes(MEMBER_COLUMNS, member_rows(grouping)),
        GROUPS: csv_bytes(GROUP_COLUMNS, group_rows(grouping)),
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
            name: value / THOUSANDTHS for name, value in grouping.score_terms.model_dump().items()
        },
        "stages": [stage_record(one) for one in grouping.stages],
        "pins": [one.model_dump(mode="json") for one in grouping.pins],
        "pin_locations": [one.model_dump(mode="json") for one in grouping.pin_locations],
        "seed": grouping.seed,
        "settings": dict(grouping.settings),
        "versions": dict(grouping.versions),
        "groups": [_group_record(one) for one in grouping.group_records],
        "assignments": [
            *(_placement_record(one) for one in grouping.placements),
            *(_left_out_record(one) for one in grouping.left_out),
        ],
    }


def stage_record(stage: Stage) -> dict[str, JsonValue]:
    """Return a stage as plain JSON: the score in points, other objectives in their own unit."""
    content: dict[str, JsonValue] = stage.model_dump(mode="json")
    if stage.name is ObjectiveName.SCORE:
        content |= {
            key: None if whole is None else whole / THOUSANDTHS
            for key, whole in (("value", stage.value), ("bound", stage.bound))
        }
    return content


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
    folder = existing_folder(path, "give the folder that form wrote")
    grouping = grouping_from(read_record(folder / GROUPING))
    findings = [
        *differences(folder / ASSIGNMENTS, MEMBER_COLUMNS, member_rows(grouping), (0, 2)),
        *differences(folder / GROUPS, GROUP_COLUMNS, group_rows(grouping), (0,)),
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


def _km(metres: int | None) -> str:
    return "" if metres is None else f"{metres // 1000}.{metres % 1000:03d}"


def _number(value: float | None) -> str:
    return "" if value is None else repr(value)
