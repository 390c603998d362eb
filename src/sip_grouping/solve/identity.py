"""Which group is which: ids that stay when groups are formed again.

Comes in: the groups of a new grouping, and an earlier grouping. Goes out: an id for each. A group keeps
the id of an earlier group of its theme while most of that group's members are in it; others get ids
that neither grouping has. Where groups that were proposed are formed again, members who asked for a
change do not count, and the model says which groups go on.
"""

from collections import Counter
from collections.abc import Sequence

from sip_grouping.grouping import safe_group_id
from sip_grouping.problem import Cell, Problem
from sip_grouping.solve.task import SplitGroup


def group_ids(problem: Problem, opened: Sequence[tuple[Cell, SplitGroup]]) -> list[str]:
    """Return the ids of groups, all different.

    A new id is theme, place (or `video`) and a number. Themes and places may hold hyphens, so that
    the same words can come from different groups: the number goes on until the id is free.
    """
    kept = _kept_ids(problem, opened)
    earlier = problem.earlier
    taken = set() if earlier is None else {group.group_id for group in earlier.group_records}
    ids: list[str] = []
    for number, (cell, _) in enumerate(opened):
        group_id = kept.get(number)
        if group_id is None:
            stem = safe_group_id(f"{cell.theme}-{problem.place_id(cell) or 'video'}")
            count = 1
            while f"{stem}-{count}" in taken:
                count += 1
            group_id = f"{stem}-{count}"
        taken.add(group_id)
        ids.append(group_id)
    return ids


def _kept_ids(problem: Problem, opened: Sequence[tuple[Cell, SplitGroup]]) -> dict[int, str]:
    """Return the earlier ids that groups keep, by their number: most members in common first."""
    earlier = problem.earlier
    if earlier is None:
        return {}
    members = problem.edition.members
    kept = {number: cell.keeps for number, (cell, _) in enumerate(opened) if cell.keeps}
    standing = problem.standing
    given = {*kept.values(), *(() if standing is None else standing.ended)}
    rows = earlier.placements if standing is None else tuple(standing.stayers.values())
    before: dict[str, list[str]] = {}
    for one in rows:
        before.setdefault(one.member_id, []).append(one.group_id)
    size = Counter(one.group_id for one in rows)
    candidates: list[tuple[int, int, str]] = []
    for number, (cell, split) in enumerate(opened):
        common = Counter(
            group_id for m in split.members for group_id in before.get(members[m].member_id, ())
        )
        for group_id, count in common.items():
            group = earlier.group_by_id.get(group_id)
            if group is not None and group.theme == cell.theme and 2 * count > size[group_id]:
                candidates.append((-count, number, group_id))
    for _, number, group_id in sorted(candidates):
        if number not in kept and group_id not in given:
            kept[number] = group_id
            given.add(group_id)
    return kept
