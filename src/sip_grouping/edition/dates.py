"""Dates of a season: stretches of them, and times of the day, as files write them.

Comes in: texts and dates. Goes out: frozen stretches of dates, times.
"""

import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, model_validator
from pydantic_core import PydanticCustomError

from sip_grouping.frozen import Record

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::00)?")
_LONGEST_DAYS = 3660
"""No stretch of dates of a season is longer: ten years."""


class DateRange(Record):
    """Dates from the first to the last, both included: ``2021-01-04`` or ``2021-01-04/2021-01-09``."""

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.first <= self.last <= self.first + timedelta(days=_LONGEST_DAYS):
            raise PydanticCustomError(
                "dates-crossed",
                "{text} ends before it begins, or lasts more than ten years",
                {"text": f"{self.first}/{self.last}"},
            )
        return self

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return f"{self.first}" if self.first == self.last else f"{self.first}/{self.last}"

    @property
    def days(self) -> Iterator[date]:
        """Each date, in order."""
        return (self.first + timedelta(n) for n in range((self.last - self.first).days + 1))


def date_range(text: str) -> DateRange:
    """Return the dates that a text says.

    Raises
    ------
    PydanticCustomError
        It says none; it is a ValueError.
    """
    first, separator, last = text.strip().partition("/")
    try:
        begin = date.fromisoformat(first.strip())
        end = date.fromisoformat(last.strip()) if separator else begin
    except ValueError:
        raise PydanticCustomError(
            "no-dates",
            "'{text}' is no date: write 2021-01-04, or 2021-01-04/2021-01-09 for several days",
            {"text": text},
        ) from None
    return DateRange(first=begin, last=end)


def _range_of(value: object) -> object:
    return value if isinstance(value, DateRange | dict) else date_range(str(value))


Dates = Annotated[DateRange, BeforeValidator(_range_of), PlainSerializer(str)]
"""One date or a stretch of them; a text in files."""


def clock(text: str) -> time:
    """Return the time of day that a text such as ``18:30`` says.

    Raises
    ------
    PydanticCustomError
        It says none; it is a ValueError.
    """
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        raise PydanticCustomError(
            "no-clock", "'{text}' is no time of the day: write 18:30", {"text": text}
        )
    return time(int(found[1]), int(found[2]))


def in_order(first: date, last: date) -> None:
    """Say so where the last date comes before the first, or years after it.

    Raises
    ------
    ValidationError
        That is so; it is a ValueError.
    """
    DateRange(first=first, last=last)


def sorted_dates(value: tuple[DateRange, ...]) -> tuple[DateRange, ...]:
    """Return stretches of dates in order, each once."""
    return tuple(sorted(set(value), key=lambda one: (one.first, one.last)))


CannotDates = Annotated[tuple[Dates, ...], AfterValidator(sorted_dates)]
"""Dates on which somebody cannot meet."""
