"""The tables of a grouping as somebody edits them: moved rows, and the spellings that spreadsheets give.

Comes in: a folder that `save` wrote. Goes out: its rows as dictionaries, and the same folder with other
rows or another spelling.
"""

import csv
import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook

from sip_grouping.grouping import GROUP_COLUMNS, MEMBER_COLUMNS

Row = dict[str, str]
ASSIGNMENTS, GROUPS = "assignments.csv", "groups.csv"

_HEADERS = {
    "member_id": ("member_id", "Lidnummer", "N° membre", "MEMBER ID"),
    "status": ("status", "Statut", "État"),
    "group_id": ("group_id", "Groepscode", "Groupe", "Group-ID"),
    "role": ("role", "Rol", "Rôle"),
    "theme": ("theme", "Thema", "Thème"),
    "track": ("track", "Vorm", "Format"),
    "place": ("place", "Lieu", "Plaats"),
    "language": ("language", "Taal", "Langue"),
    "slot": ("slot", "Moment", "Créneau"),
}
_WORDS = {
    "placed": ("placed", "geplaatst", "Placé", "placée"),
    "unplaced": ("unplaced", "niet geplaatst", "non placé"),
    "ineligible": ("ineligible", "inéligible", "niet in aanmerking"),
    "moderator": ("moderator", "Modératrice", "MODERATOR"),
    "secretary": ("secretary", "secretaris", "Secrétaire"),
    "member": ("member", "lid", "membre"),
    "local": ("local", "lokaal", "présentiel"),
    "video": ("video", "Vidéo", "visio"),
}
_NUMBERS = ("rank", "travel_km", "size", "mean_travel_km", "max_travel_km", "spread_km")


@dataclass
class Tables:
    """The rows of both tables."""

    folder: Path
    assignments: list[Row]
    groups: list[Row]

    @classmethod
    def of(cls, folder: Path) -> "Tables":
        """Read the tables as `save` wrote them."""
        return cls(folder, _rows(folder / ASSIGNMENTS), _rows(folder / GROUPS))

    def row(self, member_id: str) -> Row:
        """Return the row of a member."""
        return next(row for row in self.assignments if row["member_id"] == member_id)

    def move(self, member_id: str, group_id: str, role: str = "member") -> None:
        """Put a member into a group as somebody would: three cells, the rest stays as it was."""
        status = "placed" if group_id else "unplaced"
        self.row(member_id).update(status=status, group_id=group_id, role=role if group_id else "")

    def write(self, **spelling: object) -> None:
        """Write both tables, in a spelling; see `csv_text`."""
        for name, rows in ((ASSIGNMENTS, self.assignments), (GROUPS, self.groups)):
            encoding = str(spelling.get("encoding", "utf-8"))
            separator = str(spelling.get("separator", ","))
            text = csv_text(_columns(name, rows), rows, separator)
            (self.folder / name).write_bytes(text.encode(encoding))

    def write_workbook(self, path: Path, first: str = "assignments") -> None:
        """Write both tables as sheets of a workbook, numbers as numbers."""
        book = Workbook()
        book.remove(book.active)
        tables = ((first, ASSIGNMENTS, self.assignments), ("groups", GROUPS, self.groups))
        for title, name, rows in tables:
            sheet = book.create_sheet(title)
            header = _columns(name, rows)
            sheet.append(header)
            for row in rows:
                sheet.append([_number(name, row[name]) for name in header])
        book.save(path)


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return [dict(row) for row in csv.DictReader(file)]


def _number(name: str, text: str) -> object:
    return float(text) if text and name in _NUMBERS else text or None


def _columns(name: str, rows: Sequence[Row]) -> list[str]:
    return list(rows[0] if rows else MEMBER_COLUMNS if name == ASSIGNMENTS else GROUP_COLUMNS)


def csv_text(columns: Sequence[str], rows: Sequence[Row], separator: str = ",") -> str:
    """Return rows as CSV; a column that a row does not have is empty in it."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=separator, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    return file.getvalue()


def respelt(tables: Tables, rng: random.Random) -> None:
    """Write the tables in a random spelling that means the same."""
    rename = _renamed(rng)
    comma = rng.random() < 0.5
    separator = ";" if comma else rng.choice(",;\t")
    encoding = rng.choice(("utf-8", "utf-8-sig", "utf-16", "cp1252"))
    further = rng.random() < 0.5
    for name, rows in ((ASSIGNMENTS, tables.assignments), (GROUPS, tables.groups)):
        columns = _columns(name, rows)
        rng.shuffle(columns)
        spelt = [
            {column: _spelt(rng, column, row[column], comma=comma) for column in columns}
            for row in rows
        ]
        rng.shuffle(spelt)
        titles = [rename(column) for column in columns]
        spelt = [dict(zip(titles, row.values(), strict=True)) for row in spelt]
        if further:
            titles.append("Remarque")
            spelt = [row | {"Remarque": rng.choice(("", "vu", "à voir"))} for row in spelt]
        text = csv_text(titles, spelt, separator)
        if rng.random() < 0.3:
            text = f"Indeling van dit jaar\r\n{text}"
        (tables.folder / name).write_bytes(text.encode(encoding))


def _renamed(rng: random.Random) -> Callable[[str], str]:
    chosen = {name: rng.choice(titles) for name, titles in _HEADERS.items()}
    return lambda name: chosen.get(name, name)


def _spelt(rng: random.Random, column: str, text: str, *, comma: bool) -> str:
    if column in {"status", "role", "track"} and text:
        return rng.choice(_WORDS[text])
    if column == "group_id" and text:
        return rng.choice((text, text.upper(), f" {text} ", f"{text}\u00a0"))
    if column in _NUMBERS and comma:
        return text.replace(".", ",")
    return f" {text}" if rng.random() < 0.1 else text
