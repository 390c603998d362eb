"""What is said of an input and of what came out, in the languages of its readers: one catalogue.

Comes in: the code of a finding, its parameters, a language. Goes out: sentences. They stand in the files
``locale/LANGUAGE/*.po``, which translators' tools open: the context is the code, or ``code.variant``
where one code has several sentences, the id is ``message`` or ``remedy``. A variant that lacks one of
the two takes that of its code; where that lacks it too, the variant is the context of another sentence.
Knows no findings; read from disk when the first sentence is asked for.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations
from importlib import resources
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

Language = Literal["en", "fr", "nl"]
LANGUAGES: tuple[Language, ...] = ("en", "fr", "nl")
Parameter = str | int | float | tuple[str, ...]
"""What a sentence is filled with; several texts make a list: "BE and FR", with ``{name:or}`` "BE or FR"."""


def sentence(
    language: Language, code: str, variant: str, part: str, parameters: Mapping[str, Parameter]
) -> str:
    """Return one sentence of a finding.

    Parameters
    ----------
    part
        ``message`` or ``remedy``.
    parameters
        By the names that stand in braces in the sentence. `near`, where given, is a word that may have
        been meant: it is added to the remedy.

    Raises
    ------
    KeyError
        The catalogue has no such sentence, or it needs a parameter that is not given.
    """
    filled = _filled(language, parameters)
    told = _pattern(language, code, variant, part).format_map(filled)
    if part == "remedy" and filled.get("near"):
        told += _pattern(language, "hint", "", "near").format_map(filled)
    return told


def known(language: Language) -> frozenset[tuple[str, str]]:
    """Return all contexts and ids of a language."""
    return frozenset(_entries(language))


def pattern(language: Language, context: str, part: str) -> str:
    """Return a sentence as the catalogue has it, its parameters in braces.

    Raises
    ------
    KeyError
        There is none.
    """
    return _entries(language)[context, part]


def said(language: Language, context: str, part: str, **parameters: Parameter) -> str:
    """Return a sentence of the catalogue, filled in.

    Raises
    ------
    KeyError
        There is none, or it needs a parameter that is not given.
    """
    return pattern(language, context, part).format_map(_filled(language, parameters))


def with_its_name(language: Language, own_id: str, name: str) -> str:
    """Return an id with what people call it; the id alone where that is no other word."""
    if name in {"", own_id}:
        return own_id
    return said(language, "why-name", "both", id=own_id, name=name)


@dataclass(frozen=True, slots=True)
class Called:
    """An id and what people call it, which may differ from language to language: told beside each other."""

    own_id: str
    names: tuple[tuple[Language, str], ...]

    def told_in(self, language: Language) -> str:
        """Return the id with the name in a language; the id alone where that is no other word."""
        return with_its_name(language, self.own_id, dict(self.names)[language])


@dataclass(frozen=True, slots=True)
class Telling:
    """A sentence of the catalogue and what it is filled with, which may be sentences: told later."""

    context: str
    part: str
    parameters: tuple[tuple[str, "Parameter | Telling | Called"], ...] = ()

    def told_in(self, language: Language) -> str:
        """Return the sentence in a language."""
        filled = {
            name: value.told_in(language) if isinstance(value, Telling | Called) else value
            for name, value in self.parameters
        }
        return said(language, self.context, self.part, **filled)


def telling(context: str, part: str, **parameters: Parameter | Telling | Called) -> Telling:
    """Return a sentence of the catalogue that is told later."""
    return Telling(context, part, tuple(parameters.items()))


def counted(language: Language, what: str, count: int, *, grouped: bool = True) -> str:
    """Return how many there are of something, such as ``3 problems in the input``.

    Parameters
    ----------
    grouped
        Whether thousands are set apart.

    Raises
    ------
    KeyError
        The catalogue does not count this.
    """
    translations = _translations(language)
    key = ("count", what)
    for one in translations:
        told = one.npgettext(*key, f"{what}s", count)
        if told not in {what, f"{what}s"}:
            return told.format(count=number(language, count, grouped=grouped))
    raise KeyError(key)


def listed(language: Language, items: Sequence[str], *, either: bool = False) -> str:
    """Return texts as a list of a language: "BE, FR and NL"; "BE or FR" where it is `either`."""
    from babel.lists import format_list  # noqa: PLC0415 - findings are rare, and it loads tables

    style: Literal["or", "standard"] = "or" if either else "standard"
    return format_list(list(items), style, language)


def number(language: Language, value: float, decimals: int = 0, *, grouped: bool = True) -> str:
    """Return a number as a language writes it: ``1,234.5``, ``1.234,5`` or ``1 234,5``.

    Parameters
    ----------
    grouped
        Whether its thousands are set apart.
    """
    digits = f"{value:z{',' if grouped else ''}.{decimals}f}"  # z: no minus before zeros
    if language == "en":
        return digits
    from babel.numbers import format_decimal  # noqa: PLC0415 - see listed

    form = f"{'#,##' if grouped else ''}0{'.' if decimals else ''}{'0' * decimals}"
    told = format_decimal(Decimal(digits.replace(",", "")), form, language)
    # Consoles of Windows have no narrow space.
    return told.replace("\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}")


def _pattern(language: Language, code: str, variant: str, part: str) -> str:
    entries = _entries(language)
    contexts = (f"{code}.{variant}", code, variant)
    found = next((one for one in contexts if (one, part) in entries), None)
    if found is None:
        raise KeyError(contexts, part)
    return entries[found, part]


def _filled(language: Language, parameters: Mapping[str, Parameter]) -> dict[str, object]:
    return {
        name: _Listed(language, value) if isinstance(value, tuple) else value
        for name, value in parameters.items()
    }


class _Listed:
    """Several texts, told as a list of a language where a sentence is filled with them."""

    def __init__(self, language: Language, items: Sequence[str]) -> None:
        self._language = language
        self._items = items

    def __format__(self, word: str) -> str:
        return listed(self._language, self._items, either=word == "or")


@cache
def _entries(language: Language) -> Mapping[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for catalog in _catalogs(language):
        for message in catalog:
            if message.context and isinstance(message.id, str):
                key = (message.context, message.id)
                if key in found:
                    raise ValueError(f"{key} stands in the catalogue twice")
                found[key] = str(message.string)
    return found


@cache
def _translations(language: Language) -> tuple[GNUTranslations, ...]:
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - see listed

    found = []
    for catalog in _catalogs(language):
        compiled = io.BytesIO()
        write_mo(compiled, catalog)
        compiled.seek(0)
        found.append(GNUTranslations(compiled))
    return tuple(found)


@cache
def _catalogs(language: Language) -> tuple["Catalog", ...]:
    from babel.messages.pofile import read_po  # noqa: PLC0415 - see listed

    folder = resources.files("sip_grouping").joinpath("locale", language)
    files = sorted((one for one in folder.iterdir() if one.name.endswith(".po")), key=str)
    return tuple(read_po(io.BytesIO(file.read_bytes()), locale=language) for file in files)
