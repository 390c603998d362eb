"""How evenly groups serve the members, counted by hand, and what profiles cost, against enumeration."""

import json
from pathlib import Path

import pytest
from brute_force import best_worths_by_enumeration
from campaigns.profiles import worths_of
from grouping_builder import build_grouping
from meridian import edition_of, exact_m, living, office_at
from tiny_editions import tiny_edition

from sip_grouping.catalogue import LANGUAGES
from sip_grouping.command.app import run
from sip_grouping.edition.records import Theme
from sip_grouping.errors import InputError
from sip_grouping.explain import Share, fairness, price_of_profiles
from sip_grouping.explain.evenness import gini_of
from sip_grouping.grouping import Status
from sip_grouping.grouping.files import save
from sip_grouping.reading import save_edition
from sip_grouping.solve.profiles import PROFILES

EDITION = edition_of(
    [
        living("a", 2.0, themes=("b", "a"), office="hub"),
        living("b", -3.0, office="hub"),
        living("c", 90.0, themes=("a", "b", "c"), office="north"),
        living("d", 120.0),
        living("e", 4.0, office="north"),
        living("f", commits=False, office="hub"),
    ],
    themes=[Theme(id="a"), Theme(id="b"), Theme(id="c")],
    offices=[office_at("hub"), office_at("north", 60.0)],
)
GROUPING = build_grouping(
    EDITION,
    [
        {"theme": "a", "place": "hub", "members": ["a", "b"]},
        {"theme": "a", "track": "video", "members": ["c", "d"]},
    ],
)


def test_what_a_grouping_gives_to_whom() -> None:
    told = fairness(EDITION, GROUPING)
    assert (told.eligible, told.placed, told.unplaced) == (5, 4, 1)
    assert told.ranks == (3, 1, 0)
    assert told.worst_rank == 2
    assert told.longest_way_m == exact_m(-3.0)
    assert told.shares == (
        Share("country", "BE", 5, 4),
        Share("office", "hub", 2, 2),
        Share("office", "north", 2, 1),
    )
    assert told.least_share == 0.5


def test_satisfaction_is_the_part_of_the_score() -> None:
    """Rank points less half a point per km, and 15 by video for whoever accepts local groups."""
    a, b = 80_000 - (exact_m(2.0) + 1) // 2, 100_000 - (exact_m(-3.0) + 1) // 2
    amounts = [a, b, 85_000, 85_000, 0]
    pairs = sum(abs(one - other) for one in amounts for other in amounts)
    told = fairness(EDITION, GROUPING)
    assert told.gini == pytest.approx(pairs / (2 * len(amounts) * sum(amounts)), rel=1e-12)


@pytest.mark.parametrize(
    ("amounts", "gini"),
    [
        ([], None),
        ([0, 0], None),
        ([7], 0.0),
        ([3, 3, 3], 0.0),
        ([0, 0, 0, 1], 0.75),
        ([1, 3], 0.25),
    ],
)
def test_gini(amounts: list[int], gini: float | None) -> None:
    assert gini_of(amounts) == gini


def test_tables_have_a_row_for_every_rank_and_unit() -> None:
    told = fairness(EDITION, GROUPING)
    assert told.ranks_table.to_numpy().tolist() == [[1, 3], [2, 1], [3, 0]]
    assert told.shares_table["name"].tolist() == ["BE", "hub", "north"]
    assert told.shares_table["share"].tolist() == [0.8, 1.0, 0.5]
    nobody = fairness(EDITION, build_grouping(EDITION, []))
    assert (nobody.gini, nobody.worst_rank, nobody.longest_way_m) == (None, None, None)
    assert nobody.least_share == 0.0


def test_what_is_no_grouping_is_named() -> None:
    with pytest.raises(InputError):
        fairness(EDITION, "groups")  # type: ignore[arg-type]


def test_the_price_of_each_profile_is_the_difference_of_the_best_scores() -> None:
    compared = 0
    for seed in (0, 2, 8, 9):
        edition = tiny_edition(seed)
        worths = {"score": lambda _, score: (score,), **worths_of(edition)}
        best = best_worths_by_enumeration(edition, list(worths.values()))
        told = price_of_profiles(edition, work_limit=200)
        assert [one.profile for one in told.rows] == list(worths) == ["score", *PROFILES]
        if best is None:
            assert all(one.fairness is None for one in told.rows)
            continue
        compared += 1
        for one, worth in zip(told.rows, best, strict=True):
            assert one.result.status is Status.OPTIMAL
            assert one.price.certain == best[0][0] - worth[-1], (seed, one.profile)
        assert told.table["price_least"].min() == 0
    assert compared > 2


def test_what_is_not_proven_has_no_price() -> None:
    told = price_of_profiles(EDITION, ["balanced"], work_limit=1e-9)
    for one in told.rows:
        assert one.result.status is not Status.OPTIMAL or one.price.least is not None
        if one.result.status is not Status.OPTIMAL:
            assert one.price.least is None


@pytest.mark.parametrize("names", [["fair"], ["balanced", "balanced"]])
def test_an_unknown_profile_is_named(names: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        price_of_profiles(EDITION, names)
    assert "rank_maximal" in str(caught.value)


def test_it_is_told_in_every_language() -> None:
    told, prices = fairness(EDITION, GROUPING), price_of_profiles(EDITION, work_limit=50)
    texts = {language: told.summary(language) for language in LANGUAGES}
    assert len(set(texts.values())) == len(LANGUAGES)
    assert "4 of 5 members who take part have a group" in texts["en"]
    assert "0,5" not in texts["en"]
    for language in LANGUAGES:
        table = prices.summary(language)
        assert all(one.replace("_", "-") in table for one in PROFILES)


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save_edition(EDITION, tmp_path / "edition")
    save(GROUPING, tmp_path / "groups")
    folders = [str(tmp_path / "edition"), str(tmp_path / "groups")]
    assert run(["fairness", *folders, "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["fairness"] == fairness(EDITION, GROUPING).record()
    assert data["profiles"] is None
    assert run(["fairness", *folders[:1], "--profiles", "--work-limit", "50"]) == 0
    assert "rank-maximal" in capsys.readouterr().out
    assert run(["fairness", *folders, "--profiles", "--work-limit", "50", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert [one["profile"] for one in data["profiles"]] == ["score", *PROFILES]
    assert data["profiles"][1]["stages"][0]["name"] == "placed"
