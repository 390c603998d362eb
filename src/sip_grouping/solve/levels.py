"""The least as large as can be: objectives that are no sum, reached by asking for one level after another.

Comes in: a `Problem`, an objective's name, a `Run`. Goes out: groups and a bound, left with the run, and the
rows that keep what was reached. A level is a whole number; a grouping has it where some sums are large
enough, so each question is one for the engine, and halving the levels that are left ends it in few.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from math import inf

import numpy as np

from sip_grouping.edition import Edition
from sip_grouping.grouping import Grouping, Status
from sip_grouping.grouping.stages import WHOLE_SHARE, ObjectiveName
from sip_grouping.objective import near, placed, placed_among
from sip_grouping.problem import Problem
from sip_grouping.solve.engine import Origin, Verdict, solve
from sip_grouping.solve.formulation import Floor
from sip_grouping.solve.run import Question, Run

_FIRST_GAP = 1.0
"""How far the first grouping may be from placing as many as can be: it is only where to start."""


@dataclass(frozen=True)
class Levels:
    """An objective by levels.

    Attributes
    ----------
    all
        Every value that a grouping can have, ascending.
    reached
        The value of a grouping.
    asks_for
        What a grouping of at least a level has: one sum or several, never none.
    """

    all: tuple[int, ...]
    reached: Callable[[Grouping], int]
    asks_for: Callable[[int], tuple[Floor, ...]]


def reach(
    levels: Levels,
    problem: Problem,
    run: Run,
    *,
    floors: tuple[Floor, ...],
    start_from: Grouping | None,
    origin: Origin,
) -> Verdict | None:
    """Reach the highest level, as far as the run's limits allow; return why there are no groups.

    Parameters
    ----------
    floors
        What objectives before it must keep; the run's incumbent, if there is one, keeps it.
    """
    if run.incumbent is None:
        # Without any grouping, the first that keeps the rules.
        question = Question(run, work_limit=inf, gap=_FIRST_GAP)
        verdict = solve(
            problem, placed(problem), question, floors=floors, start_from=start_from, origin=origin
        )
        question.answered()
        if question.incumbent is None:
            return verdict
        found = question.incumbent.grouping
        run.offer(found, levels.reached(found))
    most = len(levels.all) - 1  # no level above is possible
    while run.incumbent is not None:
        value = run.incumbent.value
        least = levels.all.index(value)
        run.lower_bound(levels.all[most])
        if least == most or run.stopped() or run.gap_reached:
            break
        wanted = (least + most + 1) // 2
        first, *others = levels.asks_for(levels.all[wanted])
        question = Question(run, work_limit=inf)
        verdict = solve(
            problem,
            first.objective,
            question,
            floors=(*floors, *others),
            start_from=run.incumbent.grouping,
            origin=origin,
        )
        question.answered()
        best, bound = question.incumbent, question.bound
        if best is not None and best.value >= first.least:
            run.offer(best.grouping, levels.reached(best.grouping))
        elif verdict.status is Status.INFEASIBLE or (bound is not None and bound < first.least):
            most = wanted - 1
        else:
            break
    return None


def _ways(problem: Problem) -> Levels:
    """Return the levels of the longest way: minus the metres of every way there is, and 0."""
    metres = np.unique(np.append(problem.ways.metres, 0))[::-1]

    def reached(grouping: Grouping) -> int:
        return -max((one.travel_m or 0 for one in grouping.placements), default=0)

    def asks_for(level: int) -> tuple[Floor, ...]:
        return (Floor(near(-level, problem), 0),)

    return Levels(tuple((-metres).tolist()), reached, asks_for)


def _shares(problem: Problem) -> Levels:
    """Return the levels of the least share of seats taken, over offices and countries.

    Seats are members who take part, times the groups that a member may be in.
    """
    edition = problem.edition
    units = _units(edition)
    seats = {ids: len(ids) * edition.most_groups_per_member for ids in units}
    possible = {WHOLE_SHARE * taken // all_ for all_ in seats.values() for taken in range(all_ + 1)}

    def asks_for(level: int) -> tuple[Floor, ...]:
        return tuple(
            Floor(placed_among(ids, problem), -(-level * all_ // WHOLE_SHARE))
            for ids, all_ in seats.items()
        )

    return Levels(
        tuple(sorted(possible)) or (WHOLE_SHARE,), partial(_least_share, edition), asks_for
    )


def _least_share(edition: Edition, grouping: Grouping) -> int:
    taken = [one.member_id for one in grouping.placements]
    most = edition.most_groups_per_member
    return min(
        (
            WHOLE_SHARE * sum(who in ids for who in taken) // (len(ids) * most)
            for ids in _units(edition)
        ),
        default=WHOLE_SHARE,
    )


def _units(edition: Edition) -> tuple[frozenset[str], ...]:
    """Return who takes part, by id, of every country and of every office with enough for a group of its own.

    Whether one or two of a small office are placed is decided elsewhere, and nobody of it would leave the
    least share at 0 whatever the others have.
    """
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for member in edition.members:
        if member.eligible:
            found["country", member.country].add(member.member_id)
            if member.office is not None:
                found["office", member.office].add(member.member_id)
    smallest = min(
        edition.rules_of(theme.id).sizes(track).size_min
        for theme in edition.themes
        for track in theme.tracks
    )
    enough = [one for one in sorted(found) if one[0] == "country" or len(found[one]) >= smallest]
    return tuple(dict.fromkeys(frozenset(found[unit]) for unit in enough))


BY_LEVEL: Mapping[ObjectiveName, Callable[[Problem], Levels]] = {
    ObjectiveName.LONGEST_WAY: _ways,
    ObjectiveName.LEAST_SHARE: _shares,
}
"""Objectives that are no sum over placements and groups."""
