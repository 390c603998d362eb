"""`form_groups`: from an edition to a verified grouping. Wiring only; each step has its own module.

Comes in: an `Edition` and limits. Goes out: a `Result`, whose grouping the verifier has accepted.
"""

import logging
import threading
from collections.abc import Mapping, Sequence
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Pin
from sip_grouping.errors import VerificationError
from sip_grouping.grouping import Grouping, Reason, Status, relative_gap
from sip_grouping.grouping.formed import Formed
from sip_grouping.grouping.made import LIBRARIES
from sip_grouping.problem import Problem, build_problem
from sip_grouping.solve.arguments import checked_arguments
from sip_grouping.solve.assemble import Claims, Splitter, assemble
from sip_grouping.solve.conflict import explain_conflict
from sip_grouping.solve.formulation import Formulation, formulate
from sip_grouping.solve.hint import hint_values
from sip_grouping.solve.progress import Observer, Progress
from sip_grouping.solve.result import Conflict, Result, StopReason
from sip_grouping.solve.slots import add_slots, cells_needing_slots
from sip_grouping.solve.strategy import Budget, Search, SearchSettings, always
from sip_grouping.verification import verify

_logger = logging.getLogger(__name__)

Ints = NDArray[np.int64]


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
) -> Result:
    """Form the groups of an edition.

    Parameters
    ----------
    time_limit
        Wall clock in seconds for the whole run. What a clock stops does not repeat exactly.
    work_limit
        Deterministic work in the solver's units (about a second each on a 2020s core). The same
        edition, settings, seed and work limit give the same grouping, with one worker.
    gap
        Stop once (bound - score) / |score| is at most this; 0: go on to the proof.
    seed
        Decides among equal choices; not negative.
    workers
        Threads of CP-SAT. With more than one, runs need not repeat.
    pins
        Placements that must stay, besides the edition's own.
    hint
        A grouping, or a result that has one, to start from: of this edition or one like it.
    observer
        Told of phases, scores and bounds. None: in a notebook a line below the cell shows them, and
        elsewhere nothing does; ``Observer()`` shows nothing anywhere.
    cancel
        When another thread sets it, the search ends and the best grouping so far is returned.

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
    )
    progress = Progress(given.observer)
    edition = edition.with_pins(given.pins) if given.pins else edition
    budget = Budget(
        progress,
        time_limit=given.time_limit,
        work_limit=given.work_limit,
        seconds_kept=1.0 + len(edition.members) / 700,
        cancel=given.cancel,
    )
    settings: dict[str, JsonValue] = {
        "time_limit": given.time_limit,
        "work_limit": given.work_limit,
        "gap": given.gap,
        "workers": given.workers,
    }
    search_settings = SearchSettings(given.gap, given.seed, given.workers)
    run = _Run(edition, search_settings, budget, progress, settings, given.pins)
    try:
        run.solve(given.hint)
    except KeyboardInterrupt:
        # Between two solver calls; during one, the search itself stops and keeps its best.
        run.interrupted = True
    return run.result()


class _Run:
    """One run: solves, splits, adds slots where a cell does not split, until all is known."""

    def __init__(
        self,
        edition: Edition,
        settings: SearchSettings,
        budget: Budget,
        progress: Progress,
        asked: Mapping[str, JsonValue],
        pins: tuple[Pin, ...],
    ) -> None:
        self._edition = edition
        self._settings = settings
        self._budget = budget
        self._progress = progress
        self._asked = asked
        self._pins = pins
        self._best: Grouping | None = None
        self._bound: int | None = None
        self._infeasible = False
        self._conflict: Conflict | None = None
        self._unsplit: tuple[Splitter, Ints] | None = None
        self.interrupted = False

    def solve(self, hint: Grouping | None) -> None:
        """Search until the best grouping is proven, or a limit is reached."""
        self._progress.phase("building")
        problem = build_problem(self._edition)
        f = formulate(problem)
        search = Search(self._settings, self._budget, self._progress)
        with_slots = set(cells_needing_slots(f))
        add_slots(f, sorted(with_slots))
        start = None if hint is None else hint_values(f, hint)
        while True:
            splitter = Splitter(f, self._settings.seed)
            divides = always if _totals_suffice(problem, f) else splitter.divides
            outcome = search.run(f, start, divides)
            self._bound = search.bound
            self.interrupted |= search.interrupted
            if outcome.status is Status.INFEASIBLE:
                self._explain(f)
                return
            if outcome.values is None:
                return
            self._unsplit = (splitter, outcome.values)
            failed = self._split()
            if not failed:
                return
            # A cell whose groups are modelled one by one and still does not split ran out of its work:
            # the same model again would only say the same.
            stuck = with_slots.issuperset(failed)
            if stuck or self.interrupted or self._budget.spent:
                if search.best_divisible is not None:
                    self._unsplit = (splitter, search.best_divisible)
                return
            _logger.info("%d cells do not split: their groups are modelled one by one", len(failed))
            f = formulate(problem)
            totals = f.model.columns
            with_slots.update(failed)
            add_slots(f, sorted(with_slots))
            start = np.zeros(f.model.columns, dtype=np.int64)
            start[:totals] = outcome.values[:totals]

    def _split(self) -> tuple[int, ...]:
        """Split the latest solution; keep it if it is the best so far. Return cells that fail."""
        if self._unsplit is None:
            return ()
        self._progress.phase("splitting")
        (splitter, values), self._unsplit = self._unsplit, None
        division = splitter.divide(values)
        claims = Claims(
            self._bound, self._settings.seed, dict(self._asked), _versions(), self._pins
        )
        grouping = assemble(splitter.problem, division.groups, claims)
        # Without the cells that fail it may still be a grouping, and then it is one to fall back on;
        # a whole one that is refused is a defect, found when the result is made.
        usable = not division.failed or verify(self._edition, grouping).ok
        if usable and (
            self._best is None or grouping.score_thousandths > self._best.score_thousandths
        ):
            self._best = grouping
            self._progress.better_score(grouping.score_thousandths)
        return division.failed

    def _explain(self, f: Formulation) -> None:
        self._progress.phase("explaining")
        self._conflict = explain_conflict(f, self._budget, self._settings.seed)
        # A verdict of infeasibility that a second, differently built model does not confirm is none.
        self._infeasible = self._conflict is not None

    def result(self) -> Result:
        """Return what is known, verified.

        Raises
        ------
        VerificationError
            The verifier refuses the grouping.
        """
        self._split()
        grouping = None if self._infeasible else self._best
        status = Status.INFEASIBLE if self._infeasible else Status.UNKNOWN
        if grouping is not None:
            grouping = _with_bound(grouping, self._bound)
            self._progress.phase("verifying")
            verification = verify(self._edition, grouping)
            if not verification.ok:
                raise VerificationError(verification.violations)
            status = grouping.status
        return Result(
            edition=self._edition,
            status=status,
            grouping=grouping,
            bound_thousandths=None if self._infeasible else self._bound,
            stop_reason=self._stop_reason(status, grouping),
            trace=self._progress.trace,
            conflict=self._conflict,
            seconds=self._progress.seconds,
            work=self._progress.work,
        )

    def _stop_reason(self, status: Status, grouping: Grouping | None) -> StopReason:
        if status is Status.INFEASIBLE:
            return StopReason.INFEASIBLE
        if status is Status.OPTIMAL:
            return StopReason.OPTIMAL
        if self.interrupted or self._budget.cancel.is_set():
            return StopReason.INTERRUPTED
        if grouping is not None and grouping.gap is not None and grouping.gap <= self._settings.gap:
            return StopReason.GAP
        if self._asked["work_limit"] is not None and self._budget.seconds_left > 0:
            return StopReason.WORK_LIMIT
        return StopReason.TIME_LIMIT


def _totals_suffice(problem: Problem, f: Formulation) -> bool:
    """Return whether any solution's cells split into groups, whatever the solution."""
    return (
        f.holders is None
        and not len(problem.conflict_first)
        and bool((problem.classes.size == 1).all())
    )


def _with_bound(grouping: Grouping, bound: int | None) -> Grouping:
    """Return the grouping with the bound known at the end, which may be lower than when it was found."""
    score = grouping.score_thousandths
    optimal = score == bound
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
        }
    )


def _versions() -> dict[str, str]:
    return {name: version(name) for name in LIBRARIES}
