"""What is no cell of a member: files, headers, workbooks, settings, findings over members: `FILES`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from silent.base import CERTAIN, EDITION, OFFICES, REFUSED, ROWS, as_csv, folder_of, table
from sip_grouping.edition import Edition


@dataclass(frozen=True)
class Written:
    """What is written in files, what of it is looked at, what it is read as, how that is told."""

    paragraph: str
    what: str
    write: Callable[[Path], Any]
    read: object
    told: str
    look: Callable[[Edition], object] = lambda edition: [one.member_id for one in edition.members]


IDS = [row["member_id"] for row in ROWS]
MEMBERS = table(ROWS)


def members_in(text: str | bytes, **more: str | bytes) -> Callable[[Path], Path]:
    return lambda path: folder_of(path, members__csv=text, **more)


def more_files(**files: str | bytes) -> Callable[[Path], Path]:
    return lambda path: folder_of(path, **files)


def with_column(title: str, texts: list[str]) -> str:
    return as_csv([[*row, one] for row, one in zip(MEMBERS, [title, *texts], strict=True)])


def retitled(field: str, title: str) -> str:
    return as_csv([[title if one == field else one for one in MEMBERS[0]], *MEMBERS[1:]])


def rooms(text: str) -> Callable[[Path], Path]:
    return more_files(offices__csv=OFFICES.replace("4000,3", f'4000,"{text}"'))


def book(
    change: Callable[[Any], None] | None = None, **sheets: list[list[Any]]
) -> Callable[[Path], Path]:
    """Return what writes a workbook: its sheets, and a change of it."""

    def write(path: Path) -> Path:
        made = Workbook()
        made.remove(made.active)
        settings_rows: list[list[Any]] = [["name", "x"], ["rules.secretaries", 0]]
        settings_rows += [["themes.support.title.en", "Support"]]
        given = {"edition": settings_rows, "members": [list(row) for row in MEMBERS]} | sheets
        if "edition" in sheets:
            given["edition"] = settings_rows + sheets["edition"]
        for name, rows in given.items():
            sheet = made.create_sheet(name)
            for row in rows:
                sheet.append([cell if cell != "" else None for cell in row])
        if change is not None:
            change(made)
        path.mkdir()
        made.save(path / "edition.xlsx")
        return path

    return write


def in_members(cell: str, value: object, number_format: str = "General") -> Callable[[Any], None]:
    def change(made: Any) -> None:
        made["members"][cell] = value
        made["members"][cell].number_format = number_format

    return change


def hide_a_row(made: Any) -> None:
    made["members"].row_dimensions[3].hidden = True


def merge_countries(made: Any) -> None:
    made["members"].merge_cells("B2:B3")


VIDEO = '"support",,,"yes",,,,'
VIDEO_X, VIDEO_YES = '"support",,,"yes",,,"x",', '"support",,,"yes",,,"yes",'
NO_TRACK = '"support",,,"yes",,"no","no",'
"""Cells of the first member from its theme to video."""
LATIN = as_csv(MEMBERS).replace("Aurore", "Éve")


def rooms_of_first(edition: Edition) -> object:
    return edition.offices[0].rooms


def points(edition: Edition) -> object:
    return edition.score.rank_points


def travel(edition: Edition) -> object:
    return edition.rules.travel_km


def renamed(path: Path) -> Path:
    for file in list(path.iterdir()):
        file.rename(path / file.name.upper())
    return path


def renamed_to(path: Path, name: str, other: str) -> Path:
    (path / name).rename(path / other)
    return path


FILES: tuple[Written, ...] = (
    Written(
        "files", "UTF-8 with a mark", members_in(b"\xef\xbb\xbf" + LATIN.encode()), IDS, CERTAIN
    ),
    Written("files", "UTF-16 with a mark", members_in(LATIN.encode("utf-16")), IDS, CERTAIN),
    Written("files", "Windows-1252", members_in(LATIN.encode("cp1252")), IDS, "taken-for-windows"),
    Written(
        "files",
        "two encodings",
        members_in(LATIN.encode() + '"é",BE,,4000,support\n'.encode("cp1252")),
        REFUSED,
        "not-utf8",
    ),
    Written("files", "semicolons", members_in(as_csv(MEMBERS, ";")), IDS, CERTAIN),
    Written("files", "tabs", members_in(as_csv(MEMBERS, "\t")), IDS, CERTAIN),
    Written("files", "sep=|", members_in("sep=|\n" + as_csv(MEMBERS, "|")), IDS, CERTAIN),
    Written(
        "files",
        "a title row",
        members_in("Liste 2026\n" + as_csv(MEMBERS)),
        IDS,
        "row-above-header",
    ),
    Written(
        "files", "the header again", members_in(as_csv([*MEMBERS, MEMBERS[0]])), IDS, "header-again"
    ),
    Written(
        "files",
        "a row of another separator",
        members_in(as_csv(MEMBERS) + ";".join(MEMBERS[2])),
        REFUSED,
        "other-separator",
    ),
    Written(
        "files",
        "a cell too many",
        members_in(as_csv([*MEMBERS, ["a9", "BE", "", "4000", "support", *["x"] * 20]])),
        REFUSED,
        "too-many-cells",
    ),
    Written(
        "files",
        "cells too few",
        members_in(as_csv([*MEMBERS, ["a9", "BE", "", "4000", "support", "", "", "yes"]])),
        [*IDS, "a9"],
        "too-few-cells",
    ),
    Written("files", "names in capitals", lambda path: renamed(folder_of(path)), IDS, CERTAIN),
    Written(
        "files",
        "two files of one name",
        more_files(MEMBERS__CSV=as_csv(MEMBERS)),
        REFUSED,
        "file-twice",
    ),
    Written("files", "two kinds of file", more_files(members__xlsx=b""), REFUSED, "file-twice"),
    Written(
        "files", "a table of an old kind beside", more_files(members__xls=b""), IDS, "file-not-read"
    ),
    Written(
        "files",
        "offices by another name",
        lambda path: renamed_to(folder_of(path), "offices.csv", "kantoren.csv"),
        IDS,
        "file-not-read",
    ),
    # Headers
    Written(
        "headers", "a synonym", members_in(retitled("postcode", "Votre code postal")), IDS, CERTAIN
    ),
    Written(
        "headers",
        "a column not read",
        members_in(with_column("Shirt", ["S", "M", "L"])),
        IDS,
        "column-not-read",
    ),
    Written(
        "headers",
        "a column without a title",
        members_in(with_column("", ["S", "M", "L"])),
        IDS,
        "column-not-read",
    ),
    Written(
        "headers",
        "a title like another",
        members_in(retitled("languages", "Langauges")),
        IDS,
        "column-like-another",
    ),
    Written(
        "headers",
        "two columns of one field",
        members_in(with_column("Code postal", ["4000"] * 3)),
        REFUSED,
        "duplicate-column",
    ),
    Written(
        "headers",
        "a required column that is missing",
        members_in(retitled("postcode", "Quartier")),
        REFUSED,
        "missing-column",
    ),
    Written(
        "headers",
        "yes and no that nobody reads",
        members_in(with_column("Newsletter", ["oui", "non", "oui"])),
        REFUSED,
        "yes-no-column-not-read",
    ),
    Written(
        "headers",
        "the same, settled",
        members_in(
            with_column("Newsletter", ["oui", "non", "oui"]),
            edition__toml=EDITION + '\n[reading]\nignore = ["newsletter"]\n',
        ),
        IDS,
        CERTAIN,
    ),
    Written(
        "headers",
        "a rank left out",
        members_in(retitled("theme_2", "3e choix")),
        REFUSED,
        "missing-column",
    ),
    # Yes and no, as a column
    Written(
        "yes-no",
        "marks where a blank is yes",
        members_in(retitled("video", "video").replace(VIDEO, VIDEO_X, 1)),
        REFUSED,
        "blank-in-doubt",
    ),
    Written(
        "yes-no",
        "yes where a blank is yes",
        members_in(as_csv(MEMBERS).replace(VIDEO, VIDEO_YES, 1)),
        IDS,
        "blank-is-yes",
    ),
    Written(
        "yes-no",
        "the same, settled",
        members_in(
            as_csv(MEMBERS).replace(VIDEO, VIDEO_X, 1),
            edition__toml=EDITION + '\n[reading]\nblank = { video = "no" }\n',
        ),
        [True, False, False],
        CERTAIN,
        lambda edition: [one.video for one in edition.members],
    ),
    # Numbers
    Written("numbers", "a whole number", rooms("12"), 12, CERTAIN, rooms_of_first),
    Written("numbers", "as a spreadsheet has it", rooms("12,0"), 12, CERTAIN, rooms_of_first),
    Written(
        "numbers",
        "thousands or decimals",
        rooms("12.000"),
        REFUSED,
        "number-in-doubt",
        rooms_of_first,
    ),
    Written("numbers", "half a room", rooms("1.5"), REFUSED, "not-a-whole-number", rooms_of_first),
    Written(
        "numbers",
        "an error of the spreadsheet",
        rooms("#DIV/0!"),
        REFUSED,
        "spreadsheet-error",
        rooms_of_first,
    ),
    # Workbooks
    Written("workbooks", "as it is", book(), IDS, CERTAIN),
    Written("workbooks", "a sheet that is not read", book(Notes=[["x"]]), IDS, "sheet-not-read"),
    Written("workbooks", "two sheets of members", book(Leden=MEMBERS), IDS, "sheet-not-read"),
    Written("workbooks", "hidden rows", book(hide_a_row), IDS, "hidden-rows"),
    Written("workbooks", "merged cells", book(merge_countries), IDS, "merged-cells"),
    Written(
        "workbooks",
        "a formula without a result",
        book(in_members("A2", "=1+1")),
        REFUSED,
        "formula-without-result",
    ),
    Written(
        "workbooks",
        "an id that is a date",
        book(in_members("A2", date(2026, 3, 1), "yyyy-mm-dd")),
        REFUSED,
        "id-became-a-date",
    ),
    Written(
        "workbooks",
        "an id that lost its zeros",
        book(in_members("A3", 7)),
        ["000456", "7", "A-3"],
        "id-may-lack-zeros",
    ),
    Written("workbooks", "zeros of a format", book(in_members("A2", 456, "000000")), IDS, CERTAIN),
    Written(
        "workbooks",
        "letters of a format",
        book(in_members("A2", 4567891, '"M-"0')),
        ["4567891", *IDS[1:]],
        "id-shown-otherwise",
    ),
    Written(
        "workbooks",
        "a postcode that lost its zero",
        book(lambda made: (in_members("B2", "FR")(made), in_members("D2", 1000)(made))[0]),
        "01000",
        "postcode-read",
        lambda edition: edition.members[0].postcode,
    ),
    Written(
        "workbooks",
        "a list in several cells",
        book(edition=[["score.rank_points", 100, 80]]),
        REFUSED,
        "list-in-several-cells",
    ),
    Written(
        "workbooks",
        "a list in one cell",
        book(edition=[["score.rank_points", "100; 80,5"]]),
        (100.0, 80.5),
        CERTAIN,
        points,
    ),
    Written(
        "workbooks",
        "a remark beside a value",
        book(edition=[["rules.travel_km", 30, "as ever"]]),
        30.0,
        "cells-not-read",
        travel,
    ),
    Written(
        "workbooks",
        "a key twice",
        book(edition=[["rules.travel_km", 30], ["rules.travel_km", 40]]),
        REFUSED,
        "key-twice",
    ),
    Written(
        "workbooks",
        "thousands or decimals",
        book(edition=[["rules.travel_km", "12.000"]]),
        REFUSED,
        "number-in-doubt",
    ),
    Written(
        "workbooks",
        "the same in a list",
        book(edition=[["score.rank_points", "100; 12.500"]]),
        REFUSED,
        "number-in-doubt",
    ),
    Written(
        "workbooks",
        "a number with decimals",
        book(edition=[["rules.travel_km", 12.125]]),
        12.125,
        CERTAIN,
        travel,
    ),
    # edition.toml
    Written(
        "edition.toml",
        "a key that nobody knows",
        more_files(edition__toml=EDITION + "\n[scores]\n"),
        REFUSED,
        "unknown-key",
    ),
    Written(
        "edition.toml",
        "quotation marks of a word processor",
        more_files(edition__toml=EDITION.replace('"2026-2027"', "\u201c2026-2027\u201d")),
        REFUSED,
        "typographic-quotes",
    ),
    Written(
        "edition.toml",
        "a decimal comma",
        more_files(edition__toml=EDITION.replace("[rules]", "[rules]\ntravel_km = 1,5")),
        REFUSED,
        "decimal-comma",
    ),
    # Findings over members
    Written(
        "findings",
        "one person under two ids",
        members_in(as_csv(MEMBERS).replace("Bruno", "Aurore")),
        IDS,
        "one-person-twice",
    ),
    Written(
        "findings",
        "nobody volunteers",
        more_files(edition__toml=EDITION.replace("secretaries = 0", "")),
        IDS,
        "no-volunteer",
    ),
    Written(
        "findings",
        "a member whom nothing can place",
        members_in(as_csv(MEMBERS).replace(VIDEO, NO_TRACK, 1)),
        IDS,
        "no-track",
    ),
)
