"""The language in which a command tells its findings.

Comes in: what was typed, the environment. Goes out: one of the languages of the catalogue.
"""

import os
from collections.abc import Sequence

import typer

from sip_grouping.catalogue import LANGUAGES, Language

_OPTION = "--lang"
_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG")
"""Without LC_CTYPE, unlike `babel.default_locale`: it is about characters, and Python itself sets it to
C.UTF-8 where the locale that is asked for is not installed, as in most containers."""


def language_named(text: str) -> Language | None:
    """Return the language of the catalogue that a text names, whatever the case; None: it names none."""
    wanted = text.strip().lower()
    return next((one for one in LANGUAGES if one == wanted), None)


def language_of_system() -> Language:
    """Return the language that the environment asks for; English where that is another one, or none.

    The first of the variables that names a locale decides, what is none is passed over.
    """
    from babel import parse_locale  # noqa: PLC0415 - `--lang` needs no table of locales

    for variable in _VARIABLES:
        # LANGUAGE may list several.
        locale = os.environ.get(variable, "").partition(":")[0]
        try:
            language = parse_locale(locale)[0]
        except ValueError:
            continue
        return language_named(language) or "en"
    return "en"


def chosen_language(context: typer.Context, lang: str | None) -> Language:
    """Return what `--lang` says after the command, else before it, else the environment."""
    before = context.find_root().params.get("lang")
    return language_named(lang or before or "") or language_of_system()


def language_in(arguments: Sequence[str]) -> Language:
    """Return the language of a command line that could not be read; see `chosen_language`."""
    found = None
    for at, argument in enumerate(arguments):
        name, equals, after = argument.partition("=")
        if name == _OPTION:
            after = after if equals else "".join(arguments[at + 1 : at + 2])
            found = language_named(after) or found
    return found or language_of_system()
