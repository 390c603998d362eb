"""How all figures look, and what they say.

Comes in: the size of a figure, a language. Goes out: a `Plot` with its axes, to be drawn on.
"""

import io
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sip_grouping.catalogue import Language, pattern
from sip_grouping.colours import colour
from sip_grouping.edition import Edition

LOCAL, VIDEO = colour(0), colour(1)
INK, SOFT, GRID = "#1b1f24", "#57606a", "#d0d7de"
_DOTS_PER_INCH = 110
_STYLE: Mapping[Any, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": GRID,
    "axes.labelcolor": SOFT,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlepad": 12.0,
    "axes.titlesize": 12.0,
    "axes.titleweight": "bold",
    "font.family": ["DejaVu Sans"],
    "font.size": 9.5,
    "hatch.linewidth": 0.7,
    "legend.frameon": False,
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
}


class Plot(Figure):
    """A figure that a notebook shows where it is what a cell ends with, and that is shown nowhere else."""

    def _repr_png_(self) -> bytes:
        content = io.BytesIO()
        with warnings.catch_warnings():
            # A title in a script that the font lacks is drawn as boxes; nobody can mend that here.
            warnings.filterwarnings("ignore", message="Glyph")
            FigureCanvasAgg(self).print_figure(content, format="png", dpi=self.dpi)
        return content.getvalue()


@contextmanager
def drawing(title: str, *, width: float = 7.5, height: float = 4.0) -> Iterator[tuple[Plot, Axes]]:
    """Give a figure and its axes, in the look of all, while they are drawn on. Sizes in inches."""
    with rc_context(dict(_STYLE)):
        plot = Plot(figsize=(width, height), dpi=_DOTS_PER_INCH, layout="constrained")
        plot.set_facecolor("white")
        axes = plot.add_subplot()
        axes.set_title(title)
        yield plot, axes


def words(language: Language, key: str, **parameters: object) -> str:
    """Return what a figure says."""
    return pattern(language, "plot", key).format_map(parameters)


def say_nothing_to_show(axes: Axes, language: Language) -> None:
    """Say that there is nothing to draw, in the place of a picture."""
    axes.set_axis_off()
    axes.text(
        0.5, 0.5, words(language, "nothing"), ha="center", color=SOFT, transform=axes.transAxes
    )


def theme_colours(edition: Edition) -> Mapping[str, str]:
    """Return the colour of each theme: by its place in the edition, as on maps."""
    return {theme.id: colour(at) for at, theme in enumerate(edition.themes)}
