"""The LP bound holds whatever the rounding, and fixing by reduced costs loses no solution."""

import itertools

import numpy as np
from how_many import cases
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from sip_grouping.solve.bound import LpRelaxation, lp_relaxation
from sip_grouping.solve.linear import NO_LIMIT, LinearArrays


@st.composite
def small_models(draw: st.DrawFn) -> LinearArrays:
    """Draw models of up to 4 columns and 4 rows, with open and closed row limits."""
    columns = draw(st.integers(1, 4))
    rows = draw(st.integers(1, 4))
    number = st.integers(-9, 9)
    matrix = draw(st.lists(number, min_size=rows * columns, max_size=rows * columns))
    lower, upper = [], []
    for _ in range(rows):
        low = draw(st.one_of(st.just(-int(NO_LIMIT)), st.integers(-12, 0)))
        high = draw(st.one_of(st.just(int(NO_LIMIT)), st.integers(0, 12)))
        lower.append(low)
        upper.append(high)
    points = draw(st.lists(st.integers(-50_000, 100_000), min_size=columns, max_size=columns))
    most = draw(st.lists(st.integers(0, 3), min_size=columns, max_size=columns))
    return LinearArrays(
        matrix=csr_matrix(np.array(matrix, dtype=np.int64).reshape(rows, columns)),
        lower=np.zeros(columns, dtype=np.int64),
        upper=np.array(most, dtype=np.int64),
        objective=np.array(points, dtype=np.int64),
        row_lower=np.array(lower, dtype=np.int64),
        row_upper=np.array(upper, dtype=np.int64),
    )


def solutions(arrays: LinearArrays) -> dict[tuple[int, ...], int]:
    """Return the objective of every integer solution, by enumeration."""
    dense = arrays.matrix.toarray()
    found = {}
    for values in itertools.product(*(range(most + 1) for most in arrays.upper.tolist())):
        rows = dense @ np.array(values)
        if (rows >= arrays.row_lower).all() and (rows <= arrays.row_upper).all():
            found[values] = int(arrays.objective @ np.array(values))
    return found


def relaxed(arrays: LinearArrays) -> LpRelaxation:
    relaxation = lp_relaxation(arrays)
    assert relaxation is not None  # zero is always a solution of these models
    return relaxation


@settings(deadline=None, max_examples=cases(60, 150))
@given(small_models())
def test_no_solution_is_above_the_bound(arrays: LinearArrays) -> None:
    assert max(solutions(arrays).values()) <= relaxed(arrays).bound


@settings(deadline=None, max_examples=cases(60, 150))
@given(small_models(), st.data())
def test_fixing_keeps_every_solution_that_is_good_enough(
    arrays: LinearArrays, data: st.DataObject
) -> None:
    found = solutions(arrays)
    least = data.draw(st.sampled_from(sorted(set(found.values()))))
    upper = relaxed(arrays).upper_limits(arrays, least)
    for values, objective in found.items():
        if objective >= least:
            assert (np.array(values) <= upper).all()


@settings(deadline=None, max_examples=cases(40, 100))
@given(small_models(), st.data())
def test_a_restriction_has_the_solutions_within_its_limits(
    arrays: LinearArrays, data: st.DataObject
) -> None:
    upper = np.array([data.draw(st.integers(0, most)) for most in arrays.upper.tolist()])
    restriction = arrays.restricted(upper)
    expected = {
        values: objective
        for values, objective in solutions(arrays).items()
        if (np.array(values) <= upper).all()
    }
    kept = {
        tuple(restriction.expanded(np.array(values)).tolist()): objective
        for values, objective in solutions(restriction.arrays).items()
    }
    assert kept == expected


def test_an_lp_without_time_gives_no_bound() -> None:
    columns = 400
    rng = np.random.default_rng(7)
    dense = rng.integers(1, 9, size=(columns, columns))
    arrays = LinearArrays(
        matrix=csr_matrix(dense),
        lower=np.zeros(columns, dtype=np.int64),
        upper=np.full(columns, 5),
        objective=rng.integers(1, 1000, size=columns),
        row_lower=np.full(columns, -NO_LIMIT),
        row_upper=np.full(columns, 5_000),
    )
    assert lp_relaxation(arrays, time_limit=0.0) is None


def test_points_beyond_the_scale_of_64_bits_give_a_bound_that_holds() -> None:
    """2,000 members who may gain 10^11 thousandths each: times a power of 2 no 64-bit sum holds them."""
    count, points = 2_000, 10**11
    arrays = LinearArrays(
        matrix=csr_matrix(np.ones((1, count), dtype=np.int64)),
        lower=np.zeros(count, dtype=np.int64),
        upper=np.full(count, 10, dtype=np.int64),
        objective=np.full(count, points, dtype=np.int64),
        row_lower=np.array([0]),
        row_upper=np.array([count]),
    )
    relaxation = relaxed(arrays)
    assert relaxation.bound == count * points
    assert relaxation.scaled_bound == count * points * relaxation.scale
    assert (relaxation.upper_limits(arrays, count * points - 1) <= arrays.upper).all()


def test_sums_that_64_bits_hold_at_no_scale_give_no_bound() -> None:
    count = 1_000
    arrays = LinearArrays(
        matrix=csr_matrix(np.ones((1, count), dtype=np.int64)),
        lower=np.zeros(count, dtype=np.int64),
        upper=np.full(count, 10**6, dtype=np.int64),
        objective=np.full(count, 10**12, dtype=np.int64),
        row_lower=np.array([0]),
        row_upper=np.array([10**9]),
    )
    assert lp_relaxation(arrays) is None


def test_rounded_multipliers_of_a_large_model_cost_nothing_of_its_bound() -> None:
    """Each row's multiplier is a third that no power of 2 holds; the LP has a whole optimum."""
    rows = 200_000
    diagonal = csr_matrix(
        (np.full(rows, 3, dtype=np.int64), np.arange(rows), np.arange(rows + 1)),
        shape=(rows, rows),
    )
    whole = LinearArrays(
        matrix=diagonal,
        lower=np.zeros(rows, dtype=np.int64),
        upper=np.full(rows, 3, dtype=np.int64),
        objective=np.full(rows, 100_001, dtype=np.int64),
        row_lower=np.full(rows, -NO_LIMIT, dtype=np.int64),
        row_upper=np.full(rows, 3, dtype=np.int64),
    )
    assert relaxed(whole).bound == rows * 100_001
