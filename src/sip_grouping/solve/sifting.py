"""What of a linear model may be left out of an LP until it matters: pairs, their links and their riders.

Comes in: where a model has them. Goes out: `Sifting`, for `lp`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sip_grouping.solve.formulation import Formulation
from sip_grouping.solve.linear import LinearArrays

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NO_RIDER = -1

TOLERANCE = 1e-6
"""What values break a row by, or a pair gains, is above this, or nothing comes into the LP for it."""


@dataclass(frozen=True)
class Sifting:
    """Where a model has groups and pairs: members of a class in a cell.

    Attributes
    ----------
    groups
        Shape (cells,): columns of the groups of each cell.
    placed, cell, owner
        Shape (pairs,): the column of a pair, its cell, and whose it is: the pairs of the same owner compete.
    links, coefficient
        The rows placed <= coefficient * groups, one for each pair in their order, and their coefficients.
    rider, rider_rows
        Shape (pairs,) and (riders,): a column that a pair may have with it, or none, and in the order of the
        pairs the rows rider <= placed.
    wanted
        Shape (pairs,): whether the model has no solution without it, perhaps.
    """

    groups: Ints
    placed: Ints
    cell: Ints
    owner: Ints
    links: range
    coefficient: Ints
    rider: Ints
    rider_rows: Ints
    wanted: Bools


def sifting_of(f: Formulation, arrays: LinearArrays) -> Sifting:
    """Return what of a formulation may be left out of its LP."""
    rows = arrays.matrix
    wanted = np.zeros(len(f.placed), dtype=bool)
    for requirement in f.requirements:
        wanted |= np.isin(f.placed, rows[requirement.row].indices)
    return Sifting(
        groups=f.groups,
        placed=f.placed,
        cell=f.problem.pair_cell,
        owner=f.problem.pair_class,
        links=f.links,
        coefficient=f.link_coefficient,
        rider=np.full(len(f.placed), NO_RIDER, dtype=np.int64),
        rider_rows=np.zeros(0, dtype=np.int64),
        wanted=wanted,
    )


def rank_in_run(keys: Ints) -> Ints:
    """Return the place of each element in its run of equal keys, from 0."""
    begins = np.ones(len(keys), dtype=bool)
    begins[1:] = keys[1:] != keys[:-1]
    place = np.arange(len(keys))
    return place - np.maximum.accumulate(np.where(begins, place, 0))
