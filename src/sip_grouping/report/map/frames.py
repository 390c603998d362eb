"""Where things lie on a drawing: frames, each a piece of the earth on a rectangle.

Comes in: spots, latitude and longitude. Goes out: `Frame`s that hold them: the mainland of Belgium and
France, and one for each region overseas with a spot in it. Web-Mercator, so shapes are as on other maps.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sip_grouping.report.map.outlines import Outline, outlines

Spot = tuple[float, float]
"""Latitude and longitude, WGS-84 degrees."""
Point = tuple[float, float]
"""Units to the right of and below a frame's upper left corner."""

_MAIN_WIDTH, _MAIN_HEIGHTS = 1000.0, (620.0, 1150.0)
_OVERSEAS_SIDE = 240.0
_MARGIN = 0.07
"""Of a side, around what a frame has to hold."""
_SMALLEST_SPAN = 0.6
"""Degrees: a frame shows no less, so that one town does not fill it."""
_AROUND_MAINLAND, _AROUND_REGION = 1.5, 0.5
"""Degrees beyond the outlines in which a spot still belongs to their frame."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A piece of the earth on a rectangle.

    Attributes
    ----------
    region
        The region overseas that it shows; None for the mainland.
    width, height
        In units; one unit is about a pixel.
    west, north
        Degrees at the left and, projected, at the upper side.
    scale
        Units per degree of longitude.
    shapes
        Outlines that it touches.
    """

    region: Outline | None
    width: float
    height: float
    west: float
    north: float
    scale: float
    shapes: tuple[Outline, ...]

    def point(self, spot: Spot) -> Point:
        """Return where a spot lies on the frame."""
        latitude, longitude = spot
        x = (longitude - self.west) * self.scale
        return x, (self.north - _projected(latitude)) * self.scale

    def box_of(self, shapes: Iterable[Outline]) -> tuple[float, float, float, float]:
        """Return left, top, width and height of outlines, as far as they lie on the frame."""
        west, south, east, north = _bounds(shapes)
        left, top = self.point((north, west))
        right, bottom = self.point((south, east))
        left, top = max(0.0, left), max(0.0, top)
        return left, top, min(self.width, right) - left, min(self.height, bottom) - top


def frames_of(spots: Iterable[Spot]) -> tuple[tuple[Frame, ...], dict[Spot, int]]:
    """Return the frames that spots need, the mainland first, and in which frame each spot lies.

    A spot that lies in none, such as a home in Canada, is not in the answer.
    """
    unique = sorted(set(spots))
    mainland = [one for one in outlines() if not one.overseas]
    regions = [one for one in outlines() if one.overseas]
    areas: list[tuple[Outline | None, list[Outline], float]]
    areas = [(None, mainland, _AROUND_MAINLAND)]
    areas += [(one, [one], _AROUND_REGION) for one in regions]
    frames: list[Frame] = []
    frame_of: dict[Spot, int] = {}
    for region, shapes, around in areas:
        box = _bounds(shapes)
        within = [spot for spot in unique if _is_in(spot, box, around)]
        if region is None:
            corners = [(south, west) for west, south in _corners(box)]
            frames.append(_frame(None, shapes, within or corners))
        elif within:
            corners = [(south, west) for west, south in _corners(box)]
            frames.append(_frame(region, shapes, [*within, *corners]))
        frame_of.update(dict.fromkeys(within, len(frames) - 1))
    return tuple(frames), frame_of


def _frame(region: Outline | None, shapes: Sequence[Outline], held: Sequence[Spot]) -> Frame:
    """Return a frame around what it has to hold, no flatter and no taller than a page takes."""
    ys = [_projected(latitude) for latitude, _ in held]
    xs = [longitude for _, longitude in held]
    span_x = max((max(xs) - min(xs)) * (1 + 2 * _MARGIN), _SMALLEST_SPAN)
    span_y = max((max(ys) - min(ys)) * (1 + 2 * _MARGIN), _SMALLEST_SPAN)
    if region is None:
        low, high = _MAIN_HEIGHTS
        width, height = _MAIN_WIDTH, min(max(_MAIN_WIDTH * span_y / span_x, low), high)
    else:
        width = height = _OVERSEAS_SIDE
    scale = min(width / span_x, height / span_y)
    west = (max(xs) + min(xs)) / 2 - width / scale / 2
    north = (max(ys) + min(ys)) / 2 + height / scale / 2
    east, south = west + width / scale, north - height / scale
    touched = tuple(one for one in shapes if _touches(one, (west, south, east, north)))
    return Frame(region, width, height, west, north, scale, touched)


def _projected(latitude: float) -> float:
    """Return the latitude of Mercator's projection, in degrees of longitude at the equator."""
    return math.degrees(math.asinh(math.tan(math.radians(latitude))))


def _bounds(shapes: Iterable[Outline]) -> tuple[float, float, float, float]:
    wests, souths, easts, norths = zip(*(one.bounds for one in shapes), strict=True)
    return min(wests), min(souths), max(easts), max(norths)


def _corners(box: tuple[float, float, float, float]) -> tuple[Point, Point]:
    west, south, east, north = box
    return (west, south), (east, north)


def _is_in(spot: Spot, box: tuple[float, float, float, float], around: float) -> bool:
    (latitude, longitude), (west, south, east, north) = spot, box
    return (
        west - around <= longitude <= east + around and south - around <= latitude <= north + around
    )


def _touches(shape: Outline, box: tuple[float, float, float, float]) -> bool:
    """Return whether an outline's box and another, its sides up and down projected, have a part in common."""
    west, south, east, north = box
    left, low, right, high = shape.bounds
    apart = right < west or left > east or _projected(high) < south or _projected(low) > north
    return not apart
