"""Places in use: what an office costs once groups meet there, in files, score, model and verifier."""

import random
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from brute_force import best_grouping_by_enumeration, best_groups_by_enumeration
from grouping_builder import build_grouping
from how_many import cases
from positions import table_of
from small import member, office, small_edition
from tiny_editions import crowded_edition, tiny_edition

import sip_grouping as sip
from sip_grouping.by_hand.changes import changes_of
from sip_grouping.catalogue import Language
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Theme
from sip_grouping.errors import InputError
from sip_grouping.explain import changed, only_tightens
from sip_grouping.grouping import Grouping, Status
from sip_grouping.grouping.record import as_record
from sip_grouping.report.summary import grouping_summary
from sip_grouping.rules import RecordRuleId
from sip_grouping.solve import form_groups, likely, search
from sip_grouping.verification import verify

BATCH, FEWER = 20, 10


def costly_edition(seed: int, draw: Callable[[int], Edition] = tiny_edition) -> Edition:
    """Return a tiny edition whose offices cost something, some more than all that groups gain there."""
    rng = random.Random(f"costly {seed}")
    while True:
        edition = draw(rng.randrange(2**32))
        if edition.places.offices:
            break
    return with_costs(edition, *(rng.choice((0.0, 12.5, 90.0, 200.125, 700.0)) for _ in range(2)))


def with_costs(edition: Edition, *costs: float) -> Edition:
    """Return the edition with costs of its offices, in their order."""
    return edition.replace(
        offices=tuple(
            one.model_copy(update={"open_points": cost})
            for one, cost in zip(edition.offices, costs, strict=False)
        )
    )


def assert_agrees(edition: Edition, seed: int) -> None:
    best = best_grouping_by_enumeration(edition)
    result = form_groups(edition, work_limit=100.0)
    if best is None:
        assert result.status is Status.INFEASIBLE, seed
        return
    assert (result.status, result.score_thousandths) == (Status.OPTIMAL, best), seed
    assert result.grouping is not None
    assert verify(edition, result.grouping).score_thousandths == best, seed


@pytest.mark.parametrize("first", range(0, cases(40, 100), BATCH))
def test_the_best_of_all_groupings_is_found_and_proven(first: int) -> None:
    for seed in range(first, first + BATCH):
        assert_agrees(costly_edition(seed), seed)


@pytest.mark.parametrize("first", range(0, cases(10, 40), FEWER))
def test_where_slots_are_short(first: int) -> None:
    for seed in range(first, first + FEWER):
        assert_agrees(costly_edition(seed, crowded_edition), seed)


@pytest.mark.parametrize("first", range(0, cases(10, 40), FEWER))
def test_restrictions_and_fixing_lose_nothing(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "RESTRICT_ABOVE_PAIRS", -1)
    steps = (likely.Restricted(100, 1.0, 1e-3, 10), likely.Restricted(2_000, 2.0, 0.0, 100))
    monkeypatch.setattr(search, "STEPS", steps)
    for seed in range(first, first + FEWER):
        assert_agrees(costly_edition(seed), seed)


def test_the_cost_decides_in_some_of_these_editions() -> None:
    decided = 0
    for seed in range(cases(20, 40)):
        edition = costly_edition(seed)
        best = best_groups_by_enumeration(edition)
        free = best_groups_by_enumeration(with_costs(edition, 0.0, 0.0))
        if best is None or free is None:
            continue
        decided += best.groups != free.groups
    assert decided >= 3


def test_later_objectives_keep_what_places_cost() -> None:
    for seed in range(cases(7, 20)):
        edition = costly_edition(seed)
        first = form_groups(edition, work_limit=50.0)
        for names in (("score", "travel"), ("placed", "score")):
            both = form_groups(edition, objectives=names, work_limit=50.0)
            assert both.status is first.status, seed
            if first.grouping is not None and both.grouping is not None:
                assert verify(edition, both.grouping).ok
                if names[0] == "score":
                    assert both.grouping.score == first.grouping.score, seed


def two_offices(near: float = 0.0, far: float = 0.0) -> Edition:
    """Return three members at one office and three at another, 8 km away, at 2 points per km."""
    people = [member(who, video=False) for who in "pqr"] + [
        member(who, km=8, video=False) for who in "stu"
    ]
    edition = small_edition(
        people, offices=[office("hub"), office("far", km=8)], score={"km_points": 2.0}
    )
    return with_costs(edition, near, far)


def formed(edition: Edition) -> Grouping:
    result = form_groups(edition, work_limit=20.0)
    assert result.status is Status.OPTIMAL
    assert result.grouping is not None
    return result.grouping


def test_a_place_is_used_where_it_pays() -> None:
    both = formed(two_offices(near=30.0, far=30.0))
    assert {one.place for one in both.group_records} == {"hub", "far"}
    assert both.score_terms.places == 60_000
    one = formed(two_offices(near=30.0, far=60.0))
    assert [group.place for group in one.group_records] == ["hub", "hub"]
    assert one.score_terms.places == 30_000
    assert one.score_thousandths == 600_000 - one.score_terms.travel - 30_000


def test_no_group_meets_where_it_costs_more_than_it_gains() -> None:
    result = form_groups(
        small_edition([member("p"), member("q")]).replace(
            offices=[office().model_copy(update={"open_points": 200.001})]
        ),
        work_limit=20.0,
    )
    grouping = result.grouping
    assert grouping is not None
    assert not any(one.place for one in grouping.group_records)


def test_a_term_that_is_not_true_is_refused() -> None:
    edition = two_offices(near=30.0)
    grouping = formed(edition)
    terms = grouping.score_terms
    told = terms.model_copy(update={"places": 0, "groups": terms.groups + terms.places})
    broken = verify(edition, grouping.model_copy(update={"score_terms": told}))
    assert [one.rule for one in broken.violations] == [RecordRuleId.SCORE_FIGURE] * 2


def test_without_costs_there_is_no_trace() -> None:
    plain = two_offices()
    assert "open_points" not in plain.kept_entries["offices"]["hub"]  # type: ignore[operator]
    costly = two_offices(far=1.0)
    differ = [part for part in plain.digests if plain.digests[part] != costly.digests[part]]
    assert differ == ["offices"]
    assert costly.kept_entries["offices"]["hub"] == plain.kept_entries["offices"]["hub"]
    assert "places" not in as_record(formed(plain))["score_terms"]  # type: ignore[operator]


@pytest.mark.parametrize("suffix", ["", ".xlsx"])
def test_costs_are_written_and_read_again(tmp_path: Path, suffix: str) -> None:
    for seed in range(6):
        edition = costly_edition(seed)
        path = tmp_path / f"edition-{seed}{suffix}"
        sip.save_edition(edition, path)
        read = sip.load_edition(path, postcodes=table_of(edition))
        assert read.offices == edition.offices
        assert read.digest == edition.digest


def from_frames(cost: object) -> Edition:
    members = pd.DataFrame(
        {"member_id": ["p", "q"], "country": "BE", "postcode": "1000", "theme_1": "a"}
    )
    offices = pd.DataFrame(
        {"office_id": ["hub"], "country": "BE", "postcode": "1000", "open_points": [cost]}
    )
    return sip.edition_from_frames(
        name="x", themes=[Theme(id="a")], members=members, offices=offices
    )


@pytest.mark.parametrize(("cell", "points"), [("12,5", 12.5), (7, 7.0), ("", 0.0), (None, 0.0)])
def test_a_cell_is_a_number_with_a_point_or_a_comma(cell: object, points: float) -> None:
    assert from_frames(cell).offices[0].open_points == points


@pytest.mark.parametrize("cell", ["-1", "many", "12.000", "1.23456", "2000000"])
def test_another_cell_is_told(cell: str) -> None:
    with pytest.raises(InputError) as caught:
        from_frames(cell)
    assert [one.column for one in caught.value.findings] == ["open_points"]
    for language in ("en", "nl", "fr"):
        assert caught.value.findings[0].told_in(language).message


def test_changes_by_hand_add_up() -> None:
    edition = two_offices(near=30.0, far=12.5)
    apart = build_grouping(
        edition,
        [
            {"theme": "a", "place": "hub", "members": "pqr", "group_id": "x"},
            {"theme": "a", "place": "far", "members": "stu", "group_id": "y"},
        ],
    )
    moved = build_grouping(
        edition,
        [
            {"theme": "a", "place": "far", "members": "pqr", "group_id": "x"},
            {"theme": "a", "place": "far", "members": "stu", "group_id": "y"},
        ],
    )
    for before, after in ((apart, moved), (moved, apart)):
        told = changes_of(edition, after, before, ())
        assert told.difference == sum(one.thousandths for one in told.every)
        assert told.other_thousandths == 0


def test_dearer_places_only_tighten() -> None:
    cheap, dear = two_offices(near=1.0), two_offices(near=2.0)
    assert only_tightens(cheap, dear)
    assert not only_tightens(dear, cheap)


def test_a_change_of_the_cell_is_one_of_the_edition() -> None:
    change = {"kind": "office", "office_id": "hub", "field": "open_points", "value": 30}
    assert changed(two_offices(), [change]) == two_offices(near=30.0)


def test_the_summary_tells_the_points() -> None:
    edition = two_offices(near=30.0, far=30.0)
    told: dict[Language, str] = {"en": "places -60", "nl": "plaatsen -60", "fr": "lieux -60"}
    for language, words in told.items():
        assert words in grouping_summary(edition, formed(edition), language)
