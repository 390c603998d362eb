"""Watching a run: what an observer is told, and how a faulty one is kept from harming it.

Comes in: events of the engine. Goes out: `Observer`, to be derived from, and the trace of a run.
The library logs and calls observers; it never prints.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import TypeVar

from sip_grouping.grouping import relative_gap

_logger = logging.getLogger(__name__)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class TracePoint:
    """What was known at one moment of a run. Scores in thousandths of a point.

    Attributes
    ----------
    seconds
        Wall clock since the run began.
    work
        Deterministic work done so far, in the solver's units; the same on every machine.
    """

    phase: str
    seconds: float
    work: float
    score_thousandths: int | None
    bound_thousandths: int | None

    @property
    def gap(self) -> float | None:
        """(bound - score) / |score|; None while one of them is not known."""
        if self.score_thousandths is None:
            return None
        return relative_gap(self.score_thousandths, self.bound_thousandths)


class Observer:
    """Base of observers: every method does nothing until it is overridden."""

    def on_phase(self, phase: str) -> None:
        """Tell that a phase begins, such as ``reading``, ``bound``, ``search``, ``splitting``."""

    def on_progress(self, point: TracePoint) -> None:
        """Tell of a better score or a better bound."""


class Progress:
    """The engine's record of one run: keeps the trace and passes events to the observer."""

    def __init__(self, observer: Observer | None) -> None:
        self._observer = observer or Observer()
        self._started = perf_counter()
        self._phase = ""
        self._trace: list[TracePoint] = []
        self.score_thousandths: int | None = None
        self.bound_thousandths: int | None = None
        self.work = 0.0

    @property
    def trace(self) -> tuple[TracePoint, ...]:
        """All points so far, oldest first."""
        return tuple(self._trace)

    @property
    def seconds(self) -> float:
        """Wall clock since the run began."""
        return perf_counter() - self._started

    def phase(self, name: str) -> None:
        """Begin a phase."""
        self._phase = name
        _logger.info("phase %s", name)
        self._tell(self._observer.on_phase, name)

    def better_score(self, score_thousandths: int, *, work: float | None = None) -> None:
        """Record an incumbent if it is better than the last."""
        if self.score_thousandths is None or score_thousandths > self.score_thousandths:
            self.score_thousandths = score_thousandths
            self._record(work)

    def better_bound(self, bound_thousandths: int, *, work: float | None = None) -> None:
        """Record a bound if it is lower than the last."""
        if self.bound_thousandths is None or bound_thousandths < self.bound_thousandths:
            self.bound_thousandths = bound_thousandths
            self._record(work)

    def _record(self, work: float | None) -> None:
        point = TracePoint(
            phase=self._phase,
            seconds=self.seconds,
            work=self.work if work is None else work,
            score_thousandths=self.score_thousandths,
            bound_thousandths=self.bound_thousandths,
        )
        self._trace.append(point)
        _logger.debug("progress %s", point)
        self._tell(self._observer.on_progress, point)

    def _tell(self, method: Callable[[_T], None], event: _T) -> None:
        try:
            method(event)
        except Exception:
            # An observer may come from anywhere; members' groups must not depend on its health.
            _logger.exception("the observer failed and is no longer called")
            self._observer = Observer()
