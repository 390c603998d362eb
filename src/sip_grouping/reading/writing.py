"""An edition as a folder, edition.toml with a file per table; or as one workbook.

Comes in: an `Edition`. Goes out: a folder or a workbook that `load_edition` reads as the same edition.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import tomli_w

from sip_grouping.edition import Edition
from sip_grouping.edition.languages import languages_in
from sip_grouping.edition.records import YES_NO, Member, Office, Theme
from sip_grouping.edition.slots import slots_in
from sip_grouping.edition.values import ONLY
from sip_grouping.errors import OutputError
from sip_grouping.files.folder import write_file, write_folder
from sip_grouping.files.tables import csv_bytes, harmless
from sip_grouping.findings import finding
from sip_grouping.reading.columns import is_read
from sip_grouping.reading.season import as_read, season_tables
from sip_grouping.reading.sources import (
    EDITION,
    EXPERTS,
    MEMBERS,
    OFFICES,
    PINS,
    PREVIOUS,
    PROJECTS,
    TEAM,
)
from sip_grouping.reading.words import amount_text
from sip_grouping.text import cleaned

EDITION_FILES = (
    *(EDITION, MEMBERS, OFFICES, PINS, PREVIOUS, EXPERTS, PROJECTS, TEAM),
    "README.md",
)


_Table = tuple[Sequence[str], Iterable[Sequence[object]]]
"""Columns and rows."""


def save_edition(edition: Edition, folder: Path | str, *, force: bool = False) -> None:
    """Write an edition to a folder, whole or not at all; to one workbook where the name ends in .xlsx.

    Raises
    ------
    OutputError
        The folder or file exists, cannot be written, or the folder holds other files; or a further
        column of a member is called like one that has a meaning. Nothing was changed.
    """
    _check_extra_columns(edition, folder)
    settings = tomli_w.dumps(settings_content(edition))
    tables = {MEMBERS: _members(edition), OFFICES: _offices(edition)}
    if edition.pins:
        tables[PINS] = _pins(edition)
    if edition.previous_seats:
        tables[PREVIOUS] = _previous(edition)
    tables |= {f"{name}.csv": cells for name, cells in season_tables(edition.season).items()}
    if Path(folder).suffix.lower() == ".xlsx":
        write_file(folder, _workbook(settings, tables), force=force)
        return
    files = {EDITION: settings.encode(), **{name: csv_bytes(*one) for name, one in tables.items()}}
    write_folder(folder, files, force=force, known_files=EDITION_FILES)


_OFFICE_COLUMNS = ("office_id", "name", "country", "postcode", "latitude", "longitude", "rooms")
_SELDOM_OF_OFFICES = ("seats_max", "open_points")


def _offices(edition: Edition) -> _Table:
    # What was never asked for has no column of its own.
    rows = [office_cells(one) for one in edition.offices]
    seldom = [name for name in _SELDOM_OF_OFFICES if any(row[name] is not None for row in rows)]
    columns = (*_OFFICE_COLUMNS, *seldom)
    return columns, (tuple(row[name] for name in columns) for row in rows)


def office_cells(office: Office) -> dict[str, object]:
    """Return the row of an office in offices.csv, by column; None where a cell is empty."""
    cells = {name: getattr(office, name) for name in (*_OFFICE_COLUMNS, *_SELDOM_OF_OFFICES)}
    points = office.open_points
    return cells | {"open_points": amount_text(points) if points else None}


def _pins(edition: Edition) -> _Table:
    return ("member_id", "theme", "track", "place", "role", "with_members"), (
        (p.member_id, p.theme, p.track, p.place, p.role, " ".join(p.with_members))
        for p in edition.pins
    )


def _previous(edition: Edition) -> _Table:
    return ("member_id", "group_id", "theme", "role"), (
        (one.member_id, one.group_id, one.theme, one.role) for one in edition.previous_seats
    )


def _workbook(settings: str, tables: Mapping[str, _Table]) -> bytes:
    """Return sheets `edition`, with the lines of edition.toml, `members` and so on, all cells as text."""
    from openpyxl import Workbook  # noqa: PLC0415 - for those who want a workbook

    book: Any = Workbook()
    sheet = book.active
    sheet.title = Path(EDITION).stem
    _fill(sheet, ([line] for line in settings.splitlines()))
    for name, (columns, rows) in tables.items():
        sheet = book.create_sheet(Path(name).stem)
        _fill(sheet, (columns, *rows))
        sheet.freeze_panes = "B2"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _fill(sheet: Any, rows: Iterable[Sequence[object]]) -> None:
    for number, row in enumerate(rows, start=1):
        for at, value in enumerate(row, start=1):
            if value is None or value == "":
                continue
            cell = sheet.cell(number, at)
            # As text whatever it looks like: an id keeps its zeros, and nothing is a formula.
            cell.number_format = "@"
            cell.value = harmless(value) if isinstance(value, str) else str(value)
            cell.data_type = "s"


def _check_extra_columns(edition: Edition, folder: Path | str) -> None:
    """Refuse further columns that would be read again as something else, or not at all."""
    seen: dict[str, str] = {}
    for name in dict.fromkeys(key for member in edition.members for key in member.extra):
        key = name.strip().lower()
        readable = key and name == cleaned(name) and not is_read(name, "members")
        if not readable or seen.setdefault(key, name) != name:
            raise OutputError([finding("extra-column-name", str(folder), None, "extra", name)])


def settings_content(edition: Edition) -> dict[str, Any]:
    """Return what edition.toml of an edition says, as TOML is read: nothing that is left out."""
    # Further columns are known not to be read: reading the edition again says nothing of them.
    extra = list(dict.fromkeys(key for member in edition.members for key in member.extra))
    return {
        "name": edition.name,
        "rules": edition.rules.model_dump(mode="json", exclude_none=True),
        "places": edition.places.model_dump(mode="json"),
        "score": edition.score.model_dump(mode="json"),
        "themes": [_theme(theme) for theme in edition.themes],
        **({"reading": {"ignore": extra}} if extra else {}),
        **{
            name: told
            for name in ("total", "rounds", "disruption", "previous")
            if (told := getattr(edition, name).model_dump(mode="json", exclude_defaults=True))
        },
        # With dates as TOML has them.
        **{
            name: record.model_dump(exclude_none=True, by_alias=True)
            for name in ("calendar", "projects")
            if (record := getattr(edition.season, name)) is not None
        },
    }


def _theme(theme: Theme) -> dict[str, Any]:
    content = theme.model_dump(mode="json", exclude_none=True)
    spread = theme.rules.spread_km
    if spread is not None:
        content["rules"]["spread_km"] = spread
    return {key: value for key, value in content.items() if value != {}}


def members_csv(edition: Edition) -> bytes:
    """Return members.csv of an edition."""
    return csv_bytes(*_members(edition))


def _members(edition: Edition) -> _Table:
    ranks = max((len(member.themes) for member in edition.members), default=1)
    extra = list(dict.fromkeys(key for member in edition.members for key in member.extra))
    personal = [
        name for name in ("name", "email") if any(getattr(m, name) for m in edition.members)
    ]
    # What was never asked for has no column of its own.
    home = ["home_country"] if any(member.home_country for member in edition.members) else []
    weight = ["weight"] if any(member.weight != 1 for member in edition.members) else []
    cannot = ["cannot"] if any(member.cannot for member in edition.members) else []
    asked = [
        name
        for name in YES_NO
        if name != "share_contact" or any(one.share_contact for one in edition.members)
    ]
    columns = (
        "member_id", "country", *home, "postcode", *(f"theme_{rank + 1}" for rank in range(ranks)),
        *weight, "office", *asked,
        "languages", "slots", *cannot, "together", "apart", "latitude", "longitude", *personal, *extra,
    )  # fmt: skip

    own = columns[: len(columns) - len(extra)]

    def row(member: Member) -> Sequence[object]:
        cells = member_cells(member)
        return (*map(cells.get, own), *map(member.extra.get, extra))

    return columns, map(row, edition.members)


def member_cells(member: Member) -> dict[str, object]:
    """Return the row of a member in members.csv, by column; None where a cell is empty.

    Ranked themes are ``theme_1`` and so on. Further columns are in `Member.extra`.
    """
    answers = {name: getattr(member, name) for name in YES_NO}
    return {
        **{name: getattr(member, name) for name in _AS_THEY_ARE},
        **{f"theme_{rank}": theme for rank, theme in enumerate(member.themes, start=1)},
        **{name: ONLY if one == ONLY else "yes" if one else "no" for name, one in answers.items()},
        "languages": as_read(member.languages, lambda text: languages_in(text).codes),
        "slots": as_read(member.slots, lambda text: slots_in(text).slots),
        "cannot": " ".join(map(str, member.cannot)),
        "together": " ".join(member.together),
        "apart": " ".join(member.apart),
    }


_AS_THEY_ARE = (
    *("member_id", "country", "home_country", "postcode", "office", "latitude", "longitude"),
    *("name", "email", "weight"),
)
