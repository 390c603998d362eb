"""A grouping in a notebook.

Comes in: a grouping. Goes out: HTML with its verdict, and a row per theme and track. No ids of members.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

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
    sizes: dict[tuple[str, str], list[int]] = defaultdict(list)
    for group in grouping.group_records:
        sizes[group.theme, group.track.value].append(group.size)
    rows = [
        (theme, track, len(found), sum(found), min(found), max(found))
        for (theme, track), found in sorted(sizes.items())
    ]
    header = ("theme", "track", "groups", "seats taken", "smallest", "largest")
    return table_html(f"Grouping of {grouping.edition_name}", lines, header, rows)
