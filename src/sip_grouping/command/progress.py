"""What a console shows while a run goes on: a bar on a terminal, plain lines elsewhere.

Comes in: a stream, and the events of a run. Goes out: observers for `form_groups`. Which stream is
used is the command line's choice; nothing is written by itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import TextIO

from sip_grouping.command.stream import is_terminal, say
from sip_grouping.solve.progress import Observer, TracePoint
from sip_grouping.units import THOUSANDTHS

_SECONDS_BETWEEN_LINES = 2.0


@contextmanager
def progress_on(stream: TextIO | None, *, time_limit: float | None) -> Iterator[Observer]:
    """Show a run on a stream while the context lasts.

    Parameters
    ----------
    stream
        None: nothing is shown.
    time_limit
        In seconds; it fills the bar. None: the bar only shows that work goes on.
    """
    if stream is None:
        yield Observer()
    elif is_terminal(stream):
        with _bar(stream, time_limit) as bar:
            yield bar
    else:
        yield PlainProgress(stream)


class PlainProgress(Observer):
    """One line per phase, and one every few seconds for a better score or bound."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._started = perf_counter()
        self._last_line = float("-inf")

    def on_phase(self, phase: str) -> None:
        """Say that a phase begins."""
        say(self._stream, f"{self._seconds():7.1f} s  {phase}")

    def on_progress(self, point: TracePoint) -> None:
        """Say what is known, if nothing was said of it for a while."""
        now = self._seconds()
        if now - self._last_line >= _SECONDS_BETWEEN_LINES:
            self._last_line = now
            say(self._stream, f"{now:7.1f} s  {describe(point)}")

    def _seconds(self) -> float:
        return perf_counter() - self._started


def describe(point: TracePoint) -> str:
    """Return score, bound and gap of a moment as a few words."""
    parts = [
        f"{name} {thousandths / THOUSANDTHS:,.3f}"
        for name, thousandths in (
            ("score", point.score_thousandths),
            ("bound", point.bound_thousandths),
        )
        if thousandths is not None
    ]
    if point.gap is not None:
        parts.append(f"gap {100 * point.gap:.3f} %")
    return ", ".join(parts)


@contextmanager
def _bar(stream: TextIO, time_limit: float | None) -> Iterator[Observer]:
    # Rich takes a tenth of a second to load, which a run that shows no bar need not wait for.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn  # noqa: PLC0415
    from rich.progress_bar import ProgressBar  # noqa: PLC0415

    class TimeBar(ProgressColumn):
        """Time used of the limit, so that it moves while the solver is silent."""

        max_refresh = 0.2

        def render(self, task: Task) -> ProgressBar:
            elapsed = task.elapsed or 0.0
            return ProgressBar(
                total=time_limit,
                completed=elapsed,
                width=12,
                pulse=time_limit is None,
                animation_time=elapsed,
            )

    columns = (
        TextColumn("{task.description:<10}"),
        TimeBar(),
        TextColumn("{task.fields[known]}"),
        TimeElapsedColumn(),
    )
    console = Console(file=stream, force_terminal=True)
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("starting", total=None, known="")

        class BarProgress(Observer):
            """Passes phases, scores and bounds to the bar."""

            def on_phase(self, phase: str) -> None:
                progress.update(task, description=phase)

            def on_progress(self, point: TracePoint) -> None:
                progress.update(task, known=describe(point))

        yield BarProgress()
