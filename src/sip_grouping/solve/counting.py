"""Whether counting over all places shows that there is no grouping: the rows of a model, added up.

Comes in: a `Formulation`. Goes out: `LinearArrays` of far fewer rows and columns, of which every solution of
the model is one; and whether that has none, proven in integers.

Rows of one rule are added up over the cells of a theme and track, and over classes of members who could be
in the same of these; columns that are then alike become one. A sum of rows holds where each of them does, so
what the sums forbid the rows forbid (surrogate constraints; Glover, A multiphase-dual algorithm for the
zero-one integer programming problem, Oper. Res. 13, 1965). Where members have to be at a certain place the
sums say nothing of it: that is for the whole model.
"""

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_matrix, csr_matrix

from sip_grouping.objective import nothing
from sip_grouping.problem import Problem
from sip_grouping.solve.bound import proved_infeasible
from sip_grouping.solve.cpsat import limit_or_none
from sip_grouping.solve.formulate import formulate
from sip_grouping.solve.formulation import Formulation
from sip_grouping.solve.linear import NO_LIMIT, LinearArrays
from sip_grouping.solve.run import Run

Ints = NDArray[np.int64]

_NONE, _SEVERAL = -1, -2


def counted_out(f: Formulation, *, time_limit: float | None = None) -> bool:
    """Return whether sums over places prove that a model has no solution; False: they do not say."""
    return proved_infeasible(added_up(f), time_limit=time_limit)


def surely_none(problem: Problem, run: Run) -> bool:
    """Return whether counting, or the LP relaxation, proves that there is no grouping."""
    f = formulate(problem, nothing(problem))
    if run.stopped() or counted_out(f, time_limit=limit_or_none(run.seconds_left)):
        return not run.stopped()
    arrays, left = f.model.arrays(), limit_or_none(run.seconds_left)
    return not run.stopped() and proved_infeasible(arrays, time_limit=left)


def added_up(f: Formulation) -> LinearArrays:
    """Return the model with rows added up over places and alike members, and alike columns as one."""
    arrays = f.model.arrays()
    groups = _row_groups(f, arrays)
    count = int(groups.max(initial=-1)) + 1
    rows = len(groups)
    sums = csr_matrix((np.ones(rows, np.int64), (groups, np.arange(rows))), shape=(count, rows))
    matrix = csr_matrix(sums @ arrays.matrix)
    columns = _alike(csc_matrix(matrix))
    one_each = np.unique(columns, return_index=True)[1]
    fewer = len(one_each)
    lower, upper = np.zeros(fewer, dtype=np.int64), np.zeros(fewer, dtype=np.int64)
    np.add.at(lower, columns, arrays.lower)
    np.add.at(upper, columns, arrays.upper)
    return LinearArrays(
        matrix=csr_matrix(matrix[:, one_each]),
        lower=lower,
        upper=upper,
        objective=np.zeros(fewer, dtype=np.int64),
        row_lower=_summed(arrays.row_lower, groups, count),
        row_upper=_summed(arrays.row_upper, groups, count),
    )


def _row_groups(f: Formulation, arrays: LinearArrays) -> Ints:
    """Return for each row which rows it is added to, shape (rows,), numbered from 0."""
    problem = f.problem
    kind_of_cell = _numbered([(one.theme, one.track) for one in problem.cells])
    kind_of_class = _kinds_of_classes(problem, kind_of_cell)
    cell = np.full(arrays.columns, _SEVERAL, dtype=np.int64)
    owner = np.full(arrays.columns, _NONE, dtype=np.int64)
    cell[f.groups] = np.arange(len(problem.cells))
    cell[f.placed], owner[f.placed] = problem.pair_cell, problem.pair_class
    cells, owners = _common(arrays.matrix, cell), _common(arrays.matrix, owner)
    rule = np.zeros(arrays.matrix.shape[0], dtype=np.int64)
    for number, (_, begin, end) in enumerate(f.model.rule_rows):
        rule[begin:end] = number
    names = _numbered([str(name) for name, _, _ in f.model.rule_rows])
    open_sides = 2 * (arrays.row_lower <= -NO_LIMIT) + (arrays.row_upper >= NO_LIMIT)
    keys: list[Hashable] = []
    for row, (a, b, c, side) in enumerate(
        zip(rule.tolist(), cells.tolist(), owners.tolist(), open_sides.tolist(), strict=True)
    ):
        # A rule may say several things of a cell in turn: its rows in one call are of one kind.
        if a >= 0 and b >= 0:
            keys.append(("cell", names[a], side, int(kind_of_cell[b]), c >= 0))
        elif c >= 0:
            keys.append(("class", names[a], side, int(kind_of_class[c])))
        else:
            keys.append(("row", row))
    return _numbered(keys)


def _kinds_of_classes(problem: Problem, kind_of_cell: Ints) -> Ints:
    """Return a number for each class: those are alike who take as much, and could be in the same kinds."""
    classes = problem.classes
    kinds: list[set[int]] = [set() for _ in classes.count]
    for owner, cell in zip(problem.pair_class.tolist(), problem.pair_cell.tolist(), strict=True):
        kinds[owner].add(int(kind_of_cell[cell]))
    needs = np.stack([classes.size, *classes.needs, *classes.bound], axis=1).tolist()
    return _numbered(
        [(*map(int, one), frozenset(kind)) for one, kind in zip(needs, kinds, strict=True)]
    )


def _common(matrix: csr_matrix, value: Ints) -> Ints:
    """Return for each row the value that its columns have in common, `_SEVERAL` where they have none."""
    of = value[matrix.indices]
    start, filled = matrix.indptr[:-1], np.diff(matrix.indptr) > 0
    found = np.full(matrix.shape[0], _SEVERAL, dtype=np.int64)
    if filled.any():
        least = np.minimum.reduceat(of, start[filled])
        most = np.maximum.reduceat(of, start[filled])
        found[filled] = np.where(least == most, least, _SEVERAL)
    return found


def _alike(matrix: csc_matrix) -> Ints:
    """Return for each column which of the different ones it is, shape (columns,)."""
    matrix.sort_indices()
    start = matrix.indptr
    keys = [
        (matrix.indices[a:b].tobytes(), matrix.data[a:b].tobytes())
        for a, b in zip(start[:-1].tolist(), start[1:].tolist(), strict=True)
    ]
    return _numbered(keys)


def _numbered(keys: Sequence[Hashable]) -> Ints:
    """Return a number for each key, the same for the same, in the order in which they come first."""
    known: dict[object, int] = {}
    return np.array([known.setdefault(one, len(known)) for one in keys], dtype=np.int64)


def _summed(limits: Ints, groups: Ints, count: int) -> Ints:
    """Return the sums of row limits; open where one of them is."""
    open_ = np.abs(limits) >= NO_LIMIT
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, groups, np.where(open_, 0, limits))
    side = np.zeros(count, dtype=np.int64)
    np.add.at(side, groups, np.where(open_, np.sign(limits), 0))
    return np.where(side > 0, NO_LIMIT, np.where(side < 0, -NO_LIMIT, total))
