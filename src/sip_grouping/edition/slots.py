"""Weekly slots as people write them: a weekday and a part of the day, or whatever they call it.

Comes in: the text of a cell. Goes out: slots such as ``tue-evening``. Names of weekdays are those of the
Unicode locale data, by babel.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sip_grouping.text import cleaned, same_but_for_accents, tokens_of

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""Days as slots name them, in the order of the week."""
_PARTS = {
    "en": {
        "morning": "morning mornings am",
        "noon": "noon midday lunch",
        "afternoon": "afternoon afternoons pm",
        "evening": "evening evenings",
        "night": "night nights",
    },
    "fr": {
        "morning": "matin matins matinee",
        "noon": "midi midis",
        "afternoon": "apresmidi aprem",
        "evening": "soir soirs soiree soirees",
        "night": "nuit nuits",
    },
    "nl": {
        "morning": "ochtend ochtends voormiddag voormiddags",
        "noon": "middag middags",
        "afternoon": "namiddag namiddags",
        "evening": "avond avonds",
        "night": "nacht nachts",
    },
}
_BETWEEN = frozenset(
    ["le", "la", "l", "les", "au", "en", "du", "de", "het", "op", "s", "the", "on", "in", "d"]
)
_SEPARATED = re.compile(r"[,;\n\r]+")
_CODE = re.compile(r"[^\W_]+-[\w:.-]*\w|[A-Za-z]{1,4}\d{1,4}")
"""What is a code by its form, so that spaces between several separate them: ``s1 s2``, ``mon-18h``."""


@dataclass(frozen=True, slots=True)
class Slots:
    """What a cell says: slots, and those of them that stay as they are written."""

    slots: tuple[str, ...]
    as_written: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Words:
    """Weekdays and parts of the day by the words of one language, or of all where no two differ."""

    days: Mapping[str, str]
    parts: Mapping[str, str]


@cache
def _vocabularies() -> tuple[_Words, ...]:
    from babel.dates import get_day_names  # noqa: PLC0415 - for cells that hold slots

    own = []
    for language, parts in _PARTS.items():
        days = {day: day for day in WEEKDAYS} if language == "en" else {}
        for width in ("wide", "abbreviated", "short"):
            for number, name in get_day_names(width, locale=language).items():
                word = same_but_for_accents(name).strip(".")
                days.setdefault(word, WEEKDAYS[number])
                if width == "wide":
                    days[f"{word}s"] = WEEKDAYS[number]
        own.append(
            _Words(
                days, {word: part for part, several in parts.items() for word in several.split()}
            )
        )
    # Languages mixed: `ma` is mardi in French and maandag in Dutch, so it is left out.
    mixed: dict[str, set[str]] = {}
    for words in own:
        for word, day in words.days.items():
            mixed.setdefault(word, set()).add(day)
    days = {word: next(iter(several)) for word, several in mixed.items() if len(several) == 1}
    days.update({day: day for day in WEEKDAYS})
    return (*own, _Words(days, {word: part for words in own for word, part in words.parts.items()}))


def _read(text: str) -> tuple[str, ...] | None:
    """Return the slots of a text that is made of weekdays and parts of the day, else None."""
    found = {slots for words in _vocabularies() if (slots := _read_in(words, text)) is not None}
    return next(iter(found)) if len(found) == 1 else None


def _read_in(vocabulary: _Words, text: str) -> tuple[str, ...] | None:
    days, parts = vocabulary.days, vocabulary.parts
    words = [word for word in _pieces(vocabulary, text) if word not in _BETWEEN]
    found: list[str] = []
    if len(words) % 2:
        return None
    for one, other in zip(words[::2], words[1::2], strict=True):
        if one in days and other in parts:
            found.append(f"{days[one]}-{parts[other]}")
        elif other in days and one in parts:
            found.append(f"{days[other]}-{parts[one]}")
        else:
            return None
    return tuple(found) or None


def _pieces(vocabulary: _Words, text: str) -> Sequence[str]:
    """Return words, compounds taken apart: ``dinsdagavond`` is two."""
    joined = re.sub(r"apr[eè]s[\s-]*midi", "apresmidi", text, flags=re.IGNORECASE)
    found: list[str] = []
    for word in tokens_of(joined):
        day = next(
            (
                one
                for one in vocabulary.days
                if word.startswith(one) and word[len(one) :] in vocabulary.parts
            ),
            None,
        )
        found += [word] if day is None else [day, word[len(day) :]]
    return found


@cache
def weekly_slot(text: str) -> str | None:
    """Return the one slot that a text says, None where it is no weekday with a part of the day."""
    if text in _OWN:
        return text
    read = _read(text)
    return read[0] if read is not None and len(read) == 1 else None


_OWN = frozenset(f"{day}-{part}" for day in WEEKDAYS for part in _PARTS["en"])
"""Slots that are written as they are read."""


@cache
def slots_in(text: str) -> Slots:
    """Return the slots of a cell, in the order in which they stand.

    Comma, semicolon and line break separate; else spaces, where each piece is a weekday with a part of
    the day or a code. Any other text is one slot, its spaces written as hyphens.
    """
    slots: list[str] = []
    as_written: list[str] = []
    for part in filter(None, map(cleaned, _SEPARATED.split(text))):
        read = (part,) if part in _OWN else _read(part)
        if read is not None:
            slots += read
            continue
        pieces = part.split()
        if len(pieces) > 1 and all(_read(piece) or _CODE.fullmatch(piece) for piece in pieces):
            for piece in pieces:
                known = _read(piece)
                slots += known or (piece.lower(),)
                as_written += () if known else (piece.lower(),)
        else:
            slot = "-".join(pieces).lower()
            slots.append(slot)
            as_written.append(slot)
    return Slots(tuple(dict.fromkeys(slots)), tuple(dict.fromkeys(as_written)))
