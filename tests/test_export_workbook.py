"""A grouping as a workbook: what is in it, who is named in it, and that it is read back as it was."""

import io
from pathlib import Path
from typing import Any

import pytest
from cli_case import command, write_edition
from nasty import NASTY
from openpyxl import load_workbook
from small import member, office, small_edition

import sip_grouping as sip
from sip_grouping.catalogue import LANGUAGES, Language
from sip_grouping.export import grouping_workbook
from sip_grouping.reading.columns import columns_of

Capture = pytest.CaptureFixture[str]


def formed(edition: sip.Edition) -> sip.Grouping:
    found = sip.form_groups(edition, work_limit=20).grouping
    assert found is not None
    return found


@pytest.fixture(scope="module")
def edition() -> sip.Edition:
    people = [member(f"m{n}", km=n * 0.1, name=f"Hidden Person{n}", email=f"p{n}@secret.example",
                     extra={"Phone": f"+32 {n}"}) for n in range(7)]  # fmt: skip
    return small_edition([*people, member("far", km=300, video=False)])


def sheets(content: bytes) -> dict[str, Any]:
    return {sheet.title: sheet for sheet in load_workbook(io.BytesIO(content)).worksheets}


def texts(content: bytes) -> list[str]:
    found = sheets(content).values()
    return [str(c.value) for sheet in found for row in sheet.iter_rows() for c in row if c.value]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_read_back_as_it_was(
    edition: sip.Edition, language: Language, tmp_path: Path
) -> None:
    grouping = formed(edition)
    file = tmp_path / "groups.xlsx"
    sip.export_workbook(edition, grouping, file, language=language)
    sip.save(grouping, tmp_path / "groups")
    (tmp_path / "grouping.json").write_bytes((tmp_path / "groups" / "grouping.json").read_bytes())
    again = sip.grouping_from_tables(edition, file)
    assert again.placements == grouping.placements
    assert again.group_records == grouping.group_records
    assert again.score_thousandths == grouping.score_thousandths
    assert sip.verify(edition, again).ok


def test_a_member_who_is_moved_by_hand_is_moved(edition: sip.Edition, tmp_path: Path) -> None:
    grouping = formed(edition)
    file = tmp_path / "groups.xlsx"
    sip.export_workbook(edition, grouping, file)
    book = load_workbook(file)
    sheet = book["members"]
    titles = [cell.value for cell in sheet[1]]
    group = titles.index(columns_of("assignments")["group_id"].title["en"])
    ids = [one.group_id for one in grouping.group_records]
    moved = next(row for row in sheet.iter_rows(min_row=2) if row[group].value == ids[0])
    moved[group].value = ids[1]
    book.save(file)
    again = sip.grouping_from_tables(edition, file)
    before = {one.member_id: one.group_id for one in grouping.placements}
    after = {one.member_id: one.group_id for one in again.placements}
    assert {who for who in before if before[who] != after[who]} == {str(moved[0].value)}


def test_nobody_is_named_unless_asked(edition: sip.Edition) -> None:
    grouping = formed(edition)
    plain = " ".join(texts(grouping_workbook(edition, grouping)))
    assert "Hidden" not in plain
    assert "secret.example" not in plain
    assert "+32" not in plain
    named = " ".join(texts(grouping_workbook(edition, grouping, names=True)))
    assert all(f"Hidden Person{n}" in named and f"p{n}@secret.example" in named for n in range(7))
    phones = " ".join(texts(grouping_workbook(edition, grouping, columns=["Phone"])))
    assert "+32 3" in phones
    assert "Hidden" not in phones
    with pytest.raises(sip.InputError, match="no-such-column"):
        grouping_workbook(edition, grouping, columns=["Phne"])


def test_it_is_made_to_be_worked_in(edition: sip.Edition) -> None:
    found = sheets(grouping_workbook(edition, formed(edition)))
    for name in ("groups", "members", "left out"):
        assert found[name].freeze_panes == "B2"
        assert found[name].auto_filter.ref
    offered = [one.formula1 for one in found["members"].data_validations.dataValidation]
    assert offered == ["=group_ids", '"moderator,secretary,member"']
    reasons = [row[-1].value for row in found["left out"].iter_rows(min_row=2)]
    assert reasons
    assert all(reasons)


@pytest.mark.parametrize("text", NASTY)
def test_what_a_member_typed_does_not_run(text: str, tmp_path: Path) -> None:
    people = [member(f"m{n}", name=text, extra={"Note": text}) for n in range(3)]
    hub = office().model_copy(update={"name": text})
    edition = small_edition(people, offices=[hub])
    grouping = formed(edition)
    content = grouping_workbook(edition, grouping, names=True)
    for sheet in sheets(content).values():
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (cell.coordinate, cell.value)
                if isinstance(cell.value, str) and cell.value[:1] in "=+-@\t":
                    assert cell.quotePrefix
    (tmp_path / "x.xlsx").write_bytes(content)
    assert sip.grouping_from_tables(edition, tmp_path / "x.xlsx").placements == grouping.placements


def test_the_command_writes_it(tmp_path: Path, capsys: Capture) -> None:
    folder, groups, file = (
        write_edition(tmp_path / "edition"),
        tmp_path / "groups",
        tmp_path / "x.xlsx",
    )
    assert command(capsys, "form", folder, "--out", groups, "-q").code in {0, 6}
    assert command(capsys, "export", folder, groups, "--out", file).code == 0
    assert file.is_file()
    again = command(capsys, "export", folder, groups, "--out", file)
    assert again.code == 2
    assert command(capsys, "export", folder, groups, "--out", file, "--force", "--names").code == 0
    (groups / "assignments.csv").unlink()
    (groups / "groups.csv").unlink()
    record = groups / "grouping.json"
    record.write_text(record.read_text("utf-8").replace('"score"', '"scored"', 1), "utf-8")
    # A grouping that does not verify goes to nobody.
    assert command(capsys, "export", folder, groups, "--out", file, "--force").code == 5
