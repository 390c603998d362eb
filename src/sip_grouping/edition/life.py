"""What an edition asks of its life after the first grouping: room to spare, prices of changes.

Comes in: values of edition.toml. Goes out: frozen records. None of it decides which groupings are valid.
"""

from collections.abc import Mapping
from functools import cached_property

from pydantic import Field, field_validator

from sip_grouping.edition.values import Points
from sip_grouping.frozen import Frozen, Record
from sip_grouping.units import at_most_decimals, to_thousandths


class RoundRules(Record):
    """`reserve`: groups are first formed with so many members above size_min, since some will decline."""

    reserve: int = Field(default=0, ge=0, le=1000)


class Disruption(Record):
    """Points that a change costs which a member did not ask for, once per member; group_closed per group."""

    moved_group: Points = 20.0
    moved_theme: Points = 40.0
    left_out: Points = 100.0
    role_lost: Points = 10.0
    role_gained: Points = 5.0
    track_changed: Points = 15.0
    place_changed: Points = 10.0
    slot_changed: Points = 20.0
    group_closed: Points = 30.0

    @field_validator("*")
    @classmethod
    def _in_thousandths(cls, value: float) -> float:
        return at_most_decimals(value, 3)

    @cached_property
    def thousandths(self) -> Mapping[str, int]:
        """Each price by its name, and ``placed``, which costs nothing, in thousandths of a point."""
        prices = {name: to_thousandths(getattr(self, name)) for name in type(self).model_fields}
        return Frozen({**prices, "placed": 0})
