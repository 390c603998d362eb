"""Accepted placements that cannot all stay: which of them have to change, at the least price.

Comes in: an edition as it stands, what stands already, a `Run`. Goes out: `InTheWay`. All accepted placements
are open, and the price is made as low as can be, and after it the number of members: proven, but where that
takes too long in a large edition: then the best that was found is told, not proven; see `least_price`.
"""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Role
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.changes import Change, ChangeKind, changes_between, disruption_of
from sip_grouping.grouping.promises import as_accepted, broken_promises, pins_of_accepted
from sip_grouping.problem import Problem, build_problem
from sip_grouping.problem.places import candidate_places
from sip_grouping.problem.standing import Standing
from sip_grouping.rules import RuleId
from sip_grouping.solve.disruption import groups_going_on, least_broken
from sip_grouping.solve.engine import solve
from sip_grouping.solve.formulate import formulate
from sip_grouping.solve.least_price import least_price
from sip_grouping.solve.restriction import solve_restricted
from sip_grouping.solve.run import Run
from sip_grouping.verification import Violation, verify

LARGE_PAIRS = 50_000
"""From so many pairs on only the small models are asked: the engine would not get far with all of them."""

FALLING_WORK = 20.0
"""Deterministic work on the question which groups cannot go on: its answer is only to begin with."""


@dataclass(frozen=True)
class InTheWay:
    """The accepted placements that have to change where no valid grouping keeps them all.

    Attributes
    ----------
    members
        Ids of the members, of all such sets one of the least total price, and of those one of the fewest.
    changes
        What would change for them.
    thousandths
        The total price, in thousandths of a point.
    proven
        Whether no set has a lower price, or the same with fewer members.
    grouping
        Groups that keep all other accepted placements; None: none were found in time.
    """

    members: frozenset[str]
    changes: tuple[Change, ...]
    thousandths: int
    proven: bool
    grouping: Grouping | None = None


def in_the_way(
    edition: Edition, standing: Standing, promises: dict[str, Role], run: Run
) -> InTheWay | None:
    """Return the accepted placements of the least price that have to change; None: it is not known.

    Parameters
    ----------
    edition
        As it stands, with no pin for accepted placements.
    promises
        By id, the role in which a placement was accepted.
    """
    standing = replace(standing, earlier=as_accepted(standing.earlier, promises))
    problem = _problem(edition, standing, {}, may_fall=False)
    objective = least_broken(problem)
    run.forget()
    run.begin_stage(None, 1, of_score=False)

    @cache
    def falling() -> frozenset[str]:
        return _falling(edition, standing, promises, run)

    def refused(grouping: Grouping) -> list[Violation]:
        return _broken_rules(edition, standing, grouping, promises)

    best = least_price(problem, objective, falling, run, refused)
    grouping, value = best.grouping, best.value
    small = len(problem.pair_cell) <= LARGE_PAIRS
    if (value is None or value != run.bound) and small and not run.stopped():
        # What the small models leave out decides something.
        start = standing.earlier if grouping is None else grouping
        solve(problem, objective, run, start_from=start, violations=refused)
        if run.incumbent is not None and (value is None or run.incumbent.value >= value):
            grouping, value = run.incumbent.grouping, run.incumbent.value
    if grouping is None:
        return _all_of(falling(), edition, standing, promises)
    proven = value == run.bound
    members = broken_promises(standing.earlier, grouping, standing.accepted)
    changes = tuple(
        one
        for one in changes_between(standing.earlier, grouping, standing.asked, edition.disruption)
        if one.member_id in members and one.kind is not ChangeKind.ROLE_GAINED
    )
    return InTheWay(members, changes, disruption_of(changes), proven, grouping)


def all_that_fall(
    edition: Edition, standing: Standing, promises: dict[str, Role], run: Run
) -> InTheWay | None:
    """Return everybody who accepted in groups that cannot go on, found at once; None: none is found.

    The others can stay. Fewer may do: it is what there is when the time is short.
    """
    standing = replace(standing, earlier=as_accepted(standing.earlier, promises))
    falling = _falling(edition, standing, promises, run)
    return _all_of(falling, edition, standing, promises)


def _all_of(
    falling: frozenset[str], edition: Edition, standing: Standing, promises: dict[str, Role]
) -> InTheWay | None:
    gone = frozenset(
        who for who, one in standing.stayers.items() if who in promises and one.group_id in falling
    )
    cost = edition.disruption.thousandths[ChangeKind.LEFT_OUT]
    return InTheWay(gone, (), cost * len(gone), proven=False) if gone else None


def _falling(
    edition: Edition, standing: Standing, promises: dict[str, Role], run: Run
) -> frozenset[str]:
    """Return groups that cannot all go on with all who accepted; the others can."""
    problem = _problem(edition, standing, promises, may_fall=True)
    f = formulate(problem, groups_going_on(problem))
    arrays = f.model.arrays()
    outcome = solve_restricted(
        arrays, arrays.upper, None, run, gap=0.0, work=FALLING_WORK, whole=False
    )
    if outcome.values is None:
        return frozenset()
    opened = np.flatnonzero(outcome.values[f.groups])
    going_on = {problem.cells[cell].keeps for cell in opened.tolist()}
    agreed = {one.group_id for who, one in standing.stayers.items() if who in promises}
    return frozenset(agreed - going_on)


def _broken_rules(
    edition: Edition, standing: Standing, grouping: Grouping, promises: dict[str, Role]
) -> list[Violation]:
    """Return the rules of a valid grouping that one breaks, in the edition with the promises it keeps.

    Its record and reasons are those of no edition that anybody is shown.
    """
    broken = broken_promises(standing.earlier, grouping, standing.accepted)
    kept = {who: role for who, role in promises.items() if who not in broken}
    whole = edition.replace(pins=pins_of_accepted(standing.earlier, kept, edition.pins))
    return [one for one in verify(whole, grouping).violations if isinstance(one.rule, RuleId)]


def _problem(
    edition: Edition, standing: Standing, kept: dict[str, Role], *, may_fall: bool
) -> Problem:
    whole = edition.replace(pins=pins_of_accepted(standing.earlier, kept, edition.pins))
    agreed = {standing.stayers[who].group_id for who in standing.accepted}
    places = {standing.earlier.group_by_id[one].place for one in agreed} - {""}
    known = {one.place_id for one in candidate_places(whole)}
    here = replace(
        standing,
        fixed=frozenset(kept),
        pinned=frozenset(places - known),
        may_fall=may_fall,
    )
    return build_problem(whole, standing.earlier, here)
