"""Colour and shape of each theme: safe for colour-blind readers, and never colour alone.

Comes in: the position of a theme in its edition. Goes out: a `Style`. Shapes take turns with another period
than colours, so that 42 themes differ.
"""

import math
from dataclasses import dataclass

from sip_grouping.colours import PALETTE


def _regular(
    corners: int, turn: float = 0.0, inner: float = 1.0
) -> tuple[tuple[float, float], ...]:
    """Return the corners of a figure, the first one up; every second one is `inner` from the middle."""
    found = []
    for number in range(corners):
        away = 1.0 if number % 2 == 0 else inner
        angle = math.tau * (number / corners + turn) - math.pi / 2
        found.append((round(away * math.cos(angle), 3), round(away * math.sin(angle), 3)))
    return tuple(found)


_THIN = 0.38
# Each about as large as a circle of radius 1; y points down.
SHAPES: tuple[tuple[tuple[float, float], ...], ...] = (
    (),  # a circle
    tuple((0.9 * x, 0.9 * y) for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))),
    tuple((1.3 * x, 1.3 * y + 0.2) for x, y in _regular(3)),
    tuple((1.25 * x, 1.25 * y) for x, y in _regular(4)),
    tuple((1.3 * x, 1.3 * y - 0.2) for x, y in _regular(3, turn=0.5)),
    tuple((1.4 * x, 1.4 * y) for x, y in _regular(10, inner=0.5)),
    (
        *((-_THIN, -1.2), (_THIN, -1.2), (_THIN, -_THIN), (1.2, -_THIN), (1.2, _THIN), (_THIN, _THIN)),
        *((_THIN, 1.2), (-_THIN, 1.2), (-_THIN, _THIN), (-1.2, _THIN), (-1.2, -_THIN), (-_THIN, -_THIN)),
    ),
)  # fmt: skip
"""Corners by number of the shape: circle, square, triangle, diamond, triangle down, star, cross."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a theme is drawn: positions in `PALETTE` and `SHAPES`."""

    colour: int
    shape: int


def style_of(theme: int) -> Style:
    """Return the style of a theme by its position in the edition."""
    return Style(theme % len(PALETTE), theme % len(SHAPES))
