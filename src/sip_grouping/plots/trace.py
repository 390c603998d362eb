"""How score and bound came together over time.

Comes in: what was known at moments of a run. Goes out: two lines, and what lies between them.
"""

from collections.abc import Sequence
from typing import Protocol

from sip_grouping.catalogue import Language, number
from sip_grouping.plots.look import (
    GRID,
    LOCAL,
    SOFT,
    VIDEO,
    Plot,
    drawing,
    say_nothing_to_show,
    words,
)
from sip_grouping.units import THOUSANDTHS


class Moment(Protocol):
    """What was known at one moment; scores in thousandths of a point."""

    @property
    def seconds(self) -> float:
        """Since the run began."""

    @property
    def score_thousandths(self) -> int | None:
        """Best score so far."""

    @property
    def bound_thousandths(self) -> int | None:
        """Best bound so far."""


def trace_plot(
    edition_name: str,
    trace: Sequence[Moment],
    seconds: float,
    gap: float | None,
    language: Language,
) -> Plot:
    """Return best score and best bound over time.

    Parameters
    ----------
    seconds
        When the run ended.
    gap
        What is left open between them at the end.
    """
    scores = [(one.seconds, one.score_thousandths) for one in trace]
    bounds = [(one.seconds, one.bound_thousandths) for one in trace]
    lines = [
        ("bound", _steps(bounds, seconds), VIDEO, "--"),
        ("score", _steps(scores, seconds), LOCAL, "-"),
    ]
    title = words(language, "trace", edition=edition_name)
    with drawing(title) as (plot, axes):
        if not any(points for _, points, _, _ in lines):
            say_nothing_to_show(axes, language)
            return plot
        told = []
        for key, points, shade, style in lines:
            if points:
                times, values = zip(*points, strict=True)
                label = words(language, key, points=number(language, values[-1], 3))
                told.append(label)
                axes.step(times, values, where="post", color=shade, linestyle=style, linewidth=2,
                          label=label)  # fmt: skip
                axes.plot(times[:-1], values[:-1], ".", color=shade)
        if gap is not None:
            # Rounded as the other figures that are only read: the exact one is in the tables.
            text = words(language, "gap", gap=number(language, 100 * gap, 3))
            told.append(text)
            axes.annotate(text, (1, 1.02), xycoords="axes fraction", ha="right", color=SOFT)
        plot.tell(title, *told)
        axes.set_xlim(left=0)
        axes.set_xlabel(words(language, "seconds"))
        axes.set_ylabel(words(language, "points"))
        axes.ticklabel_format(axis="y", useOffset=False, style="plain")
        axes.grid(color=GRID)
        axes.legend(loc="best")
    return plot


def _steps(points: Sequence[tuple[float, int | None]], end: float) -> list[tuple[float, float]]:
    """Return the moments at which a value was known, in points, and the last value at the end."""
    known = [(at, value / THOUSANDTHS) for at, value in points if value is not None]
    return [*known, (max(end, known[-1][0]), known[-1][1])] if known else []
