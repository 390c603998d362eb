"""Findings name the file, the sheet and the column as the people who wrote them call them."""

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

import sip_grouping as sip

EDITION = 'name = "x"\n[[themes]]\nid = "a"\n[[themes]]\nid = "b"\ncountries = ["FR"]\n'
HEADER = ("N° membre", "Pays", "Code postal", "Bureau", "1er choix", "2e choix", "Ensemble avec")


def written(folder: Path, rows: Sequence[tuple[str, ...]]) -> Path:
    (folder / "edition.toml").write_text(EDITION, "utf-8")
    text = "\n".join(";".join(row) for row in (HEADER, *rows))
    (folder / "members.csv").write_text(text, "utf-8")
    return folder


def test_a_warning_of_all_records_has_the_title_of_the_file(tmp_path: Path) -> None:
    edition = sip.load_edition(written(tmp_path, [("m1", "BE", "4000", "", "a", "b", "")]))
    (closed,) = [one for one in edition.warnings if one.code == "theme-closed-in-country"]
    assert (closed.file, closed.row, closed.column) == ("members.csv", 2, "2e choix")
    # It is still told so after a change that does not concern it.
    changed = edition.with_rules(travel_km=20)
    assert closed in changed.warnings


def test_a_pair_that_cannot_be_has_the_title_of_the_file(tmp_path: Path) -> None:
    rows = [("m1", "BE", "4000", "", "a", "", "m1"), ("m2", "BE", "4000", "", "a", "", "")]
    with pytest.raises(sip.InputError) as caught:
        sip.load_edition(written(tmp_path, rows))
    (found,) = caught.value.findings
    assert (found.code, found.column) == ("together-with-oneself", "Ensemble avec")


def test_a_finding_of_a_workbook_names_its_sheet(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "edition"
    for line in (("name", "x"), ("themes.a.title.fr", "A"), ("rules.travel_km", "20")):
        sheet.append(line)
    people = book.create_sheet("Membres")
    people.append(HEADER)
    people.append(("m1", "BE", 4000, None, "a", None, "m1"))
    people.append(("m2", "BE", "4000", "nulle part", "a", None, None))
    content = io.BytesIO()
    book.save(content)
    (tmp_path / "e.xlsx").write_bytes(content.getvalue())
    with pytest.raises(sip.InputError) as caught:
        sip.load_edition(tmp_path / "e.xlsx")
    places = {(one.code, one.file, one.sheet, one.row, one.column) for one in caught.value.findings}
    assert places == {
        ("together-with-oneself", "e.xlsx", "Membres", 2, "Ensemble avec"),
        ("unknown-office", "e.xlsx", "Membres", 3, "Bureau"),
    }


def test_a_title_of_two_themes_names_both(tmp_path: Path) -> None:
    first = 'name = "x"\n[[themes]]\nid = "a"\ntitle = "Genre"\n'
    two = first + '[[themes]]\nid = "b"\ntitle = { nl = "genre" }\n'
    folder = written(
        tmp_path, [("m1", "BE", "4000", "", "GENRE", "", ""), ("m2", "BE", "4000", "", "b", "", "")]
    )
    (folder / "edition.toml").write_text(two, "utf-8")
    with pytest.raises(sip.InputError) as caught:
        sip.load_edition(folder)
    (found,) = caught.value.findings
    assert (found.code, found.row, found.column) == ("theme-in-doubt", 2, "1er choix")
    assert "a and b" in found.message
