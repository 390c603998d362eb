"""The overview for those who follow the groups: counted anew, what is short, what comes next."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from cli_case import command
from outline import Outline
from planned_case import planned, with_project
from season_case import season_case

import sip_grouping as sip
from sip_grouping.catalogue import LANGUAGES, Language
from sip_grouping.edition.calendar import Expert
from sip_grouping.edition.records import Role
from sip_grouping.plan import MeetingKind
from sip_grouping.report.overview.page import export_overview, overview_page
from sip_grouping.report.overview.standing import Short, Standing, standings

Capture = pytest.CaptureFixture[str]
BEGIN, MIDDLE, END = date(2020, 12, 1), date(2021, 2, 10), date(2021, 5, 1)


def stood(day: date, *, projects: bool = True) -> dict[str, Standing]:
    case = season_case()
    given = case.projects if projects else None
    return {
        one.group.group_id: one
        for one in standings(case.edition, case.grouping, case.plan, given, day)
    }


@pytest.mark.parametrize("day", [BEGIN, MIDDLE, END])
def test_meetings_are_behind_or_to_come(day: date) -> None:
    case = season_case()
    meetings = (*case.plan.meetings, *case.projects.meetings)
    for group, one in stood(day).items():
        own = [meeting for meeting in meetings if meeting.group_id == group]
        assert {m.meeting_id for m in one.held} == {m.meeting_id for m in own if m.date < day}
        assert {m.meeting_id for m in one.coming} == {m.meeting_id for m in own if m.date >= day}


def test_what_comes_next_is_the_first_meeting_or_synthesis_that_is_not_over() -> None:
    case = season_case()
    meetings = (*case.plan.meetings, *case.projects.meetings)
    synthesis = next(m for m in case.plan.meetings if m.kind is MeetingKind.SYNTHESIS)
    for day in (BEGIN, synthesis.date, synthesis.date + timedelta(1)):
        for group, one in stood(day).items():
            asked = [
                m.begins
                for m in meetings
                if m.date >= day
                and (
                    m.group_id == group
                    or (m.kind is MeetingKind.SYNTHESIS and m.theme == one.group.theme)
                )
            ]
            assert one.next is not None
            assert one.next.begins == min(asked)
    told = {one.next.kind for one in stood(synthesis.date).values() if one.next is not None}
    assert MeetingKind.SYNTHESIS in told
    assert all(one.next is None for one in stood(END).values())


def test_a_meeting_of_the_day_is_still_to_come() -> None:
    case = season_case()
    first = min(m.date for m in case.plan.meetings)
    assert sum(len(one.held) for one in stood(first).values()) == 0
    assert sum(len(one.held) for one in stood(first + timedelta(1)).values()) > 0


def test_projects_and_contacts_stand_with_their_groups() -> None:
    case = season_case()
    carried = {group: one for group, one in stood(BEGIN).items() if one.project}
    assert set(carried) == {case.projects.proposals[0].group_id}
    assert all(one.evaluation is not None for one in carried.values())
    assert {one.contact for one in stood(BEGIN).values()} == {"t1"}
    without = stood(BEGIN, projects=False)
    assert {one.contact for one in without.values()} == {None}
    # That nobody follows is a need only where it is known who follows whom.
    assert all(need.what is not Short.CONTACT for one in without.values() for need in one.needs)


def test_roles_are_short_where_nobody_else_volunteers() -> None:
    case = season_case()
    named = (
        (Short.MODERATOR, Role.MODERATOR),
        (Short.SECRETARY, Role.SECRETARY),
    )
    for group, one in stood(BEGIN).items():
        holders = {*one.group.moderators, *one.group.secretaries}
        rows = case.grouping.placements_by_group[group]
        others = [case.edition.member_by_id[row.member_id] for row in rows]
        others = [member for member in others if member.member_id not in holders]
        found = {need.what for need in one.needs}
        for what, role in named:
            assert (what in found) == (not any(member.volunteers_for(role) for member in others))


def test_the_least_size_is_told_at_the_boundary() -> None:
    case = season_case()
    for one in stood(BEGIN).values():
        least = case.edition.rules_of(one.group.theme).sizes(one.group.track).size_min
        assert (Short.SMALLEST in {n.what for n in one.needs}) == (one.group.size == least)


@pytest.mark.parametrize("spare", [0, 1])
def test_the_quorum_is_told_at_the_boundary(spare: int) -> None:
    case = season_case()
    group = case.grouping.group_records[0]
    assert case.edition.season.calendar is not None
    least = case.edition.season.calendar.least_attending(group.size)
    meetings = tuple(
        one.model_copy(update={"attending": least + spare})
        if one.group_id == group.group_id and one.number == 2
        else one
        for one in case.plan.meetings
    )
    plan = case.plan.model_copy(update={"meetings": meetings})
    found = standings(case.edition, case.grouping, plan, None, BEGIN)[0]
    told = [need for need in found.needs if need.what is Short.QUORUM]
    assert len(told) == 1 - spare
    assert all(need.meeting is not None and need.meeting.number == 2 for need in told)


def test_who_misses_half_of_what_comes_is_named() -> None:
    case = season_case()
    group = case.grouping.group_records[0]
    rows = case.grouping.placements_by_group[group.group_id]
    half, less = rows[0].member_id, rows[1].member_id
    gone = {1: (half, less), 2: (half,), 3: ()}
    meetings = tuple(
        one.model_copy(update={"absent": gone[one.number]})
        if one.group_id == group.group_id
        else one
        for one in case.plan.meetings
    )
    plan = case.plan.model_copy(update={"meetings": meetings})
    found = standings(case.edition, case.grouping, plan, None, BEGIN)[0]
    told = [need.members for need in found.needs if need.what is Short.ABSENT]
    assert told == [(half,)]


@pytest.mark.parametrize("many", [1, 2])
def test_an_expert_who_is_the_only_one_is_told(many: int) -> None:
    case = season_case()
    group = case.grouping.group_records[0]
    experts = tuple(Expert(expert_id=f"e{n}", themes=(group.theme,)) for n in range(many))
    themes = [theme.id for theme in case.edition.themes if theme.id != group.theme]
    other = Expert(expert_id="x", themes=(themes[0],))
    season = case.edition.season.model_copy(update={"experts": (*experts, other)})
    edition = case.edition.replace(season=season)
    meetings = tuple(
        one.model_copy(update={"expert_id": "e0"})
        if one.group_id == group.group_id and one.number == 3
        else one
        for one in case.plan.meetings
    )
    plan = case.plan.model_copy(update={"meetings": meetings})
    found = standings(edition, case.grouping, plan, None, BEGIN)[0]
    assert (Short.EXPERT in {need.what for need in found.needs}) == (many == 1)


def test_nothing_is_short_once_all_is_over() -> None:
    assert not any(one.needs for one in stood(END).values())


# The page


def page(language: Language = "en", day: date = BEGIN, *, names: bool = False) -> str:
    case = season_case()
    return overview_page(
        case.edition,
        case.grouping,
        case.plan,
        day=day,
        projects=case.projects,
        language=language,
        names=names,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_group_has_a_row_under_who_follows_it(language: Language) -> None:
    case = season_case()
    outline = Outline(page(language, MIDDLE))
    first = [row[0].strip() for row in outline.rows if row]
    assert all(first.count(one.group_id) >= 1 for one in case.grouping.group_records)
    ids = {told["id"] for _, told in outline.tags if "id" in told}
    to = {str(told["href"])[1:] for name, told in outline.tags if name == "a"}
    assert to <= ids


def test_names_of_members_and_of_the_team_are_shown_with_leave_alone() -> None:
    assert "Hidden Helper" not in page()
    assert "Hidden Helper (t1)" in page(names=True)


def test_the_next_four_weeks_are_listed_and_no_more() -> None:
    case = season_case()
    meetings = (*case.plan.meetings, *case.projects.meetings)
    soon = [m for m in meetings if MIDDLE <= m.date < MIDDLE + timedelta(28)]
    outline = Outline(page(day=MIDDLE))
    days = {f"{one.date:%a} {one.date.day} {one.date:%b}, {one.start:%H:%M}" for one in meetings}
    listed = [row for row in outline.rows if row and row[0].strip() in days]
    assert len(listed) == len(soon)
    assert soon


def test_the_file_is_written_whole_and_not_over_another_without_force(tmp_path: Path) -> None:
    case = season_case()
    file = tmp_path / "overview.html"
    export_overview(case.edition, case.grouping, case.plan, file, day=BEGIN)
    with pytest.raises(sip.OutputError):
        export_overview(case.edition, case.grouping, case.plan, file, day=MIDDLE)
    before = file.read_bytes()
    export_overview(case.edition, case.grouping, case.plan, file, day=MIDDLE, force=True)
    assert file.read_bytes() != before


# The commands


def test_the_command_writes_the_page_of_a_day_and_tells_the_needs(
    tmp_path: Path, capsys: Capture
) -> None:
    edition, groups, plan = planned(tmp_path, capsys)
    projects, group = with_project(edition, groups, plan, capsys)
    out = tmp_path / "overview.html"
    given = ("overview", edition, groups, "--plan", plan, "--out", out, "--on", "2021-01-10")
    ran = command(capsys, *given, "--projects", projects, "--json", "--lang", "en")
    assert ran.code == 0, ran.err
    told = json.loads(ran.out)
    assert told["day"] == "2021-01-10"
    assert group in told["needs"]
    text = out.read_text("utf-8")
    assert "Tools" in text
    assert "Hidden Helper" not in text + ran.out + ran.err
    assert "t1 follows" in text


def test_letters_and_report_know_the_evaluation_of_a_project(
    tmp_path: Path, capsys: Capture
) -> None:
    edition, groups, plan = planned(tmp_path, capsys)
    projects, group = with_project(edition, groups, plan, capsys)
    seasonal = ("--plan", plan, "--projects", projects, "--lang", "en")
    ran = command(capsys, "letters", edition, groups, *seasonal, "--out", tmp_path / "letters")
    assert ran.code == 0, ran.err
    sheet = (tmp_path / "letters" / f"group-{group}.txt").read_text("utf-8")
    assert "the evaluation of your test project" in sheet
    ran = command(capsys, "report", edition, groups, *seasonal, "--out", tmp_path / "r.html")
    assert ran.code == 0, ran.err
    assert f"{group}, evaluation of its test project" in (tmp_path / "r.html").read_text("utf-8")


@pytest.mark.parametrize("name", ["letters", "report", "overview"])
def test_projects_that_the_verifier_refuses_are_not_shown(
    tmp_path: Path, capsys: Capture, name: str
) -> None:
    edition, groups, plan = planned(tmp_path, capsys)
    projects, _ = with_project(edition, groups, plan, capsys)
    record = (projects / "projects.json").read_text("utf-8")
    (projects / "projects.json").write_text(record.replace('"cost": 500.0', '"cost": 400.0'))
    given = (name, edition, groups, "--plan", plan, "--projects", projects)
    ran = command(capsys, *given, "--out", tmp_path / "x.html")
    assert ran.code == 5, ran.err
    assert not (tmp_path / "x.html").exists()


def test_a_report_of_projects_needs_a_plan(tmp_path: Path, capsys: Capture) -> None:
    given = ("report", tmp_path, tmp_path, "--projects", tmp_path, "--out", tmp_path / "x.html")
    ran = command(capsys, *given)
    assert ran.code == 2
    assert "--plan" in ran.err
