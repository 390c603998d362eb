"""The records an edition is made of: theme, office, member, rules, score, places, pin, location.

Comes in: values of one record. Goes out: frozen pydantic models, each valid by itself. What concerns
several records at once is in `checks`; files are read in `reading`. Field names are the column names and
TOML keys of the file contract, so that a message about a field is a message about a column. Rules stand in
`limits`, and are imported from here like the others.
"""

import math
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Literal, Self, TypeVar

from pydantic import (
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from sip_grouping.edition.calendar import CannotDates
from sip_grouping.edition.languages import language_code
from sip_grouping.edition.limits import Rules, RulesOverride, SizeLimits, SizeLimitsOverride
from sip_grouping.edition.slots import weekly_slot
from sip_grouping.edition.values import (
    COUNTRIES,
    ONLY,
    CellText,
    Country,
    CountryCode,
    Km,
    Latitude,
    Longitude,
    Points,
    RecordId,
    RoleAnswer,
    Text,
    ThemeId,
    Track,
    codes_of,
    text_of_a_file,
)
from sip_grouping.frozen import Frozen, FrozenTexts, Record
from sip_grouping.units import at_most_decimals, to_thousandths, town_id_from_text

__all__ = [
    "ROLE_ANSWERS",
    "YES_NO",
    "Location",
    "Member",
    "Office",
    "Pin",
    "Places",
    "Role",
    "Rules",
    "RulesOverride",
    "SizeLimits",
    "SizeLimitsOverride",
    "Theme",
    "Track",
]

MOST_WEIGHT = 1_000
"""No member counts more often."""

_T = TypeVar("_T")


class Role(StrEnum):
    """What a placed member does in its group."""

    MODERATOR = "moderator"
    SECRETARY = "secretary"
    MEMBER = "member"


class Places(Record):
    """Where local groups may meet. `towns` lists town ids such as ``FR-69003``, or says which."""

    offices: bool = True
    towns: Literal["members", "none"] | tuple[str, ...] = "members"
    thinning_km: Km = 10.0

    @field_validator("towns")
    @classmethod
    def _town_ids(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        if isinstance(value, str):
            return value
        return tuple(town_id_from_text(town) for town in value)

    @property
    def thinning_m(self) -> int:
        """Smallest distance between two candidates of which one is a town, whole metres."""
        return math.ceil(Decimal(str(self.thinning_km)) * 1000)


class Theme(Record):
    """A subject studied by groups."""

    id: ThemeId
    title: FrozenTexts = Field(default_factory=Frozen)
    countries: tuple[Country, ...] = COUNTRIES
    tracks: tuple[Track, ...] = (Track.LOCAL, Track.VIDEO)
    groups_min: int = Field(default=0, ge=0, le=1_000_000)
    groups_max: int = Field(default=1000, ge=0, le=1_000_000)
    rules: RulesOverride = RulesOverride()

    @field_validator("title")
    @classmethod
    def _titles_are_texts(cls, value: Mapping[str, str]) -> Mapping[str, str]:
        return Frozen({text_of_a_file(key): text_of_a_file(title) for key, title in value.items()})

    @field_validator("title", mode="before")
    @classmethod
    def _title_in_one_language(cls, value: object) -> object:
        return {"en": value} if isinstance(value, str) else value

    @field_validator("countries", "tracks")
    @classmethod
    def _some_and_no_twice(cls, value: tuple[_T, ...]) -> tuple[_T, ...]:
        if not value:
            raise PydanticCustomError("list-empty", "the list is empty")
        if len(set(value)) < len(value):
            raise PydanticCustomError("named-twice", "the list names one thing twice")
        return value

    @model_validator(mode="after")
    def _group_limits_ordered(self) -> Self:
        if self.groups_min > self.groups_max:
            raise PydanticCustomError(
                "groups-crossed",
                "groups_min {groups_min} is larger than groups_max {groups_max}",
                {"groups_min": self.groups_min, "groups_max": self.groups_max},
            )
        return self

    def title_in(self, language: str) -> str:
        """Return the title in a language, else in any, else the id."""
        return self.title.get(language) or next(iter(self.title.values()), self.id)


class _Located(Record):
    country: Country
    postcode: Text = Field(min_length=1, max_length=16)
    latitude: Latitude | None = None
    longitude: Longitude | None = None

    @model_validator(mode="after")
    def _both_coordinates_or_none(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            message = "latitude and longitude go together: give both or none"
            raise PydanticCustomError("half-a-position", message)
        return self

    @property
    def own_position(self) -> tuple[float, float] | None:
        """Latitude and longitude in WGS-84 degrees if the record gives its own."""
        if self.latitude is None or self.longitude is None:
            return None
        return (self.latitude, self.longitude)

    @property
    def lies_in(self) -> str:
        """The country of the postcode."""
        return self.country

    @property
    def town_id(self) -> str:
        """Country and postcode, such as ``FR-69003``."""
        return f"{self.lies_in}-{self.postcode}"


class Office(_Located):
    """An office of the cooperative.

    `rooms`: how many groups of themes with `shared_slot` can meet there in one weekly slot; None: any
    number. `seats_max`: most members of all groups that meet there, together; None: any number.
    `open_points`: points lost once where any group meets there, at most 3 decimals.
    """

    office_id: RecordId
    name: CellText = ""
    rooms: int | None = Field(default=None, ge=0)
    seats_max: int | None = Field(default=None, ge=0, le=1_000_000)
    open_points: Points = 0.0

    @field_validator("open_points")
    @classmethod
    def _open_points_in_thousandths(cls, value: float) -> float:
        return at_most_decimals(value, 3)

    def may_hold(self, rules: Rules) -> bool:
        """Return whether a local group can meet there: if it shares a slot, in a room; all need seats."""
        roomless = rules.shared_slot and self.rooms == 0
        return not roomless and (self.seats_max is None or self.seats_max >= rules.local.size_min)

    @property
    def open_thousandths(self) -> int:
        """Thousandths of a point lost once where any group meets there."""
        return to_thousandths(self.open_points)


class Member(_Located):
    """The answers of one member. An empty `languages` or `slots` means any.

    `languages` stand in the order in which they are listed: the first decides nothing but the language in
    which the member is written to.
    `country`: whose themes are open to it; `home_country`: that of its postcode where it is another one.
    `weight`: the seats that the member takes in a group, and how often its points count.
    `moderator`, `secretary`: whether it volunteers for the role; "only": it takes part in that role or
    not at all. `cannot`: dates on which it cannot meet; they decide no grouping. `share_contact`: name and
    e-mail may be given to the members of its group.
    """

    # An error shows no value: it may be a name.
    model_config = ConfigDict(hide_input_in_errors=True)

    member_id: RecordId
    home_country: CountryCode | None = None
    themes: tuple[ThemeId, ...] = Field(min_length=1)
    weight: int = Field(default=1, ge=1, le=MOST_WEIGHT)
    cooperator: bool = True
    commits: bool = True
    office: Text | None = None
    moderator: RoleAnswer = False
    secretary: RoleAnswer = False
    experienced: bool = False
    local: bool = True
    video: bool = True
    languages: tuple[Text, ...] = ()
    slots: tuple[Text, ...] = ()
    cannot: CannotDates = ()
    together: tuple[Text, ...] = ()
    apart: tuple[Text, ...] = ()
    # Not in repr: what is printed or logged holds no personal data.
    name: CellText | None = Field(default=None, repr=False)
    email: CellText | None = Field(default=None, repr=False)
    share_contact: bool = False
    extra: FrozenTexts = Field(default_factory=Frozen, repr=False)

    @field_validator("home_country")
    @classmethod
    def _none_where_the_same(cls, value: str | None, info: ValidationInfo) -> str | None:
        return None if value == info.data.get("country") else value

    @field_validator("themes")
    @classmethod
    def _no_theme_twice(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(value)) < len(value):
            raise PydanticCustomError("theme-ranked-twice", "a theme is ranked twice")
        return value

    @field_validator("languages")
    @classmethod
    def _as_language_codes(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return codes_of(value, language_code)

    @field_validator("slots")
    @classmethod
    def _as_slots(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(codes_of(value, weekly_slot)))

    @field_validator("name", "email")
    @classmethod
    def _none_where_empty(cls, value: str | None) -> str | None:
        return value or None

    @field_validator("extra")
    @classmethod
    def _cells_without_spaces_around(cls, value: Mapping[str, str]) -> Mapping[str, str]:
        return Frozen({text_of_a_file(key): text_of_a_file(text) for key, text in value.items()})

    @field_validator("together", "apart")
    @classmethod
    def _as_sorted_ids(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(set(value)))

    @property
    def lies_in(self) -> str:
        """The country in which the member lives, which is that of the postcode."""
        return self.home_country or self.country

    @property
    def eligible(self) -> bool:
        """Whether the member may be placed: a cooperator who commits for the whole period."""
        return self.cooperator and self.commits

    def accepts(self, track: Track) -> bool:
        """Return whether the member accepts groups of a track."""
        return self.local if track is Track.LOCAL else self.video

    @property
    def roles(self) -> frozenset[Role]:
        """The roles the member may have in a group, of which it has one.

        Everyone may be a plain member but who says `only` to a role: that one holds it wherever it is
        placed; of two roles it says `only` to, either.
        """
        return _roles_of(self.moderator, self.secretary)

    @property
    def only_in_a_role(self) -> bool:
        """Whether the member takes part in a role or not at all."""
        return Role.MEMBER not in self.roles

    def volunteers_for(self, role: Role) -> bool:
        """Return whether the member may have a role in its group, that of a plain member included."""
        return role in self.roles

    def rank_of(self, theme: str) -> int | None:
        """Return the rank of a theme, 1 = first choice; None where it was not ranked."""
        return self.themes.index(theme) + 1 if theme in self.themes else None


@cache
def _roles_of(moderator: RoleAnswer, secretary: RoleAnswer) -> frozenset[Role]:
    answers = {Role.MODERATOR: moderator, Role.SECRETARY: secretary}
    only = [role for role, answer in answers.items() if answer == ONLY]
    willing = [role for role, answer in answers.items() if answer]
    return frozenset(only or [Role.MEMBER, *willing])


YES_NO: Mapping[str, bool] = {
    name: bool(field.default)
    for name, field in Member.model_fields.items()
    if field.annotation in {bool, RoleAnswer}
}
"""Answers that are yes or no, with what an empty cell means."""

ROLE_ANSWERS = ("moderator", "secretary")
"""Of these, the ones that may be `only` as well."""


class Pin(Record):
    """A placement that must stay. `place` is empty for video; `role` None: any."""

    member_id: RecordId
    theme: ThemeId
    track: Track
    place: Text = ""
    role: Role | None = None
    with_members: tuple[Text, ...] = ()

    @field_validator("with_members")
    @classmethod
    def _as_sorted_ids(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(set(value)))


class Location(Record):
    """Where a postcode lies. `matched` is the code, or what was known instead: a prefix, another code."""

    country: CountryCode
    postcode: Text = Field(min_length=1)
    latitude: Latitude
    longitude: Longitude
    place_name: Text = ""
    matched: str = ""
    likely_error_km: float = Field(default=0.0, ge=0)

    @property
    def approximate(self) -> bool:
        """Whether the code itself was not known."""
        return self.matched not in {"", self.postcode}
