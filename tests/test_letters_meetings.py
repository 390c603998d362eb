"""When one meets, in letters: who is told of which meeting, in its language, and what changed since."""

import csv
import json
from datetime import date, time
from pathlib import Path

import pytest
from cli_case import command
from letters_by_hand import edition_with, grouping_with, person
from planned_case import planned

import sip_grouping as sip
from sip_grouping.catalogue import LANGUAGES
from sip_grouping.edition.calendar import Calendar, Phase, Season
from sip_grouping.edition.records import Track
from sip_grouping.grouping import Grouping
from sip_grouping.plan import Meeting, MeetingKind

Capture = pytest.CaptureFixture[str]


def meeting(meeting_id: str, day: int, **fields: object) -> Meeting:
    given: dict[str, object] = {
        "meeting_id": meeting_id,
        "kind": MeetingKind.GROUP,
        "group_id": "support-bxl-1",
        "theme": "support",
        "phase": "study",
        "number": 1,
        "date": date(2021, 2, day),
        "start": time(18, 30),
        "end": time(21, 30),
        "track": Track.LOCAL,
        "place": "bxl",
        "attending": 3,
        "size": 3,
    }
    return Meeting.model_validate(given | fields)


FIRST = meeting("support-bxl-1-1", 1, absent=("b",), attending=2)
SECOND = meeting("support-bxl-1-2", 9, number=2, track=Track.VIDEO, place="", expert_id="e1")
SYNTHESIS = meeting(
    "synthesis-study-support", 12, kind=MeetingKind.SYNTHESIS, group_id=None, track=Track.VIDEO,
    place="", absent=("a",), standing_in={"a": "c"}, size=1, attending=1,
)  # fmt: skip
MOMENT = meeting(
    "information-study-BE-1", 15, kind=MeetingKind.INFORMATION, group_id=None, theme="",
    track=Track.VIDEO, place="BE",
)  # fmt: skip
ALL = (MOMENT, SECOND, SYNTHESIS, FIRST)


@pytest.fixture
def edition() -> sip.Edition:
    phase = Phase.model_validate(
        {
            "id": "study",
            "title": {"nl": "Studie", "fr": "Étude", "en": "Study <b>"},
            "from": date(2021, 2, 1),
            "to": date(2021, 2, 28),
        }
    )
    members = [
        person("a", moderator=True, secretary=True, languages=("en",)),
        person("b", languages=("fr",)),
        person("c", moderator=True, secretary=True, languages=("nl",)),
        person("d", languages=("en",)),
        person("e", languages=("en",), cooperator=False),
        person("f", languages=("en",), country="FR", postcode="59000"),
    ]
    return edition_with(members, season=Season(calendar=Calendar(phases=(phase,))))


@pytest.fixture
def grouping(edition: sip.Edition) -> Grouping:
    group = {
        "group_id": "support-bxl-1",
        "theme": "support",
        "place": "bxl",
        "members": ["a", "b", "c"],
        "moderators": ["a"],
        "secretaries": ["c"],
    }
    return grouping_with(edition, [group])  # type: ignore[list-item]


def lines(folder: Path, stem: str) -> list[str]:
    return (folder / f"{stem}.txt").read_text("utf-8").splitlines()


def dates(folder: Path, stem: str) -> list[str]:
    """Return the lines of a letter that begin with a day of 2021."""
    return [one[2:] for one in lines(folder, stem) if one.startswith("- ") and " 2021" in one]


def test_each_member_is_told_of_its_own_meetings_in_the_order_of_time(
    edition: sip.Edition, grouping: Grouping, tmp_path: Path
) -> None:
    sip.write_letters(edition, grouping, tmp_path / "x", meetings=ALL)
    assert dates(tmp_path / "x", "member-a") == [
        "Monday 1 February 2021, 18:30 to 21:30, Bruxelles (1060 Saint-Gilles): meeting 1 of group "
        "support-bxl-1 (Study <b>)",
        "Tuesday 9 February 2021, 18:30 to 21:30, by video: meeting 2 of group support-bxl-1 (Study <b>), "
        "with an expert",
        "Monday 15 February 2021, 18:30 to 21:30, by video: a moment for all cooperators (Study <b>)",
    ]
    # Stands in for the moderator, so it is told of the synthesis.
    assert "Begeleiding" in dates(tmp_path / "x", "member-c")[2]
    assert len(dates(tmp_path / "x", "member-c")) == 4
    # Waits, but is a cooperator; is none; is one of another country.
    assert [len(dates(tmp_path / "x", f"member-{who}")) for who in "def"] == [1, 0, 0]


def test_who_cannot_come_is_told_that_it_is_known(
    edition: sip.Edition, grouping: Grouping, tmp_path: Path
) -> None:
    sip.write_letters(edition, grouping, tmp_path / "x", meetings=ALL)
    told = dates(tmp_path / "x", "member-b")
    assert told[0].startswith("lundi 1er février 2021, de 18h30 à 21h30, Bruxelles")
    assert [one.endswith("\N{EN DASH} *") for one in told] == [True, False, False]
    assert any(one.startswith("* D'après") for one in lines(tmp_path / "x", "member-b"))
    assert not any(one.startswith("* ") for one in lines(tmp_path / "x", "member-a"))


def test_a_sheet_has_the_dates_of_the_group_and_how_many_can_come(
    edition: sip.Edition, grouping: Grouping, tmp_path: Path
) -> None:
    sip.write_letters(edition, grouping, tmp_path / "x", meetings=ALL)
    told = dates(tmp_path / "x", "group-support-bxl-1")
    assert len(told) == 3
    assert told[0].endswith("; 2 of 3 can come")


def test_since_the_plan_before_each_date_says_what_became_of_it(
    edition: sip.Edition, grouping: Grouping, tmp_path: Path
) -> None:
    moved = FIRST.model_copy(update={"date": date(2021, 2, 3)})
    gone = meeting("support-bxl-1-3", 22, number=3)
    before = (FIRST, SYNTHESIS, MOMENT, gone)
    now = (moved, SECOND, SYNTHESIS, MOMENT)
    sip.write_letters(edition, grouping, tmp_path / "x", meetings=now, meetings_before=before)
    marks = [one.partition(" \N{EN DASH} ")[2] for one in dates(tmp_path / "x", "member-a")]
    assert marks == ["new date or place", "new", "", "cancelled"]
    with (tmp_path / "x" / "mail-merge.csv").open(encoding="utf-8-sig") as file:
        rows = {one["member_id"]: one["meetings"] for one in csv.DictReader(file, delimiter=";")}
    assert rows["a"].split("; ")[0] == "Wednesday 3 February 2021 18:30"
    assert "22 February" not in rows["a"]
    assert rows["e"] == ""


def test_pages_escape_what_an_edition_calls_its_phases(
    edition: sip.Edition, grouping: Grouping, tmp_path: Path
) -> None:
    sip.write_letters(edition, grouping, tmp_path / "x", meetings=ALL, formats="html")
    page = (tmp_path / "x" / "member-a.html").read_text("utf-8")
    assert "Study &lt;b&gt;" in page
    assert "Study <b>" not in page
    assert "Namec" not in page


def test_without_a_plan_nothing_is_said_of_dates(
    edition: sip.Edition, grouping: Grouping, tmp_path: Path
) -> None:
    sip.write_letters(edition, grouping, tmp_path / "x")
    for one in (tmp_path / "x").glob("*.txt"):
        assert "2021" not in one.read_text("utf-8")
    assert "you will hear when" in (tmp_path / "x" / "member-a.txt").read_text("utf-8")


def test_a_meeting_of_no_group_is_refused_before_anything_is_written(
    edition: sip.Edition, grouping: Grouping, tmp_path: Path
) -> None:
    strange = (
        meeting("x", 1, group_id="nowhere"),
        SYNTHESIS.model_copy(update={"theme": "sharing"}),
    )
    with pytest.raises(sip.InputError) as error:
        sip.write_letters(edition, grouping, tmp_path / "x", meetings=strange)
    assert [one.code for one in error.value.findings] == ["meeting-of-no-group"] * 2
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_writes_the_dates_of_a_verified_plan(
    tmp_path: Path, capsys: Capture, language: str
) -> None:
    edition, groups, plan = planned(tmp_path, capsys)
    given = ("letters", edition, groups, "--out", tmp_path / "x", "--format", "txt")
    ran = command(capsys, *given, "--plan", plan, "--lang", language)
    assert ran.code == 0, ran.err
    told = sum(len(dates(tmp_path / "x", one.stem)) for one in (tmp_path / "x").glob("member-*"))
    meetings = json.loads((plan / "plan.json").read_text("utf-8"))["meetings"]
    of_all = [one["size"] for one in meetings if one["kind"] != "synthesis"]
    of_some = [one["attending"] for one in meetings if one["kind"] == "synthesis"]
    assert told == sum(of_all) + sum(of_some)
    assert of_some


def test_the_command_refuses_a_plan_that_the_verifier_refuses(
    tmp_path: Path, capsys: Capture
) -> None:
    edition, groups, plan = planned(tmp_path, capsys)
    day = json.loads((plan / "plan.json").read_text("utf-8"))["meetings"][0]["date"]
    for name in ("plan.json", "meetings.csv"):
        text = (plan / name).read_text("utf-8")
        (plan / name).write_text(text.replace(day, "2021-06-01"), "utf-8")
    ran = command(capsys, "letters", edition, groups, "--out", tmp_path / "x", "--plan", plan)
    assert ran.code == 5, ran.err
    assert not (tmp_path / "x").exists()


def test_a_plan_before_needs_a_plan(tmp_path: Path, capsys: Capture) -> None:
    given = ("letters", tmp_path, tmp_path, "--out", tmp_path / "x", "--plan-before", tmp_path)
    ran = command(capsys, *given)
    assert ran.code == 2
    assert "--plan" in ran.err
