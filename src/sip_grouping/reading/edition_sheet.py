"""The sheet `edition` of a workbook as the keys and values of edition.toml.

Comes in: a sheet with keys in one column and values in the next (``rules.travel_km``,
``themes.support.title.nl``), with ``[rules]`` lines above them where that is shorter, or with the lines of
edition.toml themselves. Goes out: `Settings`.
"""

import re
from collections.abc import Sequence
from typing import Any

from sip_grouping.catalogue import Parameter
from sip_grouping.edition.values import SEPARATED
from sip_grouping.files.grid import Grid
from sip_grouping.files.workbook import DecimalCell, NumberCell
from sip_grouping.findings import Finding, finding
from sip_grouping.reading.settings import KEYS, Settings, settings_of, toml_settings
from sip_grouping.reading.words import number_in, two_readings, yes_or_no
from sip_grouping.text import cleaned, key_of

_SECTION = re.compile(r"\[{1,2}\s*([\w.-]+)\s*\]{1,2}")
_TOML_LINE = re.compile(r"""\s*(\[{1,2}[\w.\s-]+\]{1,2}|[\w."-]+\s*=\s*\S.*)\s*(#.*)?""")
_BETWEEN = re.compile(r"[;\n]|,\s|,(?=[A-Za-z])")
_LISTS = frozenset({"countries", "tracks", "rank_points", "towns", "ignore", "closed", "meetings"})
_TEXTS = frozenset({"name", "id", "title"})
_YES_NO = frozenset(
    {"shared_language", "shared_slot", "offices", "holidays", "expert", "synthesis_before"}
)
_NUMBERS = frozenset({"rank_points", "meetings"})
_HEADER = frozenset(map(key_of, ("key", "clé", "sleutel", "setting", "réglage", "instelling")))


def sheet_settings(grid: Grid) -> Settings:
    """Return the settings that a sheet says."""
    lines = [[cleaned(cell) for cell in row.cells] for row in grid.rows]
    if any(_is_toml(line) for line in lines):
        text = "\n".join(" ".join(filter(None, line)) for line in lines)
        read = toml_settings(text, grid.file)
        read.sheet = grid.sheet
        return read
    content: dict[str, Any] = {}
    rows: dict[str, int | str] = {}
    said = _Said(grid)
    section = ""
    explained = False
    for row, line in zip(grid.rows, lines, strict=True):
        key, value = _key_and_value(line)
        header = _SECTION.fullmatch(key)
        if header is not None:
            section = f"{header[1]}."
            continue
        if key_of(key) in _HEADER:
            explained = bool(_beside(line))
        if not key or key_of(key) in _HEADER or key.startswith("#"):
            continue
        path = _path(key, section)
        said.of_cells_beside(row.number, key, path[-1], _beside(line), explained=explained)
        whole = ".".join(path)
        if value and whole in rows:
            said.wrong("key-twice", row.number, key, other=str(rows[whole]))
            continue
        if not value:
            continue
        rows[whole] = row.number
        both = None if _is_number(row.cells[1]) else two_readings_of(path, value)
        if both is not None:
            said.wrong("number-in-doubt", row.number, key, value, large=both[0], small=both[1])
        elif not _put(content, path, value):
            said.wrong("unknown-key", row.number, key, value)
    _numbered_themes(content, rows)
    _listed_phases(content)
    read = settings_of(content, grid.file, grid.sheet, rows)
    read.findings += (*said.findings, *grid.findings)
    read.warnings += (*said.warnings, *grid.warnings)
    return read


class _Said:
    """What is wrong with lines of the sheet, and what is not read of them."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self.findings: list[Finding] = []
        self.warnings: list[Finding] = []

    def wrong(
        self, code: str, row: int | str, key: str, value: str | None = None, **given: Parameter
    ) -> None:
        grid = self._grid
        self.findings.append(
            finding(code, grid.file, row, key, value, sheet=grid.sheet, variant="", **given)
        )

    def of_cells_beside(
        self, row: int | str, key: str, name: str, beside: Sequence[str], *, explained: bool
    ) -> None:
        """Say of cells beside the value: a list may go on there, anything else may be a remark."""
        if name in _LISTS and any(_may_be_of_list(name, cell) for cell in beside):
            self.wrong("list-in-several-cells", row, key, "; ".join(beside))
        elif beside and not explained:
            grid = self._grid
            shown = "; ".join(beside)
            self.warnings.append(
                finding("cells-not-read", grid.file, row, key, shown, sheet=grid.sheet)
            )


def _beside(line: Sequence[str]) -> list[str]:
    """Return what stands beside a key and its value."""
    return [cell for cell in line[2:] if cell]


def _may_be_of_list(name: str, cell: str) -> bool:
    """Return whether a cell may be one more part of a list, and not a remark."""
    if name in {*_NUMBERS, "towns"} and number_in(cell) is not None:
        return True
    return " " not in cell


def two_readings_of(path: Sequence[str], text: str) -> tuple[str, str] | None:
    """Return both readings of a number, or of one in a list, such as ``12.000``; None where there is one."""
    if path[-1] in _TEXTS or "title" in path or path[-1] in _LISTS - _NUMBERS:
        return None
    parts = [text] if path[-1] not in _LISTS else _parts(text, path[-1])
    return next(filter(None, map(two_readings, parts)), None)


def _is_number(cell: str) -> bool:
    return isinstance(cell, NumberCell | DecimalCell)


def _is_toml(line: Sequence[str]) -> bool:
    filled = [cell for cell in line if cell]
    return len(filled) == 1 and "=" in filled[0] and _TOML_LINE.fullmatch(filled[0]) is not None


def _key_and_value(line: Sequence[str]) -> tuple[str, str]:
    return (line[0], line[1]) if len(line) > 1 else (line[0], "")


def _path(key: str, section: str) -> list[str]:
    whole = key if key.partition(".")[0] in KEYS or not section else section + key
    return [part.strip() for part in whole.split(".")]


def _put(content: dict[str, Any], path: Sequence[str], text: str) -> bool:
    """Put a value under its key; return whether there is a place for it."""
    level = content
    for part in path[:-1]:
        inner = level.setdefault(part, {})
        if not isinstance(inner, dict):
            return False
        level = inner
    level[path[-1]] = value_of(path, text)
    return True


def value_of(path: Sequence[str], text: str) -> Any:
    """Return what the text of a key is read as: a number, yes or no, a list, or the text itself."""
    name = path[-1]
    said = yes_or_no(text)
    if "blank" in path and said is not None:
        return "yes" if said else "no"
    if name in _TEXTS or "title" in path or "blank" in path:
        return text
    if name in _YES_NO and said is not None:
        return said
    if name in _LISTS and not (name == "towns" and text in {"members", "none"}):
        parts = _parts(text, name)
        # A town may be digits alone, and its zeros count.
        return [_plain(part) for part in parts] if name in _NUMBERS else parts
    return _plain(text)


def _parts(text: str, name: str) -> list[str]:
    between = SEPARATED if name in {"closed", "meetings"} else _BETWEEN
    return [part for part in map(cleaned, between.split(text)) if part]


def _plain(text: str) -> object:
    number = number_in(text)
    if number is None:
        return text
    return int(number) if number.is_integer() and not re.search(r"[.,eE]\d", text) else number


def _numbered_themes(content: dict[str, Any], rows: dict[str, int | str]) -> None:
    """Turn themes by id into the list that edition.toml has, in the order of the sheet."""
    themes = content.get("themes")
    if not isinstance(themes, dict):
        return
    numbered = []
    for number, (theme_id, told) in enumerate(themes.items()):
        own = told if isinstance(told, dict) else {"title": {"en": str(told)}}
        numbered.append({"id": theme_id, **own})
        for key in [one for one in rows if one.split(".")[:2] == ["themes", theme_id]]:
            rest = key.split(".")[2:]
            rows[".".join([f"themes[{number}]", *rest])] = rows[key]
    content["themes"] = numbered


def _listed_phases(content: dict[str, Any]) -> None:
    """Turn phases by id into the list that edition.toml has; the reader calls them by id."""
    calendar = content.get("calendar")
    phases = calendar.get("phases") if isinstance(calendar, dict) else None
    if isinstance(calendar, dict) and isinstance(phases, dict):
        calendar["phases"] = [
            {"id": name, **(told if isinstance(told, dict) else {"title": str(told)})}
            for name, told in phases.items()
        ]
