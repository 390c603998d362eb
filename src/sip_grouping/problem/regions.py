"""Regions: places near each other, which are for much the same members.

Comes in: a `Problem`. Goes out: the region of each cell. Whether a group meets in a town or in the next one
is worth little; that there is one group more in the region, or one fewer, decides far more.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components

from sip_grouping.problem.arrays import Problem

Ints = NDArray[np.int64]

SHARED = 0.3
"""Two places of which the smaller one's members are in reach of the other to at least this part."""


def regions(problem: Problem) -> Ints:
    """Return the region of each cell, shape (cells,); the cells of video are one region.

    Places that share members are in one region, and so are those that share members with one of them.
    """
    place = np.array([cell.place for cell in problem.cells], dtype=np.int64)
    places, number = np.unique(place, return_inverse=True)
    shape = (len(problem.classes.count), len(places))
    pairs = np.unique(np.stack([problem.pair_class, number[problem.pair_cell]]), axis=1)
    ones = np.ones(pairs.shape[1], dtype=np.int64)
    inside = csr_matrix((ones, (pairs[0], pairs[1])), shape=shape)
    shared = (inside.T @ inside).tocoo()
    members = np.asarray(inside.sum(axis=0)).ravel()
    local = places >= 0
    near = shared.data >= SHARED * np.minimum(members[shared.row], members[shared.col])
    near &= local[shared.row] & local[shared.col]
    graph = coo_matrix(
        (np.ones(int(near.sum()), dtype=np.int64), (shared.row[near], shared.col[near])),
        shape=(len(places), len(places)),
    )
    _, label = connected_components(graph, directed=False)
    found: Ints = label.astype(np.int64)[number]
    return found
