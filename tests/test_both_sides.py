"""Both sides in rounds: solutions get better, bounds hold, rounds go to who gains, and it ends."""

from collections.abc import Iterator

import numpy as np
import pytest
from test_blocks import edition_of
from test_cutting import weekly

from sip_grouping.edition import Edition
from sip_grouping.objective import score
from sip_grouping.problem import build_problem
from sip_grouping.solve import both_sides
from sip_grouping.solve.at_prices import AtPrices
from sip_grouping.solve.both_sides import OF_GROUPS, BothSides
from sip_grouping.solve.bound import lp_relaxation
from sip_grouping.solve.formulate import formulate
from sip_grouping.solve.improve import Improver
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.restriction import solve_restricted
from sip_grouping.solve.run import Limits, Run
from sip_grouping.solve.tighten import Tightening


def begun(edition: Edition, limits: Limits) -> tuple[BothSides, LinearArrays, np.ndarray, Run]:
    """Return both sides of an edition, its model, a first solution and the run."""
    problem = build_problem(edition)
    f = formulate(problem, score(problem))
    arrays = f.model.arrays()
    relaxation = lp_relaxation(arrays)
    assert relaxation is not None
    run = Run(limits)
    run.lower_bound(relaxation.bound)
    # A quarter of the cells makes a poor beginning.
    upper = arrays.upper.copy()
    upper[f.groups[len(f.groups) // 4 :]] = 0
    first = solve_restricted(arrays, upper, None, Run(Limits()), gap=0.0, work=1.0, whole=True)
    assert first.values is not None
    tight = Tightening(f, arrays, relaxation, run)
    return BothSides(f, arrays, tight, run, whole=True), arrays, first.values, run


def test_they_end_with_what_is_proven_and_repeat() -> None:
    seen = []
    for _ in range(2):
        sides, arrays, best, run = begun(weekly(120, 2), Limits())
        reached = [int(arrays.objective @ best)]
        for values in sides.rounds(best, 9.0, 0.0):
            assert arrays.admits(values)
            reached.append(int(arrays.objective @ values))
        assert len(reached) > 1
        assert reached == sorted(set(reached))
        # The regions' own best make the best of all here.
        assert run.bound is not None
        assert 0 <= run.bound - reached[-1] <= 1e-4 * run.bound
        seen.append((reached, run.work))
    assert seen[0] == seen[1]


def test_a_gap_that_was_asked_for_is_enough_and_no_work_is_none() -> None:
    wide, _, best, _ = begun(weekly(120, 2), Limits(gap=10.0))
    assert list(wide.rounds(best, 9.0, 0.0)) == []
    wide, _, best, _ = begun(weekly(120, 2), Limits())
    assert list(wide.rounds(best, 9.0, 10.0)) == []
    over, _, best, _ = begun(weekly(120, 2), Limits(work_limit=0.0))
    assert list(over.rounds(best, 9.0, 0.0)) == []


def test_neighbourhoods_without_luck_end_where_prices_have() -> None:
    sides, arrays, best, run = begun(edition_of("slots"), Limits())
    for values in sides.rounds(best, 1e9, 0.0):
        best = values
    # Of one small edition all neighbourhoods are looked at soon.
    spent = run.work
    assert list(sides.rounds(best, 1e9, 0.0)) == []
    assert run.work - spent < 10 * OF_GROUPS
    assert run.bound is not None
    assert int(arrays.objective @ best) <= run.bound


def test_rounds_go_to_the_side_that_gains_more_and_each_is_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sides, arrays, best, run = begun(weekly(120, 2), Limits())
    told: list[str] = []
    assert run.bound is not None
    step = (run.bound - int(arrays.objective @ best)) // 100
    # Prices gain half of a hundredth of the gap per unit of work, and nothing from their eighth round.
    gains = iter([step // 2] * 7 + [0] * 100)

    def improve(_: object, _best: np.ndarray, work: float) -> Iterator[np.ndarray]:
        told.append("groups")
        run.work += work
        return iter(())

    def turn(_: object, _best: np.ndarray, _work: float) -> Iterator[np.ndarray]:
        told.append("prices")
        run.work += 1.0
        assert run.bound is not None
        run.lower_bound(run.bound - next(gains))
        return iter(())

    monkeypatch.setattr(Improver, "improve", improve)
    monkeypatch.setattr(AtPrices, "turn", turn)
    assert list(sides.rounds(best, 3 * both_sides.OF_GROUPS, 0.0)) == []
    # Neighbourhoods begin, wait while prices gain more than is hoped of them, and end without luck.
    assert told[:8] == ["groups", *7 * ["prices"]]
    assert told.count("groups") == 3
    assert told.count("prices") <= 11
