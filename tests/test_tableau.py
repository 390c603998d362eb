"""Cuts from the tableau: every whole solution keeps them, the LP does not; with them the LP says far more."""

from typing import Literal

import numpy as np
import pytest
from binding_editions import binding_edition
from hypothesis import given, settings
from hypothesis import strategies as st
from test_branch import models
from test_cutting import solutions, triangle

from sip_grouping import synthetic_edition
from sip_grouping.grouping import Status
from sip_grouping.objective import score
from sip_grouping.problem import build_problem
from sip_grouping.solve.bound import as_highs, dual_simplex
from sip_grouping.solve.cpsat import CpSatSettings, solve_cpsat
from sip_grouping.solve.cut_lp import cut_lp
from sip_grouping.solve.dive import dive
from sip_grouping.solve.formulate import formulate
from sip_grouping.solve.formulation import Formulation
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.lp import SiftedLp
from sip_grouping.solve.mip import solve_mip
from sip_grouping.solve.relaxed import relax
from sip_grouping.solve.run import Limits, Run
from sip_grouping.solve.sifting import sifting_of
from sip_grouping.solve.tableau import Basis, rounded_down, tableau_cuts, whole_multipliers


def basis_of(arrays: LinearArrays) -> Basis | None:
    """Return the optimal basis of a model's LP; None without one."""
    highs = dual_simplex()
    highs.passModel(as_highs(arrays))
    highs.run()
    if highs.modelStatusToString(highs.getModelStatus()) != "Optimal":
        return None
    return Basis(
        highs=highs,
        rows=arrays.matrix,
        row_lower=arrays.row_lower,
        row_upper=arrays.row_upper,
        lower=arrays.lower,
        upper=arrays.upper,
        column=np.arange(arrays.columns),
        values=np.array(highs.getSolution().col_value),
    )


def formulated(members: int, seed: int, *, towns: Literal["members", "none"]) -> Formulation:
    """Return the formulation of a synthetic edition."""
    edition = synthetic_edition(members=members, seed=seed, towns=towns)
    problem = build_problem(edition)
    return formulate(problem, score(problem))


def test_of_three_of_which_no_two_go_together_one_is_taken() -> None:
    basis = basis_of(triangle())
    assert basis is not None
    found = tableau_cuts(basis)
    assert ([0, 1, 2], [1, 1, 1], 1) in [
        (one.columns.tolist(), one.coefficients.tolist(), one.limit) for one in found
    ]


@given(models())
@settings(deadline=None)
def test_every_whole_solution_keeps_them_and_the_basis_breaks_them(arrays: LinearArrays) -> None:
    basis = basis_of(arrays)
    if basis is None:
        return
    whole = solutions(arrays)
    for cut in tableau_cuts(basis):
        assert cut.coefficients @ basis.values[cut.columns] > cut.limit
        assert all(cut.coefficients @ one[cut.columns] <= cut.limit for one in whole)


@given(
    st.lists(st.integers(-400, 400), min_size=1, max_size=4),
    st.lists(st.integers(0, 5), min_size=4, max_size=4),
    st.integers(2, 60),
    st.integers(1, 40),
)
def test_a_sum_rounded_down_is_kept_whatever_the_divisor_and_the_largest_coefficient(
    weights: list[int], at: list[int], divisor: int, largest: int
) -> None:
    w, t = np.array(weights, dtype=np.int64), np.array(at[: len(weights)], dtype=np.int64)
    other = np.array([7, -3], dtype=np.int64)
    weights_of = np.concatenate([other, w])
    of = np.array([0, 0, *[1] * len(w)])
    total, over = np.array([11, w @ t]), np.array([5, divisor])
    coefficients, limit, good = rounded_down(weights_of, of, total, over, largest=largest)
    if good[1]:
        assert coefficients[2:] @ t <= limit[1]
        assert np.abs(coefficients).max() <= largest


def test_multipliers_are_whole_over_a_common_divisor() -> None:
    whole, divisor = whole_multipliers(np.array([1 / 8, -7 / 12, 2.0]))
    assert (whole.tolist(), divisor) == ([3, -14, 48], 24)
    rounded, scale = whole_multipliers(np.array([np.pi]))
    assert abs(rounded[0] / scale - np.pi) < 1 / scale


@pytest.mark.parametrize("seed", range(30))
def test_what_near_apart_and_together_decide_keeps_the_cuts_of_the_lp(seed: int) -> None:
    problem = build_problem(binding_edition(seed))
    f = formulate(problem, score(problem))
    arrays = f.model.arrays()
    run = Run(Limits())
    relaxed = relax(f, arrays, run) if arrays.columns else None
    if relaxed is None:
        return
    cut = cut_lp(arrays, relaxed, run)
    outcome = solve_cpsat(arrays, CpSatSettings())
    assert outcome.status in {Status.OPTIMAL, Status.INFEASIBLE}
    assert cut.relaxed.relaxation.bound <= relaxed.relaxation.bound
    if outcome.values is not None:
        assert outcome.objective is not None
        assert outcome.objective <= cut.relaxed.relaxation.bound
        assert cut.arrays.admits(outcome.values)


@pytest.mark.parametrize("towns", ["none", "members"])
def test_cuts_close_most_of_what_the_lp_leaves_open(towns: Literal["members", "none"]) -> None:
    f = formulated(500, 1, towns=towns)
    arrays = f.model.arrays()
    run = Run(Limits())
    relaxed = relax(f, arrays, run)
    assert relaxed is not None
    cut = cut_lp(arrays, relaxed, run)
    outcome = solve_mip(arrays, arrays.upper, None, run, gap=0.0, nodes=1_000)
    assert outcome.objective is not None
    left = cut.relaxed.relaxation.bound - outcome.objective
    assert 0 <= left < 0.5 * (relaxed.relaxation.bound - outcome.objective)


def test_cuts_hold_for_pairs_that_come_in_after_them() -> None:
    f = formulated(400, 2, towns="members")
    arrays = f.model.arrays()
    run = Run(Limits())
    whole, sifted = (
        SiftedLp(sifting_of(f, arrays), arrays),
        SiftedLp(sifting_of(f, arrays), arrays, sifted=True),
    )
    values = sifted.solve(run, grow=False)
    assert values is not None
    assert whole.solve(run) is not None
    # Of an LP that lacks pairs; the others join these rows as they come in.
    cuts = tableau_cuts(sifted.basis(values))
    assert cuts
    for lp in (whole, sifted):
        lp.add_cuts(cuts)
        solved = lp.solve(run)
        assert solved is not None
        for cut in cuts:
            assert cut.coefficients @ solved[cut.columns] <= cut.limit + 1e-5
    assert sifted.objective == pytest.approx(whole.objective, abs=1.0)


def test_cuts_after_a_dive_are_those_of_the_lp_and_not_of_the_dive() -> None:
    f = formulated(300, 1, towns="members")
    arrays = f.model.arrays()
    run = Run(Limits())
    relaxed = relax(f, arrays, run)
    assert relaxed is not None
    assert relaxed.lp is not None
    assert dive(f.groups, relaxed.lp, run, relaxed.relaxation.values, few=0) is not None
    best = solve_mip(arrays, arrays.upper, None, run, gap=0.0, nodes=1_000)
    cut = cut_lp(arrays, relaxed, run)
    assert best.values is not None
    assert cut.arrays.admits(best.values)
    assert cut.relaxed.relaxation.bound < relaxed.relaxation.bound


def test_branch_and_cut_heeds_a_run_that_has_ended_and_proves_nothing() -> None:
    f = formulated(120, 0, towns="none")
    arrays = f.model.arrays()
    found = solve_mip(arrays, arrays.upper, None, Run(Limits()), gap=0.0, nodes=1_000)
    assert (found.status, found.bound) == (Status.FEASIBLE, None)
    assert found.values is not None
    assert arrays.admits(found.values)
    run = Run(Limits())
    run.interrupt()
    stopped = solve_mip(arrays, arrays.upper, found.values, run, gap=0.0, nodes=1_000)
    assert stopped.objective is None or stopped.objective >= 0
    nothing = solve_mip(
        arrays, np.zeros_like(arrays.upper), None, Run(Limits()), gap=0.0, nodes=1_000
    )
    assert (nothing.status, nothing.values) == (Status.UNKNOWN, None)
