"""Codes of a grouping as words: tracks, choices, roles, slots, languages, distances, in three languages.

Comes in: a value of a record, a language. Goes out: a word or two, as they stand within a sentence.
"""

from datetime import date, time
from functools import cache

from sip_grouping.catalogue import Language, known, number, pattern, said
from sip_grouping.edition.records import Role, Track
from sip_grouping.edition.slots import WEEKDAYS

_NAMED_CHOICES = 3
_NEAR_M = 1000


def track_text(track: Track | None, language: Language) -> str:
    """Return how a group meets: local, by video; None: no group does."""
    return pattern(language, "track", "none" if track is None else track.value)


def choice_text(rank: int, language: Language) -> str:
    """Return a rank as a choice: first choice, second choice ..."""
    if rank <= _NAMED_CHOICES:
        return pattern(language, "choice", str(rank))
    return said(language, "choice", "other", rank=rank)


def role_text(role: Role, language: Language) -> str:
    """Return what a member does in its group; in French the task, which has no gender."""
    return pattern(language, "role", role.value)


@cache
def slot_text(slot: str, language: Language) -> str:
    """Return a weekly slot: Tuesday evening, dinsdagavond, mardi soir; any other as it is written."""
    day, _, part = slot.partition("-")
    if day not in WEEKDAYS or ("slot", part) not in known(language):
        return slot
    return said(language, "slot", part, day=_day_names(language)[WEEKDAYS.index(day)])


@cache
def _day_names(language: Language) -> tuple[str, ...]:
    from babel.dates import get_day_names  # noqa: PLC0415 - it loads tables

    names = get_day_names("wide", locale=language)
    return tuple(names[number] for number in range(len(WEEKDAYS)))


def day_text(day: date, language: Language) -> str:
    """Return a date with its day of the week: Tuesday 12 January 2021, vendredi 1er janvier 2021."""
    from babel.dates import format_date  # noqa: PLC0415 - see _day_names

    first = language == "fr" and day.day == 1
    return format_date(day, "EEEE '1er' MMMM y" if first else "EEEE d MMMM y", locale=language)


def short_day_text(day: date, language: Language) -> str:
    """Return a date in few letters: Tue 12 Jan."""
    from babel.dates import format_date  # noqa: PLC0415 - see _day_names

    return format_date(day, "EEE d MMM", locale=language)


def month_text(day: date, language: Language) -> str:
    """Return the month of a date: January 2021."""
    from babel.dates import format_date  # noqa: PLC0415 - see _day_names

    return format_date(day, "LLLL y", locale=language)


def weekday_texts(language: Language, *, wide: bool) -> tuple[str, ...]:
    """Return the days of the week from Monday, in full or in two or three letters."""
    from babel.dates import get_day_names  # noqa: PLC0415 - see _day_names

    names = get_day_names("wide" if wide else "short", context="stand-alone", locale=language)
    return tuple(names[number] for number in range(len(WEEKDAYS)))


def clock_text(at: time, language: Language) -> str:
    """Return a time of the day: 18:30, in French 18h30."""
    return said(language, "clock", "time", hour=f"{at.hour}", minute=f"{at.minute:02}")


@cache
def language_text(code: str, language: Language) -> str:
    """Return what a language calls a language: Dutch, Nederlands, néerlandais; of an unknown one its code."""
    from babel import Locale  # noqa: PLC0415 - see _day_names

    return str(Locale(language).languages.get(code, code))


@cache
def country_text(code: str, language: Language) -> str:
    """Return what a language calls a country; of an unknown one its code."""
    from babel import Locale  # noqa: PLC0415 - see _day_names

    return str(Locale(language).territories.get(code, code))


def distance_text(metres: int, language: Language) -> str:
    """Return a distance as a letter says it: about 3.2 km. It is that of postcodes, as the crow flies."""
    if metres < _NEAR_M:
        return pattern(language, "distance", "near")
    return said(language, "distance", "km", km=number(language, metres / 1000, 1))
