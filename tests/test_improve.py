"""Improving: from one group to the best of all, each step a solution and better, within its work."""

import numpy as np
import pytest

from sip_grouping import form_groups, synthetic_edition
from sip_grouping.edition import Edition
from sip_grouping.grouping import Status
from sip_grouping.objective import score
from sip_grouping.problem import build_problem
from sip_grouping.solve import improve, proof
from sip_grouping.solve.cpsat import CpSatSettings, solve_cpsat
from sip_grouping.solve.formulate import formulate
from sip_grouping.solve.formulation import Formulation
from sip_grouping.solve.improve import Improver
from sip_grouping.solve.run import Limits, Run


def weekly(members: int, seed: int) -> Edition:
    """Return an edition whose groups share a weekly slot."""
    edition = synthetic_edition(members=members, seed=seed, slots=True, towns="none")
    return edition.with_rules(shared_slot=True)


def of_one_cell(f: Formulation) -> np.ndarray:
    """Return the best solution with groups in one cell only."""
    arrays = f.model.arrays()
    for cell in range(len(f.groups)):
        upper = arrays.upper.copy()
        upper[np.delete(f.groups, cell)] = 0
        part = arrays.restricted(upper)
        outcome = solve_cpsat(part.arrays, CpSatSettings(work_limit=1.0))
        if outcome.values is not None and outcome.objective:
            return part.expanded(outcome.values)
    raise AssertionError("no cell has a group")


def test_each_improvement_is_a_better_solution_and_the_last_is_nearly_the_best(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Small neighbourhoods, so that none of them is the whole model.
    monkeypatch.setattr(improve, "MOST_CELLS", 6)
    monkeypatch.setattr(improve, "AROUND", 8)
    problem = build_problem(weekly(60, 0))
    f = formulate(problem, score(problem))
    arrays = f.model.arrays()
    assert len(problem.cells) > 8
    start = of_one_cell(f)
    best = solve_cpsat(arrays, CpSatSettings(work_limit=20.0)).objective
    assert best is not None
    worth = [int(arrays.objective @ start)]
    for values in Improver(f, arrays, Run(Limits()), whole=True).improve(start, 20.0):
        assert arrays.admits(values)
        worth.append(int(arrays.objective @ values))
    assert worth == sorted(set(worth))
    assert 0.97 * best <= worth[-1] <= best


def test_it_ends_with_the_work_and_without_a_group() -> None:
    problem = build_problem(weekly(60, 0))
    f = formulate(problem, score(problem))
    arrays = f.model.arrays()
    run = Run(Limits())
    nothing = np.zeros(arrays.columns, dtype=np.int64)
    assert list(Improver(f, arrays, run, whole=True).improve(nothing, 20.0)) == []
    assert list(Improver(f, arrays, run, whole=True).improve(of_one_cell(f), 0.0)) == []
    assert run.work == 0.0


def test_what_is_proven_stays_so_with_improvements(monkeypatch: pytest.MonkeyPatch) -> None:
    edition = weekly(60, 1)
    wanted = form_groups(edition)
    monkeypatch.setattr(proof, "FIRST_TURN", (1e-3, 1e-3))
    monkeypatch.setattr(proof, "OF_THE_IMPROVER", 1e3)
    found = form_groups(edition)
    assert (found.status, found.score) == (Status.OPTIMAL, wanted.score)
