"""A column of a form's export, and what its cells look like.

Comes in: a title, cells. Goes out: whether they are countries, postcodes, languages, slots, ranks. Nothing is
decided here; `guess` weighs titles and cells together.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sip_grouping.edition.languages import language_code, languages_in
from sip_grouping.edition.slots import slots_in, weekly_slot
from sip_grouping.geography.postcode import CODE_DIGITS, read_postcode
from sip_grouping.reading.columns import RANKED, rank_in
from sip_grouping.reading.forms.options import split_by_options
from sip_grouping.reading.words import country_code
from sip_grouping.text import cleaned

_INNER = re.compile(r"^(?P<question>.*\S)\s*[\[(](?P<option>[^\[\]]+)[\])]$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the export: its title, the question above it, its filled cells, and those of all rows."""

    title: str
    question: str
    option: str
    cells: tuple[str, ...]
    rows: tuple[str, ...] = ()

    @property
    def texts(self) -> Counter[str]:
        """Different cells, and how many of each."""
        return Counter(self.cells)


def column_of(title: str, question: str, cells: Iterable[str]) -> Column:
    """Return a column; a title such as ``question [option]`` is taken apart."""
    rows = tuple(map(cleaned, cells))
    filled = tuple(filter(None, rows))
    inner = None if question else _INNER.match(title)
    if inner is not None:
        return Column(title, inner["question"], cleaned(inner["option"]), filled, rows)
    before, colon, after = title.rpartition(":")
    if colon and rank_of(after) is not None:
        return Column(title, cleaned(before), cleaned(after), filled, rows)
    return Column(title, question, "", filled, rows)


def share(column: Column, fits: Callable[[str], bool]) -> float:
    """Return the share of filled cells that fit."""
    good = sum(count for text, count in column.texts.items() if fits(text))
    return good / len(column.cells)


def rank_of(text: str) -> int | None:
    """Return the rank that a cell or an option says."""
    return rank_in(f"{RANKED} {text}") or rank_in(text)


def _parts_in_two_languages(text: str) -> list[str]:
    return [part for part in map(cleaned, text.split("/")) if part]


def language_of(text: str) -> str | None:
    """Return the code of an option that is a language, perhaps told in two languages."""
    codes = {language_code(part) for part in _parts_in_two_languages(text)}
    return next(iter(codes)) if len(codes) == 1 else None


def slot_of(text: str) -> str | None:
    """Return the slot of an option that is one, perhaps told in two languages."""
    slots = {weekly_slot(part) for part in _parts_in_two_languages(text)}
    return next(iter(slots)) if len(slots) == 1 else None


def is_country(text: str) -> bool:
    """Return whether a text is a country."""
    return country_code(text) is not None


def is_postcode(text: str) -> bool:
    """Return whether a text is a postcode, perhaps without its zero."""
    return any(
        len(code := read_postcode(country, text).code) in {digits, digits - 1} and code.isdecimal()
        for country, digits in CODE_DIGITS.items()
    )


def are_languages(text: str) -> bool:
    """Return whether a text lists languages."""
    said = languages_in(text)
    return bool(said.codes) and not said.unknown


def are_slots(text: str) -> bool:
    """Return whether a text lists weekdays with parts of the day."""
    said = slots_in(text)
    return bool(said.slots) and not said.as_written


def single_options(texts: Iterable[str]) -> list[str]:
    """Return the texts that are no joint of others: the options of a question."""
    alone = sorted(set(texts), key=len)
    found: list[str] = []
    for text in alone:
        if split_by_options(text, found) is None:
            found.append(text)
    return found


def parts_of(text: str) -> list[str]:
    """Return what separators of lists separate."""
    return [part for part in re.split(r"[,;\n]", text) if part.strip()]


def counts_up(column: Column) -> bool:
    """Return whether the cells are whole numbers that grow from row to row."""
    numbers = [
        int(text) for text in column.cells if text.isdecimal() and len(text) < _LONGEST_COUNT
    ]
    return len(numbers) == len(column.cells) and numbers == sorted(set(numbers))


_LONGEST_COUNT = 12
