"""Places in use: what it costs that groups meet somewhere at all, once for all of them.

Comes in: a `Problem`, objectives, a model under construction. Goes out: a column for each place whose use
makes a difference, and the rows that make it 1 where somebody is placed there.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sip_grouping.objective import Objective
from sip_grouping.problem import VIDEO, Problem
from sip_grouping.solve.linear import LinearModel

Ints = NDArray[np.int64]


def add_used_places(
    problem: Problem, model: LinearModel, placed: Ints, objectives: Sequence[Objective]
) -> Ints:
    """Add a column z for each place whose use makes a difference; return them, shape (places,), else -1.

    Sum of x[p, c] over the cells c of a place <= count[p] * z, class by class; where a member may be in
    several groups, theme by theme as well. No group is without members, so that nothing else has to be said
    of g[c]; and class by class the LP pays for a whole place sooner than group by group.

    Parameters
    ----------
    placed
        Shape (pairs,): columns of x.
    objectives
        The one that is maximised, and those that are kept. They lose by the use of places, if anything.
    """
    used = np.full(len(problem.places), -1, dtype=np.int64)
    counted = [one.place for one in objectives if one.place is not None]
    if not counted:
        return used
    at = np.array([cell.place for cell in problem.cells], dtype=np.int64)
    matters = np.logical_or.reduce([one != 0 for one in counted])
    matters &= np.isin(np.arange(len(used)), at)
    chosen = np.flatnonzero(matters)
    worth = objectives[0].place
    worth = np.zeros(len(used), dtype=np.int64) if worth is None else worth
    used[chosen] = model.add_columns(len(chosen), upper=1, objective=worth[chosen])
    of_pair = at[problem.pair_cell]
    pairs = np.flatnonzero((of_pair != VIDEO) & matters[of_pair])
    keys = [problem.pair_class[pairs], of_pair[pairs]]
    if problem.edition.most_groups_per_member > 1:
        themes = {theme.id: number for number, theme in enumerate(problem.edition.themes)}
        of_cell = np.array([themes[cell.theme] for cell in problem.cells], dtype=np.int64)
        keys.append(of_cell[problem.pair_cell[pairs]])
    links, row = np.unique(np.stack(keys), axis=1, return_inverse=True)
    count = links.shape[1]
    in_use = (np.arange(count), used[links[1]], -problem.classes.count[links[0]])
    model.add_rows(None, count, (row.ravel(), placed[pairs], 1), in_use, upper=0)
    return used


def fill_used_places(values: Ints, used: Ints, problem: Problem, groups: Ints) -> None:
    """Fill in z, in place, from the groups that are open."""
    values[used[used >= 0]] = 0
    there = {
        cell.place for cell, column in zip(problem.cells, groups, strict=True) if values[column]
    }
    columns = used[sorted(there - {VIDEO})]
    values[columns[columns >= 0]] = 1
