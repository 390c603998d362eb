"""One run: its clock, its work, what it knows so far, and whether it has been stopped.

Comes in: limits, an observer, a way to cancel. Goes out: `Run`, which every step of the engine is
given: it asks what is left, and leaves here what it has found. The incumbent is a whole grouping that
the verifier has accepted; a later step can put a better one in its place and can never lose it.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from time import perf_counter
from typing import TypeVar

from sip_grouping.grouping import Grouping, relative_gap
from sip_grouping.solve.progress import Observer, TracePoint

_logger = logging.getLogger(__name__)
_T = TypeVar("_T")

_FINISHING_MARGIN = 1.25
_SECONDS_PER_MEMBER = 1.2e-4
"""What splitting, verifying and writing take at most before the first of them has been timed."""

_NEAR_SECONDS_PER_MEMBER = 1e-3
_NEAR_SHARE = 0.1
"""What is kept of a time limit to bring near people together: so much a member, this share at most."""


@dataclass(frozen=True)
class Limits:
    """What a caller chose. Limits None: none; `gap` relative; `workers` threads of CP-SAT."""

    time_limit: float | None = None
    work_limit: float | None = None
    gap: float = 0.0
    seed: int = 0
    workers: int = 1


@dataclass(frozen=True)
class Incumbent:
    """The best grouping so far, accepted by the verifier, and its value in the current objective."""

    grouping: Grouping
    value: int


class Run:
    """State of one run. Scores and bounds in the unit of the current objective.

    Attributes
    ----------
    work
        Deterministic work done so far, in CP-SAT's units; the same on every machine.
    incumbent
        None until a grouping has been found.
    bound
        No grouping has a larger value; None where nothing is proven.
    of_score
        Whether the current objective is the plain score with none before it.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        members: int = 0,
        observer: Observer | None = None,
        cancel: threading.Event | None = None,
    ) -> None:
        self.limits = limits
        self.work = 0.0
        self.incumbent: Incumbent | None = None
        self.bound: int | None = None
        self._observer = observer or Observer()
        self._cancel = cancel or threading.Event()
        self._interrupt = threading.Event()
        self._started = perf_counter()
        self._phase = ""
        self.of_score = True
        self._trace: list[TracePoint] = []
        self._finishing = _SECONDS_PER_MEMBER * members
        self._for_near = _NEAR_SECONDS_PER_MEMBER * members
        self._stage_ends = inf if limits.time_limit is None else limits.time_limit
        self._stage_work = inf if limits.work_limit is None else limits.work_limit

    # The clock and the work.

    @property
    def seconds(self) -> float:
        """Wall clock since the run began."""
        return perf_counter() - self._started

    @property
    def seconds_left(self) -> float:
        """Wall clock left for the search; infinite without a limit.

        What finishing takes (making a grouping, verifying it) is kept for it: as long as it took the
        first time.
        """
        ends = self._stage_ends
        # Without a grouping all that is left goes into finding one: who sits with whom comes second.
        none_kept = ends == inf or self.incumbent is None
        for_near = 0.0 if none_kept else min(self._for_near, _NEAR_SHARE * ends)
        return max(ends - self._finishing * _FINISHING_MARGIN - for_near - self.seconds, 0.0)

    @property
    def near_seconds_left(self) -> float:
        """Wall clock left to bring near people together; infinite without a limit, 0 once stopped."""
        if self.interrupted:
            return 0.0
        return max(self._stage_ends - self._finishing * _FINISHING_MARGIN - self.seconds, 0.0)

    @property
    def work_left(self) -> float:
        """Deterministic work left; infinite without a limit."""
        return max(self._stage_work - self.work, 0.0)

    @property
    def spent(self) -> bool:
        """Whether a limit has been reached."""
        return self.seconds_left <= 0 or self.work_left <= 0

    def finished_in(self, seconds: float) -> None:
        """Learn how long it takes to split anyhow, to verify, and to verify what is claimed at the end."""
        self._finishing = max(seconds, self._finishing if self.incumbent else 0.0)

    # Interruption.

    def interrupt(self) -> None:
        """Ask the run to end; it keeps what it has. May be called from a signal handler."""
        self._interrupt.set()

    @property
    def interrupted(self) -> bool:
        """Whether the user stopped the run, from this thread or another."""
        return self._interrupt.is_set() or self._cancel.is_set()

    def stopped(self) -> bool:
        """Whether no further step may begin."""
        return self.interrupted or self.spent

    # What is known.

    def phase(self, name: str) -> None:
        """Begin a phase."""
        self._phase = name
        _logger.info("phase %s", name)
        self._tell(self._observer.on_phase, name)

    def offer(self, grouping: Grouping, value: int) -> None:
        """Keep a verified grouping unless the incumbent is better; of equals the later one."""
        if self.incumbent is None or value >= self.incumbent.value:
            self.incumbent = Incumbent(grouping, value)
            self._record(value, self.bound)

    def lower_bound(self, bound: int) -> None:
        """Keep a proven bound if it is lower than the one known."""
        if self.bound is None or bound < self.bound:
            self.bound = bound
            self._record(None, bound)

    def told(self, value: int) -> None:
        """Show a value that a grouping will have once it is split; the incumbent stays."""
        self._record(value, self.bound)

    def told_bound(self, bound: int) -> None:
        """Show a bound of a search for something better than its best solution."""
        self._record(None, bound)

    @property
    def gap_reached(self) -> bool:
        """Whether the incumbent is as near to the bound as was asked for."""
        if self.incumbent is None:
            return False
        gap = relative_gap(self.incumbent.value, self.bound)
        return gap is not None and gap <= self.limits.gap

    @property
    def trace(self) -> tuple[TracePoint, ...]:
        """All points so far, oldest first."""
        return tuple(self._trace)

    def forget(self) -> None:
        """Forget the incumbent: what follows is another question, which it may not answer."""
        self.incumbent = None
        self.bound = None

    def begin_stage(self, value: int | None, stages_left: int, *, of_score: bool) -> None:
        """Begin another objective: nothing is proven of it, and the incumbent stands.

        Parameters
        ----------
        of_score
            Whether it is the plain score and comes first: then the trace follows it.
        value
            The incumbent's value in the new objective; None without an incumbent.
        stages_left
            How many objectives, this one included, share what is left of the limits.
        """
        self.bound = None
        self.of_score = of_score
        if self.incumbent is not None and value is not None:
            self.incumbent = Incumbent(self.incumbent.grouping, value)
        limits = self.limits
        if limits.time_limit is not None:
            left = max(limits.time_limit - self.seconds, 0.0)
            self._stage_ends = self.seconds + left / stages_left
        if limits.work_limit is not None:
            left = max(limits.work_limit - self.work, 0.0)
            self._stage_work = self.work + left / stages_left

    def _record(self, value: int | None, bound: int | None) -> None:
        """Add a point to the trace where it says something new of the plain score."""
        if not self.of_score:
            return
        last = self._trace[-1] if self._trace else None
        before = (None, None) if last is None else (last.score_thousandths, last.bound_thousandths)
        values = [one for one in (value, before[0]) if one is not None]
        bounds = [one for one in (bound, before[1]) if one is not None]
        shown = max(values, default=None)
        # A search for something better may prove that there is nothing: then the best is the bound.
        lowest = min(bounds, default=None)
        proven = lowest if lowest is None or shown is None else max(lowest, shown)
        if before == (shown, proven):
            return
        point = TracePoint(self._phase, self.seconds, self.work, shown, proven)
        self._trace.append(point)
        _logger.debug("progress %s", point)
        self._tell(self._observer.on_progress, point)

    def _tell(self, method: Callable[[_T], None], event: _T) -> None:
        try:
            method(event)
        except KeyboardInterrupt:
            self.interrupt()
        except Exception:
            # An observer may come from anywhere; members' groups must not depend on its health.
            _logger.exception("the observer failed and is no longer called")
            self._observer = Observer()


class Inner(Run):
    """A run within a run: it shares the clock and the interruption, and keeps what it finds to itself."""

    def __init__(self, outer: Run, limits: Limits) -> None:
        super().__init__(limits)
        self._outer = outer
        self.of_score = False

    @property
    def seconds_left(self) -> float:
        """Wall clock left of the run it belongs to."""
        return self._outer.seconds_left

    @property
    def near_seconds_left(self) -> float:
        """None: what is possible is wanted of it, not who sits with whom."""
        return 0.0

    @property
    def interrupted(self) -> bool:
        """Whether the user stopped the run it belongs to."""
        return self._outer.interrupted


class Question(Inner):
    """A question about another edition, under the same limits: it shares the work that is left too.

    Parameters
    ----------
    enough
        A value that is enough: a grouping with it answers the question, and so does a bound below it.
    """

    def __init__(
        self, asked_by: Run, *, work_limit: float, gap: float = 0.0, enough: int | None = None
    ) -> None:
        limits = asked_by.limits
        super().__init__(
            asked_by,
            Limits(seed=limits.seed, workers=limits.workers, work_limit=work_limit, gap=gap),
        )
        self._enough = enough

    @property
    def work_left(self) -> float:
        """Work left of its own and of the run it belongs to."""
        return min(super().work_left, max(self._outer.work_left - self.work, 0.0))

    @property
    def reached(self) -> bool | None:
        """Whether there is a grouping with a value that is enough; None where that is not known."""
        if self._enough is None:
            return None
        if self.incumbent is not None and self.incumbent.value >= self._enough:
            return True
        return False if self.bound is not None and self.bound < self._enough else None

    @property
    def gap_reached(self) -> bool:
        """Whether the question is answered, or the incumbent near enough to the bound."""
        return self.reached is not None or super().gap_reached

    def stopped(self) -> bool:
        """Whether no further step may begin, or is needed."""
        return self.reached is not None or super().stopped()

    def answered(self) -> None:
        """Count the work of this question as work of the run it belongs to."""
        self._outer.work += self.work
