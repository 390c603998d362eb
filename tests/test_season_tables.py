"""Experts, test projects and team of an edition from its tables, and back."""

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from small import member, small_edition

from sip_grouping.edition import Edition
from sip_grouping.edition.calendar import Contact, DateRange, Expert, Project, Season
from sip_grouping.edition.records import Office
from sip_grouping.errors import InputError
from sip_grouping.findings import Finding
from sip_grouping.reading import load_edition, save_edition

EXPERTS = """\
expert_id,name,themes,languages,slots,cannot,sessions_max
e001,Firstname Lastname,a,fr nl,tue-evening,2021-02-04 2021-02-09/2021-02-12,3
e002,,"a, b",,,,
e003,Othername,a b,français,mardi soir; jeudi soir,,0
"""
PROJECTS = """\
project_id,group_id,title,budget,from,to,willing
p001,a-1,Shared van,1500.5,2021-01-15,2021-03-31,m1 m2
p002,b-1,,1200,,,
"""
TEAM = """\
team_id,name,languages,offices,groups_max
t01,Firstname Lastname,fr,liege,6
t02,,nl fr,"Bruxelles; liege",
t03,,,,
"""
TABLES = {"experts.csv": EXPERTS, "projects.csv": PROJECTS, "team.csv": TEAM}
SEASON = Season(
    experts=(
        Expert(
            expert_id="e001",
            name="Firstname Lastname",
            themes=("a",),
            languages=("fr", "nl"),
            slots=("tue-evening",),
            cannot=(
                DateRange(first=date(2021, 2, 4), last=date(2021, 2, 4)),
                DateRange(first=date(2021, 2, 9), last=date(2021, 2, 12)),
            ),
            sessions_max=3,
        ),
        Expert(expert_id="e002", themes=("a", "b")),
        Expert(
            expert_id="e003",
            name="Othername",
            themes=("a", "b"),
            languages=("fr",),
            slots=("thu-evening", "tue-evening"),
            sessions_max=0,
        ),
    ),
    proposals=(
        Project(
            project_id="p001",
            group_id="a-1",
            title="Shared van",
            budget=1500.5,
            first=date(2021, 1, 15),
            last=date(2021, 3, 31),
            willing=("m1", "m2"),
        ),
        Project(project_id="p002", group_id="b-1", budget=1200.0),
    ),
    team=(
        Contact(
            team_id="t01",
            name="Firstname Lastname",
            languages=("fr",),
            offices=("liege",),
            groups_max=6,
        ),
        Contact(team_id="t02", languages=("nl", "fr"), offices=("bruxelles", "liege")),
        Contact(team_id="t03"),
    ),
)
NAMES = ("Firstname", "Lastname", "Othername")


def base() -> Edition:
    """Return an edition of two themes, two offices and four members."""
    edition = small_edition([member(f"m{number}") for number in range(1, 5)])
    themes = (edition.themes[0], edition.themes[0].model_copy(update={"id": "b"}))
    offices = tuple(
        Office(office_id=name.lower(), name=name, country="BE", postcode="x", latitude=50, longitude=5)
        for name in ("Bruxelles", "liege")
    )  # fmt: skip
    return edition.replace(themes=themes, offices=offices)


def folder(path: Path, **changed: str) -> Path:
    save_edition(base(), path)
    for name, text in TABLES.items():
        (path / name).write_text(changed.get(name.partition(".")[0], text), encoding="utf-8")
    return path


def findings_of(path: Path, **changed: str) -> list[Finding]:
    with pytest.raises(InputError) as raised:
        load_edition(folder(path, **changed))
    shown = str(raised.value)
    assert not any(name in shown for name in NAMES)
    return list(raised.value.findings)


def test_the_tables_are_read(tmp_path: Path) -> None:
    edition = load_edition(folder(tmp_path / "e"))
    assert edition.season == SEASON
    save_edition(base(), tmp_path / "without")
    without = load_edition(tmp_path / "without")
    assert without.digest == edition.digest
    assert without == edition.replace(season=Season())


def test_titles_and_words_of_three_languages_are_read(tmp_path: Path) -> None:
    read = load_edition(
        folder(
            tmp_path / "e",
            experts=EXPERTS.replace(
                "expert_id,name,themes,languages,slots,cannot,sessions_max",
                "Code deskundige,Naam,Thema's,Talen,Wekelijkse momenten,Kan niet,Hoogstens sessies",
            ),
            team=TEAM.replace(
                "team_id,name,languages,offices,groups_max",
                "Code équipe,Nom,Langues,Bureaux,Groupes au plus",
            ),
        )
    )
    assert read.season == SEASON


@pytest.mark.parametrize("name", ["saved", "saved.xlsx"])
def test_what_is_saved_is_read_as_the_same_edition(tmp_path: Path, name: str) -> None:
    edition = load_edition(folder(tmp_path / "e"))
    save_edition(edition, tmp_path / name)
    again = load_edition(tmp_path / name)
    assert again == edition
    assert not any(one.code in {"sheet-not-read", "file-not-read"} for one in again.warnings)


def test_no_table_is_written_of_what_is_not_there(tmp_path: Path) -> None:
    season = Season(team=SEASON.team)
    save_edition(base().replace(season=season), tmp_path / "saved")
    assert not (tmp_path / "saved" / "experts.csv").exists()
    assert not (tmp_path / "saved" / "projects.csv").exists()
    assert load_edition(tmp_path / "saved").season == season
    save_edition(base(), tmp_path / "saved", force=True)
    assert not (tmp_path / "saved" / "team.csv").exists()


@pytest.mark.parametrize("budget", [0.0, 999_999.999, 1.234, 999.001, 12.345, 1_000_000.0, 0.001])
def test_an_amount_is_written_so_that_it_has_one_reading(tmp_path: Path, budget: float) -> None:
    season = Season(proposals=(Project(project_id="p", group_id="g", budget=budget),))
    save_edition(base().replace(season=season), tmp_path / "saved")
    assert load_edition(tmp_path / "saved").season == season


def test_a_workbook_may_hold_a_table(tmp_path: Path) -> None:
    path = folder(tmp_path / "e")
    (path / "projects.csv").unlink()
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Project ID", "Group", "Titel", "Kosten", "Van", "Tot", "Willing"])
    sheet.append(
        ["p001", "a-1", "Shared van", 1500.5, date(2021, 1, 15), date(2021, 3, 31), "m1; m2"]
    )
    sheet.append(["p002", "b-1", None, 1200, None, None, None])
    book.save(path / "projects.xlsx")
    assert load_edition(path).season == SEASON


@pytest.mark.parametrize(
    ("table", "old", "new", "code", "row", "column", "value"),
    [
        ("experts", "Lastname,a,", "Lastname,c,", "unknown-theme", 2, "themes", "c"),
        ("experts", '"a, b"', '"a, c"', "unknown-theme", 3, "themes", "c"),
        ("experts", "Lastname,a,", "Lastname,,", "empty-cell", 2, "themes", ""),
        ("experts", "e002", "e001", "duplicate-expert", 3, "expert_id", "e001"),
        ("experts", "2021-02-04", "4-2-2021", "no-date", 2, "cannot", "4-2-2021"),
        ("experts", "fr nl", "fr/nl", "malformed-language", 2, "languages", "fr/nl"),
        ("experts", ",3\n", ",2.5\n", "not-a-whole-number", 2, "sessions_max", "2.5"),
        ("experts", ",3\n", ",few\n", "not-a-number", 2, "sessions_max", "few"),
        ("experts", ",3\n", ",-1\n", "out-of-range", 2, "sessions_max", "-1"),
        ("experts", "e002", "", "empty-cell", 3, "expert_id", ""),
        ("experts", "e002", "e 002", "malformed-id", 3, "expert_id", "e 002"),
        ("projects", "m1 m2", "m1 m9", "unknown-member", 2, "willing", "m1 m9"),
        ("projects", "m1 m2", '"m1, m9"', "unknown-member", 2, "willing", "m9"),
        ("projects", "p002", "p001", "duplicate-project", 3, "project_id", "p001"),
        ("projects", "1500.5", "1.500", "number-in-doubt", 2, "budget", "1.500"),
        ("projects", "1500.5", "", "empty-cell", 2, "budget", ""),
        ("projects", "1500.5", "-5", "out-of-range", 2, "budget", "-5"),
        ("projects", "2021-01-15", "15/01/2021", "no-date", 2, "from", "15/01/2021"),
        ("projects", "2021-01-15", "2021-04-15", "invalid-value", 2, None, None),
        ("projects", "a-1", "", "empty-cell", 2, "group_id", ""),
        ("team", ",liege,6", ",namur,6", "unknown-office", 2, "offices", "namur"),
        ("team", "Bruxelles; liege", "Bruxelles; lille", "unknown-office", 3, "offices", "lille"),
        ("team", "t02", "t01", "duplicate-contact", 3, "team_id", "t01"),
        ("team", ",6\n", ",100001\n", "out-of-range", 2, "groups_max", "100001"),
        ("team", "t02,,nl fr", "t02,,nl and fr", "malformed-language", 3, "languages", "nl and fr"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_finding_with_its_place(
    tmp_path: Path,
    table: str,
    old: str,
    new: str,
    code: str,
    row: int,
    column: str | None,
    value: str | None,
) -> None:
    text = TABLES[f"{table}.csv"]
    assert text.count(old) == 1
    (one,) = findings_of(tmp_path / "e", **{table: text.replace(old, new)})
    assert (one.code, one.file, one.row) == (code, f"{table}.csv", row)
    assert column is None or one.column == column
    assert value is None or (one.value or "") == value


@pytest.mark.parametrize(
    ("table", "column"),
    [
        *(("experts", name) for name in ("expert_id", "themes")),
        *(("projects", name) for name in ("project_id", "group_id", "budget")),
        ("team", "team_id"),
    ],
)
def test_a_column_that_must_be_there_is_said_once(tmp_path: Path, table: str, column: str) -> None:
    text = TABLES[f"{table}.csv"].replace(column, "something", 1)
    found = findings_of(tmp_path / "e", **{table: text})
    assert [(one.code, one.file, one.column) for one in found] == [
        ("missing-column", f"{table}.csv", column)
    ]


def test_a_name_where_an_id_is_meant_is_not_shown(tmp_path: Path) -> None:
    for number, (table, old) in enumerate(
        (("experts", "Lastname,a,"), ("projects", "m1 m2"), ("team", ",liege,6"))
    ):
        new = old.replace(old.strip(",6").rpartition(",")[2], "Othername")
        (one,) = findings_of(
            tmp_path / str(number), **{table: TABLES[f"{table}.csv"].replace(old, new, 1)}
        )
        assert one.value is None


def test_records_that_do_not_fit_are_found_without_files() -> None:
    season = Season(
        experts=(Expert(expert_id="e", themes=("a", "c")), Expert(expert_id="e", themes=("a",))),
        proposals=(
            Project(project_id="p", group_id="g", budget=1.0, willing=("m1", "m9")),
            Project(project_id="p", group_id="g", budget=1.0),
        ),
        team=(Contact(team_id="t", offices=("namur",)), Contact(team_id="t")),
    )
    with pytest.raises(InputError) as raised:
        base().replace(season=season)
    assert [(one.code, one.file, one.row, one.value) for one in raised.value.findings] == [
        ("duplicate-expert", "experts", "e", "e"),
        ("unknown-theme", "experts", "e", "c"),
        ("duplicate-project", "projects", "p", "p"),
        ("unknown-member", "projects", "p", "m9"),
        ("duplicate-contact", "team", "t", "t"),
        ("unknown-office", "team", "t", "namur"),
    ]


def test_one_mistake_of_every_table_is_told_in_the_order_of_the_files(tmp_path: Path) -> None:
    found = findings_of(
        tmp_path / "e",
        team=TEAM.replace(",liege,6", ",namur,6"),
        projects=PROJECTS.replace("1500.5", "many"),
        experts=EXPERTS.replace("e002", "e001"),
    )
    assert [one.file for one in found] == ["experts.csv", "projects.csv", "team.csv"]


def test_a_file_that_may_be_meant_is_named(tmp_path: Path) -> None:
    path = folder(tmp_path / "e")
    (path / "experts.csv").rename(path / "expert.csv")
    edition = load_edition(path)
    assert edition.season.experts == ()
    assert [(one.code, one.file) for one in edition.warnings if one.code == "file-not-read"] == [
        ("file-not-read", "expert.csv")
    ]


def test_a_season_is_the_same_after_json() -> None:
    told = SEASON.model_dump(mode="json")
    assert Season.model_validate(told) == SEASON
    assert Season.model_validate_json(SEASON.model_dump_json(by_alias=True)) == SEASON
    assert not any(name in repr(SEASON) for name in NAMES)
