"""Kinds of group, and who could be in one, for the verifier alone.

Comes in: what `chances` works out. Goes out: `Kind` and `Pool` for the reasons of members left out,
`KindOfGroup` for certificates.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition.records import Rules, Theme, Track
from sip_grouping.grouping import Reason

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Kind:
    """A kind of group, and the units that could be in it by their own answers and pins.

    Attributes
    ----------
    units
        Shape (units,): their numbers, ascending.
    lacks
        What counting all of them shows to be lacking.
    plain
        Shape (columns,): what those of one member bring who may share a group with everyone here.
    """

    track: Track
    rules: Rules
    units: Ints
    lacks: frozenset[Reason]
    plain: Ints

    @property
    def size_max(self) -> int:
        """Largest size of a group."""
        return self.rules.sizes(self.track).size_max

    @property
    def spread_m(self) -> int | None:
        """Longest way between two members, whole metres; None: no limit."""
        return self.rules.spread_m if self.track is Track.LOCAL else None


@dataclass(frozen=True)
class KindOfGroup:
    """A kind of group and who could be in one: `units` has shape (units,)."""

    theme: Theme
    track: Track
    place: str
    slot: str
    units: Bools


@dataclass(frozen=True)
class Pool:
    """Units that could be in a group of a kind with one of them, and what they lack by counting."""

    kind: Kind
    owner: int
    units: Ints
    lacks: frozenset[Reason]
