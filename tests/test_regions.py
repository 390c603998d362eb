"""Regions: places for much the same members are one, others are not, and video is its own."""

from small import member, office, small_edition

from sip_grouping.edition.records import Track
from sip_grouping.objective import score
from sip_grouping.problem import build_problem
from sip_grouping.problem.regions import regions
from sip_grouping.solve.alike import sums
from sip_grouping.solve.formulate import formulate


def test_places_in_reach_of_the_same_members_are_one_region() -> None:
    people = [member(f"m{km}", km=km) for km in (0, 1, 2, 80, 81, 82)]
    offices = [office("hub"), office("near", km=5), office("far", km=80)]
    problem = build_problem(small_edition(people, offices=offices))
    by_place = {
        (cell.track, problem.place_id(cell)): region
        for cell, region in zip(problem.cells, regions(problem).tolist(), strict=True)
    }
    hub, near = by_place[Track.LOCAL, "hub"], by_place[Track.LOCAL, "near"]
    assert hub == near
    assert len({hub, by_place[Track.LOCAL, "far"], by_place[Track.VIDEO, ""]}) == 3


def test_few_shared_members_leave_places_apart_and_a_chain_joins_them() -> None:
    # Each of the outer places shares one member in four with the other: less than the part that counts.
    offices = [office("south"), office("north", km=58)]
    homes = [0, 1, 2, 29, 56, 57, 58]
    people = [member(f"m{km}", km=km, video=False) for km in homes]
    problem = build_problem(small_edition(people, offices=offices))
    assert len(set(regions(problem).tolist())) == 2
    # A place between them shares more with both.
    offices.append(office("middle", km=29))
    joined = build_problem(small_edition(people, offices=offices))
    assert set(regions(joined).tolist()) == {0}


def test_the_tree_branches_on_the_groups_of_a_region() -> None:
    people = [member(f"m{km}", km=km, video=False) for km in (0, 1, 2, 3, 80, 81, 82)]
    offices = [office("hub"), office("near", km=5), office("far", km=80)]
    edition = small_edition(people, offices=offices)
    problem = build_problem(edition)
    f = formulate(problem, score(problem))
    inside = [
        number for number, cell in enumerate(problem.cells) if problem.place_id(cell) != "far"
    ]
    assert len(inside) == 2
    assert f.groups[inside].tolist() in [one.tolist() for one in sums(f)]
