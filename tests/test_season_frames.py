"""The season of an edition from frames and from records: the same as from files, mistakes told likewise."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import sip_grouping as sip

DEMO = Path(__file__).parents[1] / "data" / "demo-2020-2021"


def frame(name: str) -> pd.DataFrame:
    return pd.read_csv(DEMO / f"{name}.csv", dtype=str)


@pytest.fixture(scope="module")
def from_files() -> sip.Edition:
    return sip.load_edition(DEMO)


def from_frames(edition: sip.Edition, **tables: Any) -> sip.Edition:
    season = edition.season
    return sip.edition_from_frames(
        name=edition.name,
        themes=edition.themes,
        members=frame("members").drop(columns="answer_language"),
        offices=frame("offices"),
        rules=edition.rules,
        places=edition.places,
        score=edition.score,
        calendar=season.calendar,
        project_rules=season.projects,
        **tables,
    )


def test_frames_make_the_season_of_the_files(from_files: sip.Edition) -> None:
    proposals = pd.DataFrame({"project_id": ["p1"], "group_id": ["g1"], "budget": [100.0]})
    holidays = pd.DataFrame({"country": ["BE"], "from": ["2021-02-15"], "to": ["2021-02-21"]})
    made = from_frames(
        from_files,
        experts=frame("experts"),
        team=frame("team"),
        projects=proposals,
        school_holidays=holidays,
    )
    known = from_files.season
    assert made.season.model_copy(update={"proposals": (), "school_holidays": ()}) == known
    assert [one.project_id for one in made.season.proposals] == ["p1"]
    assert str(made.season.school_holidays[0].last) == "2021-02-21"
    assert made.digest == from_files.digest


def test_ids_may_be_the_index(from_files: sip.Edition) -> None:
    made = from_frames(from_files, experts=frame("experts").set_index("expert_id"))
    assert made.season.experts == from_files.season.experts


def test_a_mistake_in_a_frame_is_told_with_its_label(from_files: sip.Edition) -> None:
    experts = frame("experts").set_index("expert_id")
    experts.loc["e003", "themes"] = "gardening"
    team = frame("team")
    team.loc[1, "groups_max"] = "-1"
    with pytest.raises(sip.InputError) as error:
        from_frames(from_files, experts=experts, team=team)
    told = {(one.file, one.row, one.column) for one in error.value.findings}
    assert told == {("experts", "e003", "themes"), ("team", 1, "groups_max")}


def test_records_make_the_season_of_the_files(from_files: sip.Edition) -> None:
    made = sip.make_edition(
        name=from_files.name,
        themes=from_files.themes,
        members=from_files.members,
        offices=from_files.offices,
        season=from_files.season,
    )
    assert made.season == from_files.season


def test_records_that_do_not_fit_together_are_refused(from_files: sip.Edition) -> None:
    (one, *others) = from_files.season.experts
    strange = one.model_copy(update={"themes": ("gardening",)})
    with pytest.raises(sip.InputError) as error:
        sip.make_edition(
            name=from_files.name,
            themes=from_files.themes,
            members=from_files.members,
            offices=from_files.offices,
            season=from_files.season.model_copy(update={"experts": (strange, *others)}),
        )
    assert [one.code for one in error.value.findings] == ["unknown-theme"]
