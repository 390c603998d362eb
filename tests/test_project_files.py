"""The folder of test projects: read again as it was written; what is not so is told with its place."""

from collections.abc import Callable
from pathlib import Path

import pytest
from test_projects import drawn

from sip_grouping.edition import Edition
from sip_grouping.edition.calendar import Contact
from sip_grouping.errors import InputError
from sip_grouping.grouping import Grouping
from sip_grouping.plan import (
    ChosenProjects,
    Meeting,
    Plan,
    load_projects,
    plan_digest,
    projects_digest,
    save_projects,
)
from sip_grouping.season.evaluation import evaluations
from sip_grouping.season.followup import follow_up
from sip_grouping.season.projects import choose, proposals_of
from sip_grouping.season.projects_record import chosen_projects


def made_of(
    edition: Edition, grouping: Grouping, plan: Plan | None = None
) -> ChosenProjects | None:
    """Return what `projects` makes; None where it cannot be."""
    choice, followed = (
        choose(edition, proposals_of(edition, grouping)),
        follow_up(edition, grouping),
    )
    assert choice is not None
    if followed is None or followed.alone:
        return None
    met = evaluations(edition, grouping, choice.chosen, plan)
    meetings = tuple(one for one in met if isinstance(one, Meeting))
    if len(meetings) < len(met):
        return None
    return chosen_projects(edition, grouping, choice, followed, meetings, plan)


@pytest.fixture(scope="module")
def made() -> ChosenProjects:
    found = made_of(*drawn(3))
    assert found is not None
    assert found.meetings
    return found


def test_what_was_written_is_read_again(made: ChosenProjects, tmp_path: Path) -> None:
    save_projects(made, tmp_path / "out")
    assert load_projects(tmp_path / "out") == made
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    save_projects(load_projects(tmp_path / "out"), tmp_path / "out", force=True)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), "utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda folder: (folder / "followup.csv").unlink(), ("followup.csv", None)),
        (lambda folder: (folder / "projects.json").unlink(), ("projects.json", None)),
        (replaced("projects.csv", "willing", "wiling"), ("projects.csv", 1)),
        (replaced("projects.csv", ",no,", ",maybe,"), ("projects.csv", 2)),
        (replaced("projects.csv", "2021-01-15", "tomorrow"), ("projects.csv", 2)),
        (replaced("meetings.csv", "18:30", "half past six"), ("meetings.csv", 2)),
        (replaced("followup.csv", "g1,", "g1,,"), ("followup.csv", 2)),
        (replaced("projects.json", '"format_version": 1', '"format_version": 2'),
         ("projects.json", None)),
        (replaced("projects.json", '"cost": ', '"cost": "much", "old": '), ("projects.json", None)),
        (replaced("projects.json", '"cost": ', '"cost": 0.0001, "old": '), ("projects.json", None)),
        (replaced("projects.json", '"evenness": ', '"eveness": '), ("projects.json", None)),
    ],
)  # fmt: skip
def test_what_is_not_as_written_is_told_with_its_place(
    change: Callable[[Path], None],
    place: tuple[str, int | None],
    made: ChosenProjects,
    tmp_path: Path,
) -> None:
    save_projects(made, tmp_path / "out")
    change(tmp_path / "out")
    with pytest.raises(InputError) as caught:
        load_projects(tmp_path / "out")
    assert place in {(one.file, one.row) for one in caught.value.findings}


def test_the_digest_is_of_what_decides_and_of_no_name() -> None:
    edition, _ = drawn(3)
    season = edition.season
    first, *others = season.team

    def with_team(*team: Contact) -> str:
        return projects_digest(
            edition.replace(season=season.model_copy(update={"team": (*team, *others)}))
        )

    assert with_team(first.model_copy(update={"name": "Somebody"})) == projects_digest(edition)
    assert with_team(first.model_copy(update={"groups_max": 9})) != projects_digest(edition)
    titled = tuple(one.model_copy(update={"title": "T"}) for one in season.proposals)
    dearer = tuple(one.model_copy(update={"budget": 99.0}) for one in season.proposals)
    for proposals, same in ((titled, True), (dearer, False), (season.proposals[::-1], True)):
        changed = edition.replace(season=season.model_copy(update={"proposals": proposals}))
        assert (projects_digest(changed) == projects_digest(edition)) is same


def test_the_digest_of_a_plan_is_of_its_meetings(made: ChosenProjects) -> None:
    plan = Plan(
        edition_name="small", edition_digest="", grouping_digest="", season_digest="",
        status=made.status, meetings=made.meetings, score_thousandths=0, attendance=0,
        in_person=0, late_thousandths=0,
    )  # fmt: skip
    assert plan_digest(plan.model_copy(update={"seed": 5})) == plan_digest(plan)
    fewer = plan.model_copy(update={"meetings": made.meetings[1:]})
    assert plan_digest(fewer) != plan_digest(plan)
