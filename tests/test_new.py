"""The empty edition: what is wrong with it is its examples alone, and filled in it forms groups."""

import csv
import io
import tomllib
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from cli_case import command, names_in
from openpyxl import Workbook, load_workbook

import sip_grouping as sip
from sip_grouping.catalogue import LANGUAGES, Language
from sip_grouping.edition.limits import Rules
from sip_grouping.edition.records import Places, Theme
from sip_grouping.edition.score import Score
from sip_grouping.errors import OutputError
from sip_grouping.files.folder import write_file
from sip_grouping.files.workbook import workbook_grids
from sip_grouping.reading.columns import columns_of, field_of, kind_of
from sip_grouping.reading.edition_sheet import sheet_settings
from sip_grouping.reading.examples import EXAMPLE_IDS
from sip_grouping.reading.mapping import Reading
from sip_grouping.reading.settings import toml_settings
from sip_grouping.template import new_edition
from sip_grouping.template.examples import example_themes, headings
from sip_grouping.template.keys import edition_toml, keys

TEXT_FILES = {"edition.toml", "members.csv", "offices.csv", "pins.csv", "README.md"}
KINDS = ("text", "workbook")


def fresh(folder: Path, language: Language, kind: str) -> Path:
    return new_edition(folder, language, workbook=kind == "workbook").folder


def codes(path: Path) -> list[tuple[str, int | str | None, str | None]]:
    with pytest.raises(sip.InputError) as caught:
        sip.load_edition(path)
    assert not caught.value.warnings
    return [(one.code, one.row, one.value) for one in caught.value.findings]


EXAMPLES = [("example-row", row, name) for row, name in enumerate(EXAMPLE_IDS, start=2)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_of_an_empty_edition_the_examples_are_named_and_nothing_else(
    language: Language, kind: str, tmp_path: Path
) -> None:
    assert codes(fresh(tmp_path / "new", language, kind)) == EXAMPLES


def member(number: int, language: Language) -> dict[str, str]:
    """Return the cells of a member by field, in the words of a language."""
    column = columns_of("members")
    yes, no = kind_of(column["video"]).choices[language]
    only = kind_of(column["moderator"]).choices[language][2]
    languages = {"nl": "Frans, Nederlands", "fr": "français ; néerlandais", "en": "French, Dutch"}
    slots = {"nl": "dinsdagavond", "fr": "mardi soir", "en": "Tuesday evening"}
    theme = example_themes()[0]
    return {
        "member_id": f"{number:05d}",
        "country": "BE",
        "postcode": "1060",
        "theme_1": theme.title[language] if number % 2 else theme.id,
        "cooperator": yes,
        "commits": yes,
        "moderator": only if number == 1 else no,
        "secretary": yes if number < 4 else no,
        "local": yes,
        "video": no,
        "languages": languages[language],
        "slots": slots[language],
        "together": "00003" if number == 2 else "",
    }


def fill_text(folder: Path, members: list[dict[str, str]]) -> None:
    """Write members in the place of the examples, as a spreadsheet that opened the file would."""
    path = folder / "members.csv"
    text = path.read_text("utf-8-sig")
    separator = ";" if ";" in text.splitlines()[0] else ","
    titles = next(csv.reader(io.StringIO(text), delimiter=separator))
    rows = [[one.get(field_of(title, "members") or "", "") for title in titles] for one in members]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=separator, lineterminator="\r\n").writerows([titles, *rows])


def fill_workbook(folder: Path, members: list[dict[str, str]]) -> None:
    """Type members into the sheet, postcodes as numbers, above rows that are formatted and empty."""
    path = folder / "edition.xlsx"
    book = load_workbook(path)
    sheet = book["members"]
    sheet.delete_rows(2, len(EXAMPLE_IDS))
    titles = [cell.value for cell in sheet[1]]
    for row, one in enumerate(members, start=2):
        for at, title in enumerate(titles, start=1):
            field = field_of(str(title), "members") or ""
            value = one.get(field)
            cell = sheet.cell(
                row, at, int(value) if value and field == "postcode" else value or None
            )
            cell.number_format = "@"
    for row in range(len(members) + 2, 300):
        for at in range(1, len(titles) + 1):
            sheet.cell(row, at).number_format = "@"
    book.save(path)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_filled_in_it_forms_groups(
    language: Language, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = fresh(tmp_path / "new", language, kind)
    members = [member(number, language) for number in range(1, 13)]
    (fill_text if kind == "text" else fill_workbook)(folder, members)
    checked = command(capsys, "check", folder, "--strict", "--json")
    assert checked.code == 0, checked.err
    assert (checked.json["members"], checked.json["themes"]) == (12, 2)
    formed = command(
        capsys, "form", folder, "--out", tmp_path / "groups", "--work-limit", "20", "--json"
    )
    assert formed.code == 0, formed.err
    assert formed.json["status"] == "optimal"
    assert formed.json["score"] == 1200.0
    read = sip.load_edition(folder).members[0]
    assert (read.member_id, read.postcode, read.moderator) == ("00001", "1060", "only")
    assert (read.languages, read.slots, read.video) == (("fr", "nl"), ("tue-evening",), False)


@pytest.mark.parametrize("kind", KINDS)
def test_without_its_examples_it_has_no_members(kind: str, tmp_path: Path) -> None:
    folder = fresh(tmp_path / "new", "fr", kind)
    (fill_text if kind == "text" else fill_workbook)(folder, [])
    assert [code for code, _, _ in codes(folder)] == ["no-members"]


def test_one_example_left_is_named_alone(tmp_path: Path) -> None:
    folder = fresh(tmp_path / "new", "nl", "text")
    members = [member(number, "nl") for number in range(1, 13)]
    members[4]["member_id"] = "Example-2"
    fill_text(folder, members)
    assert codes(folder) == [("example-row", 6, "Example-2")]


def test_the_example_is_told_in_the_language_of_the_reader(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = fresh(tmp_path / "new", "en", "text")
    told = {one: command(capsys, "check", folder, "--lang", one) for one in LANGUAGES}
    assert {ran.code for ran in told.values()} == {2}
    assert "voorbeeld" in told["nl"].err
    assert "exemple" in told["fr"].err
    assert "example" in told["en"].err


def test_tables_are_as_the_spreadsheets_of_the_language_expect_them(tmp_path: Path) -> None:
    for language, separator in (("nl", ";"), ("fr", ";"), ("en", ",")):
        folder = fresh(tmp_path / language, language, "text")  # type: ignore[arg-type]
        for name in ("members.csv", "offices.csv", "pins.csv"):
            content = (folder / name).read_bytes()
            assert content.startswith(b"\xef\xbb\xbf"), name
            titles = content.decode("utf-8-sig").splitlines()[0].split(separator)
            table = name.removesuffix(".csv")
            own = headings(table, language)  # type: ignore[arg-type]
            assert titles == [heading.title for heading in own]
    assert (tmp_path / "fr" / "members.csv").read_text("utf-8-sig").count("\n") == 4


def of_model(name: str, section: str) -> set[str]:
    models: Mapping[str, Any] = {
        "rules": Rules, "places": Places, "score": Score, "reading": Reading, "themes": Theme,
    }  # fmt: skip
    return {f"{section}.{field}" for field in models[name].model_fields}


def test_every_key_of_an_edition_is_there_with_its_default() -> None:
    written = {f"{key.section}.{key.name}" if key.section else key.name for key in keys()}
    sections = ("rules", "places", "score", "reading", "themes")
    assert written == {"name", *(key for one in sections for key in of_model(one, one))}
    for language in LANGUAGES:
        read = toml_settings(edition_toml(language), "edition.toml")
        assert not read.findings
        assert (read.rules, read.places, read.score) == (Rules(), Places(), Score())
        assert read.reading == Reading()
        assert [theme.id for theme in read.themes] == [theme.id for theme in example_themes()]
        for theme in read.themes:
            assert theme == Theme(id=theme.id, title=theme.title)


def test_what_is_commented_out_may_be_set() -> None:
    lines = edition_toml("en").splitlines()
    names = {f"# {key.name} = " for key in keys() if key.value is None and key.example is not None}
    assert len(names) == 4
    opened = [line[2:] if line.startswith(tuple(names)) else line for line in lines]
    read = toml_settings("\n".join(opened), "edition.toml")
    assert not read.findings
    assert (read.rules.office_travel_km, read.rules.spread_km) == (45.0, 60.0)
    assert read.reading.blank == {"video": "no"}
    assert [theme.rules.travel_km for theme in read.themes] == [40.0, 40.0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sheet_says_the_same_as_the_text(language: Language, tmp_path: Path) -> None:
    path = fresh(tmp_path / "new", language, "workbook") / "edition.xlsx"
    grids = workbook_grids(path.read_bytes(), path.name)
    assert isinstance(grids, dict)
    sheet = sheet_settings(grids["edition"])
    text = toml_settings(edition_toml(language), "edition.toml")
    assert not sheet.findings
    assert not sheet.warnings
    for part in ("name", "themes", "rules", "places", "score", "reading"):
        assert getattr(sheet, part) == getattr(text, part), part


def test_a_blank_of_the_sheet_is_told_in_any_language(tmp_path: Path) -> None:
    path = fresh(tmp_path / "new", "nl", "workbook") / "edition.xlsx"
    book = load_workbook(path)
    for row in book["edition"].iter_rows():
        if row[0].value == "reading.blank.video":
            row[1].value = "nee"
    book.save(path)
    grids = workbook_grids(path.read_bytes(), path.name)
    assert isinstance(grids, dict)
    assert sheet_settings(grids["edition"]).reading.blank == {"video": "no"}


def test_a_further_theme_is_a_title_in_a_spare_row(tmp_path: Path) -> None:
    path = fresh(tmp_path / "new", "fr", "workbook") / "edition.xlsx"
    book = load_workbook(path)
    for row in book["edition"].iter_rows():
        if row[0].value == "themes.theme-3.title.fr":
            row[1].value = "Logement"
    book.save(path)
    grids = workbook_grids(path.read_bytes(), path.name)
    assert isinstance(grids, dict)
    third = sheet_settings(grids["edition"]).themes[2]
    assert (third.id, third.title) == ("theme-3", {"fr": "Logement"})


@pytest.mark.parametrize("language", LANGUAGES)
def test_columns_of_the_workbook_keep_zeros_and_offer_lists(
    language: Language, tmp_path: Path
) -> None:
    book = load_workbook(fresh(tmp_path / "new", language, "workbook") / "edition.xlsx")
    assert book.sheetnames == ["edition", "members", "offices", "pins", "explanations"]
    sheet = book["members"]
    assert sheet.freeze_panes == "B2"
    letter_of = {
        field_of(str(cell.value), "members"): (cell.column_letter, cell) for cell in sheet[1]
    }
    lists = {
        str(cells).partition(":")[0].rstrip("0123456789"): one.formula1
        for one in sheet.data_validations.dataValidation
        for cells in one.sqref.ranges
    }
    for field in ("member_id", "postcode", "theme_3", "languages", "slots", "together", "apart"):
        letter, cell = letter_of[field]
        assert sheet.column_dimensions[letter].number_format == "@", field
        assert cell.comment is not None
        for one in LANGUAGES:
            assert columns_of("members")[field.partition("_3")[0]].means[one] in cell.comment.text
    yes, no = kind_of(columns_of("members")["video"]).choices[language]
    assert lists[letter_of["video"][0]] == f'"{yes},{no}"'
    assert lists[letter_of["secretary"][0]].startswith(f'"{yes},{no},')
    assert lists[letter_of["country"][0]] == '"BE,FR"'
    assert lists[letter_of["office"][0]] == "=office_ids"
    for rank in (1, 2, 3):
        assert lists[letter_of[f"theme_{rank}"][0]] == "=theme_titles"
    titles = [
        cell.value
        for name, cells in book.defined_names["theme_titles"].destinations
        for (cell,) in book[name][cells]
    ]
    assert titles[:2] == [theme.title[language] for theme in example_themes()]
    assert set(titles[2:]) == {None}
    ((name, cells),) = book.defined_names["office_ids"].destinations
    assert (name, cells.partition(":")[0]) == ("offices", "$A$2")


def test_numbers_that_a_format_shows_with_zeros_keep_them() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for value, form in (
        (1420, "00000"),
        (1420.0, "00000"),
        (75011, "00000"),
        (1420, "@"),
        (7, "0"),
    ):
        sheet.append([value])
        sheet.cell(sheet.max_row, 1).number_format = form
    content = io.BytesIO()
    book.save(content)
    grids = workbook_grids(content.getvalue(), "members.xlsx")
    assert isinstance(grids, dict)
    shown = [row.cells[0] for grid in grids.values() for row in grid.rows]
    assert shown == ["01420", "01420", "75011", "1420", "7"]


def test_lists_as_excel_saves_them_are_read_without_a_word(tmp_path: Path) -> None:
    """Excel keeps a list that refers to another sheet as an extension, of which openpyxl warns."""
    folder = fresh(tmp_path / "new", "nl", "workbook")
    fill_workbook(folder, [member(number, "nl") for number in range(1, 13)])
    path = folder / "edition.xlsx"
    extension = (
        b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"'
        b' xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
        b'<x14:dataValidations count="0"/></ext></extLst></worksheet>'
    )
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet2.xml"
    parts[name] = parts[name].replace(b"</worksheet>", extension)
    with zipfile.ZipFile(path, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    with pytest.warns(UserWarning, match="Data Validation extension"):
        load_workbook(path)
    assert len(sip.load_edition(folder).members) == 12


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_beside_it_explains_each_column_in_three_languages(
    kind: str, tmp_path: Path
) -> None:
    page = (fresh(tmp_path / "new", "fr", kind) / "README.md").read_text("utf-8")
    for table in ("members", "offices", "pins"):
        for column in columns_of(table).values():
            for language in LANGUAGES:
                assert column.title[language] in page
                assert column.means[language] in page


def test_a_workbook_may_be_an_edition_by_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = command(capsys, "new", tmp_path / "2026.xlsx", "--lang", "nl", "--json")
    assert (ran.code, ran.json["files"], ran.json["language"]) == (0, ["2026.xlsx"], "nl")
    assert names_in(tmp_path) == {"2026.xlsx"}
    assert codes(tmp_path / "2026.xlsx") == EXAMPLES


@pytest.mark.parametrize(
    ("options", "files"), [((), TEXT_FILES), (("--xlsx",), {"edition.xlsx", "README.md"})]
)
def test_the_command_says_what_it_wrote(
    options: tuple[str, ...],
    files: set[str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = tmp_path / "new"
    ran = command(capsys, "new", folder, *options, "--lang", "fr")
    assert (ran.code, ran.err) == (0, "")
    assert str(folder) in ran.out
    assert "Une édition vide" in ran.out
    assert names_in(folder) == files
    refused = command(capsys, "new", folder, *options, "--json")
    assert refused.code == 2
    assert [one["code"] for one in refused.json["findings"]] == ["output-exists"]  # type: ignore[attr-defined]
    forced = command(capsys, "new", folder, *options, "--force", "--lang", "en", "--json")
    assert forced.code == 0
    assert (forced.json["folder"], set(forced.json["files"])) == (str(folder), files)  # type: ignore[call-overload]
    assert forced.json["language"] == "en"


def test_an_edition_of_either_kind_takes_the_place_of_the_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new"
    assert command(capsys, "new", folder).code == 0
    assert command(capsys, "new", folder, "--xlsx", "--force").code == 0
    assert names_in(folder) == {"edition.xlsx", "README.md"}
    assert command(capsys, "new", folder, "--force").code == 0
    assert names_in(folder) == TEXT_FILES


@pytest.mark.parametrize("name", ["above/new", "above/new.xlsx"])
def test_where_nothing_can_be_written_nothing_is(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = command(capsys, "new", tmp_path / name)
    assert ran.code == 2
    assert "output-parent-missing" in ran.err
    assert names_in(tmp_path) == set()


def test_another_language_is_a_mistake_of_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(capsys, "new", tmp_path / "new", "--lang", "de").code == 2
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("other", ["edition.toml", "members.csv", "Offices.csv", "edition.xlsm"])
def test_a_workbook_and_a_file_of_the_same_are_one_too_many(other: str, tmp_path: Path) -> None:
    folder = fresh(tmp_path / "new", "en", "workbook")
    fill_workbook(folder, [member(number, "en") for number in range(1, 13)])
    assert len(sip.load_edition(folder).members) == 12
    (folder / other).write_bytes(b"")
    (found,) = codes(folder)
    assert found[0] == "file-twice"


def test_a_sheet_that_is_not_known_is_named_and_that_of_the_explanations_is_not(
    tmp_path: Path,
) -> None:
    folder = fresh(tmp_path / "new", "en", "workbook")
    fill_workbook(folder, [member(number, "en") for number in range(1, 13)])
    book = load_workbook(folder / "edition.xlsx")
    book["explanations"].title = "Uitleg"
    book.create_sheet("Notes").append(["Call the office"])
    book.save(folder / "edition.xlsx")
    warnings = sip.load_edition(folder).warnings
    assert [(one.code, one.sheet) for one in warnings] == [("sheet-not-read", "Notes")]


def test_a_file_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "one.bin"
    write_file(path, b"first", force=False)
    with pytest.raises(OutputError) as caught:
        write_file(path, b"second", force=False)
    assert [one.code for one in caught.value.findings] == ["output-exists"]
    left = tmp_path / f".one.bin-{'0' * 32}"
    left.write_bytes(b"of a writer that was killed")
    write_file(path, b"second", force=True)
    assert names_in(tmp_path) == {"one.bin"}

    def full(_path: Path, _content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sip_grouping.files.folder._write", full)
    with pytest.raises(OutputError) as caught:
        write_file(path, b"third", force=True)
    assert [one.code for one in caught.value.findings] == ["output-not-writable"]
    assert path.read_bytes() == b"second"
    assert names_in(tmp_path) == {"one.bin"}


def test_the_text_of_an_edition_is_one_table_per_section() -> None:
    for language in LANGUAGES:
        content = tomllib.loads(edition_toml(language))
        assert list(content) == ["name", "rules", "places", "score", "reading", "themes"]
