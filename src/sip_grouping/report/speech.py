"""What pages and maps say: words, numbers, languages and weekly slots as a reader of one language has them.

Comes in: a language; keys of the catalogue (``locale/LANGUAGE/report.po``), figures, codes. Goes out: plain
text, nothing escaped: who writes HTML or pictures sees to that.
"""

import math
from dataclasses import dataclass
from datetime import date, time

from sip_grouping.catalogue import Language, counted, number, pattern
from sip_grouping.edition.records import Role, Theme
from sip_grouping.grouping import Reason
from sip_grouping.grouping.reasons import reason_sentence
from sip_grouping.report.words import (
    choice_text,
    clock_text,
    country_text,
    day_text,
    language_text,
    month_text,
    role_text,
    short_day_text,
    slot_text,
    weekday_texts,
)


@dataclass(frozen=True, slots=True)
class Words:
    """What is said in one language."""

    language: Language

    def say(self, key: str, **parameters: object) -> str:
        """Return a sentence or a label of the reports.

        Raises
        ------
        KeyError
            The catalogue has none, or it needs a parameter that is not given.
        """
        return pattern(self.language, "report", key).format_map(parameters)

    def count(self, what: str, many: int) -> str:
        """Return how many there are of something, such as ``3 groups`` of ``group``."""
        return counted(self.language, what, many)

    def number(self, value: float, decimals: int = 0) -> str:
        """Return a number with so many decimals, grouped and pointed as the language has it."""
        return number(self.language, value, decimals)

    def km(self, metres: float, decimals: int = 1) -> str:
        """Return a distance in km."""
        return f"{self.number(metres / 1000, decimals)}\u00a0km"

    def percent(self, share: float, decimals: int = 0) -> str:
        """Return a share of 1 as per cent."""
        return f"{self.number(share * 100, decimals)}\u00a0%"

    def percent_at_most(self, share: float) -> str:
        """Return a share as per cent with three decimals, rounded up: what is claimed must hold."""
        return self.percent(math.ceil(share * 100_000) / 100_000, 3)

    def title(self, theme: Theme) -> str:
        """Return the title of a theme."""
        return theme.title_in(self.language)

    def reason(self, reason: Reason) -> str:
        """Return why a member has no group, as the end of a sentence about that member."""
        return reason_sentence(reason, self.language)

    def choice(self, rank: int) -> str:
        """Return a rank as a choice, such as ``first choice``."""
        return choice_text(rank, self.language)

    def role(self, role: Role) -> str:
        """Return what a member does in its group; nothing of one who has no role."""
        return "" if role is Role.MEMBER else role_text(role, self.language)

    def spoken(self, code: str) -> str:
        """Return the name of a language by its code; what is none as it is written."""
        return language_text(code, self.language)

    def country(self, code: str) -> str:
        """Return the name of a country by its code; what is none as it is written."""
        return country_text(code, self.language)

    def slot(self, slot: str) -> str:
        """Return a weekly slot such as ``tue-evening`` in words; any other as it is written."""
        return slot_text(slot, self.language)

    def day(self, day: date) -> str:
        """Return a date with its day of the week."""
        return day_text(day, self.language)

    def short_day(self, day: date) -> str:
        """Return a date in few letters."""
        return short_day_text(day, self.language)

    def month(self, day: date) -> str:
        """Return the month of a date, with its year."""
        return month_text(day, self.language)

    def weekdays(self, wide: bool) -> tuple[str, ...]:
        """Return the days of the week from Monday, in full or in few letters."""
        return weekday_texts(self.language, wide=wide)

    def clock(self, at: time) -> str:
        """Return a time of the day."""
        return clock_text(at, self.language)
