"""The frontier of moves against score: what each further move buys when groups are formed again.

Comes in: what `form_again` takes, and limits of moves. Goes out: a `Frontier`, a point for each limit. The
problem is built once, and each point begins from the one before it, which it may keep.
"""

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Role
from sip_grouping.frames import plain_frame
from sip_grouping.grouping import Grouping, Status, relative_gap
from sip_grouping.grouping.changes import moved_by
from sip_grouping.objective import score
from sip_grouping.problem import Problem, build_problem
from sip_grouping.solve.arguments import Arguments, checked_arguments
from sip_grouping.solve.disruption import changes_in, standing_of, staying
from sip_grouping.solve.engine import solve
from sip_grouping.solve.formulation import Floor
from sip_grouping.solve.interrupt import heeding_interrupts
from sip_grouping.solve.progress import Observer
from sip_grouping.solve.reform import what_stands
from sip_grouping.solve.run import Run
from sip_grouping.units import THOUSANDTHS

if TYPE_CHECKING:
    import pandas as pd

FRONTIER_COLUMNS = ("moves_max", "moved", "placed", "score", "bound", "gap")
"""The columns of a frontier's table."""

USUAL_MOVES = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
"""Limits that are asked about where none are given, as far as there are members who could move."""


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """The best score with so many moves.

    Attributes
    ----------
    moves_max
        Most members who change group or theme or are left out without having asked.
    moved, placed, score_thousandths
        Of the best grouping found; None where there is none, or none was found.
    bound_thousandths
        No grouping with so many moves scores more; None: nothing is proven.
    impossible
        Whether it is proven that there is none.
    """

    moves_max: int
    moved: int | None = None
    placed: int | None = None
    score_thousandths: int | None = None
    bound_thousandths: int | None = None
    impossible: bool = False

    @property
    def gap(self) -> float | None:
        """(bound - score) / |score|; see `sip_grouping.grouping.relative_gap`."""
        if self.score_thousandths is None:
            return None
        return relative_gap(self.score_thousandths, self.bound_thousandths)

    @property
    def row(self) -> tuple[int | float | None, ...]:
        """The row of the table; points."""
        return (
            self.moves_max, self.moved, self.placed, _points(self.score_thousandths),
            _points(self.bound_thousandths), self.gap,
        )  # fmt: skip


@dataclass(frozen=True)
class Frontier:
    """Points by the limit of moves, ascending."""

    points: tuple[FrontierPoint, ...]

    @property
    def table(self) -> "pd.DataFrame":
        """One row per limit: the columns of `FRONTIER_COLUMNS`; what is not known is missing."""
        frame = plain_frame((one.row for one in self.points), FRONTIER_COLUMNS, dtype=object)
        whole = dict.fromkeys(("moves_max", "moved", "placed"), "Int64")
        return frame.astype({**whole, "score": "Float64", "bound": "Float64", "gap": "Float64"})


def frontier(
    edition: Edition,
    earlier: Grouping,
    moves: Sequence[int] | None = None,
    *,
    asked: Collection[str] = (),
    accepted: Mapping[str, Role] | None = None,
    time_limit: float | None = None,
    work_limit: float | None = None,
    gap: float = 0.0,
    seed: int = 0,
    workers: int = 1,
    observer: Observer | None = None,
    cancel: threading.Event | None = None,
) -> Frontier:
    """Return the best score by the number of members who move without having asked.

    Parameters
    ----------
    moves
        Limits of moves; None: the usual ones, and as many as there are members who could move.

    The other parameters are those of `form_again`; the limits are for all points together.

    Raises
    ------
    InputError
        Arguments are of a wrong type or out of range.
    VerificationError
        The verifier refused a grouping: a defect of the engine.
    """
    given = checked_arguments(
        edition, time_limit=time_limit, work_limit=work_limit, gap=gap, seed=seed,
        workers=workers, hint=earlier, observer=observer, cancel=cancel,
    )  # fmt: skip
    promises, standing, whole = what_stands(edition, earlier, asked, accepted or {})
    run = given.run()
    free = len(standing.stayers) - len(promises)
    limits = sorted(set(_usual(free) if moves is None else moves))
    with heeding_interrupts(run):
        run.phase("building")
        problem = build_problem(whole, earlier, standing, seed=given.seed)
        return Frontier(_tightened(_points_of(problem, given, run, limits)))


def _usual(free: int) -> list[int]:
    return [*(one for one in USUAL_MOVES if one < free), max(free, 0)]


def _points_of(
    problem: Problem, given: Arguments, run: Run, limits: Sequence[int]
) -> list[FrontierPoint]:
    standing, best = standing_of(problem), score(problem)
    found: list[FrontierPoint] = []
    for number, most in enumerate(limits):
        if run.interrupted:
            break
        known = run.incumbent
        value = None if known is None else known.value
        run.begin_stage(value, len(limits) - number, of_score=False)
        verdict = solve(
            problem,
            best,
            run,
            floors=(Floor(staying(problem), len(standing.stayers) - most),),
            start_from=given.hint if known is None else known.grouping,
        )
        if run.incumbent is None:
            none = verdict.status is Status.INFEASIBLE
            found.append(FrontierPoint(most, impossible=none))
            continue
        grouping = run.incumbent.grouping
        changes = changes_in(problem, grouping)
        found.append(
            FrontierPoint(
                most,
                len(moved_by(changes)),
                len(grouping.placements),
                grouping.score_thousandths,
                run.bound,
            )
        )
    return found


def _tightened(points: Sequence[FrontierPoint]) -> tuple[FrontierPoint, ...]:
    """Return points none of which may reach more than what bounds one with more moves."""
    found: list[FrontierPoint] = []
    lowest: int | None = None
    for one in reversed(points):
        bounds = [b for b in (one.bound_thousandths, lowest) if b is not None]
        lowest = min(bounds, default=None)
        reached = one.score_thousandths
        found.append(one if reached is None else replace(one, bound_thousandths=lowest))
    return tuple(reversed(found))


def _points(thousandths: int | None) -> float | None:
    return None if thousandths is None else thousandths / THOUSANDTHS
