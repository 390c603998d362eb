"""Land on a picture: what of the frames is shown where, countries, symbols, lines of a legend.

Comes in: frames, axes of matplotlib. Goes out: nothing; it draws. Maps of groups and of prices share it.
"""

import io
import textwrap
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sip_grouping.colours import colour
from sip_grouping.report.map.frames import Frame, Point
from sip_grouping.report.map.palette import SHAPES, style_of
from sip_grouping.report.speech import Words
from sip_grouping.text import cleaned

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sip_grouping.plots.look import Plot

PictureKind = Literal["png", "svg"]

PIXELS = 100
"""Per inch: a unit of a frame is a pixel. PNG has twice as many."""
EDGE, HEAD, _INSET, CLOSE_UP = 18.0, 84.0, 190.0, 640.0
"""Pixels: margin; title; side of a region overseas; width of the close-up."""
LINE = 17.0
"""Pixels from a line of a legend to the next."""
LAND, _BORDER, INK, SOFT, _BEYOND = "#e7eae0", "#a3aa9c", "#1b2130", "#515a6b", "#f7f8fa"
STYLE: dict[Any, Any] = {
    "svg.hashsalt": "sip-grouping",
    "svg.fonttype": "path",
    "text.parse_math": False,
    "font.family": ["DejaVu Sans"],
    "font.size": 9.0,
    "axes.linewidth": 0.8,
}


def picture_of(draw: Callable[[], "Plot"], kind: PictureKind) -> bytes:
    """Return a figure as a file: the same bytes for the same figure, without date and random ids."""
    from matplotlib import rc_context  # noqa: PLC0415 - it takes a second
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: PLC0415

    content = io.BytesIO()
    with rc_context(STYLE), warnings.catch_warnings():
        # A title in a script that the font lacks is drawn as boxes; nobody can mend that here.
        warnings.filterwarnings("ignore", message="Glyph")
        figure = draw()
        if kind == "png":
            canvas = FigureCanvasAgg(figure)
            canvas.print_figure(content, dpi=2 * PIXELS, format=kind, metadata={"Software": None})
        else:
            FigureCanvasSVG(figure).print_figure(
                content, format=kind, metadata={"Date": None, "Creator": None}
            )
    return content.getvalue()


@dataclass(frozen=True, slots=True)
class View:
    """A rectangle of a frame on the picture: what of it is shown, and where, pixels from above left."""

    frame: int
    shown: tuple[float, float, float, float]
    place: tuple[float, float, float, float]

    @property
    def units(self) -> float:
        """Units of the frame per pixel."""
        return self.shown[2] / self.place[2]


def views_of(frames: Sequence[Frame]) -> list[View]:
    """Return what is shown: the mainland, Belgium again where it is small, regions overseas below."""
    main = frames[0]
    views = [View(0, (0, 0, main.width, main.height), (EDGE, HEAD, main.width, main.height))]
    belgium = [one for one in main.shapes if one.country == "BE"]
    right, below = EDGE + main.width, HEAD + main.height
    if belgium and len(belgium) < len(main.shapes):
        x, y, wide, high = main.box_of(belgium)
        if 0 < wide < 0.6 * main.width and high > 0:
            place = (right + EDGE, HEAD, CLOSE_UP, CLOSE_UP * high / wide)
            views.append(View(0, (x, y, wide, high), place))
    left = EDGE
    for number, frame in enumerate(frames[1:], start=1):
        place = (left, below + EDGE, _INSET, _INSET)
        views.append(View(number, (0, 0, frame.width, frame.height), place))
        left += _INSET + EDGE
    return views


def draw_land(axes: "Axes", frame: Frame, view: View, words: Words) -> None:
    """Draw the countries of a frame, as far as they are shown."""
    from matplotlib.patches import PathPatch  # noqa: PLC0415
    from matplotlib.path import Path  # noqa: PLC0415

    x, y, wide, high = view.shown
    axes.set(xlim=(x, x + wide), ylim=(y + high, y), xticks=[], yticks=[], facecolor=_BEYOND)
    for spine in axes.spines.values():
        spine.set_edgecolor(_BORDER)
    for shape in frame.shapes:
        rings = [
            Path([frame.point((south, west)) for west, south in ring], closed=True)
            for ring in shape.rings
        ]
        land = Path.make_compound_path(*rings)
        axes.add_patch(PathPatch(land, facecolor=LAND, edgecolor=_BORDER, linewidth=0.6))
    if frame.region is not None:
        axes.set_xlabel(frame.region.names[words.language], color=SOFT, fontsize=8)


def aside_of(at: Point, aside: Point, view: View) -> Point:
    """Return the point so many pixels aside of another."""
    return at[0] + aside[0] * view.units, at[1] + aside[1] * view.units


def symbols(axes: "Axes", points: Sequence[Point], theme: int, radius: float, **how: Any) -> None:
    """Draw the symbol of a theme at points of axes."""
    style = style_of(theme)
    corners = SHAPES[style.shape]
    # matplotlib makes a symbol as large as asked for, whatever its corners; they say how large it is here.
    reach = max((abs(value) for corner in corners for value in corner), default=1.0)
    # Its y points up, ours down.
    marker: Any = [(x, -y) for x, y in (*corners, corners[0])] if corners else "o"
    look: dict[str, Any] = {
        "facecolor": colour(theme),
        "edgecolor": INK,
        "linewidth": 0.5,
        "zorder": 3.0,
    }
    xs, ys = zip(*points, strict=True)
    axes.scatter(xs, ys, s=(2 * radius * reach * 72 / PIXELS) ** 2, marker=marker, **(look | how))


Line = Callable[["Axes", float], None]


def heading(text: str) -> Line:
    """Return what draws a heading of a legend at a height of its panel."""
    return text_line(text, weight="bold")


def text_line(text: str, *, x: float = EDGE, **how: object) -> Line:
    """Return what draws a line of a legend at a height of its panel."""
    look: dict[str, Any] = {"va": "center", "color": INK, "fontsize": 9.5} | how

    def draw(panel: "Axes", y: float) -> None:
        panel.text(x, y, drawable(text), **look)

    return draw


def symbol_lines(
    text: str, longest: int, theme: int, radius: float, **how: object
) -> Iterator[Line]:
    """Yield a text behind a symbol, as many lines as it takes."""
    first, *others = textwrap.wrap(text, longest) or [""]
    plain = text_line(first, x=EDGE + 22)

    def draw(panel: "Axes", y: float) -> None:
        symbols(panel, [(EDGE + 8, y)], theme, radius, **how)
        plain(panel, y)

    yield draw
    for other in others:
        yield text_line(other, x=EDGE + 22)


def drawable(text: str) -> str:
    """Return a text without what no picture can hold: control characters and line breaks."""
    return " ".join(cleaned(text).split())
