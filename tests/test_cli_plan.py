"""The command `plan`: its files, what it says, and how it ends where there is no plan."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cli_case import EDITION, MEMBERS, Ran, command, write_edition
from planned_case import CALENDAR

from sip_grouping.errors import InputError
from sip_grouping.plan import load_plan, save_plan
from sip_grouping.season import planning

Capture = pytest.CaptureFixture[str]


def formed(
    tmp_path: Path, capsys: Capture, *, members: str = MEMBERS, calendar: str = CALENDAR
) -> Path:
    edition = write_edition(tmp_path / "edition", edition=EDITION + calendar, members=members)
    ran = command(capsys, "form", str(edition), "--out", str(tmp_path / "groups"), "--quiet")
    assert ran.code == 0
    return edition


def command_of(tmp_path: Path, capsys: Capture, *options: str) -> Ran:
    arguments = (
        str(tmp_path / "edition"),
        str(tmp_path / "groups"),
        "--out",
        str(tmp_path / "plan"),
    )
    return command(capsys, "plan", *arguments, "--work-limit", "20", "--workers", "1", *options)


def test_a_plan_is_written_and_read_again(tmp_path: Path, capsys: Capture) -> None:
    formed(tmp_path, capsys)
    ran = command_of(tmp_path, capsys, "--json")
    told = json.loads(ran.out)
    assert (ran.code, told["status"]) == (0, "optimal")
    assert told["score"] == told["bound"]
    made = load_plan(tmp_path / "plan")
    assert made.score == told["score"]
    header, *rows = (tmp_path / "plan" / "meetings.csv").read_text("utf-8-sig").splitlines()
    assert header == (
        "meeting_id,kind,group_id,theme,phase,number,date,start,end,track,place,expert_id,"
        "attending,absent,size"
    )
    assert len(rows) == len(made.meetings) == told["meetings"]
    names = {path.name for path in (tmp_path / "plan" / "calendars").iterdir()}
    assert {"member-a.ics", "office-liege.ics"} <= names
    calendar = (tmp_path / "plan" / "calendars" / "member-a.ics").read_text("utf-8")
    assert "Secret" not in calendar
    assert "Secret" not in (tmp_path / "plan" / "plan.json").read_text("utf-8")
    # The same again with --force, and not without.
    assert command_of(tmp_path, capsys).code == 2
    before = (tmp_path / "plan" / "plan.json").read_bytes()
    assert command_of(tmp_path, capsys, "--force").code == 0
    assert (tmp_path / "plan" / "plan.json").read_bytes() == before


def test_a_plan_is_verified(tmp_path: Path, capsys: Capture) -> None:
    formed(tmp_path, capsys)
    assert command_of(tmp_path, capsys).code == 0
    three = [str(tmp_path / name) for name in ("edition", "groups", "plan")]
    ran = command(capsys, "verify-plan", *three, "--json")
    assert (ran.code, json.loads(ran.out)["ok"]) == (0, True)
    # A plan of other groups, or another calendar, is refused.
    settings = tmp_path / "edition" / "edition.toml"
    settings.write_text(
        settings.read_text("utf-8").replace("rest_days = 2", "rest_days = 9"), "utf-8"
    )
    ran = command(capsys, "verify-plan", *three)
    assert ran.code == 5
    assert "plan-of" in ran.err


def test_nothing_is_written_that_the_verifier_refuses(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    formed(tmp_path, capsys)
    best = planning.plan_meetings

    def worse(*given: Any, **options: Any) -> planning.Planned:
        found = best(*given, **options)
        assert found.plan is not None
        fewer = found.plan.model_copy(update={"meetings": found.plan.meetings[1:]})
        return replace(found, plan=fewer)

    monkeypatch.setattr(planning, "plan_meetings", worse)
    ran = command_of(tmp_path, capsys)
    assert ran.code == 5
    assert "[plan-meetings]" in ran.err
    assert not (tmp_path / "plan").exists()


def test_planning_again_keeps_what_it_can(tmp_path: Path, capsys: Capture) -> None:
    edition = formed(tmp_path, capsys)
    assert command_of(tmp_path, capsys).code == 0
    first = load_plan(tmp_path / "plan")
    gone = next(one for one in first.meetings if one.group_id is not None)
    settings = edition / "edition.toml"
    closed = f'[calendar]\nclosed = ["{gone.date}"]\n'
    settings.write_text(settings.read_text("utf-8").replace("[calendar]\n", closed), "utf-8")
    three = [str(edition), str(tmp_path / "groups"), "--out", str(tmp_path / "again")]
    options = ["--before", str(tmp_path / "plan"), "--work-limit", "20", "--workers", "1", "--json"]
    ran = command(capsys, "plan", *three, *options)
    told = json.loads(ran.out)
    assert ran.code == 0
    assert told["moved"] == sum(one.date == gone.date for one in first.meetings)
    again = load_plan(tmp_path / "again")
    numbers = again.settings["sequences"]
    assert isinstance(numbers, dict)
    assert numbers[gone.meeting_id] == 1
    calendar = (tmp_path / "again" / "calendars" / f"group-{gone.group_id}.ics").read_text("utf-8")
    assert "SEQUENCE:1" in calendar
    ran = command(capsys, "plan", *three, "--announced", "2021-01-10")
    assert ran.code == 2
    assert "--before" in ran.err


def test_a_changed_row_is_found(tmp_path: Path, capsys: Capture) -> None:
    formed(tmp_path, capsys)
    assert command_of(tmp_path, capsys).code == 0
    table = tmp_path / "plan" / "meetings.csv"
    table.write_text(table.read_text("utf-8").replace("18:30", "19:30", 1), "utf-8")
    with pytest.raises(InputError, match=r"plan\.json"):
        load_plan(tmp_path / "plan")


def test_files_of_others_are_kept(tmp_path: Path, capsys: Capture) -> None:
    formed(tmp_path, capsys)
    assert command_of(tmp_path, capsys).code == 0
    made = load_plan(tmp_path / "plan")
    save_plan(made, tmp_path / "plan", force=True, others={"calendars/group-a.ics": b"BEGIN"})
    assert (tmp_path / "plan" / "calendars" / "group-a.ics").read_bytes() == b"BEGIN"
    assert not (tmp_path / "plan" / "calendars" / "member-a.ics").exists()
    save_plan(made, tmp_path / "plan", force=True)
    assert not (tmp_path / "plan" / "calendars").exists()
    (tmp_path / "plan" / "mine.txt").write_text("keep", "utf-8")
    assert command_of(tmp_path, capsys, "--force").code == 2
    assert (tmp_path / "plan" / "mine.txt").exists()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "no moment at which a can come"),
        ("fr", "aucun moment où a peut venir"),
        ("nl", "geen enkel moment waarop a kan komen"),
    ],
)
def test_an_impossible_plan_names_the_cause(
    tmp_path: Path, capsys: Capture, language: str, words: str
) -> None:
    lines = MEMBERS.splitlines()
    lines = [f"{lines[0]},cannot", *(f"{line}," for line in lines[1:])]
    lines[1] += "2021-01-04/2021-01-17"
    formed(tmp_path, capsys, members="\n".join(lines) + "\n")
    ran = command_of(tmp_path, capsys, "--lang", language)
    assert ran.code == 3
    assert words in ran.err
    assert "calendar.phases[study].to = 2021-01-18" in ran.err
    assert not (tmp_path / "plan").exists()


def test_without_a_calendar_it_is_said(tmp_path: Path, capsys: Capture) -> None:
    formed(tmp_path, capsys, calendar="")
    ran = command_of(tmp_path, capsys)
    assert ran.code == 2
    assert "[calendar]" in ran.err
