"""Each exit code of the command: what brings it about, what is said and what is written."""

from pathlib import Path

import pytest
from cli_case import GROUPING_FILES, MEMBERS, command, contents, names_in, pretend, write_edition

from sip_grouping.errors import VerificationError, Violation
from sip_grouping.grouping import Status
from sip_grouping.rules import RuleId
from sip_grouping.solve.result import StopReason

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    return write_edition(tmp_path / "edition")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "groups"


def test_0_a_verified_grouping_was_written(edition: Path, out: Path, capsys: Capture) -> None:
    ran = command(capsys, "form", edition, "--out", out)
    assert ran.code == 0
    assert names_in(out) == GROUPING_FILES
    assert "small: 2 groups, 7 of 8 members who take part placed" in ran.out
    assert "Proven optimal" in ran.out
    assert str(out) in ran.out
    again = command(capsys, "verify", edition, out)
    assert again.code == 0
    assert "valid grouping of small" in again.out


def test_1_a_defect_says_where_and_shows_nobody(
    edition: Path, out: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch, RuntimeError("Secret Alice"))
    ran = command(capsys, "form", edition, "--out", out)
    assert ran.code == 1
    assert "RuntimeError in command/app.py, line" in ran.err
    assert "report" in ran.err
    assert "Secret" not in ran.out + ran.err
    assert "Traceback" not in ran.err
    assert not out.exists()
    assert "Traceback" in command(capsys, "form", edition, "--out", out, "--debug").err


def test_2_bad_input_lists_every_finding(tmp_path: Path, out: Path, capsys: Capture) -> None:
    bad = MEMBERS.replace("a,BE,4000", "a,BE,0000").replace("b,BE,4000,support", "b,BE,4000,none")
    edition = write_edition(tmp_path / "edition", members=bad)
    for arguments in (
        ("form", edition, "--out", out),
        ("check", edition),
        ("verify", edition, out),
    ):
        ran = command(capsys, *arguments)
        assert ran.code == 2
        assert ran.out == ""
        assert "members.csv, row 2, column postcode" in ran.err
        assert "members.csv, row 3, column theme_1" in ran.err
        assert "Secret" not in ran.err
    assert not out.exists()


@pytest.mark.parametrize(
    "options",
    [
        ["--time-limit", "nan"],
        ["--time-limit", "inf"],
        ["--time-limit", "-1"],
        ["--time-limit", "0"],
        ["--time-limit", "soon"],
        ["--work-limit", "nan"],
        ["--work-limit", "-inf"],
        ["--work-limit", "-1"],
        ["--gap", "nan"],
        ["--gap", "-0.1"],
        ["--gap", "inf"],
        ["--seed", "-1"],
        ["--seed", "1.5"],
        ["--seed", str(2**31)],
        ["--workers", "0"],
        ["--workers", "two"],
        ["--unknown"],
        ["surplus"],
        ["--out"],
    ],
)
def test_2_an_option_that_makes_no_sense(
    edition: Path, out: Path, capsys: Capture, options: list[str]
) -> None:
    ran = command(capsys, "form", edition, "--out", out, *options)
    assert ran.code == 2
    assert ran.out == ""
    assert options[0] in ran.err
    assert not out.exists()


@pytest.mark.parametrize(
    "arguments", [[], ["form"], ["form", "x"], ["grow"], ["check"], ["verify", "x"], ["demo"]]
)
def test_2_an_incomplete_command(capsys: Capture, arguments: list[str]) -> None:
    assert command(capsys, *arguments).code == 2


@pytest.mark.parametrize("members", ["0", "-3", "many"])
def test_2_a_demo_needs_members(tmp_path: Path, capsys: Capture, members: str) -> None:
    assert command(capsys, "demo", tmp_path / "demo", "--members", members).code == 2
    assert not (tmp_path / "demo").exists()


def test_2_a_usage_error_is_json_too(capsys: Capture) -> None:
    ran = command(capsys, "form", "x", "--json")
    assert ran.code == 2
    assert ran.json["exit_code"] == 2
    findings = ran.json["findings"]
    assert isinstance(findings, list)
    assert "--out" in findings[0]["message"]


def test_3_infeasible_names_rules_and_a_way_out(tmp_path: Path, out: Path, capsys: Capture) -> None:
    folder = write_edition(tmp_path / "edition")
    toml = folder / "edition.toml"
    toml.write_text(toml.read_text("utf-8") + "groups_min = 4\n", encoding="utf-8")
    ran = command(capsys, "form", folder, "--out", out)
    assert ran.code == 3
    assert "No valid grouping of small exists" in ran.err
    assert "gender" in ran.err
    assert ran.out == ""
    assert not out.exists()
    document = command(capsys, "form", folder, "--out", out, "--json").json
    assert document["exit_code"] == 3
    assert document["status"] == "infeasible"
    conflict = document["conflict"]
    assert isinstance(conflict, dict)
    assert conflict["rules"]
    assert any("groups_min" in one["key"] for one in conflict["relaxations"])


def test_4_stopped_with_no_grouping(
    edition: Path, out: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch, status=Status.UNKNOWN, grouping=None, stop_reason=StopReason.TIME_LIMIT)
    ran = command(capsys, "form", edition, "--out", out)
    assert ran.code == 4
    assert "No grouping of small was found" in ran.err
    assert "Nothing was written" in ran.err
    assert not out.exists()


def test_5_the_verifier_refuses_what_the_engine_made(
    edition: Path, out: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch, VerificationError([Violation(RuleId.SIZE, "size: too large")]))
    ran = command(capsys, "form", edition, "--out", out)
    assert ran.code == 5
    assert "size: too large" in ran.err
    assert not out.exists()


def test_5_the_verifier_refuses_what_someone_changed(
    edition: Path, out: Path, capsys: Capture
) -> None:
    assert command(capsys, "form", edition, "--out", out).code == 0
    document = out / "grouping.json"
    text = document.read_text("utf-8")
    assert '"rank": 1' in text
    document.write_text(text.replace('"rank": 1', '"rank": 2', 1), encoding="utf-8")
    # The tables no longer agree with it: that alone is bad input.
    assert command(capsys, "verify", edition, out).code == 2
    (out / "assignments.csv").unlink()
    ran = command(capsys, "verify", edition, out, "--json")
    assert ran.code == 5
    assert ran.json["violations"]


def test_130_interrupted_writes_the_best_so_far(
    edition: Path, out: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch, stop_reason=StopReason.INTERRUPTED)
    ran = command(capsys, "form", edition, "--out", out)
    assert ran.code == 130
    assert "it was interrupted" in ran.out
    assert names_in(out) == GROUPING_FILES
    assert command(capsys, "verify", edition, out).code == 0


def test_130_interrupted_with_nothing_writes_nothing(
    edition: Path, out: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch, status=Status.UNKNOWN, grouping=None, stop_reason=StopReason.INTERRUPTED)
    ran = command(capsys, "form", edition, "--out", out)
    assert ran.code == 130
    assert not out.exists()


def test_130_interrupted_while_nothing_is_known_yet(
    edition: Path, out: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch, KeyboardInterrupt())
    ran = command(capsys, "form", edition, "--out", out)
    assert ran.code == 130
    assert "Interrupted. Nothing was written." in ran.err
    assert not out.exists()


def test_an_interrupted_run_leaves_an_earlier_grouping_as_it_was(
    edition: Path, out: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command(capsys, "form", edition, "--out", out).code == 0
    before = contents(out, sorted(GROUPING_FILES))
    pretend(monkeypatch, KeyboardInterrupt())
    assert command(capsys, "form", edition, "--out", out, "--force").code == 130
    assert contents(out, sorted(GROUPING_FILES)) == before
