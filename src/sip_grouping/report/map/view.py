"""A scene as the templates show it: numbers as text, a label for each mark.

Comes in: a `Scene`, the words of a language. Goes out: a `MapView`. Texts are plain: templates escape them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from sip_grouping.edition.records import Track
from sip_grouping.report.map.frames import Frame, Point
from sip_grouping.report.map.labels import labels_of
from sip_grouping.report.map.palette import SHAPES, Style, style_of
from sip_grouping.report.map.scene import (
    STACK_RADIUS,
    GroupMark,
    LeftOutMark,
    Mark,
    MemberMark,
    Scene,
    Stack,
)
from sip_grouping.report.speech import Words

_KEY = "s"
_RADII = {_KEY: 3.5, "v": 2.6, "p": 7.5}
"""Of a member who meets in person, one by video, and a place, pixels."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A figure that marks use: a path, or a circle where there is none."""

    id: str
    path: str
    radius: float


@dataclass(frozen=True, slots=True)
class Choice:
    """A box of a filter."""

    value: str
    title: str
    count: str
    style: Style | None = None
    hollow: bool = False


@dataclass(frozen=True, slots=True)
class PlacedMark:
    """A mark with its label: where, and how far aside as attributes."""

    at: str
    aside: Markup
    label: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a place, and from which magnification it is shown."""

    text: str
    at: str
    aside: Markup
    since: float
    hidden: bool
    leftwards: bool


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group, or the part of it that lies on one frame."""

    number: int
    theme: int
    track: str
    language: str
    size: int
    style: Style
    label: str
    spokes: str = ""
    place: PlacedMark | None = None
    members: tuple[PlacedMark, ...] = ()


@dataclass(frozen=True, slots=True)
class StackView:
    """The sign of very many groups at one place, and the groups; `lead`: the label but for their number."""

    at: str
    count: str
    lead: str
    reach: str
    groups: tuple[GroupView, ...]


@dataclass(frozen=True, slots=True)
class FrameView:
    """A frame with its marks. `groups` have all of them, `places` those that are in no stack."""

    name: str
    size: str
    land: str
    groups: tuple[GroupView, ...]
    places: tuple[GroupView, ...]
    stacks: tuple[StackView, ...]
    left_out: tuple[PlacedMark, ...]
    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class MapView:
    """All that the template of the map shows."""

    shapes: tuple[Shape, ...]
    frames: tuple[FrameView, ...]
    themes: tuple[Choice, ...]
    tracks: tuple[Choice, ...]
    languages: tuple[Choice, ...]
    left_out: tuple[Choice, ...]
    videos: tuple[GroupView, ...]
    locals: tuple[GroupView, ...]
    closer: tuple[Choice, ...]
    groups: str
    members: str
    outside: str
    stack_radius: float

    @property
    def stacked(self) -> bool:
        """Whether there are stacks."""
        return any(one.stacks for one in self.frames)


def map_view(scene: Scene, words: Words) -> MapView:
    """Return a scene as the template of the map takes it."""
    members = sum(len(one.members) for one in scene.groups)
    return MapView(
        shapes=tuple(_shapes(scene)),
        frames=tuple(_frame(scene, number, words) for number in range(len(scene.frames))),
        themes=_themes(scene, words),
        tracks=_tracks(scene, words),
        languages=_languages(scene, words),
        left_out=_left_out(scene, words),
        videos=_listed(scene, Track.VIDEO, words),
        locals=_listed(scene, Track.LOCAL, words),
        closer=_closer(scene, words),
        groups=words.number(len(scene.groups)),
        members=words.number(members),
        outside=words.say("map-outside", count=words.number(scene.outside)) if scene.outside else "",
        stack_radius=STACK_RADIUS,
    )  # fmt: skip


def scene_summary(scene: Scene, words: Words) -> str:
    """Return what a map shows, in one sentence: of all themes how many are placed, else which themes."""
    groups = words.count("group", len(scene.groups))
    members = {m.placement.member_id for one in scene.groups for m in one.members}
    if len(scene.themes) < len(scene.edition.themes):
        titles = ", ".join(words.title(theme) for _, theme in scene.themes)
        placed = words.count("member", len(members))
        return words.say("map-part", themes=titles, groups=groups, members=placed)
    eligible = sum(one.eligible for one in scene.edition.members)
    return words.say(
        "map-summary",
        groups=groups,
        placed=words.number(len(members)),
        eligible=words.count("member", eligible),
    )


def _listed(scene: Scene, track: Track, words: Words) -> tuple[GroupView, ...]:
    return tuple(_group(one, words) for one in scene.groups if one.group.track is track)


def group_label(one: GroupMark, words: Words) -> str:
    """Return what a group is, in one line."""
    group = one.group
    parts = [
        words.say("about-group", group=group.group_id),
        group.place_name or group.place,
        words.count("member", group.size),
        words.spoken(group.language) if group.language else "",
        words.slot(group.slot) if group.slot else "",
    ]
    if group.mean_travel_m is not None and group.max_travel_m is not None:
        mean, most = words.km(group.mean_travel_m), words.km(group.max_travel_m)
        parts.append(words.say("about-travel", mean=mean, most=most))
    return " · ".join(part for part in parts if part)


def member_label(member: MemberMark, of: GroupMark, words: Words) -> str:
    """Return what a member has, in one line."""
    placement, group = member.placement, of.group
    parts = [
        words.say("about-member", member=placement.member_id),
        words.say("about-membership", group=group.group_id, size=words.count("member", group.size)),
        words.say("video")
        if placement.travel_m is None
        else words.say("about-way", km=words.km(placement.travel_m)),
        words.choice(placement.rank),
        words.role(placement.role),
    ]
    return " · ".join(part for part in parts if part)


def left_out_label(one: LeftOutMark, words: Words) -> str:
    """Return why a member has no group, in one line."""
    return words.say(
        "about-left-out", member=one.left_out.member_id, reason=words.reason(one.left_out.reason)
    )


def _shapes(scene: Scene) -> Iterable[Shape]:
    numbers = sorted({style_of(number).shape for number, _ in scene.themes} | {0})
    for kind, full in _RADII.items():
        yield from (_shape(kind, number, full * scene.scale) for number in numbers)


def key_shapes(styles: Iterable[Style]) -> tuple[Shape, ...]:
    """Return the figures that the signs of themes use on a page without a map."""
    numbers = sorted({one.shape for one in styles})
    return tuple(_shape(_KEY, number, _RADII[_KEY]) for number in numbers)


def _shape(kind: str, number: int, radius: float) -> Shape:
    corners = (f"{radius * x:.2f} {radius * y:.2f}" for x, y in SHAPES[number])
    path = f"M{'L'.join(corners)}Z" if SHAPES[number] else ""
    return Shape(f"{kind}{number}", path, radius)


def _frame(scene: Scene, number: int, words: Words) -> FrameView:
    frame = scene.frames[number]
    groups = [_on_frame(one, number, words) for one in scene.groups]
    return FrameView(
        name=frame.region.names[words.language] if frame.region else "",
        size=f"{frame.width:.0f} {frame.height:.0f}",
        land=_land(frame),
        groups=tuple(one for one in groups if one.place or one.members),
        places=tuple(one for one in groups if one.place and one.number not in scene.stacked),
        stacks=tuple(_stack(one, groups, words) for one in scene.stacks if one.frame == number),
        left_out=tuple(
            _placed(one.mark, left_out_label(one, words))
            for one in scene.left_out
            if one.mark is not None and one.mark.frame == number
        ),
        names=tuple(
            Name(one.text, _at(one.at), _aside(one.aside), one.zoom, one.zoom > 1, one.leftwards)
            for one in labels_of(scene, number)
        ),
    )


def _stack(stack: Stack, groups: Sequence[GroupView], words: Words) -> StackView:
    numbers = {one.number for one in stack.groups}
    return StackView(
        at=_at(stack.at),
        count=words.number(len(numbers)),
        lead=words.say("stack", place=stack.name),
        reach=f"{stack.reach:.1f}",
        groups=tuple(one for one in groups if one.number in numbers),
    )


def _on_frame(one: GroupMark, frame: int, words: Words) -> GroupView:
    """Return the part of a group that lies on a frame."""
    here = [
        (member, member.mark)
        for member in one.members
        if member.mark is not None and member.mark.frame == frame
    ]
    place = one.mark if one.mark is not None and one.mark.frame == frame else None
    ends = sorted({mark.at for _, mark in here if place is not None and mark.at != place.at})
    start = "" if place is None else _at(place.at)
    return _group(
        one,
        words,
        spokes="".join(f"M{start}L{_at(end)}" for end in ends),
        place=None if place is None else _placed(place),
        members=tuple(_placed(mark, member_label(member, one, words)) for member, mark in here),
    )


def _group(
    one: GroupMark,
    words: Words,
    *,
    spokes: str = "",
    place: PlacedMark | None = None,
    members: tuple[PlacedMark, ...] = (),
) -> GroupView:
    return GroupView(
        number=one.number,
        theme=one.theme,
        track=one.group.track.value,
        language=one.group.language,
        size=one.group.size,
        style=style_of(one.theme),
        label=group_label(one, words),
        spokes=spokes,
        place=place,
        members=members,
    )


def _land(frame: Frame) -> str:
    """Return the outlines as one path, corners given by their steps: half as long as by their places."""
    parts = []
    for shape in frame.shapes:
        for ring in shape.rings:
            corners = [frame.point((latitude, longitude)) for longitude, latitude in ring]
            tenths = [(round(x * 10), round(y * 10)) for x, y in corners]
            parts.append(_ring(tenths))
    return "".join(parts)


def _ring(tenths: Sequence[tuple[int, int]]) -> str:
    """Return a closed line as part of a path."""
    (x, y), *others = tenths
    steps = [f"M{x / 10:g} {y / 10:g}l"]
    for to_x, to_y in others[:-1]:
        if (to_x, to_y) != (x, y):
            steps.append(f"{(to_x - x) / 10:g} {(to_y - y) / 10:g} ")
            x, y = to_x, to_y
    return "".join(steps).rstrip("l ") + "z"


def _placed(mark: Mark, label: str = "") -> PlacedMark:
    return PlacedMark(_at(mark.at), _aside(mark.aside), label)


def _at(point: Point) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"


def _aside(point: Point) -> Markup:
    """Return how far aside a mark stands as attributes; none where it stands at its point."""
    x, y = (f"{value:.1f}" for value in point)
    return Markup(' x="{}" y="{}"').format(x, y) if (x, y) != ("0.0", "0.0") else Markup()


def _themes(scene: Scene, words: Words) -> tuple[Choice, ...]:
    counts = Counter(one.theme for one in scene.groups)
    return tuple(
        Choice(str(number), words.title(theme), words.count("group", counts[number]), style_of(number))
        for number, theme in scene.themes
    )  # fmt: skip


def _tracks(scene: Scene, words: Words) -> tuple[Choice, ...]:
    counts = Counter(one.group.track for one in scene.groups)
    return tuple(
        Choice(track.value, words.say(track.value), words.count("group", counts[track]))
        for track in Track
        if counts[track]
    )


def _languages(scene: Scene, words: Words) -> tuple[Choice, ...]:
    counts = Counter(one.group.language for one in scene.groups)
    return tuple(
        Choice(
            code,
            words.spoken(code) if code else words.say("any-language"),
            words.count("group", counts[code]),
        )
        for code in scene.languages
    )


def _left_out(scene: Scene, words: Words) -> tuple[Choice, ...]:
    if not scene.left_out:
        return ()
    count = words.count("member", len(scene.left_out))
    return (Choice("yes", words.say("without-group"), count, hollow=True),)


def _closer(scene: Scene, words: Words) -> tuple[Choice, ...]:
    """Return the countries that a reader may look at alone, with their place on the map."""
    frame = scene.frames[0]
    countries = sorted({one.country for one in frame.shapes})
    if len(countries) < 2:
        return ()
    found = []
    for country in countries:
        x, y, width, height = frame.box_of(one for one in frame.shapes if one.country == country)
        box = f"{x:.0f} {y:.0f} {width:.0f} {height:.0f}"
        found.append(Choice(box, words.country(country), ""))
    return tuple(found)
