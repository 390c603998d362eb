"""Words that people write in cells, in Dutch, French and English: yes and no, countries, roles and so on.

Comes in: the text of a cell. Goes out: what it says, or nothing where that is not certain.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from sip_grouping.text import cleaned, key_of

YES = frozenset(["yes", "y", "oui", "o", "ja", "j", "true", "vrai", "waar", "1", "x"])
NO = frozenset(["no", "n", "non", "nee", "false", "faux", "onwaar", "0"])
MARKS = frozenset({"x", "✓", "✔", "☑", "✅", "☒"})
ONLY = frozenset(
    map(key_of, ("only", "enkel", "alleen", "uniquement", "seulement", "only this", "enkel dit"))
)
YES_OR_NO = YES | NO | ONLY
"""As keys: what a column of yes and no holds."""

_APART = re.compile(r"\s*[/|]\s*")


@lru_cache(maxsize=1_000)
def yes_or_no(text: str) -> bool | None:
    """Return what a cell says, None where it is neither.

    A cell that says the same in two languages (``Oui / Ja``) says it.
    """
    if text in MARKS:
        return True
    said = {_plain(part) for part in _APART.split(text)}
    return next(iter(said)) if len(said) == 1 else None


def _plain(text: str) -> bool | None:
    word = key_of(text)
    if word in YES and _bare(text):
        return True
    return False if word in NO and _bare(text) else None


def _bare(text: str) -> bool:
    """Return whether a text is one word, perhaps with a mark after it: not ``-1`` or ``n/o``."""
    return re.fullmatch(r"\w+[.!]?", text.strip()) is not None


def is_only(text: str) -> bool:
    """Return whether a cell says that the member takes part in that role or not at all."""
    return key_of(text) in ONLY


_LANGUAGES_OF_NAMES = ("nl", "fr", "en", "de")


@cache
def _countries() -> Mapping[str, str]:
    """Return ISO codes by names in the languages of the members, as keys."""
    from babel import Locale  # noqa: PLC0415 - for cells that hold no code

    found: dict[str, str] = {"bel": "BE", "fra": "FR"}
    for language in _LANGUAGES_OF_NAMES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                found.setdefault(key_of(name), code)
                found.setdefault(code.lower(), code)
    return found


def country_code(text: str) -> str | None:
    """Return the two letters of a country, from these or its name in nl, fr, en or de."""
    code = text.upper()
    if code in {"BE", "FR"}:
        return code
    said = {_countries().get(key_of(part)) for part in _APART.split(text)}
    return next(iter(said)) if len(said) == 1 else None


_ROLES = {
    "moderator": "moderator moderateur moderatrice moderateurrice moderateurtrice animateur animatrice",
    "secretary": "secretary secretaire secretaris verslaggever notulist rapporteur",
    "member": "member membre lid participant deelnemer",
}
_TRACKS = {
    "local": "local locale lokaal lokale presentiel enpresentiel surplace terplaatse fysiek inperson",
    "video": "video parvideo viavideo visio envisio visioconference online enligne",
}
_STATUSES = {
    "placed": "placed place placee geplaatst ingedeeld",
    "unplaced": "unplaced notplaced nonplace nonplacee pasplace pasplacee nietgeplaatst nietingedeeld",
    "ineligible": "ineligible noteligible noneligible inadmissible nietinaanmerking komtnietinaanmerking",
}


def _word_of(words: Mapping[str, str], text: str) -> str | None:
    key = key_of(text)
    return next((name for name, several in words.items() if key in several.split()), None)


_TICKS = MARKS - {"x", "☒"}
_ANSWERS = {
    "accept": "accept accepts accepted iaccept agree agreed iagree ok oke yes y"
    " accepte acceptee jaccepte daccord jesuisdaccord oui o"
    " aanvaard aanvaardt ikaanvaard accepteer accepteert ikaccepteer akkoord ikgaakkoord ja j",
    "decline": "decline declines declined idecline no"
    " refuse refusee jerefuse jedecline jenacceptepas pasdaccord jenesuispasdaccord non"
    " weiger weigert ikweiger geweigerd ikaanvaardniet nietakkoord ikganietakkoord nee neen n",
    "none": "none noanswer sansreponse pasdereponse geenantwoord",
}


def answer_name(text: str) -> str | None:
    """Return what an answer to a proposal says: accept, decline or none; None where that is not certain.

    Crosses, numbers and boxes say too little: a cross may refuse, and a box that is not ticked is no refusal.
    """
    if text in _TICKS:
        return "accept"
    said = {_answer(part) for part in _APART.split(text)} if text else {"none"}
    return next(iter(said)) if len(said) == 1 else None


def _answer(text: str) -> str | None:
    plain = re.fullmatch(r"[^\W\d]+(?:['\u2019 ][^\W\d]+)*[ .!]*", text)
    return _word_of(_ANSWERS, text) if plain else None


def role_name(text: str) -> str | None:
    """Return the role that a word says."""
    return _word_of(_ROLES, text)


def status_name(text: str) -> str | None:
    """Return the status of a member in a grouping that a word says."""
    return _word_of(_STATUSES, text)


def track_name(text: str) -> str | None:
    """Return the track that a word says."""
    return _word_of(_TRACKS, text)


_ERRORS = re.compile(
    r"#(N/A|N/B|NA|REF!|VERW!|VALUE!|VALEUR!|WAARDE!|NAME\?|NOM\?|NAAM\?|DIV/0!|DEEL/0!|NUM!|NOMBRE!|GETAL!"
    r"|NULL!|NUL!|LEEG!|SPILL!|CALC!|#+)|#{3,}",
    re.IGNORECASE,
)


def spreadsheet_error(text: str) -> bool:
    """Return whether a cell holds what a spreadsheet shows where a formula failed."""
    return text.startswith("#") and _ERRORS.fullmatch(text) is not None


_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)


def number_in(text: str) -> float | None:
    """Return a number, its decimals after a point or a comma; None where it is none."""
    plain = cleaned(text).replace(",", ".") if text.count(",") == 1 and "." not in text else text
    return float(plain) if _NUMBER.fullmatch(plain) else None


def amount_text(value: float) -> str:
    """Return a number that has one reading: 1.234 may be a thousand, 1.2340 may not."""
    text = f"{value:g}" if value.is_integer() and value < _MOST_DIGITS else str(value)
    return f"{text}0" if two_readings(text) else text


_MOST_DIGITS = 1_000_000
"""What is smaller is written in full by the shortest format."""


def two_readings(text: str) -> tuple[str, str] | None:
    """Return both readings of an amount such as ``12.000``; None where there is one."""
    if not _THOUSANDS.fullmatch(text):
        return None
    small = text.replace(",", ".").rstrip("0").rstrip(".")
    # What is shown has to be certain by itself, so that it can be written.
    certain = f"{small}0" if _THOUSANDS.fullmatch(small) else small
    return text.replace(",", "").replace(".", ""), certain
