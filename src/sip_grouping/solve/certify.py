"""The LP bound of an edition's score as a certificate that others can check.

Comes in: an `Edition`, a valid grouping of it, a `Run`. Goes out: a `Certificate`: the linear model with
the rows that have a price, the prices, and the grouping as a solution of it. The model is the one that the
engine bounds first (`narrowing`); what CP-SAT and branch and bound prove beyond it is not in it.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition import Edition
from sip_grouping.edition.previous import groups_before
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.certificate import (
    Certificate,
    CertificateCell,
    CertificateColumn,
    CertificateRow,
)
from sip_grouping.objective import score
from sip_grouping.problem import build_problem
from sip_grouping.solve.bound import LpRelaxation
from sip_grouping.solve.formulation import Formulation
from sip_grouping.solve.hint import cells_of_groups, hint_values
from sip_grouping.solve.linear import NO_LIMIT, LinearArrays
from sip_grouping.solve.narrowing import bounded
from sip_grouping.solve.run import Run

Ints = NDArray[np.int64]

_Key = tuple[str, tuple[int, ...]]


def certify(
    edition: Edition, grouping: Grouping, run: Run, *, whole: bool = False
) -> Certificate | None:
    """Return a certificate of the LP bound; None where the LP is stopped, or its sums are beyond 64 bits.

    Parameters
    ----------
    edition
        With the pins of the grouping's call.
    grouping
        One that the verifier has accepted.
    whole
        With the rows that have no price as well: the whole model, for other solvers.

    Raises
    ------
    ValueError
        The grouping is no solution of the model, or has another score in it: a defect.
    """
    problem = build_problem(edition)
    model = bounded(problem, score(problem), run)
    if model is None or model.relaxed is None:
        return None
    f, found = model.f, model.relaxed.relaxation
    arrays = f.model.arrays()
    values = _values(f, grouping)
    if not arrays.admits(values) or int(arrays.objective @ values) != grouping.score_thousandths:
        raise ValueError("the grouping is no solution of the model that bounds it")
    return _certificate(edition, grouping, f, arrays, found, values, whole=whole)


def _values(f: Formulation, grouping: Grouping) -> Ints:
    """Return the groups as a solution, in which as many meet again as do: not as many as could."""
    values, problem = hint_values(f, grouping), f.problem
    if not f.again or problem.company is None:
        return values
    index = {member.member_id: at for at, member in enumerate(problem.edition.members)}
    met: Counter[tuple[int, int]] = Counter()
    for group_id, cell in cells_of_groups(problem, grouping).items():
        rows = grouping.placements_by_group[group_id]
        of_before = (problem.company.groups_of.get(index[row.member_id], ()) for row in rows)
        for before, many in Counter(chain.from_iterable(of_before)).items():
            met[cell, before] += many * (many - 1) // 2
    for one in f.again:
        values[one.shared] = met[one.cell, one.group]
    return values


def _certificate(
    edition: Edition,
    grouping: Grouping,
    f: Formulation,
    arrays: LinearArrays,
    found: LpRelaxation,
    values: Ints,
    *,
    whole: bool,
) -> Certificate:
    problem = f.problem
    sides = _sides(arrays, found.multipliers, whole=whole)
    used = np.zeros(arrays.columns, dtype=bool)
    used[f.groups] = used[f.placed] = True
    used |= arrays.objective != 0
    used[arrays.matrix[sorted({row for row, _ in sides})].indices] = True
    kept = np.flatnonzero(used)
    number = np.cumsum(used) - 1
    keys = _keys(f)
    ids = [member.member_id for member in edition.members]
    return Certificate(
        edition=edition.digest,
        parts=edition.digests,
        denominator=found.scale,
        bound=found.bound,
        score=grouping.score_thousandths,
        classes=tuple(
            tuple(tuple(ids[i] for i in copy) for copy in copies)
            for copies in problem.classes.copies
        ),
        before=_groups_before(edition) if f.again else (),
        cells=tuple(
            CertificateCell(
                one.theme, one.track.value, problem.place_id(one), one.language, one.slot
            )
            for one in problem.cells
        ),
        columns=tuple(
            CertificateColumn(keys[column][0], objective, upper, value, keys[column][1])  # type: ignore[arg-type]
            for column, objective, upper, value in zip(
                kept.tolist(),
                arrays.objective[kept].tolist(),
                arrays.upper[kept].tolist(),
                values[kept].tolist(),
                strict=True,
            )
        ),
        rows=tuple(_rows(f, arrays, found.multipliers, sides, number)),
    )


def _groups_before(edition: Edition) -> tuple[tuple[str, str], ...]:
    """Return the groups of the edition before, in the order of their numbers in `Company`."""
    before = groups_before(edition)
    return tuple((group, before.theme[group]) for group in before.members)


def _keys(f: Formulation) -> list[_Key]:
    """Return for each column its kind, and what it is of."""
    problem = f.problem
    keys: list[_Key] = [("", ())] * f.model.columns
    pairs = list(zip(problem.pair_class.tolist(), problem.pair_cell.tolist(), strict=True))
    inside: dict[int, list[int]] = {}
    for pair, column in enumerate(f.present.tolist()):
        if column >= 0:
            inside.setdefault(column, []).append(pair)
    for column, found in inside.items():
        # A location of one copy is its own `placed`, which is named below.
        keys[column] = "present", (pairs[found[0]][1], *(pairs[pair][0] for pair in found))
    for cell, column in enumerate(f.groups.tolist()):
        keys[column] = "groups", (cell,)
    for pair, column in enumerate(f.placed.tolist()):
        keys[column] = "placed", pairs[pair]
    at = [cell.place for cell in problem.cells]
    for place in np.flatnonzero(f.used >= 0).tolist():
        keys[int(f.used[place])] = "used", (at.index(place),)
    for one in f.again:
        keys[one.shared] = "again", (one.cell, one.group)
        for number, column in enumerate(one.steps.tolist(), start=1):
            keys[column] = "steps", (one.cell, one.group, number)
    if f.holders is not None:
        held = f.holders
        for member, pair, role, column in zip(
            held.member.tolist(), held.pair.tolist(), held.role.tolist(), held.column.tolist(),
            strict=True,
        ):  # fmt: skip
            copy = problem.classes.copies[pairs[pair][0]][0]
            keys[column] = "holds", (*pairs[pair], role, copy.index(member))
    for seats in f.plain:
        for column, pair in zip(seats.column.tolist(), seats.pair.tolist(), strict=True):
            copy = problem.classes.copies[pairs[pair][0]][0]
            keys[column] = "plain", (*pairs[pair], copy.index(seats.member))
    return keys


def _sides(arrays: LinearArrays, multipliers: Ints, *, whole: bool) -> list[tuple[int, int]]:
    """Return rows and the limit that is told of each: 1 the upper, -1 the lower one."""
    prices = [(int(row), 1 if multipliers[row] > 0 else -1) for row in np.flatnonzero(multipliers)]
    if not whole:
        return prices
    above = [(int(row), 1) for row in np.flatnonzero(arrays.row_upper < NO_LIMIT)]
    below = [(int(row), -1) for row in np.flatnonzero(arrays.row_lower > -NO_LIMIT)]
    return sorted({*prices, *above, *below})


def _rows(
    f: Formulation,
    arrays: LinearArrays,
    multipliers: Ints,
    sides: list[tuple[int, int]],
    number: Ints,
) -> Iterator[CertificateRow]:
    """Yield rows, each as a sum that is at most its limit."""
    begins = np.array([first for _, first, _ in f.model.rule_rows])
    # Of blocks without rows and the one after them, which begin alike, the last.
    block = np.searchsorted(begins, [row for row, _ in sides], side="right") - 1
    matrix, start = arrays.matrix, arrays.matrix.indptr
    for (row, sign), at in zip(sides, block.tolist(), strict=True):
        limit = arrays.row_upper[row] if sign > 0 else arrays.row_lower[row]
        entries = slice(start[row], start[row + 1])
        rule = f.model.rule_rows[at][0]
        if rule is None:
            # Rows of places in use have a column of one.
            name = "used" if np.isin(matrix.indices[entries], f.used).any() else "again"
        else:
            name = "link" if row in f.links else rule.value
        yield CertificateRow(
            name if name == "link" else f"{name}-{'most' if sign > 0 else 'least'}",
            max(sign * int(multipliers[row]), 0),
            sign * int(limit),
            tuple(number[matrix.indices[entries]].tolist()),
            tuple((sign * matrix.data[entries]).tolist()),
        )
