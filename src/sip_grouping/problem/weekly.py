"""Weekly slots that are taken: which groups stand in each other's way by the slot in which they meet.

Comes in: an `Edition`, or a `Problem`. Goes out: themes and places where slots have to be told apart,
cells that share the rooms of an office, and pairs of which a member can have one. Only groups of themes
with `shared_slot` count. A group of members who list no slot has none; it stands in nobody's way.
"""

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition import Edition
from sip_grouping.problem.arrays import Problem
from sip_grouping.problem.reach import VIDEO

Ints = NDArray[np.int64]


def themes_side_by_side(edition: Edition) -> frozenset[str]:
    """Return the themes that share slots of which a member may be in groups of more than one."""
    found = [
        theme.id
        for theme in edition.themes
        if edition.rules_of(theme.id).shared_slot
        and edition.rules_of(theme.id).groups_per_member > 1
    ]
    return frozenset(found if len(found) > 1 else ())


def cells_sharing_rooms(problem: Problem) -> Iterator[tuple[int, list[int]]]:
    """Yield the rooms of an office and its cells in one slot, where there could be too many groups."""
    found: dict[tuple[int, str], list[int]] = defaultdict(list)
    for number, cell in enumerate(problem.cells):
        if cell.rules.shared_slot and cell.slot and cell.place != VIDEO:
            found[cell.place, cell.slot].append(number)
    for (place, _), cells in found.items():
        rooms = problem.places[place].rooms
        if rooms is not None and sum(problem.cells[one].groups_max for one in cells) > rooms:
            yield rooms, cells


def pairs_sharing_a_slot(problem: Problem) -> tuple[Ints, Ints]:
    """Return rows and pairs: of the pairs of a row, a class and slot over several themes, one can be.

    Only where a member may be in several groups; then each class is a certain member, or block.
    """
    themes = themes_side_by_side(problem.edition)
    slot_of: dict[str, int] = {}
    theme_of: dict[str, int] = {}
    keys = np.array(
        [
            (
                slot_of.setdefault(cell.slot, len(slot_of)),
                theme_of.setdefault(cell.theme, len(theme_of)),
            )
            if cell.slot and cell.theme in themes
            else (-1, -1)
            for cell in problem.cells
        ],
        dtype=np.int64,
    ).reshape(-1, 2)[problem.pair_cell]
    pairs = np.flatnonzero(keys[:, 0] >= 0)
    slots, theme = keys[pairs, 0], keys[pairs, 1]
    row = problem.pair_class[pairs] * max(len(slot_of), 1) + slots
    of_theme = np.unique(np.stack([row, theme], axis=1), axis=0)[:, 0]
    rows, count = np.unique(of_theme, return_counts=True)
    several = rows[count > 1]
    inside = np.isin(row, several)
    return np.searchsorted(several, row[inside]).astype(np.int64), pairs[inside]
