"""A grouping in files: what is written, read again, and never half written."""

import csv
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from small import member, small_edition

from sip_grouping.errors import InputError, OutputError
from sip_grouping.grouping import GROUP_COLUMNS, MEMBER_COLUMNS, Grouping
from sip_grouping.io import check_output, folder, load_grouping, save
from sip_grouping.io.groupings import GROUPING_FILES
from sip_grouping.result import Result
from sip_grouping.solve import form_groups
from sip_grouping.verification import verify


@pytest.fixture(scope="module")
def result() -> Result:
    people = [member(f"m{i}", i, moderator=i % 2 == 0, name="Secret Alice") for i in range(8)]
    people += [member("out", cooperator=False, email="alice@secret.example")]
    return form_groups(small_edition(people, moderators=1, score={"km_points": 0.5}), work_limit=50)


@pytest.fixture
def written(result: Result, tmp_path: Path) -> Path:
    save(result, tmp_path / "groups", run={"seconds": 1.5})
    return tmp_path / "groups"


def grouping_of(result: Result) -> Grouping:
    assert result.grouping is not None
    return result.grouping


def test_what_is_read_is_what_was_written(result: Result, written: Path) -> None:
    read = load_grouping(written)
    assert read == grouping_of(result)
    assert verify(result.edition, read).ok


def test_the_files_are_those_of_the_contract(result: Result, written: Path) -> None:
    assert {path.name for path in written.iterdir()} == set(GROUPING_FILES)
    with (written / "assignments.csv").open(encoding="utf-8", newline="") as file:
        members = list(csv.DictReader(file))
    with (written / "groups.csv").open(encoding="utf-8", newline="") as file:
        groups = list(csv.DictReader(file))
    assert tuple(members[0]) == MEMBER_COLUMNS
    assert tuple(groups[0]) == GROUP_COLUMNS
    assert {row["member_id"] for row in members} == set(result.edition.member_by_id)
    for row in members:
        if row["track"] == "local":
            assert len(row["travel_km"].split(".")[1]) == 3
        else:
            assert row["travel_km"] == ""
    record = json.loads((written / "grouping.json").read_text("utf-8"))
    assert record["score"] == result.score
    assert record["bound"] == result.bound
    assert record["gap"] == 0
    assert record["edition"] == {"name": "small", "digest": result.edition.digest}
    assert {"format_version", "settings", "seed", "status", "versions"} <= set(record)


def test_no_personal_data_is_written(written: Path) -> None:
    for path in written.iterdir():
        text = path.read_text("utf-8")
        assert "Secret" not in text
        assert "secret.example" not in text


def test_an_existing_folder_is_kept(result: Result, written: Path) -> None:
    before = {path.name: path.read_bytes() for path in written.iterdir()}
    with pytest.raises(OutputError) as caught:
        save(result, written)
    assert [one.code for one in caught.value.findings] == ["output-exists"]
    assert {path.name: path.read_bytes() for path in written.iterdir()} == before


def test_force_replaces_the_folder_whole(result: Result, written: Path) -> None:
    save(result, written, force=True)
    assert not (written / "run.json").exists()
    assert load_grouping(written) == grouping_of(result)
    assert [path.name for path in written.parent.iterdir()] == [written.name]


def test_force_spares_other_files(result: Result, written: Path) -> None:
    (written / "letter.txt").write_text("precious", "utf-8")
    with pytest.raises(OutputError) as caught:
        save(result, written, force=True)
    assert [one.code for one in caught.value.findings] == ["output-not-ours"]
    assert (written / "letter.txt").read_text("utf-8") == "precious"


@pytest.mark.parametrize("step", ["write", "sync", "move aside", "move in"])
def test_a_failure_at_any_step_changes_nothing(
    step: str, result: Result, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path.name: path.read_bytes() for path in written.iterdir()}
    original: Callable[[Path, Path], Path] = Path.rename
    moves: list[Path] = []

    def fails(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    def fails_once(path: Path, goal: Path) -> Path:
        moves.append(path)
        if len(moves) == (1 if step == "move aside" else 2):
            raise OSError(5, "Input/output error")
        return original(path, goal)

    if step == "write":
        monkeypatch.setattr(folder, "_write", fails)
    elif step == "sync":
        monkeypatch.setattr(os, "fsync", fails)
    else:
        monkeypatch.setattr(Path, "rename", fails_once)
    with pytest.raises(OutputError) as caught:
        save(result, written, force=True)
    assert caught.value.findings[0].code == "output-not-writable"
    monkeypatch.undo()
    assert {path.name: path.read_bytes() for path in written.iterdir()} == before
    assert [path.name for path in written.parent.iterdir()] == [written.name]


def test_a_result_without_a_grouping_is_not_saved(tmp_path: Path) -> None:
    nothing = form_groups(small_edition([member("a")]), time_limit=1e-9)
    with pytest.raises(ValueError, match="unknown"):
        save(nothing, tmp_path / "groups")
    assert not (tmp_path / "groups").exists()


def test_check_output_says_what_save_would(written: Path, tmp_path: Path) -> None:
    check_output(tmp_path / "new", force=False)
    check_output(written, force=True)
    with pytest.raises(OutputError):
        check_output(written, force=False)
    with pytest.raises(OutputError) as caught:
        check_output(tmp_path / "none" / "deeper", force=False)
    assert caught.value.findings[0].code == "output-parent-missing"


def change_json(written: Path, change: Callable[[dict[str, object]], None]) -> None:
    path = written / "grouping.json"
    record = json.loads(path.read_text("utf-8"))
    change(record)
    path.write_text(json.dumps(record), "utf-8")


def drop_status(record: dict[str, object]) -> None:
    del record["status"]


def other_version(record: dict[str, object]) -> None:
    record["format_version"] = 99


def text_for_score(record: dict[str, object]) -> None:
    record["score"] = "high"


def unknown_status(record: dict[str, object]) -> None:
    record["status"] = "splendid"


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        (drop_status, "malformed-grouping", "status"),
        (other_version, "unknown-format-version", None),
        (text_for_score, "malformed-grouping", "score"),
        (unknown_status, "malformed-grouping", "status"),
    ],
)
def test_a_record_that_cannot_be_read_is_said_so(
    change: Callable[[dict[str, object]], None], code: str, column: str | None, written: Path
) -> None:
    change_json(written, change)
    with pytest.raises(InputError) as caught:
        load_grouping(written)
    finding = caught.value.findings[0]
    assert (finding.code, finding.column, finding.file) == (code, column, "grouping.json")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "malformed-json"),
        (b"[]", "malformed-json"),
        (b"\xff", "not-utf8"),
        (None, "file-missing"),
    ],
)
def test_a_file_that_is_no_record(content: bytes | None, code: str, written: Path) -> None:
    path = written / "grouping.json"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        load_grouping(written)
    assert [one.code for one in caught.value.findings] == [code]


def test_no_such_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load_grouping(tmp_path / "none")
    assert [one.code for one in caught.value.findings] == ["folder-missing"]


def test_tables_that_say_something_else_are_named(written: Path) -> None:
    path = written / "assignments.csv"
    lines = path.read_text("utf-8").splitlines()
    cells = lines[1].split(",")
    cells[5] = "2"
    path.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]) + "\n", "utf-8")
    with pytest.raises(InputError) as caught:
        load_grouping(written)
    finding = caught.value.findings[0]
    assert (finding.code, finding.file, finding.row) == ("files-differ", "assignments.csv", 2)
    assert (finding.column, finding.value) == ("rank", "2")


def test_a_row_too_few_is_named(written: Path) -> None:
    path = written / "groups.csv"
    path.write_text("\n".join(path.read_text("utf-8").splitlines()[:-1]) + "\n", "utf-8")
    with pytest.raises(InputError) as caught:
        load_grouping(written)
    assert caught.value.findings[0].file == "groups.csv"
