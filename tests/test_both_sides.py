"""Both sides in rounds: solutions get better, bounds hold, rounds go to the two that gain, and it ends."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np
import pytest
from test_blocks import edition_of
from test_cutting import weekly

from sip_grouping.edition import Edition
from sip_grouping.objective import score
from sip_grouping.problem import build_problem
from sip_grouping.solve.alike import sums
from sip_grouping.solve.at_prices import AtPrices
from sip_grouping.solve.both_sides import OF_A_ROUND, OF_FIRST_PRICES, BothSides
from sip_grouping.solve.bound import lp_relaxation
from sip_grouping.solve.branch import Planted
from sip_grouping.solve.formulate import formulate
from sip_grouping.solve.improve import Improver
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.pseudocosts import RELIABLE, Costs, Key, Learned
from sip_grouping.solve.restriction import solve_restricted
from sip_grouping.solve.run import Limits, Run
from sip_grouping.solve.side_by_side import Share, side_by_side
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

    def plant(known: int, learned: Mapping[Key, Learned]) -> Planted:
        upper = tight.relaxation.upper_limits(tight.arrays, known)
        return Planted(tight.arrays, upper, f.groups, sums(f), tight.relaxation.bound, learned)

    return BothSides(f, arrays, tight, run, plant, whole=True), arrays, first.values, run


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


def test_neighbourhoods_without_luck_end() -> None:
    sides, arrays, best, run = begun(edition_of("slots"), Limits())
    for values in sides.rounds(best, 1e9, 0.0):
        best = values
    # Of one small edition all neighbourhoods are looked at soon.
    spent = run.work
    assert list(sides.rounds(best, 1e9, 0.0)) == []
    assert run.work - spent < 10 * OF_A_ROUND
    assert run.bound is not None
    assert int(arrays.objective @ best) <= run.bound


def test_rounds_go_to_the_two_that_gain_most_and_each_is_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sides, arrays, best, run = begun(weekly(120, 2), Limits())
    told: list[str] = []
    assert run.bound is not None
    step = (run.bound - int(arrays.objective @ best)) // 100
    # Of a hundredth of the gap prices gain half per unit of work, the tree a third, and nothing later.
    of_prices = iter([step // 2 * 4] * 5 + [0] * 100)
    of_tree = iter([step // 3 * 4] * 2 + [0] * 100)

    def improve(self: Improver, _best: np.ndarray, work: float) -> Iterator[np.ndarray]:
        told.append("groups")
        self._run.work += work
        return iter(())

    def turn(self: AtPrices, _best: np.ndarray, work: float) -> Iterator[np.ndarray]:
        told.append("prices")
        self._run.work += work
        assert self._run.bound is not None
        self._run.lower_bound(self._run.bound - next(of_prices))
        return iter(())

    def grow(_: object, share: Run, _best: int, work: float) -> Iterator[np.ndarray]:
        told.append("tree")
        share.work += work
        assert share.bound is not None
        share.lower_bound(share.bound - next(of_tree))
        return iter(())

    monkeypatch.setattr(Improver, "improve", improve)
    monkeypatch.setattr(AtPrices, "turn", turn)
    monkeypatch.setattr(Planted, "grow", grow)
    monkeypatch.setattr(sides._branched, "judged_after", 2 * OF_A_ROUND)
    assert list(sides.rounds(best, OF_FIRST_PRICES + 3 * OF_A_ROUND, 0.0)) == []
    rounds = [{*told[i : i + 2]} for i in range(0, 6, 2)]
    # Two are tried first, then the tree beside the one that gains.
    assert rounds == [{"groups", "prices"}, {"groups", "prices"}, {"tree", "prices"}]
    # Neighbourhoods wait while others gain more than is hoped of them, and end without luck.
    assert told.count("groups") == 4
    assert told.count("prices") == 6
    assert told.count("tree") == 2


def test_what_regions_learn_serves_the_tree_over_all() -> None:
    """Columns that were tried in a region come with their costs, sums within a region too."""
    sides, _, best, _ = begun(weekly(120, 2), Limits())
    for _values in sides.rounds(best, OF_A_ROUND, 0.0):
        pass
    assert sides.prices is not None
    learned = sides.prices.learned()
    assert learned
    assert any(len(key) > 1 for key in learned)
    keys = [*list(learned)[:2], (-1,)]
    costs = Costs.of(keys, learned)
    again = costs.seen(keys)
    assert list(again) == keys[:2]
    assert [mean for mean, _ in again.values()] == [learned[key][0] for key in keys[:2]]
    assert all(max(times) <= RELIABLE for _, times in again.values())


def test_an_error_of_one_side_is_raised_and_a_run_that_ends_ends_both() -> None:
    run = Run(Limits(work_limit=10.0))

    def until_over(share: Share) -> float:
        while not share.stopped():
            share.work += 1.0
        return share.work

    def broken(share: Share) -> float:
        share.work += 1.0
        raise ValueError("broken")

    shares = Share(run), Share(run)
    worked = side_by_side(run, [(one, partial(until_over, one)) for one in shares])
    assert worked == [5.0, 5.0]
    assert run.spent
    endless = Run(Limits())
    shares = Share(endless), Share(endless)

    def interrupts(share: Share) -> float:
        endless.interrupt()
        return until_over(share)

    side_by_side(
        endless,
        [(shares[0], partial(until_over, shares[0])), (shares[1], partial(interrupts, shares[1]))],
    )
    for number in (1, 2):
        broken_one = Share(run)
        both: list[tuple[Share, Callable[[], float]]] = [
            (broken_one, partial(broken, broken_one)),
            (shares[0], lambda: 0.0),
        ]
        with pytest.raises(ValueError, match="broken"):
            side_by_side(run, both[:number])
