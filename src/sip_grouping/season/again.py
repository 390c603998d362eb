"""Planning again: what was announced stays, and as few other meetings as can be change.

Comes in: the model of a plan, and the plan before. Goes out: how many meetings of the plan before stay, as
large as possible, those announced first; then how many of them keep their expert. Kept is a meeting of the
same group (theme, country) and phase at the same time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from ortools.sat.python import cp_model

from sip_grouping.edition.records import Track
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


@dataclass(frozen=True)
class Fewest:
    """Whether it is proven that fewer changes cannot be: of moments, and then of experts.

    `solver` has such a plan.
    """

    moves: bool
    experts: bool
    solver: cp_model.CpSolver


def keeping(found: PlanModel, before: Before) -> list[tuple[Literal, int]]:
    """Return a variable per meeting that can stay, with what it counts: announced, more than all others."""
    put = {one.meeting.meeting_id for one in found.case.put}
    return [
        (variable, _weight(one, before))
        for one in before.plan.meetings
        # One that was moved by hand cannot stay; another in its old place is no gain.
        if one.meeting_id not in put
        for variable in variables_of(found, one, one.begins)
    ]


def keeping_experts(found: PlanModel, before: Before) -> list[tuple[Literal, int]]:
    """Return a variable per meeting that can stay, or is put, with its expert, with what it counts."""
    put = {one.meeting.meeting_id: one.begins for one in found.case.put}
    groups = {one.group.group_id: g for g, one in enumerate(found.case.groups)}
    kept = []
    for one in before.plan.meetings:
        if one.expert_id is None:
            continue
        begins = put.get(one.meeting_id, one.begins)
        there = [
            s
            for t in found.case.moments.beginning_at(begins)
            if (s := found.comes.get((one.expert_id, groups.get(one.group_id or "", -1), t)))
            is not None
        ]
        held = variables_of(found, one, begins)
        if there and held:
            same = found.model.new_bool_var("")
            found.model.add(same <= sum(there))
            found.model.add(same <= sum(held))
            kept.append((same, _weight(one, before)))
    return kept


def _weight(one: Meeting, before: Before) -> int:
    return len(before.plan.meetings) + 1 if before.is_announced(one) else 1


def keep_most(
    found: PlanModel,
    before: Before,
    solver: Callable[[], cp_model.CpSolver],
    stopping: cp_model.CpSolverSolutionCallback,
) -> Fewest | None:
    """Let as many meetings stay as can, then as many of their experts, by rows of the model.

    Returns
    -------
    Fewest or None
        What is proven; None where no plan was found in time.

    Raises
    ------
    NoPlanError
        There is no plan with the meetings that were moved by hand.
    """
    proven: list[bool] = []
    last: cp_model.CpSolver | None = None
    # All variables are there from the first solve on, so that its solution is a whole hint for the next.
    for kept in [keeping(found, before), keeping_experts(found, before)]:
        total = sum(weight * one for one, weight in kept)
        found.model.maximize(total)
        asked = solver()
        asked.parameters.relative_gap_limit = 0.0
        status = asked.solve(found.model, stopping)
        if status == cp_model.INFEASIBLE:
            raise NoPlanError
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            found.model.add(total >= round(asked.objective_value))
            hint_from(found, asked)
            last = asked
        elif last is None:
            return None
        proven.append(bool(status == cp_model.OPTIMAL))
    found.maximize()
    return None if last is None else Fewest(proven[0], proven[1], last)


def hint_from(found: PlanModel, solver: cp_model.CpSolver) -> None:
    """Let the next solve start from a solution of a model with the same variables first."""
    found.model.clear_hints()  # type: ignore[no-untyped-call]
    known = len(solver.response_proto.solution)
    for number in range(min(known, len(found.model.proto.variables))):
        variable = found.model.get_bool_var_from_proto_index(number)
        found.model.add_hint(variable, solver.boolean_value(variable))


def hint_of(found: PlanModel, plan: Plan) -> None:
    """Let the next solve start from a plan, as far as it still can be."""
    case = found.case
    groups = {one.group.group_id: g for g, one in enumerate(case.groups)}
    put = {one.meeting.meeting_id: one.begins for one in case.put}
    chosen: set[int] = set()
    local: set[tuple[int, int]] = set()
    experts: set[tuple[str, int, int]] = set()
    for one in plan.meetings:
        begins = put.get(one.meeting_id, one.begins)
        chosen |= {variable.index for variable in variables_of(found, one, begins)}
        g = groups.get(one.group_id or "", -1)
        for t in case.moments.beginning_at(begins):
            if one.track is Track.LOCAL:
                local.add((g, t))
            if one.expert_id is not None:
                experts.add((one.expert_id, g, t))
    for several in (found.meets, found.synthesis, found.information):
        for variable in several.values():
            found.model.add_hint(variable, variable.index in chosen)
    for key, variable in found.in_person.items():
        if variable is not found.meets[key]:
            found.model.add_hint(variable, (key[0], key[2]) in local)
    for (expert, g, t), variable in found.comes.items():
        found.model.add_hint(variable, (expert, g, t) in experts)


def other_experts(plan: Plan, before: Plan) -> tuple[Meeting, ...]:
    """Return the meetings of the plan before that are at the same time in this one, with another expert."""
    now = {_place_in_time(one): one.expert_id for one in plan.meetings}
    return tuple(
        one
        for one in before.meetings
        if now.get(_place_in_time(one), one.expert_id) != one.expert_id
    )


def no_longer(plan: Plan, before: Plan) -> tuple[Meeting, ...]:
    """Return the meetings of the plan before that are not at the same time in this one."""
    now = set(map(_place_in_time, plan.meetings))
    return tuple(one for one in before.meetings if _place_in_time(one) not in now)


def _place_in_time(one: Meeting) -> tuple[object, ...]:
    country = one.place if one.kind is MeetingKind.INFORMATION else ""
    return (one.kind, one.group_id, one.theme, one.phase, country, one.begins)
