"""The linked formulation: a linear model whose variables have names.

Comes in: what `formulate` adds, rule by rule. Goes out: `Formulation`, which the search, the slots and
the dividing read.

Variables (the names of the mathematical model in docs/model.md):

* `groups` g[c]: number of groups opened in cell c.
* `placed` x[p, c]: copies of class p placed in cell c, for each pair (p, c).
* `present` u[l, c]: groups of cell c in which there is somebody from location l, for locations that
  are too far from others of the cell.
* `used` z[o]: whether anybody meets at place o, where that costs something (`used_places`).
* `again`: who shares a group with whom as in the edition before, where that counts (`again`).
* `holders` h[i, c, r]: member i holds role r in cell c. Only where a member may be in several
  groups; with one group per member Hall's condition on counts says the same with fewer variables.

The rows say what the cells' groups need in total. What a single group needs beyond that (who may not
share it, blocks that do not divide evenly) is decided when a cell is split into its groups; where
that fails, `slots` adds the groups of the cell one by one.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition.records import Pin, Role
from sip_grouping.objective import Objective
from sip_grouping.problem import Problem
from sip_grouping.problem.classes import HELD_ROLES
from sip_grouping.rules import RuleId
from sip_grouping.solve.again import MeetAgain
from sip_grouping.solve.linear import LinearModel
from sip_grouping.solve.used_places import fill_used_places

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Holders:
    """Role variables h, one row each: who (member index), in which pair and cell, which role."""

    member: Ints
    pair: Ints
    cell: Ints
    role: Ints
    column: Ints

    def of(self, role: Role) -> NDArray[np.bool_]:
        """Return which rows are about a role."""
        mine: NDArray[np.bool_] = self.role == HELD_ROLES.index(role)
        return mine


@dataclass
class Formulation:
    """A linear model with its variables by name.

    Attributes
    ----------
    groups
        Shape (cells,): column of g[c].
    placed
        Shape (pairs,): column of x[p, c].
    holders
        Role variables; None with one group per member.
    present
        Shape (pairs,): column of the groups of the cell in which there is somebody from the pair's
        location; -1 where the pair conflicts with nobody.
    again
        Who meets again, by cell and group of before.
    used
        Shape (places,): column of z[o]; -1 where it makes no difference whether the place is used.
    links, link_coefficient
        The rows x <= coefficient * g, one for each pair in their order, and their coefficients.
    requirements
        Rows that ask for something rather than forbid it, each with the row's number: without them
        the edition without groups is valid, so an infeasible edition owes it to them.
    plain
        Columns of members that a pin wants without a role.
    """

    problem: Problem
    objective: Objective
    model: LinearModel
    groups: Ints
    placed: Ints
    holders: Holders | None
    present: Ints
    used: Ints
    links: range = range(0)
    link_coefficient: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    requirements: list["Requirement"] = field(default_factory=list)
    again: tuple[MeetAgain, ...] = ()
    plain: list["PlainSeats"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PlainSeats:
    """Columns, at most x less the roles h held there: a member placed somewhere without a role.

    Attributes
    ----------
    member
        Index in the edition's members.
    column, pair
        Shape (pairs,): the column, and the pair it is of.
    held, at
        Shape (holders,): columns h of that member, and the position of its pair among `pair`.
    """

    member: int
    column: Ints
    pair: Ints
    held: Ints
    at: Ints


@dataclass(frozen=True, slots=True)
class Requirement:
    """A row that asks for something of some cells: a least number of groups, or a pin.

    `theme`: empty where it is groups of all themes together.
    """

    rule: RuleId
    row: int
    theme: str
    cells: tuple[int, ...]
    pin: Pin | None = None


@dataclass(frozen=True)
class Floor:
    """An objective that came before, and the value it must keep."""

    objective: Objective
    least: int

    def over(self, problem: Problem) -> "Floor":
        """Return the same over another problem."""
        return Floor(self.objective.over(problem), self.least)


ROLE_RULES = (RuleId.MODERATORS, RuleId.SECRETARIES)
"""The rules that say how many holders a group has, in the order of `HELD_ROLES`."""


def complete(f: Formulation, values: Ints) -> Ints:
    """Return values whose `present`, `plain`, `used` and `again` follow from who is where; in place."""
    pairs = np.flatnonzero(f.present >= 0)
    pairs = pairs[f.present[pairs] != f.placed[pairs]]
    values[f.present[pairs]] = 0
    fewest = -(-values[f.placed[pairs]] // f.link_coefficient[pairs])
    np.maximum.at(values, f.present[pairs], fewest)
    for seats in f.plain:
        held = np.bincount(seats.at, values[seats.held], minlength=len(seats.column))
        values[seats.column] = values[f.placed[seats.pair]] - held.astype(np.int64)
    if (f.used >= 0).any():
        fill_used_places(values, f.used, f.problem, f.groups)
    for one in f.again:
        one.fill(values, f.placed, f.groups)
    return values


def require(f: Formulation, requirement: Requirement, columns: Ints, least: int) -> None:
    """Ask that the columns sum to `least` at least, and remember the row."""
    f.model.add_rows(requirement.rule, 1, (0, columns, 1), lower=least)
    f.requirements.append(replace(requirement, row=f.model.rule_rows[-1][1]))


def pinned(f: Formulation, pin: Pin) -> Requirement:
    """Return the requirement of a pin, without its row."""
    return Requirement(RuleId.PIN, -1, pin.theme, tuple(f.problem.pinned_cells(pin)), pin)


def pairs_of(f: Formulation, member_id: str, cells: list[int]) -> Ints:
    """Return the pairs of a member's class with some cells."""
    problem = f.problem
    owner = problem.classes.class_of_member.get(member_id, -1)
    return np.flatnonzero((problem.pair_class == owner) & np.isin(problem.pair_cell, cells))


def totals_suffice(f: Formulation) -> bool:
    """Return whether any solution's cells split into groups, whatever the solution.

    With single members who share no rule, and needs for roles alone, Hall's condition on the totals
    is enough.
    """
    problem = f.problem
    return (
        f.holders is None
        and not problem.bound_pairs.any()
        and bool((problem.classes.size == 1).all())
        and not any(problem.has_quotas(cell) for cell in problem.cells)
        and all(one.exact for one in f.again)
    )
