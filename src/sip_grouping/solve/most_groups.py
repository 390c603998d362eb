"""How many groups there can be where no more than a number of groups is asked for.

Comes in: an edition, a run. Goes out: whether there can be as many as are asked for, or `MostGroups`: how
many are missing. They are made as many as can be by the engine: its LP relaxation and cuts prove it in a few
seconds where a model that has to have them, or CP-SAT on slack variables, may take minutes.
"""

from dataclasses import dataclass

from sip_grouping.edition import Edition
from sip_grouping.errors import InputError
from sip_grouping.grouping import Grouping, Status
from sip_grouping.objective import groups_of
from sip_grouping.problem import build_problem
from sip_grouping.solve.changes import ALL_THEMES, as_asked
from sip_grouping.solve.engine import solve
from sip_grouping.solve.run import Question, Run

WORK = 20.0
"""Deterministic work at most on how many there can be."""

_WORK_FOR_ENOUGH = 1.0
"""And on whether there can be as many as are asked for: where that takes longer, other searches may not."""


@dataclass(frozen=True)
class Found:
    """Whether an edition has a grouping, as far as it is known, and one where it has."""

    status: Status
    grouping: Grouping | None = None


@dataclass(frozen=True)
class MostGroups:
    """How many groups are missing at least, as far as it was found.

    Attributes
    ----------
    missing
        With so many fewer asked for there is a grouping, which the verifier accepts.
    proven
        Whether there is none with more groups; that there are not as many as are asked for is proven.
    grouping
        That grouping.
    """

    missing: int
    proven: bool
    grouping: Grouping


def most_groups(edition: Edition, run: Run) -> MostGroups | None:
    """Return how many groups are missing; None where other things are asked for, or it is not proven."""
    asked = _asked_of(edition)
    if asked is None:
        return None
    question = _asked(edition, asked[0], Question(run, work_limit=WORK))
    if question is None or question.incumbent is None or question.bound is None:
        return None
    value, least = question.incumbent.value, asked[1]
    if question.bound >= least:
        return None
    return MostGroups(least - value, question.bound == value, question.incumbent.grouping)


def enough_groups(edition: Edition, run: Run) -> Found | None:
    """Return whether there can be as many groups as are asked for; None: other things are, or not decided."""
    asked = _asked_of(edition)
    if asked is None:
        return None
    question = _asked(
        edition, asked[0], Question(run, work_limit=_WORK_FOR_ENOUGH, enough=asked[1])
    )
    if question is None or question.reached is None:
        return None
    if question.reached and question.incumbent is not None:
        return Found(Status.FEASIBLE, question.incumbent.grouping)
    return Found(Status.INFEASIBLE)


def _asked_of(edition: Edition) -> tuple[str, int] | None:
    """Return the theme of which a number of groups is asked for, and the number; None: not this alone."""
    asked = [(one.id, one.groups_min) for one in edition.themes if one.groups_min]
    if edition.total.groups_min:
        asked.append((ALL_THEMES, edition.total.groups_min))
    return asked[0] if len(asked) == 1 and not edition.pins else None


def _asked(edition: Edition, theme: str, question: Question) -> Question | None:
    """Make as many groups as a question wants; None where the edition is none without what is asked."""
    try:
        problem = build_problem(as_asked(edition, (), frozenset()))
    except InputError:
        return None
    solve(problem, groups_of(theme, problem), question)
    question.answered()
    return question
