"""Cells that have much in common: how many groups they have together decides more than each does.

Comes in: a `Formulation`. Goes out: sets of the columns of groups, whose sums `branch` branches on too.
"""

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from sip_grouping.problem import Problem
from sip_grouping.problem.regions import regions
from sip_grouping.solve.formulation import Formulation

Ints = NDArray[np.int64]


def sums(f: Formulation) -> list[Ints]:
    """Return sets of the columns of groups whose sums are branched on: cells that have much in common."""
    return [f.groups[cells] for cells in _alike(f.problem)]


def _alike(problem: Problem) -> list[Ints]:
    """Return sets of cells that have theme, track, language, place, region or slot in common, or several."""
    sets: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for number, (cell, region) in enumerate(
        zip(problem.cells, regions(problem).tolist(), strict=True)
    ):
        sets["all",].append(number)
        sets["track", cell.track].append(number)
        sets["theme", cell.theme].append(number)
        sets["theme, track", cell.theme, cell.track].append(number)
        sets["slot", cell.slot].append(number)
        sets["place", cell.place].append(number)
        sets["theme, place", cell.theme, cell.place].append(number)
        sets["kind", cell.theme, cell.place, cell.language, cell.slot].append(number)
        sets["language", cell.language].append(number)
        sets["language, track", cell.language, cell.track].append(number)
        sets["language, theme, track", cell.language, cell.theme, cell.track].append(number)
        sets["theme, slot", cell.theme, cell.slot].append(number)
        sets["region", region].append(number)
        sets["region, theme", region, cell.theme].append(number)
        sets["region, slot", region, cell.slot].append(number)
        sets["region, language", region, cell.language].append(number)
        sets["region, theme, language", region, cell.theme, cell.language].append(number)
        sets["region, language, slot", region, cell.language, cell.slot].append(number)
        sets["near", region, cell.theme, cell.language, cell.slot].append(number)
    different = {tuple(cells) for cells in sets.values() if len(cells) > 1}
    return [np.array(cells, dtype=np.int64) for cells in sorted(different)]
