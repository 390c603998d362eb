"""The prices of an LP relaxation's rows, by the names of the formulation.

Comes in: a `Formulation` with its `LpRelaxation`. Goes out: `RowPrices`: what one more of something that a
row limits, or one less of what it asks for, adds to the bound. Prices are whole numbers: thousandths of a
point times `scale`.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sip_grouping.problem.seats import pairs_sharing_seats
from sip_grouping.problem.weekly import cells_sharing_rooms
from sip_grouping.rules import RuleId
from sip_grouping.solve.bound import LpRelaxation
from sip_grouping.solve.formulation import Formulation

Ints = NDArray[np.int64]

NEED_RULES = (RuleId.MODERATORS, RuleId.SECRETARIES, RuleId.ONE_ROLE, RuleId.EXPERIENCED)


@dataclass(frozen=True)
class RowPrices:
    """Prices of the rows of one formulation."""

    f: Formulation
    relaxation: LpRelaxation

    @property
    def scale(self) -> int:
        """Prices are thousandths of a point times this."""
        return self.relaxation.scale

    @property
    def seat(self) -> Ints:
        """Shape (cells,): one more seat in a group of the cell."""
        return self._of_cells(RuleId.SIZE, 1)

    @property
    def filler(self) -> Ints:
        """Shape (cells,): one more member who only counts for the smallest size."""
        return -self._of_cells(RuleId.SIZE, 0)

    @property
    def opened(self) -> Ints:
        """Shape (cells,): how much one more group of the cell gains, or loses where it is negative."""
        return self.relaxation.reduced_costs[self.f.groups]

    @cached_property
    def place_lost(self) -> Ints:
        """Shape (cells,): what is lost, at today's prices, where the place of the cell comes into use.

        Rows x <= n z whose members lose there anyway need less of a price: that much more is lost of z.
        """
        problem, costs = self.f.problem, self.relaxation.reduced_costs
        counts = np.flatnonzero(self.f.used >= 0)
        lost = np.zeros(len(self.f.used) + 1, dtype=np.int64)  # the last is of video
        if len(counts):
            lost[counts] = np.maximum(-(costs[self.f.used[counts]] + self._spared()[counts]), 0)
        return lost[[cell.place for cell in problem.cells]]

    def _spared(self) -> Ints:
        """Return by how much prices of the rows x <= n z can be less, times -n; shape (places,)."""
        matrix, costs = self.f.model.arrays().matrix, self.relaxation.reduced_costs
        place_of = {column: at for at, column in enumerate(self.f.used.tolist()) if column >= 0}
        found = np.zeros(len(self.f.used), dtype=np.int64)
        for rule, first, last in self.f.model.rule_rows:
            for row in range(first, last) if rule is None else ():
                inside = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
                times = matrix.data[matrix.indptr[row] : matrix.indptr[row + 1]]
                places = [place_of[one] for one in inside.tolist() if one in place_of]
                if len(places) == 1:
                    lose = int(np.maximum(-costs[inside[times > 0]], 0).min())
                    found[places[0]] += int(times.min()) * min(self._price(row), lose)
        return found

    def _price(self, row: int) -> int:
        return max(int(self.relaxation.multipliers[row]), 0)

    def need(self, rule: RuleId) -> Ints:
        """Return what one more member who counts for a need adds, or one more holder; shape (cells,)."""
        none = np.zeros(len(self.f.groups), dtype=np.int64)
        if self.f.holders is not None and rule is RuleId.ONE_ROLE:
            return none  # a row per member then
        blocks = self._blocks(rule)
        if not blocks or not self._is_asked(rule):
            return none
        # Holders may be too many as well: then a further one is worth nothing.
        return np.maximum(-self._of_cells(rule, 0), 0)

    def member(self, theme_id: str) -> Ints:
        """Return what a placement in a theme costs the member's own rows, shape (classes,)."""
        edition = self.f.problem.edition
        blocks = iter(self._blocks(RuleId.GROUPS_PER_MEMBER))
        total = self._multipliers(*next(blocks)).copy()
        if edition.most_groups_per_member == 1:
            return total
        for theme in edition.themes:
            here = theme.id == theme_id
            total += self._multipliers(*next(blocks)) * here
            fewer = edition.most_groups_per_member - edition.rules_of(theme.id).groups_per_member
            if fewer:
                total += self._multipliers(*next(blocks)) * (1 + fewer * here)
        return total

    @property
    def groups(self) -> dict[str, tuple[int, int]]:
        """By theme: one more group allowed, one group fewer asked for."""
        found: dict[str, tuple[int, int]] = {}
        blocks = iter(self._blocks(RuleId.GROUPS_PER_THEME))
        for theme in self.f.problem.edition.themes:
            most = int(self._multipliers(*next(blocks))[0])
            least = -int(self._multipliers(*next(blocks))[0]) if theme.groups_min else 0
            found[theme.id] = most, least
        return found

    @property
    def groups_in_all(self) -> tuple[int, int]:
        """One more group allowed over all themes, one group fewer asked for."""
        total = self.f.problem.edition.total
        blocks = iter(self._blocks(RuleId.GROUPS_IN_ALL))
        most = 0 if total.groups_max is None else int(self._multipliers(*next(blocks))[0])
        least = -int(self._multipliers(*next(blocks))[0]) if total.groups_min else 0
        return most, least

    @property
    def rooms(self) -> dict[tuple[str, str], int]:
        """By office and slot: one more room."""
        problem = self.f.problem
        found: dict[tuple[str, str], int] = {}
        sharing = cells_sharing_rooms(problem)
        for (_, cells), block in zip(sharing, self._blocks(RuleId.ROOMS), strict=True):
            cell = problem.cells[cells[0]]
            found[problem.place_id(cell), cell.slot] = int(self._multipliers(*block)[0])
        return found

    @cached_property
    def seats(self) -> dict[str, int]:
        """By office: one more seat there, whichever group has it."""
        problem = self.f.problem
        sharing = pairs_sharing_seats(problem)
        return {
            problem.places[place].place_id: int(self._multipliers(*block)[0])
            for (place, _, _), block in zip(sharing, self._blocks(RuleId.SEATS), strict=True)
        }

    @property
    def office_seat(self) -> Ints:
        """Shape (cells,): one more seat at the place of the cell; 0 where any number has one."""
        problem = self.f.problem
        return np.array(
            [self.seats.get(problem.place_id(cell), 0) for cell in problem.cells], dtype=np.int64
        )

    @cached_property
    def opened_groups(self) -> NDArray[np.float64]:
        """Shape (cells,): groups that the LP opens; a guide, not exact."""
        return np.maximum(self.relaxation.values[self.f.groups], 0.0)

    def _is_asked(self, rule: RuleId) -> bool:
        """Return whether the first rows of a need ask for something: some only forbid too many."""
        rules = [cell.rules for cell in self.f.problem.cells]
        wanted = {
            RuleId.MODERATORS: [one.moderators for one in rules],
            RuleId.SECRETARIES: [one.secretaries for one in rules],
            RuleId.ONE_ROLE: [one.moderators + one.secretaries for one in rules],
            RuleId.EXPERIENCED: [one.experienced_min for one in rules],
        }[rule]
        return any(wanted)

    def _of_cells(self, rule: RuleId, number: int) -> Ints:
        return self._multipliers(*self._blocks(rule)[number])

    def _blocks(self, rule: RuleId) -> list[tuple[int, int]]:
        return [(first, last) for one, first, last in self.f.model.rule_rows if one is rule]

    def _multipliers(self, first: int, last: int) -> Ints:
        return self.relaxation.multipliers[first:last]
