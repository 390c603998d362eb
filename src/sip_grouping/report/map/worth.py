"""What something is worth at each place, as a picture: the larger the symbol, the more points.

Comes in: places with points, each with the theme it is worth most in. Goes out: a figure, or a file. Knows
nothing of where the points come from.
"""

import math
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sip_grouping.edition.records import Theme
from sip_grouping.report.map.frames import Point, Spot, frames_of
from sip_grouping.report.map.land import (
    CLOSE_UP,
    EDGE,
    HEAD,
    INK,
    LAND,
    LINE,
    PIXELS,
    SOFT,
    STYLE,
    Line,
    PictureKind,
    View,
    draw_land,
    drawable,
    heading,
    picture_of,
    symbol_lines,
    symbols,
    text_line,
    views_of,
)
from sip_grouping.report.speech import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sip_grouping.plots.look import Plot

_SMALLEST, _LARGEST = 3.5, 15.0
"""Radius of symbols, pixels."""
_PANEL, _NAMED = 330.0, 14
"""Pixels of a legend without a close-up; places named on the map, dearest first."""
_ROOM = (90.0, 13.0)
"""Pixels that a name takes."""
_LONG_LINE, _WIDE_LINE = 46, 88


@dataclass(frozen=True, slots=True)
class Worth:
    """What something is worth at a place: points, in the theme at that position of the edition."""

    name: str
    spot: Spot
    theme: int
    points: float


def worth_picture(
    title: str, worths: Sequence[Worth], themes: Sequence[Theme], words: Words, kind: PictureKind
) -> bytes:
    """Return the map as a file; see `worth_figure`."""
    return picture_of(lambda: worth_figure(title, worths, themes, words), kind)


def worth_figure(
    title: str, worths: Sequence[Worth], themes: Sequence[Theme], words: Words
) -> "Plot":
    """Return a map of what something is worth: one symbol for each place, of the theme with most points."""
    from matplotlib import rc_context  # noqa: PLC0415 - it takes a second

    with rc_context(STYLE):
        return _figure(title, _best_of_each_place(worths), themes, words)


def _best_of_each_place(worths: Sequence[Worth]) -> list[Worth]:
    """Return the dearest theme of each place, dearest places first."""
    best: dict[Spot, Worth] = {}
    for one in sorted(worths, key=lambda one: (-one.points, one.theme, one.name)):
        if one.points > 0:
            best.setdefault(one.spot, one)
    return list(best.values())


def _figure(title: str, worths: list[Worth], themes: Sequence[Theme], words: Words) -> "Plot":
    from sip_grouping.plots.look import Plot  # noqa: PLC0415

    frames, frame_of = frames_of([one.spot for one in worths])
    views = views_of(frames)
    left = EDGE + frames[0].width
    beside = [view.place for view in views if view.place[0] > left]
    legend = list(_legend(worths, themes, words, _WIDE_LINE if beside else _LONG_LINE))
    top = max((y + high + EDGE for _, y, _, high in beside), default=HEAD)
    below = max(view.place[1] + view.place[3] for view in views)
    height = max(below + EDGE, top + LINE * (len(legend) + 1))
    width = left + EDGE + (CLOSE_UP + EDGE if beside else _PANEL)
    figure = Plot(figsize=(width / PIXELS, height / PIXELS), dpi=PIXELS, facecolor="white")
    dearest = [f"{one.name} {words.number(one.points, 1)}" for one in worths[:3]]
    figure.tell(title, *dearest)
    shown = textwrap.shorten(drawable(title), 100, placeholder="…")
    figure.text(
        EDGE / width, 1 - 16 / height, shown, color=INK, va="top", fontsize=15, weight="bold"
    )
    for view in views:
        x, y, wide, high = view.place
        axes = figure.add_axes((x / width, 1 - (y + high) / height, wide / width, high / height))
        draw_land(axes, frames[view.frame], view, words)
        here = [one for one in worths if frame_of.get(one.spot) == view.frame]
        points = [frames[view.frame].point(one.spot) for one in here]
        _draw(axes, view, here, points, _radii(worths), words)
    panel = figure.add_axes((left / width, 0, 1 - left / width, 1 - top / height))
    panel.set(xlim=(0, width - left), ylim=(height - top, 0))
    panel.axis("off")
    for number, line in enumerate(legend):
        line(panel, number * LINE + LINE / 2)
    return figure


def _radii(worths: list[Worth]) -> Callable[[float], float]:
    """Return how large the symbol of some points is: its area grows from the fewest to the most."""
    values = [one.points for one in worths] or [0.0]
    least, span = min(values), (max(values) - min(values)) or 1.0
    smallest, largest = _SMALLEST**2, _LARGEST**2
    return lambda points: math.sqrt(smallest + (largest - smallest) * (points - least) / span)


def _draw(
    axes: "Axes",
    view: View,
    here: list[Worth],
    points: list[Point],
    radius_of: Callable[[float], float],
    words: Words,
) -> None:
    from matplotlib import patheffects  # noqa: PLC0415

    x, y, wide, high = view.shown
    named: list[Point] = []
    halo = [patheffects.withStroke(linewidth=2.5, foreground=LAND)]
    for one, at in zip(here, points, strict=True):
        if not (x <= at[0] <= x + wide and y <= at[1] <= y + high):
            continue
        radius = radius_of(one.points)
        symbols(axes, [at], one.theme, radius, alpha=0.85)
        if len(named) >= _NAMED or any(_meet(at, other, view.units) for other in named):
            continue
        named.append(at)
        axes.text(
            at[0] + (radius + 3) * view.units, at[1],
            f"{drawable(one.name)} {words.number(one.points, 1)}",
            fontsize=8, weight="bold", color=INK, va="center", path_effects=halo, zorder=5, clip_on=True,
        )  # fmt: skip


def _meet(a: Point, b: Point, units: float) -> bool:
    """Return whether the names of two places would stand on each other."""
    return abs(a[0] - b[0]) < _ROOM[0] * units and abs(a[1] - b[1]) < _ROOM[1] * units


def _legend(
    worths: list[Worth], themes: Sequence[Theme], words: Words, longest: int
) -> Iterator[Line]:
    yield heading(words.say("worth-most-in"))
    for number, theme in enumerate(themes):
        count = sum(one.theme == number for one in worths)
        title = f"{words.title(theme)} ({words.number(count)})"
        yield from symbol_lines(title, longest, number, 5.0)
    yield text_line("")
    for line in textwrap.wrap(words.say("worth-means"), longest):
        yield text_line(line, color=SOFT)
