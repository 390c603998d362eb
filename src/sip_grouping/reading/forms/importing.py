"""The export of a form as an edition.

Comes in: the file of an export, edition.toml with its offices beside it, a mapping or none. Goes out:
`Imported`: the edition, the mapping that was used or guessed, and what each column is read as.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import tomli_w

from sip_grouping.edition import Edition
from sip_grouping.errors import InputError
from sip_grouping.files.folder import write_file, write_folder
from sip_grouping.files.grid import Grid
from sip_grouping.findings import Finding, finding
from sip_grouping.geography import PostcodeTable
from sip_grouping.reading.columns import is_read
from sip_grouping.reading.editions import edition_of, names_of
from sip_grouping.reading.forms.guess import guess_of
from sip_grouping.reading.forms.header import questions_above, with_one_header
from sip_grouping.reading.mapping import FormMapping
from sip_grouping.reading.sources import (
    EDITION,
    MAPPING,
    MEMBERS,
    OFFICES,
    EditionFiles,
    beside,
    members_grid,
    read_mapping,
)
from sip_grouping.reading.writing import EDITION_FILES, members_csv

_PERSONAL_FIELDS = frozenset({"name", "email", "member_id"})
_SHOWN = 4
IMPORTED_FILES = (*EDITION_FILES, MAPPING, "offices.xlsx")
"""What a folder of an import may hold."""


@dataclass(frozen=True, slots=True)
class ReadAs:
    """What one column of an export is read as; `examples` never of names or addresses."""

    title: str
    field: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """An export as an edition.

    Attributes
    ----------
    edition
        Its members, with all columns that have no meaning.
    mapping
        What turned the one into the other.
    columns
        What each column is read as.
    guessed
        Whether the mapping was guessed, and is to be confirmed.
    """

    edition: Edition
    mapping: FormMapping
    columns: tuple[ReadAs, ...]
    guessed: bool


@dataclass(frozen=True, slots=True)
class Opened:
    """An export with the mapping that is to read it.

    Attributes
    ----------
    asked
        What the mapping lacks: nothing is imported before it is told.
    """

    files: EditionFiles
    mapping: FormMapping
    columns: tuple[ReadAs, ...]
    guessed: bool
    asked: tuple[Finding, ...]


def open_export(export: Path, edition: Path, mapping: Path | None = None) -> Opened:
    """Read an export and the mapping for it; guess one where there is none.

    Parameters
    ----------
    edition
        edition.toml, with offices.csv or offices.xlsx beside it.
    mapping
        None: mapping.toml beside the edition, if it is there.

    Raises
    ------
    InputError
        A file is missing or cannot be read; holds every finding.
    """
    files = beside(edition)
    findings = [*files.findings, *files.settings.findings]
    grid = members_grid(export, findings)
    known = mapping
    if known is None and (edition.parent / MAPPING).is_file():
        known = edition.parent / MAPPING
    told = None if known is None else read_mapping(known, findings)
    if grid is None or findings:
        raise InputError(findings or [finding("file-missing", export.name, name=export.name)])
    questions = questions_above(grid)
    one = with_one_header(grid)
    files.members = one
    if told is not None:
        return Opened(files, told, _columns(told, files), guessed=False, asked=())
    themes, offices = names_of(files)
    guess = guess_of(one, questions, themes, offices)
    return Opened(
        files, guess.mapping, _columns(guess.mapping, files), guessed=True, asked=tuple(guess.asked)
    )


def import_form(
    export: Path | str,
    edition: Path | str,
    *,
    mapping: Path | str | FormMapping | None = None,
    postcodes: PostcodeTable | Path | str | None = None,
) -> Imported:
    """Turn the export of a form into an edition.

    Parameters
    ----------
    export
        CSV or .xlsx as Google Forms, Microsoft Forms, LimeSurvey, Framaforms, Tally and their like write it.
    edition
        Its edition.toml, with offices.csv or offices.xlsx beside it.
    mapping
        What the columns mean. None: mapping.toml beside the edition, or else a guess, which a person has
        to confirm.

    Raises
    ------
    InputError
        Something is missing or wrong, or cannot be guessed for certain; holds every finding.
    """
    path = None if mapping is None or isinstance(mapping, FormMapping) else Path(mapping)
    opened = open_export(Path(export), Path(edition), path)
    given = mapping if isinstance(mapping, FormMapping) else None
    return imported(opened, given, postcodes)


def imported(
    opened: Opened,
    mapping: FormMapping | None = None,
    postcodes: PostcodeTable | Path | str | None = None,
) -> Imported:
    """Return an opened export as an edition; see `import_form`.

    Raises
    ------
    InputError
        Something is wrong, or the mapping lacks something.
    """
    if opened.asked and mapping is None:
        raise InputError(opened.asked)
    used = mapping or opened.mapping
    files = opened.files
    files.mapping = used
    # Everything that has no meaning is kept, and the guess has shown it.
    columns = _columns(used, files)
    extra = [_kept_as(one.title) for one in columns if not one.field]
    ignore = used.reading.model_copy(
        update={"ignore": tuple(dict.fromkeys((*used.reading.ignore, *extra)))}
    )
    files.mapping = used.model_copy(update={"reading": ignore})
    files.members = _without_other_meanings(files.members, extra)
    return Imported(edition_of(files, postcodes), files.mapping, columns, opened.guessed)


def _kept_as(title: str) -> str:
    """Return what a column that has no meaning is called, so that none is read into its title."""
    return f"{title} (form)" if is_read(title, "members") else title


def _without_other_meanings(grid: Grid | None, extra: Sequence[str]) -> Grid | None:
    if grid is None:
        return None
    kept = set(extra)
    titles = [_kept_as(title) if _kept_as(title) in kept else title for title in grid.rows[0].cells]
    header = replace(grid.rows[0], cells=titles)
    return replace(grid, rows=(header, *grid.rows[1:]))


def save_import(made: Imported, edition: Path, folder: Path, *, force: bool = False) -> None:
    """Write an imported edition to a folder, whole or not at all.

    edition.toml and the offices stay as they are; mapping.toml says how the members were read.

    Raises
    ------
    OutputError
        The folder exists, cannot be written, or holds other files.
    """
    files = {
        EDITION: edition.read_bytes(),
        MEMBERS: members_csv(made.edition),
        MAPPING: mapping_toml(made.mapping),
    }
    for name in (OFFICES, "offices.xlsx"):
        if (edition.parent / name).is_file():
            files[name] = (edition.parent / name).read_bytes()
    write_folder(folder, files, force=force, known_files=IMPORTED_FILES)


def save_guess(opened: Opened, edition: Path) -> Path:
    """Write a guessed mapping beside the edition, to be corrected and used again; return its file.

    Raises
    ------
    OutputError
        It cannot be written there.
    """
    file = edition.parent / MAPPING
    write_file(file, mapping_toml(opened.mapping), force=True)
    return file


def mapping_toml(mapping: FormMapping) -> bytes:
    """Return a mapping as mapping.toml holds it."""
    content: dict[str, Any] = mapping.model_dump(
        mode="json", exclude_none=True, exclude_defaults=True
    )
    return tomli_w.dumps(content, multiline_strings=False).encode()


def _columns(mapping: FormMapping, files: EditionFiles) -> tuple[ReadAs, ...]:
    grid = files.members
    if grid is None:
        return ()
    found = []
    for at, title in enumerate(grid.rows[0].cells):
        if not title:
            continue
        name = mapping.columns.get(title, "")
        if title in mapping.grid:
            name = f"rank of {mapping.grid[title]}"
        elif mapping.duplicates is not None and mapping.duplicates.by == title:
            name = "time of the answer"
        elif title in mapping.rows.skip and not name:
            name = "no answer where marked"
        elif title in mapping.rows.need and not name:
            name = "no answer where empty"
        texts = dict.fromkeys(row.cells[at] for row in grid.rows[1:] if at < len(row.cells))
        shown = name and name not in _PERSONAL_FIELDS
        some = [text for text in texts if text.strip()][:_SHOWN] if shown else []
        found.append(ReadAs(title, name, tuple(some)))
    return tuple(found)
