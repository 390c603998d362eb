"""When the groups meet, on the report: every meeting once in the year and in its week, dates by group."""

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from cli_case import command
from outline import Outline
from planned_case import planned
from season_case import phase, season_case

import sip_grouping as sip
from sip_grouping.catalogue import LANGUAGES, Language
from sip_grouping.edition.calendar import Calendar, Season
from sip_grouping.edition.school import SchoolHolidays
from sip_grouping.plan import MeetingKind
from sip_grouping.report.full.members import Shown
from sip_grouping.report.full.page import report_page
from sip_grouping.report.full.season import SeasonView, season_view
from sip_grouping.report.speech import Words

Capture = pytest.CaptureFixture[str]


@cache
def view(language: Language = "en") -> SeasonView:
    case = season_case()
    shown = Shown(case.edition, Words(language), names=False)
    return season_view(case.grouping, shown, case.plan, case.projects, checked=True)


@cache
def text(language: Language = "en") -> str:
    case = season_case()
    return report_page(
        case.edition,
        case.grouping,
        language=language,
        plan=case.plan,
        projects=case.projects,
        checked=True,
    )


def test_the_year_counts_every_meeting_on_its_day() -> None:
    case = season_case()
    days = Counter(one.date for one in (*case.plan.meetings, *case.projects.meetings))
    months = sorted({(day.year, day.month) for day in days})
    shown = {
        (*months[n], day.number): int(day.meetings)
        for n, month in enumerate(view().months)
        for row in month.rows
        for day in row
        if day is not None and day.meetings
    }
    assert shown == {(day.year, day.month, day.day): many for day, many in days.items()}


def test_the_fullest_day_is_darkest_and_a_day_without_meetings_is_not_shaded() -> None:
    days = [d for month in view().months for row in month.rows for d in row if d is not None]
    most = max(int(day.meetings or 0) for day in days)
    assert {day.shade for day in days if day.meetings == str(most)} == {4}
    assert all((day.shade > 0) == bool(day.meetings) for day in days)


def test_closed_days_and_holidays_of_all_countries_are_marked_and_listed() -> None:
    january = view().months[0]
    days = {day.number: day for row in january.rows for day in row if day is not None}
    assert [number for number, day in days.items() if day.closed] == [1, *range(25, 32)]
    names = [str(row[0]) for row in view().phases.rows]
    assert names[:4] == ["Study", "Ideas", "End", "Closed"]
    assert any(name.startswith("Public holiday: Belgium") for name in names)


def test_each_meeting_stands_once_in_its_week_with_place_and_attendance() -> None:
    case = season_case()
    meetings = (*case.plan.meetings, *case.projects.meetings)
    entries = [entry for week in view().weeks for day in week.days for entry in day.entries]
    assert len(entries) == len(meetings)
    told = Counter(one.what for one in entries)
    assert all(many == 1 for what, many in told.items() if "meeting" in what)
    assert sum("evaluation" in what for what in told) == 1
    assert sum(what.startswith("Synthesis") for what in told) == sum(
        one.kind is MeetingKind.SYNTHESIS for one in meetings
    )
    assert all(any("can come" in fact for fact in one.facts) for one in entries)


def test_weeks_begin_on_monday_and_every_link_of_the_page_leads_somewhere() -> None:
    assert all(week.days[0].title.startswith("Mon") for week in view().weeks)
    outline = Outline(text())
    ids = [told["id"] for _, told in outline.tags if "id" in told]
    assert len(ids) == len(set(ids))
    to = [str(told["href"])[1:] for name, told in outline.tags if name == "a"]
    assert set(to) <= set(ids)
    assert {week.anchor for week in view().weeks} <= set(to)


def test_dates_of_a_group_stand_in_its_row_and_in_its_card() -> None:
    case = season_case()
    own = [one for one in case.plan.meetings if one.kind is MeetingKind.GROUP]
    for row, group in zip(view().by_group.rows, case.grouping.group_records, strict=True):
        mine = [one for one in own if one.group_id == group.group_id]
        assert len(mine) == 3
        assert [str(cell) for cell in row[3:6]] == [
            f"{one.date:%a} {one.date.day} {one.date:%b}, {one.start:%H:%M}" for one in mine
        ]
        assert bool(row[6]) == (group.group_id == case.projects.meetings[0].group_id)
        assert len(view().dates[group.group_id].rows) >= len(mine)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_has_both_views_in_its_language_and_fetches_nothing(language: Language) -> None:
    outline = Outline(text(language))
    headings = {"en": "Week by week", "nl": "Week per week", "fr": "Semaine par semaine"}
    assert headings[language] in outline.text
    assert "Hidden Helper" not in text(language)
    assert not re.search(r'(?:src|href)="(?!#|data:)', text(language))
    assert 'style="' not in text(language)


def test_without_a_plan_there_is_no_such_part() -> None:
    case = season_case()
    page = report_page(case.edition, case.grouping, language="en")
    assert 'id="season"' not in page
    assert 'id="weeks"' not in page


def test_names_are_shown_with_leave_alone() -> None:
    case = season_case()
    member = case.grouping.placements[0].member_id
    named = case.edition.replace(
        members=tuple(
            one.model_copy(update={"name": "Secret Name"}) if one.member_id == member else one
            for one in case.edition.members
        )
    )
    meetings = tuple(
        one.model_copy(update={"absent": (member,)})
        if one.group_id == case.grouping.placements[0].group_id
        else one
        for one in case.plan.meetings
    )
    plan = case.plan.model_copy(update={"meetings": meetings})
    quiet = report_page(named, case.grouping, language="en", plan=plan)
    told = report_page(named, case.grouping, language="en", plan=plan, names=True)
    assert "Secret Name" not in quiet
    assert f"Secret Name ({member})" in told


def test_the_command_shows_a_verified_plan_alone(tmp_path: Path, capsys: Capture) -> None:
    edition, groups, plan = planned(tmp_path, capsys)
    out = tmp_path / "report.html"
    ran = command(capsys, "report", edition, groups, "--plan", plan, "--out", out, "--lang", "en")
    assert ran.code == 0, ran.err
    assert "checked anew, apart from the planner" in out.read_text("utf-8")
    day = json.loads((plan / "plan.json").read_text("utf-8"))["meetings"][0]["date"]
    for name in ("plan.json", "meetings.csv"):
        told = (plan / name).read_text("utf-8")
        (plan / name).write_text(told.replace(day, "2021-06-01"), "utf-8")
    ran = command(capsys, "report", edition, groups, "--plan", plan, "--out", tmp_path / "b.html")
    assert ran.code == 5
    assert not (tmp_path / "b.html").exists()


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    case = season_case()
    for name in ("a", "b"):
        sip.export_report(
            case.edition, case.grouping, tmp_path / name, plan=case.plan, projects=case.projects
        )
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def in_july(*school: SchoolHolidays) -> SeasonView:
    """Return the view of a season in July 2021 without meetings, for members of Belgium and France."""
    case = season_case()
    known = case.edition.member_by_id
    assert {known[one.member_id].country for one in case.grouping.placements} == {"BE", "FR"}
    calendar = Calendar(phases=(phase("study", "2021-07-12", "2021-07-23"),))
    edition = case.edition.replace(season=Season(calendar=calendar, school_holidays=school))
    shown = Shown(edition, Words("en"), names=False)
    return season_view(case.grouping, shown, case.plan.model_copy(update={"meetings": ()}))


def closed_days(shown: SeasonView) -> list[int]:
    return [
        day.number
        for month in shown.months
        for row in month.rows
        for day in row
        if day is not None and day.closed
    ]


def test_a_holiday_of_one_country_alone_closes_no_day_for_members_of_two() -> None:
    shown = in_july()
    names = [str(row[0]) for row in shown.phases.rows]
    assert names == ["Study", "Public holiday: France", "Public holiday: Belgium"]
    assert closed_days(shown) == []


def test_school_holidays_are_listed_and_close_days_where_they_keep_everybody_away() -> None:
    rows = (
        {"country": "BE", "from": "2021-07-13", "to": "2021-07-16"},
        {"country": "FR", "from": "2021-07-16", "to": "2021-07-22"},
        {"country": "FR", "languages": ("de",), "from": "2021-07-13"},
        {"country": "FR", "from": "2021-08-01"},
    )
    shown = in_july(*map(SchoolHolidays.model_validate, rows))
    assert [[str(cell) for cell in row[:3]] for row in shown.phases.rows[1:]] == [
        ["School holidays: Belgium", "Tue 13 Jul", "Fri 16 Jul"],
        ["Public holiday: France", "Wed 14 Jul", ""],
        ["School holidays: France", "Fri 16 Jul", "Thu 22 Jul"],
        ["Public holiday: Belgium", "Wed 21 Jul", ""],
    ]
    # In July the 14th is a holiday in France, the 21st in Belgium.
    assert closed_days(shown) == [14, 16, 21]


def test_school_holidays_of_one_language_keep_away_those_who_meet_in_it() -> None:
    case = season_case()
    known, groups = case.edition.member_by_id, case.grouping.group_by_id
    whose = {
        (known[one.member_id].country, groups[one.group_id].language)
        for one in case.grouping.placements
    }
    assert ("BE", "fr") in whose
    rows = [
        {"country": country, "languages": (code,), "from": "2021-07-15"}
        for country, code in sorted(whose)
    ]
    every, fewer = (
        in_july(*map(SchoolHolidays.model_validate, some)) for some in (rows, rows[:-1])
    )
    assert (closed_days(every), closed_days(fewer)) == ([15], [])
    told = [str(row[0]) for row in every.phases.rows]
    assert "School holidays: Belgium (French)" in told
