"""Languages as people write them: codes, regional codes, names in nl, fr, en, de and the language itself.

Comes in: the text of a cell. Goes out: codes of ISO 639, or what stands in the way. Names are those of the
Unicode locale data, by babel.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sip_grouping.text import cleaned, key_of

_NAMED_IN = ("nl", "fr", "en", "de")
_AND = frozenset({"en", "et"})
"""Codes of languages that mean "and" in Dutch and in French."""
_SEPARATED = re.compile(r"[,;\n\r]+")
_REGIONAL = re.compile(r"([a-z]{2,3})(?:[-_][a-z]{4})?[-_]([a-z]{2}|\d{3})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Languages:
    """What a cell says: codes, and the parts that are none or are in doubt."""

    codes: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()


@cache
def _codes() -> Mapping[str, str]:
    """Return codes by code or name, as keys. Names that mean two languages are left out."""
    from babel import Locale  # noqa: PLC0415 - for cells that hold more than a code
    from babel.core import get_global  # noqa: PLC0415

    aliases: dict[str, str] = {
        old: new
        for old, new in get_global("language_aliases").items()
        if len(old) == 3 and len(new) == 2
    }
    english: Mapping[str, str] = Locale("en").languages
    found: dict[str, set[str]] = {}
    by_code = {code: code for code in english if len(code) in {2, 3} and code not in aliases}
    by_code.update(aliases)
    for language in _NAMED_IN:
        for code, name in Locale(language).languages.items():
            base = code.split("_")[0]
            if base in english:
                found.setdefault(key_of(name), set()).add(aliases.get(base, base))
    names = {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1 and name}
    return names | by_code


@cache
def _regions() -> frozenset[str]:
    from babel import Locale  # noqa: PLC0415 - loaded by now

    return frozenset(Locale("en").territories)


@cache
def _own_names() -> Mapping[str, str]:
    """Return codes by the name that a language gives itself; it takes a while to load all of them."""
    from babel import Locale  # noqa: PLC0415 - loaded by now

    english: Mapping[str, str] = Locale("en").languages
    found: dict[str, set[str]] = {}
    for code in english:
        own = _own_name(code)
        if own:
            found.setdefault(key_of(own), set()).add(code)
    return {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1 and name}


def _own_name(code: str) -> str | None:
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - loaded by now

    try:
        return Locale(code).get_language_name(code)
    except (UnknownLocaleError, ValueError):
        return None


@cache
def language_code(text: str) -> str | None:
    """Return the code of one language, None where the text is none.

    ``fr-BE`` is ``fr``, ``Vlaams`` is ``nl``, ``fra`` is ``fr``; ``fr-nl`` may be two, so it is none.
    """
    lowered = text.strip().lower()
    if lowered in _EVERYDAY:
        return lowered
    regional = _REGIONAL.fullmatch(lowered)
    if regional is not None and regional[1] in _codes():
        language, region = _codes()[regional[1]], regional[2]
        if region.upper() not in _regions():
            return None
        # `fr-nl` is French of the Netherlands to a program, and two languages to who writes it.
        return None if region in _EVERYDAY and region != language else language
    found = _codes().get(key_of(text))
    if found is None and len(key_of(text)) > _LONGEST_CODE:
        found = _own_names().get(key_of(text))
    # A code is its letters alone: `f.r` and `él` are none.
    letters = lowered.isascii() and lowered.isalpha()
    return found if letters or len(key_of(text)) > _LONGEST_CODE else None


_LONGEST_CODE = 3
_EVERYDAY = frozenset({"fr", "nl", "de", "en"})
"""Codes of the languages in which members write: they need no table."""


@cache
def languages_in(text: str) -> Languages:
    """Return the languages of a cell, in the order in which they stand.

    Comma, semicolon and line break separate; else spaces, where each piece is a language.
    ``en`` or ``et`` between two others with spaces alone is in doubt: it may mean "and".
    """
    codes: list[str] = []
    unknown: list[str] = []
    doubtful: list[str] = []
    for part in filter(None, map(cleaned, _SEPARATED.split(text))):
        pieces = part.split()
        # Codes with spaces are no name: what all languages call themselves need not be loaded to know that.
        listed = len(pieces) > 1 and _EVERYDAY.issuperset(map(str.lower, pieces))
        code = None if listed else language_code(part)
        if code is not None:
            codes.append(code)
            continue
        several = {language_code(one) for one in part.split("/")} if "/" in part else set()
        if len(several) == 1 and None not in several:  # one language, told in two: Français / Frans
            codes += [one for one in several if one is not None]
            continue
        read = [language_code(piece) for piece in pieces]
        if len(pieces) < 2 or None in read:
            unknown.append(part)
        elif _says_and(pieces):
            doubtful.append(part)
        else:
            codes += [one for one in read if one is not None]
    return Languages(tuple(dict.fromkeys(codes)), tuple(unknown), tuple(doubtful))


def _says_and(pieces: Sequence[str]) -> bool:
    return any(piece.lower() in _AND for piece in pieces[1:-1])
