"""A plan: when and where the groups of a season meet, and what is claimed of it.

Comes in: ids, dates and figures from the planner or from files. Goes out: frozen models and pandas tables.
A plan holds claims, not truths: `verify_plan` recomputes every one of them. Points are whole thousandths.
No names.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from pydantic import Field

from sip_grouping.edition.records import Track
from sip_grouping.findings import shortened
from sip_grouping.frames import plain_frame
from sip_grouping.frozen import Frozen, FrozenJson, FrozenTexts, Record
from sip_grouping.grouping import Status
from sip_grouping.units import THOUSANDTHS

if TYPE_CHECKING:
    import pandas as pd


class MeetingKind(StrEnum):
    """Who meets: a group; the moderators of a theme; all cooperators of a country; a group at its end."""

    GROUP = "group"
    SYNTHESIS = "synthesis"
    INFORMATION = "information"
    EVALUATION = "evaluation"


class Meeting(Record):
    """One meeting, a row of meetings.csv.

    Attributes
    ----------
    group_id
        Of a group; None of a synthesis and of an information moment.
    theme
        Of a group or a synthesis; empty of an information moment.
    place
        Office id or town id of a meeting in person, empty by video; of an information moment the country
        for whose cooperators it is.
    number
        Of the group's meetings in the order of their dates, from 1; of the information moments of a
        country in order, from 1; of a synthesis 1.
    absent
        Ids of those who should be there and cannot. `attending` is `size` less their number.
    size
        How many should be there: the group; of a synthesis the moderators; of an information moment all
        cooperators of the country.
    standing_in
        Of a synthesis: who comes for a moderator who cannot, by the id of the moderator.
    """

    meeting_id: str
    kind: MeetingKind
    group_id: str | None = None
    theme: str = ""
    phase: str = ""
    number: int = Field(ge=1)
    date: date
    start: time
    end: time
    track: Track
    place: str = ""
    expert_id: str | None = None
    attending: int = Field(ge=0)
    absent: tuple[str, ...] = ()
    size: int = Field(ge=0)
    standing_in: FrozenTexts = Field(default_factory=Frozen)

    @property
    def begins(self) -> datetime:
        """Date and time of the beginning, in local time."""
        return datetime.combine(self.date, self.start)

    @property
    def ends(self) -> datetime:
        """Date and time of the end, in local time; what ends at midnight does so on the next day."""
        ends = datetime.combine(self.date, self.end)
        if self.end > self.start or self.date == date.max:
            return ends
        return ends + timedelta(days=1)

    def overlaps(self, other: "Meeting") -> bool:
        """Return whether two meetings are partly at the same time."""
        return self.begins < other.ends and other.begins < self.ends


class Plan(Record):
    """The meetings of a season, with all that is needed to verify and reproduce them.

    Attributes
    ----------
    edition_digest, grouping_digest, season_digest
        SHA-256 of what the plan was made for: of the edition, of the groups, of calendar and experts with
        the dates on which members cannot.
    score_thousandths, bound_thousandths
        Points times 1000. No valid plan has a score above the bound.
    gap
        (bound - score) / |score|; see `sip_grouping.grouping.relative_gap`.
    """

    edition_name: str
    edition_digest: str
    grouping_digest: str
    season_digest: str
    status: Status
    meetings: tuple[Meeting, ...]
    score_thousandths: int
    attendance: int
    in_person: int
    late_thousandths: int
    bound_thousandths: int | None = None
    gap: float | None = None
    seed: int = 0
    settings: FrozenJson = Field(default_factory=Frozen)
    versions: FrozenTexts = Field(default_factory=Frozen)

    def __repr_args__(self) -> Iterator[tuple[str, object]]:
        yield "edition", shortened(self.edition_name, 60)
        yield "status", self.status.value
        yield "meetings", len(self.meetings)
        yield "score", self.score
        yield "bound", self.bound
        yield "gap", self.gap

    @property
    def score(self) -> float:
        """Score in points."""
        return self.score_thousandths / THOUSANDTHS

    @property
    def bound(self) -> float | None:
        """Proven upper bound of the score in points."""
        return None if self.bound_thousandths is None else self.bound_thousandths / THOUSANDTHS

    @cached_property
    def meetings_of_group(self) -> Mapping[str, tuple[Meeting, ...]]:
        """Meetings of each group, in the order of the plan."""
        found: dict[str, list[Meeting]] = {}
        for one in self.meetings:
            if one.group_id is not None:
                found.setdefault(one.group_id, []).append(one)
        return Frozen({group: tuple(several) for group, several in found.items()})

    @property
    def table(self) -> "pd.DataFrame":
        """One row per meeting: the columns of meetings.csv, ids only."""
        columns = [name for name in Meeting.model_fields if name != "standing_in"]
        rows = [{name: getattr(one, name) for name in columns} for one in self.meetings]
        return plain_frame(rows, columns)
