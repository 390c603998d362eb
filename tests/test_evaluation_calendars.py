"""Calendars of the evaluations of test projects: files, and updates and cancellations of those before."""

import json
import random
from datetime import date, datetime, time, timedelta
from itertools import product
from pathlib import Path

import holidays
import pytest
import vobject
from cli_case import Ran, command
from test_ical import applied, checked
from test_projects import TO, Capture, at_one_place, evaluation_of, planned, projects

from sip_grouping.edition.calendar import Project, date_range
from sip_grouping.grouping.files import load_grouping
from sip_grouping.plan import Meeting, load_projects
from sip_grouping.reading import load_edition
from sip_grouping.season.evaluation import evaluations
from sip_grouping.season.ical import calendars, sequences
from sip_grouping.season.projects import proposals_of
from sip_grouping.verification.projects import verify_projects

PROPOSALS = """\
project_id,group_id,title,budget,from,to
p1,support-liege-1,Try,400,2021-01-15,2021-03-31
p2,gender-liege-1,Try,400,,
"""


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "calendars").iterdir())}


def again(tmp_path: Path, capsys: Capture, out: str, before: str) -> Ran:
    two = (str(tmp_path / "edition"), str(tmp_path / "groups"))
    options = ("--out", str(tmp_path / out), "--before", str(tmp_path / before), "--json")
    return command(capsys, "projects", *two, *options)


def test_evaluations_are_in_the_calendars_of_group_members_and_office(
    tmp_path: Path, capsys: Capture
) -> None:
    assert projects(tmp_path, capsys, team="team_id\nt1\n", proposals=PROPOSALS).code == 0
    made = load_projects(tmp_path / "projects")
    files = files_of(tmp_path / "projects")
    rows = (tmp_path / "groups" / "assignments.csv").read_text("utf-8-sig").splitlines()[1:]
    placed = {row.split(",")[0] for row in rows if "liege-1" in row}
    assert set(files) == {
        *(f"group-{one.group_id}.ics" for one in made.meetings),
        *(f"member-{one}.ics" for one in placed),
        *({"office-liege.ics"} if any(one.place for one in made.meetings) else set()),
    }
    for one in made.meetings:
        content = files[f"group-{one.group_id}.ics"]
        (event,) = checked(content)
        assert event["SEQUENCE"] == "0"
        assert event["DTSTART"] == f"{one.begins:%Y%m%dT%H%M%S}"
        read = vobject.readOne(content.decode("utf-8")).vevent
        assert read.dtstart.value.replace(tzinfo=None) == one.begins
        # Summer time, since 28 March.
        assert read.dtstart.value.utcoffset() == timedelta(hours=2)
    assert b"Secret" not in b"".join(files.values())


def test_what_changed_is_updated_and_what_is_gone_is_cancelled(
    tmp_path: Path, capsys: Capture
) -> None:
    assert projects(tmp_path, capsys, team="team_id\nt1\n", proposals=PROPOSALS).code == 0
    first = load_projects(tmp_path / "projects")
    evaluation = {one.meeting_id: one for one in first.meetings}
    settings = tmp_path / "edition" / "edition.toml"
    away = evaluation["evaluation-p1"].date
    settings.write_text(
        settings.read_text("utf-8").replace("[calendar]\n", f'[calendar]\nclosed = ["{away}"]\n'),
        "utf-8",
    )
    # One is on another day, the project of the other one is withdrawn.
    table = tmp_path / "edition" / "projects.csv"
    table.write_text(PROPOSALS.rpartition("p2")[0], "utf-8")
    ran = again(tmp_path, capsys, "second", "projects")
    assert ran.code == 0
    numbers = {"evaluation-p1": 1, "evaluation-p2": 1}
    assert json.loads(ran.out)["sequences"] == numbers
    second = load_projects(tmp_path / "second")
    assert second.sequences == numbers
    assert second.meetings[0].date != away
    old, new = files_of(tmp_path / "projects"), files_of(tmp_path / "second")
    (shown,) = applied(old["group-support-liege-1.ics"], new["group-support-liege-1.ics"]).values()
    assert shown["DTSTART"] == f"{second.meetings[0].begins:%Y%m%dT%H%M%S}"
    assert applied(old["group-gender-liege-1.ics"], new["group-gender-liege-1.ics"]) == {}
    # Made once more as it was: nothing is sent anew, and what is cancelled has no event any more.
    assert again(tmp_path, capsys, "third", "second").code == 0
    third = files_of(tmp_path / "third")
    assert third["group-support-liege-1.ics"] == new["group-support-liege-1.ics"]
    assert "group-gender-liege-1.ics" not in third
    # Proposed again after all: the event comes back, above the number of its cancellation.
    table.write_text(PROPOSALS, "utf-8")
    assert again(tmp_path, capsys, "fourth", "third").code == 0
    fourth = files_of(tmp_path / "fourth")
    name = "group-gender-liege-1.ics"
    assert len(applied(old[name], new[name], fourth[name])) == 1
    assert load_projects(tmp_path / "fourth").sequences == {"evaluation-p1": 1, "evaluation-p2": 2}


def test_folders_of_test_projects_are_verified_and_replaced_with_their_calendars(
    tmp_path: Path, capsys: Capture
) -> None:
    assert projects(tmp_path, capsys, team="team_id\nt1\n", proposals=PROPOSALS).code == 0
    edition, groups = load_edition(tmp_path / "edition"), load_grouping(tmp_path / "groups")
    folder = str(tmp_path / "projects")
    two = [str(tmp_path / name) for name in ("edition", "groups")]
    ran = command(capsys, "projects", *two, "--out", folder, "--before", folder, "--force")
    assert ran.code == 0
    assert verify_projects(edition, groups, load_projects(folder)).violations == ()
    ran = again(tmp_path, capsys, "other", "groups")
    assert ran.code == 2
    assert "projects.json" in ran.err


def test_a_meeting_that_comes_back_after_two_plans_counts_on() -> None:
    edition, grouping = at_one_place()
    one = evaluation_of(edition, grouping)
    plan, empty = planned(one), planned()
    sent = empty.model_copy(update={"settings": {"sequences": sequences(empty, plan)}})
    later = empty.model_copy(update={"settings": {"sequences": sequences(empty, sent)}})
    assert sequences(plan, later) == {one.meeting_id: 2}
    assert calendars(empty, edition, grouping) == {}
    assert one.date > date(2021, 1, 1)


@pytest.mark.parametrize("seed", range(40))
def test_as_few_evaluations_move_as_plain_enumeration_says(seed: int) -> None:
    rng = random.Random(seed)
    edition, grouping = at_one_place()
    season = edition.season
    assert season.calendar is not None
    proposals = (*season.proposals, Project(project_id="p2", group_id="g2", budget=1.0))
    edition = edition.replace(season=season.model_copy(update={"proposals": proposals}))
    chosen = proposals_of(edition, grouping)
    first = evaluations(edition, grouping, chosen)
    known = tuple(one for one in first if isinstance(one, Meeting))
    # Somebody is away on days around those evaluations.
    days = [known[0].date + timedelta(rng.randint(-1, 5)) for _ in range(3)]
    away = tuple(date_range(str(day)) for day in sorted(set(days)))
    who = rng.choice(["m0", "m3", "m2"])
    members = tuple(
        one.model_copy(update={"cannot": away}) if one.member_id == who else one
        for one in edition.members
    )
    changed = edition.replace(members=members)
    met = evaluations(changed, grouping, chosen, before=known)
    now = {one.meeting_id: one.begins for one in met if isinstance(one, Meeting)}
    moved = sum(now[one.meeting_id] != one.begins for one in known)
    assert sorted(one.meeting_id for one in known) == ["evaluation-p1", "evaluation-p2"]
    best = 2
    week = [TO + timedelta(n) for n in range(1, 8)]
    closed = set(holidays.country_holidays("BE", years=2021))
    starts = [time.fromisoformat(text) for text in season.calendar.start_times.values()]
    slots = [datetime.combine(day, at) for day in week if day not in closed for at in starts]
    for one, other in product(slots, slots):
        held = dict(zip(("g1", "g2"), (one, other), strict=True))
        at_once = abs(one - other) < timedelta(hours=3)
        holders = {"g1": ("m0", "m1"), "g2": ("m3", "m4")}
        absent = any(
            who in holders[group] and any(slot.date() in stretch for stretch in away)
            for group, slot in held.items()
        )
        if not at_once and not absent:
            best = min(best, sum(held[two.group_id or ""] != two.begins for two in known))
    assert moved == best
    # Where nothing changes it is as it was.
    assert evaluations(edition, grouping, chosen, before=known) == first
