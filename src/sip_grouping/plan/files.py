"""A plan as a folder: meetings.csv, plan.json, and calendars beside them.

Comes in: a `Plan`, or such a folder. Goes out: the folder, or the `Plan`. Points stand in the file as points.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sip_grouping.errors import InputError
from sip_grouping.files.decode import decoded, read_bytes
from sip_grouping.files.folder import read_whole, write_folder
from sip_grouping.files.tables import csv_bytes
from sip_grouping.findings import Finding, finding, findings_of
from sip_grouping.plan.plan import Meeting, Plan
from sip_grouping.units import THOUSANDTHS

MEETINGS, PLAN, CALENDARS = "meetings.csv", "plan.json", "calendars/"
PLAN_FILES = (MEETINGS, PLAN, CALENDARS)
FORMAT_VERSION = 1
COLUMNS = tuple(name for name in Meeting.model_fields if name != "standing_in")
_IN_POINTS = {
    "score": "score_thousandths",
    "bound": "bound_thousandths",
    "late": "late_thousandths",
}


def save_plan(
    plan: Plan,
    folder: Path | str,
    *,
    force: bool = False,
    others: Mapping[str, bytes] | None = None,
) -> None:
    """Write a plan to a folder, whole or not at all.

    Parameters
    ----------
    force
        Replace an existing folder of a plan.
    others
        Further files by name, such as ``calendars/group-a-1.ics``.

    Raises
    ------
    OutputError
        The folder exists, cannot be written, or holds other files; nothing was changed.
    """
    files = {MEETINGS: meetings_csv(plan), PLAN: _json(plan), **(others or {})}
    write_folder(folder, files, force=force, known_files=PLAN_FILES)


def meetings_csv(plan: Plan) -> bytes:
    """Return meetings.csv of a plan."""
    return meetings_table(plan.meetings)


def meetings_table(meetings: Iterable[Meeting]) -> bytes:
    """Return a table of meetings with the columns of meetings.csv."""
    return csv_bytes(COLUMNS, map(_cells, meetings))


def _cells(one: Meeting) -> list[object]:
    told: dict[str, object] = {
        "date": one.date.isoformat(),
        "start": f"{one.start:%H:%M}",
        "end": f"{one.end:%H:%M}",
        "kind": one.kind.value,
        "track": one.track.value,
        "absent": " ".join(one.absent),
    }
    return [told.get(name, getattr(one, name)) for name in COLUMNS]


def _json(plan: Plan) -> bytes:
    told = plan.model_dump(mode="json")
    for name, field in _IN_POINTS.items():
        value = told.pop(field)
        told[name] = None if value is None else value / THOUSANDTHS
    content = {"format_version": FORMAT_VERSION, **told}
    return (json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()


def load_plan(path: Path | str) -> Plan:
    """Read a plan from its folder. Its figures are claims: `verify_plan` checks them.

    Raises
    ------
    InputError
        A file is missing or unreadable, or meetings.csv says something else than plan.json.
    """
    return read_whole(path, "plan", _read)


def _read(folder: Path) -> Plan:
    contents = {name: _text(folder, name) for name in (PLAN, MEETINGS)}
    unread = [one for one in contents.values() if isinstance(one, Finding)]
    if unread:
        raise InputError(unread)
    plan = _plan_of(str(contents[PLAN]))
    wanted = meetings_csv(plan).decode("utf-8-sig").splitlines()
    given = str(contents[MEETINGS]).splitlines()
    for number in range(max(len(wanted), len(given))):
        own = given[number] if number < len(given) else ""
        if own != (wanted[number] if number < len(wanted) else ""):
            raise InputError(
                [finding("plan-files-differ", MEETINGS, number + 1, None, own or None)]
            )
    return plan


def _text(folder: Path, name: str) -> str | Finding:
    if not (folder / name).exists():
        return finding("file-missing", name, name=name, variant="given")
    content = read_bytes(folder / name)
    if isinstance(content, Finding):
        return content
    text = decoded(content, name)
    return text if isinstance(text, Finding) else text.text


def _plan_of(text: str) -> Plan:
    try:
        told: Any = json.loads(text)
        if not isinstance(told, dict) or told.pop("format_version", None) != FORMAT_VERSION:
            raise InputError([finding("plan-unreadable", PLAN)])
        for name, field in _IN_POINTS.items():
            value = told.pop(name, None)
            told[field] = None if value is None else round(value * THOUSANDTHS)
        return Plan.model_validate_json(json.dumps(told))
    except ValidationError as error:
        raise InputError(findings_of(error, PLAN, Plan)) from None
    except (ValueError, RecursionError, TypeError):
        raise InputError([finding("plan-unreadable", PLAN)]) from None
