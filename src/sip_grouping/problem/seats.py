"""Seats of a place: how many members the groups that meet there may have together.

Comes in: a `Problem`. Goes out: the places where there could be too many, with the pairs that take seats.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from sip_grouping.problem.arrays import Problem

Ints = NDArray[np.int64]


def pairs_sharing_seats(problem: Problem) -> Iterator[tuple[int, int, Ints]]:
    """Yield places, by their number, their seats and the pairs of all cells there, where seats could lack."""
    if all(place.seats is None for place in problem.places):
        return
    at = np.array([cell.place for cell in problem.cells], dtype=np.int64)[problem.pair_cell]
    most = problem.pair_max * problem.classes.size[problem.pair_class]
    for number, place in enumerate(problem.places):
        pairs = np.flatnonzero(at == number)
        if place.seats is not None and int(most[pairs].sum()) > place.seats:
            yield number, place.seats, pairs
