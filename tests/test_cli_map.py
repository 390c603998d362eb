"""`sip-grouping map`: a verified grouping becomes a file, whole; or what is wrong is named."""

from pathlib import Path

import pytest
from cli_case import command, write_edition
from outline import Outline

import sip_grouping as sip

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def folders(tmp_path: Path, capsys: Capture) -> tuple[Path, Path]:
    edition = write_edition(tmp_path / "edition")
    assert command(capsys, "form", edition, "--out", tmp_path / "groups").code == 0
    return edition, tmp_path / "groups"


@pytest.mark.parametrize("ending", ["html", "png", "svg"])
def test_a_map_is_written_once(
    folders: tuple[Path, Path], ending: str, tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / f"map.{ending}"
    ran = command(capsys, "map", *folders, "--out", file, "--lang", "fr")
    assert (ran.code, ran.err) == (0, "")
    assert str(file) in ran.out
    drawn = file.read_bytes()
    ran = command(capsys, "map", *folders, "--out", file)
    assert ran.code == 2
    assert file.read_bytes() == drawn
    assert command(capsys, "map", *folders, "--out", file, "--force").code == 0
    assert file.read_bytes() != drawn


def test_themes_are_chosen_and_the_answer_may_be_json(
    folders: tuple[Path, Path], tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "map.html"
    ran = command(capsys, "map", *folders, "--out", file, "--theme", "gender", "--json")
    assert ran.code == 0
    assert ran.json == {
        "command": "map", "exit_code": 0, "file": str(file), "groups": 2, "themes": ["gender"],
    }  # fmt: skip
    text = Outline(file.read_text("utf-8")).text
    assert "Gender equality" in text
    assert "Support" not in text
    assert "Secret" not in text


def test_an_unknown_theme_is_named_in_the_language_of_the_reader(
    folders: tuple[Path, Path], tmp_path: Path, capsys: Capture
) -> None:
    file = tmp_path / "map.html"
    ran = command(capsys, "map", *folders, "--out", file, "--theme", "gendre", "--lang", "nl")
    assert ran.code == 2
    assert "bedoelde u 'gender'" in ran.err
    assert not file.exists()


def test_a_grouping_that_breaks_a_rule_is_refused(
    folders: tuple[Path, Path], tmp_path: Path, capsys: Capture
) -> None:
    edition, groups = folders
    grouping = sip.load_grouping(groups)
    wrong = grouping.model_copy(update={"score_thousandths": grouping.score_thousandths + 1})
    sip.save(wrong, tmp_path / "wrong")
    ran = command(capsys, "map", edition, tmp_path / "wrong", "--out", tmp_path / "map.html")
    assert ran.code == 5
    assert not (tmp_path / "map.html").exists()
