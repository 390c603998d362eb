"""Names of places on a map: which are shown at which magnification, so that none covers another.

Comes in: a scene. Goes out: a name for each place, on the side of it where there is room,
with the smallest magnification at which there is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sip_grouping.report.map.frames import Point
from sip_grouping.report.map.scene import STACK_RADIUS, Scene

ZOOMS = (0.35, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0)
"""Magnifications at which there may be room for more names; below 1 is a narrow screen."""
_LETTER, _LINE, _GAP = 7.4, 15.0, 4.0
"""Width of a letter, height of a line, distance from the mark, pixels: of text 12 pixels high."""
_MARK = 9.0
_LONGEST = 32

_Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Label:
    """A name beside its point.

    Attributes
    ----------
    aside
        How far from the point the text begins, pixels; where it is `leftwards`, ends.
    zoom
        It is shown from this magnification on.
    """

    text: str
    at: Point
    aside: Point
    zoom: float
    leftwards: bool = False


@dataclass(slots=True)
class _Place:
    """A place with its name; `reach`: how far its groups stand from it."""

    text: str
    at: Point
    members: int = 0
    reach: float = 0.0
    zoom: float | None = None
    leftwards: bool = False

    def box(self, zoom: float, *, leftwards: bool) -> _Box:
        """Return the rectangle of the name, pixels."""
        away, width = self.reach + _MARK + _GAP, len(self.text) * _LETTER
        x, y = self.at[0] * zoom, self.at[1] * zoom
        left = x - away - width if leftwards else x + away
        return left, y - _LINE / 2, left + width, y + _LINE / 2

    def mark_box(self, zoom: float) -> _Box:
        """Return the rectangle of the groups' marks, pixels."""
        x, y, half = self.at[0] * zoom, self.at[1] * zoom, _MARK + self.reach
        return x - half, y - half, x + half, y + half


def labels_of(scene: Scene, frame: int) -> list[Label]:
    """Return the names of the places on a frame, those of the most members first."""
    by_point: dict[Point, _Place] = {}
    for one in scene.groups:
        if one.mark is not None and one.mark.frame == frame:
            name = shortened(one.group.place_name or one.group.place)
            place = by_point.setdefault(one.mark.at, _Place(name, one.mark.at))
            place.members += one.group.size
            # Of a stack its sign is seen.
            stacked = one.number in scene.stacked
            aside = STACK_RADIUS + 2 - _MARK if stacked else abs(one.mark.aside[0])
            place.reach = max(place.reach, aside)
    places = sorted(by_point.values(), key=lambda one: (-one.members, one.text, one.at))
    for zoom in ZOOMS:
        _give_room(places, zoom, scene.frames[frame].width)
    return [
        Label(
            one.text,
            one.at,
            ((-1 if one.leftwards else 1) * (one.reach + _MARK + _GAP), 4.0),
            2 * ZOOMS[-1] if one.zoom is None else one.zoom,
            one.leftwards,
        )
        for one in places
    ]


def _give_room(places: Sequence[_Place], zoom: float, width: float) -> None:
    """Let names be shown from a magnification on for which there is room at it."""
    taken = [one.box(zoom, leftwards=one.leftwards) for one in places if one.zoom is not None]
    marks = {id(one): one.mark_box(zoom) for one in places}
    for place in places:
        if place.zoom is not None:
            continue
        for leftwards in (False, True):
            box = place.box(zoom, leftwards=leftwards)
            within = box[0] >= 0 and box[2] <= width * zoom
            others = (other for key, other in marks.items() if key != id(place))
            if within and not any(_overlap(box, other) for other in (*taken, *others)):
                place.zoom, place.leftwards = zoom, leftwards
                taken.append(box)
                break


def shortened(text: str) -> str:
    """Return a name, cut where it is too long for a map."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1].rstrip()}\u2026"


def _overlap(one: _Box, other: _Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
