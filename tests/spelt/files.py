"""Sheets in files: CSV of any encoding, workbooks, DataFrames, and what an edition says beside its tables.

Comes in: an edition, a pen, a container. Goes out: an edition that was read.
"""

import csv
import io
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import tomli_w
from openpyxl import Workbook

from sip_grouping import edition_from_frames, load_edition
from sip_grouping.edition import Edition
from sip_grouping.edition.records import YES_NO, Rules, Theme
from spelt.pen import Pen
from spelt.tables import Sheet, Value, members_sheet, offices_sheet, pins_sheet

Kind = Literal["csv", "members.xlsx", "workbook", "edition.xlsx", "frames"]
KINDS: tuple[Kind, ...] = ("csv", "members.xlsx", "workbook", "edition.xlsx", "frames")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "windows-1252")
LINE_ENDS = ("\n", "\r\n", "\r")
_MARKS = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
_LOOKS_LIKE_UTF8 = re.compile("[\u00c2-\u00f4][\u0080-\u00bf]")


@dataclass(frozen=True)
class Container:
    """In what the tables stand."""

    kind: Kind = "csv"
    separator: str = ","
    says_separator: bool = False
    encoding: str = "utf-8"
    line_end: str = "\n"
    quotes_all: bool = False


def written_and_read(edition: Edition, pen: Pen, container: Container, folder: Path) -> Edition:
    """Write an edition as a pen and a container have it, and read that."""
    sheets = [members_sheet(edition, pen)]
    if edition.offices:
        sheets.append(offices_sheet(edition, pen))
    if edition.pins:
        sheets.append(pins_sheet(edition, pen))
    if container.kind == "frames":
        return _from_frames(edition, sheets, pen)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    if container.kind in {"workbook", "edition.xlsx"}:
        name = "edition.xlsx" if container.kind == "edition.xlsx" else "Smart 2026.XLSX"
        path = folder / name
        tables = [_edition_sheet(edition, pen), *(_grid(one, pen) for one in sheets)]
        _workbook(tables, pen).save(path)
        return load_edition(path if container.kind == "workbook" else folder)
    text = tomli_w.dumps(_settings(edition, pen))
    if container.line_end == "\r\n":
        text = text.replace("\n", "\r\n")
    (folder / _name("edition.toml", pen)).write_bytes(_encoded(text, container))
    for sheet in sheets:
        if container.kind == "members.xlsx" and sheet.name == "members":
            _workbook([_grid(sheet, pen)], pen).save(folder / _name("members.xlsx", pen))
        else:
            content = _encoded(_csv(sheet, pen, container), container)
            (folder / _name(f"{sheet.name}.csv", pen)).write_bytes(content)
    return load_edition(folder)


def _name(name: str, pen: Pen) -> str:
    if not pen.does("file-names"):
        return name
    return pen.rng("file-names").choice((name.upper(), name.capitalize(), name))


# CSV


def _encoded(text: str, container: Container) -> bytes:
    encoding = container.encoding
    if encoding == "windows-1252":
        try:
            content = text.encode(encoding)
        except UnicodeEncodeError:
            return text.encode()
        # What looks like UTF-8 here and there is refused, and rightly so.
        return text.encode() if _LOOKS_LIKE_UTF8.search(content.decode("latin-1")) else content
    return _MARKS.get(encoding, b"") + text.encode(encoding)


def _csv(sheet: Sheet, pen: Pen, container: Container) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(
        text,
        delimiter=container.separator,
        lineterminator=container.line_end,
        quoting=csv.QUOTE_ALL if container.quotes_all else csv.QUOTE_MINIMAL,
    )
    rows = _with_other_rows(sheet, [list(row) for row in sheet.rows], pen)
    if container.line_end == "\r" or any("\r" in cell for row in rows for cell in row):
        # A line end within a cell has to be in quotes, and the writer knows its own alone.
        writer = csv.writer(
            text, delimiter=container.separator, lineterminator=container.line_end,
            quoting=csv.QUOTE_ALL,
        )  # fmt: skip
    if pen.does("short-rows"):
        rows = [_without_blanks_at_the_end(row) for row in rows]
    if container.says_separator:
        text.write(f"sep={container.separator}{container.line_end}")
    writer.writerows(rows)
    return text.getvalue()


def _without_blanks_at_the_end(row: list[Any]) -> list[Any]:
    count = max((at + 1 for at, cell in enumerate(row) if cell), default=0)
    return row[: max(count, 1)]


def _with_other_rows(sheet: Sheet, rows: list[list[Any]], pen: Pen) -> list[list[Any]]:
    """Return header and rows with what people put around and between them."""
    rows = [list(sheet.titles), *rows]
    if pen.does("empty-columns"):
        at = pen.rng("empty-columns").randint(0, len(sheet.titles))
        rows = [[*row[:at], "", *row[at:]] for row in rows]
    width = len(rows[0])
    if pen.does("header-again", 0.5) and len(rows) > 2:
        rows.insert(pen.rng("header-again").randint(2, len(rows)), list(rows[0]))
    if pen.does("blank-rows"):
        for _ in range(3):
            at = pen.rng("blank-rows").randint(1, len(rows))
            rows.insert(at, [pen.rng("blank-rows").choice(("", " "))] + [""] * (width - 1))
    if pen.does("title-rows"):
        above = [["Smart in Progress, édition 2026"], ["Export du 1/10/2026", "v2"], []]
        count = pen.rng("title-rows").randint(1, 3)
        rows = [[*row, *[""] * (width - len(row))] for row in above[:count]] + rows
    return rows


# Workbooks


def _grid(sheet: Sheet, pen: Pen) -> tuple[str, list[list[Any]], Sheet | None]:
    rows = [
        [
            _native(field, text, value, pen)
            for field, text, value in zip(sheet.fields, texts, values, strict=True)
        ]
        for texts, values in zip(sheet.rows, sheet.values, strict=True)
    ]
    return sheet.name, _with_other_rows(sheet, rows, pen), sheet


def _native(field: str, text: str, value: Value, pen: Pen) -> Value:
    """Return what a spreadsheet has in the place of a text."""
    if value is None or isinstance(value, tuple) or not pen.does("native", 0.7):
        return text
    if field in YES_NO:
        return value if isinstance(value, bool) else text
    if field in {"member_id", "postcode"}:
        return int(value) if str(value).isdecimal() and str(int(value)) == value else text
    return value


def _workbook(sheets: Sequence[tuple[str, list[list[Any]], Sheet | None]], pen: Pen) -> Workbook:
    book = Workbook()
    book.remove(book.active)
    names = {
        "members": ("members", "Leden", "Membres", "MEMBERS"),
        "offices": ("offices", "Kantoren", "Bureaux"),
        "pins": ("pins", "Vaste plaatsen"),
        "edition": ("edition", "Editie", "Édition"),
    }
    for name, rows, _ in sheets:
        called = pen.rng("file-names").choice(names[name]) if pen.does("file-names") else name
        sheet = book.create_sheet(called)
        for row in rows:
            sheet.append([None if cell == "" else cell for cell in row])
        _with_formats(sheet, rows, pen)
        for row_cells in sheet.iter_rows():
            for cell in row_cells:
                if isinstance(cell.value, str):
                    cell.data_type = "s"  # never a formula
    if pen.does("more-sheets") and len(sheets) > 1:
        notes = book.create_sheet("Notes", 0)
        notes.append(["to do", "done"])
        book.create_sheet("Feuil1")
    return book


def _with_formats(sheet: Any, rows: list[list[Any]], pen: Pen) -> None:
    """Give whole numbers the format that shows them with zeros, as people do with postcodes."""
    if not pen.does("native", 0.5):
        return
    for number, row in enumerate(rows, start=1):
        for at, cell in enumerate(row, start=1):
            if isinstance(cell, int) and not isinstance(cell, bool) and 10_000 <= cell < 100_000:
                sheet.cell(number, at).number_format = "00000"


def _edition_sheet(edition: Edition, pen: Pen) -> tuple[str, list[list[Any]], None]:
    settings = _settings(edition, pen)
    if pen.does("toml", 0.4):
        lines = tomli_w.dumps(settings, multiline_strings=False).splitlines()
        joined = re.sub(r"\[\n\s+(.*?),?\n\]", _one_line, "\n".join(lines), flags=re.DOTALL)
        return "edition", [[line] for line in joined.splitlines() if line], None
    themes = {one.pop("id"): one for one in settings.pop("themes")}
    rows: list[list[Any]] = [["Key", "Value"]] if pen.does("title-rows") else []
    rows += [[key, value] for key, value in _flat("", settings, pen)]
    for theme_id, content in themes.items():
        rows += [[key, value] for key, value in _flat(f"themes.{theme_id}.", content, pen)]
    return "edition", rows, None


def _one_line(found: re.Match[str]) -> str:
    return "[" + ", ".join(part.strip() for part in found[1].splitlines()).replace(",,", ",") + "]"


def _flat(above: str, content: Mapping[str, Any], pen: Pen) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in content.items():
        if isinstance(value, dict):
            found += _flat(f"{above}{key}.", value, pen)
        elif isinstance(value, list):
            found.append(
                (
                    f"{above}{key}",
                    "; ".join(one if isinstance(one, str) else pen.amount(one) for one in value),
                )
            )
        elif isinstance(value, bool):
            text = pen.yes_no(value, default=not value, blanks=False, marks=False)
            found.append((f"{above}{key}", value if pen.does("native", 0.5) else text))
        elif isinstance(value, float):
            found.append((f"{above}{key}", value if pen.does("native", 0.5) else pen.amount(value)))
        else:
            found.append((f"{above}{key}", value))
    return found


# What an edition says beside its tables


def _settings(edition: Edition, pen: Pen) -> dict[str, Any]:
    fewer = pen.does("toml", 0.5)
    dumped: dict[str, Any] = {
        "name": edition.name,
        "rules": _without_none(edition.rules.model_dump(mode="json", exclude_defaults=fewer)),
        "places": edition.places.model_dump(mode="json", exclude_defaults=fewer),
        "score": edition.score.model_dump(mode="json", exclude_defaults=fewer),
        "themes": [_theme(one, fewer=fewer) for one in edition.themes],
    }
    towns = dumped["places"].get("towns")
    if isinstance(towns, list):
        dumped["places"]["towns"] = [pen.town(one) for one in towns]
    if pen.does("toml"):
        dumped = _whole_numbers(dumped)
        keys = list(dumped)
        pen.rng("toml").shuffle(keys)
        dumped = {key: dumped[key] for key in keys}
    return dumped


def _whole_numbers(content: Any) -> Any:
    """Return settings with 30 for 30.0."""
    if isinstance(content, dict):
        return {key: _whole_numbers(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_whole_numbers(one) for one in content]
    return int(content) if isinstance(content, float) and content.is_integer() else content


def _theme(theme: Theme, *, fewer: bool) -> dict[str, Any]:
    content = _without_none(theme.model_dump(mode="json", exclude_defaults=fewer))
    return content | {"groups_max": theme.groups_max}


def _without_none(content: dict[str, Any]) -> dict[str, Any]:
    return {
        key: _without_none(value) if isinstance(value, dict) else value
        for key, value in content.items()
        if value is not None
    }


# DataFrames


def _from_frames(edition: Edition, sheets: Sequence[Sheet], pen: Pen) -> Edition:
    frames = {sheet.name: _frame(sheet, pen) for sheet in sheets}
    members = frames["members"]
    if pen.does("native", 0.3) and "member_id" in members.columns:
        members = members.set_index("member_id")
    return edition_from_frames(
        name=edition.name,
        themes=edition.themes,
        members=members,
        offices=frames.get("offices"),
        pins=frames.get("pins"),
        rules=Rules.model_validate(edition.rules.model_dump()),
        places=edition.places,
        score=edition.score,
    )


def _frame(sheet: Sheet, pen: Pen) -> pd.DataFrame:
    columns: dict[str, Any] = {}
    for at, (field, title) in enumerate(zip(sheet.fields, sheet.titles, strict=True)):
        texts = [row[at] for row in sheet.rows]
        values = [row[at] for row in sheet.values]
        columns[title] = pd.Series(_column(field, texts, values, pen))
    return pd.DataFrame(columns)


def _column(field: str, texts: list[str], values: list[Value], pen: Pen) -> Any:
    if not pen.does("native", 0.7):
        return [one or pen.rng("native").choice((None, float("nan"), "")) for one in texts]
    if field == "postcode":
        plain = all(isinstance(one, str) and one.isdecimal() for one in values)
        return [int(str(one)) for one in values] if plain else texts
    if field in {"languages", "slots", "together", "apart", "with_members"}:
        # A set has no order, and languages have.
        shape = pen.rng("native").choice((list, tuple, list if field == "languages" else set))
        return [shape(one) if isinstance(one, tuple) else None for one in values]
    if field in {"latitude", "longitude"}:
        return list(values)
    if field == "rooms" or (field in YES_NO and "only" not in values):
        kind = "Int64" if field == "rooms" else "boolean"
        return pd.Series(values, dtype=pen.rng("native").choice((kind, "object")))
    return pd.Series(texts, dtype=pen.rng("native").choice(("string", "category", "object")))
