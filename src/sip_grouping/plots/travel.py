"""How far members of local groups travel.

Comes in: an edition and a grouping of it. Goes out: a histogram, with mean, nine in ten, and the limit.
"""

import math
from collections.abc import Collection

import numpy as np

from sip_grouping.catalogue import Language, counted, number
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Track
from sip_grouping.grouping import Grouping
from sip_grouping.plots.look import (
    GRID,
    INK,
    LOCAL,
    Plot,
    drawing,
    say_nothing_to_show,
    words,
)

_MOST_BARS = 30
_WIDTHS_KM = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


def travel_plot(edition: Edition, grouping: Grouping, language: Language) -> Plot:
    """Return how many members travel how far from home to their meeting place."""
    local = [one for one in grouping.placements if one.track is Track.LOCAL]
    km = sorted((one.travel_m or 0) / 1000 for one in local)
    title = words(language, "travel", edition=grouping.edition_name)
    with drawing(title) as (plot, axes):
        if not km:
            say_nothing_to_show(axes, language)
            return plot
        axes.hist(km, bins=_edges(km[-1]), color=LOCAL, edgecolor="white")
        nine_in_ten = km[-(-9 * len(km) // 10) - 1]
        lines = [("mean", sum(km) / len(km), "-"), ("nine-in-ten", nine_in_ten, "--")]
        limits = _limits(edition, {one.theme for one in local})
        if len(limits) == 1:
            lines.append(("limit", limits.pop(), ":"))
        told = [counted(language, "member", len(km))]
        for key, value, style in lines:
            label = words(language, key, km=number(language, value, 1))
            told.append(label)
            axes.axvline(value, color=INK, linestyle=style, linewidth=1.4, label=label)
        plot.tell(title, *told)
        axes.set_xlim(left=0)
        axes.set_xlabel(words(language, "km"))
        axes.set_ylabel(words(language, "members"))
        axes.grid(axis="y", color=GRID)
        axes.legend()
    return plot


def _limits(edition: Edition, themes: Collection[str]) -> set[float]:
    """Return how far members may travel, by whatever rule."""
    rules = [edition.rules_of(theme) for theme in themes]
    offices = {one.office_travel_km for one in rules if one.office_travel_km is not None}
    return {one.travel_km for one in rules} | offices


def _edges(longest: float) -> list[float]:
    """Return the ends of bars of a round width, few enough to be told apart."""
    width = next((one for one in _WIDTHS_KM if longest / one < _MOST_BARS), _WIDTHS_KM[-1])
    return [float(one) for one in np.arange(math.floor(longest / width) + 2) * width]
