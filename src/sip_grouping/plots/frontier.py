"""What each further move buys: score and bound by the number of members who move.

Comes in: points of a frontier. Goes out: two stepped lines.
"""

from collections.abc import Sequence
from typing import Protocol

from sip_grouping.catalogue import Language
from sip_grouping.plots.look import (
    GRID,
    LOCAL,
    VIDEO,
    Plot,
    drawing,
    say_nothing_to_show,
    words,
)
from sip_grouping.units import THOUSANDTHS


class Point(Protocol):
    """The best score with so many moves; in thousandths of a point."""

    @property
    def moves_max(self) -> int:
        """Most members who move."""

    @property
    def score_thousandths(self) -> int | None:
        """Best score found."""

    @property
    def bound_thousandths(self) -> int | None:
        """Bound of the best score."""


def frontier_plot(edition_name: str, points: Sequence[Point], language: Language) -> Plot:
    """Return score and bound by the limit of moves."""
    title = words(language, "frontier", edition=edition_name)
    with drawing(title) as (plot, axes):
        lines = (
            ("frontier-bound", [(p.moves_max, p.bound_thousandths) for p in points], VIDEO, "--"),
            ("frontier-score", [(p.moves_max, p.score_thousandths) for p in points], LOCAL, "-"),
        )
        told = []
        for key, values, shade, style in lines:
            known = [(at, value / THOUSANDTHS) for at, value in values if value is not None]
            if known:
                at, reached = zip(*known, strict=True)
                label = words(language, key)
                told.append(label)
                axes.step(at, reached, where="post", color=shade, linestyle=style, linewidth=2,
                          label=label)  # fmt: skip
                axes.plot(at, reached, ".", color=shade)
        if not told:
            say_nothing_to_show(axes, language)
            return plot
        plot.tell(title, *told)
        axes.set_xlim(left=0)
        axes.set_xlabel(words(language, "moves"))
        axes.set_ylabel(words(language, "points"))
        axes.ticklabel_format(axis="y", useOffset=False, style="plain")
        axes.grid(color=GRID)
        axes.legend(loc="best")
    return plot
