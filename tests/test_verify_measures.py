"""The verifier's distances: what it skips as certain never changes an answer."""

import math
import random
from decimal import Decimal
from fractions import Fraction

import numpy as np
from grouping_builder import build_grouping
from hypothesis import example, given, settings
from hypothesis import strategies as st
from meridian import edition_of, living, office_at
from positions import candidate_positions, metres
from tiny_editions import tiny_editions
from verify_cases import local

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Location, Member
from sip_grouping.rules import RuleId
from sip_grouping.verification import verify
from sip_grouping.verification.measures import Distances, PlacesOfEdition
from sip_grouping.verification.score import _Worth

Position = tuple[float, float]

_near = st.tuples(st.floats(42, 51.5), st.floats(-5, 8))
_anywhere = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
_positions = st.lists(_near, min_size=1, max_size=9) | st.lists(_anywhere, min_size=1, max_size=6)

WEDGE = [(0.0, 0.0), (0.4226, 0.9063), (0.9072, 0.423)]
"""At the equator a degree is 111.3 km to the east and 110.6 km to the north: the second is farther
from the first on the ellipsoid, the third on a sphere."""


@settings(deadline=None, max_examples=150)
@given(_positions, st.integers(0, 120_000))
@example([(50.0, 4.0), (50.0 + 30_000 / 111_229.4, 4.0)], 30_000)
@example([(90.0, 0.0), (89.9, 180.0)], 11_170)
def test_who_is_within_a_limit_is_found_though_latitude_alone_puts_most_out_of_reach(
    positions: list[Position], limit_m: int
) -> None:
    origin, points = positions[0], np.array(positions)
    found = Distances().each_within(origin, points, limit_m).tolist()
    assert found == [metres(origin, one) <= limit_m for one in positions]


@settings(deadline=None, max_examples=150)
@given(_positions)
@example(WEDGE)
@example([(50.0, 4.0), (50.3, 4.0), (50.0, 4.0), (50.0, 4.468)])
def test_points_come_nearest_first(positions: list[Position]) -> None:
    found = list(Distances().nearest_first(positions[0], np.array(positions)))
    assert found == sorted((metres(positions[0], one), at) for at, one in enumerate(positions))


@settings(deadline=None, max_examples=150)
@given(_positions)
@example(WEDGE)
def test_the_farthest_pair_is_the_farthest_of_all_pairs(positions: list[Position]) -> None:
    distance, first, second = Distances().farthest_pair(positions)
    assert distance == max(metres(a, b) for a in positions for b in positions)
    assert metres(positions[first], positions[second]) == distance


@settings(deadline=None, max_examples=150)
@given(_near, st.lists(_near, max_size=9), st.integers(0, 900_000), st.integers(-1, 1))
def test_within_says_what_every_distance_says(
    origin: Position, points: list[Position], limit_m: int, offset: int
) -> None:
    distances = [metres(origin, point) for point in points]
    for limit in (limit_m, *(max(0, distance + offset) for distance in distances)):
        expected = any(distance <= limit for distance in distances)
        assert Distances().within(origin, points, limit) is expected


def test_equal_positions_are_no_metre_apart() -> None:
    assert Distances().metres((50.0, 4.0), (50.0, 4.0)) == 0
    assert Distances().farthest_pair([(50.0, 4.0)] * 3) == (0, 0, 0)


def assert_same_candidates(edition: Edition) -> None:
    found = PlacesOfEdition(edition, Distances()).candidates
    assert found == candidate_positions(edition)


@settings(deadline=None, max_examples=60)
@given(tiny_editions())
def test_candidate_places_are_those_of_the_contract(edition: Edition) -> None:
    assert_same_candidates(edition)


def test_many_towns_are_thinned_as_one_by_one() -> None:
    rng = random.Random(5)
    spots = [
        Location(
            country="FR",
            postcode=f"{10_000 + number}",
            latitude=45 + rng.random(),
            longitude=2 + rng.random(),
        )
        for number in range(80)
    ]
    members = [
        Member(
            member_id=f"m{number}",
            country="FR",
            postcode=rng.choice(spots).postcode,
            themes=("a",),
            local=rng.random() < 0.9,
            commits=rng.random() < 0.9,
        )
        for number in range(200)
    ]
    base = edition_of([living("x")], places={"towns": "members"})
    edition = base.replace(members=tuple(members), locations=(*base.locations, *spots))
    assert 10 < len(candidate_positions(edition)) < 70
    assert_same_candidates(edition)


def test_thinning_goes_by_the_ellipsoid() -> None:
    """In the south a way north is shorter on the ellipsoid than on a sphere."""
    member = living("x", postcode="9999", latitude=43.2)
    office = office_at("hub").model_copy(update={"latitude": 43.0})
    distance_m = metres((43.0, member.longitude or 0.0), (43.2, member.longitude or 0.0))
    for thinning_m, candidates in (
        (distance_m, ["hub", "BE-9999"]),
        (distance_m + 1, ["hub"]),
    ):
        places = {"towns": "members", "thinning_km": thinning_m / 1000}
        edition = edition_of([member], offices=[office], places=places)
        assert list(PlacesOfEdition(edition, Distances()).candidates) == candidates


def test_a_pair_that_names_each_other_is_reported_once() -> None:
    edition = edition_of([living("x", apart=("y",)), living("y", apart=("x",))])
    found = verify(edition, build_grouping(edition, [local("x", "y")], proven=True))
    assert [violation.rule for violation in found.violations] == [RuleId.APART]


@given(
    points=st.decimals(0, 100, places=3),
    metres=st.integers(0, 20_000_000),
    weight=st.integers(1, 3),
)
def test_a_way_costs_what_fractions_say(points: Decimal, metres: int, weight: int) -> None:
    edition = edition_of([living("a", 0, weight=weight)], score={"km_points": float(points)})
    exact = math.floor(Fraction(points) * metres + Fraction(1, 2))
    assert _Worth(edition).lost_on_the_way(metres) == exact
