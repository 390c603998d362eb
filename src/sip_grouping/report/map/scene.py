"""A grouping as marks on frames: what a map shows, whatever draws it.

Comes in: an edition, a grouping of it, the themes that are wanted. Goes out: a `Scene`. Homes are rounded to
about a kilometre, and marks of one spot stand around it by a hash of their ids: all are seen, none is where
somebody lives, and the same grouping is drawn the same each time. No names.
"""

import hashlib
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Theme, Track
from sip_grouping.grouping import Group, Grouping, LeftOut, LeftOutStatus, Placement
from sip_grouping.report.map.frames import Frame, Point, Spot, frames_of

_DECIMALS = 2
"""Of degrees: about a kilometre."""
_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
_STEP, _CROWD = 4.4, 36
"""Units between marks around a spot; more marks than this stand closer together."""
_RING, _ON_A_RING = 11.0, 7
"""Half the distance between groups that meet at one place; so many stand on a ring, more are a stack."""
STACK_RADIUS = 11.0
"""Of the sign of a stack, pixels."""
_STACK_STEP, _STACK_FIRST = 10.5, 6
"""Groups of an open stack stand as seeds of a sunflower from this seed on: none touches another (neighbours
are 1.65 steps apart), nor the sign in the middle."""
_MANY_MEMBERS, _SMALLER = 2_000, 0.7
"""Above so many members all marks are smaller, and closer together."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something at a spot of a frame.

    Attributes
    ----------
    at
        The spot, units.
    aside
        How far from it the mark stands, pixels: the same however far a reader zooms in.
    """

    frame: int
    at: Point
    aside: Point


@dataclass(frozen=True, slots=True)
class MemberMark:
    """A member in a group. `mark` is None for a home beside all frames."""

    placement: Placement
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class LeftOutMark:
    """A member without a group."""

    left_out: LeftOut
    mark: Mark | None


@dataclass(frozen=True, slots=True)
class GroupMark:
    """A group with its members. `mark` is None for a video group, or a place beside all frames.

    `number` counts the groups of the scene from 0, `theme` is the position of the theme in the edition.
    """

    number: int
    group: Group
    theme: int
    mark: Mark | None
    members: tuple[MemberMark, ...]


@dataclass(frozen=True, slots=True)
class Stack:
    """Groups that meet at one place, too many to be seen at once: one sign with their number.

    Attributes
    ----------
    groups
        Those of the scene, whose own marks stand around the sign where a reader opens it.
    reach
        How far from the sign they go then, pixels.
    """

    frame: int
    at: Point
    name: str
    groups: tuple[GroupMark, ...]
    reach: float


@dataclass(frozen=True)
class Scene:
    """What a map shows.

    Attributes
    ----------
    themes
        Position in the edition and theme of those shown.
    outside
        How many marks lie beside all frames.
    scale
        How large marks are, 1 where there is room.
    stacks
        Places with very many groups; the others show each group.
    """

    edition: Edition
    grouping: Grouping
    themes: tuple[tuple[int, Theme], ...]
    frames: tuple[Frame, ...]
    groups: tuple[GroupMark, ...]
    left_out: tuple[LeftOutMark, ...]
    outside: int
    scale: float
    stacks: tuple[Stack, ...] = ()

    @cached_property
    def stacked(self) -> frozenset[int]:
        """Numbers of the groups that are within a stack."""
        return frozenset(one.number for stack in self.stacks for one in stack.groups)

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of the groups, sorted; an empty one where a group has none."""
        return tuple(sorted({one.group.language for one in self.groups}))


def scene_of(edition: Edition, grouping: Grouping, themes: Collection[str] = ()) -> Scene:
    """Return what a map of a grouping shows.

    Parameters
    ----------
    edition, grouping
        They belong together.
    themes
        Ids of the themes that are shown; none: all. Members left out are shown who ranked one of them.
    """
    numbered = [(number, one) for number, one in enumerate(edition.themes)]
    shown = tuple(one for one in numbered if not themes or one[1].id in themes)
    position = {theme.id: number for number, theme in shown}
    groups = [one for one in grouping.group_records if one.theme in position]
    placed = {
        group.group_id: grouping.placements_by_group.get(group.group_id, ()) for group in groups
    }
    without = [
        one
        for one in grouping.left_out
        if one.status is LeftOutStatus.UNPLACED
        and any(theme in position for theme in edition.member_by_id[one.member_id].themes)
    ]
    homes = {
        (one.member_id, one.group_id): _home(edition, one.member_id)
        for several in placed.values()
        for one in several
    }
    homes |= {(one.member_id, ""): _home(edition, one.member_id) for one in without}
    places = {one.group_id: spot for one in groups if (spot := _place(one)) is not None}
    frames, frame_of = frames_of([*homes.values(), *places.values()])
    scale = 1.0 if len(homes) <= _MANY_MEMBERS else _SMALLER
    marks = _around(homes, frames, frame_of, scale)
    at_places = _beside(places, frames, frame_of, scale)
    drawn = tuple(
        GroupMark(
            number=number,
            group=group,
            theme=position[group.theme],
            mark=at_places.get(group.group_id),
            members=tuple(
                MemberMark(one, marks.get((one.member_id, one.group_id)))
                for one in placed[group.group_id]
            ),
        )
        for number, group in enumerate(groups)
    )
    return Scene(
        edition=edition,
        grouping=grouping,
        themes=shown,
        frames=frames,
        groups=drawn,
        left_out=tuple(LeftOutMark(one, marks.get((one.member_id, ""))) for one in without),
        outside=len(homes) - len(marks),
        scale=scale,
        stacks=tuple(_stacks(drawn, scale)),
    )


def _stacks(groups: Iterable[GroupMark], scale: float) -> Iterator[Stack]:
    at_place: dict[tuple[int, Point], list[GroupMark]] = defaultdict(list)
    for one in groups:
        if one.mark is not None:
            at_place[one.mark.frame, one.mark.at].append(one)
    for (frame, at), several in at_place.items():
        if len(several) > _ON_A_RING:
            first = several[0].group
            reach = max(math.hypot(*one.mark.aside) for one in several if one.mark is not None)
            name = first.place_name or first.place
            yield Stack(frame, at, name, tuple(several), reach + scale * _RING)


def _home(edition: Edition, member_id: str) -> Spot:
    return _rounded(edition.position(edition.member_by_id[member_id]))


def _place(group: Group) -> Spot | None:
    if group.track is Track.VIDEO or group.latitude is None or group.longitude is None:
        return None
    return _rounded((group.latitude, group.longitude))


def _rounded(spot: Spot) -> Spot:
    return round(spot[0], _DECIMALS), round(spot[1], _DECIMALS)


def _around(
    homes: dict[tuple[str, str], Spot],
    frames: Sequence[Frame],
    frame_of: dict[Spot, int],
    scale: float,
) -> dict[tuple[str, str], Mark]:
    """Return the marks of members, those of one spot around it as seeds of a sunflower stand."""
    at_spot: dict[Spot, list[tuple[str, str]]] = defaultdict(list)
    for key, spot in homes.items():
        if spot in frame_of:
            at_spot[spot].append(key)
    marks = {}
    for spot, keys in at_spot.items():
        frame = frame_of[spot]
        point = frames[frame].point(spot)
        turn = _hashed(map(str, spot)) * math.tau
        step = scale * _STEP * min(1.0, math.sqrt(_CROWD / len(keys)))
        for number, key in enumerate(sorted(keys, key=_hashed)):
            marks[key] = Mark(frame, point, _seed(number, step, turn))
    return marks


def _beside(
    places: dict[str, Spot], frames: Sequence[Frame], frame_of: dict[Spot, int], scale: float
) -> dict[str, Mark]:
    """Return the marks of groups, those that meet at one place around it."""
    at_spot: dict[Spot, list[str]] = defaultdict(list)
    for group_id, spot in places.items():
        if spot in frame_of:
            at_spot[spot].append(group_id)
    marks = {}
    for spot, ids in at_spot.items():
        frame = frame_of[spot]
        point = frames[frame].point(spot)
        for number, group_id in enumerate(ids):
            marks[group_id] = Mark(frame, point, _seat(number, len(ids), scale))
    return marks


def _seat(number: int, many: int, scale: float) -> Point:
    """Return where one of many groups stands beside their place."""
    if many == 1:
        return 0.0, 0.0
    if many > _ON_A_RING:
        return _seed(number + _STACK_FIRST, scale * _STACK_STEP, 0.0)
    # So wide that neighbours on the ring do not touch.
    away, angle = scale * _RING / math.sin(math.pi / many), math.tau * number / many - math.pi / 2
    return away * math.cos(angle), away * math.sin(angle)


def _seed(number: int, step: float, turn: float) -> Point:
    """Return where a seed of a sunflower stands (H. Vogel, Mathematical Biosciences 44, 1979)."""
    away, angle = step * math.sqrt(number + 0.8), turn + number * _GOLDEN_ANGLE
    return away * math.cos(angle), away * math.sin(angle)


def _hashed(texts: Iterable[str]) -> float:
    """Return a number from 0 to 1 that texts decide, the same on every machine."""
    digest = hashlib.sha256("\0".join(texts).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") / 2**64
