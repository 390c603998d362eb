"""Sums over all places: what they rule out has no grouping, and what may be they leave open."""

import how_many
import pytest
from brute_force import OutOfStepsError, best_grouping_by_enumeration
from small import member, office, small_edition
from tiny_editions import tiny_edition

import sip_grouping as sip
from sip_grouping.edition import Edition
from sip_grouping.edition.limits import Total
from sip_grouping.errors import InputError
from sip_grouping.grouping import Status
from sip_grouping.objective import nothing
from sip_grouping.problem import build_problem
from sip_grouping.rules import RecordRuleId
from sip_grouping.solve import helping
from sip_grouping.solve.changes import as_asked
from sip_grouping.solve.counting import added_up, counted_out
from sip_grouping.solve.formulate import formulate
from sip_grouping.solve.formulation import Formulation
from sip_grouping.solve.most_groups import most_groups
from sip_grouping.solve.run import Limits, Run


def formulated(edition: Edition) -> Formulation:
    problem = build_problem(edition)
    return formulate(problem, nothing(problem))


def asking_in_all(edition: Edition, groups: int) -> Edition:
    return edition.replace(total=Total(groups_min=groups))


def test_what_is_counted_out_has_no_grouping_by_enumeration() -> None:
    told = {True: 0, False: 0}
    for seed in range(how_many.cases(40, 400)):
        for groups in (1, 2, 3):
            try:
                edition = asking_in_all(tiny_edition(seed), groups)
                best = best_grouping_by_enumeration(edition, most_steps=20_000)
            except (InputError, OutOfStepsError):
                continue
            out = counted_out(formulated(edition))
            assert not (out and best is not None), (seed, groups)
            if best is None:
                told[out] += 1
    assert told[True] >= 5


def test_a_solution_of_the_model_is_one_of_its_sums() -> None:
    edition = asking_in_all(sip.synthetic_edition(members=120, seed=2), 5)
    assert sip.form_groups(edition, gap=0.1).grouping is not None
    f = formulated(edition)
    fewer = added_up(f)
    assert fewer.columns < f.model.columns / 2
    assert not counted_out(f)


@pytest.mark.parametrize(("groups", "out"), [(4, False), (5, True)])
def test_more_groups_than_all_can_fill_are_counted_out(groups: int, out: bool) -> None:
    edition = small_edition([member(f"m{one}", one) for one in range(9)], offices=[office()])
    assert counted_out(formulated(asking_in_all(edition, groups))) is out
    assert counted_out(formulated(asking_in_all(edition, 5))) is True


def test_places_that_are_too_far_are_not_for_sums_to_tell() -> None:
    """Three places with one member each: two of them could be a group if they lived nearer."""
    far = [member(f"m{one}", 100.0 * one, video=False) for one in range(3)]
    edition = asking_in_all(small_edition(far, offices=[office()]), 1)
    assert sip.form_groups(edition).status is Status.INFEASIBLE


@pytest.mark.parametrize("in_all", [False, True])
def test_how_many_groups_are_missing_is_proven(in_all: bool) -> None:
    edition = sip.synthetic_edition(members=120, seed=4)
    theme = edition.themes[0].id
    asked = sum(one.eligible for one in edition.members) // 8 + 1
    if in_all:
        edition = asking_in_all(edition, asked)
    else:
        themes = (
            one.model_copy(update={"groups_min": asked}) if one.id == theme else one
            for one in edition.themes
        )
        edition = edition.replace(themes=tuple(themes))
    found = most_groups(edition, Run(Limits()))
    assert found is not None
    assert found.proven
    most = asked - found.missing

    def asking(groups: int) -> Edition:
        if in_all:
            return asking_in_all(edition, groups)
        themes = (
            one.model_copy(update={"groups_min": groups}) if one.id == theme else one
            for one in edition.themes
        )
        return edition.replace(themes=tuple(themes))

    made = helping.some_grouping(asking(most), Run(Limits()))
    assert made.status is Status.FEASIBLE
    assert made.grouping is not None
    counted = [one for one in made.grouping.group_records if in_all or one.theme == theme]
    assert len(counted) >= most
    # It was made of what is asked for alone: its digest and its reasons are those of another edition.
    wrong = sip.verify(asking(most), made.grouping).violations
    assert {one.rule for one in wrong} <= {RecordRuleId.DIGEST, RecordRuleId.REASON}
    assert helping.possible(asking(most + 1), Run(Limits())) is Status.INFEASIBLE
    assert most_groups(as_asked(edition, (), frozenset()), Run(Limits())) is None


def test_a_large_problem_is_answered_by_each_of_the_searches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(helping, "RESTRICT_ABOVE_PAIRS", 0)
    monkeypatch.setattr(helping, "enough_groups", lambda *_: None)
    edition = asking_in_all(sip.synthetic_edition(members=120, seed=4), 6)
    every = helping._SEARCHES
    for one in every:
        monkeypatch.setattr(helping, "_SEARCHES", (one,))
        assert helping.possible(edition, Run(Limits())) is Status.FEASIBLE
    monkeypatch.setattr(helping, "_SEARCHES", every)
    assert helping.possible(asking_in_all(edition, 40), Run(Limits())) is Status.INFEASIBLE
