"""The tables of an empty edition: their titles in one language, and rows that show how to fill them in.

Comes in: ``examples.toml``, the columns of the tables. Goes out: titles and rows of text, for CSV files
and the sheets of a workbook alike. The rows have the ids that the reader refuses.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from sip_grouping.catalogue import Language, pattern
from sip_grouping.reading.columns import Column, TableName, columns_of, kind_of
from sip_grouping.reading.examples import EXAMPLE_IDS

RANKS = 3
"""How many columns of ranked themes there are; more may be added."""


@dataclass(frozen=True, slots=True)
class ExampleTheme:
    """A theme, its title by language."""

    id: str
    title: Mapping[Language, str]


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of an empty table: what it is called, and, of a ranked theme, its rank."""

    title: str
    column: Column
    rank: int = 0


@cache
def _examples() -> Mapping[str, Any]:
    file = resources.files("sip_grouping.template").joinpath("examples.toml")
    return tomllib.loads(file.read_text("utf-8"))


@cache
def example_themes() -> tuple[ExampleTheme, ...]:
    """Return the themes of an empty edition."""
    return tuple(ExampleTheme(one["id"], one["title"]) for one in _examples()["themes"])


def headings(table: TableName, language: Language) -> tuple[Heading, ...]:
    """Return the columns of an empty table, called as in one language."""
    found: list[Heading] = []
    for field, column in columns_of(table).items():
        title = column.title[language]
        if table == "members" and field == "theme":
            ranks = range(1, RANKS + 1)
            found += (Heading(f"{title} {rank}", column, rank) for rank in ranks)
        else:
            found.append(Heading(title, column))
    return tuple(found)


def example_rows(language: Language) -> Iterable[tuple[str, ...]]:
    """Yield the example rows of members, in the order of their headings."""
    for member_id, told in zip(EXAMPLE_IDS, _examples()["members"], strict=True):
        row = {"member_id": member_id, **told}
        yield tuple(_cell(row, heading, language) for heading in headings("members", language))


def _cell(row: Mapping[str, Any], heading: Heading, language: Language) -> str:
    told = row.get(heading.column.field, "")
    if heading.rank:
        titles = {theme.id: theme.title[language] for theme in example_themes()}
        return titles[told[heading.rank - 1]] if heading.rank <= len(told) else ""
    text = str(told[language] if isinstance(told, dict) else told)
    choices = kind_of(heading.column).choices
    return choices[language][choices["en"].index(text)] if text in choices["en"] else text


def how_to_fill_in(language: Language, where: Literal["readme", "workbook"]) -> str:
    """Return what to do with an empty edition, as its README.md or its workbook says it."""
    required = [
        one.title for one in headings("members", language) if one.column.required and one.rank <= 1
    ]
    more = columns_of("members")["theme"].title[language]
    return pattern(language, "template", where).format(
        required=", ".join(required),
        more=f"{more} {RANKS + 1}",
        first=EXAMPLE_IDS[0],
        last=EXAMPLE_IDS[-1],
    )
