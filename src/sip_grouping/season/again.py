"""Planning again: what was announced stays, and as few other meetings as can be change.

Comes in: the model of a plan, and the plan before. Goes out: how many meetings of the plan before stay, as
large as possible, those announced first. Kept is a meeting of the same group (theme, country) and phase at
the same time.
"""

from dataclasses import dataclass
from datetime import date

from ortools.sat.python import cp_model

from sip_grouping.plan import Meeting, MeetingKind, Plan
from sip_grouping.season.model import Literal, PlanModel
from sip_grouping.season.put import variables_of


@dataclass(frozen=True)
class Before:
    """A plan that people know, and the last date of which the meetings were announced; None: none."""

    plan: Plan
    announced: date | None = None

    def is_announced(self, one: Meeting) -> bool:
        """Return whether a meeting was announced."""
        return self.announced is not None and one.date <= self.announced


class NoPlanError(Exception):
    """There is no plan with the meetings where they were put."""


def keeping(found: PlanModel, before: Before) -> list[tuple[Literal, int]]:
    """Return a variable per meeting that can stay, with what it counts: announced, more than all others."""
    more = len(before.plan.meetings) + 1
    put = {one.meeting.meeting_id for one in found.case.put}
    return [
        (variable, more if before.is_announced(one) else 1)
        for one in before.plan.meetings
        # One that was moved by hand cannot stay; another in its old place is no gain.
        if one.meeting_id not in put
        for variable in variables_of(found, one, one.begins)
    ]


def keep_most(
    found: PlanModel,
    before: Before,
    solver: cp_model.CpSolver,
    stopping: cp_model.CpSolverSolutionCallback,
) -> bool | None:
    """Let as many meetings stay as can, by a row of the model.

    Returns
    -------
    bool or None
        Whether it is proven that no more can stay; None where no plan was found in time.

    Raises
    ------
    NoPlanError
        There is no plan with the meetings that were moved by hand.
    """
    kept = keeping(found, before)
    found.model.maximize(sum(weight * one for one, weight in kept))
    solver.parameters.relative_gap_limit = 0.0
    status = solver.solve(found.model, stopping)
    if status == cp_model.INFEASIBLE:
        raise NoPlanError
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    found.model.add(sum(weight * one for one, weight in kept) >= round(solver.objective_value))
    found.maximize()
    return bool(status == cp_model.OPTIMAL)


def no_longer(plan: Plan, before: Plan) -> tuple[Meeting, ...]:
    """Return the meetings of the plan before that are not at the same time in this one."""
    now = set(map(_place_in_time, plan.meetings))
    return tuple(one for one in before.meetings if _place_in_time(one) not in now)


def _place_in_time(one: Meeting) -> tuple[object, ...]:
    country = one.place if one.kind is MeetingKind.INFORMATION else ""
    return (one.kind, one.group_id, one.theme, one.phase, country, one.begins)
