"""Geodesic distances in whole metres, one by one or many at once.

Comes in: WGS-84 coordinates in degrees. Goes out: metres, rounded to the nearest whole one, halves
up. The definition is `distance_m` (geopy); the vectorised functions give the same integers. The
module knows no postcodes, members or places.

Both engines solve the inverse geodesic problem by C. F. F. Karney, "Algorithms for geodesics",
Journal of Geodesy 87 (2013) 43-55, to about 15 nanometres.
"""

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from pyproj import Geod

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# The ellipsoid WGS-84: half its longest axis, and the square of its first eccentricity.
_MAJOR_M = 6_378_137.0
_FLATTENING = 1 / 298.257_223_563
_ECCENTRICITY_2 = _FLATTENING * (2 - _FLATTENING)

# Two engines that agree to 1e-8 m may still round a length next to a half metre differently.
_HALF_METRE_MARGIN_M = 1e-5

# Farther apart than any rounding of a chord of at most 12,800 km in double precision.
_CHORD_MARGIN_M = 1e-3

# So few pairs are compared one with all, faster than the library of the tree is loaded.
_FEW_PAIRS = 1_000_000

# Bounds the lists that the tree returns for one block of points, at about 100 bytes a pair.
_PAIRS_PER_BLOCK = 2_000_000


class Coordinates(NamedTuple):
    """A point on the WGS-84 ellipsoid, in degrees."""

    latitude: float
    longitude: float


def distance_m(a: Coordinates, b: Coordinates) -> int:
    """Return the geodesic between two points in whole metres, halves up.

    Raises
    ------
    ValueError
        A coordinate is not finite, or a latitude is outside -90 to 90.
    """
    _checked(np.array([a.latitude, b.latitude]), np.array([a.longitude, b.longitude]))
    return _reference_m(a.latitude, a.longitude, b.latitude, b.longitude)


def distances_m(lat_a: ArrayLike, lon_a: ArrayLike, lat_b: ArrayLike, lon_b: ArrayLike) -> Ints:
    """Return the geodesics between pairs of points in whole metres, as `distance_m` does.

    Parameters
    ----------
    lat_a, lon_a, lat_b, lon_b
        Degrees, of shapes that broadcast to one shape.

    Returns
    -------
    Ints
        Metres, of that shape.

    Raises
    ------
    ValueError
        A coordinate is not finite, a latitude is outside -90 to 90, or the shapes do not fit.
    """
    a = _checked(lat_a, lon_a)
    b = _checked(lat_b, lon_b)
    together = np.broadcast_arrays(a[0], a[1], b[0], b[1])
    # A flat copy of each: pyproj wants contiguous arrays, and may write to them.
    from_lat, from_lon, to_lat, to_lon = (np.array(part).ravel() for part in together)
    exact = np.asarray(_wgs84().inv(from_lon, from_lat, to_lon, to_lat)[2], dtype=np.float64)
    metres = np.floor(exact + 0.5).astype(np.int64)
    doubtful = np.abs(exact - np.floor(exact) - 0.5) < _HALF_METRE_MARGIN_M
    for at in np.flatnonzero(doubtful):
        metres[at] = _reference_m(from_lat[at], from_lon[at], to_lat[at], to_lon[at])
    return metres.reshape(together[0].shape)


def near_pairs(
    lat_a: ArrayLike,
    lon_a: ArrayLike,
    lat_b: ArrayLike,
    lon_b: ArrayLike,
    limit_m: int | ArrayLike,
) -> tuple[Ints, Ints, Ints]:
    """Return all pairs of points at most a limit apart, and how far.

    Memory grows with the number of near pairs, never with the product of both sides. Points that
    stand on one spot are computed once.

    Parameters
    ----------
    lat_a, lon_a
        Degrees, shape (n,).
    lat_b, lon_b
        Degrees, shape (m,).
    limit_m
        Whole metres, one for all or of shape (m,), one per point of `b`; a pair at exactly the
        limit counts. A negative limit lets no pair through.

    Returns
    -------
    index_a, index_b, metres : Ints
        Of one shape (k,), sorted by `index_a`, then `index_b`.

    Raises
    ------
    ValueError
        A coordinate is not finite, a latitude is outside -90 to 90, or the shapes do not fit.
    """
    spots_a, of_a, count_a = _spots(lat_a, lon_a)
    spots_b, of_b, count_b = _spots(lat_b, lon_b)
    limits = np.broadcast_to(np.asarray(limit_m, dtype=np.int64), (len(of_b),))
    if len(of_a) == 0 or len(of_b) == 0:
        return _no_pairs()

    # A spot of b is searched as far as the most distant limit of the points that stand on it.
    reach = np.full(len(spots_b), -1, dtype=np.int64)
    np.maximum.at(reach, of_b, limits)

    near_a, near_b, metres = _near_spots(spots_a, spots_b, reach)

    # From spots back to points: each near pair of spots stands for all points on both.
    times = count_a[near_a] * count_b[near_b]
    if int(times.sum()) == len(times):
        index_a, index_b = _first_of(of_a)[near_a], _first_of(of_b)[near_b]
    else:
        pair = np.repeat(np.arange(len(times)), times)
        within = np.arange(len(pair)) - np.repeat(np.cumsum(times) - times, times)
        by_spot_a, start_a = np.argsort(of_a, kind="stable"), np.cumsum(count_a) - count_a
        by_spot_b, start_b = np.argsort(of_b, kind="stable"), np.cumsum(count_b) - count_b
        across = count_b[near_b[pair]]
        index_a = by_spot_a[start_a[near_a[pair]] + within // across]
        index_b = by_spot_b[start_b[near_b[pair]] + within % across]
        metres = metres[pair]
    kept = metres <= limits[index_b]
    index_a, index_b, metres = index_a[kept], index_b[kept], metres[kept]
    order = np.lexsort((index_b, index_a))
    return index_a[order], index_b[order], metres[order]


def farther_apart(latitude: ArrayLike, longitude: ArrayLike, limit_m: int) -> Bools:
    """Return which points are more than a limit apart, as whole metres tell.

    Nearly all pairs are decided by the chord through the earth, which is quick; the geodesic is
    computed only where the limit lies between what the chord allows. A curve on the ellipsoid that is
    as short as can be bends nowhere more than a circle of radius b^2/a, so that by Schur's theorem it
    is no longer than the arc of that circle over the same chord.

    Parameters
    ----------
    latitude, longitude
        Degrees, shape (n,).
    limit_m
        Whole metres; a pair at exactly the limit is not farther.

    Returns
    -------
    Bools
        Shape (n, n), symmetric.

    Raises
    ------
    ValueError
        A coordinate is not finite, a latitude is outside -90 to 90, or the shapes do not fit.
    """
    lat, lon = _checked(latitude, longitude)
    at = cartesian_m(np.column_stack([lat, lon]))
    squares = np.zeros((len(at), len(at)))
    for axis in range(3):
        squares += np.subtract.outer(at[:, axis], at[:, axis]) ** 2
    chord = np.sqrt(squares)
    tightest = _MAJOR_M * (1 - _FLATTENING) ** 2
    half_turn = np.minimum((chord + _CHORD_MARGIN_M) / (2 * tightest), 1.0)
    longest = np.where(half_turn < 1.0, 2 * tightest * np.arcsin(half_turn), np.inf)
    farther: Bools = chord - _CHORD_MARGIN_M >= limit_m + 0.5
    first, second = np.nonzero(np.triu(~farther & (longest >= limit_m + 0.5), k=1))
    metres = distances_m(lat[first], lon[first], lat[second], lon[second])
    farther[first, second] = farther[second, first] = metres > limit_m
    return farther


def _near_spots(spots_a: Floats, spots_b: Floats, reach_m: Ints) -> tuple[Ints, Ints, Ints]:
    """Return pairs of spots (rows of degrees) within the reach of each spot of `b`, unsorted."""
    # The straight chord through the earth is never longer than the geodesic, so no near pair is
    # missed; half a metre because 30,000.4 m counts as 30,000.
    radius = np.where(reach_m < 0, -1.0, reach_m + 0.5 + _CHORD_MARGIN_M)
    at_a, at_b = cartesian_m(spots_a), cartesian_m(spots_b)
    few = len(at_a) * len(at_b) <= _FEW_PAIRS
    parts: list[tuple[Ints, Ints, Ints]] = []
    for near_a, near_b in (_by_comparing if few else _by_tree)(at_a, at_b, radius):
        metres = distances_m(
            spots_a[near_a, 0], spots_a[near_a, 1], spots_b[near_b, 0], spots_b[near_b, 1]
        )
        kept = metres <= reach_m[near_b]
        parts.append((near_a[kept], near_b[kept], metres[kept]))
    if not parts:
        return _no_pairs()
    near_a, near_b, metres = (np.concatenate(column) for column in zip(*parts, strict=True))
    return near_a, near_b, metres


def _by_comparing(at_a: Floats, at_b: Floats, radius: Floats) -> Iterator[tuple[Ints, Ints]]:
    """Yield the pairs of points (rows in metres) at most the radius of `b` apart, in one block."""
    squares = np.zeros((len(at_a), len(at_b)))
    for axis in range(3):
        squares += np.subtract.outer(at_a[:, axis], at_b[:, axis]) ** 2
    near_a, near_b = np.nonzero((squares <= radius**2) & (radius >= 0))
    yield near_a.astype(np.int64), near_b.astype(np.int64)


def _by_tree(at_a: Floats, at_b: Floats, radius: Floats) -> Iterator[tuple[Ints, Ints]]:
    """Yield the same pairs block by block."""
    from scipy.spatial import cKDTree  # noqa: PLC0415 - loading it takes a tenth of a second

    tree = cKDTree(at_a)
    wanted = np.flatnonzero(radius >= 0)
    counts = np.zeros(len(at_b), dtype=np.int64)
    if len(wanted):
        counts[wanted] = tree.query_ball_point(
            at_b[wanted], radius[wanted], return_length=True, workers=1
        )
    block = np.cumsum(counts[wanted]) // _PAIRS_PER_BLOCK
    for number in np.unique(block):
        some = wanted[block == number]
        hits = tree.query_ball_point(at_b[some], radius[some], return_sorted=False)
        near_b = np.repeat(some, counts[some])
        yield np.fromiter((spot for hit in hits for spot in hit), np.int64, len(near_b)), near_b


def _spots(latitude: ArrayLike, longitude: ArrayLike) -> tuple[Floats, Ints, Ints]:
    """Return the different points (k, 2), the one of each input point (n,), and points on each."""
    lat, lon = _checked(latitude, longitude)
    if lat.ndim != 1 or lat.shape != lon.shape:
        raise ValueError("latitudes and longitudes must be one-dimensional and of one length")
    # A complex number sorts as a pair and far faster than rows do; the spots are only labels.
    both, of, count = np.unique(lat + 1j * lon, return_inverse=True, return_counts=True)
    return np.column_stack([both.real, both.imag]), of.astype(np.int64), count.astype(np.int64)


def _first_of(spot_of_point: Ints) -> Ints:
    return np.unique(spot_of_point, return_index=True)[1].astype(np.int64)


def cartesian_m(spots: Floats) -> Floats:
    """Return earth-centred coordinates (k, 3) in metres of points on the ellipsoid.

    B. Hofmann-Wellenhof et al., "GNSS" (2008), equation 8.4, at height 0.
    """
    lat, lon = np.radians(spots[:, 0]), np.radians(spots[:, 1])
    normal = _MAJOR_M / np.sqrt(1 - _ECCENTRICITY_2 * np.sin(lat) ** 2)
    return np.column_stack(
        [
            normal * np.cos(lat) * np.cos(lon),
            normal * np.cos(lat) * np.sin(lon),
            normal * (1 - _ECCENTRICITY_2) * np.sin(lat),
        ]
    )


def _checked(latitude: ArrayLike, longitude: ArrayLike) -> tuple[Floats, Floats]:
    lat = np.asarray(latitude, dtype=np.float64)
    lon = np.asarray(longitude, dtype=np.float64)
    # Written so that a NaN fails.
    if not bool(np.all(np.abs(lat) <= 90)) or not bool(np.all(np.isfinite(lon))):
        raise ValueError("coordinates must be finite degrees, latitudes from -90 to 90")
    return lat, lon


@cache
def _wgs84() -> "Geod":
    from pyproj import Geod  # noqa: PLC0415 - loading it takes a tenth of a second

    return Geod(ellps="WGS84")


def _reference_m(lat_a: float, lon_a: float, lat_b: float, lon_b: float) -> int:
    from geopy.distance import geodesic  # noqa: PLC0415 - as above, and hardly ever asked

    metres = geodesic((float(lat_a), float(lon_a)), (float(lat_b), float(lon_b))).meters
    return int(metres + 0.5)


def _no_pairs() -> tuple[Ints, Ints, Ints]:
    empty = np.zeros(0, dtype=np.int64)
    return empty, empty.copy(), empty.copy()
