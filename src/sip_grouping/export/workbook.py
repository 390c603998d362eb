"""A grouping as a workbook that people read and correct: groups, members, who is left out, a summary.

Comes in: an edition, a grouping of it, a language, which columns of members may be shown. Goes out: bytes
of an .xlsx file. `grouping_from_tables` reads it back, however members were moved in it; what is computed
is computed anew. Names, e-mail addresses and further columns stand in it only where they are asked for.
"""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sip_grouping.catalogue import Language, pattern
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Role
from sip_grouping.errors import InputError
from sip_grouping.files.folder import write_file
from sip_grouping.files.sheets import add_row, dress, name_cells, offer_list
from sip_grouping.findings import finding
from sip_grouping.findings.of_records import PERSONAL
from sip_grouping.grouping import Grouping, LeftOut, Placement
from sip_grouping.grouping.columns import GROUP_TABLE, MEMBER_TABLE, Column
from sip_grouping.grouping.formed import Formed, grouping_of
from sip_grouping.grouping.reasons import reason_sentence
from sip_grouping.reading.columns import TableName, columns_of
from sip_grouping.report.summary import grouping_summary

_GROUP_IDS = "group_ids"
_SPARE_ROWS = 200
"""Rows below the groups that belong to the list of their ids: a group that is added can be chosen."""
_WIDTHS = {
    "member_id": 14, "name": 26, "email": 30, "status": 12, "group_id": 28, "theme": 30, "place": 16,
    "place_name": 26, "reason": 18, "moderator": 16, "secretary": 16, "reason_text": 70,
}  # fmt: skip
_FIGURES = frozenset(
    {
        "rank",
        "travel_km",
        "latitude",
        "longitude",
        "size",
        "mean_travel_km",
        "max_travel_km",
        "spread_km",
    }
)


def export_workbook(
    edition: Edition,
    grouping: Grouping | Formed,
    file: Path | str,
    *,
    language: Language = "en",
    names: bool = False,
    columns: Sequence[str] = (),
    force: bool = False,
) -> None:
    """Write a grouping as an .xlsx file.

    Parameters
    ----------
    names
        Whether names, e-mail addresses and all further columns of the members stand in it.
    columns
        Further columns that stand in it; `name` and `email` may be among them.
    force
        Whether a file that is there may be replaced.

    Raises
    ------
    InputError
        A column is asked for that no member has.
    OutputError
        The file cannot be written there.
    """
    content = grouping_workbook(edition, grouping, language=language, names=names, columns=columns)
    write_file(file, content, force=force)


def grouping_workbook(
    edition: Edition,
    grouping: Grouping | Formed,
    *,
    language: Language = "en",
    names: bool = False,
    columns: Sequence[str] = (),
) -> bytes:
    """Return a grouping as the bytes of an .xlsx file; see `export_workbook`.

    Raises
    ------
    InputError
        A column is asked for that no member has.
    """
    from openpyxl import Workbook  # noqa: PLC0415 - it takes a while

    made = grouping_of(grouping, "export_workbook")
    shown = _shown_columns(edition, names=names, columns=columns)
    book = Workbook()
    groups = book.active
    groups.title = "groups"
    _fill_groups(book, groups, edition, made, language)
    _fill_members(book.create_sheet("members"), edition, made, language, shown)
    _fill_left_out(
        book.create_sheet(_said(language, "sheet-left-out")), edition, made, language, shown
    )
    _fill_summary(book.create_sheet(_said(language, "sheet-summary")), edition, made, language)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _said(language: Language, what: str) -> str:
    return pattern(language, "workbook", what)


def _shown_columns(edition: Edition, *, names: bool, columns: Sequence[str]) -> tuple[str, ...]:
    """Return name, e-mail and further columns that stand in the workbook."""
    extra = tuple(dict.fromkeys(key for member in edition.members for key in member.extra))
    personal = tuple(sorted(PERSONAL, reverse=True))
    unknown = [one for one in columns if one not in {*extra, *personal}]
    if unknown:
        known = (*personal, *extra)
        raise InputError(
            finding("no-such-column", "columns", None, one, known=", ".join(known))
            for one in unknown
        )
    wanted = (*personal, *extra) if names else tuple(dict.fromkeys(columns))
    held = {one for one in personal if any(getattr(member, one) for member in edition.members)}
    return tuple(one for one in wanted if one in extra or one in held)


def _title(table: TableName, name: str, language: Language) -> str:
    return columns_of(table)[name].title[language]


def _value(column: Column, record: object) -> object:
    """Return what a cell holds: a number where it is one, else a text."""
    value = column.value_of(record)  # type: ignore[arg-type]
    if value is None:
        return None
    cell = column.kind.cell(value)
    return float(str(cell)) if column.name in _FIGURES else cell


def _theme_titles(edition: Edition, language: Language) -> Mapping[str, str]:
    """Return what a theme is called in a cell: its title where no other theme may be meant by it."""
    titles = {theme.id: theme.title_in(language) for theme in edition.themes}
    taken = [*titles.values(), *titles]
    return {theme: title if taken.count(title) == 1 else theme for theme, title in titles.items()}


def _fill_groups(
    book: Any, sheet: Any, edition: Edition, grouping: Grouping, language: Language
) -> None:
    themes = _theme_titles(edition, language)
    add_row(sheet, (_title("groups", column.name, language) for column in GROUP_TABLE))
    for group in grouping.group_records:
        add_row(
            sheet,
            (
                themes[group.theme] if column.name == "theme" else _value(column, group)
                for column in GROUP_TABLE
            ),
        )
    last = len(grouping.group_records) + 1
    name_cells(book, _GROUP_IDS, f"groups!$A$2:$A${last + _SPARE_ROWS}")
    _finish(sheet, [column.name for column in GROUP_TABLE])


def _fill_members(
    sheet: Any, edition: Edition, grouping: Grouping, language: Language, shown: Sequence[str]
) -> None:
    """Fill the sheet that is read back: each member once per group, those without one after them."""
    themes = _theme_titles(edition, language)
    personal = [one for one in shown if one in PERSONAL]
    extra = [one for one in shown if one not in PERSONAL]
    columns = [column.name for column in MEMBER_TABLE]
    names = [columns[0], *personal, *columns[1:], "reason_text", *extra]
    titles = [
        *(
            _title("assignments", columns[0], language),
            *(_title("members", p, language) for p in personal),
        ),
        *(_title("assignments", name, language) for name in columns[1:]),
        _said(language, "reason-text"),
        *extra,
    ]
    add_row(sheet, titles)
    for one in _rows(edition, grouping):
        member = edition.member_by_id[one.member_id]
        cells = {column.name: _value(column, one) for column in MEMBER_TABLE}
        if isinstance(cells["theme"], str):
            cells["theme"] = themes[cells["theme"]]
        first, *others = cells.values()
        add_row(
            sheet,
            [
                first,
                *(getattr(member, name) for name in personal),
                *others,
                _reason(one, language),
                *(member.extra.get(name) or None for name in extra),
            ],
        )
    rows = f"2:{{0}}{sheet.max_row + _SPARE_ROWS}"
    for name, options in (("group_id", _GROUP_IDS), ("role", [role.value for role in Role])):
        letter = sheet.cell(1, names.index(name) + 1).column_letter
        offer_list(sheet, f"{letter}{rows.format(letter)}", options)
    _finish(sheet, names, keep=1)


def _rows(edition: Edition, grouping: Grouping) -> Iterator[Placement | LeftOut]:
    """Yield placements and members left out, in the order of the edition's members."""
    by_member: dict[str, list[Placement | LeftOut]] = {}
    told: list[Placement | LeftOut] = [*grouping.placements, *grouping.left_out]
    for one in told:
        by_member.setdefault(one.member_id, []).append(one)
    for member in edition.members:
        yield from by_member.get(member.member_id, ())


def _reason(one: Placement | LeftOut, language: Language) -> str | None:
    return reason_sentence(one.reason, language) if isinstance(one, LeftOut) else None


def _fill_left_out(
    sheet: Any, edition: Edition, grouping: Grouping, language: Language, shown: Sequence[str]
) -> None:
    personal = [one for one in shown if one in PERSONAL]
    add_row(
        sheet,
        (
            _title("assignments", "member_id", language),
            *(_title("members", one, language) for one in personal),
            _title("assignments", "status", language),
            _title("assignments", "reason", language),
            _said(language, "reason-text"),
        ),
    )
    for one in grouping.left_out:
        member = edition.member_by_id[one.member_id]
        own = (getattr(member, name) for name in personal)
        add_row(
            sheet, (one.member_id, *own, one.status.value, one.reason.value, _reason(one, language))
        )
    _finish(sheet, ["member_id", *personal, "status", "reason", "reason_text"], keep=1)


def _fill_summary(sheet: Any, edition: Edition, grouping: Grouping, language: Language) -> None:
    for line in grouping_summary(edition, grouping, language).splitlines():
        add_row(sheet, (line or " ",))
    sheet.column_dimensions["A"].width = 110


def _finish(sheet: Any, names: Iterable[str], *, keep: int = 1) -> None:
    widths = [_WIDTHS.get(name, 12) for name in names]
    dress(sheet, widths, keep=keep)
    sheet.auto_filter.ref = sheet.dimensions
