"""Cuts: every whole solution keeps them, the LP does not; the bound falls and is never below the best."""

import itertools

import numpy as np
import pytest
from binding_editions import binding_edition
from how_many import cases
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from test_branch import models

from sip_grouping import form_groups, synthetic_edition
from sip_grouping.edition import Edition
from sip_grouping.grouping import Status
from sip_grouping.objective import score
from sip_grouping.problem import build_problem
from sip_grouping.solve import proof
from sip_grouping.solve.bound import lp_relaxation
from sip_grouping.solve.cpsat import CpSatSettings, solve_cpsat
from sip_grouping.solve.cutting import cut_model
from sip_grouping.solve.formulate import formulate
from sip_grouping.solve.linear import NO_LIMIT, LinearArrays
from sip_grouping.solve.run import Limits, Run
from sip_grouping.solve.tighten import Tightening
from sip_grouping.solve.zero_half import halved, rows_below, zero_half_cuts


def solutions(arrays: LinearArrays) -> list[np.ndarray]:
    """Return all whole solutions of a small model."""
    ranges = (range(low, high + 1) for low, high in zip(arrays.lower, arrays.upper, strict=True))
    every = (np.array(one, dtype=np.int64) for one in itertools.product(*ranges))
    return [one for one in every if arrays.admits(one)]


def triangle() -> LinearArrays:
    """Return a model of three columns of which no two are 1 together; its LP has them all at a half."""
    ones = np.ones(3, dtype=np.int64)
    return LinearArrays(
        matrix=csr_matrix(np.array([[1, 1, 0], [0, 1, 1], [1, 0, 1]], dtype=np.int64)),
        lower=0 * ones,
        upper=ones,
        objective=1_000 * ones,
        row_lower=np.full(3, -NO_LIMIT),
        row_upper=ones,
    )


def weekly(members: int, seed: int) -> Edition:
    """Return an edition whose groups share a weekly slot."""
    edition = synthetic_edition(members=members, seed=seed, slots=True, towns="none")
    return edition.with_rules(shared_slot=True)


def test_of_three_of_which_no_two_go_together_one_is_taken() -> None:
    arrays = triangle()
    half = np.full(3, 0.5)
    found, _ = zero_half_cuts(
        rows_below(arrays), arrays.lower, arrays.upper, half, np.random.default_rng(0)
    )
    assert [(one.columns.tolist(), one.coefficients.tolist(), one.limit) for one in found] == [
        ([0, 1, 2], [1, 1, 1], 1)
    ]
    relaxation = lp_relaxation(arrays)
    assert relaxation is not None
    assert relaxation.bound == 1_500
    run = Run(Limits())
    tighter = cut_model(arrays, relaxation, None, run, 1.0)
    assert (tighter.relaxation.bound, run.bound) == (1_000, 1_000)


@given(models(), st.integers(0, 2**16))
@settings(deadline=None)
def test_every_whole_solution_keeps_half_the_sum_of_any_rows(
    arrays: LinearArrays, seed: int
) -> None:
    random = np.random.default_rng(seed)
    below = rows_below(arrays)
    values = random.uniform(arrays.lower, np.maximum(arrays.upper, arrays.lower + 1e-9))
    count = len(below.limit)
    sets = [np.flatnonzero(random.random(count) < 0.5) for _ in range(20)]
    cuts = halved(below, arrays.lower, arrays.upper, values, sets)
    cuts += zero_half_cuts(below, arrays.lower, arrays.upper, values, random)[0]
    whole = solutions(arrays)
    for cut in cuts:
        assert cut.coefficients @ values[cut.columns] > cut.limit
        assert all(cut.coefficients @ one[cut.columns] <= cut.limit for one in whole)


@given(models())
@settings(deadline=None)
def test_a_model_with_cuts_has_the_same_best_and_no_larger_bound(arrays: LinearArrays) -> None:
    relaxation = lp_relaxation(arrays)
    whole = solutions(arrays)
    if relaxation is None:
        return
    run = Run(Limits())
    tighter = cut_model(arrays, relaxation, None, run, 1.0)
    assert all(tighter.arrays.admits(one) for one in whole)
    best = max((int(arrays.objective @ one) for one in whole), default=None)
    assert tighter.relaxation.bound <= relaxation.bound
    assert best is None or best <= tighter.relaxation.bound
    assert run.bound == tighter.relaxation.bound


@pytest.mark.parametrize("seed", range(cases(12, 30)))
def test_what_near_apart_and_together_decide_is_never_above_the_tighter_bound(seed: int) -> None:
    problem = build_problem(binding_edition(seed))
    f = formulate(problem, score(problem))
    arrays = f.model.arrays()
    relaxation = lp_relaxation(arrays) if arrays.columns else None
    if relaxation is None:
        return
    run = Run(Limits())
    run.lower_bound(relaxation.bound)
    cut = cut_model(arrays, relaxation, None, run, 1.0)
    tight = Tightening(f, arrays, relaxation, run)
    tight.turn(0)
    outcome = solve_cpsat(arrays, CpSatSettings())
    assert outcome.status in {Status.OPTIMAL, Status.INFEASIBLE}
    if outcome.values is not None:
        assert outcome.objective is not None
        assert run.bound is not None
        assert outcome.objective <= run.bound <= relaxation.bound
        assert tight.arrays.admits(outcome.values)
        assert cut.arrays.admits(outcome.values)


def test_cuts_lower_the_bound_of_weekly_slots_within_their_work() -> None:
    problem = build_problem(weekly(120, 3))
    f = formulate(problem, score(problem))
    arrays = f.model.arrays()
    relaxation = lp_relaxation(arrays)
    assert relaxation is not None
    run = Run(Limits())
    tighter = cut_model(arrays, relaxation, None, run, 2.0)
    best = solve_cpsat(arrays, CpSatSettings(work_limit=5.0))
    assert best.objective is not None
    assert best.bound is not None
    gap = relaxation.bound - best.bound
    assert relaxation.bound - tighter.relaxation.bound > 0.2 * gap
    assert best.objective <= tighter.relaxation.bound
    assert 0.0 < run.work < 4.0
    before = run.work
    assert cut_model(arrays, relaxation, None, run, 0.0).arrays is arrays
    assert run.work - before < 1.0


def test_rounds_before_one_that_is_stopped_count(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = build_problem(weekly(120, 3))
    f = formulate(problem, score(problem))
    arrays = f.model.arrays()
    relaxation = lp_relaxation(arrays)
    assert relaxation is not None
    seconds = iter([60.0] * 4)
    monkeypatch.setattr(Run, "seconds_left", property(lambda _: next(seconds, 0.0)))
    found = cut_model(arrays, relaxation, None, Run(Limits()), 2.0)
    assert found.relaxation.bound < relaxation.bound
    assert len(found.arrays.row_upper) > len(arrays.row_upper)


def test_what_is_proven_stays_so_with_cuts(monkeypatch: pytest.MonkeyPatch) -> None:
    edition = weekly(60, 1)
    wanted = form_groups(edition)
    monkeypatch.setattr(proof, "WIDE_GAP", 0.0)
    monkeypatch.setattr(proof, "FIRST_TURN", (1e-3, 1e-3))
    found = form_groups(edition)
    assert (found.status, found.score) == (Status.OPTIMAL, wanted.score)
