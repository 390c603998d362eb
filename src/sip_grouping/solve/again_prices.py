"""What it may add to a price that members meet again, or hold a role again: of what is not in the rows yet.

Comes in: `RowPrices`. Goes out: `AgainPrices`, whole numbers of the same scale. The rows about who meets
again (`again`) count the members of a group of before who could be in a cell, in groups of today's size. What
a change adds, a member, a group, a seat, is looked at apart: the rest keeps the rows, and what it adds with
the rest is at most what is said here. Nothing where the edition before makes no difference.
"""

from dataclasses import dataclass
from functools import cached_property
from math import comb

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition.previous import groups_before
from sip_grouping.solve.row_prices import RowPrices

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class _Rows:
    """Prices of the rows of a cell and group of before: of members placed; by t, of the pairs at least."""

    placed: int = 0
    at_least: tuple[tuple[int, int], ...] = ()

    def shifted(self, members: int, groups: int) -> int:
        """Return what the bound rises by where so many members and groups are left out of the rows."""
        pairs = (price * (t * members - groups * comb(t + 1, 2)) for t, price in self.at_least)
        return self.placed * members + sum(pairs)


_NO_ROWS = _Rows()


class AgainPrices:
    """What meeting again adds at most to prices of one formulation."""

    def __init__(self, prices: RowPrices) -> None:
        self._prices, self._problem = prices, prices.f.problem

    def of_pair(self, cell: int, owner: int) -> int:
        """Return the most that a copy of a class adds in a cell by whom it meets, and by roles held again."""
        problem, total = self._problem, 0
        for before, brings in self._brought.get(owner, {}).items():
            most = min(problem.cells[cell].size_max, self._members[before])
            total += max(self._worth[cell, before], 0) * brings * (most - 1)
        wishes = problem.edition.previous
        if wishes.same_role < 0:
            ids = [
                problem.edition.members[one].member_id for one in problem.classes.copies[owner][0]
            ]
            again = sum(one in self._held for one in ids)
            total -= again * wishes.same_role_thousandths
        return total * self._prices.scale

    @cached_property
    def group(self) -> Ints:
        """Shape (cells,): the most that one more group of the cell adds, if counting allowed none."""
        found = np.zeros(len(self._problem.cells), dtype=np.int64)
        for (cell, before), worth in self._priced():
            rows = self._rows.get((cell, before), _NO_ROWS)
            most = min(self._problem.cells[cell].size_max, self._members[before])
            found[cell] += max(
                rows.shifted(members, 1) + worth * comb(members, 2) for members in range(most + 1)
            )
        return np.maximum(found, 0)

    @cached_property
    def seat(self) -> Ints:
        """Shape (cells,): the most that the member of one more seat in a group of the cell adds."""
        found = np.zeros(len(self._problem.cells), dtype=np.int64)
        for (cell, before), worth in self._priced():
            others = min(self._problem.cells[cell].size_max, self._members[before] - 1)
            rows = self._rows.get((cell, before), _NO_ROWS)
            found[cell] += max(rows.shifted(1, 0) + worth * others, 0)
        return found

    def _priced(self) -> list[tuple[tuple[int, int], int]]:
        """Return what a pair is worth by cell and group of before, at the scale of prices."""
        return [(key, one * self._prices.scale) for key, one in self._worth.items() if one]

    @cached_property
    def _worth(self) -> dict[tuple[int, int], int]:
        """Thousandths that a pair adds that meets again, by cell and group of before."""
        company, cells = self._problem.company, len(self._problem.cells)
        if company is None or not cells:
            return {}
        many = len(company.themes)
        cell, before = np.repeat(np.arange(cells), many), np.tile(np.arange(many), cells)
        worth = self._prices.f.objective.again(cell, before)
        keys = zip(cell.tolist(), before.tolist(), strict=True)
        return dict(zip(keys, worth.tolist(), strict=True))

    @cached_property
    def _brought(self) -> dict[int, dict[int, int]]:
        """Members of groups of before in one copy, by class and group."""
        company, found = self._problem.company, dict[int, dict[int, int]]()
        if company is not None:
            for before, owner in zip(company.group.tolist(), company.owner.tolist(), strict=True):
                of_class = found.setdefault(owner, {})
                of_class[before] = of_class.get(before, 0) + 1
        return found

    @cached_property
    def _members(self) -> list[int]:
        """How many members of each group of before take part."""
        company = self._problem.company
        if company is None:
            return []
        count = self._problem.classes.count[company.owner]
        found: list[int] = [0] * len(company.themes)
        for before, many in zip(company.group.tolist(), count.tolist(), strict=True):
            found[before] += many
        return found

    @cached_property
    def _held(self) -> frozenset[str]:
        """Who held any role before."""
        return frozenset(who for who, _ in groups_before(self._problem.edition).held)

    @cached_property
    def _rows(self) -> dict[tuple[int, int], _Rows]:
        """Prices of the rows of each cell and group of before that the model has."""
        f, multipliers = self._prices.f, self._prices.relaxation.multipliers
        if not f.again:
            return {}
        matrix = f.model.arrays().matrix
        of_column = {one.shared: one for one in f.again}
        of_column |= {step: one for one in f.again for step in one.steps.tolist()}
        placed: dict[tuple[int, int], int] = {}
        least: dict[tuple[int, int], list[tuple[int, int]]] = {}
        groups = {column: cell for cell, column in enumerate(f.groups.tolist())}
        members = {*f.placed.tolist()}
        for rule, first, last in f.model.rule_rows:
            for row in range(first, last) if rule is None else ():
                entries = slice(matrix.indptr[row], matrix.indptr[row + 1])
                inside, price = matrix.indices[entries].tolist(), int(multipliers[row])
                one = next((of_column[column] for column in inside if column in of_column), None)
                if one is None or not price or not members.intersection(inside):
                    continue
                key = one.cell, one.group
                opened = [
                    times
                    for column, times in zip(inside, matrix.data[entries].tolist(), strict=True)
                    if column in groups
                ]
                if opened:
                    # t (t + 1) / 2 of the groups: the pairs that t members leave out.
                    t = next(t for t in range(1, opened[0] + 1) if comb(t + 1, 2) == opened[0])
                    least.setdefault(key, []).append((t, -price))
                else:
                    placed[key] = price
        return {
            key: _Rows(placed.get(key, 0), tuple(least.get(key, ()))) for key in {*placed, *least}
        }
