"""Branch and bound over an LP that leaves out what cannot matter says what all of the model says."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from sip_grouping import synthetic_edition
from sip_grouping.grouping import Status
from sip_grouping.objective import score
from sip_grouping.problem import build_problem
from sip_grouping.solve.bound import lp_relaxation
from sip_grouping.solve.branch import Tree
from sip_grouping.solve.cpsat import CpSatSettings, solve_cpsat
from sip_grouping.solve.formulate import formulate
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.lp import SiftedLp
from sip_grouping.solve.node_lp import NEVER, OPTIMAL, RestrictedNodes, SiftedNodes
from sip_grouping.solve.run import Limits, Run
from sip_grouping.solve.sifting import sifting_of

Ints = NDArray[np.int64]


@pytest.mark.parametrize("seed", range(8))
def test_a_tree_over_a_sifted_lp_ends_with_the_best(seed: int) -> None:
    problem = build_problem(synthetic_edition(members=60, seed=seed, towns="none"))
    f = formulate(problem, score(problem))
    arrays = f.model.arrays()
    best = solve_cpsat(arrays, CpSatSettings())
    assert best.status is Status.OPTIMAL
    lp = SiftedLp(sifting_of(f, arrays), arrays, sifted=True)
    run = Run(Limits())
    tree = Tree(SiftedNodes(lp), f.groups, 10**12)
    found = [one.objective for one in tree.grow(run, None, 1_000.0)]
    assert found[-1] == best.objective
    assert tree.bound is None or tree.bound <= found[-1]


def within(arrays: LinearArrays, columns: Ints, limits: tuple[Ints, Ints]) -> LinearArrays:
    """Return a model with other limits of some columns."""
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    lower[columns], upper[columns] = limits
    return replace(arrays, lower=lower, upper=upper)


@pytest.mark.parametrize("seed", range(8))
def test_nodes_have_the_same_bound_whatever_is_left_out_at_first(seed: int) -> None:
    problem = build_problem(synthetic_edition(members=80, seed=seed))
    f = formulate(problem, score(problem))
    arrays = f.model.arrays()
    of, run = sifting_of(f, arrays), Run(Limits())
    whole = RestrictedNodes(arrays)
    sifted = SiftedNodes(SiftedLp(of, arrays, sifted=True))
    draws = np.random.default_rng(seed)
    cells = np.flatnonzero(arrays.upper[f.groups] > 0)
    for _ in range(6):
        limits = arrays.lower[f.groups].copy(), arrays.upper[f.groups].copy()
        opened, closed = draws.choice(cells, size=(2, min(3, len(cells))))
        limits[0][opened] = 1
        limits[1][np.setdiff1d(closed, opened)] = 0
        ends = [lp.solve(f.groups, *limits, None, run, iterations=NEVER) for lp in (whole, sifted)]
        here = within(arrays, f.groups, limits)
        assert (ends[0] == OPTIMAL) == (ends[1] == OPTIMAL)
        if ends[0] != OPTIMAL:
            assert whole.surely_infeasible(here) == sifted.surely_infeasible(here)
            continue
        first, second = whole.relaxation(here), sifted.relaxation(here)
        assert first is not None
        assert second is not None
        assert abs(first.bound - second.bound) <= 1
        again = lp_relaxation(here)
        assert again is not None
        assert abs(again.bound - second.bound) <= 1


@pytest.mark.parametrize("seed", range(8))
def test_what_is_left_out_near_the_optimum_comes_in_where_it_matters(seed: int) -> None:
    problem = build_problem(synthetic_edition(members=80, seed=seed))
    f = formulate(problem, score(problem))
    arrays = f.model.arrays()
    run = Run(Limits())
    whole = RestrictedNodes(arrays)
    lp = SiftedLp(sifting_of(f, arrays), arrays, sifted=True)
    values = lp.solve(run)
    assert values is not None
    before, entries = lp.relaxation(values), lp.nonzeros
    lp.leave_out(values, 0.0)
    assert lp.nonzeros < entries
    steps = lp.steps
    again = lp.solve(run)
    assert again is not None
    # What is left is as good a basis as before.
    assert lp.steps == steps
    after = lp.relaxation(again)
    assert before is not None
    assert after is not None
    assert abs(after.bound - before.bound) <= 1
    small = SiftedNodes(lp)
    draws = np.random.default_rng(seed)
    cells = np.flatnonzero(arrays.upper[f.groups] > 0)
    optima = 0
    for step in range(8):
        limits = arrays.lower[f.groups].copy(), arrays.upper[f.groups].copy()
        opened, closed = draws.choice(cells, size=step % 2), draws.choice(cells, size=2)
        limits[0][opened] = 1
        limits[1][np.setdiff1d(closed, opened)] = 0
        ends = [lp.solve(f.groups, *limits, None, run, iterations=NEVER) for lp in (whole, small)]
        here = within(arrays, f.groups, limits)
        assert (ends[0] == OPTIMAL) == (ends[1] == OPTIMAL)
        if ends[0] != OPTIMAL:
            assert whole.surely_infeasible(here) == small.surely_infeasible(here)
            continue
        optima += 1
        first, second = whole.relaxation(here), small.relaxation(here)
        assert first is not None
        assert second is not None
        assert abs(first.bound - second.bound) <= 1
        assert (arrays.matrix @ second.values <= arrays.row_upper + 1e-5).all()
        assert (arrays.matrix @ second.values >= arrays.row_lower - 1e-5).all()
    assert optima


@pytest.mark.parametrize("seed", range(4))
def test_a_tree_over_an_lp_that_was_made_small_ends_with_the_best(seed: int) -> None:
    problem = build_problem(synthetic_edition(members=60, seed=seed, towns="none"))
    f = formulate(problem, score(problem))
    arrays = f.model.arrays()
    best = solve_cpsat(arrays, CpSatSettings())
    lp = SiftedLp(sifting_of(f, arrays), arrays, sifted=True)
    run = Run(Limits())
    values = lp.solve(run)
    assert values is not None
    lp.leave_out(values, 0.0)
    tree = Tree(SiftedNodes(lp), f.groups, 10**12)
    found = [one.objective for one in tree.grow(run, None, 1_000.0)]
    assert found[-1] == best.objective
    assert tree.bound is None or tree.bound <= found[-1]


@pytest.mark.parametrize("seed", range(6))
def test_a_node_ends_once_it_is_proven_that_nothing_better_is_left(seed: int) -> None:
    problem = build_problem(synthetic_edition(members=80, seed=seed))
    f = formulate(problem, score(problem))
    arrays = f.model.arrays()
    lp = SiftedLp(sifting_of(f, arrays), arrays, sifted=True)
    nodes, run = SiftedNodes(lp), Run(Limits())
    draws = np.random.default_rng(seed)
    cells = np.flatnonzero(arrays.upper[f.groups] > 0)
    basis, early = None, 0
    for _ in range(6):
        upper = arrays.upper[f.groups].copy()
        upper[draws.choice(cells, size=2)] = 0
        limits = arrays.lower[f.groups], upper
        here = within(arrays, f.groups, limits)
        exact = lp_relaxation(here)
        if exact is None:
            continue
        # With a best that nothing is above it ends early, with one below the bound only at the optimum.
        for best, beyond in ((exact.bound + 50_000, True), (exact.bound - 2, False)):
            assert nodes.solve(f.groups, *limits, basis, run, NEVER, best) == OPTIMAL
            found = nodes.relaxation(here)
            assert found is not None
            assert found.bound >= exact.bound - 1
            assert (found.bound <= best) == beyond
            if beyond:
                early += found.bound > exact.bound + 1
            else:
                assert found.bound <= exact.bound + 1
            basis = nodes.basis()
    assert early
