"""Text as people and programs write it, made alike.

Comes in: the text of a cell or title. Goes out: the same text in Unicode NFC without what cannot be
seen; keys, under which titles, names and words are compared; and rows of text below each other.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence

# Typed characters for what word processors put in their place.
_TYPED = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u2032\u00b4", "'"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\u00a0\u1680\u2007\u202f\u205f\u3000\u2000\u2001\u2002\u2003", " "),
        **dict.fromkeys("\u2004\u2005\u2006\u2008\u2009\u200a", " "),
    }
)
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l"})
_KEPT_CONTROLS = "\t\n\r"


def cleaned(text: str) -> str:
    """Return a text in NFC, without characters that cannot be seen and without spaces around it.

    Non-breaking and other spaces become plain ones, apostrophes and dashes of a word processor those
    of a keyboard. Line breaks and tabs stay: they separate parts of lists.
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    kept = "".join(
        one
        for one in text
        if unicodedata.category(one) not in {"Cf", "Cc"} or one in _KEPT_CONTROLS
    )
    return unicodedata.normalize("NFC", kept.translate(_TYPED)).strip()


def key_of(text: str) -> str:
    """Return what a title or word is compared by: its letters and digits, without case and accents."""
    if text.isascii():
        return "".join(filter(str.isalnum, text)).lower()
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    return "".join(one for one in plain if one.isalnum())


def tokens_of(text: str) -> tuple[str, ...]:
    """Return the words and the numbers of a text, each as `key_of` has it."""
    plain = unicodedata.normalize("NFKD", cleaned(text).casefold().translate(_LIGATURES))
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    return tuple(re.findall(r"[^\W\d_]+|\d+", plain))


def same_but_for_accents(text: str) -> str:
    """Return a text without accents and case, its spaces and marks kept."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    return "".join(one for one in plain if not unicodedata.combining(one))


def aligned(rows: Sequence[Sequence[str]], *, right: Collection[int] = ()) -> list[str]:
    """Return rows as lines whose columns stand below each other, those in `right` to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            text.rjust(widths[column]) if column in right else text.ljust(widths[column])
            for column, text in enumerate(row)
        ).rstrip()
        for row in rows
    ]


def one_line(text: str | None) -> str:
    """Return a text on one line, as headers, lists and tables need it; None is empty."""
    return " ".join((text or "").split())
