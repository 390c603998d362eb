"""Every kind of bad input, at the command line: exit code 2, the place and the remedy, nothing written."""

import json
from pathlib import Path

import pytest
from bad_editions import BAD_EDITIONS, write_edition
from cli_case import command
from cli_case import write_edition as write_valid

Capture = pytest.CaptureFixture[str]


@pytest.mark.parametrize("name", BAD_EDITIONS)
def test_form_refuses_it_and_writes_nothing(name: str, tmp_path: Path, capsys: Capture) -> None:
    bad = BAD_EDITIONS[name]
    folder, out = write_edition(tmp_path / "edition", bad), tmp_path / "groups"
    before = sorted(path.name for path in tmp_path.rglob("*"))
    ran = command(capsys, "form", folder, "--out", out)
    assert ran.code == 2
    assert not ran.out
    for part in (bad.file, bad.code, bad.value or ""):
        assert part in ran.err
    assert "Traceback" not in ran.err
    assert "Secret" not in ran.err
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


@pytest.mark.parametrize("name", ["theme unknown", "postcode unknown", "edition not TOML"])
def test_check_and_json_say_the_same(name: str, tmp_path: Path, capsys: Capture) -> None:
    bad = BAD_EDITIONS[name]
    folder = write_edition(tmp_path / "edition", bad)
    ran = command(capsys, "check", folder, "--json")
    assert ran.code == 2
    findings = ran.json["findings"]
    assert isinstance(findings, list)
    assert bad.code in {finding["code"] for finding in findings}


@pytest.mark.parametrize("kind", ["exists", "file", "no parent", "other files"])
def test_an_output_folder_that_cannot_be_used(kind: str, tmp_path: Path, capsys: Capture) -> None:
    folder, out = write_edition(tmp_path / "edition"), tmp_path / "groups"
    force: list[str] = []
    if kind == "file":
        out.write_text("precious", "utf-8")
    elif kind == "no parent":
        out = out / "deeper"
    else:
        out.mkdir()
    if kind == "exists":
        (out / "run.json").write_text("{}", "utf-8")
    if kind == "other files":
        (out / "letter.txt").write_text("precious", "utf-8")
        force = ["--force"]
    before = sorted(path.name for path in tmp_path.rglob("*"))
    ran = command(capsys, "form", folder, "--out", out, *force)
    assert ran.code == 2
    assert str(out) in ran.err or str(out.parent) in ran.err
    assert sorted(path.name for path in tmp_path.rglob("*")) == before


def test_a_postcode_table_that_is_wrong(tmp_path: Path, capsys: Capture) -> None:
    folder, table = write_edition(tmp_path / "edition"), tmp_path / "table.csv"
    table.write_text("country,postcode,latitude,longitude\nBE,4000,fifty,5\n", "utf-8")
    ran = command(capsys, "check", folder, "--postcodes", table)
    assert ran.code == 2
    assert "table.csv, row 2" in ran.err
    missing = command(capsys, "check", folder, "--postcodes", tmp_path / "none.csv")
    assert missing.code == 2


def test_all_findings_are_listed_however_many(tmp_path: Path, capsys: Capture) -> None:
    rows = "".join(f"m{number},BE,4000,theme{number}\n" for number in range(120))
    members = f"member_id,country,postcode,theme_1\n{rows}"
    folder = write_valid(tmp_path / "edition", members=members)
    ran = command(capsys, "check", folder)
    assert ran.code == 2
    # Alike ones are one line with their rows; programs get each of them.
    assert len(ran.err.splitlines()) == 2
    assert "120 times; rows 2-121" in ran.err
    told = json.loads(command(capsys, "check", folder, "--json").out)
    assert [one["value"] for one in told["findings"]] == [f"theme{n}" for n in range(120)]
