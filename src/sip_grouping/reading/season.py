"""Experts, test projects, team and school holidays of an edition: rows as records, and back.

Comes in: tables, what their cells may refer to. Goes out: records with the findings of their rows; rows to
write. Names of experts and of the team are personal, and in no finding.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Literal

from sip_grouping.edition.calendar import Contact, Expert, Project, SchoolHolidays, Season
from sip_grouping.edition.languages import languages_in
from sip_grouping.edition.slots import slots_in
from sip_grouping.files.grid import Grid
from sip_grouping.reading.cells import Known, RowReader
from sip_grouping.reading.mapping import FormMapping
from sip_grouping.reading.names import Names
from sip_grouping.reading.records import Records, started
from sip_grouping.reading.settings import Settings
from sip_grouping.reading.table import Table, table_of
from sip_grouping.reading.words import amount_text
from sip_grouping.text import cleaned

_SEPARATED = re.compile(r"[,;\n\r]+")
SeasonTable = Literal["experts", "projects", "team", "school_holidays"]
SEASON_TABLES: tuple[SeasonTable, ...] = ("experts", "projects", "team", "school_holidays")
_OF_PEOPLE = ("experts", "team")
Cells = tuple[Sequence[str], Iterable[Sequence[object]]]
"""Columns and rows."""


def read_season(grids: Mapping[str, Grid], known: Known) -> dict[str, Records[Any]]:
    """Read the tables of the season that are there."""
    plain = FormMapping()
    tables = {name: table_of(grids[name], name, plain) for name in SEASON_TABLES if name in grids}
    names = [row["name"] for table in _OF_PEOPLE if table in tables for row in tables[table].rows]
    hidden = replace(known, personal=known.personal.and_of(names))
    return {name: _READERS[name](table, hidden) for name, table in tables.items()}


def season_of(settings: Settings, read: Mapping[str, Records[Any]]) -> Season:
    """Return the season that an edition has, of the records that could be read."""
    found = {name: tuple(read[name].records) for name in SEASON_TABLES if name in read}
    return Season(
        calendar=settings.calendar,
        projects=settings.projects,
        experts=found.get("experts", ()),
        proposals=found.get("projects", ()),
        team=found.get("team", ()),
        school_holidays=found.get("school_holidays", ()),
    )


def _experts(table: Table, known: Known) -> Records[Expert]:
    read = started(Expert, table, "experts", known)
    for row in table.rows:
        reader = RowReader(table, row, known)
        expert_id = reader.own_id("expert_id")
        read.first(reader, "expert_id", expert_id, "duplicate-expert")
        reader.required("themes")
        given = {
            "expert_id": expert_id,
            "name": reader.readable("name"),
            "themes": _themes(reader),
            "languages": reader.languages("languages"),
            "slots": reader.slots("slots"),
            "cannot": reader.dates("cannot"),
            **reader.given_amount("sessions_max"),
        }
        read.draft(reader, given, expert_id)
    return read


def _projects(table: Table, known: Known) -> Records[Project]:
    read = started(Project, table, "projects", known)
    for row in table.rows:
        reader = RowReader(table, row, known)
        project_id = reader.own_id("project_id")
        read.first(reader, "project_id", project_id, "duplicate-project")
        given = {
            "project_id": project_id,
            "group_id": reader.required("group_id"),
            "title": reader.readable("title"),
            "budget": reader.number("budget", amount=True) if reader.required("budget") else None,
            "from": _date(reader, "from"),
            "to": _date(reader, "to"),
            "willing": reader.member_ids("willing"),
        }
        read.draft(reader, given, project_id)
    return read


def _team(table: Table, known: Known) -> Records[Contact]:
    read = started(Contact, table, "team", known)
    for row in table.rows:
        reader = RowReader(table, row, known)
        team_id = reader.own_id("team_id")
        read.first(reader, "team_id", team_id, "duplicate-contact")
        given = {
            "team_id": team_id,
            "name": reader.readable("name"),
            "languages": reader.languages("languages"),
            "offices": _offices(reader),
            **reader.given_amount("groups_max"),
        }
        read.draft(reader, given, team_id)
    return read


def _school_holidays(table: Table, known: Known) -> Records[SchoolHolidays]:
    read = started(SchoolHolidays, table, "school_holidays", known)
    for row in table.rows:
        reader = RowReader(table, row, known)
        given = {
            "country": reader.country("country"),
            "languages": reader.languages("languages"),
            "from": _date(reader, "from") if reader.required("from") else None,
            "to": _date(reader, "to"),
            "name": reader.readable("name"),
        }
        read.draft(reader, given)
    return read


_READERS: Mapping[SeasonTable, Callable[[Table, Known], Records[Any]]] = {
    "experts": _experts,
    "projects": _projects,
    "team": _team,
    "school_holidays": _school_holidays,
}


def _themes(reader: RowReader) -> tuple[str, ...]:
    themes = reader.known.themes

    def unknown(part: str) -> None:
        near = themes.near(part)
        reader.wrong("unknown-theme", "themes", part, known=", ".join(themes.ids), near=near)

    def doubtful(part: str, meant: tuple[str, ...]) -> None:
        reader.wrong("theme-in-doubt", "themes", part, themes=meant)

    return _listed(reader.listed("themes"), themes, unknown, doubtful)


def _offices(reader: RowReader) -> tuple[str, ...]:
    offices = reader.known.offices

    def unknown(part: str) -> None:
        near = offices.near(part)
        reader.wrong("unknown-office", "offices", part, offices=offices.source, near=near)

    def doubtful(part: str, meant: tuple[str, ...]) -> None:
        reader.wrong("office-in-doubt", "offices", part, offices=meant)

    return _listed(reader.listed("offices"), offices, unknown, doubtful)


def _listed(
    text: str,
    names: Names,
    unknown: Callable[[str], None],
    doubtful: Callable[[str, tuple[str, ...]], None],
) -> tuple[str, ...]:
    """Return the ids that a list names; a title may hold a comma, and ids may have spaces between them."""
    parts = [part for part in map(cleaned, _SEPARATED.split(text)) if part]
    if len(parts) > 1 and not all(map(names.meant, parts)) and len(names.meant(text)) == 1:
        parts = [text]
    found: list[str] = []
    for part in parts:
        pieces = part.split()
        apart = not names.meant(part) and all(len(names.meant(one)) == 1 for one in pieces)
        for one in pieces if apart else [part]:
            meant = names.meant(one)
            found.append(meant[0] if len(meant) == 1 else one)
            if len(meant) > 1:
                doubtful(one, meant)
            elif not meant and names.complete:
                unknown(one)
    return tuple(dict.fromkeys(found))


def _date(reader: RowReader, field: str) -> date | None:
    text = reader.readable(field)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        reader.wrong("no-date", field, variant="one")
        return None


def season_tables(season: Season) -> dict[SeasonTable, Cells]:
    """Return the tables of a season that have rows, as they are read again."""
    found: dict[SeasonTable, Cells] = {
        "experts": (
            ("expert_id", "name", "themes", "languages", "slots", "cannot", "sessions_max"),
            [
                (
                    one.expert_id, one.name, ", ".join(one.themes),
                    as_read(one.languages, lambda text: languages_in(text).codes),
                    as_read(one.slots, lambda text: slots_in(text).slots),
                    " ".join(map(str, one.cannot)), one.sessions_max,
                )
                for one in season.experts
            ],
        ),
        "projects": (
            ("project_id", "group_id", "title", "budget", "from", "to", "willing"),
            [
                (
                    one.project_id, one.group_id, one.title, amount_text(one.budget),
                    one.first, one.last, " ".join(one.willing),
                )
                for one in season.proposals
            ],
        ),
        "team": (
            ("team_id", "name", "languages", "offices", "groups_max"),
            [
                (
                    one.team_id, one.name,
                    as_read(one.languages, lambda text: languages_in(text).codes),
                    ", ".join(one.offices), one.groups_max,
                )
                for one in season.team
            ],
        ),
        "school_holidays": (
            ("country", "languages", "from", "to", "name"),
            [
                (
                    one.country, as_read(one.languages, lambda text: languages_in(text).codes),
                    one.first, one.last, one.name,
                )
                for one in season.school_holidays
            ],
        ),
    }  # fmt: skip
    return {name: cells for name, cells in found.items() if cells[1]}


def as_read(parts: tuple[str, ...], read: Callable[[str], tuple[str, ...]]) -> str:
    """Return a list as a cell that is read as the same list: with commas where spaces leave a doubt."""
    with_spaces = " ".join(parts)
    return with_spaces if read(with_spaces) == parts else ", ".join(parts)
