"""Geodesic metres: the reference, the vectorised twin, and the pairs within a limit."""

import numpy as np
import pytest
from geopy.distance import geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from sip_grouping.geography import distance as distance_module
from sip_grouping.geography.distance import (
    Coordinates,
    distance_m,
    distances_m,
    farther_apart,
    near_pairs,
)

BRUSSELS = Coordinates(50.8466, 4.3517)
PARIS = Coordinates(48.8534, 2.3488)

anywhere = st.builds(Coordinates, st.floats(-90, 90), st.floats(-180, 180))
# Close enough for many near pairs, on a grid coarse enough for points on one spot.
nearby = st.builds(
    Coordinates,
    st.integers(-6, 6).map(lambda step: 50.0 + step / 50),
    st.integers(-6, 6).map(lambda step: 4.0 + step / 50),
)


def test_a_published_distance() -> None:
    # New York (JFK) to London (LHR) in the manual of GeodSolve, GeographicLib: 5,551,759.400 m.
    assert distance_m(Coordinates(40.6, -73.8), Coordinates(51.6, -0.5)) == 5_551_759


def test_no_distance_and_both_directions() -> None:
    assert distance_m(BRUSSELS, BRUSSELS) == 0
    assert distance_m(BRUSSELS, PARIS) == distance_m(PARIS, BRUSSELS)


@given(anywhere, anywhere)
@settings(deadline=None)
def test_vectorised_equals_the_reference(a: Coordinates, b: Coordinates) -> None:
    (many,) = distances_m([a.latitude], [a.longitude], [b.latitude], [b.longitude])
    assert many == distance_m(a, b) == int(geodesic(a, b).meters + 0.5)


def test_half_metres_are_left_to_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def reference(*degrees: float) -> int:
        asked.append(degrees)
        return 77

    class HalfMetre:
        def inv(self, *_: object) -> tuple[None, None, np.ndarray]:
            return None, None, np.array([10.5 - 2e-6, 10.5 + 2e-5, 10.4])

    monkeypatch.setattr(distance_module, "_reference_m", reference)
    monkeypatch.setattr(distance_module, "_wgs84", HalfMetre)
    metres = distances_m([1, 2, 3], [1, 2, 3], [1, 2, 3], [1, 2, 3])
    assert metres.tolist() == [77, 11, 10]
    assert asked == [(1, 1, 1, 1)]


def test_shapes_broadcast_and_may_be_empty() -> None:
    grid = distances_m(
        np.array([[50.0], [51.0]]), np.array([[4.0], [4.0]]), np.array([50.0, 51.0, 52.0]), 4.0
    )
    assert grid.shape == (2, 3)
    assert grid[0, 0] == grid[1, 1] == 0
    assert distances_m([], [], [], []).shape == (0,)
    assert distances_m(50.0, 4.0, 50.0, 4.0).shape == ()


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [(90.1, 0.0), (-91.0, 0.0), (float("nan"), 0.0), (0.0, float("inf")), (0.0, float("nan"))],
)
def test_coordinates_that_are_none_are_refused(latitude: float, longitude: float) -> None:
    with pytest.raises(ValueError, match="finite degrees"):
        distance_m(Coordinates(latitude, longitude), PARIS)
    with pytest.raises(ValueError, match="finite degrees"):
        distances_m([latitude], [longitude], [0.0], [0.0])
    with pytest.raises(ValueError, match="finite degrees"):
        near_pairs([0.0], [0.0], [latitude], [longitude], 5)


def brute_force(
    side_a: list[Coordinates], side_b: list[Coordinates], limits: list[int]
) -> list[tuple[int, int, int]]:
    return [
        (i, j, distance_m(a, b))
        for i, a in enumerate(side_a)
        for j, b in enumerate(side_b)
        if distance_m(a, b) <= limits[j]
    ]


def pairs(
    side_a: list[Coordinates], side_b: list[Coordinates], limit: int | list[int]
) -> list[tuple[int, int, int]]:
    a, b = np.array(side_a).reshape(-1, 2), np.array(side_b).reshape(-1, 2)
    columns = near_pairs(a[:, 0], a[:, 1], b[:, 0], b[:, 1], limit)
    assert all(column.dtype == np.int64 for column in columns)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@given(st.lists(nearby, max_size=12), st.lists(nearby, max_size=8), st.data())
@settings(deadline=None)
def test_near_pairs_are_those_of_brute_force(
    side_a: list[Coordinates], side_b: list[Coordinates], data: st.DataObject
) -> None:
    size = len(side_b)
    limits = data.draw(st.lists(st.integers(-1, 12_000), min_size=size, max_size=size))
    assert pairs(side_a, side_b, limits) == brute_force(side_a, side_b, limits)


@given(st.lists(anywhere, max_size=6), st.lists(anywhere, max_size=6), st.integers(0, 20_100_000))
@settings(deadline=None)
def test_near_pairs_anywhere_on_earth(
    side_a: list[Coordinates], side_b: list[Coordinates], limit: int
) -> None:
    found = brute_force(side_a, side_b, [limit] * len(side_b))
    assert pairs(side_a, side_b, limit) == found
    with pytest.MonkeyPatch.context() as patch:  # the way that many pairs take
        patch.setattr(distance_module, "_FEW_PAIRS", 0)
        assert pairs(side_a, side_b, limit) == found


def test_a_pair_at_exactly_the_limit_counts() -> None:
    apart = distance_m(BRUSSELS, PARIS)
    assert pairs([BRUSSELS], [PARIS], apart) == [(0, 0, apart)]
    assert pairs([BRUSSELS], [PARIS], apart - 1) == []


def test_points_of_one_spot_may_have_limits_of_their_own() -> None:
    apart = distance_m(BRUSSELS, PARIS)
    found = pairs([BRUSSELS, BRUSSELS], [PARIS, PARIS, PARIS], [apart - 1, apart, apart + 9])
    assert found == [(0, 1, apart), (0, 2, apart), (1, 1, apart), (1, 2, apart)]


def test_blocks_do_not_change_the_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(7)
    a = random.uniform((50, 4), (51, 5), (80, 2))
    b = random.uniform((50, 4), (51, 5), (40, 2))
    whole = near_pairs(a[:, 0], a[:, 1], b[:, 0], b[:, 1], 20_000)
    monkeypatch.setattr(distance_module, "_FEW_PAIRS", 0)
    monkeypatch.setattr(distance_module, "_PAIRS_PER_BLOCK", 10)
    parts = near_pairs(a[:, 0], a[:, 1], b[:, 0], b[:, 1], 20_000)
    assert len(whole[0]) > 100
    for one, other in zip(whole, parts, strict=True):
        np.testing.assert_array_equal(one, other)


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="one-dimensional"):
        near_pairs([1.0, 2.0], [1.0], [1.0], [1.0], 5)
    with pytest.raises(ValueError, match="broadcast"):
        near_pairs([1.0], [1.0], [1.0], [1.0], [5, 6])


@pytest.mark.slow
def test_a_hundred_thousand_members_and_three_thousand_places() -> None:
    random = np.random.default_rng(1)
    a = random.uniform((42, -4), (51.5, 7), (100_000, 2))
    b = random.uniform((42, -4), (51.5, 7), (3_000, 2))
    index_a, index_b, metres = near_pairs(a[:, 0], a[:, 1], b[:, 0], b[:, 1], 30_000)
    # The expected number: 3e8 pairs times the share of the area within 30 km.
    assert 800_000 < len(index_a) < 1_100_000
    assert metres.max() <= 30_000
    for pair in range(0, len(index_a), 200_000):
        at_a, at_b = Coordinates(*a[index_a[pair]]), Coordinates(*b[index_b[pair]])
        assert metres[pair] == distance_m(at_a, at_b)


@given(st.lists(nearby, max_size=12), st.integers(0, 12_000))
@settings(deadline=None)
def test_farther_apart_is_what_the_geodesics_say(spots: list[Coordinates], limit: int) -> None:
    at = np.array(spots).reshape(-1, 2)
    wanted = [[distance_m(a, b) > limit for b in spots] for a in spots]
    assert farther_apart(at[:, 0], at[:, 1], limit).tolist() == wanted


@given(st.lists(anywhere, min_size=2, max_size=5), st.integers(-1, 1))
@settings(deadline=None)
def test_farther_apart_to_the_metre_anywhere_on_earth(spots: list[Coordinates], step: int) -> None:
    at = np.array(spots)
    limit = distance_m(spots[0], spots[1]) + step
    wanted = [[distance_m(a, b) > limit for b in spots] for a in spots]
    assert farther_apart(at[:, 0], at[:, 1], limit).tolist() == wanted
