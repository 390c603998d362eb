"""The season of an edition from its files: `[calendar]` and `[projects]`, and back."""

from datetime import date, time
from pathlib import Path

import openpyxl
import pytest
from small import member, small_edition

from sip_grouping.edition import Edition
from sip_grouping.edition.calendar import Calendar, DateRange, ProjectRules, Season
from sip_grouping.errors import InputError
from sip_grouping.findings import Finding
from sip_grouping.reading import load_edition, save_edition

CALENDAR = """
[calendar]
meeting_hours = 2.5
meetings_per_group = 4
in_person_from = 2021-01-01
start_times = { evening = "18:30", morning = "9:30" }
rest_days = 6
quorum = 0.5
holidays = false
closed = ["2020-12-24/2021-01-03", 2021-02-05]
[[calendar.phases]]
id = "study"
title = { nl = "Bestuderen", fr = "Étude", en = "Study" }
from = 2021-01-01
to = 2021-01-31
meetings = [1, 2]
[[calendar.phases]]
id = "experts"
from = "2021-02-01"
to = 2021-02-15
expert = true
[[calendar.phases]]
id = "recommendations"
from = 2021-02-20
to = 2021-03-20
synthesis_before = true
information = 2
"""
PROJECTS = """
[projects]
from = 2021-01-15
to = 2021-04-15
budget = 12000.0
share_max = { theme = 0.5, country = 0.7 }
"""


def folder(path: Path, text: str) -> Path:
    """Save a small edition, with more lines in its edition.toml."""
    save_edition(small_edition([member(who) for who in "pqrs"]), path)
    settings = path / "edition.toml"
    settings.write_text(settings.read_text("utf-8") + text, encoding="utf-8")
    return path


def edition_of(path: Path, text: str) -> Edition:
    return load_edition(folder(path, text))


def findings_of(path: Path, text: str) -> list[Finding]:
    with pytest.raises(InputError) as raised:
        edition_of(path, text)
    return list(raised.value.findings)


def test_calendar_and_projects_are_read_with_dates_of_toml(tmp_path: Path) -> None:
    season = edition_of(tmp_path / "e", CALENDAR + PROJECTS).season
    calendar = season.calendar
    assert calendar is not None
    assert (calendar.minutes, calendar.meetings_of_a_group) == (150, 4)
    assert calendar.in_person_from == date(2021, 1, 1)
    assert calendar.starts == {"evening": time(18, 30), "morning": time(9, 30)}
    assert calendar.closed == (
        DateRange(first=date(2020, 12, 24), last=date(2021, 1, 3)),
        DateRange(first=date(2021, 2, 5), last=date(2021, 2, 5)),
    )
    study, experts, last = calendar.phases
    assert (study.first, study.last, study.meetings) == (
        date(2021, 1, 1),
        date(2021, 1, 31),
        (1, 2),
    )
    assert study.title_in("fr") == "Étude"
    assert (experts.first, experts.expert, experts.meetings) == (date(2021, 2, 1), True, (1, 1))
    assert (last.synthesis_before, last.information) == (True, 2)
    assert season.projects == ProjectRules(
        first=date(2021, 1, 15),
        last=date(2021, 4, 15),
        budget=12000.0,
        share_max={"theme": 0.5, "country": 0.7},
    )


def test_an_edition_without_a_season_has_none(tmp_path: Path) -> None:
    assert edition_of(tmp_path / "e", "").season == Season()


def test_a_season_decides_no_digest(tmp_path: Path) -> None:
    without, with_season = edition_of(tmp_path / "a", ""), edition_of(tmp_path / "b", CALENDAR)
    assert without.digest == with_season.digest
    assert without != with_season


@pytest.mark.parametrize("name", ["saved", "saved.xlsx"])
def test_what_is_saved_is_read_as_the_same_season(tmp_path: Path, name: str) -> None:
    edition = edition_of(tmp_path / "e", CALENDAR + PROJECTS)
    save_edition(edition, tmp_path / name)
    again = load_edition(tmp_path / name)
    assert again.season == edition.season
    assert again == edition


def test_saved_dates_are_dates_of_toml(tmp_path: Path) -> None:
    save_edition(edition_of(tmp_path / "e", CALENDAR), tmp_path / "saved")
    lines = (tmp_path / "saved" / "edition.toml").read_text("utf-8").splitlines()
    assert "in_person_from = 2021-01-01" in lines
    assert "from = 2021-02-20" in lines


@pytest.mark.parametrize(
    ("old", "new", "code", "column", "value"),
    [
        ("from = 2021-02-20", "from = 2021-04-20", "invalid-value", "recommendations", None),
        ("to = 2021-02-15", 'to = "15 feb"', "not-a-date", "experts.to", "15 feb"),
        ("to = 2021-02-15", "to = 20210215", "not-a-date", "experts.to", "20210215"),
        ("to = 2021-02-15", "to = 2021-02-15T10:00:00", "not-a-date", "experts.to", None),
        ("to = 2021-02-15\n", "", "missing-key", "experts.to", None),
        ("to = 2021-02-15", "last = 2021-02-15\nto = 2021-02-15", "unknown-key", "experts.last", None),
        ("meetings = [1, 2]", "meetings = [2, 1]", "invalid-value", "study.meetings", "[2, 1]"),
        ("meetings = [1, 2]", "meetings = 2", "invalid-value", "study.meetings", "2"),
        ("meetings = [1, 2]", "meetings = [1]", "invalid-value", "study.meetings", "[1]"),
        ("meetings = [1, 2]", "meetings = 2021-01-01", "invalid-value", "study.meetings", None),
        ("expert = true", "expert = 2021-01-01", "not-true-or-false", "experts.expert", None),
        ('"Study"', "2021-01-01", "not-text", "study.title.en", None),
        ("information = 2", "information = 101", "out-of-range", "recommendations.information", "101"),
        ('id = "experts"', 'id = "ex perts"', "malformed-id", "ex perts.id", "ex perts"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_phase_is_one_finding_that_calls_it_by_its_id(
    tmp_path: Path, old: str, new: str, code: str, column: str, value: str | None
) -> None:
    assert CALENDAR.count(old) == 1
    (one,) = findings_of(tmp_path / "e", CALENDAR.replace(old, new))
    assert (one.file, one.code, one.column) == (
        "edition.toml",
        code,
        f"calendar.phases.{column}",
    )
    assert value is None or one.value == value


@pytest.mark.parametrize(
    ("old", "new", "code", "column"),
    [
        ("2021-02-05]", "5]", "invalid-value", "calendar.closed.1"),
        ("2021-02-05]", "2021-02-05T10:00:00]", "invalid-value", "calendar.closed.1"),
        ("2020-12-24/2021-01-03", "2021-12-24/2021-01-03", "invalid-value", "calendar.closed.0"),
        ("quorum = 0.5", "quorum = 1.5", "out-of-range", "calendar.quorum"),
        ("quorum = 0.5", "quorum = 2021-01-01", "not-a-number", "calendar.quorum"),
        ("quorum = 0.5", "quorom = 0.5", "unknown-key", "calendar.quorom"),
        ("meeting_hours = 2.5", "meeting_hours = 6.0", "invalid-value", "calendar"),
        ("meeting_hours = 2.5", "meeting_hours = 2.504", "invalid-value", "calendar.meeting_hours"),
        ('"18:30"', '"half past six"', "invalid-value", "calendar.start_times"),
        ('id = "experts"', 'id = "study"', "invalid-value", "calendar"),
        ("in_person_from = 2021-01-01", 'in_person_from = "soon"', "not-a-date", "calendar.in_person_from"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_calendar_is_one_finding(
    tmp_path: Path, old: str, new: str, code: str, column: str
) -> None:
    assert CALENDAR.count(old) == 1
    (one,) = findings_of(tmp_path / "e", CALENDAR.replace(old, new))
    assert (one.file, one.code, one.column) == ("edition.toml", code, column)


@pytest.mark.parametrize(
    ("old", "new", "code", "column"),
    [
        ("budget = 12000.0\n", "", "missing-key", "projects.budget"),
        ("budget = 12000.0", "budget = -1", "out-of-range", "projects.budget"),
        ("to = 2021-04-15", "to = 2021-01-14", "invalid-value", "projects"),
        ("theme = 0.5", "theme = 1.5", "invalid-value", "projects.share_max"),
        ("country = 0.7", "office = 0.7", "invalid-value", "projects.share_max"),
    ],
)
def test_a_mistake_in_the_projects_is_one_finding(
    tmp_path: Path, old: str, new: str, code: str, column: str
) -> None:
    (one,) = findings_of(tmp_path / "e", PROJECTS.replace(old, new))
    assert (one.file, one.code, one.column) == ("edition.toml", code, column)


def test_a_date_elsewhere_is_a_finding(tmp_path: Path) -> None:
    (one,) = findings_of(tmp_path / "e", "\n[rounds]\nreserve = 2021-01-01\n")
    assert (one.code, one.column) == ("not-a-whole-number", "rounds.reserve")


def test_a_calendar_needs_a_phase(tmp_path: Path) -> None:
    (one,) = findings_of(tmp_path / "e", "\n[calendar]\nphases = []\n")
    assert (one.code, one.column) == ("empty-list", "calendar.phases")


def sheet(path: Path, rows: list[tuple[str, object]]) -> Path:
    """Save a small edition as a workbook whose sheet `edition` has keys and values."""
    save_edition(small_edition([member(who) for who in "pqrs"]), path)
    book = openpyxl.load_workbook(path)
    keys = book["edition"]
    keys.delete_rows(1, keys.max_row)
    keys.append(("name", "small"))
    for theme in small_edition([member("p")]).themes:
        keys.append((f"themes.{theme.id}.title.en", theme.id))
    for row in rows:
        keys.append(row)
    book.save(path)
    return path


KEYS: list[tuple[str, object]] = [
    ("calendar.in_person_from", date(2021, 1, 1)),
    ("calendar.start_times.evening", time(18, 30)),
    ("calendar.start_times.morning", "9:30"),
    ("calendar.meeting_hours", 2.5),
    ("calendar.meetings_per_group", 4),
    ("calendar.holidays", "no"),
    ("calendar.closed", "2020-12-24/2021-01-03, 2021-02-05"),
    ("calendar.phases.study.title.nl", "Bestuderen"),
    ("calendar.phases.study.title.fr", "Étude"),
    ("calendar.phases.study.title.en", "Study"),
    ("calendar.phases.study.from", date(2021, 1, 1)),
    ("calendar.phases.study.to", "2021-01-31"),
    ("calendar.phases.study.meetings", "1, 2"),
    ("[calendar.phases.experts]", None),
    ("from", "2021-02-01"),
    ("to", "2021-02-15"),
    ("expert", "yes"),
    ("[calendar.phases.recommendations]", None),
    ("from", "2021-02-20"),
    ("to", "2021-03-20"),
    ("synthesis_before", "oui"),
    ("information", 2),
    ("[projects]", None),
    ("from", date(2021, 1, 15)),
    ("to", "2021-04-15"),
    ("budget", 12000),
    ("share_max.theme", 0.5),
    ("share_max.country", 0.7),
]


def test_a_sheet_of_keys_says_the_same(tmp_path: Path) -> None:
    read = load_edition(sheet(tmp_path / "book.xlsx", KEYS))
    assert read.season == edition_of(tmp_path / "e", CALENDAR + PROJECTS).season


def test_a_finding_of_a_sheet_names_the_row_of_the_key(tmp_path: Path) -> None:
    wrong = [(key, "15/02" if key == "calendar.phases.study.to" else text) for key, text in KEYS]
    with pytest.raises(InputError) as raised:
        load_edition(sheet(tmp_path / "book.xlsx", wrong))
    (one,) = raised.value.findings
    row = (
        2
        + len(small_edition([member("p")]).themes)
        + [key for key, _ in KEYS].index("calendar.phases.study.to")
    )
    assert (one.code, one.sheet, one.row, one.value) == ("not-a-date", "edition", row, "15/02")


def test_objects_take_dates_as_they_are() -> None:
    phase = {"id": "a", "first": date(2021, 1, 1), "last": date(2021, 1, 2)}
    calendar = Calendar.model_validate({"closed": [date(2021, 1, 1)], "phases": [phase]})
    assert calendar.closed == (DateRange(first=date(2021, 1, 1), last=date(2021, 1, 1)),)
