"""Groupings side by side: who moved, which groups stayed, the order of several; nothing made up."""

import json
import pickle
from collections.abc import Mapping

import numpy as np
import pytest
from groupings_by_hand import grouping_of
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment
from small import member, small_edition

import sip_grouping as sip
from sip_grouping.catalogue import LANGUAGES, Language
from sip_grouping.comparison import Change, Moves, moves_between
from sip_grouping.edition.records import Role
from sip_grouping.grouping import ScoreTerms

BEFORE = grouping_of({"g1": "abcd", "g2": "efg"}, out="xyz")
AFTER = grouping_of({"g1": "efx", "g3": "abcg", "g4": "y"}, out="dz", roles={"a": Role.MODERATOR})


def changes(moves: Moves) -> dict[str, str]:
    return {member_id: change.value for member_id, change in moves.change_by_member.items()}


def test_each_member_is_told_what_changed() -> None:
    moves = moves_between(BEFORE, AFTER)
    assert moves.kept == {"g1": "g3", "g2": "g1"}
    assert changes(moves) == {
        "a": "role", "b": "stayed", "c": "stayed", "d": "lost", "e": "stayed", "f": "stayed",
        "g": "moved", "x": "gained", "y": "gained", "z": "out",
    }  # fmt: skip
    assert moves.ids(Change.GAINED) == ("x", "y")
    assert sum(moves.counts.values()) == 10


def test_looked_at_from_the_other_side_it_is_the_mirror() -> None:
    there, back = moves_between(BEFORE, AFTER), moves_between(AFTER, BEFORE)
    mirror = {"lost": "gained", "gained": "lost"}
    assert changes(back) == {
        one: mirror.get(change, change) for one, change in changes(there).items()
    }
    assert dict(back.kept) == {b: a for a, b in there.kept.items()}


def test_a_group_of_another_theme_is_another_group() -> None:
    other = grouping_of({"g1": "abcd"}, themes={"g1": "b"})
    moves = moves_between(grouping_of({"g1": "abcd"}), other)
    assert moves.kept == {}
    assert set(changes(moves).values()) == {"moved"}


def test_of_equal_matches_the_one_that_keeps_ids_is_taken() -> None:
    """Two and two members in common: either pairing keeps as many members in their groups."""
    before = grouping_of({"g1": "abcd", "g2": "efgh"})
    for first, second in (("g1", "g2"), ("g2", "g1")):
        after = grouping_of({first: "abef", second: "cdgh"})
        assert moves_between(before, after).kept == {"g1": "g1", "g2": "g2"}
    # More members in common go before the id.
    after = grouping_of({"g2": "abce", "g1": "dfgh"})
    assert moves_between(before, after).kept == {"g1": "g2", "g2": "g1"}


def test_of_equal_matches_without_ids_the_one_that_keeps_places_is_taken() -> None:
    before = grouping_of({"g1": "abcd", "g2": "efgh"}, places={"g1": "hub", "g2": "far"})
    after = grouping_of({"h1": "abef", "h2": "cdgh"}, places={"h1": "far", "h2": "hub"})
    assert moves_between(before, after).kept == {"g1": "h2", "g2": "h1"}


def test_groups_without_a_common_member_are_not_paired() -> None:
    moves = moves_between(grouping_of({"g1": "abc"}, out="d"), grouping_of({"g1": "d"}, out="abc"))
    assert moves.kept == {}
    assert changes(moves) == {"a": "lost", "b": "lost", "c": "lost", "d": "gained"}


def test_of_other_editions_the_members_of_both_are_compared() -> None:
    after = grouping_of({"g1": "abc", "g2": "enw"}, digests={"members": "n"})
    moves = moves_between(grouping_of({"g1": "abcd", "g2": "e"}), after)
    assert set(changes(moves)) == {"a", "b", "c", "e"}
    assert moves.only_a == ("d",)
    assert moves.only_b == ("n", "w")


def test_with_several_groups_per_member_each_place_is_told() -> None:
    before = grouping_of({"g1": "abc", "g2": "abc", "g3": "d"})
    after = grouping_of({"g1": "abcd", "g2": "bc", "g3": "ad"})
    moves = moves_between(before, after)
    told = [(one.member_id, one.change.value, one.a and one.a.group_id, one.b and one.b.group_id)
            for one in moves.every]  # fmt: skip
    assert told == [
        ("a", "stayed", "g1", "g1"), ("a", "moved", "g2", "g3"),
        ("b", "stayed", "g1", "g1"), ("b", "stayed", "g2", "g2"),
        ("c", "stayed", "g1", "g1"), ("c", "stayed", "g2", "g2"),
        ("d", "stayed", "g3", "g3"), ("d", "moved", None, "g1"),
    ]  # fmt: skip
    assert changes(moves) == {"a": "moved", "b": "stayed", "c": "stayed", "d": "moved"}
    assert moves.counts[Change.STAYED] == 2


def drawn(places: list[int]) -> sip.Grouping:
    groups: dict[str, list[str]] = {}
    for at, place in enumerate(places):
        if place:
            groups.setdefault(f"g{place}", []).append(f"m{at}")
    themes = {f"g{place}": "ab"[place % 2] for place in range(1, 9)}
    return grouping_of(groups, [f"m{at}" for at, place in enumerate(places) if not place],
                       themes=themes)  # fmt: skip


PLACES = st.lists(st.integers(0, 8), min_size=20, max_size=20)


@settings(max_examples=150, deadline=None)
@given(PLACES, PLACES)
def test_no_pairing_of_groups_keeps_more_members(first: list[int], second: list[int]) -> None:
    """A dense matching by another algorithm has the same weight."""
    a, b = drawn(first), drawn(second)
    shared = np.zeros((9, 9))
    for one, other in zip(first, second, strict=True):
        if one and other and one % 2 == other % 2:
            shared[one, other] += 1
    rows, columns = linear_sum_assignment(shared, maximize=True)
    moves = moves_between(a, b)
    stayed = moves.counts[Change.STAYED] + moves.counts[Change.ROLE]
    assert stayed == shared[rows, columns].sum()
    assert len(set(moves.kept.values())) == len(moves.kept)
    assert sum(moves.counts.values()) == 20
    assert changes(moves_between(a, a)) == {
        f"m{at}": "stayed" if place else "out" for at, place in enumerate(first)
    }


# -- the comparison


def scenario(placed: int, travel: int, **more: object) -> sip.Grouping:
    names = [f"m{at}" for at in range(10)]
    return grouping_of({"g1": names[:placed]}, names[placed:],
                       travel_m=dict.fromkeys(names, travel), **more)  # type: ignore[arg-type]  # fmt: skip


def test_the_tables_have_their_columns_also_where_no_row_is() -> None:
    full = sip.compare(BEFORE, AFTER)
    empty = sip.compare(grouping_of({}), grouping_of({}))
    for name in ("members", "groups", "terms"):
        one, other = getattr(full, name), getattr(empty, name)
        assert list(one.columns) == list(other.columns)
        assert list(one.dtypes) == list(other.dtypes)
    assert empty.members.empty
    assert empty.groups.empty


def test_the_table_of_members_says_both_sides() -> None:
    table = sip.compare(BEFORE, AFTER, names=("before", "after")).members.set_index("member_id")
    assert set(table["grouping"]) == {"after"}
    row = table.loc["g"]
    assert (row["change"], row["group_id_a"], row["group_id_b"]) == ("moved", "g2", "g3")
    assert row["travel_km_a"] == 1.0
    row = table.loc["d"]
    assert (row["change"], row["status_b"], row["reason_b"]) == ("lost", "unplaced", "outweighed")
    assert table["group_id_b"].isna()["d"]


def test_the_table_of_groups_says_which_were_kept() -> None:
    table = sip.compare(BEFORE, AFTER).groups
    assert table[["change", "group_id_a", "group_id_b", "members"]].fillna("").values.tolist() == [
        ["kept", "g1", "g3", 3], ["kept", "g2", "g1", 2], ["opened", "", "g4", 0],
    ]  # fmt: skip
    back = sip.compare(AFTER, BEFORE).groups
    assert back["change"].tolist() == ["kept", "kept", "closed"]


def test_a_kept_group_tells_what_differs() -> None:
    before = grouping_of({"g1": "abc", "g2": "def"}, places={"g1": "hub"})
    after = grouping_of({"g1": "abc", "g2": "def"}, by_video=["g2"], places={"g1": "far"})
    assert sip.compare(before, after).groups["differs"].tolist() == ["place", "track"]


def test_the_terms_stand_as_each_grouping_says_them() -> None:
    terms = ScoreTerms(rank=500_000, travel=1_500, video=15_000, groups=10_000)
    one = grouping_of({"g1": "abc"}, terms=terms, bound=480_000)
    table = sip.compare(one, BEFORE).terms
    row = table.iloc[0]
    assert (row["rank"], row["travel"], row["video"], row["groups"]) == (500.0, 1.5, 15.0, 10.0)
    assert (row["score"], row["bound"]) == (473.5, 480.0)
    assert row["gap"] == one.gap
    assert table["bound"].isna().tolist() == [False, True]


def test_groupings_are_ranked_by_what_is_asked_for() -> None:
    near, far, same = scenario(8, 1_000), scenario(9, 5_000), scenario(8, 1_000)
    worse = scenario(7, 2_000)
    comparison = sip.compare(near, far, same, worse, names=["near", "far", "same", "worse"])
    table = comparison.ranked()
    assert table["grouping"].tolist() == ["far", "near", "same", "worse"]
    assert table["order"].tolist() == [1, 2, 2, 4]
    assert table["pareto"].tolist() == [True, True, True, False]
    by_travel = comparison.ranked(by=["mean_travel_km"])
    assert by_travel["grouping"].tolist() == ["near", "same", "worse", "far"]
    assert by_travel["pareto"].tolist() == [True, True, False, False]
    assert by_travel["mean_travel_km"].tolist() == [1.0, 1.0, 2.0, 5.0]
    assert table["placed"].tolist() == [9, 8, 8, 7]


def test_every_measure_is_what_its_name_says() -> None:
    one = grouping_of(
        {"g1": "abcd", "g2": "efgh"}, by_video=["g2"], ranks={"a": 2, "e": 3},
        travel_m={"a": 4_000, "b": 8_000, "c": 0, "d": 0},
    )  # fmt: skip
    row = sip.compare(one, grouping_of({})).ranked(["placed"]).iloc[0]
    assert row["first_choices"] == 6
    assert (row["mean_travel_km"], row["max_travel_km"]) == (3.0, 8.0)
    assert (row["groups"], row["video_share"], row["score"]) == (2, 0.5, 800.0)


def test_where_nobody_travels_there_is_no_travel_and_none_is_better() -> None:
    videos = grouping_of({"g1": "abc"}, by_video=["g1"])
    table = sip.compare(grouping_of({"g1": "abc"}), videos).ranked(["mean_travel_km"])
    assert table["grouping"].tolist() == ["B", "A"]
    assert table["mean_travel_km"].isna().tolist() == [True, False]
    nobody = sip.compare(grouping_of({}), grouping_of({})).ranked(["video_share"])
    assert nobody["video_share"].isna().all()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=7))
def test_the_pareto_set_is_what_no_other_beats(drawn_figures: list[tuple[int, int]]) -> None:
    groupings = [scenario(placed, travel * 1000) for placed, travel in drawn_figures]
    table = sip.compare(*groupings).ranked(["placed", "mean_travel_km"])
    found = {str(row["grouping"]): bool(row["pareto"]) for _, row in table.iterrows()}
    # Where nobody is placed, nobody travels.
    points = [(placed, travel if placed else 0) for placed, travel in drawn_figures]
    for at, (placed, travel) in enumerate(points):
        beaten = any(
            (p >= placed and t <= travel) and (p, t) != (placed, travel) for p, t in points
        )
        assert found["ABCDEFG"[at]] == (not beaten)


# -- editions


@pytest.fixture(scope="module")
def edition() -> sip.Edition:
    people = [
        member(one, km, moderator=one == "a", name=f"Secret {one}", email=f"{one}@b.example")
        for one, km in zip("abcdef", (0, 1, 2, 20, 21, 22), strict=True)
    ]
    themes = [sip.Theme(id="a", title={"nl": "Thema", "en": "Theme & <b>all</b>"})]
    return small_edition(people, themes=themes, score={"km_points": 1.0, "group_points": 10.0})


@pytest.fixture(scope="module")
def results(edition: sip.Edition) -> Mapping[int, sip.Result]:
    return {km: sip.form_groups(edition.with_rules(travel_km=km), work_limit=20) for km in (5, 30)}


def test_results_may_be_given(results: Mapping[int, sip.Result]) -> None:
    near, far = results[5], results[30]
    assert near.status is far.status is sip.Status.OPTIMAL
    given_results = sip.compare(near, far)
    assert near.grouping is not None
    assert given_results == sip.compare(near.grouping, far)
    assert given_results.groupings[0] is near.grouping
    assert given_results.names == ("A", "B")


def test_a_result_without_a_grouping_is_refused(edition: sip.Edition) -> None:
    nothing = sip.form_groups(edition, time_limit=1e-9)
    with pytest.raises(sip.NoGroupingError, match="grouping 2"):
        sip.compare(BEFORE, nothing)
    with pytest.raises(sip.InputError, match="wrong-type"):
        sip.compare(BEFORE, {"score": 3})  # type: ignore[arg-type]
    with pytest.raises(sip.InputError, match="edition must be an Edition"):
        sip.compare(BEFORE, AFTER, edition="data/demo")  # type: ignore[arg-type]


def test_the_parts_in_which_editions_differ_are_said(results: Mapping[int, sip.Result]) -> None:
    comparison = sip.compare(results[5], results[30])
    assert comparison.scores_comparable
    assert "in themes and rules." in comparison.summary()
    (pair,) = json.loads(json.dumps(comparison.record()))["pairs"]
    assert not pair["same_edition"]
    assert pair["parts_that_differ"] == ["rules"]
    assert "one and the same edition" in sip.compare(results[5], results[5]).summary()


def test_scores_of_other_points_are_not_put_in_order(edition: sip.Edition) -> None:
    """With an edition its points count for all."""
    dear = edition.replace(score=edition.score.model_copy(update={"group_points": 200.0}))
    groupings = [sip.form_groups(one, work_limit=20) for one in (edition, dear)]
    alone = sip.compare(*groupings)
    assert not alone.scores_comparable
    assert "say nothing side by side" in alone.summary()
    assert alone.ranked()["grouping"].tolist() == ["A", "B"]  # by members placed
    alike = sip.compare(*groupings, edition=edition)
    assert alike.scores_comparable
    score = alike.ranked().set_index("grouping")["score"]
    assert score["A"] == score["B"] == groupings[0].score
    assert groupings[1].score == score["A"] - 2 * 190
    assert "Score by the points of small" in alike.summary()


def test_an_edition_of_other_people_scores_nobody(edition: sip.Edition) -> None:
    strangers = grouping_of({"g1": ["who", "ever"]}, digests={"members": "x"})
    comparison = sip.compare(strangers, BEFORE, edition=edition)
    assert not comparison.scores_comparable
    assert comparison.ranked(["score"])["score"].isna().any()


def test_the_points_of_an_edition_are_those_of_its_own_grouping() -> None:
    """Also with video, ranks and halves of a metre: what the engine says is what is found."""
    edition = sip.synthetic_edition(members=60, seed=3)
    result = sip.form_groups(edition, work_limit=4)
    assert result.grouping is not None
    table = sip.compare(result, result, edition=edition).ranked()
    assert table["score"].tolist() == [result.score, result.score]


# -- names, languages, text


@pytest.mark.parametrize("names", [["one"], ["one", "one"], ["one", " "], []])
def test_names_are_one_for_each(names: list[str]) -> None:
    with pytest.raises(sip.InputError, match="names-of-groupings"):
        sip.compare(BEFORE, AFTER, names=names)


def test_of_many_each_has_a_letter() -> None:
    comparison = sip.compare(*[BEFORE] * 30)
    assert comparison.names[25:28] == ("Z", "AA", "AB")


@pytest.mark.parametrize(
    ("by", "said"), [(["speed"], "no such measure"), ([], "no measure"), (["groups"] * 2, "twice")]
)
def test_measures_are_known_and_named_once(by: list[str], said: str) -> None:
    for function in ("ranked", "record", "html"):
        with pytest.raises(sip.InputError, match=said):
            getattr(sip.compare(BEFORE, AFTER), function)(by=by)
    with pytest.raises(sip.InputError, match="did you mean 'groups'"):
        sip.compare(BEFORE, AFTER).ranked(["group"])


def test_an_unknown_language_is_refused() -> None:
    comparison = sip.compare(BEFORE, AFTER)
    for said in (comparison.summary, comparison.html):
        with pytest.raises(sip.InputError, match="unknown-language"):
            said("de")  # type: ignore[arg-type]


def test_the_summary_says_what_the_tables_say() -> None:
    lines = [line.split() for line in sip.compare(BEFORE, AFTER).summary().splitlines()]
    assert ["same", "group", "4"] in lines
    assert ["other", "group", "1", "g"] in lines
    assert ["left", "out", "now", "1", "d"] in lines
    assert ["opened", "1", "g4"] in lines
    assert ["Score", "in", "points", "700.000", "800.000", "+100.000"] in lines
    assert "In order of" not in sip.compare(BEFORE, AFTER).summary()
    assert "In order of placed" not in sip.compare(BEFORE, AFTER, AFTER).summary()
    assert "In order of score" in sip.compare(BEFORE, AFTER, AFTER).summary()


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", ("andere groep", "700,000", "verschil")), ("fr", ("autre groupe", "différence"))],
)
def test_the_summary_speaks_the_language(language: Language, words: tuple[str, ...]) -> None:
    said = sip.compare(BEFORE, AFTER, AFTER).summary(language)
    assert all(word in said for word in words)
    assert "other group" not in said


def test_the_gap_is_never_said_smaller_than_it_is() -> None:
    terms = ScoreTerms(rank=1_000_000)
    one = grouping_of({"g1": "abc"}, terms=terms, bound=1_000_001)
    assert "0.001\u00a0%" in sip.compare(one, BEFORE).summary()


def test_no_name_and_no_address_is_shown(
    edition: sip.Edition, results: Mapping[int, sip.Result]
) -> None:
    comparison = sip.compare(results[5], results[30], results[5], edition=edition)
    shown = [repr(comparison), comparison._repr_html_(), json.dumps(comparison.record())]
    for language in LANGUAGES:
        shown += [comparison.summary(language), comparison.html(language)]
    shown += [table.to_csv() for table in (comparison.members, comparison.groups, comparison.terms)]
    for text in shown:
        assert "Secret" not in text
        assert "@b.example" not in text


def test_a_comparison_is_short_in_a_line_and_can_be_sent() -> None:
    comparison = sip.compare(BEFORE, AFTER, names=("before", "after"))
    assert repr(comparison) == "Comparison(names=('before', 'after'), changed={'after': 5})"
    again = pickle.loads(pickle.dumps(comparison))  # noqa: S301 - our own bytes
    assert again == comparison
    assert again.members.equals(comparison.members)
