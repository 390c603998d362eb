"""`form` and `demo`: files, folders, options, and what programs read from them."""

import csv
import json
from pathlib import Path

import pytest
from cli_case import EDITION, GROUPING_FILES, command, contents, names_in, write_edition

REPEATED = ["assignments.csv", "groups.csv", "grouping.json"]

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    return write_edition(tmp_path / "edition")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "groups"


def test_the_same_seed_and_work_write_the_same_bytes(tmp_path: Path, capsys: Capture) -> None:
    demo = tmp_path / "demo"
    assert command(capsys, "demo", demo, "--members", "60", "--seed", "5").code == 0
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        ran = command(capsys, "form", demo, "--out", folder, "--seed", "3", "--work-limit", "2")
        assert ran.code == 0
    assert contents(folders[0], REPEATED) == contents(folders[1], REPEATED)


def test_another_way_to_the_edition_writes_the_same_bytes(
    edition: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command(capsys, "form", edition, "--out", tmp_path / "one").code == 0
    monkeypatch.chdir(tmp_path)
    assert command(capsys, "form", "edition/", "--out", "two").code == 0
    assert contents(tmp_path / "one", REPEATED) == contents(tmp_path / "two", REPEATED)


def test_the_files_agree_with_what_is_said(edition: Path, out: Path, capsys: Capture) -> None:
    document = command(capsys, "form", edition, "--out", out, "--json").json
    with (out / "assignments.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with (out / "groups.csv").open(encoding="utf-8-sig", newline="") as file:
        groups = list(csv.DictReader(file))
    counts = document["counts"]
    assert isinstance(counts, dict)
    assert counts == {"members": 9, "eligible": 8, "placed": 7, "unplaced": 1, "groups": 2}
    assert len(groups) == counts["groups"]
    assert sum(row["status"] == "placed" for row in rows) == counts["placed"]
    assert document["status"] == "optimal"
    assert document["gap"] == 0
    assert document["score"] == document["bound"]
    assert document["files"] == sorted(GROUPING_FILES)
    assert document["folder"] == str(out)


def test_times_stand_in_run_json_alone(edition: Path, out: Path, capsys: Capture) -> None:
    assert command(capsys, "form", edition, "--out", out).code == 0
    run = json.loads((out / "run.json").read_text("utf-8"))
    assert run["stop_reason"] == "optimal"
    assert run["seconds"] >= 0
    assert run["cores"] >= 1
    assert run["versions"]["ortools"]
    scores = [point["score_thousandths"] for point in run["trace"]]
    written = json.loads((out / "grouping.json").read_text("utf-8"))
    assert scores[-1] == round(1000 * written["score"])
    assert "seconds" not in (out / "grouping.json").read_text("utf-8")


def test_no_name_and_no_address_is_written_or_said(
    edition: Path, out: Path, capsys: Capture
) -> None:
    ran = command(capsys, "form", edition, "--out", out)
    ran_check = command(capsys, "check", edition)
    texts = [(out / name).read_text("utf-8") for name in GROUPING_FILES]
    for text in (*texts, ran.out, ran.err, ran_check.out, ran_check.err):
        assert "Secret" not in text
        assert "secret.example" not in text


def test_quiet_says_nothing_and_writes_all(edition: Path, out: Path, capsys: Capture) -> None:
    ran = command(capsys, "form", edition, "--out", out, "--quiet")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert names_in(out) == GROUPING_FILES
    for arguments in (("check", edition), ("verify", edition, out)):
        ran = command(capsys, *arguments, "-q")
        assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_quiet_still_says_errors(tmp_path: Path, capsys: Capture) -> None:
    ran = command(capsys, "check", tmp_path / "nowhere", "--quiet")
    assert ran.code == 2
    assert "nowhere" in ran.err


def test_json_is_alone_on_standard_output(edition: Path, out: Path, capsys: Capture) -> None:
    for arguments, key in (
        (("form", edition, "--out", out), "score"),
        (("check", edition), "warnings"),
        (("verify", edition, out), "violations"),
        (("demo", out.with_name("demo"), "--members", "12"), "files"),
        (("check", out.with_name("nowhere")), "findings"),
    ):
        document = command(capsys, *arguments, "--json").json
        assert document["command"] == arguments[0]
        assert key in document


def test_an_existing_grouping_needs_force(edition: Path, out: Path, capsys: Capture) -> None:
    assert command(capsys, "form", edition, "--out", out).code == 0
    before = contents(out, sorted(GROUPING_FILES))
    ran = command(capsys, "form", edition, "--out", out)
    assert ran.code == 2
    assert "--force" in ran.err or "force" in ran.err
    assert contents(out, sorted(GROUPING_FILES)) == before
    assert command(capsys, "form", edition, "--out", out, "--force").code == 0
    assert contents(out, REPEATED) == {name: before[name] for name in REPEATED}


def test_an_empty_folder_may_be_there(edition: Path, out: Path, capsys: Capture) -> None:
    out.mkdir()
    assert command(capsys, "form", edition, "--out", out).code == 0
    assert names_in(out) == GROUPING_FILES


def test_the_folder_above_must_exist(edition: Path, out: Path, capsys: Capture) -> None:
    assert command(capsys, "form", edition, "--out", out / "deeper").code == 2
    assert not out.exists()


@pytest.mark.parametrize("options", [[], ["--force"]])
def test_a_folder_of_something_else_is_never_touched(
    edition: Path, out: Path, capsys: Capture, options: list[str]
) -> None:
    out.mkdir()
    (out / "thesis.txt").write_text("years of work", encoding="utf-8")
    ran = command(capsys, "form", edition, "--out", out, *options)
    assert ran.code == 2
    assert names_in(out) == {"thesis.txt"}


@pytest.mark.parametrize("options", [[], ["--force"]])
def test_the_edition_itself_is_never_written_over(
    edition: Path, capsys: Capture, options: list[str]
) -> None:
    before = names_in(edition)
    assert command(capsys, "form", edition, "--out", edition, *options).code == 2
    assert names_in(edition) == before


@pytest.mark.parametrize("options", [[], ["--force"]])
def test_a_file_is_no_folder_to_write(
    edition: Path, out: Path, capsys: Capture, options: list[str]
) -> None:
    out.write_text("a file", encoding="utf-8")
    assert command(capsys, "form", edition, "--out", out, *options).code == 2
    assert out.read_text("utf-8") == "a file"


def test_a_bad_folder_is_found_before_anything_else(
    out: Path, tmp_path: Path, capsys: Capture
) -> None:
    out.write_text("a file", encoding="utf-8")
    ran = command(capsys, "form", tmp_path / "nowhere", "--out", out)
    assert ran.code == 2
    assert "nowhere" not in ran.err


def test_limits_and_workers_are_obeyed(edition: Path, out: Path, capsys: Capture) -> None:
    ran = command(
        capsys, "form", edition, "--out", out, "--time-limit", "30", "--work-limit", "5",
        "--gap", "0.5", "--seed", "7", "--workers", "2",
    )  # fmt: skip
    assert ran.code == 0
    written = json.loads((out / "grouping.json").read_text("utf-8"))
    assert written["seed"] == 7
    assert written["settings"]["time_limit"] == 30
    assert written["settings"]["work_limit"] == 5
    assert written["settings"]["gap"] == 0.5
    assert written["settings"]["workers"] == 2


def test_own_postcodes_win_over_the_table(edition: Path, tmp_path: Path, capsys: Capture) -> None:
    own = tmp_path / "own.csv"
    # Paris in Liège: the member who lived too far away no longer does.
    own.write_text(
        "country,postcode,latitude,longitude\nFR,75011,50.6337,5.5675\n", encoding="utf-8"
    )
    out = tmp_path / "groups"
    ran = command(capsys, "form", edition, "--out", out, "--postcodes", own)
    assert ran.code == 0
    assert "8 of 8 members who take part placed" in ran.out
    assert command(capsys, "verify", edition, out, "--postcodes", own).code == 0
    assert command(capsys, "verify", edition, out).code == 5


def test_a_postcode_table_that_is_none(edition: Path, tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "groups"
    ran = command(capsys, "form", edition, "--out", out, "--postcodes", tmp_path / "none.csv")
    assert ran.code == 2
    assert "none.csv" in ran.err
    assert not out.exists()


def test_alike_warnings_are_one_line(tmp_path: Path, capsys: Capture) -> None:
    # 75999 is no place: found by its prefix, with a warning for each member.
    rows = "".join(f"m{number},FR,75999,support\n" for number in range(14))
    members = f"member_id,country,postcode,theme_1\n{rows}"
    folder = write_edition(tmp_path / "edition", edition=EDITION, members=members)
    whole = command(capsys, "check", folder)
    ran = command(capsys, "form", folder, "--out", tmp_path / "groups")
    assert whole.code == 0
    assert ran.code == 6  # there is no moderator, so nobody is placed
    for told in (whole, ran):
        # One for the postcodes, one for each role without a volunteer.
        assert told.err.count("warning:") == 3
        assert told.err.count("[no-volunteer]") == 2
        assert "14 times; rows 2-15; value: '75999'" in told.err


def test_a_demo_can_be_formed_at_once(tmp_path: Path, capsys: Capture) -> None:
    demo = tmp_path / "demo"
    ran = command(capsys, "demo", demo, "--members", "40", "--seed", "1")
    assert ran.code == 0
    assert names_in(demo) == {"edition.toml", "members.csv", "offices.csv"}
    assert str(demo) in ran.out
    assert command(capsys, "check", demo).code == 0
    ran = command(capsys, "form", demo, "--out", tmp_path / "groups", "--time-limit", "20")
    assert ran.code == 0


def test_a_demo_repeats_and_replaces_only_when_told(tmp_path: Path, capsys: Capture) -> None:
    demo = tmp_path / "demo"
    names = ["edition.toml", "members.csv", "offices.csv"]
    assert command(capsys, "demo", demo, "--members", "30").code == 0
    first = contents(demo, names)
    assert command(capsys, "demo", demo, "--members", "30", "--seed", "9").code == 2
    assert contents(demo, names) == first
    assert command(capsys, "demo", demo, "--members", "30", "--force").code == 0
    assert contents(demo, names) == first
    assert command(capsys, "demo", demo, "--members", "30", "--seed", "9", "--force").code == 0
    assert contents(demo, names) != first
