"""The points of a grouping: what placements gain and lose.

Comes in: points as a person writes them. Goes out: `Score`, frozen, with each term in whole thousandths
of a point. Which grouping gets them is no affair of this module.
"""

import math
from decimal import Decimal
from fractions import Fraction

from pydantic import Field, field_validator

from sip_grouping.edition.values import Points
from sip_grouping.frozen import Record
from sip_grouping.units import at_most_decimals, to_thousandths


class Score(Record):
    """Points of a grouping; higher is better. At most 3 decimals, km_points at most 6."""

    rank_points: tuple[Points, ...] = Field(default=(100.0, 80.0, 60.0), min_length=1)
    km_points: Points = 0.5
    video_points: Points = 15.0
    group_points: Points = 0.0

    @field_validator("rank_points")
    @classmethod
    def _rank_points_in_thousandths(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        for points in value:
            at_most_decimals(points, 3)
        return value

    @field_validator("video_points", "group_points")
    @classmethod
    def _points_in_thousandths(cls, value: float) -> float:
        return at_most_decimals(value, 3)

    @field_validator("km_points")
    @classmethod
    def _km_points_short(cls, value: float) -> float:
        return at_most_decimals(value, 6)

    def rank_thousandths(self, rank: int) -> int:
        """Return thousandths of a point for a member placed on its choice `rank` (1 = first)."""
        return to_thousandths(self.rank_points[min(rank, len(self.rank_points)) - 1])

    @property
    def km_fraction(self) -> Fraction:
        """km_points as an exact fraction: thousandths of a point lost per metre."""
        return Fraction(Decimal(str(self.km_points)))

    def travel_thousandths(self, travel_m: int) -> int:
        """Return thousandths of a point lost on `travel_m` metres, halves up."""
        return math.floor(self.km_fraction * travel_m + Fraction(1, 2))

    @property
    def video_thousandths(self) -> int:
        """Thousandths lost per member who accepts local groups and is placed by video."""
        return to_thousandths(self.video_points)

    @property
    def group_thousandths(self) -> int:
        """Thousandths lost per group opened."""
        return to_thousandths(self.group_points)
