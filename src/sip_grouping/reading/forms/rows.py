"""Which rows of an export are answers that count.

Comes in: a grid with one header, a mapping. Goes out: the grid without drafts, tests and answers that were
given again later, and a warning for each row that is left out. What cannot be told (which of two came
last) is a finding.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from sip_grouping.files.grid import Grid, GridRow
from sip_grouping.findings import Finding, finding
from sip_grouping.reading.mapping import FormMapping
from sip_grouping.text import cleaned, key_of

_ZONE = re.compile(r"\s*(?:UTC|GMT)\s*([+-]\d{1,2})(?::?(\d{2}))?\s*$")


def answers_of(grid: Grid, mapping: FormMapping) -> Grid:
    """Return the rows that are answers, the last word of each member."""
    if not grid.rows or (mapping.duplicates is None and mapping.rows == type(mapping.rows)()):
        return grid
    titles = {key_of(title): at for at, title in enumerate(grid.rows[0].cells)}
    findings: list[Finding] = list(grid.findings)
    warnings: list[Finding] = list(grid.warnings)
    kept: list[tuple[int, GridRow]] = []
    for position, row in enumerate(grid.rows[1:], start=1):
        why = _no_answer(row, titles, mapping)
        if why is None:
            kept.append((position, row))
        else:
            warnings.append(finding("row-no-answer", grid.file, row.number, why, sheet=grid.sheet))
    if mapping.duplicates is not None:
        kept = _last_words(kept, grid, titles, mapping, findings, warnings)
    now = {before: at for at, (before, _) in enumerate(kept, start=1)}
    lists = {(now[row], at): parts for (row, at), parts in grid.lists.items() if row in now}
    return replace(
        grid,
        rows=(grid.rows[0], *(row for _, row in kept)),
        lists=lists,
        findings=tuple(findings),
        warnings=tuple(warnings),
    )


def _cell(row: GridRow, titles: dict[str, int], title: str) -> str:
    at = titles.get(key_of(title))
    return cleaned(row.cells[at]) if at is not None and at < len(row.cells) else ""


def _no_answer(row: GridRow, titles: dict[str, int], mapping: FormMapping) -> str | None:
    """Return the title of the column that says that a row is no answer."""
    for title, texts in mapping.rows.skip.items():
        text = key_of(_cell(row, titles, title))
        if text and text in {key_of(one) for one in texts}:
            return title
    for title in mapping.rows.need:
        if key_of(title) in titles and not _cell(row, titles, title):
            return title
    return None


def who_answered(row: GridRow, titles: dict[str, int], mapping: FormMapping) -> str:
    """Return what tells who answered: the id, else the e-mail address; nothing where there is neither."""
    for field in ("member_id", "email"):
        for title, name in mapping.columns.items():
            if name == field and (text := _cell(row, titles, title)):
                return f"{field} {key_of(text)}"
    return ""


def _last_words(
    rows: Sequence[tuple[int, GridRow]],
    grid: Grid,
    titles: dict[str, int],
    mapping: FormMapping,
    findings: list[Finding],
    warnings: list[Finding],
) -> list[tuple[int, GridRow]]:
    duplicates = mapping.duplicates
    if duplicates is None:
        return list(rows)
    times = [text for _, row in rows if (text := _cell(row, titles, duplicates.by))]
    orders = [one for one in (True, False) if all(time_in(text, day_first=one) for text in times)]
    by_member: dict[str, list[tuple[int, GridRow]]] = defaultdict(list)
    for position, row in rows:
        by_member[who_answered(row, titles, mapping) or f"row {position}"].append((position, row))
    dropped: set[int] = set()
    for several in by_member.values():
        if len(several) < 2:
            continue
        texts = [_cell(row, titles, duplicates.by) for _, row in several]
        best = _best(texts, orders, last=duplicates.keep == "last")
        if best is None:
            findings += [
                finding(
                    "which-came-last", grid.file, row.number, duplicates.by, text,
                    sheet=grid.sheet, other=str(several[0][1].number),
                )
                for (_, row), text in zip(several[1:], texts[1:], strict=True)
            ]  # fmt: skip
            continue
        for at, (position, row) in enumerate(several):
            if at != best:
                dropped.add(position)
                warnings.append(
                    finding(
                        "answered-again", grid.file, row.number, duplicates.by, texts[at],
                        sheet=grid.sheet, variant=duplicates.keep, other=str(several[best][1].number),
                    )
                )  # fmt: skip
    return [(position, row) for position, row in rows if position not in dropped]


def _best(texts: Sequence[str], orders: Sequence[bool], *, last: bool) -> int | None:
    """Return the position of the latest (or earliest) time; None where that is not certain.

    A date such as 05/10/2026 has two readings; those that read the whole column must agree on
    which is last.
    """
    found = set()
    for day_first in orders:
        times = [time_in(text, day_first=day_first) for text in texts]
        if None in times:
            continue
        told = [one for one in times if one is not None]
        best = max(told) if last else min(told)
        if told.count(best) > 1:
            return None
        found.add(told.index(best))
    return next(iter(found)) if len(found) == 1 else None


def time_in(text: str, *, day_first: bool) -> dt.datetime | None:
    """Return the time that a form tool wrote, without its zone where it has none."""
    from dateutil import parser  # noqa: PLC0415 - for exports alone

    zone = _ZONE.search(text)
    plain = _ZONE.sub("", text).replace(" - ", " ")
    if not re.search(r"\d", plain):
        return None
    year_first = re.match(r"\s*\d{4}\D", plain) is not None
    try:
        read: dt.datetime = parser.parse(
            plain, dayfirst=day_first and not year_first, yearfirst=year_first
        )
    except (ValueError, OverflowError):
        return None
    if _is_turned(plain, read, day_first=day_first):
        return None
    if zone is not None:
        read -= dt.timedelta(hours=int(zone[1]), minutes=int(zone[2] or 0))
    return read.replace(tzinfo=None)


def _is_turned(text: str, read: dt.datetime, *, day_first: bool) -> bool:
    """Return whether a reader turned day and month round because there is no month so high."""
    numbers = re.match(r"\s*(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}", text)
    return numbers is not None and int(numbers[1]) != (read.day if day_first else read.month)
