"""The progress of a run in a notebook: one line below the cell.

Comes in: events of the engine. Goes out: an `Observer`, in a notebook only.
"""

from collections.abc import Callable
from time import perf_counter

from sip_grouping.notebook import changing_line, in_notebook
from sip_grouping.solve.progress import Observer, TracePoint
from sip_grouping.units import THOUSANDTHS

_SECONDS_BETWEEN = 0.2  # a notebook in a browser is slow to follow


def default_observer() -> Observer | None:
    """Return what shows the progress in a notebook; None elsewhere, where nothing is shown."""
    return NotebookProgress(changing_line(), perf_counter) if in_notebook() else None


class NotebookProgress(Observer):
    """Shows phase, score, bound and gap.

    Parameters
    ----------
    show
        Shows a text in the place of the one before.
    clock
        Seconds since any moment.
    """

    def __init__(self, show: Callable[[str], None], clock: Callable[[], float]) -> None:
        self._show = show
        self._clock = clock
        self._started = clock()
        self._shown: float | None = None
        self._phase = ""
        self._point: TracePoint | None = None

    def on_phase(self, phase: str) -> None:
        """Show that a phase begins."""
        self._phase = phase
        self._tell()

    def on_progress(self, point: TracePoint) -> None:
        """Show a better score or bound, unless something was shown a moment ago."""
        self._point = point
        if self._shown is None or self._clock() - self._shown >= _SECONDS_BETWEEN:
            self._tell()

    def _tell(self) -> None:
        now = self._clock()
        self._shown = now
        parts = [f"{self._phase}, {now - self._started:.1f} s"]
        point = self._point
        if point is not None:
            if point.score_thousandths is not None:
                parts.append(f"score {point.score_thousandths / THOUSANDTHS:,.3f}")
            if point.bound_thousandths is not None:
                parts.append(f"bound {point.bound_thousandths / THOUSANDTHS:,.3f}")
            if point.gap is not None:
                parts.append(f"gap {point.gap:.3%}")
        self._show("; ".join(parts))
