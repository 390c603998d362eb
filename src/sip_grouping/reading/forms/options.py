"""Several answers in one cell, joined by a mark that the answers may hold themselves.

Comes in: a cell, and the texts of all options there are. Goes out: the options in it, in their order, or
nothing where the cell holds anything else. A form joins "Take notes, sum up" and "Lead" with a comma: only
the set of options tells where one ends.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache

from sip_grouping.text import cleaned, same_but_for_accents

_NUMBERED = re.compile(r"\s*\d{1,2}\s*[:.)]\s*")
_MARKS = ",;|/\n\r\t"


def split_by_options(text: str, options: Iterable[str]) -> tuple[str, ...] | None:
    """Return the options that a cell lists, in its order; None where it holds anything else.

    The parts may be numbered (``1: Support``) and are then taken in the order of their numbers. Case and
    accents do not count; a mark after the last option does not either.
    """
    return _split(cleaned(text), tuple(sorted(options, key=len, reverse=True)))


@cache
def _split(text: str, options: tuple[str, ...]) -> tuple[str, ...] | None:
    plain = _plain(text)
    patterns = [(one, _plain(cleaned(one))) for one in options]
    found: list[tuple[int, str]] = []
    at = 0
    while at < len(plain):
        if plain[at] in _MARKS or plain[at] == " ":
            at += 1
            continue
        number = _NUMBERED.match(plain, at)
        rank = len(found) + 1
        start = at
        option = _option_at(plain, start, patterns)
        if option is None and number is not None:
            start = number.end()
            rank = int(re.sub(r"\D", "", number[0]))
            option = _option_at(plain, start, patterns)
        if option is None:
            return None
        found.append((rank, option[0]))
        at = start + option[1]
    ranks = [rank for rank, _ in found]
    if len(set(ranks)) < len(ranks):
        return None
    return tuple(option for _, option in sorted(found, key=lambda one: one[0])) or None


def _option_at(
    text: str, start: int, patterns: Iterable[tuple[str, str]]
) -> tuple[str, int] | None:
    """Return the longest option that stands at a place and ends there, and its length."""
    for option, pattern in patterns:
        if pattern and text.startswith(pattern, start):
            rest = text[start + len(pattern) :].lstrip(" ")
            if not rest or rest[0] in _MARKS:
                return option, len(pattern)
    return None


def _plain(text: str) -> str:
    return re.sub(r"[ \u00a0]+", " ", same_but_for_accents(text))


def values_in(text: str, values: Mapping[str, str]) -> tuple[str, ...] | None:
    """Return what the options of a cell are read as; None where it holds anything else."""
    found = split_by_options(text, values)
    return None if found is None else tuple(values[one] for one in found)
