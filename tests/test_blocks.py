"""The bound of regions: never below the best, whatever the prices; below the LP where that is too kind."""

import numpy as np
import pytest

from sip_grouping import synthetic_edition
from sip_grouping.edition import Edition
from sip_grouping.objective import score
from sip_grouping.problem import build_problem
from sip_grouping.solve.blocks import TOGETHER, bound_by_blocks, regions_of_columns, together
from sip_grouping.solve.bound import LpRelaxation, lp_relaxation
from sip_grouping.solve.cpsat import CpSatSettings, solve_cpsat
from sip_grouping.solve.formulate import formulate
from sip_grouping.solve.formulation import Formulation
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.run import Limits, Run


def edition_of(kind: str) -> Edition:
    """Return an edition of several regions, with rows of many kinds between them."""
    edition = synthetic_edition(members=80, seed=4, slots=kind == "slots", towns="none")
    if kind == "slots":
        return edition.with_rules(shared_slot=True)
    if kind == "spread":
        return edition.with_rules(spread_km=15.0)
    if kind == "least":
        themes = [theme.model_copy(update=limits_of(theme.id)) for theme in edition.themes]
        return edition.replace(themes=tuple(themes))
    return edition.with_rules(groups_per_member=2)


def limits_of(theme_id: str) -> dict[str, int]:
    """Return limits of the groups of a theme: two at most, one at least of the first."""
    return {"groups_min": int(theme_id == "support"), "groups_max": 2}


def solved(kind: str) -> tuple[Formulation, LinearArrays, int, LpRelaxation]:
    """Return the formulation of such an edition, its model, the best objective, and its LP relaxation."""
    problem = build_problem(edition_of(kind))
    f = formulate(problem, score(problem))
    arrays = f.model.arrays()
    best = solve_cpsat(arrays, CpSatSettings(work_limit=20.0)).objective
    relaxation = lp_relaxation(arrays)
    assert best is not None
    assert relaxation is not None
    return f, arrays, best, relaxation


@pytest.mark.parametrize("kind", ["slots", "spread", "least", "several"])
def test_no_solution_is_above_the_bound_whatever_the_prices(kind: str) -> None:
    f, arrays, best, relaxation = solved(kind)
    random = np.random.default_rng(0)
    some = random.normal(scale=20_000.0, size=arrays.matrix.shape[0])
    for duals in (relaxation.duals, np.zeros_like(some), some, np.abs(some)):
        block = regions_of_columns(f, arrays)
        assert block is not None
        for blocks in (block, together(arrays, block, relaxation.values)):
            found = bound_by_blocks(arrays, blocks, duals, Run(Limits()))
            assert found is not None
            assert found.bound >= best


def test_regions_with_whole_groups_bound_what_the_relaxation_does_not() -> None:
    problem = build_problem(edition_of("slots"))
    f = formulate(problem, score(problem))
    arrays = f.model.arrays()
    relaxation = lp_relaxation(arrays)
    assert relaxation is not None
    block = regions_of_columns(f, arrays)
    assert block is not None
    found = bound_by_blocks(arrays, block, relaxation.duals, Run(Limits()))
    assert found is not None
    assert found.solved
    assert found.bound < relaxation.bound


def test_regions_put_together_are_fewer_blocks_of_whole_regions_and_bound_no_worse() -> None:
    edition = synthetic_edition(members=160, seed=1, slots=True, towns="none")
    problem = build_problem(edition.with_rules(shared_slot=True))
    f = formulate(problem, score(problem))
    arrays = f.model.arrays()
    relaxation = lp_relaxation(arrays)
    block = regions_of_columns(f, arrays)
    assert relaxation is not None
    assert block is not None
    larger = together(arrays, block, relaxation.values)
    assert 1 < len(set(larger.tolist())) < len(set(block.tolist()))
    largest = max(np.bincount(block).max(), TOGETHER * arrays.columns)
    assert np.bincount(larger).max() <= largest
    inside = [set(larger[block == number].tolist()) for number in range(int(block.max()) + 1)]
    assert all(len(one) == 1 for one in inside)
    apart = bound_by_blocks(arrays, block, relaxation.duals, Run(Limits()), 20.0)
    joined = bound_by_blocks(arrays, larger, relaxation.duals, Run(Limits()), 20.0)
    assert apart is not None
    assert joined is not None
    assert apart.solved
    assert joined.solved
    assert joined.bound <= apart.bound


def test_columns_of_no_region_one_block_and_a_run_that_is_over_give_no_bound() -> None:
    problem = build_problem(edition_of("slots"))
    f = formulate(problem, score(problem))
    arrays = f.model.arrays()
    duals = np.zeros(arrays.matrix.shape[0])
    block = regions_of_columns(f, arrays)
    assert block is not None
    assert bound_by_blocks(arrays, block, duals, Run(Limits(work_limit=0.0))) is None
    assert bound_by_blocks(arrays, np.zeros_like(block), duals, Run(Limits())) is None
    f.model.add_columns(1, upper=1)
    assert regions_of_columns(f, f.model.arrays()) is None
