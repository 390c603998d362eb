"""A grouping in files: what is written, read again, and never half written."""

import csv
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from small import member, small_edition

from sip_grouping.errors import InputError, OutputError
from sip_grouping.files import folder
from sip_grouping.grouping import GROUP_COLUMNS, MEMBER_COLUMNS, Grouping
from sip_grouping.grouping.files import GROUPING_FILES, check_output, load_grouping, save
from sip_grouping.reading import load_edition
from sip_grouping.solve import form_groups
from sip_grouping.solve.result import Result
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
    assert record["edition"]["name"] == "small"
    assert record["edition"]["digest"] == result.edition.digest
    assert record["edition"]["digests"] == result.edition.digests
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
    save(grouping_of(result), written, force=True)
    assert not (written / "run.json").exists()
    assert load_grouping(written) == grouping_of(result)
    assert [path.name for path in written.parent.iterdir()] == [written.name]


def test_force_spares_other_files(result: Result, written: Path) -> None:
    (written / "letter.txt").write_text("precious", "utf-8")
    with pytest.raises(OutputError) as caught:
        save(result, written, force=True)
    assert [one.code for one in caught.value.findings] == ["output-not-ours"]
    assert (written / "letter.txt").read_text("utf-8") == "precious"


@pytest.mark.parametrize("step", ["write", "sync", "swap", "move aside", "move in"])
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
    elif step == "swap":
        monkeypatch.setattr(folder, "exchange", fails)
    else:
        monkeypatch.setattr(folder, "exchange", lambda *_: False)
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


def set_in(key: str, at: int, name: str, value: object) -> Callable[[dict[str, object]], None]:
    def change(record: dict[str, object]) -> None:
        part = record[key]
        assert isinstance(part, list)
        part[at][name] = value

    return change


def drop_three(record: dict[str, object]) -> None:
    del record["status"], record["gap"], record["edition"]


@pytest.mark.parametrize(
    ("change", "columns"),
    [
        (drop_three, ["edition", "status", "gap"]),
        (lambda record: record.update(score=True), ["score"]),
        (lambda record: record.update(score=None), ["score"]),
        (lambda record: record.update(score=1.0004), ["score"]),
        (lambda record: record.update(groups="none"), ["groups"]),
        (lambda record: record.update(score_terms=[1]), ["score_terms"]),
        (lambda record: record.update(seed="0"), ["seed"]),
        (set_in("groups", 0, "size", "5"), ["groups.0.size"]),
        (set_in("groups", 0, "moderator", "m1"), ["groups.0.moderator"]),
        (set_in("groups", 0, "spread_km", -1), ["groups.0.spread_km"]),
        (set_in("assignments", 1, "rank", True), ["assignments.1.rank"]),
        (set_in("assignments", 2, "travel_km", "far"), ["assignments.2.travel_km"]),
        (set_in("assignments", 8, "reason", "bad luck"), ["assignments.8.reason"]),
    ],
)
def test_each_part_of_a_record_is_named_as_in_the_file(
    change: Callable[[dict[str, object]], None], columns: list[str], written: Path
) -> None:
    change_json(written, change)
    with pytest.raises(InputError) as caught:
        load_grouping(written)
    assert [one.column for one in caught.value.findings] == columns
    assert {one.code for one in caught.value.findings} == {"malformed-grouping"}
    assert all(one.remedy and "Input should" not in one.message for one in caught.value.findings)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", "malformed-json"),
        (b"[]", "malformed-json"),
        (b"\xff", "not-utf8"),
        (b"[" * 100_000, "malformed-json"),
        (b'{"format_version": 1, "seed": ' + b"1" * 5000 + b"}", "malformed-json"),
        (b'{"format_version": 1, "score": NaN}', "malformed-json"),
        (b'{"format_version": true}', "unknown-format-version"),
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


def test_tables_may_be_sorted_otherwise(result: Result, written: Path) -> None:
    for name in ("assignments.csv", "groups.csv"):
        path = written / name
        header, *rows = path.read_text("utf-8").splitlines()
        path.write_text("\n".join([header, *sorted(rows, reverse=True)]) + "\n", "utf-8")
    assert load_grouping(written) == grouping_of(result)


def test_a_member_exchanged_in_a_table_is_named(written: Path) -> None:
    path = written / "assignments.csv"
    lines = path.read_text("utf-8").splitlines()
    lines[1] = "stranger," + lines[1].split(",", 1)[1]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    with pytest.raises(InputError) as caught:
        load_grouping(written)
    values = {(one.row, one.column, one.value) for one in caught.value.findings}
    assert (2, "member_id", "stranger") in values
    assert len(values) == 2


@pytest.mark.parametrize("name", ["a\0b", "x" * 300])
def test_a_name_that_no_folder_can_have(name: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError):
        check_output(tmp_path / name)
    for load in (load_edition, load_grouping):
        with pytest.raises(InputError):
            load(tmp_path / name)


def test_the_folder_one_is_in_can_be_replaced(
    result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "groups").mkdir()
    monkeypatch.chdir(tmp_path / "groups")
    save(result, ".", force=True)
    assert load_grouping(tmp_path / "groups") == grouping_of(result)
    assert [path.name for path in tmp_path.iterdir()] == ["groups"]


def test_a_link_is_kept_and_what_it_points_to_replaced(result: Result, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "run.json").write_text("{}", "utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    with pytest.raises(OutputError):
        check_output(tmp_path / "link")
    save(result, tmp_path / "link", force=True)
    assert (tmp_path / "link").is_symlink()
    assert load_grouping(tmp_path / "real") == grouping_of(result)


def test_force_spares_a_folder_called_like_one_of_the_files(result: Result, written: Path) -> None:
    (written / "run.json").unlink()
    (written / "run.json").mkdir()
    (written / "run.json" / "precious").write_text("x", "utf-8")
    with pytest.raises(OutputError):
        save(result, written, force=True)
    assert (written / "run.json" / "precious").exists()


def test_the_record_of_the_run_is_written_with_a_result(result: Result, tmp_path: Path) -> None:
    save(result, tmp_path / "all")
    run = json.loads((tmp_path / "all" / "run.json").read_text("utf-8"))
    assert run == result.run_record()
    assert {"seconds", "work", "stop_reason", "platform", "cores", "versions", "trace"} <= set(run)
    assert len(run["trace"]) == len(result.trace) > 0
    save(grouping_of(result), tmp_path / "alone")
    assert not (tmp_path / "alone" / "run.json").exists()
    save(result, tmp_path / "own", run={"seconds": 1})
    assert json.loads((tmp_path / "own" / "run.json").read_text("utf-8")) == {"seconds": 1}
