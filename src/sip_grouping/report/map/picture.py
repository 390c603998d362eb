"""A grouping as a picture: the map that the page shows, drawn by matplotlib as PNG or SVG.

Comes in: a `Scene`, the words of a language. Goes out: bytes, the same for the same scene: no date, no
random ids. Where both countries are shown, Belgium stands beside a second time, larger: its groups are near
each other.
"""

import textwrap
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from sip_grouping.colours import colour
from sip_grouping.edition.records import Track
from sip_grouping.report.map.labels import Label, labels_of
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
    aside_of,
    draw_land,
    drawable,
    heading,
    picture_of,
    symbol_lines,
    symbols,
    text_line,
    views_of,
)
from sip_grouping.report.map.scene import STACK_RADIUS, GroupMark, Mark, Scene
from sip_grouping.report.map.view import scene_summary
from sip_grouping.report.speech import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sip_grouping.plots.look import Plot

_PANEL = 330.0
"""Pixels: width of the legend."""
_MEMBER, _BY_VIDEO, _PLACE = 3.5, 2.6, 7.5
_LONG_LINE, _WIDE_LINE = 46, 88
"""Letters of a line of the legend, below nothing and below the close-up."""
_MOST_VIDEO_GROUPS = 18


def map_picture(scene: Scene, words: Words, kind: PictureKind) -> bytes:
    """Return a scene as a picture. Ids only, no names."""
    return picture_of(lambda: map_figure(scene, words), kind)


def map_figure(scene: Scene, words: Words) -> "Plot":
    """Return a scene as a figure, to be shown or drawn on. Ids only, no names."""
    from matplotlib import rc_context  # noqa: PLC0415

    with rc_context(STYLE):
        return _figure(scene, words)


def _figure(scene: Scene, words: Words) -> "Plot":
    from sip_grouping.plots.look import Plot  # noqa: PLC0415

    views = views_of(scene.frames)
    # To the right of the map, below the close-up where there is one.
    left = EDGE + scene.frames[0].width
    beside = [view.place for view in views if view.place[0] > left]
    legend = list(_legend(scene, words, _WIDE_LINE if beside else _LONG_LINE))
    top = max((y + high + EDGE for _, y, _, high in beside), default=HEAD)
    below = max(view.place[1] + view.place[3] for view in views)
    height = max(below + EDGE, top + LINE * (len(legend) + 1))
    width = left + EDGE + (CLOSE_UP + EDGE if beside else _PANEL)
    figure = Plot(figsize=(width / PIXELS, height / PIXELS), dpi=PIXELS, facecolor="white")
    head = scene_summary(scene, words)

    def write(x: float, y: float, text: str, **how: Any) -> None:
        figure.text(x / width, 1 - y / height, drawable(text), color=INK, va="top", **how)

    title = words.say("map-title", edition=scene.edition.name)
    figure.tell(title, head)
    write(EDGE, 16, textwrap.shorten(title, 90, placeholder="…"), fontsize=17, weight="bold")
    write(EDGE, 50, head, fontsize=10)
    for view in views:
        x, y, wide, high = view.place
        box = (x / width, 1 - (y + high) / height, wide / width, high / height)
        _draw(figure.add_axes(box), scene, view, words)
    panel = figure.add_axes((left / width, 0, 1 - left / width, 1 - top / height))
    panel.set(xlim=(0, width - left), ylim=(height - top, 0))
    panel.axis("off")
    for number, line in enumerate(legend):
        line(panel, number * LINE + LINE / 2)
    return figure


def _draw(axes: "Axes", scene: Scene, view: View, words: Words) -> None:
    draw_land(axes, scene.frames[view.frame], view, words)
    for one in scene.groups:
        _spokes(axes, one, view)
    scale = scene.scale
    hollow = [one.mark for one in scene.left_out]
    _marks(axes, view, hollow, 0, scale * _MEMBER, facecolor="white", alpha=0.9, linewidth=0.9)
    for number, _ in scene.themes:
        of_theme = [one for one in scene.groups if one.theme == number]
        for track, radius in ((Track.VIDEO, _BY_VIDEO), (Track.LOCAL, _MEMBER)):
            members = [
                member.mark
                for one in of_theme
                if one.group.track is track
                for member in one.members
            ]
            _marks(axes, view, members, number, scale * radius)
    for number, _ in scene.themes:
        places = [
            one.mark
            for one in scene.groups
            if one.theme == number and one.number not in scene.stacked
        ]
        _marks(axes, view, places, number, scale * _PLACE, linewidth=1.1)
    for stack in scene.stacks:
        if stack.frame == view.frame:
            symbols(axes, [stack.at], 0, STACK_RADIUS, facecolor="white", linewidth=1.6, zorder=4)
            axes.text(
                *stack.at, words.number(len(stack.groups)), fontsize=8, weight="bold", color=INK,
                ha="center", va="center_baseline", zorder=4.5, clip_on=True,
            )  # fmt: skip
    for label in labels_of(scene, view.frame):
        _name(axes, label, view)


def _spokes(axes: "Axes", one: GroupMark, view: View) -> None:
    from matplotlib.collections import LineCollection  # noqa: PLC0415

    if one.mark is None or one.mark.frame != view.frame:
        return
    ends = {m.mark.at for m in one.members if m.mark is not None and m.mark.frame == view.frame}
    lines = [(one.mark.at, end) for end in sorted(ends - {one.mark.at})]
    ink = colour(one.theme)
    axes.add_collection(LineCollection(lines, colors=ink, linewidths=0.8, alpha=0.55))


def _marks(
    axes: "Axes", view: View, marks: Iterable[Mark | None], theme: int, radius: float, **how: Any
) -> None:
    """Draw marks of one theme, each as far aside on the picture as on the page."""
    here = [mark for mark in marks if mark is not None and mark.frame == view.frame]
    if here:
        points = [aside_of(mark.at, mark.aside, view) for mark in here]
        symbols(axes, points, theme, radius, **how)


def _name(axes: "Axes", label: Label, view: View) -> None:
    from matplotlib import patheffects  # noqa: PLC0415

    if label.zoom > 1 / view.units + 1e-9:
        return
    x, y = aside_of(label.at, (label.aside[0], 0.0), view)
    left, top, wide, high = view.shown
    if not (left <= x <= left + wide and top <= y <= top + high):
        return
    halo = [patheffects.withStroke(linewidth=2.5, foreground=LAND)]
    axes.text(
        x, y, drawable(label.text), fontsize=8, weight="bold", color=INK, va="center",
        ha="right" if label.leftwards else "left", path_effects=halo, zorder=5, clip_on=True,
    )  # fmt: skip


def _legend(scene: Scene, words: Words, longest: int) -> Iterator[Line]:
    """Yield the lines of the legend, each as what draws it at a height of the panel."""
    counts = {number: 0 for number, _ in scene.themes}
    for one in scene.groups:
        counts[one.theme] += 1
    yield heading(words.say("filter-themes"))
    for number, theme in scene.themes:
        title = f"{words.title(theme)} ({words.count('group', counts[number])})"
        yield from symbol_lines(title, longest, number, 4.5)
    yield text_line("")
    yield from symbol_lines(words.say("legend-place"), longest, 0, _PLACE)
    if scene.stacks:
        sign = {"facecolor": "white", "linewidth": 1.6}
        yield from symbol_lines(words.say("legend-stack"), longest, 0, _PLACE, **sign)
    yield from symbol_lines(words.say("legend-local"), longest, 0, _MEMBER)
    yield from symbol_lines(words.say("legend-video"), longest, 0, _BY_VIDEO)
    left_out = words.say("legend-left-out") + f" ({words.number(len(scene.left_out))})"
    yield from symbol_lines(left_out, longest, 0, _MEMBER, facecolor="white", linewidth=0.9)
    videos = [one for one in scene.groups if one.group.track is Track.VIDEO]
    if videos:
        yield text_line("")
        yield heading(words.say("video-groups"))
    for one in videos[:_MOST_VIDEO_GROUPS]:
        language = words.spoken(one.group.language) if one.group.language else ""
        parts = (one.group.group_id, words.count("member", one.group.size), language)
        yield from symbol_lines(" · ".join(filter(None, parts)), longest, one.theme, _MEMBER)
    if len(videos) > _MOST_VIDEO_GROUPS:
        more = words.count("group", len(videos) - _MOST_VIDEO_GROUPS)
        yield text_line(words.say("and-more", what=more))
    yield text_line("")
    for line in textwrap.wrap(words.say("map-homes"), longest):
        yield text_line(line, color=SOFT)
    if scene.outside:
        yield text_line(words.say("map-outside", count=words.number(scene.outside)), color=SOFT)
