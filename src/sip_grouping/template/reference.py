"""What each column means, in three languages: the page of the docs, and the part that goes with an edition.

Comes in: the columns of the tables. Goes out: Markdown. Nothing is said here that the reader does not read
from the same tables.
"""

from collections.abc import Iterator, Sequence

from sip_grouping.catalogue import Language
from sip_grouping.reading.columns import RANKED, Column, TableName, columns_of, kind_of

LANGUAGES_OF_MEMBERS: tuple[Language, ...] = ("nl", "fr", "en")
TABLES: tuple[TableName, ...] = ("members", "offices", "pins")
"""Tables of an empty edition; that of the edition before is copied, and those of the season come later."""

_LATER: tuple[TableName, ...] = (
    "previous",
    "experts",
    "projects",
    "team",
    "school_holidays",
)

_REQUIRED: dict[Language, str] = {"nl": "Verplicht.", "fr": "Obligatoire.", "en": "Required."}
_READ: dict[Language, str] = {"nl": "Gelezen:", "fr": "Lu :", "en": "Read:"}
_AS_RANKS = f"{RANKED}1, {RANKED}2, ..."
_HEAD = """\
# The columns of an edition

What may stand in `members.csv`, `offices.csv`, `pins.csv`, `previous.csv`, `experts.csv`, `projects.csv`,
`team.csv` and `school_holidays.csv`, or in the sheets of a workbook that have these names: the field of
each column, its titles in Dutch, French and English, what it means, how its cells are read. Titles count
whatever their case, accents, spaces, hyphens and punctuation, with or without a word such as `uw`, `votre`
or `your` before them, and so do the other names that are listed. A title that says the same in two
languages (`Code postal / Postcode`) or has a remark such as `(oui/non)` is read as well. Any other column
is kept and named in a warning. The order of the columns does not matter.

This page is made of the tables that the reader itself goes by: `python docs/columns.py` writes it.
"""
_RANKS_SAID = """\
A column of a ranked theme has one of the titles, or one of these words, and a number or an ordinal:
`Thème 2`, `2e choix`, `eerste keuze`. Words:"""


def reference_page() -> str:
    """Return the column reference of the docs."""
    lines = [_HEAD]
    for table in (*TABLES, *_LATER):
        lines += [f"## {table}.csv", ""]
        for column in columns_of(table).values():
            ranked = table == "members" and column.field == "theme"
            titles = " · ".join(column.title[one] for one in LANGUAGES_OF_MEMBERS)
            lines += [f"### `{_AS_RANKS if ranked else column.field}`: {titles}", ""]
            lines += [*_told(column, LANGUAGES_OF_MEMBERS), ""]
            if column.example:
                lines += [f"Such as `{column.example}`.", ""]
            if column.also:
                also = ", ".join(f"`{name}`" for name in column.also)
                lines += [f"{_RANKS_SAID} {also}." if ranked else f"Also understood: {also}.", ""]
    return "\n".join(lines).rstrip() + "\n"


def columns_explained(first: Language) -> Iterator[str]:
    """Yield the lines that go with an edition: each column in three languages, one of them first."""
    languages = (first, *(one for one in LANGUAGES_OF_MEMBERS if one != first))
    for table in TABLES:
        yield f"## {table}"
        yield ""
        for column in columns_of(table).values():
            yield "### " + " · ".join(column.title[one] for one in languages)
            yield ""
            yield from _told(column, languages)
            yield ""


def meaning(column: Column, language: Language) -> str:
    """Return what a column means, and whether it must be there, in one language."""
    required = f" {_REQUIRED[language]}" if column.required else ""
    return column.means[language] + required


def _told(column: Column, languages: Sequence[Language]) -> Iterator[str]:
    for language in languages:
        read = kind_of(column).read[language]
        yield f"- **{language}** {meaning(column, language)} *{_READ[language]}* {read}"
