"""Options of the command: shares, hints, extremes, the time limit, and mistakes in them."""

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from cli_case import GROUPING_FILES, MEMBERS, command, names_in, pretend, write_edition

from sip_grouping.command.app import run
from sip_grouping.command.clock import process_start
from sip_grouping.command.invocation import Invocation
from sip_grouping.grouping.files import load_grouping
from sip_grouping.solve import form_groups

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def edition(tmp_path: Path) -> Path:
    return write_edition(tmp_path / "edition")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "groups"


# 7 of the 8 who take part are placed: 87.5 %.
@pytest.mark.parametrize(
    ("share", "code"), [("0", 0), ("87.4", 0), ("87.5", 0), ("87.50001", 6), ("100", 6)]
)
def test_6_fewer_placed_than_asked_for(
    edition: Path, out: Path, capsys: Capture, share: str, code: int
) -> None:
    ran = command(capsys, "form", edition, "--out", out, "--fail-under", share)
    assert ran.code == code
    assert names_in(out) == GROUPING_FILES
    assert ("7 of 8" in ran.err and "--fail-under" in ran.err) == bool(code)
    assert command(capsys, "verify", edition, out).code == 0


def test_6_a_grouping_that_places_nobody(tmp_path: Path, out: Path, capsys: Capture) -> None:
    nobody = MEMBERS.replace("support,,yes", "support,,no").replace("support,yes", "support,no")
    edition = write_edition(tmp_path / "edition", members=nobody)
    ran = command(capsys, "form", edition, "--out", out, "--json")
    assert ran.code == ran.json["exit_code"] == 6
    findings = ran.json["findings"]
    assert isinstance(findings, list)
    assert [one["code"] for one in findings] == ["too-few-placed"]
    assert names_in(out) == GROUPING_FILES
    assert "0 of 8" in ran.err


@pytest.mark.parametrize("share", ["-1", "100.1", "nan", "inf", "all"])
def test_a_share_is_from_0_to_100(edition: Path, out: Path, capsys: Capture, share: str) -> None:
    ran = command(capsys, "form", edition, "--out", out, "--fail-under", share)
    assert ran.code == 2
    assert "--fail-under" in ran.err


def test_a_hint_is_passed_on(
    edition: Path, out: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command(capsys, "form", edition, "--out", out).code == 0
    seen: list[object] = []

    def engine(edition: object, **settings: object) -> object:
        seen.append(settings["hint"])
        return form_groups(edition, **settings)  # type: ignore[arg-type]

    monkeypatch.setattr("sip_grouping.solve.form_groups", engine)
    again = out.with_name("again")
    assert command(capsys, "form", edition, "--out", again, "--hint", out).code == 0
    assert seen == [load_grouping(out)]


def test_a_hint_that_is_none_is_bad_input(edition: Path, out: Path, capsys: Capture) -> None:
    ran = command(capsys, "form", edition, "--out", out, "--hint", out.with_name("nowhere"))
    assert ran.code == 2
    assert "nowhere" in ran.err
    assert not out.exists()


@pytest.mark.parametrize(
    ("value", "names"),
    [("placed,score", ["placed", "score"]), (" score , travel ", ["score", "travel"])],
)
def test_objectives_are_reached_in_order(
    edition: Path, out: Path, capsys: Capture, value: str, names: list[str]
) -> None:
    ran = command(capsys, "form", edition, "--out", out, "--objectives", value, "--json")
    assert ran.code == 0
    stages = ran.json["stages"]
    assert isinstance(stages, list)
    assert [one["name"] for one in stages] == names
    assert all(one["value"] == one["bound"] for one in stages)
    assert command(capsys, "verify", edition, out).code == 0


@pytest.mark.parametrize("value", ["", ",", "score,score", "happiness", "placed score"])
def test_an_objective_that_is_none(edition: Path, out: Path, capsys: Capture, value: str) -> None:
    ran = command(capsys, "form", edition, "--out", out, "--objectives", value)
    assert ran.code == 2
    assert "--objectives" in ran.err
    assert "first_choices" in ran.err
    assert not out.exists()


@pytest.mark.parametrize(
    "options",
    [
        ("--workers", "1000000000"),
        ("--workers", "1025"),
        ("--workers", "9" * 5000),
        ("--seed", "9" * 5000),
        ("--seed", "2147483647"),
        ("--gap", "1e308"),
        ("--gap", "5e-324"),
        ("--gap", "1e999"),
        ("--time-limit", "1e308"),
        ("--time-limit", "5e-324"),
        ("--work-limit", "1e308"),
        ("--work-limit", "1e-300"),
        ("--fail-under", "5e-324"),
    ],
)
def test_numbers_at_their_extremes_are_no_defects(
    edition: Path, out: Path, capsys: Capture, options: tuple[str, str]
) -> None:
    ran = command(capsys, "form", edition, "--out", out, *options, "--json")
    assert ran.code == ran.json["exit_code"]
    assert ran.code in {0, 2, 4}
    assert out.exists() == (ran.code == 0)


@pytest.mark.parametrize("members", ["1000001", "1000000000000", "9" * 5000])
def test_a_demo_is_not_larger_than_memory(tmp_path: Path, capsys: Capture, members: str) -> None:
    assert command(capsys, "demo", tmp_path / "demo", "--members", members).code == 2
    assert not (tmp_path / "demo").exists()


def test_any_whole_number_is_a_seed_of_a_demo(tmp_path: Path, capsys: Capture) -> None:
    ran = command(capsys, "demo", tmp_path / "demo", "--members", "12", "--seed", "9" * 40)
    assert ran.code == 0


def test_the_engine_gets_what_is_left_of_the_time(
    edition: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[object] = []

    def engine(edition: object, **settings: object) -> object:
        seen.append(settings["time_limit"])
        return form_groups(edition, **settings)  # type: ignore[arg-type]

    monkeypatch.setattr("sip_grouping.solve.form_groups", engine)
    ten_seconds_ago = Invocation(started=time.monotonic() - 10)
    arguments = ["form", str(edition), "--out", str(out), "--time-limit", "600", "--quiet"]
    assert run(arguments, ten_seconds_ago) == 0
    (left,) = seen
    assert isinstance(left, float)
    assert 0 < left < 590
    # What was asked for stands in the files, so that they can be equal.
    assert json.loads((out / "grouping.json").read_text("utf-8"))["settings"]["time_limit"] == 600


@pytest.mark.parametrize("as_json", [False, True])
def test_4_time_that_is_over_before_the_engine_begins(
    edition: Path,
    out: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
    as_json: bool,
) -> None:
    pretend(monkeypatch, AssertionError("the engine was called"))
    options = ["--json"] if as_json else []
    ran = command(capsys, "form", edition, "--out", out, "--time-limit", "0.001", *options)
    assert ran.code == 4
    assert "the time limit was reached" in ran.err
    assert "Nothing was written" in ran.err
    assert not out.exists()
    if as_json:
        assert ran.json["stop_reason"] == "time-limit"
        assert ran.json["score"] is None


def test_the_process_began_before_it_asks() -> None:
    age = time.monotonic() - process_start()
    assert age > 0


@pytest.mark.parametrize(
    ("arguments", "command_name", "column", "value"),
    [
        (["form", "x", "--out", "y", "--gap", "nan"], "form", "--gap", "nan"),
        (["form", "x", "--out", "y", "--gap=-1"], "form", "--gap", "-1"),
        (["form", "x", "--out", "y", "--workers", "two"], "form", "--workers", "two"),
        (["form", "x"], "form", "--out", None),
        (["form", "--out", "y"], "form", "EDITION", None),
        (["form", "x", "--out", "y", "--unknown"], "form", "--unknown", None),
        (["form", "x", "--out", "y", "surplus"], "form", None, "surplus"),
        (["demo", "x", "--members", "many"], "demo", "--members", "many"),
        (["verify", "x"], "verify", "GROUPING", None),
        (["grow"], "", None, "grow"),
        (["--unknown=3"], "", "--unknown", "3"),
    ],
)
def test_2_a_usage_error_says_where_for_readers_and_programs(
    capsys: Capture, arguments: list[str], command_name: str, column: str | None, value: str | None
) -> None:
    ran = command(capsys, *arguments, "--json")
    assert ran.code == 2
    document = ran.json
    assert (document["command"], document["exit_code"]) == (command_name, 2)
    findings = document["findings"]
    assert isinstance(findings, list)
    (finding,) = findings
    assert (finding["code"], finding["file"]) == ("usage", "command line")
    assert (finding["column"], finding["value"]) == (column, value)
    assert finding["message"]
    assert "--help" in finding["remedy"]
    for text in (command(capsys, *arguments).err, ran.err):
        assert "Usage: sip-grouping" in text
        assert (column or value or "") in text


def test_1_a_defect_is_json_too(
    edition: Path, out: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    class FromAnotherLanguage(BaseException):
        """As the panics of compiled libraries are."""

    for error in (RuntimeError("Secret"), FromAnotherLanguage("Secret"), RecursionError()):
        pretend(monkeypatch, error)
        ran = command(capsys, "form", edition, "--out", out, "--json")
        assert ran.code == ran.json["exit_code"] == 1
        assert ran.json["command"] == "form"
        assert "command/app.py" in str(ran.json["defect"])
        assert "Secret" not in ran.out + ran.err


def test_1_an_answer_that_is_no_json_is_a_defect(
    edition: Path, out: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "sip_grouping.solve.form_groups",
        lambda edition, **_: replace(form_groups(edition), seconds=float("nan")),
    )
    monkeypatch.setattr("sip_grouping.solve.result.Result.run_record", lambda _: {})
    ran = command(capsys, "form", edition, "--out", out, "--json")
    assert ran.code == ran.json["exit_code"] == 1
    assert "ValueError" in str(ran.json["defect"])


def test_1_a_defect_outside_a_command_is_told_alike(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("Secret")

    monkeypatch.setattr("sip_grouping.command.outcome.Console.conclude", broken)
    ran = command(capsys, "check", "x", "--json")
    assert ran.code == ran.json["exit_code"] == 1
    assert "Secret" not in ran.out + ran.err
