"""Locations, and cells taken apart: no group is lost, none is added, and rows say what pairs say."""

from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from small import member, metres_between, office, small_edition

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Theme, Track
from sip_grouping.objective import score
from sip_grouping.problem import Problem, build_problem
from sip_grouping.problem.narrow import Narrowed, narrowed
from sip_grouping.solve.bound import lp_relaxation
from sip_grouping.solve.formulate import formulate

LOCAL = frozenset({Track.LOCAL})
SPREAD_KM = 6.0

homes = st.lists(st.integers(-8, 8), min_size=2, max_size=9)


@st.composite
def editions(draw: st.DrawFn) -> Edition:
    """Members along a line of 16 km around one office, some together, some apart, some moderators."""
    spots = draw(homes)
    count = len(spots)
    together = draw(st.sampled_from([(), (0, 1)]))
    apart = draw(
        st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=4)
    )
    pairs = {tuple(sorted(pair)) for pair in apart if pair[0] != pair[1]} - {(0, 1)}
    roles = draw(st.lists(st.booleans(), min_size=count, max_size=count))
    people = [
        member(
            f"m{number}",
            km=spots[number],
            moderator=roles[number],
            together=[f"m{other}" for other in together if number in together and other != number],
            apart=[f"m{b if a == number else a}" for a, b in pairs if number in {a, b}],
        )
        for number in range(count)
    ]
    theme = Theme(id="a", tracks=LOCAL)
    moderators = draw(st.integers(0, 1))
    return small_edition(
        people, themes=[theme], offices=[office()], spread_km=SPREAD_KM, moderators=moderators
    )


def units(problem: Problem, cell: int) -> list[tuple[int, ...]]:
    """Return the copies that may be in a cell, as members' indexes."""
    begin, end = problem.cell_start[cell], problem.cell_start[cell + 1]
    owners = problem.pair_class[begin:end].tolist()
    return [copy for owner in owners for copy in problem.classes.copies[owner]]


def may_share(edition: Edition, people: tuple[int, ...]) -> bool:
    """Return whether members may be in one group, straight from their answers."""
    members = [edition.members[index] for index in people]
    near = all(
        metres_between_members(edition, a, b) <= SPREAD_KM * 1000
        for a, b in combinations(people, 2)
    )
    return near and not any(b.member_id in a.apart for a in members for b in members)


def metres_between_members(edition: Edition, a: int, b: int) -> int:
    """Return the distance of two homes on the meridian."""
    first, second = (
        round((edition.position(edition.members[i])[0] - 50.0) * 111.23) for i in (a, b)
    )
    return metres_between(first, second)


def groups_of(edition: Edition, problem: Problem) -> set[frozenset[int]]:
    """Return every set of members that could be a group of one of the cells."""
    rules = edition.rules
    found = set()
    for cell in range(len(problem.cells)):
        copies = units(problem, cell)
        for number in range(1, 4):
            for some in combinations(copies, number):
                people = tuple(member for copy in some for member in copy)
                enough = sum(bool(edition.members[i].moderator) for i in people) >= rules.moderators
                if 2 <= len(people) <= 3 and enough and may_share(edition, people):
                    found.add(frozenset(people))
    return found


def everybody(edition: Edition) -> set[frozenset[int]]:
    """Return every group there is, from the members alone."""
    blocks: dict[str, set[int]] = {}
    for index, one in enumerate(edition.members):
        key = min([one.member_id, *one.together])
        blocks.setdefault(key, set()).add(index)
    copies = [tuple(sorted(block)) for block in blocks.values()]
    found = set()
    for number in range(1, 4):
        for some in combinations(copies, number):
            people = tuple(member for copy in some for member in copy)
            enough = (
                sum(bool(edition.members[i].moderator) for i in people) >= edition.rules.moderators
            )
            if 2 <= len(people) <= 3 and enough and may_share(edition, people):
                found.add(frozenset(people))
    return found


def taken_apart(problem: Problem, times: int) -> Problem:
    """Return the problem with all cells taken apart as far as that many rounds go."""
    for _ in range(times):
        finer: Narrowed | None = narrowed(
            problem,
            {
                cell: problem.pair_max[begin:end].astype(np.float64)
                for cell, (begin, end) in enumerate(
                    zip(problem.cell_start[:-1], problem.cell_start[1:], strict=True)
                )
            },
        )
        if finer is None:
            return problem
        problem = finer.problem
    return problem


@given(editions(), st.integers(0, 3))
@settings(deadline=None)
def test_cells_hold_every_group_there_is_however_far_they_are_taken_apart(
    edition: Edition, times: int
) -> None:
    problem = taken_apart(build_problem(edition), times)
    assert groups_of(edition, problem) == everybody(edition)


@given(editions())
@settings(deadline=None)
def test_nobody_is_in_a_cell_who_cannot_be_in_a_group_there_for_want_of_company(
    edition: Edition,
) -> None:
    problem = build_problem(edition)
    for cell, locations in enumerate(problem.locations):
        copies = units(problem, cell)
        for copy in copies:
            company = [
                one for one in copies if one == copy or may_share(edition, tuple({*copy, *one}))
            ]
            people = {member for one in company for member in one}
            assert len(people) >= 2
            assert (
                sum(bool(edition.members[i].moderator) for i in people) >= edition.rules.moderators
            )
        assert locations is None or locations.far.any()


@given(editions())
@settings(deadline=None)
def test_locations_say_who_may_not_share_a_group(edition: Edition) -> None:
    problem = build_problem(edition)
    for cell, locations in enumerate(problem.locations):
        copies = units(problem, cell)
        begin, end = problem.cell_start[cell], problem.cell_start[cell + 1]
        of_copy = np.repeat(np.arange(end - begin), problem.pair_max[begin:end]).tolist()
        conflicts: set[tuple[int, int]] = set()
        if locations is not None:
            conflicts = set(zip(*(side.tolist() for side in locations.conflicts()), strict=True))
            covered = np.zeros_like(locations.far)
            for clique in locations.cliques:
                among = locations.far[np.ix_(clique, clique)]
                assert (among | np.eye(len(clique), dtype=bool)).all()
                covered[np.ix_(clique, clique)] = True
            assert (covered >= locations.far).all()
        for (a, one), (b, other) in combinations(zip(of_copy, copies, strict=True), 2):
            assert ((a, b) in conflicts) == (not may_share(edition, (*one, *other)))


@given(editions())
@settings(deadline=None)
def test_the_relaxation_of_narrower_cells_is_no_weaker(edition: Edition) -> None:
    whole = build_problem(edition)
    bounds = []
    for problem in (whole, taken_apart(whole, 3)):
        relaxation = lp_relaxation(formulate(problem, score(problem)).model.arrays())
        # An edition without cells has nothing to relax.
        assert relaxation is not None or not problem.cells
        bounds.append(0 if relaxation is None else relaxation.bound)
    assert bounds[1] <= bounds[0]
