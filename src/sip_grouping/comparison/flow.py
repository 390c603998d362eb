"""Who went where, as a picture: groups of one grouping on the left, of the other on the right, bands between.

Comes in: two groupings side by side. Goes out: `Flow`: boxes and bands with their places in a drawing, from
which a template makes SVG, and the same as rows of a table for those who do not see it. Knows no HTML.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sip_grouping.colours import NEUTRAL, colour
from sip_grouping.comparison.compared import Compared
from sip_grouping.comparison.moves import Change
from sip_grouping.comparison.pair import Pair
from sip_grouping.comparison.words import Words
from sip_grouping.grouping import Grouping

MOST_GROUPS = 48
"""Of more groups on a side, those of one theme and track are drawn as one."""

WIDTH = 960.0
_LEFT, _RIGHT, _BOX = 270.0, 690.0, 14.0
_GAP, _LINE, _PER_GROUP = 8.0, 18.0, 26.0
_LONGEST_LABEL = 30

Key = tuple[str, ...]
NO_GROUP: Key = ()
"""Those without a group."""


@dataclass(frozen=True, slots=True)
class Box:
    """Members of a group, or without one, on one side. Coordinates in the units of the drawing."""

    label: str
    title: str
    count: int
    colour: str
    x: float
    y: float
    height: float

    @property
    def middle(self) -> float:
        """Height of the label."""
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Band:
    """Members who went from a box on the left to one on the right; `path` as SVG writes it."""

    title: str
    source: str
    target: str
    count: int
    colour: str
    path: str
    kept: bool


@dataclass(frozen=True, slots=True)
class Flow:
    """The picture of a pair.

    Attributes
    ----------
    by_group
        False: groups of one theme and track are drawn as one.
    legend
        Titles of themes with their colours.
    """

    width: float
    height: float
    left: tuple[Box, ...]
    right: tuple[Box, ...]
    bands: tuple[Band, ...]
    by_group: bool
    legend: tuple[tuple[str, str], ...]


def flow_of(compared: Compared, pair: Pair, words: Words) -> Flow:
    """Return the picture of two groupings.

    Drawn are the members that both name, but for those without a group in both. Each counts once per
    group. The boxes on the right stand where most of their members come from.
    """
    by_group = max(len(one.group_records) for one in (pair.a, pair.b)) <= MOST_GROUPS
    counts: Counter[tuple[Key, Key]] = Counter()
    for move in pair.moves.every:
        if move.change is not Change.OUT:
            places = (move.a, move.b)
            ends = [NO_GROUP if one is None else _key(one, by_group=by_group) for one in places]
            counts[ends[0], ends[1]] += 1
    themes = _themes(compared)
    names = _Names(compared, words, themes, by_group=by_group)
    left = _ordered(pair.a, {a for a, _ in counts}, by_group=by_group)
    right = _near(_ordered(pair.b, {b for _, b in counts}, by_group=by_group), left, counts)
    scale = _scale(sum(counts.values()), max(len(left), len(right), 1))
    boxes_a, height_a = _boxes(left, _sums(counts, 0), _LEFT, scale, names)
    boxes_b, height_b = _boxes(right, _sums(counts, 1), _RIGHT, scale, names)
    kept = pair.moves.kept
    bands = _bands(counts, boxes_a, boxes_b, scale, names, kept if by_group else None)
    height = max(height_a, height_b, _LINE)
    met = {key[0] for key in (*left, *right) if key}
    legend = [(compared.title(one, words.language), themes[one]) for one in themes if one in met]
    return Flow(
        WIDTH,
        height,
        tuple(boxes_a.values()),
        tuple(boxes_b.values()),
        tuple(bands),
        by_group,
        tuple(legend),
    )


def _key(placement: object, *, by_group: bool) -> Key:
    fields = ("theme", "track", "group_id") if by_group else ("theme", "track")
    return tuple(str(getattr(placement, name)) for name in fields)


def _themes(compared: Compared) -> Mapping[str, str]:
    """Return a colour for each theme, the same in all pictures of a comparison."""
    known = [] if compared.edition is None else [theme.id for theme in compared.edition.themes]
    met = {group.theme for one in compared.groupings for group in one.group_records}
    met |= {placement.theme for one in compared.groupings for placement in one.placements}
    return {theme: colour(at) for at, theme in enumerate(dict.fromkeys([*known, *sorted(met)]))}


class _Names:
    """What boxes are called, and which colour they have."""

    def __init__(
        self, compared: Compared, words: Words, colours: Mapping[str, str], *, by_group: bool
    ) -> None:
        self._compared = compared
        self._words = words
        self._colours = colours
        self._by_group = by_group

    def colour(self, key: Key) -> str:
        return self._colours[key[0]] if key else NEUTRAL

    def name(self, key: Key) -> str:
        if not key:
            return self._words.said("no-group")
        return key[2] if self._by_group else self.kind(key)

    def kind(self, key: Key) -> str:
        """Return theme and track."""
        title = self._compared.title(key[0], self._words.language)
        return f"{title}, {self._words.track(key[1])}"

    def title(self, key: Key, count: int) -> str:
        whole = f"{key[2]}: {self.kind(key)}" if key and self._by_group else self.name(key)
        return f"{whole} ({self._words.count(count)})"

    def way(self, ends: tuple[Key, Key], count: int) -> str:
        a, b = (self.name(one) for one in ends)
        return self._words.said("band", a=a, b=b, count=self._words.count(count))


def _ordered(grouping: Grouping, met: Iterable[Key], *, by_group: bool) -> list[Key]:
    """Return boxes in the order of the groups, themes and tracks together; without a group last."""
    keys = [_key(one, by_group=by_group) for one in grouping.group_records]
    at = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    # A grouping holds claims: its members may be in groups that it does not list.
    return sorted(set(met), key=lambda key: (key == NO_GROUP, key[:2], at.get(key, len(at)), key))


def _near(keys: list[Key], left: Sequence[Key], counts: Mapping[tuple[Key, Key], int]) -> list[Key]:
    """Return boxes of the right where the mean of their members comes from: bands cross less."""
    at = {key: number for number, key in enumerate(left)}
    pulls: dict[Key, list[int]] = defaultdict(list)
    for (a, b), count in counts.items():
        if a != NO_GROUP:
            pulls[b] += [at[a]] * count
    means = {key: sum(pulls[key]) / len(pulls[key]) if pulls[key] else len(left) for key in keys}
    return sorted(keys, key=lambda key: (key == NO_GROUP, means[key]))


def _sums(counts: Mapping[tuple[Key, Key], int], side: int) -> Counter[Key]:
    sums: Counter[Key] = Counter()
    for ends, count in counts.items():
        sums[ends[side]] += count
    return sums


def _scale(members: int, boxes: int) -> float:
    """Return how high one member is drawn."""
    return max(160.0, boxes * _PER_GROUP) / max(members, 1)


def _boxes(
    keys: Sequence[Key], sums: Mapping[Key, int], x: float, scale: float, names: _Names
) -> tuple[dict[Key, Box], float]:
    boxes: dict[Key, Box] = {}
    y = 2.0
    for key in keys:
        height = sums[key] * scale
        slot = max(height, _LINE)
        name = names.name(key)
        label = name if len(name) <= _LONGEST_LABEL else f"{name[: _LONGEST_LABEL - 1]}…"
        title = names.title(key, sums[key])
        top = y + (slot - height) / 2
        boxes[key] = Box(label, title, sums[key], names.colour(key), x, top, height)
        y += slot + _GAP
    return boxes, y


def _bands(
    counts: Mapping[tuple[Key, Key], int],
    left: Mapping[Key, Box],
    right: Mapping[Key, Box],
    scale: float,
    names: _Names,
    kept: Mapping[str, str] | None,
) -> list[Band]:
    """Return the bands from the top; at each box they leave and come in the order of the other side.

    Parameters
    ----------
    kept
        Group on the right by the one on the left; None where boxes are themes and tracks.
    """
    leaving = sorted(counts, key=lambda ends: right[ends[1]].y)
    coming = sorted(counts, key=lambda ends: left[ends[0]].y)
    tops_a = _stacked(leaving, 0, counts, left, scale)
    tops_b = _stacked(coming, 1, counts, right, scale)
    return [
        Band(
            names.way(ends, counts[ends]),
            names.name(ends[0]),
            names.name(ends[1]),
            counts[ends],
            names.colour(ends[0]),
            _path(tops_a[ends], tops_b[ends], counts[ends] * scale),
            _same(ends, kept),
        )
        for ends in sorted(counts, key=lambda ends: (tops_a[ends], tops_b[ends]))
    ]


def _stacked(
    order: Sequence[tuple[Key, Key]],
    side: int,
    counts: Mapping[tuple[Key, Key], int],
    boxes: Mapping[Key, Box],
    scale: float,
) -> dict[tuple[Key, Key], float]:
    """Return where each band meets the box of one side: one below the other."""
    free = {key: box.y for key, box in boxes.items()}
    tops = {}
    for ends in order:
        tops[ends] = free[ends[side]]
        free[ends[side]] += counts[ends] * scale
    return tops


def _same(ends: tuple[Key, Key], kept: Mapping[str, str] | None) -> bool:
    if NO_GROUP in ends:
        return False
    a, b = ends
    return a == b if kept is None else kept.get(a[2]) == b[2]


def _path(top_a: float, top_b: float, height: float) -> str:
    start, end = _LEFT + _BOX, _RIGHT
    middle = (start + end) / 2
    return (
        f"M{start:.1f} {top_a:.1f}C{middle:.1f} {top_a:.1f} {middle:.1f} {top_b:.1f} {end:.1f} {top_b:.1f}"
        f"V{top_b + height:.1f}C{middle:.1f} {top_b + height:.1f} {middle:.1f} {top_a + height:.1f}"
        f" {start:.1f} {top_a + height:.1f}Z"
    )
