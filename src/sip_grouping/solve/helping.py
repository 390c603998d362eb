"""Whether an edition has a grouping, and which of some changes is the least with which it has one.

Comes in: an edition without a grouping, changes from small to large, the run. Goes out: `Helping`, the first
change that helps; `Found`, a grouping of an edition.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sip_grouping.edition import Edition
from sip_grouping.errors import InputError
from sip_grouping.grouping import Grouping, Status
from sip_grouping.objective import Objective, fewest_seats, nothing, score
from sip_grouping.problem import Problem, build_problem
from sip_grouping.solve.changes import Change
from sip_grouping.solve.counting import counted_out, surely_none
from sip_grouping.solve.cpsat import limit_or_none
from sip_grouping.solve.engine import solve
from sip_grouping.solve.formulate import formulate
from sip_grouping.solve.most_groups import Found, enough_groups
from sip_grouping.solve.run import Question, Run
from sip_grouping.solve.search import RESTRICT_ABOVE_PAIRS

WORK_LIMIT = 60.0
"""Deterministic work on one question."""

ANY_GAP = 1e9
"""Relative gap to the bound that is enough: any grouping answers whether there is one."""

_SEARCHES: tuple[tuple[Callable[[Problem], Objective], float], ...] = (
    (fewest_seats, 1.0),
    (score, 5.0),
    (nothing, WORK_LIMIT),
)
"""What a grouping of a large problem is looked for by, one after the other, each with so much work."""


@dataclass(frozen=True)
class Helping:
    """The first of some changes that makes a grouping possible.

    Attributes
    ----------
    proven
        Whether those before it are proven not to.
    grouping
        One that it makes possible.
    """

    change: Change
    proven: bool
    grouping: Grouping | None


def first_that_helps(steps: Sequence[Change], edition: Edition, run: Run) -> Helping | None:
    """Return the first change that makes a grouping possible.

    The changes are ordered from small to large; where each contains those before it, by halving.
    """
    if steps and not steps[0].nested:
        return _first_of_all(steps, edition, run)
    largest: Edition | None = None
    while steps:
        largest = steps[-1].applied_to(edition)
        if largest is not None:
            break
        # It contradicts another part of the input; a smaller step may not.
        steps = steps[:-1]
    if largest is None or run.stopped() or _too_little(steps[-1], edition, run):
        return None
    low, high = _first_not_too_little(steps, edition, run), len(steps) - 1
    if 0 < low < high and not run.stopped():
        found = _found_with(steps[low], edition, run)
        if found.status is Status.FEASIBLE:
            # Counting shows of all that are smaller that they do not help.
            return Helping(steps[low], True, found.grouping)
    best = Found(Status.UNKNOWN) if run.stopped() else some_grouping(largest, run)
    if best.status is not Status.FEASIBLE:
        return None
    proven = True
    while low < high:
        middle = (low + high) // 2
        if run.stopped():
            return Helping(steps[high], False, best.grouping)
        found = _found_with(steps[middle], edition, run)
        if found.status is Status.FEASIBLE:
            high, best = middle, found
        elif found.status is Status.UNKNOWN and run.stopped():
            return Helping(steps[high], False, best.grouping)
        else:
            low = middle + 1
            proven &= found.status is Status.INFEASIBLE
    return Helping(steps[high], proven, best.grouping)


def _first_not_too_little(steps: Sequence[Change], edition: Edition, run: Run) -> int:
    """Return the first of nested changes that counting does not show to be too little; the last may be it."""
    low, high = 0, len(steps) - 1
    if not _too_little(steps[0], edition, run):
        return 0
    while low < high and not run.stopped():
        middle = (low + high) // 2
        if _too_little(steps[middle], edition, run):
            low = middle + 1
        else:
            high = middle
    return low


def _too_little(change: Change, edition: Edition, run: Run) -> bool:
    """Return whether counting shows that there is no grouping with a change either."""
    changed = change.applied_to(edition)
    if changed is None:
        return True
    problem = build_problem(_what_is_asked(changed))
    left = limit_or_none(run.seconds_left)
    return counted_out(formulate(problem, nothing(problem)), time_limit=left)


def _first_of_all(steps: Sequence[Change], edition: Edition, run: Run) -> Helping | None:
    """Return the same where a larger change may help less, by trying each in turn."""
    proven = True
    for step in steps:
        if run.stopped():
            break
        found = _found_with(step, edition, run)
        if found.status is Status.FEASIBLE:
            return Helping(step, proven, found.grouping)
        proven &= found.status is Status.INFEASIBLE
    return None


def _found_with(change: Change, edition: Edition, run: Run) -> Found:
    """Return whether a change makes a grouping possible."""
    changed = change.applied_to(edition)
    # A change may contradict another part of the input, such as a pinned role nobody would hold.
    return Found(Status.INFEASIBLE) if changed is None else some_grouping(changed, run)


def possible(edition: Edition, run: Run) -> Status:
    """Return feasible, infeasible or unknown: whether an edition has a grouping."""
    return some_grouping(edition, run).status


def some_grouping(edition: Edition, run: Run) -> Found:
    """Return whether an edition has a grouping, and one of those that it has.

    Where a number of groups is asked for and nothing else, as many are made as it takes. Of another large
    problem counting says first where there is none. Some grouping is found sooner where the search has
    something to go by: few seats, or the score; where that takes long, whatever has to be holds.
    """
    edition = _what_is_asked(edition)
    enough = enough_groups(edition, run)
    if enough is not None or run.stopped():
        return enough or Found(Status.UNKNOWN)
    problem = build_problem(edition)
    searches = _SEARCHES
    if len(problem.pair_cell) <= RESTRICT_ABOVE_PAIRS:
        searches = _SEARCHES[-1:]
    elif surely_none(problem, run):
        return Found(Status.INFEASIBLE)
    status = Status.UNKNOWN
    for objective, work in searches:
        question = Question(run, work_limit=work, gap=ANY_GAP)
        status = solve(problem, objective(problem), question).status
        question.answered()
        if question.incumbent is not None:
            return Found(Status.FEASIBLE, question.incumbent.grouping)
        if status is Status.INFEASIBLE or run.stopped():
            break
    return Found(status)


def _what_is_asked(edition: Edition) -> Edition:
    """Return an edition without groups of which none has to be: it has a grouping where the whole has one.

    What is left out of a grouping so breaks no rule; and one of what is left is one of the whole.
    """
    if edition.total.groups_min:
        return edition
    asked = {one.theme for one in edition.pins} | {
        one.id for one in edition.themes if one.groups_min
    }
    themes = tuple(
        one if one.id in asked else one.model_copy(update={"groups_max": 0})
        for one in edition.themes
    )
    try:
        return edition.replace(themes=themes)
    except InputError:
        return edition
