"""Branch and bound: what it finds is best, what it claims is so, in turns or at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from sip_grouping import form_groups, synthetic_edition
from sip_grouping.grouping import Status
from sip_grouping.objective import score
from sip_grouping.problem import build_problem
from sip_grouping.solve import proof
from sip_grouping.solve.alike import sums
from sip_grouping.solve.bound import lp_relaxation
from sip_grouping.solve.branch import Planted
from sip_grouping.solve.cpsat import CpSatSettings, solve_cpsat
from sip_grouping.solve.formulate import formulate
from sip_grouping.solve.linear import NO_LIMIT, LinearArrays
from sip_grouping.solve.run import Limits, Run

numbers = st.integers(-9, 9)


@st.composite
def models(draw: st.DrawFn) -> LinearArrays:
    """Return a model of a few columns with rows of both kinds, feasible or not."""
    columns, rows = draw(st.integers(2, 6)), draw(st.integers(1, 5))
    matrix = np.array(draw(st.lists(numbers, min_size=columns * rows, max_size=columns * rows)))
    least = np.array(draw(st.lists(numbers, min_size=rows, max_size=rows)), dtype=np.int64)
    bounded = np.array(draw(st.lists(st.booleans(), min_size=rows, max_size=rows)))
    upper = np.array(draw(st.lists(st.integers(0, 4), min_size=columns, max_size=columns)))
    objective = np.array(draw(st.lists(numbers, min_size=columns, max_size=columns)))
    return LinearArrays(
        matrix=csr_matrix(matrix.reshape(rows, columns), dtype=np.int64),
        lower=np.zeros(columns, dtype=np.int64),
        upper=upper.astype(np.int64),
        objective=1_000 * objective.astype(np.int64),
        row_lower=np.where(bounded, least, -NO_LIMIT).astype(np.int64),
        row_upper=np.where(bounded, NO_LIMIT, least + 6).astype(np.int64),
    )


def best_of(arrays: LinearArrays) -> int | None:
    """Return the best objective, by CP-SAT; None where there is no solution."""
    outcome = solve_cpsat(arrays, CpSatSettings())
    assert outcome.status in {Status.OPTIMAL, Status.INFEASIBLE}
    return outcome.objective


@given(models(), st.booleans(), st.sampled_from([1e-9, 5.0]))
@settings(deadline=None)
def test_a_tree_ends_with_the_best_solution_and_nothing_left(
    arrays: LinearArrays, all_decide: bool, turn: float
) -> None:
    # Where not all columns decide, nodes end with a model that CP-SAT has to solve.
    groups = np.arange(arrays.columns if all_decide else 1, dtype=np.int64)
    wanted = best_of(arrays)
    tree = Planted(arrays, arrays.upper, groups, [groups], 10**9)
    run = Run(Limits())
    best: int | None = None
    for _ in range(1_000):
        for found in tree.grow(run, best, turn):
            assert arrays.admits(found.values)
            assert found.objective == arrays.objective @ found.values
            assert best is None or found.objective > best
            best = found.objective
        left = tree.bound
        # The bound holds at every moment.
        assert wanted is None or wanted <= max(value for value in (best, left) if value is not None)
        if left is None or (best is not None and left <= best):
            break
    assert best == wanted


@given(models())
@settings(deadline=None)
def test_a_tree_looks_for_better_solutions_only(arrays: LinearArrays) -> None:
    wanted = best_of(arrays)
    if wanted is None:
        return
    groups = np.arange(arrays.columns, dtype=np.int64)
    tree = Planted(arrays, arrays.upper, groups, [], 10**9)
    assert list(tree.grow(Run(Limits()), wanted, 1_000.0)) == []
    assert tree.bound is None
    (best, *_) = list(
        Planted(arrays, arrays.upper, groups, [], 10**9).grow(Run(Limits()), wanted - 1, 1e3)
    )
    assert best.objective == wanted


def test_the_turns_of_both_engines_prove_what_one_does(monkeypatch: pytest.MonkeyPatch) -> None:
    edition = synthetic_edition(members=80, seed=3)
    wanted = form_groups(edition)
    assert wanted.status is Status.OPTIMAL
    # CP-SAT gets next to nothing, so that the tree has to do it.
    monkeypatch.setattr(proof, "FIRST_TURN", (1e-4, 1e-4))
    found = form_groups(edition)
    assert (found.status, found.score) == (Status.OPTIMAL, wanted.score)


def test_a_run_with_a_work_limit_repeats_and_ends_there(monkeypatch: pytest.MonkeyPatch) -> None:
    edition = synthetic_edition(members=120, seed=1, slots=True).with_rules(shared_slot=True)
    monkeypatch.setattr(proof, "FIRST_TURN", (1e-3, 1e-3))
    first, second = (form_groups(edition, work_limit=0.3) for _ in range(2))
    assert first.grouping == second.grouping
    assert first.work == second.work <= 0.3 + 0.5


@pytest.mark.parametrize("seed", [1, 2])
def test_a_lower_bound_from_elsewhere_does_not_blind_the_branching(seed: int) -> None:
    edition = synthetic_edition(members=90, seed=seed, slots=True, towns="none")
    problem = build_problem(edition.with_rules(shared_slot=True))
    f = formulate(problem, score(problem))
    arrays = f.model.arrays()
    relaxation = lp_relaxation(arrays)
    assert relaxation is not None

    def solved(bound: int) -> tuple[int, float]:
        run = Run(Limits())
        tree = Planted(arrays, arrays.upper, f.groups, sums(f), bound)
        *_, last = tree.grow(run, None, 1_000.0)
        return last.objective, run.work

    best, work = solved(relaxation.bound)
    # What a side loses is told by the LP, also where all that is left is known to be worse than that.
    assert best + 1 < relaxation.bound
    again, with_less_left = solved(best + 1)
    assert again == best
    assert with_less_left <= work
