"""An edition from a folder, from a workbook, from DataFrames, or from Python objects.

Comes in: edition.toml and tables as files, sheets, frames or records; a postcode table. Goes out: an
`Edition`, or one `InputError` with every finding of all of them. Bytes become grids (`files`), grids
tables (`table`), tables records (`records`); each stage has its own findings.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sip_grouping.edition import Edition
from sip_grouping.edition.calendar import Calendar, ProjectRules, Season
from sip_grouping.edition.checks import Sources, cross_findings
from sip_grouping.edition.limits import Total
from sip_grouping.edition.locate import LOCATION_CODES, Locator
from sip_grouping.edition.origins import origins_of
from sip_grouping.edition.previous import PreviousSeat
from sip_grouping.edition.records import Member, Office, Pin, Places, Rules, Theme
from sip_grouping.edition.score import Score
from sip_grouping.errors import InputError
from sip_grouping.findings import Finding, finding
from sip_grouping.geography import PostcodeTable
from sip_grouping.reading.cells import Known
from sip_grouping.reading.forms.header import with_one_header
from sip_grouping.reading.forms.rows import answers_of
from sip_grouping.reading.frames import frame_grid
from sip_grouping.reading.mapping import FormMapping, Reading
from sip_grouping.reading.member_warnings import member_warnings
from sip_grouping.reading.names import MemberIds, Names, Personal
from sip_grouping.reading.origins import in_order, sources_of
from sip_grouping.reading.records import (
    Records,
    read_members,
    read_offices,
    read_pins,
    read_previous,
)
from sip_grouping.reading.season import read_season, season_of
from sip_grouping.reading.settings import Settings
from sip_grouping.reading.sources import EditionFiles, opened
from sip_grouping.reading.spots import Spots
from sip_grouping.reading.table import Table, table_of

if TYPE_CHECKING:
    import pandas as pd


def load_edition(
    path: Path | str,
    *,
    postcodes: PostcodeTable | Path | str | None = None,
    mapping: FormMapping | None = None,
) -> Edition:
    """Read an edition from its folder or workbook.

    Parameters
    ----------
    path
        Folder with edition.toml, members.csv or members.xlsx, and optionally offices, pins, previous,
        experts, projects, team and mapping.toml; or a workbook with sheets of these names, by itself or
        as edition.xlsx in a folder.
    postcodes
        Where postcodes lie: a table, or a file of one, laid over the bundled table. None: bundled.
    mapping
        How the members' table is to be read. None: as mapping.toml of the folder says, if it is there.

    Raises
    ------
    InputError
        Something is missing or wrong; holds every finding of all files.
    """
    return edition_of(opened(Path(path), mapping), postcodes)


def edition_from_frames(
    *,
    name: str,
    themes: Iterable[Theme],
    members: "pd.DataFrame",
    offices: "pd.DataFrame | None" = None,
    pins: "pd.DataFrame | None" = None,
    rules: Rules | None = None,
    places: Places | None = None,
    score: Score | None = None,
    total: Total | None = None,
    calendar: Calendar | None = None,
    project_rules: ProjectRules | None = None,
    experts: "pd.DataFrame | None" = None,
    projects: "pd.DataFrame | None" = None,
    team: "pd.DataFrame | None" = None,
    school_holidays: "pd.DataFrame | None" = None,
    postcodes: PostcodeTable | Path | str | None = None,
    reading: Reading | None = None,
) -> Edition:
    """Build an edition from DataFrames with the columns of the CSV files.

    Missing values are empty cells. A finding names a row by its index label and, where that is not the
    same, its position from 0. An index called member_id is that column.

    Parameters
    ----------
    calendar, project_rules
        `[calendar]` and `[projects]` of edition.toml.
    experts, projects, team, school_holidays
        The tables of the season.
    reading
        Columns to ignore, and what blanks mean.

    Raises
    ------
    InputError
        Something is missing or wrong; holds every finding.
    """
    settings = _given_settings(name, themes, rules, places, score, total)
    settings.calendar, settings.projects = calendar, project_rules
    seasonal = {
        "experts": (experts, "expert_id"),
        "projects": (projects, "project_id"),
        "team": (team, "team_id"),
        "school_holidays": (school_holidays, "country"),
    }
    files = EditionFiles(
        settings,
        frame_grid("members", members, "member_id"),
        None if offices is None else frame_grid("offices", offices, "office_id"),
        None if pins is None else frame_grid("pins", pins, "member_id"),
        FormMapping().with_reading(reading or Reading()),
        season={
            table: frame_grid(table, frame, id_field)
            for table, (frame, id_field) in seasonal.items()
            if frame is not None
        },
    )
    return edition_of(files, postcodes)


def make_edition(
    *,
    name: str,
    themes: Iterable[Theme],
    members: Iterable[Member],
    offices: Iterable[Office] = (),
    rules: Rules | None = None,
    places: Places | None = None,
    score: Score | None = None,
    total: Total | None = None,
    pins: Iterable[Pin] = (),
    season: Season | None = None,
    postcodes: PostcodeTable | Path | str | None = None,
) -> Edition:
    """Build an edition from Python objects, looking their postcodes up.

    Parameters
    ----------
    season
        Calendar, test projects, experts, team and school holidays.

    Raises
    ------
    InputError
        The records do not fit together, or a postcode is unknown; holds every finding.
    """
    settings = _given_settings(name, themes, rules, places, score, total)
    findings = list(settings.findings)
    table = _table_from(postcodes, findings)
    locator = Locator(PostcodeTable(()) if table is None else table)
    found = _Found(list(members), list(offices), list(pins), season=season or Season())
    if not found.members:
        findings.append(finding("no-members", "members"))
    found.members = _located(found.members, "members", "member_id", locator)
    found.offices = _located(found.offices, "offices", "office_id", locator)
    sources = Sources(rules_read=settings.rules_read)
    return _checked(settings, found, sources, locator, findings, table_read=table is not None)


@dataclass(slots=True)
class _Found:
    """The records that could be read."""

    members: list[Member]
    offices: list[Office]
    pins: list[Pin]
    previous: list[PreviousSeat] = field(default_factory=list)
    season: Season = field(default_factory=Season)
    warnings: list[Finding] = field(default_factory=list)


def _given_settings(
    name: str,
    themes: Iterable[Theme],
    rules: Rules | None,
    places: Places | None,
    score: Score | None,
    total: Total | None,
) -> Settings:
    read = Settings("edition", None, name, list(themes))
    read.rules, read.places, read.score = (
        rules or read.rules,
        places or read.places,
        score or read.score,
    )
    read.total = total or read.total
    if not name.strip():
        read.findings.append(finding("missing-key", "edition", None, "name", variant="given"))
    if not read.themes:
        read.findings.append(finding("no-theme", "edition", None, "themes", variant="given"))
    return read


def edition_of(files: EditionFiles, postcodes: PostcodeTable | Path | str | None) -> Edition:
    """Return the edition of what files or frames hold.

    Raises
    ------
    InputError
        Something is missing or wrong; holds every finding.
    """
    settings, findings = files.settings, [*files.findings, *files.settings.findings]
    table = _table_from(postcodes, findings)
    locator = Locator(PostcodeTable(()) if table is None else table)
    mapping = files.mapping.with_reading(settings.reading)
    spots = Spots()
    grid = files.members
    if grid is not None and mapping.titles:
        grid = answers_of(with_one_header(grid), mapping)
    members = None if grid is None else table_of(grid, "members", mapping)
    plain = FormMapping()
    offices = None if files.offices is None else table_of(files.offices, "offices", plain)
    pins = None if files.pins is None else table_of(files.pins, "pins", plain)
    previous = None if files.previous is None else table_of(files.previous, "previous", plain)
    known = _known(settings, files, members, offices, mapping)
    other = _known(settings, files, members, offices, plain)
    read_o = None if offices is None else read_offices(offices, other, spots)
    read_m = (
        None
        if members is None
        else read_members(members, known, spots, settings.themes if files.any_theme else ())
    )
    read_p = None if pins is None else read_pins(pins, other)
    read_b = None if previous is None else read_previous(previous, other)
    of_season = read_season(files.season, other)
    if table is not None:
        spots.look_up(locator)
    told = {"offices": read_o, "members": read_m, "pins": read_p, "previous": read_b}
    tables: dict[str, Records[Any]] = {name: one for name, one in told.items() if one is not None}
    tables |= of_season
    for one in tables.values():
        one.finish()
        findings += one.findings
    of_tables = (read_m, read_o, read_p, read_b)
    found = _Found(*(list(one.records) if one else [] for one in of_tables))  # type: ignore[arg-type]
    found.season = season_of(settings, of_season)
    for one in tables.values():
        found.warnings += one.warnings
    if read_m is not None:
        found.warnings += member_warnings(read_m)
    found.warnings += (*files.warnings, *settings.warnings)
    if files.among is not None:
        found.offices = list(files.among.offices)
        for spot in files.among.locations:
            locator.find(spot.country, spot.postcode)
    sources = sources_of(files, tables)
    return _checked(settings, found, sources, locator, findings, table_read=table is not None)


def names_of(files: EditionFiles) -> tuple[Names, Names]:
    """Return themes and offices by all their names, before members are read."""
    offices = None if files.offices is None else table_of(files.offices, "offices", FormMapping())
    known = _known(files.settings, files, None, offices, FormMapping())
    return known.themes, known.offices


def _known(
    settings: Settings,
    files: EditionFiles,
    members: Table | None,
    offices: Table | None,
    mapping: FormMapping,
) -> Known:
    """Return what cells may refer to: of every row, also of those that have mistakes."""
    themes = {theme.id: theme.title.values() for theme in settings.themes}
    unreadable: dict[str, Iterable[str]] = dict.fromkeys(settings.unreadable_themes, ())
    office_rows = () if offices is None else offices.rows
    names = {row["office_id"]: (row["name"],) for row in office_rows if row["office_id"]}
    offices_read = not files.offices_missing and (offices is None or "office_id" in offices.titles)
    of_members = {
        name: [] if members is None else members.column(name)
        for name in ("member_id", "name", "email")
    }
    ids = [*zip(of_members["member_id"], of_members["name"], strict=True)]
    if files.among is not None:
        names.update({one.office_id: (one.name,) for one in files.among.offices})
        ids += [(one.member_id, one.name or "") for one in files.among.members]
    complete = members is not None and "member_id" in members.titles
    return Known(
        Names({**themes, **unreadable}, complete=settings.themes_complete),
        Names(names, complete=offices_read, source=offices.file if offices else "offices"),
        MemberIds(ids, complete=complete),
        Personal(text for name in ("name", "email") for text in of_members[name] if text),
        mapping,
    )


def _table_from(
    postcodes: PostcodeTable | Path | str | None, findings: list[Finding]
) -> PostcodeTable | None:
    """Return the table to look postcodes up in; None, with findings, where it cannot be read."""
    if isinstance(postcodes, PostcodeTable):
        return postcodes
    try:
        own = None if postcodes is None else PostcodeTable.from_file(postcodes)
    except InputError as error:
        findings += error.findings
        return None
    return PostcodeTable.bundled() if own is None else PostcodeTable.bundled().overlay(own)


def _checked(
    settings: Settings,
    found: _Found,
    sources: Sources,
    locator: Locator,
    findings: list[Finding],
    *,
    table_read: bool,
) -> Edition:
    """Return the edition of records that fit together, each rule checked once."""
    _locate_towns(settings.places, found, sources, locator)
    located = [sources.as_read(one) for one in locator.warnings]
    locator.findings = [sources.as_read(one) for one in locator.findings]
    fields: dict[str, Any] = {
        "themes": settings.themes,
        "members": found.members,
        "offices": found.offices,
        "rules": settings.rules,
        "places": settings.places,
        "score": settings.score,
        "pins": found.pins,
        "locations": locator.locations,
        "previous": settings.previous,
        "previous_seats": found.previous,
        "season": found.season,
    }
    life = {name: getattr(settings, name) for name in ("total", "rounds", "disruption")}
    if findings:
        across = [sources.as_read(one) for one in cross_findings(**fields, sources=sources)]
    else:
        fields["warnings"] = (*found.warnings, *located)
        fields["origins"] = origins_of(
            sources, settings.sheet, found.members, found.offices, found.pins
        )
        try:
            return Edition.model_validate(
                {"name": settings.name, **fields, **life},
                context={"sources": sources},
            )
        except InputError as error:
            across = list(error.findings)
    findings = findings + (
        locator.explained(across)
        if table_read
        else [one for one in across if one.code not in LOCATION_CODES]
    )
    raise InputError(in_order(findings, sources), warnings=in_order(found.warnings, sources))


def _locate_towns(places: Places, found: _Found, sources: Sources, locator: Locator) -> None:
    towns = places.towns if not isinstance(places.towns, str) else ()
    for town in towns:
        locator.locate_town(town, file=sources.edition, column="places.towns")
    known = {office.office_id for office in found.offices}
    for number, pin in enumerate(found.pins):
        if pin.place not in known:
            row = sources.pin_rows[number] if sources.pin_rows else f"pin {number + 1}"
            locator.locate_town(pin.place, file=sources.pins, row=row, column="place")


_Record = TypeVar("_Record", Member, Office)


def _located(records: list[_Record], file: str, id_field: str, locator: Locator) -> list[_Record]:
    found: list[_Record] = []
    for record in records:
        postcode = locator.normalised(record.lies_in, record.postcode)
        if record.own_position is not None:
            locator.find(record.lies_in, postcode)  # to compare with, where it is known
        else:
            locator.locate(record.lies_in, postcode, file=file, row=getattr(record, id_field))
        same = postcode == record.postcode
        found.append(record if same else record.model_copy(update={"postcode": postcode}))
    return found
