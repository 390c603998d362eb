"""Plans the meetings of a season: one solve, a plan with its bound, or what cannot hold together.

Comes in: an edition with a calendar, its groups, limits. Goes out: `Planned`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from importlib.metadata import version
from time import monotonic

from ortools.sat.python import cp_model

from sip_grouping.edition import Edition
from sip_grouping.frozen import frozen
from sip_grouping.grouping import Grouping, Status
from sip_grouping.grouping.formed import Formed, grouping_of
from sip_grouping.grouping.grouping import relative_gap
from sip_grouping.plan import Meeting, Plan
from sip_grouping.plan.digests import grouping_digest, season_digest
from sip_grouping.season.again import (
    Before,
    NoPlanError,
    hint_from,
    hint_of,
    keep_most,
    no_longer,
    other_experts,
)
from sip_grouping.season.case import Case, case_of
from sip_grouping.season.chosen import in_order, meetings_of, terms_of
from sip_grouping.season.conflict import Asking, PlanConflict, PlanRelaxation, conflict_of, ways_out
from sip_grouping.season.parts import parts_of
from sip_grouping.season.put import Moves, puts_of
from sip_grouping.season.shared import build
from sip_grouping.solve.cpsat import INT32_MAX, SUBSOLVERS

_SHARE_OF_REASONS = 0.5
"""Of the time that is left, at most so much goes to finding out what cannot hold together."""


@dataclass(frozen=True)
class Planned:
    """What planning gives.

    Attributes
    ----------
    plan
        None where there is none.
    conflict
        Of an impossible plan: the rules that cannot hold together; None where they were not found in time.
    relaxations
        The least changes that make a plan possible, each confirmed by a solve.
    """

    status: Status
    plan: Plan | None = None
    bound_thousandths: int | None = None
    conflict: PlanConflict | None = None
    relaxations: tuple[PlanRelaxation, ...] = ()


@dataclass
class _Limits:
    """How long may be worked. Work is deterministic time of CP-SAT."""

    time: float | None
    work: float | None
    gap: float
    seed: int
    workers: int
    stopped: Callable[[], bool]
    begun: float = field(default_factory=monotonic)

    @property
    def seconds_left(self) -> float | None:
        """Seconds of the limit that are left; None: no limit."""
        return None if self.time is None else max(0.1, self.time - (monotonic() - self.begun))

    def solver(self, share: float = 1.0) -> cp_model.CpSolver:
        """Return a solver within the limits; of the time that is left it may take a share."""
        solver = cp_model.CpSolver()
        parameters = solver.parameters
        parameters.num_workers = self.workers
        parameters.random_seed = self.seed % INT32_MAX
        parameters.linearization_level = 2
        # The model is nearly as the solver wants it: more of this took half of the time and found little.
        parameters.max_presolve_iterations = 1
        parameters.cp_model_probing_level = 0
        parameters.relative_gap_limit = self.gap
        parameters.catch_sigint_signal = False
        if self.workers > 1:
            parameters.subsolvers.extend(SUBSOLVERS)
        if self.work is not None:
            parameters.max_deterministic_time = self.work
        if self.seconds_left is not None:
            parameters.max_time_in_seconds = self.seconds_left * share
        return solver


class _Stopping(cp_model.CpSolverSolutionCallback):
    """Ends the search at the next solution once that is asked for."""

    def __init__(self, stopped: Callable[[], bool]) -> None:
        super().__init__()
        self._stopped = stopped

    def on_solution_callback(self) -> None:
        """Look whether the search is to end."""
        if self._stopped():
            self.stop_search()


def plan_meetings(
    edition: Edition,
    grouping: Grouping | Formed,
    *,
    time_limit: float | None = None,
    work_limit: float | None = None,
    seed: int = 0,
    gap: float = 0.0,
    workers: int = 2,
    before: Plan | None = None,
    announced: date | None = None,
    moved: Moves = (),
    stopped: Callable[[], bool] = lambda: False,
) -> Planned:
    """Plan the meetings of all groups, between groups, and for all cooperators.

    Parameters
    ----------
    time_limit, work_limit
        Seconds, and units of deterministic work; None: none. With one worker and a work limit alone a
        run repeats.
    gap
        Stop at this relative gap of score and bound; 0: prove the optimum.
    before, announced
        A plan that people know: as few of its meetings as can be change, first of those up to the date
        `announced`, then of the others; then as few of those that stay as can be get another expert, in the
        same order; of such plans the best. The bound stays that of all plans.
    moved
        Meetings of that plan, by id, that are put on another date, or at another date and time, by hand:
        ``{"g1-2": datetime(2021, 2, 4, 18, 30)}``, or ``["g1-2=2021-02-04T18:30"]``. On a date alone the
        meeting keeps its start. As few others as can be change.
    stopped
        Asked at each better plan; once it says yes the search ends with the best.

    Raises
    ------
    InputError
        The edition has no calendar, the groups are not of its members, or a meeting cannot be moved so.
    NoGroupingError
        A result without a grouping was given.
    """
    groups = grouping_of(grouping, "plan_meetings")
    case = case_of(edition, groups)
    put = puts_of(case, before, moved)
    limits = _Limits(time_limit, work_limit, gap, seed, workers, stopped)
    if before is not None:
        return _again(replace(case, put=put), groups, Before(before, announced), limits)
    return _part_by_part(case, groups, limits)


_UNKNOWN = Planned(Status.UNKNOWN)


def _part_by_part(case: Case, grouping: Grouping, limits: _Limits) -> Planned:
    """Return the best plan: parts that share nothing one after the other, time and work by their groups."""
    meetings: list[Meeting] = []
    parts = [(part, max(1, len(part.groups))) for part in parts_of(case)]
    total = waiting = sum(size for _, size in parts)
    bound = 0
    for part, size in parts:
        found = build(case, part)
        solver = limits.solver(size / waiting)
        if limits.work is not None:
            solver.parameters.max_deterministic_time = limits.work * size / total
        status = solver.solve(found.model, _Stopping(limits.stopped))
        if status == cp_model.INFEASIBLE:
            return _without(case, grouping, limits)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return _UNKNOWN
        meetings += meetings_of(found, solver.boolean_value)
        bound += found.score_bound(solver.best_objective_bound)
        waiting -= size
    return _planned(case, grouping, in_order(meetings), bound, limits)


def _without(case: Case, groups: Grouping, limits: _Limits) -> Planned:
    """Say why there is no plan, and what would help."""
    left = limits.seconds_left
    asking = Asking(None if left is None else left * _SHARE_OF_REASONS, limits.work, limits.seed)
    conflict = conflict_of(case, asking)
    return Planned(
        Status.INFEASIBLE, conflict=conflict, relaxations=ways_out(case, groups, conflict, asking)
    )


def _again(case: Case, grouping: Grouping, before: Before, limits: _Limits) -> Planned:
    """Return the plan with the fewest changes, of these the best; its bound is that of all plans.

    Each solve starts from the solution of the one before it, and the first from the plan that people know;
    what bounds all plans comes last, so that a short time costs the bound and not the plan.
    """
    found = build(case)
    hint_of(found, before.plan)
    try:
        kept = keep_most(found, before, lambda: limits.solver(1 / 3), _Stopping(limits.stopped))
    except NoPlanError:
        return _without(case, grouping, limits)
    if kept is None:
        return _UNKNOWN
    solver = limits.solver(1 / 2)
    status = solver.solve(found.model, _Stopping(limits.stopped))
    said = solver if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else kept.solver
    bound = found.score_bound(said.best_objective_bound)
    plan = _planned(case, grouping, meetings_of(found, said.boolean_value), bound, limits).plan
    assert plan is not None  # noqa: S101 - just made
    free = _bound_of_all(case, said, limits)
    bound_of_all = None if free is None else max(free, plan.score_thousandths)
    made = plan.model_copy(
        update={
            "status": Status.OPTIMAL if bound_of_all == plan.score_thousandths else Status.FEASIBLE,
            "bound_thousandths": bound_of_all,
            "gap": relative_gap(plan.score_thousandths, bound_of_all),
            "settings": frozen(
                {
                    **plan.settings,
                    "announced": None if before.announced is None else str(before.announced),
                    "moved": len(no_longer(plan, before.plan)),
                    "fewest_moves": kept.moves,
                    "other_experts": len(other_experts(plan, before.plan)),
                    "fewest_other_experts": kept.experts,
                    "by_hand": {
                        one.meeting.meeting_id: f"{one.begins:%Y-%m-%dT%H:%M}" for one in case.put
                    },
                }
            ),
        }
    )
    return Planned(made.status, made, bound_of_all)


def _bound_of_all(case: Case, said: cp_model.CpSolver, limits: _Limits) -> int | None:
    """Return what no plan exceeds, whether it keeps meetings or not; None: not found in time."""
    free = build(replace(case, put=()))
    hint_from(free, said)
    solver = limits.solver()
    if solver.solve(free.model, _Stopping(limits.stopped)) in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return free.score_bound(solver.best_objective_bound)
    return None


def _planned(
    case: Case,
    grouping: Grouping,
    meetings: tuple[Meeting, ...],
    proven: int,
    limits: _Limits,
) -> Planned:
    """Return a plan of meetings, of which no better one has a score above what is proven."""
    terms = terms_of(case, meetings)
    bound = max(terms.score, proven)
    gap = relative_gap(terms.score, bound)
    optimal = bound == terms.score
    plan = Plan(
        edition_name=case.edition.name,
        edition_digest=case.edition.digest,
        grouping_digest=grouping_digest(grouping),
        season_digest=season_digest(case.edition),
        status=Status.OPTIMAL if optimal else Status.FEASIBLE,
        meetings=meetings,
        score_thousandths=terms.score,
        attendance=terms.attendance,
        in_person=terms.in_person,
        late_thousandths=terms.late,
        bound_thousandths=bound,
        gap=gap,
        seed=limits.seed,
        settings={
            "time_limit": limits.time,
            "work_limit": limits.work,
            "gap": limits.gap,
            "workers": limits.workers,
        },
        versions={name: version(name) for name in ("ortools", "holidays", "sip-grouping")},
    )
    return Planned(plan.status, plan, bound)
