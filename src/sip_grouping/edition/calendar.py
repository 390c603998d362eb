"""The season of an edition as data: phases and times of meetings, test projects, experts, the team.

Comes in: values of edition.toml (`[calendar]`, `[projects]`) and of the tables experts, projects, team and
school_holidays. Goes out: frozen records, each valid by itself. None of it decides which groupings are valid.
"""

from collections.abc import Iterator, Mapping
from datetime import date, time
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from sip_grouping.edition.dates import (
    CannotDates,
    DateRange,
    Dates,
    clock,
    date_range,
    in_order,
    sorted_dates,
)
from sip_grouping.edition.languages import language_code
from sip_grouping.edition.school import SchoolHolidays
from sip_grouping.edition.slots import WEEKDAYS, weekly_slot
from sip_grouping.edition.values import CellText, Points, RecordId, Text, ThemeId, codes_of
from sip_grouping.frozen import Frozen, FrozenTexts, Record
from sip_grouping.units import at_most_decimals, to_thousandths

__all__ = [
    "Calendar",
    "CannotDates",
    "Contact",
    "DateRange",
    "Dates",
    "Expert",
    "Phase",
    "Project",
    "ProjectRules",
    "SchoolHolidays",
    "Season",
    "clock",
    "date_range",
    "sorted_dates",
]


class Phase(Record):
    """A part of the season with meetings of its own. `from` and `to` are its first and last date.

    Attributes
    ----------
    meetings
        The least and the most meetings of each group in it.
    expert
        Whether an expert is at each of them.
    synthesis_before
        Whether the groups of each theme meet, by their moderators, before these meetings.
    information
        Moments for all cooperators of a country, per country.
    """

    model_config = ConfigDict(populate_by_name=True)

    id: ThemeId
    title: FrozenTexts = Field(default_factory=Frozen)
    first: date = Field(alias="from")
    last: date = Field(alias="to")
    meetings: tuple[int, int] = (1, 1)
    expert: bool = False
    synthesis_before: bool = False
    information: int = Field(default=0, ge=0, le=100)

    @field_validator("title", mode="before")
    @classmethod
    def _title_in_one_language(cls, value: object) -> object:
        return {"en": value} if isinstance(value, str) else value

    @field_validator("meetings", mode="before")
    @classmethod
    def _least_and_most(cls, value: Any) -> Any:
        given = tuple(value) if isinstance(value, list | tuple) else ()
        if list(map(type, given)) != [int, int] or not 0 <= given[0] <= given[1] <= 100:
            raise PydanticCustomError(
                "meetings-crossed",
                "{text} is not the least and the most meetings of a group: write [1, 2]",
                {"text": str(list(given) or value)},
            )
        return given

    @model_validator(mode="after")
    def _dates(self) -> Self:
        in_order(self.first, self.last)
        return self

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def title_in(self, language: str) -> str:
        """Return the title in a language, else in any, else the id."""
        return self.title.get(language) or next(iter(self.title.values()), self.id)

    def late_thousandths(self, day: date) -> int:
        """Return what is lost when the last meeting of the phase is on a day, thousandths of a point.

        Half a point per day past the middle, which is half-way between the first and the last date:
        `250 * max(0, 2 * (day - first) - (last - first))`, in days.
        """
        return 250 * max(0, 2 * (day - self.first).days - (self.last - self.first).days)


class Calendar(Record):
    """When groups meet: `[calendar]` of edition.toml.

    Attributes
    ----------
    meetings_per_group
        Clipped to the sums of the least and the most meetings of the phases.
    in_person_from
        Before this date every meeting is by video; None: from the first.
    start_times
        When a meeting begins, by the last part of a slot: ``evening`` for ``tue-evening``.
    rest_days
        Whole days that lie at least between two meetings of a group.
    quorum
        The least share of a group that attends each of its meetings.
    """

    meeting_hours: float = Field(default=3.0, gt=0, le=24)
    meetings_per_group: int = Field(default=5, ge=0, le=1000)
    in_person_from: date | None = None
    start_times: FrozenTexts = Field(
        default_factory=lambda: Frozen(
            {"evening": "18:30", "afternoon": "14:00", "morning": "09:30"}
        )
    )
    rest_days: int = Field(default=6, ge=0, le=365)
    quorum: float = Field(default=0.5, ge=0, le=1)
    holidays: bool = True
    closed: tuple[Dates, ...] = ()
    phases: tuple[Phase, ...] = Field(min_length=1)

    @field_validator("meeting_hours")
    @classmethod
    def _whole_minutes(cls, value: float) -> float:
        at_most_decimals(value, 3)
        if (to_thousandths(value) * 60) % 1000:
            raise PydanticCustomError(
                "no-whole-minutes",
                "{number} hours are no whole minutes: write 2.5 or 3.0",
                {"number": str(value)},
            )
        return value

    @field_validator("quorum")
    @classmethod
    def _in_thousandths(cls, value: float) -> float:
        return at_most_decimals(value, 3)

    @field_validator("start_times")
    @classmethod
    def _clocks(cls, value: Mapping[str, str]) -> Mapping[str, str]:
        if not value:
            raise PydanticCustomError("list-empty", "the list is empty")
        return Frozen(
            {part.strip().lower(): f"{clock(text):%H:%M}" for part, text in value.items()}
        )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        ids = [phase.id for phase in self.phases]
        if len(set(ids)) < len(ids):
            raise PydanticCustomError("named-twice", "the list names one thing twice")
        for part, begin in self.starts.items():
            if begin.hour * 60 + begin.minute + self.minutes > 24 * 60:
                raise PydanticCustomError(
                    "past-midnight",
                    "a meeting that begins at {start} ({part}) and lasts {hours} hours ends after midnight",
                    {"part": part, "start": f"{begin:%H:%M}", "hours": str(self.meeting_hours)},
                )
        return self

    @property
    def minutes(self) -> int:
        """How long a meeting lasts, in minutes."""
        return to_thousandths(self.meeting_hours) * 60 // 1000

    @cached_property
    def starts(self) -> Mapping[str, time]:
        """When meetings begin, by part of the day."""
        return Frozen({part: clock(text) for part, text in self.start_times.items()})

    @cached_property
    def phases_in_order(self) -> tuple[Phase, ...]:
        """Phases by their first date, of equal ones as they are listed."""
        return tuple(sorted(self.phases, key=lambda one: one.first))

    @cached_property
    def meetings_of_a_group(self) -> int:
        """How many meetings each group has."""
        least = sum(phase.meetings[0] for phase in self.phases)
        most = sum(phase.meetings[1] for phase in self.phases)
        return min(max(self.meetings_per_group, least), most)

    def least_attending(self, size: int) -> int:
        """Return how many of a group attend each of its meetings at least."""
        return -(-to_thousandths(self.quorum) * size // 1000)

    def slot_of(self, day: date, part: str) -> str:
        """Return the weekly slot of a date and a part of the day, such as ``tue-evening``."""
        return f"{WEEKDAYS[day.weekday()]}-{part}"


class ProjectRules(Record):
    """When test projects run, and what they may cost: `[projects]` of edition.toml.

    `share_max`: by kind (theme, country) the largest share of the budget that one of them may get.
    """

    model_config = ConfigDict(populate_by_name=True)

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    budget: Points
    share_max: Mapping[str, float] = Field(default_factory=Frozen)

    @field_validator("budget")
    @classmethod
    def _in_thousandths(cls, value: float) -> float:
        return at_most_decimals(value, 3)

    @field_validator("share_max")
    @classmethod
    def _known_shares(cls, value: Mapping[str, float]) -> Mapping[str, float]:
        for kind, share in value.items():
            if kind not in {"theme", "country"} or not 0 <= share <= 1:
                raise PydanticCustomError(
                    "no-share",
                    "{kind} = {share} is no share of the budget: write theme or country with 0 to 1",
                    {"kind": kind, "share": str(share)},
                )
            at_most_decimals(share, 3)
        return Frozen(value)

    @model_validator(mode="after")
    def _dates(self) -> Self:
        in_order(self.first, self.last)
        return self


def _codes(value: tuple[str, ...]) -> tuple[str, ...]:
    return codes_of(value, language_code)


def _slots(value: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(codes_of(value, weekly_slot)))


class Expert(Record):
    """Somebody who comes to meetings of the expert phases. Empty `languages` or `slots`: any."""

    expert_id: RecordId
    name: CellText = Field(default="", repr=False)
    themes: tuple[ThemeId, ...] = Field(min_length=1)
    languages: Annotated[tuple[Text, ...], AfterValidator(_codes)] = ()
    slots: Annotated[tuple[Text, ...], AfterValidator(_slots)] = ()
    cannot: CannotDates = ()
    sessions_max: int = Field(default=1000, ge=0, le=100_000)


class Project(Record):
    """A test project that a group proposes to carry out. `willing` empty: all members of the group.

    `from` and `to` None: as in `[projects]`.
    """

    model_config = ConfigDict(populate_by_name=True)

    project_id: RecordId
    group_id: Text = Field(min_length=1)
    title: CellText = ""
    budget: Points
    first: date | None = Field(default=None, alias="from")
    last: date | None = Field(default=None, alias="to")
    willing: tuple[Text, ...] = ()

    @field_validator("budget")
    @classmethod
    def _in_thousandths(cls, value: float) -> float:
        return at_most_decimals(value, 3)

    @field_validator("willing")
    @classmethod
    def _as_sorted_ids(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(set(value)))

    @model_validator(mode="after")
    def _dates(self) -> Self:
        if self.first is not None and self.last is not None:
            in_order(self.first, self.last)
        return self


class Contact(Record):
    """One of the team who follows groups. Empty `languages` or `offices`: any."""

    team_id: RecordId
    name: CellText = Field(default="", repr=False)
    languages: Annotated[tuple[Text, ...], AfterValidator(_codes)] = ()
    offices: tuple[Text, ...] = ()
    groups_max: int = Field(default=1000, ge=0, le=100_000)


class Season(Record):
    """What an edition says of its season; all of it may be absent."""

    calendar: Calendar | None = None
    projects: ProjectRules | None = None
    experts: tuple[Expert, ...] = ()
    proposals: tuple[Project, ...] = ()
    team: tuple[Contact, ...] = ()
    school_holidays: tuple[SchoolHolidays, ...] = ()

    def __repr_args__(self) -> Iterator[tuple[str, object]]:
        yield "phases", 0 if self.calendar is None else len(self.calendar.phases)
        for name in ("experts", "proposals", "team", "school_holidays"):
            yield name, len(getattr(self, name))
