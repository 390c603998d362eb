"""An empty edition on disk, to be filled in and read with `load_edition`.

Comes in: where, in which language, as text files or as a workbook. Goes out: a folder, or one workbook,
written whole or not at all.
"""

import codecs
from dataclasses import dataclass
from pathlib import Path

from sip_grouping.catalogue import Language
from sip_grouping.files.folder import write_file, write_folder
from sip_grouping.files.tables import csv_bytes
from sip_grouping.reading.columns import TableName
from sip_grouping.reading.sources import EDITION, MEMBERS, OFFICES, PINS, WORKBOOK
from sip_grouping.reading.writing import EDITION_FILES
from sip_grouping.template.examples import example_rows, headings, how_to_fill_in
from sip_grouping.template.keys import edition_toml
from sip_grouping.template.reference import columns_explained
from sip_grouping.template.workbook import edition_workbook

_README = "README.md"
_ENDING = Path(WORKBOOK).suffix


@dataclass(frozen=True, slots=True)
class Written:
    """The folder in which an empty edition was written, and its files there."""

    folder: Path
    files: tuple[str, ...]


def new_edition(
    path: Path, language: Language, *, workbook: bool = False, force: bool = False
) -> Written:
    """Write an empty edition with titles and comments in one language.

    Parameters
    ----------
    path
        A folder; or, where it ends in ``.xlsx`` and no folder is called so, a workbook.
    workbook
        Whether the folder gets a workbook, edition.xlsx, in the place of text files.

    Raises
    ------
    OutputError
        It cannot be written there; nothing was changed.
    """
    if path.suffix.lower() == _ENDING and not path.is_dir():
        write_file(path, edition_workbook(language), force=force)
        return Written(path.parent, (path.name,))
    files = {WORKBOOK: edition_workbook(language)} if workbook else _text_files(language)
    files[_README] = _readme(language, workbook=workbook)
    write_folder(path, files, force=force, known_files={*EDITION_FILES, WORKBOOK})
    return Written(path, tuple(files))


def _text_files(language: Language) -> dict[str, bytes]:
    return {
        EDITION: edition_toml(language).encode(),
        MEMBERS: _table("members", language),
        OFFICES: _table("offices", language),
        PINS: _table("pins", language),
    }


def _table(table: TableName, language: Language) -> bytes:
    """Return a table as the spreadsheets of a language expect it: separator, and a mark for accents."""
    rows = example_rows(language) if table == "members" else ()
    titles = [heading.title for heading in headings(table, language)]
    separator = "," if language == "en" else ";"
    return codecs.BOM_UTF8 + csv_bytes(titles, rows, separator)


def _readme(language: Language, *, workbook: bool) -> bytes:
    told = how_to_fill_in(language, "workbook" if workbook else "readme")
    return ("\n".join([told, "", *columns_explained(language)]).rstrip() + "\n").encode()
