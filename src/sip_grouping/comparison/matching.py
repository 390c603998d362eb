"""Which group of one grouping is which of another: the pairs with the most members in common.

Comes in: two groupings, and the members that count. Goes out: group ids of the second by those of the
first. Only groups of one theme can be the same: who studies something else is in another group, as it
is where groups keep their ids (`sip_grouping.solve.identity`).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from sip_grouping.grouping import Grouping


def kept_groups(a: Grouping, b: Grouping, members: Collection[str]) -> Mapping[str, str]:
    """Return the groups of `a` that are kept in `b`, so that as few members as possible moved.

    A matching of maximum weight, the weight being the members in common. Among those of equal weight as
    many groups as possible keep their id, then as many as possible their track and place. Groups with no
    member in common are never paired.

    Returns
    -------
    Mapping
        Group id in `b` by group id in `a`, in the order of the groups of `a`.
    """
    shared = _shared(a, b, members)
    if not shared:
        return {}
    rows = {one: at for at, one in enumerate(dict.fromkeys(first for first, _ in shared))}
    columns = {one: at for at, one in enumerate(dict.fromkeys(second for _, second in shared))}
    step = min(len(rows), len(columns)) + 1  # a sum over all pairs stays below it
    weights = [
        (count * step + (first == second)) * step + _alike(a, b, first, second)
        for (first, second), count in shared.items()
    ]
    # A minimum over matchings in which every row has a column: a row that is paired with none takes a
    # column of its own, which costs as much as a pair of weight 0.
    zero = max(weights) + 1
    own = np.arange(len(rows))
    at_row = np.concatenate([[rows[first] for first, _ in shared], own])
    at_column = np.concatenate([[columns[second] for _, second in shared], own + len(columns)])
    costs = np.concatenate([[zero - one for one in weights], np.full(len(rows), zero)])
    shape = (len(rows), len(columns) + len(rows))
    graph = csr_array((costs.astype(float), (at_row, at_column)), shape=shape)
    matched = min_weight_full_bipartite_matching(graph)
    ids_a, ids_b = list(rows), list(columns)
    found = {
        ids_a[row]: ids_b[column]
        for row, column in zip(*matched, strict=True)
        if column < len(columns)
    }
    return {one.group_id: found[one.group_id] for one in a.group_records if one.group_id in found}


def _shared(a: Grouping, b: Grouping, members: Collection[str]) -> Counter[tuple[str, str]]:
    """Return how many members two groups of one theme have in common, where they have any."""
    groups_b: dict[str, list[str]] = defaultdict(list)
    for one in b.placements:
        groups_b[one.member_id].append(one.group_id)
    return Counter(
        (one.group_id, other)
        for one in a.placements
        if one.member_id in members
        for other in groups_b.get(one.member_id, ())
        if _themes_alike(a, b, one.group_id, other)
    )


def _themes_alike(a: Grouping, b: Grouping, first: str, second: str) -> bool:
    one, other = a.group_by_id.get(first), b.group_by_id.get(second)
    return one is not None and other is not None and one.theme == other.theme


def _alike(a: Grouping, b: Grouping, first: str, second: str) -> bool:
    one, other = a.group_by_id[first], b.group_by_id[second]
    return (one.track, one.place) == (other.track, other.place)
