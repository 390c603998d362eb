"""From a problem to a verified grouping: objectives in order, what is told at the end. Wiring only.

Comes in: a `Problem`, what was asked for, a `Run`. Goes out: a `Result`. Forming groups afresh and forming
them again both end here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from pydantic import JsonValue

from sip_grouping.edition import Edition
from sip_grouping.errors import VerificationError
from sip_grouping.grouping import Grouping, Reason, Status, relative_gap
from sip_grouping.grouping.made import versions_of_libraries
from sip_grouping.grouping.stages import ObjectiveName, Stage
from sip_grouping.objective import Objective, make_objective
from sip_grouping.problem import Problem
from sip_grouping.solve.arguments import Arguments
from sip_grouping.solve.conflict import explain_conflict
from sip_grouping.solve.engine import Origin, Verdict, solve
from sip_grouping.solve.formulation import Floor
from sip_grouping.solve.levels import BY_LEVEL, Levels, reach
from sip_grouping.solve.result import Conflict, Result, StopReason
from sip_grouping.solve.run import Run
from sip_grouping.verification import verify


@dataclass(frozen=True)
class Goal:
    """One of several objectives in order: what a grouping calls it, and how it is made."""

    name: ObjectiveName
    make: Callable[[Problem], Objective | Levels]


def goal_of(name: ObjectiveName) -> Goal:
    """Return the goal of an objective that needs nothing but the problem."""
    return Goal(name, BY_LEVEL.get(name) or partial(make_objective, name))


def formed(
    problem: Problem,
    given: Arguments,
    run: Run,
    goals: Sequence[Goal],
    *,
    floors: tuple[Floor, ...] = (),
    settings: Mapping[str, JsonValue] | None = None,
    explain: bool = True,
    bound: int | None = None,
) -> Result:
    """Search a problem for its best groups, objective by objective, and have them verified.

    Parameters
    ----------
    goals
        What is made as large as possible, in this order.
    floors
        What is kept from the start.
    settings
        What the grouping says of how it was made, besides limits.
    explain
        Whether rules that conflict are looked for where there are no groups.
    bound
        What no grouping exceeds in the first objective, where that is proven elsewhere; in thousandths.

    Raises
    ------
    VerificationError
        The verifier refused a grouping: a defect of the engine.
    """
    edition = problem.edition
    told: dict[str, JsonValue] = {
        "time_limit": given.time_limit,
        "work_limit": given.work_limit,
        "gap": given.gap,
        "workers": given.workers,
    }
    if not _only_score(goals):
        told["objectives"] = [goal.name.value for goal in goals]
    told |= settings or {}
    origin = Origin(told, versions_of_libraries(), given.pins)
    stages, verdict = _stages(problem, given, run, origin, goals, floors, bound)
    conflict: Conflict | None = None
    infeasible = verdict is not None and verdict.status is Status.INFEASIBLE
    if verdict is not None and infeasible and explain:
        run.phase("explaining")
        # A verdict of infeasibility that a second, differently built model does not confirm is none.
        conflict = explain_conflict(verdict.formulation, run)
    incumbent = run.incumbent
    if incumbent is None:
        sure = conflict is not None or (infeasible and not explain)
        status = Status.INFEASIBLE if sure else Status.UNKNOWN
        left = run.bound if run.of_score and conflict is None else None
        return _result(edition, given, run, status, None, left, conflict)
    proven = run.bound if run.of_score else None
    grouping = _concluded(incumbent.grouping, proven, stages)
    run.phase("verifying")
    if grouping != incumbent.grouping:
        verification = verify(edition, grouping)
        if not verification.ok:
            raise VerificationError(verification.violations)
    return _result(edition, given, run, grouping.status, grouping, proven, conflict)


_Engine = Callable[..., Verdict | None]


def _stages(
    problem: Problem,
    given: Arguments,
    run: Run,
    origin: Origin,
    goals: Sequence[Goal],
    floors: tuple[Floor, ...],
    known: int | None,
) -> tuple[tuple[Stage, ...], Verdict | None]:
    """Reach each objective after the other; return their stages where there are several or others."""
    kept = list(floors)
    reached: list[_Reached] = []
    start_from = given.hint
    verdict: Verdict | None = None
    for number, goal in enumerate(goals):
        objective = goal.make(problem)
        if isinstance(objective, Levels):
            worth, constant, keeps = objective.reached, 0, objective.asks_for
            engine: _Engine = partial(reach, objective, problem)
        else:
            worth, constant, keeps = objective.summed, objective.constant, _floor_of(objective)
            engine = partial(solve, problem, objective)
        value = None if run.incumbent is None else worth(run.incumbent.grouping)
        of_score = goal.name is ObjectiveName.SCORE and not number
        run.begin_stage(value, len(goals) - number, of_score=of_score)
        if known is not None and not number:
            run.lower_bound(known)
        verdict = engine(run, floors=tuple(kept), start_from=start_from, origin=origin)
        if run.incumbent is None:
            return (), verdict
        bound = None if run.bound is None else run.bound - constant
        reached.append(_Reached(goal.name, worth, constant, bound))
        kept += keeps(run.incumbent.value - constant)
        start_from = run.incumbent.grouping
    if _only_score(goals) or run.incumbent is None:
        return (), verdict
    return tuple(one.stage_of(run.incumbent.grouping) for one in reached), verdict


@dataclass(frozen=True)
class _Reached:
    """An objective that was looked for, and the bound that was proven of it."""

    name: ObjectiveName
    worth: Callable[[Grouping], int]
    constant: int
    bound: int | None

    def stage_of(self, grouping: Grouping) -> Stage:
        """Return the stage of the groups at the end.

        Where a limit ended the search for this objective, groups found for a later one may be better in it.
        """
        value = self.worth(grouping) - self.constant
        gap = relative_gap(value, self.bound)
        return Stage(name=self.name, value=value, bound=self.bound, gap=gap)


def _floor_of(objective: Objective) -> Callable[[int], tuple[Floor, ...]]:
    """Return what keeps a value that an objective reached."""
    return lambda value: (Floor(objective, value + objective.constant),)


def _only_score(goals: Sequence[Goal]) -> bool:
    return [goal.name for goal in goals] == [ObjectiveName.SCORE]


def _result(
    edition: Edition,
    given: Arguments,
    run: Run,
    status: Status,
    grouping: Grouping | None,
    bound: int | None,
    conflict: Conflict | None,
) -> Result:
    return Result(
        edition=edition,
        status=status,
        grouping=grouping,
        bound_thousandths=bound,
        stop_reason=_stop_reason(given, run, status, grouping),
        trace=run.trace,
        conflict=conflict,
        seconds=run.seconds,
        work=run.work,
    )


def _stop_reason(
    given: Arguments, run: Run, status: Status, grouping: Grouping | None
) -> StopReason:
    if status is Status.INFEASIBLE:
        return StopReason.INFEASIBLE
    if status is Status.OPTIMAL:
        return StopReason.OPTIMAL
    if run.interrupted:
        return StopReason.INTERRUPTED
    if grouping is not None and _within(grouping, given.gap):
        return StopReason.GAP
    if given.work_limit is not None and run.seconds_left > 0:
        return StopReason.WORK_LIMIT
    return StopReason.TIME_LIMIT


def _within(grouping: Grouping, gap: float) -> bool:
    gaps = [stage.gap for stage in grouping.stages] or [grouping.gap]
    return all(one is not None and one <= gap for one in gaps)


def _concluded(grouping: Grouping, bound: int | None, stages: tuple[Stage, ...]) -> Grouping:
    """Return the grouping with what is known at the end, which may be more than when it was found."""
    score = grouping.score_thousandths
    optimal = all(one.value == one.bound for one in stages) if stages else score == bound
    unproven, proven = Reason.NOT_IN_BEST_FOUND, Reason.OUTWEIGHED
    left_out = tuple(
        one.model_copy(update={"reason": proven if optimal else unproven})
        if one.reason in {unproven, proven}
        else one
        for one in grouping.left_out
    )
    return grouping.model_copy(
        update={
            "bound_thousandths": bound,
            "gap": relative_gap(score, bound),
            "status": Status.OPTIMAL if optimal else Status.FEASIBLE,
            "left_out": left_out,
            "stages": stages,
        }
    )
