"""`sip-grouping compare`: text, JSON, a page; names of folders; nothing is overwritten unasked."""

import json
from pathlib import Path

import pytest
from cli_case import command, write_edition
from groupings_by_hand import grouping_of
from test_compare import AFTER, BEFORE

import sip_grouping as sip

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    for name, grouping in (("before", BEFORE), ("after", AFTER)):
        sip.save(grouping, tmp_path / name)
    return tmp_path / "before", tmp_path / "after"


def test_the_answer_is_the_summary(folders: tuple[Path, Path], capsys: Capture) -> None:
    ran = command(capsys, "compare", *folders, "--lang", "nl")
    assert (ran.code, ran.err) == (0, "")
    wanted = sip.compare(BEFORE, AFTER, names=("before", "after")).summary("nl")
    assert ran.out == f"{wanted}\n"


def test_json_is_the_record(folders: tuple[Path, Path], capsys: Capture) -> None:
    ran = command(capsys, "compare", *folders, folders[0], "--names", "a, b ,c", "--json",
                  "--by", "groups,placed")  # fmt: skip
    assert ran.code == 0
    record = sip.compare(BEFORE, AFTER, BEFORE, names="abc").record(["groups", "placed"])
    assert ran.json == {"command": "compare", "exit_code": 0, **json.loads(json.dumps(record))}
    ranking = record["ranking"]
    assert isinstance(ranking, dict)
    assert ranking["order"] == [
        {"name": "a", "order": 1, "pareto": True},
        {"name": "c", "order": 1, "pareto": True},
        {"name": "b", "order": 3, "pareto": True},
    ]


def test_a_page_is_written_once(folders: tuple[Path, Path], capsys: Capture) -> None:
    page = folders[0].parent / "page.html"
    ran = command(capsys, "compare", *folders, "--out", page, "--lang", "fr")
    assert ran.code == 0
    assert str(page) in ran.out.splitlines()[-1]
    comparison = sip.compare(BEFORE, AFTER, names=("before", "after"))
    assert page.read_text("utf-8") == comparison.html("fr")
    again = command(capsys, "compare", *folders, "--out", page)
    assert again.code == 2
    assert "output-exists" in again.err
    assert page.read_text("utf-8") == comparison.html("fr")
    forced = command(
        capsys, "compare", *folders, "--out", page, "--force", "--lang", "en", "--json"
    )
    assert forced.json["file"] == str(page)
    assert page.read_text("utf-8") == comparison.html("en")


def test_an_edition_gives_titles_and_points(tmp_path: Path, capsys: Capture) -> None:
    edition = write_edition(tmp_path / "edition")
    for km in (1, 30):
        result = sip.form_groups(sip.load_edition(edition).with_rules(travel_km=km), work_limit=10)
        sip.save(result, tmp_path / f"{km}km")
    page = tmp_path / "page.html"
    ran = command(capsys, "compare", tmp_path / "1km", tmp_path / "30km", "--edition", edition,
                  "--lang", "fr", "--out", page)  # fmt: skip
    assert ran.code == 0
    assert "1km face à 30km" in ran.out
    assert "Accompagnement" in page.read_text("utf-8")
    assert "Secret" not in ran.out + page.read_text("utf-8")


def test_folders_called_alike_are_called_as_they_were_typed(
    tmp_path: Path, capsys: Capture
) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        sip.save(grouping_of({"g1": "abc"}), tmp_path / name / "groups")
    ran = command(capsys, "compare", tmp_path / "a" / "groups", tmp_path / "b" / "groups", "--json")
    groupings = ran.json["groupings"]
    assert isinstance(groupings, list)
    assert [one["name"] for one in groupings] == [
        str(tmp_path / name / "groups") for name in ("a", "b")
    ]


def test_mistakes_are_named(folders: tuple[Path, Path], capsys: Capture) -> None:
    one = command(capsys, "compare", folders[0], "--json")
    assert one.code == 2
    assert "two groupings or more" in one.err
    missing = command(capsys, "compare", folders[0], folders[0].parent / "nowhere", "--lang", "en")
    assert missing.code == 2
    assert "folder-missing" in missing.err
    wrong = command(capsys, "compare", *folders, "--by", "scor", "--lang", "en")
    assert wrong.code == 2
    assert "did you mean 'score'" in wrong.err
    names = command(capsys, "compare", *folders, "--names", "one", "--lang", "en")
    assert names.code == 2
    assert "names-of-groupings" in names.err
