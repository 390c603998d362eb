"""Profiles: each agrees with plain enumeration on tiny editions, level by level, and is verified."""

import json
import pickle
from pathlib import Path

import pytest
from campaigns import profiles
from how_many import cases
from meridian import edition_of, exact_m, living, office_at

from sip_grouping import synthetic_edition
from sip_grouping.edition.records import Theme
from sip_grouping.errors import InputError
from sip_grouping.grouping import ObjectiveName, Stage, Status
from sip_grouping.grouping.files import load_grouping, save
from sip_grouping.solve import form_groups
from sip_grouping.solve.profiles import PROFILES, objectives_of_profile
from sip_grouping.verification import verify


@pytest.mark.parametrize("crowded", [False, True])
def test_every_profile_is_the_best_of_all_groupings(crowded: bool) -> None:
    compared = [profiles.compare(seed, crowded=crowded) for seed in range(cases(5, 12))]
    assert [one for one in compared if one.what] == []
    assert 3 * sum(one.counts for one in compared) >= 2 * len(compared)


@pytest.mark.parametrize(
    ("members", "seed", "profile", "work_limit"),
    [(100, 1, "rank_maximal", 0.15), (100, 2, "egalitarian", 0.1), (80, 3, "rank_maximal", 0.1)],
)
def test_a_level_that_is_not_proven_may_rise_while_later_ones_are_looked_for(
    members: int, seed: int, profile: str, work_limit: float
) -> None:
    """A limit ends a level early; groups found for a later one are better in it: its value is theirs."""
    edition = synthetic_edition(members=members, seed=seed)
    grouping = form_groups(edition, profile=profile, work_limit=work_limit).grouping
    assert grouping is not None
    assert verify(edition, grouping).ok
    for one in grouping.stages:
        assert one.bound is None or one.value <= one.bound


def test_what_was_reached_is_kept_where_cells_are_taken_apart() -> None:
    """The rows of earlier objectives are those of the cells at hand."""
    assert profiles.compare(22) == profiles.Comparison(22, counts=True, what="")


EDITION = edition_of(
    [
        living("a", 1.0, themes=("b", "a"), office="hub"),
        living("b", -2.5, themes=("b", "c", "a")),
        living("c", 90.0),
        living("d", 120.0, themes=("c", "a")),
        living("e", commits=False),
    ],
    themes=[Theme(id="a"), Theme(id="b"), Theme(id="c")],
)


def test_each_profile_is_a_list_of_objectives() -> None:
    orders = {name: [*objectives_of_profile(name, EDITION)] for name in PROFILES}
    assert orders == {
        "most_placed": ["placed", "score"],
        "rank_maximal": ["first_choices", "within_2_choices", "placed", "score"],
        "egalitarian": ["placed", "within_2_choices", "first_choices", "score"],
        "travel_fair": ["placed", "longest_way", "score"],
        "balanced": ["least_share", "placed", "score"],
    }


def test_a_profile_is_the_same_as_its_objectives() -> None:
    by_name = form_groups(EDITION, work_limit=10, profile="egalitarian").grouping
    in_order = form_groups(
        EDITION, work_limit=10, objectives=objectives_of_profile("egalitarian", EDITION)
    ).grouping
    assert by_name == in_order
    assert by_name is not None
    order: object = by_name.settings["objectives"]
    assert order == ("placed", "within_2_choices", "first_choices", "score")


@pytest.mark.parametrize("order", [("longest_way",), ("least_share",), ("within_3_choices",)])
def test_an_objective_by_level_may_stand_alone(order: tuple[str, ...]) -> None:
    result = form_groups(EDITION, work_limit=10, objectives=order)
    assert result.status is Status.OPTIMAL
    assert result.grouping is not None
    (stage,) = result.grouping.stages
    assert stage.value == stage.bound == {"longest_way": 0}.get(order[0], stage.value)


def test_an_edition_without_valid_groups_is_infeasible_by_levels_too() -> None:
    """More groups of a theme than its members can fill."""
    edition = EDITION.replace(themes=(Theme(id="a", groups_min=9), *EDITION.themes[1:]))
    result = form_groups(edition, work_limit=10, objectives=("longest_way", "score"))
    assert result.status is Status.INFEASIBLE
    assert result.conflict is not None


@pytest.mark.parametrize(
    ("asked", "variants"),
    [
        ({"profile": "fair"}, {"profile"}),
        ({"profile": 3}, {"profile"}),
        ({"profile": "balanced", "objectives": ["score"]}, {"profile"}),
        ({"objectives": ["within_1_choices"]}, {"objectives"}),
        ({"objectives": ["within_2_choices", "within_2_choices"]}, {"objectives"}),
        ({"objectives": ["score_less_disruption"]}, {"objectives"}),
    ],
)
def test_what_is_no_profile_is_named(asked: dict[str, object], variants: set[str]) -> None:
    with pytest.raises(InputError) as caught:
        form_groups(EDITION, **asked)  # type: ignore[arg-type]
    assert {one.column for one in caught.value.findings} == variants


def test_names_of_the_family_are_one_object_each() -> None:
    name = ObjectiveName("within_12_choices")
    assert name is ObjectiveName("within_12_choices")
    assert pickle.loads(pickle.dumps(name)) is name  # noqa: S301 - our own bytes
    assert (name.within, ObjectiveName.FIRST_CHOICES.within, ObjectiveName.SCORE.within) == (
        12,
        1,
        None,
    )
    assert name not in list(ObjectiveName)
    for wrong in ("within_1_choices", "within_02_choices", "within_x_choices", "within_2_choice"):
        with pytest.raises(ValueError, match=wrong):
            ObjectiveName(wrong)


def test_stages_of_a_profile_are_written_and_read_and_recounted(tmp_path: Path) -> None:
    grouping = form_groups(EDITION, work_limit=10, profile="rank_maximal").grouping
    assert grouping is not None
    save(grouping, tmp_path / "groups")
    assert load_grouping(tmp_path / "groups") == grouping
    stages = json.loads((tmp_path / "groups" / "grouping.json").read_text("utf-8"))["stages"]
    assert [one["name"] for one in stages] == [
        "first_choices", "within_2_choices", "placed", "score",
    ]  # fmt: skip
    for at, stage in enumerate(grouping.stages):
        better = Stage(name=stage.name, value=stage.value + 1, bound=stage.value + 1, gap=0.0)
        stages_told = (*grouping.stages[:at], better, *grouping.stages[at + 1 :])
        told = grouping.model_copy(update={"stages": stages_told})
        assert not verify(EDITION, told).ok


def test_the_longest_way_counts_and_not_the_sum_of_ways() -> None:
    """At the hub one comes from 6 km; at the place between all come from 3 km, 9 km together."""
    score = {"rank_points": (100,), "km_points": 1.0}
    edition = edition_of(
        [living(one, km, video=False) for one, km in (("a", 0.0), ("b", 0.0), ("c", 6.0))],
        offices=[office_at("hub"), office_at("between", 3.0)],
        score=score,
    )
    plain = form_groups(edition, work_limit=10).grouping
    fair = form_groups(edition, work_limit=10, profile="travel_fair").grouping
    assert plain is not None
    assert fair is not None
    assert [one.place for one in plain.group_records] == ["hub"]
    assert [one.place for one in fair.group_records] == ["between"]
    assert fair.stages[1].value == fair.stages[1].bound == -exact_m(3.0)


def test_the_least_share_is_of_the_office_that_fares_worst() -> None:
    """Of four at the hub one group of three is the most; both of the other office find one."""
    north = [living(f"n{one}", office="hub", themes=("a",), video=False) for one in range(4)]
    south = [living(f"s{one}", office="south", themes=("b",), video=False) for one in range(2)]
    edition = edition_of(
        [*north, *south],
        themes=[Theme(id="a", groups_max=1), Theme(id="b")],
        offices=[office_at("hub"), office_at("south", 1.0)],
    )
    result = form_groups(edition, work_limit=10, profile="balanced")
    assert result.grouping is not None
    assert result.status is Status.OPTIMAL
    assert result.grouping.stages[0].value == 7500


def test_an_office_too_small_for_a_group_counts_in_its_country() -> None:
    """The only member of the office in the south is out of reach of everybody: no share of it is 0."""
    people = [living(f"n{one}", office="hub", video=False) for one in range(3)]
    alone = living("s", 90.0, office="south", video=False)
    edition = edition_of([*people, alone], offices=[office_at("hub"), office_at("south", 90.0)])
    result = form_groups(edition, work_limit=10, profile="balanced")
    assert result.grouping is not None
    assert result.grouping.stages[0].value == result.grouping.stages[0].bound == 7500
    assert verify(edition, result.grouping).ok
