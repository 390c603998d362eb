"""A grouping in a few lines: as text, and as HTML in a notebook.

Comes in: a grouping. Goes out: its verdict, key figures, and a row per theme and track. No ids of members.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from sip_grouping.cards import CardTable, card_html
from sip_grouping.catalogue import Language, counted, number, pattern, said
from sip_grouping.edition.records import Track

if TYPE_CHECKING:
    from sip_grouping.grouping.grouping import Grouping


def grouping_html(grouping: "Grouping", more: Iterable[str] = ()) -> str:
    """Return verdict and figures of a grouping, further lines, and a row per theme and track."""
    rows = [
        (theme, track, len(sizes), sum(sizes), min(sizes), max(sizes))
        for (theme, track), sizes in _sizes_by_kind(grouping).items()
    ]
    header = ("theme", "track", "groups", "members", "smallest", "largest")
    return card_html(
        f"Grouping of {grouping.edition_name}",
        [_verdict(grouping), *more],
        figures=_figures(grouping),
        tables=[CardTable(header, rows)],
    )


def _verdict(grouping: "Grouping") -> str:
    if grouping.status.value == "optimal":
        return "optimal: proven, no valid grouping has a higher score"
    if grouping.gap is None:
        return f"{grouping.status.value}: how far it is from the best is not known"
    # Rounded up: what is claimed must hold.
    up = math.ceil(grouping.gap * 100_000) / 100_000
    return f"{grouping.status.value}: proven to be within {up:.3%} of the best score"


def _figures(grouping: "Grouping") -> Iterator[tuple[str, object]]:
    placements = grouping.placements
    yield "score", f"{grouping.score:,.3f}"
    yield "bound", "none" if grouping.bound is None else f"{grouping.bound:,.3f}"
    yield "groups", len(grouping.group_records)
    yield "members placed", len({one.member_id for one in placements})
    yield "not placed", len(grouping.left_out)
    if placements:
        first = sum(one.rank == 1 for one in placements)
        yield "first choices", f"{first / len(placements):.0%}"
    travel = [one.travel_m or 0 for one in placements if one.track is Track.LOCAL]
    if travel:
        yield "mean travel", f"{sum(travel) / len(travel) / 1000:.1f} km"


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
