"""Narrower cells: a cell of which some members may not share a group, taken apart.

Comes in: a `Problem`, and who of its cells has to be told apart. Goes out: a `Problem` with the same
groups, in which a cell has been replaced by several: around an *anchor*, a location of the cell, one
cell holds whoever may share a group with members of the anchor, another all but the anchor. Each group
of the cell is a group of one of the two. Taken apart so until those who count may all share a group, a
cell says with its totals alone what a group needs, and its linear relaxation is strong.

The anchor stands for the groups that have a member there, as a representative does in the asymmetric
representatives formulation (Campelo, Campos and Corrêa, On the asymmetric representatives formulation
for the vertex coloring problem, Discrete Appl. Math. 156, 2008).
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition.records import Rules, Track
from sip_grouping.problem.arrays import Cell, Problem, Ways
from sip_grouping.problem.classes import MemberClasses
from sip_grouping.problem.lacks import brought_by, most_groups, wanted_of_each
from sip_grouping.problem.locations import Locations

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


FAR_SHARE = 0.1
"""A cell is taken apart around those who are far from more than this part of the members there."""


def hopeful(
    classes: MemberClasses, ids: Ints, rules: Rules, track: Track, locations: Locations | None
) -> Bools:
    """Return which classes of a cell could be in a group there, as counting goes.

    Whoever may share a group with a class has to bring enough of everything a group needs; who cannot
    be in a group is nobody's company either.

    Returns
    -------
    Bools
        Shape (classes of the cell,).
    """
    wanted = wanted_of_each(classes, rules, track)[:, None]
    brought = brought_by(classes, ids)
    kept = np.ones(len(ids), dtype=bool)
    if locations is None:
        return kept if (brought.sum(axis=1) >= wanted[:, 0]).all() else ~kept
    # The last is NOWHERE, near to all.
    near = np.ones((locations.count + 1,) * 2, dtype=bool)
    near[:-1, :-1] = ~locations.far
    while True:
        # Location -1 is the last.
        there = np.stack(
            [
                np.bincount(locations.of_pair[kept] % len(near), row[kept], len(near))
                for row in brought
            ]
        )
        missing: Ints = wanted - there @ near
        enough = missing.max(axis=0) <= 0
        still: Bools = kept & enough[locations.of_pair]
        if still.sum() == kept.sum():
            return kept
        kept = still


@dataclass(frozen=True)
class Narrowed:
    """A problem with narrower cells.

    Attributes
    ----------
    origin
        Shape (cells,): the cell of which each is a part, or the whole.
    """

    problem: Problem
    origin: Ints


def narrowed(problem: Problem, placed: Mapping[int, Floats]) -> Narrowed | None:
    """Return the problem with some cells taken apart; None where there is nothing to take apart.

    Parameters
    ----------
    placed
        By cell, shape (pairs of the cell,): copies of each pair that a solution places there, whole or
        not. A cell is taken apart around those who live far from many others placed there; whoever is
        far from a few, or apart from them, is better told apart within the cell.
    """
    parts: dict[int, list[Bools]] = {}
    for number, copies in placed.items():
        found = _around_anchors(problem, number, copies)
        if found is not None:
            parts[number] = found
    if not parts:
        return None
    kept: list[tuple[int, Ints]] = []
    changed = {_kind(problem.cells[cell]) for cell in parts}
    of_kind: dict[object, list[tuple[int, Ints]]] = defaultdict(list)
    for number, cell in enumerate(problem.cells):
        pairs = np.arange(problem.cell_start[number], problem.cell_start[number + 1])
        here = [pairs[part] for part in parts.get(number, [np.ones(len(pairs), dtype=bool)])]
        if _kind(cell) in changed:
            of_kind[_kind(cell)] += [(number, part) for part in here]
        else:
            kept += [(number, part) for part in here]
    for cells in of_kind.values():
        kept += _not_within_another(problem, cells)
    kept.sort(key=lambda one: one[0])
    origin = np.array([number for number, _ in kept], dtype=np.int64)
    return Narrowed(parts_of(problem, kept), origin)


def _kind(cell: Cell) -> tuple[object, ...]:
    return cell.theme, cell.track, cell.place, cell.language, cell.slot, cell.keeps


def _around_anchors(problem: Problem, number: int, copies: Floats) -> list[Bools] | None:
    """Return the parts of a cell, masks of its pairs; None where nobody is far from many."""
    cell, locations = problem.cells[number], problem.locations[number]
    if locations is None:
        return None
    begin, end = problem.cell_start[number], problem.cell_start[number + 1]
    ids = problem.pair_class[begin:end]
    members = problem.classes.size[ids] * copies
    place = locations.of_pair
    rest = np.ones(len(ids), dtype=bool)
    parts: list[Bools] = []
    while True:
        here = rest & (place >= 0)
        there = np.bincount(place[here], members[here], minlength=locations.count)
        far = np.where(there > 0, locations.distant @ there, 0.0)
        # The anchor that is far from most makes the smallest cell.
        anchor = int(np.argmax(far))
        if far[anchor] <= FAR_SHARE * members[rest].sum():
            break
        around = rest & ~((place >= 0) & locations.far[anchor][place])
        parts.append(_hopeful_part(problem.classes, ids, cell, locations, around))
        rest = _hopeful_part(problem.classes, ids, cell, locations, rest & (place != anchor))
    if not parts:
        return None
    return [part for part in (*parts, rest) if part.any()]


def _hopeful_part(
    classes: MemberClasses, ids: Ints, cell: Cell, locations: Locations, part: Bools
) -> Bools:
    found = np.zeros(len(part), dtype=bool)
    found[part] = hopeful(classes, ids[part], cell.rules, cell.track, locations.of(part))
    return found


def _not_within_another(problem: Problem, cells: list[tuple[int, Ints]]) -> list[tuple[int, Ints]]:
    """Return the cells of one kind without those whose members are all in a larger one."""
    kept: list[tuple[tuple[int, Ints], frozenset[int]]] = []
    for number, pairs in sorted(cells, key=lambda one: -len(one[1])):
        members = frozenset(problem.pair_class[pairs].tolist())
        if not any(members <= others for _, others in kept):
            kept.append(((number, pairs), members))
    return [one for one, _ in kept]


def parts_of(problem: Problem, parts: list[tuple[int, Ints]]) -> Problem:
    """Return the problem whose cells are parts of cells: (cell, its pairs)."""
    classes = problem.classes
    cells: list[Cell] = []
    locations: list[Locations | None] = []
    for number, pairs in parts:
        cell, before = problem.cells[number], problem.locations[number]
        begin, end = problem.cell_start[number], problem.cell_start[number + 1]
        if len(pairs) < end - begin:
            ids = problem.pair_class[pairs]
            most = min(cell.groups_max, most_groups(classes, ids, cell.rules, cell.track))
            cell = replace(cell, groups_max=most)
            inside = np.zeros(end - begin, dtype=bool)
            inside[pairs - begin] = True
            before = None if before is None else before.of(inside)
        cells.append(cell)
        locations.append(before)
    old = np.concatenate([pairs for _, pairs in parts])
    sizes = [len(pairs) for _, pairs in parts]
    return replace(
        problem,
        cells=tuple(cells),
        locations=tuple(locations),
        pair_cell=np.repeat(np.arange(len(parts), dtype=np.int64), sizes),
        pair_class=problem.pair_class[old],
        pair_max=problem.pair_max[old],
        ways=_ways_of(problem.ways, old, len(problem.pair_cell)),
    )


def _ways_of(ways: Ways, old: Ints, pairs: int) -> Ways:
    """Return the ways of some pairs, given by their old numbers in the new order."""
    start = np.searchsorted(ways.pair, np.arange(pairs + 1))
    count = (start[1:] - start[:-1])[old]
    pair = np.repeat(np.arange(len(old), dtype=np.int64), count)
    within = np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count)
    rows = start[old][pair] + within
    return Ways(
        pair,
        ways.member[rows],
        ways.rank[rows],
        ways.metres[rows],
        ways.by_video[rows],
        ways.stays[rows],
    )
