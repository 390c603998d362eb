"""How all figures look, and what they say.

Comes in: the size of a figure, a language. Goes out: a `Plot` with its axes, to be drawn on.
"""

import io
import warnings
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from html import escape
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
    """A figure that a notebook shows where it is what a cell ends with, and that is shown nowhere else.

    Attributes
    ----------
    alt
        What it shows, in words, for who does not see it: title and main figures, in its language.
    """

    alt = ""

    def tell(self, title: str, *figures: str) -> None:
        """Set what stands for the picture where it is not seen: its title, then its main figures."""
        told = f"{title}. {', '.join(figures)}" if figures else title
        self.alt = f"{told.rstrip('.')}."

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        # A notebook gives a picture no words; HTML does. Where no HTML is shown, the picture is.
        png = b64encode(self._repr_png_()).decode("ascii")
        wide = round(self.get_figwidth() * self.dpi)
        html = (
            f'<img src="data:image/png;base64,{png}" alt="{escape(self.alt)}" width="{wide}"'
            ' style="max-width:100%;height:auto">'
        )
        return {"text/html": html, "image/png": png}, {"image/png": {"alt": self.alt}}

    def _repr_png_(self) -> bytes:
        return self.content("png")

    def content(self, kind: str) -> bytes:
        """Return the figure as a file, png or svg."""
        content = io.BytesIO()
        with warnings.catch_warnings():
            # A title in a script that the font lacks is drawn as boxes; nobody can mend that here.
            warnings.filterwarnings("ignore", message="Glyph")
            FigureCanvasAgg(self).print_figure(content, format=kind, dpi=self.dpi)
        return content.getvalue()


@contextmanager
def drawing(title: str, *, width: float = 7.5, height: float = 4.0) -> Iterator[tuple[Plot, Axes]]:
    """Give a figure and its axes, in the look of all, while they are drawn on. Sizes in inches."""
    with rc_context(dict(_STYLE)):
        plot = Plot(figsize=(width, height), dpi=_DOTS_PER_INCH, layout="constrained")
        plot.set_facecolor("white")
        axes = plot.add_subplot()
        axes.set_title(title)
        plot.tell(title)
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
