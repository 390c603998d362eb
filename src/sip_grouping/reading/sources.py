"""The files of an edition: which there are, and their sheets of text.

Comes in: the path of a folder or a workbook. Goes out: `EditionFiles`: settings, a grid per table, the
mapping, and what is wrong with the files themselves. Names of files and sheets count whatever their case.
"""

import tomllib
from collections.abc import Callable, Iterable
from collections.abc import Mapping as ReadMapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from pydantic import ValidationError

from sip_grouping.edition import Edition
from sip_grouping.errors import InputError
from sip_grouping.files.decode import WINDOWS, decoded, read_bytes
from sip_grouping.files.folder import existing_folder
from sip_grouping.files.grid import Grid, csv_grid
from sip_grouping.files.workbook import workbook_grids
from sip_grouping.findings import Finding, finding, findings_of
from sip_grouping.reading.columns import TableName, likeness
from sip_grouping.reading.edition_sheet import sheet_settings
from sip_grouping.reading.mapping import FormMapping
from sip_grouping.reading.settings import Settings, toml_settings, unread_settings
from sip_grouping.text import key_of

EDITION, MEMBERS, OFFICES, PINS = "edition.toml", "members.csv", "offices.csv", "pins.csv"
PREVIOUS = "previous.csv"
EXPERTS, PROJECTS, TEAM = "experts.csv", "projects.csv", "team.csv"
SCHOOL_HOLIDAYS = "school_holidays.csv"
MAPPING = "mapping.toml"
WORKBOOK = "edition.xlsx"
EXPLANATIONS = "explanations"
WORKBOOKS = (".xlsx", ".xlsm")
_TABLES = (".csv", ".xls", ".ods", ".tsv", ".txt", *WORKBOOKS)
_SHEETS: ReadMapping[str, tuple[str, ...]] = {
    "edition": ("edition", "editie", "édition"),
    "members": ("members", "leden", "membres"),
    "offices": ("offices", "kantoren", "bureaux"),
    "pins": ("pins", "vaste plaatsen", "placements fixes"),
    "previous": ("previous", "vorige editie", "édition précédente"),
    "experts": ("experts", "deskundigen", "experten"),
    "projects": ("projects", "projecten", "projets"),
    "team": ("team", "ploeg", "équipe"),
    "school_holidays": ("school holidays", "schoolvakanties", "vacances scolaires"),
    "assignments": (
        *("assignments", "toewijzingen", "indeling", "affectations", "répartition"),
        *("members", "leden", "membres"),
    ),
    "groups": ("groups", "groepen", "groupes"),
    "answers": ("answers", "antwoorden", "réponses"),
}
_OF_A_SEASON: tuple[TableName, ...] = ("experts", "projects", "team", "school_holidays")
_OF_AN_EDITION = ("edition", "members", "offices", "pins", "previous", *_OF_A_SEASON)
_FILES = (MEMBERS, OFFICES, PINS, PREVIOUS, EXPERTS, PROJECTS, TEAM, SCHOOL_HOLIDAYS)
_PASSED_OVER = frozenset(map(key_of, (EXPLANATIONS, "explications", "uitleg")))
"""Sheets that explain an empty edition to those who fill it in."""


@dataclass(slots=True)
class EditionFiles:
    """What the files of an edition hold, as text.

    Attributes
    ----------
    offices_missing
        Whether there is a file of offices that could not be read.
    previous
        The groups of the edition before.
    season
        By table: experts, projects, team and school holidays, those that are there.
    among
        The edition that these members join: they may name its members and offices.
    any_theme
        Whether those who rank no theme welcome any that is open to them.
    """

    settings: Settings
    members: Grid | None
    offices: Grid | None
    pins: Grid | None
    mapping: FormMapping
    previous: Grid | None = None
    season: ReadMapping[str, Grid] = field(default_factory=dict)
    offices_missing: bool = False
    among: Edition | None = None
    any_theme: bool = False
    findings: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)


def opened(path: Path, mapping: FormMapping | None = None) -> EditionFiles:
    """Read the files of an edition.

    Raises
    ------
    InputError
        There is no such folder or workbook.
    """
    if path.suffix.lower() in WORKBOOKS and not path.is_dir():
        return _of_workbook(path, mapping)
    return _of_folder(existing_folder(path, "edition"), mapping)


def _of_folder(folder: Path, mapping: FormMapping | None) -> EditionFiles:
    findings: list[Finding] = []
    names = FilesOf(folder)
    book = names.the(WORKBOOK, findings)
    if book is not None:
        return _of_workbook_in_folder(book, names, mapping, findings)
    settings = _settings(names.the(EDITION, findings) or folder / EDITION)
    grids: dict[str, Grid | None] = {}
    absent = []
    tables: tuple[tuple[str, TableName, bool], ...] = (
        (MEMBERS, "members", True), (OFFICES, "offices", False), (PINS, "pins", False),
        (PREVIOUS, "previous", False), (EXPERTS, "experts", False), (PROJECTS, "projects", False),
        (TEAM, "team", False), (SCHOOL_HOLIDAYS, "school_holidays", False),
    )  # fmt: skip
    for name, table, needed in tables:
        file = names.the(name, findings)
        if file is None:
            if needed:
                findings.append(missing_file(name, names))
            else:
                absent.append(name)
            continue
        grids[table] = grid_of(file, table, findings)
    mapping = _mapping(names, mapping, findings)
    return EditionFiles(
        settings,
        grids.get("members"),
        grids.get("offices"),
        grids.get("pins"),
        mapping,
        grids.get("previous"),
        _season_in(grids),
        offices_missing="offices" in grids and grids["offices"] is None,
        findings=findings,
        warnings=names.passed_over(absent),
    )


def _season_in(grids: ReadMapping[str, Grid | None]) -> dict[str, Grid]:
    return {name: grid for name in _OF_A_SEASON if (grid := grids.get(name)) is not None}


def _mapping(names: "FilesOf", given: FormMapping | None, findings: list[Finding]) -> FormMapping:
    """Return the mapping that is given, else that of the folder."""
    file = names.the(MAPPING, findings) if given is None else None
    return (given or FormMapping()) if file is None else read_mapping(file, findings)


def _of_workbook_in_folder(
    book: Path, names: "FilesOf", mapping: FormMapping | None, findings: list[Finding]
) -> EditionFiles:
    """Read the edition that a folder holds as one workbook; other files of it are one too many."""
    for name in (EDITION, *_FILES):
        other = names.the(name, findings)
        if other is not None:
            findings.append(finding("file-twice", name, files=(other.name, book.name)))
    files = _of_workbook(book, _mapping(names, mapping, findings))
    files.findings += findings
    return files


class FilesOf:
    """The files of a folder, by their names in lower case."""

    def __init__(self, folder: Path) -> None:
        self._files: dict[str, list[Path]] = {}
        self._taken: set[Path] = set()
        for file in sorted(folder.iterdir()):
            self._files.setdefault(file.name.lower(), []).append(file)

    def the(self, name: str, findings: list[Finding]) -> Path | None:
        """Return the one file that a name means; None where there is none.

        A table may be a workbook as well; where several files could be it, that is a finding.
        """
        stem, dot, ending = name.partition(".")
        endings = {"csv": (".csv", *WORKBOOKS), "xlsx": WORKBOOKS}.get(ending, (dot + ending,))
        fitting = [file for one in endings for file in self._files.get(stem + one, ())]
        exact = [file for file in fitting if file.name == name]
        if len(fitting) > 1:
            findings.append(finding("file-twice", name, files=tuple(f.name for f in fitting)))
        found = next(iter(exact or fitting), None)
        self._taken.update(fitting)
        return found

    def passed_over(self, optional: Iterable[str]) -> list[Finding]:
        """Return warnings of tables that nobody asked for, but that may be meant by a name.

        Those are called like a table but for the ending, or nearly like an optional one that is not there.
        """
        found: dict[str, str] = {}
        for name in _FILES:
            stem = name.partition(".")[0]
            for ending in _TABLES:
                for file in self._files.get(stem + ending, ()):
                    if file not in self._taken:
                        found[file.name] = name
        for name in optional:
            near = self.near(name)
            if near is not None:
                found.setdefault(near, name)
        return [finding("file-not-read", file, name=name) for file, name in found.items()]

    def near(self, name: str) -> str | None:
        """Return the name of a file that is not read and may be meant by another one."""
        from rapidfuzz import fuzz, process  # noqa: PLC0415 - for hints alone

        tables = [
            file
            for file, several in self._files.items()
            if file.endswith(_TABLES) and several[0] not in self._taken
        ]
        stem = name.partition(".")[0]
        words = {key_of(Path(file).stem): file for file in tables}
        synonyms = [key_of(one) for one in _SHEETS.get(stem, (stem,))]
        for word, file in words.items():
            if any(word.startswith(one) or one.startswith(word) for one in synonyms):
                return self._files[file][0].name
        found = process.extractOne(key_of(stem), list(words), scorer=fuzz.ratio, score_cutoff=75)
        return None if found is None else self._files[words[found[0]]][0].name


def beside(edition: Path) -> EditionFiles:
    """Return the settings of an edition.toml and the offices beside it, without members."""
    findings: list[Finding] = []
    offices = None
    settings = _settings(edition)
    if edition.parent.is_dir():
        file = FilesOf(edition.parent).the(OFFICES, findings)
        offices = None if file is None else grid_of(file, "offices", findings)
    return EditionFiles(settings, None, offices, None, FormMapping(), findings=findings)


def members_grid(file: Path, findings: list[Finding]) -> Grid | None:
    """Return the sheet of a file that holds the members; None, with findings, where there is none."""
    return given_grid(file, "members", findings)


def given_grid(file: Path, table: TableName, findings: list[Finding]) -> Grid | None:
    """Return the rows of a table from a file that somebody named; None, with findings, where it has none."""
    if not file.exists():
        findings.append(finding("file-missing", str(file), name=file.name, variant="given"))
        return None
    return grid_of(file, table, findings)


def missing_file(name: str, names: FilesOf) -> Finding:
    """Return the finding that a file is missing, which names one that may be meant."""
    near = names.near(name)
    variant = "" if near is None else "other"
    return finding("file-missing", name, name=name, variant=variant, other=near)


def _settings(file: Path) -> Settings:
    content = read_bytes(file)
    if isinstance(content, Finding):
        return unread_settings(file.name, [content])
    text = decoded(content, file.name)
    if isinstance(text, Finding):
        return unread_settings(file.name, [text])
    read = toml_settings(text.text, file.name)
    if text.encoding == WINDOWS:
        line = next((one for one in text.text.splitlines() if not one.isascii()), "")
        read.warnings.append(finding("taken-for-windows", file.name, None, None, line.strip()))
    return read


def _likeness(table: TableName) -> Callable[..., int]:
    return partial(likeness, table)


def grid_of(file: Path, table: TableName, findings: list[Finding]) -> Grid | None:
    """Return the rows of a table from its file or workbook; None, with findings, where it has none."""
    content = read_bytes(file)
    if isinstance(content, Finding):
        findings.append(content)
        return None
    if file.suffix.lower() in WORKBOOKS:
        grids = workbook_grids(content, file.name)
        if isinstance(grids, Finding):
            findings.append(grids)
            return None
        shown = [one for one in grids.values() if not one.hidden] or list(grids.values())
        grid = sheet_of(grids, table) or (shown[0] if len(shown) == 1 else None)
        if grid is None:
            variant = "empty" if not grids else "several"
            sheets = tuple(map(repr, grids))
            findings.append(
                finding(
                    "sheet-missing", file.name, sheet_name=table, sheets=sheets, variant=variant
                )
            )
            return None
        others = [title for title, one in grids.items() if one is not grid]
        return replace(grid, warnings=(*_unread(others, file), *grid.warnings))
    grid_or_finding = csv_grid(content, file.name, _likeness(table))
    if isinstance(grid_or_finding, Finding):
        findings.append(grid_or_finding)
        return None
    return grid_or_finding


def sheet_of(grids: ReadMapping[str, Grid], table: str) -> Grid | None:
    """Return the sheet that is called like a table, the first of its names first."""
    by_key = {key_of(title): grid for title, grid in reversed(list(grids.items()))}
    names = map(key_of, _SHEETS[table])
    return next((by_key[name] for name in names if name in by_key), None)


def _of_workbook(file: Path, mapping: FormMapping | None) -> EditionFiles:
    content = read_bytes(file)
    if isinstance(content, Finding):
        raise InputError([content])
    grids = workbook_grids(content, file.name)
    if isinstance(grids, Finding):
        raise InputError([grids])
    findings: list[Finding] = []
    found = {name: sheet_of(grids, name) for name in _OF_AN_EDITION}
    for name in ("edition", "members"):
        if found[name] is None:
            sheets = tuple(map(repr, grids)) or ("-",)
            findings.append(finding("sheet-missing", file.name, sheet_name=name, sheets=sheets))
    edition = found["edition"]
    settings = unread_settings(file.name, []) if edition is None else sheet_settings(edition)
    files = EditionFiles(
        settings, found["members"], found["offices"], found["pins"], mapping or FormMapping(),
        found["previous"], _season_in(found),
        findings=findings,
    )  # fmt: skip
    read = [grid.sheet for grid in found.values() if grid is not None]
    files.warnings += _unread([title for title in grids if title not in read], file)
    return files


def _unread(sheets: Iterable[str], file: Path) -> list[Finding]:
    """Return what is to be said of sheets that are not read."""
    return [
        finding("sheet-not-read", file.name, sheet=title)
        for title in sheets
        if key_of(title) not in _PASSED_OVER
    ]


def read_mapping(file: Path, findings: list[Finding]) -> FormMapping:
    """Read mapping.toml; an empty mapping, with findings, where it cannot be read."""
    content = read_bytes(file)
    text = content if isinstance(content, Finding) else decoded(content, file.name)
    if isinstance(text, Finding):
        findings.append(text)
        return FormMapping()
    try:
        return FormMapping.model_validate(tomllib.loads(text.text))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        if isinstance(error, ValidationError):
            findings += findings_of(error, file.name, FormMapping)
        else:
            findings.append(finding("malformed-toml", file.name, reason=str(error)))
    return FormMapping()
