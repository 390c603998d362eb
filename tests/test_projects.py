"""Test projects, follow-up and evaluations: as good as plain enumeration says; the command and its causes."""

import csv
import json
import random
from collections import Counter
from datetime import date, timedelta
from itertools import combinations, product
from pathlib import Path

import pytest
from cli_case import EDITION, MEMBERS, Ran, command, write_edition
from grouping_builder import GroupWanted, build_grouping
from small import member, office, small_edition

from sip_grouping.edition import Edition
from sip_grouping.edition.calendar import Calendar, Contact, Phase, Project, ProjectRules, Season
from sip_grouping.edition.records import Theme, Track
from sip_grouping.errors import InputError
from sip_grouping.grouping import Grouping, Status
from sip_grouping.plan import Meeting, MeetingKind, Plan
from sip_grouping.season.evaluation import evaluations
from sip_grouping.season.followup import follow_up
from sip_grouping.season.projects import choose, proposals_of

Capture = pytest.CaptureFixture[str]
FROM, TO = date(2021, 1, 15), date(2021, 4, 14)


def drawn(seed: int) -> tuple[Edition, Grouping]:
    """Return four groups with up to seven proposals and a team of three."""
    rng = random.Random(seed)
    members = [
        member(f"m{n}", country=rng.choice(["BE", "FR"]), themes=("a", "b"),
               languages=(rng.choice(["nl", "fr"]),), office="hub")
        for n in range(12)
    ]  # fmt: skip
    made = small_edition(
        members, themes=[Theme(id="a"), Theme(id="b")], offices=[office(rooms=1), office("far", 9)]
    )
    groups: list[GroupWanted] = []
    for n in range(4):
        ids = [f"m{3 * n + k}" for k in range(3)]
        one: GroupWanted = {
            "theme": rng.choice(["a", "b"]), "members": ids, "track": rng.choice(["local", "video"]),
            "moderators": ids[:1], "secretaries": ids[1:2], "language": rng.choice(["nl", "fr", ""]),
        }  # fmt: skip
        if one["track"] == "local":
            one["place"] = rng.choice(["hub", "far"])
        groups.append(one)
    proposals = [
        Project(
            project_id=f"p{n}",
            group_id=f"g{rng.randint(1, 4)}",
            budget=float(rng.randint(1, 9)),
            willing=tuple(rng.sample([f"m{k}" for k in range(12)], rng.choice([0, 4, 8]))),
        )
        for n in range(rng.randint(1, 7))
    ]
    rules = ProjectRules.model_validate(
        {"from": FROM, "to": TO, "budget": float(rng.randint(5, 20)),
         "share_max": rng.choice([{}, {"theme": 0.5, "country": 0.7}])}
    )  # fmt: skip
    team = tuple(
        Contact(
            team_id=f"t{n}",
            languages=rng.choice([(), ("nl",), ("fr",), ("nl", "fr")]),
            offices=rng.choice([(), (), ("hub",)]),
            groups_max=rng.randint(1, 3),
        )
        for n in range(3)
    )
    calendar = Calendar(phases=(Phase(id="p", first=FROM, last=TO),))
    season = Season(calendar=calendar, projects=rules, proposals=tuple(proposals), team=team)
    return made.replace(season=season), build_grouping(made, groups)


@pytest.mark.parametrize("seed", range(60))
def test_the_choice_is_as_good_as_plain_enumeration_says(seed: int) -> None:
    edition, grouping = drawn(seed)
    rules = edition.season.projects
    assert rules is not None
    people = {
        group.group_id: [p.member_id for p in grouping.placements if p.group_id == group.group_id]
        for group in grouping.group_records
    }

    def country(group_id: str) -> str:
        group = grouping.group_by_id[group_id]
        if group.track is Track.LOCAL:
            return "BE"
        counted = Counter(edition.member_by_id[who].country for who in people[group_id])
        return min(counted, key=lambda one: (-counted[one], one))

    best = (0, 0.0)
    proposals = edition.season.proposals
    for size in range(len(proposals) + 1):
        for chosen in combinations(proposals, size):
            if len({one.group_id for one in chosen}) < size:
                continue
            if sum(one.budget for one in chosen) > rules.budget:
                continue
            theme, land = Counter[str](), Counter[str]()
            for one in chosen:
                theme[grouping.group_by_id[one.group_id].theme] += int(one.budget * 1000)
                land[country(one.group_id)] += int(one.budget * 1000)
            shares = rules.share_max
            if any(v > rules.budget * 1000 * shares.get("theme", 1) for v in theme.values()):
                continue
            if any(v > rules.budget * 1000 * shares.get("country", 1) for v in land.values()):
                continue
            willing = sum(
                len(set(people[one.group_id]) & set(one.willing or people[one.group_id]))
                for one in chosen
            )
            best = max(best, (willing, -sum(one.budget for one in chosen)))
    found = choose(edition, proposals_of(edition, grouping))
    assert found is not None
    assert (found.score, -found.cost / 1000) == (best[0] * 10_000, best[1])
    assert found.bound == found.score


@pytest.mark.parametrize("seed", range(60))
def test_the_follow_up_is_as_even_as_plain_enumeration_says(seed: int) -> None:
    edition, grouping = drawn(seed)
    groups = grouping.group_records
    best = None
    for chosen in product(edition.season.team, repeat=len(groups)):
        loads = Counter(one.team_id for one in chosen)
        fits = all(
            (not one.languages or not group.language or group.language in one.languages)
            and (not one.offices or (group.place or "hub") in one.offices)
            and loads[one.team_id] <= one.groups_max
            for one, group in zip(chosen, groups, strict=True)
        )
        if fits:
            squares = sum(load * load for load in loads.values())
            best = squares if best is None else min(best, squares)
    found = follow_up(edition, grouping)
    if best is None:
        assert found is None or found.alone
    else:
        assert found is not None
        assert set(found.contact_of) == {group.group_id for group in groups}
        assert sum(load * load for load in found.loads.values()) == best


def test_evaluations_lie_within_a_week_after_the_project() -> None:
    edition, grouping = drawn(3)
    choice = choose(edition, proposals_of(edition, grouping))
    assert choice is not None
    assert choice.chosen
    met = evaluations(edition, grouping, choice.chosen)
    assert {one.meeting_id for one in met if isinstance(one, Meeting)} == {
        f"evaluation-{one.project.project_id}" for one in choice.chosen
    }
    for one in met:
        assert isinstance(one, Meeting)
        assert TO < one.date <= TO + timedelta(7)
        assert one.attending == one.size == 3
        # All can always come: so on weekdays in the evening, though the week begins on a Thursday.
        assert one.date.weekday() < 5
        assert f"{one.start:%H:%M}" == "18:30"


def planned(*meetings: Meeting) -> Plan:
    """Return a plan of these meetings alone."""
    return Plan(
        edition_name="small", edition_digest="", grouping_digest="", season_digest="",
        status=Status.FEASIBLE, meetings=meetings, score_thousandths=0, attendance=0,
        in_person=0, late_thousandths=0,
    )  # fmt: skip


def at_one_place() -> tuple[Edition, Grouping]:
    """Return two local groups of three at an office with one room; the first one has a project."""
    made = small_edition([member(f"m{n}") for n in range(6)], offices=[office(rooms=1)])
    groups: list[GroupWanted] = [
        {"theme": "a", "members": [f"m{3 * n + k}" for k in range(3)], "place": "hub",
         "moderators": [f"m{3 * n}"], "secretaries": [f"m{3 * n + 1}"]}
        for n in range(2)
    ]  # fmt: skip
    season = Season(
        calendar=Calendar(phases=(Phase(id="p", first=FROM, last=TO),)),
        projects=ProjectRules.model_validate({"from": FROM, "to": TO, "budget": 9.0}),
        proposals=(Project(project_id="p1", group_id="g1", budget=1.0),),
    )
    return made.replace(season=season), build_grouping(made, groups)


def evaluation_of(edition: Edition, grouping: Grouping, plan: Plan | None = None) -> Meeting:
    (met,) = evaluations(edition, grouping, proposals_of(edition, grouping), plan)
    assert isinstance(met, Meeting)
    return met


def test_an_evaluation_keeps_off_the_rooms_that_the_plan_has_taken() -> None:
    edition, grouping = at_one_place()
    free = evaluation_of(edition, grouping)
    assert free.track is Track.LOCAL
    other = free.model_copy(
        update={"meeting_id": "g2-1", "group_id": "g2", "kind": MeetingKind.GROUP}
    )
    assert not evaluation_of(edition, grouping, planned(other)).overlaps(other)
    two_rooms = edition.replace(offices=(office(rooms=2),))
    assert evaluation_of(two_rooms, grouping, planned(other)).begins == free.begins


def test_who_is_counted_at_a_moment_for_all_is_not_at_an_evaluation_then() -> None:
    edition, grouping = at_one_place()
    free = evaluation_of(edition, grouping)
    moment = free.model_copy(
        update={
            "meeting_id": "information-p-BE-1",
            "kind": MeetingKind.INFORMATION,
            "group_id": None,
            "theme": "",
            "track": Track.VIDEO,
            "place": "BE",
        }
    )
    assert not evaluation_of(edition, grouping, planned(moment)).overlaps(moment)
    # Who is absent there can come.
    away = moment.model_copy(update={"absent": ("m0", "m1", "m2")})
    assert evaluation_of(edition, grouping, planned(away)).begins == free.begins


@pytest.mark.parametrize(
    ("changes", "fits"),
    [
        ({"first": FROM, "last": TO}, True),
        ({"first": FROM - timedelta(1)}, False),
        ({"last": TO + timedelta(1)}, False),
        ({"first": TO + timedelta(1)}, False),
    ],
)
def test_projects_run_within_the_dates_of_the_edition(changes: dict[str, date], fits: bool) -> None:
    edition, grouping = at_one_place()
    (project,) = edition.season.proposals
    moved = edition.season.model_copy(update={"proposals": (project.model_copy(update=changes),)})
    edition = edition.replace(season=moved)
    if fits:
        assert len(proposals_of(edition, grouping)) == 1
    else:
        with pytest.raises(InputError) as caught:
            proposals_of(edition, grouping)
        (found,) = caught.value.findings
        assert (found.code, found.row) == ("project-dates", "p1")


SEASON = """\
[calendar]
[[calendar.phases]]
id = "study"
from = 2021-01-04
to = 2021-01-17
[projects]
from = 2021-01-15
to = 2021-04-15
budget = 1000.0
"""


def projects(tmp_path: Path, capsys: Capture, *, team: str, proposals: str) -> Ran:
    folder = write_edition(tmp_path / "edition", edition=EDITION + SEASON, members=MEMBERS)
    (folder / "team.csv").write_text(team, "utf-8")
    (folder / "projects.csv").write_text(proposals, "utf-8")
    groups = tmp_path / "groups"
    assert command(capsys, "form", str(folder), "--out", str(groups), "--quiet").code == 0
    out = str(tmp_path / "projects")
    return command(capsys, "projects", str(folder), str(groups), "--out", out, "--json")


def test_the_command_writes_what_was_chosen(tmp_path: Path, capsys: Capture) -> None:
    proposals = "project_id,group_id,title,budget\np1,support-liege-1,Try,400\n"
    ran = projects(tmp_path, capsys, team="team_id\nt1\nt2\n", proposals=proposals)
    told = json.loads(ran.out)
    assert (ran.code, told["chosen"], told["status"]) == (0, ["p1"], "optimal")
    assert sorted(told["loads"].values()) == [1, 1]
    folder = tmp_path / "projects"
    with (folder / "followup.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["group_id"]: row["project_id"] for row in rows} == {
        "support-liege-1": "p1",
        "gender-liege-1": "",
    }
    with (folder / "meetings.csv").open(encoding="utf-8-sig", newline="") as file:
        (meeting,) = csv.DictReader(file)
    assert (meeting["kind"], meeting["group_id"]) == ("evaluation", "support-liege-1")
    assert "2021-04-15" < meeting["date"] <= "2021-04-22"


def test_a_group_whom_nobody_can_follow_is_named(tmp_path: Path, capsys: Capture) -> None:
    team = "team_id,offices,groups_max\nt1,,1\n"
    ran = projects(tmp_path, capsys, team=team, proposals="project_id,group_id,budget\n")
    assert ran.code == 3
    assert "groups_max" in ran.err
    assert not (tmp_path / "projects").exists()


def test_a_project_of_no_group_is_an_error(tmp_path: Path, capsys: Capture) -> None:
    proposals = "project_id,group_id,title,budget\np1,support-liege-9,Try,400\n"
    ran = projects(tmp_path, capsys, team="team_id\nt1\n", proposals=proposals)
    assert ran.code == 2
    assert "support-liege-9" in ran.err
