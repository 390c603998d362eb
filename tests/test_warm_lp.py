"""One LP that is asked again and again: exact bounds, the same whole solutions, nothing left behind."""

from typing import Any

import numpy as np
import pytest
from how_many import cases
from hypothesis import given, settings
from hypothesis import strategies as st
from test_branch import models
from test_cutting import solutions, triangle

import sip_grouping as sip
from sip_grouping.explain import Explainer
from sip_grouping.solve import conditions
from sip_grouping.solve.best import Best
from sip_grouping.solve.cpsat import Outcome, solve_cpsat
from sip_grouping.solve.linear import NO_LIMIT, LinearArrays
from sip_grouping.solve.warm_lp import Asked, Row, WarmLp


def row(columns: list[int], least: int, most: int) -> Row:
    return Row(np.array(columns, dtype=np.int64), np.array([least, most], dtype=np.int64))


def keeping(arrays: LinearArrays, asked: Row | None) -> list[np.ndarray]:
    """Return all whole solutions of a model that keep a row."""
    found = solutions(arrays)
    if asked is None:
        return found
    low, high = asked.limits.tolist()
    return [one for one in found if low <= int(one[asked.columns].sum()) <= high]


def checked(arrays: LinearArrays, asked: Row | None, answer: Asked) -> None:
    """Check an answer against all whole solutions."""
    whole = keeping(arrays, asked)
    assert answer.infeasible <= (not whole)
    # With its cuts the model has the same whole solutions, and the bound is of them all.
    assert all(answer.arrays.admits(one) for one in whole)
    assert len(keeping(answer.arrays, asked)) == len(whole)
    if not whole:
        return
    best = max(int(arrays.objective @ one) for one in whole)
    assert answer.relaxation is not None
    assert answer.relaxation.bound >= best
    if answer.whole is not None:
        assert arrays.admits(answer.whole)
        assert int(arrays.objective @ answer.whole) == best == answer.relaxation.bound


@settings(max_examples=cases(15, 40), deadline=None)
@given(models(), st.data())
def test_each_answer_bounds_all_whole_solutions_with_its_row(
    arrays: LinearArrays, data: st.DataObject
) -> None:
    lp = WarmLp(arrays, 0)
    columns = st.lists(st.integers(0, arrays.columns - 1), min_size=1, unique=True)
    for _ in range(3):
        some = data.draw(columns)
        least = data.draw(st.booleans())
        asked = row(some, 1, int(NO_LIMIT)) if least else row(some, -int(NO_LIMIT), 0)
        for one in (asked, None):
            checked(arrays, one, lp.asked(one))


@settings(max_examples=cases(15, 40), deadline=None)
@given(models(), st.data())
def test_an_answer_does_not_hang_on_what_was_asked_before(
    arrays: LinearArrays, data: st.DataObject
) -> None:
    columns = st.lists(st.integers(0, arrays.columns - 1), min_size=1, unique=True)
    rows = [row(some, 1, int(NO_LIMIT)) for some in data.draw(st.lists(columns, min_size=2))]
    many = WarmLp(arrays, 0)
    for one in rows:
        later, first = many.asked(one), WarmLp(arrays, 0).asked(one)
        assert later.infeasible == first.infeasible
        assert (later.relaxation is None) == (first.relaxation is None)
        if later.relaxation is not None and first.relaxation is not None:
            assert later.relaxation.bound == first.relaxation.bound
            assert np.array_equal(later.relaxation.values, first.relaxation.values)


def test_cuts_prove_what_the_relaxation_alone_does_not() -> None:
    lp = WarmLp(triangle(), 0)
    found = lp.asked()
    assert found.relaxation is not None
    assert found.relaxation.bound == 1_000
    assert found.whole is not None
    other = lp.asked(row([2], 1, int(NO_LIMIT)))
    assert other.whole is not None
    assert other.whole.tolist() == [0, 0, 1]
    assert lp.asked(row([0, 1], 2, int(NO_LIMIT))).infeasible


def test_members_are_explained_without_cp_sat(monkeypatch: pytest.MonkeyPatch) -> None:
    edition = sip.synthetic_edition(members=100, seed=2)
    grouping = sip.form_groups(edition, work_limit=50).grouping
    assert grouping is not None
    solved, asked = [], []

    def counted(*args: Any, **named: Any) -> Outcome:
        solved.append(args)
        return solve_cpsat(*args, **named)

    asked_of = conditions.Conditions.best

    def question(*args: Any, **named: Any) -> Best:
        asked.append(args)
        return asked_of(*args, **named)

    monkeypatch.setattr(conditions, "solve_cpsat", counted)
    monkeypatch.setattr(conditions.Conditions, "best", question)
    explainer = Explainer(edition, grouping)
    reasons = [why for one in explainer.members() for why in one.reasons]
    assert all(why.decided for why in reasons)
    assert len(asked) > 10
    assert len(solved) <= len(asked) // 5


def test_the_same_answers_in_any_order() -> None:
    edition = sip.synthetic_edition(members=60, seed=3)
    grouping = sip.form_groups(edition, work_limit=50).grouping
    assert grouping is not None
    ids = [one.member_id for one in edition.members]
    first, second = Explainer(edition, grouping), Explainer(edition, grouping)
    forward = {one: first.member(one, thorough=False) for one in ids}
    backward = {one: second.member(one, thorough=False) for one in reversed(ids)}
    assert forward == backward
