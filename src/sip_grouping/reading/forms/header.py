"""Headers of several rows as one.

Comes in: a grid as a form tool exports it: a title row, a row of questions above several columns
each, the row of titles. Goes out: a grid with one header, its titles made unique by the question above.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from sip_grouping.files.grid import HEADER_WITHIN, Grid, GridRow
from sip_grouping.text import cleaned, key_of

_LIKE_DATA = re.compile(r"[\d./:\s,-]*\d[\d./:\s,-]*|\S+@\S+\.\S+")
_MOSTLY = 0.8


def with_one_header(grid: Grid) -> Grid:
    """Return a grid whose first row is its only header.

    The header is the last full row before the first that holds numbers, dates or addresses. Of a row
    above it that is not full each text counts for the empty cells beside it: two columns of one
    title are called ``question [title]``.
    """
    if grid.titled or not grid.rows:
        return grid
    width = max(len(row.cells) for row in grid.rows[:HEADER_WITHIN])
    at = _last_header(grid.rows[:HEADER_WITHIN], width)
    titles = [cleaned(cell) for cell in grid.rows[at].cells]
    titles += [""] * (width - len(titles))
    above = _questions(grid.rows[:at], width)
    times = Counter(map(key_of, titles))
    named = [
        f"{question} [{title}]"
        if title and question and times[key_of(title)] > 1 and question != title
        else title or question
        for title, question in zip(titles, above, strict=True)
    ]
    header = GridRow(grid.rows[at].number, _told_apart(named))
    lists = {(row - at, column): parts for (row, column), parts in grid.lists.items()}
    return replace(grid, rows=(header, *grid.rows[at + 1 :]), lists=lists, titled=True)


def _told_apart(titles: Sequence[str]) -> list[str]:
    """Return titles of which no two are alike: the second ``Name`` is called ``Name (2)``."""
    found: list[str] = []
    times: Counter[str] = Counter()
    for title in titles:
        key = key_of(title)
        times[key] += 1
        found.append(f"{title} ({times[key]})" if title and times[key] > 1 else title)
    return found


def questions_above(grid: Grid) -> list[str]:
    """Return, for each column of a grid as it came, the question that stands above its title."""
    width = max((len(row.cells) for row in grid.rows[:HEADER_WITHIN]), default=0)
    at = _last_header(grid.rows[:HEADER_WITHIN], width) if grid.rows and not grid.titled else 0
    return _questions(grid.rows[:at], width)


def _last_header(rows: Sequence[GridRow], width: int) -> int:
    found = 0
    for at, row in enumerate(rows):
        if any(_LIKE_DATA.fullmatch(cell.strip()) for cell in row.cells if cell.strip()):
            break
        filled = sum(bool(cell.strip()) for cell in row.cells)
        if filled >= _MOSTLY * width:
            found = at
            if at and not _continues(rows[at - 1], width):
                break
    return found


def _continues(row: GridRow, width: int) -> bool:
    """Return whether a row is a header too: full, as the row of codes above the row of questions."""
    return sum(bool(cell.strip()) for cell in row.cells) >= _MOSTLY * width


def _questions(rows: Sequence[GridRow], width: int) -> list[str]:
    """Return the text above each column: its own, else that of the nearest column to the left."""
    for row in reversed(rows):
        cells = [cleaned(cell) for cell in row.cells]
        filled = [cell for cell in cells if cell]
        if len(filled) > 1:
            found, last = [], ""
            for at in range(width):
                last = cells[at] if at < len(cells) and cells[at] else last
                found.append(last)
            return found
    return [""] * width
