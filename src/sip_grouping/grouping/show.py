"""A grouping in a few lines: as text, and as HTML in a notebook.

Comes in: a grouping. Goes out: its verdict, key figures, and a row per theme and track. No ids of members.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from sip_grouping.cards import CardTable, card_html
from sip_grouping.catalogue import Language, counted, number, pattern, said
from sip_grouping.edition.records import Track
from sip_grouping.grouping.stages import ObjectiveName

if TYPE_CHECKING:
    from sip_grouping.grouping.grouping import Grouping


def grouping_html(grouping: "Grouping", language: Language, more: Iterable[str] = ()) -> str:
    """Return verdict and figures of a grouping, further lines, and a row per theme and track."""
    rows = [
        (theme, pattern(language, "track", track), len(sizes), sum(sizes), min(sizes), max(sizes))
        for (theme, track), sizes in _sizes_by_kind(grouping).items()
    ]
    header = (
        pattern(language, "card", "theme"),
        pattern(language, "card", "track"),
        pattern(language, "compare.measure", "groups"),
        *(pattern(language, "card", one) for one in ("members", "smallest", "largest")),
    )
    return card_html(
        said(language, "card", "grouping", edition=grouping.edition_name),
        [verdict_text(grouping, language), *more],
        figures=_figures(grouping, language),
        tables=[CardTable(header, rows)],
        language=language,
    )


def verdict_text(grouping: "Grouping", language: Language) -> str:
    """Return what is proven of a grouping, in a sentence; of several objectives, in their order."""
    proven = grouping.status.value == "optimal"
    if grouping.stages:
        # A grouping that reaches less of the first objective may well have a higher score.
        told = ", ".join(
            f"{at}. {objective_text(one.name, language)}"
            + ("" if proven else f": {_share_text(one.gap, language)}")
            for at, one in enumerate(grouping.stages, start=1)
        )
        part = "optimal-in-order" if proven else "within-in-order"
        return said(language, "summary", part, objectives=told)
    if proven:
        return pattern(language, "summary", "optimal")
    if grouping.gap is None:
        return pattern(language, "summary", "distance-unknown")
    return said(language, "summary", "within", share=_share(grouping.gap, language))


def objective_text(name: ObjectiveName, language: Language) -> str:
    """Return what an objective makes as large as possible, in a few words."""
    if name.within is None or name is ObjectiveName.FIRST_CHOICES:
        return pattern(language, "report", f"objective-{name.value}")
    return said(language, "report", "objective-within", ranks=name.within)


def _share_text(gap: float | None, language: Language) -> str:
    return (
        pattern(language, "report", "not-known")
        if gap is None
        else f"{_share(gap, language)}\u00a0%"
    )


def _share(gap: float, language: Language) -> str:
    # Rounded up: what is claimed must hold.
    return number(language, math.ceil(gap * 100_000) / 1000, 3, grouped=False)


def _figures(grouping: "Grouping", language: Language) -> Iterator[tuple[str, object]]:
    placements = grouping.placements
    measure = partial(pattern, language, "compare.measure")
    none = pattern(language, "card", "none")
    yield measure("score"), number(language, grouping.score, 3)
    bound = none if grouping.bound is None else number(language, grouping.bound, 3)
    yield pattern(language, "card", "bound"), bound
    yield measure("groups"), len(grouping.group_records)
    yield measure("placed"), len({one.member_id for one in placements})
    yield pattern(language, "card", "not-placed"), len(grouping.left_out)
    if placements:
        first = sum(one.rank == 1 for one in placements)
        yield measure("first_choices"), f"{number(language, 100 * first / len(placements))}\u00a0%"
    travel = [one.travel_m or 0 for one in placements if one.track is Track.LOCAL]
    if travel:
        mean = sum(travel) / len(travel) / 1000
        yield measure("mean_travel_km"), number(language, mean, 1)


def grouping_text(grouping: "Grouping", language: Language) -> str:
    """Return verdict, counts, ranks obtained, and a line per theme and track."""
    members = len({one.member_id for one in grouping.placements})
    lines = [
        said(
            language,
            "verdict",
            "headline",
            edition=grouping.edition_name,
            status=pattern(language, "status", grouping.status.value),
            score=_points(language, grouping.score),
            bound="" if grouping.bound is None else f", {bound_text(language, grouping.bound)}",
            gap=_gap(language, grouping.gap),
        ),
        said(
            language,
            "verdict",
            "counts",
            members=members,
            groups=len(grouping.group_records),
            left=len(grouping.left_out),
        ),
    ]
    ranks = [
        said(language, "verdict", "choice", rank=rank, count=count)
        for rank, count in sorted(Counter(one.rank for one in grouping.placements).items())
    ]
    if ranks:
        lines.append(said(language, "summary", "ranks", ranks=", ".join(ranks)))
    lines += [
        "  "
        + said(
            language,
            "verdict",
            "kind",
            theme=theme,
            track=pattern(language, "track", track),
            groups=counted(language, "group", len(sizes), grouped=False),
            smallest=min(sizes),
            largest=max(sizes),
        )
        for (theme, track), sizes in _sizes_by_kind(grouping).items()
    ]
    return "\n".join(lines)


def bound_text(language: Language, bound: float | None) -> str:
    """Return the bound in words, also where there is none."""
    if bound is None:
        return pattern(language, "verdict", "no-bound")
    return said(language, "verdict", "a-bound", bound=_points(language, bound))


def _gap(language: Language, gap: float | None) -> str:
    if gap is None:
        return pattern(language, "verdict", "no-bound")
    return said(language, "verdict", "gap", gap=number(language, gap * 100, 4, grouped=False))


def _points(language: Language, points: float) -> str:
    return number(language, points, 3, grouped=False)


def _sizes_by_kind(grouping: "Grouping") -> Mapping[tuple[str, str], list[int]]:
    """Return the sizes of the groups by theme and track, sorted by these."""
    sizes: dict[tuple[str, str], list[int]] = defaultdict(list)
    for group in grouping.group_records:
        sizes[group.theme, group.track.value].append(group.size)
    return dict(sorted(sizes.items()))
