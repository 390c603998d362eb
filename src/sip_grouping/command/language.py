"""The language in which a command tells its findings.

Comes in: what was typed, the environment. Goes out: one of the languages of the catalogue.
"""

from collections.abc import Sequence

import typer

from sip_grouping.catalogue import LANGUAGES, Language

_OPTION = "--lang"


def language_named(text: str) -> Language | None:
    """Return the language of the catalogue that a text names, whatever the case; None: it names none."""
    wanted = text.strip().lower()
    return next((one for one in LANGUAGES if one == wanted), None)


def language_of_system() -> Language:
    """Return the language that the environment asks for; English where that is another one, or none."""
    from babel import default_locale  # noqa: PLC0415 - `--lang` needs no table of locales

    locale = default_locale("LC_MESSAGES") or ""
    return language_named(locale.partition("_")[0]) or "en"


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
