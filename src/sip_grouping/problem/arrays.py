"""The problem behind an edition as arrays: cells, pairs and ways, with named axes; no points, no solver.

Comes in: what `build` collects. Goes out: `Problem`, frozen, in integers: distances in whole metres.

Axes: *classes* (members that are alike, or that belong together), *cells* (theme, place or video,
language, slot), *pairs* (a class that may be placed in a cell), *ways* (one member of a copy in a
pair; where nobody belongs together, ways are pairs). Memory grows with the ways.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition import Edition
from sip_grouping.edition.records import Pin, Rules, Track
from sip_grouping.grouping import Grouping
from sip_grouping.problem.classes import MemberClasses
from sip_grouping.problem.company import Company
from sip_grouping.problem.locations import Locations
from sip_grouping.problem.needs import NEEDS
from sip_grouping.problem.places import CandidatePlace
from sip_grouping.problem.reach import VIDEO
from sip_grouping.problem.standing import Standing

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Cell:
    """A possible kind of group. `language` and `slot` are empty where any will do.

    `keeps`: the id of the earlier group that goes on as this one; empty: it is a new group.
    """

    theme: str
    track: Track
    place: int
    language: str
    slot: str
    rules: Rules
    groups_max: int
    keeps: str = ""

    @property
    def size_min(self) -> int:
        """Smallest size of a group."""
        return self.rules.sizes(self.track).size_min

    @property
    def size_max(self) -> int:
        """Largest size of a group."""
        return self.rules.sizes(self.track).size_max


@dataclass(frozen=True, slots=True)
class Ways:
    """What a placement means for each member: arrays of shape (ways,), sorted by pair.

    Attributes
    ----------
    pair
        The pair it belongs to.
    member
        Row of the member arrays of `MemberClasses`.
    rank
        Rank of the cell's theme in the member's answers, 1 = first choice.
    metres
        Whole metres from home to the cell's place; 0 by video.
    by_video
        Whether a member who accepts local groups would meet by video.
    stays
        Whether the earlier grouping has the member in a group of the same theme, track and place.
    """

    pair: Ints
    member: Ints
    rank: Ints
    metres: Ints
    by_video: Bools
    stays: Bools


@dataclass(frozen=True)
class Problem:
    """Arrays of an edition's problem.

    Attributes
    ----------
    earlier
        The grouping from which groups are formed again; None: there is none.
    pair_cell, pair_class
        Shape (pairs,): the cell and the class of each pair, sorted by cell, then class.
    pair_max
        Shape (pairs,): most copies of the class in the cell.
    locations
        By cell, who may not share a group; None where all may.
    company
        Who shared a group in the edition before; None where it makes no difference.
    standing
        What stands already where groups that were proposed are formed again; None: nothing does.
    """

    edition: Edition
    earlier: Grouping | None
    places: tuple[CandidatePlace, ...]
    classes: MemberClasses
    cells: tuple[Cell, ...]
    pair_cell: Ints
    pair_class: Ints
    pair_max: Ints
    ways: Ways
    locations: tuple[Locations | None, ...]
    company: Company | None = None
    standing: Standing | None = None

    @cached_property
    def cell_start(self) -> Ints:
        """Shape (cells + 1,): the pairs of cell c are cell_start[c] to cell_start[c + 1]."""
        return np.searchsorted(self.pair_cell, np.arange(len(self.cells) + 1)).astype(np.int64)

    @cached_property
    def cells_by_kind(self) -> Mapping[tuple[str, Track, str], tuple[int, ...]]:
        """Numbers of the cells by theme, track and place id (empty: video), ascending."""
        found: dict[tuple[str, Track, str], list[int]] = {}
        for number, cell in enumerate(self.cells):
            found.setdefault((cell.theme, cell.track, self.place_id(cell)), []).append(number)
        return {kind: tuple(numbers) for kind, numbers in found.items()}

    @cached_property
    def bound_pairs(self) -> Bools:
        """Shape (pairs,): who may not share a group with someone of the cell."""
        found = np.zeros(len(self.pair_cell), dtype=bool)
        for begin, end, one in zip(
            self.cell_start[:-1], self.cell_start[1:], self.locations, strict=True
        ):
            if one is not None:
                found[begin:end] = one.of_pair >= 0
        return found

    @cached_property
    def mixes_distant(self) -> bool:
        """Whether some cell has members who live too far from each other for one group."""
        return any(one is not None and bool(one.distant.any()) for one in self.locations)

    @cached_property
    def weekly(self) -> bool:
        """Whether groups meet in one of several weekly slots."""
        return len({cell.slot for cell in self.cells}) > 1

    def has_quotas(self, cell: Cell) -> bool:
        """Return whether groups of a cell need members beside their role holders."""
        return any(not need.roles and need.wanted(cell.rules) for need in NEEDS)

    def place_id(self, cell: Cell) -> str:
        """Return the id of a cell's place, empty for video."""
        return "" if cell.place == VIDEO else self.places[cell.place].place_id

    def pinned_cells(self, pin: Pin) -> list[int]:
        """Return the cells in which a pin may be kept."""
        return list(self.cells_by_kind.get((pin.theme, pin.track, pin.place), ()))
