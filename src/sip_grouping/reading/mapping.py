"""How a table is to be read where it does not say so itself: `mapping.toml`, and `[reading]` of an edition.

Comes in: the keys of the two. Goes out: `FormMapping`, `Reading`, frozen. What the guess of a mapping is made
of is no affair of this module.
"""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

from sip_grouping.edition.records import YES_NO, Member
from sip_grouping.frozen import Frozen, FrozenTexts, Record, frozen
from sip_grouping.text import cleaned, key_of

YesNo = Literal["yes", "no"]
Blank = Annotated[dict[str, YesNo], AfterValidator(frozen)]
TextsByField = Annotated[dict[str, dict[str, str]], AfterValidator(frozen)]

TextLists = Annotated[dict[str, tuple[str, ...]], AfterValidator(frozen)]

YES_NO_FIELDS = tuple(YES_NO)


class Reading(Record):
    """What a column means whose cells do not tell.

    Attributes
    ----------
    ignore
        Titles of columns that are known not to be read: kept, and not warned of.
    blank
        By yes/no field: what an empty cell means.
    """

    ignore: tuple[str, ...] = ()
    blank: Blank = Field(default_factory=Frozen)

    @field_validator("blank")
    @classmethod
    def _of_fields_of_yes_and_no(cls, value: dict[str, YesNo]) -> dict[str, YesNo]:
        for name in value:
            if name not in YES_NO_FIELDS:
                raise ValueError(f"{name} is no column of yes and no: {', '.join(YES_NO_FIELDS)}")
        return value

    def ignores(self, title: str) -> bool:
        """Return whether a column is known not to be read."""
        return key_of(title) in {key_of(one) for one in self.ignore}


class Duplicates(Record):
    """Which of several rows of one member counts: the first or last by a column of times."""

    keep: Literal["first", "last"] = "last"
    by: Annotated[str, StringConstraints(min_length=1)]


class FormRows(Record):
    """Which rows of an export are answers.

    Attributes
    ----------
    skip
        By title: texts of cells whose rows are none, such as drafts and tests.
    need
        Titles of columns that are filled in every answer that was sent.
    """

    skip: TextLists = Field(default_factory=Frozen)
    need: tuple[str, ...] = ()


class FormMapping(Record):
    """What turns the export of a form into a table of members.

    Attributes
    ----------
    columns
        By title: the field that the column holds. Beside the fields of members there are ``themes`` (all
        ranked themes in one cell, in order), ``meeting`` (local, video, both), ``role`` (moderator,
        secretary, both, none, moderator only, secretary only), and ``languages:fr`` and its like for
        a column per option. Several titles of one field: the one that is filled counts.
    values
        By field: what a text of a cell, or of a part of it, is read as.
    rows
        Which rows are answers.
    grid
        By title: the theme of a column that has ranks in its cells.
    defaults
        By field: what is read where the cell is empty or the column is not there.
    duplicates
        Which of several rows of one member counts; None: two are an error.
    reading
        As in an edition.
    """

    columns: FrozenTexts = Field(default_factory=Frozen)
    values: TextsByField = Field(default_factory=Frozen)
    grid: FrozenTexts = Field(default_factory=Frozen)
    defaults: FrozenTexts = Field(default_factory=Frozen)
    rows: FormRows = FormRows()
    duplicates: Duplicates | None = None
    reading: Reading = Reading()

    @field_validator("columns")
    @classmethod
    def _known_fields(cls, value: dict[str, str]) -> dict[str, str]:
        for title, name in value.items():
            if not known_field(name):
                raise PydanticCustomError(
                    "no-such-field", "{title} is mapped to {field}, and there is no such field",
                    {"title": repr(title), "field": repr(name)},
                )  # fmt: skip
        return value

    @property
    def titles(self) -> frozenset[str]:
        """Titles of columns that have a meaning, as keys."""
        by = () if self.duplicates is None else (self.duplicates.by,)
        others = (*self.rows.skip, *self.rows.need, *by)
        return frozenset(map(key_of, (*self.columns, *self.grid, *others)))

    def with_reading(self, reading: Reading) -> "FormMapping":
        """Return the mapping with what an edition says of its columns laid over it."""
        both = Reading(
            ignore=tuple(dict.fromkeys((*self.reading.ignore, *reading.ignore))),
            blank={**self.reading.blank, **reading.blank},
        )
        return self.model_copy(update={"reading": both})

    def value_of(self, field: str, text: str) -> str:
        """Return what a cell of a field is read as."""
        texts = self.values.get(field)
        if not texts or not text:
            return text
        return self._texts(field).get(key_of(text), text)

    def values_of(self, field: str) -> dict[str, str]:
        """Return what texts of a field are read as."""
        return dict(self.values.get(field, {}))

    def _texts(self, field: str) -> dict[str, str]:
        return {key_of(cleaned(text)): value for text, value in self.values.get(field, {}).items()}


PSEUDO_FIELDS: dict[str, tuple[str, ...]] = {
    "themes": (),
    "meeting": ("local", "video"),
    "role": ("moderator", "secretary"),
}
"""Answers of a form that say several fields at once."""


def fields_of(names: Iterable[str]) -> frozenset[str]:
    """Return the fields that columns mapped to these names answer."""
    told = {name.partition(":")[0] for name in names}
    return frozenset(told | {name for one in told for name in PSEUDO_FIELDS.get(one, ())})


_OPTIONS = frozenset({"languages", "slots", "role", "meeting"})


def known_field(name: str) -> bool:
    """Return whether a column may be mapped to a name: a field, a rank, an option of a field."""
    field, colon, option = name.partition(":")
    if colon:
        return field in _OPTIONS and bool(option)
    ranked = field.startswith("theme_") and field[6:].isdecimal() and field[6:] != "0"
    plain = field in Member.model_fields and field != "extra"
    return ranked or plain or field in PSEUDO_FIELDS
