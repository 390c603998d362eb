"""Objectives: what is made as large as possible over a problem.

Comes in: a `Problem`, whose ways carry ranks, metres, video and earlier placements, and no points. Goes
out: `Objective`: whole-number coefficients of every pair and cell, by named term. The formulation
maximises one; several are kept in order, each as a row `value >= reached` for those after it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition.previous import groups_before
from sip_grouping.grouping import Grouping
from sip_grouping.grouping.stages import ObjectiveName, within_choices
from sip_grouping.problem import Problem
from sip_grouping.problem.classes import HELD_ROLES

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Term:
    """One summand of an objective.

    Attributes
    ----------
    pair
        Shape (pairs,): what one copy of the pair's class in its cell adds.
    cell
        Shape (cells,): what one group of the cell adds.
    held
        What holders of roles add, given member indexes, cells and numbers of roles in `HELD_ROLES`, arrays
        of one shape; None: who holds a role makes no difference.
    place
        Shape (places,): what a place adds where any group meets there, 0 or less; None: it makes no
        difference.
    again
        What two members who shared a group of the edition before add where they share one again, given
        cells and numbers of those groups in `Company`, arrays of one shape; None: it makes no difference.
    """

    pair: Ints
    cell: Ints
    held: Callable[[Ints, Ints, Ints], Ints] | None = None
    again: Callable[[Ints, Ints], Ints] | None = None
    place: Ints | None = None


@dataclass(frozen=True)
class Objective:
    """What is made as large as possible: the sum of its terms.

    Attributes
    ----------
    reached
        What a grouping reaches, from the grouping alone.
    over
        Returns the same objective over another problem.
    constant
        How much more the sum of the terms is than what a grouping reaches.
    """

    name: str
    terms: Mapping[str, Term]
    reached: Callable[[Grouping], int]
    over: Callable[[Problem], "Objective"]
    constant: int = 0

    @property
    def pair(self) -> Ints:
        """Shape (pairs,): coefficient of one copy in a cell, all terms together."""
        return _sum([term.pair for term in self.terms.values()])

    @property
    def cell(self) -> Ints:
        """Shape (cells,): coefficient of one group, all terms together."""
        return _sum([term.cell for term in self.terms.values()])

    @property
    def place(self) -> Ints | None:
        """Shape (places,): what each place adds where any group meets there; None: nothing does."""
        parts = [term.place for term in self.terms.values() if term.place is not None]
        return _sum(parts) if parts else None

    @property
    def asks_for_holders(self) -> bool:
        """Whether it makes a difference who holds a role."""
        return any(term.held is not None for term in self.terms.values())

    def held(self, member: Ints, cell: Ints, role: Ints) -> Ints:
        """Return what holders of roles add, all terms together."""
        total = np.zeros(len(member), dtype=np.int64)
        for term in self.terms.values():
            if term.held is not None:
                total += term.held(member, cell, role)
        return total

    def again(self, cell: Ints, group: Ints) -> Ints:
        """Return what two members add who share a group again, all terms together."""
        total = np.zeros(len(cell), dtype=np.int64)
        for term in self.terms.values():
            if term.again is not None:
                total += term.again(cell, group)
        return total

    def summed(self, grouping: Grouping) -> int:
        """Return the sum of the terms for a grouping."""
        return self.reached(grouping) + self.constant


def make_objective(name: ObjectiveName, problem: Problem) -> Objective:
    """Return an objective over a problem, by its name: one that is a sum over placements and groups."""
    return _maker(name)(problem)


def _maker(name: ObjectiveName) -> Callable[[Problem], Objective]:
    ranks = name.within
    return _MAKERS[name] if ranks is None else partial(within, ranks)


def nothing(problem: Problem) -> Objective:
    """Return the objective of a question that any grouping answers."""
    term = Term(np.zeros(len(problem.pair_cell), np.int64), np.zeros(len(problem.cells), np.int64))
    return Objective("nothing", {"nothing": term}, lambda _: 0, nothing)


def fewest_seats(problem: Problem) -> Objective:
    """Return minus the seats that are taken: where many groups are asked for, it finds some of them soon."""
    edition, seats = problem.edition, problem.classes.size[problem.pair_class]
    term = Term(-seats.astype(np.int64), np.zeros(len(problem.cells), np.int64))

    def reached(grouping: Grouping) -> int:
        return -edition.seats_of(one.member_id for one in grouping.placements)

    return Objective("seats", {"seats": term}, reached, fewest_seats)


def groups_of(theme: str, problem: Problem) -> Objective:
    """Return how many groups there are of a theme, of all themes where it is empty."""
    counted = np.array([theme in {"", one.theme} for one in problem.cells], dtype=np.int64)
    term = Term(np.zeros(len(problem.pair_cell), np.int64), counted)

    def reached(grouping: Grouping) -> int:
        return sum(theme in {"", one.theme} for one in grouping.group_records)

    return Objective("groups", {"groups": term}, reached, partial(groups_of, theme))


def score(problem: Problem) -> Objective:
    """Return the score: points of the ranks, less travel, video and groups, in thousandths.

    Each member's travel is rounded to a whole thousandth by itself, halves up:
    floor(km_points * metres + 1/2).
    """
    points, ways = problem.edition.score, problem.ways
    by_rank = [points.rank_thousandths(rank) for rank in range(1, len(points.rank_points) + 1)]
    of_rank = np.array([0, *by_rank], dtype=np.int64)
    # Each way counts as often as its member.
    weight = problem.classes.member_weight[ways.member]
    per_metre = points.km_fraction
    numerator, twice = 2 * per_metre.numerator, 2 * per_metre.denominator
    travel = (numerator * ways.metres + per_metre.denominator) // twice
    return Objective(
        ObjectiveName.SCORE,
        {
            "rank": of_ways(problem, weight * of_rank[np.minimum(ways.rank, len(by_rank))]),
            "travel": of_ways(problem, -weight * travel),
            "video": of_ways(problem, -points.video_thousandths * weight * ways.by_video),
            "groups": _of_groups(problem, -points.group_thousandths),
            **_places(problem),
            **_previous(problem),
        },
        lambda grouping: grouping.score_thousandths,
        score,
    )


def _places(problem: Problem) -> dict[str, Term]:
    """Return the term of places in use, where some place costs something."""
    known = problem.edition.office_by_id
    cost = [
        known[one.place_id].open_thousandths if one.place_id in known else 0
        for one in problem.places
    ]
    if not any(cost):
        return {}
    return {"places": replace(_of_groups(problem, 0), place=-np.array(cost, dtype=np.int64))}


def _previous(problem: Problem) -> dict[str, Term]:
    """Return the term of the edition before, where it makes a difference."""
    edition, company = problem.edition, problem.company
    wishes, before = edition.previous, groups_before(edition)
    held: Callable[[Ints, Ints, Ints], Ints] | None = None
    worth: Callable[[Ints, Ints], Ints] | None = None
    if wishes.same_role and before.held:
        index = {one.member_id: number for number, one in enumerate(edition.members)}
        again = np.zeros((len(index), len(HELD_ROLES)), dtype=np.int64)
        for who, role in before.held:
            again[index[who], HELD_ROLES.index(role)] = wishes.same_role_thousandths

        def lost(member: Ints, cell: Ints, role: Ints) -> Ints:  # noqa: ARG001 (in any cell)
            found: Ints = -again[member, role]
            return found

        held = lost
    if company is not None:
        themes = {theme: number for number, theme in enumerate(dict.fromkeys(company.themes))}
        theme_of_group = np.array([themes[one] for one in company.themes], dtype=np.int64)
        # A theme that nobody was in before is the theme of no group of before.
        theme_of_cell = np.array([themes.get(one.theme, -1) for one in problem.cells], np.int64)
        kept = wishes.pair_thousandths(prolonged=True)
        mixed = wishes.pair_thousandths(prolonged=False)

        def gained(cell: Ints, group: Ints) -> Ints:
            return np.where(theme_of_cell[cell] == theme_of_group[group], kept, mixed)

        worth = gained
    if held is None and worth is None:
        return {}
    nothing = of_ways(problem, np.zeros(len(problem.ways.pair), dtype=np.int64))
    return {"previous": replace(nothing, held=held, again=worth)}


def placed(problem: Problem) -> Objective:
    """Return the number of placed members (placements, where a member may be in several groups)."""
    one_each = np.ones(len(problem.ways.pair), dtype=np.int64)
    return _counted(ObjectiveName.PLACED, problem, one_each, lambda one: len(one.placements))


def within(ranks: int, problem: Problem) -> Objective:
    """Return the number of placements on one of so many first choices."""

    def reached(grouping: Grouping) -> int:
        return sum(placement.rank <= ranks for placement in grouping.placements)

    one_each = (problem.ways.rank <= ranks).astype(np.int64)
    return _counted(within_choices(ranks), problem, one_each, reached)


def travel(problem: Problem) -> Objective:
    """Return minus the metres travelled to local groups."""

    def reached(grouping: Grouping) -> int:
        return -sum(placement.travel_m or 0 for placement in grouping.placements)

    return _counted(ObjectiveName.TRAVEL, problem, -problem.ways.metres, reached)


def near(limit_m: int, problem: Problem) -> Objective:
    """Return minus the number of placements whose way is longer than so many metres."""

    def reached(grouping: Grouping) -> int:
        return -sum((placement.travel_m or 0) > limit_m for placement in grouping.placements)

    term = of_ways(problem, -(problem.ways.metres > limit_m).astype(np.int64))
    return Objective("near", {"near": term}, reached, partial(near, limit_m))


def placed_among(ids: frozenset[str], problem: Problem) -> Objective:
    """Return the number of placements of some members: with each all who are alike."""

    def reached(grouping: Grouping) -> int:
        return sum(placement.member_id in ids for placement in grouping.placements)

    among = np.array([one.member_id in ids for one in problem.edition.members], dtype=np.int64)
    per_way = among[problem.classes.member_index[problem.ways.member]]
    term = of_ways(problem, per_way)
    return Objective("placed_among", {"placed": term}, reached, partial(placed_among, ids))


def _counted(
    name: ObjectiveName, problem: Problem, per_way: Ints, reached: Callable[[Grouping], int]
) -> Objective:
    return Objective(name, {name.value: of_ways(problem, per_way)}, reached, _maker(name))


def _sum(parts: list[Ints]) -> Ints:
    total = parts[0].copy()
    for part in parts[1:]:
        total += part
    return total


def of_ways(problem: Problem, per_way: Ints) -> Term:
    """Return a term given per way: a copy's gain is that of all its members."""
    pair = np.zeros(len(problem.pair_cell), dtype=np.int64)
    np.add.at(pair, problem.ways.pair, per_way)
    return Term(pair, np.zeros(len(problem.cells), dtype=np.int64))


def _of_groups(problem: Problem, per_group: int) -> Term:
    nothing = np.zeros(len(problem.pair_cell), dtype=np.int64)
    return Term(nothing, np.full(len(problem.cells), per_group, dtype=np.int64))


_MAKERS: Mapping[ObjectiveName, Callable[[Problem], Objective]] = {
    ObjectiveName.SCORE: score,
    ObjectiveName.PLACED: placed,
    ObjectiveName.TRAVEL: travel,
}
