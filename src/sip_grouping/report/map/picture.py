"""A grouping as a picture: the map that the page shows, drawn by matplotlib as PNG or SVG.

Comes in: a `Scene`, the words of a language. Goes out: bytes, the same for the same scene: no date, no
random ids. Where both countries are shown, Belgium stands beside a second time, larger: its groups are near
each other.
"""

import io
import textwrap
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sip_grouping.colours import colour
from sip_grouping.edition.records import Track
from sip_grouping.report.map.frames import Point
from sip_grouping.report.map.labels import Label, labels_of
from sip_grouping.report.map.palette import SHAPES, style_of
from sip_grouping.report.map.scene import STACK_RADIUS, GroupMark, Mark, Scene
from sip_grouping.report.map.view import scene_summary
from sip_grouping.report.speech import Words
from sip_grouping.text import cleaned

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sip_grouping.plots.look import Plot

PictureKind = Literal["png", "svg"]

_PIXELS = 100
"""Per inch: a unit of a frame is a pixel. PNG has twice as many."""
_PANEL, _EDGE, _HEAD, _INSET, _CLOSE_UP = 330.0, 18.0, 84.0, 190.0, 640.0
"""Pixels: width of the legend; margin; title; side of a region overseas; width of the close-up."""
_LINE = 17.0
_LAND, _BORDER, _INK, _SOFT, _BEYOND = "#e7eae0", "#a3aa9c", "#1b2130", "#515a6b", "#f7f8fa"
_MEMBER, _BY_VIDEO, _PLACE = 3.5, 2.6, 7.5
_STYLE: dict[Any, Any] = {
    "svg.hashsalt": "sip-grouping",
    "svg.fonttype": "path",
    "text.parse_math": False,
    "font.family": ["DejaVu Sans"],
    "font.size": 9.0,
    "axes.linewidth": 0.8,
}
_LONG_LINE, _WIDE_LINE = 46, 88
"""Letters of a line of the legend, below nothing and below the close-up."""
_MOST_VIDEO_GROUPS = 18


@dataclass(frozen=True, slots=True)
class _View:
    """A rectangle of a frame on the picture: what of it is shown, and where, pixels from above left."""

    frame: int
    shown: tuple[float, float, float, float]
    place: tuple[float, float, float, float]

    @property
    def units(self) -> float:
        """Units of the frame per pixel."""
        return self.shown[2] / self.place[2]


def map_picture(scene: Scene, words: Words, kind: PictureKind) -> bytes:
    """Return a scene as a picture. Ids only, no names."""
    from matplotlib import rc_context  # noqa: PLC0415 - it takes a second
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: PLC0415

    content = io.BytesIO()
    with rc_context(_STYLE), warnings.catch_warnings():
        # A title in a script that the font lacks is drawn as boxes; nobody can mend that here.
        warnings.filterwarnings("ignore", message="Glyph")
        figure = map_figure(scene, words)
        if kind == "png":
            canvas = FigureCanvasAgg(figure)
            canvas.print_figure(content, dpi=2 * _PIXELS, format=kind, metadata={"Software": None})
        else:
            FigureCanvasSVG(figure).print_figure(
                content, format=kind, metadata={"Date": None, "Creator": None}
            )
    return content.getvalue()


def map_figure(scene: Scene, words: Words) -> "Plot":
    """Return a scene as a figure, to be shown or drawn on. Ids only, no names."""
    from matplotlib import rc_context  # noqa: PLC0415

    with rc_context(_STYLE):
        return _figure(scene, words)


def _figure(scene: Scene, words: Words) -> "Plot":
    from sip_grouping.plots.look import Plot  # noqa: PLC0415

    views = _views(scene)
    # To the right of the map, below the close-up where there is one.
    left = _EDGE + scene.frames[0].width
    beside = [view.place for view in views if view.place[0] > left]
    legend = list(_legend(scene, words, _WIDE_LINE if beside else _LONG_LINE))
    top = max((y + high + _EDGE for _, y, _, high in beside), default=_HEAD)
    below = max(view.place[1] + view.place[3] for view in views)
    height = max(below + _EDGE, top + _LINE * (len(legend) + 1))
    width = left + _EDGE + (_CLOSE_UP + _EDGE if beside else _PANEL)
    figure = Plot(figsize=(width / _PIXELS, height / _PIXELS), dpi=_PIXELS, facecolor="white")
    head = scene_summary(scene, words)

    def write(x: float, y: float, text: str, **how: Any) -> None:
        figure.text(x / width, 1 - y / height, _drawable(text), color=_INK, va="top", **how)

    title = words.say("map-title", edition=scene.edition.name)
    figure.tell(title, head)
    write(_EDGE, 16, textwrap.shorten(title, 90, placeholder="…"), fontsize=17, weight="bold")
    write(_EDGE, 50, head, fontsize=10)
    for view in views:
        x, y, wide, high = view.place
        box = (x / width, 1 - (y + high) / height, wide / width, high / height)
        _draw(figure.add_axes(box), scene, view, words)
    panel = figure.add_axes((left / width, 0, 1 - left / width, 1 - top / height))
    panel.set(xlim=(0, width - left), ylim=(height - top, 0))
    panel.axis("off")
    for number, line in enumerate(legend):
        line(panel, number * _LINE + _LINE / 2)
    return figure


def _views(scene: Scene) -> list[_View]:
    """Return what is shown: the mainland, Belgium again where it is small, regions overseas below."""
    main = scene.frames[0]
    views = [_View(0, (0, 0, main.width, main.height), (_EDGE, _HEAD, main.width, main.height))]
    belgium = [one for one in main.shapes if one.country == "BE"]
    right, below = _EDGE + main.width, _HEAD + main.height
    if belgium and len(belgium) < len(main.shapes):
        x, y, wide, high = main.box_of(belgium)
        if 0 < wide < 0.6 * main.width and high > 0:
            place = (right + _EDGE, _HEAD, _CLOSE_UP, _CLOSE_UP * high / wide)
            views.append(_View(0, (x, y, wide, high), place))
    left = _EDGE
    for number, frame in enumerate(scene.frames[1:], start=1):
        place = (left, below + _EDGE, _INSET, _INSET)
        views.append(_View(number, (0, 0, frame.width, frame.height), place))
        left += _INSET + _EDGE
    return views


def _draw(axes: "Axes", scene: Scene, view: _View, words: Words) -> None:
    from matplotlib.patches import PathPatch  # noqa: PLC0415
    from matplotlib.path import Path  # noqa: PLC0415

    x, y, wide, high = view.shown
    axes.set(xlim=(x, x + wide), ylim=(y + high, y), xticks=[], yticks=[], facecolor=_BEYOND)
    for spine in axes.spines.values():
        spine.set_edgecolor(_BORDER)
    frame = scene.frames[view.frame]
    for shape in frame.shapes:
        rings = [
            Path([frame.point((south, west)) for west, south in ring], closed=True)
            for ring in shape.rings
        ]
        land = Path.make_compound_path(*rings)
        axes.add_patch(PathPatch(land, facecolor=_LAND, edgecolor=_BORDER, linewidth=0.6))
    if frame.region is not None:
        axes.set_xlabel(frame.region.names[words.language], color=_SOFT, fontsize=8)
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
            _symbols(axes, [stack.at], 0, STACK_RADIUS, facecolor="white", linewidth=1.6, zorder=4)
            axes.text(
                *stack.at, words.number(len(stack.groups)), fontsize=8, weight="bold", color=_INK,
                ha="center", va="center_baseline", zorder=4.5, clip_on=True,
            )  # fmt: skip
    for label in labels_of(scene, view.frame):
        _name(axes, label, view)


def _spokes(axes: "Axes", one: GroupMark, view: _View) -> None:
    from matplotlib.collections import LineCollection  # noqa: PLC0415

    if one.mark is None or one.mark.frame != view.frame:
        return
    ends = {m.mark.at for m in one.members if m.mark is not None and m.mark.frame == view.frame}
    lines = [(one.mark.at, end) for end in sorted(ends - {one.mark.at})]
    ink = colour(one.theme)
    axes.add_collection(LineCollection(lines, colors=ink, linewidths=0.8, alpha=0.55))


def _marks(
    axes: "Axes", view: _View, marks: Iterable[Mark | None], theme: int, radius: float, **how: Any
) -> None:
    """Draw marks of one theme, each as far aside on the picture as on the page."""
    here = [mark for mark in marks if mark is not None and mark.frame == view.frame]
    if here:
        points = [_aside(mark.at, mark.aside, view) for mark in here]
        _symbols(axes, points, theme, radius, **how)


def _aside(at: Point, aside: Point, view: _View) -> Point:
    return at[0] + aside[0] * view.units, at[1] + aside[1] * view.units


def _symbols(axes: "Axes", points: Sequence[Point], theme: int, radius: float, **how: Any) -> None:
    """Draw the symbol of a theme at points of axes."""
    style = style_of(theme)
    corners = SHAPES[style.shape]
    # matplotlib makes a symbol as large as asked for, whatever its corners; they say how large it is here.
    reach = max((abs(value) for corner in corners for value in corner), default=1.0)
    # Its y points up, ours down.
    marker: Any = [(x, -y) for x, y in (*corners, corners[0])] if corners else "o"
    look: dict[str, Any] = {
        "facecolor": colour(theme),
        "edgecolor": _INK,
        "linewidth": 0.5,
        "zorder": 3.0,
    }
    xs, ys = zip(*points, strict=True)
    axes.scatter(xs, ys, s=(2 * radius * reach * 72 / _PIXELS) ** 2, marker=marker, **(look | how))


def _name(axes: "Axes", label: Label, view: _View) -> None:
    from matplotlib import patheffects  # noqa: PLC0415

    if label.zoom > 1 / view.units + 1e-9:
        return
    x, y = _aside(label.at, (label.aside[0], 0.0), view)
    left, top, wide, high = view.shown
    if not (left <= x <= left + wide and top <= y <= top + high):
        return
    halo = [patheffects.withStroke(linewidth=2.5, foreground=_LAND)]
    axes.text(
        x, y, _drawable(label.text), fontsize=8, weight="bold", color=_INK, va="center",
        ha="right" if label.leftwards else "left", path_effects=halo, zorder=5, clip_on=True,
    )  # fmt: skip


_Line = Callable[["Axes", float], None]


def _legend(scene: Scene, words: Words, longest: int) -> Iterator[_Line]:
    """Yield the lines of the legend, each as what draws it at a height of the panel."""
    counts = {number: 0 for number, _ in scene.themes}
    for one in scene.groups:
        counts[one.theme] += 1
    yield _heading(words.say("filter-themes"))
    for number, theme in scene.themes:
        title = f"{words.title(theme)} ({words.count('group', counts[number])})"
        yield from _symbol_lines(title, longest, number, 4.5)
    yield _text("")
    yield from _symbol_lines(words.say("legend-place"), longest, 0, _PLACE)
    if scene.stacks:
        sign = {"facecolor": "white", "linewidth": 1.6}
        yield from _symbol_lines(words.say("legend-stack"), longest, 0, _PLACE, **sign)
    yield from _symbol_lines(words.say("legend-local"), longest, 0, _MEMBER)
    yield from _symbol_lines(words.say("legend-video"), longest, 0, _BY_VIDEO)
    left_out = words.say("legend-left-out") + f" ({words.number(len(scene.left_out))})"
    yield from _symbol_lines(left_out, longest, 0, _MEMBER, facecolor="white", linewidth=0.9)
    videos = [one for one in scene.groups if one.group.track is Track.VIDEO]
    if videos:
        yield _text("")
        yield _heading(words.say("video-groups"))
    for one in videos[:_MOST_VIDEO_GROUPS]:
        language = words.spoken(one.group.language) if one.group.language else ""
        parts = (one.group.group_id, words.count("member", one.group.size), language)
        yield from _symbol_lines(" · ".join(filter(None, parts)), longest, one.theme, _MEMBER)
    if len(videos) > _MOST_VIDEO_GROUPS:
        more = words.count("group", len(videos) - _MOST_VIDEO_GROUPS)
        yield _text(words.say("and-more", what=more))
    yield _text("")
    for line in textwrap.wrap(words.say("map-homes"), longest):
        yield _text(line, color=_SOFT)
    if scene.outside:
        yield _text(words.say("map-outside", count=words.number(scene.outside)), color=_SOFT)


def _heading(text: str) -> _Line:
    return _text(text, weight="bold")


def _text(text: str, *, x: float = _EDGE, **how: object) -> _Line:
    look: dict[str, Any] = {"va": "center", "color": _INK, "fontsize": 9.5} | how

    def draw(panel: "Axes", y: float) -> None:
        panel.text(x, y, _drawable(text), **look)

    return draw


def _symbol_lines(
    text: str, longest: int, theme: int, radius: float, **how: object
) -> Iterator[_Line]:
    """Yield a text behind a symbol, as many lines as it takes."""
    first, *others = textwrap.wrap(text, longest) or [""]
    plain = _text(first, x=_EDGE + 22)

    def draw(panel: "Axes", y: float) -> None:
        _symbols(panel, [(_EDGE + 8, y)], theme, radius, **how)
        plain(panel, y)

    yield draw
    for other in others:
        yield _text(other, x=_EDGE + 22)


def _drawable(text: str) -> str:
    """Return a text without what no picture can hold: control characters and line breaks."""
    return " ".join(cleaned(text).split())
