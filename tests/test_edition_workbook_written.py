"""An edition goes to a workbook and comes back the same, whatever is in it."""

from pathlib import Path

import pytest
from cli_case import command
from how_many import cases
from nasty_edition import nasty_edition
from openpyxl import load_workbook
from spelt.editions import real_edition

import sip_grouping as sip
from sip_grouping.frozen import Frozen


@pytest.mark.parametrize("number", range(cases(20, 40)))
def test_an_edition_comes_back_from_a_workbook_as_it_was(number: int, tmp_path: Path) -> None:
    edition = real_edition(number)
    sip.save_edition(edition, tmp_path / "edition.xlsx")
    again = sip.load_edition(tmp_path / "edition.xlsx")
    assert again == edition
    assert again.digest == edition.digest
    sip.save_edition(again, tmp_path / "again.xlsx")
    assert cells(tmp_path / "again.xlsx") == cells(tmp_path / "edition.xlsx")


def cells(path: Path) -> dict[str, list[tuple[object, ...]]]:
    book = load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_what_is_typed_stays_text_in_a_workbook(tmp_path: Path) -> None:
    edition = nasty_edition()
    members = [
        member.model_copy(
            update={"extra": Frozen({"remark": next(iter(member.extra.values()), "")})}
        )
        for member in edition.members
    ]
    edition = edition.replace(members=members)
    sip.save_edition(edition, tmp_path / "edition.xlsx")
    book = load_workbook(tmp_path / "edition.xlsx")
    texts = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert texts
    assert {cell.data_type for cell in texts} == {"s"}
    assert not [cell.value for cell in texts if str(cell.value)[0] in "=+@"]
    again = sip.load_edition(tmp_path / "edition.xlsx")
    assert again.digest == edition.digest


def test_a_workbook_is_replaced_only_where_that_is_asked_for(tmp_path: Path) -> None:
    edition = real_edition(1)
    path = tmp_path / "edition.xlsx"
    sip.save_edition(edition, path)
    kept = path.read_bytes()
    with pytest.raises(sip.OutputError):
        sip.save_edition(real_edition(2), path)
    assert path.read_bytes() == kept
    sip.save_edition(real_edition(2), path, force=True)
    assert sip.load_edition(path).digest == real_edition(2).digest


def test_a_synthetic_edition_may_be_a_workbook(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "edition.xlsx"
    ran = command(capsys, "demo", path, "--members", "20", "--seed", "1")
    assert ran.code == 0, ran.err
    assert "edition.xlsx" in ran.out
    assert sip.load_edition(path).digest == sip.synthetic_edition(members=20, seed=1).digest
