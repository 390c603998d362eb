"""Earlier groups that go on: the rows of groups that are formed again.

Comes in: a `Formulation` whose problem knows what stands already. Goes out: rows, of no rule of a valid
grouping: without an earlier one there are none.
"""

from collections import defaultdict

from sip_grouping.problem.kept import KeptGroups
from sip_grouping.solve.formulation import Formulation


def keep_groups(f: Formulation) -> None:
    """Let an earlier group go on once at most, and only where enough of its members stay.

    Sum of g[c] <= 1 over its cells; for each, the stayers in it >= most of them * g[c].
    """
    problem = f.problem
    if problem.standing is None:
        return
    cells_of: dict[str, list[int]] = defaultdict(list)
    kept = KeptGroups(problem.standing, problem.classes)
    for number, cell in enumerate(problem.cells):
        if not cell.keeps:
            continue
        cells_of[cell.keeps].append(number)
        needed = kept.needed(problem, number)
        if needed is not None:
            weight, least = needed
            pairs = f.placed[slice(*problem.cell_start[number : number + 2].tolist())]
            f.model.add_rows(None, 1, (0, pairs, weight), (0, f.groups[number], -least), lower=0)
    for cells in cells_of.values():
        f.model.add_rows(None, 1, (0, f.groups[cells], 1), upper=1)
    for group_id in sorted(problem.standing.ended):
        # Nobody is told that a group ends, and then asked to meet the same people in a new one.
        weight, most = kept.stayers_in(problem, group_id)
        for number, cell in enumerate(problem.cells):
            there = slice(*problem.cell_start[number : number + 2].tolist())
            if not cell.keeps and weight[there].any():
                here = (0, f.placed[there], weight[there])
                f.model.add_rows(None, 1, here, (0, f.groups[number], -most), upper=0)
    for place in sorted(problem.standing.pinned):
        # Without somebody who stays there as accepted it is no place of groups.
        keepers = f.placed[kept.keepers(problem, place)]
        for number, cell in enumerate(problem.cells):
            if problem.place_id(cell) == place:
                opened = (0, f.groups[number], 1)
                f.model.add_rows(None, 1, opened, (0, keepers, -cell.groups_max), upper=0)
