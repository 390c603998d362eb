"""Who meets again: how many pairs that shared a group of the edition before share one, as rows and columns.

Comes in: a `Formulation` whose problem knows the groups of before, objectives. Goes out: `MeetAgain`, the
variables of one cell and one group of before.

With n members of a group of before in a group, C(n, 2) = n (n - 1) / 2 pairs meet again. Variables:

* `shared` v: pairs that share a group of the cell again. How many they are is decided when the cell is split,
  or group by group (`slots`); the totals n and g of the cell say between which limits.
* `steps` y[j], where more pairs are better: there are at least j such members in the cell; the j-th brings
  j - 1 pairs as long as groups are filled one after the other.

Where fewer pairs are better, v >= t n - C(t + 1, 2) g for t = 1, 2, ...: a group of m brings at least
t m - C(t + 1, 2) pairs, which is C(m, 2) where m is t or t + 1; together the pairs of groups filled evenly.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sip_grouping.objective import Objective
from sip_grouping.problem import Problem
from sip_grouping.solve.linear import LinearModel

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class MeetAgain:
    """Variables of one cell and one group of before.

    Attributes
    ----------
    group
        Number of the group of before in `Company`.
    pairs, members
        Shape (pairs of the cell that bring some,): which, and members of the group of before per copy.
    shared
        Column of v.
    steps, brings
        Shape (steps,): columns of y, and pairs that the j-th member brings at most; none where more pairs are
        no better.
    worth
        What a pair adds to the objective.
    gains, loses
        Whether more pairs are better, or worse, for some objective: this one, or one that is kept.
    exact
        Whether the pairs follow from who is in the cell, which has one group.
    """

    cell: int
    group: int
    pairs: Ints
    members: Ints
    shared: int
    steps: Ints
    brings: Ints
    worth: int
    gains: bool
    loses: bool
    exact: bool

    def overstated(self, stated: int, true: int) -> bool:
        """Return whether a number of pairs promises more than the true one."""
        return (self.gains and stated > true) or (self.loses and stated < true)

    def fill(self, values: Ints, placed: Ints, groups: Ints) -> None:
        """Fill in y and v, in place, from who is placed and how many groups are open; v as good as can be."""
        count = int(self.members @ values[placed[self.pairs]])
        if self.gains:
            values[self.steps] = np.arange(len(self.steps)) < count
            values[self.shared] = self.brings[:count].sum()
        else:
            opened = max(int(values[groups[self.cell]]), 1)
            values[self.shared] = (np.arange(count) // opened).sum()


def who_meet_again(
    problem: Problem,
    model: LinearModel,
    placed: Ints,
    groups: Ints,
    objectives: Sequence[Objective],
) -> tuple[MeetAgain, ...]:
    """Add what is needed to count who meets again, wherever it makes a difference.

    Parameters
    ----------
    objectives
        The one that is maximised, and those that are kept.
    """
    if problem.company is None:
        return ()
    pair, group = _entries(problem)
    where = np.stack([problem.pair_cell[pair], group])
    kinds, kind = np.unique(where, axis=1, return_inverse=True)
    worth = np.stack([one.again(kinds[0], kinds[1]) for one in objectives])
    order = np.argsort(kind.ravel(), kind="stable")
    ends = np.searchsorted(kind.ravel()[order], np.arange(kinds.shape[1] + 1))
    found: list[MeetAgain] = []
    for number in np.flatnonzero(worth.any(axis=0)).tolist():
        pairs, members = np.unique(pair[order[ends[number] : ends[number + 1]]], return_counts=True)
        if int(members @ problem.pair_max[pairs]) > 1:
            cell, before = kinds[:, number].tolist()
            ways = bool((worth[:, number] > 0).any()), bool((worth[:, number] < 0).any())
            found.append(
                _counted(
                    problem, model, (placed, groups), (cell, before), (pairs, members), ways,
                    int(worth[0, number]),
                )
            )  # fmt: skip
    return tuple(found)


def pairs_in_a_group(
    model: LinearModel,
    columns: Ints,
    members: Ints,
    opened: int,
    most: int,
    ways: tuple[bool, bool],
    worth: int = 0,
) -> Ints:
    """Add the pairs that share one group, and return their column.

    Parameters
    ----------
    columns, members
        Shape (kinds of members,): columns of their copies in the group, and members per copy.
    opened, most
        Column that is 1 where the group is opened; the most members that can be in it.
    ways
        Whether more pairs are better, and worse.
    worth
        What a pair adds to the objective.
    """
    brings = np.arange(most)
    shared = model.add_columns(1, upper=int(brings.sum()), objective=worth)
    gains, loses = ways
    if gains:
        _at_most(model, shared, columns, members, brings)
    if loses:
        _at_least(model, shared, columns, members, opened, most)
    return shared


def _counted(
    problem: Problem,
    model: LinearModel,
    variables: tuple[Ints, Ints],
    kind: tuple[int, int],
    members_of: tuple[Ints, Ints],
    ways: tuple[bool, bool],
    worth: int,
) -> MeetAgain:
    placed, groups = variables
    pairs, members = members_of
    cell = problem.cells[kind[0]]
    possible = min(int(members @ problem.pair_max[pairs]), cell.size_max * cell.groups_max)
    brings = np.arange(possible) % cell.size_max
    shared = model.add_columns(1, upper=int(brings.sum()), objective=worth)
    gains, loses = ways
    steps = np.zeros(0, dtype=np.int64)
    if gains:
        steps = _at_most(model, shared, placed[pairs], members, brings)
    if loses:
        most = min(possible, cell.size_max)
        _at_least(model, shared, placed[pairs], members, int(groups[kind[0]]), most)
    return MeetAgain(
        *kind, pairs, members, int(shared[0]), steps, brings if gains else brings[:0], worth,
        gains, loses, exact=cell.groups_max == 1,
    )  # fmt: skip


def _at_most(model: LinearModel, shared: Ints, columns: Ints, members: Ints, brings: Ints) -> Ints:
    """Add v <= sum of brings[j] * y[j], with as many y as members, the first ones first; return the y."""
    count = len(brings)
    steps = model.add_columns(count, upper=1)
    model.add_rows(None, 1, (0, columns, members), (0, steps, -1), lower=0, upper=0)
    later = np.arange(count - 1)
    model.add_rows(None, count - 1, (later, steps[:-1], 1), (later, steps[1:], -1), lower=0)
    model.add_rows(None, 1, (0, shared, 1), (0, steps, -brings), upper=0)
    return steps


def _at_least(
    model: LinearModel, shared: Ints, columns: Ints, members: Ints, opened: int, most: int
) -> None:
    """Add v >= t n - C(t + 1, 2) g for each t below the most members of a group."""
    for t in range(1, most):
        fewer = (0, opened, t * (t + 1) // 2)
        model.add_rows(None, 1, (0, shared, 1), (0, columns, -t * members), fewer, lower=0)


def _entries(problem: Problem) -> tuple[Ints, Ints]:
    """Return pairs and numbers of groups of before: one entry for each such member of a copy."""
    company = problem.company
    assert company is not None  # noqa: S101 (the caller's case)
    by_class = np.argsort(problem.pair_class, kind="stable")
    sorted_class = problem.pair_class[by_class]
    begin = np.searchsorted(sorted_class, company.owner, side="left")
    count = np.searchsorted(sorted_class, company.owner, side="right") - begin
    first = np.repeat(begin - (np.cumsum(count) - count), count)
    return by_class[first + np.arange(len(first))], np.repeat(company.group, count)
