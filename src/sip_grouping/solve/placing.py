"""The best grouping in which a certain member is placed, whoever else may have to move.

Comes in: an `Edition`, a member, a grouping to start from. Goes out: `Placing`: the best groups under that
condition, with a bound that holds under it alone. The score is maximised with one row more: copies of the
member's class that are placed, at least one. Members of one class are alike, so that any of them may have
the place of another.
"""

import threading
from dataclasses import dataclass

import numpy as np
from pydantic import JsonValue

from sip_grouping.edition import Edition
from sip_grouping.errors import VerificationError
from sip_grouping.grouping import Grouping, ObjectiveName, Status, relative_gap
from sip_grouping.grouping.made import versions_of_libraries
from sip_grouping.objective import Objective, Term, make_objective
from sip_grouping.problem import Problem, build_problem
from sip_grouping.solve.engine import Origin, solve
from sip_grouping.solve.formulation import Floor
from sip_grouping.solve.interrupt import heeding_interrupts
from sip_grouping.solve.run import Limits, Run
from sip_grouping.verification import verify


@dataclass(frozen=True)
class Placing:
    """What is known of the best grouping that places a member.

    Attributes
    ----------
    status
        optimal, feasible, infeasible (no valid grouping places the member) or unknown.
    grouping
        The best that was found, accepted by the verifier; it claims no bound, since none is proven of the
        edition as it is.
    bound_thousandths
        No grouping that places the member has a larger score; None where nothing is proven.
    """

    status: Status
    grouping: Grouping | None = None
    bound_thousandths: int | None = None

    @property
    def gap(self) -> float | None:
        """(bound - score) / |score|; see `relative_gap`."""
        if self.grouping is None:
            return None
        return relative_gap(self.grouping.score_thousandths, self.bound_thousandths)


def best_with(
    edition: Edition,
    member_id: str,
    *,
    hint: Grouping | None = None,
    time_limit: float | None = None,
    work_limit: float | None = None,
    seed: int = 0,
    cancel: threading.Event | None = None,
) -> Placing:
    """Return the best grouping of an edition in which a member is placed.

    Parameters
    ----------
    hint
        Where to start from; groups of which most members stay keep their ids.
    time_limit, work_limit, seed, cancel
        As for `form_groups`.

    Raises
    ------
    VerificationError
        The verifier refused the grouping: a defect of the engine.
    """
    limits = Limits(time_limit, work_limit, seed=seed)
    run = Run(limits, members=len(edition.members), cancel=cancel)
    with heeding_interrupts(run):
        problem = build_problem(edition, hint, seed=seed)
        condition = copies_placed(problem, member_id)
        if not condition.pair.any():
            return Placing(Status.INFEASIBLE)
        run.begin_stage(None, 1, of_score=False)
        settings: dict[str, JsonValue] = {
            "time_limit": limits.time_limit,
            "work_limit": limits.work_limit,
            "gap": limits.gap,
            "workers": limits.workers,
        }
        verdict = solve(
            problem,
            make_objective(ObjectiveName.SCORE, problem),
            run,
            floors=(Floor(condition, 1),),
            start_from=hint,
            origin=Origin(settings, versions_of_libraries()),
        )
    if verdict.status is Status.INFEASIBLE:
        return Placing(Status.INFEASIBLE)
    best = None if run.incumbent is None else run.incumbent.grouping
    found = None if best is None else _with_the_member(best, problem, member_id)
    if found is None:
        return Placing(Status.UNKNOWN, None, run.bound)
    verification = verify(edition, found)
    if not verification.ok:
        raise VerificationError(verification.violations)
    proven = run.bound == found.score_thousandths
    return Placing(Status.OPTIMAL if proven else Status.FEASIBLE, found, run.bound)


def copies_placed(problem: Problem, member_id: str) -> Objective:
    """Return how many copies of a member's class are placed."""
    owner = problem.classes.class_of_member.get(member_id, -1)
    pair = (problem.pair_class == owner).astype(np.int64)
    term = Term(pair, np.zeros(len(problem.cells), dtype=np.int64))

    def reached(grouping: Grouping) -> int:
        return len(
            {one.member_id for one in grouping.placements} & problem.classes.alike(member_id)
        )

    return Objective(
        "member", {"placed": term}, reached, lambda other: copies_placed(other, member_id)
    )


def _with_the_member(grouping: Grouping, problem: Problem, member_id: str) -> Grouping | None:
    """Return a grouping with the member in the place of one who is alike, if it has none of its own.

    None where nobody alike is placed either.
    """
    placed = {one.member_id for one in grouping.placements}
    if member_id in placed:
        return grouping
    other = min(placed & problem.classes.alike(member_id), default=None)
    if other is None:
        return None
    names = {member_id: other, other: member_id}
    order = {one.member_id: number for number, one in enumerate(problem.edition.members)}

    def exchanged(ids: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(names.get(who, who) for who in ids)

    placements = [
        one.model_copy(update={"member_id": names.get(one.member_id, one.member_id)})
        for one in grouping.placements
    ]
    left_out = [
        one.model_copy(update={"member_id": names.get(one.member_id, one.member_id)})
        for one in grouping.left_out
    ]
    return grouping.model_copy(
        update={
            "placements": tuple(sorted(placements, key=lambda one: order[one.member_id])),
            "left_out": tuple(sorted(left_out, key=lambda one: order[one.member_id])),
            "group_records": tuple(
                one.model_copy(
                    update={
                        "moderators": exchanged(one.moderators),
                        "secretaries": exchanged(one.secretaries),
                    }
                )
                for one in grouping.group_records
            ),
        }
    )
