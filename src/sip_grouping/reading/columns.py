"""The columns of the tables: which field a title means, whatever the language.

Comes in: titles as people write them. Goes out: field names, from the table of fields and synonyms in
``columns.toml``, and how their cells are read, from ``kinds.toml``; the reader, the empty edition and the
reference in the docs are made of the same two.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any, Literal

from sip_grouping.catalogue import LANGUAGES, Language
from sip_grouping.text import cleaned, key_of, tokens_of

TableName = Literal[
    "members", "offices", "pins", "previous", "experts", "projects", "team",
    "school_holidays", "assignments", "groups", "answers",
]  # fmt: skip
WISHES = ("theme", "local", "video", "moderator", "secretary", "languages", "slots")
"""Fields of members that an answer to a proposal may change."""
RANKING = frozenset({"members", "answers"})
"""Tables in which themes are ranked."""
RANKED = "theme_"
"""Fields of ranked themes start with this; the rank follows."""
RANK_OF = "rank:"
"""Fields of columns that hold the rank of one theme start with this; the theme follows."""

_DIGITS_OF_A_RANK = 6  # no table has so many columns, and Python reads no number of 5,000 digits
_BEYOND_ALL_RANKS = 10**_DIGITS_OF_A_RANK
_PIECES = re.compile(r"[/|\n\r•;()\[\]]|\s[-:]\s|:\s*$")
_MOST_PIECES = 16
"""More than a title in three languages has; of a long question nothing is guessed."""
_NOISE = frozenset(
    key_of(word)
    for word in (
        *("oui", "non", "yes", "no", "ja", "nee", "x", "votre", "uw", "your"),
        *(
            "optional",
            "facultatif",
            "facultative",
            "optioneel",
            "required",
            "verplicht",
            "obligatoire",
        ),
        *("domicile", "home", "thuis", "woonplaats"),
    )
)
_ORDINALS = {
    1: "premier premiere first eerste er re ere st",
    2: "deuxieme second seconde tweede nd nde",
    3: "troisieme third derde rd",
    4: "quatrieme fourth vierde",
    5: "cinquieme fifth vijfde",
    6: "sixieme sixth zesde",
    7: "septieme seventh zevende",
    8: "huitieme eighth achtste",
    9: "neuvieme ninth negende",
    10: "dixieme tenth tiende",
}
_RANK_OF_WORD = {
    word: rank for rank, words in _ORDINALS.items() for word in words.split() if len(word) > 3
}
_AFTER_A_NUMBER = frozenset(
    {
        "er",
        "re",
        "ere",
        "st",
        "nd",
        "nde",
        "rd",
        "th",
        "e",
        "eme",
        "ieme",
        "ste",
        "de",
        "d",
        "o",
        "n",
    }
)
_BETWEEN = frozenset(
    {
        *("de", "du", "des", "d", "l", "le", "la", "les", "of", "the", "van", "het", "in", "order"),
        *("n", "no", "nr", "numero", "nummer", "number"),
        *("mon", "ma", "mijn", "my", "votre", "vos", "uw", "your", "je"),
    }
)
_WHOSE = frozenset(
    ("mon", "mes", "ton", "tes", "votre", "vos", "mijn", "uw", "je", "jouw", "my", "your")
)
"""A form asks for `Votre bureau`, `Uw kantoor`: what is meant is the rest of the title."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column that has a meaning.

    Attributes
    ----------
    field
        Its name in the file contract.
    kind
        Of which kind its cells are; see `kind_of`.
    required
        Whether a table must have it.
    title, means
        What it is called, and what stands in it, by language.
    example
        A cell of it.
    also
        What else it is called, in any language.
    """

    field: str
    kind: str
    required: bool
    title: Mapping[Language, str]
    means: Mapping[Language, str]
    example: str
    also: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All that it may be called, field name first."""
        return tuple(dict.fromkeys((self.field, *self.title.values(), *self.also)))


@dataclass(frozen=True, slots=True)
class Kind:
    """How the cells of a column are read, and the words to choose from where these are few, by language."""

    read: Mapping[Language, str]
    choices: Mapping[Language, tuple[str, ...]]


@cache
def columns_of(table: TableName) -> Mapping[str, Column]:
    """Return the columns of a table by field; ranked themes are one, called ``theme``."""
    return _tables()[table]


def kind_of(column: Column) -> Kind:
    """Return how the cells of a column are read."""
    return _kinds()[column.kind]


def _toml(name: str) -> dict[str, Any]:
    file = resources.files("sip_grouping.reading").joinpath(name)
    return tomllib.loads(file.read_text("utf-8"))


@cache
def _kinds() -> Mapping[str, Kind]:
    return {
        name: Kind(
            {language: told[language] for language in LANGUAGES},
            {language: tuple(told.get("choices", {}).get(language, ())) for language in LANGUAGES},
        )
        for name, told in _toml("kinds.toml").items()
    }


@cache
def _tables() -> Mapping[str, Mapping[str, Column]]:
    found = {
        table: {
            field: Column(
                field,
                told["kind"],
                told.get("required", False),
                told["title"],
                told["means"],
                told["example"],
                tuple(told["also"]),
            )
            for field, told in fields.items()
        }
        for table, fields in _toml("columns.toml").items()
    }
    wishes = {name: replace(found["members"][name], required=False) for name in WISHES}
    found["answers"].update(wishes)
    return found


@cache
def _fields_by_key(table: TableName) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for field, column in columns_of(table).items():
        if table in RANKING and field == "theme":
            continue
        for name in column.names:
            if found.setdefault(key_of(name), field) != field:
                raise ValueError(
                    f"{table}: {name!r} is a name of {field} and {found[key_of(name)]}"
                )
    return found


@cache
def field_of(title: str, table: TableName) -> str | None:
    """Return the field that a title means; None where it means none for certain.

    The whole title is looked up first. One that says the same thing twice (``Code postal / Postcode``)
    or has a remark such as ``(oui/non)`` means what its parts mean, if they all mean one field.
    """
    whole = _field_of_part(title, table)
    if whole is not None:
        return whole
    pieces = [piece for piece in _PIECES.split(cleaned(title)) if key_of(piece)]
    return _field_of_pieces(pieces, table) if 1 < len(pieces) <= _MOST_PIECES else None


def _field_of_pieces(pieces: Sequence[str], table: TableName) -> str | None:
    """Return the one field that all pieces of a title mean, remarks aside.

    A name may be in several pieces: a line may end in the middle of it, and ``Langue(s)`` is one.
    """
    # Per number of pieces: which fields these may mean so far, None before there is any.
    reached: list[set[str | None]] = [{None}, *(set[str | None]() for _ in pieces)]
    for begin in range(len(pieces)):
        if not reached[begin]:
            continue
        if key_of(pieces[begin]) in _NOISE:
            reached[begin + 1] |= reached[begin]
        for end in range(begin + 1, len(pieces) + 1):
            field = _field_of_part(" ".join(pieces[begin:end]), table)
            if field is not None and reached[begin] & {None, field}:
                reached[end].add(field)
    found = reached[-1] - {None}
    return found.pop() if len(found) == 1 else None


def _field_of_part(title: str, table: TableName) -> str | None:
    known = _fields_by_key(table)
    field = known.get(key_of(title))
    if field is None:
        first, *rest = tokens_of(title) or ("",)
        field = known.get("".join(rest)) if first in _WHOSE else None
    if field is None and table in RANKING:
        rank = rank_in(title)
        return None if rank is None else f"{RANKED}{rank}"
    return field


@cache
def _theme_words() -> frozenset[str]:
    words = columns_of("members")["theme"].names
    plural = {f"{word}s" for word in map(key_of, words)}
    return frozenset(map(key_of, words)) | plural


def rank_in(title: str) -> int | None:
    """Return the rank that the title of a column says, such as 2 for ``2e choix`` or ``theme_2``.

    None where there is none, or where the title says anything more. ``Thème`` alone is the first.
    """
    tokens = [token for token in tokens_of(title) if token not in _BETWEEN]
    ranks: list[int] = []
    words = 0
    for at, token in enumerate(tokens):
        if token.isdecimal():
            if not token.isascii():
                return None
            ranks.append(int(token) if len(token) <= _DIGITS_OF_A_RANK else _BEYOND_ALL_RANKS)
        elif token in _RANK_OF_WORD:
            ranks.append(_RANK_OF_WORD[token])
        elif token in _theme_words():
            words += 1
        elif not (token in _AFTER_A_NUMBER and at and tokens[at - 1].isdecimal()):
            return None
    if not words or len(set(ranks)) > 1 or 0 in ranks:
        return None
    if not ranks:
        first = {key_of(name) for name in columns_of("members")["theme"].title.values()}
        return 1 if len(tokens) == 1 and tokens[0] in first else None
    return ranks[0]


def likeness(table: TableName, row: Sequence[str]) -> int:
    """Return how many different fields the cells of a row are titles of."""
    return len({field for cell in row if cell and (field := field_of(cell, table)) is not None})


def nearest_field(title: str, fields: Iterable[str], table: TableName) -> str | None:
    """Return the field among some whose names a title is nearly like; None where none is near."""
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - for hints alone

    names: dict[str, str] = {}
    for field in fields:
        column = columns_of(table).get(field)
        said = (field,) if column is None else column.names
        names.update({key_of(name): field for name in said})
    key = key_of(title)
    if len(key) < 3 or not names:
        return None
    near = process.extractOne(key, list(names), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return None if near is None else names[near[0]]


_NEAR = 82.0
"""Of 100: how alike a title and a name are so that one may be meant for the other."""


def is_read(title: str, table: TableName) -> bool:
    """Return whether a column of this title has a meaning of its own."""
    return field_of(title, table) is not None
