"""When meetings of a season may be, and who could come.

Comes in: an edition with a calendar. Goes out: `Moments`: dates with a part of the day, in order, which of
them overlap, on which a country has a holiday, and on which somebody can meet, as arrays. No model.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

import holidays
import numpy as np
from numpy.typing import NDArray

from sip_grouping.edition.calendar import Calendar, DateRange, Phase, SchoolHolidays

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Moments:
    """All dates from the first to the last of the phases, with each part of the day, in order of time.

    Attributes
    ----------
    days, parts
        Of each moment.
    begins
        Minutes since the first day of the calendar of Python, shape (moments,).
    """

    calendar: Calendar
    days: tuple[date, ...]
    parts: tuple[str, ...]
    begins: Ints

    def __len__(self) -> int:
        return len(self.days)

    @cached_property
    def ends(self) -> Ints:
        """Minutes, shape (moments,)."""
        return self.begins + self.calendar.minutes

    @cached_property
    def instants(self) -> tuple[Ints, ...]:
        """For each moment all those that go on when it begins: of these nobody can be at two."""
        return tuple(
            np.flatnonzero((self.begins <= begin) & (begin < self.ends)) for begin in self.begins
        )

    @cached_property
    def in_person(self) -> Bools:
        """Whether groups meet in person, shape (moments,)."""
        first = self.calendar.in_person_from
        return np.array([first is None or day >= first for day in self.days], dtype=bool)

    def begin_of(self, moment: int) -> datetime:
        """Return date and time of the beginning."""
        return datetime.combine(self.days[moment], self.calendar.starts[self.parts[moment]])

    def end_of(self, moment: int) -> datetime:
        """Return date and time of the end."""
        return self.begin_of(moment) + timedelta(minutes=self.calendar.minutes)

    def beginning_at(self, begins: datetime) -> tuple[int, ...]:
        """Return the moments that begin at a time: several where two parts of the day do."""
        return self._by_begin.get(begins, ())

    @cached_property
    def _by_begin(self) -> dict[datetime, tuple[int, ...]]:
        found: dict[datetime, tuple[int, ...]] = {}
        for moment in range(len(self)):
            begins = self.begin_of(moment)
            found[begins] = (*found.get(begins, ()), moment)
        return found

    def of_phase(self, phase: Phase) -> Bools:
        """Return which moments lie in a phase, shape (moments,)."""
        return np.array([day in phase for day in self.days], dtype=bool)

    def open_in(self, countries: Iterable[str]) -> Bools:
        """Return on which moments nothing is closed and none of the countries has a holiday."""
        calendar = self.calendar
        closed = {day for stretch in calendar.closed for day in stretch.days}
        if calendar.holidays:
            years = range(self.days[0].year, self.days[-1].year + 1)
            for country in countries:
                closed |= set(holidays.country_holidays(country, years=years))
        return np.array([day not in closed for day in self.days], dtype=bool)

    def in_school(
        self, holidays_of_schools: Iterable[SchoolHolidays], countries: Iterable[str], language: str
    ) -> Bools:
        """Return on which moments no school holidays concern people of countries who meet in a language.

        Parameters
        ----------
        language
            ``""``: in any, so that the holidays of schools of every language count.
        """
        places = tuple(countries)
        rows = [
            one
            for one in holidays_of_schools
            if any(one.concerns(country, language) for country in places)
        ]
        return np.array([not any(day in one for one in rows) for day in self.days], dtype=bool)

    def can(self, slots: Sequence[str], cannot: Sequence[DateRange]) -> Bools:
        """Return at which moments somebody can meet who lists these slots (none: any) and dates."""
        listed = frozenset(slots)
        slot_of = self.calendar.slot_of
        return np.array(
            [
                (not listed or slot_of(day, part) in listed)
                and not any(day in stretch for stretch in cannot)
                for day, part in zip(self.days, self.parts, strict=True)
            ],
            dtype=bool,
        )


def moments_of(calendar: Calendar) -> Moments:
    """Return all moments of a calendar, equal times in the order in which parts are listed."""
    first = min(phase.first for phase in calendar.phases)
    last = max(phase.last for phase in calendar.phases)
    listed = list(calendar.starts)
    found = sorted(
        (datetime.combine(day, calendar.starts[part]), listed.index(part), part)
        for day in DateRange(first=first, last=last).days
        for part in listed
    )
    begins = [begin.toordinal() * 1440 + begin.hour * 60 + begin.minute for begin, _, _ in found]
    return Moments(
        calendar,
        tuple(begin.date() for begin, _, _ in found),
        tuple(part for _, _, part in found),
        np.array(begins, dtype=np.int64),
    )
