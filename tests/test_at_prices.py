"""Regions at prices: bounds are never below the best, whatever the prices; solutions are whole and better."""

import itertools

import numpy as np
import pytest
from binding_editions import binding_edition
from how_many import cases
from hypothesis import given, settings
from hypothesis import strategies as st
from test_blocks import edition_of, solved
from test_branch import models
from test_cutting import solutions, weekly

from sip_grouping import form_groups
from sip_grouping.edition import Edition
from sip_grouping.grouping import Status
from sip_grouping.objective import score
from sip_grouping.problem import build_problem
from sip_grouping.solve import both_sides, one_block, proof
from sip_grouping.solve.alike import sums
from sip_grouping.solve.at_prices import NEAR_THE_END, AtPrices
from sip_grouping.solve.blocks import bound_by_blocks, priced_apart, regions_of_columns
from sip_grouping.solve.bound import lp_relaxation
from sip_grouping.solve.cpsat import CpSatSettings, solve_cpsat
from sip_grouping.solve.formulate import formulate
from sip_grouping.solve.linear import LinearArrays
from sip_grouping.solve.one_block import OneBlock
from sip_grouping.solve.run import Limits, Run


@given(
    models(), st.lists(st.integers(-3_000, 3_000), min_size=18, max_size=18), st.integers(0, 900)
)
@settings(deadline=None)
def test_a_block_answers_one_objective_after_another_as_well_as_all_its_solutions(
    arrays: LinearArrays, numbers: list[int], enough: int
) -> None:
    whole = solutions(arrays)
    block = OneBlock(arrays, np.arange(arrays.columns), [], Run(Limits()))
    known: np.ndarray | None = None
    for start in (0, 6, 12):
        objective = np.array(numbers[start : start + arrays.columns], dtype=np.int64)
        found = block.best(objective, known, enough, 1 << 60)
        if not whole:
            assert found is None or not found.solutions
            continue
        assert found is not None
        best = max(int(objective @ one) for one in whole)
        assert all(arrays.admits(one) for one in found.solutions)
        ways = [*found.solutions, *([] if known is None else [known])]
        reached = max(int(objective @ one) for one in ways)
        assert reached <= best <= found.bound <= reached + enough + 1
        known = max(ways, key=lambda one: int(objective @ one))


def test_a_block_that_was_not_solved_is_given_more_work_until_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem = build_problem(weekly(120, 2))
    f = formulate(problem, score(problem))
    arrays = f.model.arrays()
    best = solve_cpsat(arrays, CpSatSettings()).objective
    assert best is not None
    monkeypatch.setattr(one_block, "WORK_EACH", 1e-3)
    run = Run(Limits())
    block = OneBlock(arrays, f.groups, sums(f), run)
    known = np.zeros(arrays.columns, dtype=np.int64)
    assert arrays.admits(known)
    bounds: list[int] = []
    while len(bounds) < 20 and (not bounds or bounds[-1] > best):
        found = block.best(arrays.objective, known, 0, 1 << 60)
        assert found is not None
        bounds.append(found.bound)
        known = max([known, *found.solutions], key=lambda one: int(arrays.objective @ one))
    assert bounds[0] > bounds[-1] == best == int(arrays.objective @ known)


@given(models(), st.lists(st.integers(-2_000, 2_000), min_size=5, max_size=5))
@settings(deadline=None)
def test_what_is_left_and_what_prices_are_worth_are_no_less_than_the_objective(
    arrays: LinearArrays, numbers: list[int]
) -> None:
    prices = np.array(numbers[: len(arrays.row_upper)], dtype=np.int64)
    priced, worth = priced_apart(arrays, prices)
    for one in solutions(arrays):
        assert int(arrays.objective @ one) <= int(priced.objective @ one) + worth


@pytest.mark.parametrize("kind", ["slots", "spread", "least", "several"])
@pytest.mark.parametrize("start", ["of the LP", "none", "drawn"])
def test_no_solution_is_above_the_bound_whatever_prices_it_began_with(
    kind: str, start: str
) -> None:
    f, arrays, best, relaxation = solved(kind)
    drawn = np.random.default_rng(0).normal(scale=20_000.0, size=arrays.matrix.shape[0])
    duals = {"of the LP": relaxation.duals, "none": np.zeros_like(drawn), "drawn": drawn}[start]
    run = Run(Limits())
    prices = AtPrices(f, arrays, duals, run, whole=False)
    reached: list[int] = []
    known = None
    for _ in range(2):
        for values in prices.turn(known, 1.0):
            assert arrays.admits(values)
            reached.append(int(arrays.objective @ values))
            known = values
    assert prices.found
    assert reached == sorted(set(reached))
    assert run.bound is not None
    assert max(reached) <= best <= run.bound
    # Anybody can sum the bound again.
    block = regions_of_columns(f, arrays)
    assert block is not None
    again = bound_by_blocks(arrays, block, prices.duals, Run(Limits()), 20.0)
    assert again is not None
    assert again.bound <= run.bound or not again.solved


def test_better_prices_prove_more_than_those_of_the_relaxation_and_repeat() -> None:
    problem = build_problem(weekly(120, 2))
    f = formulate(problem, score(problem))
    arrays = f.model.arrays()
    relaxation = lp_relaxation(arrays)
    block = regions_of_columns(f, arrays)
    assert relaxation is not None
    assert block is not None
    plain = bound_by_blocks(arrays, block, relaxation.duals, Run(Limits()), 20.0)
    assert plain is not None
    assert plain.solved
    seen = []
    for _ in range(2):
        run = Run(Limits())
        prices = AtPrices(f, arrays, relaxation.duals, run, whole=True)
        found = [int(arrays.objective @ one) for one in prices.turn(None, 6.0)]
        assert prices.ended
        seen.append((run.bound, run.work, found, prices.duals.tolist()))
    assert seen[0] == seen[1]
    assert seen[0][0] is not None
    # They prove the best here, as exactly as they go on, and their answers make it.
    bound, reached = seen[0][0], seen[0][2][-1]
    assert 0 <= bound - reached <= NEAR_THE_END * bound
    assert bound < plain.bound < relaxation.bound


def test_one_region_and_a_run_that_is_over_have_no_prices() -> None:
    problem = build_problem(edition_of("slots"))
    f = formulate(problem, score(problem))
    arrays = f.model.arrays()
    duals = np.zeros(arrays.matrix.shape[0])
    over = AtPrices(f, arrays, duals, Run(Limits(work_limit=0.0)), whole=True)
    assert list(over.turn(None, 1.0)) == []
    assert not over.found
    assert not over.ended
    f.model.add_columns(1, upper=1)
    wider = f.model.arrays()
    none = AtPrices(f, wider, duals, Run(Limits()), whole=True)
    assert none.ended
    assert list(none.turn(None, 1.0)) == []
    assert not none.duals.any()


EVERY = ("mon-evening", "tue-evening", "wed-evening", "thu-evening")
SOME = [one for size in (2, 3) for one in itertools.combinations(EVERY, size)]


def with_slots(edition: Edition, seed: int) -> Edition:
    """Return an edition whose groups share a slot: members list two or three, those who are together all."""
    bound = {named for one in edition.members for named in one.together}
    bound |= {one.member_id for one in edition.members if one.together}
    members = [
        one.model_copy(
            update={
                "slots": EVERY
                if one.member_id in bound
                else SOME[(7 * seed + number // 2) % len(SOME)]
            }
        )
        for number, one in enumerate(edition.members)
    ]
    return edition.replace(members=tuple(members)).with_rules(shared_slot=True)


@pytest.mark.parametrize("seed", range(cases(12, 60)))
def test_tiny_editions_with_weekly_slots_have_the_same_best_at_prices(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition = with_slots(binding_edition(seed), seed)
    problem = build_problem(edition)
    f = formulate(problem, score(problem))
    arrays = f.model.arrays()
    whole = solve_cpsat(arrays, CpSatSettings()) if arrays.columns else None
    monkeypatch.setattr(proof, "WIDE_GAP", 0.0)
    monkeypatch.setattr(proof, "FIRST_TURN", (1e-3, 1e-3))
    found = form_groups(edition)
    if whole is None or whole.objective is None:
        assert found.status in {Status.INFEASIBLE, Status.OPTIMAL}
        return
    relaxation = lp_relaxation(arrays)
    assert relaxation is not None
    run = Run(Limits())
    prices = AtPrices(f, arrays, relaxation.duals, run, whole=False)
    reached = [int(arrays.objective @ one) for one in prices.turn(None, 1.0)]
    assert max(reached, default=whole.objective) <= whole.objective
    assert run.bound is None or run.bound >= whole.objective
    assert run.bound is not None or prices.ended


def test_what_is_proven_stays_so_at_prices(monkeypatch: pytest.MonkeyPatch) -> None:
    edition = weekly(60, 1)
    wanted = form_groups(edition)
    monkeypatch.setattr(proof, "WIDE_GAP", 0.0)
    monkeypatch.setattr(proof, "FIRST_TURN", (1e-3, 1e-3))
    monkeypatch.setattr(both_sides, "LEAST_RATE", 0.0)
    found = form_groups(edition)
    assert (found.status, found.score) == (Status.OPTIMAL, wanted.score)
