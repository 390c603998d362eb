"""How many groups there can be where no more than a number of groups is asked for, and cannot be.

Comes in: a `Formulation` that CP-SAT found infeasible, and the run. Goes out: `MostGroups`: how many groups
are missing. They are made as many as can be by the engine, whose LP relaxation and cuts prove it in a few
seconds where CP-SAT on slack variables alone may take minutes.
"""

from dataclasses import dataclass

from sip_grouping.errors import InputError
from sip_grouping.objective import groups_of
from sip_grouping.problem import build_problem
from sip_grouping.solve.changes import ALL_THEMES, as_asked
from sip_grouping.solve.engine import solve
from sip_grouping.solve.formulation import Formulation
from sip_grouping.solve.run import Question, Run

WORK = 20.0
"""Deterministic work at most."""


@dataclass(frozen=True)
class MostGroups:
    """How many groups are missing at least, as far as it was found.

    Attributes
    ----------
    missing
        With so many fewer asked for there is a grouping, which the verifier accepts.
    proven
        Whether there is none with more groups; that there are not as many as are asked for is proven.
    """

    missing: int
    proven: bool


def most_groups(f: Formulation, run: Run) -> MostGroups | None:
    """Return how many groups are missing; None where other things are asked for, or it is not proven."""
    edition = f.problem.edition
    if len(f.requirements) != 1 or f.requirements[0].pin is not None:
        return None
    [one] = f.requirements
    asked_of = edition.total if one.theme == ALL_THEMES else edition.theme_by_id[one.theme]
    try:
        problem = build_problem(as_asked(edition, (), frozenset(edition.pins)))
    except InputError:
        return None
    question = Question(run, work_limit=WORK)
    solve(problem, groups_of(one.theme, problem), question)
    question.answered()
    if (
        question.incumbent is None
        or question.bound is None
        or question.bound >= asked_of.groups_min
    ):
        return None
    value = question.incumbent.value
    return MostGroups(asked_of.groups_min - value, question.bound == value)
