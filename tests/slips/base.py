"""The edition that every slip is made in, and how a slip is told.

Comes in: cells, titles and ways of writing a file. Goes out: `Slip`, and the bytes of files with one
slip in them. All members are synthetic; whatever is secret has `verborgen` in it, so that a test can see
whether a finding gives it away.
"""

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

Verdict = Literal["read", "warning", "error", "named"]
"""`read`: understood without a word. `warning`: understood, and said so. `error`: refused. `named`: the
contract leaves open which of the last two, but never in silence and never with another meaning."""

MEANINGS: Mapping[Verdict, str] = {
    "read": "read",
    "warning": "read, with a warning",
    "error": "refused",
    "named": "read with a warning, or refused",
}

EDITION = """\
name = "2026-2027"

[rules]
local = { size_min = 2, size_max = 6 }
video = { size_min = 2, size_max = 8 }

[[themes]]
id = "support"
title = { nl = "Begeleiding", fr = "L'accompagnement, du projet à l'emploi", en = "Support" }

[[themes]]
id = "gender"
title = { nl = "Gendergelijkheid", fr = "Égalité de genre", en = "Gender equality" }

[[themes]]
id = "sharing"
title = { nl = "Deeleconomie", fr = "Économie du partage", en = "Sharing economy" }
countries = ["FR"]
"""

OFFICES = """\
office_id,name,country,postcode,rooms
liege,Liège,BE,4000,3
lln,Louvain-la-Neuve,BE,1348,
lille,Lille,FR,59000,2
"""

TITLES = (
    *("member_id", "country", "postcode", "theme_1", "theme_2", "office", "moderator"),
    *("secretary", "local", "video", "languages", "slots", "together", "latitude"),
    *("longitude", "name", "email"),
)

_ROWS = """\
a01|BE|4000|support|gender|liege|yes|no|yes|yes|fr|tue-evening||||Verborgen Aurore|a01@verborgen.example
a02|BE|4020|support|gender|liege|no|yes|yes|yes|fr|tue-evening||||Verborgen Bruno|a02@verborgen.example
a03|BE|4030|support|gender|liege|no|no|yes|yes|fr|tue-evening||||Verborgen Claire|a03@verborgen.example
a04|BE|4100|support|gender|liege|no|no|yes|yes|fr|tue-evening||||Verborgen Denis|a04@verborgen.example
f01|FR|59000|support|gender|lille|yes|no|yes|yes|fr|tue-evening||||Verborgen Emma|f01@verborgen.example
f02|FR|59800|support|gender|lille|no|yes|yes|yes|fr|tue-evening||||Verborgen Farid|f02@verborgen.example
f03|FR|59100|support|gender|lille|no|no|yes|yes|fr|tue-evening||||Verborgen Gaëlle|f03@verborgen.example
f04|FR|59000|support|gender||no|no|yes|yes|fr|tue-evening||||Verborgen Hugo|f04@verborgen.example
"""
MEMBERS: tuple[Mapping[str, str], ...] = tuple(
    dict(zip(TITLES, line.split("|"), strict=True)) for line in _ROWS.splitlines()
)
IDS = tuple(row["member_id"] for row in MEMBERS)


Change = Callable[[Worksheet], None]
"""Changes a sheet after its cells are written."""


@dataclass(frozen=True)
class Source:
    """Where a slip was seen."""

    title: str
    address: str


@dataclass(frozen=True)
class Slip:
    """Something that people or their tools write, and what is to come of it.

    Attributes
    ----------
    source
        A public page on which the same kind of thing is reported; None: a neighbour of the others.
    written
        What is written, for people.
    files
        The files that differ from the base edition; None: the file is not there.
    means
        What it is read as, where it is read: member, field, value. The field `position` is compared
        within 10 km.
    names
        What one finding has to say; alternatives are separated by `|`.
    says
        What happens, for people, after the verdict.
    may_warn
        A `read` that is not without a word: only what is read is judged.
    count
        How many members there are.
    """

    id: str
    kind: str
    source: Source | None
    written: str
    verdict: Verdict
    files: Mapping[str, bytes | None]
    means: tuple[tuple[str, str, object], ...] = ()
    names: tuple[str, ...] = ()
    says: str = ""
    may_warn: bool = False
    count: int = 8


def rows(
    cells: Mapping[str, str] | None = None,
    *,
    titles: Mapping[str, str] | None = None,
    more: Mapping[str, Sequence[str]] | None = None,
    without: Iterable[str] = (),
) -> list[list[str]]:
    """Return the header and the members as rows of cells.

    Parameters
    ----------
    cells
        What stands in a cell instead, by member and column: ``{"a01.postcode": "4000 Liège"}``. A
        star for the member: in every row.
    titles
        Other titles, by column.
    more
        Columns that are added: a title and a text per member.
    without
        Columns that are left out.
    """
    kept = [one for one in TITLES if one not in set(without)]
    header = [(titles or {}).get(one, one) for one in kept]
    table = [header + list(more or {})]
    for number, member in enumerate(MEMBERS):
        row = []
        for column in kept:
            text = (cells or {}).get(f"*.{column}", member[column])
            row.append((cells or {}).get(f"{member['member_id']}.{column}", text))
        row += [texts[number] for texts in (more or {}).values()]
        table.append(row)
    return table


def text(table: Sequence[Sequence[str]], separator: str = ",", line_end: str = "\r\n") -> str:
    """Return a table as the text of a CSV file, quoted where it has to be."""

    def quoted(cell: str) -> str:
        special = any(sign in cell for sign in (separator, '"', "\n", "\r"))
        return '"' + cell.replace('"', '""') + '"' if special else cell

    return "".join(separator.join(map(quoted, row)) + line_end for row in table)


def members(
    cells: Mapping[str, str] | None = None,
    *,
    titles: Mapping[str, str] | None = None,
    more: Mapping[str, Sequence[str]] | None = None,
    without: Iterable[str] = (),
    separator: str = ",",
    encoding: str = "utf-8",
) -> Mapping[str, bytes | None]:
    """Return members.csv with a slip in it; see `rows`."""
    table = rows(cells, titles=titles, more=more, without=without)
    return {"members.csv": text(table, separator).encode(encoding)}


def workbook(
    table: Sequence[Sequence[object]], change: Change | None = None
) -> Mapping[str, bytes | None]:
    """Return members.xlsx instead of members.csv."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in table:
        sheet.append([None if cell == "" else cell for cell in row])
    if change is not None:
        change(sheet)
    kept = io.BytesIO()
    book.save(kept)
    return {"members.csv": None, "members.xlsx": kept.getvalue()}


def write(slip: Slip, folder: Path) -> Path:
    """Write the base edition with a slip in it."""
    files: dict[str, bytes | None] = {
        "edition.toml": EDITION.encode(),
        "members.csv": text(rows()).encode(),
        "offices.csv": OFFICES.encode(),
    }
    folder.mkdir()
    for name, data in (files | dict(slip.files)).items():
        if data is not None:
            (folder / name).write_bytes(data)
    return folder
