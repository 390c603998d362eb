"""Members who count several times: seats in a group, points, seats of an office; in files, model, rounds."""

import random
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from brute_force import best_grouping_by_enumeration
from grouping_builder import build_grouping
from how_many import cases
from positions import table_of
from reasons_by_hand import ReasonsByHand
from small import member, office, small_edition
from tiny_editions import crowded_edition, tiny_edition

import sip_grouping as sip
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Member, SizeLimits, Theme
from sip_grouping.errors import InputError
from sip_grouping.explain import changed, only_tightens, prices
from sip_grouping.grouping import Grouping, Reason, Status
from sip_grouping.rules import RuleId
from sip_grouping.solve import form_groups, likely, search
from sip_grouping.verification import verify

BATCH, FEWER = 20, 10


def weighted_edition(seed: int, draw: Callable[[int], Edition] = tiny_edition) -> Edition:
    """Return a tiny edition with members who count several times, somewhat larger groups, few seats."""
    rng = random.Random(f"weighted {seed}")
    while True:
        edition = draw(rng.randrange(2**32))
        more = {
            track: SizeLimits(
                size_min=limits.size_min, size_max=limits.size_max + rng.randint(0, 3)
            )
            for track, limits in (("local", edition.rules.local), ("video", edition.rules.video))
        }
        members = [
            one.model_copy(update={"weight": rng.choice((1, 1, 1, 2, 2, 3, 5))})
            for one in edition.members
        ]
        offices = [
            one.model_copy(update={"seats_max": rng.choice((None, None, 4, 7))})
            for one in edition.offices
        ]
        try:
            return edition.replace(
                members=tuple(members),
                offices=tuple(offices),
                rules=edition.rules.model_copy(update=more),
            )
        except InputError:
            continue


def assert_agrees(edition: Edition, seed: int) -> None:
    best = best_grouping_by_enumeration(edition)
    result = form_groups(edition, work_limit=100.0)
    if best is None:
        assert result.status is Status.INFEASIBLE, seed
        assert result.conflict is not None
        return
    assert (result.status, result.score_thousandths) == (Status.OPTIMAL, best), seed
    assert result.grouping is not None
    verification = verify(edition, result.grouping)
    assert verification.ok, seed
    assert verification.score_thousandths == best, seed
    by_hand = ReasonsByHand(edition)
    for one in result.grouping.left_out:
        true = by_hand.reason(edition.member_by_id[one.member_id], proven=True)
        assert one.reason is true, (seed, one.member_id)


@pytest.mark.parametrize("first", range(0, cases(40, 120), BATCH))
def test_the_best_of_all_groupings_is_found_and_proven(first: int) -> None:
    for seed in range(first, first + BATCH):
        assert_agrees(weighted_edition(seed), seed)


@pytest.mark.parametrize("first", range(0, cases(10, 40), FEWER))
def test_where_slots_are_short(first: int) -> None:
    for seed in range(first, first + FEWER):
        assert_agrees(weighted_edition(seed, crowded_edition), seed)


@pytest.mark.parametrize("first", range(0, cases(10, 40), FEWER))
def test_restrictions_and_fixing_lose_nothing(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "RESTRICT_ABOVE_PAIRS", -1)
    steps = (likely.Restricted(100, 1.0, 1e-3, 10), likely.Restricted(2_000, 2.0, 0.0, 100))
    monkeypatch.setattr(search, "STEPS", steps)
    for seed in range(first, first + FEWER):
        assert_agrees(weighted_edition(seed), seed)


def weighing(*weights: int, **rules: object) -> Edition:
    """Return an edition of members p, q, ... of these weights at one office, in person alone."""
    people = [
        member(who, video=False, weight=weight)
        for who, weight in zip("pqrstuvw", weights, strict=False)
    ]
    return small_edition(people, **rules)  # type: ignore[arg-type]


def formed(edition: Edition) -> Grouping:
    result = form_groups(edition, work_limit=20.0)
    assert result.status is Status.OPTIMAL
    assert result.grouping is not None
    assert verify(edition, result.grouping).ok
    return result.grouping


def placed(edition: Edition) -> set[str]:
    return {one.member_id for one in formed(edition).placements}


def test_a_member_fills_as_many_seats_as_it_weighs() -> None:
    assert placed(weighing(2)) == {"p"}  # a group of one is as large as two
    assert placed(weighing(1)) == set()
    assert placed(weighing(3, 1)) == {"p"}  # and q alone is none
    assert placed(weighing(2, 1)) == {"p", "q"}


def test_weights_are_packed_into_groups_as_they_can_be() -> None:
    """Seats enough for all together, and not in two groups of three: 2 and 2 and 2 do not fit."""
    two = [Theme(id="a", groups_max=2)]
    assert len(placed(weighing(2, 2, 2, themes=two))) == 2
    assert len(placed(weighing(2, 2, 1, 1, themes=two))) == 4


def test_points_count_as_often() -> None:
    edition = weighing(2, 1).replace(
        members=(member("p", km=4.0, weight=2), member("q", km=4.0, video=False))
    )
    edition = edition.replace(score=edition.score.model_copy(update={"km_points": 1.234567}))
    grouping = formed(edition)
    way = grouping.placements[0].travel_m
    assert way is not None
    lost = edition.score.travel_thousandths(way)
    terms = grouping.score_terms
    assert (terms.rank, terms.travel) == (300_000, 3 * lost)


def test_whoever_counts_more_comes_first() -> None:
    edition = weighing(1, 1, 1, 2, themes=[Theme(id="a", groups_max=1)])
    assert "s" in placed(edition)
    assert formed(edition).score_thousandths == 300_000


def test_video_points_count_as_often() -> None:
    people = [member(who, km=500.0, weight=weight) for who, weight in (("p", 2), ("q", 1))]
    assert formed(small_edition(people)).score_terms.video == 3 * 15_000


def test_seats_of_an_office_count_weights() -> None:
    edition = weighing(2, 2, 2, 2)
    for seats, expected in ((8, 4), (7, 3), (4, 2), (3, 1)):
        offices = [office().model_copy(update={"seats_max": seats})]
        assert len(placed(edition.replace(offices=offices))) == expected


@pytest.mark.parametrize(
    ("weights", "ok"), [((1, 1), True), ((1,), False), ((2,), True), ((3,), True), ((2, 2), False)]
)
def test_the_verifier_counts_weights(weights: tuple[int, ...], ok: bool) -> None:
    edition = weighing(*weights)
    ids = [one.member_id for one in edition.members]
    built = build_grouping(edition, [{"theme": "a", "place": "hub", "members": ids}])
    found = [one for one in verify(edition, built).violations if one.rule is RuleId.SIZE]
    assert (not found) is ok


def test_who_weighs_more_than_a_group_holds_is_warned_of_and_told() -> None:
    edition = weighing(4, 1, 1)
    warned = [one for one in edition.warnings if one.code == "no-group-possible"]
    assert [(one.column, one.value) for one in warned] == [("weight", "4")]
    for language in ("en", "nl", "fr"):
        assert warned[0].told_in(language).message
    left_out = {one.member_id: one.reason for one in formed(edition).left_out}
    assert left_out == {"p": Reason.NO_GROUP_POSSIBLE}
    assert not [one for one in weighing(3).warnings if one.code == "no-group-possible"]


def test_a_company_that_weighs_too_much_is_an_error() -> None:
    people = [member("p", weight=2, together=("q",)), member("q", weight=2)]
    with pytest.raises(InputError) as caught:
        small_edition(people)
    assert [one.code for one in caught.value.findings] == ["block-too-large"]


def test_other_weights_are_neither_tighter_nor_looser() -> None:
    assert not only_tightens(weighing(1, 1), weighing(2, 1))
    assert not only_tightens(weighing(2, 1), weighing(1, 1))
    assert only_tightens(weighing(2, 1), weighing(2, 1))


def test_a_change_of_the_cell_is_one_of_the_edition() -> None:
    change = {"kind": "member", "member_id": "p", "field": "weight", "value": 2}
    assert changed(weighing(1, 1), [change]) == weighing(2, 1)


def test_prices_are_bounds_where_members_count_several_times() -> None:
    for seed in range(cases(3, 12)):
        edition = weighted_edition(seed)
        if form_groups(edition, work_limit=30.0).status is Status.INFEASIBLE:
            continue
        told = prices(edition, confirm=2, work_limit=30.0)
        for one in told.confirmed:
            gained = one.difference.certain
            if gained is not None and told.before is not None:
                above = told.bound_thousandths - (told.before.score_thousandths or 0)
                assert gained <= one.price.thousandths + above, (seed, one)


def test_without_weights_there_is_no_trace() -> None:
    plain, heavy = weighing(1, 1), weighing(2, 1)
    assert "weight" not in plain.members_table.columns
    assert plain.replace(members=[*plain.members]).digest == plain.digest
    assert [one for one in plain.digests if plain.digests[one] != heavy.digests[one]] == ["members"]


@pytest.mark.parametrize("suffix", ["", ".xlsx"])
def test_weights_are_written_and_read_again(tmp_path: Path, suffix: str) -> None:
    for seed in range(6):
        edition = weighted_edition(seed)
        path = tmp_path / f"edition-{seed}{suffix}"
        sip.save_edition(edition, path)
        read = sip.load_edition(path, postcodes=table_of(edition))
        assert [one.weight for one in read.members] == [one.weight for one in edition.members]
        assert read.digest == edition.digest


def from_frames(cell: object, title: str = "weight") -> Edition:
    members = pd.DataFrame(
        {"member_id": ["p"], "country": "BE", "postcode": "1000", "theme_1": "a", title: [cell]}
    )
    return sip.edition_from_frames(name="x", themes=[Theme(id="a")], members=members)


@pytest.mark.parametrize(("cell", "weight"), [("2", 2), (3, 3), ("", 1), (None, 1), ("2.0", 2)])
def test_a_cell_is_a_whole_number(cell: object, weight: int) -> None:
    for title in ("weight", "Poids", "Gewicht"):
        assert from_frames(cell, title).members[0].weight == weight


@pytest.mark.parametrize("cell", ["0", "-1", "1.5", "twice", "1001"])
def test_another_cell_is_told(cell: str) -> None:
    with pytest.raises(InputError) as caught:
        from_frames(cell)
    assert [one.column for one in caught.value.findings] == ["weight"]


def test_a_table_of_the_members_has_the_weights_and_is_read_again() -> None:
    table = weighing(2, 1).members_table
    assert table["weight"].tolist() == [2, 1]


def test_a_later_objective_keeps_the_score_and_places_people() -> None:
    edition: Edition = weighing(3, 1, 1, 1, themes=[Theme(id="a", groups_max=1)])
    first = form_groups(edition, objectives=("placed", "score"), work_limit=20.0)
    assert first.grouping is not None
    assert len(first.grouping.placements) == 3  # people, not seats
    assert verify(edition, first.grouping).ok


def test_blocks_of_one_heavy_member_are_alike_only_with_their_weight() -> None:
    people: list[Member] = [member(who, video=False, weight=1) for who in "pqr"]
    people += [member(who, video=False, weight=2) for who in "st"]
    assert placed(small_edition(people)) == set("pqrst")
