"""A grouping: which member is in which group, and what is claimed of it.

Comes in: ids and figures from the engine or from files. Goes out: frozen models and pandas tables.
A grouping holds claims, not truths: a figure read from a file stays as it was read, and `verify`
recomputes every one of them. Distances are whole metres, points whole thousandths. No names.
"""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from sip_grouping.catalogue import Language
from sip_grouping.edition.records import Pin, Role, Track
from sip_grouping.findings import shortened
from sip_grouping.frozen import Frozen, FrozenJson, FrozenJsonByPart, FrozenTexts, Record
from sip_grouping.grouping.columns import GROUP_TABLE, MEMBER_TABLE, frame_of
from sip_grouping.grouping.reasons import Reason
from sip_grouping.grouping.show import grouping_html, grouping_text
from sip_grouping.grouping.stages import Stage
from sip_grouping.notebook import card_language
from sip_grouping.units import THOUSANDTHS

if TYPE_CHECKING:
    import pandas as pd

FORMAT_VERSION = 1
PLACED = "placed"
"""Status of a member with a group in assignments.csv; that of others is a `LeftOutStatus`."""

GROUP_ID = r"^[^\W_](?:[\w.-]*[\w-])?$"
"""What may be a group id: letters of any script, digits, ``.``, ``_`` and ``-``, a letter or a digit
first and no dot last. So it can be a file's name on any system, and leads out of no folder."""

Metres = Annotated[int, Field(ge=0)]


class Status(StrEnum):
    """What is known of the best grouping of an edition."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNKNOWN = "unknown"


class LeftOutStatus(StrEnum):
    """Why a member has no group: it could not be placed, or it takes no part."""

    UNPLACED = "unplaced"
    INELIGIBLE = "ineligible"


class Group(Record):
    """One group. `place` is an office id or a town id, and empty for a video group."""

    group_id: str = Field(pattern=GROUP_ID, max_length=255)
    theme: str
    track: Track
    place: str = ""
    place_name: str = ""
    latitude: float | None = None
    longitude: float | None = None
    language: str = ""
    slot: str = ""
    size: int
    moderators: tuple[str, ...] = ()
    secretaries: tuple[str, ...] = ()
    mean_travel_m: Metres | None = None
    max_travel_m: Metres | None = None
    spread_m: Metres | None = None


class Placement(Record):
    """One member in one group. `rank` 1 is its first choice; `travel_m` is None for video."""

    member_id: str
    group_id: str
    role: Role
    theme: str
    rank: int
    track: Track
    travel_m: Metres | None = None

    @property
    def status(self) -> str:
        """What the column status of assignments.csv says."""
        return PLACED


class LeftOut(Record):
    """One member without a group."""

    member_id: str
    status: LeftOutStatus
    reason: Reason


class ScoreTerms(Record):
    """The terms of a score in thousandths of a point.

    `travel`, `video`, `groups` and `places` are losses, given positive; `previous`, what it is worth who
    meets again and who holds a role again, is gained, and below 0 where it is lost.
    """

    rank: int = 0
    travel: int = 0
    video: int = 0
    groups: int = 0
    places: int = 0
    previous: int = 0

    @property
    def total(self) -> int:
        """The score in thousandths of a point."""
        lost = self.travel + self.video + self.groups + self.places
        return self.rank - lost + self.previous


class Grouping(Record):
    """The groups of an edition, with all that is needed to verify, compare and reproduce them.

    Attributes
    ----------
    edition_digest, edition_digests, edition_entries
        Of the edition, with the pins given in the call: one digest, one by part, and what is kept of
        each part to name the first difference; see `sip_grouping.edition.digests`.
    score_thousandths, bound_thousandths
        Points times 1000. No grouping of the edition has a score above the bound.
    stages
        The objectives in the order in which they were maximised; empty where it was the score alone.
    pins
        Pins given in the call besides the edition's own.
    gap
        (bound - score) / |score|; see `relative_gap`.
    settings, versions
        How it was made: what was asked for, and the versions of the libraries.
    """

    edition_name: str
    edition_digest: str
    edition_digests: FrozenTexts = Field(default_factory=Frozen)
    edition_entries: FrozenJsonByPart = Field(default_factory=Frozen, repr=False)
    status: Status
    group_records: tuple[Group, ...]
    placements: tuple[Placement, ...]
    left_out: tuple[LeftOut, ...] = ()
    score_thousandths: int
    score_terms: ScoreTerms
    bound_thousandths: int | None = None
    gap: float | None = None
    stages: tuple[Stage, ...] = ()
    pins: tuple[Pin, ...] = ()
    seed: int = 0
    settings: FrozenJson = Field(default_factory=Frozen)
    versions: FrozenTexts = Field(default_factory=Frozen)

    def __repr_args__(self) -> Iterator[tuple[str, object]]:
        # For repr, str and rich alike: what there is, not all of it.
        yield "edition", shortened(self.edition_name, 60)
        yield "status", self.status.value
        yield "groups", len(self.group_records)
        yield "placed", len({one.member_id for one in self.placements})
        yield "left_out", len(self.left_out)
        yield "score", self.score
        yield "bound", self.bound
        yield "gap", self.gap

    def _repr_html_(self) -> str:
        return grouping_html(self, card_language())

    @property
    def score(self) -> float:
        """Score in points."""
        return self.score_thousandths / THOUSANDTHS

    @property
    def bound(self) -> float | None:
        """Proven upper bound of the score in points."""
        return None if self.bound_thousandths is None else self.bound_thousandths / THOUSANDTHS

    @cached_property
    def group_by_id(self) -> Mapping[str, Group]:
        """Groups by their id."""
        return Frozen({group.group_id: group for group in self.group_records})

    @cached_property
    def placements_by_group(self) -> Mapping[str, tuple[Placement, ...]]:
        """Placements of each group, in the order of `placements`; groups without any are absent."""
        found: dict[str, list[Placement]] = {}
        for placement in self.placements:
            found.setdefault(placement.group_id, []).append(placement)
        return Frozen({group_id: tuple(rows) for group_id, rows in found.items()})

    @property
    def members(self) -> "pd.DataFrame":
        """One row per member and group: the columns of assignments.csv, ids only.

        Distances in km, ranks as nullable integers; what does not apply is missing.
        """
        return frame_of(MEMBER_TABLE, (*self.placements, *self.left_out))

    @property
    def groups(self) -> "pd.DataFrame":
        """One row per group: the columns of groups.csv. Distances in km."""
        return frame_of(GROUP_TABLE, self.group_records)

    def summary(self, language: Language = "en") -> str:
        """Return a few lines of text: verdict, groups per theme and track, ranks obtained."""
        return grouping_text(self, language)


def safe_group_id(text: str) -> str:
    """Return a text that starts with a letter or a digit as a group id: what may not be in one is ``_``.

    Two texts may become one: number them.
    """
    return re.sub(r"[^\w.-]|\.$", "_", text)


def relative_gap(score: int, bound: int | None) -> float | None:
    """Return (bound - score) / |score|: 0 when both are equal, None when it says nothing.

    Both in the same unit. None when there is no bound, or the score is 0 and the bound is not.
    """
    if bound is None:
        return None
    if bound == score:
        return 0.0
    return None if score == 0 else (bound - score) / abs(score)


def rounded_mean_m(distances_m: list[int]) -> int:
    """Return the mean of whole metres, rounded to a whole metre, halves up."""
    return (2 * sum(distances_m) + len(distances_m)) // (2 * len(distances_m))
