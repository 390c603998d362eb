"""The engine: one function from a problem and an objective to groups and a verdict.

Comes in: a `Problem`, an `Objective`, a `Run`. Goes out: a `Verdict`; the groups, as a verified grouping,
and the bound are left with the run. Forming groups, explaining conflicts and asking what would be all
go through `solve`.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Pin
from sip_grouping.errors import VerificationError
from sip_grouping.grouping import Grouping, Status
from sip_grouping.objective import Objective
from sip_grouping.problem import Problem
from sip_grouping.problem.narrow import Narrowed, narrowed
from sip_grouping.solve.assemble import Claims, assemble
from sip_grouping.solve.divide import Divider
from sip_grouping.solve.formulate import formulate
from sip_grouping.solve.formulation import Floor, Formulation, totals_suffice
from sip_grouping.solve.hint import hint_values
from sip_grouping.solve.narrowing import Model, narrow, placed_in_cells
from sip_grouping.solve.run import Run
from sip_grouping.solve.search import search
from sip_grouping.solve.slots import add_slots, cells_needing_slots
from sip_grouping.verification import Violation, verify

_logger = logging.getLogger(__name__)

Ints = NDArray[np.int64]

KEPT = 5
"""Solutions that are tried at the end, best first: where one does not split, another may."""


@dataclass(frozen=True)
class Verdict:
    """What is known after a solve; the incumbent and its bound are the run's.

    Attributes
    ----------
    status
        optimal, feasible, infeasible or unknown.
    formulation
        The last model: where it is infeasible, what asks for too much stands in its requirements.
    """

    status: Status
    formulation: Formulation


@dataclass(frozen=True)
class Origin:
    """What a grouping says of how it was made: settings, library versions, pins of the call."""

    settings: Mapping[str, JsonValue] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    pins: tuple[Pin, ...] = ()


def solve(
    problem: Problem,
    objective: Objective,
    run: Run,
    *,
    floors: tuple[Floor, ...] = (),
    start_from: Grouping | None = None,
    origin: Origin | None = None,
    violations: Callable[[Grouping], Sequence[Violation]] | None = None,
) -> Verdict:
    """Search for the best groups of a problem until they are proven, or the run is stopped.

    Parameters
    ----------
    floors
        Objectives that came before, and what they must keep.
    start_from
        A grouping, of this edition or one like it; None: none is known.
    origin
        What the groupings say of how they were made.
    violations
        What the verifier has against a grouping; None: as one of the problem's edition.

    Raises
    ------
    VerificationError
        The verifier refused a grouping: a defect of the engine.
    """
    model = narrow(problem, objective, floors, run)
    one_by_one = set(cells_needing_slots(model.f))
    taker = _Taker(
        run, origin or Origin(), objective, floors, violations or _violations(problem.edition)
    )
    start = None if start_from is None else hint_values(model.f, start_from)
    while True:
        f = model.f
        slots = add_slots(f, sorted(one_by_one))
        if start is not None:
            start = np.pad(start, (0, f.model.columns - len(start)))
        divider = Divider(f, slots, run)
        whole = totals_suffice(f)
        # The first says little of what others split into.
        mixes = f.problem.mixes_distant or not all(one.exact for one in f.again)
        failed: tuple[int, ...] = ()
        status = Status.UNKNOWN
        found: list[Ints] = []
        taken: Ints | None = None
        finer: Narrowed | None = None
        for step in search(f, run, start, whole=whole, relaxed=None if slots else model.relaxed):
            status = step.status
            if step.solutions:
                # The first solution is made into groups at once, and the best of all at the end; each,
                # where it may show which cells are to be taken apart before the search goes on.
                start = step.solutions[0]
                found = [*step.solutions, *found][:KEPT]
                if run.incumbent is None or mixes:
                    failed = taker.take(divider, step.solutions, near=False)
                    taken = start
                    finer = _taken_apart(f, start, {*failed} - one_by_one)
            if run.gap_reached or run.stopped() or finer is not None:
                break
        if finer is None or run.stopped() or run.gap_reached:
            # Without time to bring near people together, the best would only be split as it was before.
            if found and (run.near_seconds_left > 0 or found[0] is not taken):
                failed = taker.take(divider, found, near=True)
            if status is Status.INFEASIBLE:
                return Verdict(status, f)
            # A cell whose groups are modelled one by one and still does not split would only say the same.
            if not failed or run.stopped() or run.gap_reached or one_by_one.issuperset(failed):
                return Verdict(_status_of(run), f)
            finer = _taken_apart(f, found[0], {*failed} - one_by_one)
        if finer is not None:
            _logger.info("%d cells do not split and are taken apart", len(failed))
            kept = tuple(one.over(finer.problem) for one in floors)
            model = narrow(finer.problem, objective.over(finer.problem), kept, run)
            one_by_one = set(np.flatnonzero(np.isin(finer.origin, list(one_by_one))).tolist())
            before = run.incumbent.grouping if run.incumbent is not None else start_from
            start = None if before is None else hint_values(model.f, before)
            continue
        _logger.info("%d cells do not split: their groups are modelled one by one", len(failed))
        one_by_one.update(failed)
        kept = tuple(one.over(f.problem) for one in floors)
        model = Model(formulate(f.problem, f.objective, kept), None)
        start = None if start is None else start[: model.f.model.columns]


def _taken_apart(f: Formulation, values: Ints, failed: set[int]) -> Narrowed | None:
    """Return the problem with cells taken apart that a solution uses and that do not split."""
    placed = placed_in_cells(f, values.astype(np.float64))
    return narrowed(f.problem, {cell: placed[cell] for cell in sorted(failed)})


def _status_of(run: Run) -> Status:
    if run.incumbent is None:
        return Status.UNKNOWN
    return Status.OPTIMAL if run.incumbent.value == run.bound else Status.FEASIBLE


def _violations(edition: Edition) -> Callable[[Grouping], Sequence[Violation]]:
    return lambda grouping: verify(edition, grouping).violations


class _Taker:
    """Makes groupings of the search's solutions, has them verified, and offers them to the run."""

    def __init__(
        self,
        run: Run,
        origin: Origin,
        objective: Objective,
        floors: tuple[Floor, ...],
        violations: Callable[[Grouping], Sequence[Violation]],
    ) -> None:
        self._run = run
        self._violations = violations
        self._origin = origin
        self._objective = objective
        self._floors = floors

    def take(self, divider: Divider, solutions: Sequence[Ints], *, near: bool) -> tuple[int, ...]:
        """Offer the best solution that splits; return the cells of the very best that do not, or fall short.

        `near`: whether near people are brought together, for which earlier groupings need not wait.
        """
        run = self._run
        run.phase("splitting")
        finishing = 0.0
        failed: tuple[int, ...] = ()
        for number, values in enumerate(solutions):
            started = perf_counter()
            division = divider.divide(values, seconds=run.near_seconds_left if near else 0.0)
            if near or division.failed:
                # Cells that fail are not split again: their groups are modelled one by one.
                started = perf_counter()
            claims = Claims(
                bound=run.bound if run.of_score else None,
                seed=run.limits.seed,
                settings=self._origin.settings,
                versions=self._origin.versions,
                pins=self._origin.pins,
            )
            grouping = assemble(divider.problem, division.groups, claims)
            if not number:
                failed = (*division.failed, *division.short)
            assembled = perf_counter()
            wrong = self._violations(grouping)
            ended = perf_counter()
            finishing += ended - started + (ended - assembled)
            kept = all(one.objective.summed(grouping) >= one.least for one in self._floors)
            if not wrong and kept:
                run.offer(grouping, self._objective.summed(grouping))
            elif wrong and not division.failed:
                raise VerificationError(tuple(wrong))
            # Without the cells that fail it may still be a grouping, and then one to fall back on.
            if not division.failed or run.stopped():
                break
        run.finished_in(finishing)
        return failed
