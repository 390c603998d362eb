"""The rules of an edition, and the part of them that a theme changes.

Comes in: limits as edition.toml has them. Goes out: frozen pydantic models, with distances in whole metres
as they are compared.
"""

import math
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from sip_grouping.edition.values import Km, Track
from sip_grouping.frozen import Record
from sip_grouping.units import floor_m


class SizeLimits(Record):
    """The smallest and the largest size of a group, both included."""

    size_min: int = Field(ge=1, le=1_000_000)
    size_max: int = Field(ge=1, le=1_000_000)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.size_min > self.size_max:
            raise PydanticCustomError(
                "sizes-crossed",
                "size_min {size_min} is larger than size_max {size_max}",
                {"size_min": self.size_min, "size_max": self.size_max},
            )
        return self


class Total(Record):
    """How many groups there are over the edition as a whole; both the same: exactly so many.

    `groups_max` None: as many as the themes allow.
    """

    groups_min: int = Field(default=0, ge=0, le=1_000_000)
    groups_max: int | None = Field(default=None, ge=1, le=1_000_000)

    @model_validator(mode="after")
    def _limits_ordered(self) -> Self:
        if self.groups_max is not None and self.groups_min > self.groups_max:
            raise PydanticCustomError(
                "groups-crossed",
                "groups_min {groups_min} is larger than groups_max {groups_max}",
                {"groups_min": self.groups_min, "groups_max": self.groups_max},
            )
        return self


class SizeLimitsOverride(Record):
    """The part of the size limits that a theme changes."""

    size_min: int | None = Field(default=None, ge=1, le=1_000_000)
    size_max: int | None = Field(default=None, ge=1, le=1_000_000)


class Rules(Record):
    """Limits that a valid grouping keeps. Distances in km, compared in whole metres.

    `office_travel_km` None: as far as `travel_km`. `spread_km` None: no limit of its own.
    """

    local: SizeLimits = SizeLimits(size_min=8, size_max=15)
    video: SizeLimits = SizeLimits(size_min=10, size_max=40)
    travel_km: Km = 30.0
    office_travel_km: Km | None = None
    spread_km: Km | None = None
    moderators: int = Field(default=1, ge=0, le=1000)
    secretaries: int = Field(default=1, ge=0, le=1000)
    experienced_min: int = Field(default=0, ge=0, le=1000)
    shared_language: bool = True
    shared_slot: bool = False
    groups_per_member: int = Field(default=1, ge=1, le=1000)

    @field_validator("spread_km", mode="before")
    @classmethod
    def _infinite_spread_is_no_limit(cls, value: object) -> object:
        return None if isinstance(value, float) and math.isinf(value) and value > 0 else value

    @property
    def travel_m(self) -> int:
        """Longest way from home to a meeting place, whole metres."""
        return floor_m(self.travel_km)

    @property
    def office_travel_m(self) -> int:
        """The same limit when the place is the member's own office, whole metres."""
        return self.travel_m if self.office_travel_km is None else floor_m(self.office_travel_km)

    def travel_limit_m(self, *, own_office: bool) -> int:
        """Return the longest way to a place, whole metres: the member's own office, or another one."""
        return self.office_travel_m if own_office else self.travel_m

    @property
    def spread_m(self) -> int | None:
        """Longest way between two members of a local group, whole metres; None: no limit."""
        return None if self.spread_km is None else floor_m(self.spread_km)

    def sizes(self, track: Track) -> SizeLimits:
        """Return the size limits of a track."""
        return self.local if track is Track.LOCAL else self.video


class RulesOverride(Record):
    """The rules that a theme changes; what is None is taken from the edition."""

    local: SizeLimitsOverride | None = None
    video: SizeLimitsOverride | None = None
    travel_km: Km | None = None
    office_travel_km: Km | None = None
    spread_km: Annotated[float, Field(ge=0, allow_inf_nan=True)] | None = None
    moderators: int | None = Field(default=None, ge=0, le=1000)
    secretaries: int | None = Field(default=None, ge=0, le=1000)
    experienced_min: int | None = Field(default=None, ge=0, le=1000)
    shared_language: bool | None = None
    shared_slot: bool | None = None
    groups_per_member: int | None = Field(default=None, ge=1, le=1000)

    def applied_to(self, rules: Rules) -> Rules:
        """Return `rules` with this theme's changes.

        Raises
        ------
        pydantic.ValidationError
            The changed rules do not fit together, such as size_min above size_max.
        """
        changes = self.model_dump(exclude_none=True)
        merged = rules.model_dump() | changes
        for track in Track:
            merged[track] = rules.sizes(track).model_dump() | changes.get(track, {})
        return Rules.model_validate(merged)
