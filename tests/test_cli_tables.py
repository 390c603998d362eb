"""`verify --tables`: the verdict on tables that somebody edited, its price, and the grouping it keeps."""

import json
from pathlib import Path

import pytest
from cli_case import command, names_in, write_edition
from edited_tables import ASSIGNMENTS, Tables

import sip_grouping as sip

KEPT = {"assignments.csv", "groups.csv", "grouping.json"}


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    return write_edition(tmp_path / "edition")


@pytest.fixture
def tables(edition: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Tables:
    """One group of a to d, one of e to g; h and i have none."""
    assert command(capsys, "form", edition, "--out", tmp_path / "groups").code == 0
    found = Tables.of(tmp_path / "groups")
    assert [row["size"] for row in found.groups] == ["4", "3"]
    return found


def group_of(tables: Tables, member_id: str) -> str:
    return tables.row(member_id)["group_id"]


def test_a_valid_move_is_0_and_says_what_it_costs(
    edition: Path, tables: Tables, capsys: pytest.CaptureFixture[str]
) -> None:
    stored = sip.load_grouping(tables.folder)
    tables.move("b", group_of(tables, "e"), "secretary")
    tables.move("f", group_of(tables, "e"))
    tables.move("d", "")
    tables.write(separator=";", encoding="cp1252")
    ran = command(capsys, "verify", edition, tables.folder, "--tables")
    assert ran.code == 5
    tables.move("d", group_of(tables, "a"), "member")
    tables.move("b", group_of(tables, "a"), "secretary")
    tables.move("f", group_of(tables, "e"), "secretary")
    tables.move("c", "")
    tables.write(separator=";", encoding="utf-16")
    ran = command(capsys, "verify", edition, tables.folder, "--tables")
    assert ran.code == 0
    lost = next(one for one in stored.placements if one.member_id == "c")
    assert lost.travel_m is not None
    points = (100_000 - (lost.travel_m + 1) // 2) / 1000
    assert f"member c: {lost.group_id} (member) -> no group: -{points:.3f} points" in ran.out
    score = stored.score - points
    assert f"Score stored {stored.score:.3f}, now {score:.3f}: -{points:.3f} points." in ran.out
    assert "are a valid grouping of small: 2 groups" in ran.out
    assert ran.err == ""


def test_nothing_changed_is_said_so(
    edition: Path, tables: Tables, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = command(capsys, "verify", edition, tables.folder, "--tables")
    assert ran.code == 0
    assert "Changed by hand: nothing." in ran.out
    assert "+0.000 points" in ran.out


def test_a_broken_rule_is_5_and_nothing_is_written(
    edition: Path, tables: Tables, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables.move("h", group_of(tables, "e"))
    tables.move("c", group_of(tables, "e"))
    tables.write()
    arguments = ("verify", edition, tables.folder, "--tables", "--out", tmp_path / "kept")
    ran = command(capsys, *arguments)
    assert ran.code == 5
    group = group_of(tables, "e")
    assert f"group {group}, member h: lives too far from liege" in ran.err
    assert f"group {group}, member c: is in a group of a theme it did not rank" in ran.err
    assert "ranked: A member is placed only in themes it ranked." in ran.err
    assert "Nothing was written." in ran.err
    assert "breaks: " in ran.out
    assert not (tmp_path / "kept").exists()
    told = command(capsys, *arguments, "--json")
    assert told.code == told.json["exit_code"] == 5
    moved = {one["member_id"]: one for one in told.json["moved"]}  # type: ignore[attr-defined]
    assert moved["h"]["before"] == []
    assert moved["h"]["after"] == [{"group_id": group, "role": "member"}]
    assert any("lives too far" in one for one in moved["h"]["violations"])
    assert not any("lives too far" in one for one in moved["c"]["violations"])
    assert told.json["bound"] is None


def test_what_is_kept_verifies_by_itself(
    edition: Path, tables: Tables, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stored = sip.load_grouping(tables.folder)
    tables.move("c", "")
    tables.write(separator=";", encoding="cp1252")
    kept = tmp_path / "kept"
    ran = command(capsys, "verify", edition, tables.folder, "--tables", "--out", kept, "--json")
    assert ran.code == 0
    assert names_in(kept) == KEPT == set(ran.json["files"])  # type: ignore[call-overload]
    assert ran.json["folder"] == str(kept)
    assert command(capsys, "verify", edition, kept).code == 0
    record = json.loads((kept / "grouping.json").read_text("utf-8"))
    assert record["status"] == "feasible"
    assert record["bound"] == stored.bound == stored.score
    gap = (record["bound"] - record["score"]) / record["score"]
    assert record["gap"] == pytest.approx(gap)
    assert record["settings"] == {**stored.settings, "edited_by_hand": True}
    assert record["versions"] == stored.versions
    assert ran.json["difference"] == round(record["score"] - stored.score, 3) < 0
    # The folder it came from is as it was, and what was kept can be edited again.
    assert (tables.folder / ASSIGNMENTS).read_bytes().decode("cp1252").count(";")
    again = command(capsys, "verify", edition, kept, "--tables")
    assert "Changed by hand: nothing." in again.out


def test_the_folder_may_take_its_own_place(
    edition: Path, tables: Tables, capsys: pytest.CaptureFixture[str]
) -> None:
    tables.move("c", "")
    tables.write()
    arguments = ("verify", edition, tables.folder, "--tables", "--out", tables.folder)
    assert command(capsys, *arguments).code == 2
    assert command(capsys, "verify", edition, tables.folder).code == 2
    assert command(capsys, *arguments, "--force").code == 0
    assert names_in(tables.folder) == KEPT
    assert command(capsys, "verify", edition, tables.folder).code == 0


def test_a_workbook_beside_the_record(
    edition: Path, tables: Tables, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tables.move("c", "")
    tables.write_workbook(tables.folder / "edited.xlsx", "members")
    ran = command(
        capsys, "verify", edition, tables.folder / "edited.xlsx", "--tables", "--out", tmp_path / "kept"
    )  # fmt: skip
    assert ran.code == 0
    assert "member c: " in ran.out
    assert command(capsys, "verify", edition, tmp_path / "kept").code == 0
    tables.write_workbook(tmp_path / "alone.xlsx")
    ran = command(capsys, "verify", edition, tmp_path / "alone.xlsx", "--tables")
    assert ran.code == 0
    assert "no score is stored" in ran.out


def test_who_places_nobody_is_told(
    edition: Path, tables: Tables, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for row in tables.assignments:
        if row["group_id"]:
            tables.move(row["member_id"], "")
    tables.write()
    assert command(capsys, "verify", edition, tables.folder, "--tables").code == 0
    ran = command(
        capsys, "verify", edition, tables.folder, "--tables", "--out", tmp_path / "kept", "--json"
    )
    assert ran.code == 6
    assert [one["code"] for one in ran.json["findings"]] == ["too-few-placed"]  # type: ignore[attr-defined]
    assert names_in(tmp_path / "kept") == KEPT


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("row 2, column status", "placed", "give its group_id, or write unplaced")),
        ("nl", ("rij 2, kolom status", "geef de group_id, of schrijf unplaced")),
        ("fr", ("ligne 2, colonne status", "donnez son group_id, ou écrivez unplaced")),
    ],
)
def test_findings_are_2_in_the_language_of_the_reader(
    language: str,
    words: tuple[str, ...],
    edition: Path,
    tables: Tables,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tables.assignments[0]["group_id"] = ""
    tables.assignments.pop()
    tables.write()
    ran = command(capsys, "verify", edition, tables.folder, "--tables", "--lang", language)
    assert ran.code == 2
    assert all(word in ran.err for word in words)
    assert "[member-without-row]" in ran.err
    assert ran.out == ""


def test_without_tables_nothing_is_another(
    edition: Path, tables: Tables, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = command(capsys, "verify", edition, tables.folder)
    assert ran.code == 0
    assert "Every rule and every figure was checked" in ran.out
    for surplus in (("--out", tmp_path / "kept"), ("--force",)):
        ran = command(capsys, "verify", edition, tables.folder, *surplus)
        assert ran.code == 2
        assert f"{surplus[0]} goes with" in ran.err
    tables.move("c", "")
    tables.write()
    ran = command(capsys, "verify", edition, tables.folder)
    assert ran.code == 2
    assert "verify --tables" in ran.err


def test_no_name_is_shown_or_written(
    edition: Path, tables: Tables, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for row in tables.assignments:
        row["Naam"] = "Secret Alice"
    tables.move("c", "")
    tables.write()
    ran = command(
        capsys, "verify", edition, tables.folder, "--tables", "--out", tmp_path / "kept", "--json"
    )
    written = [path.read_text("utf-8") for path in (tmp_path / "kept").iterdir()]
    assert not any("Secret" in text for text in (ran.out, ran.err, *written))
