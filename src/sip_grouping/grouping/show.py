"""A grouping in a few lines: as text, and as HTML in a notebook.

Comes in: a grouping. Goes out: its verdict, and a row per theme and track. No ids of members.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from sip_grouping.catalogue import Language, counted, number, pattern, said
from sip_grouping.notebook import table_html

if TYPE_CHECKING:
    from sip_grouping.grouping.grouping import Grouping


def grouping_html(grouping: "Grouping", more: Iterable[str] = ()) -> str:
    """Return score, bound and counts of a grouping, further lines, and a row per theme and track."""
    bound = "no bound" if grouping.bound is None else f"bound {grouping.bound:,.3f}"
    gap = "" if grouping.gap is None else f", gap {grouping.gap:.3%}"
    placed = len({one.member_id for one in grouping.placements})
    lines = [
        f"{grouping.status.value}: score {grouping.score:,.3f}, {bound}{gap}",
        f"{len(grouping.group_records):,} groups, {placed:,} members placed,"
        f" {len(grouping.left_out):,} not placed",
        *more,
    ]
    rows = [
        (theme, track, len(sizes), sum(sizes), min(sizes), max(sizes))
        for (theme, track), sizes in _sizes_by_kind(grouping).items()
    ]
    header = ("theme", "track", "groups", "seats taken", "smallest", "largest")
    return table_html(f"Grouping of {grouping.edition_name}", lines, header, rows)


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
