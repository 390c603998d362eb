"""Who of a cell may not share a group: its locations, and which of them are too far from each other.

Comes in: the classes of a cell, who lives where, who is apart from whom. Goes out: `Locations`: the
pairs of the cell that conflict with the same others are one location, whether they are too far away
(`spread_km`) or apart. A cell of a hundred members has a few dozen locations, so that rules are stated
between locations and not between members.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sip_grouping.geography.distance import farther_apart
from sip_grouping.problem.classes import MemberClasses

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NOWHERE = -1
"""Location of pairs that conflict with nobody in their cell."""


@dataclass(frozen=True)
class Locations:
    """Locations of one cell.

    Attributes
    ----------
    of_pair
        Shape (pairs of the cell,): the location of each, or `NOWHERE`.
    far
        Shape (locations, locations), symmetric: members of the one and of the other may not share a
        group. No location is far from itself, each is from another, and no two are far from the same.
    distant
        Of these, which are so by distance and not because somebody is apart from somebody.
    """

    of_pair: Ints
    far: Bools
    distant: Bools

    @property
    def count(self) -> int:
        """Number of locations."""
        return len(self.far)

    @cached_property
    def cliques(self) -> tuple[Ints, ...]:
        """Sets of locations that are all far from each other; each two that are far are in one."""
        return tuple(_cliques(self.far))

    def of(self, kept: Bools) -> "Locations | None":
        """Return the locations of some pairs of the cell; None where none of them conflict.

        `kept` has shape (pairs of the cell,).
        """
        return _merged(self.of_pair[kept], self.far, self.distant)

    def conflicts(self) -> tuple[Ints, Ints]:
        """Return the two sides of all conflicts, as positions among the pairs of the cell."""
        first, second = np.nonzero(self.far[self._padded(), :][:, self._padded()])
        inside = (first < second) & (self.of_pair[first] >= 0) & (self.of_pair[second] >= 0)
        return first[inside].astype(np.int64), second[inside].astype(np.int64)

    def _padded(self) -> Ints:
        return np.maximum(self.of_pair, 0)


def cell_locations(
    classes: MemberClasses,
    ids: Ints,
    rows: Ints,
    spread_m: int | None,
    apart: Mapping[int, set[int]],
) -> tuple[Bools, Locations | None]:
    """Return which classes fit in one group at all, and the locations of those.

    Parameters
    ----------
    ids
        Shape (classes of the cell,): ascending.
    rows
        The rows of the member arrays of `MemberClasses` that are theirs.
    spread_m
        Largest distance between members of a group; None: none.
    apart
        The classes from which members of a class are apart, where there are any.
    """
    everybody = np.ones(len(ids), dtype=bool)
    spot, far = np.full(len(ids), NOWHERE, dtype=np.int64), np.zeros((0, 0), dtype=bool)
    if spread_m is not None:
        spot, far = _by_home(classes, ids, rows, spread_m)
    at = {number: place for place, number in enumerate(ids.tolist())}
    distant = far
    bound = [(at[a], at[b]) for a in apart.keys() & at.keys() for b in apart[a] if b in at]
    if bound:
        # Each class on a spot of its own: whom it is apart from is its own affair.
        first, second = np.array(bound, dtype=np.int64).T
        owners = np.unique(first) if spread_m is None else np.arange(len(ids))
        far = np.zeros((len(owners),) * 2, dtype=bool) if spread_m is None else far[spot][:, spot]
        distant = far.copy()
        first, second = np.searchsorted(owners, first), np.searchsorted(owners, second)
        far[first, second] = far[second, first] = True
        spot = np.full(len(ids), NOWHERE, dtype=np.int64)
        spot[owners] = np.arange(len(owners))
    if not far.any():
        return everybody, None
    torn = (spot >= 0) & far.diagonal()[spot]
    return ~torn, _merged(spot[~torn], far, distant)


def _by_home(classes: MemberClasses, ids: Ints, rows: Ints, spread_m: int) -> tuple[Ints, Bools]:
    """Return the spot of each class, and which spots have members too far apart.

    A spot is a home; those who belong together have one of their own.
    """
    owner = np.searchsorted(ids, classes.member_class[rows])
    homes = classes.member_position[rows]
    # A complex number sorts as a pair and far faster than rows do; it is only a label.
    both, home = np.unique(homes[:, 0] + 1j * homes[:, 1], return_inverse=True)
    far = farther_apart(both.real, both.imag, spread_m)
    spot = np.zeros(len(ids), dtype=np.int64)
    spot[owner] = home
    blocks = np.flatnonzero(classes.people[ids] > 1)
    if len(blocks):
        # Rows of the homes, then of the blocks: a block is where all of its members are.
        inside = np.zeros((len(blocks), len(both)), dtype=bool)
        number = np.full(len(ids), -1)
        number[blocks] = np.arange(len(blocks))
        of_block = number[owner] >= 0
        inside[number[owner[of_block]], home[of_block]] = True
        reached = (inside.astype(np.int64) @ far) > 0
        between = (reached.astype(np.int64) @ inside.T) > 0
        far = np.block([[far, reached.T], [reached, between]])
        spot[blocks] = len(both) + np.arange(len(blocks))
    return spot, far


def _merged(spot: Ints, far: Bools, distant: Bools) -> Locations | None:
    """Return locations of pairs on spots: spots that are far from the same ones are one."""
    used = np.unique(spot[spot >= 0])
    among = far[np.ix_(used, used)]
    bound = among.any(axis=1)
    if not bound.any():
        return None
    used, among = used[bound], among[np.ix_(bound, bound)]
    # A row of bits as one label: it sorts as the row does, and far faster.
    bits = np.packbits(among, axis=1)
    labels = bits.view(np.dtype((np.void, bits.shape[1]))).ravel()
    _, first, location = np.unique(labels, return_index=True, return_inverse=True)
    number = np.full(len(far) + 1, NOWHERE, dtype=np.int64)  # the last: NOWHERE itself
    number[used] = location.ravel()
    kept = used[first]
    return Locations(number[spot], among[np.ix_(first, first)], distant[np.ix_(kept, kept)])


def _cliques(far: Bools) -> Iterator[Ints]:
    """Yield cliques that cover all edges, each grown from an edge that none has so far."""
    open_edges = far.copy()
    for first in np.argsort(-far.sum(axis=1), kind="stable").tolist():
        while open_edges[first].any():
            clique, candidates = [first], far[first].copy()
            gain = open_edges[first].astype(np.int64)
            while candidates.any():
                # New edges come first, then who leaves most choice.
                worth = gain * len(far) + far[:, candidates].sum(axis=1)
                clique.append(int(np.argmax(np.where(candidates, worth, -1))))
                candidates &= far[clique[-1]]
                gain += open_edges[clique[-1]]
            members = np.array(sorted(clique), dtype=np.int64)
            open_edges[np.ix_(members, members)] = False
            yield members
