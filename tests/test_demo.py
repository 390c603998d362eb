"""Synthetic editions: the shares they promise, repeatability, and who may be asked what."""

import runpy
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sip_grouping.demo import synthetic_edition
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member
from sip_grouping.errors import InputError
from sip_grouping.geography import PostcodePoint, PostcodeTable
from sip_grouping.reading import load_edition, save_edition

BUNDLED = Path(__file__).parents[1] / "data" / "demo-2020-2021"


@pytest.fixture(scope="module")
def edition() -> Edition:
    return synthetic_edition(members=240, seed=0)


@pytest.fixture(scope="module")
def large() -> Edition:
    return synthetic_edition(members=3000, seed=1)


def share(members: tuple[Member, ...], town_prefixes: tuple[str, ...]) -> float:
    return sum(member.town_id.startswith(town_prefixes) for member in members) / len(members)


def test_the_same_arguments_give_the_same_edition(edition: Edition) -> None:
    again = synthetic_edition(members=240, seed=0)
    assert again == edition
    assert again.digest == edition.digest


def test_another_seed_gives_other_members(edition: Edition) -> None:
    assert synthetic_edition(members=240, seed=1).members != edition.members


def test_it_has_the_four_themes_of_2020_in_three_languages(edition: Edition) -> None:
    assert [theme.id for theme in edition.themes] == [
        "support",
        "new-perspectives",
        "gender-equality",
        "sharing-economy",
    ]
    assert all(set(theme.title) == {"nl", "fr", "en"} for theme in edition.themes)
    assert edition.theme_by_id["sharing-economy"].countries == ("FR",)


def test_no_belgian_member_ranks_the_theme_that_is_open_in_france_only(large: Edition) -> None:
    ranking = [member for member in large.members if "sharing-economy" in member.themes]
    assert ranking
    assert {member.country for member in ranking} == {"FR"}


def test_members_concentrate_in_the_large_cities_and_have_a_long_tail(large: Edition) -> None:
    assert 0.20 < share(large.members, ("BE-10", "BE-11", "BE-12")) < 0.35
    assert share(large.members, ("FR-75", "FR-92", "FR-93", "FR-94")) > 0.08
    assert share(large.members, ("BE-40", "BE-41", "BE-42", "BE-43", "BE-44", "BE-46")) > 0.05
    assert share(large.members, ("FR-59",)) > 0.05
    assert share(large.members, ("FR-69",)) > 0.03
    by_town = Counter(member.town_id for member in large.members)
    assert sum(count == 1 for count in by_town.values()) > len(large.members) / 10
    # The tail reaches nearly every department of France and every province of Belgium.
    departments = {m.postcode[:2] for m in large.members if m.country == "FR"}
    assert len(departments) > 80
    assert {m.postcode[0] for m in large.members if m.country == "BE"} == set("123456789")


def test_volunteers_are_a_quota_in_small_editions_too() -> None:
    for members in (20, 50, 240):
        edition = synthetic_edition(members=members, moderator_share=0.15, secretary_share=0.2)
        assert sum(bool(member.moderator) for member in edition.members) == round(0.15 * members)
        assert sum(bool(member.secretary) for member in edition.members) == round(0.2 * members)


def test_three_languages_of_answer_that_members_can_work_in(large: Edition) -> None:
    answers = Counter(member.extra["answer_language"] for member in large.members)
    assert set(answers) == {"fr", "nl", "en"}
    assert answers["fr"] > answers["nl"] > answers["en"] > 0
    for member in large.members:
        assert not member.languages or member.extra["answer_language"] in member.languages
    assert sum(len(member.languages) > 1 for member in large.members) > len(large.members) / 5


def test_most_members_are_attached_to_an_office_of_their_country(large: Edition) -> None:
    attached = [member for member in large.members if member.office]
    assert 0.80 < len(attached) / len(large.members) < 1
    at_home = [m for m in attached if large.office_by_id[m.office or ""].country == m.country]
    assert len(at_home) > 0.95 * len(attached)


def test_every_postcode_is_in_the_table_itself(large: Edition) -> None:
    codes = {(point.country, point.postcode) for point in PostcodeTable.bundled()}
    records = [*large.members, *large.offices]
    assert {(one.country, one.postcode) for one in records} <= codes
    assert all(spot.matched == spot.postcode for spot in large.locations)


def test_nobody_has_a_name_or_an_address(large: Edition) -> None:
    assert all(member.name is None and member.email is None for member in large.members)


def test_pairs_can_be_placed_together_and_nobody_is_in_two(large: Edition) -> None:
    named: list[str] = []
    for member in large.members:
        for other_id in (*member.together, *member.apart):
            other = large.member_by_id[other_id]
            named += [member.member_id, other_id]
            assert member.eligible
            assert other.eligible
            assert set(member.themes) & set(other.themes)
    assert len(named) == len(set(named)) > 0


def test_slots_are_asked_for_only_when_wanted(edition: Edition) -> None:
    assert not any(member.slots for member in edition.members)
    assert all(member.slots for member in synthetic_edition(members=30, slots=True).members)


def test_towns_none_leaves_the_offices_alone() -> None:
    assert synthetic_edition(members=20, towns="none").places.towns == "none"


@pytest.mark.parametrize("themes", [1, 4, 7])
def test_any_number_of_themes(themes: int) -> None:
    edition = synthetic_edition(members=60, themes=themes)
    assert len(edition.themes) == themes
    assert {theme for member in edition.members for theme in member.themes} <= set(
        edition.theme_by_id
    )


def test_a_tail_share_of_one_leaves_the_cities() -> None:
    edition = synthetic_edition(members=400, tail_share=1.0)
    assert share(edition.members, ("BE-10", "BE-11", "BE-12")) < 0.05


def test_own_postcodes_may_lie_anywhere_else() -> None:
    hamlet = PostcodePoint("FR", "23000", "Guéret", 46.17, 1.87, 1.0)
    edition = synthetic_edition(
        members=5, postcodes=PostcodeTable.bundled().overlay(PostcodeTable([hamlet]))
    )
    assert len(edition.members) == 5


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"members": 0}, "members"),
        ({"themes": 0}, "themes"),
        ({"moderator_share": 1.5}, "moderator_share"),
        ({"secretary_share": float("nan")}, "secretary_share"),
        ({"tail_share": -0.1}, "tail_share"),
    ],
)
def test_an_argument_out_of_range_is_named(arguments: dict[str, float], named: str) -> None:
    with pytest.raises(InputError) as caught:
        synthetic_edition(**arguments)  # type: ignore[arg-type]
    assert [finding.column for finding in caught.value.findings] == [named]


@settings(deadline=None, max_examples=25)
@given(members=st.integers(1, 60), seed=st.integers(0, 10**9), tail=st.floats(0, 1))
def test_any_size_and_seed_is_a_valid_edition(members: int, seed: int, tail: float) -> None:
    edition = synthetic_edition(members=members, seed=seed, tail_share=tail)
    assert len(edition.members) == members
    assert len(edition.member_by_id) == members


def test_the_bundled_edition_is_what_its_script_builds(tmp_path: Path) -> None:
    runpy.run_path(str(BUNDLED / "build.py"))["build"](tmp_path)
    built = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(built) == {"edition.toml", "members.csv", "offices.csv", "experts.csv", "team.csv"}
    for name, content in built.items():
        assert (BUNDLED / name).read_bytes() == content, f"{name}: run {BUNDLED.name}/build.py"


def test_the_bundled_edition_reads_without_a_warning() -> None:
    edition = load_edition(BUNDLED)
    assert edition.name == "2020-2021"
    assert len(edition.members) == 240
    assert len(edition.offices) == 19
    assert edition.warnings == ()


def test_the_bundled_edition_has_the_season_of_2021() -> None:
    edition = load_edition(BUNDLED)
    calendar, projects = edition.season.calendar, edition.season.projects
    assert calendar is not None
    assert projects is not None
    assert [(one.id, str(one.first), str(one.last), one.meetings) for one in calendar.phases] == [
        ("study", "2021-01-01", "2021-01-31", (1, 2)),
        ("ideas", "2021-01-20", "2021-02-20", (1, 2)),
        ("experts", "2021-02-01", "2021-02-15", (1, 1)),
        ("recommendations", "2021-02-20", "2021-03-20", (1, 1)),
    ]
    assert calendar.meetings_of_a_group == 5
    assert [one.id for one in calendar.phases if one.expert] == ["experts"]
    assert all(set(one.title) == {"nl", "fr", "en"} for one in calendar.phases)
    assert (str(projects.first), str(projects.last), projects.budget) == (
        "2021-01-15",
        "2021-04-15",
        12000.0,
    )


def test_experts_and_team_of_the_bundled_edition_cover_it_and_have_no_names() -> None:
    season = load_edition(BUNDLED).season
    assert [one.expert_id for one in season.experts] == [f"e00{number}" for number in range(1, 7)]
    assert [one.team_id for one in season.team] == [f"t0{number}" for number in range(1, 6)]
    assert {one.name for one in season.experts} | {one.name for one in season.team} == {""}
    spoken = {
        (theme, code) for one in season.experts for theme in one.themes for code in one.languages
    }
    themes = ("support", "new-perspectives", "gender-equality")
    assert {(theme, code) for theme in themes for code in ("fr", "nl")} <= spoken
    assert ("sharing-economy", "fr") in spoken
    # Every group of 2020-2021 needs an expert once, and somebody who follows it.
    assert sum(one.sessions_max for one in season.experts) >= 20
    assert sum(one.groups_max for one in season.team) >= 20


def test_a_synthetic_edition_survives_its_files(tmp_path: Path) -> None:
    edition = synthetic_edition(members=80, seed=4, slots=True, themes=5)
    save_edition(edition, tmp_path / "demo")
    assert load_edition(tmp_path / "demo") == edition
