"""Watching a run: what an observer is told.

Comes in: events of the engine. Goes out: `Observer`, to be derived from, and the points of a trace.
The library logs and calls observers; it never prints.
"""

from dataclasses import dataclass

from sip_grouping.grouping import relative_gap


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
