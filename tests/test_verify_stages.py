"""Stages: each objective's value, bound and gap are checked, and the status follows from them."""

import json
from pathlib import Path

import pytest
from grouping_builder import build_grouping
from meridian import edition_of, exact_m, living
from verify_cases import changed

from sip_grouping.edition.records import Theme
from sip_grouping.errors import InputError
from sip_grouping.grouping import Grouping, ObjectiveName, Stage, Status
from sip_grouping.grouping.files import load_grouping, save
from sip_grouping.rules import RecordRuleId
from sip_grouping.verification import verify

EDITION = edition_of(
    [
        living("a", 1.0, themes=("b", "a")),
        living("b", -2.5),
        living("c", 90.0),
        living("d", 120.0),
        living("e", commits=False),
    ],
    themes=[Theme(id="a"), Theme(id="b")],
)
PLAIN = build_grouping(
    EDITION,
    [
        {"theme": "a", "place": "hub", "members": ["a", "b"]},
        {"theme": "a", "track": "video", "members": ["c", "d"]},
    ],
)
SCORE = PLAIN.score_thousandths
TRUE = {
    ObjectiveName.PLACED: 4,
    ObjectiveName.FIRST_CHOICES: 3,
    ObjectiveName.TRAVEL: -exact_m(1.0) - exact_m(-2.5),
    ObjectiveName.LONGEST_WAY: -exact_m(-2.5),
    ObjectiveName.LEAST_SHARE: 10_000,  # all four who take part
    ObjectiveName.SCORE: SCORE,
    ObjectiveName.SCORE_LESS_DISRUPTION: SCORE,  # the most that it can be: nothing has changed
}


def staged(*stages: Stage, **fields: object) -> Grouping:
    return changed(PLAIN, stages=stages, **fields)


def proven(name: ObjectiveName) -> Stage:
    return Stage(name=name, value=TRUE[name], bound=TRUE[name], gap=0.0)


ALL = tuple(proven(name) for name in TRUE)


def rules_of(grouping: Grouping) -> set[object]:
    return {one.rule for one in verify(EDITION, grouping).violations}


def test_true_stages_that_are_all_proven_are_optimal() -> None:
    assert rules_of(staged(*ALL, status=Status.OPTIMAL)) == set()
    assert rules_of(staged(*ALL)) == {RecordRuleId.STATUS}


def test_a_stage_left_open_is_feasible() -> None:
    name = ObjectiveName.TRAVEL
    value = TRUE[name]
    for open_one in (
        Stage(name=name, value=value),
        Stage(name=name, value=value, bound=value + 1, gap=1 / -value),
        Stage(name=name, value=value, bound=0, gap=1.0),
    ):
        stages = (ALL[0], open_one)
        assert rules_of(staged(*stages)) == set()
        assert rules_of(staged(*stages, status=Status.OPTIMAL)) == {RecordRuleId.STATUS}


def test_the_bound_of_the_plain_score_decides_nothing_beside_stages() -> None:
    bounded = {"bound_thousandths": SCORE + 1000, "gap": 1000 / SCORE}
    assert rules_of(staged(*ALL, status=Status.OPTIMAL, **bounded)) == set()


@pytest.mark.parametrize("name", ObjectiveName)
def test_every_figure_of_a_stage_is_checked(name: ObjectiveName) -> None:
    true = proven(name)

    def told(**fields: object) -> set[object]:
        stage = true.model_copy(update=fields)
        status = Status.OPTIMAL if stage.bound == true.value else Status.FEASIBLE
        return rules_of(staged(stage, status=status))

    value = true.value
    assert told() == set()
    assert told(value=value + 1) == {RecordRuleId.SCORE_FIGURE}
    assert told(bound=value - 1, gap=-1 / abs(value)) == {RecordRuleId.BOUND}
    assert told(gap=0.01) == {RecordRuleId.BOUND}
    assert told(bound=None) == {RecordRuleId.BOUND}
    assert told(bound=None, gap=None) == set()


def test_an_objective_twice_is_found() -> None:
    assert rules_of(staged(ALL[0], ALL[0], status=Status.OPTIMAL)) == {RecordRuleId.SCORE_FIGURE}


def test_stages_are_written_and_read(tmp_path: Path) -> None:
    grouping = staged(*ALL, status=Status.OPTIMAL)
    save(grouping, tmp_path / "groups")
    assert load_grouping(tmp_path / "groups") == grouping
    record = json.loads((tmp_path / "groups" / "grouping.json").read_text("utf-8"))
    assert record["stages"][0] == {"name": "placed", "value": 4, "bound": 4, "gap": 0.0}
    assert (
        record["stages"][list(TRUE).index(ObjectiveName.SCORE)]["value"]
        == record["score"]
        == SCORE / 1000
    )
    save(PLAIN, tmp_path / "plain")
    assert json.loads((tmp_path / "plain" / "grouping.json").read_text("utf-8"))["stages"] == []


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ({"name": "joy"}, "stages.0.name"),
        ({"value": "4"}, "stages.0.value"),
        ({"value": None}, "stages.0.value"),
        ({"bound": 4.5}, "stages.0.bound"),
        ({"gap": "0"}, "stages.0.gap"),
        ({"name": "score", "value": 1.0004}, "stages.0.value"),
    ],
)
def test_a_stage_that_is_none_is_named(
    fields: dict[str, object], column: str, tmp_path: Path
) -> None:
    save(staged(*ALL, status=Status.OPTIMAL), tmp_path / "groups")
    path = tmp_path / "groups" / "grouping.json"
    record = json.loads(path.read_text("utf-8"))
    record["stages"][0] |= fields
    path.write_text(json.dumps(record), "utf-8")
    with pytest.raises(InputError) as caught:
        load_grouping(tmp_path / "groups")
    assert [one.column for one in caught.value.findings] == [column]
