"""The dive: whole groups from the LP alone, whole members too where asked, and the LP as it was before."""

import numpy as np
import pytest

from sip_grouping import synthetic_edition
from sip_grouping.edition import Edition
from sip_grouping.objective import score
from sip_grouping.problem import build_problem
from sip_grouping.solve.dive import WHOLE, dive
from sip_grouping.solve.formulate import formulate
from sip_grouping.solve.formulation import Formulation
from sip_grouping.solve.lp import SiftedLp
from sip_grouping.solve.relaxed import Relaxed, relax
from sip_grouping.solve.run import Limits, Run


def in_pairs(members: int, seed: int) -> Edition:
    """Return an edition at offices whose members mostly come with a neighbour in the table."""
    edition = synthetic_edition(members=members, seed=seed, towns="none")
    alone = {"together": (), "apart": ()}
    rows = [one.model_copy(update=alone) for one in edition.members]
    for at in range(0, len(rows) - 1, 2):
        one, other = rows[at : at + 2]
        if one.country == other.country and one.eligible and other.eligible:
            same = {
                name: getattr(one, name)
                for name in ("themes", "office", "languages", "local", "video")
            }
            rows[at] = one.model_copy(update={"together": (other.member_id,)})
            rows[at + 1] = other.model_copy(update={**same, "together": (one.member_id,)})
    return edition.replace(members=tuple(rows))


def relaxed_of(edition: Edition) -> tuple[Formulation, Relaxed, SiftedLp, Run]:
    problem = build_problem(edition)
    f = formulate(problem, score(problem))
    run = Run(Limits())
    relaxed = relax(f, f.model.arrays(), run)
    assert relaxed is not None
    assert relaxed.lp is not None
    return f, relaxed, relaxed.lp, run


def torn(values: np.ndarray) -> int:
    return int((np.abs(values - np.rint(values)) > WHOLE).sum())


def test_members_who_are_torn_between_groups_are_made_whole() -> None:
    before = 0
    for seed in range(4):
        f, relaxed, lp, run = relaxed_of(in_pairs(300, seed))
        first = relaxed.relaxation.values
        groups = dive(f.groups, lp, run, first, few=0)
        whole = dive(f.groups, lp, run, first, few=0, members=f.placed)
        assert groups is not None
        assert whole is not None
        before += torn(groups[f.placed])
        assert not torn(whole[f.groups])
        assert not torn(whole[f.placed])
        arrays = f.model.arrays()
        found = np.rint(whole).astype(np.int64)
        assert arrays.admits(found)
        assert int(arrays.objective @ found) <= relaxed.relaxation.bound
    assert before


@pytest.mark.parametrize("few", [0, 5])
def test_the_lp_has_its_own_limits_again_after_a_dive(few: int) -> None:
    f, relaxed, lp, run = relaxed_of(in_pairs(200, 5))
    bound = lp.objective
    assert dive(f.groups, lp, run, relaxed.relaxation.values, few=few) is not None
    assert lp.solve(run) is not None
    assert lp.objective == pytest.approx(bound, rel=1e-9)


def test_a_dive_that_is_stopped_has_no_groups() -> None:
    f, relaxed, lp, run = relaxed_of(in_pairs(200, 5))
    run.interrupt()
    assert torn(relaxed.relaxation.values[f.groups])
    assert dive(f.groups, lp, run, relaxed.relaxation.values, few=0) is None
