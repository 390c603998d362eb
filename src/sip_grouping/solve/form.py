"""`form_groups`: from an edition to a verified grouping. Wiring only; each step has its own module.

Comes in: an `Edition` and limits. Goes out: a `Result`, whose grouping the verifier has accepted.
"""

import threading
from collections.abc import Sequence
from importlib.metadata import version

from pydantic import JsonValue

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Pin
from sip_grouping.errors import VerificationError
from sip_grouping.grouping import Grouping, Reason, Status, relative_gap
from sip_grouping.grouping.formed import Formed
from sip_grouping.grouping.made import LIBRARIES
from sip_grouping.grouping.stages import ObjectiveName, Stage
from sip_grouping.objective import make_objective
from sip_grouping.problem import Problem, build_problem
from sip_grouping.solve.arguments import Arguments, checked_arguments
from sip_grouping.solve.conflict import explain_conflict
from sip_grouping.solve.engine import Origin, Verdict, solve
from sip_grouping.solve.formulation import Floor
from sip_grouping.solve.interrupt import heeding_interrupts
from sip_grouping.solve.progress import Observer
from sip_grouping.solve.result import Conflict, Result, StopReason
from sip_grouping.solve.run import Limits, Run
from sip_grouping.verification import verify


def form_groups(
    edition: Edition,
    *,
    time_limit: float | None = None,
    work_limit: float | None = None,
    gap: float = 0.0,
    seed: int = 0,
    workers: int = 1,
    pins: Sequence[Pin] = (),
    hint: Grouping | Formed | None = None,
    observer: Observer | None = None,
    cancel: threading.Event | None = None,
    objectives: Sequence[ObjectiveName | str] = (ObjectiveName.SCORE,),
) -> Result:
    """Form the groups of an edition.

    Parameters
    ----------
    time_limit
        Wall clock in seconds for the whole run. What a clock stops does not repeat exactly.
    work_limit
        Deterministic work in the solver's units (about a second each on a 2020s core). The same
        edition, settings, seed and work limit give the same grouping, with one worker. Making the
        groups of what was found may take a few units more; the LP bound counts no work.
    gap
        Stop once (bound - score) / |score| is at most this; 0: go on to the proof.
    seed
        Decides among equal choices; not negative.
    workers
        Threads of CP-SAT. With more than one, runs need not repeat.
    pins
        Placements that must stay, besides the edition's own.
    hint
        A grouping, or a result that has one, to start from: of this edition or one like it. Groups of
        which most members stay keep their ids, and cells are split so that the fewest members move.
    observer
        Told of phases, scores and bounds. None: in a notebook a line below the cell shows them, and
        elsewhere nothing does; ``Observer()`` shows nothing anywhere.
    cancel
        When another thread sets it, the search ends and the best grouping so far is returned.
    objectives
        What is made as large as possible, in this order: each keeps what those before it reached.
        Names of `ObjectiveName`. With more than the plain score the grouping has `stages`, the limits
        are shared among them, and it is optimal where every stage is.

    Returns
    -------
    Result
        Its grouping has been accepted by the verifier. Ctrl-C in the main thread ends the search and
        returns the best grouping so far.

    Raises
    ------
    InputError
        Arguments are of a wrong type or out of range, all of them named at once; or the pins do not
        fit the edition.
    VerificationError
        The verifier refused the grouping: a defect of the engine, and no grouping is returned.
    """
    given = checked_arguments(
        edition,
        time_limit=time_limit,
        work_limit=work_limit,
        gap=gap,
        seed=seed,
        workers=workers,
        pins=pins,
        hint=hint,
        observer=observer,
        cancel=cancel,
        objectives=objectives,
    )
    run = Run(
        Limits(given.time_limit, given.work_limit, given.gap, given.seed, given.workers),
        members=len(edition.members),
        observer=given.observer,
        cancel=given.cancel,
    )
    with heeding_interrupts(run):
        return _formed(edition.with_pins(given.pins) if given.pins else edition, given, run)


def _formed(edition: Edition, given: Arguments, run: Run) -> Result:
    run.phase("building")
    problem = build_problem(edition, given.hint)
    settings: dict[str, JsonValue] = {
        "time_limit": given.time_limit,
        "work_limit": given.work_limit,
        "gap": given.gap,
        "workers": given.workers,
    }
    if given.objectives != (ObjectiveName.SCORE,):
        settings["objectives"] = [name.value for name in given.objectives]
    origin = Origin(settings, {name: version(name) for name in LIBRARIES}, given.pins)
    stages, verdict = _stages(problem, given, run, origin)
    conflict: Conflict | None = None
    if verdict.status is Status.INFEASIBLE:
        run.phase("explaining")
        # A verdict of infeasibility that a second, differently built model does not confirm is none.
        conflict = explain_conflict(verdict.formulation, run)
    incumbent = run.incumbent
    if incumbent is None:
        status = Status.UNKNOWN if conflict is None else Status.INFEASIBLE
        bound = run.bound if run.of_score and conflict is None else None
        return _result(edition, given, run, status, None, bound, conflict)
    bound = run.bound if run.of_score else None
    grouping = _concluded(incumbent.grouping, bound, stages)
    run.phase("verifying")
    if grouping != incumbent.grouping:
        verification = verify(edition, grouping)
        if not verification.ok:
            raise VerificationError(verification.violations)
    return _result(edition, given, run, grouping.status, grouping, bound, conflict)


def _stages(
    problem: Problem, given: Arguments, run: Run, origin: Origin
) -> tuple[tuple[Stage, ...], Verdict]:
    """Reach each objective after the other; return their stages where there are several or others."""
    floors: list[Floor] = []
    stages: list[Stage] = []
    start_from = given.hint
    for number, name in enumerate(given.objectives):
        objective = make_objective(name, problem)
        value = None if run.incumbent is None else objective.reached(run.incumbent.grouping)
        of_score = name is ObjectiveName.SCORE and not number
        run.begin_stage(value, len(given.objectives) - number, of_score=of_score)
        verdict = solve(
            problem, objective, run, floors=tuple(floors), start_from=start_from, origin=origin
        )
        if run.incumbent is None:
            return (), verdict
        value = run.incumbent.value
        gap = relative_gap(value, run.bound)
        stages.append(Stage(name=name, value=value, bound=run.bound, gap=gap))
        floors.append(Floor(objective, value))
        start_from = run.incumbent.grouping
    only_score = given.objectives == (ObjectiveName.SCORE,)
    return () if only_score else tuple(stages), verdict


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
