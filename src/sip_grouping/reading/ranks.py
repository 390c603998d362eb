"""The ranked themes of a row: one column per rank, or one per theme with the rank in the cell.

Comes in: a table's titles, a mapping, a row. Goes out: themes, best first, and findings where a rank is
left out, given twice, or in doubt.
"""

import re
from collections.abc import Mapping as ReadMapping
from dataclasses import dataclass
from itertools import count

from sip_grouping.findings import Finding, finding
from sip_grouping.reading.cells import Known, RowReader
from sip_grouping.reading.columns import RANK_OF, RANKED, nearest_field, rank_in
from sip_grouping.reading.forms.options import values_in
from sip_grouping.reading.names import Names
from sip_grouping.reading.table import Table

_INNER = re.compile(r"[\[(:>\n]|\s[-|/]\s")


def themes_in_titles(table: Table, themes: Names) -> dict[str, str]:
    """Return themes by the titles of columns that name them: what a form makes of a choice grid."""
    found: dict[str, str] = {}
    for title in table.unread:
        parts = [part.strip("]) ") for part in (title, *_INNER.split(title))]
        meant = {themes.meant(part) for part in parts if part} - {()}
        if len(meant) == 1 and len(theme := next(iter(meant))) == 1:
            found[title] = theme[0]
    return found


@dataclass(frozen=True, slots=True)
class Ranks:
    """Which columns hold ranked themes.

    Attributes
    ----------
    columns
        Fields such as ``theme_2``, best first.
    grid
        By field such as ``rank:support``: the theme whose rank it holds.
    whole
        Whether no column is missing: else the ranks are in doubt, and gaps say nothing.
    optional
        Whether a row may rank no theme.
    """

    columns: tuple[str, ...]
    grid: ReadMapping[str, str]
    whole: bool
    findings: tuple[Finding, ...]
    optional: bool = False

    @classmethod
    def of(cls, table: Table, known: Known, *, optional: bool = False) -> "Ranks":
        """Return the ranks of a table."""
        mapping = known.mapping
        grid = {
            field: field.removeprefix(RANK_OF)
            for field in table.titles
            if field.startswith(RANK_OF)
        }
        names = (*table.titles, *mapping.defaults)
        found = {int(name.removeprefix(RANKED)) for name in names if name.startswith(RANKED)}
        findings = []
        absent = next(rank for rank in count(1) if rank not in found)
        whole = "themes" in names or (bool(found or grid or optional) and absent > len(found))
        if not whole:
            # Without it a third choice would silently become a second one.
            field = f"{RANKED}{absent}"
            near = next(
                (one for one in table.unread if nearest_field(one, ["theme", field], "members")),
                None,
            )
            findings.append(
                finding(
                    "missing-column", table.file, table.header, field,
                    sheet=table.sheet, field=field, near=near,
                    variant="grid" if len(themes_in_titles(table, known.themes)) > 1 else "",
                )
            )  # fmt: skip
        columns = tuple(f"{RANKED}{rank}" for rank in sorted(found))
        return cls(columns, grid, whole, tuple(findings), optional)

    def themes(self, reader: RowReader) -> tuple[str, ...]:
        """Return the themes that a row ranks, best first; a gap between ranks is a finding."""
        if reader.has("themes"):
            return self._of_one_cell(reader)
        by_rank = {field: reader.theme(field) for field in self.columns}
        ranked = [(field, theme) for field, theme in by_rank.items() if theme]
        if self.grid:
            return self._of_grid(reader, ranked)
        if not self.whole:
            return tuple(dict.fromkeys(theme for _, theme in ranked))
        if not ranked:
            if not self.optional:
                reader.wrong("no-theme-ranked", self.columns[0])
            return ()
        last = ranked[-1][0]
        for field in self.columns[: self.columns.index(last)]:
            if not by_rank[field]:
                reader.wrong("rank-left-out", field)
        seen: set[str] = set()
        for field, theme in ranked:
            if theme in seen:
                reader.wrong("theme-twice", field, theme=theme)
            seen.add(theme)
        return tuple(dict.fromkeys(theme for _, theme in ranked))

    def _of_one_cell(self, reader: RowReader) -> tuple[str, ...]:
        """Return the themes of a cell that lists them in order."""
        text = reader.readable("themes")
        themes = reader.known.themes
        options = {
            **{name: name for name in themes.names},
            **reader.known.mapping.values_of("themes"),
        }
        found = values_in(text, options)
        if not text:
            if not self.optional:
                reader.wrong("no-theme-ranked", "themes")
            return ()
        if found is None:
            if themes.complete:
                reader.wrong("themes-not-told-apart", "themes")
            return ()
        meant = [themes.meant(one) for one in found]
        if any(len(one) != 1 for one in meant):
            doubtful = next(one for one in meant if len(one) != 1)
            reader.wrong("theme-in-doubt", "themes", themes=doubtful or found)
            return ()
        told = [one[0] for one in meant]
        for theme in sorted({theme for theme in told if told.count(theme) > 1}):
            reader.wrong("theme-twice", "themes", theme=theme)
        return tuple(dict.fromkeys(told))

    def _of_grid(self, reader: RowReader, ranked: list[tuple[str, str]]) -> tuple[str, ...]:
        """Return the themes by the ranks that stand in the cells of their columns."""
        found: dict[int, str] = {rank: theme for rank, (_, theme) in enumerate(ranked, start=1)}
        for title, theme in self.grid.items():
            text = reader.known.mapping.value_of("rank", reader.row[title])
            if not text:
                continue
            rank = rank_in(text) or rank_in(f"{RANKED} {text}")
            if rank is None:
                reader.wrong("not-a-rank", title, text)
            elif rank in found:
                reader.wrong("rank-twice", title, text, rank=rank)
            else:
                found[rank] = theme
        if not found:
            if not self.optional:
                reader.wrong("no-theme-ranked", next(iter(self.grid)))
        elif max(found) > len(found):
            missing = next(rank for rank in count(1) if rank not in found)
            reader.wrong("rank-left-out", self._title_of(found[max(found)]), "", rank=missing)
        return tuple(found[rank] for rank in sorted(found))

    def _title_of(self, theme: str) -> str:
        return next((title for title, one in self.grid.items() if one == theme), theme)
