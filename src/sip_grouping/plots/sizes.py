"""How large groups are.

Comes in: an edition and a grouping of it. Goes out: a bar for each group, beside the sizes that its rules
allow; of very many groups how many there are of each size.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from matplotlib.artist import Artist
from matplotlib.patches import Patch

from sip_grouping.catalogue import Language, counted, pattern
from sip_grouping.edition import Edition
from sip_grouping.edition.records import Track
from sip_grouping.grouping import Group, Grouping
from sip_grouping.plots.look import (
    GRID,
    INK,
    SOFT,
    Plot,
    drawing,
    say_nothing_to_show,
    theme_colours,
    words,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_BARS = 40
_LONGEST_ID, _INCHES_PER_BAR = 40, 0.22
_HATCH: Mapping[Track, str] = {Track.LOCAL: "", Track.VIDEO: "////"}


def sizes_plot(edition: Edition, grouping: Grouping, language: Language) -> Plot:
    """Return the sizes of groups by theme; those by video are hatched."""
    order = {theme.id: at for at, theme in enumerate(edition.themes)}
    groups = sorted(
        grouping.group_records,
        key=lambda one: (order[one.theme], one.track, -one.size, one.group_id),
    )
    each = len(groups) <= MOST_BARS
    title = words(language, "sizes", edition=grouping.edition_name)
    height = max(2.5, 2.0 + _INCHES_PER_BAR * len(groups)) if each else 4.5
    with drawing(title, height=height) as (plot, axes):
        if not groups:
            say_nothing_to_show(axes, language)
            return plot
        draw = _each if each else _counted
        draw(axes, edition, groups, language)
        _legend(plot, axes, edition, groups, language, limits=each)
        plot.tell(title, *_told(edition, groups, language))
    return plot


def _told(edition: Edition, groups: Sequence[Group], language: Language) -> Iterator[str]:
    """Yield how many groups each theme has, and of which sizes."""
    for theme in dict.fromkeys(one.theme for one in groups):
        sizes = [one.size for one in groups if one.theme == theme]
        smallest, largest = min(sizes), max(sizes)
        figure = words(
            language,
            "of-size" if smallest == largest else "of-sizes",
            groups=counted(language, "group", len(sizes)),
            smallest=smallest,
            largest=largest,
        )
        yield words(
            language, "told", what=edition.theme_by_id[theme].title_in(language), figure=figure
        )


def _each(axes: "Axes", edition: Edition, groups: Sequence[Group], language: Language) -> None:
    colours = theme_colours(edition)
    for at, group in enumerate(groups):
        limits = edition.rules_of(group.theme).sizes(group.track)
        axes.barh(
            at, group.size, height=0.7, color=colours[group.theme], hatch=_HATCH[group.track],
            edgecolor="white",
        )  # fmt: skip
        axes.plot([limits.size_min, limits.size_max], [at, at], color=INK, linewidth=1, marker="|")
        far = max(group.size, limits.size_max)
        axes.annotate(str(group.size), (far, at), (6, 0), textcoords="offset points", va="center")
    axes.set_yticks(range(len(groups)), [one.group_id[:_LONGEST_ID] for one in groups])
    axes.set_ylim(len(groups) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(left=0)
    axes.set_xlabel(words(language, "members"))
    axes.grid(axis="x", color=GRID)


def _counted(axes: "Axes", edition: Edition, groups: Sequence[Group], language: Language) -> None:
    colours = theme_colours(edition)
    sizes = range(min(one.size for one in groups), max(one.size for one in groups) + 1)
    below = [0] * len(sizes)
    for theme, track in dict.fromkeys((one.theme, one.track) for one in groups):
        counts = Counter(one.size for one in groups if (one.theme, one.track) == (theme, track))
        heights = [counts[size] for size in sizes]
        axes.bar(
            sizes, heights, bottom=below, width=0.9, color=colours[theme], hatch=_HATCH[track],
            edgecolor="white",
        )  # fmt: skip
        below = [one + other for one, other in zip(below, heights, strict=True)]
    axes.set_xlabel(words(language, "members-of-a-group"))
    axes.set_ylabel(words(language, "groups"))
    axes.grid(axis="y", color=GRID)


def _legend(
    plot: Plot,
    axes: "Axes",
    edition: Edition,
    groups: Sequence[Group],
    language: Language,
    *,
    limits: bool,
) -> None:
    colours = theme_colours(edition)
    marks: list[tuple[Artist, str]] = [
        (Patch(color=colours[theme]), edition.theme_by_id[theme].title_in(language))
        for theme in dict.fromkeys(one.theme for one in groups)
    ]
    if any(one.track is Track.VIDEO for one in groups):
        hatched = Patch(facecolor=SOFT, hatch=_HATCH[Track.VIDEO], edgecolor="white")
        marks.append((hatched, pattern(language, "track", "video")))
    if limits:
        (line,) = axes.plot([], [], color=INK, linewidth=1, marker="|")
        marks.append((line, words(language, "allowed")))
    handles, labels = zip(*marks, strict=True)
    plot.legend(handles, labels, loc="outside lower left", ncols=2)
