"""Days on which nobody meets, and those on which some do not: closed days, public and school holidays.

Comes in: an edition, its groups, the dates that a view shows. Goes out: dates, and whose they are.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import holidays

from sip_grouping.edition import Edition
from sip_grouping.edition.calendar import DateRange
from sip_grouping.edition.school import SchoolHolidays
from sip_grouping.grouping import Grouping


@dataclass(frozen=True)
class DaysOff:
    """The days off of the members of groups, within some dates; `span` None: there are no dates."""

    edition: Edition
    grouping: Grouping
    span: DateRange | None

    @cached_property
    def public(self) -> dict[date, tuple[str, ...]]:
        """The public holidays that meetings avoid, with the countries of members that have them."""
        calendar, span = self.edition.season.calendar, self.span
        if calendar is None or not calendar.holidays or span is None:
            return {}
        found: dict[date, list[str]] = defaultdict(list)
        for country in sorted({country for country, _ in self._members}):
            for year in range(span.first.year, span.last.year + 1):
                for day in holidays.country_holidays(country, years=year):
                    if day in span:
                        found[day].append(country)
        return {day: tuple(several) for day, several in found.items()}

    @cached_property
    def school(self) -> tuple[SchoolHolidays, ...]:
        """The school holidays of some members, by date."""
        span = self.span
        if span is None:
            return ()
        found = [
            one
            for one in self.edition.season.school_holidays
            if one.first <= span.last and span.first <= one.until
            if any(one.concerns(country, language) for country, language in self._members)
        ]
        return tuple(sorted(found, key=lambda one: (one.first, one.until, one.country)))

    @cached_property
    def of_all(self) -> frozenset[date]:
        """The days on which nobody meets: closed, or a holiday of every member."""
        calendar = self.edition.season.calendar
        closed = {day for one in (calendar.closed if calendar else ()) for day in one.days}
        if self.span is None or not self._members:
            return frozenset(closed)
        return frozenset(closed | {day for day in self.span.days if self._all_are_off(day)})

    @cached_property
    def _members(self) -> frozenset[tuple[str, str]]:
        """The country of each member and the language of its group: they decide whose holidays count."""
        known, groups = self.edition.member_by_id, self.grouping.group_by_id
        return frozenset(
            (known[one.member_id].country, groups[one.group_id].language)
            for one in self.grouping.placements
        )

    def _all_are_off(self, day: date) -> bool:
        public = self.public.get(day, ())
        schools = [one for one in self.school if day in one]
        return all(
            country in public or any(one.concerns(country, language) for one in schools)
            for country, language in self._members
        )
