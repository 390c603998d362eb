"""The engine agrees with plain enumeration on random tiny editions that use every rule."""

from collections.abc import Callable

import pytest
from brute_force import best_grouping_by_enumeration
from how_many import cases
from tiny_editions import crowded_edition, tiny_edition

from sip_grouping.edition import Edition
from sip_grouping.grouping import Status
from sip_grouping.solve import form_groups, likely, search
from sip_grouping.verification import verify

SEEDS = cases(100, 400)
OTHERS = cases(40, 200)
BATCH = 20


def assert_agrees(seed: int, draw: Callable[[int], Edition] = tiny_edition) -> None:
    edition = draw(seed)
    best = best_grouping_by_enumeration(edition)
    result = form_groups(edition, work_limit=100.0)
    if best is None:
        assert result.status is Status.INFEASIBLE, seed
        assert result.conflict is not None
        return
    assert (result.status, result.score_thousandths) == (Status.OPTIMAL, best), seed
    assert result.grouping is not None
    assert verify(edition, result.grouping).score_thousandths == best, seed


@pytest.mark.parametrize("first", range(0, SEEDS, BATCH))
def test_the_proven_optimum_is_the_best_of_all_groupings(first: int) -> None:
    for seed in range(first, first + BATCH):
        assert_agrees(seed)


@pytest.mark.parametrize("first", range(0, OTHERS, BATCH))
def test_where_slots_are_short(first: int) -> None:
    for seed in range(first, first + BATCH):
        assert_agrees(seed, crowded_edition)


@pytest.mark.parametrize("first", range(0, OTHERS, BATCH))
def test_restrictions_and_fixing_lose_nothing(first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The steps meant for larger editions, taken on tiny ones."""
    monkeypatch.setattr(search, "RESTRICT_ABOVE_PAIRS", -1)
    steps = (likely.Restricted(100, 1.0, 1e-3, 10), likely.Restricted(2_000, 2.0, 0.0, 100))
    monkeypatch.setattr(search, "STEPS", steps)
    for seed in range(first, first + BATCH):
        # Those of many pairs, with a dive before the cuts, every other time.
        monkeypatch.setattr(search, "LARGE_PAIRS", -1 if seed % 2 else 50_000)
        assert_agrees(seed)
